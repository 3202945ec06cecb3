# %% [markdown]
# # 06 · Regions
#
# **From pixels to things.** So far a picture has been a heap of numbers. Now we ask which pixels belong together: how many things there are, where they are, how large they are, and what shape they have.
#
# After this chapter you will be able to
#
# - compute a threshold instead of choosing it by eye, and say when no single threshold can work;
# - number the pieces of a mask in two passes, and say what happens where two labels meet;
# - walk around a piece, and draw which border lies inside which;
# - measure areas, outlines and directions, and know which of four "areas" you have measured;
# - find the regions that hardly change while *every* threshold is tried;
# - cut a picture into superpixels, on which chapter 10 is built.
#
# **Now run the notebook:** in the menu, *Run ▸ Run All Cells*. It takes a moment, and brings the figures to life.
# A line that begins with `assert` proves what the text says; skip it if you are only reading.

# %%
import itertools
import math

import cv2
import numpy as np
import skimage.filters
import skimage.segmentation
import torch

from coursekit.lab import Question, device, measure_all, samples, show
from coursekit.regions import data, explore, gpu, reference

# %% [markdown]
# ## 1 · The question
#
# Here are coins from Pompeii, photographed on a table. **How many are there?** Count them by eye, and remember your number.
#
# Now let a program count. Pixels lighter than a **threshold** become white, the others black. White pixels that touch form one **piece**, and each piece gets a colour. Move the two sliders until the program's number matches yours.

# %%
explore.count_the_coins()

# %% [markdown]
# Chapter 03 made histograms, and a threshold can be computed from a histogram. A famous one is Otsu's (§2 shows how it works). Let us use it, and count only pieces of at least 1000 pixels, so that specks do not matter:

# %%
coins = samples.coins()
level = reference.otsu(coins)
labels = reference.connected_components(coins > level)
boxes, _ = reference.component_statistics(labels)
large = [label for label in range(1, len(boxes)) if boxes[label, 4] >= 1000]
print("Otsu's threshold:", level)
print("pieces:", labels.max(), " of 1000 pixels and more:", len(large))
assert len(large) == 24

# %% [markdown]
# There *are* 24 coins. So does the program work? Are we done?
#
# Look at the largest of the 24 before you read on.

# %%
largest = boxes[1:, 4].argmax() + 1
others = sorted(boxes[label, 4] for label in large if label != largest)
print("the largest piece has", boxes[largest, 4], "pixels, the others", others[0], "to", others[-1])
show.pictures({"coins": coins, "the largest piece": show.painted(coins, labels == largest)})

# %% [markdown]
# One "coin" is a corner of the table, and the coin in that corner has merged with it. 23 coins and a piece of table make 24 as well.
#
# **The right number proves nothing.** The table is lighter in that corner than some coins are elsewhere. Is there *any* threshold that works? Try again with the figure above, and watch the sizes on the right.
#
# The rest of the chapter is about doing it properly: a threshold for each place (§3), pieces (§4), outlines (§5), measurements (§6); and then two ways of finding regions without any threshold at all (§7, §8).

# %% [markdown]
# ## 2 · Thresholds
#
# Thresholding compares each pixel with one value. What then becomes of the pixels above it, and of the others? OpenCV offers five answers, and so does `threshold`:

# %%
explore.five_kinds()

# %%
camera = samples.camera()
kinds = {"binary": 0, "binary_inv": 1, "trunc": 2, "tozero": 3, "tozero_inv": 4}
for kind, flag in kinds.items():
    for value in (0, 127, 127.5, 254):
        theirs = cv2.threshold(camera, value, 255, flag)[1]
        assert np.array_equal(reference.threshold(camera, value, kind), theirs)
print("five kinds, four thresholds: no pixel differs from OpenCV")

# %% [markdown]
# **Trap:** a pixel *equal* to the threshold is not above it. With `>=` instead of `>`, all the pixels of one level change sides:

# %%
flipped = np.count_nonzero((coins > level) != (coins >= level))
print("pixels that change sides:", flipped)
assert flipped == np.count_nonzero(coins == level) > 0

# %% [markdown]
# ### Otsu: look for the valley
#
# What makes a threshold good? Otsu's idea (1979): a threshold makes two **classes** of pixels, dark and light. It is a good one if the pixels *within* each class are alike.
#
# How much they differ is measured by their **variance**, the mean squared distance from their mean. Drag on the plot below. Where does the black curve have its valley? And why is the purple one its mirror image?

# %%
explore.valley()

# %% [markdown]
# The variance of the whole picture does not depend on any threshold. It splits into a part *within* the classes and a part *between* them. So where one is smallest, the other is largest:

# %%
between = reference.between_class_variance(coins)
inside = coins.var() - between
print("valley of the first at", inside.argmin(), " peak of the second at", between.argmax())
assert inside.argmin() == between.argmax() == reference.otsu(coins)

# %% [markdown]
# The variance *between* the classes needs only running sums of the histogram, so it is computed for all 256 thresholds at once. With $w$ the share of the pixels in a class and $\mu$ their mean level (Otsu, Eq. 14):
#
# $$\sigma^2(k) = w_0\,w_1\,(\mu_1 - \mu_0)^2$$

# %%
show.source(reference.between_class_variance, reference.otsu)

# %% [markdown]
# The code does not look like this formula. It uses an equivalent one, Otsu's Eq. 18, in which $w_0\,w_1\,(\mu_1 - \mu_0)^2$ has become one square over one product; and it counts pixels where the formulas have shares. So we check one threshold with the first formula:

# %%
dark, light = coins[coins <= level], coins[coins > level]
by_formula = dark.size * light.size / coins.size**2 * (light.mean() - dark.mean()) ** 2
print(f"by the first formula {by_formula:.4f}, from the curve {between[level]:.4f}")
assert np.isclose(by_formula, between[level])

# %% [markdown]
# **Trap:** forgetting the weights $w_0 w_1$. Then a class of a handful of pixels counts as much as all the rest, and the "best" threshold runs to one end of the histogram:

# %%
levels = np.arange(coins.min(), coins.max())
apart = [coins[coins > k].mean() - coins[coins <= k].mean() for k in levels]
print("without weights:", levels[np.argmax(apart)], " with them:", level)
assert abs(int(levels[np.argmax(apart)]) - level) > 50

# %% [markdown]
# All three libraries agree on the coins:

# %%
theirs = cv2.threshold(coins, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0]
print("ours", level, " OpenCV", int(theirs), " scikit-image", skimage.filters.threshold_otsu(coins))
assert level == theirs == skimage.filters.threshold_otsu(coins)

# %% [markdown]
# ### Triangle: one hill with a tail
#
# Otsu's method works best with two classes of about the same weight. The night sky has no such classes: nearly all of it is dark, and a few pixels are stars. `triangle` (Zack, Rogers and Latt 1977) draws a line from the top of the hill to the end of its tail, and takes the level at which the histogram sags farthest below that line:

# %%
sky = samples.hubble_deep_field()[..., 1]
found = {"otsu": reference.otsu(sky), "triangle": reference.triangle(sky)}
masks = {f"{name}: {value}": sky > value for name, value in found.items()}
for name, mask in masks.items():
    print(f"{name:13} {reference.connected_components(mask).max():4} pieces")
assert found["triangle"] == cv2.threshold(sky, 0, 255, cv2.THRESH_TRIANGLE)[0] < found["otsu"]
show.pictures({"night sky": sky} | masks, largest=300)

# %% [markdown]
# Otsu's threshold finds only the bright cores; the triangle's finds the faint galaxies too, and some noise with them. Neither is "right"; they answer different questions.
#
# ### More than two classes
#
# Coat, grass, sky: three classes need two thresholds. `multi_otsu` places them so that the classes lie as far apart as possible.

# %%
explore.more_classes()

# %%
for classes in (2, 3, 4):
    ours = reference.multi_otsu(camera, classes)
    print(classes, "classes:", ours)
    theirs = skimage.filters.threshold_multiotsu(camera, classes=classes, nbins=256)
    assert np.array_equal(ours, theirs)
print(f"for five classes, four thresholds can be chosen in {math.comb(255, 4):,} ways")

# %% [markdown]
# scikit-image tries *all* combinations of thresholds, and for five classes there are millions. Ours rests on a small insight: if, in the best split into four classes, the darkest class ends at level $k$, then the other three are the best split of the levels above $k$. So the answer is built up class by class.

# %% [markdown]
# ## 3 · Uneven light
#
# A page of a book, lit from the right. Find a threshold that leaves all of the text readable. The plot shows one row: the page is gray, the threshold orange.

# %%
explore.uneven_light()

# %% [markdown]
# 1. With `one for all`: why is there no such threshold? Compare the *paper* on the left with the *ink* on the right.
# 2. With `mean`: what does the orange line do now?
# 3. What goes wrong with a tiny window, or with an offset of 0?
#
# The first answer, in numbers: the paper on the left against the ink on the right.

# %%
page = samples.page()
paper = np.percentile(page[60:120, :40], 75)  # most of it is paper
ink = np.percentile(page[60:120, 330:], 10)
print(f"paper on the left: {paper:.0f}, ink on the right: {ink:.0f}")
print("Otsu's threshold:", reference.otsu(page))
assert paper < ink and paper < reference.otsu(page)

# %% [markdown]
# The paper on the left is *darker* than the ink on the right: any threshold that makes that paper white makes that ink white too. The cure: compare each pixel with **the mean of its own neighbourhood**, minus an offset. Light that changes slowly changes the pixel and that mean by about the same amount.

# %%
show.source(reference.adaptive_threshold, reference.local_mean, reference.thresholds._box_mean)

# %% [markdown]
# The window may be large, so its sums are **running sums**: what enters the window is added, what leaves it is subtracted. A window of 101 pixels costs no more than one of 3. With `gaussian`, pixels count less the farther away they are. (`floor` and `ceil` matter only if the offset is not a whole number; they follow OpenCV.)

# %%
white = {}
for name, picture in {
    "one threshold": reference.threshold(page, reference.otsu(page)),
    "mean of 31": reference.adaptive_threshold(page, 31, 10),
    "gaussian of 31": reference.adaptive_threshold(page, 31, 10, "gaussian"),
}.items():
    white[name] = np.mean(picture[:, :60] == 255)
    print(f"{name:15} {white[name]:4.0%} of the left edge is paper")
assert white["one threshold"] < 0.2 < 0.8 < white["mean of 31"]

# %% [markdown]
# **Trap:** the sign of the offset. Since it is subtracted, it says *how much darker than its surroundings ink must be*. Paper is about as light as the mean around it: with an offset of 0 the grain of the paper decides, and with the wrong sign the paper turns black.

# %%
offsets = (10, 0, -10)
show.pictures(
    {f"offset {o}": reference.adaptive_threshold(page, 31, o) for o in offsets}, largest=280
)

# %% [markdown]
# OpenCV agrees in every pixel, with both kinds:

# %%
for kind, flag in {"mean": cv2.ADAPTIVE_THRESH_MEAN_C, "gaussian": 1}.items():
    for size, offset in ((3, 0), (31, 10), (51, 2.5), (99, -7)):
        ours = reference.adaptive_threshold(page, size, offset, kind)
        theirs = cv2.adaptiveThreshold(page, 255, flag, cv2.THRESH_BINARY, size, offset)
        assert np.array_equal(ours, theirs), (kind, size)
print("two kinds, four windows: no pixel differs")

# %% [markdown]
# And the coins? They are *lighter* than their surroundings, by, say, 10 levels; and the window should be larger than a coin:

# %%
mask = reference.adaptive_threshold(coins, 101, -10)
labels = reference.connected_components(mask)
boxes, _ = reference.component_statistics(labels)
areas = np.sort(boxes[1:, 4])[::-1]
print("of 1000 pixels and more:", np.sum(areas >= 1000), " largest:", areas[0])
print("the next ones:", areas[24:28])
assert np.sum(areas >= 1000) == 24 and areas[0] < 3200 and areas[24] < areas[23] / 3
show.pictures({"coins": coins, "lighter than their surroundings": mask}, largest=384)

# %% [markdown]
# 24 again, and this time they are coins: the largest is a large coin, and after the 24th there is a wide gap.
#
# And the question from §1: is there *one* threshold that works? How much of each coin would it leave?

# %%
numbers = np.flatnonzero(boxes[:, 4] >= 1000)[1:]  # 0 is the background
for k in (107, 120, 135):
    left = [np.mean(coins[labels == number] > k) for number in numbers]
    corner = np.mean(coins[:15, :60] > k)  # table
    print(f"above {k}: {min(left):4.0%} of the worst coin, {corner:4.0%} of the table's corner")
assert min(left) < 0.5 and corner < 0.1
boxes_at_135, _ = reference.component_statistics(reference.connected_components(coins > 135))
print("pieces of 200 pixels and more, above 135:", np.sum(boxes_at_135[1:, 4] >= 200))
assert np.sum(boxes_at_135[1:, 4] >= 200) == 24 and sum(share < 0.5 for share in left) == 2

# %% [markdown]
# At 135 the table is gone, and the *count* still comes out right, if pieces of 200 pixels are enough for you. But less than half is left of two of the coins, so there is nothing you could measure. And you knew that 24 was the number to look for.

# %% [markdown]
# ## 4 · Components
#
# We have said "pixels that touch" as if that were easy. *You* see the pieces at once. A program reads one pixel after another, row by row, and knows only what it has met so far.
#
# Two pixels **touch** if they are neighbours: with 4 neighbours they must share a side, with 8 a corner is enough. A **component** is everything that can be reached by going from neighbour to neighbour.
#
# Move the slider from left to right, slowly. What happens at the bottom of the W? And at each turn of the 3?

# %%
explore.two_passes()

# %% [markdown]
# **The first pass.** A pixel takes the label of a neighbour that was met before. Where there is none, it gets a new label. Where it meets *two different labels*, both belong to one piece, which nobody could know until now. The pixel takes the smaller one, and we note that the two are equivalent.
#
# **The second pass** replaces each label by the one that stands for its whole family.

# %%
show.source(reference.first_pass, reference.second_pass)

# %% [markdown]
# These notes form a **forest**: `parents[label]` is the parent of a label, and a root is its own parent. `find` goes up to the root; `union` hangs one root under the other, the larger under the smaller. This is called *union-find*.

# %%
show.source(reference.find, reference.union)

# %% [markdown]
# On the way up, the first line in the loop of `find` makes each label point to its grandparent. It changes no answer, but it keeps the trees flat, so that the next climb is short.
#
# **Trap:** mistaking the *parent* for the root. Three labels are enough to show why that fails:

# %%
rows = ["1000000", "1011011", "1001010", "1001110", "1111000"]
hook = np.array([[pixel == "1" for pixel in row] for row in rows])
provisional, parents = reference.first_pass(hook, connectivity=4)
print(provisional)
print("parents:", parents, " root of 3:", reference.find(list(parents), 3))
assert parents[3] == 2 and reference.find(list(parents), 3) == 1

# %% [markdown]
# (`find` gets a copy, `list(parents)`, because it changes the list.) Label 3 met label 2, and only after that did 2 meet 1. If you replace each label by its parent, you are left with two pieces where there is one. (This is one of your exercises.)
#
# **Trap:** 4 or 8? A letter that holds together only at a corner falls apart with 4:

# %%
word = data.letters()
eight = reference.connected_components(word, connectivity=8)
four = reference.connected_components(word, connectivity=4)
print("pieces with 8 neighbours:", eight.max(), " with 4:", four.max())
assert four.max() > eight.max()

# %% [markdown]
# `component_statistics` measures all pieces in one go: the box, the area, and the **centroid**, which is the mean row and column. OpenCV finds the same pieces. It *numbers* them differently, so we compare pairs of labels: each of ours must match exactly one of theirs, and vice versa.

# %%
count, theirs, statistics, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
pairs = np.unique(np.stack([labels.ravel(), theirs.ravel()]), axis=1)
print(
    "pieces:", count - 1, "and", labels.max(), " pairs without the background:", pairs.shape[1] - 1
)
assert pairs.shape[1] == count == labels.max() + 1
left_first = statistics[pairs[1]]  # left, top, width, height, area
assert np.array_equal(boxes[pairs[0]], left_first[:, [1, 0, 3, 2, 4]])

# %% [markdown]
# Readable code has its price:

# %% tags=["nbval-ignore-output"]
times = measure_all(
    {
        "reference": lambda: reference.connected_components(mask),
        "OpenCV": lambda: cv2.connectedComponents(mask, connectivity=8),
    },
    repeats=5,
    warmup=1,
)
for name, timing in times.items():
    print(f"{name:10} {timing.median * 1000:8.2f} ms")

# %% [markdown]
# ## 5 · Contours
#
# A piece can be described by its pixels. It can also be described by its **border**, which is a much shorter list. How do you find it? Put a hand on the wall, and walk.
#
# Move the slider, step by step. The thick frame marks where a border begins, the arrow the next step. Which border comes after the first? Which numbers become negative?

# %%
explore.along_the_borders()

# %% [markdown]
# This is the algorithm of **Suzuki and Abe** (1985). It reads the picture row by row; a 1 is a pixel not yet visited. Borders are numbered from 2 on; number 1 is the frame of the picture.
#
# **Step 1: does a border begin here?** An *outer* border begins where 1 follows 0. A *hole* begins where 0 follows a pixel that is not negative.

# %%
show.source(reference.border_start)

# %% [markdown]
# **Step 2: who is its parent?** Look at the border that was met last in this row. Holes lie inside outer borders, and outer borders inside holes. So if that border is of the other kind, it is the parent; if it is of the same kind, the two have the same parent.

# %%
show.source(reference.parent_border)

# %% [markdown]
# **Step 3: walk around.** At each pixel look around counter-clockwise, starting just past the direction you came from, until you see a pixel of the region; go there. Stop when you are back at the start *and* about to repeat the first step: a border may pass through its start more than once.

# %%
show.source(reference.follow_border)

# %% [markdown]
# On the way each pixel gets the border's number, *negative* if there is background to its right. That sign is the trick of the algorithm. It says "this side has been walked along already", so that the scan does not begin a hole there.
#
# **Step 4:** read on, and remember the border met last.
#
# ### What you can ask for
#
# `find_contours` puts the steps together. It asks you two questions: *which* borders do you want, and *how* should they be written down? Try all the options. The colours show how deeply a border is nested; the tree shows which lies inside which.

# %%
explore.contours_and_tree()

# %% [markdown]
# | mode | borders | parents |
# |---|---|---|
# | `external` | only the outermost | none |
# | `list` | all | none |
# | `ccomp` | all | holes know the outer border around them |
# | `tree` | all | each knows what encloses it |

# %%
shapes = data.nested()
for mode in ("external", "list", "ccomp", "tree"):
    contours, hierarchy = reference.find_contours(shapes, mode)
    print(f"{mode:9} {len(contours)} contours, parents {hierarchy[:, 3]}")
assert len(reference.find_contours(shapes, "external")[0]) == 3

# %% [markdown]
# A row of the hierarchy holds the next and the previous border with the same parent, the first child, and the parent; −1 means none. OpenCV's rows have the same columns.
#
# | method | points that `approximate_contour` keeps |
# |---|---|
# | `none` | all |
# | `simple` | the ends of straight runs: nothing is lost |
# | `tc89_l1`, `tc89_kcos` | `dominant_points`, where the contour bends most (Teh and Chin 1989) |

# %%
for method in ("none", "simple", "tc89_l1", "tc89_kcos"):
    contours, _ = reference.find_contours(shapes, "tree", method)
    area = reference.contour_area(contours[0])
    print(f"{method:9} {sum(map(len, contours)):5} points, area of the first {area:.0f}")
corners = reference.dominant_points(reference.find_contours(shapes, "external", "none")[0][1])
print("dominant points of the rectangle:", len(corners))

# %% [markdown]
# Four points for the rectangle, one for each corner. A disc, however, needs many points even with `simple`: on a grid of pixels a curve is a staircase.
#
# Now compare with OpenCV, point by point, in each mode. It lists the contours in a different order, so we compare sets. (`tc89_l1` is left out: there OpenCV 5 may give a contour's first point twice.)

# %%
modes = {"external": 0, "list": 1, "ccomp": 2, "tree": 3}
methods = {"none": 1, "simple": 2, "tc89_kcos": 4}
for picture, mode, method in itertools.product((shapes.astype(np.uint8), mask), modes, methods):
    ours = reference.find_contours(picture, mode, method)[0]
    theirs = cv2.findContours(picture, modes[mode], methods[method])[0]
    theirs = {tuple(map(tuple, points[:, 0, ::-1].tolist())) for points in theirs}
    assert {tuple(map(tuple, points.tolist())) for points in ours} == theirs
print("four modes, three methods, two pictures: the same contours")

# %% [markdown]
# **Trap:** in OpenCV a point is (x, y), column first. Ours is (row, column), like everything here.
#
# **Trap:** four pixels around a hole, touching at their corners. Is that one thing with a hole, or four things?

# %%
diamond = np.array([[0, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 1, 0, 1, 0], [0, 0, 1, 0, 0]] + [[0] * 5])
diamond = diamond.astype(bool)
pieces = [int(reference.connected_components(diamond, n).max()) for n in (4, 8)]
print("pieces with 4 and with 8 neighbours:", pieces)
print("contours:", len(reference.find_contours(diamond, "list")[0]))
assert pieces == [4, 1] and len(reference.find_contours(diamond, "list")[0]) == 2

# %% [markdown]
# If the region has 8 neighbours, the middle is enclosed, so the background must have 4: otherwise it would slip out between two pixels that are holding hands. Contours are always meant this way.

# %% [markdown]
# ## 6 · Measuring
#
# Click a coin. Its contour is orange, its hull blue, its centroid and long axis green. Which coin is the roundest? Which of the measurements do holes change, and which do they leave alone?

# %%
explore.measure_a_piece()

# %% [markdown]
# ### Four areas
#
# Here is a disc with a radius of 40 pixels. What is its area? You may choose:

# %%
disc = np.zeros((101, 101), np.uint8)
cv2.circle(disc, (50, 50), 40, 1, -1)
outline = reference.find_contours(disc, "external", "none")[0][0]
area = reference.contour_area(outline)
print(f"pi r^2           {np.pi * 40**2:7.1f}")
print(f"its pixels       {disc.sum():7}")
print(f"in the contour   {area:7.1f}")
print(f"contour points   {len(outline):7}")

# %% [markdown]
# The last is not an area at all, but a popular mistake. And why is the area inside the contour smaller than the number of pixels? Because the contour runs through the *centres* of the border pixels, and cuts them in half. Everything can be accounted for (Pick 1899): half a pixel for each border point, and one more for the corners.

# %%
assert disc.sum() == area + len(outline) / 2 + 1
print(area, "+", len(outline) / 2, "+ 1 =", int(area + len(outline) / 2 + 1))

# %% [markdown]
# `contour_area` adds up the signed areas of triangles, from the origin to each side of the polygon: the *shoelace formula*. `arc_length` adds up the steps:

# %%
length, true = reference.arc_length(outline), 2 * np.pi * 40
print(f"perimeter {length:.1f}, true circle {true:.1f}: {length / true - 1:.1%} too long")
assert 1.03 < length / true < 1.08

# %% [markdown]
# The staircase is longer than the curve. Would a finer grid help?

# %%
for radius in (10, 40, 160):
    larger = np.zeros((2 * radius + 9,) * 2, np.uint8)
    cv2.circle(larger, (radius + 4, radius + 4), radius, 1, -1)
    around = reference.find_contours(larger, "external", "none")[0][0]
    longer = reference.arc_length(around) / (2 * np.pi * radius) - 1
    print(f"radius {radius:3}: {longer:.1%} too long")
assert longer > 0.04

# %% [markdown]
# It would not: the steps become smaller, but there are more of them. So **roundness**, $4\pi A/P^2$, is 1 for a circle in a textbook, and less on a grid.
#
# ### The hull
#
# A rubber band stretched around the points is their **convex hull**. The trick to find it (Andrew 1979): sort the points, walk along them, and drop each one at which the band would bend inwards.

# %%
show.source(reference.convex_hull, reference.shape._half_hull)

# %%
horse = (samples.horse() < 128).astype(np.uint8)
contour = max(reference.find_contours(horse, "external", "simple")[0], key=len)
hull = reference.convex_hull(contour)
theirs = cv2.convexHull(np.ascontiguousarray(contour[:, ::-1]).astype(np.int32))[:, 0, ::-1]
assert {*map(tuple, hull.tolist())} == {*map(tuple, theirs.tolist())}
solid = reference.contour_area(contour) / reference.contour_area(hull)
print("box:", reference.bounding_rectangle(contour), "as top, left, height, width")
print(f"{len(contour)} points, {len(hull)} on the hull; the horse fills {solid:.0%} of the hull")

# %% [markdown]
# ### Moments
#
# Weight each pixel by powers of its row and column, and add up:
#
# $$m_{pq} = \sum \text{row}^p\,\text{column}^q$$
#
# $m_{00}$ is the area; $m_{10}/m_{00}$ and $m_{01}/m_{00}$ are the centroid. Measured from there, `central_moments` no longer know *where* the region is. Divided by a power of the area, `normalized_moments` no longer know *how large* it is. And seven combinations of these, `hu_moments`, no longer know *which way it is turned* (Hu 1962).
#
# Let us see: the horse, the same horse at half the size and turned by 40 degrees, and a disc.

# %%
height, width = horse.shape
turn = cv2.getRotationMatrix2D((width / 2, height / 2), 40, 0.5)
turned = cv2.warpAffine(horse, turn, (width, height))
coin = np.zeros_like(horse)
cv2.circle(coin, (200, 160), 90, 1, -1)


def invariants(mask):
    central = reference.central_moments(reference.moments(mask))
    return reference.hu_moments(reference.normalized_moments(central))


# %%
for name, shape in {"horse": horse, "turned, half": turned, "disc": coin}.items():
    print(f"{name:13}", *(f"{value:9.5f}" for value in invariants(shape)[:4]))
near = np.abs(invariants(turned)[:4] / invariants(horse)[:4] - 1)
print(f"the horse's differ by at most {near.max():.1%}")
assert near.max() < 0.1 and abs(invariants(coin)[0] / invariants(horse)[0] - 1) > 0.2
show.pictures({"horse": horse * 255, "turned, half": turned * 255, "disc": coin * 255}, largest=200)

# %% [markdown]
# What difference is left comes from the grid, not from the formulas: a *polygon* can be turned without a grid. `contour_moments` measures it from its corners alone, however large the region is. Then all seven agree except in their last digits:

# %%
angle = np.radians(40)
corners = 0.5 * contour @ [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
polygons = [reference.contour_moments(points) for points in (contour, corners)]
before, after = (
    reference.hu_moments(reference.normalized_moments(reference.central_moments(moments)))
    for moments in polygons
)
print(f"the polygons' differ by at most {np.abs(after / before - 1).max():.0e} of their value")
assert np.allclose(after, before, rtol=1e-9, atol=0)

# %% [markdown]
# All of these agree with OpenCV, which calls $m_{pq}$ `m{q}{p}`:

# %%
theirs = cv2.moments(np.ascontiguousarray(contour[:, ::-1]).astype(np.int32))
ours = reference.contour_moments(contour)
for p, q in ((0, 0), (1, 0), (0, 1), (2, 1), (0, 3)):
    assert np.isclose(ours[p, q], theirs[f"m{q}{p}"], rtol=1e-12)
assert reference.contour_area(contour) == theirs["m00"] == ours[0, 0]
weighed = cv2.moments(horse, binaryImage=True)
assert np.allclose(invariants(horse), cv2.HuMoments(weighed).ravel(), rtol=1e-9, atol=1e-15)
print("area:", ours[0, 0], " centroid:", (ours[[1, 0], [0, 1]] / ours[0, 0]).round(2))

# %% [markdown]
# ## 7 · MSER
#
# Every threshold so far was *one* number, for the whole picture or for one place. What if we try **all 256**, and see which regions do not care?
#
# Hover over a letter, with the threshold at 110. The region that the letter belongs to at this threshold is orange. The blue curve is the region's area as the threshold rises, the orange one how fast it grows. Drag on the plot. At which thresholds is the region "the letter"? Compare the *R* on the left with the *m* on the right.

# %%
explore.stable_under_the_pointer()

# %% [markdown]
# A letter shows up as a *flat* part of the curve: for many thresholds, the region is the letter and nothing else. Then the paper around it is flooded too, and the region suddenly covers a good part of the page. On the left, where it is dark, that happens early; on the right, late.
#
# Let $a_k$ be the region's area at threshold $k$. By what share of its own size does it grow, from $\Delta$ thresholds before to $\Delta$ after?
#
# $$q(k) = \frac{a_{k+\Delta} - a_{k-\Delta}}{a_k}$$
#
# Where $q$ is smaller than at the thresholds before and after, the region is called **maximally stable** (Matas and others 2002).
#
# ### A tree of all thresholds
#
# Must we find connected components 256 times, once for each threshold? There is a better way. As the threshold rises, pixels only *appear*, and regions only grow and merge. So one pass of union-find, over the pixels sorted by level, sees them all. `grow` does that: each pixel, as it appears, becomes the root of everything it touches.

# %%
show.source(reference.grow)

# %% [markdown]
# What it has recorded is a tree in which each region points to the next larger region that contains it: the **component tree**. `component_tree` keeps one node for each distinct region:

# %%
letters = page[:, :256].copy()
tree = reference.component_tree(letters)
chain = reference.ancestors(tree, 20, 8)
print("pixels:", letters.size, " nodes:", len(tree.level))
print("the regions of one pixel of the R:", len(chain), "from", tree.area[chain[0]], "pixels")
print("to", tree.area[chain[-1]], "pixels")
assert tree.area[0] == letters.size and np.all(np.diff(tree.level[chain]) > 0)

# %% [markdown]
# And indeed, at any threshold, the region on this chain is the component that §4 would find.

# %%
for k in (90, 110, 125):
    node = chain[tree.level[chain] <= k][-1]
    below = reference.connected_components(letters <= k, connectivity=4)
    same = np.zeros(letters.shape, bool)
    same[tuple(reference.region_pixels(tree, node).T)] = True
    assert np.array_equal(same, below == below[20, 8])
    print(f"threshold {k}: {tree.area[node]} pixels")

# %% [markdown]
# `variation` is $q$ for all nodes at once; `maximally_stable` picks the minima; `diverse` drops those that nearly repeat a larger one.

# %%
show.source(reference.variation, reference.mser)

# %%
explore.stable_regions()

# %% [markdown]
# No threshold was given, the light is uneven, and yet there is the text: each letter has its own range of thresholds.
#
# 1. What do you lose first with a larger delta? And when you allow less growth?
# 2. With `bright`, regions appear *inside* letters. Inside which ones?
#
# ### The same from OpenCV
#
# The regions have no order, so we compare them as sets. On the coins nearly all agree, and a few do not:


# %%
def as_set(regions):
    return {frozenset(map(tuple, pixels.tolist())) for pixels in regions}


def from_opencv(image):
    detector = cv2.MSER_create(
        delta=5, min_area=60, max_area=14400, max_variation=0.25, min_diversity=0.0
    )
    return as_set(pixels[:, ::-1] for pixels in detector.detectRegions(image)[0])


# %%
ours = as_set(reference.mser(coins, 5, 60, 14400, 0.25))
theirs = from_opencv(coins)
print(f"ours {len(ours)}, theirs {len(theirs)}, the same in both {len(ours & theirs)}")
assert ours != theirs

# %% [markdown]
# Where do you think they differ? Here are the pixels of all regions that only one of the two programs finds:

# %%
pixels = np.array(sorted(set().union(*(ours ^ theirs))))
where = np.zeros(coins.shape, bool)
where[tuple(pixels.T)] = True
ends = {"last row": where[-1], "last column": where[:, -1], "first row": where[0]}
print("reach the edge of the picture:", [name for name, line in ends.items() if line.any()])
show.pictures({"regions that only one finds": show.painted(coins, where)}, largest=384)

# %% [markdown]
# OpenCV leaves out the outermost rows and columns of pixels. Pad the picture by one pixel for it, and subtract that again from the coordinates:

# %%
framed = {
    frozenset((row - 1, column - 1) for row, column in region)
    for region in from_opencv(np.pad(coins, 1))
}
print("found by only one now:", len(ours ^ framed))
assert len(ours ^ framed) <= 0.01 * len(ours)

# %% [markdown]
# One case is left in which the two may differ: when two regions of equal size merge. Either could be called the one that lives on, and no rule in the paper says which. In OpenCV it depends on the order in which the picture is flooded.
#
# ### And in colour
#
# Colours have no order, so no threshold can rise through them. MSCR (Forssén 2007) has another idea: let neighbours **join when they are similar enough**, and gradually ask for less similarity. `color_edges` measures how much any two neighbours differ; `evolution_thresholds` gives the steps in which larger differences are allowed; `mscr` joins, and keeps the regions that stayed the same for long. *How* long is the **margin**: the range of distances over which a region has survived. What is left when you ask for a larger margin?

# %%
explore.stable_colors()

# %%
cup = data.colorful()
distance, ends = reference.color_edges(cup)
steps = reference.evolution_thresholds(distance.mean())
share = np.mean(distance < steps[len(steps) // 2])
print(f"{len(distance)} pairs of neighbours; after half of the steps {share:.0%} have joined")
regions = reference.mscr(cup)
theirs = cv2.MSER_create(5, 60, 14400).detectRegions(cup)[0]
ours = {frozenset(map(tuple, region.tolist())) for region in regions}
assert ours == {frozenset(map(tuple, region[:, ::-1].tolist())) for region in theirs}
print("the same", len(ours), "regions as OpenCV's")

# %% [markdown]
# ## 8 · Superpixels
#
# Another way to do without thresholds: do not look for *things* at all. Cut the whole picture into small pieces, each of one colour and all of about the same size: **superpixels**. Later methods then work on a hundred of them rather than on a million pixels. (Chapter 10 does.)
#
# Step from 0 to 10 iterations. Where do the borders move, and which of them do not move at all? Then try the compactness at both ends of its range.

# %%
explore.slic_step_by_step()

# %% [markdown]
# **SLIC** (Achanta and others 2012) is a form of *k*-means: again and again, each pixel joins the nearest centre, and each centre moves to the mean of its pixels. Two things are special.
#
# **Nearest in what sense?** In five numbers: lightness and colour (the L\*, a\*, b\* of chapter 01), and place. The **compactness** $m$ says how much place counts against colour; $S$ is the spacing of the first centres (Eq. 3):
#
# $$D^2 = d_{\text{colour}}^2 + \left(\frac{m}{S}\right)^2 d_{\text{place}}^2$$
#
# **Who searches where?** Each centre searches only the square of $2S \times 2S$ pixels around it, not the whole picture. So the cost does not grow with the number of superpixels.

# %%
show.source(reference.slic, reference.assign, reference.update)

# %% [markdown]
# `color_features` gives the colours, `seed_grid` the first centres. Here are ten iterations, done by hand. How many pixels still change in each?

# %%
small = samples.coffee()[::2, ::2].copy()
colors, step = reference.color_features(small), 20
centers, before = reference.seed_grid(colors, step), None
for iteration in range(1, 11):
    assigned = reference.assign(colors, centers, step, compactness=10)
    centers = reference.update(colors, assigned, centers)
    if iteration in (2, 5, 10):
        print(f"iteration {iteration:2}: {np.mean(assigned != before):5.1%} of the pixels change")
    before = assigned

# %% [markdown]
# Nothing here requires a superpixel to be *one* piece. A pixel's colour may be so close to a centre's that it joins although other superpixels lie in between. So, at the end, `enforce_connectivity` gives loose fragments to a neighbour:

# %%
crumbs = sum(
    int(reference.connected_components(assigned == n, 4).max()) for n in np.unique(assigned)
)
whole = reference.enforce_connectivity(assigned, min_size=step * step // 2)
print(len(np.unique(assigned)), "superpixels in", crumbs, "pieces; afterwards", whole.max() + 1)
assert crumbs > len(np.unique(assigned))
assert all(reference.connected_components(whole == n, 4).max() == 1 for n in range(whole.max() + 1))

# %% [markdown]
# **Trap:** scikit-image's SLIC is the same method, but not the same program: there each centre searches twice as far, and fragments go to a different neighbour. So most borders agree, but the labels do not. How many of its border pixels lie within two pixels of one of ours? A number like that needs another one beside it: how many of *all* pixels do?

# %%
ours = reference.slic(small, segments=150, compactness=10)
theirs = skimage.segmentation.slic(
    small, n_segments=150, compactness=10, max_num_iter=10, sigma=0, start_label=0, channel_axis=-1
)
our_borders = skimage.segmentation.find_boundaries(ours).astype(np.uint8)
near = cv2.dilate(our_borders, np.ones((5, 5)))  # two pixels to each side
their_borders = skimage.segmentation.find_boundaries(theirs)
print(f"ours {ours.max() + 1}, theirs {theirs.max() + 1}")
print(
    f"near a border of ours: {near[their_borders].mean():.0%} of theirs, {near.mean():.0%} of all"
)
assert near[their_borders].mean() > near.mean() + 0.15

# %% [markdown]
# ## 9 · On the GPU: a whole batch
#
# *For builders; skip it on a first reading.*
#
# A graphics card does thousands of things at once, as long as none has to wait for another. Here is the chapter, sorted by that:
#
# | | |
# |---|---|
# | thresholds, moments | each pixel by itself, and sums: ideal for a graphics card |
# | adaptive thresholds | running sums along rows, then along columns |
# | SLIC | all centres search their squares at once, and each pixel keeps the smallest distance; then sums |
# | components | union-find waits at each pixel for the one before; but there is another way |
# | **border following** | the walk *is* the order: the next step depends on the last one, and the next border on the marks of all those before. `find_contours` has no twin |
# | **MSER** | each pixel joins the tree of all pixels before it. `mser` has no twin either |
#
# For a batch, components are found in another way: every run of pixels in a row begins with a label of its own; runs that touch pass on the *smaller* label; and trees are flattened, all at the same time. After a few rounds nothing changes any more. The number of rounds grows with the logarithm of the number of runs, so a spiral is no worse than a blot.

# %%
batch = torch.from_numpy(np.stack([coins] * 8))[:, None].to(device())
masks = gpu.adaptive_threshold(batch, 101, -10)
numbers = gpu.connected_components(masks)
print("shape", tuple(numbers.shape), "dtype", numbers.dtype, " pieces:", int(numbers[0].max()))
assert np.array_equal(masks[0, 0].cpu(), mask)
assert np.array_equal(numbers[0, 0].cpu(), labels)
values = gpu.otsu(batch)
assert set(values.flatten().tolist()) == {level}

# %% [markdown]
# SLIC, too, agrees in every pixel. Its colours are float32, but they are summed in float64, which has enough bits for the sums to come out the same in any order; in float32, a different order could move a border.

# %%
tensor = torch.from_numpy(np.moveaxis(small, -1, 0).copy())[None].to(device())
twin = gpu.slic(tensor, segments=150, compactness=10)
differing = int(np.count_nonzero(twin.cpu().numpy().squeeze() != ours))
print("differing pixels:", differing)
assert differing == 0

# %% [markdown]
# And here are the times, for eight pictures:

# %% tags=["nbval-ignore-output"]
pictures = [coins] * 8
each = {
    "reference": lambda: [reference.connected_components(mask) for _ in pictures],
    f"gpu, on {device()}": lambda: gpu.connected_components(masks),
    "OpenCV": lambda: [cv2.connectedComponents(mask) for _ in pictures],
}
for name, timing in measure_all(each, repeats=3, warmup=1).items():
    print(f"{name:16} {timing.median * 1000:8.2f} ms for 8 pictures")

# %% [markdown]
# On a CPU OpenCV stays far ahead: compiled code, one pass, union-find as in §4. What the twin offers is a batch that never has to leave the device it is on.

# %% [markdown]
# ## 10 · Your own photo
#
# Put a photo next to this notebook and give its name, `samples.load("my.jpg")`. Or press **Own photo** in a figure: it stays on your machine. Photograph coins, or keys, on a table: does the count still come out right?

# %%
photo = samples.rocket()  # samples.load("my.jpg")
explore.slic_step_by_step(cv2.resize(photo, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA))

# %% [markdown]
# ## 11 · Three questions
#
# Open an answer by clicking on it.

# %% jupyter={"source_hidden": true}
Question(
    "A page is lit from one side. Otsu's threshold makes its left half black. What helps?",
    {
        "A lower threshold for the whole page": "Then the ink on the right becomes paper.",
        "More classes, by multi-Otsu": "These are classes of levels: paper on the left and ink on "
        "the right fall into the same one.",
        "A threshold for each pixel, from its surroundings": "Where the light falls off, so does "
        "the mean.",
    },
    right="A threshold for each pixel, from its surroundings",
)

# %% jupyter={"source_hidden": true}
Question(
    "In the first pass, a pixel has neighbours with the labels 5 and 8. What is noted?",
    {
        "Every 8 so far is changed to 5 at once.": "Then the picture would be read again each "
        "time.",
        "The trees of 5 and 8 become one tree.": "The second pass gives all of them the root's "
        "number.",
        "The parent of 8 is 5.": "If 8 already had a parent, that one would be forgotten.",
    },
    right="The trees of 5 and 8 become one tree.",
)

# %% jupyter={"source_hidden": true}
Question(
    "Why does MSER find letters on unevenly lit paper, although no threshold is given?",
    {
        "It takes the mean of the surroundings.": "It never computes one.",
        "Each letter is stable over thresholds of its own.": "Each letter has a different range.",
        "It evens out the light first.": "The picture is taken as it is.",
    },
    right="Each letter is stable over thresholds of its own.",
)

# %% [markdown]
# ## Take-aways
#
# - The right count proves nothing: look at the pieces.
# - Otsu's threshold lies in the valley of the variance within two classes. It needs two classes.
# - Where the light is uneven, compare each pixel with its surroundings. Mind the sign of the offset.
# - Components: labels that meet become one tree; the second pass writes down the roots, not the parents.
# - Contours: walk with a hand on the wall; a sign remembers which side has been walked along. A contour runs through the centres of pixels.
# - Moments measured from the centroid forget the place; divided by a power of the area, they forget the size; combined, they forget the direction.
# - MSER tries all thresholds at once and keeps what does not care; MSCR does the same with colour differences instead of levels.
# - SLIC is *k*-means in colour and place, in which each centre searches only its surroundings.
#
# ## References
#
# - R. C. Gonzalez, R. E. Woods, *Digital Image Processing*, 4th edition, Pearson 2018, §10.3 and chapter 11.
# - N. Otsu, "A threshold selection method from gray-level histograms", *IEEE Trans. SMC* 9(1), 1979, 62–66.
# - G. W. Zack, W. E. Rogers, S. A. Latt, "Automatic measurement of sister chromatid exchange frequency", *J. Histochemistry and Cytochemistry* 25(7), 1977, 741–753.
# - S. Suzuki, K. Abe, "Topological structural analysis of digitized binary images by border following", *CVGIP* 30(1), 1985, 32–46.
# - C.-H. Teh, R. T. Chin, "On the detection of dominant points on digital curves", *IEEE Trans. PAMI* 11(8), 1989, 859–872.
# - M.-K. Hu, "Visual pattern recognition by moment invariants", *IRE Trans. Information Theory* 8(2), 1962, 179–187.
# - G. Pick, "Geometrisches zur Zahlenlehre", *Sitzungsberichte Lotos* (Prag) 19, 1899, 311–319.
# - A. M. Andrew, "Another efficient algorithm for convex hulls in two dimensions", *Information Processing Letters* 9(5), 1979, 216–219.
# - J. Matas, O. Chum, M. Urban, T. Pajdla, "Robust wide baseline stereo from maximally stable extremal regions", *BMVC* 2002.
# - P.-E. Forssén, "Maximally stable colour regions for recognition and matching", *CVPR* 2007.
# - R. Achanta et al., "SLIC superpixels compared to state-of-the-art superpixel methods", *IEEE Trans. PAMI* 34(11), 2012, 2274–2282.
#
# ## Exercises
#
# Now it is your turn: [exercises/06_regions.ipynb](../exercises/06_regions.ipynb). Each answer is checked at once.
