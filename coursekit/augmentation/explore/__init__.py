"""The interactive figures of chapter 08."""

from coursekit.core import extras

extras.require("cv2", "ipywidgets", "matplotlib")

import numpy as np

from coursekit.augmentation import reference
from coursekit.augmentation.explore import drawing
from coursekit.augmentation.shared import checks
from coursekit.lab import plots, samples, show
from coursekit.lab.figure import Button, Choice, Figure, Slider, Toggle

SIDE = 280  # pixels: the longer side of the pictures that figures begin with
TILE = 150  # pixels, of a picture on the contact sheet
NARROWEST = 240  # columns that words above a picture need
SEEDS = 1000
# What is known of the astronaut, as shares of height and width: the head; eyes, nose, corners of
# the mouth.
BOX = (0.029, 0.297, 0.367, 0.590)  # top, left, bottom, right
POINTS = ((0.197, 0.396), (0.201, 0.477), (0.244, 0.443), (0.275, 0.396), (0.275, 0.479))


def cat():
    """The cat of the samples, small enough to be moved while one drags."""
    return plots.shrunk(samples.chelsea(), SIDE)


def one_matrix(image=None):
    """Turn, shift, lean, zoom and flip: one matrix, and the grid that it draws."""
    return Figure(
        _one_matrix,
        {
            "rotation": Slider(-90, 90, 20, 5, label="rotation", unit="degrees"),
            "down": Slider(-0.5, 0.5, 0, 0.05, label="shift down", unit="heights"),
            "right": Slider(-0.5, 0.5, 0, 0.05, label="shift to the right", unit="widths"),
            "shear": Slider(-60, 60, 0, 5, label="shear", unit="degrees"),
            "zoom": Slider(0.4, 2.4, 1, 0.1, label="zoom: how much is seen"),
            "flip": Toggle(False, label="flip left and right"),
        },
        image=cat() if image is None else image,
        title="One matrix",
        alt="A moved picture, and its grid before and after, under the matrix that moved it",
        before="before",
    )


def _one_matrix(image, rotation, down, right, shear, zoom, flip):
    image = plots.shrunk(image, SIDE)
    height, width = image.shape[:2]
    shifts = {"height_shift": down * height, "width_shift": right * width}
    zooms = {"zoom_rows": zoom, "zoom_columns": zoom}
    matrix = reference.affine_matrix(
        image.shape, rotation, **shifts, shear=shear, **zooms, horizontal_flip=flip
    )
    after = reference.warp(image, matrix, "constant")
    panel = plots.titled(drawing.grid(image.shape, matrix), *drawing.written(matrix))
    return {"before": image, "after": after, "its grid": panel}


def many_samplings(image=None):
    """The same turn at once, and in several steps that sample again each time."""
    return Figure(
        _many_samplings,
        {
            "steps": Slider(1, 10, 5, 1, label="steps of the turn"),
            "rotation": Slider(0, 90, 30, 5, label="turned by", unit="degrees"),
        },
        image=plots.middle(samples.grass(), 160) if image is None else image,
        title="Sampled once, sampled often",
        alt="A fine texture turned in one go, and in several steps: the second one is blurred",
    )


def _many_samplings(image, steps, rotation):
    image = plots.middle(plots.shrunk(image, 2 * SIDE), 160)
    whole, part = (reference.affine_matrix(image.shape, angle) for angle in
                   (rotation, rotation / steps))  # fmt: skip
    once, often = reference.warp(image, whole, "reflect"), image
    for _ in range(steps):
        often = reference.warp(often, part, "reflect")
    once, often = (plots.middle(picture, 96) for picture in (once, often))
    left = often.std() / max(once.std(), 1e-9)
    how_often = "once" if steps == 1 else f"{steps} times"
    return {
        "sampled once": plots.titled(plots.magnified(once, 3), "contrast 100%"),
        "sampled in steps": plots.titled(
            plots.magnified(often, 3), f"{how_often}: contrast {left:.0%}"
        ),
    }


def outside(image=None):
    """What is seen where the old picture has no pixel."""
    return Figure(
        _outside,
        {
            "fill_mode": Choice(checks.FILL_MODES, "nearest", label="fill mode"),
            "rotation": Slider(-90, 90, 15, 5, label="rotation", unit="degrees"),
            "right": Slider(-1, 1, 0.3, 0.05, label="shift to the right", unit="widths"),
            "zoom": Slider(0.5, 4, 1, 0.1, label="zoom: how much is seen"),
        },
        image=cat() if image is None else image,
        title="Beyond the edge",
        alt="A moved picture, and beyond its edge what the fill mode puts there",
        before="before",
    )


def _outside(image, fill_mode, rotation, right, zoom):
    image = plots.shrunk(image, SIDE)
    matrix = reference.affine_matrix(
        image.shape,
        rotation,
        width_shift=right * image.shape[1],
        zoom_rows=zoom,
        zoom_columns=zoom,
    )
    moved = reference.warp(image, matrix, fill_mode)
    frame = np.array([(0, 0), (0, 1), (1, 1), (1, 0)]) * (np.array(image.shape[:2]) - 1)
    corners = reference.move_points(frame, matrix)
    framed = plots.line(plots.color(moved), corners, plots.ORANGE, closed=True)
    return {"before": image, "after": moved, "the old frame": framed}


def light(image=None):
    """Multiply the light, or add to the levels."""
    return Figure(
        _light,
        {
            "factor": Slider(0, 3, 1, 0.05, label="brightness: times"),
            "shift": Slider(-128, 128, 0, 4, label="channel shift: plus", unit="gray levels"),
        },
        image=cat() if image is None else image,
        title="Other light",
        alt="A picture whose levels are shifted and then multiplied, with its histograms",
        before="before",
    )


def _light(image, factor, shift):
    image = plots.shrunk(image, SIDE)
    levels = np.arange(256, dtype=np.uint8)[None]

    def changed(picture):
        return reference.adjust_brightness(reference.shift_channels(picture, shift), factor)

    plot = show.plot_transform(changed(levels)[0], image, changed(image))
    return {"before": image, "after": changed(image), "s = T(r)": plot}


def contact_sheet(image=None):
    """Nine pictures drawn from one, with a slider for each range."""
    return Figure(
        _contact_sheet,
        {
            "rotation": Slider(0, 180, 20, 5, label="rotation_range", unit="degrees"),
            "width": Slider(0, 0.5, 0.1, 0.05, label="width_shift_range", unit="widths"),
            "height": Slider(0, 0.5, 0.1, 0.05, label="height_shift_range", unit="heights"),
            "shear": Slider(0, 60, 0, 5, label="shear_range", unit="degrees"),
            "zoom": Slider(0, 0.8, 0.2, 0.05, label="zoom_range: 1 ±"),
            "channel": Slider(0, 120, 0, 5, label="channel_shift_range", unit="gray levels"),
            "brightness": Slider(0, 1, 0.3, 0.05, label="brightness_range: 1 ±"),
            "horizontal": Toggle(True, label="horizontal_flip"),
            "vertical": Toggle(False, label="vertical_flip"),
            "fill_mode": Choice(checks.FILL_MODES, "nearest", label="fill_mode"),
            "seed": Button(SEEDS, label="seed", text="Reseed"),
        },
        image=cat() if image is None else image,
        title="One picture, nine pictures",
        alt="Nine variants of a picture, each moved and lit as the ranges and the seed have drawn",
        before="before",
    )


def _contact_sheet(
    image, rotation, width, height, shear, zoom, channel, brightness, horizontal, vertical,
    fill_mode, seed,
):  # fmt: skip
    augmenter = reference.Augmenter(
        rotation, width, height, shear, zoom, channel, (1 - brightness, 1 + brightness),
        horizontal, vertical, fill_mode, seed=seed,
    )  # fmt: skip
    tile = plots.shrunk(image, TILE)
    variants = augmenter.apply(np.stack([tile] * 9), augmenter.draw(9))
    return {
        "before": plots.shrunk(image, SIDE),
        "nine variants": plots.image(plots.contact_sheet(variants)),
    }


def labels_move(image=None):
    """A picture with a mask, a box and keypoints: all of them move by the same matrix."""
    return Figure(
        _labels_move,
        {
            "rotation": Slider(-90, 90, 25, 5, label="rotation", unit="degrees"),
            "right": Slider(-1, 1, 0, 0.05, label="shift to the right", unit="widths"),
            "down": Slider(-1, 1, 0, 0.05, label="shift down", unit="heights"),
            "zoom": Slider(0.5, 2, 1, 0.1, label="zoom: how much is seen"),
            "least": Slider(0, 1, 0.25, 0.05, label="least visible share of a box"),
            "left_behind": Toggle(False, label="leave the labels where they were"),
        },
        image=plots.shrunk(samples.astronaut(), SIDE) if image is None else image,
        title="Labels move too",
        alt="A picture with a mask, a box and keypoints before and after it was moved",
    )


def astronaut_labels(shape):
    """The astronaut's head for a picture of any size: mask, boxes (1, 4), keypoints (5, 2)."""
    height, width = shape[:2]
    box = np.array(BOX) * (height, width, height, width)
    rows, columns = np.indices((height, width))
    (top, left, bottom, right) = box
    from_middle = [
        (2 * place - low - high) / (high - low)
        for place, low, high in ((rows, top, bottom), (columns, left, right))
    ]
    mask = from_middle[0] ** 2 + from_middle[1] ** 2 <= 1
    return mask, box[None], np.array(POINTS) * (height, width) - 0.5


def _labels_move(image, rotation, right, down, zoom, least, left_behind):
    image = plots.shrunk(image, SIDE)
    height, width = image.shape[:2]
    matrix = reference.affine_matrix(
        image.shape, rotation, down * height, right * width, zoom_rows=zoom, zoom_columns=zoom
    )
    mask, boxes, points = astronaut_labels(image.shape)
    by = np.eye(3) if left_behind else matrix
    new_boxes, kept = reference.move_boxes(boxes, by, image.shape, least)
    new_points, seen = reference.move_keypoints(points, by, image.shape)
    moved = reference.warp(image, matrix, "constant")
    after = drawing.labelled(
        moved, new_boxes[kept], new_points[seen], reference.warp_mask(mask, by)
    )
    words = f"box {'kept' if kept[0] else 'dropped'}, {seen.sum()} of {len(seen)} points seen"
    before = drawing.labelled(image, boxes, points, mask)
    known = f"a mask, a box, {len(points)} points"
    named = {"before": (before, known), "after": (after, words)}
    return {pane: plots.titled(*panel, least=NARROWEST) for pane, panel in named.items()}


FIGURES = (
    contact_sheet,
    one_matrix,
    many_samplings,
    outside,
    light,
    labels_move,
)
