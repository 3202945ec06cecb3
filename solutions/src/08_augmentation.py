# %% [markdown]
# # 08 · Augmentation: exercises
#
# Write each function where it says `raise NotImplementedError`, then run the cell below it: `check` tells you at once how far you have come, and what to look at next.
#
# The lesson is [notebooks/08_augmentation.ipynb](../notebooks/08_augmentation.ipynb). Places are (row, column), rows count downwards, and the centre of a picture is $((H-1)/2, (W-1)/2)$.
# A matrix is (3, 3), and sends an old place $(r, c, 1)$ to its new one.
#
# `progress()` at the end shows what is done. Stuck? Open the hint. Still stuck? The solutions are in [solutions/08_augmentation.ipynb](../solutions/08_augmentation.ipynb).

# %%
import numpy as np

from coursekit.augmentation import reference
from coursekit.lab import check, progress, samples, show

cat = samples.chelsea()[::2, ::2]

# %% [markdown]
# ## 1 · Turn about the centre
#
# Give the matrix that turns a picture of `height` × `width` pixels counter-clockwise about its centre.
#
# About the point (0, 0), that is
#
# $$R = \begin{pmatrix} \cos\alpha & -\sin\alpha & 0 \\ \sin\alpha & \cos\alpha & 0 \\ 0 & 0 & 1\end{pmatrix}$$
#
# <details><summary>Hint</summary>Three matrices: centre to (0, 0), turn, back. <code>np.cos</code> wants radians.</details>


# %% exercise="turn_about_centre"
def turn_about_centre(degrees, height, width):
    """Give the (3, 3) matrix of a counter-clockwise turn about the picture's centre."""
    ### BEGIN SOLUTION
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    to_origin = np.array([[1, 0, -(height - 1) / 2], [0, 1, -(width - 1) / 2], [0, 0, 1]])
    return np.linalg.inv(to_origin) @ turn @ to_origin
    ### END SOLUTION


# %%
check(turn_about_centre)

# %% [markdown]
# ## 2 · One matrix for all steps
#
# You are given a list of matrices in the order in which they are to be applied: the first one first. Give the one matrix that does it all.
#
# An empty list changes nothing. Which matrix is that?
#
# <details><summary>Hint</summary>A product is read from the right: in <code>B @ A @ point</code>, A comes first.</details>


# %% exercise="in_one_matrix"
def in_one_matrix(steps):
    """Give the (3, 3) float matrix that applies the first of the steps first."""
    ### BEGIN SOLUTION
    product = np.eye(3)
    for step in steps:
        product = step @ product
    return product
    ### END SOLUTION


# %%
check(in_one_matrix)

# %% [markdown]
# ## 3 · Ask backward
#
# Move a gray picture as the matrix says. Each new pixel asks where it comes from, and takes the value of the nearest pixel, `np.floor(position + 0.5)`: half-way between two pixels, the second one. What comes from outside is black.
#
# (A position counts as outside when its *nearest pixel* does not exist.)
#
# <details><summary>Hint</summary><code>np.indices(image.shape)</code> gives the rows and the columns of all new pixels. Which matrix leads from new to old?</details>


# %% exercise="ask_backward"
def ask_backward(image, matrix):
    """Move a gray (H, W) uint8 picture by a matrix from old to new places; outside is 0."""
    ### BEGIN SOLUTION
    inverse = np.linalg.inv(matrix)
    rows, columns = np.indices(image.shape)
    old = np.einsum("ij,jrc->irc", inverse, np.stack([rows, columns, np.ones_like(rows)]))
    r, c = np.floor(old[:2] + 0.5).astype(int)
    inside = (r >= 0) & (r < image.shape[0]) & (c >= 0) & (c < image.shape[1])
    result = np.zeros_like(image)
    result[inside] = image[r[inside], c[inside]]
    return result
    ### END SOLUTION


# %%
check(ask_backward)

# %% [markdown]
# ## 4 · Two mirrors
#
# The fill mode `reflect` puts a mirror at the outer edge of the first pixel and one at that of the last: `b a | a b c d | d c`.
#
# Bring whole positions (an integer array) back into 0 … `length` − 1. They may be many lengths away, in both directions: between two mirrors everything comes again and again.
#
# <details><summary>Hint</summary>After how many pixels does the pattern begin again? Take the position modulo that, and look at the second half.</details>


# %% exercise="between_mirrors"
def between_mirrors(positions, length):
    """Reflect an integer array of positions into 0 to length - 1, the edge pixel seen twice."""
    ### BEGIN SOLUTION
    there_and_back = positions % (2 * length)
    return np.minimum(there_and_back, 2 * length - 1 - there_and_back)
    ### END SOLUTION


# %%
check(between_mirrors)

# %% [markdown]
# ## 5 · An angle of its own
#
# Draw the angles of some samples, evenly between −`reach` and `reach`. `numbers` are the samples' numbers in the data set.
#
# Each angle shall depend on `(seed, epoch, number)` and on nothing else: not on the other samples, not on their order. So each sample gets a generator of its own:
# `np.random.default_rng((seed, epoch, number))`, and takes the first number that its `uniform` gives.
#
# <details><summary>Hint</summary>One generator made once before the loop hands its numbers to whoever comes first. That is the trap.</details>


# %% exercise="angles_of"
def angles_of(numbers, seed, epoch, reach):
    """Give one angle for each sample number, as a float array."""
    ### BEGIN SOLUTION
    generators = [np.random.default_rng((seed, epoch, number)) for number in numbers]
    return np.array([generator.uniform(-reach, reach) for generator in generators])
    ### END SOLUTION


# %%
check(angles_of)

# %% [markdown]
# ## 6 · The box moves too
#
# A box is (top, left, bottom, right), in the same places as the matrix. Move its four corners, and give the smallest upright box around them, again as (top, left, bottom, right).
#
# Nothing is clipped.
#
# <details><summary>Hint</summary>Two corners are not enough: turn a box by 45 degrees, on paper.</details>


# %% exercise="box_around"
def box_around(box, matrix):
    """Move a box (top, left, bottom, right), and give the upright box around it, float (4,)."""
    ### BEGIN SOLUTION
    top, left, bottom, right = box
    corners = np.array([(top, left, 1), (top, right, 1), (bottom, left, 1), (bottom, right, 1)])
    rows, columns, _ = matrix @ corners.T
    return np.array([rows.min(), columns.min(), rows.max(), columns.max()])
    ### END SOLUTION


# %%
check(box_around)

# %% [markdown]
# ## 7 · The cleaning step
#
# Some pictures of a batch (n, H, W) show nothing any more: all of their pixels have nearly the same level. Give the numbers of those whose lightest level is *less than* `least` above the darkest, in increasing order.
#
# A white wall shows nothing either. So "dark" is not the question.
#
# <details><summary>Hint</summary><code>images.max(axis=(1, 2))</code> is one level for each picture.</details>


# %% exercise="nothing_to_see"
def nothing_to_see(images, least):
    """Give the numbers of the pictures (n, H, W) uint8 that show nothing, an integer array."""
    ### BEGIN SOLUTION
    spread = images.max(axis=(1, 2)).astype(int) - images.min(axis=(1, 2))
    return np.flatnonzero(spread < least)
    ### END SOLUTION


# %%
check(nothing_to_see)

# %% [markdown]
# ## 8 · Find the bug: before it is made
#
# This was to collect the first `count` batches of a data set. Run it.


# %%
def in_batches(items, size):
    for start in range(0, len(items), size):
        yield items[start : start + size]


def handed_in(items, size, count):
    collected = []
    for _ in range(count):
        collected.append(next(batches))
        batches = in_batches(items, size)
    return collected


try:
    handed_in(np.arange(10), 4, 2)
except UnboundLocalError as error:
    print(error)

# %% [markdown]
# `batches` is asked for its next batch before it is made. Move the line up by one, and the error is gone. But look at what comes out then. (What does a *new* iterator give first?)
#
# Write it so that it gives the first `count` batches, each once, as a list. The last one may be smaller. Where there are fewer batches, give all there are.
#
# <details><summary>Hint</summary>Make the iterator once, before the loop. At its end <code>next</code> raises <code>StopIteration</code>; a <code>for</code> loop over it just stops.</details>


# %% exercise="mend_the_iterator"
def mend_the_iterator(items, size, count):
    """Give the first batches, at most count of them, of so many items each: a list of arrays."""
    ### BEGIN SOLUTION
    batches = (items[start : start + size].copy() for start in range(0, len(items), size))
    return [batch for number, batch in enumerate(batches) if number < count]
    ### END SOLUTION


# %%
check(mend_the_iterator)

# %% [markdown]
# ## 9 · Find the bug: who is who?
#
# This one shuffles a data set before training. The loss would not fall.


# %%
def handed_in_too(images, labels, seed):
    generator = np.random.default_rng(seed)
    return images[generator.permutation(len(images))], labels[generator.permutation(len(labels))]


levels = np.arange(6, dtype=np.uint8) * 40
images = np.ones((6, 8, 8), np.uint8) * levels[:, None, None]
shuffled, names = handed_in_too(images, levels, seed=1)
print("level of each picture:", shuffled[:, 0, 0])
print("what its label says:  ", names)

# %% [markdown]
# Every picture is still there, and so is every label. What is lost?
#
# Write it so that each label stays with its picture. Draw **one** order, the first `permutation` of `np.random.default_rng(seed)`.
#
# <details><summary>Hint</summary>A generator that is asked twice gives two orders. Give the one order a name.</details>


# %% exercise="mend_the_shuffle"
def mend_the_shuffle(images, labels, seed):
    """Shuffle pictures and their labels together: a pair (images, labels)."""
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(len(images))
    return images[order], labels[order]
    ### END SOLUTION


# %%
check(mend_the_shuffle)

# %% [markdown]
# ## 10 · Find the bug: neon
#
# A channel shift, then a brightness. The author knew that `uint8` wraps around, and clipped.


# %%
def handed_in_last(image, shift, factor):
    shifted = np.clip(image.astype(int) + shift, 0, 255).astype(np.uint8)
    return (shifted * float(factor)).astype(np.int64).astype(np.uint8)


show.pictures({"before": cat, "+ 60, then × 1.5": handed_in_last(cat, 60, 1.5)}, largest=300)

# %% [markdown]
# It was clipped, and yet it wraps around. Where? And there is a second mistake: `+ 200`, then `× 0.5` gives no pixel above 127, though 200 + 200 is 400, and half of that is 200.
#
# Write it so that nothing is clipped or rounded before the end: $s = \mathrm{factor}\,(r + \mathrm{shift})$, rounded (`np.rint`) and saturated once.
#
# <details><summary>Hint</summary>Which type holds 400, and −90, and fractions? Convert to it first, and to <code>uint8</code> last.</details>


# %% exercise="mend_the_light"
def mend_the_light(image, shift, factor):
    """Give factor * (image + shift), rounded and saturated at the end alone, as uint8."""
    ### BEGIN SOLUTION
    s = factor * (image.astype(np.float64) + shift)
    return np.clip(np.rint(s), 0, 255).astype(np.uint8)
    ### END SOLUTION


# %%
check(mend_the_light)

# %% [markdown]
# ## All of it
#
# Your matrix, your sampling, one after the other, beside the package's:

# %%
try:
    matrix = turn_about_centre(30, *cat.shape[:2])
    yours = ask_backward(cat[..., 1].copy(), matrix)
except NotImplementedError:
    print("comes with exercises 1 and 3")
else:
    theirs = reference.warp(cat[..., 1], matrix, "constant", interpolation="nearest")
    print(f"{np.mean(yours != theirs):.1%} of the pixels differ")

# %% [markdown]
# A few may differ: `reference.warp` rounds places to 1/256 of a pixel, and counts as outside what lies beyond the *centre* of the last pixel.

# %% [markdown]
# ## Where you stand

# %% tags=["nbval-ignore-output"]
progress()
