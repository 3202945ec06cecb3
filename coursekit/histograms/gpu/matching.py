"""Histogram matching of batches: twin of ``reference.matching``.

Shares of pixels are compared as whole numbers, a / N <= b / M as a M <= b N: exact everywhere, and
no device needs double precision.
"""

import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.histograms import shared
from coursekit.histograms.gpu.counting import channel_histograms
from coursekit.histograms.gpu.equalization import look_up


def match_histograms(image: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
    """Histogram matching of a batch: give each image the histogram of its reference.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    reference : of image's dtype, device and C, of any height and width; (C, H, W) serves the whole
        batch, (..., C, H, W) has one for each image

    Convention
    ----------
    Float within 1e-6. uint8 counts levels; float sorts its values.

    Raises
    ------
    TypeError : image or reference is not as described; the dtypes differ.
    ValueError : the numbers of channels differ, or those of images.
    """
    require_tensor(image)
    require_tensor(reference, "reference")
    shared.require_same_kind(image, reference, image.shape[-3], reference.shape[-3])
    require.same_batch(image.shape[:-3], reference.shape[:-3])
    if image.dtype == torch.uint8:
        return look_up(image, _matching_table(image, reference))
    theirs = reference.expand(*image.shape[:-3], *reference.shape[-3:])
    return _match_values(image.flatten(-2), theirs.flatten(-2)).view(image.shape)


def _matching_table(image, reference):
    """For each level r of image the level s with F(r) = G(s), on the line between two levels."""
    ours, count = channel_histograms(image).cumsum(-1), channel_histograms(reference)
    count = count.expand(ours.shape).contiguous()
    theirs = count.cumsum(-1)
    pixels, their_pixels = ours[..., -1:], theirs[..., -1:]
    wanted = ours * their_pixels  # F(r) and G(s), both times N M
    above = torch.searchsorted(theirs * pixels, wanted)
    share_below = theirs.gather(-1, above) - count.gather(-1, above)
    below = torch.searchsorted(theirs, share_below).where(share_below > 0, above)
    run = count.gather(-1, above).mul_(pixels).clamp_(min=1)
    over = (above - below) * (wanted - share_below * pixels)
    return _rounded(below, over, run)


def _rounded(whole, over, run):
    """whole + over / run, rounded half to even."""
    quotient = torch.div(over, run, rounding_mode="floor")
    twice_rest = 2 * (over - quotient * run)
    level = whole + quotient
    up = (twice_rest > run) | ((twice_rest == run) & (level % 2 == 1))
    return (level + up).byte()


def _match_values(values, theirs):
    """The same with each distinct value as a level: rows (..., N) and (..., M)."""
    ranked, place = values.contiguous().sort(-1)
    theirs = theirs.contiguous().sort(-1).values
    pixels, their_pixels = values.shape[-1], theirs.shape[-1]
    wanted = torch.searchsorted(ranked, ranked, right=True) * their_pixels
    upper = theirs.gather(-1, torch.div(wanted - 1, pixels, rounding_mode="floor"))
    first = torch.searchsorted(theirs, upper)
    run = torch.searchsorted(theirs, upper, right=True) - first
    lower = theirs.gather(-1, (first - 1).clamp_(min=0))
    share = (wanted - first * pixels).to(values.dtype) / (run * pixels)
    s = (upper - lower).mul_(share).add_(lower)
    return torch.empty_like(s).scatter_(-1, place, s)
