"""The interactive figures of chapter 02."""

from coursekit.core import extras

extras.require("cv2", "ipywidgets", "matplotlib")

import numpy as np

from coursekit.gray_transforms import reference
from coursekit.lab import samples, show
from coursekit.lab.figure import Curve, Figure, Slider, Toggle

LEVELS = np.arange(256, dtype=np.uint8)[None]  # every gray level once, as a picture of one row


def straight_line(image=None):
    """Contrast and brightness alone: the first curve of the chapter."""
    return Figure(
        _straight_line,
        {
            "contrast": Slider(-2, 4, 1, 0.05, label="contrast a"),
            "brightness": Slider(-255, 255, 0, 5, label="brightness b", unit="gray levels"),
        },
        image=samples.moon() if image is None else image,
        title="A straight line for every pixel",
        alt="A picture, and the line that gives each gray level its new value, between histograms",
        before="before",
    )


def _straight_line(image, contrast, brightness):
    return _with_curve(image, reference.linear(LEVELS, contrast, brightness)[0])


def tone_curve(image=None):
    """Contrast, brightness, gamma and logarithm; curve, histograms and picture move together."""
    return Figure(
        _tone_curve,
        {
            "exponent": Slider(0.1, 4, 1, 0.05, label="gamma γ"),
            "contrast": Slider(-2, 4, 1, 0.05, label="contrast a"),
            "brightness": Slider(-255, 255, 0, 5, label="brightness b", unit="gray levels"),
            "logarithm": Toggle(False, label="logarithm first"),
            "log_gain": Slider(0.2, 2, 1, 0.05, label="its gain c"),
        },
        image=samples.camera() if image is None else image,
        title="One curve for every pixel",
        alt="A picture, and the curve that gives each gray level its new value, between histograms",
        before="before",
    )


def _tone_curve(image, exponent, contrast, brightness, logarithm, log_gain):
    levels = reference.log(LEVELS, log_gain) if logarithm else LEVELS
    levels = reference.gamma(levels, exponent)
    return _with_curve(image, reference.linear(levels, contrast, brightness)[0])


def _with_curve(image, table, marks=()):
    """The picture after a table, and the table's curve between both histograms."""
    after = reference.apply_lut(image, table)
    return {"after": after, "s = T(r)": show.plot_transform(table, image, after, marks)}


def overflow(image=None):
    """The same sum in uint8, where 256 is 0 again, and done right."""
    return Figure(
        _overflow,
        {
            "contrast": Slider(0.5, 3, 1.5, 0.05, label="contrast a"),
            "brightness": Slider(-150, 150, 20, 1, label="brightness b", unit="gray levels"),
        },
        image=samples.camera() if image is None else image,
        title="What uint8 does with 256",
        alt="On the left the sum wraps around beyond black and white; on the right it saturates",
        before="wraps around",
    )


def _overflow(image, contrast, brightness):
    wrapped = (LEVELS * contrast + brightness).astype(np.int64).astype(np.uint8)[0]
    saturated = reference.linear(LEVELS, contrast, brightness)[0]
    return {
        "wraps around": reference.apply_lut(image, wrapped),
        "saturates": reference.apply_lut(image, saturated),
        "both curves": show.plot_curve({"wraps": wrapped, "saturates": saturated}),
    }


def draw_a_table(image=None):
    """Draw any curve at all: 256 entries, one for each gray level."""
    return Figure(
        lambda image, table: {"after": reference.apply_lut(image, table)},
        {"table": Curve(label="your table")},
        image=samples.camera() if image is None else image,
        title="Draw a look-up table",
        alt="A picture whose gray levels follow the curve that the reader draws",
        before="before",
    )


def stretch(image=None):
    """Choose which levels become black and white."""
    return Figure(
        _stretch,
        {
            "low": Slider(0, 254, 0, 1, label="low: becomes black", unit="gray level"),
            "high": Slider(1, 255, 255, 1, label="high: becomes white", unit="gray level"),
        },
        image=samples.moon() if image is None else image,
        title="Stretch the contrast",
        alt="A pale picture gains contrast as low and high close in on its histogram",
        before="before",
    )


def _stretch(image, low, high):
    high = max(high, low + 1)
    return _with_curve(image, reference.contrast_stretch(LEVELS, low, high)[0], (low, high))


def level_slice(image=None):
    """Pick out the pixels whose level lies between two bounds."""
    return Figure(
        _level_slice,
        {
            "low": Slider(0, 255, 110, 1, label="from", unit="gray level"),
            "high": Slider(0, 255, 255, 1, label="to", unit="gray level"),
            "keep": Toggle(False, label="keep the other levels"),
        },
        image=samples.coins() if image is None else image,
        title="Slice the gray levels",
        alt="The pixels between two levels in white, the others black or as they were",
        before="before",
    )


def _level_slice(image, low, high, keep):
    table = reference.slice_levels(LEVELS, low, high, keep)[0]
    return _with_curve(image, table, (low, high))


def bit_planes(image=None):
    """One bit of every pixel, and the picture made of the highest bits alone."""
    return Figure(
        _bit_planes,
        {
            "bit": Slider(0, 7, 7, 1, label="bit shown (7 is the highest)"),
            "kept": Slider(1, 8, 8, 1, label="highest bits kept"),
        },
        image=samples.camera() if image is None else image,
        title="Eight pictures in one",
        alt="One bit plane in black and white, and the picture rebuilt from its highest bits",
        before="before",
    )


def _bit_planes(image, bit, kept):
    return {
        "one bit plane": reference.bit_plane(image, bit),
        "its highest bits alone": image >> (8 - kept) << (8 - kept),
    }


def hidden(image=None):
    """Fill the lowest bits with another picture; find out when it is noticed."""
    return Figure(
        _hidden,
        {"bits": Slider(1, 7, 1, 1, label="lowest bits used")},
        image=samples.camera() if image is None else image,
        title="A picture inside a picture",
        alt="A picture whose lowest bits carry another one, and that other one, read from them",
        before="before",
    )


def _hidden(image, bits):
    carrier = image >> bits << bits | _secret(image.shape) >> (8 - bits)
    return {"with a hidden picture": carrier, "what it hides": carrier << (8 - bits)}


def _secret(shape):
    """The moon, sampled to any shape."""
    moon = samples.moon()
    rows, columns = (np.arange(n) * m // n for n, m in zip(shape, moon.shape, strict=False))
    secret = moon[np.ix_(rows, columns)]
    return secret if len(shape) == 2 else np.repeat(secret[..., None], 3, axis=2)


FIGURES = (
    straight_line,
    overflow,
    draw_a_table,
    tone_curve,
    stretch,
    level_slice,
    bit_planes,
    hidden,
)
