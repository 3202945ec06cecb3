"""Data augmentation: one matrix, sampled once, with new numbers each time. Made to be read.

Szeliski 2022, *Computer Vision*, 2nd edition, §2.1 and §3.6.
Keras, ``ImageDataGenerator``: the meaning of the ranges, not the program.
"""

from coursekit.augmentation.reference.augmenter import (
    Augmenter,
    random_brightness,
    random_channel_shift,
    random_flip,
    random_rotation,
    random_shear,
    random_shift,
    random_zoom,
)
from coursekit.augmentation.reference.geometry import (
    affine_matrix,
    flip_matrix,
    move_points,
    rotation_matrix,
    shear_matrix,
    shift_matrix,
    zoom_matrix,
)
from coursekit.augmentation.reference.labels import (
    is_blank,
    move_boxes,
    move_keypoints,
    warp_mask,
)
from coursekit.augmentation.reference.mixing import (
    cutout,
    interpolate_features,
    mixup,
    random_erasing,
)
from coursekit.augmentation.reference.photometric import adjust_brightness, shift_channels
from coursekit.augmentation.reference.sampling import fold, source_positions, warp

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
