"""The colours of another image, for whole batches on any device: twins of ``reference``.

Tensors are (..., 3, H, W) and stay on the device they are on. Pixels are computed in double
precision where the device has it.

Taught in 10 §10.
"""

from coursekit.core import docstrings, extras

extras.require("torch")

from coursekit.color_transfer.gpu.color_fusion import (
    constrained_nearest,
    fuse_colors,
    fusion_weights,
    mahalanobis,
    mahalanobis_kernel,
    places_and_colors,
    superpixel_color_fusion,
    superpixel_means,
)
from coursekit.color_transfer.gpu.features import (
    filter_bank,
    vgg19,
)
from coursekit.color_transfer.gpu.gamut import (
    estimate_illuminant,
    from_white_axis,
    gamut_transfer,
    match_luminance,
    to_white_axis,
)
from coursekit.color_transfer.gpu.histogram_analogy import (
    analogy_cube,
    color_histogram,
    encode_histogram,
    histogram_analogy,
    look_up_cube,
)
from coursekit.color_transfer.gpu.idt import (
    iterative_distribution_transfer,
    match_marginal,
    project_and_match,
)
from coursekit.color_transfer.gpu.measures import (
    gradient_correlation,
    sliced_wasserstein,
    structural_similarity,
)
from coursekit.color_transfer.gpu.monge_kantorovitch import (
    color_moments,
    monge_kantorovitch,
    optimal_map,
)
from coursekit.color_transfer.gpu.regrain import (
    regrain,
    regrain_weights,
)
from coursekit.color_transfer.gpu.reinhard import (
    lalphabeta_to_rgb,
    match_moments,
    reinhard,
    rgb_to_lalphabeta,
)
from coursekit.color_transfer.gpu.superfeatures import (
    attention,
    correlation,
    super_features,
    superfeature_transfer,
)

__all__ = [
    "analogy_cube",
    "attention",
    "color_histogram",
    "color_moments",
    "constrained_nearest",
    "correlation",
    "encode_histogram",
    "estimate_illuminant",
    "filter_bank",
    "from_white_axis",
    "fuse_colors",
    "fusion_weights",
    "gamut_transfer",
    "gradient_correlation",
    "histogram_analogy",
    "iterative_distribution_transfer",
    "lalphabeta_to_rgb",
    "look_up_cube",
    "mahalanobis",
    "mahalanobis_kernel",
    "match_luminance",
    "match_marginal",
    "match_moments",
    "monge_kantorovitch",
    "optimal_map",
    "places_and_colors",
    "project_and_match",
    "regrain",
    "regrain_weights",
    "reinhard",
    "rgb_to_lalphabeta",
    "sliced_wasserstein",
    "structural_similarity",
    "super_features",
    "superfeature_transfer",
    "superpixel_color_fusion",
    "superpixel_means",
    "to_white_axis",
    "vgg19",
]

docstrings.complete(__name__)
