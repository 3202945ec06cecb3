# %% [markdown]
# # 04 · Filtering: exercises
#
# Write each function where it says `raise NotImplementedError`, then run the cell below it: `check` tells you at once how far you have come, and what to look at next.
#
# The lesson is [notebooks/04_filtering.ipynb](../notebooks/04_filtering.ipynb). Pictures are gray, (H, W), and `uint8` where nothing else is said. Kernels are arrays of `int` or `float`.
# For a `uint8` result: add up in float, round with `np.rint`, saturate with `np.clip`, and only then go back to `uint8`.
#
# `progress()` at the end shows what is done. Stuck? Open the hint. Still stuck? The solutions are in [solutions/04_filtering.ipynb](../solutions/04_filtering.ipynb).

# %%
import numpy as np

from coursekit.lab import check, progress, samples, show

camera = samples.camera()

# %% [markdown]
# ## 1 · One pixel
#
# A window of a picture and a kernel of the same shape: multiply each pixel by the number that lies on it, and add the products up. Give the sum, neither rounded nor saturated.
#
# <details><summary>Hint</summary><code>*</code> multiplies two arrays number by number. <code>@</code> does something else.</details>


# %% exercise="weighted_sum"
def weighted_sum(window, kernel):
    """Give the sum of the products of a uint8 window and a kernel of its shape, as a number."""
    ### BEGIN SOLUTION
    return float(np.sum(window.astype(np.float64) * kernel))
    ### END SOLUTION


# %%
check(weighted_sum)

# %% [markdown]
# ## 2 · Every pixel
#
# Correlate a whole picture with a kernel. The sides of the kernel are odd, but need not be equal. Border `reflect`, in NumPy's sense of the word. Round and saturate.
#
# You need two loops: not over the pixels of the picture, but over the numbers of the kernel.
#
# <details><summary>Hint</summary><code>np.pad</code> makes the picture larger first. Then the neighbours of all pixels at once are a slice of the padded picture.</details>


# %% exercise="correlate_image"
def correlate_image(image, kernel):
    """Correlate a gray uint8 image with a kernel of odd sides, border reflect. Gives uint8."""
    ### BEGIN SOLUTION
    height, width = image.shape
    rows, columns = kernel.shape
    margin = ((rows // 2, rows // 2), (columns // 2, columns // 2))
    padded = np.pad(image.astype(np.float64), margin, mode="reflect")
    total = np.zeros(image.shape)
    for row in range(rows):
        for column in range(columns):
            total += kernel[row, column] * padded[row : row + height, column : column + width]
    return np.clip(np.rint(total), 0, 255).astype(np.uint8)
    ### END SOLUTION


# %%
check(correlate_image)

# %% [markdown]
# ## 3 · A bell of numbers
#
# Give a Gaussian kernel of `size` × `size` numbers, `size` odd: at a distance of $d$ pixels from its middle stands $e^{-d^2 / 2\sigma^2}$,
# and then all are divided by the same number, so that their sum is 1.
#
# <details><summary>Hint</summary>The middle of 0, 1, 2, 3, 4 is 2, which is <code>5 // 2</code>. A Gaussian is separable: <code>np.outer</code>.</details>


# %% exercise="gaussian_weights"
def gaussian_weights(size, sigma):
    """Give a Gaussian kernel (size, size), float, whose sum is 1."""
    ### BEGIN SOLUTION
    place = np.arange(size) - size // 2
    bell = np.exp(-(place**2) / (2 * sigma**2))
    weights = np.outer(bell, bell)
    return weights / weights.sum()
    ### END SOLUTION


# %%
check(gaussian_weights)

# %% [markdown]
# ## 4 · How bad is it?
#
# Give the peak signal-to-noise ratio of a spoilt picture, in decibels:
#
# $$10 \log_{10} \frac{255^2}{\mathrm{mse}}$$
#
# where mse is the mean of the squared differences from the picture without noise. Two equal pictures have no noise at all: give `np.inf`.
#
# <details><summary>Hint</summary>In which type is there room for 10 − 20?</details>


# %% exercise="decibels"
def decibels(image, clean):
    """Give the peak signal-to-noise ratio of a uint8 image against the clean one, in dB."""
    ### BEGIN SOLUTION
    difference = image.astype(np.float64) - clean
    error = np.mean(difference**2)
    return float(10 * np.log10(255**2 / error)) if error else np.inf
    ### END SOLUTION


# %%
check(decibels)

# %% [markdown]
# ## 5 · The middle one of nine
#
# Write the median filter for windows of 3 × 3. Border `edge`: beyond the border, the nearest pixel is repeated.
#
# <details><summary>Hint</summary>Nine shifted pictures, put on top of each other by <code>np.stack</code>, have nine values at each pixel.</details>


# %% exercise="median_of_nine"
def median_of_nine(image):
    """Replace each pixel of a gray uint8 image by the median of its 3 x 3 window. Gives uint8."""
    ### BEGIN SOLUTION
    height, width = image.shape
    padded = np.pad(image, 1, mode="edge")
    shifted = [padded[r : r + height, c : c + width] for r in range(3) for c in range(3)]
    return np.median(np.stack(shifted), axis=0).astype(np.uint8)
    ### END SOLUTION


# %%
check(median_of_nine)

# %% [markdown]
# ## 6 · Sums at one price
#
# Give the sums of **all** windows of `size` × `size` pixels that lie wholly inside the picture: an integer array of shape (H − size + 1, W − size + 1).
# Do it with running sums, so that a window of 101 costs no more than one of 3. (`check` compares the sums and leaves the clock to you: try `%timeit window_sums(camera, 3)`, and the same with 101.)
#
# <details><summary>Hint</summary>If <code>s</code> holds the sums of the first 0, 1, 2, … numbers of a row, then <code>s[size:] - s[:-size]</code> are the sums of <code>size</code> of them. First along the rows, then along the columns.</details>


# %% exercise="window_sums"
def window_sums(image, size):
    """Give the sum of each size x size window inside a gray uint8 image. Gives integers."""
    ### BEGIN SOLUTION
    sums = image.astype(np.int64)
    for axis in (0, 1):
        running = np.cumsum(sums, axis=axis)
        first = np.zeros_like(running.take([0], axis=axis))
        running = np.concatenate([first, running], axis=axis).swapaxes(0, axis)
        sums = (running[size:] - running[:-size]).swapaxes(0, axis)
    return sums
    ### END SOLUTION


# %%
check(window_sums)

# %% [markdown]
# ## 7 · The darkroom's trick
#
# Unsharp masking: what a blur takes away is the detail. Add `amount` times that detail to the picture. Round and saturate.
#
# <details><summary>Hint</summary>The detail is the picture minus the blurred one, and it is often negative.</details>


# %% exercise="unsharp"
def unsharp(image, blurred, amount):
    """Add amount times (image - blurred) to a uint8 image. Gives uint8."""
    ### BEGIN SOLUTION
    detail = image.astype(np.float64) - blurred
    return np.clip(np.rint(image + amount * detail), 0, 255).astype(np.uint8)
    ### END SOLUTION


# %%
check(unsharp)

# %% [markdown]
# ## 8 · Slow waves only
#
# An ideal low-pass: keep each wave whose frequency lies at most `cutoff` from zero, and none of the others. Frequencies are in waves a pixel, as `np.fft.fftfreq(H)` gives them
# for the rows and `np.fft.fftfreq(W)` for the columns; their distance from zero is $\sqrt{u^2 + v^2}$. Give the picture that is left, in float, neither rounded nor clipped.
#
# <details><summary>Hint</summary>Without <code>fftshift</code>, frequency zero is in the corner [0, 0], and <code>fftfreq</code> says so. What comes back from <code>ifft2</code> is complex; its imaginary part is zero but for rounding.</details>


# %% exercise="slow_waves"
def slow_waves(image, cutoff):
    """Keep the waves of a gray image up to cutoff, in waves a pixel. Gives float."""
    ### BEGIN SOLUTION
    down, across = (np.fft.fftfreq(length) for length in image.shape)
    passes = np.hypot(down[:, None], across) <= cutoff
    return np.fft.ifft2(np.fft.fft2(image) * passes).real
    ### END SOLUTION


# %%
check(slow_waves)

# %% [markdown]
# ## 9 · Find the bug: the arrow on its head
#
# This function was handed in as a convolution. Convolving one light pixel with a kernel must draw the kernel. Run it.

# %%
arrow = np.array(
    [
        [0, 0, 9, 0, 0],
        [0, 9, 9, 9, 0],
        [9, 0, 9, 0, 9],
        [0, 0, 9, 0, 0],
        [0, 0, 9, 0, 0],
    ]
)


def handed_in(image, kernel):
    height, width = image.shape
    rows, columns = kernel.shape
    margin = ((rows // 2, rows // 2), (columns // 2, columns // 2))
    padded = np.pad(image.astype(float), margin, mode="reflect")
    total = np.zeros(image.shape)
    for row in range(rows):
        for column in range(columns):
            total += kernel[row, column] * padded[row : row + height, column : column + width]
    return np.clip(np.rint(total), 0, 255).astype(np.uint8)


# %%
one = samples.impulse(9, 9) // 10
show.pictures({"kernel": arrow / 9, "one pixel": one, "handed in": handed_in(one, arrow)})

# %% [markdown]
# Everything else is right: the border, the sum, the rounding. Write it so that it convolves.
#
# (The arrow's left half is the mirror of its right half, so it cannot show you every mistake. `check` uses other kernels.)


# %% exercise="mend_the_convolution"
def mend_the_convolution(image, kernel):
    """Convolve a gray uint8 image with a kernel of odd sides, border reflect. Gives uint8."""
    ### BEGIN SOLUTION
    height, width = image.shape
    flipped = kernel[::-1, ::-1]
    rows, columns = kernel.shape
    margin = ((rows // 2, rows // 2), (columns // 2, columns // 2))
    padded = np.pad(image.astype(float), margin, mode="reflect")
    total = np.zeros(image.shape)
    for row in range(rows):
        for column in range(columns):
            total += flipped[row, column] * padded[row : row + height, column : column + width]
    return np.clip(np.rint(total), 0, 255).astype(np.uint8)
    ### END SOLUTION


# %%
check(mend_the_convolution)

# %% [markdown]
# ## 10 · Find the bug: blurred to black
#
# The mean of 5 × 5 pixels. Add up 25 shifted pictures, divide by 25. What can go wrong?


# %%
def handed_in_too(image):
    padded = np.pad(image, 2, mode="reflect")
    total = np.zeros_like(image)
    for row in range(5):
        for column in range(5):
            total += padded[row : row + image.shape[0], column : column + image.shape[1]]
    return total // 25


blurred = handed_in_too(camera)
print("lightest level:", blurred.max())
show.pictures({"before": camera, "handed in": blurred}, largest=300)

# %% [markdown]
# No pixel is lighter than 10. Why just 10? And once that is mended, a second mistake is left, of one gray level.


# %% exercise="mend_the_sum"
def mend_the_sum(image):
    """Give the mean of each 5 x 5 window of a gray uint8 image, border reflect, rounded. uint8."""
    ### BEGIN SOLUTION
    padded = np.pad(image, 2, mode="reflect")
    total = np.zeros(image.shape)
    for row in range(5):
        for column in range(5):
            total += padded[row : row + image.shape[0], column : column + image.shape[1]]
    return np.rint(total / 25).astype(np.uint8)
    ### END SOLUTION


# %%
check(mend_the_sum)

# %% [markdown]
# ## 11 · Find the bug: the picture frame
#
# This mean is right in the middle of the picture. At its border it grows dark.


# %%
def handed_in_at_last(image, size):
    half = size // 2
    padded = np.pad(image.astype(float), half)
    total = np.zeros(image.shape)
    for row in range(size):
        for column in range(size):
            total += padded[row : row + image.shape[0], column : column + image.shape[1]]
    return np.rint(total / size**2).astype(np.uint8)


small = camera[::4, ::4]
show.pictures({"before": small, "handed in": handed_in_at_last(small, 21)}, largest=300)

# %% [markdown]
# `np.pad` has put zeros round the picture, and the mean has counted them. Do not invent pixels at all this time: let only **those neighbours that are in the picture** count,
# and divide by **as many as they are**. In a corner, with size 3, that is the mean of four pixels.
#
# <details><summary>Hint</summary>Zeros add nothing to the sum; only the divisor is wrong. What does the same loop make of a picture that is 1 everywhere?</details>


# %% exercise="mend_the_frame"
def mend_the_frame(image, size):
    """Give the mean of those pixels of each size x size window that are in the picture. uint8."""
    ### BEGIN SOLUTION
    total, count = np.zeros(image.shape), np.zeros(image.shape)
    half = size // 2
    pixels, ones = np.pad(image.astype(float), half), np.pad(np.ones(image.shape), half)
    for row in range(size):
        for column in range(size):
            window = np.s_[row : row + image.shape[0], column : column + image.shape[1]]
            total += pixels[window]
            count += ones[window]
    return np.rint(total / count).astype(np.uint8)
    ### END SOLUTION


# %%
check(mend_the_frame)

# %% [markdown]
# ## Where you stand

# %% tags=["nbval-ignore-output"]
progress()
