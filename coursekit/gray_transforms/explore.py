"""The interactive figures of chapter 02."""

import numpy as np

from coursekit.gray_transforms import reference
from coursekit.lab import samples, show
from coursekit.lab.figure import Choice, Curve, Figure, Slider, Toggle

LEVELS = np.arange(256, dtype=np.uint8)[None]  # every gray level once, as a picture of one row


def tone_curve(image=None):
    """Contrast, brightness, gamma and log gain; curve, histograms and picture move together."""
    return Figure(
        _tone_curve,
        {
            "contrast": Slider(-2, 4, 1, 0.05, label="contrast a"),
            "brightness": Slider(-255, 255, 0, 5, label="brightness b", unit="gray levels"),
            "exponent": Slider(0.1, 4, 1, 0.05, label="gamma γ"),
            "log_gain": Slider(0, 2, 0, 0.05, label="log gain c (0: no log)"),
        },
        image=samples.camera() if image is None else image,
        title="One curve for every pixel",
        alt="A picture, and the curve that gives each gray level its new value, between histograms",
        before="before",
    )


def _tone_curve(image, contrast, brightness, exponent, log_gain):
    def transform(picture):
        if log_gain:
            picture = reference.log(picture, log_gain)
        picture = reference.gamma(picture, exponent)
        return reference.linear(picture, contrast, brightness)

    return _with_curve(image, transform(LEVELS)[0])


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
            "brightness": Slider(0, 150, 20, 1, label="brightness b", unit="gray levels"),
        },
        image=samples.camera() if image is None else image,
        title="What uint8 does with 256",
        alt="On the left bright parts turn black where the sum wraps around; on the right white",
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
        _with_curve,
        {"table": Curve(label="your table: r runs to the right, s upwards")},
        image=samples.chelsea() if image is None else image,
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
            "low": Slider(0, 255, 90, 1, label="from", unit="gray level"),
            "high": Slider(0, 255, 160, 1, label="to", unit="gray level"),
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
        {
            "bits": Slider(1, 7, 1, 1, label="lowest bits used"),
            "reveal": Choice(("the picture", "what it hides"), label="show"),
        },
        image=samples.camera() if image is None else image,
        title="A picture inside a picture",
        alt="A picture whose lowest bits carry another one",
        before="before",
    )


def _hidden(image, bits, reveal):
    secret = _secret(image.shape)
    carrier = image >> bits << bits | secret >> (8 - bits)
    if reveal == "the picture":
        return {"carrier": carrier}
    return {"carrier": carrier << (8 - bits)}


def _secret(shape):
    """The coins, repeated to fill any shape."""
    coins = samples.coins()
    rows, columns = np.arange(shape[0]) % coins.shape[0], np.arange(shape[1]) % coins.shape[1]
    secret = coins[np.ix_(rows, columns)]
    return secret if len(shape) == 2 else np.repeat(secret[..., None], 3, axis=2)


FIGURES = (tone_curve, overflow, draw_a_table, stretch, level_slice, bit_planes, hidden)
