# %% [markdown]
# # 03 · Histograms: exercises
#
# Write each function where it says `raise NotImplementedError`, then run the cell below it: `check` tells you at once how far you have come, and what to look at next.
#
# The lesson is [notebooks/03_histograms.ipynb](../notebooks/03_histograms.ipynb). Pictures are `uint8` and, but for the last exercise, gray (H, W).
# `counts` is always a histogram: 256 whole numbers, entry number $r$ telling how many pixels have level $r$. $N$ is the number of pixels. Whatever becomes a gray level is rounded with `np.rint`.
#
# `progress()` at the end shows what is done. Stuck? Open the hint. Still stuck? The solutions are in [solutions/03_histograms.ipynb](../solutions/03_histograms.ipynb).

# %%
import cv2
import numpy as np

from coursekit.images.reference import lab_to_rgb, rgb_to_lab
from coursekit.lab import check, progress, samples, show

moon = samples.moon()

# %% [markdown]
# ## 1 · Count the levels
#
# Give the histogram of a picture: 256 whole numbers, also where a level does not occur at all.
#
# <details><summary>Hint</summary>Try <code>counts = np.zeros(3, int); counts[[1, 1]] += 1</code>, and look at <code>counts</code>. Is it what you expected?
# <code>np.bincount</code> does it right. What does it do with levels beyond the brightest one?</details>


# %% exercise="count_levels"
def count_levels(image):
    """Count how many pixels have each of the levels 0 to 255. Gives 256 whole numbers."""
    ### BEGIN SOLUTION
    return np.bincount(image.ravel(), minlength=256)
    ### END SOLUTION


# %%
check(count_levels)

# %% [markdown]
# ## 2 · Wider bins
#
# Cut the levels 0..255 into `bins` bins, as equal as they can be, and count how many pixels fall into each. Level $r$ belongs to bin $\lfloor r \cdot \mathrm{bins} / 256 \rfloor$.
#
# With `bins=4`: 0..63, 64..127, 128..191, 192..255. `bins` need not divide 256.
#
# <details><summary>Hint</summary>In which type is there room for 255 · 10?</details>


# %% exercise="count_in_bins"
def count_in_bins(image, bins):
    """Count the pixels in each of so many bins over 0..255. Gives whole numbers, (bins,)."""
    ### BEGIN SOLUTION
    bin_of = image.astype(np.int64) * bins // 256
    return np.bincount(bin_of.ravel(), minlength=bins)
    ### END SOLUTION


# %%
check(count_in_bins)

# %% [markdown]
# ## 3 · The cumulative curve
#
# For each level give the **share** of pixels that are at most that light: 256 numbers between 0 and 1. The level itself counts. The last one is 1.
#
# <details><summary>Hint</summary><code>np.cumsum</code> adds up. How many pixels are there, if all you have is <code>counts</code>?</details>


# %% exercise="cumulative_shares"
def cumulative_shares(counts):
    """Give the share of pixels that are at most as light as each level, float (256,)."""
    ### BEGIN SOLUTION
    return np.cumsum(counts) / np.sum(counts)
    ### END SOLUTION


# %%
check(cumulative_shares)

# %% [markdown]
# ## 4 · Read the curve backwards
#
# Which level is so light that a given share of the pixels is at most that light? Give the **smallest** level for which that is true.
#
# With `share=0.5` this is the median. Photo programs use 0.01 and 0.99 to stretch the contrast, as we did in chapter 02: with a histogram at hand, no pixel need be sorted.
#
# <details><summary>Hint</summary><code>np.argmax</code> of an array of truth values gives the place of the first <code>True</code>.</details>


# %% exercise="level_at_share"
def level_at_share(counts, share):
    """Give the smallest level that at least this share (0 to 1) of the pixels does not exceed."""
    ### BEGIN SOLUTION
    enough = np.cumsum(counts) >= share * np.sum(counts)
    return int(np.argmax(enough))
    ### END SOLUTION


# %%
check(level_at_share)

# %% [markdown]
# ## 5 · The table that equalises
#
# $$s_k = 255\,\frac{c_k - c_0}{N - c_0}$$
#
# $c_k$ is how many pixels are at most as light as level $k$, and $c_0$ how many have the darkest level **that occurs**. Round, and give `uint8`. Levels darker than any in the picture become 0.
#
# What should become of a picture that has only one level? Give the table that changes nothing.
#
# <details><summary>Hint</summary>The darkest level that occurs is the first one whose count is not 0. What is $c_k - c_0$ below it, and what would <code>uint8</code> make of that?</details>


# %% exercise="equalizing_table"
def equalizing_table(counts):
    """Give the look-up table that equalises a picture with these counts, uint8 (256,)."""
    ### BEGIN SOLUTION
    sums = np.cumsum(counts)
    first = counts[np.argmax(counts > 0)]
    if first == sums[-1]:
        return np.arange(256, dtype=np.uint8)
    spread = 255 * (sums - first) / (sums[-1] - first)
    return np.rint(np.maximum(spread, 0)).astype(np.uint8)
    ### END SOLUTION


# %%
check(equalizing_table)

# %% [markdown]
# ## 6 · Cut the picture into tiles
#
# Give the tiles of a picture as one array with four axes, so that `tiles[i, j]` is the tile in row $i$ and column $j$ of the grid: shape (rows, columns, height of a tile, width of a tile).
# The sides of the picture divide.
#
# <details><summary>Hint</summary>Two of the four axes are made by <code>reshape</code>, which keeps the pixels in reading order. In which order do the axes come out? Which two must change places?</details>


# %% exercise="cut_into_tiles"
def cut_into_tiles(image, rows, columns):
    """Cut a gray picture into rows x columns tiles: (rows, columns, H / rows, W / columns)."""
    ### BEGIN SOLUTION
    height, width = image.shape
    strips = image.reshape(rows, height // rows, columns, width // columns)
    return strips.swapaxes(1, 2).copy()
    ### END SOLUTION


# %%
check(cut_into_tiles)

# %% [markdown]
# ## 7 · Clip a histogram
#
# The step that puts the *CL* into CLAHE, for one tile:
#
# 1. What stands above `limit` is cut off. Let `excess` be all that was cut off, together.
# 2. Every one of the 256 bins gets `excess // 256`.
# 3. Fewer than 256 pixels remain. They go one each to the bins 0, step, 2 step, …, with `step = 256 // rest`, until none is left.
#
# No pixel may be lost: the sum stays what it was. A bin may stand above the limit again; leave it so.
#
# <details><summary>Hint</summary><code>np.arange(rest) * (256 // rest)</code> names the bins of the third step. What if nothing remains?</details>


# %% exercise="clip_and_share"
def clip_and_share(counts, limit):
    """Cut the counts off at limit, and share out what was cut off. Gives 256 whole numbers."""
    ### BEGIN SOLUTION
    clipped = np.minimum(counts, limit)
    excess = int(np.sum(counts) - np.sum(clipped))
    clipped += excess // 256
    rest = excess % 256
    if rest:
        clipped[np.arange(rest) * (256 // rest)] += 1
    return clipped
    ### END SOLUTION


# %%
check(clip_and_share)

# %% [markdown]
# ## 8 · Between two tables
#
# A picture of $W$ columns consists of two tiles, side by side, each $W/2$ wide. Each tile has a table of its own. Used as they are, they leave an edge down the middle. Blend them:
# a pixel of level $r$ in column $x$ becomes
#
# $$s = (1 - w)\,\mathrm{left}[r] + w\,\mathrm{right}[r], \qquad w = \frac{x}{W/2} - \frac12 \;\text{ limited to } 0 \ldots 1$$
#
# So the left table holds alone as far as the middle of the left tile, the right one from the middle of the right tile on, and between these it changes little by little. Round. $W$ is even.
#
# <details><summary>Hint</summary><code>left[image]</code> is the whole picture by the left table. <code>np.arange(W)</code> beside it is one weight for each column. In which type do you multiply?</details>


# %% exercise="blend_two_tables"
def blend_two_tables(image, left, right):
    """Blend what two tables, uint8 (256,), make of a gray picture, from left to right. uint8."""
    ### BEGIN SOLUTION
    width = image.shape[1]
    w = np.clip(np.arange(width) / (width / 2) - 0.5, 0, 1)
    s = (1 - w) * left[image] + w * right[image]
    return np.rint(s).astype(np.uint8)
    ### END SOLUTION


# %%
check(blend_two_tables)

# %% [markdown]
# ## 9 · The table that matches
#
# Give the table that brings a picture to the histogram of a model: level $r$ becomes the **smallest** level $s$ with
#
# $$G(s) \ge F(r)$$
#
# where $F(r)$ is the share of the picture's pixels that are at most $r$, and $G(s)$ the share of the model's that are at most $s$. Picture and model may have different sizes.
#
# (Add up the counts first, then divide: a sum of 256 rounded fractions may miss 1. The lesson's `match_histograms` draws lines between the levels of the model; here we take whole levels.)
#
# <details><summary>Hint</summary><code>np.searchsorted(a, v)</code> gives, for each v, the first place in the rising array a at which a is at least v.</details>


# %% exercise="matching_table"
def matching_table(counts, model_counts):
    """Give the table from a picture's levels to those of a model, by their counts. uint8 (256,)."""
    ### BEGIN SOLUTION
    share = np.cumsum(counts) / np.sum(counts)
    model_share = np.cumsum(model_counts) / np.sum(model_counts)
    return np.searchsorted(model_share, share).astype(np.uint8)
    ### END SOLUTION


# %%
check(matching_table)

# %% [markdown]
# ## 10 · Find the bug: the pale clock
#
# This was to equalise a picture. On the moon it works. On the clock it does not. Run it.


# %%
def handed_in(image):
    counts, _ = np.histogram(image, bins=256)
    sums = np.cumsum(counts)
    table = np.rint(255 * sums / sums[-1]).astype(np.uint8)
    return table[image]


clock = samples.clock()
show.with_histogram({"before": clock, "handed in": handed_in(clock)}, largest=300)

# %% [markdown]
# Nearly all of the histogram is empty; that is no equalised picture. `counts` has 256 entries, and they add up to all pixels. Which *levels* do they belong to?
# Compare the clock's `min()` and `max()` with the moon's.
#
# And a smaller mistake, which even the moon has: the darkest level of a picture should become 0. Use the formula of exercise 5. (These pictures have more than one level.)


# %% exercise="mend_the_equalizer"
def mend_the_equalizer(image):
    """Equalise a gray picture: the darkest level becomes 0, the lightest 255. Gives uint8."""
    ### BEGIN SOLUTION
    counts = np.bincount(image.ravel(), minlength=256)
    sums = np.cumsum(counts)
    first = counts[image.min()]
    spread = 255 * (sums - first) / (sums[-1] - first)
    return np.rint(np.maximum(spread, 0)).astype(np.uint8)[image]
    ### END SOLUTION


# %%
check(mend_the_equalizer)

# %% [markdown]
# ## 11 · Find the bug: blue wood
#
# Somebody had learned that `cv2.equalizeHist` takes one channel at a time, and so gave it one channel at a time.


# %%
def handed_in_too(image):
    channels = [cv2.equalizeHist(image[..., channel]) for channel in range(3)]
    return np.stack(channels, axis=-1)


coffee = samples.coffee()
show.pictures({"before": coffee, "handed in": handed_in_too(coffee)}, largest=400)

# %% [markdown]
# Each line does what it says, and the wood is blue. Why? Think of the blue channel of a brown table: it is dark all over. What does equalising make of it?
#
# Write it so that only the lightness is equalised. `rgb_to_lab` takes the picture apart into lightness L and two channels of colour, a and b, all `uint8`; `lab_to_rgb` puts it together again.
# `cv2.equalizeHist` is fine for one gray channel.


# %% exercise="mend_the_colors"
def mend_the_colors(image):
    """Equalise the lightness L of an RGB picture and leave a and b. Gives uint8 (H, W, 3)."""
    ### BEGIN SOLUTION
    lab = rgb_to_lab(image)
    lab[..., 0] = cv2.equalizeHist(lab[..., 0])
    return lab_to_rgb(lab)
    ### END SOLUTION


# %%
check(mend_the_colors)

# %% [markdown]
# ## Where you stand

# %% tags=["nbval-ignore-output"]
progress()
