"""Twins of ``reference`` for whole batches, on any device: one ``grid_sample`` a batch.

The numbers of a recipe are sampled on the CPU by the same program, so the same seed means the same
batch everywhere; matrices are nine numbers an image and stay there, too.

Taught in 08 §10.
"""

from coursekit.core import docstrings, extras

extras.require("torch")

from coursekit.augmentation.gpu.augmenter import (
    Augmenter,
    random_brightness,
    random_channel_shift,
    random_flip,
    random_rotation,
    random_shear,
    random_shift,
    random_zoom,
)
from coursekit.augmentation.gpu.geometry import (
    affine_matrix,
    flip_matrix,
    move_points,
    rotation_matrix,
    shear_matrix,
    shift_matrix,
    zoom_matrix,
)
from coursekit.augmentation.gpu.labels import (
    is_blank,
    move_boxes,
    move_keypoints,
    warp_mask,
)
from coursekit.augmentation.gpu.mixing import (
    cutout,
    interpolate_features,
    mixup,
    random_erasing,
)
from coursekit.augmentation.gpu.photometric import adjust_brightness, shift_channels
from coursekit.augmentation.gpu.sampling import fold, source_positions, warp

__all__ = [
    "Augmenter",
    "adjust_brightness",
    "affine_matrix",
    "cutout",
    "flip_matrix",
    "fold",
    "interpolate_features",
    "is_blank",
    "mixup",
    "move_boxes",
    "move_keypoints",
    "move_points",
    "random_brightness",
    "random_channel_shift",
    "random_erasing",
    "random_flip",
    "random_rotation",
    "random_shear",
    "random_shift",
    "random_zoom",
    "rotation_matrix",
    "shear_matrix",
    "shift_channels",
    "shift_matrix",
    "source_positions",
    "warp",
    "warp_mask",
    "zoom_matrix",
]

docstrings.complete(__name__)
