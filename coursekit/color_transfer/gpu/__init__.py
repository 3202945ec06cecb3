"""The colours of another picture, for whole batches on any device: twins of ``reference``.

Tensors are (..., 3, H, W) and stay on the device they are on. Pixels are counted in double
precision where the device has it.
"""

from coursekit.color_transfer.gpu.distribution import (
    iterative_distribution_transfer,
    match_marginal,
    project_and_match,
    regrain,
    regrain_weights,
)
from coursekit.color_transfer.gpu.gamut import (
    estimate_illuminant,
    from_white_axis,
    gamut_transfer,
    match_luminance,
    to_white_axis,
)
from coursekit.color_transfer.gpu.measures import (
    gradient_correlation,
    sliced_wasserstein,
    structural_similarity,
)
from coursekit.color_transfer.gpu.moments import (
    color_moments,
    lalphabeta_to_rgb,
    match_moments,
    monge_kantorovitch,
    optimal_map,
    reinhard,
    rgb_to_lalphabeta,
)

__all__ = [
    "color_moments",
    "estimate_illuminant",
    "from_white_axis",
    "gamut_transfer",
    "gradient_correlation",
    "iterative_distribution_transfer",
    "lalphabeta_to_rgb",
    "match_luminance",
    "match_marginal",
    "match_moments",
    "monge_kantorovitch",
    "optimal_map",
    "project_and_match",
    "regrain",
    "regrain_weights",
    "reinhard",
    "rgb_to_lalphabeta",
    "sliced_wasserstein",
    "structural_similarity",
    "to_white_axis",
]
