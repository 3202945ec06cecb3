"""Figures without a browser: controls, pushing, pure calls, stills, and the viewer's traits."""

import subprocess
import sys

import cv2
import numpy as np
import pytest

from coursekit.lab import plots
from coursekit.lab.figure import Button, Choice, Curve, Figure, Kernel, Point, Slider, Toggle

IMAGE = np.arange(48, dtype=np.uint8).reshape(6, 8)


def brighter(image, amount):
    return cv2.add(image, amount)


def band(image, low, high):
    return np.where((image >= low) & (image <= high), 255, 0).astype(np.uint8)


def make_figure(**options):
    return Figure(brighter, {"amount": Slider(0, 100, 10)}, IMAGE, title="bright", **options)


def make_band():
    return Figure(band, {"low": Slider(0, 250, 50), "high": Slider(5, 255, 100)}, IMAGE)


def test_a_call_is_pure_and_starts_from_the_defaults():
    figure = make_figure()
    assert np.array_equal(figure()["bright"], IMAGE + 10)
    assert np.array_equal(figure(amount=20)["bright"], IMAGE + 20)
    assert figure.values == {"amount": 10}


def test_set_moves_values_and_pictures():
    figure = make_figure()
    figure.set(amount=30)
    assert figure.values == {"amount": 30}
    assert np.array_equal(figure.pictures["bright"], IMAGE + 30)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"amount": 101}, "amount"),
        ({"amount": 1.5}, "whole number"),
        ({"amount": float("nan")}, "finite"),
        ({"size": 3}, "parameter"),
    ],
)
def test_what_no_slider_reaches_is_refused(values, says):
    with pytest.raises(ValueError, match=says):
        make_figure()(**values)


def test_an_odd_slider_reaches_odd_numbers_only():
    size = Slider(1, 9, 3, odd=True)
    assert {size.nearest(value) for value in range(-3, 15)} == {1, 3, 5, 7, 9}
    with pytest.raises(ValueError, match="odd"):
        size.accept(4, "size")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Slider(2, 9, 3, odd=True),
        lambda: Slider(0, 10, 11),
        lambda: Slider(5, 5, 5),
        lambda: Slider(0, 1, 0, step=0.3),
        lambda: Choice([]),
        lambda: Choice(["a"], default="b"),
        lambda: Curve(range(255)),
        lambda: Point((1, 2, 3)),
        lambda: Kernel((1, 2, 3)),
        lambda: Kernel(((1, 2), (3, 99))),
        lambda: Kernel(((1, 2), (3, 4)), {"too small": ((1,),)}),
    ],
)
def test_a_control_that_makes_no_sense_is_refused(make):
    with pytest.raises(ValueError, match="expected|steps"):
        make()


def test_steps_of_a_tenth_stay_tenths():
    assert Slider(0, 3, 1, step=0.1).nearest(0.31) == 0.3


def test_low_pushes_high_and_high_pushes_low():
    figure = make_band()
    figure.set(low=150)
    assert figure.values == {"low": 150, "high": 150}
    figure.set(high=20)
    assert figure.values == {"low": 20, "high": 20}


def test_a_partner_at_the_end_of_its_range_stops_the_mover():
    figure = Figure(band, {"low": Slider(0, 250, 50), "high": Slider(0, 200, 100)}, IMAGE)
    figure.set(low=250)
    assert figure.values == {"low": 200, "high": 200}


def test_a_call_with_low_above_high_is_refused():
    with pytest.raises(ValueError, match="low: expected at most high = 100"):
        make_band()(low=120)


def test_parameters_that_render_does_not_take_are_refused():
    with pytest.raises(TypeError, match="amonut"):
        Figure(brighter, {"amonut": Slider(0, 1, 0)}, IMAGE)


@pytest.mark.parametrize("picture", [IMAGE / 255, IMAGE.astype(int), np.zeros((2, 2, 4), np.uint8)])
def test_a_render_that_gives_no_uint8_picture_is_refused(picture):
    with pytest.raises((TypeError, ValueError), match="that render returned"):
        Figure(lambda: picture, {})()


def test_the_untouched_image_is_shown_before():
    figure = make_figure(before="original")
    assert list(figure()) == ["original", "bright"]
    assert np.array_equal(figure()["original"], IMAGE)


def test_a_drawn_curve_reaches_render_as_a_uint8_table():
    figure = Figure(lambda image, table: table[image], {"table": Curve()}, IMAGE)
    inverse = list(range(255, -1, -1))
    assert np.array_equal(figure(table=inverse)["picture"], 255 - IMAGE)
    with pytest.raises(ValueError, match="0..255"):
        figure(table=[256] * 256)


def test_a_kernel_reaches_render_as_a_float_array():
    weigh = Kernel(((0, 1), (2, 0)), {"none": ((0, 0), (0, 0)), "own": ((0, 1), (2, 0))})
    figure = Figure(
        lambda image, kernel: (image * kernel.sum()).astype(np.uint8), {"kernel": weigh}, IMAGE
    )
    assert np.array_equal(figure()["picture"], 3 * IMAGE)
    assert figure.as_controls()[0]["default"] == [[0, 1], [2, 0]]
    assert list(figure._strip()) == ["kernel none", "kernel own"]
    for wrong, says in (
        ([[1, 2, 3]], "2 x 2"),
        ([[0, 0], [0, 11]], "in"),
        ([[0, 0], [0, float("nan")]], "finite"),
    ):
        with pytest.raises(ValueError, match=says):
            figure(kernel=wrong)


def test_a_kernel_is_written_by_its_name_or_its_numbers():
    kernel = Kernel(((1, 0.5),), {"half": ((0, 0.5),)})
    assert kernel.written(np.array([[0, 0.5]])) == "half"
    assert kernel.written(np.array([[1, 0.5]])) == "1 0.5"
    assert [reached.tolist() for reached in kernel.positions()] == [[[0, 0.5]]]
    assert len(Kernel(((1, 0.5),)).positions()) == 2


def test_a_point_stays_inside_the_image():
    figure = Figure(lambda image, at: image, {"at": Point((5, 7))}, IMAGE)
    with pytest.raises(ValueError, match="6 x 8"):
        figure(at=(6, 0))
    figure.image = IMAGE[:3, :4]
    assert figure.values == {"at": (2, 3)}


def test_an_image_that_render_cannot_take_leaves_the_old_one():
    def strict(image, amount):
        if image.shape != IMAGE.shape:
            raise ValueError("wrong size")
        return image

    figure = Figure(strict, {"amount": Slider(0, 1, 0)}, IMAGE)
    with pytest.raises(ValueError, match="wrong size"):
        figure.image = IMAGE[:2]
    assert figure.image is IMAGE


def test_a_colour_photo_is_made_gray_for_a_gray_figure():
    figure = make_figure()
    figure.upload(np.full((4, 5, 3), 90, np.uint8))
    assert np.array_equal(figure.image, np.full((4, 5), 90))


def test_reset_brings_back_the_own_image_and_the_defaults():
    figure = make_figure()
    figure.upload(np.full((4, 5, 3), 90, np.uint8))
    figure.set(amount=30)
    figure.reset()
    assert figure.values == {"amount": 10} and figure.image is IMAGE
    assert np.array_equal(figure.pictures["bright"], IMAGE + 10)


def test_reset_moves_a_point_back_that_a_small_photo_had_moved():
    figure = Figure(lambda image, at: image, {"at": Point((5, 7))}, IMAGE)
    figure.image = IMAGE[:3, :4]
    figure.reset()
    assert figure.values == {"at": (5, 7)}


def test_a_reader_s_reset_counts_once_and_survives_the_moves_after_it():
    figure = make_figure()
    figure.upload(np.full((4, 5, 3), 90, np.uint8))
    figure.viewer.request = {"values": {"amount": 5}, "dragging": True, "serial": 2, "resets": 1}
    assert figure.image is IMAGE and figure.viewer.image_shape == [6, 8]
    figure.upload(np.full((4, 5, 3), 90, np.uint8))
    figure.viewer.request = {"values": {"amount": 7}, "dragging": False, "serial": 3, "resets": 1}
    assert figure.image.shape == (4, 5) and figure.viewer.values == {"amount": 7}


def test_extremes_reach_every_end_in_order():
    tried = list(make_band().extremes())
    assert {"low": 0, "high": 5} in tried and {"low": 250, "high": 255} in tried
    assert {"low": 50, "high": 100} in tried
    assert all(values["low"] <= values["high"] for values in tried)


def test_extremes_of_many_controls_stay_few():
    ranges = {f"p{n}": Slider(0, 10, 5) for n in range(8)}
    figure = Figure(lambda **values: np.full((2, 2), sum(values.values()), np.uint8), ranges)
    tried = list(figure.extremes())
    sums = {int(figure(**values)["picture"][0, 0]) for values in tried}
    assert len(tried) < 40 and {0, 40, 80} <= sums


def test_the_still_shows_minimum_middle_and_maximum():
    figure = make_figure()
    assert list(figure._strip()) == ["amount 0", "amount 50", "amount 100"]
    assert figure.still().image.dtype == np.uint8
    assert figure.still().image.shape[1] >= 3 * IMAGE.shape[1]


def test_the_still_stands_where_the_figure_was_moved_to():
    figure = make_figure()
    before, name = figure.still().alt, next(iter(figure.ranges))
    figure.set(**{name: figure.ranges[name].maximum})
    assert figure.still().alt != before
    middle = list(figure._strip().values())[1]
    assert np.array_equal(middle, next(iter(figure.pictures.values())))


def test_the_still_shows_only_what_moves():
    strip = make_figure(before="original")._strip()
    assert [picture.max() for picture in strip.values()] == [47, 97, 147]


def test_the_still_moves_the_parameter_that_a_figure_names():
    ranges = {"amount": Slider(0, 100, 10), "kind": Choice(("dark", "bright"))}
    figure = Figure(
        lambda image, amount, kind: cv2.add(image, amount * (kind == "bright")),
        ranges, IMAGE, still="kind",
    )  # fmt: skip
    assert list(figure._strip()) == ["kind dark", "kind bright"]
    with pytest.raises(ValueError, match="still"):
        Figure(lambda image, amount, kind: image, ranges, IMAGE, still="size")


def plotted(image, amount):
    axes = plots.Axes((120, 60), (0, 100), (0, 1), "share").mark(amount)
    return {"picture": image, "plot": axes.picture()}


def make_plotted(**options):
    return Figure(plotted, {"amount": Slider(0, 100, 10)}, IMAGE, title="plotted", **options)


def test_a_plot_is_an_image_at_scale_one_for_whoever_calls_the_figure():
    figure = make_plotted()
    panel = figure.panels()["plot"]
    assert isinstance(panel, plots.Panel)
    for pictures in (figure(), figure.pictures):
        assert pictures["plot"].dtype == np.uint8
        np.testing.assert_array_equal(pictures["plot"], panel.draw())
    assert figure.description.endswith("plot: plot.")


def test_a_plot_is_sent_at_the_scale_that_the_page_asks_for():
    viewer = make_plotted().viewer
    for scale, shape in ((1, (60, 120, 3)), (1.5, (90, 180, 3)), (100, (360, 720, 3))):
        viewer.scale = scale
        pane, pixels = _sent(viewer, "plot")
        assert pane["plot"] and (pane["height"], pane["width"]) == (60, 120)
        assert pixels.shape == shape
    picture, pixels = _sent(viewer, "picture")
    assert not picture["plot"] and np.array_equal(pixels, IMAGE)


def test_a_plot_keeps_its_scale_while_a_slider_moves_and_is_not_rendered_for_a_new_one():
    renders = []
    figure = Figure(
        lambda amount: (renders.append(amount), plotted(IMAGE, amount)["plot"])[1],
        {"amount": Slider(0, 9, 1)}, title="t",
    )  # fmt: skip
    figure.viewer.scale = 2
    _ask(figure.viewer, True, amount=5)
    assert _sent(figure.viewer, "t")[1].shape == (120, 240, 3)
    figure.viewer.scale = 3
    assert renders == [1, 5]


def test_what_a_page_must_know_to_place_the_pictures_is_sent():
    viewer = make_plotted(aligned=("picture", "plot"), one_zoom=True).viewer
    assert (viewer.aligned, viewer.one_zoom) == (["picture", "plot"], True)


def test_the_bundle_holds_view_still_and_the_same_words_each_time():
    figure = make_figure(alt="A ramp.")
    data, _ = figure._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"]
    words = "bright. A ramp. bright: gray, 6 x 8 pixels, mean 33.5."
    assert data["text/plain"] == words
    assert data["text/html"].startswith(figure.still()._repr_html_())
    assert "Run this cell" in data["text/html"]
    assert f'alt="{words}"' in data["text/html"]


def _sent(viewer, title):
    [pane] = [pane for pane in viewer.panes if pane["title"] == title]
    return pane, cv2.imdecode(np.frombuffer(pane["data"], np.uint8), cv2.IMREAD_UNCHANGED)


def _ask(viewer, dragging, serial=1, **values):
    viewer.request = {"values": values, "dragging": dragging, "serial": serial}


def test_a_request_is_answered_with_exact_pixels_at_rest():
    figure = make_figure()
    _ask(figure.viewer, False, amount=25)
    pane, pixels = _sent(figure.viewer, "bright")
    assert pane["mime"] == "image/png" and np.array_equal(pixels, IMAGE + 25)
    assert figure.viewer.values == {"amount": 25} and figure.viewer.answered == 1


def test_a_drag_is_answered_with_jpeg_and_its_end_without_another_render():
    renders = []
    figure = Figure(
        lambda amount: (renders.append(amount), IMAGE)[1], {"amount": Slider(0, 9, 1)}, title="t"
    )
    _ask(figure.viewer, True, serial=1, amount=5)
    assert _sent(figure.viewer, "t")[0]["mime"] == "image/jpeg"
    _ask(figure.viewer, False, serial=2, amount=5)
    assert _sent(figure.viewer, "t")[0]["mime"] == "image/png"
    assert renders == [1, 5]


def test_an_error_of_render_is_told_and_the_last_pictures_stay():
    def fragile(amount):
        if amount == 3:
            raise RuntimeError("three is too much")
        return IMAGE

    figure = Figure(fragile, {"amount": Slider(0, 9, 1)})
    panes = figure.viewer.panes
    _ask(figure.viewer, False, serial=1, amount=3)
    assert "three is too much" in figure.viewer.error and figure.viewer.panes == panes
    _ask(figure.viewer, False, serial=2, amount=2)
    assert figure.viewer.error == ""


def test_what_is_no_photo_is_told():
    viewer = make_figure().viewer
    viewer.upload = {"name": "notes.txt", "data": b"no picture"}
    assert viewer.error.startswith("The photo cannot be used") and viewer.upload == {}


def test_a_cell_drives_the_viewer():
    figure = make_figure()
    viewer = figure.viewer
    figure.set(amount=40)
    assert viewer.values == {"amount": 40}
    assert np.array_equal(_sent(viewer, "bright")[1], IMAGE + 40)


def test_controls_cross_as_plain_data():
    import json

    ranges = {"on": Toggle(), "kind": Choice(("a", "b")), "table": Curve(), "at": Point((1, 2))}
    figure = Figure(lambda image, **values: image, ranges, IMAGE)
    specs = json.loads(json.dumps(figure.viewer.controls))
    assert [spec["kind"] for spec in specs] == ["toggle", "choice", "curve", "point"]
    assert specs[2]["default"] == list(range(256)) and specs[3]["default"] == [1, 2]


def test_a_button_counts_its_presses():
    figure = Figure(lambda image, seed: image + np.uint8(seed), {"seed": Button(3)}, IMAGE)
    figure.set(seed=2)
    assert np.array_equal(figure.pictures["picture"], IMAGE + 2)
    with pytest.raises(ValueError, match="seed: expected a whole number in"):
        figure.set(seed=3)


def test_a_figure_that_is_only_called_loads_no_widgets():
    script = (
        "import sys, numpy; from coursekit.lab.figure import Figure\n"
        "Figure(lambda: numpy.zeros((2, 2), 'uint8'), {})()\n"
        "assert not {'ipywidgets', 'anywidget', 'matplotlib', 'torch'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


# ------------------------------------------------------------------ two pictures


def mixed(image, second, share):
    return {"mixed": np.rint((1 - share) * image + share * second.mean()).astype(np.uint8)}


def make_pair():
    second = np.full((3, 4), 100, np.uint8)
    named = {"second": second, "photos": ("target", "reference")}
    return Figure(mixed, {"share": Slider(0, 1, 0.5, 0.1)}, IMAGE, title="pair", **named)


def test_render_is_given_both_pictures():
    assert np.array_equal(make_pair()(share=1)["mixed"], np.full((6, 8), 100))


def test_the_second_picture_is_replaced_by_an_own_photo_and_comes_back():
    figure = make_pair()
    figure.upload(np.full((4, 5, 3), 40, np.uint8), place=1)
    assert figure.second.shape == (4, 5) and figure.image is IMAGE
    assert np.array_equal(figure(share=1)["mixed"], np.full((6, 8), 40))
    figure.reset()
    assert figure.second.shape == (3, 4)


def test_the_viewer_sends_a_photo_to_the_place_that_it_was_dropped_on():
    figure = make_pair()
    assert figure.viewer.photos == ["target", "reference"]
    _, png = cv2.imencode(".png", np.full((4, 5, 3), 40, np.uint8))
    figure.viewer.upload = {"name": "own.png", "data": png.tobytes(), "place": 1}
    assert figure.second.shape == (4, 5) and figure.image is IMAGE and not figure.viewer.error


def test_a_second_picture_needs_a_first():
    with pytest.raises(ValueError, match="second"):
        Figure(mixed, {"share": Slider(0, 1, 0.5, 0.1)}, second=IMAGE)


def test_a_figure_of_one_picture_names_none():
    assert make_figure().photos == () and make_figure().second is None
