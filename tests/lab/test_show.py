"""Stills show what they are given, on one gray scale, and say it in words."""

import base64
import io
import re
import sys
from html import escape

import numpy as np
import pytest
from PIL import Image

from coursekit.gray_transforms import reference
from coursekit.lab import samples, show

DARK = np.full((200, 220), 40, np.uint8)
LIGHT = np.full((200, 220), 90, np.uint8)


def stills():
    camera = samples.camera()
    return {
        "pictures": show.pictures({"a": DARK, "b": samples.astronaut()}),
        "compare": show.compare(DARK, LIGHT),
        "with_histogram": show.with_histogram({"a": camera, "b": samples.coffee()}),
        "curve": show.curve({"inverted": reference.invert}),
    }


@pytest.fixture(scope="module", params=["pictures", "compare", "with_histogram", "curve"])
def still(request):
    return stills()[request.param]


def test_every_still_is_a_colour_picture(still):
    assert still.image.dtype == np.uint8
    assert still.image.ndim == 3 and still.image.shape[2] == 3


def test_every_still_is_described(still):
    assert len(still.alt) > 20
    assert repr(still) == still.alt


def test_every_still_carries_its_picture_and_words_to_the_notebook(still):
    page = still._repr_html_()
    data = re.search(r'src="data:image/\w+;base64,([^"]+)"', page)[1]
    decoded = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))
    assert np.abs(decoded.astype(int) - still.image).mean() < 4
    assert f'alt="{escape(still.alt)}"' in page and repr(still) == still.alt


def test_small_stills_are_exact_and_large_ones_light():
    flat = show.pictures({"a": DARK})
    noise = np.random.default_rng(5).integers(0, 256, (400, 400), dtype=np.uint8)
    assert "data:image/png;" in flat._repr_html_()
    page = show.pictures({"a": noise})._repr_html_()
    assert "data:image/jpeg;" in page and len(page) < 300_000


def shown(still, level):
    """How many pixels of the still have exactly this gray level."""
    return int((still.image == level).all(axis=2).sum())


def test_pictures_of_different_range_are_not_stretched():
    still = show.pictures({"dark": DARK, "light": LIGHT})
    assert shown(still, 40) >= DARK.size
    assert shown(still, 90) >= LIGHT.size


@pytest.mark.parametrize(
    ("image", "level"),
    [
        (np.full((200, 200), 0.2), 51),
        (np.full((200, 200), True), 255),
        (np.full((200, 200), 100, np.int16), 178),  # 100 / 2 + 128
        (np.full((200, 200), -100, np.int16), 78),
        (np.full((200, 200), 7.0), 255),  # too bright a float is white, not wrapped around
        (np.full((200, 200), np.nan), 0),
    ],
)
def test_every_kind_of_picture_is_on_the_one_scale(image, level):
    assert shown(show.pictures({"a": image}), level) >= image.size


def test_pictures_stand_in_rows_of_the_columns_asked_for():
    named = {str(n): DARK for n in range(4)}
    wide, square = show.pictures(named), show.pictures(named, columns=2)
    assert wide.image.shape[1] > 4 * 220 > square.image.shape[1] > 2 * 220
    assert square.image.shape[0] > 2 * 200 > wide.image.shape[0] > 200


def test_small_pictures_are_magnified_by_whole_pixels():
    still = show.pictures({"a": np.array([[0, 200]], np.uint8)}, scale=10)
    assert shown(still, 200) == 100


def test_large_pictures_are_shrunk():
    still = show.pictures({"a": np.full((2000, 1000), 123, np.uint8)}, largest=300)
    assert 300 < still.image.shape[0] < 360
    assert shown(still, 123) >= 290 * 145


def test_pictures_are_named_in_words():
    alt = show.pictures({"night": DARK, "day": samples.astronaut()}).alt
    assert "night: 200 x 220 uint8, mean 40" in alt
    assert "day: 512 x 512 x 3 uint8" in alt


def test_showing_changes_nothing():
    image = DARK.copy()
    show.compare(image, image)
    show.with_histogram({"a": image})
    show.pictures({"a": image}).image[:] = 0
    assert (image == 40).all()


# ------------------------------------------------------------------ compare


@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_differing_marks_exactly_the_unequal_pixels(dtype):
    yours, expected = np.zeros((3, 4), dtype), np.zeros((3, 4), dtype)
    yours[1, 2] = 1
    assert np.argwhere(show.differing(yours, expected)).tolist() == [[1, 2]]


def test_a_pixel_differs_if_one_of_its_channels_does():
    yours, expected = np.zeros((2, 3, 3), np.uint8), np.zeros((2, 3, 3), np.uint8)
    yours[0, 1, 2] = 1
    assert show.differing(yours, expected).tolist() == [[False, True, False], [False] * 3]


def orange(still):
    return int((still.image == show.ORANGE).all(axis=2).sum())


def test_compare_paints_the_differing_pixels_and_counts_them():
    yours = DARK.copy()
    yours[5:9, 10:20] += 1
    still = show.compare(yours, DARK)
    assert "different: 40 of 44000 pixels" in still.alt
    assert orange(still) == 40


def test_compare_of_equal_pictures_paints_nothing():
    still = show.compare(DARK, DARK)
    assert "different: 0 of" in still.alt
    assert orange(still) == 0


def test_compare_of_different_shapes_shows_both_and_no_difference():
    still = show.compare(DARK, DARK[:-1])
    assert "yours: 200 x 220" in still.alt and "expected: 199 x 220" in still.alt
    assert "different" not in still.alt


# ------------------------------------------------------------------ plots


@pytest.mark.parametrize("image", [samples.camera(), samples.astronaut(), DARK, DARK[:1, :1]])
def test_histogram_has_the_size_asked_for(image):
    plot = show.plot_histogram(image, width=300, height=120).draw()
    assert (plot.dtype, plot.shape) == (np.uint8, (120, 300, 3))


def test_histogram_follows_the_picture():
    camera = samples.camera()
    plots = [show.plot_histogram(reference.linear(camera, 1, b)).draw() for b in (0, 10)]
    assert (plots[0] != plots[1]).any()


def test_histogram_stands_where_the_levels_are():
    gray = (show.plot_histogram(LIGHT // 90 * 200, width=256).draw()[:80] < 200).all(axis=2)
    assert set(np.argwhere(gray)[:, 1].tolist()) <= {199, 200, 201}


def test_histogram_of_colour_tells_the_channels_apart():
    red = np.zeros((50, 50, 3), np.uint8)
    red[..., 0] = np.arange(50) * 5
    blue = red[..., ::-1].copy()
    assert (show.plot_histogram(red).draw() != show.plot_histogram(blue).draw()).any()


def test_with_histogram_is_taller_than_the_pictures_alone():
    named = {"a": samples.camera()}
    assert (
        show.with_histogram(named).image.shape[0] > show.pictures(named, largest=280).image.shape[0]
    )
    assert "with its histogram" in show.with_histogram(named).alt


def test_curve_follows_its_table():
    levels = np.arange(256)
    plots = [show.plot_curve(table).draw() for table in (levels, 255 - levels, levels // 2)]
    assert (plots[0] != plots[1]).any() and (plots[0] != plots[2]).any()


def test_curve_takes_tables_and_functions_alike():
    table = 255 - np.arange(256)
    by_table, by_function = show.curve({"x": table}), show.curve({"x": reference.invert})
    np.testing.assert_array_equal(by_table.image, by_function.image)
    assert "x: 0 to 255, 128 to 127, 255 to 0" in by_table.alt


def test_curves_of_one_plot_have_different_colours():
    levels = np.arange(256)
    plot = show.plot_curve({"a": levels, "b": 255 - levels, "c": levels // 2}).draw()
    for color in show.CURVE_COLORS[:3]:
        assert (plot == color).all(axis=2).any()


def test_a_curve_beyond_the_levels_stays_in_its_plot():
    plot = show.plot_curve(np.linspace(-500, 800, 256)).draw()
    np.testing.assert_array_equal(
        plot, show.plot_curve(np.linspace(-500, 800, 256).clip(0, 255)).draw()
    )


def lines_run(function, *arguments):
    """How many lines of Python a call runs, all that it calls included."""
    count = 0

    def counted(frame, event, _):
        nonlocal count
        count += event == "line"
        return counted

    before = sys.gettrace()
    sys.settrace(counted)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    ("plot", "of"),
    [(show.plot_curve, np.arange(256)), (show.plot_histogram, samples.camera())],
)
def test_plots_are_fast_enough_for_a_slider(plot, of):
    plot(of)  # fonts are loaded once
    assert lines_run(plot, of) < 5000  # far fewer than the plot has pixels


def test_source_shows_the_function_without_its_docstring():
    text = str(getattr(show.source(reference.invert), "data", show.source(reference.invert)))
    assert "s = white - r" in text
    assert "Parameters" not in text
