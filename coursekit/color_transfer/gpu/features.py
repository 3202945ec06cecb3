"""Features of whole batches: a filter bank, and the first layers of a network."""

from functools import cache
from os import PathLike
from typing import Literal

import torch
from torch.nn import functional

from coursekit.color_transfer.gpu.unit_cube import in_unit
from coursekit.color_transfer.shared import LEVELS, SCALES
from coursekit.core import require
from coursekit.core.kernels import gaussian_weights
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.separable import filter_axis

Layer = Literal["relu1_1", "relu1_2", "relu2_1", "relu2_2"]
DEPTHS: dict[Layer, int] = {  # layers of VGG-19 up to there
    "relu1_1": 2, "relu1_2": 4, "relu2_1": 7, "relu2_2": 9,
}  # fmt: skip
IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # mean and deviation of its images


def filter_bank(image: torch.Tensor) -> torch.Tensor:
    """Filter bank of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W), uint8 or float in [0, 1]

    Returns
    -------
    float32 (..., 27, H, W), none negative: five levels of lightness (black, dark, middle, light,
    white; they sum to 1), four opponent colours (red, green, yellow, blue), and for sigma = 1, 2
    and 4 pixels four edges (brighter below, above, to the right, to the left) and two spots (dark,
    bright).

    Convention
    ----------
    In the device's accumulator dtype until the end.
    """
    require_tensor(image, channels=(3,))
    red, green, blue = in_unit(image).unbind(-3)
    lightness = (red + green + blue) / 3
    spacing = LEVELS[1] - LEVELS[0]
    channels = []
    for level in LEVELS:
        channels.append((1 - (lightness - level).abs_().div_(spacing)).clamp_(min=0).float())
    signed = [(red - green).float(), ((red + green) / 2 - blue).float()]
    for sigma in SCALES:
        weights, blurred = gaussian_weights(sigma).tolist(), lightness
        for axis in (-2, -1):
            blurred = filter_axis(blurred, weights, axis, "symmetric")
        for axis in (-2, -1):
            edges = filter_axis(blurred, (-1, 0, 1), axis, "edge").mul_(sigma / 2)
            signed.append(edges.float())
        laplacian = filter_axis(blurred, (1, -2, 1), -2, "edge")
        laplacian += filter_axis(blurred, (1, -2, 1), -1, "edge")
        signed.append(laplacian.mul_(sigma**2).float())
    for values in signed:
        channels += [values.clamp(min=0), values.neg().clamp_(min=0)]
    return torch.stack(channels, dim=-3)


def vgg19(
    image: torch.Tensor, weights: str | PathLike[str] | None = "DEFAULT", layer: Layer = "relu1_2"
) -> torch.Tensor:
    """VGG-19: describe each pixel by the first layers of a network trained on photos.

    Parameters
    ----------
    image : (..., 3, H, W), uint8 or float in [0, 1]
    weights : torchvision's name of the weights, or the path of a file, as for ``pretrained`` of
        chapter 09; None for random ones
    layer : "relu1_1" or "relu1_2" (64 channels), "relu2_1" or "relu2_2" (128, from half the size)

    Returns
    -------
    float32 (..., 64 or 128, H, W) on image's device.

    Convention
    ----------
    Images are normalised by ImageNet's mean and deviation and not resized; the border is 0. What
    comes from half the size is enlarged bilinearly. No twin: NumPy has no weights of its own. The
    paper does not say which of the first layers it takes; "relu1_2" is the default. Weights are
    read once; random ones, too, are the same for every image.

    Raises
    ------
    TypeError, ValueError : image is no batch of colour images; there is no such layer; the
        weights do not fit.
    FileNotFoundError : the weights are not here and cannot be fetched.

    References
    ----------
    Simonyan and Zisserman 2015, "Very deep convolutional networks for large-scale image
    recognition", *ICLR*; Carrillo et al. 2022, §4. Taught in 10 §7.
    """
    require_tensor(image, channels=(3,))
    layer = require.one_of(layer, "layer", DEPTHS)
    network = _first_layers(weights)[: DEPTHS[layer]].to(image.device)
    mean, deviation = (
        torch.tensor(values, device=image.device)[:, None, None] for values in IMAGENET
    )
    light = image / 255 if image.dtype == torch.uint8 else image.float()
    with torch.no_grad():
        found = [
            _enlarged(network((one - mean) / deviation), one.shape[-2:])
            for one in light.reshape(-1, 1, *light.shape[-3:])
        ]
    features = torch.cat(found)
    return features.view(*image.shape[:-3], *features.shape[1:])


@cache
def _first_layers(weights):
    from coursekit.captioning.gpu import pretrained  # takes a second to load

    return pretrained("vgg19", weights).features[: max(DEPTHS.values())]


def _enlarged(features, size):
    if features.shape[-2:] == size:
        return features
    return functional.interpolate(features, size, mode="bilinear", align_corners=False)
