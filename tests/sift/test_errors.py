"""What chapter 07 refuses."""

import numpy as np
import pytest
import torch

from coursekit.sift import gpu, reference

PICTURE = np.zeros((32, 32), np.uint8)


@pytest.fixture(params=[reference, gpu], ids=["reference", "gpu"])
def twin(request):
    return request.param


def given(twin, array):
    if twin is reference:
        return array
    return torch.from_numpy(array)[None] if array.ndim == 2 else torch.from_numpy(array)


@pytest.mark.parametrize("upsampling", [0, 3, 8, 1.5, "2"])
def test_upsampling_is_1_2_or_4(twin, upsampling):
    with pytest.raises(ValueError, match="upsampling: expected 1, 2 or 4"):
        twin.SIFT(upsampling=upsampling)


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_octaves": 0}, {"n_scales": 0}, {"n_scales": 2.5}, {"sigma_min": 0}, {"sigma_in": -1},
        {"c_dog": -0.1}, {"c_edge": 0}, {"n_bins": 2}, {"lambda_ori": 0}, {"c_max": 1.1},
        {"lambda_descr": 0}, {"n_hist": 0}, {"n_ori": 0}, {"sigma_min": np.nan},
    ],
    ids=str,
)  # fmt: skip
def test_a_parameter_out_of_range_is_named(twin, wrong):
    with pytest.raises((TypeError, ValueError), match=next(iter(wrong))):
        twin.SIFT(**wrong)


def test_a_picture_without_features_says_so(twin):
    with pytest.raises(RuntimeError, match="no features: expected a picture with more contrast"):
        twin.SIFT().detect(given(twin, PICTURE))


def test_nothing_can_be_described_before_it_is_detected(twin):
    with pytest.raises(RuntimeError, match="call detect first"):
        twin.SIFT().extract(given(twin, PICTURE))


@pytest.mark.parametrize("shape", [(5, 40), (40, 5), (1, 1)])
def test_a_picture_that_is_too_small_is_refused(twin, shape):
    with pytest.raises(ValueError, match="at least 12 pixels"):
        twin.gaussian_scale_space(given(twin, np.zeros(shape, np.uint8)))


def test_colour_is_refused():
    with pytest.raises(ValueError, match="gray picture"):
        reference.SIFT().detect(np.zeros((32, 32, 3), np.uint8))
    with pytest.raises(ValueError, match="1 channels"):
        gpu.SIFT().detect(torch.zeros(3, 32, 32))


def test_levels_beyond_white_are_refused():
    with pytest.raises(ValueError, match="maximum 255"):
        reference.SIFT().detect(PICTURE + 255.0)


def test_differences_are_floats_of_three_axes(twin):
    with pytest.raises(TypeError, match="differences"):
        twin.local_extrema(given(twin, np.zeros((5, 5, 5), np.uint8)))
    with pytest.raises(ValueError, match="differences"):
        reference.local_extrema(np.zeros((5, 5)))


def test_points_at_the_border_are_refused():
    with pytest.raises(ValueError, match="border"):
        reference.derivatives(np.zeros((5, 5, 5)), np.array([[0, 2, 2]]))


def test_keypoints_have_one_entry_each(twin):
    slopes = np.zeros((9, 9, 2))
    layers = np.zeros(3, np.int64) if twin is reference else torch.zeros(3, 1, dtype=torch.int64)
    positions, sigmas = np.ones((3, 2)), np.ones(2)
    tables = [given(twin, slopes), given(twin, slopes), layers]
    pairs = [positions, sigmas] if twin is reference else [torch.ones(3, 2), torch.ones(2)]
    with pytest.raises(ValueError, match="sigmas: expected one for each of 3 keypoints"):
        twin.orientation_histograms(*tables, *pairs)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"metric": "cosine"}, "metric"),
        ({"max_ratio": 0}, "max_ratio"),
        ({"max_ratio": 1.5}, "max_ratio"),
        ({"max_distance": -1}, "max_distance"),
        ({"metric": "minkowski", "p": 0.5}, "p:"),
    ],
    ids=str,
)
def test_matching_refuses(twin, wrong, message):
    table = np.zeros((4, 8), np.uint8)
    first, second = (table, table) if twin is reference else [torch.from_numpy(table)] * 2
    with pytest.raises(ValueError, match=message):
        twin.match_descriptors(first, second, **wrong)


def test_descriptors_have_one_length(twin):
    make = np.zeros if twin is reference else torch.zeros
    with pytest.raises(ValueError, match="one length, got 8 and 9"):
        twin.match_descriptors(make((4, 8)), make((4, 9)))


def test_no_descriptors_give_no_matches(twin):
    make = np.zeros if twin is reference else torch.zeros
    assert twin.match_descriptors(make((0, 8)), make((4, 8))).shape == (0, 2)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (np.zeros((3, 2)), np.zeros((3, 2))),
        (np.zeros((5, 2)), np.zeros((4, 2))),
        (np.zeros((5, 3)), np.zeros((5, 3))),
        (np.full((5, 2), np.nan), np.zeros((5, 2))),
        (np.zeros((5, 2)), np.zeros((5, 2))),
    ],
)
def test_a_homography_needs_four_points_that_agree(first, second):
    with pytest.raises(ValueError, match="points|homography|finite"):
        reference.find_homography(first, second)
