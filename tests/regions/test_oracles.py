"""Chapter 06 against OpenCV and scikit-image, on real and made masks; all arguments spelled out."""

import cv2
import numpy as np
import pytest
from scipy import ndimage
from skimage import filters, measure

from coursekit.images.reference import rgb_to_gray
from coursekit.lab import samples
from coursekit.regions import reference
from coursekit.regions.shared import METHODS, MODES, THRESHOLDS

PICTURES = ("camera", "coins", "page", "text", "moon", "cell", "brick", "astronaut", "clock")
MASKS = ("coins", "horse", "text", "page")
KINDS = dict(zip(THRESHOLDS, range(5), strict=True))  # cv2.THRESH_BINARY, THRESH_BINARY_INV ...
RETRIEVAL = {
    "external": cv2.RETR_EXTERNAL,
    "list": cv2.RETR_LIST,
    "ccomp": cv2.RETR_CCOMP,
    "tree": cv2.RETR_TREE,
}
APPROXIMATION = {
    "none": cv2.CHAIN_APPROX_NONE,
    "simple": cv2.CHAIN_APPROX_SIMPLE,
    "tc89_l1": cv2.CHAIN_APPROX_TC89_L1,
    "tc89_kcos": cv2.CHAIN_APPROX_TC89_KCOS,
}


def gray(name):
    picture = getattr(samples, name)()
    return picture if picture.ndim == 2 else rgb_to_gray(picture)


def few_levels(count):
    """Small pictures of few levels, where many thresholds are equally good."""
    rng = np.random.default_rng(1)
    for _ in range(count):
        levels = rng.integers(0, 256, rng.integers(1, 40))
        yield rng.choice(levels, rng.integers(1, 40, 2)).astype(np.uint8)


def made_masks(count):
    """Noise of every density, and blots with holes in them; some touch the border everywhere."""
    rng = np.random.default_rng(2)
    for _ in range(count):
        yield rng.random(rng.integers(1, 14, 2)) < rng.choice([0.3, 0.5, 0.7, 0.85, 1])
        noise = rng.random(rng.integers(5, 50, 2))
        yield ndimage.gaussian_filter(noise, rng.uniform(0.7, 3)) > 0.5


def mask_of(name):
    picture = gray(name)
    return picture > reference.otsu(picture)


# ------------------------------------------------------------------ thresholds


@pytest.mark.parametrize("kind", THRESHOLDS)
@pytest.mark.parametrize("value", [0, 1, 127, 127.5, 127.999, 254, 255, -1, 300])
def test_threshold_is_opencvs(kind, value):
    for picture in (gray("camera"), samples.coffee()):
        _, expected = cv2.threshold(picture, thresh=value, maxval=255, type=KINDS[kind])
        np.testing.assert_array_equal(reference.threshold(picture, value, kind), expected)


@pytest.mark.parametrize("kind", THRESHOLDS)
@pytest.mark.parametrize("value", [0, 0.1, 0.5, 100 / 255, 1, 1.5])
def test_threshold_of_float32_is_opencvs(kind, value):
    picture = (gray("camera") / 255).astype(np.float32)
    _, expected = cv2.threshold(picture, thresh=value, maxval=1, type=KINDS[kind])
    np.testing.assert_array_equal(reference.threshold(picture, value, kind), expected)


@pytest.mark.parametrize(
    ("find", "flag"), [("otsu", cv2.THRESH_OTSU), ("triangle", cv2.THRESH_TRIANGLE)]
)
def test_automatic_thresholds_are_opencvs(find, flag):
    pictures = [*map(gray, (*PICTURES, "horse", "microaneurysms")), *few_levels(500)]
    for picture in pictures:
        expected, _ = cv2.threshold(picture, thresh=0, maxval=255, type=flag)
        assert getattr(reference, find)(picture) == expected


@pytest.mark.parametrize("name", PICTURES)
def test_two_otsu_classes_are_otsus(name):
    assert reference.multi_otsu(gray(name), 2) == [reference.otsu(gray(name))]


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("classes", [3, 4])
def test_multi_otsu_is_scikit_images_or_better_by_what_float32_cannot_tell(name, classes):
    picture = gray(name)
    expected = filters.threshold_multiotsu(picture, classes=classes, nbins=256)
    actual = reference.multi_otsu(picture, classes)
    gain = between_classes(picture, actual) / between_classes(picture, expected) - 1
    assert 0 <= gain < 1e-4
    assert np.abs(actual - expected).max() <= 1


def between_classes(picture, thresholds):
    """The variance of the picture in which every pixel has the mean of its class."""
    classes = np.searchsorted(thresholds, picture)
    means = ndimage.mean(picture, classes, index=np.arange(len(thresholds) + 1))
    return means[classes].var()


@pytest.mark.parametrize(
    ("name", "shape"),
    [("camera", (512, 512)), ("coins", (303, 384)), ("page", (37, 53)), ("grass", (100, 1))],
)
@pytest.mark.parametrize("size", [3, 5, 9, 11, 31, 99])
@pytest.mark.parametrize("kind", ["mean", "gaussian"])
def test_adaptive_threshold_is_opencvs(name, shape, size, kind):
    picture = np.ascontiguousarray(gray(name)[: shape[0], : shape[1]])
    method = {"mean": cv2.ADAPTIVE_THRESH_MEAN_C, "gaussian": cv2.ADAPTIVE_THRESH_GAUSSIAN_C}
    for inverse, flag in ((False, cv2.THRESH_BINARY), (True, cv2.THRESH_BINARY_INV)):
        for offset in (-3.5, 0, 7.3) if picture.size < 10_000 else (2.5,):
            expected = cv2.adaptiveThreshold(
                picture, 255, method[kind], flag, blockSize=size, C=offset
            )
            actual = reference.adaptive_threshold(picture, size, offset, kind, inverse)
            np.testing.assert_array_equal(actual, expected)


# ------------------------------------------------------------------ components


def by_first_pixel(labels):
    """For each of OpenCV's labels but the background, in the order of their first pixels."""
    found, first = np.unique(labels, return_index=True)
    return found[np.argsort(first)][found[np.argsort(first)] > 0]


def assert_components_are_opencvs(mask, connectivity):
    labels = reference.connected_components(mask, connectivity)
    boxes, centroids = reference.component_statistics(labels)
    count, theirs, statistics, means = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=connectivity, ltype=cv2.CV_32S
    )
    order = np.concatenate([[0], by_first_pixel(theirs)]).astype(int)
    assert len(boxes) == count
    np.testing.assert_array_equal(order[labels], theirs)
    there = slice(0 if not mask.all() else 1, None)  # of no background, OpenCV's numbers are wild
    np.testing.assert_array_equal(boxes[there], statistics[order][there][:, [1, 0, 3, 2, 4]])
    np.testing.assert_allclose(centroids[there], means[order][there][:, ::-1], rtol=1e-12)


@pytest.mark.parametrize("connectivity", [4, 8])
def test_components_of_made_masks_are_opencvs(connectivity):
    for mask in made_masks(60):
        assert_components_are_opencvs(mask, connectivity)


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("name", MASKS)
def test_components_of_pictures_are_opencvs(name, connectivity):
    assert_components_are_opencvs(mask_of(name), connectivity)


# ------------------------------------------------------------------ contours


def opencvs_contours(mask, mode, method):
    """Contours as arrays of (row, column), and the parents' indices."""
    contours, hierarchy = cv2.findContours(
        mask.astype(np.uint8), mode=RETRIEVAL[mode], method=APPROXIMATION[method]
    )
    links = np.zeros((0, 4), int) if hierarchy is None else hierarchy[0]
    return [contour[:, 0, ::-1] for contour in contours], links


def as_sequence(contour):
    """The points in order; OpenCV sometimes closes a tc89_l1 contour by its first point."""
    points = list(map(tuple, contour.tolist()))
    return tuple(points[:-1] if len(points) > 1 and points[0] == points[-1] else points)


def family(contours, links):
    """Each contour with its parent and its grandparent, whatever the order they come in."""
    names = [as_sequence(contour) for contour in contours]
    parents = [*links[:, 3], -1]
    return sorted(
        tuple(names[i] if i >= 0 else () for i in (child, parents[child], parents[parents[child]]))
        for child in range(len(names))
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("mode", MODES)
def test_contours_of_made_masks_are_opencvs(mode, method):
    for mask in made_masks(60):
        actual = family(*reference.find_contours(mask, mode, method))
        assert actual == family(*opencvs_contours(mask, mode, method))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("mode", ["ccomp", "tree"])
@pytest.mark.parametrize("name", MASKS)
def test_contours_of_pictures_are_opencvs(name, mode, method):
    mask = mask_of(name)
    actual = family(*reference.find_contours(mask, mode, method))
    assert actual == family(*opencvs_contours(mask, mode, method))


@pytest.mark.parametrize("measure", ["l1", "kcos"])
def test_dominant_points_of_many_contours_are_opencvs(measure):
    for mask in made_masks(400):
        contours, _ = opencvs_contours(mask, "list", "none")
        expected, _ = opencvs_contours(mask, "list", f"tc89_{measure}")
        for contour, points in zip(contours, expected, strict=True):
            actual = contour[reference.dominant_points(contour, measure)]
            assert set(map(tuple, actual.tolist())) == set(map(tuple, points.tolist()))


# ------------------------------------------------------------------ shape


def some_contours():
    contours, _ = reference.find_contours(mask_of("coins"), "tree", "simple")
    rng = np.random.default_rng(3)
    scattered = [rng.integers(0, 50, (count, 2)) for count in range(1, 40)]
    return [*contours, *scattered]


def as_opencv(contour):
    return np.ascontiguousarray(contour[:, None, ::-1], dtype=np.int32)


@pytest.mark.parametrize("oriented", [False, True])
def test_contour_area_is_opencvs(oriented):
    for contour in some_contours():
        expected = cv2.contourArea(as_opencv(contour), oriented=oriented)
        assert reference.contour_area(contour, oriented) == expected


@pytest.mark.parametrize("closed", [False, True])
def test_arc_length_is_opencvs(closed):
    for contour in some_contours():
        expected = cv2.arcLength(as_opencv(contour), closed=closed)
        assert reference.arc_length(contour, closed) == pytest.approx(expected, rel=1e-6)


def test_bounding_rectangle_is_opencvs():
    for contour in some_contours():
        left, top, width, height = cv2.boundingRect(as_opencv(contour))
        assert reference.bounding_rectangle(contour) == (top, left, height, width)


def test_convex_hull_has_opencvs_corners():
    for contour in some_contours():
        expected = cv2.convexHull(as_opencv(contour), clockwise=True, returnPoints=True)
        expected = expected[:, 0, ::-1].tolist()
        assert sorted(reference.convex_hull(contour).tolist()) == sorted(expected)


def opencvs_moments(values):
    """OpenCV's numbers in our places: spatial, central and normalized."""
    result = np.zeros((3, 4, 4))
    for name, value in values.items():
        kind, (q, p) = name.rstrip("0123456789"), map(int, name[-2:])
        result[("m", "mu", "nu").index(kind), p, q] = value
    spatial, central, normalized = result
    central[0, 0] = spatial[0, 0]  # OpenCV leaves mu00 out
    return spatial, central, normalized


def assert_moments_are(spatial, values):
    expected = opencvs_moments(values)
    central = reference.central_moments(spatial)
    normalized = reference.normalized_moments(central)
    for actual, theirs in zip((spatial, central, normalized), expected, strict=True):
        scale = np.abs(spatial).max() if actual is not normalized else 1e4
        np.testing.assert_allclose(actual, theirs, rtol=1e-9, atol=1e-12 * scale)
    hu = cv2.HuMoments(values)[:, 0]
    np.testing.assert_allclose(reference.hu_moments(expected[2]), hu, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("name", PICTURES)
def test_moments_are_opencvs(name):
    assert_moments_are(reference.moments(gray(name)), cv2.moments(gray(name), binaryImage=False))


@pytest.mark.parametrize("name", PICTURES)
def test_moments_are_scikit_images(name):
    spatial = reference.moments(gray(name))
    expected = measure.moments(gray(name).astype(np.float64), order=3)
    filled = np.add.outer(range(4), range(4)) <= 3
    np.testing.assert_allclose(spatial[filled], expected[filled], rtol=1e-12)


def test_contour_moments_are_opencvs():
    for contour in some_contours():
        contour = contour - contour.min(axis=0)  # far from the origin, central moments cancel
        values = cv2.moments(as_opencv(contour))
        spatial = reference.contour_moments(contour)
        expected = opencvs_moments(values)[0]
        np.testing.assert_allclose(spatial, expected, rtol=1e-12, atol=1e-9)
        if spatial[0, 0] > 1:
            assert_moments_are(spatial, values)
