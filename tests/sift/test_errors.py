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
        {"c_dog": -0.1}, {"c_edge": 0}, {"n_bins": 2}, {"n_bins": 3}, {"n_bins": 4},
        {"lambda_ori": 0}, {"c_max": 1.1}, {"lambda_descr": 0}, {"n_hist": 0}, {"n_ori": 0},
        {"sigma_min": np.nan},
    ],
    ids=str,
)  # fmt: skip
def test_a_parameter_out_of_range_is_named(twin, wrong):
    with pytest.raises((TypeError, ValueError), match=next(iter(wrong))):
        twin.SIFT(**wrong)


def test_a_picture_without_features_says_so(twin):
    with pytest.raises(RuntimeError, match="no features: expected an image with more contrast"):
        twin.SIFT().detect(given(twin, PICTURE))


def blobs(twin, dtype=np.float32):
    """A picture with keypoints."""
    rows, columns = np.indices((64, 64))
    waves = np.sin(rows / 4) * np.cos(columns / 5) * np.sin((rows - columns) / 11)
    return given(twin, (0.5 + 0.4 * waves).astype(dtype))


def test_windows_of_no_gradient_give_no_keypoint_and_say_so(twin):
    sift = twin.SIFT(lambda_ori=1e-6)  # a keypoint between pixels has none in its window
    with pytest.raises(RuntimeError, match="no features"):
        sift.detect_and_extract(blobs(twin))
    assert sift.positions is None and sift.orientations is None


FOUND = (
    "keypoints", "positions", "sigmas", "scales", "octaves", "orientations", "descriptors",
    "scalespace_sigmas", "deltas", "float_dtype",
)  # fmt: skip


@pytest.mark.parametrize("method", ["detect", "detect_and_extract"])
@pytest.mark.parametrize(
    ("wrong", "error"),
    [(PICTURE, RuntimeError), (PICTURE[:2], ValueError), (PICTURE.astype(np.int16), TypeError)],
    ids=["blank", "too small", "wrong dtype"],
)
def test_nothing_is_left_of_the_picture_before(twin, method, wrong, error):
    sift = twin.SIFT()
    sift.detect_and_extract(blobs(twin))
    assert all(getattr(sift, name) is not None for name in FOUND)
    with pytest.raises(error):
        getattr(sift, method)(given(twin, wrong))
    assert [name for name in FOUND if getattr(sift, name) is not None] == []
    with pytest.raises(RuntimeError, match="call detect first"):
        sift.extract(blobs(twin))


def test_keypoints_stay_when_they_cannot_be_described(twin):
    sift = twin.SIFT()
    sift.detect_and_extract(blobs(twin))
    with pytest.raises(ValueError, match="shape in which keypoints were detected"):
        sift.extract(given(twin, PICTURE))
    assert sift.descriptors is None and len(sift.positions)
    sift.extract(blobs(twin))
    assert len(sift.descriptors) == len(sift.positions)


def test_detecting_anew_drops_the_descriptors(twin):
    sift = twin.SIFT()
    sift.detect_and_extract(blobs(twin))
    sift.detect(blobs(twin))
    assert sift.descriptors is None


@pytest.mark.parametrize("name", ["layers", "sigmas", "positions", "orientations"])
def test_values_of_keypoints_are_looked_at(name):
    keypoints = {
        "layers": np.array([2]), "positions": np.array([[4.0, 4.0]]), "sigmas": np.array([1.0]),
        "orientations": np.array([0.0]),
    }  # fmt: skip
    slopes = np.zeros((9, 9, 3)), np.zeros((9, 9, 3))
    assert reference.descriptor_histograms(*slopes, **keypoints).shape == (1, 4, 4, 8)
    wrong = {"layers": np.array([3]), "sigmas": np.array([0.0])}
    keypoints[name] = wrong.get(name, keypoints[name] * np.nan)
    with pytest.raises(ValueError, match=name):
        reference.descriptor_histograms(*slopes, **keypoints)


def test_keypoints_outside_see_no_gradients(twin):
    layers = np.zeros((3, 1)[: 2 if twin is gpu else 1], np.int64)
    positions = np.array([[-50.0, 4.0], [4.0, 99.0], [-9.0, -9.0]])
    tables = np.ones((9, 9, 1)), np.ones((9, 9, 1)), layers, positions, np.ones(3)
    if twin is gpu:
        tables = [torch.from_numpy(np.moveaxis(t, -1, 0) if t.ndim == 3 else t) for t in tables]
    assert not twin.orientation_histograms(*tables).any()


def test_no_keypoints_have_no_histograms(twin):
    layers = np.zeros((0, 1)[: 2 if twin is gpu else 1], np.int64)
    tables = np.ones((9, 9, 1)), np.ones((9, 9, 1)), layers, np.ones((0, 2)), np.ones(0)
    points = np.zeros((0, 3), np.int64)
    differences, angles = np.ones((9, 9, 5)), np.ones(0)
    if twin is gpu:
        tables = [torch.from_numpy(np.moveaxis(t, -1, 0) if t.ndim == 3 else t) for t in tables]
        points, differences, angles = map(torch.from_numpy, (points, differences, angles))
    histograms = twin.orientation_histograms(*tables)
    assert histograms.shape == (0, 36) and twin.smooth_histograms(histograms).shape == (0, 36)
    rows, orientations = twin.orientation_peaks(histograms)
    assert rows.shape == (0,) and orientations.shape == (0,)
    descriptors = twin.descriptor_histograms(*tables, angles)
    assert descriptors.shape == (0, 4, 4, 8)
    assert twin.quantize_descriptors(descriptors).shape == (0, 128)
    points, offsets, values, found = twin.refine_extrema(differences, points)
    assert [len(table) for table in (points, offsets, values, found)] == [0, 0, 0, 0]
    positions, sigmas = twin.absolute_coordinates(points, offsets, octave=0)
    assert len(twin.border_test(positions, sigmas, (9, 9))) == 0
    assert len(twin.contrast_test(values)) == 0
    assert len(twin.edge_test(twin.derivatives(differences, points)[1])) == 0


def test_nothing_can_be_described_before_it_is_detected(twin):
    with pytest.raises(RuntimeError, match="call detect first"):
        twin.SIFT().extract(given(twin, PICTURE))


@pytest.mark.parametrize("shape", [(5, 40), (40, 5), (1, 1)])
def test_a_picture_that_is_too_small_is_refused(twin, shape):
    with pytest.raises(ValueError, match="at least 12 pixels"):
        twin.gaussian_scale_space(given(twin, np.zeros(shape, np.uint8)))


def test_colour_is_refused():
    with pytest.raises(ValueError, match="gray image"):
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
