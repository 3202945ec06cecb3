# %% [markdown]
# # 10 · Colour transfer: exercises
#
# Here you write the chapter's methods yourself, a step at a time: from two moments to attention.
# Write each function where it says `raise NotImplementedError`, then run the cell below it: `check` tells you at once how far you have come, and what to look at next. Where a shape is given, as in `float (N, 3)`, a NumPy array is wanted.
#
# The lesson is [notebooks/10_color_transfer.ipynb](../notebooks/10_color_transfer.ipynb). The **target** is the picture that gets other colours, the **reference** the one that has them. A list of colours is `(N, 3)`: one row a pixel.
#
# `progress()` at the end shows what is done. Stuck? Open the hint. Still stuck? The solutions are in [solutions/10_color_transfer.ipynb](../solutions/10_color_transfer.ipynb).

# %%
import numpy as np

from coursekit.lab import check, progress, samples, show

target, reference = samples.coffee()[::4, ::4], samples.rocket()[::4, ::4]
show.pictures({"target": target, "reference": reference}, largest=240)

# %% [markdown]
# ## 1 · Two moments
#
# Give each channel of `colors` the mean and the standard deviation that this channel has in `wanted`. Both are lists of colours, `float`, of different lengths.
#
# The standard deviation is NumPy's: the root of the mean square, divided by the number of colours. (PyTorch's divides by one less.) No channel of `colors` is constant.
#
# <details><summary>Hint</summary>Take the mean away, stretch, add the other mean. <code>axis=0</code> works column by column.</details>


# %% exercise="match_moments"
def match_moments(colors, wanted):
    """Give colors (N, 3) the means and deviations of wanted (M, 3), axis by axis. Float (N, 3)."""
    ### BEGIN SOLUTION
    stretch = wanted.std(axis=0) / colors.std(axis=0)
    return (colors - colors.mean(axis=0)) * stretch + wanted.mean(axis=0)
    ### END SOLUTION


# %%
check(match_moments)

# %% [markdown]
# ## 2 · Light, yellow-blue, red-green
#
# In photos red, green and blue rise and fall together. These three axes do so much less. They are computed from the **logarithms** $L, M, S$ of what the eye's three kinds of cones receive:
#
# $$l = \frac{L + M + S}{\sqrt 3} \qquad \alpha = \frac{L + M - 2S}{\sqrt 6} \qquad \beta = \frac{L - M}{\sqrt 2}$$
#
# `cones` holds what they receive, before the logarithm, in its last axis; all of it is positive. The logarithms are to base 10.
#
# <details><summary>Hint</summary><code>np.moveaxis(logarithms, -1, 0)</code> can be unpacked into three; <code>np.stack(..., axis=-1)</code> puts three together again.</details>


# %% exercise="opponent_axes"
def opponent_axes(cones):
    """Turn (..., 3) positive L, M, S into l, alpha, beta. Gives float (..., 3)."""
    ### BEGIN SOLUTION
    long, middle, short = np.moveaxis(np.log10(cones), -1, 0)
    light = (long + middle + short) / np.sqrt(3)
    yellow_blue = (long + middle - 2 * short) / np.sqrt(6)
    red_green = (long - middle) / np.sqrt(2)
    return np.stack([light, yellow_blue, red_green], axis=-1)
    ### END SOLUTION


# %%
check(opponent_axes)

# %% [markdown]
# ## 3 · The matrix that moves least
#
# A cloud of colours has the covariance $A$ (3 × 3), another one $B$. Many matrices $T$ turn the first into the second, $T A T^\top = B$. Only one of them is symmetric and positive definite, and it moves the colours least:
#
# $$T = A^{-1/2} \left( A^{1/2}\, B\, A^{1/2} \right)^{1/2} A^{-1/2}$$
#
# The root of a symmetric matrix has the same axes and the roots of the stretches: $V \operatorname{diag}(\sqrt{\lambda})\, V^\top$. It is *not* the root of each entry. Both covariances can be inverted; two of the stretches may be equal.
#
# <details><summary>Hint</summary><code>values, axes = np.linalg.eigh(A)</code> gives λ and V, with the axes in its columns. Write a little function for the root; you need it twice.</details>


# %% exercise="least_moving_matrix"
def least_moving_matrix(covariance, wanted):
    """Give the symmetric (3, 3) matrix that turns one covariance (3, 3) into the wanted one."""

    ### BEGIN SOLUTION
    def root(matrix):
        values, axes = np.linalg.eigh(matrix)
        return (axes * np.sqrt(values)) @ axes.T

    half = root(covariance)
    back = np.linalg.inv(half)
    return back @ root(half @ wanted @ half) @ back
    ### END SOLUTION


# %%
check(least_moving_matrix)

# %% [markdown]
# ## 4 · Matching on a line
#
# Two arrays of numbers, of the **same** length. Replace the smallest of `values` by the smallest of `wanted`, the second smallest by the second smallest, and so on; each stays at its place. (No two of `values` are equal.)
#
# `[40, 10, 30, 20]` and `[6, 8, 5, 7]` give `[8, 5, 7, 6]`.
#
# <details><summary>Hint</summary><code>np.argsort(values)</code> says where the smallest stands, where the second, … Those are the places to be filled, in this order.</details>


# %% exercise="match_on_a_line"
def match_on_a_line(values, wanted):
    """Replace each of N values by the wanted one of the same rank. Gives float (N,)."""
    ### BEGIN SOLUTION
    matched = np.empty(len(values))
    matched[np.argsort(values)] = np.sort(wanted)
    return matched
    ### END SOLUTION


# %%
check(match_on_a_line)

# %% [markdown]
# ## 5 · One turn
#
# The whole distribution is moved by turning the axes, matching each axis on its own (exercise 4), and turning back; then again with other axes. Write one such turn.
#
# `colors` and `wanted` are lists of equally many colours, in fractions or in whole levels. The **rows** of `rotation` (3 × 3) are the new axes: a colour's coordinate on an axis is the dot product of both.
#
# <details><summary>Hint</summary><code>colors @ rotation.T</code> has a column for each new axis. The inverse of a rotation is its transpose. Copy your exercise 4 inside if you like: an exercise does not see the others when it is graded.</details>


# %% exercise="one_turn"
def one_turn(colors, wanted, rotation):
    """Match colors (N, 3) to wanted (N, 3) along each row of rotation. Gives float (N, 3)."""
    ### BEGIN SOLUTION
    turned, goal = colors @ rotation.T, wanted @ rotation.T
    matched = np.empty_like(turned)
    for axis in range(3):
        matched[np.argsort(turned[:, axis]), axis] = np.sort(goal[:, axis])
    return matched @ rotation
    ### END SOLUTION


# %%
check(one_turn)

# %% [markdown]
# ## 6 · How far apart are two clouds?
#
# Look at two clouds of equally many colours from the side, along a direction: all that is left are two rows of numbers. Sort both; the mean distance between partners says how far the one must be moved to become the other.
#
# Give the mean of that over all directions: the **sliced** distance. `directions` is `(K, 3)`, each row of length 1.
#
# <details><summary>Hint</summary><code>colors @ directions.T</code> is (N, K). Sort along the right axis, and take absolute values before the mean.</details>


# %% exercise="sliced_distance"
def sliced_distance(colors, others, directions):
    """Give the mean distance of two clouds (N, 3), seen along K directions (K, 3). A number."""
    ### BEGIN SOLUTION
    one = np.sort(colors @ directions.T, axis=0)
    other = np.sort(others @ directions.T, axis=0)
    return float(np.abs(one - other).mean())
    ### END SOLUTION


# %%
check(sliced_distance)

# %% [markdown]
# ## 7 · What a piece looks like
#
# Now piece by piece. `labels` `(H, W)` says to which superpixel each pixel belongs, 0 to K − 1; none is empty. `features` `(H, W, C)` holds C numbers for each pixel. Give the mean of the features over each superpixel, `(K, C)`.
#
# Do it without a loop over superpixels: there may be thousands.
#
# <details><summary>Hint</summary><code>np.bincount(labels.ravel(), weights=...)</code> adds up one channel; without weights it counts the pixels.</details>


# %% exercise="pool_over_pieces"
def pool_over_pieces(features, labels):
    """Give the mean of features (H, W, C) over each label of labels (H, W). Float (K, C)."""
    ### BEGIN SOLUTION
    pieces = labels.ravel()
    channels = features.reshape(len(pieces), -1).T
    sums = [np.bincount(pieces, weights=channel) for channel in channels]
    return np.stack(sums, axis=1) / np.bincount(pieces)[:, None]
    ### END SOLUTION


# %%
check(pool_over_pieces)

# %% [markdown]
# ## 8 · Who resembles whom?
#
# Each piece has a row of C numbers. Take from each row its own mean, $\mu$; then compare a row $a$ of the one picture with a row $b$ of the other:
#
# $$\frac{(a - \mu_a) \cdot (b - \mu_b)}{\lVert a - \mu_a \rVert \; \lVert b - \mu_b \rVert}$$
#
# Give a table with a row for each of N pieces and a column for each of M others. (This is Eq. 2 of the paper, with μ per row. No row is constant.)
#
# <details><summary>Hint</summary>First make every row one of mean 0 and length 1. Then a single matrix product fills the table.</details>


# %% exercise="resemblance"
def resemblance(features, others):
    """Correlate each row of (N, C) with each row of (M, C). Gives float (N, M) in -1..1."""

    ### BEGIN SOLUTION
    def normalised(rows):
        centred = rows - rows.mean(axis=1, keepdims=True)
        return centred / np.linalg.norm(centred, axis=1, keepdims=True)

    return normalised(features) @ normalised(others).T
    ### END SOLUTION


# %%
check(resemblance)

# %% [markdown]
# ## 9 · How far out of the ordinary?
#
# A piece has a middle $\mu$ and spreads more in some directions than in others: its covariance is $\Sigma$. How far is a pixel from it, counted in *its own* spread?
#
# $$d^2 = (x - \mu)^\top\, \Sigma^{-1} (x - \mu)$$
#
# Give $d^2$ for each of N points with D numbers each.
#
# <details><summary>Hint</summary><code>np.linalg.solve(covariance, centred.T)</code> divides all at once. Then you need N dot products, not an N × N table.</details>


# %% exercise="squared_mahalanobis"
def squared_mahalanobis(points, mean, covariance):
    """Give the squared Mahalanobis distance of points (N, D) from mean (D,). Float (N,)."""
    ### BEGIN SOLUTION
    centred = points - mean
    return (centred * np.linalg.solve(covariance, centred.T).T).sum(axis=1)
    ### END SOLUTION


# %%
check(squared_mahalanobis)

# %% [markdown]
# ## 10 · Which product first?
#
# Three matrices are to be multiplied: `P × N` (how much each of P pixels belongs to each of N pieces), `N × M` (how much each piece attends to each of M pieces of the reference), `M × 3` (their colours).
#
# The result does not depend on which product is done first. The work does! A product of an $a \times b$ and a $b \times c$ matrix takes $a\,b\,c$ multiplications. Give two whole numbers: how many in all if the **left** product is done first, and how many if the **right** one is.
#
# <details><summary>Hint</summary>Left first: what shape has the product of the first two? That one is then multiplied by the third.</details>


# %% exercise="count_products"
def count_products(pixels, pieces, others):
    """Count the multiplications: left product first, then right product first. Two ints."""
    ### BEGIN SOLUTION
    left_first = pixels * pieces * others + pixels * others * 3
    right_first = pieces * others * 3 + pixels * pieces * 3
    return left_first, right_first
    ### END SOLUTION


# %%
check(count_products)

# %% [markdown]
# ## 11 · Find the bug: it looks quite right
#
# Each piece of the target takes its colour from the pieces that it resembles: its **row** of the attention says how much from each. Here the pieces are squares of 5 × 5 pixels. First, what is given: how bright a piece is, in eight shades, and how a picture is painted.


# %%
def squares(image):
    """The pixels of each square of 5 x 5: float (N, 25, 3)."""
    rows, columns = image.shape[0] // 5, image.shape[1] // 5
    grid = image[: 5 * rows, : 5 * columns].reshape(rows, 5, columns, 5, 3)
    return grid.swapaxes(1, 2).reshape(-1, 25, 3).astype(float)


def shades(pieces):
    """How much of each piece is near to each of eight shades of gray: (N, 8)."""
    return np.exp(-(((pieces.mean(axis=2)[..., None] - np.arange(0, 256, 36)) / 32) ** 2)).mean(1)


def painted(attention, colors):
    """Each square in its mixture of colours, divided by what the shares come to."""
    mixed = attention @ colors / attention.sum(axis=1, keepdims=True)
    grid = np.rint(mixed).astype(np.uint8).reshape(20, 30, 3)
    return grid.repeat(5, axis=0).repeat(5, axis=1)


# %% [markdown]
# Now somebody wrote this. Run it.


# %%
def handed_in(correlations, tau):
    weights = np.exp((correlations - correlations.max()) / tau)
    return weights / weights.sum(axis=0)


cat, cup = squares(samples.chelsea()[::3, ::3]), squares(target)
correlations = np.corrcoef(shades(cat), shades(cup))[:600, 600:]
looks = handed_in(correlations, 0.02)
show.pictures(
    {"the cup": target, "a cat, in its colours": painted(looks, cup.mean(axis=1))}, scale=2
)

# %% [markdown]
# Is anything wrong with it? Ask another way:

# %%
taken = looks.sum(axis=1)
print(f"what a piece takes in all: from {taken.min():.4f} to {taken.max():.1f}")
print(handed_in(np.array([[0.9, 0.3, 0.2], [0.8, 0.4, 0.0]]), 0.1).round(2))

# %% [markdown]
# In the table at the bottom there are two pieces, and three of the other picture. Read the first row aloud. How much does that piece take in all? And which column does it like best, though it resembles another one most?
#
# The numbers add up to 1 in the wrong direction. `painted` divides by the sum and hides it; so do many programs. Mend it. (Mind a second trap: where the largest number of the *whole* table is subtracted, a row of small ones becomes 0 / 0 when τ is small. Subtract each row's own.)
#
# <details><summary>Hint</summary><code>keepdims=True</code>, twice.</details>


# %% exercise="mend_the_attention"
def mend_the_attention(correlations, tau):
    """Turn correlations (N, M) into shares: each row is positive and sums to 1. Float (N, M)."""
    ### BEGIN SOLUTION
    highest = correlations.max(axis=1, keepdims=True)
    weights = np.exp((correlations - highest) / tau)
    return weights / weights.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %%
check(mend_the_attention)

# %% [markdown]
# ## 12 · Find the bug: the lamp that is not bright enough
#
# The target is to get the reference's *light*: each channel is multiplied by one factor, so that its mean becomes the reference's. Somebody wrote `lit_like`. Both functions above it are right: they turn levels into light and back (chapter 01: the levels of a file are *gamma-encoded*). Run it.


# %%
def light_of(image):
    """The light, 0..1, that the levels of an sRGB picture stand for."""
    levels = image / 255
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)


def levels_of(light):
    """The levels, float in 0..255, that stand for light of 0..1."""
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def lit_like(target, reference):
    factors = reference.mean(axis=(0, 1)) / target.mean(axis=(0, 1))
    return np.rint(np.clip(target * factors, 0, 255)).astype(np.uint8)


flat = np.full((2, 2, 3), 100, np.uint8)
board = np.array([[0, 255], [255, 0]], np.uint8)[..., None].repeat(3, axis=2)
print("light of the board:", light_of(board).mean().round(3))
print("light of what was lit like it:", light_of(lit_like(flat, board)).mean().round(3))

# %% [markdown]
# Half of the board is white and half is black, so it sends out half of the light. What was to be lit like it sends out less than half of that.
#
# Lamps add up as *light*. A mean of levels is a mean of something else. Mend it: mean, factor and product belong to the light; the levels come back at the very end. Cut the light off at 1, and round to the nearest level.


# %% exercise="mend_the_lamp"
def mend_the_lamp(target, reference):
    """Give target (H, W, 3) the reference's mean light in each channel. uint8, as both are."""
    ### BEGIN SOLUTION
    light, wanted = light_of(target), light_of(reference)
    factors = wanted.mean(axis=(0, 1)) / light.mean(axis=(0, 1))
    return np.rint(levels_of(np.clip(light * factors, 0, 1))).astype(np.uint8)
    ### END SOLUTION


# %%
check(mend_the_lamp)

# %% [markdown]
# ## 13 · Find the bug: blackout
#
# This paints each superpixel with its mean colour. Run it.


# %%
def handed_in_too(image, labels):
    sums = np.zeros((labels.max() + 1, 3), image.dtype)
    np.add.at(sums, labels, image)
    return sums / np.bincount(labels.ravel())[:, None]


rows, columns = np.indices(target.shape[:2]) // 15
labels = rows * (columns.max() + 1) + columns
means = handed_in_too(target, labels)
show.pictures({"target": target, "its pieces": np.rint(means).astype(np.uint8)[labels]}, scale=2)

# %% [markdown]
# Nearly black! With *one* pixel a piece it would be right. No warning is given, and all shapes are as they should be.
#
# What is the largest number that `sums` can hold? Mend it.


# %% exercise="mend_the_blackout"
def mend_the_blackout(image, labels):
    """Give the mean colour of a uint8 image (H, W, 3) in each label (H, W). Float (K, 3)."""
    ### BEGIN SOLUTION
    sums = np.zeros((labels.max() + 1, 3))
    np.add.at(sums, labels, image)
    return sums / np.bincount(labels.ravel())[:, None]
    ### END SOLUTION


# %%
check(mend_the_blackout)

# %% [markdown]
# ## Where you stand

# %% tags=["nbval-ignore-output"]
progress()
