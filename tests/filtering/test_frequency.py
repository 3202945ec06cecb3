"""Spectra and their filters: known answers, NumPy and scikit-image, what holds, what is refused."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.filters import butterworth

from coursekit.filtering import gpu, reference, shared
from coursekit.lab import samples

CAMERA = samples.camera()[90:200, 180:301]
FLOATS = CAMERA / 255
ASTRONAUT = samples.astronaut()[20:97, 150:260]
SHAPES = [(8, 8), (7, 9), (8, 9), (1, 6), (5, 1), (1, 1)]
KINDS = shared.KINDS


def wave(shape, rows, columns, amplitude=0.25, mean=0.5):
    """A cosine with so many periods down the rows and along the columns."""
    row, column = np.mgrid[: shape[0], : shape[1]]
    phase = 2 * np.pi * (rows * row / shape[0] + columns * column / shape[1])
    return mean + amplitude * np.cos(phase)


# ------------------------------------------------------------------ known answers


def test_the_spectrum_of_a_wave_is_two_peaks_and_the_mean():
    waves = reference.spectrum(wave((16, 20), 3, -2))
    expected = np.zeros((16, 20), complex)
    expected[8, 10] = 0.5 * 16 * 20  # frequency zero: the sum of the picture
    expected[8 + 3, 10 - 2] = expected[8 - 3, 10 + 2] = 0.25 / 2 * 16 * 20
    np.testing.assert_allclose(waves, expected, atol=1e-10)


def test_the_spectrum_of_a_point_is_flat():
    image = np.zeros((5, 6), np.uint8)
    image[0, 0] = 9
    np.testing.assert_allclose(reference.spectrum(image), 9)


def test_a_low_pass_takes_the_fine_wave_and_leaves_the_coarse_one():
    coarse, fine = wave((32, 32), 2, 0, 0.2), wave((32, 32), 0, 10, 0.2, mean=0)
    result = reference.frequency_filter(coarse + fine, "ideal", 5 / 32)
    np.testing.assert_allclose(result, coarse, atol=1e-12)
    result = reference.frequency_filter(coarse + fine, "ideal", 5 / 32, passes="high")
    np.testing.assert_allclose(result, 0.5 + fine, atol=1e-12)
    result = reference.frequency_filter(coarse + fine, "ideal", (5 / 32, 11 / 32), passes="stop")
    np.testing.assert_allclose(result, coarse, atol=1e-12)


def test_an_ideal_filter_passes_its_cutoff():
    image = wave((16, 16), 4, 0)
    np.testing.assert_allclose(reference.frequency_filter(image, "ideal", 0.25), image, atol=1e-12)


def test_without_the_mean_what_is_below_black_is_clipped():
    image = wave((16, 16), 4, 0)
    result = reference.frequency_filter(image, "ideal", 0.1, passes="high", keep_mean=False)
    np.testing.assert_allclose(result, np.maximum(image - 0.5, 0), atol=1e-12)


def test_what_the_cutoff_of_each_kind_passes():
    image = wave((32, 32), 4, 0, amplitude=0.4)
    half = 0.5 + (image - 0.5) / 2
    for order in (1, 2, 9):
        result = reference.frequency_filter(image, "butterworth", 1 / 8, order)
        np.testing.assert_allclose(result, half, atol=1e-12)
    result = reference.frequency_filter(image, "gaussian", 1 / 8)
    np.testing.assert_allclose(result, 0.5 + (image - 0.5) * np.exp(-0.5), atol=1e-12)


@pytest.mark.parametrize("passes", ["band", "stop"])
def test_a_butterworth_band_passes_half_at_both_ends(passes):
    for periods in (2, 8):
        image = wave((32, 32), periods, 0)
        result = reference.frequency_filter(image, "butterworth", (2 / 32, 8 / 32), 3, passes)
        np.testing.assert_allclose(result, 0.5 + (image - 0.5) / 2, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_notch_takes_one_wave_out(kind):
    pattern = wave((40, 40), 8, -12, 0.2, mean=0)
    image = wave((40, 40), 1, 1, 0.2)
    result = reference.notch_filter(image + pattern, [(8 / 40, -12 / 40)], 0.02, kind)
    np.testing.assert_allclose(result, image, atol=2e-3)
    mirrored = reference.notch_filter(image + pattern, [(-8 / 40, 12 / 40)], 0.02, kind)
    np.testing.assert_allclose(mirrored, result, atol=1e-12)


def test_a_notch_at_the_finest_wave_counts_once():
    response = shared.notch_response((8, 8), [(0.5, 0.5)], 0.1, "gaussian")
    once = 1 - np.exp(-0.5 * (0.125 / 0.1) ** 2)
    assert response[4, 4] == 0
    assert response[4, 3] == response[4, 5] == pytest.approx(once)


def test_an_ideal_filter_rings_and_a_gaussian_does_not():
    image = np.repeat([0.2, 0.8], 32)[None].repeat(8, axis=0)
    ideal = reference.frequency_filter(image, "ideal", 0.1)
    gaussian = reference.frequency_filter(image, "gaussian", 0.1)
    assert ideal.max() > 0.84 and ideal.min() < 0.16
    assert gaussian.max() <= 0.8 + 1e-6 and gaussian.min() >= 0.2 - 1e-6


# ------------------------------------------------------------------ oracles


@pytest.mark.parametrize("image", [CAMERA, FLOATS, ASTRONAUT, FLOATS.astype(np.float32)])
def test_spectrum_is_numpys(image):
    expected = np.fft.fft2(image.astype(float), s=None, axes=(0, 1), norm="backward")
    expected = np.fft.fftshift(expected, axes=(0, 1))
    atol = 1e-6 * image.sum() if image.dtype == np.float32 else 1e-8
    np.testing.assert_allclose(reference.spectrum(image), expected, atol=atol)


@pytest.mark.parametrize("order", [1, 2, 5])
@pytest.mark.parametrize("cutoff", [0.03, 0.2, 0.5])
@pytest.mark.parametrize("shape", [(64, 64), (51, 60), (60, 51)])
def test_butterworth_is_scikit_images(shape, cutoff, order):
    image = FLOATS[: shape[0], : shape[1]]
    for passes in ("low", "high"):
        expected = butterworth(
            image,
            cutoff_frequency_ratio=cutoff,
            high_pass=passes == "high",
            order=order,
            channel_axis=None,
            squared_butterworth=True,
            npad=0,
        )
        result = reference.frequency_filter(image, "butterworth", cutoff, order, passes, False)
        np.testing.assert_allclose(result, np.clip(expected, 0, 1), atol=1e-12)


@pytest.mark.parametrize("shape", [(16, 16), (15, 17), (16, 17), (33, 20)])
def test_a_product_of_spectra_is_a_convolution_that_wraps(shape):
    image = FLOATS[: shape[0], : shape[1]]
    kernel = np.random.default_rng(2).random((5, 3))
    kernel /= kernel.sum()
    laid_out = np.zeros(shape)
    laid_out[:5, :3] = kernel
    laid_out = np.roll(laid_out, (-2, -1), axis=(0, 1))  # the kernel's centre to [0, 0]
    product = reference.spectrum(image) * reference.spectrum(laid_out)
    convolved = reference.convolve(image, kernel, border="wrap")
    np.testing.assert_allclose(reference.spectrum(convolved), product, atol=1e-6)


@pytest.mark.parametrize("shape", [(24, 24), (23, 25)])
def test_a_filter_is_the_convolution_with_its_point_spread(shape):
    image = FLOATS[: shape[0], : shape[1]]
    response = shared.response(shape, "gaussian", 0.1)
    spread = np.fft.fftshift(np.fft.ifft2(response).real)
    convolved = np.zeros(shape)
    for row in range(shape[0]):
        for column in range(shape[1]):
            steps = (row - shape[0] // 2, column - shape[1] // 2)
            convolved += spread[row, column] * np.roll(image, steps, axis=(0, 1))
    result = reference.frequency_filter(image, "gaussian", 0.1)
    np.testing.assert_allclose(result, convolved, atol=1e-6)


# ------------------------------------------------------------------ what always holds


@pytest.mark.parametrize("shape", SHAPES)
def test_the_spectrum_leads_back_to_the_picture(shape):
    image = FLOATS[: shape[0], : shape[1]]
    waves = np.fft.ifftshift(reference.spectrum(image))
    np.testing.assert_allclose(np.fft.ifft2(waves), image, atol=1e-12)


@pytest.mark.parametrize("passes", shared.PASSES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_response_treats_opposite_waves_alike(shape, kind, passes):
    cutoff = (0.1, 0.3) if passes in ("band", "stop") else 0.2
    for response in (
        shared.response(shape, kind, cutoff, 2, passes),
        shared.notch_response(shape, [(0.2, -0.1), (0.5, 0.3)], 0.1, kind),
    ):
        mirrored = np.roll(response[::-1, ::-1], (1, 1), axis=(0, 1))
        np.testing.assert_allclose(response, mirrored, atol=1e-12)
        assert response.min() >= 0 and response.max() <= 1


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(KINDS), st.floats(0.01, 0.4), st.floats(0.01, 0.3), st.integers(1, 30))
def test_what_one_filter_passes_the_other_stops(kind, low, width, order):
    for pair, cutoff in (
        (("low", "high"), low),
        (("band", "stop"), (low, low + width)),
    ):
        one, other = (shared.response((9, 12), kind, cutoff, order, p) for p in pair)
        np.testing.assert_allclose(one + other, 1)


def test_the_mean_stays_unless_told_otherwise():
    for passes in ("low", "high"):
        result = reference.frequency_filter(FLOATS * 0.2 + 0.4, "gaussian", 0.1, passes=passes)
        assert result.mean() == pytest.approx((FLOATS * 0.2 + 0.4).mean())


def test_a_half_level_goes_up_on_any_machine():
    image = np.array([[0, 1]], dtype=np.uint8).repeat(3, axis=0)  # its mean is 0.5
    assert (reference.frequency_filter(image, "ideal", 0.01) == 1).all()
    assert (gpu.frequency_filter(torch.from_numpy(image)[None], "ideal", 0.01) == 1).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_batches_get_the_same_levels(shape):
    image = CAMERA[: shape[0], : shape[1]]
    result = gpu.frequency_filter(torch.from_numpy(image.copy())[None], "butterworth", 0.1)
    expected = reference.frequency_filter(image, "butterworth", 0.1)
    np.testing.assert_array_equal(result[0], expected)


# ------------------------------------------------------------------ what is refused

REFUSED = [
    (("round", 0.1), ValueError, "kind: expected one of 'ideal', .* got 'round'"),
    (("ideal", 0), ValueError, "cutoff: expected .* got 0"),
    (("ideal", (0.1, 0.2)), TypeError, "cutoff: expected a number, got tuple"),
    (("ideal", 0.1, 2, "all"), ValueError, "passes: expected one of 'low', .* got 'all'"),
    (("ideal", 0.1, 2, "band"), TypeError, r"expected a pair \(low, high\) for a band, got 0.1"),
    (("ideal", (0.2, 0.1), 2, "stop"), ValueError, "expected low < high, got 0.2 and 0.1"),
    (("butterworth", 0.1, 0), ValueError, "order: expected .* got 0"),
    (("butterworth", 0.1, 1.5), TypeError, "order: expected a whole number, got 1.5"),
]
BAD_NOTCHES = [
    (([], 0.1), ValueError, r"centers: expected pairs \(row, column\), got shape \(0,\)"),
    (([0.1, 0.2], 0.1), ValueError, r"got shape \(2,\)"),
    (([(0.1, 0.7)], 0.1), ValueError, r"expected frequencies in \[-0.5, 0.5\], got"),
    (([(0.1, np.nan)], 0.1), ValueError, r"expected frequencies in \[-0.5, 0.5\], got"),
    (([(0.1, 0.2)], 0), ValueError, "radius: expected .* got 0"),
    (([(0.1, 0.2)], 0.1, "square"), ValueError, "kind: expected one of"),
]


@pytest.mark.parametrize(
    ("name", "arguments", "error", "message"),
    [("frequency_filter", *case) for case in REFUSED]
    + [("notch_filter", *case) for case in BAD_NOTCHES],
)
def test_what_has_no_meaning_is_refused(name, arguments, error, message):
    with pytest.raises(error, match=message):
        getattr(reference, name)(CAMERA, *arguments)
    with pytest.raises(error, match=message):
        getattr(gpu, name)(torch.zeros(1, 8, 8), *arguments)
