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


def planes_of_weights(twin, image, **arguments):
    """φ and ψ; the twin's with an axis of one channel."""
    weights = twin(image, **arguments)
    return weights if isinstance(image, np.ndarray) else [w.unsqueeze(-3) for w in weights]


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
            {"iterations": 1, "rotations": [np.eye(3).tolist()]},
        ]
    },
    "regrain_weights": FLOATS
    | {"arguments": each("scale", 1.0, 0.25), "call": planes_of_weights, "excuses": WIDE},
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

# ------------------------------------------------------------------ piece by piece

CELL = 4  # pixels, the side of the squares that stand for superpixels
CUBE = np.random.default_rng(5).random((5, 5, 5, 3))
TABLES = {"excuses": WIDE}
MATCHES = {
    "dtype": "matches are no gray levels",
    "values": "an assignment is solved on the CPU",
}
PIECES = {"values": "how many superpixels there are must be known"}
KERNELS = [
    {},
    {"place_spread": 3.0, "color_spread": 0.5, "sigma": 2.0},
    {"reach": 0.4},
    {"covariance": "own"},
]


def in_squares(image, arguments):
    """The image, and squares numbered row by row."""
    rows, columns = np.indices(image.shape[:2]) // CELL
    return image, (rows * (columns.max() + 1) + columns).astype(np.int32)


def in_squares_of_five(image, arguments):
    points, labels = in_squares(image, arguments)
    return reference.places_and_colors(points), labels


def with_new_colors(image, arguments):
    """The image, its squares, and a table of new colours or of attention."""
    image, labels = in_squares(image, arguments)
    return image, labels, reference.superpixel_means(image, labels)[::-1].copy()


def with_other_rows(image, arguments):
    """A gray picture as a table of vectors, and others of as many channels."""
    return image, np.concatenate([image[::-1] / 2, image[:2]]).astype(image.dtype)


def with_centers(image, arguments):
    """The pixels as points, and some of them as centres."""
    points = image.reshape(-1, 3)
    return points, points[::3].copy()


def as_table(result):
    """A table of the twin with an axis of one channel, which the reference's is given too."""
    return result if isinstance(result, np.ndarray) else result.unsqueeze(-3)


def bare(table):
    return table if isinstance(table, np.ndarray) else table.squeeze(-3)


def count_of(labels):
    height, width = labels.shape[-2:]
    return -(-height // CELL) * -(-width // CELL)


def pooled(twin, values, labels, **arguments):
    return as_table(twin(values, labels, count=count_of(labels), **arguments))


def kernels(twin, points, labels, **arguments):
    """Centres, and covariances of about 1e-6 instead of their inverses."""
    centers, precisions = twin(points, labels, count=count_of(labels), **arguments)
    return [as_table(centers), as_table(precisions.reshape(*precisions.shape[:-2], 25)) * 1e-6]


def fused(twin, image, labels, table, **arguments):
    return twin(image, labels, bare(table), **arguments)


def of_tables(twin, *tables, **arguments):
    return as_table(twin(*map(bare, tables), **arguments))


def distances(twin, points, centers):
    points, centers = bare(points), bare(centers)
    precisions = np.array([[2, 0.5, 0], [0.5, 1, 0], [0, 0, 3]])
    if isinstance(points, np.ndarray):
        return twin(points, centers, np.tile(precisions, (len(centers), 1, 1)))
    one = torch.from_numpy(precisions).to(points)
    return as_table(twin(points, centers, one.expand(*centers.shape[:-1], 3, 3)))


def matched(twin, distances, **arguments):
    return twin(bare(distances), **arguments)


def counted(twin, image, **arguments):
    counts = twin(image, **arguments)
    return as_table(counts.reshape(*counts.shape[:-3], -1, counts.shape[-1]))


def with_histogram(image, arguments):
    return (reference.color_histogram(image).reshape(64, 8),)


def encoded(twin, table):
    table = bare(table)
    code = twin(table.reshape(*table.shape[:-2], 8, 8, 8))
    return as_table(code.reshape(*code.shape[:-1], 4, 8))


def with_codes(image, arguments):
    counts = reference.color_histogram(image), reference.color_histogram(image[..., ::-1])
    return tuple(reference.encode_histogram(each)[None] for each in counts)


def cubes(twin, target_code, reference_code, **arguments):
    cube = twin(bare(target_code)[..., 0, :], bare(reference_code)[..., 0, :], **arguments)
    if not isinstance(cube, np.ndarray):
        cube = cube.movedim(-4, -1)
    return as_table(cube.reshape(*cube.shape[:-4], cube.shape[-2] ** 2, -1))


def looked_up(twin, image):
    if isinstance(image, np.ndarray):
        return twin(image, CUBE)
    return twin(image, torch.from_numpy(CUBE).movedim(-1, 0).to(image.device))


CASES |= {
    "superpixel_means": COLOR | TABLES | {"prepare": in_squares, "call": pooled},
    "places_and_colors": COLOR | {"excuses": WIDE},
    "mahalanobis_kernel": COLOR | TABLES | {"prepare": in_squares_of_five, "call": kernels},
    "mahalanobis": FLOATS | TABLES | {"prepare": with_centers, "call": distances},
    "constrained_nearest": {
        "arguments": each("times", 1, 3),
        "dtypes": ("float32", "float64"),
        "channels": (1,),
        "call": matched,
        "excuses": MATCHES,
    },
    "fuse_colors": COLOR
    | TABLES
    | {"arguments": lambda white: KERNELS, "prepare": with_new_colors, "call": fused}
    | {"tolerance": 1e-4},  # of colours up to 255
    "fusion_weights": FLOATS
    | TABLES
    | {"arguments": lambda white: KERNELS, "prepare": with_new_colors, "call": fused},
    "superpixel_color_fusion": MATCHED
    | {
        "arguments": lambda white: [
            {"superpixels": 6, "regrained": False},
            {"superpixels": 9, "times": 1, "reach": 0.5, "covariance": "own"},
        ],
        "excuses": PIECES,
    },
    "super_features": COLOR
    | TABLES
    | {"arguments": each("pooling", "mean", "max"), "prepare": in_squares, "call": pooled},
    "correlation": TABLES
    | {"dtypes": ("float32", "float64"), "channels": (1,)}
    | {"arguments": each("center", "vector", "channel")}
    | {"prepare": with_other_rows, "call": of_tables},
    "attention": TABLES
    | {"dtypes": ("float32", "float64"), "channels": (1,)}
    | {"arguments": each("temperature", 0.0009, 0.02, 1.0), "call": of_tables},
    "superfeature_transfer": MATCHED
    | {
        "arguments": lambda white: [
            {"superpixels": 6, "regrained": False},
            {"superpixels": 9, "pooling": "max", "center": "channel", "temperature": 0.1},
            {"sigma": 3.0, "place_spread": 5.0},
        ],
        "excuses": PIECES,
    },
    "filter_bank": COLOR | {"excuses": {"dtype": "features are float32"}},
    "color_histogram": COLOR | TABLES | {"arguments": each("bins", 2, 8), "call": counted},
    "encode_histogram": COLOR | TABLES | {"prepare": with_histogram, "call": encoded},
    "analogy_cube": COLOR
    | TABLES
    | {"arguments": each("size", 2, 5), "prepare": with_codes, "call": cubes},
    "look_up_cube": COLOR | {"call": looked_up},
    "histogram_analogy": MATCHED | {"arguments": each("size", 9, 33)},
}
