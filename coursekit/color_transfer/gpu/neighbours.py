"""What lies beside a pixel: sums of neighbours along an axis, over two kinds of border."""

import torch


def repeated(length, radius, device):
    """Places along an axis and beyond both ends, where the outermost pixel is repeated."""
    return torch.arange(-radius, length + radius, device=device).clamp_(0, length - 1)


def mirrored(length, radius, device):
    """Places along an axis and beyond both ends, where the picture is seen as in a mirror."""
    place = torch.arange(-radius, length + radius, device=device).remainder(2 * length)
    return torch.minimum(place, 2 * length - 1 - place)


def weighed(image, weights, axis, border):
    """Sum neighbours along an axis, each with its weight; border is one of the two above."""
    radius, length = len(weights) // 2, image.shape[axis]
    wide = image.index_select(axis, border(length, radius, image.device))
    total = torch.zeros_like(image)
    for first, weight in enumerate(weights):
        total.add_(wide.narrow(axis, first, length), alpha=weight)
    return total
