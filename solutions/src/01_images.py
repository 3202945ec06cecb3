# %% [markdown]
# # 01 · Images: exercises
#
# Write each function where it says `raise NotImplementedError`, then run the cell below it: `check` tells you at once how far you have come, and what to look at next.
#
# The lesson is [notebooks/01_images.ipynb](../notebooks/01_images.ipynb). Pictures are `uint8`, gray (H, W) or colour (H, W, 3) in the order red, green, blue.
# Rows come first. Most pictures are not square, so it matters.
#
# `progress()` at the end shows what is done. Stuck? Open the hint. Still stuck? The solutions are in [solutions/01_images.ipynb](../solutions/01_images.ipynb).

# %%
import cv2
import numpy as np

from coursekit.images import reference
from coursekit.lab import check, progress, samples, show

coffee = samples.coffee()

# %% [markdown]
# ## 1 · Cut out a patch
#
# Give the part of a picture that starts at row `top` and column `left`, and is `height` rows and `width` columns large. It has to be a picture of its own:
# who paints on the patch must not paint on the picture.
#
# A patch that leaves the picture on any side is a mistake of the caller: raise a `ValueError`. NumPy will not do it for you.
#
# <details><summary>Hint</summary>What does a slice do with −1? And with a row beyond the last? Check first, slice then, and copy.</details>


# %% exercise="crop_patch"
def crop_patch(image, top, left, height, width):
    """Cut a rectangle out of a picture, gray or colour. Gives a copy."""
    ### BEGIN SOLUTION
    bottom, right = top + height, left + width
    if top < 0 or left < 0 or bottom > image.shape[0] or right > image.shape[1]:
        raise ValueError("the patch leaves the picture")
    return image[top:bottom, left:right].copy()
    ### END SOLUTION


# %%
check(crop_patch)

# %% [markdown]
# ## 2 · Nearest
#
# Give the picture `height` rows and `width` columns. New row $i$ copies the old row $\lfloor i \cdot H / h \rfloor$, new column $j$ the old column
# $\lfloor j \cdot W / w \rfloor$. It has to work for larger sizes too.
#
# <details><summary>Hint</summary>Work out the numbers of all the rows at once: <code>np.arange(height) * ...</code>. An array can be indexed by an array.</details>


# %% exercise="nearest_resize"
def nearest_resize(image, height, width):
    """Give a picture, gray or colour, another size, copying the nearest pixel above left."""
    ### BEGIN SOLUTION
    rows = np.arange(height) * image.shape[0] // height
    columns = np.arange(width) * image.shape[1] // width
    return image[rows][:, columns]
    ### END SOLUTION


# %%
check(nearest_resize)

# %% [markdown]
# ## 3 · Gray
#
# $Y = 0.299\,R + 0.587\,G + 0.114\,B$, in whole numbers, so that it is the same on every machine:
#
# $$Y = \left\lfloor \frac{9798\,R + 19235\,G + 3735\,B + 16384}{32768} \right\rfloor$$
#
# 32768 is $2^{15}$, and half of it is added so that the result is rounded.
#
# <details><summary>Hint</summary>9798 times 255 does not fit into a <code>uint8</code>. Take the channels apart: <code>image[..., 0]</code> is red.</details>


# %% exercise="to_gray"
def to_gray(image):
    """Weigh red, green and blue of a colour picture. Gives (H, W) uint8."""
    ### BEGIN SOLUTION
    red, green, blue = np.moveaxis(image.astype(np.int32), -1, 0)
    return ((9798 * red + 19235 * green + 3735 * blue + 16384) // 32768).astype(np.uint8)
    ### END SOLUTION


# %%
check(to_gray)

# %% [markdown]
# ## 4 · Halve without aliasing
#
# Each new pixel is the mean of a block of 2 × 2 old ones, rounded; a half is rounded up. Where the number of rows or columns is odd, the last one is left out.
#
# <details><summary>Hint</summary><code>image[0::2, 1::2]</code> gives the top right pixel of each block. There are four such pictures. In which type can you add them?</details>


# %% exercise="halve"
def halve(image):
    """Shrink a picture, gray or colour, to half its rows and columns by the mean of 2 x 2 pixels."""
    ### BEGIN SOLUTION
    height, width = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
    wide = image[:height, :width].astype(np.int32)
    total = wide[0::2, 0::2] + wide[0::2, 1::2] + wide[1::2, 0::2] + wide[1::2, 1::2]
    return ((total + 2) // 4).astype(np.uint8)
    ### END SOLUTION


# %%
check(halve)

# %% [markdown]
# ## 5 · The mean of angles
#
# Give the mean of hues in degrees, the way angles have a mean: the direction in which their arrows point together. The result is at least 0 and less than 360.
#
# <details><summary>Hint</summary><code>np.sin</code> and <code>np.cos</code> take radians: <code>np.deg2rad</code>. <code>np.arctan2</code> gives −180° to 180°; what does <code>% 360</code> make of −10?</details>


# %% exercise="mean_hue"
def mean_hue(hues):
    """Give the circular mean of an array of angles in degrees: a number from 0 up to 360."""
    ### BEGIN SOLUTION
    angles = np.deg2rad(hues)
    mean = np.arctan2(np.sin(angles).sum(), np.cos(angles).sum())
    return np.rad2deg(mean) % 360
    ### END SOLUTION


# %%
check(mean_hue)

# %% [markdown]
# ## 6 · Pick a colour
#
# `hsv` is a `uint8` picture in HSV, as OpenCV and `reference.rgb_to_hsv` give it. `hue` and `width` are in degrees, 0 to 360.
# Give a picture of truth values: `True` where the pixel's hue is at most `width` degrees from `hue`, **round the circle**, and its saturation is at least 100.
#
# <details><summary>Hint</summary>How many degrees is a stored 10? How far is 350° from 10°, on the shorter way round? And <code>uint8</code> has no numbers below 0.</details>


# %% exercise="select_hue"
def select_hue(hsv, hue, width):
    """Tell which pixels have about this hue, and are colourful. Gives (H, W) bool."""
    ### BEGIN SOLUTION
    distance = np.abs(2 * hsv[..., 0].astype(int) - hue)
    distance = np.minimum(distance, 360 - distance)
    return (distance <= width) & (hsv[..., 1] >= 100)
    ### END SOLUTION


# %%
check(select_hue)

# %% [markdown]
# ## 7 · Find the bug: the blue cup
#
# This was handed in as "read a picture from the bytes of a file". Run it.


# %%
def handed_in(file):
    return cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)


file = cv2.imencode(".png", reference.rgb_to_bgr(coffee))[1].tobytes()
show.pictures({"what was photographed": coffee, "handed in": handed_in(file)}, largest=300)

# %% [markdown]
# The wood is blue, and so is the cup. On a gray picture nobody would have noticed.
#
# Write it so that it gives red, green, blue.


# %% exercise="mend_the_blue"
def mend_the_blue(file):
    """Read a picture from the bytes of a file, by OpenCV. Gives (H, W, 3) uint8, RGB."""
    ### BEGIN SOLUTION
    bgr = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
    ### END SOLUTION


# %%
check(mend_the_blue)

# %% [markdown]
# ## 8 · Find the bug: the squeezed cup
#
# This one makes a thumbnail whose longest side has so many pixels. It was tested with the astronaut, who is 512 × 512.


# %%
def handed_in_too(image, longest):
    scale = longest / max(image.shape[:2])
    height, width = round(image.shape[0] * scale), round(image.shape[1] * scale)
    return cv2.resize(image, (height, width), interpolation=cv2.INTER_AREA)


thumbnails = {"astronaut": samples.astronaut(), "coffee": coffee}
show.pictures({name: handed_in_too(picture, 150) for name, picture in thumbnails.items()}, scale=1)

# %% [markdown]
# The astronaut is fine. What has happened to the cup, and why not to her?
#
# Write it so that it is right for every shape.


# %% exercise="mend_the_thumbnail"
def mend_the_thumbnail(image, longest):
    """Shrink a picture by area, so that its longest side has so many pixels. Keeps its form."""
    ### BEGIN SOLUTION
    scale = longest / max(image.shape[:2])
    height, width = round(image.shape[0] * scale), round(image.shape[1] * scale)
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    ### END SOLUTION


# %%
check(mend_the_thumbnail)

# %% [markdown]
# ## Where you stand

# %% tags=["nbval-ignore-output"]
progress()
