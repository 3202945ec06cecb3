"""The matrices of a whole batch at once: ``reference.affine_matrix`` for n images."""

import numpy as np


def rotation(degrees):
    """(n,) degrees, counter-clockwise, to (n, 3, 3)."""
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    right = np.mod(degrees, 90) == 0
    c, s = np.where(right, np.rint(c), c), np.where(right, np.rint(s), s)
    return _rows([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def shift(down, right):
    """(n,) pixels down and to the right to (n, 3, 3)."""
    return _rows([[1, 0, down], [0, 1, right], [0, 0, 1]])


def shear(degrees):
    """(n,) degrees to (n, 3, 3), Keras's meaning."""
    angle = np.deg2rad(degrees)
    return _rows([[1 / np.cos(angle), 0, 0], [np.tan(angle), 1, 0], [0, 0, 1]])


def zoom(rows, columns):
    """(n,) how much is seen of height and width to (n, 3, 3)."""
    return _rows([[1 / np.asarray(rows), 0, 0], [0, 1 / np.asarray(columns), 0], [0, 0, 1]])


def flip(vertical, horizontal):
    """(n,) bool to (n, 3, 3)."""
    down, right = (1 - 2 * np.asarray(each, float) for each in (vertical, horizontal))
    return _rows([[down, 0, 0], [0, right, 0], [0, 0, 1]])


def affine(
    shape,
    rotation=0.0,
    height_shift=0.0,
    width_shift=0.0,
    shear=0.0,
    zoom_rows=1.0,
    zoom_columns=1.0,
    vertical_flip=False,
    horizontal_flip=False,
):
    """C F Z H S R C⁻¹ for each of n images of one shape: (n, 3, 3) float64."""
    row, column = (shape[0] - 1) / 2, (shape[1] - 1) / 2
    return (
        shift(row, column)
        @ flip(vertical_flip, horizontal_flip)
        @ zoom(zoom_rows, zoom_columns)
        @ _SHEAR(shear)
        @ shift(height_shift, width_shift)
        @ _ROTATION(rotation)
        @ shift(-row, -column)
    )


_SHEAR, _ROTATION = shear, rotation  # ``affine`` has arguments of these names


def _rows(rows):
    """Three rows of numbers and (n,) arrays to (n, 3, 3); of numbers alone to (3, 3)."""
    entries = np.broadcast_arrays(*[np.asarray(entry, float) for row in rows for entry in row])
    return np.stack(entries, axis=-1).reshape(*entries[0].shape, 3, 3)
