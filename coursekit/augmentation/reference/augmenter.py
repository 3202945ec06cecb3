"""Sampling and applying: one image becomes many. All geometry is one matrix, sampled once.

The ranges and their meaning are Keras's ``ImageDataGenerator``'s, without its traps.
"""

from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from coursekit.augmentation.reference.geometry import affine_matrix
from coursekit.augmentation.reference.labels import move_boxes, move_keypoints, warp_mask
from coursekit.augmentation.reference.photometric import adjust_brightness, shift_channels
from coursekit.augmentation.reference.sampling import warp
from coursekit.augmentation.shared import checks, random_numbers, recipe
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real, Shape

Arrays = list[Array] | tuple[Array, ...]


class Augmenter(recipe.Recipe):
    """Data augmentation: sample how each image is moved and brightened, and apply it.

    Parameters
    ----------
    rotation_range : float >= 0, degrees; rotated by an angle between ± that
    width_shift_range, height_shift_range : float < 1, share of the side; float from 1 on, pixels;
        int n, whole pixels between -n and n, both excluded; list of choices, whole numbers are
        pixels. Positive is right and down
    shear_range : float, 0 to 89, degrees
    zoom_range : float z < 1, for (1 - z, 1 + z), or a pair (low, high): how much is seen, sampled
        for rows and columns by themselves; above 1 makes smaller
    channel_shift_range : float, added to all channels; three floats, to each by itself; in the
        image's own unit
    brightness_range : (low, high), a factor; by default 1
    horizontal_flip, vertical_flip : bool, flip every other image
    fill_mode : 'nearest', 'constant', 'reflect' or 'wrap', as for ``warp``
    cval : float, the level of 'constant', in the image's own unit
    interpolation : 'bilinear' or 'nearest'
    seed : int >= 0

    Returns
    -------
    An augmenter with the methods ``draw(samples, epoch)``, ``apply(images, parameters)``,
    ``apply_masks``, ``apply_keypoints``, ``apply_boxes`` and ``flow(images, labels, batch_size)``.

    Convention
    ----------
    What is sampled depends on (seed, epoch, sample) alone, not on the order, the batches, other
    ranges or anybody else's generator, which is left alone. Geometry first, as one
    ``affine_matrix``; then channels are shifted, then brightness multiplied.

    Raises
    ------
    TypeError, ValueError : a range makes no sense; the error names it.

    References
    ----------
    Keras, ``ImageDataGenerator``; Simard et al. 2003, "Best practices for convolutional neural
    networks", *ICDAR*, §2. Taught in 08 §5.
    """

    @overload
    def apply(self, images: Array, parameters: recipe.Parameters) -> Array: ...

    @overload
    def apply(self, images: Arrays, parameters: recipe.Parameters) -> list[Array]: ...

    def apply(self, images: Array | Arrays, parameters: recipe.Parameters) -> Array | list[Array]:
        """Give each image what was sampled for it.

        images : (n, H, W) or (n, H, W, 3) uint8, or float in [0, 1]; or a list of n images
        parameters : ``Parameters`` of n samples

        Gives an array of images' shape and dtype, or a list.
        """
        checks.require_as_many(images, parameters)
        applied = [self._one(image, parameters, row) for row, image in enumerate(images)]
        return applied if isinstance(images, (list, tuple)) else np.stack(applied)

    def _one(self, image, parameters, row):
        matrix = self._matrix(image.shape, parameters, row)
        moved = warp(image, matrix, self.fill_mode, self.cval, self.interpolation)
        shifts = parameters.channel_shift[row]
        if image.ndim == 2:
            checks.require_same_shifts(shifts[None], channels=1)
            shifts = shifts[0]
        shifted = shift_channels(moved, shifts)
        return adjust_brightness(shifted, parameters.brightness[row])

    @overload
    def apply_masks(
        self, masks: Array, parameters: recipe.Parameters, outside: Integer = 0
    ) -> Array: ...

    @overload
    def apply_masks(
        self, masks: Arrays, parameters: recipe.Parameters, outside: Integer = 0
    ) -> list[Array]: ...

    def apply_masks(
        self, masks: Array | Arrays, parameters: recipe.Parameters, outside: Integer = 0
    ) -> Array | list[Array]:
        """Move masks with their images.

        masks : (n, H, W) bool or integers, or a list of n masks (H, W)
        parameters : ``Parameters`` of n samples
        outside : int, the label of 'constant'

        Gives an array of masks' shape and dtype, or a list.
        """
        checks.require_as_many(masks, parameters)
        moved = [
            warp_mask(mask, self._matrix(mask.shape, parameters, row), self.fill_mode, outside)
            for row, mask in enumerate(masks)
        ]
        return moved if isinstance(masks, (list, tuple)) else np.stack(moved)

    def apply_keypoints(
        self, points: Array | Sequence[ArrayLike], parameters: recipe.Parameters, shape: Shape
    ) -> list[tuple[Array, Array]]:
        """Move each image's (N, 2) keypoints; a list of (points, visible), one an image.

        points : list of n arrays (N, 2), rows and columns
        parameters : ``Parameters`` of n samples
        shape : (H, W, ...), of the images
        """
        checks.require_as_many(points, parameters)
        return [
            move_keypoints(each, self._matrix(shape, parameters, row), shape)
            for row, each in enumerate(points)
        ]

    def apply_boxes(
        self,
        boxes: Array | Sequence[ArrayLike],
        parameters: recipe.Parameters,
        shape: Shape,
        least_visible: Real = 0.25,
    ) -> list[tuple[Array, Array]]:
        """Move each image's (N, 4) boxes; a list of (boxes, kept), one an image.

        boxes : list of n arrays (N, 4): top, left, bottom, right
        parameters : ``Parameters`` of n samples
        shape : (H, W, ...), of the images
        least_visible : float in [0, 1], as for ``move_boxes``
        """
        checks.require_as_many(boxes, parameters)
        return [
            move_boxes(each, self._matrix(shape, parameters, row), shape, least_visible)
            for row, each in enumerate(boxes)
        ]

    def _matrix(self, shape, parameters, row):
        return affine_matrix(shape, **parameters.affine(shape, row))


def _applied(image, seed, fill_mode="nearest", cval=0.0, interpolation="bilinear", **ranges):
    """Sample for sample 0 of epoch 0, and apply."""
    require.image(image)
    how = {"fill_mode": fill_mode, "cval": cval, "interpolation": interpolation}
    augmenter = Augmenter(**ranges, **how, seed=seed)
    return augmenter.apply(image[None], augmenter.draw(1))[0]


def random_rotation(
    image: Array,
    rotation_range: Real,
    seed: Integer,
    fill_mode: checks.FillMode = "nearest",
    cval: Real = 0.0,
    interpolation: checks.Interpolation = "bilinear",
) -> Array:
    """Random rotation: rotate an image about its centre by a sampled angle.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    rotation_range : float >= 0, degrees; the angle is sampled evenly between ± that
    seed : int >= 0; the same seed gives the same
    fill_mode : 'nearest', 'constant', 'reflect' or 'wrap', as for ``warp``
    cval : float, the level of 'constant', in the image's own unit
    interpolation : 'bilinear' or 'nearest'

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Positive angles are counter-clockwise, about ((H - 1) / 2, (W - 1) / 2). What
    ``Augmenter(rotation_range)`` samples for sample 0 of epoch 0.

    Raises
    ------
    TypeError, ValueError : image is no image; an argument is out of its range.

    References
    ----------
    Keras, ``ImageDataGenerator``. Taught in 08 §5.
    """
    return _applied(image, seed, fill_mode, cval, interpolation, rotation_range=rotation_range)


def random_shift(
    image: Array,
    height_shift_range: recipe.ShiftRange,
    width_shift_range: recipe.ShiftRange,
    seed: Integer,
    fill_mode: checks.FillMode = "nearest",
    cval: Real = 0.0,
    interpolation: checks.Interpolation = "bilinear",
) -> Array:
    """Random translation: shift an image down or up, right or left, by sampled amounts.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    height_shift_range, width_shift_range : float < 1, share of the side; float from 1 on, pixels;
        int n, whole pixels between -n and n, both excluded; list of choices, whole numbers are
        pixels
    seed : int >= 0; the same seed gives the same
    fill_mode : 'nearest', 'constant', 'reflect' or 'wrap', as for ``warp``
    cval : float, the level of 'constant', in the image's own unit
    interpolation : 'bilinear' or 'nearest'

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Height moves rows, width moves columns. Keras 3 exchanges them. What
    ``Augmenter(height_shift_range, width_shift_range)`` samples for sample 0 of epoch 0.

    Raises
    ------
    TypeError, ValueError : image is no image; an argument is out of its range.

    References
    ----------
    Keras, ``ImageDataGenerator``. Taught in 08 §5.
    """
    ranges = {"height_shift_range": height_shift_range, "width_shift_range": width_shift_range}
    return _applied(image, seed, fill_mode, cval, interpolation, **ranges)


def random_shear(
    image: Array,
    shear_range: Real,
    seed: Integer,
    fill_mode: checks.FillMode = "nearest",
    cval: Real = 0.0,
    interpolation: checks.Interpolation = "bilinear",
) -> Array:
    """Random shear: lean an image to the side by a sampled angle.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    shear_range : float, 0 to 89, degrees; the angle is sampled evenly between ± that
    seed : int >= 0; the same seed gives the same
    fill_mode : 'nearest', 'constant', 'reflect' or 'wrap', as for ``warp``
    cval : float, the level of 'constant', in the image's own unit
    interpolation : 'bilinear' or 'nearest'

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    As ``shear_matrix``, about the centre. What ``Augmenter(shear_range)`` samples for sample 0 of
    epoch 0.

    Raises
    ------
    TypeError, ValueError : image is no image; an argument is out of its range.

    References
    ----------
    Keras, ``ImageDataGenerator``. Taught in 08 §5.
    """
    return _applied(image, seed, fill_mode, cval, interpolation, shear_range=shear_range)


def random_zoom(
    image: Array,
    zoom_range: Real | random_numbers.Interval,
    seed: Integer,
    fill_mode: checks.FillMode = "nearest",
    cval: Real = 0.0,
    interpolation: checks.Interpolation = "bilinear",
) -> Array:
    """Random zoom: show more or less of an image, by factors sampled for rows and columns.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    zoom_range : float z < 1, for (1 - z, 1 + z), or a pair (low, high); above 1 makes smaller
    seed : int >= 0; the same seed gives the same
    fill_mode : 'nearest', 'constant', 'reflect' or 'wrap', as for ``warp``
    cval : float, the level of 'constant', in the image's own unit
    interpolation : 'bilinear' or 'nearest'

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Rows and columns are sampled by themselves, as in Keras: shapes change. What
    ``Augmenter(zoom_range)`` samples for sample 0 of epoch 0.

    Raises
    ------
    TypeError, ValueError : image is no image; an argument is out of its range.

    References
    ----------
    Keras, ``ImageDataGenerator``. Taught in 08 §5.
    """
    return _applied(image, seed, fill_mode, cval, interpolation, zoom_range=zoom_range)


def random_flip(image: Array, horizontal: bool, vertical: bool, seed: Integer) -> Array:
    """Random flip: mirror an image, or not, each as likely.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    horizontal : bool, whether left and right may be exchanged
    vertical : bool, whether top and bottom may be
    seed : int >= 0; the same seed gives the same

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Exact: no pixel is mixed. What ``Augmenter(horizontal_flip, vertical_flip)`` samples for
    sample 0 of epoch 0.

    Raises
    ------
    TypeError, ValueError : image is no image; an argument is out of its range.

    References
    ----------
    Keras, ``ImageDataGenerator``. Taught in 08 §5.
    """
    horizontal = require.flag(horizontal, "horizontal")
    vertical = require.flag(vertical, "vertical")
    return _applied(image, seed, horizontal_flip=horizontal, vertical_flip=vertical)


def random_brightness(
    image: Array, brightness_range: random_numbers.Interval, seed: Integer
) -> Array:
    """Random brightness: multiply the levels of an image by a sampled factor.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    brightness_range : (low, high), the factor is sampled evenly from it
    seed : int >= 0; the same seed gives the same

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    As ``adjust_brightness``. What ``Augmenter(brightness_range)`` samples for sample 0 of epoch 0.

    Raises
    ------
    TypeError, ValueError : image is no image; an argument is out of its range.

    References
    ----------
    Keras, ``ImageDataGenerator``. Taught in 08 §5.
    """
    return _applied(image, seed, brightness_range=brightness_range)


def random_channel_shift(image: Array, channel_shift_range: ArrayLike, seed: Integer) -> Array:
    """Random channel shift: add a sampled number to the levels of an image.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    channel_shift_range : float, one number for all channels, sampled evenly between ± that; or
        three floats, a number for each channel; in the image's own unit
    seed : int >= 0; the same seed gives the same

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    As ``shift_channels``. What ``Augmenter(channel_shift_range)`` samples for sample 0 of epoch 0.

    Raises
    ------
    TypeError, ValueError : image is no image; an argument is out of its range.

    References
    ----------
    Keras, ``ImageDataGenerator``. Taught in 08 §5.
    """
    return _applied(image, seed, channel_shift_range=channel_shift_range)
