"""Types for the signatures of several chapters."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # the docstring says which shapes and dtypes
Integer = int | np.integer[Any]
Real = float | np.floating[Any] | np.integer[Any]
Shape = Sequence[int]  # (height, width)
Border = Literal["reflect", "symmetric", "edge", "constant", "wrap"]
