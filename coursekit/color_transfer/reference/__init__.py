"""The colours of another image, from two moments to matched superpixels. NumPy, to be read.

Reinhard, Ashikhmin, Gooch and Shirley 2001, "Color transfer between images", *IEEE Computer
Graphics and Applications* 21(5), 34-41.
Pitié and Kokaram 2007, "The linear Monge-Kantorovitch linear colour mapping for example-based
colour transfer", *European Conference on Visual Media Production*, 1-9.
Pitié, Kokaram and Dahyot 2005, "Towards automated colour grading", *European Conference on Visual
Media Production*; 2007, "Automated colour grading using colour distribution transfer", *Computer
Vision and Image Understanding* 107(1-2), 123-137.
Nguyen, Kim and Brown 2014, "Illuminant aware gamut-based color transfer", *Computer Graphics Forum*
33(7), 319-328.
Giraud, Ta and Papadakis 2017, "Superpixel-based color transfer", *IEEE International Conference on
Image Processing*, 700-704.
Carrillo, Clément and Bugeau 2021, "Non-local matching of superpixel-based deep features for color
transfer" (preprint; *International Conference on Computer Vision Theory and Applications*, 2022).
Lee, Son, Lee, Lee 2020, "Deep color transfer using histogram analogy", *The Visual Computer* 36,
2129-2143.
"""

from coursekit.color_transfer.reference.color_fusion import (
    constrained_nearest,
    fuse_colors,
    fusion_weights,
    mahalanobis,
    mahalanobis_kernel,
    places_and_colors,
    superpixel_color_fusion,
    superpixel_means,
)
from coursekit.color_transfer.reference.features import (
    filter_bank,
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
from coursekit.color_transfer.reference.histogram_analogy import (
    analogy_cube,
    color_histogram,
    encode_histogram,
    histogram_analogy,
    look_up_cube,
)
from coursekit.color_transfer.reference.idt import (
    iterative_distribution_transfer,
    match_marginal,
    project_and_match,
)
from coursekit.color_transfer.reference.measures import (
    gradient_correlation,
    sliced_wasserstein,
    structural_similarity,
)
from coursekit.color_transfer.reference.monge_kantorovitch import (
    color_moments,
    monge_kantorovitch,
    optimal_map,
)
from coursekit.color_transfer.reference.regrain import (
    regrain,
    regrain_weights,
)
from coursekit.color_transfer.reference.reinhard import (
    lalphabeta_to_rgb,
    match_moments,
    reinhard,
    rgb_to_lalphabeta,
)
from coursekit.color_transfer.reference.superfeatures import (
    attention,
    correlation,
    super_features,
    superfeature_transfer,
)

__all__ = [
    "align_gamut",
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
    "gamut_hull",
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
]
