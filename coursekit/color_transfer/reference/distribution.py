"""The whole distribution of colours: one-dimensional matchings along turned axes, and the grain back.

Pitié, Kokaram and Dahyot 2007 (the transfer), and 2005 (the regraining).
"""


def match_marginal(values, reference, bins=300):
    """Give numbers the distribution of other numbers: the matching of 03, on a line.

    Parameters
    ----------
    values : (N,) float
    reference : (M,) float
    bins : int >= 2, of both histograms, on the range of both together

    Returns
    -------
    (N,) float64

    Convention
    ----------
    x becomes G⁻¹(F(x)), with F and G the cumulative histograms, straight lines between the bins.
    As exact as a bin is wide: a finer histogram follows finer.

    Raises
    ------
    TypeError, ValueError : values or reference are no rows of finite floats; bins < 2.

    References
    ----------
    Pitié, Kokaram and Dahyot 2007, §3.1. Taught in 10 §4.
    """
    raise NotImplementedError


def project_and_match(colors, reference, axes, bins=300, relaxation=1.0):
    """Match two clouds of colours along some axes: one iteration of the transfer.

    Parameters
    ----------
    colors : (N, 3) float
    reference : (M, 3) float
    axes : (K, 3) float, K >= 3, unit vectors as rows that span all three dimensions
    bins : int >= 2, as for ``match_marginal``
    relaxation : float in [0, 1], how much of the way is gone

    Returns
    -------
    (N, 3) float64, the colours moved

    Convention
    ----------
    Each axis wants the colours moved along it; with more than three axes the wishes contradict each
    other, and the move is the one of least squares: axes⁺ (matched - projected).

    Raises
    ------
    TypeError, ValueError : colors, reference or axes are no finite floats of these shapes, the
        axes lie in a plane, or relaxation leaves [0, 1].

    References
    ----------
    Pitié, Kokaram and Dahyot 2007, algorithm 1. Taught in 10 §4.
    """
    raise NotImplementedError


def iterative_distribution_transfer(
    target, reference, iterations=10, rotations=None, seed=0, bins=300, relaxation=1.0, clip=True
):
    """Give a picture the whole distribution of another one's colours, axis after axis.

    Parameters
    ----------
    target : (H, W, 3) uint8, or float in [0, 1]. What is recoloured
    reference : of target's dtype, of any height and width. Whose colours are wanted
    iterations : int >= 0
    rotations : (iterations, K, 3) float, the axes of each iteration as rows; by default six axes
        drawn by ``axes.projection_axes``
    seed : int >= 0, of the axes drawn; unused where rotations are given
    bins : int >= 2, as for ``match_marginal``
    relaxation : float in [0, 1], as for ``project_and_match``
    clip : bool, saturate floats to [0, 1]; uint8 always is

    Returns
    -------
    Array of target's shape and dtype.

    Convention
    ----------
    k iterations are the first k of any more with the same seed. The colours are worked on in 0..1,
    in double precision; uint8 is rounded half to even. The order of the reference's pixels does not
    matter. Beside the authors' program with its rotations replayed: a mean difference below 1e-3,
    and under 2 % of the values off by more than 1/255 (values on the edge of a bin fall to the one
    side or the other).

    Raises
    ------
    TypeError, ValueError : target or reference is no colour picture; the dtypes differ; rotations
        have another shape, or axes in a plane; a number is out of its range.

    References
    ----------
    Pitié, Kokaram and Dahyot 2007, algorithm 1. Taught in 10 §4.
    """
    raise NotImplementedError


def regrain_weights(target, scale=1.0, smoothness=1.0):
    """Tell where a picture's gradients must be kept (φ), and where its new colours must (ψ).

    Parameters
    ----------
    target : (H, W, 3) float in [0, 1], the picture before its colours were changed
    scale : float > 0, 1 for the full picture, 1/2 for half of its height and width ...
    smoothness : float > 0, the larger, the smoother across edges

    Returns
    -------
    phi, psi : (H, W) float64

    Convention
    ----------
    φ = 30 scale / (1 + 10 |∇I| / smoothness) and ψ = min(1, 256 |∇I| / 5): in flat parts the grain
    matters, across edges the colours. |∇I| is over rows, columns and the three channels, of
    differences from the pixel before to the pixel behind; at the border, the nearest one counts
    again.

    Raises
    ------
    TypeError, ValueError : target is no colour picture of floats; scale or smoothness is not
        positive.

    References
    ----------
    Pitié, Kokaram and Dahyot 2007, §5. Taught in 10 §4.
    """
    raise NotImplementedError


def regrain(result, target, sweeps=(4, 16, 32, 64, 64, 64), smoothness=1.0, clip=True):
    """Give a recoloured picture the gradients of the picture that it was made of.

    The picture J that makes  ∫ φ |∇J - ∇target|² + ψ |J - result|²  small, found from coarse to fine.

    Parameters
    ----------
    result : (H, W, 3) of target's dtype, recoloured; floats may leave [0, 1]
    target : (H, W, 3) uint8, or float in [0, 1], before it was recoloured
    sweeps : tuple of int >= 0, at the full size, at its half, its quarter ...
    smoothness : float > 0, as for ``regrain_weights``
    clip : bool, saturate floats to [0, 1]; uint8 always is

    Returns
    -------
    Array of target's shape and dtype.

    Convention
    ----------
    Damped Jacobi sweeps (four fifths of each step) of the Euler-Lagrange equation on pictures halved
    (rounded up, bilinear with a kernel as wide as two pixels of the coarse one) while both sides of the
    half stay above 20 pixels. Double precision. Within 1e-9 of the authors' program on sizes that halve
    evenly, else within 5e-3.

    Raises
    ------
    TypeError, ValueError : result or target is no colour picture, they differ in shape or dtype;
        sweeps are no whole numbers; smoothness is not positive.

    References
    ----------
    Pitié, Kokaram and Dahyot 2005; 2007, §5. Taught in 10 §4.
    """
    raise NotImplementedError
