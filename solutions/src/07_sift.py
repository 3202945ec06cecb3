# %% [markdown]
# # 07 · SIFT: exercises
#
# Here you write the heart of SIFT yourself, from the first subtraction to the last comparison.
# Write each function where it says `raise NotImplementedError`, then run the cell below it: `check` tells you at once how far you have come, and what to look at next.
#
# The lesson is [notebooks/07_sift.ipynb](../notebooks/07_sift.ipynb). Two shapes come again and again: an *octave* is a stack of pictures, `float` (rows, columns, scales); a *position* is row, then column, then scale. `octave` below is one to try things on.
#
# `progress()` at the end shows what is done. Stuck? Open the hint. Still stuck? The solutions are in [solutions/07_sift.ipynb](../solutions/07_sift.ipynb).

# %%
import numpy as np

from coursekit.lab import check, progress, samples, show
from coursekit.sift import reference

octave = reference.gaussian_scale_space(samples.camera(), upsampling=1, n_octaves=1)[0]
show.pictures({f"scale {s}": octave[..., s] for s in (0, 2, 5)}, largest=220)

# %% [markdown]
# ## 1 · How much blur is missing?
#
# A stack of scales is blurred step by step: each scale is made from the one before. Given the blur that each scale is to have, in all, tell how much must be **added** from each one to the next.
#
# Blurs add up like this: a Gaussian of $\sigma_1$, then one of $\sigma_2$, is one of $\sqrt{\sigma_1^2 + \sigma_2^2}$.
#
# <details><summary>Hint</summary>From 3 to 5 it takes 4, not 2. <code>np.diff</code> subtracts each entry from the next; of what must it take the differences?</details>


# %% exercise="blur_to_add"
def blur_to_add(sigmas):
    """Give the blur that leads from each of N growing blurs to the next, float (N - 1,)."""
    ### BEGIN SOLUTION
    return np.sqrt(np.diff(sigmas**2))
    ### END SOLUTION


# %%
check(blur_to_add)

# %% [markdown]
# ## 2 · Differences of Gaussians
#
# Subtract each scale of an octave from the **next** one. $S$ scales give $S - 1$ differences.
#
# <details><summary>Hint</summary>The scales are the last axis. <code>octave[..., 1:]</code> are all of them but the first.</details>


# %% exercise="differences_of_scales"
def differences_of_scales(octave):
    """Subtract each scale of an octave (H, W, S) from the next. Gives float (H, W, S - 1)."""
    ### BEGIN SOLUTION
    return octave[..., 1:] - octave[..., :-1]
    ### END SOLUTION


# %%
check(differences_of_scales)

# %% [markdown]
# ## 3 · Larger than 26 neighbours
#
# In a stack of differences, a point has 8 neighbours in its own slice, 9 in the slice above and 9 in the one below. Mark every point that is **larger than all 26**, or **smaller than all 26**.
#
# Give truth values of the stack's own shape. What lies at the border, in rows, columns *or* scales, has too few neighbours and is `False`. Equal is not larger.
#
# <details><summary>Hint</summary>Three nested loops over −1, 0, 1 name all 27 places; leave out the middle one. For each, compare the whole inside of the stack with itself, shifted:
# <code>differences[1 + i : H - 1 + i, ...]</code>.</details>


# %% exercise="mark_extrema"
def mark_extrema(differences):
    """Mark what is larger, or smaller, than all of its 26 neighbours. Gives bool (H, W, S)."""
    ### BEGIN SOLUTION
    height, width, slices = differences.shape
    here = differences[1:-1, 1:-1, 1:-1]
    highest, lowest = np.ones(here.shape, bool), np.ones(here.shape, bool)
    for i, j, k in np.ndindex(3, 3, 3):
        if (i, j, k) != (1, 1, 1):
            there = differences[i : height - 2 + i, j : width - 2 + j, k : slices - 2 + k]
            highest &= here > there
            lowest &= here < there
    return np.pad(highest | lowest, 1)
    ### END SOLUTION


# %%
check(mark_extrema)

# %% [markdown]
# ## 4 · Between two pixels
#
# Three values stand side by side, the middle one the highest (or the lowest). Lay a parabola through them. Where is its top, counted from the middle one, and how high is it?
#
# $$\mathrm{offset} = \frac{\mathrm{left} - \mathrm{right}}{2\,(\mathrm{left} - 2\,\mathrm{here} + \mathrm{right})} \qquad \mathrm{height} = \mathrm{here} + \frac12 \cdot \frac{\mathrm{right} - \mathrm{left}}{2} \cdot \mathrm{offset}$$
#
# The offset is positive where the top lies to the right. Give both in one array: the offset, then the height. (The three values are not on one line.)
#
# <details><summary>Hint</summary>Try 0, 4, 3 with pencil and paper: on which side of the middle must the top be?</details>


# %% exercise="top_of_parabola"
def top_of_parabola(left, here, right):
    """Give where a parabola's top lies, from the middle value, and its height: float (2,)."""
    ### BEGIN SOLUTION
    offset = (left - right) / (2 * (left - 2 * here + right))
    height = here + 0.5 * (right - left) / 2 * offset
    return np.array([offset, height])
    ### END SOLUTION


# %%
check(top_of_parabola)

# %% [markdown]
# ## 5 · The same in rows, columns and scales
#
# Now the parabola has three variables. Its slopes at the point are the vector $g$, its curvatures the symmetric matrix $H$ (3 × 3). Its top is where all slopes vanish:
#
# $$H\,\mathrm{offset} = -g \qquad \mathrm{height} = \mathrm{value} + \tfrac12\, g \cdot \mathrm{offset}$$
#
# Give four numbers in one array: the offset in rows, columns and scales, then the height.
#
# <details><summary>Hint</summary><code>np.linalg.solve</code> solves a system of linear equations. Dividing by a matrix, entry by entry, does not.</details>


# %% exercise="refine_once"
def refine_once(value, gradient, hessian):
    """Give offset and height of the top, float (4,), from slopes (3,) and curvatures (3, 3)."""
    ### BEGIN SOLUTION
    offset = -np.linalg.solve(hessian, gradient)
    return np.append(offset, value + 0.5 * gradient @ offset)
    ### END SOLUTION


# %%
check(refine_once)

# %% [markdown]
# ## 6 · Peak or ridge?
#
# Along an edge there are many weak peaks, and none of them is where it is by right: it could as well lie further along. They are known by their curvatures. With the **2 × 2** matrix of rows and columns
#
# $$H = \begin{pmatrix} h_{rr} & h_{rc} \\ h_{rc} & h_{cc} \end{pmatrix} \qquad \frac{(\operatorname{tr} H)^2}{\det H} < \frac{(c + 1)^2}{c}$$
#
# keeps a point whose larger curvature is less than $c$ times the smaller one. This is Lowe's test, and Lowe adds: where the determinant is not positive, the two curvatures have different signs. That is a saddle and no peak: drop it.
#
# You get $N$ matrices of rows, columns *and scales*, `(N, 3, 3)`. Give `(N,)` truth values.
#
# <details><summary>Hint</summary>Multiply instead of dividing: then nothing can be divided by zero. May you multiply an inequality by a negative number?</details>


# %% exercise="keep_peaks"
def keep_peaks(hessians, c=10):
    """Tell which of N Hessians (N, 3, 3) belong to a peak, not a ridge or a saddle. bool (N,)."""
    ### BEGIN SOLUTION
    h_rr, h_cc, h_rc = hessians[:, 0, 0], hessians[:, 1, 1], hessians[:, 0, 1]
    trace = h_rr + h_cc
    determinant = h_rr * h_cc - h_rc**2
    return (determinant > 0) & (trace**2 * c < (c + 1) ** 2 * determinant)
    ### END SOLUTION


# %%
check(keep_peaks)

# %% [markdown]
# ## 7 · A compass of gradients
#
# Give the histogram of the directions in a patch. A direction is $\operatorname{atan2}(\text{column gradient}, \text{row gradient})$: 0 looks down the rows.
#
# Bin $k$ of $n$ has its **middle** at $2\pi k / n$, so a direction belongs to the *nearest* bin, and just below a full turn the nearest one is bin 0. A pixel counts with the length of its gradient times its weight.
#
# <details><summary>Hint</summary><code>np.rint</code> finds the nearest bin, <code>%</code> goes round the circle. Then add up, as in chapter 03: <code>np.bincount(..., weights=..., minlength=n)</code>.</details>


# %% exercise="compass"
def compass(row_gradient, column_gradient, weights, n=36):
    """Count the directions of a patch's gradients (H, W), weighted (H, W). Gives float (n,)."""
    ### BEGIN SOLUTION
    angles = np.arctan2(column_gradient, row_gradient)
    lengths = np.hypot(row_gradient, column_gradient)
    bins = np.rint(angles / (2 * np.pi) * n).astype(int) % n
    return np.bincount(bins.ravel(), weights=(weights * lengths).ravel(), minlength=n)
    ### END SOLUTION


# %%
check(compass)

# %% [markdown]
# ## 8 · Where the compass points
#
# Which direction has the most? Take the highest bin, lay the parabola of exercise 4 through it and its two neighbours, and give the angle of its top, in radians, from 0 to just below $2\pi$. Bin $k$ has its middle at $2\pi k / n$.
#
# <details><summary>Hint</summary>The histogram is a circle: the last bin is the neighbour of the first. <code>(k + 1) % n</code></details>


# %% exercise="main_direction"
def main_direction(histogram):
    """Give the direction of the highest bin, refined by a parabola, in radians in [0, 2 pi)."""
    ### BEGIN SOLUTION
    n = len(histogram)
    k = int(np.argmax(histogram))
    left, here, right = histogram[k - 1], histogram[k], histogram[(k + 1) % n]
    offset = (left - right) / (2 * (left - 2 * here + right))
    return float((k + offset) % n * 2 * np.pi / n)
    ### END SOLUTION


# %%
check(main_direction)

# %% [markdown]
# ## 9 · One gradient, eight bins
#
# The descriptor has 4 × 4 histograms of 8 directions. One gradient falls between them: at `row` and `column` (0 is the middle of the first histogram, 3 the middle of the last), with direction `turn` (in bins: 0 is the middle of the first bin, and 8 is 0 again).
#
# Share its magnitude out linearly. What lies a quarter of the way from one to the next gives ¾ to the near one and ¼ to the far one; and so in all three: up to 8 bins get something. What falls to histograms that do not exist (row −1 or 4) is lost.
# The **directions** go round.
#
# <details><summary>Hint</summary>With <code>r = int(np.floor(row))</code> and <code>f = row - r</code>, histogram r gets 1 − f and r + 1 gets f. Three nested loops over 0 and 1, an <code>if</code>, and one <code>%</code>.</details>


# %% exercise="share_out"
def share_out(row, column, turn, magnitude):
    """Share one gradient out over the nearest of 4 x 4 x 8 bins. Gives float (4, 4, 8)."""
    ### BEGIN SOLUTION
    histograms = np.zeros((4, 4, 8))
    place = np.array([row, column, turn])
    first = np.floor(place).astype(int)
    share = place - first
    for step in np.ndindex(2, 2, 2):
        r, c, t = first + step
        if 0 <= r < 4 and 0 <= c < 4:
            histograms[r, c, t % 8] += magnitude * np.prod(np.where(step, share, 1 - share))
    return histograms
    ### END SOLUTION


# %%
check(share_out)

# %% [markdown]
# ## 10 · From histograms to 128 bytes
#
# 1. Nothing may weigh too much: cut values above 0.2 times the Euclidean length of the whole.
# 2. Divide by the length, **as it is now**, and multiply by 512.
# 3. Round down, cut off at 255, and give `uint8`.
#
# `histograms` has any shape; give one row of numbers. Not all of them are 0.
#
# <details><summary>Hint</summary>The length is computed twice. And what is 300 in <code>uint8</code>?</details>


# %% exercise="into_bytes"
def into_bytes(histograms):
    """Limit, scale and round histograms of any shape. Gives uint8, one axis."""
    ### BEGIN SOLUTION
    values = histograms.ravel()
    values = np.minimum(values, 0.2 * np.linalg.norm(values))
    values = 512 * values / np.linalg.norm(values)
    return np.minimum(np.floor(values), 255).astype(np.uint8)
    ### END SOLUTION


# %%
check(into_bytes)

# %% [markdown]
# ## 11 · The ratio test
#
# For each descriptor of the first picture find the nearest one of the second, by Euclidean distance. Keep the pair only if that distance is **less than `max_ratio` times** the distance to the second nearest. Give the pairs of indices, `(Q, 2)` whole numbers, in the order of the first picture.
#
# Descriptors are `uint8`. There are at least two in the second picture.
#
# <details><summary>Hint</summary><code>uint8</code> cannot hold 3 − 5. Then: <code>np.argsort</code> or <code>np.partition</code>, along the second axis. If you leave out the root of the distance, what becomes of the ratio?</details>


# %% exercise="ratio_test"
def ratio_test(first, second, max_ratio=0.8):
    """Pair descriptors (M, K) with their clearly nearest ones of (N, K). Gives int (Q, 2)."""
    ### BEGIN SOLUTION
    difference = first[:, None].astype(float) - second[None]
    distances = np.sqrt((difference**2).sum(axis=2))
    nearest = distances.argmin(axis=1)
    best, next_best = np.sort(distances, axis=1)[:, :2].T
    kept = np.flatnonzero(best < max_ratio * next_best)
    return np.stack([kept, nearest[kept]], axis=1)
    ### END SOLUTION


# %%
check(ratio_test)

# %% [markdown]
# ## 12 · Find the bug: the compass that is always off
#
# A patch that grows brighter in one direction, and in no other: what is its direction? Somebody wrote this, with 36 bins of 10 degrees each. Run it.


# %%
def handed_in(row_gradient, column_gradient, n=36):
    angles = np.arctan2(column_gradient, row_gradient)
    bins = np.floor(angles / (2 * np.pi) * n + 0.5).astype(int) % n
    histogram = np.bincount(bins.ravel(), minlength=n)
    k = histogram.argmax()
    return (k + 0.5) * 360 / n


for degrees in (0, 20, 90, 240):
    down, right = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    found = handed_in(np.full((5, 5), down), np.full((5, 5), right))
    print(f"true direction {degrees:3}, handed in {found:5.1f}")

# %% [markdown]
# Always five degrees too much. That is no rounding: half of the errors would be negative.
#
# The third line and the last one do not agree about where the *middle* of a bin is. Mend it by changing **one** of them, the last. Give degrees from 0 to just below 360. (Five degrees do not hurt a program that makes the same mistake in every picture; this very one stands in a library that thousands use, and the lesson shows where.)


# %% exercise="mend_the_compass"
def mend_the_compass(row_gradient, column_gradient, n=36):
    """Give the most frequent direction of a patch, the middle of its bin, in degrees. Float."""
    ### BEGIN SOLUTION
    angles = np.arctan2(column_gradient, row_gradient)
    bins = np.floor(angles / (2 * np.pi) * n + 0.5).astype(int) % n
    histogram = np.bincount(bins.ravel(), minlength=n)
    return float(histogram.argmax() * 360 / n)
    ### END SOLUTION


# %%
check(mend_the_compass)

# %% [markdown]
# ## 13 · Find the bug: right only once
#
# This was to give the height of the refined peak at every pixel of one slice: the value there plus half of slope times offset, summed over the three axes. Run it.


# %%
def handed_in_too(differences, scale, gradients, offsets):
    heights = differences[:, :, scale]
    heights += 0.5 * (gradients * offsets).sum(axis=-1)
    return heights


differences = np.zeros((2, 2, 3))
gradients, offsets = np.ones((2, 2, 3)), np.full((2, 2, 3), 0.2)
for call in (1, 2, 3):
    height = handed_in_too(differences, 1, gradients, offsets)[0, 0]
    print(f"call {call}: height {height:.1f}, differences {differences.max():.1f}")

# %% [markdown]
# The same call, three answers. The first one is right. What happens to `differences`?
#
# A slice such as `a[:, :, 1]` copies nothing: it is a **view**, another name for the same numbers; and `+=` writes into them. All that comes after it (the next extremum, the edge test) reads spoilt values.


# %% exercise="mend_the_heights"
def mend_the_heights(differences, scale, gradients, offsets):
    """Give the heights of refined peaks at one scale: float (H, W), from (H, W, 3) slopes."""
    ### BEGIN SOLUTION
    return differences[:, :, scale] + 0.5 * (gradients * offsets).sum(axis=-1)
    ### END SOLUTION


# %%
check(mend_the_heights)

# %% [markdown]
# ## Where you stand

# %% tags=["nbval-ignore-output"]
progress()
