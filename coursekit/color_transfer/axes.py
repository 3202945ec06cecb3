"""Axes and directions in the space of colours, drawn from a seed, for NumPy and PyTorch alike."""

import numpy as np

# Three axes of colour, and three more between them: each is the first three turned by a half turn.
SIX = np.array(
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [2 / 3, 2 / 3, -1 / 3], [2 / 3, -1 / 3, 2 / 3],
     [-1 / 3, 2 / 3, 2 / 3]]
)  # fmt: skip


def projection_axes(iterations, seed=0):
    """Six axes for each iteration, as rows: (iterations, 6, 3) float64.

    The first six are red, green, blue and three directions between them; each further six are these
    turned by a random rotation, uniform among all. The first k of more iterations are the same.
    """
    rng = np.random.default_rng(seed)
    turned = [SIX @ _rotation(rng) for _ in range(iterations - 1)]
    return np.stack([SIX, *turned])[:iterations]


def _rotation(rng):
    q, r = np.linalg.qr(rng.standard_normal((3, 3)))
    return q * np.sign(np.diag(r))  # without the signs, not all rotations are as likely


def unit_directions(count, seed=0):
    """Directions uniform on the sphere, as rows: (count, 3) float64."""
    vectors = np.random.default_rng(seed).standard_normal((count, 3))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
