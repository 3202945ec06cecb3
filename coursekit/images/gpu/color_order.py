"""The order and the sum of three channels, on batches: twins of ``reference.color_order``."""

import torch

from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import in_chunks


def rgb_to_bgr(image: torch.Tensor) -> torch.Tensor:
    """RGB to BGR of a batch: exchange red and blue.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]
    """
    require_tensor(image, channels=(3,))
    return image.flip(-3)


def rgb_to_gray(image: torch.Tensor) -> torch.Tensor:
    """RGB to gray of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor (..., 1, H, W) of image's dtype and device.

    Convention
    ----------
    Float within 1e-6 of the reference's.
    """
    require_tensor(image, channels=(3,))
    if image.dtype == torch.uint8:
        images = image.reshape(-1, *image.shape[-3:])
        gray = in_chunks(_gray_uint8, images, image.shape[-3:].numel())
        return gray.view(*image.shape[:-3], 1, *image.shape[-2:])
    red, green, blue = image.unbind(-3)
    gray = (red * 0.299).add_(green, alpha=0.587).add_(blue, alpha=0.114)
    return gray.clamp_(max=1).unsqueeze(-3)


def _gray_uint8(image):
    red, green, blue = image.unbind(-3)
    gray = red.int().mul_(9798).add_(green.int(), alpha=19235).add_(blue.int(), alpha=3735)
    return gray.add_(2**14).bitwise_right_shift_(15).byte()
