# %% [markdown]
# # 05 · Edges: exercises
#
# Write each function where it says `raise NotImplementedError`, then run the cell below it: `check` tells you at once how far you have come, and what to look at next.
#
# The lesson is [notebooks/05_edges.ipynb](../notebooks/05_edges.ipynb). Pictures are gray, (H, W), `uint8`.
# The **row gradient** is positive where it grows brighter downwards, the **column gradient** where it grows brighter to the right. Step by step, exercises 2 to 4 and 6 to 8 become a detector of your own.
#
# `progress()` at the end shows what is done. Stuck? Open the hint. Still stuck? The solutions are in [solutions/05_edges.ipynb](../solutions/05_edges.ipynb).

# %%
import cv2
import numpy as np

from coursekit.edges import data
from coursekit.edges.reference import non_maximum_suppression
from coursekit.lab import check, progress, samples, show

camera = samples.camera()

# %% [markdown]
# ## 1 · The slope along a row
#
# Give the first derivative of a row of gray levels, in levels a pixel:
#
# $$f'(x) = \frac{f(x+1) - f(x-1)}{2}$$
#
# Beyond either end, the last pixel goes on for ever. The result is as long as the row.
#
# <details><summary>Hint</summary><code>np.pad(row, 1, mode="edge")</code> adds a pixel at either end. What is 60 - 180 in <code>uint8</code>?</details>


# %% exercise="slope_along_a_row"
def slope_along_a_row(row):
    """Derive a row of uint8 levels by differences over two pixels. Gives float, as long."""
    ### BEGIN SOLUTION
    padded = np.pad(row.astype(float), 1, mode="edge")
    return (padded[2:] - padded[:-2]) / 2
    ### END SOLUTION


# %%
check(slope_along_a_row)

# %% [markdown]
# ## 2 · Sobel by hand
#
# Give the column gradient of a picture by Sobel's mask, as whole numbers:
#
# $$\begin{pmatrix}-1&0&1\\-2&0&2\\-1&0&1\end{pmatrix}$$
#
# Beyond the rim, the outermost pixels go on (`mode="edge"`). No loop over pixels: take the padded picture six times, moved.
#
# <details><summary>Hint</summary>First add up three rows, the middle one twice: <code>p[:-2] + 2 * p[1:-1] + p[2:]</code>. What remains to be done along the columns?</details>


# %% exercise="sobel_by_hand"
def sobel_by_hand(image):
    """Give the column gradient by Sobel's mask of size 3: whole numbers, (H, W)."""
    ### BEGIN SOLUTION
    padded = np.pad(image.astype(int), 1, mode="edge")
    smoothed = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    return smoothed[:, 2:] - smoothed[:, :-2]
    ### END SOLUTION


# %%
check(sobel_by_hand)

# %% [markdown]
# ## 3 · Which way is up?
#
# Give the direction in which it grows brighter, in **degrees from 0 to 360**, 360 excluded. 0 points to the right, 90 **downwards**, 180 to the left, 270 upwards.
#
# <details><summary>Hint</summary><code>np.arctan2(a, b)</code> knows all four quarters, which <code>np.arctan(a / b)</code> does not. It gives radians from -π to π. Which of the two gradients goes first? What does <code>%</code> do with a negative angle?</details>


# %% exercise="direction_in_degrees"
def direction_in_degrees(row_gradient, column_gradient):
    """Give the direction of the gradient in degrees, 0 <= angle < 360, float (H, W)."""
    ### BEGIN SOLUTION
    angle = np.rad2deg(np.arctan2(row_gradient.astype(float), column_gradient.astype(float)))
    return angle % 360
    ### END SOLUTION


# %%
check(direction_in_degrees)

# %% [markdown]
# ## 4 · The nearest of four lines
#
# A pixel has neighbours along four lines only. Give the number of the line that is nearest to each direction:
#
# | number | line | angle |
# |---|---|---|
# | 0 | ─ | 0 or 180 |
# | 1 | ╲ | 45 or 225 |
# | 2 | │ | 90 or 270 |
# | 3 | ╱ | 135 or 315 |
#
# Just in between, at 22.5 say, take the larger angle: line 1.
#
# <details><summary>Hint</summary>How many steps of 45 degrees is that, rounded? There are eight of them in a circle, and opposite ones are the same line. <code>np.rint</code> rounds halves to even; <code>np.floor(x + 0.5)</code> rounds them up.</details>


# %% exercise="nearest_line"
def nearest_line(angle):
    """Give the number, 0 to 3, of the line nearest to each angle in degrees. Whole numbers."""
    ### BEGIN SOLUTION
    steps = np.floor(angle / 45 + 0.5)
    return steps.astype(int) % 4
    ### END SOLUTION


# %%
check(nearest_line)

# %% [markdown]
# ## 5 · Between the pixels
#
# `response` is one row of a second derivative. Give an array of the places where it crosses zero, as fractions of a pixel, from left to right.
#
# Between two neighbours of different sign, $a$ at $x$ and $b$ at $x + 1$, a straight line is 0 at
#
# $$x + \frac{a}{a - b}$$
#
# A zero counts as positive.
#
# <details><summary>Hint</summary><code>positive = response >= 0</code> is a row of truth values. Where does it differ from itself, moved by one? <code>np.flatnonzero</code> gives the places.</details>


# %% exercise="crossings_of_a_row"
def crossings_of_a_row(response):
    """Give the places, in fractions of a pixel, where a row of floats crosses zero. float (N,)."""
    ### BEGIN SOLUTION
    positive = response >= 0
    x = np.flatnonzero(positive[:-1] != positive[1:])
    a, b = response[x], response[x + 1]
    return x + a / (a - b)
    ### END SOLUTION


# %%
check(crossings_of_a_row)

# %% [markdown]
# ## 6 · Thin
#
# Keep the `length` of the gradient where it is largest across the edge, and put 0 elsewhere. `line` holds numbers as in exercise 4. It is the line **along which the gradient points**, so it runs *across* the edge.
#
# Of the two neighbours on that line one must be **less**: on ─ the left one, on the other three lines the one in the row above. The other neighbour must be **at most equal**. Beyond the rim everything is 0.
#
# (The package is stricter on ╲ and ╱, as OpenCV is. Here all four lines follow one rule.)
#
# <details><summary>Hint</summary>Pad with zeros, and make a function that gives every pixel its neighbour so many rows and columns away. <code>np.roll</code> would bring in the other side of the picture. <code>np.select</code> chooses by <code>line</code>.</details>


# %% exercise="thin_the_edges"
def thin_the_edges(length, line):
    """Keep the lengths, float (H, W), that no neighbour along the line exceeds; 0 elsewhere."""
    ### BEGIN SOLUTION
    height, width = length.shape
    padded = np.pad(length, 1)

    def neighbor(down, right):
        return padded[1 + down : 1 + down + height, 1 + right : 1 + right + width]

    steps = [(0, 1), (1, 1), (1, 0), (1, -1)]
    peaks = [
        (length > neighbor(-down, -right)) & (length >= neighbor(down, right))
        for down, right in steps
    ]
    return np.where(np.select([line == number for number in range(4)], peaks), length, 0.0)
    ### END SOLUTION


# %%
check(thin_the_edges)

# %% [markdown]
# ## 7 · Strong, weak, nothing
#
# Give a picture that is 255 where `thinned` is **more than** `high`, 128 where it is more than `low` but not more than `high`, and 0 elsewhere. `uint8`.


# %% exercise="strong_and_weak"
def strong_and_weak(thinned, low, high):
    """Sort the pixels: 255 strong, 128 weak, 0 nothing. uint8 (H, W)."""
    ### BEGIN SOLUTION
    return np.select([thinned > high, thinned > low], [255, 128], 0).astype(np.uint8)
    ### END SOLUTION


# %%
check(strong_and_weak)

# %% [markdown]
# ## 8 · Follow the chains
#
# Keep the strong pixels, and every weak one that a chain of weak pixels joins to a strong one, over sides and corners. `weak` and `strong` are `bool`; so is the result. A chain may be as long as it likes.
#
# <details><summary>Hint</summary>Begin with the strong ones. Add all weak pixels that touch what you have; and again; until nothing is added any more. <code>cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8))</code> marks all that touches a mask.</details>


# %% exercise="follow_the_chains"
def follow_the_chains(weak, strong):
    """Give the strong pixels and the weak ones that are joined to them, bool (H, W)."""
    ### BEGIN SOLUTION
    kept, before = strong.copy(), -1
    while kept.sum() != before:
        before = kept.sum()
        near = cv2.dilate(kept.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        kept |= near & weak
    return kept
    ### END SOLUTION


# %%
check(follow_the_chains)

# %% [markdown]
# ## 9 · How good is it?
#
# `found` and `truth` are `bool` masks. Give two numbers:
#
# - **precision**: of the found pixels, the share that has a true one *near* it;
# - **recall**: of the true pixels, the share that has a found one *near* it.
#
# Near means: the pixel itself or one of its eight neighbours. If nothing was found, nothing is wrong: precision 1. If nothing is true, nothing was missed: recall 1.
#
# <details><summary>Hint</summary>Dilate <em>one</em> of the masks, count in the <em>other</em>. Which one, for which number?</details>


# %% exercise="precision_and_recall"
def precision_and_recall(found, truth):
    """Give (precision, recall) with a tolerance of one pixel, as two floats."""

    ### BEGIN SOLUTION
    def share(pixels, others):
        near = cv2.dilate(others.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        return float(near[pixels].mean()) if pixels.any() else 1.0

    return share(found, truth), share(truth, found)
    ### END SOLUTION


# %%
check(precision_and_recall)

# %% [markdown]
# ## 10 · Find the bug: one shape out of four
#
# Somebody put the first half of Canny's detector together: two gradients, the thinning, and one threshold. The thinning is the package's, and it is right. Run it.


# %%
def handed_in(image, threshold):
    border = cv2.BORDER_REPLICATE
    row_gradient = cv2.Sobel(image, cv2.CV_16S, 1, 0, ksize=3, borderType=border)
    column_gradient = cv2.Sobel(image, cv2.CV_16S, 0, 1, ksize=3, borderType=border)
    return non_maximum_suppression(row_gradient, column_gradient) > threshold


shapes = cv2.GaussianBlur(data.shapes(), (0, 0), 1)
show.pictures({"before": shapes, "handed in": ~handed_in(shapes, 60)}, scale=3)

# %% [markdown]
# The square that stands on its corner is found, all four sides. Of the one that lies on its side nothing is left but the corners, the triangle has lost its base, and the rings fall apart at four places.
#
# What is the same for a diagonal edge, and different for an upright one? What do the numbers after `cv2.CV_16S` mean?


# %% exercise="mend_the_detector"
def mend_the_detector(image, threshold):
    """Mark the edges above a threshold: Sobel of size 3, sum of absolute values. bool (H, W)."""
    ### BEGIN SOLUTION
    border = cv2.BORDER_REPLICATE
    row_gradient = cv2.Sobel(image, cv2.CV_16S, 0, 1, ksize=3, borderType=border)
    column_gradient = cv2.Sobel(image, cv2.CV_16S, 1, 0, ksize=3, borderType=border)
    return non_maximum_suppression(row_gradient, column_gradient) > threshold
    ### END SOLUTION


# %%
check(mend_the_detector)

# %% [markdown]
# ## 11 · Find the bug: a frame around everything
#
# This marks the pixels whose gradient is longer than a threshold. Look at the rim of the result.


# %%
def handed_in_too(image, threshold):
    padded = np.pad(image.astype(float), 1)
    down = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    across = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    row_gradient = across[2:] - across[:-2]
    column_gradient = down[:, 2:] - down[:, :-2]
    return np.hypot(row_gradient, column_gradient) > threshold


small = cv2.resize(camera, (128, 128), interpolation=cv2.INTER_AREA)
show.pictures({"before": small, "handed in": ~handed_in_too(small, 300)}, scale=3)

# %% [markdown]
# Somebody proposed to wipe out the outermost rows and columns. But at the bottom the coat and the tripod leave the picture, and there the edges are true. Let the outermost pixels go on beyond the rim instead.


# %% exercise="mend_the_rim"
def mend_the_rim(image, threshold):
    """Mark where Sobel's gradient is longer (l2) than the threshold, bool (H, W)."""
    ### BEGIN SOLUTION
    padded = np.pad(image.astype(float), 1, mode="edge")
    down = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    across = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    row_gradient = across[2:] - across[:-2]
    column_gradient = down[:, 2:] - down[:, :-2]
    return np.hypot(row_gradient, column_gradient) > threshold
    ### END SOLUTION


# %%
check(mend_the_rim)

# %% [markdown]
# ## Where you stand

# %% tags=["nbval-ignore-output"]
progress()
