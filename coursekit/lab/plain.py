"""What a figure and its viewer send: pictures in plain words, values as plain data."""

import numpy as np

from coursekit.lab import plots


def described(title, picture):
    """Words for one picture: title, size, kind and mean; a plot has no size of its own."""
    if isinstance(picture, plots.Panel):
        return f"{title}: plot"
    height, width = picture.shape[:2]
    kind = "gray" if picture.ndim == 2 else "colour"
    return f"{title}: {kind}, {height} x {width} pixels, mean {picture.mean():.1f}"


def plain(value):
    """``value`` as data that JSON can carry."""
    if isinstance(value, dict):
        return {name: plain(entry) for name, entry in value.items()}
    if isinstance(value, (tuple, list, np.ndarray)):
        return [plain(entry) for entry in value]
    return value.item() if isinstance(value, np.generic) else value
