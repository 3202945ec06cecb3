"""Sampling and applying, a whole batch: twins of ``reference``.

The numbers are sampled on the CPU by the same recipe. Then each image is read once and written
once: one ``grid_sample``, and what changes its levels while it still is in the cache.
"""

from typing import overload

import torch
from numpy.typing import ArrayLike

from coursekit.augmentation.gpu import photometric
from coursekit.augmentation.gpu.labels import move_boxes, move_keypoints, warp_mask
from coursekit.augmentation.gpu.sampling import Sampler, images_in_chunks
from coursekit.augmentation.shared import checks, random_numbers, recipe
from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.types import Integer, Real, Shape

Tensors = list[torch.Tensor] | tuple[torch.Tensor, ...]
Pair = tuple[torch.Tensor, torch.Tensor]


class Augmenter(recipe.Recipe):
    """Data augmentation of whole batches.

    Parameters
    ----------
    rotation_range : float >= 0, degrees
    width_shift_range, height_shift_range : float < 1, share of the side; float from 1 on, pixels;
        int n, whole pixels between -n and n, both excluded; list of choices
    zoom_range : float z < 1, for (1 - z, 1 + z), or a pair (low, high): how much is seen

    Returns
    -------
    An augmenter with the methods of the reference's: what they take and give are tensors.

    Convention
    ----------
    The same seed samples the same, and uint8 results are equal, on every device; floats as for
    ``warp``.
    """

    @overload
    def apply(self, images: torch.Tensor, parameters: recipe.Parameters) -> torch.Tensor: ...

    @overload
    def apply(self, images: Tensors, parameters: recipe.Parameters) -> list[torch.Tensor]: ...

    def apply(
        self, images: torch.Tensor | Tensors, parameters: recipe.Parameters
    ) -> torch.Tensor | list[torch.Tensor]:
        """Give each image of a batch what was sampled for it.

        images : (n, C, H, W) uint8, or float in [0, 1]; or a list of n tensors (C, H, W)
        parameters : ``Parameters`` of n samples

        Gives a tensor of images' shape, dtype and device, or a list.
        """
        checks.require_as_many(images, parameters)
        if isinstance(images, (list, tuple)):
            alone = (parameters[row] for row in range(len(images)))
            return [self.apply(image[None], p)[0] for image, p in zip(images, alone, strict=True)]
        require_tensor(images, "images")
        sampler = Sampler(self.fill_mode, self.cval, self.interpolation, images.dtype)
        shape, steps = images.shape[-2:], _photometric_steps(images, parameters)

        def work(images, from_row, from_column, *numbers):
            levels = photometric.as_floats(sampler(images, from_row, from_column))
            levels = levels.round_() if images.dtype == torch.uint8 else levels
            for (operation, _), number in zip(steps, numbers, strict=True):
                levels = photometric.saturated(operation(levels, number), images.dtype)
            return photometric.finished(levels, images.dtype)

        numbers = [number for _, number in steps]
        return images_in_chunks(
            work, images, *sampler.parts(images, parameters.matrices(shape)), *numbers
        )

    @overload
    def apply_masks(
        self, masks: torch.Tensor, parameters: recipe.Parameters, outside: Integer = 0
    ) -> torch.Tensor: ...

    @overload
    def apply_masks(
        self, masks: Tensors, parameters: recipe.Parameters, outside: Integer = 0
    ) -> list[torch.Tensor]: ...

    def apply_masks(
        self, masks: torch.Tensor | Tensors, parameters: recipe.Parameters, outside: Integer = 0
    ) -> torch.Tensor | list[torch.Tensor]:
        """Move masks (n, H, W) of bool or integers with their images; or a list of (H, W).

        parameters, outside : as for the reference
        """
        checks.require_as_many(masks, parameters)
        if isinstance(masks, (list, tuple)):
            matrices = (parameters[k].matrices(mask.shape)[0] for k, mask in enumerate(masks))
            pairs = zip(masks, matrices, strict=True)
            return [warp_mask(mask, matrix, self.fill_mode, outside) for mask, matrix in pairs]
        return warp_mask(masks, parameters.matrices(masks.shape[-2:]), self.fill_mode, outside)

    @overload
    def apply_keypoints(
        self, points: torch.Tensor, parameters: recipe.Parameters, shape: Shape
    ) -> Pair: ...

    @overload
    def apply_keypoints(
        self, points: Tensors, parameters: recipe.Parameters, shape: Shape
    ) -> list[Pair]: ...

    def apply_keypoints(
        self, points: torch.Tensor | Tensors, parameters: recipe.Parameters, shape: Shape
    ) -> Pair | list[Pair]:
        """Move each image's keypoints: points (n, N, 2), or a list of (N, 2); shape is (H, W).

        parameters : ``Parameters`` of n samples

        Gives (points, visible), or a list of such pairs.
        """
        return self._applied(move_keypoints, points, parameters, shape)

    @overload
    def apply_boxes(
        self,
        boxes: torch.Tensor,
        parameters: recipe.Parameters,
        shape: Shape,
        least_visible: float = 0.25,
    ) -> Pair: ...

    @overload
    def apply_boxes(
        self,
        boxes: Tensors,
        parameters: recipe.Parameters,
        shape: Shape,
        least_visible: float = 0.25,
    ) -> list[Pair]: ...

    def apply_boxes(
        self,
        boxes: torch.Tensor | Tensors,
        parameters: recipe.Parameters,
        shape: Shape,
        least_visible: float = 0.25,
    ) -> Pair | list[Pair]:
        """Move each image's boxes: (n, N, 4), or a list of (N, 4); shape is (H, W).

        parameters : ``Parameters`` of n samples
        least_visible : float in [0, 1], as for ``move_boxes``

        Gives (boxes, kept), or a list of such pairs.
        """
        return self._applied(move_boxes, boxes, parameters, shape, least_visible)

    def _applied(self, move, labels, parameters, shape, *arguments):
        checks.require_as_many(labels, parameters)
        matrices = parameters.matrices(shape)
        if not isinstance(labels, (list, tuple)):
            return move(labels, matrices, shape, *arguments)
        pairs = zip(labels, matrices, strict=True)
        return [move(each, matrix, shape, *arguments) for each, matrix in pairs]


def _photometric_steps(images, parameters):
    """The steps that change anything, each with its numbers (n, 1 or C, 1, 1)."""
    shifts, factors = parameters.channel_shift, parameters.brightness
    if images.shape[-3] != shifts.shape[1]:
        checks.require_same_shifts(shifts, images.shape[-3])
        shifts = shifts[:, :1]
    steps = []
    if shifts.any():
        steps.append(
            (torch.Tensor.add_, photometric.for_each(shifts, images, "channel_shift_range"))
        )
    if (factors != 1).any():
        steps.append(
            (torch.Tensor.mul_, photometric.for_each(factors[:, None], images, "parameters"))
        )
    return steps


def _applied(image, seed, fill_mode="nearest", cval=0.0, interpolation="bilinear", **ranges):
    """Sample for sample 0 of epoch 0 by one seed, or by each image's own, and apply."""
    require_tensor(image)
    stack = image.reshape(-1, *image.shape[-3:])
    how = {"fill_mode": fill_mode, "cval": cval, "interpolation": interpolation}
    seeds = checks.require_seeds(seed, len(stack))
    augmenters = [Augmenter(**ranges, **how, seed=each) for each in seeds]
    parameters = recipe.Parameters.concatenated([augmenter.draw(1) for augmenter in augmenters])
    if len(seeds) < len(stack):
        parameters = parameters[[0] * len(stack)]
    return augmenters[0].apply(stack, parameters).view(image.shape)


def random_rotation(
    image: torch.Tensor,
    rotation_range: Real,
    seed: checks.Seed,
    fill_mode: checks.FillMode = "nearest",
    cval: Real = 0.0,
    interpolation: checks.Interpolation = "bilinear",
) -> torch.Tensor:
    """Random rotation of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    seed : int >= 0, the same for every image; or one int for each image of the batch

    Convention
    ----------
    Image k with seed[k].
    """
    return _applied(image, seed, fill_mode, cval, interpolation, rotation_range=rotation_range)


def random_shift(
    image: torch.Tensor,
    height_shift_range: recipe.ShiftRange,
    width_shift_range: recipe.ShiftRange,
    seed: checks.Seed,
    fill_mode: checks.FillMode = "nearest",
    cval: Real = 0.0,
    interpolation: checks.Interpolation = "bilinear",
) -> torch.Tensor:
    """Random translation of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    seed : int >= 0, the same for every image; or one int for each image of the batch

    Convention
    ----------
    Image k with seed[k].
    """
    ranges = {"height_shift_range": height_shift_range, "width_shift_range": width_shift_range}
    return _applied(image, seed, fill_mode, cval, interpolation, **ranges)


def random_shear(
    image: torch.Tensor,
    shear_range: Real,
    seed: checks.Seed,
    fill_mode: checks.FillMode = "nearest",
    cval: Real = 0.0,
    interpolation: checks.Interpolation = "bilinear",
) -> torch.Tensor:
    """Random shear of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    seed : int >= 0, the same for every image; or one int for each image of the batch

    Convention
    ----------
    Image k with seed[k].
    """
    return _applied(image, seed, fill_mode, cval, interpolation, shear_range=shear_range)


def random_zoom(
    image: torch.Tensor,
    zoom_range: Real | random_numbers.Interval,
    seed: checks.Seed,
    fill_mode: checks.FillMode = "nearest",
    cval: Real = 0.0,
    interpolation: checks.Interpolation = "bilinear",
) -> torch.Tensor:
    """Random zoom of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    seed : int >= 0, the same for every image; or one int for each image of the batch

    Convention
    ----------
    Image k with seed[k].
    """
    return _applied(image, seed, fill_mode, cval, interpolation, zoom_range=zoom_range)


def random_flip(
    image: torch.Tensor, horizontal: bool, vertical: bool, seed: checks.Seed
) -> torch.Tensor:
    """Random flip of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    seed : int >= 0, the same for every image; or one int for each image of the batch

    Convention
    ----------
    Image k with seed[k].
    """
    horizontal = require.flag(horizontal, "horizontal")
    vertical = require.flag(vertical, "vertical")
    return _applied(image, seed, horizontal_flip=horizontal, vertical_flip=vertical)


def random_brightness(
    image: torch.Tensor, brightness_range: random_numbers.Interval, seed: checks.Seed
) -> torch.Tensor:
    """Random brightness of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    seed : int >= 0, the same for every image; or one int for each image of the batch

    Convention
    ----------
    Image k with seed[k].
    """
    return _applied(image, seed, brightness_range=brightness_range)


def random_channel_shift(
    image: torch.Tensor, channel_shift_range: ArrayLike, seed: checks.Seed
) -> torch.Tensor:
    """Random channel shift of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    seed : int >= 0, the same for every image; or one int for each image of the batch

    Convention
    ----------
    Image k with seed[k].
    """
    return _applied(image, seed, channel_shift_range=channel_shift_range)
