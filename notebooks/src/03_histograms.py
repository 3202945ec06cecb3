# %% [markdown]
# # 03 · Histograms
#
# **Count first, then choose the curve.** In chapter 02 *you* drew the curve $s = T(r)$. Here the picture draws it for you.
#
# After this chapter you will be able to
#
# - count the gray levels of a picture without falling into one of three traps;
# - say what a histogram knows about a picture, and what it has forgotten;
# - equalise a picture, and explain why the result is never quite equal;
# - rescue a backlit face with CLAHE, and say what its tiles, its clip limit and its interpolation are for;
# - give one picture the histogram of another;
# - do all of that in colour without turning wood blue.
#
# **Now run the notebook:** in the menu, *Run ▸ Run All Cells*. It takes a moment, and brings the figures to life.
# A line that begins with `assert` proves what the text says; skip it if you are only reading.

# %%
import cv2
import numpy as np
import skimage.exposure
import torch

from coursekit.histograms import explore, gpu, reference
from coursekit.images import reference as images
from coursekit.lab import Question, device, measure_all, samples, show

# %% [markdown]
# ## 1 · The question
#
# Somebody stands in front of a bright window, and the camera does what cameras do: it adjusts itself to the window. The person stays dark.
#
# *(This portrait is a montage, not a photograph. The astronaut was cut out of the bundled photo, given 6 % of her light, and placed in front of a window drawn by a program; a little grain was added over everything.
# A camera pointed at the light gives the same result.)*

# %%
portrait = explore.backlit()
show.with_histogram({"against the light": portrait}, largest=420)

# %% [markdown]
# The face is there, but who can see it? Let us look at its gray levels alone. (`explore.FACE` says which rows and columns the face occupies.)

# %%
face = portrait[explore.FACE]
dark, light = np.percentile(face, [5, 95])
print(f"90 out of 100 pixels of the face lie between level {dark:.0f} and level {light:.0f}")
assert light < 255 / 4

# %% [markdown]
# Chapter 02 has a cure: a power with an exponent below 1 opens up the shadows. But *which* exponent? You would have to look at the picture, and experiment.
#
# **Can a program look at the picture, and find the curve by itself?** Below are three methods. `gamma 0.4` is chapter 02's. The other two find their curve on their own.
#
# Try all of them before you read on. What does each one do to the face? To the grass? To the sky? And which one makes the face *darker* than it was? It is the one that every textbook begins with.

# %%
explore.remedies()

# %% [markdown]
# By the end of the chapter you will know why. It all begins with counting.

# %% [markdown]
# ## 2 · Counting levels
#
# A **histogram** says, for each gray level $k$, how many pixels have that level (Gonzalez and Woods, Eq. 3-6):
#
# $$h(k) = n_k$$
#
# In Python, the obvious way is a loop:


# %%
def histogram_loop(image):
    counts = np.zeros(256, int)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            counts[image[row, column]] += 1
    return counts


camera = samples.camera()
counts = histogram_loop(camera)
print("pixels of level 0:", counts[0], " of level 255:", counts[255], " in all:", counts.sum())
assert counts.sum() == camera.size

# %% [markdown]
# ### The first trap
#
# In chapter 02 we replaced a double loop by putting the whole picture in the brackets. Does that work here?

# %%
shortcut = np.zeros(256, int)
shortcut[camera] += 1
print("in all:", shortcut.sum())
assert shortcut.sum() == len(np.unique(camera))

# %% [markdown]
# It does not: each of the 256 levels was counted only once. NumPy looks up all the old values, adds 1 to each, and writes them back. A level that occurs a thousand times is written a thousand times, each time as 0 + 1.
#
# The function that does count is `np.bincount`. The slot in which a level is counted is called its **bin**; here each level has a bin of its own. Once each value has found its bin, this is all that the package's version does:

# %%
show.source(reference.histogram)

# %% tags=["nbval-ignore-output"]
times = measure_all(
    {
        "double loop": lambda: histogram_loop(camera),
        "reference": lambda: reference.histogram(camera),
        "OpenCV": lambda: cv2.calcHist([camera], [0], None, [256], [0, 256]),
    },
    repeats=5,
    warmup=1,
)
for name, timing in times.items():
    print(f"{name:12} {timing.median * 1000:8.2f} ms")
loop_over_reference = times["double loop"].median / times["reference"].median
print(f"The loop takes {loop_over_reference:.0f} times as long as the reference.")

# %% [markdown]
# ### A picture of a picture
#
# Below, the histogram is shown beside its picture. **Click a bar: its pixels turn orange.** Or focus the histogram and use ← and →. It also works the other way round: click a pixel, and a purple line marks its bar.

# %%
explore.pixels_of_a_bin()

# %% [markdown]
# 1. The histogram has four hills. Which parts of the picture are they?
# 2. Why is there a valley between coat and grass? Which pixels live in it?
# 3. Choose fewer bins. Each of them then counts several neighbouring levels together. What do you lose, and what becomes clearer?
#
# The same from a cell, with four bins:

# %%
quarters = reference.histogram(camera, bins=4)
for number, count in enumerate(quarters):
    print(f"levels {64 * number:3} to {64 * number + 63:3}: {count / camera.size:5.1%}")
assert quarters.sum() == camera.size

# %% [markdown]
# ### The second trap: where the bins begin
#
# NumPy has a function that is even called `histogram`. Here it counts the pixels of a pale picture, a moving clock:

# %%
clock = samples.clock()
print("the clock's levels run from", clock.min(), "to", clock.max())
theirs, edges = np.histogram(clock, bins=256)
ours = reference.histogram(clock)
print("tallest bar, NumPy:", theirs.argmax(), " ours:", ours.argmax())
assert theirs.sum() == ours.sum() and theirs.argmax() != ours.argmax()
assert np.array_equal(np.histogram(camera, bins=256)[0], reference.histogram(camera))

# %% [markdown]
# Unless you say otherwise, NumPy's 256 bins run from the darkest level *of this picture* to its lightest. So its bar number 67 is level 138. On a picture that covers the whole range from 0 to 255, as the camera picture does, NumPy's bins are the same as ours,
# and the mistake goes unnoticed. (In one of the exercises you will meet a program that makes it.)
#
# ### The third trap: where the bins end
#
# OpenCV wants a range, too. The upper end is *not* part of it. Here somebody wrote 255:

# %%
good = cv2.calcHist([camera], [0], None, [256], [0, 256])
bad = cv2.calcHist([camera], [0], None, [256], [0, 255])
print("pixels counted:", int(good.sum()), "and", int(bad.sum()))
print("white pixels:  ", np.count_nonzero(camera == 255))
assert good.sum() - bad.sum() == np.count_nonzero(camera == 255)

# %% [markdown]
# All the white pixels are missing. Write `[0, 256]`. With every argument spelled out, `np.bincount`, `np.histogram`, OpenCV and our function agree in every bin:

# %%
for picture in (camera, clock, samples.coins()):
    ours = reference.histogram(picture)
    assert np.array_equal(ours, np.bincount(picture.ravel(), minlength=256))
    assert np.array_equal(ours, np.histogram(picture, bins=256, range=(0, 256))[0])
    theirs = cv2.calcHist([picture], [0], None, [256], [0, 256])  # float32, of shape (256, 1)
    assert np.array_equal(ours, theirs.ravel())
print("camera, clock and coins: four ways to count, no differing bin")

# %% [markdown]
# ### What a histogram forgets
#
# Cut a picture into squares, shuffle them, and count again. Make the squares smaller and smaller. What happens to the histogram?

# %%
explore.same_histogram()

# %% [markdown]
# Nothing. A histogram knows *how many* pixels there are of each level. It has forgotten *where* they are. Even this has the same histogram as the camera picture:

# %%
in_order = np.sort(camera, axis=None).reshape(camera.shape)
assert np.array_equal(reference.histogram(in_order), reference.histogram(camera))
show.with_histogram({"camera": camera, "its pixels in order": in_order}, largest=240)

# %% [markdown]
# Remember this: nothing that a program learns from a histogram alone can depend on where the face is.
#
# ### One for each channel
#
# A colour picture has three histograms. `channel_histograms` gives them as three rows.
#
# This is a photo under a yellow lamp (simulated by multiplying the channels). The backdrop was nearly gray: there, red, green and blue were nearly equal. **Find three numbers that make it gray again.** Watch the rightmost hill of each colour rather than the picture: these hills are the backdrop. (The pixels are counted in 64 bins.)

# %%
explore.three_channels()

# %% [markdown]
# When the three hills of the backdrop lie on top of each other, it is gray. A program can do this with the means of the three channels. To work out the mean of a channel, you do not need the picture, only the counts. For the backdrop alone, cut it out first:

# %%
tinted = explore.tinted()
counts = reference.channel_histograms(tinted)
means = counts @ np.arange(256) / counts.sum(axis=1)
print("means of red, green, blue:", means.round(1))
assert np.allclose(means, tinted.mean(axis=(0, 1)))

backdrop = tinted[10:120, 310:360].mean(axis=(0, 1))  # left of the shuttle
print("the backdrop:             ", backdrop.round(1))
print("to make it gray, multiply by", (backdrop[0] / backdrop).round(2))
before = samples.astronaut()[10:120, 310:360].mean(axis=(0, 1))
assert np.ptp(before) < 20 < 100 < np.ptp(backdrop)  # largest minus smallest

# %% [markdown]
# ## 3 · The cumulative curve
#
# Now ask another question: how many pixels are **at most** as light as a given level? Move the slider from black to white, or drag on the plot.

# %%
explore.dark_enough()

# %% [markdown]
# That is the **cumulative histogram**, the sum of all bars so far:
#
# $$c_k = \sum_{j \le k} n_j$$

# %%
show.source(reference.cumulative)

# %% [markdown]
# It never falls, since counts are never negative. It is steep at levels that many pixels have, and flat at levels that hardly any pixel has. At the end it has counted every pixel:

# %%
sums = reference.cumulative(camera)
print("the last five:", sums[-5:], "of", camera.size)
assert np.all(np.diff(sums) >= 0) and sums[-1] == camera.size
assert np.array_equal(np.diff(sums), reference.histogram(camera)[1:])  # its slope is the histogram

# %% [markdown]
# Read it backwards, and you have percentiles: at which level does the curve reach half of all pixels? No pixels have to be sorted.

# %%
half = np.argmax(sums >= camera.size / 2)  # the first level at which that is true
print("by the curve:", half, " by sorting:", int(np.median(camera)))
assert half == np.median(camera)

# %% [markdown]
# ## 4 · Equalisation
#
# Back to the moon of chapter 02. Nearly all its pixels crowd into a few levels; there we stretched it by hand. Now look at its cumulative curve: it is steep exactly where the crowd is.
#
# And a steep curve is what pulls levels apart. So why not use **the picture's own cumulative curve as its look-up table?**
#
# Move the slider between 0 and 1 and watch three things at once: the curve, the histogram to its right, and the picture.

# %%
explore.equalization()

# %% [markdown]
# Nobody had to look at the picture, and nobody had to choose a number. The craters stand out as never before. So does the grain.
#
# ### Why it works
#
# Take one pixel. If 30 % of all pixels are at most as light as this one, it becomes 30 % of white. So afterwards 30 % of the pixels are at most 30 % of white, 50 % are at most 50 %, and so on: every part of the scale gets the same number of pixels. This is called **histogram equalisation**.
#
# With $c_k$ for the cumulative counts and $N$ for the number of pixels:
#
# $$s_k = 255\,\frac{c_k - c_0}{N - c_0}$$
#
# Here $c_0$ is the number of pixels that have the darkest level that occurs (it is the count of level 0 only if the picture has black in it). Subtracting it makes that level black. Textbooks (Gonzalez and Woods, Eq. 3-15) leave it out; OpenCV includes it, and so do we.

# %%
show.source(reference.equalization_table, reference.equalize)

# %% [markdown]
# `equalization_table` is the formula with three precautions: `c_0` is taken where the counts begin; where there is nothing to spread, the table changes nothing; and levels darker than any in the picture become 0, not negative.
# (`axis=-1` is there because the function takes many histograms at once, one per row.)
#
# `equalize` makes a table for each channel, and looks up each pixel. Here is a small example to check by hand: ten pixels, of which two have level 50, five level 51, and three level 90. For level 51, $c_k$ is 7, $c_0$ is 2, and $N$ is 10:

# %%
small = np.array([[50, 50, 51, 51, 51], [51, 51, 90, 90, 90]], dtype=np.uint8)
s = 255 * (7 - 2) / (10 - 2)
print("51 becomes 255 * (7 - 2) / (10 - 2) =", s)
print(reference.equalize(small))
assert reference.equalize(small)[0, 2] == round(s)

# %% [markdown]
# ### Equal? Not quite
#
# Look at the histogram of the result. It is not flat at all. It has tall bars, with gaps between them.

# %%
moon = samples.moon()
equalized = reference.equalize(moon)
before, after = (reference.histogram(picture) for picture in (moon, equalized))
print("levels in use before:", np.count_nonzero(before), " after:", np.count_nonzero(after))
print("tallest bar before:  ", before.max(), "pixels, after:", after.max())
assert np.count_nonzero(after) < np.count_nonzero(before) and after.max() >= before.max()
show.with_histogram({"moon": moon, "equalised": equalized}, largest=240)

# %% [markdown]
# All pixels of one level go to *one* new level. A tall bar can be moved, but never split. And where the curve is flat, several old levels are merged, for good.
#
# So no bar gets shorter; what changes is how far apart the bars stand. The cumulative curve shows this better: at every level in use, it lies on a straight line.

# %%
used = np.unique(equalized)
share = reference.cumulative(equalized)[used] / moon.size
print(f"largest distance from the straight line: {np.abs(share - used / 255).max():.1%} of white")
assert np.abs(share - used / 255).max() < 0.005
show.curve({"moon": 255 * reference.cumulative(moon) / moon.size,
            "equalised": 255 * reference.cumulative(equalized) / moon.size}, size=200)  # fmt: skip

# %% [markdown]
# ### The same from the libraries
#
# OpenCV's `equalizeHist` agrees in every pixel. We try six pictures:

# %%
for picture in (moon, camera, clock, portrait, samples.coins(), samples.page()):
    assert np.array_equal(reference.equalize(picture), cv2.equalizeHist(picture))
print("differing pixels on six pictures: 0")

# %% [markdown]
# scikit-image's `equalize_hist` is the textbook formula. It gives fractions of white, does not subtract $c_0$, and never reaches 0. The moon has few pixels of its darkest level, so after rounding, its result differs from ours by one level at most:

# %%
theirs = 255 * skimage.exposure.equalize_hist(moon, nbins=256, mask=None)
difference = np.abs(np.rint(theirs) - equalized)
print(f"{np.mean(difference > 0):.0%} of the moon's pixels differ, by {difference.max():.0f} level")
print("its darkest value:", f"{theirs.min():.6f}")
assert difference.max() == 1 and theirs.min() > 0

# %% [markdown]
# Where many pixels are black, $c_0$ is no small matter. Here is a picture of two levels, a black horse on white. If $c_0$ is not subtracted, its black turns gray:

# %%
horse = samples.horse()
theirs = 255 * skimage.exposure.equalize_hist(horse, nbins=256, mask=None)
print(f"black: {np.mean(horse == 0):.0%} of the pixels")
print(f"scikit-image: it becomes level {theirs.min():.0f}")
print(f"ours:         it becomes level {reference.equalize(horse).min()}")
assert theirs.min() > 80 and np.array_equal(reference.equalize(horse), horse)

# %% [markdown]
# There is also a question of rounding. Take 5 pixels of level 0, 7 of level 1 and 7 of level 2. By the formula, level 1 becomes 255 · 7 / 14 = 127.5. Should that be 127 or 128?

# %%
pixels = np.repeat(np.uint8([0, 1, 2]), [5, 7, 7])[None]
print("255 * 7 / 14 rounded, half to even:", np.rint(255 * 7 / 14))
print("OpenCV:", cv2.equalizeHist(pixels)[0, 5], " ours:", reference.equalize(pixels)[0, 5])
print("255 / 14 in single precision, times 7:", np.float32(255) / np.float32(14) * np.float32(7))
assert reference.equalize(pixels)[0, 5] == cv2.equalizeHist(pixels)[0, 5] == 127

# %% [markdown]
# OpenCV divides first, in single precision (floats of 32 bits), and loses the last digit. To agree in *every* pixel, we have to do it the same way, so `equalization_table` computes the formula in that order.
#
# ### The fourth trap: pictures with nothing in them
#
# What should happen to a picture with only one level, a bare wall? The formula divides 0 by 0. And what if a single pixel, a speck, has a different level?

# %%
wall = np.full((64, 64), 77, dtype=np.uint8)
speck = wall.copy()
speck[0, 0] = 78
white = skimage.exposure.equalize_hist(wall, nbins=256, mask=None)
for name, equalize in {"ours": reference.equalize, "OpenCV": cv2.equalizeHist}.items():
    alone, result = equalize(wall)[9, 9], equalize(speck)
    print(f"{name:12} the wall becomes {alone}; with a speck,", end=" ")
    print(f"the wall becomes {result[9, 9]} and the speck {result[0, 0]}")
print(f"scikit-image the wall becomes {255 * white[9, 9]:.0f}")
assert np.array_equal(reference.equalize(wall), wall)
assert np.array_equal(reference.equalize(speck), cv2.equalizeHist(speck))

# %% [markdown]
# Three programs, two opinions about the wall: leave it alone, or paint it white. And one gray level of noise is enough to turn the wall black, with one white speck.
#
# **Equalisation does not ask whether a difference means anything.** It only counts pixels. That is what ruins the portrait, too.

# %% [markdown]
# ## 5 · Tile by tile
#
# Here is the portrait, equalised as a whole, along with the levels of the face:

# %%
ruined = reference.equalize(portrait)
for name, picture in {"before": portrait, "equalised": ruined}.items():
    levels = picture[explore.FACE]
    dark, light = np.percentile(levels, [5, 95])
    print(f"{name:10} the face: {dark:.0f} to {light:.0f}, mean {levels.mean():.0f}")
assert ruined[explore.FACE].mean() < portrait[explore.FACE].mean()
show.with_histogram({"before": portrait, "equalised": ruined}, largest=330)

# %% [markdown]
# The face has become *darker*, and flatter. Why? Ask the cumulative curve. How light a pixel becomes depends on how many pixels are no lighter than it is. So let us count them:

# %%
light = round(np.percentile(portrait[explore.FACE], 95))
share = reference.cumulative(portrait)[light] / portrait.size
becomes = reference.equalization_table(reference.histogram(portrait))[light]
print(f"{light} is the level of the lightest parts of the face")
print(f"{share:.0%} of the pixels are no lighter, and that share of white is {255 * share:.0f}")
print(f"with c_0 subtracted as well, {light} becomes {becomes}")
print(f"{1 - share:.0%} of the pixels are lighter, and get all the levels above")
assert share < 0.25 and becomes < light

# %% [markdown]
# Sky and grass have most of the pixels, so they get most of the levels. The face is small. **A histogram does not know that it is a face, or where it is.**
#
# ### First idea: a curve for each place
#
# So count where the face is, and nowhere else. Cut the picture into **tiles**, 8 × 8 of them, and give each tile the table that its own pixels ask for.
# (This method does not subtract $c_0$: the darkest level of a tile need not become black.) In the shapes below, the 1 is the single channel of a gray picture.

# %%
counts = reference.tile_histograms(portrait, tiles=(8, 8))
tables = reference.tile_tables(counts)
print("histograms:", counts.shape, " tables:", tables.shape, tables.dtype)
print("levels that occur in the upper left tile:", np.count_nonzero(counts[0, 0, 0]))
tiled = reference.look_up_tiles(portrait, tables)
show.pictures({"each pixel by its own tile's table": tiled}, largest=512)

# %% [markdown]
# The face is back. But two things are wrong:
#
# 1. The **tiles show**: at each border one table ends and another begins.
# 2. The **sky is full of grain**. A tile of sky has few levels, and most of the differences between them are noise; equalising spreads these few levels from black to white. It is the wall with the speck again.
#
# ### Second idea: blend the tables
#
# A pixel in the *middle* of a tile uses that tile's table. Anywhere else it asks the four tiles whose middles surround it, and mixes their four answers: the nearer a middle, the more its answer counts.
# This is bilinear interpolation, as in chapter 01, where four pixels were mixed.

# %%
blended = reference.interpolate_tables(portrait, tables)
for name, picture in {"before": portrait, "tiles": tiled, "blended": blended}.items():
    sky = picture[:48].mean(axis=0)  # the mean of each column: less grain
    jumps = np.abs(np.diff(sky))  # from each column to the next
    usual, between = np.median(jumps), np.median(jumps[63::64])  # a tile has 64 columns
    print(f"{name:8} usual jump {usual:4.1f} levels, from tile to tile {between:5.1f}")
assert between < 2 * usual  # of the blended picture, which came last
show.pictures({"tables blended": blended}, largest=512)

# %% [markdown]
# The tiles can no longer be seen. The grain is still there.
#
# ### Third idea: limit the contrast
#
# How steep is a table? As steep as its histogram is tall: the slope of the running sum is the height of the bar. So, to limit the contrast, **cut off the tops of the bars**.
#
# The pixels that were cut off must go somewhere, or the curve would not reach white. They are redistributed evenly over all 256 bins. In the table, that adds a gentle ramp.
#
# In the figure, look at a tile of sky first: its bars are far above the limit. Then click on the face, on the suit, on the helmet. Which tiles does the limit hardly affect?

# %%
explore.one_tile()

# %% [markdown]
# The **clip limit** is measured in multiples of the mean bar height, which is a 256th of the tile's pixels. A limit of 1 cuts everything down to the mean, so the table is nearly a straight line, and the picture hardly changes. A limit of 256 cuts nothing.
#
# Here is a small example, with the limit given in pixels: 515 pixels are cut off. That makes 2 for each of the 256 bins; the remaining 3 go to bins 0, 85 and 170.

# %%
one = np.zeros(256, int)
one[[40, 200]] = 525, 7
clipped = reference.clip_histograms(one, limit=10)
print("bin 40:", clipped[40], " bin 200:", clipped[200], " bins 0, 1, 2:", clipped[:3])
print("bins that got three:", np.flatnonzero(clipped == 3))
print("pixels before:", one.sum(), " after:", clipped.sum())
assert clipped.sum() == one.sum() and clipped[40] == 12
assert np.array_equal(reference.clahe(portrait, 256), reference.clahe(portrait, 0))

# %% [markdown]
# Bin 40 is above the limit again, but that does no harm: the limit is a brake, not a law.
#
# ### All three: CLAHE
#
# This is *contrast limited adaptive histogram equalisation*, in four steps that you have now seen (`clip_height` turns the clip limit into pixels):

# %%
show.source(reference.clahe)

# %%
saved = reference.clahe(portrait, clip_limit=3, tiles=(8, 8))
contrast = {}
for name, picture in {"before": portrait, "equalised": ruined, "CLAHE": saved}.items():
    dark, light = np.percentile(picture[explore.FACE], [5, 95])
    contrast[name] = light - dark
    print(f"{name:10} the face lies between {dark:3.0f} and {light:3.0f}")
assert contrast["CLAHE"] > 2 * contrast["before"] > 2 * contrast["equalised"]
show.with_histogram({"equalised": ruined, "CLAHE": saved}, largest=330)

# %% [markdown]
# That answers the question of the first section. Now turn every knob yourself. Find out:
#
# 1. at which clip limit the grain comes back (0 means no limit at all);
# 2. what a single tile gives, and what 16 × 16 tiles give. When does the picture look flat, and when unnatural?
# 3. where the borders of the tiles hide when you interpolate. Switch interpolation off, and show the lines.

# %%
explore.tile_by_tile()

# %% [markdown]
# ### The same from OpenCV
#
# `cv2.createCLAHE` agrees in every pixel, at any clip limit, even where the number of tiles does not divide the sides of the picture:

# %%
for height, width in ((384, 512), (383, 512), (384, 509), (301, 367)):
    part = np.ascontiguousarray(portrait[:height, :width])
    for clip_limit in (0, 0.5, 1, 3, 40):
        theirs = cv2.createCLAHE(clipLimit=clip_limit, tileGridSize=(8, 8)).apply(part)
        assert np.array_equal(reference.clahe(part, clip_limit, (8, 8)), theirs)
print("four sizes, five clip limits: no differing pixel")

# %% [markdown]
# Two of its habits are worth knowing.
#
# **One.** Where a side is not a multiple of the number of tiles, OpenCV adds mirrored rows and columns at the bottom and on the right until it is, and counts the mirrored pixels too. If only *one* side needs this, OpenCV extends the other one as well, by a whole pixel for each tile. We do the same; that is why the two agree.
#
# **Two.** Its `tileGridSize` is (columns, rows), like every size in OpenCV. Ours is (rows, columns), like every shape in this course. With 8 × 8 nobody notices:

# %%
theirs = cv2.createCLAHE(clipLimit=3, tileGridSize=(4, 8)).apply(portrait)
for tiles in ((4, 8), (8, 4)):
    differing = np.count_nonzero(reference.clahe(portrait, 3, tiles) != theirs)
    print(f"ours with tiles={tiles}: {differing} pixels differ")
assert np.array_equal(reference.clahe(portrait, 3, (8, 4)), theirs)

# %% [markdown]
# scikit-image has `equalize_adapthist`. It is the same method with different rules: its limit is a share of the tile's pixels (divide ours by 256), its tiles are given by their size, and what was cut off is redistributed again and again until no bar is above the limit.
# So the result comes close, but is not equal. With the arguments that match ours best:

# %%
theirs = 255 * skimage.exposure.equalize_adapthist(
    portrait, kernel_size=(48, 64), clip_limit=3 / 256, nbins=256
)
difference = np.abs(theirs - saved)
print(f"mean difference {difference.mean():.1f} levels, largest {difference.max():.0f}")
assert 0 < difference.mean() < 6

# %% [markdown]
# And the wall of section 4? Here a constant picture does *not* stay as it is, since $c_0$ is not subtracted. Without a limit it becomes white; the lower the limit, the less it changes:

# %%
wall = np.full((512, 512), 77, dtype=np.uint8)
becomes = {limit: int(reference.clahe(wall, limit)[0, 0]) for limit in (0, 40, 10, 3, 1)}
print("77 becomes, by clip limit:", becomes)
assert becomes[0] == 255 > becomes[40] > becomes[3] > 77

# %% [markdown]
# ## 6 · Matching
#
# Equalising makes a histogram as flat as it can. Who says that flat is what you want? Let us make it look like the histogram of *another picture*, the **model**.
#
# Two cumulative curves are enough. Take a level $r$ of your picture. Go **up** to the picture's curve: it shows the share of pixels that are at most that light. Go **across** to the model's curve, and **down**: you arrive at the level $s$ that has the same share *there* as $r$ has here.
#
# $$s = G^{-1}\big(F(r)\big)$$
#
# $F(r)$ is the share of the picture's pixels that are at most $r$; $G$ is the same for the model. Drag on the plot.

# %%
explore.matching()

# %% [markdown]
# 1. With the camera picture as the model, the moon gets two kinds of ground, dark and light. Which valley of the camera's histogram is to blame?
# 2. What happens to pixels of *one* level? Can matching ever be exact?

# %%
show.source(reference.match_histograms)

# %% [markdown]
# The loop takes the channels one by one; for each it follows the route that you dragged. `np.unique` gives the levels that occur, in order, with their counts; the running sums of these are `F` and `G`. `np.interp` goes across and down, along straight lines between the model's levels.
#
# Afterwards, the moon has the camera's curve, as nearly as its few levels allow:

# %%
matched = reference.match_histograms(moon, camera)
curves = [reference.cumulative(picture) / picture.size for picture in (moon, matched, camera)]
used = np.unique(matched)
before, after = np.abs(curves[0] - curves[2]), np.abs(curves[1] - curves[2])[used]
print(f"distance from the camera's curve before: up to {before.max():.0%} of the pixels")
print(f"after, at the levels in use:           up to {after.max():.1%}")
assert after.max() < 0.02

# %% [markdown]
# Equalising is a special case. Match to a model that has all levels equally often, and you get the equalised picture, apart from rounding and $c_0$:

# %%
ramp = samples.ramp(256, 256)  # every level equally often
difference = reference.match_histograms(moon, ramp).astype(int) - equalized
print("largest difference from equalize:", np.abs(difference).max(), "level")
assert np.abs(difference).max() == 1

# %% [markdown]
# ### The same from scikit-image
#
# scikit-image's `match_histograms` draws the same lines between the same levels. For a gray picture it leaves the result unrounded, as `float64`:

# %%
theirs = skimage.exposure.match_histograms(moon, camera, channel_axis=None)
print("dtype:", theirs.dtype, " levels such as", theirs[0, 0].round(3))
assert np.array_equal(matched, np.rint(theirs).astype(np.uint8))
cut = np.mean(theirs.astype(np.uint8) != matched)
print(f"rounded, it agrees in every pixel; with .astype(np.uint8) alone, {cut:.0%} differ")

# %% [markdown]
# ### The fifth trap: counts instead of shares
#
# The picture and the model need not be the same size. Let the model be the camera picture again, but only every second row and column of it: the same picture, a quarter of the pixels. Does it matter?

# %%
quarter = camera[::2, ::2]
F, G = reference.cumulative(moon), reference.cumulative(quarter)
by_counts = np.searchsorted(G, F).clip(max=255)[moon]
by_shares = np.searchsorted(G / quarter.size, F / moon.size)[moon]
for name, picture in {"by counts": by_counts, "by shares": by_shares}.items():
    print(f"{name}: {np.mean(picture == 255):.0%} of the pixels become white")
assert np.mean(by_counts == 255) > 0.5 > 0.05 > np.mean(by_shares == 255)

# %% [markdown]
# If you compare counts, the model's curve ends a quarter of the way up, and everything above that becomes white. Compare *shares*, never counts. (`np.searchsorted` gives the first level at which $G$ is at least $F$.)
#
# In colour, each channel is matched to the same channel of the model. That carries over the mood, but also things that you did not want. (Chapter 10 does better.)

# %%
chelsea, coffee = samples.chelsea(), samples.coffee()
mood = reference.match_histograms(chelsea, coffee)
show.pictures({"picture": chelsea, "model": coffee, "matched": mood}, largest=260)

# %% [markdown]
# ## 7 · Colour
#
# Equalisation works on a gray picture. A colour picture is three gray pictures. So why not equalise three times?

# %%
by_channel = reference.equalize(coffee)
for channel in range(3):  # OpenCV takes one channel at a time, and agrees
    assert np.array_equal(by_channel[..., channel], cv2.equalizeHist(coffee[..., channel]))
show.pictures({"before": coffee, "each channel separately": by_channel}, largest=400)

# %% [markdown]
# The wood is blue.
#
# Wood has little blue in it: its blue channel is dark nearly everywhere. Equalising does not know that this darkness *is* the colour. It makes the blue channel as light as the red one.

# %%
for name, picture in {"before": coffee, "by channel": by_channel}.items():
    red, green, blue = picture.mean(axis=(0, 1))
    print(f"{name:11} mean red {red:.0f}, green {green:.0f}, blue {blue:.0f}")
red, _, blue = by_channel.mean(axis=(0, 1))
wood = np.s_[20:100, 420:580]
assert abs(red - blue) < 10 and np.argmax(by_channel[wood].mean(axis=(0, 1))) == 2

# %% [markdown]
# **Afterwards, all three channels have nearly the same histogram:** as flat as it can be. And a picture in which red, green and blue are equally strong is, on the whole, gray.
#
# The cure comes from chapter 01: L\*a\*b\* keeps the lightness L separate from the colour a, b. Equalise L, and leave the colour alone.

# %%
show.source(reference.equalize_lightness)

# %%
explore.equalization_in_color()

# %% [markdown]
# How far do the colours move? The **hue** of chapter 01 is an angle. Here is how far it turns, over all pixels that have a colour worthy of the name (a saturation above 80):

# %%
by_lightness = reference.equalize_lightness(coffee)
pictures = {"before": coffee, "by channel": by_channel, "lightness": by_lightness}
hue = {name: 2.0 * images.rgb_to_hsv(picture)[..., 0] for name, picture in pictures.items()}
colored = images.rgb_to_hsv(coffee)[..., 1] > 80
turned = {}
for name in ("by channel", "lightness"):
    turn = np.abs((hue[name] - hue["before"] + 180) % 360 - 180)[colored]
    turned[name], far = np.median(turn), np.mean(turn > 30)
    print(f"{name:11} median {turned[name]:3.0f} degrees; {far:.1%} turn by more than 30")
assert turned["by channel"] > 45 > 5 > turned["lightness"]

# %% [markdown]
# It is not perfect: where L rises a lot, the screen cannot show the colour at that lightness, and the colour is clipped. But wood stays wood.
#
# OpenCV has no such function. If we assemble one from its parts, it agrees with ours in every pixel of this picture. (The last lines count the pixels whose colour was clipped.)

# %%
lab = cv2.cvtColor(coffee, cv2.COLOR_RGB2Lab)
lab[..., 0] = cv2.equalizeHist(lab[..., 0])
theirs = cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
print("differing values:", np.count_nonzero(theirs != by_lightness))
assert np.array_equal(theirs, by_lightness)

colors = cv2.cvtColor(theirs, cv2.COLOR_RGB2Lab)[..., 1:].astype(int)
clipped = np.abs(colors - lab[..., 1:]).max(axis=-1) > 10
print(f"a or b is off by more than 10 after clipping: {clipped.mean():.1%} of the pixels")
assert clipped.mean() < 0.05

# %% [markdown]
# The same goes for CLAHE: in a colour picture, apply it to L. Given three channels, `reference.clahe` treats them as three pictures again, and the wood turns just as blue.

# %% [markdown]
# ## 8 · On the GPU: a whole batch
#
# *For developers; skip it on a first reading.*
#
# Counting seems to be a loop by nature: each pixel changes the counts that the next one finds. On a graphics card with thousands of pixels in flight, they would all have to wait for the same bar.
#
# So the twins in `gpu` give every picture, and every tile of it, its own row of 256 counters. Then a single call to PyTorch, `scatter_add_`, tells all the pixels of the batch at once: *add 1 to the counter of your level, in your row*.
# Large pictures are read two pixels at a time, as one number of 16 bits: half as many additions.
#
# The rest follows the reference, step by step:

# %%
show.source(gpu.clahe, gpu.equalize)

# %%
batch = torch.from_numpy(np.stack([portrait] * 16))[:, None].to(device())
ours = gpu.clahe(batch, clip_limit=3)
print("shape", tuple(ours.shape), "dtype", ours.dtype)
largest = int((ours[0, 0].cpu().int() - torch.from_numpy(saved).int()).abs().max())
print("largest difference from the reference:", largest)
assert largest == 0

# %% [markdown]
# The others agree just as exactly:

# %%
tensor = torch.from_numpy(np.moveaxis(coffee, -1, 0).copy())[None].to(device())
pairs = {
    "channel_histograms": (gpu.channel_histograms(tensor)[0], reference.channel_histograms(coffee)),
    "equalize": (gpu.equalize(tensor)[0].movedim(0, -1), by_channel),
    "equalize_lightness": (gpu.equalize_lightness(tensor)[0].movedim(0, -1), by_lightness),
}
for name, (twin, expected) in pairs.items():
    assert np.array_equal(twin.cpu().numpy(), expected), name
print("equal:", ", ".join(pairs))

# %% [markdown]
# And here are the times, for sixteen portraits:

# %% tags=["nbval-ignore-output"]
pictures = batch[:, 0].cpu().numpy()
opencv = cv2.createCLAHE(clipLimit=3, tileGridSize=(8, 8))
times = measure_all(
    {
        "reference": lambda: [reference.clahe(picture, 3) for picture in pictures],
        f"gpu, on {device()}": lambda: gpu.clahe(batch, 3),
        "OpenCV": lambda: [opencv.apply(picture) for picture in pictures],
    },
    repeats=5,
)
for name, timing in times.items():
    print(f"{name:16} {timing.median * 1000:7.1f} ms for 16 pictures")

# %% [markdown]
# On a CPU, OpenCV stays far ahead: it is compiled code, written for this one purpose. What the twin offers is a whole batch in one call, on the device where the batch already is.
#
# ## 9 · Your own photo
#
# Put a photo in the same folder as this notebook and load it by name, `samples.load("my.jpg")`. Or press **Own photo** in the figure: the photo stays on your machine. In colour, all the remedies work on the lightness alone.

# %%
photo = samples.rocket()  # samples.load("my.jpg")
explore.remedies(photo)

# %% [markdown]
# ## 10 · Three questions
#
# Click on an answer to open it.

# %% jupyter={"source_hidden": true}
Question(
    "Two pictures have the same histogram. What follows?",
    {
        "They are the same picture.": "A shuffled picture has the same histogram.",
        "They have the same mean and the same median.": "Both can be worked out from the counts.",
        "They show the same things, moved.": "Even sorted pixels have the same histogram.",
    },
    right="They have the same mean and the same median.",
)

# %% jupyter={"source_hidden": true}
Question(
    "A small dark face is seen against a large bright sky. The picture is equalised. The face ...",
    {
        "... gets brighter, since equalising brightens what is dark.": "It becomes as light as "
        "the share of pixels below it, and that share is small.",
        "... gets few levels, since it has few pixels.": "Levels are handed out by the number of "
        "pixels, not by what they show.",
        "... stays as it is, since every level is treated alike.": "Every pixel counts alike; "
        "that is what hurts the few.",
    },
    right="... gets few levels, since it has few pixels.",
)

# %% jupyter={"source_hidden": true}
Question(
    "After CLAHE, the sky is full of grain. What do you change?",
    {
        "More tiles": "Smaller tiles of sky hold even fewer levels, and these are spread just as far.",
        "Interpolation off": "Then the tiles show, and the grain stays.",
        "A lower clip limit": "It makes the tables of flat tiles less steep.",
    },
    right="A lower clip limit",
)

# %% [markdown]
# ## Take-aways
#
# - A histogram counts levels and forgets places. Say where its bins begin and end.
# - Its running sum, the cumulative curve, is steep where pixels crowd. Used as a table, it pulls the crowd apart: equalisation.
# - Levels are handed out by the number of pixels. What is small gets few, and noise counts as much as meaning.
# - CLAHE: a table for each tile, interpolated so that tiles do not show, clipped so that noise does not grow.
# - Matching goes up one cumulative curve and down another.
# - In colour, change the lightness, not red, green and blue separately.
#
# ## References
#
# - R. C. Gonzalez, R. E. Woods, *Digital Image Processing*, 4th edition, Pearson 2018, §3.3 and §7.5.
# - S. M. Pizer et al., "Adaptive histogram equalization and its variations", *Computer Vision, Graphics, and Image Processing* 39(3), 1987, 355–368.
# - K. Zuiderveld, "Contrast limited adaptive histogram equalization", in *Graphics Gems IV*, Academic Press 1994, 474–485.
#
# ## Exercises
#
# Now it is your turn: [exercises/03_histograms.ipynb](../exercises/03_histograms.ipynb). Each answer is checked at once.
