"""What is refused, and what is said."""

import numpy as np
import pytest
import torch

from coursekit.color_transfer import gpu, reference

COLOR = np.zeros((24, 30, 3), np.uint8)
FLOAT = COLOR / 255
METHODS = [
    "reinhard", "monge_kantorovitch", "iterative_distribution_transfer", "gamut_transfer",
    "sliced_wasserstein",
]  # fmt: skip
PAIRED = ["regrain", "structural_similarity", "gradient_correlation"]


def tensor(array):
    return torch.from_numpy(array).movedim(-1, -3)


@pytest.mark.parametrize("method", METHODS + PAIRED)
@pytest.mark.parametrize(
    ("target", "other", "error", "said"),
    [
        (COLOR[..., 0], COLOR, ValueError, r"\(H, W, 3\)"),
        (COLOR, COLOR[:0], ValueError, "at least one pixel|like"),
        (COLOR, FLOAT, TypeError, "like"),
        (FLOAT * 0 + 2, FLOAT, ValueError, r"\[0, 1\]"),
        ("a.jpg", COLOR, TypeError, "NumPy array|dtype|like"),
    ],
)
def test_what_is_no_pair_of_pictures_is_refused(method, target, other, error, said):
    if method == "regrain":
        target, other = other, target  # the target is its second argument
    with pytest.raises(error, match=said):
        getattr(reference, method)(target, other)


@pytest.mark.parametrize("method", METHODS)
def test_batches_that_do_not_fit_are_refused(method):
    transfer = getattr(gpu, method)
    with pytest.raises(TypeError, match="uint8 like"):
        transfer(tensor(COLOR), tensor(FLOAT))
    with pytest.raises(ValueError, match=r"one for all images or one for each of \(2,\)"):
        transfer(tensor(COLOR).expand(2, -1, -1, -1), tensor(COLOR).expand(3, -1, -1, -1))
    with pytest.raises(ValueError, match="3 channels"):
        transfer(tensor(COLOR)[:1], tensor(COLOR))


@pytest.mark.parametrize("method", PAIRED)
def test_a_picture_of_another_size_is_refused(method):
    with pytest.raises(ValueError, match="expected shape"):
        getattr(reference, method)(COLOR, COLOR[1:])
    with pytest.raises(ValueError, match="expected shape"):
        getattr(gpu, method)(tensor(COLOR), tensor(COLOR[1:]))


@pytest.mark.parametrize("part", [reference, gpu])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"iterations": -1}, "iterations: expected a whole number"),
        ({"iterations": 1.5}, "iterations: expected a whole number"),
        ({"seed": -1}, "seed"),
        ({"bins": 1}, "bins"),
        ({"relaxation": 1.1}, "relaxation"),
        ({"offset": 2}, "offset"),
        ({"rotations": np.eye(3)}, r"\(iterations, K, 3\) with 10 iterations"),
        ({"rotations": np.ones((10, 3, 3))}, "span all three dimensions"),
        ({"rotations": np.full((10, 3, 3), np.nan)}, "finite"),
        ({"rotations": np.ones((10, 2, 3))}, "K >= 3"),
    ],
)
def test_numbers_of_no_distribution_transfer_are_refused(part, arguments, said):
    pair = (COLOR, COLOR) if part is reference else (tensor(COLOR), tensor(COLOR))
    with pytest.raises((TypeError, ValueError), match=said):
        part.iterative_distribution_transfer(*pair, **arguments)


@pytest.mark.parametrize("part", [reference, gpu])
@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"sweeps": 4}, TypeError, "sweeps"),
        ({"sweeps": ()}, TypeError, "sweeps"),
        ({"sweeps": (4, -1)}, ValueError, "each of sweeps"),
        ({"smoothness": 0}, ValueError, "smoothness"),
    ],
)
def test_numbers_of_no_regraining_are_refused(part, arguments, error, said):
    pair = (COLOR, COLOR) if part is reference else (tensor(COLOR), tensor(COLOR))
    with pytest.raises(error, match=said):
        part.regrain(*pair, **arguments)


def test_a_result_with_holes_is_refused():
    with pytest.raises(ValueError, match="result: expected finite"):
        reference.regrain(FLOAT * np.nan, FLOAT)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: reference.lalphabeta_to_rgb(FLOAT[..., :2]), "lalphabeta"),
        (lambda: reference.match_moments(FLOAT, FLOAT[..., :2]), "reference"),
        (lambda: reference.match_moments(COLOR, FLOAT), "values"),
        (lambda: reference.optimal_map(np.eye(2), np.eye(3)), "covariance"),
        (lambda: reference.optimal_map(np.eye(3), np.full((3, 3), np.inf)), "finite"),
        (lambda: reference.match_marginal(FLOAT, FLOAT[0, 0]), "values"),
        (lambda: reference.project_and_match(FLOAT[0], FLOAT[0], np.eye(2)), "axes"),
        (lambda: reference.regrain_weights(FLOAT, scale=0), "scale"),
        (lambda: reference.regrain_weights(COLOR), "target: expected an array of float"),
        (lambda: reference.estimate_illuminant(COLOR, power=0), "power"),
        (lambda: reference.estimate_illuminant(COLOR, sigma=-1), "sigma"),
        (lambda: reference.to_white_axis(COLOR, np.zeros(3)), "illuminant: expected positive"),
        (lambda: reference.to_white_axis(COLOR, np.ones(4)), "illuminant"),
        (lambda: reference.from_white_axis(COLOR, np.ones(3)), "rotated"),
        (lambda: reference.match_luminance(FLOAT[..., 0], FLOAT), "reference"),
        (lambda: reference.match_luminance(FLOAT[..., 0], FLOAT[..., 0], -1), "smoothness"),
        (lambda: reference.gamut_hull(FLOAT), "colors"),
        (lambda: reference.align_gamut(FLOAT[0], FLOAT[0, :, :2]), "reference_hull"),
        (lambda: reference.gamut_transfer(COLOR, COLOR, -1), "smoothness"),
        (lambda: reference.sliced_wasserstein(COLOR, COLOR, directions=0), "directions"),
        (lambda: reference.sliced_wasserstein(COLOR, COLOR, quantiles=0), "quantiles"),
        (lambda: reference.structural_similarity(COLOR[:10], COLOR[:10]), "at least 11 x 11"),
    ],
)
def test_each_step_names_what_it_refuses(call, said):
    with pytest.raises((TypeError, ValueError), match=said):
        call()
