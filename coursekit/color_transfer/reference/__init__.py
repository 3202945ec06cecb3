"""The colours of another picture, from two moments to matched superpixels. NumPy, to be read.

Reinhard, Ashikhmin, Gooch and Shirley 2001, "Color transfer between images", *IEEE Computer
Graphics and Applications* 21(5), 34-41.
Pitié and Kokaram 2007, "The linear Monge-Kantorovitch linear colour mapping for example-based
colour transfer", *European Conference on Visual Media Production*, 1-9.
Pitié, Kokaram and Dahyot 2005, "Towards automated colour grading", *European Conference on Visual
Media Production*; 2007, "Automated colour grading using colour distribution transfer", *Computer
Vision and Image Understanding* 107(1-2), 123-137.
Nguyen, Kim and Brown 2014, "Illuminant aware gamut-based color transfer", *Computer Graphics Forum*
33(7), 319-328.
"""

from coursekit.color_transfer.reference.distribution import (
    iterative_distribution_transfer,
    match_marginal,
    project_and_match,
    regrain,
    regrain_weights,
)
from coursekit.color_transfer.reference.gamut import (
    align_gamut,
    estimate_illuminant,
    from_white_axis,
    gamut_hull,
    gamut_transfer,
    match_luminance,
    to_white_axis,
)
from coursekit.color_transfer.reference.measures import (
    gradient_correlation,
    sliced_wasserstein,
    structural_similarity,
)
from coursekit.color_transfer.reference.moments import (
    color_moments,
    lalphabeta_to_rgb,
    match_moments,
    monge_kantorovitch,
    optimal_map,
    reinhard,
    rgb_to_lalphabeta,
)

__all__ = [
    "align_gamut",
    "color_moments",
    "estimate_illuminant",
    "from_white_axis",
    "gamut_hull",
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
