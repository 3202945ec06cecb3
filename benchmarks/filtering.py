"""Chapter 04 compared with other libraries.

scikit-image filters with SciPy's ``ndimage``: if it has no function of its own, its column uses
SciPy's, with an output that can hold sums beyond uint8. kornia supports only floats. Every library
samples its own noise for each image, so only the time is compared.
"""

import cv2
import kornia.filters as kornia
import numpy as np
import torch
from kornia.augmentation import RandomGaussianNoise, RandomSaltAndPepperNoise
from scipy import fft, ndimage
from skimage import filters, restoration, util

from benchmarks.row import (
    GPU,
    KORNIA,
    OPENCV,
    REFERENCE,
    SKIMAGE,
    Row,
    color_batch,
    gray_batch,
    through_floats,
)
from coursekit.filtering import gpu, reference, shared

EMBOSS = np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], dtype=np.float64)
SHARP = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], dtype=np.float64)
BORDER = cv2.BORDER_REFLECT_101
ANY = 255  # gray levels: other noise is other noise


def rows(**size):
    """All measurements: uint8 to uint8, then float32 to float32."""
    batch = gray_batch(**size)
    floats = batch.as_floats()
    yield from (_correlate_row(batch, *kernel) for kernel in _kernels())
    yield _convolve_row(batch, *_kernels()[1])
    yield from (_box_row(batch, size) for size in (5, 31))
    yield from (_gaussian_row(batch, sigma) for sigma in (1.0, 5.0))
    yield from (_sharpen_row(batch), _unsharp_row(batch))
    yield from (_salt_and_pepper_row(batch), _gaussian_noise_row(batch))
    yield from (_correlate_row(floats, *kernel) for kernel in _kernels()[1:2])
    yield from (_box_row(floats, size) for size in (5, 31))
    yield from (_gaussian_row(floats, 2.0), _unsharp_row(floats))
    yield _median_row(batch, 3)
    few = batch.crops(4, 512)
    yield from (_median_row(few, size) for size in (5, 7))
    yield from (_bilateral_row(few), _bilateral_row(color_batch(**size).crops(4, 256)))
    yield from (_non_local_row(batch.crops(2, 256)), _spectrum_row(batch))
    yield from (_frequency_row(batch), _notch_row(batch))
    few = few.as_floats()
    yield from (_median_row(few, 5), _bilateral_row(few), _frequency_row(floats))


def _kernels():
    """Whole-number weights, and two kernels of any weights that sum to 1."""
    draw = np.random.default_rng(4).random
    tables = {f"{n} x {n}": draw((n, n)) for n in (5, 9)}
    return [("emboss", EMBOSS), *((name, table / table.sum()) for name, table in tables.items())]


def _ours(name, *arguments):
    """Our two columns."""
    return {
        REFERENCE: lambda image: getattr(reference, name)(image, *arguments),
        GPU: lambda batch: getattr(gpu, name)(batch, *arguments),
    }


def _dtype(batch):
    return batch.images[0].dtype.name


def _kornia(batch, function):
    return through_floats(function) if _dtype(batch) == "uint8" else function


def _as_image(numbers, dtype):
    """Round and saturate a result in floats if levels are needed."""
    if dtype == np.uint8:
        return np.rint(numbers).clip(0, 255).astype(np.uint8)
    return numbers.clip(0, 1).astype(dtype, copy=False)


def _by_scipy(filter_, *arguments):
    """Let SciPy filter into float32, and round."""

    def work(image):
        numbers = filter_(image, *arguments, output=np.float32, mode="mirror")
        return _as_image(numbers, image.dtype)

    return work


def _correlate_peers(batch, kernel):
    tensor = torch.from_numpy(kernel).float()[None]
    return {
        OPENCV: lambda image: cv2.filter2D(image, -1, kernel, borderType=BORDER),
        SKIMAGE: _by_scipy(ndimage.correlate, kernel),
        KORNIA: _kornia(
            batch,
            lambda floats: kornia.filter2d(floats, tensor.to(floats.device), "reflect"),
        ),
    }


def _correlate_row(batch, name, kernel):
    work = _ours("correlate", kernel) | _correlate_peers(batch, kernel)
    naive = _naive_correlate if name == "emboss" else None
    return Row(f"correlate({name})", _dtype(batch), batch, work, naive)


def _convolve_row(batch, name, kernel):
    """The others correlate with the rotated kernel, which is the same work."""
    work = _ours("convolve", kernel) | _correlate_peers(batch, kernel[::-1, ::-1].copy())
    return Row(f"convolve({name})", _dtype(batch), batch, work)


def _naive_correlate(image):
    padded = np.pad(image, 1, mode="reflect").astype(int)
    result = np.empty_like(image)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            total = 0
            for i in range(3):
                for j in range(3):
                    total += EMBOSS[i, j] * padded[row + i, column + j]
            result[row, column] = min(max(round(total), 0), 255)
    return result


def _box_row(batch, size):
    peers = {
        OPENCV: lambda image: cv2.blur(image, (size, size), borderType=BORDER),
        SKIMAGE: _by_scipy(ndimage.uniform_filter, size),
        KORNIA: _kornia(batch, lambda floats: kornia.box_blur(floats, size, "reflect", True)),
    }
    return Row(f"box_filter({size})", _dtype(batch), batch, _ours("box_filter", size) | peers)


def _reach(batch, sigma):
    """The radius of OpenCV's Gaussian and of ours, in pixels."""
    return (round((6 if _dtype(batch) == "uint8" else 8) * sigma + 1) | 1) // 2


def _gaussian_row(batch, sigma):
    reach = _reach(batch, sigma)
    size = 2 * reach + 1
    options = {"mode": "mirror", "truncate": reach / sigma, "preserve_range": True}
    peers = {
        OPENCV: lambda image: cv2.GaussianBlur(image, (0, 0), sigma, borderType=BORDER),
        SKIMAGE: lambda image: _as_image(filters.gaussian(image, sigma, **options), image.dtype),
        KORNIA: _kornia(
            batch,
            lambda floats: kornia.gaussian_blur2d(floats, (size, size), (sigma, sigma), "reflect"),
        ),
    }
    return Row(f"gaussian({sigma})", _dtype(batch), batch, _ours("gaussian", sigma) | peers)


def _sharpen_row(batch):
    work = _ours("sharpen") | _correlate_peers(batch, SHARP)
    return Row("sharpen()", _dtype(batch), batch, work)


def _unsharp_row(batch, sigma=2.0):
    def by_skimage(image):
        white = 255 if image.dtype == np.uint8 else 1
        sharp = filters.unsharp_mask(image, radius=sigma, amount=1.0)
        return _as_image(sharp * white, image.dtype)

    def by_kornia(floats):
        return kornia.unsharp_mask(floats, (17, 17), (sigma, sigma), "reflect").clamp_(0, 1)

    def by_opencv(image):
        blurred = cv2.GaussianBlur(image, (17, 17), sigma, borderType=BORDER)
        return _as_image(cv2.addWeighted(image, 2.0, blurred, -1.0, 0.0), image.dtype)

    peers = {OPENCV: by_opencv, SKIMAGE: by_skimage, KORNIA: _kornia(batch, by_kornia)}
    work = _ours("unsharp_mask", sigma) | peers
    # scikit-image's border is symmetric, OpenCV's blurred copy is rounded
    return Row(f"unsharp_mask({sigma})", _dtype(batch), batch, work, tolerance=40)


def _noise_work(name, amount, batch):
    """Our functions, with a seed for each image."""
    seeds = [0] * len(batch.images)
    return {
        REFERENCE: lambda image: getattr(reference, name)(image, amount, seed=0),
        GPU: lambda tensor: getattr(gpu, name)(tensor, amount, seed=seeds),
    }


def _salt_and_pepper_row(batch):
    def by_skimage(image):
        noisy = util.random_noise(image, mode="s&p", rng=0, amount=0.1, salt_vs_pepper=0.5)
        return _as_image(noisy * 255, image.dtype)

    by_kornia = RandomSaltAndPepperNoise(amount=0.1, salt_vs_pepper=0.5, p=1.0)
    peers = {SKIMAGE: by_skimage, KORNIA: through_floats(by_kornia)}
    work = _noise_work("salt_and_pepper", 0.1, batch) | peers
    return Row("salt_and_pepper(0.1)", "uint8", batch, work, tolerance=ANY)


def _gaussian_noise_row(batch, sigma=20):
    def by_opencv(image):
        noise = cv2.randn(np.empty(image.shape, np.float32), 0, sigma)
        return cv2.add(image, noise, dtype=cv2.CV_8U)

    def by_skimage(image):
        noisy = util.random_noise(image, mode="gaussian", rng=0, mean=0, var=(sigma / 255) ** 2)
        return _as_image(noisy * 255, image.dtype)

    by_kornia = RandomGaussianNoise(mean=0.0, std=sigma / 255, p=1.0)
    peers = {OPENCV: by_opencv, SKIMAGE: by_skimage, KORNIA: through_floats(by_kornia)}
    work = _noise_work("gaussian_noise", sigma, batch) | peers
    return Row(f"gaussian_noise({sigma})", "uint8", batch, work, tolerance=ANY)


def _median_row(batch, size):
    window = np.ones((size, size), np.uint8)
    peers = {
        SKIMAGE: lambda image: filters.median(image, window, mode="nearest"),
        KORNIA: _kornia(batch, lambda floats: kornia.median_blur(floats, (size, size))),
    }
    if _dtype(batch) == "uint8" or size < 7:
        peers[OPENCV] = lambda image: cv2.medianBlur(image, size)
    work = _ours("median_filter", size) | peers
    naive = _naive_median if (_dtype(batch), size) == ("uint8", 3) else None
    # beyond the border, kornia sees black
    name = f"median_filter({size})" if naive else f"median_filter({size}), {batch}"
    return Row(name, _dtype(batch), batch, work, naive, tolerance=255)


def _naive_median(image):
    padded = np.pad(image, 1, mode="edge")
    result = np.empty_like(image)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            window = padded[row : row + 3, column : column + 3]
            result[row, column] = sorted(window.flatten())[4]
    return result


def _bilateral_row(batch, size=9, color=0.1, space=3.0):
    """scikit-image and kornia have a square window; scikit-image's colour distance is Euclidean."""
    channels = -1 if batch.images[0].ndim == 3 else None
    ours = color * (255 if _dtype(batch) == "uint8" else 1)

    def by_skimage(image):
        smooth = restoration.denoise_bilateral(
            image, size, color, space, bins=10_000, mode="reflect", channel_axis=channels
        )
        return _as_image(smooth * (255 if image.dtype == np.uint8 else 1), image.dtype)

    def by_kornia(floats):
        square = (size, size)
        return kornia.bilateral_blur(floats, square, color, (space, space), "reflect", "l1")

    peers = {
        OPENCV: lambda image: cv2.bilateralFilter(image, size, ours, space, borderType=BORDER),
        SKIMAGE: by_skimage,
        KORNIA: _kornia(batch, by_kornia),
    }
    name = "bilateral" if channels is None else "bilateral of colours"
    work = _ours("bilateral", size, ours, space) | peers
    stranger = {} if channels is None else {SKIMAGE: 255}
    name = f"{name}({size}), {batch}"
    return Row(name, _dtype(batch), batch, work, tolerance=80, tolerances=stranger)


def _non_local_row(batch, strength=20.0, patch_size=5, distance=6):
    def by_skimage(image):
        smooth = restoration.denoise_nl_means(
            image, patch_size, distance, strength, fast_mode=False, preserve_range=True
        )
        return _as_image(smooth, image.dtype)

    work = _ours("non_local_means", strength, patch_size, distance) | {SKIMAGE: by_skimage}
    name = f"non_local_means({patch_size}, {distance}), {batch}"
    return Row(name, "uint8", batch, work, tolerance=10)


def _frequency_row(batch, cutoff=0.1, order=2):
    def by_skimage(image):
        passed = filters.butterworth(
            image, cutoff, high_pass=False, order=order, squared_butterworth=True
        )
        return _as_image(passed, image.dtype)

    def by_opencv(image):
        response = shared.response(image.shape, "butterworth", cutoff, order)
        return _multiplied_by_opencv(image, response)

    peers = {OPENCV: by_opencv, SKIMAGE: by_skimage}
    work = _ours("frequency_filter", "butterworth", cutoff, order) | peers
    return Row(f"frequency_filter({cutoff})", _dtype(batch), batch, work)


def _multiplied_by_opencv(image, response):
    waves = cv2.dft(image.astype(np.float32), flags=cv2.DFT_COMPLEX_OUTPUT)
    waves *= response[..., None].astype(np.float32)
    passed = cv2.idft(waves, flags=cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT)
    return _as_image(passed, image.dtype)


def _notch_row(batch, centers=((0.1, 0.05), (-0.2, 0.3)), radius=0.02):
    def by_opencv(image):
        return _multiplied_by_opencv(image, shared.notch_response(image.shape, centers, radius))

    work = _ours("notch_filter", centers, radius) | {OPENCV: by_opencv}
    return Row(f"notch_filter({len(centers)} pairs)", _dtype(batch), batch, work)


def _spectrum_row(batch):
    """Real and imaginary parts, in double precision, as two channels."""

    def by_opencv(image):
        waves = cv2.dft(image.astype(np.float64), flags=cv2.DFT_COMPLEX_OUTPUT)
        return np.fft.fftshift(waves, axes=(0, 1))

    def by_scipy(image):
        return _in_two(fft.fftshift(fft.fft2(image)))

    work = {
        REFERENCE: lambda image: _in_two(reference.spectrum(image)),
        GPU: lambda tensor: torch.view_as_real(gpu.spectrum(tensor)[:, 0]).movedim(-1, 1),
        OPENCV: by_opencv,
        SKIMAGE: by_scipy,
    }
    return Row("spectrum()", "uint8", batch, work, tolerance=1e-3)


def _in_two(waves):
    return waves.view(np.float64).reshape(*waves.shape, 2)
