"""Chapter 07 against scikit-image, SciPy and OpenCV, every argument spelled out."""

import numpy as np
import pytest
import torch
from scipy import ndimage
from skimage import color, feature, transform

from coursekit.lab import samples
from coursekit.sift import gpu, reference, shared

DEFAULTS = {
    "upsampling": 2, "n_octaves": 8, "n_scales": 3, "sigma_min": 1.6, "sigma_in": 0.5,
    "c_dog": 0.04 / 3, "c_edge": 10, "n_bins": 36, "lambda_ori": 1.5, "c_max": 0.8,
    "lambda_descr": 6, "n_hist": 4, "n_ori": 8,
}  # fmt: skip
SETS = (
    {},
    {"upsampling": 1},
    {"upsampling": 4, "sigma_in": 0.3},
    {"n_octaves": 2, "n_scales": 5},
    {"sigma_min": 1.2, "sigma_in": 0.3},
    {"c_dog": 0.02, "c_edge": 5},
    {"c_dog": 0.005},
    {"n_bins": 24, "lambda_ori": 2, "c_max": 0.6},
    {"lambda_descr": 4, "n_hist": 3, "n_ori": 6},
    {"n_scales": 1, "sigma_min": 2.0},
)
BUNDLED = samples.names()[: samples.names().index("ramp")]
SIDE = 256  # of the middle that is looked at


def gray(name, side=SIDE):
    """The middle of a bundled picture, in gray levels."""
    image = getattr(samples, name)()
    if image.ndim == 3:
        image = np.rint(color.rgb2gray(image) * 255).astype(np.uint8)
    top, left = (max(0, (size - side) // 2) for size in image.shape)
    return image[top : top + side, left : left + side]


def found(sift, image):
    """What a program finds, or nothing."""
    try:
        sift.detect_and_extract(image)
    except RuntimeError:
        return None
    return sift


def assert_same(ours, theirs):
    """The bounds of the chapter; in fact all is equal, in the same order."""
    assert (ours is None) == (theirs is None)
    if ours is None:
        return
    count = len(theirs.positions)
    assert len(ours.positions) == count
    alike = np.linalg.norm(ours.positions - theirs.positions, axis=1) <= 0.05
    turned = np.abs(np.angle(np.exp(1j * (ours.orientations - theirs.orientations)))) <= 0.01
    alike &= turned & (ours.octaves == theirs.octaves) & (ours.scales == theirs.scales)
    assert alike.mean() >= 0.99
    apart = np.abs(ours.descriptors.astype(int) - theirs.descriptors)[alike].max(axis=1)
    assert (apart == 0).mean() >= 0.99 and apart.max() <= 2


@pytest.mark.parametrize("name", BUNDLED)
def test_every_bundled_picture_gives_what_scikit_image_finds(name):
    image = gray(name)
    ours = found(reference.SIFT(**DEFAULTS), image)
    assert_same(ours, found(feature.SIFT(**DEFAULTS), image))


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("changed", SETS, ids=str)
def test_every_set_of_parameters_gives_what_scikit_image_finds(changed, dtype):
    for name in ("camera", "coins"):
        image = gray(name, 160)
        image = image if dtype == np.uint8 else (image / 255).astype(dtype)
        parameters = DEFAULTS | changed
        theirs = found(feature.SIFT(**parameters), image)
        assert theirs is not None
        assert_same(found(reference.SIFT(**parameters), image), theirs)


def test_attributes_are_those_of_scikit_image():
    image = gray("camera")
    ours, theirs = reference.SIFT(**DEFAULTS), feature.SIFT(**DEFAULTS)
    for sift in (ours, theirs):
        sift.detect_and_extract(image)
    for name in ("keypoints", "octaves", "scales"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name))
    for name in ("positions", "sigmas", "scalespace_sigmas", "deltas"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), atol=1e-9)
    assert (ours.delta_min, ours.float_dtype) == (theirs.delta_min, theirs.float_dtype)


def test_keypoints_are_described_in_another_picture():
    image, darker = gray("camera"), gray("camera") // 2
    ours, theirs = reference.SIFT(**DEFAULTS), feature.SIFT(**DEFAULTS)
    for sift in (ours, theirs):
        sift.detect(image)
        sift.extract(darker)
    assert np.array_equal(ours.descriptors, theirs.descriptors)


@pytest.mark.parametrize("factor", [2, 4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pictures_are_enlarged_as_scikit_image_enlarges_them(factor, dtype):
    image = np.random.default_rng(0).random((9, 14)).astype(dtype)
    options = {"order": 1, "mode": "reflect", "clip": True, "anti_aliasing": False}
    expected = transform.rescale(image, factor, **options)
    given = {"upsampling": factor, "n_octaves": 1, "sigma_min": 1.0, "sigma_in": 1 / factor}
    enlarged = reference.gaussian_scale_space(image, **given)[0][..., 0]  # not blurred any more
    np.testing.assert_allclose(enlarged, expected, rtol=0, atol=1e-7)
    enlarged = gpu.gaussian_scale_space(torch.from_numpy(image)[None], **given)[0][0]
    np.testing.assert_allclose(enlarged.numpy(), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("shape", [(12, 40), (40, 12), (50, 70)])
@pytest.mark.parametrize("sigma", [0.5, 1.6, 3.1])
def test_blur_is_that_of_scipy(shape, sigma):
    image = np.random.default_rng(0).random(shape)
    expected = ndimage.gaussian_filter(image, sigma, mode="reflect", truncate=4.0)
    given = {"upsampling": 1, "n_octaves": 1, "sigma_min": sigma, "sigma_in": 0}
    blurred = reference.gaussian_scale_space(image, **given)[0][..., 0]
    np.testing.assert_allclose(blurred, expected, atol=1e-14)
    blurred = gpu.gaussian_scale_space(torch.from_numpy(image)[None], **given)[0][0]
    np.testing.assert_allclose(blurred.numpy(), expected, atol=1e-14)


# ------------------------------------------------------------------ gpu


@pytest.mark.parametrize("name", BUNDLED)
def test_gpu_finds_what_the_reference_finds(name):
    image = gray(name) / 255
    ours, expected = gpu.SIFT(**DEFAULTS), found(reference.SIFT(**DEFAULTS), image)
    if expected is None:
        with pytest.raises(RuntimeError, match="contrast"):
            ours.detect_and_extract(torch.from_numpy(image)[None])
        return
    ours.detect_and_extract(torch.from_numpy(image)[None])
    assert_same(as_arrays(ours), expected)


def as_arrays(sift):
    names = ("positions", "orientations", "octaves", "scales", "descriptors")
    return type("Found", (), {name: getattr(sift, name).numpy() for name in names})


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_gpu_in_float32_is_off_by_a_level_in_one_of_a_thousand_values(dtype):
    image = gray("camera")
    image = image if dtype == np.uint8 else (image / 255).astype(dtype)
    ours, expected = gpu.SIFT(**DEFAULTS), found(reference.SIFT(**DEFAULTS), image)
    ours.detect_and_extract(torch.from_numpy(image)[None])
    assert ours.float_dtype == torch.float32
    assert np.abs(ours.positions.numpy() - expected.positions).max() < 0.05
    apart = np.abs(ours.descriptors.numpy().astype(int) - expected.descriptors)
    assert apart.max() <= 2 and (apart > 0).mean() < 1e-3


# ------------------------------------------------------------------ matching


MATCHINGS = (
    {"metric": "euclidean", "max_distance": np.inf, "cross_check": True, "max_ratio": 1.0},
    {"metric": "euclidean", "max_distance": np.inf, "cross_check": False, "max_ratio": 0.8},
    {"metric": "cityblock", "max_distance": np.inf, "cross_check": True, "max_ratio": 0.9},
    {"metric": "minkowski", "p": 3, "max_distance": 12.0, "cross_check": True, "max_ratio": 1.0},
    {"metric": "chebyshev", "max_distance": np.inf, "cross_check": True, "max_ratio": 1.0},
    {"metric": "hamming", "max_distance": 0.9, "cross_check": True, "max_ratio": 1.0},
)


@pytest.mark.parametrize("dtype", [np.uint8, np.float64, bool])
@pytest.mark.parametrize("options", MATCHINGS, ids=str)
def test_matches_are_those_of_scikit_image(options, dtype):
    random = np.random.default_rng(0)
    first = random.integers(0, 12, (150, 16))
    second = np.concatenate([first[:40], random.integers(0, 12, (70, 16)), first[:5]])
    if dtype is bool:
        first, second = first > 5, second > 5
    else:
        first, second = first.astype(dtype), second.astype(dtype)
    if dtype is bool and options["metric"] != "hamming":
        first, second = first.astype(np.uint8), second.astype(np.uint8)
    expected = feature.match_descriptors(first, second, **options)
    if options["max_ratio"] < 1:  # two that equal one and the same: scikit-image takes the first
        equal = (first[:, None] == second).all(axis=2).sum(axis=1)
        expected = expected[equal[expected[:, 0]] < 2]
    assert len(expected)
    assert np.array_equal(reference.match_descriptors(first, second, **options), expected)
    ours = gpu.match_descriptors(*map(torch.from_numpy, (first, second)), **options)
    assert np.array_equal(ours.numpy(), expected)


def test_scales_are_those_of_the_paper():
    assert shared.sigmas(1).ravel()[3] == pytest.approx(1.6)
    assert shared.sigmas(2)[1] == pytest.approx(2 * shared.sigmas(2)[0])
