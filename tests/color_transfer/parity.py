"""What the twins of 10 are tried with (see tests/test_parity.py)."""

import numpy as np
import torch

from coursekit.color_transfer import reference

COLOR = {"channels": (3,)}
WIDE = {"dtype": "counted in double precision"}
FLOATS = {"channels": (3,), "dtypes": ("float32", "float64")}
NUMBER = {"dtype": "one float32 a picture"}
HULLS = {"values": "the corners of gamuts are found on the CPU"}


def each(name, *values):
    return lambda white: [{name: value} for value in values]


def with_darker(image, arguments):
    """The image, and another one of another size, darker and of other colours."""
    darker = np.concatenate([image, image[:, :2]], axis=1)[::-1, :, ::-1] // 4 * 3
    if image.dtype != np.uint8:
        darker = np.concatenate([image, image[:, :2]], axis=1)[::-1, :, ::-1] ** 2 / 2
    return image, darker.astype(image.dtype)


def with_recolored(image, arguments):
    """The image recoloured, and itself."""
    return (255 - image if image.dtype == np.uint8 else 1 - image / 2)[..., ::-1].copy(), image


def first_plane(prepare):
    """The same for one channel alone."""

    def planes(image, arguments):
        return tuple(picture[..., 0].copy() for picture in prepare(image, arguments))

    return planes


def in_lalphabeta(image, arguments):
    return (reference.rgb_to_lalphabeta(image).astype(image.dtype),)


def as_rows(twin, values, others, **arguments):
    """Rows of numbers, as the twin takes pictures' planes."""
    if isinstance(values, np.ndarray):
        return twin(values.ravel(), others.ravel(), **arguments).reshape(values.shape)
    return twin(values.flatten(-2), others.flatten(-2), **arguments).view(values.shape)


def as_clouds(twin, values, others, **arguments):
    """Clouds of colours, from pictures."""
    if isinstance(values, np.ndarray):
        given = (picture.reshape(-1, 3) for picture in (values, others))
        return twin(*given, reference_axes(), **arguments).reshape(values.shape)
    given = (picture.flatten(-2).mT for picture in (values, others))
    return twin(*given, reference_axes(), **arguments).mT.unflatten(-1, values.shape[-2:])


def reference_axes():
    return np.array([[1, 0, 0], [0, 0.6, 0.8], [0.6, 0.8, 0], [0, 0, 1.0]])


def under_light(twin, image, **arguments):
    light = np.array([1.2, 1.0, 0.8])
    if isinstance(image, np.ndarray):
        return twin(image, light, **arguments)
    return twin(image, torch.from_numpy(light).to(image.device), **arguments)


def covariances(twin, image):
    return twin(image)[1]


def with_covariance(image, arguments):
    """Two covariances, of the image and of its darker other."""
    moments = map(reference.color_moments, with_darker(image, arguments))
    return tuple(covariance for _, covariance in moments)


def of_matrices(values, batch):
    """One matrix for each picture, without a channel's axis."""
    if isinstance(values[0], np.ndarray):
        tensors = [torch.from_numpy(value) for value in values]
        return torch.stack(tensors).unflatten(0, batch) if batch else tensors[0]
    if isinstance(values[0], type):
        return values[0]
    return [of_matrices(items, batch) for items in zip(*values, strict=True)]


def of_vectors_or_matrices(values, batch):
    """Pictures as everywhere; vectors and matrices measured on them without a channel's axis."""
    if isinstance(values[0], tuple):
        pictures = [torch.from_numpy(picture).movedim(-1, -3) for (picture,) in values]
        return [torch.stack(pictures).unflatten(0, batch) if batch else pictures[0]]
    return of_matrices(values, batch)


MATCHED = {"prepare": with_darker, **COLOR}
LOSS = {"prepare": with_recolored, **COLOR, "excuses": NUMBER}

CASES = {
    "rgb_to_lalphabeta": COLOR | {"arguments": each("linear", True, False), "excuses": WIDE},
    "lalphabeta_to_rgb": FLOATS
    | {"arguments": each("linear", True, False), "prepare": in_lalphabeta, "excuses": WIDE},
    "match_moments": FLOATS | {"prepare": with_darker, "excuses": WIDE},
    "reinhard": MATCHED | {"arguments": each("linear", True, False)},
    "monge_kantorovitch": MATCHED | {"arguments": each("clip", True, False)},
    "match_marginal": {
        "arguments": lambda white: [{"bins": 300}, {"bins": 2}, {"bins": 17, "offset": -1}],
        "prepare": first_plane(with_darker),
        "call": as_rows,
        "excuses": WIDE,
        **FLOATS,
    },
    "project_and_match": FLOATS
    | {
        "arguments": each("relaxation", 1.0, 0.3),
        "prepare": with_darker,
        "call": as_clouds,
        "excuses": WIDE,
    },
    "iterative_distribution_transfer": MATCHED
    | {
        "arguments": lambda white: [
            {"iterations": 3},
            {"iterations": 0},
            {"iterations": 2, "seed": 5, "bins": 64, "relaxation": 0.5, "clip": False},
            {"iterations": 1, "rotations": np.eye(3)[None]},
        ]
    },
    "regrain_weights": FLOATS | {"arguments": each("scale", 1.0, 0.25), "excuses": WIDE},
    "regrain": COLOR | {"arguments": each("sweeps", (4, 16, 32), (0,)), "prepare": with_recolored},
    "color_moments": COLOR
    | {"call": covariances, "lay_out": of_vectors_or_matrices, "excuses": WIDE, "tolerance": 1e-8},
    "optimal_map": COLOR
    | {"prepare": with_covariance, "lay_out": of_matrices, "excuses": WIDE, "tolerance": 1e-5},
    "estimate_illuminant": COLOR
    | {
        "arguments": lambda white: [{}, {"power": 1, "sigma": 0}, {"sigma": 0.6}],
        "lay_out": of_vectors_or_matrices,
        "excuses": WIDE,
    },
    "to_white_axis": COLOR | {"call": under_light, "excuses": WIDE},
    "from_white_axis": FLOATS | {"call": under_light, "excuses": WIDE},
    "match_luminance": FLOATS
    | {
        "arguments": each("smoothness", 1.0, 0, 5),
        "prepare": first_plane(with_darker),
        "lay_out": of_matrices,
        "excuses": WIDE,
    },
    "gamut_transfer": MATCHED | {"excuses": HULLS},
    "sliced_wasserstein": MATCHED
    | {
        "arguments": each("quantiles", 1000, 7),
        "tolerance": 1e-4,
        "excuses": NUMBER,
    },
    "structural_similarity": LOSS,
    "gradient_correlation": LOSS,
}
