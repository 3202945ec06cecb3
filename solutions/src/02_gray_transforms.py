# %% [markdown]
# # 02 · Gray transforms: exercises
#
# Write each function where it says `raise NotImplementedError`, then run the cell below it: `check` tells you at once how far you have come, and what to look at next.
#
# The lesson is [notebooks/02_gray_transforms.ipynb](../notebooks/02_gray_transforms.ipynb). Pictures are `uint8`, gray (H, W) or colour (H, W, 3).
# Results are rounded with `np.rint`, and saturated. The recipe of the lesson's section 2 works nearly everywhere: convert, compute, round, saturate, back to `uint8`.
# Compute in `float64` or `float32`: `float16` has three digits, which is too coarse for 256 levels.
#
# `progress()` at the end shows what is done. Stuck? Open the hint. Still stuck? The solutions are in [solutions/02_gray_transforms.ipynb](../solutions/02_gray_transforms.ipynb).

# %%
import numpy as np

from coursekit.lab import check, progress, samples, show

camera = samples.camera()

# %% [markdown]
# ## 1 · Brighten
#
# Add `amount` gray levels to every pixel. What is above 255 becomes 255, what is below 0 becomes 0. `amount` may be negative.
#
# <details><summary>Hint</summary>In which type is there room for 200 + 100?</details>


# %% exercise="brighten"
def brighten(image, amount):
    """Add amount to each pixel of a uint8 image, and saturate. Gives uint8."""
    ### BEGIN SOLUTION
    wide = image.astype(np.int32) + amount
    return np.clip(wide, 0, 255).astype(np.uint8)
    ### END SOLUTION


# %%
check(brighten)

# %% [markdown]
# ## 2 · Contrast about mid-gray
#
# $s = a\,r$ makes a picture brighter as well as richer in contrast. Photographers turn the line about the middle instead: level 128 stays where it is,
# and the distance of every other level from 128 is multiplied by `contrast`. Round and saturate.
#
# <details><summary>Hint</summary>Move 128 to 0, multiply, move it back.</details>


# %% exercise="contrast_about_gray"
def contrast_about_gray(image, contrast):
    """Multiply each pixel's distance from level 128 by contrast. Gives uint8."""
    ### BEGIN SOLUTION
    s = contrast * (image.astype(np.float64) - 128) + 128
    return np.clip(np.rint(s), 0, 255).astype(np.uint8)
    ### END SOLUTION


# %%
check(contrast_about_gray)

# %% [markdown]
# ## 3 · A table for gamma
#
# Give the look-up table of the gamma transform $s = 255\,(r/255)^\gamma$: entry number $r$ is the new value of level $r$.
# Then `gamma_table(0.5)[camera]` is the camera picture with its shadows opened.
#
# <details><summary>Hint</summary><code>np.arange(256)</code> gives all the levels at once.</details>


# %% exercise="gamma_table"
def gamma_table(exponent):
    """Give the 256 entries of the gamma transform, uint8, rounded."""
    ### BEGIN SOLUTION
    r = np.arange(256) / 255
    return np.rint(255 * r**exponent).astype(np.uint8)
    ### END SOLUTION


# %%
check(gamma_table)

# %% [markdown]
# ## 4 · Stretch the contrast by itself
#
# Send the darkest level that occurs in the picture to 0 and the lightest one to 255, with a line between them. Round.
#
# (The lesson took percentiles, since single pixels had gone astray. Here take the true extremes.)
#
# What should become of a picture that has only one level? Give back a copy of it.
#
# <details><summary>Hint</summary>A picture of one level has <code>low == high</code>. What would you divide by?</details>


# %% exercise="stretch_contrast"
def stretch_contrast(image):
    """Spread the levels of a uint8 image over 0 to 255. Gives uint8."""
    ### BEGIN SOLUTION
    low, high = int(image.min()), int(image.max())
    if low == high:
        return image.copy()
    return np.rint((image - float(low)) * 255 / (high - low)).astype(np.uint8)
    ### END SOLUTION


# %%
check(stretch_contrast)

# %% [markdown]
# ## 5 · Posterise
#
# Leave only `levels` gray levels. Cut 0..255 into that many equal steps; the lowest step becomes 0, the highest 255, and those between are evenly spaced. Round.
#
# With `levels=4`: 0..63 becomes 0, 64..127 becomes 85, 128..191 becomes 170, 192..255 becomes 255.
#
# <details><summary>Hint</summary>The number of a pixel's step is <code>r * levels // 256</code>. Mind the type of <code>r</code>.</details>


# %% exercise="posterize"
def posterize(image, levels):
    """Leave so many evenly spaced gray levels, 2 to 256, black and white among them. Gives uint8."""
    ### BEGIN SOLUTION
    step = np.arange(256) * levels // 256
    table = np.rint(step * 255 / (levels - 1)).astype(np.uint8)
    return table[image]
    ### END SOLUTION


# %%
check(posterize)

# %% [markdown]
# ## 6 · Read a secret
#
# Somebody wrote a text into the lowest bits of a gray picture: row by row, from left to right, eight pixels for each letter, the highest bit of the letter first.
# `length` is the number of letters (plain ASCII). Give the text. Unlike in the lesson's `hide_message`, no length is written in front.
#
# <details><summary>Hint</summary><code>image.flatten() &amp; 1</code> gives the bits; <code>np.packbits</code> makes bytes of them; <code>bytes(...).decode()</code> makes text.</details>


# %% exercise="read_secret"
def read_secret(image, length):
    """Read a text of so many letters from the lowest bits of a gray uint8 image. Gives a str."""
    ### BEGIN SOLUTION
    bits = image.flatten()[: 8 * length] & 1
    return np.packbits(bits).tobytes().decode("ascii")
    ### END SOLUTION


# %%
check(read_secret)

# %% [markdown]
# ## 7 · Find the bug: the brighter sky
#
# This was handed in as "more contrast and a little more light". Run it.


# %%
def handed_in(image, contrast, brightness):
    result = np.zeros_like(image)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            result[row, column] = contrast * image[row, column] + brightness
    return result


show.pictures({"before": camera, "handed in": handed_in(camera, 1.5, 20)}, largest=300)

# %% [markdown]
# What has happened to the sky and the grass? And there is a second mistake, which nobody sees: `handed_in` of a pixel 1, with contrast 0.5 and brightness 0.4, is 0.
# It should be 1.
#
# Write it so that it is right. You need no loop.


# %% exercise="mend_the_overflow"
def mend_the_overflow(image, contrast, brightness):
    """Give contrast * image + brightness, rounded and saturated, as uint8."""
    ### BEGIN SOLUTION
    s = contrast * image.astype(np.float64) + brightness
    return np.clip(np.rint(s), 0, 255).astype(np.uint8)
    ### END SOLUTION


# %%
check(mend_the_overflow)

# %% [markdown]
# ## 8 · Find the bug: holes in the night
#
# This one was to open the shadows of a night sky, by the stronger of the lesson's two logarithms: $s = c \log(1 + r)$ with $r$ from 0 to 255, and $c$ such that white stays white.


# %%
def handed_in_too(image):
    with np.errstate(divide="ignore"):
        s = 255 / np.log(255) * np.log(image.astype(float))
    return np.clip(np.rint(np.abs(s)), 0, 255).astype(np.uint8)


night = samples.hubble_deep_field()[200:500, 200:600, 0] // 8
show.pictures({"before": night, "handed in": handed_in_too(night)}, largest=400)

# %% [markdown]
# White points where the sky is blackest. Which value do they have, and why?
#
# Write it so that black stays black, level 255 stays 255, and the curve rises all the way between them.


# %% exercise="mend_the_log"
def mend_the_log(image):
    """Give c * log(1 + r) for each level r, with c such that 255 stays 255. Rounded, uint8."""
    ### BEGIN SOLUTION
    gain = 255 / np.log(256)
    return np.rint(gain * np.log(1 + image.astype(np.float64))).astype(np.uint8)
    ### END SOLUTION


# %%
check(mend_the_log)

# %% [markdown]
# ## Where you stand

# %% tags=["nbval-ignore-output"]
progress()
