"""Colour spaces on batches: twins of ``reference.color_spaces``.

Channels are processed as planes, in place where possible, a chunk of the batch at a time. uint8
goes through the reference's own tables, which are sent to the device once.
"""

from functools import cache

import torch

from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import in_chunks
from coursekit.core.torch.color import linear_to_srgb, srgb_to_linear
from coursekit.images import shared


def rgb_to_hsv(image: torch.Tensor) -> torch.Tensor:
    """RGB to HSV of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]

    Convention
    ----------
    Float within 1e-6 of each range.
    """
    return _convert(image, _hsv_uint8, _hsv)


def _hsv(red, green, blue):
    value, chroma, sixths = _hexagon(red, green, blue)
    saturation = chroma / (value + (value == 0))
    hue = sixths.div_(chroma + (chroma == 0)).mul_(60)
    hue += (hue < 0) * 360
    return hue, saturation, value


def _hsv_uint8(red, green, blue):
    value, chroma, sixths = _hexagon(red, green, blue)
    saturation = _look_up("PER_VALUE", value).mul_(chroma)
    hue = _look_up("PER_CHROMA", chroma).mul_(sixths)
    saturation.add_(2**11).bitwise_right_shift_(12)
    hue.add_(2**11).bitwise_right_shift_(12)
    hue += (hue < 0) * 180
    return hue.byte(), saturation.byte(), value


def _hexagon(red, green, blue):
    """Return value, chroma, and hue in sixths of the circle times chroma (int16 for uint8)."""
    value = torch.maximum(torch.maximum(red, green), blue)
    chroma = value - torch.minimum(torch.minimum(red, green), blue)
    if red.dtype == torch.uint8:
        red, green, blue = red.short(), green.short(), blue.short()
    from_green = (blue - red).add_(chroma, alpha=2)
    from_blue = (red - green).add_(chroma, alpha=4)
    sixths = torch.where(value == green, from_green, from_blue)
    return value, chroma, torch.where(value == red, green - blue, sixths)


def hsv_to_rgb(image: torch.Tensor) -> torch.Tensor:
    """HSV to RGB of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8 or float, as ``rgb_to_hsv`` gives

    Convention
    ----------
    Float within 1e-5 of the reference's.
    """
    return _convert(image, _from_hsv_uint8, _from_hsv)


def _from_hsv(hue, saturation, value):
    sixths, chroma, channels = hue / 60, value * saturation, []
    for n in (5, 3, 1):
        k = (sixths + n).remainder_(6)
        missing = torch.minimum(k, 4 - k).clamp_(0, 1)
        channels.append(missing.mul_(chroma).neg_().add_(value).clamp_(0, 1))
    return channels


def _from_hsv_uint8(hue, saturation, value):
    saturation, value, channels = saturation.short(), value.float(), []
    for name in ("RED_MISSING", "GREEN_MISSING", "BLUE_MISSING"):
        share = _look_up(name, hue).mul_(saturation).neg_().add_(7650)  # of 255 * 30
        channels.append(share.float().mul_(value).div_(7650).round_().byte())
    return channels


def rgb_to_ycrcb(image: torch.Tensor) -> torch.Tensor:
    """RGB to YCrCb of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]

    Convention
    ----------
    Float within 1e-6 of the reference's.
    """
    return _convert(image, _ycrcb_uint8, _ycrcb)


def _ycrcb(red, green, blue):
    luma = (red * 0.299).add_(green, alpha=0.587).add_(blue, alpha=0.114).clamp_(max=1)
    cr = (red - luma).mul_(0.713).add_(0.5)
    cb = (blue - luma).mul_(0.564).add_(0.5)
    return luma, cr, cb


def _ycrcb_uint8(red, green, blue):
    red, blue, half = red.int(), blue.int(), 2**13
    luma = green.int().mul_(9617).add_(red, alpha=4899).add_(blue, alpha=1868)
    luma.add_(half).bitwise_right_shift_(14)
    cr = red.sub_(luma).mul_(shared.TO_CR).add_((128 << 14) + half).bitwise_right_shift_(14)
    cb = blue.sub_(luma).mul_(shared.TO_CB).add_((128 << 14) + half).bitwise_right_shift_(14)
    return luma.byte(), cr.clamp_(0, 255).byte(), cb.clamp_(0, 255).byte()


def ycrcb_to_rgb(image: torch.Tensor) -> torch.Tensor:
    """YCrCb to RGB of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8 or float, as ``rgb_to_ycrcb`` gives

    Convention
    ----------
    Float within 1e-6 of the reference's.
    """
    return _convert(image, _from_ycrcb_uint8, _from_ycrcb)


def _from_ycrcb(luma, cr, cb):
    cr, cb = cr - 0.5, cb - 0.5
    red = torch.add(luma, cr, alpha=1.403)
    green = torch.add(luma, cr, alpha=-0.714).add_(cb, alpha=-0.344)
    blue = torch.add(luma, cb, alpha=1.773)
    return [color.clamp_(0, 1) for color in (red, green, blue)]


def _from_ycrcb_uint8(luma, cr, cb):
    luma, cr, cb = luma.int(), cr.int().sub_(128), cb.int().sub_(128)
    green = (cr * shared.GREEN_FROM_CR).add_(cb, alpha=shared.GREEN_FROM_CB)
    red, blue = cr.mul_(shared.RED_FROM_CR), cb.mul_(shared.BLUE_FROM_CB)
    return [
        color.add_(2**13).bitwise_right_shift_(14).add_(luma).clamp_(0, 255).byte()
        for color in (red, green, blue)
    ]


def rgb_to_lab(image: torch.Tensor) -> torch.Tensor:
    """RGB to L*a*b* of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]; sRGB

    Convention
    ----------
    float32 within 1e-5 of each range, since powers are taken in float32.
    """
    return _convert(image, _lab_uint8, _lab)


def _lab(*channels):
    light = [srgb_to_linear(channel) for channel in channels]
    fx, fy, fz = (_root(_mixture(light, weights)) for weights in shared.TO_XYZ.tolist())
    a, b = fx.sub_(fy).mul_(500), (fy - fz).mul_(200)
    return fy.mul_(116).sub_(16), a, b


def _lab_uint8(*channels):
    light = [_look_up("LIGHT", channel) for channel in channels]
    fx, fy, fz = (
        _look_up("ROOT", _mixture(light, weights).add_(2**11).bitwise_right_shift_(12))
        for weights in shared.XYZ_12_BITS.tolist()
    )
    a = fx.sub_(fy).mul_(500).add_((128 << 15) + 2**14)
    b = (fy - fz).mul_(200).add_((128 << 15) + 2**14)
    lightness = fy.mul_(296).add_(2**14 - 1336934)
    return [channel.bitwise_right_shift_(15).byte() for channel in (lightness, a, b)]


def lab_to_rgb(image: torch.Tensor) -> torch.Tensor:
    """L*a*b* to RGB of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8 or float, as ``rgb_to_lab`` gives

    Convention
    ----------
    float32 within 1e-5 of the reference's.
    """
    return _convert(image, _from_lab_uint8, _from_lab)


def _from_lab(lightness, a, b):
    fy = (lightness + 16).div_(116)
    roots = (torch.add(fy, a, alpha=1 / 500), fy, torch.sub(fy, b, alpha=1 / 200))
    ratios = [_unroot(f) for f in roots]
    return [
        linear_to_srgb(_mixture(ratios, w).clamp_(0, 1)).clamp_(0, 1)
        for w in shared.FROM_XYZ.tolist()
    ]


def _from_lab_uint8(lightness, a, b):
    fy = _look_up("ROOT_OF_L", lightness).sub_(shared.LOWEST_ROOT)
    x = _look_up("LIGHT_OF_ROOT", _look_up("ROOT_OF_A", a).add_(fy))
    z = _look_up("LIGHT_OF_ROOT", fy.sub_(_look_up("ROOT_OF_B", b)))
    ratios = (x, _look_up("LIGHT_OF_L", lightness), z)
    light = (
        _mixture(ratios, weights).add_(2**13).bitwise_right_shift_(14).clamp_(0, 4095)
        for weights in shared.RGB_12_BITS.tolist()
    )
    return [_look_up("LEVEL_OF_LIGHT", channel) for channel in light]


def _convert(image, of_uint8, of_float):
    """Apply one of two functions, of three planes to three planes, to a batch (..., 3, H, W)."""
    require_tensor(image, channels=(3,))
    planes = of_uint8 if image.dtype == torch.uint8 else of_float

    def work(images):
        return torch.stack(list(planes(*images.unbind(-3))), dim=-3)

    size = image.shape[-3:]
    return in_chunks(work, image.reshape(-1, *size), size.numel()).view(image.shape)


def _mixture(planes, weights):
    """Sum three planes with their weights."""
    first, second, third = planes
    return (first * weights[0]).add_(second, alpha=weights[1]).add_(third, alpha=weights[2])


def _root(light):
    power = light.clamp(min=(6 / 29) ** 3).pow_(1 / 3)
    return power.add_(_below(light, (6 / 29) ** 3), alpha=841 / 108)


def _unroot(f):
    power = f.clamp(min=6 / 29).pow_(3)
    return power.add_(_below(f, 6 / 29), alpha=108 / 841)


def _below(value, knee):
    """Return how far value is below the knee: a curve's straight part goes on from its knee."""
    return (value - knee).clamp_(max=0)


def _look_up(name, plane):
    """table[plane], by the one indexing function that takes 32-bit indices."""
    return _table(name, plane.device).index_select(0, plane.int().flatten()).view(plane.shape)


@cache
def _table(name, device):
    return torch.from_numpy(getattr(shared, name)).to(device)
