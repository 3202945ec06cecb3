"""The cleaning step: which augmented pictures have nothing left to see, and why.

What it looks at are a few yes and no for each picture, from ``reference`` or from ``gpu``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from coursekit.augmentation.shared import stream
from coursekit.core.types import Array


def nothing_to_see(
    blank: Array | Sequence[bool],
    masks: stream.Items | None = None,
    boxes: Sequence[tuple[Any, Any]] | None = None,
) -> dict[int, str]:
    """Find the pictures of a batch that are better left out.

    Parameters
    ----------
    blank : (n,) bool, what ``is_blank`` says of each picture
    masks : n masks (H, W) that moved with their pictures, array, tensor or list; 0 is background
    boxes : list of n pairs (boxes, kept), as ``apply_boxes`` gives them

    Returns
    -------
    dict from the number of a picture in the batch to the reason; a picture that had no boxes to
    begin with lacks none

    Raises
    ------
    ValueError : masks or boxes are not as many as the pictures.
    """
    found = {int(k): "all of its levels are nearly the same" for k in np.flatnonzero(blank)}
    for others, name in ((masks, "masks"), (boxes, "boxes")):
        if others is not None and len(others) != len(blank):
            raise ValueError(f"{name}: expected {len(blank)} of them, got {len(others)}")
    for number, mask in enumerate(() if masks is None else masks):
        if not (mask != 0).any():
            found.setdefault(number, "its mask is empty")
    for number, (_, kept) in enumerate(boxes or ()):
        if len(kept) and not kept.any():
            found.setdefault(number, "none of its boxes is left")
    return dict(sorted(found.items()))


def report(found: Mapping[int, str], count: int) -> str:
    """Say in words what ``nothing_to_see`` found among so many pictures."""
    if not found:
        return f"all {count} pictures show something"
    lines = [f"{len(found)} of {count} pictures have nothing left to see"]
    return "\n".join(lines + [f"  picture {number}: {why}" for number, why in found.items()])
