# %% [markdown]
# # 07 · SIFT
#
# **The same thing, seen again.** From another side, from farther away, in different light: how does a program know that it is the same thing?
#
# After this chapter you will be able to
#
# - say why a patch of pixels is found again only as long as nothing turns;
# - build a scale space, and read the *size* of a thing off it;
# - find a point between the pixels, and tell a corner from an edge;
# - describe a place by 128 numbers that survive rotation, scaling and changes of light;
# - match two photos, and know how far to trust the matches;
# - take a published method apart, step by step, and see where a well-known library departs from the paper.
#
# SIFT (*scale-invariant feature transform*, Lowe 2004) is the chapter's only method, and we open it up completely. The numbers of algorithms and equations are those of Otero and Delbracio 2014, who took it apart; their text is free to read.
#
# **Now run the notebook:** in the menu, *Run ▸ Run All Cells*. It takes a moment, and brings the figures to life.
# A line that begins with `assert` proves what the text says; skip it if you are only reading.
# (Two modules serve only this lesson: `anatomy` alters pictures and keeps all the intermediate results of SIFT on one; `evaluation` knows where a point must then lie.)

# %%
import cv2
import numpy as np
import skimage.feature
import torch

from coursekit.lab import Question, device, measure_all, samples, show
from coursekit.sift import explore, gpu, reference, shared
from coursekit.sift.explore import anatomy, evaluation

# %% [markdown]
# ## 1 · The question
#
# Below, a patch is cut out of a picture, and then searched for in the same picture. The program lays it over every place and asks how well the two agree.
# (The measure of agreement is the *correlation coefficient*: 1 is perfect, and making the picture brighter or giving it more contrast does not change it.)
#
# **Turn the picture. How far can you go before the orange square jumps away?** Then try scaling, and then different light. Which of the three does the search cope with best? Click on another patch.

# %%
explore.seen_again()

# %% [markdown]
# Here are the answers for one patch, counted:

# %%
camera = explore.small(samples.camera())
patch = camera[57:98, 129:170]  # 41 x 41 pixels, its middle at row 77, column 149
for name, changes in {
    "turned by 5 degrees": {"turn": 5},
    "turned by 45 degrees": {"turn": 45},
    "half as large": {"size": 0.5},
    "darker (gamma 2)": {"gamma": 2.0},
}.items():
    other, homography = anatomy.altered(camera, **changes)
    agreement = cv2.matchTemplate(other, patch, cv2.TM_CCOEFF_NORMED)
    found = np.array(np.unravel_index(agreement.argmax(), agreement.shape)) + 20
    truth = evaluation.transfer(np.array([[77.0, 149.0]]), homography)[0]
    print(f"{name:21} agreement {agreement.max():.2f}, {np.hypot(*(found - truth)):4.0f} px off")

# %% [markdown]
# The search copes well with different light, and with a little turning; but not with more turning, nor with another size.
#
# One could try all angles, and all sizes, and all patches. For ten thousand patches, 36 angles and ten sizes that is a lot of comparing.
#
# So let us ask differently. Can a place tell **by itself** how large it is and which way it faces? If so, in both pictures the patch could be cut out at *its own* size, turned by *its own* angle; and nothing would be left to try.
#
# That is the plan:
#
# 1. **Where** is a place worth remembering, and **how large** is it? (sections 2 to 5)
# 2. **Which way** does it face? (section 6)
# 3. **What** does it look like, seen that way? (section 7)

# %% [markdown]
# ## 2 · Scale space
#
# You see a face across the street, but not its eyelashes. Distance blurs. So put many versions of the picture on a shelf, each more blurred than the one before: whatever the picture shows at *some* size will stand out *somewhere* on the shelf.
#
# Such a shelf is called a **scale space**. The blur is a Gaussian (chapter 04), and its width $\sigma$ in pixels is the **scale**. Move the slider.

# %%
explore.scale_space()

# %% [markdown]
# Notice two things:
#
# - From one scale to the next, the blur grows by the same *factor*, here $2^{1/3}$: three steps double it.
# - Each time it has doubled, half of the pixels in each direction are thrown away. The scales that share one size form an **octave**, as in music.
#
# Hardly anything is lost by throwing pixels away, since no detail that fine is left. But mind the order! Here are rings that get finer towards the outside. On the left every second pixel is kept; on the right, the picture was blurred first.

# %%
rings = samples.zone_plate(256)
blurred = cv2.GaussianBlur(rings, (0, 0), 1.6)
show.pictures({"every second pixel": rings[::2, ::2], "blurred first": blurred[::2, ::2]}, scale=2)

# %% [markdown]
# Only the rings in the middle exist. Those in the corners of the left picture, and in the middle of its sides, were never there. They are **aliases**: detail too fine for the pixels, disguised as something coarse.
#
# ### How much blur must be added?
#
# Each scale is made from the one before it, which is cheap. If one scale has a blur of 1.5 and the next should have 2.5, which Gaussian takes you there? One of 1.0?

# %%
point = np.zeros((65, 65))
point[32, 32] = 1
rows = np.arange(65) - 32


def blur_of(image):
    """Measure the blur of a blurred point: the standard deviation along the rows."""
    return np.sqrt((image.sum(axis=1) * rows**2).sum())


first = cv2.GaussianBlur(point, (33, 33), 1.5)
for added in (1.0, 2.0):
    print(f"1.5, then {added}: {blur_of(cv2.GaussianBlur(first, (33, 33), added)):.3f}")

# %% [markdown]
# Blurs do not add up; their *squares* do: $1.5^2 + 2.0^2 = 2.5^2$, but $1.5^2 + 1.0^2 \approx 1.80^2$. (Standard deviations of independent errors add up in the same way.) So, if $\sigma_s$ is the blur of scale $s$, the blur to be added is
#
# $$\sqrt{\sigma_{s+1}^2 - \sigma_s^2}$$
#
# Here is the whole shelf (Alg. 1):

# %%
show.source(reference.gaussian_scale_space, shared.added_sigmas)

# %% [markdown]
# It contains three more ideas:
#
# - The picture is **enlarged** to twice its size before anything else, because its finest detail would be lost in the first blur.
# - It is assumed to have a blur of 0.5 already, since no lens and no pixel is infinitely sharp.
# - `deltas` are the sizes of the octaves' pixels, in pixels of the picture: 0.5, 1, 2, 4 ... A blur of 3.2 in the picture is one of 1.6 where the pixels are twice as large. So the same few Gaussians serve all octaves.

# %%
octaves = reference.gaussian_scale_space(camera)
blurs = shared.sigmas(len(octaves))
for number, octave in enumerate(octaves):
    print(
        f"octave {number}: {octave.shape}, blur {blurs[number, 0]:5.1f} to {blurs[number, -1]:.1f}"
    )
assert np.allclose(blurs[1:, 0], blurs[:-1, 3])  # three scales double the blur
assert np.allclose(shared.added_sigmas(len(octaves)), shared.added_sigmas(1))

# %% [markdown]
# The blurs are given in pixels of the picture. (Six scales in each octave, for three steps? The three extra ones will be needed at the ends, in section 4.)

# %% [markdown]
# ## 3 · Differences
#
# What does a picture *lose* from one scale to the next? Subtract:

# %%
show.source(reference.difference_of_gaussians)

# %% [markdown]
# The **difference of Gaussians** holds what is fine enough to be gone at the next scale and coarse enough to be still there at this one: detail of one size.
#
# Here are discs of five sizes. The plot shows the difference at one place for *every* blur. **At which blur does it stand out most?** Move the slider until you are there, and look at the orange ring: its radius is 1.6 times the blur. Then click on another disc.

# %%
explore.differences()

# %% [markdown]
# The ring fits the disc! Where the difference is most extreme, the blur tells the size. Let us ask the program for all five discs. (`anatomy.of` does everything that sections 2 to 5 describe to a picture; `reasons() == 0` selects the places that are kept in the end.)

# %%
discs = explore.discs()
stacks = [reference.difference_of_gaussians(o) for o in reference.gaussian_scale_space(discs)]
ratios = []
body = anatomy.of(discs)
for row, column, radius in explore.DISCS:
    number = body.nearest((row, column), body.reasons() == 0)
    ratios.append(radius / body.sigmas[number])
    print(f"radius {radius:2}: blur {body.sigmas[number]:5.2f}, radius / blur {ratios[-1]:.2f}")
assert max(ratios) - min(ratios) < 0.1

# %% [markdown]
# The ratio is always nearly the same, which is why 1.6 was a good factor for the ring. Nobody told the program how large the discs are, and it did not compare one picture with another. **A place has a size of its own**, and that is what makes the method *scale-invariant*.
#
# Mind the sign: we subtract this scale from the next one, so a *bright* disc is negative. Both signs count.

# %%
row, column, _ = explore.DISCS[2]
values = [
    stack[round(row / delta), round(column / delta), 1]
    for stack, delta in zip(stacks, shared.deltas(len(stacks)), strict=True)
]
print("a bright disc, octave by octave:", np.round(values, 3))
assert min(values) < -0.02

# %% [markdown]
# ### An old acquaintance
#
# In chapter 05 the *Laplacian of the Gaussian* marked edges. For two blurs $\sigma$ and $k\sigma$ that lie close together, the difference of Gaussians is nearly the same, up to a factor:
#
# $$G_{k\sigma} - G_\sigma \approx (k - 1)\, \sigma^2\, \nabla^2 G_\sigma$$
#
# The $\sigma^2$ makes up for what blurring takes away. Without it, coarse things would always be fainter than fine ones, and no two scales could be compared. It comes for free, as long as each step has the same factor $k$.

# %%
for sigma in (2.0, 4.0):
    near = [cv2.GaussianBlur(point, (65, 65), sigma * factor) for factor in (1, 1.05)]
    laplacian = cv2.Laplacian(near[0], cv2.CV_64F)
    difference, expected = near[1] - near[0], 0.05 * sigma**2 * laplacian
    off = np.abs(difference - expected).max() / np.abs(expected).max()
    print(f"blur {sigma}: they differ by at most {off:.0%} of the highest value")
    assert off < 0.15

# %% [markdown]
# ## 4 · Extrema
#
# So a place worth remembering is one where the difference is extreme: in its row, in its column *and in its scale*. On the grid that means larger (or smaller) than all **26 neighbours**: 8 in its own slice, 9 in the slice below, and 9 in the one above.
#
# Now you know what the extra scales are for. Six scales make five differences, and of these the first and the last have no neighbours on one side. Three are left.
#
# A number is orange if the one in the middle is larger than it, and blue if the one in the middle is smaller. All orange means a maximum, all blue a minimum. Switch off the jump, and click around: how often do you hit an extremum?

# %%
explore.neighbors()

# %% [markdown]
# Why should the *scale* matter? Count how many points are extreme among only the 8 neighbours in their own slice:

# %%
stack = reference.difference_of_gaussians(octaves[1])
extrema = reference.local_extrema(stack, threshold=0.01)
flat = 0
for scale in (1, 2, 3):
    layer = stack[..., scale]
    tall = cv2.dilate(layer, np.ones((3, 3))) == layer
    deep = cv2.erode(layer, np.ones((3, 3))) == layer
    flat += np.count_nonzero((tall | deep) & (np.abs(layer) > 0.01))
print(f"extreme among 8: {flat}, among 26: {len(extrema)}")
assert flat > 3 * len(extrema)

# %% [markdown]
# Along an edge or a line, a place stands out at *every* blur, in one slice after another. It has no size of its own, so it cannot say how large a patch to cut out.
#
# The program does this without a loop over pixels (Alg. 4). It begins with all points that are far enough from 0, and compares them with one neighbour after another. A point that loses is out, so the list gets shorter: 26 comparisons, most of them for only a few points.

# %%
show.source(reference.local_extrema)

# %% [markdown]
# ## 5 · Refinement and two tests
#
# ### Between the pixels
#
# In octave 4 a pixel is as wide as eight pixels of the picture. Is that as precise as it gets?
#
# Move a soft spot by a few tenths of a pixel, and see where it is found. `grid` is the extremum on the grid; `refined` is the result of what we are about to do.

# %%
down, right = np.indices((96, 96))
for shift in (0.0, 0.2, 0.4, 0.6, 0.8):
    away = (down - 48 - shift) ** 2 + (right - 48) ** 2
    body = anatomy.of(np.rint(80 + 120 * np.exp(-away / (2 * 4.0**2))).astype(np.uint8))
    number = body.nearest((48, 48), body.reasons() == 0)
    grid = body.start[number, 0] * body.delta(number)
    print(f"true row {48 + shift:.1f}: grid {grid:4.1f}, refined {body.positions[number, 0]:.2f}")

# %% [markdown]
# The refined row follows in steps of 0.2, as it should. (It is a constant quarter of a pixel too large. That is not rounding; we shall track it down in section 8.)
#
# How does it work? Three values in a row determine a parabola, and a parabola has a peak, which need not lie at a pixel. With the slope $g = (\mathrm{right} - \mathrm{left}) / 2$ and the curvature $h = \mathrm{left} - 2\,\mathrm{here} + \mathrm{right}$, the peak is $-g / h$ away from the middle.
#
# In rows, columns *and* scales it is the same. The slopes are three numbers, the gradient $g$. The curvatures form a 3 × 3 matrix $H$, the **Hessian**: on the diagonal are those along each axis; the other entries say how much the slope along one axis changes along another. Instead of dividing by $h$, one solves a system of equations (Eq. 14-17):
#
# $$\mathrm{offset} = -H^{-1} g \qquad \mathrm{height} = \mathrm{value} + \tfrac12\, g \cdot \mathrm{offset}$$
#
# The function `derivatives` gives both, by subtracting neighbours. And if the peak lies nearer to *another* pixel? Then go there, and fit again, five times at most (Alg. 6). "Nearer to another" means more than 0.6 away, not 0.5: otherwise a peak half-way between two pixels would be sent back and forth.

# %%
show.source(reference.refine_extrema)

# %%
body = anatomy.of(camera)
moved = (body.start != body.points).any(axis=1)
print(f"{len(body.octave)} extrema, {moved.mean():.0%} move to another pixel or scale")
print(f"{(~body.found).mean():.0%} never settle and are dropped")
assert 0 < moved.mean() < 0.5

# %% [markdown]
# `absolute_coordinates` then turns octave, pixel and offset into a place and a blur in the picture itself.
#
# ### Two tests
#
# Not every peak can be trusted. Some are noise; and some lie on an **edge**, where they could just as well lie a little further along. In the next picture, which is which?
#
# **Which colour sits along the rim of the cup? Why there?** Move the thresholds, one at a time, and watch keypoints appear and vanish. (A keypoint is an extremum that has passed all the tests. Its circle has a radius of 1.6 times its blur.)

# %%
explore.thresholds()

# %% [markdown]
# - **Contrast** (blue): the peak is too low. Noise makes many low peaks; `contrast_test` (Alg. 7) drops them.
# - **Edge** (orange): the surface bends strongly across the edge, and hardly at all along it.
# - **Border** (purple): too close to where the picture ends. Raise the distance to see any.
# - **Lost** (black): the refinement never settled.
#
# To detect an edge we compare two curvatures: $a$ across it, and $b$ along it. Which way the edge runs does not matter. Take the part of $H$ that belongs to rows and columns, a 2 × 2 matrix. However the edge is turned, the sum of the matrix's diagonal (the *trace*) is $a + b$, and its determinant is $ab$. Let $r = a / b$, the larger divided by the smaller:
#
# $$\frac{\operatorname{trace}^2}{\operatorname{determinant}} = \frac{(a + b)^2}{ab} = \frac{(r + 1)^2}{r}$$
#
# No square root and no eigenvalue is needed. The quotient grows with $r$; the limit $r = 10$ means a quotient of at most $11^2 / 10 = 12.1$ (Alg. 8).

# %%
show.source(reference.edge_test, reference.border_test)

# %%
reasons = body.reasons()
for number, name in enumerate(anatomy.REASONS):
    print(f"{name:9} {np.count_nonzero(reasons == number):5}")
kept = body.positions[reasons == 0]
places = np.unique(kept, axis=0)
print(f"{len(kept)} extrema are kept; they lie at {len(places)} places")
assert np.array_equal(places, np.unique(anatomy.keypoints(camera).positions, axis=0))

# %% [markdown]
# Each extremum is counted once. What is much too faint (below 0.8 of the contrast threshold) is dropped before any refinement, since that saves time; then come the lost ones; then contrast, edge and border, in that order.
# (Why fewer places than extrema? Two neighbours in scale may climb to the same peak.)

# %% [markdown]
# ## 6 · Orientation
#
# We know where a place is and how large it is. Which way does it face? There is no true answer, but any rule will do, as long as it turns *with* the picture. SIFT asks: **in which direction does the picture grow brighter here?**
#
# At every pixel nearby, the slopes along the rows and along the columns (`gradients`) form an arrow, with a length and a direction. Count the directions in 36 bins; long arrows and near ones count more. (Near means inside the blue square, weighted by a Gaussian of 1.5 times the blur.) **Turn the picture, and watch the hill wander.**

# %%
explore.orientation()

# %% [markdown]
# The hill moves just as far as the picture turns. So its peak is the place's own direction (Alg. 11):
#
# - `orientation_histograms` counts (light bars),
# - `smooth_histograms` takes the mean of three neighbours, six times (dark bars),
# - `orientation_peaks` finds the peaks that reach at least 80 % of the highest (green line), and fits a parabola to each (orange).
#
# Two peaks? Then there are two keypoints at this place, which face two ways.
#
# In this course an angle of 0 points *down the rows*, and a quarter turn points *along the columns*. Here is a trap: nearly everybody swaps the two at least once.

# %%
brighter_down = np.tile(np.linspace(0, 1, 64)[:, None], (1, 64))[..., None]
gradients = reference.gradients(brighter_down)
where = np.array([0]), np.array([[32.0, 32.0]]), np.array([3.0])  # slice, place, blur
counts = reference.orientation_histograms(*gradients, *where)[0]
print("all in bin", counts.argmax(), "with a share of", counts.max() / counts.sum())
print("atan2 with its arguments swapped:", np.degrees(np.arctan2(1.0, 0.0)), "degrees")
assert counts.argmax() == 0

# %%
show.source(reference.orientation_peaks)

# %% [markdown]
# Is there something odd about the last lines? Keep the question in mind; the answer is in section 8.

# %% [markdown]
# ## 7 · Descriptor
#
# Now cut out the patch, at its own size, turned by its own angle. Why not simply keep its pixels? Because then a displacement of *one pixel* changes everything. Histograms do not care exactly where an arrow lies. But a single histogram for the whole patch forgets too much (chapter 03!). So: **4 × 4 histograms, each of 8 directions**, 128 numbers in all.
#
# The patch is 12 blurs wide, so each of its 16 cells is 3 blurs wide. Its rows run along the keypoint's own direction (purple), and all angles are measured from there. As before, near arrows count more. In the figure each histogram is a **star** of eight rays.
#
# Turn the picture, scale it, make it darker. What happens to the stars, and to the row of numbers?

# %%
explore.descriptor()

# %% [markdown]
# The stars turn and grow with the picture; the numbers hardly change. The Euclidean distance between the two rows is shown above them. Which of the alterations does the most harm?
#
# ### Nothing may jump
#
# Should an arrow just left of a cell's border count only for the left cell, and just right of it only for the right one? Then a hair's breadth would move a whole arrow. Instead each arrow is **shared out**: among the two nearest rows of cells, the two nearest columns and the two nearest directions; the nearer, the larger the share. Eight bins get something (Alg. 12).
#
# How much does this help? Here a patch glides over the picture in tenths of a pixel, with sharing and without:

# %%
rows, columns = reference.gradients(octaves[1][..., 1:2])
ROW, COLUMN, BLUR = 154, 298, 2.0


def shared(shift):
    """The 128 numbers of a patch that is not turned, moved down by shift pixels."""
    where = np.array([0]), np.array([[ROW + shift, COLUMN]], float), np.array([BLUR])
    return reference.descriptor_histograms(rows, columns, *where, np.zeros(1))[0].ravel()


# %%
def unshared(shift):
    """The same, but each arrow counts for one cell and one direction only."""
    cell, half = 3 * BLUR, 6 * BLUR
    r, c = np.indices(rows.shape[:2])
    r, c = r - ROW - shift, c - COLUMN
    inside = (np.abs(r) < half) & (np.abs(c) < half)
    r, c, down, right = r[inside], c[inside], rows[inside, 0], columns[inside, 0]
    weights = np.hypot(down, right) * np.exp((r**2 + c**2) / (-2 * half**2))
    direction = np.rint(np.arctan2(right, down) / (2 * np.pi) * 8) % 8
    number = ((r // cell + 2) * 4 + c // cell + 2) * 8 + direction
    return np.bincount(number.astype(int), weights, minlength=128)


# %%
largest = {}
for name, describe in {"shared out": shared, "not shared": unshared}.items():
    steps = np.array([describe(shift) for shift in np.arange(0, 1.01, 0.1)])
    steps /= np.linalg.norm(steps[0])
    jumps = np.linalg.norm(np.diff(steps, axis=0), axis=1)
    largest[name] = jumps.max()
    print(f"{name}: ten steps of 0.1 px change the numbers by {np.round(jumps, 2)}")
assert largest["not shared"] > 5 * largest["shared out"]

# %% [markdown]
# Without sharing, most steps change hardly anything, and then there is a jump.
#
# `triangular_kernel` gives the shares: 1 in the middle of a cell, falling linearly to 0 in the middle of the next one.

# %%
show.source(reference.descriptor_histograms, reference.sift.triangular_kernel)

# %% [markdown]
# ### Light
#
# What does a change of light do to the arrows?
#
# - **Brighter** everywhere: nothing. A slope does not depend on the height.
# - **Twice the contrast** makes every arrow twice as long. So bring the 128 numbers to length 1: divide them by the square root of the sum of their squares.
# - **A lamp from one side** makes *some* arrows very long. So no number may exceed 0.2; after this cut, bring them to length 1 again.
#
# Finally they become bytes: multiplied by 512, rounded down, 255 at most.

# %%
show.source(reference.quantize_descriptors)

# %%
plain = shared(0).reshape(1, 4, 4, 8)
assert np.array_equal(*map(reference.quantize_descriptors, (plain, 2 * plain)))
glare = plain.copy()
glare.flat[glare.argmax()] *= 10  # a lamp from one side
limited = [reference.quantize_descriptors(h).astype(float) for h in (plain, glare)]
scaled = [512 * h / np.linalg.norm(h) for h in (plain, glare)]
apart = {"scaled only": scaled, "limited, then scaled": limited}
apart = {name: np.linalg.norm(one - two) for name, (one, two) in apart.items()}
print("one number ten times as large: the distance of the descriptors is")
for name, distance in apart.items():
    print(f"{name:21} {distance:.0f}")
assert apart["limited, then scaled"] < apart["scaled only"] / 2

# %% [markdown]
# ## 8 · The whole
#
# Now the whole method for one keypoint: **click anywhere**. Panel 1 shows the three differences (orange is positive, blue negative); 2 the path of the refinement (row, column, scale), from the white dot to the black one; 3 the ellipse of the edge test, short where the surface bends strongly; 4 the directions; 5 the descriptor over its patch. (Is the page narrow? The last button at the top fills the screen.)
#
# Then look at some of those that were dropped. What does the ellipse look like when a point lies on an edge?

# %%
explore.life_story()

# %% [markdown]
# For readers on paper, here is one keypoint's life in full, and the ellipse of a point that was dropped on an edge:

# %%
story = explore.life_story()
panels = story()
dropped = story(kind="dropped: edge", at=(40, 130))
panels["3, of one that was dropped"] = dropped["3 · edge test"]
del panels["picture"]
show.pictures(panels, columns=3, largest=680)

# %% [markdown]
# The class `SIFT` does all this for every extremum:

# %%
photo = samples.camera()
sift = reference.SIFT()
sift.detect_and_extract(photo)
print(f"{len(sift.keypoints)} keypoints at {len(np.unique(sift.positions, axis=0))} places")
print("descriptors:", sift.descriptors.shape, sift.descriptors.dtype)
print("the first: row, column", sift.positions[0].round(2), "blur", sift.sigmas[0].round(2))

# %% [markdown]
# ### The same from scikit-image
#
# `skimage.feature.SIFT` follows the same paper. Two of its inner loops are compiled; here everything is NumPy. Do the two agree?

# %%
for name in ("camera", "coins", "page"):
    picture = getattr(samples, name)()
    theirs, ours = skimage.feature.SIFT(), reference.SIFT()
    theirs.detect_and_extract(picture)
    ours.detect_and_extract(picture)
    apart = np.abs(theirs.positions - ours.positions).max()
    equal = (theirs.descriptors == ours.descriptors).all(axis=1).mean()
    assert np.array_equal(theirs.octaves, ours.octaves)
    assert np.array_equal(theirs.scales, ours.scales)
    assert np.abs(theirs.orientations - ours.orientations).max() < 0.01
    assert apart < 0.05 and equal >= 0.99
    print(f"{name}: {len(ours.positions)} keypoints, {apart:.1e} px apart, {equal:.1%} equal")

# %% [markdown]
# To agree this well we had to follow the library where it departs from the papers. Let us see where it does, and what each departure changes.
#
# ### 1. Half a bin
#
# Remember the picture that grows brighter *downwards*. Its direction is 0. What do we report?

# %%
_, angles = reference.orientation_peaks(reference.smooth_histograms(counts[None]))
print(f"reported: {np.degrees(angles[0]):.1f} degrees; half a bin of 36 is {360 / 36 / 2:.1f}")
assert np.isclose(np.degrees(angles[0]), 5)

# %% [markdown]
# The bins are filled so that bin 0 has its *middle* at 0 degrees; but then the angle is computed as if bin 0 *began* there. (In scikit-image: `bins = np.floor(... + 0.5)` in one line, `m + self._fit(...) + 0.5` in another. Eq. 23 has no such half.)
#
# All directions are 5 degrees too large. Does it matter?

# %%
other, homography = anatomy.altered(camera, turn=30)
for name, correction in {"as in scikit-image": 0.0, "half a bin less": np.pi / 36}.items():
    pair = [reference.SIFT(), reference.SIFT()]
    for one, picture in zip(pair, (camera, other), strict=True):
        one.detect(picture)
        one.orientations = one.orientations - correction
        one.extract(picture)
    pairs = reference.match_descriptors(*(p.descriptors for p in pair), max_ratio=0.8)
    good = evaluation.correct_matches(pairs, *(p.positions for p in pair), homography)
    print(f"{name}: {good.sum()} of {len(pairs)} matches are right")

# %% [markdown]
# Among themselves, hardly: every patch is turned by the same 5 degrees. But never compare these directions, or these descriptors, with those of another program.
#
# ### 2. A quarter of a pixel
#
# Turn a picture by 180 degrees, find the keypoints, and turn them back. They should coincide with the original ones.

# %%
upside_down = np.rot90(camera, 2).copy()
one, two = anatomy.keypoints(camera), anatomy.keypoints(upside_down)
pairs = reference.match_descriptors(one.descriptors, two.descriptors, max_ratio=0.8)
back = np.array(camera.shape) - 1 - two.positions[pairs[:, 1]]
apart = np.median(one.positions[pairs[:, 0]] - back, axis=0)
print("they differ by (rows, columns):", apart.round(3))
assert np.allclose(apart, 0.5, atol=0.03)

# %% [markdown]
# Half a pixel, so a quarter in each picture: the quarter that we met in section 5. It comes from the enlargement. When a picture grows to twice its size, the centre of pixel 0 comes to lie between the new pixels 0 and 1, at 0.5. Pixel $p$ comes to lie at $2p + 0.5$. So the way back must be $(q - 0.5) / 2$, but the library takes $q / 2$.
#
# For the table in section 9 the quarter is subtracted, both for us and for scikit-image. If you only match, it makes no difference. If you measure, it does.
#
# ### 3. Saddles pass
#
# Lowe first asks whether the determinant is positive, and drops the point if it is not: a **saddle** bends up one way and down the other, and is not a peak at all. The library takes the absolute value, so saddles may pass.

# %%
body = anatomy.of(photo)
kept = body.reasons() == 0
saddles = np.linalg.det(body.hessians[kept][:, :2, :2]) < 0
print(f"{saddles.sum()} of {kept.sum()} are saddles")
assert saddles.mean() < 0.02

# %% [markdown]
# It could be worse, but most saddles are no extrema in the first place.
#
# ### 4. Patches that stick out
#
# The IPOL text drops a keypoint whose patch reaches beyond the picture. The library only requires the keypoint to be one blur away from the border, and cuts the patch off.

# %%
turned = np.abs(np.cos(sift.orientations)) + np.abs(np.sin(sift.orientations))
# six blurs to each side, and half a cell more that is shared out inwards
reach = (6 * (1 + 1 / 4) * sift.sigmas * turned)[:, None]
beyond = (sift.positions < reach) | (sift.positions + reach > np.array(photo.shape) - 1)
print(f"{beyond.any(axis=1).sum()} of {len(reach)} patches stick out")
assert beyond.any()

# %% [markdown]
# These patches contain fewer arrows than they would if the camera had pointed a little further to the side. In another picture of the same thing, they may be complete.
#
# ### 5. Three thresholds
#
# How much contrast must a peak have? Each source has a number of its own. (These are for levels between 0 and 1, and three scales per octave.)

# %%
for name, c_dog in {"scikit-image": 0.04 / 3, "IPOL": 0.015, "Lowe": 0.03}.items():
    finder = reference.SIFT(c_dog=c_dog)
    finder.detect(photo)
    print(f"{name:13} {c_dog:.4f}: {len(finder.positions):4} keypoints")

# %% [markdown]
# ### 6. A memory that should not be
#
# The last one has nothing to do with the paper. Use *one* SIFT object for a small picture, and then for a large one:

# %%
little = explore.small(photo, 64)
for name, make in {"scikit-image": skimage.feature.SIFT, "ours": reference.SIFT}.items():
    used = make()
    used.detect(little)
    used.detect(photo)
    fresh = make()
    fresh.detect(photo)
    print(f"{name:13} fresh {len(fresh.positions)}, after a small picture {len(used.positions)}")
    assert (len(used.positions) < len(fresh.positions)) == (name == "scikit-image")

# %% [markdown]
# The object remembers the number of octaves that fitted the small picture. In this we did *not* follow the library.

# %% [markdown]
# ## 9 · Matching
#
# Two pictures give two lists of descriptors. Is the nearest one the best? Here the second picture is the first one, turned by 30 degrees, shrunk and darkened. For each keypoint of the first picture, take the nearest one of the second:

# %%
other, homography = anatomy.altered(camera, turn=30, size=0.7, gamma=1.8)
one, two = anatomy.keypoints(camera), anatomy.keypoints(other)
for name, options in {
    "nearest": {"cross_check": False},
    "nearest to each other": {"cross_check": True},
    "and clearly nearest": {"cross_check": True, "max_ratio": 0.8},
}.items():
    pairs = reference.match_descriptors(one.descriptors, two.descriptors, **options)
    good = evaluation.correct_matches(pairs, one.positions, two.positions, homography)
    print(f"{name:22} {len(pairs):3} pairs, {good.sum():3} right: {good.mean():.0%}")
assert good.mean() > 0.9

# %% [markdown]
# Everything has a nearest neighbour, even a keypoint that is not in the second picture at all. The second and third lines show what helps:
#
# - **Cross-check**: each must be the other's nearest neighbour.
# - **Ratio test** (Lowe): the nearest must be *clearly* nearer than the second nearest, at less than 0.8 times its distance. A keypoint with two equally good partners gets none.
#
# There is a trap in the first line of any such program. Descriptors are `uint8`:

# %%
three, five = np.uint8([3]), np.uint8([5])
print("3 - 5 =", (three - five)[0], "and in float", (three.astype(float) - five)[0])
assert (three - five)[0] == 254

# %% [markdown]
# `match_descriptors` keeps no table of all the distances: with 20 000 keypoints in each picture it would take gigabytes. It works through the first list a few rows at a time.
#
# ### Who is lying?
#
# As a rule, you do not know the truth. But all *right* matches tell the same story: if the scene is flat, or if the camera only rotated, **one homography** (eight numbers) takes each point to its partner. Each wrong match tells a story of its own.
#
# **RANSAC** (random sample consensus): pick four matches at random, compute the homography, count how many matches agree; do this again and again, and keep the best. How often? Until it is all but certain that one sample held four right matches: the more matches agree, the fewer samples that takes. In the end `find_homography` fits one homography to all matches that agree.

# %%
found, agree = reference.find_homography(one.positions[pairs[:, 0]], two.positions[pairs[:, 1]])
print(f"{agree.sum()} of {len(pairs)} agree")
corners = np.array([[0, 0], [0, 319], [319, 0], [319, 319]], float)
apart = evaluation.transfer(corners, found) - evaluation.transfer(corners, homography)
print(f"the corners of the picture are at most {np.linalg.norm(apart, axis=1).max():.1f} px off")
assert np.linalg.norm(apart, axis=1).max() < 3

# %% [markdown]
# Move the pointer over the left picture. Green matches agree with one homography, orange ones do not. On the right are both patches as SIFT sees them: at their own size, turned upright. At which ratio do wrong matches come in? How far up can you go if RANSAC sorts them out?

# %%
explore.matches()

# %% [markdown]
# ### How good is it?
#
# Take a picture, alter it in a known way (`rotate` in degrees, `blur` in pixels, `noise` in gray levels, `gamma` an exponent), and count:
#
# - **again**: of the keypoints in sight in both pictures, the share that is found in both, to within 2 pixels (*repeatability*);
# - **right / pairs**: how many matches lie within 3 pixels of where they should, out of all that pass the ratio test (0.8) and the cross-check.
#
# scikit-image's numbers should equal ours. OpenCV's SIFT is another implementation of the same paper, with a threshold that has the same name but a slightly different meaning.

# %%
alterations = [
    ("rotate", 90), ("rotate", 30), ("scale", 0.5), ("scale", 0.7), ("scale", 1.5),
    ("scale", 2), ("blur", 1.5), ("noise", 10), ("gamma", 0.5), ("gamma", 2),
]  # fmt: skip
results = evaluation.compare(explore.small(photo, 240), alterations)

# %%
programs = list(evaluation.detectors())
print(" " * 11 + "".join(f"{name:>24}" for name in programs))
print(f"{'':11}" + f"{'again   right / pairs':>24}" * 3)
for start in range(0, len(results), 3):
    trial = results[start : start + 3]
    line = f"{trial[0]['kind']:6} {trial[0]['amount']:4}"
    for row in trial:
        line += f"{row['repeatability']:10.0%}{row['correct']:8} /{row['matches']:4}"
    print(line)

# %%
ours, theirs = results[::3], results[1::3]
assert all(a["correct"] == b["correct"] for a, b in zip(ours, theirs, strict=True))
assert results[0]["precision"] > 0.99  # a quarter turn moves pixels and changes none
assert min(row["precision"] for row in ours) > 0.8
repeatable = {kind: np.mean([row["repeatability"] for row in ours if row["kind"] == kind])
              for kind in ("scale", "blur", "noise")}  # fmt: skip
assert repeatable["scale"] > max(repeatable["blur"], repeatable["noise"])
mean = {name: np.mean([r["repeatability"] for r in results if r["program"] == name])
        for name in programs}  # fmt: skip
print("found again, on average over all ten:", {n: f"{share:.0%}" for n, share in mean.items()})

# %% [markdown]
# What can we learn from this?
#
# 1. A quarter turn loses a few keypoints, although no pixel was changed. When an octave is halved, every second row is kept; after the turn, those are different rows.
# 2. Scaling, the very thing SIFT was made for, costs less than this much blur or noise. (With less noise, the order changes: try an amount of 2.)
# 3. Gamma changes *which* peaks pass the contrast test, more than it changes what they look like.
# 4. Whatever is matched is nearly always matched correctly. The matches become fewer, not worse.

# %% [markdown]
# ## 10 · On the GPU: a whole batch
#
# *For builders; skip it on a first reading.*
#
# Pictures have different numbers of keypoints. A batch of pictures is a rectangular array; their keypoints are not. So the twin keeps *one* long table for all pictures, with a column that says which picture each row belongs to. Everything after the extrema works on rows of that table, with no loop over keypoints and none over pictures.
#
# The window around a keypoint grows with its blur. So the table is sorted by size, and windows of about the same size are processed together, as many as fit into memory.

# %%
show.source(gpu.local_extrema, gpu.edge_test)

# %%
little = explore.small(photo, 160)
pictures = np.stack([little, little.T, little[::-1], 255 - little])
batch = torch.from_numpy(pictures.copy())[:, None].to(device())
twin = gpu.SIFT()
twin.detect_and_extract(batch)
print("keypoints of each picture:", list(twin.counts))
ours = anatomy.keypoints(little)
mine = twin.positions.split(list(twin.counts))[0].cpu().numpy()
gaps = np.linalg.norm(ours.positions[:, None] - mine, axis=2).min(axis=1)
print(f"within 0.05 px of the reference's: {np.mean(gaps < 0.05):.1%}")
assert np.mean(gaps < 0.05) >= 0.99

# %% [markdown]
# The twin computes in single precision for `uint8` pictures, where the reference uses double, because a graphics card is many times faster in single precision. Hence "within 0.05", and not "equal". Given `float64`, it gives the reference's results.
#
# The matching runs in batches, too. Its distances are one matrix product, a few rows at a time:

# %%
tables = [torch.from_numpy(a.descriptors.copy()).to(device()) for a in (one, two)]
twins = gpu.match_descriptors(*tables, max_ratio=0.8).cpu().numpy()
expected = reference.match_descriptors(one.descriptors, two.descriptors, max_ratio=0.8)
print(len(twins), "pairs, equal:", np.array_equal(twins, expected))
assert np.array_equal(twins, expected)

# %% [markdown]
# And here are the times for these four small pictures:

# %% tags=["nbval-ignore-output"]
opencv = cv2.SIFT_create()
times = measure_all(
    {
        "reference": lambda: [reference.SIFT().detect_and_extract(p) for p in pictures],
        "scikit-image": lambda: [skimage.feature.SIFT().detect_and_extract(p) for p in pictures],
        f"gpu, on {device()}": lambda: gpu.SIFT().detect_and_extract(batch),
        "OpenCV": lambda: [opencv.detectAndCompute(p, None) for p in pictures],
    },
    repeats=3,
    warmup=1,
)
for name, timing in times.items():
    print(f"{name:16} {timing.median * 1000:7.0f} ms for {len(pictures)} pictures")

# %% [markdown]
# These were measured on whatever machine made this page, so they only show an order of magnitude. On a CPU, OpenCV's compiled loops are far ahead. What the twin offers is a whole batch in one call, on the device where it already is.
#
# ## 11 · Your own two photos
#
# Photograph something twice: step aside, turn the camera, come back in the evening. Put both photos next to this notebook, and give their names. **Own photo** in the figure replaces the first one; both stay on your machine.
#
# Here is a motorcycle, as the left and the right eye would see it. It is *not* flat. What does that mean for the green matches?

# %%
left, right = samples.stereo_motorcycle()  # samples.load("left.jpg"), samples.load("right.jpg")
explore.matches(explore.small(left), explore.small(right))

# %%
one, two, pairs, agree = anatomy.matched(explore.small(left), explore.small(right), 0.8)
rows = one.positions[pairs[:, 0], 0] - two.positions[pairs[:, 1], 0]
level = np.abs(rows) < 1
print(f"{len(pairs)} matches; {agree.sum()} agree with one homography")
print(f"{level.sum()} lie in the same row of both pictures, as they should: {level.mean():.0%}")
assert level.mean() > agree.mean()

# %% [markdown]
# Between two eyes, near things move further than distant ones, so no single homography fits them all. Many of the orange matches are *right*; it is the story that is wrong. (Two pictures taken side by side follow another rule: everything stays in its row.)
#
# ## 12 · Three questions
#
# Open an answer by clicking on it.

# %% jupyter={"source_hidden": true}
Question(
    "How does SIFT know how large a patch to cut out?",
    {
        "It tries several sizes and compares them with the other picture.": "The other picture is "
        "not asked: each keypoint is found in one picture alone.",
        "It takes the blur at which the difference of Gaussians is extreme.": "A disc's radius is "
        "always the same multiple of that blur.",
        "The patch always has 16 x 16 pixels.": "Pixels of which octave? In the picture, the patch "
        "of a coarse keypoint is much larger.",
    },
    right="It takes the blur at which the difference of Gaussians is extreme.",
)

# %% jupyter={"source_hidden": true}
Question(
    "You drop the edge test. What do you get?",
    {
        "More keypoints, of which many cannot be found again at the same place.": "On an edge, "
        "a peak is held in place in one direction only.",
        "Keypoints on straight edges, which are the most reliable ones.": "Which point of a "
        "straight edge is it? They all look alike.",
        "The same keypoints; the contrast test drops the others.": "Edges have plenty of contrast.",
    },
    right="More keypoints, of which many cannot be found again at the same place.",
)

# %% jupyter={"source_hidden": true}
Question(
    "A brick wall: hundreds of good keypoints, and hardly a match passes the ratio test. Why?",
    {
        "Bricks have too little contrast.": "Then there would be no keypoints.",
        "The descriptors of bricks are wrong.": "They are right, but all alike.",
        "Each brick has many equally good partners.": "Nearest and second nearest are about as "
        "near, so the ratio is near 1.",
    },
    right="Each brick has many equally good partners.",
)

# %% [markdown]
# ## Take-aways
#
# - Blur is a size. Squares of blurs add up; blur before you throw pixels away.
# - Where the difference of Gaussians is extreme in place *and* scale, a thing has a place and a size of its own.
# - A parabola finds the peak between the samples, in a picture and in a histogram.
# - The ratio of two curvatures tells a peak from an edge, without a square root.
# - One histogram of directions forgets where they were; sixteen of them forget just enough. Share the arrows out, and nothing jumps.
# - Trust a match that is clearly the nearest, and a set of matches that tell the same story.
# - Programs that follow a paper also depart from it. Measure what that changes.
#
# ## References
#
# - D. G. Lowe, "Distinctive image features from scale-invariant keypoints", *International Journal of Computer Vision* 60(2), 2004, 91-110. [doi:10.1023/B:VISI.0000029664.99615.94](https://doi.org/10.1023/B:VISI.0000029664.99615.94)
# - I. R. Otero and M. Delbracio, "Anatomy of the SIFT method", *Image Processing On Line* 4, 2014, 370-396. [doi:10.5201/ipol.2014.82](https://doi.org/10.5201/ipol.2014.82)
# - K. Mikolajczyk and C. Schmid, "A performance evaluation of local descriptors", *IEEE Transactions on Pattern Analysis and Machine Intelligence* 27(10), 2005, 1615-1630.
# - M. A. Fischler and R. C. Bolles, "Random sample consensus", *Communications of the ACM* 24(6), 1981, 381-395. [doi:10.1145/358669.358692](https://doi.org/10.1145/358669.358692)
# - R. Hartley and A. Zisserman, *Multiple View Geometry in Computer Vision*, 2nd edition, Cambridge University Press 2004, chapter 4. [doi:10.1017/CBO9780511811685](https://doi.org/10.1017/CBO9780511811685)
