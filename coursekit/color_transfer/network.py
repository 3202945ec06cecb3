"""The numbers of the small network of ``histogram_analogy``: where they are and what fits.

They come from ``python -m coursekit.color_transfer.training``.
"""

from functools import cache
from pathlib import Path

import numpy as np

SHIPPED = Path(__file__).parent / "weights" / "histogram_analogy.safetensors"
BINS, HIDDEN, CODE = 8, 64, 32
SHAPES = {
    "encode.0.weight": (HIDDEN, BINS**3),
    "encode.0.bias": (HIDDEN,),
    "encode.1.weight": (CODE, HIDDEN),
    "encode.1.bias": (CODE,),
    "map.0.weight": (HIDDEN, 3 + 2 * CODE),
    "map.0.bias": (HIDDEN,),
    "map.1.weight": (CODE, HIDDEN),
    "map.1.bias": (CODE,),
    "out.weight": (3, CODE),
}


def load(weights=None):
    """The network's tables as float64, by name: of a file, of a dict, or those that are shipped."""
    if isinstance(weights, dict):
        return _checked(weights)
    return dict(_read(Path(SHIPPED if weights is None else weights)))


@cache
def _read(path):
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if not path.is_file():
        raise FileNotFoundError(f"weights: there is no file {path}")
    try:
        return _checked(load_file(path))
    except SafetensorError as error:
        raise ValueError(f"weights: {path.name} is no safetensors file ({error})") from None


def _checked(tables):
    given = {name: tuple(np.shape(table)) for name, table in tables.items()}
    if given != SHAPES:
        wrong = sorted(set(given.items()) ^ set(SHAPES.items()))
        raise ValueError(f"weights: expected {SHAPES}; these do not fit: {wrong}")
    return {name: np.asarray(table, np.float64) for name, table in tables.items()}
