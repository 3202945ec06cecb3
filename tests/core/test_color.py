"""The transfer curves of sRGB."""

import numpy as np
import pytest
import torch

from coursekit.core.color import LUMA, linear_to_srgb, srgb_to_linear
from coursekit.core.torch import color as on_tensors


def test_the_curves_undo_each_other():
    values = np.linspace(0, 1, 256)
    assert np.abs(linear_to_srgb(srgb_to_linear(values)) - values).max() < 1e-7


def test_half_as_stored_is_a_fifth_of_the_light():
    # ((0.5 + 0.055) / 1.055) ** 2.4 = 0.21404
    assert srgb_to_linear(0.5) == pytest.approx(0.21404, abs=1e-5)
    assert srgb_to_linear(0.04) == pytest.approx(0.04 / 12.92)


def test_luma_of_white_is_one():
    assert sum(LUMA) == pytest.approx(1)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tensors_have_the_same_curves(dtype):
    values = np.linspace(0, 1, 4097)
    tensor = torch.from_numpy(values).to(dtype)
    for ours, theirs in ((on_tensors.srgb_to_linear, srgb_to_linear),
                         (on_tensors.linear_to_srgb, linear_to_srgb)):  # fmt: skip
        assert np.abs(ours(tensor).numpy() - theirs(values)).max() < 1e-6
