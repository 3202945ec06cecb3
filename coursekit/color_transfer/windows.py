"""The window and the constants of SSIM (Wang et al. 2004, §III.C), for white = 1; and luma."""

import numpy as np

_OFFSETS = np.arange(-5, 6)
WEIGHTS = np.exp(-0.5 * (_OFFSETS / 1.5) ** 2)
WEIGHTS /= WEIGHTS.sum()
C1, C2 = 0.01**2, 0.03**2
LUMA = (0.299, 0.587, 0.114)
NO_GRADIENT = 1e-20  # a product of lengths below it is rounding
