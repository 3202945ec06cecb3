# %% [markdown]
# # 02 · Gray transforms
#
# **One pixel at a time.** Each pixel gets a new value, worked out from its old value and nothing else:
#
# $$s = T(r)$$
#
# where $r$ is the old gray level, $s$ the new one, and $T$ the transform.
#
# After this chapter you will be able to
#
# - brighten, darken, stretch and invert a picture, and say what its curve looks like before you run it;
# - see at a glance when a program has run past the end of `uint8`;
# - turn any transform into a table of 256 numbers, and run it at the speed of one look-up per pixel;
# - choose between a straight line, a power and a logarithm;
# - take a picture apart into its eight bits, and hide a message in the lowest one.
#
# **Now run the notebook:** in the menu, *Run ▸ Run All Cells*. It takes a moment, and brings the figures to life.
# A line that begins with `assert` proves what the text says; skip it if you are only reading.

# %%
import time

import cv2
import numpy as np
import skimage.exposure
import torch

from coursekit.gray_transforms import explore, gpu, reference
from coursekit.lab import Question, device, measure_all, samples, show

# %% [markdown]
# ## 1 · The question
#
# Here is the moon, photographed from lunar orbit.

# %%
moon = samples.moon()
show.with_histogram({"the moon": moon})

# %% [markdown]
# Below the picture is its **histogram**: it shows, for each gray level from 0 (black) to 255 (white), how many pixels have that level.
# (An orange bar is taller than the plot, and has been cut off.)
#
# The picture looks as if it were covered in fog. The histogram says why: nearly all pixels are crowded into a few levels. Let us count.

# %%
low, high = np.percentile(moon, [1, 99]).astype(int)
print(f"98 out of 100 pixels lie between level {low} and level {high}")
assert high - low < 256 / 3

# %% [markdown]
# Less than a third of the gray levels do nearly all the work, and the rest stand idle.
#
# Nothing is out of focus and nothing is missing; all the information is there. It just sits on the wrong levels.
# **How do we move it to better ones?**
#
# Try it. The figure below has one curve. To find the new value of a pixel, start at its old value on the bottom axis, go up to the curve,
# and from there sideways to the new value. Every pixel of the picture takes the same route.
#
# Under the curve is the histogram of the picture before. Next to it, turned on its side, is the histogram after.
#
# *(Drag a slider, or focus it and press the arrow keys, or type a number. Point at a picture to read its pixels; click it, then scroll to zoom. **Reset** brings everything back.
# Where you see "Still pictures", run the whole notebook first.)*

# %%
explore.straight_line(moon)

# %% [markdown]
# Before you read on, find out:
#
# 1. Which two sliders make the shadows of the craters black and their rims white?
# 2. What happens to the *histogram* when you raise the contrast? When you change the brightness?
# 3. What does a contrast of −1 do? Which brightness does it need to go with it?
#
# You can also set a figure's controls from a cell. This is one answer to the first question:

# %%
answer = explore.straight_line(moon)
answer.set(contrast=3, brightness=-200)
answer

# %%
low, high = np.percentile(answer.pictures["after"], [1, 99]).astype(int)
print(f"98 out of 100 pixels now lie between level {low} and level {high}")
assert high - low > 200

# %% [markdown]
# ## 2 · The double loop
#
# The simplest transform is a straight line. $a$ is called **contrast** and $b$ **brightness**:
#
# $$s = a\,r + b$$
#
# Textbooks write it as two `for` loops: over the rows, and within each row over the columns. Here it is, with $a = 1.5$ and $b = 20$.


# %%
def linear_loop(image, contrast, brightness):
    result = np.zeros_like(image)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            result[row, column] = contrast * image[row, column] + brightness
    return result


# %%
camera = samples.camera()
looped = linear_loop(camera, 1.5, 20)
show.pictures({"before": camera, "1.5 r + 20, in a loop": looped}, largest=300)

# %% [markdown]
# That is not a brighter picture. The grass has turned into black and white sand, and the sky is dark.
#
# Look at one pixel of the sky:

# %%
r = camera[40, 400]
print("before  ", r)
print("expected", 1.5 * r + 20)
print("got     ", looped[40, 400])
assert looped[40, 400] == (1.5 * r + 20) // 1 % 256

# %% [markdown]
# A `uint8` has eight bits and counts from 0 to 255. What goes beyond 255 **starts again at 0**, like a car's odometer:
# 256 becomes 0, 300 becomes 44. Below 0 it carries on from 255 downwards. NumPy gives no warning here.
# (Strictly speaking, the sum is a float until it is stored, and what a float outside the range becomes in a `uint8` array depends on the machine. On an ordinary PC it wraps around.)
#
# Sooner or later, everyone who works with pictures meets this bug. The next figure shows it beside the right result. Try a brightness below 0, too.

# %%
explore.overflow()

# %% [markdown]
# The curve gives it away at once: a straight line that suddenly drops from the top to the bottom has wrapped around.
#
# ### The cure
#
# It takes three steps.
#
# 1. **Convert** the picture to a type that has room for the result.
# 2. **Round** with `np.rint`: 196.7 becomes 197. (The loop simply cut the fraction off. A half is rounded to the *even* neighbour: 0.5 to 0, 1.5 to 2.)
# 3. **Saturate** with `np.clip`: what is above white becomes white, what is below black becomes black. Only then go back to `uint8`.


# %%
def linear_numpy(image, contrast, brightness):
    s = contrast * image.astype(float) + brightness
    return np.clip(np.rint(s), 0, 255).astype(np.uint8)


saturated = linear_numpy(camera, 1.5, 20)
show.pictures({"wraps around": looped, "saturates": saturated}, largest=300)

# %% [markdown]
# Do not leave out the first step, even where things seem to work without it. The type of a result depends on the numbers that you happen to use:

# %%
print("camera * 1.5 is", (camera * 1.5).dtype)
print("camera * 2   is", (camera * 2).dtype, "and has wrapped around")
print("camera.astype(float) * 2 is", (camera.astype(float) * 2).dtype)
assert (camera * 2).max() < 2 * int(camera.max())

# %% [markdown]
# And a number that does not fit into `uint8` at all makes NumPy stop with an error. You will meet this one again; it always means *convert first*:

# %%
try:
    camera + 300
except OverflowError as error:
    print(error)

# %% [markdown]
# ### What the loop costs
#
# The loop visits each pixel from Python. NumPy and OpenCV visit them from compiled code. We time all three in one run.

# %% tags=["nbval-ignore-output"]
times = measure_all(
    {
        "double loop": lambda: linear_loop(camera, 1.5, 20),
        "NumPy": lambda: linear_numpy(camera, 1.5, 20),
        "OpenCV": lambda: cv2.convertScaleAbs(camera, alpha=1.5, beta=20),
    },
    repeats=5,
    warmup=1,
)
for name, timing in times.items():
    print(f"{name:12} {timing.median * 1000:9.3f} ms")
loop_over_numpy = times["double loop"].median / times["NumPy"].median
print(f"The loop takes {loop_over_numpy:.0f} times as long as NumPy.")

# %% [markdown]
# ## 3 · Contrast, brightness and the negative
#
# Now for the version that you will actually use. Here is how it is written in the package:

# %%
show.source(reference.linear, reference.invert)

# %% [markdown]
# The lines with `require` refuse bad input with a clear message. Then comes the formula, between two steps: `input_levels` says which values $r$ can have,
# and `output` rounds and saturates. Section 4 looks inside both.
#
# ### Five regimes
#
# There are five things that the slope $a$ and the height $b$ of the line can do to a picture:

# %%
regimes = {
    "as it is": (1, 0),
    "more contrast: a > 1": (1.6, -64),
    "less contrast: 0 < a < 1": (0.5, 64),
    "brighter: b > 0": (1, 60),
    "darker: b < 0": (1, -60),
    "inverted: a < 0": (-1, 255),
}
pictures = {name: reference.linear(camera, a, b) for name, (a, b) in regimes.items()}
show.with_histogram(pictures, largest=240, columns=3)

# %%
ramp = np.arange(256, dtype=np.uint8)[None]  # every level once: a picture of one row
del regimes["as it is"]
show.curve({name: reference.linear(ramp, a, b)[0] for name, (a, b) in regimes.items()})

# %% [markdown]
# Read the histograms. Contrast pulls the bars apart or pushes them together. Brightness moves all of them sideways.
#
# This has two side effects. Where bars are pulled apart, **gaps** open: no old level lands on those new ones. Where they are pushed together, some land on the same level
# and form a double bar.
#
# And whatever is pushed past an end piles up there, in one tall bar at 0 or at 255. Those pixels have lost their differences, and **no later step can bring them back**.

# %%
there = reference.linear(camera, 1, 60)
and_back = reference.linear(there, 1, -60)
lost = np.count_nonzero(and_back != camera)
print(f"{lost} of {camera.size} pixels did not come back")
assert lost == np.count_nonzero(camera > 195)

# %% [markdown]
# ### The negative
#
# $s = 255 - r$ loses nothing, for it is its own inverse. Astronomers often look at the sky this way: a faint dark speck on white paper is easier to see than a faint light one on black.

# %%
assert np.array_equal(reference.invert(reference.invert(camera)), camera)
galaxies = samples.hubble_deep_field()[400:700, 300:750]
show.pictures({"galaxies": galaxies, "their negative": reference.invert(galaxies)}, largest=320)

# %% [markdown]
# ### The same from OpenCV, and the exact difference
#
# `cv2.convertScaleAbs` also computes $a\,r+b$, rounds and saturates. On the camera picture the two agree in every pixel:

# %%
ours = reference.linear(camera, 1.5, 20)
theirs = cv2.convertScaleAbs(camera, alpha=1.5, beta=20)
assert np.array_equal(ours, theirs)
print("differing pixels:", np.count_nonzero(ours != theirs))

# %% [markdown]
# Now let the line go below zero. `Abs` in the name means *absolute value*:

# %%
ours = reference.linear(camera, 1.5, -100)
theirs = cv2.convertScaleAbs(camera, alpha=1.5, beta=-100)
print("differing pixels:", np.count_nonzero(ours != theirs))
assert np.array_equal(ours != theirs, (1.5 * camera.astype(float) - 100) < -0.5)
show.pictures({"saturated at black": ours, "convertScaleAbs": theirs}, largest=320)

# %% [markdown]
# The coat shines, since −80 has become 80. **Trap:** a function that saturates at white need not saturate at black.

# %% [markdown]
# ## 4 · The look-up table
#
# A `uint8` picture of a million pixels still has only 256 different values. So why work out $T(r)$ a million times?
#
# Work it out 256 times, once for each level, and keep the answers in a table. Then each pixel just **looks up** its new value.

# %%
table = np.clip(np.rint(1.5 * np.arange(256) + 20), 0, 255).astype(np.uint8)
print("level 0 becomes", table[0], "and level 100 becomes", table[100])

# %% [markdown]
# In NumPy, a whole array may stand in the brackets. Each number in it is replaced by the table entry with that number; the shape stays the same:

# %%
print(table[[0, 100, 200]])
print(table[np.array([[0, 100], [200, 0]])])

# %% [markdown]
# So if you put a picture in the brackets, it is looked up pixel by pixel:

# %%
assert np.array_equal(table[camera], reference.linear(camera, 1.5, 20))
print("table[camera] is the brighter picture:", table[camera].shape, table[camera].dtype)

# %% [markdown]
# This is all that `input_levels` and `output` do: the first gives the 256 levels, the second looks them up.

# %%
show.source(reference.input_levels, reference.output)

# %% [markdown]
# So the table *is* the curve, and the curve *is* the transform. Draw one yourself, in the square beside the pictures: press the mouse button and drag.
# Draw up to the edge, or beyond it, to reach 0 and 255. With the keyboard, ← and → choose a level, ↑ and ↓ change its value.

# %%
explore.draw_a_table()

# %% [markdown]
# Some tables to try: a step (all dark levels black, all light ones white); a curve that goes up and down again; a staircase of four levels.
#
# Applying such a staircase is called **posterising**. From a cell:

# %%
staircase = (np.arange(256) // 64 * 85).astype(np.uint8)
poster = staircase[samples.chelsea()]
print("levels left:", np.unique(poster))
assert len(np.unique(poster)) == 4
show.pictures({"before": samples.chelsea(), "four levels": poster}, largest=360)

# %% [markdown]
# The package offers the look-up as a function, `apply_lut`, with one table for all channels or one for each. It agrees with `cv2.LUT` in every pixel.

# %%
coffee = samples.coffee()
levels = np.arange(256)
warm = np.stack([np.minimum(levels * 1.2, 255), levels, levels * 0.8], axis=1).astype(np.uint8)
theirs = cv2.LUT(coffee, warm.reshape(256, 1, 3))  # OpenCV wants the table as a picture
assert np.array_equal(reference.apply_lut(coffee, warm), theirs)
show.pictures(
    {"before": coffee, "more red, less blue": reference.apply_lut(coffee, warm)}, largest=320
)

# %% [markdown]
# ## 5 · Gamma and logarithm
#
# A line treats all levels alike, but often only the shadows need help. Two curves can give it, and both need $r$ as a fraction of white, from 0 to 1.
#
# **Gamma**, a power with exponent $\gamma$ and gain $c$ (Gonzalez and Woods, Eq. 3-5):
#
# $$s = c\,r^{\gamma}$$
#
# **Logarithm** (Eq. 3-4, with base 2, so that white stays white):
#
# $$s = c\,\log_2(1 + r)$$

# %%
show.source(reference.gamma, reference.log)

# %%
show.curve(
    {
        "γ = 0.4": reference.gamma(ramp, 0.4)[0],
        "γ = 2.5": reference.gamma(ramp, 2.5)[0],
        "log": reference.log(ramp)[0],
    }
)

# %% [markdown]
# Both ends stay where they are: $0^\gamma = 0$ and $1^\gamma = 1$. Between them, an exponent below 1 lifts the shadows, and one above 1 lowers them.
# So no pixel is pushed past an end. Here is this whole chapter so far in one figure; what can you find in the man's coat?

# %%
explore.tone_curve()

# %%
opened, lifted = reference.gamma(camera, 0.45), reference.linear(camera, 1, 70)
show.with_histogram({"before": camera, "γ = 0.45": opened, "r + 70": lifted}, largest=250)

# %% [markdown]
# Both make the coat lighter. But look at the sky: gamma keeps its clouds and the distant towers. Adding 70 has pushed a good part of the picture past the end.

# %%
for name, picture in {"gamma": opened, "r + 70": lifted}.items():
    print(f"{name:7} {np.mean(picture == 255):6.1%} of the pixels are white")
assert np.mean(opened == 255) < 0.01 < 0.2 < np.mean(lifted == 255)

# %% [markdown]
# ### Two logarithms
#
# Ours is mild, since $r$ is a fraction and $1 + r$ runs from 1 to 2 only. Many books take $r$ as it is, from 0 to 255, and choose $c$ so that white stays white:
#
# $$s = c\,\log(1 + r),\qquad c = \frac{255}{\log 256}$$
#
# That is a different curve, and a far stronger one. Neither is wrong, but say which one you mean.

# %%
strong = 255 / np.log(256) * np.log(1 + np.arange(256.0))
show.curve({"r as a fraction": reference.log(ramp)[0], "r from 0 to 255": strong}, size=200)

# %% [markdown]
# ### Three traps
#
# **One.** Forgetting that $r$ has to be a fraction. For $r$ from 0 to 255, $r^{0.5}$ is at most 16, and the picture is black:

# %%
wrong = np.clip(np.rint(camera.astype(float) ** 0.5), 0, 255).astype(np.uint8)
print("lightest level:", wrong.max())
assert wrong.max() == round(255**0.5)

gain = 255 ** (1 - 0.5)
repaired = np.clip(np.rint(gain * camera.astype(float) ** 0.5), 0, 255).astype(np.uint8)
assert np.array_equal(repaired, reference.gamma(camera, 0.5))

# %% [markdown]
# A power of levels from 0 to 255 needs the gain $255^{1-\gamma}$. It is easier to divide by 255 first.
#
# **Two.** Forgetting the `1 +` in the logarithm. $\log 0$ is minus infinity, so the black pixels have no value at all:

# %%
with np.errstate(divide="ignore"):
    without_one = np.log2(np.array([0.0, 0.5, 1.0]))
print("log2(r)    ", without_one)
print("log2(1 + r)", np.log2(1 + np.array([0.0, 0.5, 1.0])).round(3))
assert np.isneginf(without_one[0])

# %% [markdown]
# **Three.** Trusting a library to round. scikit-image has both functions. Its gamma rounds as ours does; its logarithm cuts the fraction off:

# %%
theirs = skimage.exposure.adjust_gamma(camera, gamma=0.5, gain=1)
assert np.array_equal(reference.gamma(camera, 0.5), theirs)

ours = reference.log(camera).astype(int)
theirs = skimage.exposure.adjust_log(camera, gain=1, inv=False)
print(f"log: {np.mean(ours != theirs):.0%} of the pixels differ, by", np.abs(ours - theirs).max())

exact = 255 * np.log2(1 + np.arange(256) / 255)
assert np.array_equal(theirs, np.floor(exact).astype(np.uint8)[camera])
assert np.array_equal(ours, np.rint(exact).astype(np.uint8)[camera])

# %% [markdown]
# To the eye, one gray level is nothing. To a program that compares two pictures, it is a failed test. So a function should say in its documentation how it rounds.

# %% [markdown]
# ### Why every picture file has a gamma in it
#
# A camera does not store the light that it measured. It stores roughly light$^{1/2.2}$, and the screen undoes this. Why?
#
# The eye tells dark tones apart better than light ones. With only 256 levels, we want many of them to be dark.
#
# Take the darkest tenth of all light, from none at all to a tenth of white. How many of the 256 levels does it get?

# %%
level = np.arange(256) / 255
if_light_is_stored = np.count_nonzero(level <= 0.1)
if_gamma_is_stored = np.count_nonzero(level**2.2 <= 0.1)  # level**2.2 is the light of a level
print("stored as light:  ", if_light_is_stored, "levels")
print("stored with gamma:", if_gamma_is_stored, "levels")
assert if_gamma_is_stored > 3 * if_light_is_stored

# %% [markdown]
# One consequence will matter in later chapters. Paint a wall in a fine pattern of black and white, half of each, and step back until it looks gray. Which level does that gray have?

# %%
mean_of_levels = (0 + 255) / 2
mean_of_light = 255 * ((0**2.2 + 1**2.2) / 2) ** (1 / 2.2)
print(
    f"the mean of the levels is {mean_of_levels:.0f}, the level of the mean light is {mean_of_light:.0f}"
)
assert mean_of_light > mean_of_levels + 50

# %% [markdown]
# **The mean of gray levels is not the mean of light.** The wall looks as light as the second number says.

# %% [markdown]
# ## 6 · Stretch, lines, and slices
#
# Back to the moon. **Contrast stretching** sends one level, *low*, to black and another, *high*, to white, with a straight line between them:
#
# $$s = 255\,\frac{r - \mathrm{low}}{\mathrm{high} - \mathrm{low}}$$
#
# Move the two bounds towards the ends of the histogram's hill. If one slider meets the other, it pushes it along.

# %%
explore.stretch()

# %% [markdown]
# How would a program find the two bounds? A first idea is to take the darkest and the lightest level of the picture.

# %%
darkest, lightest = int(moon.min()), int(moon.max())
print("darkest", darkest, "and lightest", lightest)
by_extremes = reference.contrast_stretch(moon, darkest, lightest)
print("pixels changed:", np.count_nonzero(by_extremes != moon))
assert np.array_equal(by_extremes, moon)

# %% [markdown]
# **Trap:** nothing at all has happened. How many pixels are to blame?

# %%
print("white pixels:", np.count_nonzero(moon == 255), "of", moon.size)
assert np.count_nonzero(moon == 255) < 5

# %% [markdown]
# A handful of pixels decides what *high* is. Percentiles do not care about a handful: leave out the darkest and the lightest hundredth of the pixels.
# This is much what photo editors do when you press *auto*.

# %%
low, high = np.percentile(moon, [1, 99])
stretched = reference.contrast_stretch(moon, low, high)
show.with_histogram(
    {"before": moon, "minimum, maximum": by_extremes, "1 %, 99 %": stretched}, largest=250
)

# %% [markdown]
# So here is the answer to the question of the first section: two numbers, read off the histogram.
#
# scikit-image calls this `rescale_intensity`. The result looks the same but is not, because of the third trap again: it cuts the fraction off where we round.

# %%
theirs = skimage.exposure.rescale_intensity(moon, in_range=(low, high), out_range=np.uint8)
difference = np.abs(stretched.astype(int) - theirs)
print("largest difference:", difference.max(), "gray level")
assert difference.max() == 1

# %% [markdown]
# ### Any lines you like
#
# `piecewise_linear` takes corner points $(r, s)$ and draws lines between them. Four corners give the photographers' S-curve:

# %%
s_curve = [(0, 0), (70, 30), (180, 225), (255, 255)]
show.pictures(
    {"before": camera, "S-curve": reference.piecewise_linear(camera, s_curve)}, largest=320
)

# %%
show.curve({"S-curve": lambda picture: reference.piecewise_linear(picture, s_curve)}, size=200)

# %% [markdown]
# ### A slice of levels
#
# `slice_levels` paints the levels between two bounds white. It is a first way of saying *this is the object and that is the background*.
#
# Try to find bounds that keep the coins and nothing else. Why is it impossible? Look at the background in the upper left and in the lower right. (Chapter 06 does better.)

# %%
explore.level_slice()

# %%
coins = samples.coins()
sliced = reference.slice_levels(coins, 120, 255)
print(f"{np.mean(sliced == 255):.1%} of the pixels lie between 120 and 255")
assert np.array_equal(sliced == 255, (coins >= 120) & (coins <= 255))

# %% [markdown]
# ## 7 · Eight bits, and a hidden message
#
# A gray level is a number of eight bits. Take 200, for example:

# %%
print(f"{200:08b}  =  128 + 64 + 8")
assert 128 + 64 + 8 == 200

# %% [markdown]
# Take the same bit of every pixel, and you have a picture in black and white: a **bit plane**. There are eight of them.
#
# In the figure, look at bit 7 first, then go down. How far down can you still see the man? Then ask the opposite question:
# how many of the highest bits must you keep so that nothing seems to be missing?

# %%
explore.bit_planes()

# %%
planes = {f"bit {bit}": reference.bit_plane(camera, bit) for bit in range(7, -1, -1)}
show.pictures(planes, columns=4, largest=128)

# %% [markdown]
# The eight planes together are the picture, exactly:

# %%
rebuilt = sum((planes[f"bit {bit}"] > 0) * 2**bit for bit in range(8))
assert np.array_equal(rebuilt, camera)
print("differing pixels:", np.count_nonzero(rebuilt != camera))

# %% [markdown]
# In the lowest planes the man has disappeared; what is left is mostly noise, and traces of how the photo was once stored. If nobody misses it, we can write whatever we like there.
# That is **steganography**: hiding a message where nobody suspects one.
#
# A letter is a number too, and so it has eight bits. Each goes into the lowest bit of one pixel, in reading order:

# %%
letter = ord("M")
print(f"M is number {letter}, in bits {letter:08b}")
patch = camera[0, :8]
carried = patch & 254 | np.unpackbits(np.uint8([letter]))  # 254 is 11111110: clears the lowest bit
print("eight pixels before:", patch)
print("with an M in them:  ", carried)
assert np.packbits(carried & 1)[0] == letter

# %% [markdown]
# `hide_message` does this for a whole message. In front of it, and in the same way, it writes the number of bytes, so that `reveal_message` knows where to stop.

# %%
secret = b"Meet me at the tripod."
carrier = reference.hide_message(camera, secret)
difference = np.abs(carrier.astype(int) - camera)
print("largest change:", difference.max(), "gray level, in", np.count_nonzero(difference), "pixels")
print("read again:    ", reference.reveal_message(carrier).decode())
assert reference.reveal_message(carrier) == secret and difference.max() == 1

# %%
show.pictures({"without": camera, "with the message": carrier}, largest=300)

# %% [markdown]
# One bit in each pixel leaves room for a good deal of text:

# %%
room = camera.size // 8 - 4
print(f"room for {room} bytes; a whole message needs four bytes for its own length")
try:
    reference.hide_message(camera, bytes(room + 1))
except ValueError as error:
    print(error)

# %% [markdown]
# More bits give more room. Here the lowest bits of the camera picture carry the highest bits of the moon. At what point do you notice?

# %%
explore.hidden()

# %% [markdown]
# **Trap:** a message in the lowest bit does not survive even the mildest change to the picture. One gray level is enough to destroy it, and so is saving as JPEG.

# %%
damaged = reference.linear(carrier, 1, 1)
try:
    reference.reveal_message(damaged)
except ValueError as error:
    print(error)
_, jpeg = cv2.imencode(".jpg", carrier, [cv2.IMWRITE_JPEG_QUALITY, 95])
reopened = cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE)
flipped = np.mean((reopened ^ carrier) & 1)
print(f"JPEG at quality 95 flips {flipped:.0%} of the lowest bits")
assert flipped > 0.25

# %% [markdown]
# ## 8 · On the GPU: a whole batch
#
# *For developers; skip it on a first reading.* PyTorch's arrays are called tensors. They can live on a graphics card, which works on thousands of pixels at once.
#
# Each function has a twin of the same name in `gpu`. The twin takes **batches**: tensors of shape (batch, channels, rows, columns).
# It works on whatever device the tensor is on; here that is:

# %% tags=["nbval-ignore-output"]
print("device:", device())

# %%
show.source(gpu.linear, gpu.output)

# %% [markdown]
# It is the same line between the same two steps; only the look-up itself is written the PyTorch way.

# %%
batch = torch.from_numpy(np.stack([camera] * 16))[:, None].to(device())
brightened = gpu.linear(batch, 1.5, 20)
print("shape", tuple(brightened.shape), "dtype", brightened.dtype)
same = reference.linear(camera, 1.5, 20)
largest = int((brightened[0, 0].cpu().int() - torch.from_numpy(same).int()).abs().max())
print("largest difference from the reference:", largest)
assert largest == 0

# %% [markdown]
# And here are the times, for sixteen pictures of 512 × 512:

# %% tags=["nbval-ignore-output"]
pictures = batch[:, 0].cpu().numpy()
times = measure_all(
    {
        "reference": lambda: [reference.gamma(picture, 0.5) for picture in pictures],
        "scikit-image": lambda: [skimage.exposure.adjust_gamma(p, gamma=0.5) for p in pictures],
        f"gpu, on {device()}": lambda: gpu.gamma(batch, 0.5),
        "OpenCV": lambda: [cv2.LUT(picture, table) for picture in pictures],
    },
    repeats=20,
)
for name, timing in times.items():
    print(f"{name:16} {timing.median * 1000:7.2f} ms for 16 pictures")

# %% [markdown]
# A look-up is so little work that all four spend most of their time reading and writing pixels. On a CPU there is not much to gain here, and OpenCV is hard to beat.
# `gpu` pays off where the pictures are on a GPU already, for the steps before and after this one.
#
# What nobody should use is the double loop of section 2. For the same sixteen pictures it would take this long:

# %% tags=["nbval-ignore-output"]
start = time.perf_counter()
linear_loop(camera[:128], 1.5, 20)
seconds = (time.perf_counter() - start) * 4 * 16
print(f"{seconds:.1f} s, {seconds / times['reference'].median:.0f} times as long as the reference")

# %% [markdown]
# ## 9 · Your own photo
#
# Put a photo in the same folder as this notebook and load it by name, `samples.load("my.jpg")`. Or press **Own photo** in the figure: the photo stays on your machine.

# %%
photo = samples.astronaut()  # samples.load("my.jpg")
explore.tone_curve(photo)

# %% [markdown]
# Notice what happens to the colours: each channel follows the same curve on its own. More contrast makes the colours stronger, and a curve that bends
# shifts them. Chapter 03 shows how to change the lightness alone.

# %% [markdown]
# ## 10 · Three questions
#
# Click on an answer to open it.

# %% jupyter={"source_hidden": true}
Question(
    "An image is uint8. What is (image + 100)[0, 0] if image[0, 0] is 200?",
    {
        "300": "A uint8 cannot hold 300; it counts to 255.",
        "255": "That would be saturation. NumPy does not saturate by itself.",
        "44": "300 - 256 = 44: the sum wraps around.",
    },
    right="44",
)

# %% jupyter={"source_hidden": true}
Question(
    "You want to see what is in the shadows and keep the highlights. Which transform?",
    {
        "s = r + 80": "The highlights are pushed past 255 and lost.",
        "s = 255 (r / 255) ** 0.5": "An exponent below 1 opens the shadows; 255 stays 255.",
        "s = 255 (r / 255) ** 2": "An exponent above 1 makes the shadows darker.",
    },
    right="s = 255 (r / 255) ** 0.5",
)

# %% jupyter={"source_hidden": true}
Question(
    "How many entries does the look-up table of a uint8 picture with a million pixels have?",
    {
        "a million": "Pixels with the same level share an entry.",
        "256": "One for each level, whatever the size of the picture.",
        "one for each level that occurs in the picture": "Entries that are not used do no harm.",
    },
    right="256",
)

# %% [markdown]
# ## Take-aways
#
# - A gray transform is a curve, and a curve for `uint8` is a table of 256 numbers.
# - **Convert** to float, calculate, **round**, **saturate**, and only then go back to `uint8`.
# - A line moves all levels alike. A power or a logarithm favours the shadows, and wants $r$ as a fraction of white.
# - What saturates is lost.
# - The highest bits carry the picture; the lowest ones carry noise, or a secret.
#
# ## References
#
# - R. C. Gonzalez, R. E. Woods, *Digital Image Processing*, 4th edition, Pearson 2018, §3.1–3.2.
# - R. Szeliski, *Computer Vision: Algorithms and Applications*, 2nd edition, Springer 2022, §3.1.
# - C. Poynton, *Digital Video and HD: Algorithms and Interfaces*, 2nd edition, Morgan Kaufmann 2012, ch. 27.
# - C.-K. Chan, L. M. Cheng, "Hiding data in images by simple LSB substitution", *Pattern Recognition* 37(3), 2004, 469–474.
#
# ## Exercises
#
# Now it is your turn: [exercises/02_gray_transforms.ipynb](../exercises/02_gray_transforms.ipynb). Each answer is checked at once.
