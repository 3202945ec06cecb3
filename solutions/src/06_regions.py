# %% [markdown]
# # 06 · Regions: exercises
#
# Write each function where it says `raise NotImplementedError`, then run the cell below it: `check` tells you at once how far you have come, and what to look at next.
#
# The lesson is [notebooks/06_regions.ipynb](../notebooks/06_regions.ipynb). A **mask** is an array (H, W) of `bool`: `True` is region, `False` is background. **Labels** are whole numbers of the same shape: 0 is background, and the pieces are 1, 2, 3 …
#
# `progress()` at the end shows what is done. Stuck? Open the hint. Still stuck? The solutions are in [solutions/06_regions.ipynb](../solutions/06_regions.ipynb).

# %%
import numpy as np

from coursekit.lab import check, progress, samples, show
from coursekit.regions.reference import first_pass, local_mean

page = samples.page()

# %% [markdown]
# ## 1 · How far apart are the two classes?
#
# `counts` is a histogram: 256 whole numbers. A threshold $k$ cuts it into two classes: the levels $0 \ldots k$, and those above. Give Otsu's curve, for every $k$ from 0 to 255:
#
# $$\sigma^2(k) = w_0\,w_1\,(\mu_1 - \mu_0)^2$$
#
# $w$ is the **share** of the pixels that a class has, $\mu$ the mean level in it. Where a class is empty, the curve is 0.
#
# <details><summary>Hint</summary><code>np.cumsum(counts)</code> and <code>np.cumsum(counts * levels)</code> are the pixels, and the sum of the levels, of the lower class for all k at once. The upper class has what is left.
# An empty class would divide by 0: divide by <code>np.maximum(pixels, 1)</code>.</details>


# %% exercise="separation_curve"
def separation_curve(counts):
    """Give Otsu's variance between the classes 0..k and k + 1..255, for each k. Array (256,), float."""
    ### BEGIN SOLUTION
    levels = np.arange(256)
    lower = np.cumsum(counts)
    upper = lower[-1] - lower
    sums = np.cumsum(counts * levels)
    mean_below = sums / np.maximum(lower, 1)
    mean_above = (sums[-1] - sums) / np.maximum(upper, 1)
    shares = (lower / lower[-1]) * (upper / lower[-1])
    return shares * (mean_above - mean_below) ** 2
    ### END SOLUTION


# %%
check(separation_curve)

# %% [markdown]
# ## 2 · The sum of a box, with four look-ups
#
# `sums` is a table of running sums. It has one row and one column more than the picture: `sums[i, j]` is the sum of all pixels in the first $i$ rows and the first $j$ columns. So row 0 and column 0 of it are 0.
#
# Give the sum of the pixels in a box of `height` × `width` pixels whose upper left pixel is at row `top`, column `left`. However large the box: four look-ups.
#
# <details><summary>Hint</summary>Draw it. From everything above and left of the box's lower right corner take away what lies above the box, and what lies left of it. What have you now taken away twice?</details>


# %% exercise="sum_of_box"
def sum_of_box(sums, top, left, height, width):
    """Give the sum of a box of pixels from the table of running sums. Gives a whole number."""
    ### BEGIN SOLUTION
    bottom, right = top + height, left + width
    return sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    ### END SOLUTION


# %%
check(sum_of_box)

# %% [markdown]
# ## 3 · Who is the root?
#
# `parents[label]` is the parent of a label. A label that is its own parent is a root. Follow the parents from a label up to the root of its tree.
#
# <details><summary>Hint</summary>You do not know beforehand how many steps it takes: <code>while</code>.</details>


# %% exercise="root_of"
def root_of(parents, label):
    """Give the root of the tree that a label belongs to, by a list of parents."""
    ### BEGIN SOLUTION
    while parents[label] != label:
        label = parents[label]
    return label
    ### END SOLUTION


# %%
check(root_of)

# %% [markdown]
# ## 4 · Where is each piece?
#
# Give the centroid of every piece 1, 2, 3 …: the mean row and the mean column of its pixels, as an array of shape (pieces, 2). The background is none of them. Every number up to the largest occurs.
#
# <details><summary>Hint</summary><code>np.bincount(labels.ravel(), weights=...)</code> adds up a weight for each label. Which weights give the sum of the rows? <code>np.indices(labels.shape)</code> has the rows and the columns of all pixels.</details>


# %% exercise="centroids_of"
def centroids_of(labels):
    """Give the mean (row, column) of the pixels of each piece, float (pieces, 2)."""
    ### BEGIN SOLUTION
    label = labels.ravel()
    rows, columns = (places.ravel() for places in np.indices(labels.shape))
    area = np.bincount(label)
    totals = [np.bincount(label, weights=places) for places in (rows, columns)]
    return (np.stack(totals, axis=1) / np.maximum(area, 1)[:, None])[1:]
    ### END SOLUTION


# %%
check(centroids_of)

# %% [markdown]
# ## 5 · The next step along a border
#
# You stand on a pixel of a border. The eight directions, counter-clockwise, are 0 east, 1 north-east, 2 north … 7 south-east; `DIRECTIONS` has their (row, column) steps. You came from the neighbour in direction `back`.
#
# Turn around **counter-clockwise**, beginning with the direction *after* `back`, and give the first direction in which the neighbour is not 0. (This is step 3.3 of Suzuki and Abe. If nothing else is there, you go back where you came from.) A border pixel that is marked already has another number than 1, even a negative one: it counts too. `values` is an array, and has a frame of zeros, so no neighbour lies outside.
#
# <details><summary>Hint</summary><code>(back + turn) % 8</code>, for turn from 1 to 8.</details>

# %%
DIRECTIONS = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))


# %% exercise="next_direction"
def next_direction(values, row, column, back):
    """Give the direction, 0 to 7, of the next border pixel, looking counter-clockwise from back."""
    ### BEGIN SOLUTION
    for turn in range(1, 9):
        ahead = (back + turn) % 8
        down, right = DIRECTIONS[ahead]
        if values[row + down, column + right]:
            return ahead
    ### END SOLUTION


# %%
check(next_direction)

# %% [markdown]
# ## 6 · The area inside a contour
#
# `points` is a closed polygon: an array (N, 2) of (row, column). From the last point the line goes back to the first. Give its area by the shoelace formula:
#
# $$A = \frac12\,\Big|\sum_i \left(x_i\,y_{i+1} - x_{i+1}\,y_i\right)\Big|$$
#
# with $x$ the column and $y$ the row.
#
# <details><summary>Hint</summary><code>np.roll(x, -1)</code> is the next x of every point, and the last one's next is the first.</details>


# %% exercise="polygon_area"
def polygon_area(points):
    """Give the area of a closed polygon through points (row, column), in square pixels."""
    ### BEGIN SOLUTION
    y, x = points.T
    return float(abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2)
    ### END SOLUTION


# %%
check(polygon_area)

# %% [markdown]
# ## 7 · Which way does it lie?
#
# Give the angle between the long axis of a region and the horizontal, in **degrees**, counter-clockwise on the screen, from −90 to 90: a region like / lies at +45°, one like \\ at −45°.
#
# With $x$ to the right, $y$ **upwards**, both measured from the centroid, and all sums over the pixels of the region:
#
# $$\theta = \tfrac12\,\operatorname{atan2}\big(2\textstyle\sum xy,\ \sum x^2 - \sum y^2\big)$$
#
# <details><summary>Hint</summary><code>np.nonzero(mask)</code> gives rows and columns. Rows grow downwards. <code>np.arctan2</code> gives radians.</details>


# %% exercise="tilt_of"
def tilt_of(mask):
    """Give the angle of the long axis of a mask in degrees, counter-clockwise from horizontal."""
    ### BEGIN SOLUTION
    rows, columns = np.nonzero(mask)
    x, y = columns - columns.mean(), rows.mean() - rows
    angle = np.arctan2(2 * np.sum(x * y), np.sum(x * x) - np.sum(y * y)) / 2
    return float(np.degrees(angle))
    ### END SOLUTION


# %%
check(tilt_of)

# %% [markdown]
# ## 8 · How stable is a region?
#
# `areas[k]` is the area of one region at threshold $k$; it grows with the threshold. Give, for every $k$ at which both neighbours exist,
#
# $$q(k) = \frac{a_{k+\Delta} - a_{k-\Delta}}{a_k}$$
#
# So $N$ areas give an array of $N - 2\Delta$ numbers; the first belongs to $k = \Delta$. The region is maximally stable where $q$ is smallest.
#
# <details><summary>Hint</summary>Three slices of one array: from 2Δ on, up to 2Δ before the end, and what lies between.</details>


# %% exercise="growth_of"
def growth_of(areas, delta):
    """Give the array of (a[k + delta] - a[k - delta]) / a[k], float, for each k that has both."""
    ### BEGIN SOLUTION
    later, earlier = areas[2 * delta :], areas[: -2 * delta]
    return (later - earlier) / areas[delta:-delta]
    ### END SOLUTION


# %%
check(growth_of)

# %% [markdown]
# ## 9 · Which centre is nearest?
#
# The heart of SLIC. Each centre has a colour and a place: `centers` is (K, 5) with L, a, b, row, column. `lab` is the picture, (H, W, 3) of `float`. Give for each pixel the number 0 … K − 1 of the centre for which
#
# $$D^2 = d_{\text{colour}}^2 + \left(\frac{m}{S}\right)^2 d_{\text{place}}^2$$
#
# is smallest; of equally near ones the first. $d_{\text{colour}}$ is the distance in L, a, b; $d_{\text{place}}$ that in rows and columns; $m$ is `compactness`, $S$ is `step`. (SLIC looks only at the centres near a pixel. Here look at all of them.)
#
# <details><summary>Hint</summary>Make one array (K, H, W) of distances, then <code>argmin</code> over its first axis. <code>centers[:, None, None, :3]</code> lies ready to be subtracted from <code>lab</code>.</details>


# %% exercise="nearest_centers"
def nearest_centers(lab, centers, step, compactness):
    """Give the number of the nearest centre of each pixel, whole numbers (H, W)."""
    ### BEGIN SOLUTION
    places = np.stack(np.indices(lab.shape[:2]), axis=-1)
    color = ((lab - centers[:, None, None, :3]) ** 2).sum(axis=-1)
    place = ((places - centers[:, None, None, 3:]) ** 2).sum(axis=-1)
    distance = color + (compactness / step) ** 2 * place
    return distance.argmin(axis=0)
    ### END SOLUTION


# %%
check(nearest_centers)

# %% [markdown]
# ## 10 · Find the bug: black paper
#
# This was to make the paper white and the ink black. A pixel is ink if it is more than `offset` darker than the mean around it. Run it.


# %%
def handed_in(image, size, offset):
    mean = local_mean(image, size)
    return np.where(image > mean + offset, 255, 0).astype(np.uint8)


show.pictures({"before": page, "handed in": handed_in(page, 31, 10)}, largest=384)

# %% [markdown]
# Only a rim of light around the letters is left. A blank piece of paper is as light as the mean around it, give or take a little grain. Is it above the threshold?
#
# And a smaller mistake, which shows where a picture is nearly black: what is `mean.dtype`, and what does it make of 3 − 10? Mend both. `offset` is a whole number.


# %% exercise="mend_the_page"
def mend_the_page(image, size, offset):
    """White (255) where image > local mean - offset, else black (0). Gives uint8."""
    ### BEGIN SOLUTION
    mean = local_mean(image, size).astype(np.int16)
    return np.where(image > mean - offset, 255, 0).astype(np.uint8)
    ### END SOLUTION


# %%
check(mend_the_page)

# %% [markdown]
# ## 11 · Find the bug: too many pieces
#
# `first_pass` of the lesson gives provisional labels, and the parents of labels that have met. This was to be the second pass. On these letters it gives one label too many:


# %%
def handed_in_too(mask):
    labels, parents = first_pass(mask, 4)
    return np.array(parents)[labels]


words = np.pad(page[48:66, 4:60] < 100, 1)
found = handed_in_too(words)
in_use, shades = np.unique(found, return_inverse=True)
print("labels in use:", in_use)
show.pictures({"mask": words, "handed in": (shades * 51).clip(0, 255).astype(np.uint8)}, scale=7)

# %% [markdown]
# Somewhere in there, one piece has two shades. Think of three labels, of which the third has met the second, and after that the second has met the first. What is the parent of the third? What should it be?
#
# When that is mended, one thing is left: the numbers have gaps. Pieces are numbered 1, 2, 3 … in the order of their first pixels, row by row.
#
# <details><summary>Hint</summary>If <code>parents</code> is an array, <code>parents[parents]</code> has everybody's grandparents. When are you done? The second result of <code>np.unique(..., return_inverse=True)</code> numbers without gaps.</details>


# %% exercise="mend_the_pieces"
def mend_the_pieces(mask):
    """Number the pieces of a mask 1, 2, 3 ... by 4 neighbours; 0 is background."""
    ### BEGIN SOLUTION
    labels, parents = first_pass(mask, 4)
    roots = np.array(parents)
    while (roots != roots[roots]).any():
        roots = roots[roots]
    _, numbers = np.unique(roots, return_inverse=True)
    return numbers[labels]
    ### END SOLUTION


# %%
check(mend_the_pieces)

# %% [markdown]
# ## Where you stand

# %% tags=["nbval-ignore-output"]
progress()
