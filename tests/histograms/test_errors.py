"""Bad input to chapter 03 gets one error that says what was given and what is needed."""

import numpy as np
import pytest
import torch

from coursekit.histograms import gpu, reference

GRAY = np.arange(64, dtype=np.uint8).reshape(8, 8)
COLOR = np.dstack([GRAY] * 3)
COUNTS = np.ones((1, 2, 2, 256), np.int64)
TABLES = np.ones((1, 2, 2, 256), np.uint8)
COLOR_TABLES = np.ones((3, 2, 2, 256), np.uint8)

IMAGES = [
    (GRAY.tolist(), TypeError, "image: expected a NumPy array, got list"),
    (GRAY.astype(np.int16), TypeError, r"image: expected uint8 or float in \[0, 1\], got int16"),
    (GRAY.astype(np.float32), ValueError, "got float32 with minimum 0.0 and maximum 63.0"),
    (np.array([[np.nan, 0.5]]), ValueError, "got float64 with minimum nan"),
    (GRAY[None, None], ValueError, r"got \(1, 1, 8, 8\)"),
    (np.dstack([GRAY] * 4), ValueError, r"got \(8, 8, 4\)"),
    (GRAY[:0], ValueError, "expected at least one pixel"),
]
OF_PICTURES = {
    "histogram": (),
    "channel_histograms": (),
    "cumulative": (),
    "equalize": (),
    "tile_histograms": (),
    "look_up_tiles": (TABLES,),
    "interpolate_tables": (TABLES,),
    "clahe": (),
    "match_histograms": (GRAY,),
}
OF_LEVELS = ["equalize", "tile_histograms", "look_up_tiles", "interpolate_tables", "clahe"]
OF_COUNTS = {"equalization_table": (), "clip_histograms": (3,), "tile_tables": ()}


def as_tensors(values):
    return [_as_tensor(v) if isinstance(v, np.ndarray) else v for v in values]


def _as_tensor(array):
    tensor = torch.from_numpy(array)
    if array.ndim == 3:
        return tensor.movedim(-1, 0)
    return tensor[None] if array.ndim == 2 else tensor


@pytest.mark.parametrize(("image", "error", "message"), IMAGES)
@pytest.mark.parametrize("name", OF_PICTURES)
def test_what_is_no_picture_is_refused(name, image, error, message):
    with pytest.raises(error, match=message):
        getattr(reference, name)(image, *OF_PICTURES[name])


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (GRAY, TypeError, "image: expected a torch tensor, got ndarray"),
        (torch.from_numpy(GRAY), ValueError, r"expected shape \(..., C, H, W\).*got \(8, 8\)"),
        (torch.zeros(1, 8, 8, dtype=torch.int32), TypeError, "expected uint8 or float.*int32"),
        (torch.zeros(1, 0, 8), ValueError, "with pixels in it"),
    ],
)
@pytest.mark.parametrize("name", OF_PICTURES)
def test_what_is_no_batch_is_refused(name, image, error, message):
    with pytest.raises(error, match=message):
        getattr(gpu, name)(image, *as_tensors(OF_PICTURES[name]))


@pytest.mark.parametrize("name", OF_LEVELS)
def test_tables_of_levels_need_uint8(name):
    floats = GRAY / 255
    with pytest.raises(TypeError, match="image: expected uint8, got float64"):
        getattr(reference, name)(floats, *OF_PICTURES[name])
    with pytest.raises(TypeError, match="image: expected uint8, got torch.float64"):
        getattr(gpu, name)(_as_tensor(floats), *as_tensors(OF_PICTURES[name]))


def test_lightness_needs_colour_and_uint8():
    with pytest.raises(ValueError, match=r"colour image of shape \(H, W, 3\), got \(8, 8\)"):
        reference.equalize_lightness(GRAY)
    with pytest.raises(ValueError, match="expected 3 channels"):
        gpu.equalize_lightness(_as_tensor(GRAY))
    with pytest.raises(TypeError, match="expected uint8, got float64"):
        reference.equalize_lightness(COLOR / 255)
    with pytest.raises(TypeError, match="expected uint8, got torch.float64"):
        gpu.equalize_lightness(_as_tensor(COLOR / 255))


@pytest.mark.parametrize("name", OF_COUNTS)
@pytest.mark.parametrize(
    ("counts", "error", "message"),
    [
        (COUNTS / 2, TypeError, r"counts: expected int64, got (torch\.)?float64"),
        (COUNTS[..., :255], ValueError, r"expected shape \(..., 256\), got \(1, 2, 2, 255\)"),
    ],
)
def test_what_is_no_histogram_is_refused(name, counts, error, message):
    with pytest.raises(error, match=message):
        getattr(reference, name)(counts, *OF_COUNTS[name])
    with pytest.raises(error, match=message):
        getattr(gpu, name)(torch.from_numpy(counts), *OF_COUNTS[name])


ARGUMENTS = [
    ("histogram", (0,), ValueError, r"bins: expected a whole number in \[1, 16777216\], got 0"),
    ("channel_histograms", (2.5,), TypeError, "bins: expected a whole number, got 2.5"),
    ("cumulative", (-1,), ValueError, "bins: .* got -1"),
    ("tile_histograms", (8,), TypeError, r"tiles: expected \(rows, columns\), got 8"),
    ("tile_histograms", ((8, 8, 8),), TypeError, r"tiles: expected \(rows, columns\)"),
    ("tile_histograms", ((0, 8),), ValueError, "rows in tiles: .* got 0"),
    ("clahe", (2.0, (8, 1.5)), TypeError, "columns in tiles: expected a whole number, got 1.5"),
    ("clahe", (-1.0,), ValueError, r"clip_limit: expected a finite number in \[0, inf\], got -1.0"),
    ("clahe", ("much",), TypeError, "clip_limit: expected a number, got str"),
    ("look_up_tiles", (COUNTS,), TypeError, r"tables: expected uint8, got (torch\.)?int64"),
    (
        "interpolate_tables",
        (TABLES[..., :255],),
        ValueError,
        r"tables: expected shape \((\.\.\., )?1, rows, columns, 256\), got \(1, 2, 2, 255\)",
    ),
    (
        "interpolate_tables",
        (COLOR_TABLES,),
        ValueError,
        r"1, rows, columns, 256\), got \(3, 2, 2, 256\)",
    ),
    ("look_up_tiles", (TABLES[:, :0],), ValueError, r"got \(1, 0, 2, 256\)"),
    ("look_up_tiles", (TABLES[0, 0, 0],), ValueError, r"got \(256,\)"),
    (
        "match_histograms",
        (GRAY / 255,),
        TypeError,
        r"reference: expected (torch\.)?uint8 like image, got (torch\.)?float64",
    ),
    ("match_histograms", (COLOR,), ValueError, r"expected 1 channel\(s\) like image, got 3"),
]


@pytest.mark.parametrize(("name", "arguments", "error", "message"), ARGUMENTS)
def test_senseless_arguments_are_refused_by_both_twins(name, arguments, error, message):
    with pytest.raises(error, match=message):
        getattr(reference, name)(GRAY, *arguments)
    with pytest.raises(error, match=message):
        getattr(gpu, name)(_as_tensor(GRAY), *as_tensors(arguments))


def test_a_limit_is_a_whole_number_of_pixels():
    for part, counts in ((reference, COUNTS), (gpu, torch.from_numpy(COUNTS))):
        with pytest.raises(TypeError, match="limit: expected a whole number, got 2.5"):
            part.clip_histograms(counts, 2.5)
        with pytest.raises(ValueError, match="limit: .* got -1"):
            part.clip_histograms(counts, -1)


def test_a_reference_that_is_no_picture_is_named():
    with pytest.raises(ValueError, match="reference: .* maximum 63.0"):
        reference.match_histograms(GRAY / 255, GRAY.astype(float))
    with pytest.raises(TypeError, match="reference: expected a torch tensor, got ndarray"):
        gpu.match_histograms(_as_tensor(GRAY), GRAY)


def test_a_single_picture_has_tables_of_four_axes():
    with pytest.raises(ValueError, match=r"expected shape \(1, rows, columns, 256\), got \(5, 1,"):
        reference.look_up_tiles(GRAY, np.stack([TABLES] * 5))


@pytest.mark.parametrize("others", [(2,), (3, 2), (1, 3)])
def test_a_batch_has_one_reference_for_all_or_one_for_each(others):
    image, other = torch.zeros(3, 1, 8, 8, dtype=torch.uint8), torch.from_numpy(GRAY)
    with pytest.raises(ValueError, match=r"reference: expected one for all .* of \(3,\), got"):
        gpu.match_histograms(image, other.expand(*others, 1, 8, 8))
    with pytest.raises(ValueError, match=r"tables: expected one for all .* of \(3,\), got"):
        gpu.look_up_tiles(image, torch.from_numpy(TABLES).expand(*others, 1, 2, 2, 256))


@pytest.mark.parametrize("name", [*OF_PICTURES, "equalize_lightness"])
def test_input_is_never_modified(name):
    image = COLOR.copy() if name == "equalize_lightness" else GRAY.copy()
    image.setflags(write=False)
    before = image.copy()
    getattr(reference, name)(image, *OF_PICTURES.get(name, ()))
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("name", OF_PICTURES)
def test_a_mask_is_not_overlooked(name):
    masked = np.ma.array(GRAY, mask=GRAY > 30)
    with pytest.raises(TypeError, match="got a masked array; give image.filled"):
        getattr(reference, name)(masked, *OF_PICTURES[name])


@pytest.mark.parametrize("name", OF_COUNTS)
def test_each_twin_has_histograms_of_its_own(name):
    with pytest.raises(TypeError, match="counts: expected a NumPy array, got Tensor"):
        getattr(reference, name)(torch.from_numpy(COUNTS), *OF_COUNTS[name])
    with pytest.raises(TypeError, match="counts: expected a torch tensor, got ndarray"):
        getattr(gpu, name)(COUNTS, *OF_COUNTS[name])


ABSURD = [
    ("histogram", (2**63,), r"bins: expected a whole number in \[1, 16777216\]"),
    ("cumulative", (10**400,), "bins: expected a whole number"),
    ("tile_histograms", ((2**31, 2),), r"rows in tiles: expected a whole number in \[1, 1024\]"),
    ("clahe", (2.0, (8, 2**63)), "columns in tiles: expected a whole number"),
]


@pytest.mark.parametrize(("name", "arguments", "message"), ABSURD)
def test_numbers_beyond_all_memory_are_refused(name, arguments, message):
    for part, image in ((reference, GRAY), (gpu, _as_tensor(GRAY))):
        with pytest.raises(ValueError, match=message):
            getattr(part, name)(image, *arguments)
