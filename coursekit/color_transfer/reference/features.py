"""What a pixel looks like, in numbers that nobody had to learn."""


def filter_bank(image):
    """Describe each pixel by 27 numbers: lightness, colour, edges and spots at three scales.

    What the first layers of a trained network come to: blurred colours, edges in each direction,
    bright and dark spots, all cut off at 0, so that each channel answers to one thing alone.

    Parameters
    ----------
    image : (H, W, 3), uint8 or float in [0, 1]

    Returns
    -------
    float32 (H, W, 27), none negative: five levels of lightness (black, dark, middle, light, white;
    they sum to 1), four opponent colours (red, green, yellow, blue), and for sigma = 1, 2 and 4
    pixels four edges (brighter below, above, to the right, to the left) and two spots (dark,
    bright).

    Convention
    ----------
    Lightness is (R + G + B) / 3. Red minus green is R - G, yellow minus blue (R + G) / 2 - B. The
    Gaussians end at 4 sigma, border ``symmetric``; derivatives are central differences times sigma,
    and the Laplacian times sigma^2 (Lindeberg's normalisation). Worked out in float64.

    Raises
    ------
    TypeError, ValueError : image is no colour picture.

    References
    ----------
    Lindeberg 1998, "Feature detection with automatic scale selection", *International Journal of
    Computer Vision* 30(2), 79-116. Taught in 10 §7.
    """
    raise NotImplementedError
