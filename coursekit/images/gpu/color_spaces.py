"""The same colours in other coordinates, on batches: twins of ``reference.color_spaces``.

Channels are worked on as planes, in place where that can be. uint8 goes through the reference's
own tables, sent to the device once.
"""

from functools import cache

import torch

from coursekit.images import fixed_point_color as fixed
from coursekit.lab import require


def rgb_to_hsv(image):
    """Split colour into hue, saturation and value.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device, in the ranges of ``reference.rgb_to_hsv``.

    Convention
    ----------
    As ``reference.rgb_to_hsv``. uint8 results are equal to the reference's, float within 1e-6 of
    each range.

    Raises
    ------
    TypeError, ValueError : image is no batch of colour pictures.

    References
    ----------
    Smith 1978. Taught in 01 §6.
    """
    require.tensor(image, channels=(3,))
    if image.dtype == torch.uint8:
        return _hsv_uint8(image)
    value, chroma, sixths = _hexagon(*image.unbind(-3))
    tiny = torch.finfo(image.dtype).tiny  # 0 / tiny = 0: gray
    saturation = chroma / value.clamp(min=tiny)
    hue = sixths.div_(chroma.clamp_(min=tiny)).mul_(60)
    hue += (hue < 0) * 360
    return torch.stack((hue, saturation, value), dim=-3)


def _hsv_uint8(image):
    value, chroma, sixths = _hexagon(*image.unbind(-3))
    saturation = _look_up("PER_VALUE", value).mul_(chroma)
    hue = _look_up("PER_CHROMA", chroma).mul_(sixths)
    saturation.add_(2**11).bitwise_right_shift_(12)
    hue.add_(2**11).bitwise_right_shift_(12)
    hue += (hue < 0) * 180
    return torch.stack((hue.byte(), saturation.byte(), value), dim=-3)


def _hexagon(red, green, blue):
    """Give value, chroma, and hue in sixths of the circle times chroma (int16 for uint8)."""
    value = torch.maximum(torch.maximum(red, green), blue)
    chroma = value - torch.minimum(torch.minimum(red, green), blue)
    if red.dtype == torch.uint8:
        red, green, blue = red.short(), green.short(), blue.short()
    from_green = (blue - red).add_(chroma, alpha=2)
    from_blue = (red - green).add_(chroma, alpha=4)
    sixths = torch.where(value == green, from_green, from_blue)
    return value, chroma, torch.where(value == red, green - blue, sixths)


def hsv_to_rgb(image):
    """Mix colour from hue, saturation and value.

    Parameters
    ----------
    image : (..., 3, H, W) uint8 or float, as ``rgb_to_hsv`` gives

    Returns
    -------
    Tensor of image's shape, dtype and device, RGB; float in [0, 1].

    Convention
    ----------
    As ``reference.hsv_to_rgb``. uint8 results are equal to the reference's, float within 1e-5.

    Raises
    ------
    TypeError, ValueError : image is no batch with three channels.

    References
    ----------
    Smith 1978. Taught in 01 §6.
    """
    require.tensor(image, channels=(3,))
    hue, saturation, value = image.unbind(-3)
    if image.dtype == torch.uint8:
        saturation, value = saturation.short(), value.float()
        planes = [_mix_uint8(n, hue, saturation, value) for n in ("RED", "GREEN", "BLUE")]
    else:
        sixths, strength = hue / 60, value * saturation
        planes = [_mix(n, sixths, strength, value) for n in (5, 3, 1)]
    return torch.stack(planes, dim=-3)


def _mix(n, sixths, strength, value):
    k = (sixths + n).remainder_(6)
    missing = torch.minimum(k, 4 - k).clamp_(0, 1)
    return missing.mul_(strength).neg_().add_(value).clamp_(0, 1)


def _mix_uint8(channel, hue, saturation, value):
    missing = _look_up(f"{channel}_MISSING", hue)  # in units of 1/30
    share = missing.mul_(saturation).neg_().add_(7650)
    return share.float().mul_(value).div_(7650).round_().byte()


def rgb_to_ycrcb(image):
    """Split colour into luma and two differences of colour.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device: Y, Cr, Cb.

    Convention
    ----------
    As ``reference.rgb_to_ycrcb``. uint8 results are equal to the reference's, float within 1e-6.

    Raises
    ------
    TypeError, ValueError : image is no batch of colour pictures.

    References
    ----------
    ITU-R BT.601-7, §2.5. Taught in 01 §6.
    """
    require.tensor(image, channels=(3,))
    if image.dtype == torch.uint8:
        return _ycrcb_uint8(*image.unbind(-3))
    red, green, blue = image.unbind(-3)
    luma = (red * 0.299).add_(green, alpha=0.587).add_(blue, alpha=0.114).clamp_(max=1)
    cr = (red - luma).mul_(0.713).add_(0.5)
    cb = (blue - luma).mul_(0.564).add_(0.5)
    return torch.stack((luma, cr, cb), dim=-3)


def _ycrcb_uint8(red, green, blue):
    red, blue, half = red.int(), blue.int(), 2**13
    luma = green.int().mul_(9617).add_(red, alpha=4899).add_(blue, alpha=1868)
    luma.add_(half).bitwise_right_shift_(14)
    cr = red.sub_(luma).mul_(fixed.TO_CR).add_((128 << 14) + half).bitwise_right_shift_(14)
    cb = blue.sub_(luma).mul_(fixed.TO_CB).add_((128 << 14) + half).bitwise_right_shift_(14)
    return torch.stack((luma.byte(), cr.clamp_(0, 255).byte(), cb.clamp_(0, 255).byte()), dim=-3)


def ycrcb_to_rgb(image):
    """Mix colour from luma and two differences of colour.

    Parameters
    ----------
    image : (..., 3, H, W) uint8 or float, as ``rgb_to_ycrcb`` gives

    Returns
    -------
    Tensor of image's shape, dtype and device, RGB, saturated.

    Convention
    ----------
    As ``reference.ycrcb_to_rgb``. uint8 results are equal to the reference's, float within 1e-6.

    Raises
    ------
    TypeError, ValueError : image is no batch with three channels.

    References
    ----------
    ITU-R BT.601-7, §2.5. Taught in 01 §6.
    """
    require.tensor(image, channels=(3,))
    if image.dtype == torch.uint8:
        return _from_ycrcb_uint8(*image.unbind(-3))
    luma, cr, cb = image.unbind(-3)
    cr, cb = cr - 0.5, cb - 0.5
    red = torch.add(luma, cr, alpha=1.403).clamp_(0, 1)
    green = torch.add(luma, cr, alpha=-0.714).add_(cb, alpha=-0.344).clamp_(0, 1)
    blue = torch.add(luma, cb, alpha=1.773).clamp_(0, 1)
    return torch.stack((red, green, blue), dim=-3)


def _from_ycrcb_uint8(luma, cr, cb):
    luma, cr, cb = luma.int(), cr.int().sub_(128), cb.int().sub_(128)
    green = (cr * fixed.GREEN_FROM_CR).add_(cb, alpha=fixed.GREEN_FROM_CB)
    red, blue = cr.mul_(fixed.RED_FROM_CR), cb.mul_(fixed.BLUE_FROM_CB)
    planes = [
        color.add_(2**13).bitwise_right_shift_(14).add_(luma).clamp_(0, 255).byte()
        for color in (red, green, blue)
    ]
    return torch.stack(planes, dim=-3)


def rgb_to_lab(image):
    """Give lightness and two opponent colours, spaced as the eye tells them apart.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]; sRGB

    Returns
    -------
    Tensor of image's shape, dtype and device, in the ranges of ``reference.rgb_to_lab``.

    Convention
    ----------
    As ``reference.rgb_to_lab``. uint8 results are equal to the reference's; float32 within 1e-5 of
    each range, since powers are taken in float32.

    Raises
    ------
    TypeError, ValueError : image is no batch of colour pictures.

    References
    ----------
    CIE 15:2004, §8.2.1; IEC 61966-2-1. Taught in 01 §6.
    """
    require.tensor(image, channels=(3,))
    if image.dtype == torch.uint8:
        return _lab_uint8(image)
    light = [_to_linear(plane) for plane in image.unbind(-3)]
    fx, fy, fz = (_root(_mixture(light, weights)) for weights in fixed.TO_XYZ.tolist())
    a, b = fx.sub_(fy).mul_(500), (fy - fz).mul_(200)
    return torch.stack((fy.mul_(116).sub_(16), a, b), dim=-3)


def _lab_uint8(image):
    light = [_look_up("LIGHT", plane) for plane in image.unbind(-3)]
    fx, fy, fz = (
        _look_up("ROOT", _mixture(light, weights).add_(2**11).bitwise_right_shift_(12))
        for weights in fixed.XYZ_12_BITS.tolist()
    )
    a = fx.sub_(fy).mul_(500).add_((128 << 15) + 2**14)
    b = (fy - fz).mul_(200).add_((128 << 15) + 2**14)
    lightness = fy.mul_(296).add_(2**14 - 1336934)
    return torch.stack([x.bitwise_right_shift_(15).byte() for x in (lightness, a, b)], dim=-3)


def lab_to_rgb(image):
    """Find the sRGB colour of L*a*b*.

    Parameters
    ----------
    image : (..., 3, H, W) uint8 or float, as ``rgb_to_lab`` gives

    Returns
    -------
    Tensor of image's shape, dtype and device, RGB, saturated.

    Convention
    ----------
    As ``reference.lab_to_rgb``. uint8 results are equal to the reference's, float32 within 1e-5.

    Raises
    ------
    TypeError, ValueError : image is no batch with three channels.

    References
    ----------
    CIE 15:2004, §8.2.1; IEC 61966-2-1. Taught in 01 §6.
    """
    require.tensor(image, channels=(3,))
    if image.dtype == torch.uint8:
        return _from_lab_uint8(*image.unbind(-3))
    lightness, a, b = image.unbind(-3)
    fy = (lightness + 16).div_(116)
    roots = (torch.add(fy, a, alpha=1 / 500), fy, torch.sub(fy, b, alpha=1 / 200))
    ratios = [_unroot(f) for f in roots]
    planes = [_from_linear(_mixture(ratios, w).clamp_(0, 1)) for w in fixed.FROM_XYZ.tolist()]
    return torch.stack(planes, dim=-3)


def _from_lab_uint8(lightness, a, b):
    fy = _look_up("ROOT_OF_L", lightness).sub_(fixed.LOWEST_ROOT)
    x = _look_up("LIGHT_OF_ROOT", _look_up("ROOT_OF_A", a).add_(fy))
    z = _look_up("LIGHT_OF_ROOT", fy.sub_(_look_up("ROOT_OF_B", b)))
    ratios = (x, _look_up("LIGHT_OF_L", lightness), z)
    light = (
        _mixture(ratios, weights).add_(2**13).bitwise_right_shift_(14).clamp_(0, 4095)
        for weights in fixed.RGB_12_BITS.tolist()
    )
    return torch.stack([_look_up("LEVEL_OF_LIGHT", plane) for plane in light], dim=-3)


def _mixture(planes, weights):
    """Sum three planes with their weights."""
    first, second, third = planes
    return (first * weights[0]).add_(second, alpha=weights[1]).add_(third, alpha=weights[2])


def _to_linear(value):
    power = (value + 0.055).div_(1.055).pow_(2.4)
    return torch.where(value <= 0.04045, value / 12.92, power)


def _from_linear(light):
    power = light.pow(1 / 2.4).mul_(1.055).sub_(0.055)
    return torch.where(light <= 0.0031308, light * 12.92, power).clamp_(0, 1)


def _root(light):
    power = light.clamp(min=(6 / 29) ** 3).pow_(1 / 3)
    return torch.where(light > (6 / 29) ** 3, power, light * (841 / 108) + 16 / 116)


def _unroot(f):
    return torch.where(f > 6 / 29, f**3, (f - 16 / 116) * (108 / 841))


def _look_up(name, plane):
    """table[plane], by the one indexing function that takes 32-bit indices."""
    return _table(name, plane.device).index_select(0, plane.int().flatten()).view(plane.shape)


@cache
def _table(name, device):
    return torch.from_numpy(getattr(fixed, name)).to(device)
