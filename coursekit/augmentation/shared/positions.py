"""Source positions of pixels, in numbers whose sums are the same on every device."""

import numpy as np

EXACT, COARSE = 2.0**24, 2.0**8  # steps a pixel, for floats and for uint8
NEAR = 2.0**14  # pixels; sums of two are whole coarse steps in float32
FARTHEST = 2.0**28  # pixels; sums of two are whole steps in float64


def parts(inverse, size, exact):
    """Cut the source positions of all pixels into what the row and what the column gives.

    Parameters
    ----------
    inverse : (..., 3, 3), from new places to old ones
    size : (H, W)
    exact : bool, steps of 2⁻²⁴ pixels instead of 2⁻⁸

    Returns
    -------
    from_row : (2, ..., H) float64, parts of the source's rows, then of its columns
    from_column : (2, ..., W) float64, likewise
    """
    steps = EXACT if exact else COARSE
    linear = np.moveaxis(inverse[..., :2, :], -2, 0)  # (2, ..., 3)
    from_row = linear[..., 0, None] * np.arange(size[0]) + linear[..., 2, None]
    from_column = linear[..., 1, None] * np.arange(size[1])
    return tuple(
        np.rint(np.clip(part, -FARTHEST, FARTHEST) * steps) / steps
        for part in (from_row, from_column)
    )
