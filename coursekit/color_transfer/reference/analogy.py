"""A small network that reads two histograms and says where each colour goes."""


def color_histogram(image, bins=8):
    """Count the colours of a picture in a cube of bins, each pixel shared among the nearest eight.

    Parameters
    ----------
    image : (H, W, 3), uint8 or float in [0, 1]
    bins : int >= 2, along each of red, green and blue

    Returns
    -------
    float64 (bins, bins, bins), the shares of the picture, which sum to 1.

    Convention
    ----------
    The middles of the first and the last bin lie at 0 and 1; a colour between middles is shared in
    proportion (trilinear), so that the histogram changes smoothly with the colours. Axes are
    red, green, blue. The order of the pixels does not matter.

    Raises
    ------
    TypeError, ValueError : image is no colour picture; bins is below 2.

    References
    ----------
    Lee et al. 2020, §3.1. Taught in 10 §8.
    """
    raise NotImplementedError


def encode_histogram(histogram, weights):
    """Reduce a histogram to a code of a few numbers.

    Parameters
    ----------
    histogram : float (bins, bins, bins), as ``color_histogram`` gives
    weights : dict of arrays, the network's, as ``weights.load`` gives

    Returns
    -------
    float64 (D,), the code, in (-1, 1).

    Convention
    ----------
    Two layers on the square roots of the shares (rare colours matter as well), with tanh.

    Raises
    ------
    ValueError : the histogram has other bins than the network was trained with.

    References
    ----------
    Lee et al. 2020, §3.1 (histogram encoding network). Taught in 10 §8.
    """
    raise NotImplementedError


def analogy_cube(target_code, reference_code, weights, size=33):
    """Let the network say where each colour of a regular cube goes: a table for all colours.

    Parameters
    ----------
    target_code, reference_code : float (D,), as ``encode_histogram`` gives
    weights : dict of arrays, the network's
    size : int >= 2, colours along each of red, green and blue

    Returns
    -------
    float64 (size, size, size, 3): the new colour of (red, green, blue), each from 0 to 1 in equal
    steps.

    Convention
    ----------
    x + V ((e_R - e_T) * phi(x, e_T, e_R)): the difference of the codes steers. Pictures with equal
    histograms leave every colour where it is, exactly. Results may leave [0, 1].

    Raises
    ------
    ValueError : a code has another length than the network's; size is below 2.

    References
    ----------
    Lee et al. 2020, §3.2 (the analogy). Taught in 10 §8.
    """
    raise NotImplementedError


def look_up_cube(image, cube):
    """Give each pixel the colour that a cube has for it, between the eight nearest entries.

    Parameters
    ----------
    image : (H, W, 3), uint8 or float in [0, 1]
    cube : float (S, S, S, 3), as ``analogy_cube`` gives

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Trilinear, in double precision; saturated, and uint8 rounded half to even.

    Raises
    ------
    TypeError, ValueError : image is no colour picture; cube is no cube.

    References
    ----------
    Szeliski 2022, *Computer Vision*, 2nd edition, §3.1.2. Taught in 10 §8.
    """
    raise NotImplementedError


def histogram_analogy(target, reference, weights=None, size=33):
    """Let a small network carry the colours over, from two histograms alone.

    Parameters
    ----------
    target : (H, W, 3) uint8, or float in [0, 1]. What is recoloured
    reference : of target's dtype, of any height and width. Whose colours are wanted
    weights : path of a safetensors file, or dict of arrays; None: those that come with the chapter,
        trained by ``python -m coursekit.color_transfer.training``
    size : int >= 2, side of the cube of colours that the network is asked for

    Returns
    -------
    Array of target's shape and dtype.

    Convention
    ----------
    In the spirit of the paper, whose network maps pictures and is a thousand times larger: here
    the same colour goes to the same colour wherever it stands. The target with its own histogram
    comes back within rounding. The order of the reference's pixels does not matter.

    Raises
    ------
    TypeError, ValueError : target or reference is no colour picture; the dtypes differ; weights are
        not those of such a network.

    References
    ----------
    Lee, Son, Lee and Lee 2020, "Deep color transfer using histogram analogy", *The Visual Computer*
    36, 2129-2143. Taught in 10 §8.
    """
    raise NotImplementedError
