"""From light to the cones of the eye, and to lαβ: the matrices of Reinhard et al. 2001.

The curves between sRGB levels and light are those of IEC 61966-2-1.
"""

import numpy as np

FROM_RGB = np.array(
    [[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]]
)  # Eq. 4
OPPONENTS = np.diag([1 / np.sqrt(3), 1 / np.sqrt(6), 1 / np.sqrt(2)]) @ np.array(
    [[1, 1, 1], [1, 1, -2], [1, -1, 0]]
)  # Eq. 6
DARKEST = 1e-5  # a response below it counts as it: black has no logarithm
NO_SPREAD = 1e-6  # a deviation below it is rounding, and no deviation


def to_linear(levels):
    """sRGB levels in 0..1 as light."""
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)


def from_linear(light):
    """Light in 0..1 as sRGB levels."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
