"""What the twins of 08 are tried with (see tests/test_parity.py).

Matrices are lists, not arrays: they are read on the CPU, whatever the device of the picture.
"""

import numpy as np
import torch

from coursekit.augmentation import reference

FILL_MODES = ("nearest", "constant", "reflect", "wrap")
INTERPOLATIONS = ("nearest", "bilinear")
FILLS = [{"fill_mode": fill, "interpolation": i} for fill in FILL_MODES for i in INTERPOLATIONS]
ON_THE_CPU = {"device": "a matrix is nine numbers on the CPU", "dtype": "a matrix is float64"}
SINGLE = 2e-7 * 53  # float32, for each pixel of the longest side that is tried


def matrix(size=(37, 53), **arguments):
    return reference.affine_matrix(size, **arguments).tolist()


MATRICES = [
    matrix(),
    matrix(rotation=90),
    matrix(height_shift=3, width_shift=-5),
    matrix(horizontal_flip=True),
    matrix(rotation=33, height_shift=0.5, width_shift=7.3, shear=12, zoom_rows=0.7, zoom_columns=2),
    matrix(rotation=-170, shear=-60, zoom_rows=0.1, vertical_flip=True),
]


def warps(white):
    moves = [{"matrix": each} for each in MATRICES]
    filled = [{"matrix": MATRICES[-1], "cval": white / 5} | fill for fill in FILLS]
    return moves + filled


def alone(image, arguments):
    """No picture: the function takes only its keyword arguments."""
    return ()


def each(**values):
    """One case for each value, whichever argument it is of."""
    return lambda white: [{name: value} for name, given in values.items() for value in given]


def together(*cases):
    return lambda white: list(cases)


def masks(image, arguments):
    """A mask of four labels."""
    levels = image if image.ndim == 2 else image[..., 0]
    return (np.floor(levels / levels.dtype.type(levels.max() or 1) * 3).astype(np.int32),)


def masks_as_tensors(values, batch):
    if isinstance(values[0], (list, tuple)):
        return [masks_as_tensors(items, batch) for items in zip(*values, strict=True)]
    if not isinstance(values[0], np.ndarray):
        return values[0]
    stack = torch.from_numpy(np.stack(values))
    return stack.unflatten(0, batch) if batch else stack[0]


def draw(image):
    """Random numbers that depend on the picture alone."""
    return np.random.default_rng(int(image.sum() * 1000) % 2**32)


def points(image, arguments):
    return (draw(image).uniform(-5, 60, (9, 2)),)


def boxes(image, arguments):
    corners = draw(image).uniform(-5, 60, (9, 2))
    return (np.hstack([corners, corners + draw(image).uniform(1, 30, (9, 2))]),)


def stack_of_three(image, arguments):
    """The image, its negative and its mirror; labels."""
    white = 255 if image.dtype == np.uint8 else 1
    pictures = np.stack([image, white - image, image[:, ::-1]]).astype(image.dtype)
    return pictures, np.eye(3, 4, dtype=np.float32)


def batch_as_tensors(values, batch):
    """Batches of pictures have one batch axis: those of a test's batch stand in a row."""
    if isinstance(values[0], (list, tuple)):
        return [batch_as_tensors(items, batch) for items in zip(*values, strict=True)]
    first = values[0]
    if first.ndim < 3:
        return torch.from_numpy(first)
    images = torch.from_numpy(first)
    return images[:, None] if images.ndim == 3 else images.movedim(-1, 1)


def features(image, arguments):
    """The rows of a picture as features of two classes, and one that is alone."""
    rows = image.reshape(len(image), -1).astype(np.float64)
    labels = np.arange(len(rows)) % 2
    labels[-1] = 9
    return rows, labels


def one_for_all(values, batch):
    if isinstance(values[0], (list, tuple)):
        return [one_for_all(items, batch) for items in zip(*values, strict=True)]
    return torch.from_numpy(values[0])


def verdicts(values, batch):
    """A bool for each picture."""
    if isinstance(values[0], tuple):
        return [pictures_as_tensors([v[0] for v in values], batch)]
    return torch.tensor(values).view(batch)


def pictures_as_tensors(values, batch):
    stack = torch.from_numpy(np.stack(values))
    stack = stack[:, None] if stack.ndim == 3 else stack.movedim(-1, 1)
    return stack.unflatten(0, batch) if batch else stack[0]


def augmented(make, image, **ranges):
    """What an augmenter makes of sample 5, of one picture or of each in a batch."""
    augmenter = make(**ranges)
    if isinstance(image, np.ndarray):
        return augmenter.apply(image[None], augmenter.draw([5], epoch=2))[0]
    stack = image.reshape(-1, *image.shape[-3:])
    return augmenter.apply(stack, augmenter.draw([5] * len(stack), epoch=2)).view(image.shape)


def recipes(white):
    every = {
        "rotation_range": 40, "width_shift_range": 0.3, "height_shift_range": 4, "seed": 1,
        "shear_range": 20, "zoom_range": (0.5, 1.5), "vertical_flip": True, "cval": white / 3,
        "channel_shift_range": white / 4, "brightness_range": (0.5, 2), "horizontal_flip": True,
    }  # fmt: skip
    tint = {"channel_shift_range": [white / 3, 0, white / 9]}
    return [{}, tint, *[every | fill for fill in FILLS[1::2] + FILLS[:1]]]


def drawn(*cases):
    fills = ({}, {"fill_mode": "reflect"}, {"fill_mode": "wrap", "interpolation": "nearest"})
    return lambda white: [
        case | {"seed": seed} | fill for case in cases for seed, fill in enumerate(fills)
    ]


MOVED = {"tolerance": SINGLE}

CASES = {
    "rotation_matrix": {
        "arguments": each(degrees=(0, 30, -90.5)), "prepare": alone, "lay_out": one_for_all,
        "excuses": ON_THE_CPU
    },
    "shift_matrix": {
        "arguments": together({"down": 3, "right": -0.5}), "prepare": alone, "lay_out": one_for_all,
        "excuses": ON_THE_CPU
    },
    "shear_matrix": {
        "arguments": each(degrees=(0, 30, -80)), "prepare": alone, "lay_out": one_for_all,
        "excuses": ON_THE_CPU
    },
    "zoom_matrix": {
        "arguments": together({"rows": 3, "columns": 0.5}),
        "prepare": alone,
        "lay_out": one_for_all,
        "excuses": ON_THE_CPU
    },
    "flip_matrix": {
        "arguments": together(
            {"vertical": True, "horizontal": False}, {"vertical": False, "horizontal": True}
        ),
        "prepare": alone,
        "lay_out": one_for_all,
        "excuses": ON_THE_CPU,
    },
    "affine_matrix": {
        "arguments": together(
            {"shape": (4, 7)},
            {"shape": (4, 7), "rotation": 30.0, "height_shift": 1, "width_shift": 2, "shear": 9},
            {"shape": (5, 5), "zoom_rows": 2, "zoom_columns": 0.5, "vertical_flip": True},
        ),
        "prepare": alone,
        "lay_out": one_for_all,
        "excuses": ON_THE_CPU,
    },
    "move_points": {
        "arguments": each(matrix=MATRICES), "prepare": points, "lay_out": masks_as_tensors,
        "excuses": {"dtype": "points are float64"},
    },
    "source_positions": {
        "arguments": together(
            *[
                {"matrix": each, "shape": (37, 53), "exact": exact}
                for each in MATRICES
                for exact in (False, True)
            ]
        ),
        "prepare": alone,
        "lay_out": one_for_all,
        "excuses": ON_THE_CPU,
    },
    "fold": {
        "arguments": together(*[{"length": n, "fill_mode": f} for n in (1, 7) for f in FILL_MODES]),
        "prepare": lambda image, arguments: (100 * image.astype(np.float64) - 40,),
        "excuses": {"dtype": "positions are float64"},
    },
    "warp": {"arguments": warps, "tolerance": SINGLE},
    "adjust_brightness": {"arguments": each(factor=(0, 0.3, 1, 1.7))},
    "shift_channels": {
        "arguments": lambda white: [
            {"shift": 0}, {"shift": white / 7}, {"shift": -white / 2},
            {"shift": [0.1 * white, 0, -0.3 * white]},
        ]
    },
    "warp_mask": {
        "arguments": lambda white: [
            {"matrix": each, "fill_mode": fill, "outside": 7}
            for each in MATRICES for fill in FILL_MODES
        ],
        "prepare": masks,
        "lay_out": masks_as_tensors,
        "excuses": {"dtype": "masks are integers"},
    },
    "move_keypoints": {
        "arguments": lambda white: [{"matrix": each, "shape": (37, 53)} for each in MATRICES],
        "prepare": points,
        "lay_out": masks_as_tensors,
        "excuses": {"dtype": "points are float64"},
    },
    "move_boxes": {
        "arguments": lambda white: [
            {"matrix": each, "shape": (37, 53), "least_visible": least}
            for each in MATRICES for least in (0, 0.25, 1)
        ],
        "prepare": boxes,
        "lay_out": masks_as_tensors,
        "excuses": {"dtype": "boxes are float64"},
    },
    "is_blank": {
        "arguments": each(least=(0, 0.02, 0.9, 1)),
        "lay_out": verdicts,
        "excuses": {"dtype": "yes or no"},
    },
    "random_rotation": {"arguments": drawn({"rotation_range": 90})} | MOVED,
    "random_shift": {
        "arguments": drawn(
            {"height_shift_range": 0.3, "width_shift_range": 5},
            {"height_shift_range": [-3, 0, 4], "width_shift_range": 2.5},
        )
    } | MOVED,
    "random_shear": {"arguments": drawn({"shear_range": 40})} | MOVED,
    "random_zoom": {"arguments": drawn({"zoom_range": 0.4}, {"zoom_range": (1, 3)})} | MOVED,
    "random_flip": {
        "arguments": together(
            *[{"horizontal": True, "vertical": True, "seed": seed} for seed in range(4)]
        )
    },
    "random_brightness": {
        "arguments": together(*[{"brightness_range": (0.2, 2), "seed": s} for s in range(3)])
    },
    "random_channel_shift": {
        "arguments": lambda white: [
            {"channel_shift_range": white / 3, "seed": 1},
            {"channel_shift_range": [white / 3, white / 9, 0], "seed": 2},
        ]
    },
    "Augmenter": {
        "arguments": recipes,
        "call": augmented,
        "tolerance": 2 * SINGLE,  # and made twice as bright
    },
    "mixup": {
        "arguments": together({}, {"alpha": 1.0, "seed": 3}),
        "prepare": stack_of_three,
        "lay_out": batch_as_tensors,
        "excuses": {"dtype": "labels are float32"},
    },
    "cutout": {
        "arguments": lambda white: [
            {"size": size, "seed": seed, "value": white / 3}
            for size in (1, 8, 99) for seed in range(3)
        ]
    },
    "random_erasing": {
        "arguments": together(
            *[{"seed": seed, "probability": 0.9} for seed in range(5)],
            {"seed": 1, "area": (0.9, 1), "aspect": (1, 1)},
        )
    },
    "interpolate_features": {
        "arguments": together({}, {"amount": 0.2, "neighbors": 1, "seed": 5}),
        "prepare": features,
        "lay_out": one_for_all,
        "tolerance": 1e-9,
        "excuses": {"dtype": "features are float64, labels int64"},
    },
}  # fmt: skip
