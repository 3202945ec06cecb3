"""The transfer curves of sRGB."""

import numpy as np
import pytest

from coursekit.core.color import LUMA, linear_to_srgb, srgb_to_linear


def test_the_curves_undo_each_other():
    values = np.linspace(0, 1, 256)
    assert np.abs(linear_to_srgb(srgb_to_linear(values)) - values).max() < 1e-7


def test_half_as_stored_is_a_fifth_of_the_light():
    # ((0.5 + 0.055) / 1.055) ** 2.4 = 0.21404
    assert srgb_to_linear(0.5) == pytest.approx(0.21404, abs=1e-5)
    assert srgb_to_linear(0.04) == pytest.approx(0.04 / 12.92)


def test_luma_of_white_is_one():
    assert sum(LUMA) == pytest.approx(1)
