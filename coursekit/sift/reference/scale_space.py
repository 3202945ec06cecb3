"""A picture, blurred more and more: the Gaussian scale space and its differences.

Otero and Delbracio 2014, §2; Lowe 2004, §3. The numbers of algorithms are those of the former.
"""

import numpy as np

from coursekit.lab import require
from coursekit.sift import scales


def gaussian_scale_space(
    image, upsampling=2, n_octaves=8, n_scales=3, sigma_min=1.6, sigma_in=0.5
):
    """Blur a picture step by step, and halve it whenever the blur has doubled.

    Parameters
    ----------
    image : (H, W) uint8, or float in [0, 1]
    upsampling : 1, 2 or 4, how many times the first octave is as large as the picture
    n_octaves : int >= 1, halvings plus one at most; fewer where the smaller side of the last
        octave would be less than 12 pixels
    n_scales : int >= 1, steps in which the blur doubles
    sigma_min : float > 0, blur of the first scale, in pixels of the first octave
    sigma_in : float >= 0, blur that the picture is taken to have already, in its own pixels

    Returns
    -------
    List of an array (h, w, n_scales + 3) for each octave: float32 for float32, else float64.
    ``[..., s]`` of octave o has the blur ``scales.sigmas(...)[o, s]``, in pixels of the picture.

    Convention
    ----------
    uint8 is divided by 255. Enlarged bilinearly, pixel centres at whole coordinates plus a half,
    edges repeated. Gaussians reach 4 sigma to each side, border ``symmetric``; they are summed in
    float64 and kept in the picture's dtype. An octave begins with every second row and column of
    scale n_scales of the one before. Equal to what ``skimage.feature.SIFT`` works on, within 1e-12
    (float32: 1e-6).

    Raises
    ------
    TypeError, ValueError : image is no gray picture, or smaller than 12 / upsampling pixels; a
        parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 1 and 2, Eq. 9-12; Lowe 2004, §3.3. Taught in 07 §2.
    """
    raise NotImplementedError


def difference_of_gaussians(octave):
    """Subtract each scale of an octave from the next: what the blur between them took away.

    Parameters
    ----------
    octave : (H, W, S) float, S >= 2, as ``gaussian_scale_space`` gives for each octave

    Returns
    -------
    Array (H, W, S - 1) of octave's dtype; ``[..., s]`` is scale s + 1 minus scale s

    Convention
    ----------
    Signed: a bright blob is negative, a dark one positive.

    Raises
    ------
    TypeError, ValueError : octave is no float array (H, W, S) with two scales or more.

    References
    ----------
    Otero and Delbracio 2014, Alg. 3; Lowe 2004, Eq. 1. Taught in 07 §3.
    """
    raise NotImplementedError
