"""What a pixel looks like, for whole batches: a filter bank, and the first layers of a network."""

import numpy as np
import torch

from coursekit.color_transfer.pieces import LEVELS, REACH, SCALES, white
from coursekit.lab import require
from coursekit.regions.gpu.precision import widest


def filter_bank(image):
    """Describe each pixel by 27 numbers: lightness, colour, edges and spots at three scales.

    What the first layers of a trained network come to: blurred colours, edges in each direction,
    bright and dark spots, all cut off at 0, so that each channel answers to one thing alone.

    Parameters
    ----------
    image : (..., 3, H, W), uint8 or float in [0, 1]

    Returns
    -------
    float32 (..., 27, H, W), none negative: five levels of lightness (black, dark, middle, light, white;
    they sum to 1), four opponent colours (red, green, yellow, blue), and for sigma = 1, 2 and 4
    pixels four edges (brighter below, above, to the right, to the left) and two spots (dark,
    bright).

    Convention
    ----------
    As ``reference.filter_bank``, in the widest floats of the device until the end.

    Raises
    ------
    TypeError, ValueError : image is no batch of colour pictures.

    References
    ----------
    Lindeberg 1998, "Feature detection with automatic scale selection", *International Journal of
    Computer Vision* 30(2), 79-116. Taught in 10 §10.
    """
    require.tensor(image, channels=(3,))
    light = image.to(widest(image.device)) / float(white(image.dtype))
    red, green, blue = light.unbind(-3)
    lightness = (red + green + blue) / 3
    channels = [_hat(lightness, level) for level in LEVELS]
    for opponent in (red - green, (red + green) / 2 - blue):
        channels += _halves(opponent)
    for sigma in SCALES:
        channels += _edges_and_spots(lightness, sigma)
    return torch.stack(channels, dim=-3)


def _hat(lightness, level):
    """1 at the level, 0 at those beside it, and straight between."""
    spacing = LEVELS[1] - LEVELS[0]
    return (1 - (lightness - level).abs_().div_(spacing)).clamp_(min=0).float()


def _halves(values):
    """What is above 0 and what is below, as two channels."""
    return [values.clamp(min=0).float(), values.neg().clamp_(min=0).float()]


def _edges_and_spots(lightness, sigma):
    blurred = _blurred(lightness, sigma)
    above, below = (_shifted(blurred, -2, step) for step in (-1, 1))
    left, right = (_shifted(blurred, -1, step) for step in (-1, 1))
    down, across = (below - above) * (sigma / 2), (right - left) * (sigma / 2)
    spots = (above + below + left + right - 4 * blurred) * sigma**2
    return _halves(down) + _halves(across) + _halves(spots)


def _blurred(plane, sigma):
    """A Gaussian down and across, over a border that repeats the picture as in a mirror."""
    radius = int(REACH * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    weights = (weights / weights.sum()).tolist()
    for axis in (-2, -1):
        length = plane.shape[axis]
        wide = plane.index_select(axis, _mirror(length, radius, plane.device))
        total = wide.narrow(axis, 0, length) * weights[0]
        for k, weight in enumerate(weights[1:], start=1):
            total.add_(wide.narrow(axis, k, length), alpha=weight)
        plane = total
    return plane


def _mirror(length, radius, device):
    place = torch.arange(-radius, length + radius, device=device).remainder(2 * length)
    return torch.minimum(place, 2 * length - 1 - place)


def _shifted(plane, axis, step):
    """The neighbour of each pixel; at the border the pixel itself."""
    length = plane.shape[axis]
    places = torch.arange(step, length + step, device=plane.device).clamp_(0, length - 1)
    return plane.index_select(axis, places)
