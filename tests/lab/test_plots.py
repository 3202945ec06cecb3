"""Plots have the size asked for, stand where their numbers say, and are fit to be read."""

import itertools

import numpy as np
import pytest

from coursekit.lab import plots

WHITE = np.array(plots.PAPER)


def has(picture, ink):
    """Pixels of exactly this colour: (H, W) bool."""
    return (picture == ink).all(axis=2)


def bare(size=(101, 51), x_range=(0, 100), y_range=(0, 50), **options):
    """Axes without any words, as wide as their picture."""
    return plots.Axes(size, x_range, y_range, x_ticks=(), edge_to_edge=True, **options)


# ------------------------------------------------------------------ drawings of any size


def all_of_it():
    """A panel with a bit of everything."""
    axes = plots.Axes((300, 160), (0, 10), (0, 1), "share", "level", y_ticks=(0, 1))
    axes.line([0, 10], [0, 1], name="line").bars([1, 2, 0.5]).mark(3).points([5], [0.5])
    table = plots.cells([[1, 2], [3, 4]], 40, np.array([[0, 255], [90, 200]]))
    sheet = plots.Panel(60, 90).fill((10, 20), (10, 30), plots.GREEN)
    plots.circles(sheet, [(40, 40)], 8, plots.BLUE)
    plots.arrow(sheet, (50, 5), (50, 80), plots.INK)
    plots.polygon(sheet, [(5, 50), (5, 80), (20, 80)], plots.ORANGE)
    plots.frame(sheet, np.s_[30:50, 30:50])
    return plots.stacked(axes.picture(), plots.beside(table, plots.titled(sheet, "a sheet")))


@pytest.mark.parametrize("scale", [0.5, 12 / 13, 1, 1.37, 2, 3])
def test_a_panel_is_drawn_at_any_scale(scale):
    panel = all_of_it()
    drawn = panel.draw(scale)
    assert drawn.shape == (round(scale * panel.height), round(scale * panel.width), 3)
    own = panel.draw().astype(float).mean(axis=(0, 1))
    assert np.abs(drawn.mean(axis=(0, 1)) - own).max() < 8


@pytest.mark.parametrize("scale", np.linspace(0.3, 3, 28))
def test_parts_of_any_size_are_drawn_at_any_scale(scale):
    grid = plots.cells([[1, 2, 3]], 41)
    for offset in (0, 1.5, 7):
        sheet = plots.Panel(60, 140).put(grid, offset, offset)
        assert sheet.draw(scale).shape == (round(scale * 60), round(scale * 140), 3)
        assert plots.stacked(sheet, all_of_it(), gap=offset).draw(scale).ndim == 3


def test_a_panel_is_drawn_sharp_and_not_enlarged():
    double = all_of_it().draw(2)
    blocks = double[: len(double) // 2 * 2, : double.shape[1] // 2 * 2]
    blocks = blocks.reshape(len(blocks) // 2, 2, -1, 2, 3).astype(int)
    assert (np.ptp(blocks, axis=(1, 3)) > 0).any(axis=-1).mean() > 0.02


def test_letters_grow_with_the_scale():
    heights = []
    for scale in (1, 2, 3):
        panel = plots.write(plots.Panel(40, 120), [("MMM", 5, 5, "l")])
        heights.append(np.ptp(np.nonzero((panel.draw(scale) < 128).any(axis=(1, 2)))[0]) + 1)
    assert abs(heights[1] / heights[0] - 2) < 0.25 and abs(heights[2] / heights[0] - 3) < 0.25


def test_an_image_on_a_panel_is_itself_at_scale_one():
    image = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    panel = plots.Panel(40, 50).put(image, 7, 9)
    np.testing.assert_array_equal(panel.draw()[7:27, 9:39], image)
    np.testing.assert_array_equal(plots.panel(image, 3).draw(), plots.magnified(image, 3))
    assert plots.panel(panel) is panel and plots.image(image) is image


def test_what_leaves_a_part_does_not_reach_its_neighbours():
    part = plots.line(plots.Panel(20, 20), [(10, -50), (10, 90)], plots.BLUE)
    whole = plots.Panel(40, 60).put(part, 10, 20).draw(1.5)
    assert has(whole, plots.BLUE)[:, 30:60].any()
    assert (np.delete(whole, np.s_[30:60], axis=1) == 255).all()


def test_a_panel_is_drawn_where_an_array_is_wanted():
    panel = all_of_it()
    np.testing.assert_array_equal(np.asarray(panel), panel.draw())
    assert panel.shape == panel.draw().shape


# ------------------------------------------------------------------ axes


@pytest.mark.parametrize("size", [(470, 330), (200, 96), (640, 120), (92, 90)])
@pytest.mark.parametrize("options", [{}, {"title": "share", "x_label": "level"}])
def test_a_plot_has_the_size_asked_for(size, options):
    axes = plots.Axes(size, (0, 255), (-1, 1), **options).line([0, 255], [-1, 1], name="a name")
    picture = axes.picture().draw()
    assert picture.dtype == np.uint8 and picture.shape == (size[1], size[0], 3)
    left, top, width, height = axes.box()
    assert 0 <= left < left + width <= size[0] and 0 <= top < top + height <= size[1]


def test_a_line_goes_through_its_points():
    axes = plots.Axes((400, 200), (0, 10), (0, 1), "title", "x").line([2, 8], [0.5, 0.5], width=1)
    left, top, width, height = axes.box()
    blue = (np.ptp(axes.picture().draw().astype(int), axis=2) > 100)[top:]
    rows, columns = np.nonzero(blue)
    assert abs(rows.mean() - (height - 1) / 2) <= 1
    assert abs(columns.min() - left - 0.2 * (width - 1)) <= 2
    assert abs(columns.max() - left - 0.8 * (width - 1)) <= 2


def test_what_lies_beyond_the_range_is_drawn_at_the_rim():
    far, near = (bare().line([0, 50, 100], [20, y, 20]).picture().draw() for y in (900, 50))
    np.testing.assert_array_equal(far, near)


def test_a_line_leaves_out_what_is_not_a_number():
    x = np.arange(5.0)
    gap = bare().line(x, [1, 2, np.nan, 4, 5]).picture().draw()
    np.testing.assert_array_equal(gap, bare().line(x[[0, 1, 3, 4]], [1, 2, 4, 5]).picture().draw())


def test_axes_may_run_backwards():
    up = bare(y_range=(0, 50)).line([0, 100], [0, 50]).picture().draw()
    down = bare(y_range=(50, 0)).line([0, 100], [50, 0]).picture().draw()
    np.testing.assert_array_equal(up, down)


def test_a_plot_from_edge_to_edge_has_no_margin_at_its_sides():
    axes = plots.Axes((300, 100), plots.LEVELS, (0, 1), "title", edge_to_edge=True)
    left, _, width, _ = axes.box()
    assert (left, width) == (0, 300)


def test_a_plot_from_edge_to_edge_has_the_ticks_of_y_that_are_asked_for():
    bare, ticked = (
        plots.Axes((300, 100), (0, 9), (-1, 1), edge_to_edge=True, y_ticks=ticks, grid=False)
        for ticks in (None, (0, 1))
    )
    assert [axes.box()[::2] for axes in (bare, ticked)] == [(0, 300)] * 2
    assert (ticked.picture().draw()[:60, :30] < 128).sum() > (
        bare.picture().draw()[:60, :30] < 128
    ).sum()


def test_lines_take_the_next_color_each():
    axes = bare()
    for number in range(4):
        axes.line([0, 100], [10 * number + 5] * 2)
    for ink in plots.CURVE_COLORS[:4]:
        assert has(axes.picture().draw(), ink).any()


def test_curves_reach_as_far_as_their_numbers():
    picture = plots.curves({"a": ([3, 9], [2, 4]), "b": ([5, 6], [1, 3], plots.PURPLE)})
    same = plots.Axes((470, 330), (3.0, 9.0), (1.0, 4.0))
    same.line([3, 9], [2, 4], name="a").line([5, 6], [1, 3], plots.PURPLE, name="b")
    np.testing.assert_array_equal(picture, same.picture().draw())


def test_a_mark_stands_at_its_number():
    columns = np.nonzero(has(bare().mark(30, width=1).picture().draw(), plots.PURPLE).any(axis=0))[
        0
    ]
    assert columns.tolist() == [30]
    rows = np.nonzero(has(bare().mark(y=0, width=1).picture().draw(), plots.PURPLE).any(axis=1))[0]
    assert np.ptp(rows) == 0 and rows[0] >= 47


def test_points_lie_on_a_white_rim():
    picture = bare(grid=False).points([50], [25], plots.GREEN, radius=4).picture().draw()
    rows, columns = np.nonzero(has(picture, plots.GREEN))
    assert abs(columns.mean() - 50) < 1 and 6 <= np.ptp(columns) <= 9


def test_every_call_gives_the_axes_back():
    axes = bare()
    assert axes.line([0], [0]).bars([1]).steps([1]).points(0, 0).mark(1) is axes
    assert axes.text(0, 0, "a").arrow((0, 0), (1, 1)).horizontal_bars([1]) is axes


# ------------------------------------------------------------------ bars


def tops(picture, ink=plots.GRAY):
    """How many pixels of each column are of a bar."""
    return has(picture, ink).sum(axis=0)


def test_bars_are_as_tall_as_their_numbers():
    axes = bare((100, 106), y_range=(0, 100)).bars([0, 20, 50, 100])
    heights = tops(axes.picture().draw())
    height = axes.box()[3] - 1
    for place, value in enumerate((0, 20, 50, 100)):
        assert abs(heights[25 * place + 12] - value / 100 * height) <= 1


def test_the_least_bar_shows():
    assert tops(bare(y_range=(0, 1e6)).bars([1, 1e6]).picture().draw())[10] == 1


def test_a_bar_that_is_too_tall_is_broken():
    whole, cut = (tops(bare(y_range=(0, 50)).bars([y, 10]).picture().draw())[20] for y in (50, 51))
    assert cut == whole - 4


def test_where_bars_share_a_column_the_tallest_counts():
    values = np.zeros(404)
    values[201] = 50
    heights = tops(bare().bars(values).picture().draw())
    assert np.count_nonzero(heights > 40) == 1 and heights[50] > 40


def test_bars_have_their_own_colors():
    picture = bare().bars([50, 50], [plots.BLUE, plots.ORANGE]).picture().draw()
    assert has(picture[:, :50], plots.BLUE).any() and has(picture[:, 51:], plots.ORANGE).any()
    assert not has(picture[:, :50], plots.ORANGE).any()


def test_bars_that_do_not_fill_their_place_leave_gaps():
    full, half = (tops(bare().bars([50] * 5, share=share).picture().draw()) for share in (1, 0.5))
    assert np.count_nonzero(full) == 101 and 45 <= np.count_nonzero(half) <= 60


def test_steps_are_the_outline_of_bars():
    picture = bare().steps([10, 40], width=1).picture().draw()
    rows = [np.nonzero((picture[:, column] != WHITE).any(axis=1))[0].min() for column in (20, 80)]
    assert rows[0] > rows[1]


def test_horizontal_bars_grow_to_the_right():
    axes = plots.Axes((200, 80), (0, 1), (1.5, -0.5), x_ticks=(), y_ticks={0: "a", 1: "b"})
    rows = has(axes.horizontal_bars([0.25, 1], plots.BLUE).picture().draw(), plots.BLUE).sum(axis=1)
    assert abs(rows.max() / rows[rows > 0].min() - 4) < 0.3


def test_few_tall_bars_do_not_flatten_the_others():
    counts = np.array([3, 4, 5, 4000, 6, 5])
    assert plots.full_height(counts) < counts.max() / 10
    assert plots.full_height(np.array([3, 4, 5])) <= 5
    assert plots.full_height(np.zeros(4)) > 0


# ------------------------------------------------------------------ fit to be read


@pytest.mark.parametrize("width", [180, 300, 470, 900])
def test_no_word_above_a_plot_lies_on_another(width):
    axes = plots.Axes((width, 300), title="largest error of the direction")
    for name in ("roberts 1.18", "prewitt 2.05", "sobel 0.91", "scharr 0.10"):
        axes.line([0, 1], [0, 1], name=name)
    placed = axes._header()
    for (one, column, row), (_, after, below) in itertools.pairwise(placed):
        text = one if isinstance(one, str) else one[0]
        assert below > row or after > column + plots.text_width(text)
    assert axes.box()[1] >= plots.HEAD * (placed[-1][2] + 1)


@pytest.mark.parametrize("width", [120, 300, 700])
@pytest.mark.parametrize("x_range", [(0, 255), (-0.5, 255.5), (0, 1e-3), (-7, 7), (100, 1e5)])
def test_no_tick_lies_on_another(width, x_range):
    ticks = plots.Axes((width, 200), x_range).x_ticks
    step = width / max(len(ticks) - 1, 1)
    assert 2 <= len(ticks) <= 12
    assert all(x_range[0] <= tick <= x_range[1] for tick in ticks)
    assert max(map(plots.text_width, ticks.values())) < step


def test_ticks_are_round_numbers_and_zero_has_no_minus():
    ticks = plots.Axes((400, 300), (-1, 1), (-2, 2)).x_ticks
    assert list(ticks.values()) == ["−1", "−0.5", "0", "0.5", "1"]


@pytest.mark.parametrize("ink", [*plots.CURVE_COLORS, plots.GRAY, plots.FAINT])
def test_letters_stand_out_from_the_paper(ink):
    dark = plots.legible(ink)
    contrast = 1.05 / (plots._luminance(np.array(dark) / 255) + 0.05)
    assert contrast >= 4.5
    assert all(after <= before for after, before in zip(dark, ink, strict=True))


def test_a_line_that_is_too_long_is_broken_and_not_written_smaller():
    panel, line = np.zeros((40, 160), np.uint8), "a longer line than fits above"
    one, two = plots.titled(panel, "a"), plots.titled(panel, line)
    assert two.width == 160 and two.height == one.height + plots.TEXT + 8
    drawn = two.draw()
    assert (drawn[:40, -1] == WHITE).all()
    assert all((rows < 128).any() for rows in (drawn[:20], drawn[24:44]))


def test_a_line_without_spaces_is_not_broken():
    assert plots.titled(np.zeros((40, 30), np.uint8), "indivisible").height == 40 + plots.TEXT + 12


@pytest.mark.parametrize("align", "lmr")
def test_words_are_aligned(align):
    picture = plots.write(plots.blank(40, 200), [("gray level", 100, 10, align)])
    columns = np.nonzero((picture < 128).any(axis=(0, 2)))[0]
    width = plots.text_width("gray level")
    first = {"l": 100, "m": 100 - width / 2, "r": 100 - width}[align]
    assert abs(columns.min() - first) <= 3 and abs(columns.max() - first - width) <= 5


@pytest.mark.parametrize("place", [(-20, 5), (95, 5), (40, -8), (40, 36), (500, 500), (-500, -500)])
def test_words_may_leave_the_picture(place):
    column, row = place
    picture = plots.write(plots.blank(40, 100), [("gray level", column, row, "l")])
    roomy = plots.write(plots.blank(1080, 1200), [("gray level", column + 510, row + 510, "l")])
    np.testing.assert_array_equal(picture, roomy[510:550, 510:610])


def test_writing_is_in_the_ink_asked_for():
    picture = plots.write(plots.blank(60, 300), [("MMMM", 5, 5, "l", plots.BLUE)], 40)
    assert has(picture, plots.BLUE).any()


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (-0.0001, "0"), (0.1111, "0.111"), (-2.5, "−2.5"), (255, "255"), (1234.5, "1234.5")],
)
def test_numbers_are_short(number, text):
    assert plots.short(number) == text


# ------------------------------------------------------------------ panels

RED, TALL = np.full((20, 30, 3), (200, 0, 0), np.uint8), np.full((50, 10), 60, np.uint8)


def test_panels_stand_beside_each_other():
    both = plots.beside(RED, TALL, gap=5).draw()
    assert both.shape == (50, 45, 3)
    np.testing.assert_array_equal(both[:20, :30], RED)
    assert (both[:, 35:] == 60).all() and (both[20:, :35] == 255).all()
    np.testing.assert_array_equal(plots.beside(RED, TALL, middle=True).draw()[15:35, :30], RED)


def test_panels_stand_under_each_other():
    both = plots.stacked(RED, TALL, gap=4).draw()
    assert both.shape == (74, 30, 3)
    np.testing.assert_array_equal(both[:20], RED)
    assert (both[24:, :10] == 60).all() and (both[24:, 10:] == 255).all()


def test_a_contact_sheet_has_rows_and_columns():
    sheet = plots.contact_sheet([RED] * 5, columns=2, gap=3).draw()
    assert sheet.shape == (3 * 20 + 2 * 3, 2 * 30 + 3, 3)
    assert has(sheet, RED[0, 0]).sum() == 5 * 600


def test_a_title_stands_above_the_panel_and_leaves_it_as_it_is():
    titled = plots.titled(RED, "one", ("two", plots.GREEN), least=200).draw()
    np.testing.assert_array_equal(titled[-20:, :30], RED)
    assert titled.shape[1] == 200 and (titled[-20:, 30:] == 255).all()
    assert has(titled, plots.GREEN).sum() == plots.SWATCH**2


def test_a_legend_has_a_square_of_each_color():
    legend = plots.legend([("kept", plots.GREEN), ("edge", plots.ORANGE), "no more"]).draw()
    for ink in (plots.GREEN, plots.ORANGE):
        assert has(legend, ink).sum() == plots.SWATCH**2


def test_long_texts_are_broken():
    short, long = (plots.words(["word " * count], width=200).draw() for count in (2, 30))
    assert short.shape[1] == long.shape[1] == 200 and long.shape[0] > 2 * short.shape[0]
    assert (long[:, -3:] == 255).all()


def test_cells_hold_a_number_each():
    table = plots.cells([[1, 2, 3], [4, 5, 6]], side=30).draw()
    assert table.shape == (61, 91, 3)
    for row, column in np.ndindex(2, 3):
        assert (table[row * 30 + 1 : row * 30 + 30, column * 30 + 1 : column * 30 + 30] < 90).any()


def test_cells_are_written_in_white_on_the_dark():
    table = plots.cells([["8", "8"]], 40, np.array([[0, 255]])).draw()
    assert table[2:39, 2:39].max() > 200 and table[2:39, 42:79].min() < 60
    assert (plots.ink_on((90, 60, 40)), plots.ink_on((240, 228, 66))) == (plots.PAPER, plots.INK)


@pytest.mark.parametrize("side", [18, 36, 72])
def test_cells_grow_until_letters_fit_into_them(side):
    table = plots.cells([["255\n255\n255"]], side)
    assert table.height >= max(side, 3 * plots.TEXT)
    drawn = table.draw()[1:-1, 1:-1]
    rows, columns = np.nonzero((drawn < 128).any(axis=2))
    assert 0 < columns.min() and columns.max() < len(drawn) - 1
    assert 0 < rows.min() and rows.max() < len(drawn) - 1


# ------------------------------------------------------------------ on a picture


def test_a_circle_lies_about_its_pixel():
    picture = plots.circles(plots.blank(60, 80), [(20, 50)], [10], plots.BLUE)
    rows, columns = np.nonzero((picture != WHITE).any(axis=2))
    assert abs(rows.mean() - 20) < 0.5 and abs(columns.mean() - 50) < 0.5
    assert 20 <= np.ptp(rows) <= 22


def test_no_circles_are_no_error():
    assert (plots.circles(plots.blank(9, 9), np.zeros((0, 2)), 3, plots.BLUE) == 255).all()


def test_a_line_joins_rows_and_columns():
    picture = plots.line(plots.blank(40, 90), [(10, 5), (10, 80)], plots.BLUE, 1)
    drawn = (picture != WHITE).any(axis=2)
    assert drawn[10, 5:80].all() and drawn.sum() < 4 * 80


def test_an_arrow_is_wider_at_its_head():
    picture = plots.arrow(plots.blank(60, 120), (30, 10), (30, 110), plots.INK)
    height = (picture < 128).any(axis=2).sum(axis=0)
    assert height[95:110].max() > 2 * height[20:60].max()


def test_a_polygon_is_filled():
    picture = plots.polygon(plots.blank(40, 40), [(5, 5), (5, 30), (30, 30), (30, 5)], plots.GREEN)
    assert has(picture, plots.GREEN)[6:30, 6:30].all() and not has(picture, plots.GREEN)[35].any()


def test_a_frame_stands_around_its_pixels_and_covers_none():
    inside = np.s_[10:20, 15:30]
    picture = plots.frame(plots.blank(40, 50), inside, plots.PURPLE)
    assert (picture[inside] == 255).all()
    assert has(picture, plots.PURPLE)[8, 13:32].all()


# ------------------------------------------------------------------ pictures


def test_gray_and_color_are_what_they_say():
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert plots.color(image).shape == (3, 4, 3) and plots.gray(plots.color(image)).shape == (3, 4)
    np.testing.assert_array_equal(plots.gray(plots.color(image)), image)
    copy = plots.color(plots.color(image))
    copy[:] = 0
    assert image.any()


def test_levels_end_at_black_and_white():
    assert plots.levels(np.array([-5.0, 0, 1, 2, 9]), 0, 2).tolist() == [0, 0, 128, 255, 255]
    assert plots.levels(np.array([-2, 0, 2]), -2, 2).tolist() == [0, 128, 255]


def test_signs_have_colors():
    colors = plots.diverging(np.array([-9.0, 0, 9]), 3).tolist()
    assert colors == [list(plots.BLUE), [255, 255, 255], list(plots.ORANGE)]


def test_labels_have_colors_and_borders():
    labels = np.array([[0, 0, 1], [0, 0, 1], [2, 2, 2]])
    shaded = plots.shaded(labels)
    assert (shaded[0, 0] == 255).all() and (shaded[0, 2] == plots.shade(1)).all()
    expected = np.array([[0, 1, 0], [1, 1, 1], [0, 0, 0]], bool)
    np.testing.assert_array_equal(plots.borders(labels), expected)
    drawn = plots.outlined(np.zeros((3, 3), np.uint8), labels)
    np.testing.assert_array_equal(has(drawn, plots.ORANGE), expected)


@pytest.mark.parametrize("shape", [(40, 80), (80, 40, 3), (100, 100)])
def test_pictures_are_brought_to_a_size(shape):
    image = np.full(shape, 77, np.uint8)
    assert max(plots.resized(image, 50).shape[:2]) == 50
    assert max(plots.resized(image, 200).shape[:2]) == 200
    assert max(plots.shrunk(image, 60).shape[:2]) == 60
    assert plots.shrunk(image, 100) is image
    assert plots.magnified(image, 3).shape[:2] == (3 * shape[0], 3 * shape[1])
    assert max(plots.middle(image, 30).shape[:2]) == 30
