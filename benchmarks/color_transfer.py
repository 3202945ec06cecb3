"""Chapter 10 compared with color-matcher.

color-matcher has Reinhard's moments and the linear Monge-Kantorovitch map. It uses levels as they
are, like ``reinhard`` with ``linear=False``; its inverse matrix has four digits, and it returns
floats that may leave the range of levels, which are rounded without being timed. No library that
could be installed has the other methods, so their rows show only reference and gpu. One reference
image serves the whole batch.
"""

import numpy as np
from color_matcher import ColorMatcher

from benchmarks.row import GPU, REFERENCE, Batch, Row, color_batch
from coursekit.color_transfer import gpu, reference
from coursekit.lab import samples

PEER = "color-matcher"


def rows(**size):
    """The global methods on a batch, then the slower ones on two images or their quarters."""
    batch, few = color_batch(**size), color_batch(**size | {"count": 2})
    quarters = few.crops(2, 256)
    lit = Batch.of([np.maximum(image, 1) for image in batch.images])  # the peer's log of 0
    yield _peered_row("reinhard(linear=False)", lit, "reinhard", 2, linear=False)
    yield _row("reinhard()", batch, gpu.reinhard, reference.reinhard)
    yield _peered_row("monge_kantorovitch()", batch, "mkl", 1, naive=_naive_linear_map)
    yield _peered_row("monge_kantorovitch()", batch.as_floats(), "mkl", 0.2)
    name = "iterative_distribution_transfer()"
    yield _row(
        name, few, gpu.iterative_distribution_transfer, reference.iterative_distribution_transfer
    )
    yield _regrain_row(few)
    yield _row("gamut_transfer()", few, gpu.gamut_transfer, reference.gamut_transfer)
    for name in ("superpixel_color_fusion", "superfeature_transfer"):
        yield _method_row(name, quarters)
    yield _method_row("histogram_analogy", few)


def _wanted(batch):
    """The reference image, with the batch's size and dtype, as array and tensor."""
    height, width = batch.images[0].shape[:2]
    image = np.ascontiguousarray(np.resize(samples.coffee(), (400, 600, 3))[:height, :width])
    single = Batch.of([np.maximum(image, 1)])
    single = single.as_floats() if batch.images[0].dtype != np.uint8 else single
    return single.images[0], single.tensor[0]


def _row(name, batch, ours_of_batch, ours_of_image, tolerance=0, **more):
    image, tensor = _wanted(batch)
    work = {
        REFERENCE: lambda target: ours_of_image(target, image),
        GPU: lambda targets: ours_of_batch(targets, tensor.to(targets.device)),
    }
    return Row(name, str(batch.images[0].dtype), batch, work, None, tolerance, **more)


def _method_row(name, batch):
    title = f"{name}(), {batch}"
    return _row(title, batch, getattr(gpu, name), getattr(reference, name), tolerance=1)


def _peered_row(name, batch, method, off, naive=None, **options):
    """A row with color-matcher, which may be off by this many gray levels."""
    image, tensor = _wanted(batch)
    called = name.partition("(")[0]
    white = 255 if image.dtype == np.uint8 else 1
    work = {
        REFERENCE: lambda target: getattr(reference, called)(target, image, **options),
        GPU: lambda targets: getattr(gpu, called)(targets, tensor.to(targets.device), **options),
        PEER: lambda target: _by_peer(target, image, method),
    }
    same = {PEER: lambda result: np.clip(np.rint(result) if white == 255 else result, 0, white)}
    close = 1e-3 if white == 1 else 0
    return Row(name, str(image.dtype), batch, work, naive, close, same, {PEER: off})


def _by_peer(target, image, method):
    # It writes into the images that it is given.
    return ColorMatcher().transfer(src=target.copy(), ref=image.copy(), method=method)


def _naive_linear_map(crop):
    """The matrix of the crop's own colours, applied pixel by pixel."""
    mean, covariance = reference.color_moments(crop)
    matrix = reference.optimal_map(covariance, covariance)
    result = np.empty(crop.shape)
    for row in range(crop.shape[0]):
        for column in range(crop.shape[1]):
            result[row, column] = matrix @ (crop[row, column] - mean) + mean
    return result


def _regrain_row(batch):
    """Regrain the result of the linear map."""
    image, _ = _wanted(batch)
    results = Batch.of([reference.monge_kantorovitch(each, image) for each in batch.images])
    targets = {id(each): result for each, result in zip(batch.images, results.images, strict=True)}
    work = {
        REFERENCE: lambda target: reference.regrain(targets[id(target)], target),
        GPU: lambda tensor: gpu.regrain(results.tensor.to(tensor.device), tensor),
    }
    return Row("regrain()", "uint8", batch, work, None, 0)
