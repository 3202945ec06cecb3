"""Answers of chapter 07 that were worked out by hand."""

import numpy as np
import pytest
import torch

from coursekit.core.chunks import groups_by_size
from coursekit.core.kernels import gaussian_weights
from coursekit.sift import gpu, reference, shared
from coursekit.sift.explore import evaluation


@pytest.fixture(params=["reference", "gpu"])
def call(request):
    """Call a function of either twin with arrays whose last axis is the scale."""

    def as_tensor(value):
        if not isinstance(value, np.ndarray):
            return value
        return torch.from_numpy(value.copy()).movedim(-1, 0) if value.ndim == 3 else (
            torch.from_numpy(value.copy())
        )  # fmt: skip

    def as_array(value):
        value = value.movedim(0, -1) if value.ndim == 3 else value
        return value.numpy()

    def on_gpu(name, *given, **named):
        result = getattr(gpu, name)(*map(as_tensor, given), **named)
        return [as_array(v) for v in result] if isinstance(result, tuple) else as_array(result)

    def on_reference(name, *given, **named):
        return getattr(reference, name)(*given, **named)

    return on_gpu if request.param == "gpu" else on_reference


def in_order(points, call_of):
    """(row, column, scale) as a twin has it."""
    columns = [2, 0, 1] if "gpu" in call_of.__name__ else [0, 1, 2]
    return np.array(points, dtype=np.int64).reshape(-1, 3)[:, columns]


# ------------------------------------------------------------------ scale space


def test_blur_doubles_in_three_steps_and_pixels_with_it():
    # 1.6 pixels of an octave that is twice as large as the picture are 0.8 of its own
    expected = [0.8 * 2 ** (step / 3) for step in range(6)]
    assert shared.sigmas(2)[0] == pytest.approx(expected)
    assert shared.sigmas(2)[1] == pytest.approx([2 * sigma for sigma in expected])
    assert shared.deltas(3).tolist() == [0.5, 1, 2]


def test_first_blur_adds_what_the_picture_lacks():
    # 0.5 pixels of the picture are 1.0 of the enlarged one: sqrt(1.6^2 - 1.0^2)
    assert shared.first_sigma(2, 1.6, 0.5) == pytest.approx(np.sqrt(1.56))
    assert shared.first_sigma(4, 1.6, 0.5) == 0  # blurred by 2.0 already


@pytest.mark.parametrize(("size", "octaves"), [(6, 1), (11, 1), (12, 2), (512, 7), (5, 0)])
def test_octaves_end_at_twelve_pixels(size, octaves):
    assert shared.octaves_that_fit((size, 999), upsampling=2) == octaves


def test_weights_reach_four_sigma_and_sum_to_one():
    row = gaussian_weights(1.0)
    assert len(row) == 9 and row.sum() == pytest.approx(1)
    assert row[4] / row[5] == pytest.approx(np.exp(0.5))


@pytest.mark.parametrize("twin", [reference, gpu], ids=["reference", "gpu"])
def test_a_dot_becomes_gaussians_of_the_scales(twin):
    dot = np.zeros((64, 64))
    dot[32, 32] = 1.0
    given = dot if twin is reference else torch.from_numpy(dot)[None]
    octaves = twin.gaussian_scale_space(
        given, upsampling=1, n_octaves=2, n_scales=2, sigma_min=1.5, sigma_in=0
    )
    first, second = (np.moveaxis(np.asarray(o), 0, -1) if twin is gpu else o for o in octaves)
    assert first.shape == (64, 64, 5) and second.shape == (32, 32, 5)
    offsets = np.arange(64) - 32
    for scale, variance in enumerate([2.25, 4.5, 9]):  # it doubles from scale to scale
        rows = first[..., scale].sum(axis=1)
        assert rows.sum() == pytest.approx(1) and rows @ offsets == pytest.approx(0, abs=1e-12)
        assert rows @ offsets**2 == pytest.approx(variance, rel=0.005)  # cut off at 4 sigma
        top = 1 / (2 * np.pi * variance)
        assert first[32, 32, scale] == pytest.approx(top, rel=0.005)
    assert np.array_equal(second[..., 0], first[::2, ::2, 2])


def test_a_difference_is_the_next_scale_minus_this_one(call):
    octave = np.array([1.0, 3.0, 9.0]) * np.ones((2, 2, 1))
    assert call("difference_of_gaussians", octave)[0, 0].tolist() == [2, 6]


# ------------------------------------------------------------------ extrema


def one_point(value=1.0, at=(2, 3, 1), shape=(5, 6, 3)):
    differences = np.zeros(shape)
    differences[at] = value
    return differences


@pytest.mark.parametrize("value", [1.0, -1.0])
def test_a_lonely_point_is_extreme(call, value):
    found = call("local_extrema", one_point(value))
    assert np.array_equal(found, in_order([2, 3, 1], call))


def test_threshold_itself_is_too_little(call):
    assert len(call("local_extrema", one_point(0.5), threshold=0.5)) == 0
    assert len(call("local_extrema", one_point(0.5), threshold=0.4)) == 1


@pytest.mark.parametrize("step", [s for s in np.ndindex(3, 3, 3) if s != (1, 1, 1)])
def test_each_of_the_26_neighbours_can_forbid_an_extremum(call, step):
    differences = one_point()
    differences[tuple(np.add((1, 2, 0), step))] = 1.0
    found = call("local_extrema", differences).tolist()
    assert in_order([2, 3, 1], call)[0].tolist() not in found


@pytest.mark.parametrize("at", [(0, 3, 1), (4, 3, 1), (2, 0, 1), (2, 5, 1), (2, 3, 0), (2, 3, 2)])
def test_the_border_has_too_few_neighbours(call, at):
    assert len(call("local_extrema", one_point(at=at))) == 0


def parabola(peak, height=1.0, shape=(9, 9, 7)):
    """A paraboloid with its peak at (row, column, scale); what is fitted to it is exact."""
    grid = np.moveaxis(np.indices(shape), 0, -1) - np.asarray(peak)
    form = np.array([[0.02, 0.004, 0], [0.004, 0.03, 0.002], [0, 0.002, 0.04]])
    return height - np.einsum("...i,ij,...j", grid, form, grid)


def test_derivatives_of_a_paraboloid(call):
    gradient, hessian = call(
        "derivatives", parabola((4, 4, 3)), in_order([4, 4, 3], call)
    )  # fmt: skip
    expected = -2 * np.array([[0.02, 0.004, 0], [0.004, 0.03, 0.002], [0, 0.002, 0.04]])
    assert np.allclose(np.moveaxis(gradient, -1, 0).ravel(), 0, atol=1e-12)
    assert np.allclose(np.sort(np.ravel(hessian)), np.sort(expected.ravel()))


def test_a_peak_between_pixels_is_found(call):
    points, offsets, values, found = call(
        "refine_extrema", parabola((4.3, 3.8, 3.25)), in_order([4, 4, 3], call)
    )
    assert found.all() and np.array_equal(points, in_order([4, 4, 3], call))
    assert offsets[0] == pytest.approx([0.3, -0.2, 0.25]) and values[0] == pytest.approx(1)


def test_a_peak_that_is_far_is_walked_to(call):
    start = in_order([3, 6, 4], call)
    differences = parabola((5.2, 3.9, 3.1))
    _, _, _, found = call("refine_extrema", differences, start, iterations=2)
    assert not found.any()
    points, offsets, _, found = call("refine_extrema", differences, start)
    assert found.all() and np.array_equal(points, in_order([5, 4, 3], call))
    assert offsets[0] == pytest.approx([0.2, -0.1, 0.1])


def test_nothing_is_walked_to_the_border(call):
    points, _, _, found = call(
        "refine_extrema", parabola((0.0, 4.0, 3.0)), in_order([1, 4, 3], call)
    )
    assert not found.any() and np.array_equal(points, in_order([1, 4, 3], call))


def test_contrast_is_rescaled_with_the_number_of_scales(call):
    values = np.array([0.0134, -0.0134, 0.0133, 0.0098])
    assert call("contrast_test", values).tolist() == [True, True, False, False]
    # (2^(1/5) - 1) / (2^(1/3) - 1) 0.01333 = 0.00763
    assert call("contrast_test", values, n_scales=5).all()


@pytest.mark.parametrize(("ratio", "passes"), [(1, True), (9.9, True), (10.1, False), (-1, True)])
def test_a_ridge_is_no_keypoint(ratio, passes):
    hessian = np.diag([1.0, ratio, 5.0])[None]
    assert reference.edge_test(hessian, c_edge=10).tolist() == [passes]
    assert gpu.edge_test(torch.from_numpy(hessian), c_edge=10).tolist() == [passes]


def test_a_flat_determinant_is_no_keypoint():
    assert not reference.edge_test(np.zeros((1, 3, 3))).any()
    assert not gpu.edge_test(torch.zeros(1, 3, 3)).any()


def test_where_a_peak_is_in_the_picture(call):
    positions, sigmas = call(
        "absolute_coordinates", in_order([10, 20, 2], call), np.array([[0.5, -0.5, 1.0]]), octave=1
    )  # pixels of octave 1 are those of the picture; scale 3 of it has twice its first blur
    assert positions.tolist() == [[10.5, 19.5]] and sigmas == pytest.approx([3.2])


def test_a_peak_stays_its_blur_away_from_the_border(call):
    positions = np.array([[3.0, 5.0], [1.9, 5.0], [5.0, 8.1]])
    passes = call("border_test", positions, np.full(3, 2.0), shape=(10, 10))
    assert passes.tolist() == [True, False, False]


# ------------------------------------------------------------------ orientation and descriptor


def test_slopes_are_half_the_difference_of_the_neighbours(call):
    octave = np.array([0.0, 1.0, 4.0, 9.0])[:, None, None] * np.ones((4, 3, 1))
    rows, columns = call("gradients", octave)
    assert rows[:, 0, 0].tolist() == [1, 2, 4, 5] and not columns.any()


def slope(degrees, shape=(41, 41, 1)):
    """Slopes of a plane that rises in one direction, from the rows' towards the columns'."""
    angle = np.deg2rad(degrees)
    return np.full(shape, np.cos(angle)), np.full(shape, np.sin(angle))


def layers(call_of):
    return np.zeros((1, 1) if "gpu" in call_of.__name__ else 1, np.int64)


@pytest.mark.parametrize("degrees", [0, 40, 90, 180, -90, 4, 6])
def test_a_plane_has_one_direction(call, degrees):
    center, sigma = np.array([[20.0, 20.0]]), np.array([2.0])
    histogram = call("orientation_histograms", *slope(degrees), layers(call), center, sigma)
    assert histogram.argmax() == round(degrees / 10) % 36
    assert (histogram > 0).sum() == 1
    reach = np.arange(-9, 10)  # 3 1.5 sigma to each side
    expected = np.exp(-(reach[:, None] ** 2 + reach**2) / (2 * 3.0**2)).sum()
    assert histogram.max() == pytest.approx(expected)


def test_a_bin_is_shared_with_its_neighbours(call):
    histogram = np.zeros((1, 6))
    histogram[0, 0] = 9
    assert call("smooth_histograms", histogram, times=1).tolist() == [[3, 3, 0, 0, 0, 3]]


def test_peaks_are_tops_of_parabolas_and_half_a_bin_on(call):
    histograms = np.zeros((2, 36))
    histograms[0, [9, 10, 11]] = 3, 4, 3  # symmetric: the top is in the middle
    histograms[1, [0, 35]] = 4, 4  # between the two
    histograms[1, 18] = 3.1
    rows, angles = call("orientation_peaks", histograms, c_max=0.8)
    assert rows.tolist() == [0, 1]
    assert np.rad2deg(angles) == pytest.approx([105, 0], abs=1e-9)


@pytest.mark.parametrize("width", [2, 3, 35])
def test_a_plateau_is_one_orientation(call, width):
    histogram = np.ones((1, 36))
    histogram[0, 5 : 5 + width] = 4  # at 35 across the end of the circle
    histogram = np.roll(histogram, 30, axis=1)
    assert len(call("orientation_peaks", histogram)[0]) == 1


def test_a_flat_histogram_has_no_orientation(call):
    assert len(call("orientation_peaks", np.full((2, 36), 0.7))[0]) == 0


def test_a_peak_that_hardly_stands_out_is_a_peak(call):
    histogram = np.ones((1, 36))
    histogram[0, 9] = np.nextafter(1, 2)  # the parabola is all but flat
    rows, angles = call("orientation_peaks", histogram)
    assert np.rad2deg(angles) == pytest.approx([95])


def test_a_histogram_of_nothing_has_no_peak(call):
    rows, _ = call("orientation_peaks", np.zeros((1, 36)))
    assert len(rows) == 0


def test_triangular_kernel():
    distances = np.array([0, 0.25, -0.5, 1, -2])
    expected = [1, 0.75, 0.5, 0, 0]
    assert reference.sift.triangular_kernel(distances).tolist() == expected
    assert gpu.sift.triangular_kernel(torch.from_numpy(distances)).tolist() == expected


def test_a_parabola_without_a_peak_is_not_found(call):
    differences = np.zeros((5, 5, 5))
    differences[2, 2, 2], differences[:, :, 3] = 1.0, 1.0  # does not bend from scale to scale
    differences[:, :, 1] = 1.0
    differences[:, :, 2] = 1.0
    points, offsets, values, found = call("refine_extrema", differences, in_order([2, 2, 2], call))
    assert not found.any() and np.isnan(offsets).all() and np.isnan(values).all()
    assert np.array_equal(points, in_order([2, 2, 2], call))


def test_a_plane_fills_one_bin_of_every_histogram(call):
    center, sigma = np.array([[20.0, 20.0]]), np.array([1.5])
    for turned in (0.0, np.pi / 2):  # the direction is told from the keypoint's own
        given = (*slope(np.rad2deg(turned)), layers(call), center, sigma, np.array([turned]))
        histograms = np.asarray(_raw(call, *given))
        assert histograms.shape == (4, 4, 8)
        assert (histograms[..., 0] > 0).all() and np.abs(histograms[..., 1:]).max() < 1e-9
        assert np.allclose(histograms[..., 0], histograms[::-1, ::-1, 0])


def _raw(call_of, *given):
    if "gpu" not in call_of.__name__:
        return reference.descriptor_histograms(*given)[0]
    rows, columns, *others = given
    planes = [torch.from_numpy(plane).movedim(-1, 0) for plane in (rows, columns)]
    return gpu.descriptor_histograms(*planes, *map(torch.from_numpy, others))[0].numpy()


def test_a_descriptor_is_cut_at_a_fifth_and_has_length_512():
    histograms = np.zeros((2, 1, 1, 4))
    histograms[0] = 3, 4, 0, 0  # both above 0.2 * 5: cut to 1 and 1, so 512 / sqrt(2) = 362
    histograms[1] = 0
    expected = [[255, 255, 0, 0], [0, 0, 0, 0]]
    assert reference.quantize_descriptors(histograms).tolist() == expected
    assert gpu.quantize_descriptors(torch.from_numpy(histograms)).tolist() == expected


def test_a_flat_descriptor_is_rounded_down():
    # 128 equal values of length 512: 512 / sqrt(128) = 45.25
    assert set(reference.quantize_descriptors(np.ones((1, 4, 4, 8))).ravel()) == {45}


def test_groups_hold_windows_of_about_one_size():
    parts = groups_by_size(np.array([3, 9, 3, 2]), samples=20)
    assert [part.tolist() for part in parts] == [[3, 0], [2], [1]]


# ------------------------------------------------------------------ matching


def test_nearest_neighbours_by_hand(call):
    first = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 9.0]])
    second = np.array([[0.0, 1.0], [9.0, 0.0], [8.0, 0.0], [9.0, 1.0]])
    matches = call("match_descriptors", first, second, cross_check=False)
    assert matches.tolist() == [[0, 0], [1, 1], [2, 0]]
    assert call("match_descriptors", first, second).tolist() == [[0, 0], [1, 1]]
    # 1 against sqrt(2): 0.71
    assert call("match_descriptors", first, second, max_ratio=0.7).tolist() == [[0, 0]]
    assert len(call("match_descriptors", first, second, max_distance=1.0)) == 0


@pytest.mark.parametrize("apart", [0, 3])
def test_a_tie_never_passes_the_ratio_test(call, apart):
    first = np.array([[1.0, 2.0], [9.0, 9.0]])
    second = np.array([[1.0, 2.0 + apart], [1.0, 2.0 - apart], [9.0, 9.0]])
    matches = call("match_descriptors", first, second, cross_check=False, max_ratio=0.8)
    assert matches.tolist() == [[1, 2]]
    assert len(call("match_descriptors", first, second)) == 2  # without it, the first of equal ones


def test_matches_come_in_chunks_without_a_difference(call, monkeypatch):
    random = np.random.default_rng(0)
    first, second = (random.integers(0, 99, (n, 8)).astype(np.uint8) for n in (50, 40))
    whole = call("match_descriptors", first, second, max_ratio=0.9)
    monkeypatch.setattr("coursekit.core.chunks.CHUNK_NUMBERS", 100)
    assert len(whole) and np.array_equal(
        whole, call("match_descriptors", first, second, max_ratio=0.9)
    )


def test_a_known_homography_is_found_among_wrong_matches():
    homography = np.array([[0.9, -0.2, 12.0], [0.1, 1.1, -5.0], [1e-4, -2e-4, 1.0]])
    random = np.random.default_rng(0)
    first = random.uniform(0, 300, (80, 2))
    second = evaluation.transfer(first, homography)
    second[:20] = random.uniform(0, 300, (20, 2))
    found, inliers = reference.find_homography(first, second)
    np.testing.assert_allclose(found, homography, atol=1e-4)
    assert inliers[20:].all() and not inliers[:20].any()
