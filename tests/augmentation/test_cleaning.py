"""Pictures with nothing left to see are found, and said why."""

import numpy as np
import pytest

from coursekit.augmentation import reference
from coursekit.augmentation.training import cleaning

IMAGES = np.zeros((4, 20, 30), np.uint8)
IMAGES[:, 8:12, 12:18] = 255
MASKS = IMAGES > 0
BOXES = [[[8, 12, 12, 18]], [[8, 12, 12, 18]], np.zeros((0, 4)), [[8, 12, 12, 18]]]


def moved_away():
    """The second picture is shifted by its whole width; the others stay."""
    augmenter = reference.Augmenter(width_shift_range=[0, 30], fill_mode="constant")
    drawn = augmenter.draw(4)
    drawn.width_shift[:] = [0, 30, 0, 0]
    return augmenter, drawn


def test_a_picture_that_left_is_blank():
    augmenter, drawn = moved_away()
    blank = [reference.is_blank(image) for image in augmenter.apply(IMAGES, drawn)]
    assert cleaning.nothing_to_see(blank) == {1: "all of its levels are nearly the same"}


def test_an_empty_mask_and_a_lost_box_are_found():
    augmenter, drawn = moved_away()
    seen = [False] * 4
    masks = augmenter.apply_masks(MASKS, drawn)
    assert cleaning.nothing_to_see(seen, masks=masks) == {1: "its mask is empty"}
    boxes = augmenter.apply_boxes(BOXES, drawn, (20, 30))
    assert cleaning.nothing_to_see(seen, boxes=boxes) == {1: "none of its boxes is left"}


def test_the_report_names_pictures_and_reasons():
    assert cleaning.report({}, 4) == "all 4 pictures show something"
    told = cleaning.report({1: "its mask is empty"}, 4)
    assert told == "1 of 4 pictures have nothing left to see\n  picture 1: its mask is empty"


def test_as_many_masks_as_pictures_are_needed():
    with pytest.raises(ValueError, match="masks: expected 4"):
        cleaning.nothing_to_see([False] * 4, masks=MASKS[:2])
