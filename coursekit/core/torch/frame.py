"""A batch with a frame of pixels around it, a bite at a time."""

import torch

from coursekit.core import require
from coursekit.core.torch.chunks import CACHE, MEMORY
from coursekit.core.torch.shifted_sums import laid_out

BORDERS = ("reflect", "symmetric", "edge", "constant", "wrap")
COPIES = 8  # pictures that the work keeps at hand for each that it is given


def in_bites_with_frame(work, image, frame, border, dtype):
    """Apply work to framed bites of a batch (..., C, H, W); give the tensors that it gives.

    work : takes (B, C, H + ..., W + ...) of dtype, and gives several tensors (B, ?, H, W)
    frame : rows and columns before, and after
    """
    require.one_of(border, "border", BORDERS)
    pictures = image.reshape(-1, *image.shape[-3:])
    most = CACHE if image.device.type == "cpu" else MEMORY
    bites = pictures.split(max(1, most // (COPIES * pictures[0].numel())))
    parts = [work(laid_out(bite, (frame, frame), border, dtype)) for bite in bites]
    return [_joined(several, image.shape[:-3]) for several in zip(*parts, strict=True)]


def room(image, wide=False):
    """Give the dtype for sums: int16 for uint8, int32 where that is too small."""
    if image.dtype != torch.uint8:
        return image.dtype
    return torch.int32 if wide else torch.int16


def _joined(parts, batch):
    whole = torch.cat(parts) if len(parts) > 1 else parts[0]
    return whole.view(*batch, *whole.shape[1:])
