# %% [markdown]
# # 05 · Edges
#
# **A few lines are enough to recognise a thing.** Where, among all the pixels of a photo, are they?
#
# After this chapter you will be able to
#
# - say what an edge is, in levels and in derivatives, and why noise hurts a derivative so much;
# - compute a gradient with the mask of your choice, and say how many degrees its direction is off;
# - find edges between the pixels, where a second derivative changes sign;
# - write Canny's detector in five steps, and say what happens if you leave one of them out;
# - measure a detector against known edges, instead of trusting a nice picture.
#
# **Now run the notebook:** in the menu, *Run ▸ Run All Cells*. It takes a moment, and brings the figures to life.
# A line that begins with `assert` proves what the text says; skip it if you are only reading.

# %%
import cv2
import numpy as np
import scipy.ndimage
import skimage.feature
import skimage.filters
import torch

from coursekit.core.torch import union_find
from coursekit.edges import data, explore, gpu, reference
from coursekit.edges.explore import crossings
from coursekit.edges.reference.canny import directions
from coursekit.lab import Question, device, measure_all, samples, show

# %% [markdown]
# ## 1 · The question
#
# Here is a photographer, and beside him what this chapter makes of him. It is only a few thin lines, and yet you see the man, the camera, the tripod.

# %%
camera = samples.camera()
outline = reference.canny(camera, low=80, high=200, sigma=1)
share = np.mean(outline > 0)
print(f"{share:.1%} of the pixels are left")
assert share < 0.06
show.pictures({"photo": camera, "edges": 255 - outline}, largest=420)

# %% [markdown]
# **Which pixels are edges, and how can a program know?** Walk along one row of the photo. Click a row; below the levels you see how much they change from pixel to pixel.
#
# 1. Find the coat in the levels. What does its rim look like in the derivative?
# 2. Find the grass. It has no outline, but it still shows up in the derivative. How?
# 3. Smooth the picture. What disappears first, and what stays?

# %%
explore.across_the_picture()

# %% [markdown]
# An edge is where the levels **change a lot over a short distance**. "How much from pixel to pixel" is the **derivative**. In a picture it can only be a difference between neighbours:
#
# $$f'(x) \approx \frac{f(x+1) - f(x-1)}{2} \qquad f''(x) \approx f(x+1) - 2f(x) + f(x-1)$$
#
# The **second derivative** says how the change itself changes. In a row of six pixels:

# %%
row = np.array([60, 60, 60, 100, 180, 180])
print("levels:           ", row)
print("first derivative: ", (row[2:] - row[:-2]) / 2, "    for the four in the middle")
print("second derivative:", row[2:] - 2 * row[1:-1] + row[:-2])
assert list(row[2:] - 2 * row[1:-1] + row[:-2]) == [0, 40, 40, -80]

# %% [markdown]
# ### Three kinds of edge
#
# A **step** rises all at once, a **ramp** little by little, like everything that is out of focus. A **roof** rises and then falls: a wire, a line on paper (Gonzalez and Woods, Fig. 10.8).
#
# Choose one after another. For each of them, where is the first derivative largest? Where does the second one cross zero?

# %%
explore.edge_models()

# %% [markdown]
# - The first derivative has **one peak** at a step, and a plateau as wide as the ramp. At a roof it has two, of opposite sign: one edge up, one edge down.
# - The second derivative **changes sign once**: in the middle of a step, and somewhere between the two ends of a ramp. Before that, on the dark side, it is positive; after that, on the bright side, it is negative.
#
# So there are two ways to find an edge: look for *peaks of the first* derivative, or for *zeros of the second*. Sections 2 and 6 take the first way, sections 4 and 5 the second.
#
# ### The derivative drowns
#
# Now choose the ramp, turn the **noise** up to 3 gray levels, and look at all three curves. You can hardly see the noise in the levels. What about the derivatives?
#
# Then **smooth** until you can find the ramp again.

# %%
ramp = data.profile("ramp", width=24)
noise = np.random.default_rng(1).normal(0, 3, 100_000)
first, second = (noise[2:] - noise[:-2]) / 2, np.diff(noise, 2)
print(f"the ramp rises by {np.gradient(ramp).max():.0f} levels per pixel")
print(f"noise of {noise.std():.1f} levels becomes {first.std():.1f} in the first derivative")
print(f"                              and {second.std():.1f} in the second")
ends = np.diff(ramp, 2).max()
print(f"the second derivative of the ramp itself is {ends:.1f} at its two ends")
assert second.std() > 2 * noise.std() > 2 * first.std() and second.std() > 1.5 * ends

# %% [markdown]
# The noise is independent from one pixel to the next, so a difference adds up the noise of everything that goes into it. In the second derivative the middle pixel counts twice, so the noise there is $\sqrt{1 + 4 + 1} \approx 2.4$ times as strong as in the picture. The edge itself has not grown.
#
# **So no detector works without smoothing.** It is a trade-off: smoothing makes noise small, but edges wide. Everything that follows deals with this trade-off.

# %%
blurred = {sigma: reference.smooth(camera, sigma) for sigma in (0, 1, 3)}
for sigma, picture in blurred.items():
    across = np.abs(np.gradient(picture.astype(float), axis=1))
    grass, coat = across[400:500, 440:500], across[170, 40:70]
    print(
        f"sigma {sigma}: grass {grass.mean():4.1f} levels per pixel, rim of the coat {coat.max():5.1f}"
    )
    assert coat.max() > 3 * grass.mean()

# %% [markdown]
# ## 2 · First derivatives
#
# A picture has two directions, so it has two first derivatives: one **from row to row** (how much brighter does it get one pixel further down?) and one **from column to column** (how much brighter does it get one pixel further to the right?). Together they are the **gradient**.
#
# ### The first trap
#
# A difference between neighbours is one line of NumPy. In row 170, the levels drop from light to dark at the rim of the coat. Here is that line:

# %%
print("levels:    ", camera[170, 53:58])
naive = camera[:, 2:] - camera[:, :-2]
print("difference:", naive[170, 53:56], naive.dtype)
wide = camera.astype(int)
right = wide[:, 2:] - wide[:, :-2]
print("it should be", right[170, 53:56])
print(f"wrong: {np.mean(naive != right):.0%} of the pixels")
assert np.mean(naive != right) == np.mean(right < 0) > 0.3

# %% [markdown]
# `uint8` has no negative numbers, and a derivative is negative about half of the time. OpenCV has its own version of this trap. Asked for `CV_8U`, it does not wrap around, but clips negative values to 0: **all edges from light to dark are gone.**

# %%
lost = cv2.Sobel(camera, cv2.CV_8U, 1, 0, ksize=3)
kept = cv2.convertScaleAbs(cv2.Sobel(camera, cv2.CV_16S, 1, 0, ksize=3))
print("rim of the coat, CV_8U: ", lost[170, 50:62])
print("CV_16S, absolute values:", kept[170, 50:62])
assert lost[170, 53:57].max() == 0 < kept[170, 53:57].min()
show.pictures({"CV_8U": lost, "CV_16S, absolute values": kept}, largest=340)

# %% [markdown]
# The left rim of the coat and the left side of the tripod's legs are missing. All derivatives in this package are `int16` for a `uint8` picture.
#
# ### A mask that differentiates and smooths
#
# Differences alone drown in noise. So **smooth along the edge while you differentiate across it.** A mask, as in chapter 04, can do both at once. This one subtracts the row above from the row below, and adds up three columns, counting the middle one twice:
#
# $$\begin{pmatrix}-1&-2&-1\\0&0&0\\1&2&1\end{pmatrix} = \begin{pmatrix}-1\\0\\1\end{pmatrix}\begin{pmatrix}1&2&1\end{pmatrix}$$
#
# That is **Sobel's** mask. The same mask, turned on its side, differentiates across the columns. There are others:
#
# | | smoothing, along the edge | |
# |---|---|---|
# | Roberts, 1963 | none | two differences along the diagonals of four pixels |
# | Prewitt, 1970 | 1 1 1 | |
# | Sobel, 1968 | 1 2 1 | |
# | Scharr, 2000 | 3 10 3 | made for the best angle, section 3 |
#
# **Click a pixel** to see the levels under the masks, the two sums, and the arrow that they make. Blue weights are positive, orange ones negative.
#
# 1. Click on the back of the coat. Which way does the arrow point: along the edge, or across it? Towards the dark side, or the bright one?
# 2. Click on the sky. How long is the arrow there?
# 3. Change the operator. What changes, the direction or the length?

# %%
explore.mask_at_a_pixel()

# %% [markdown]
# The gradient points **across the edge, towards the bright side.** Its length says how steep the edge is (Gonzalez and Woods, Eq. 10-17), and its angle says which way it faces (Eq. 10-18):
#
# $$M = \sqrt{g_r^2 + g_c^2} \qquad \alpha = \operatorname{arctan2}(g_r, g_c)$$
#
# The naive way to compute a derivative is, once again, a double loop:


# %%
def sobel_loop(image):
    result = np.zeros(image.shape, int)
    for row in range(1, image.shape[0] - 1):
        for column in range(1, image.shape[1] - 1):
            window = image[row - 1 : row + 2, column - 1 : column + 2].astype(int)
            result[row, column] = window[2] @ [1, 2, 1] - window[0] @ [1, 2, 1]
    return result


# %%
part = camera[60:188, 180:308]
row_gradient, column_gradient = reference.sobel(part)
inside = np.s_[1:-1, 1:-1]
assert np.array_equal(sobel_loop(part)[inside], row_gradient[inside])
show.pictures({"row gradient": row_gradient / 1020 + 0.5,
               "column gradient": column_gradient / 1020 + 0.5})  # fmt: skip

# %% [markdown]
# Mid-gray means 0 here, and lighter means positive. This is how the package does it:

# %%
show.source(reference.sobel, reference.gradient_magnitude, reference.gradient_direction)

# %% tags=["nbval-ignore-output"]
times = measure_all(
    {
        "double loop": lambda: sobel_loop(part),
        "reference": lambda: reference.sobel(part),
        "OpenCV": lambda: [cv2.Sobel(part, cv2.CV_16S, *by) for by in ((0, 1), (1, 0))],
    },
    repeats=5,
    warmup=1,
)
for name, timing in times.items():
    print(f"{name:12} {timing.median * 1000:8.2f} ms for {part.shape[0]} x {part.shape[1]}")

# %% [markdown]
# (The loop computes only one of the two derivatives, the others compute both.)
#
# ### The same from the libraries, and where they differ
#
# **OpenCV** says $x$ and $y$: `dx=1, dy=0` differentiates along $x$, which gives our *column* gradient. Keep that in mind when you name them; an exercise shows what happens if you do not. With every argument spelled out, all numbers are equal:

# %%
border = cv2.BORDER_REFLECT_101  # NumPy's reflect
for picture in (camera, samples.coins(), samples.page(), samples.chelsea()):
    for size in (1, 3, 5, 7):
        pair = reference.sobel(picture, size)
        for ours, (dx, dy) in zip(pair, ((0, 1), (1, 0)), strict=True):
            theirs = cv2.Sobel(picture, cv2.CV_16S, dx, dy, None, size, 1, 0, border)
            assert np.array_equal(ours, theirs)
    for ours, (dx, dy) in zip(reference.scharr(picture), ((0, 1), (1, 0)), strict=True):
        assert np.array_equal(ours, cv2.Scharr(picture, cv2.CV_16S, dx, dy, None, 1, 0, border))
print("Sobel 1, 3, 5, 7 and Scharr on four pictures, gray and colour: no differing number")

# %% [markdown]
# OpenCV has neither Roberts nor Prewitt, but its `filter2D` with their masks agrees with `reference.roberts` and `reference.prewitt`:

# %%
masks = {"roberts": ([[-1, 0], [0, 1]], [[0, -1], [1, 0]])}
masks["prewitt"] = [[-1] * 3, [0] * 3, [1] * 3], [[-1, 0, 1]] * 3
for name, pair in masks.items():
    anchor = (0, 0) if name == "roberts" else (1, 1)
    for ours, mask in zip(getattr(reference, name)(camera), pair, strict=True):
        mask = np.array(mask, np.float32)
        theirs = cv2.filter2D(camera, cv2.CV_16S, mask, None, anchor, 0, border)
        assert np.array_equal(ours, theirs)
print("roberts, prewitt: equal")

# %% [markdown]
# **scikit-image** divides Sobel's mask by 4, so that a step of one level gives one level; it takes white to be 1; and its two-dimensional `sobel` divides the length by $\sqrt 2$. Taken together, *its threshold of 0.1 is our 144*:

# %%
ours = reference.gradient_magnitude(*reference.sobel(camera, border="symmetric"))
theirs = skimage.filters.sobel(camera, mask=None, axis=None, mode="reflect")
factor = 255 * 4 * 2**0.5
print(f"factor {factor:.1f}, largest difference {np.abs(theirs * factor - ours).max():.4f}")
print(f"its 0.1 is our {0.1 * factor:.0f}")
assert np.allclose(theirs * factor, ours, atol=1e-3) and round(0.1 * factor) == 144

# %% [markdown]
# (SciPy and scikit-image say `reflect` for what NumPy and this course call `symmetric`.) A square root is slow on small machines, so many programs use $|g_r| + |g_c|$ instead (Eq. 10-20). That makes diagonal edges look stronger:

# %%
for angle in (0, 22.5, 45):
    pair = reference.sobel(data.rotated_edge(angle))
    l1, l2 = (reference.gradient_magnitude(*pair, norm=norm)[16, 16] for norm in ("l1", "l2"))
    print(f"an edge rotated by {angle:4} degrees: l2 {l2:.2f}, l1 {l1:.2f}, ratio {l1 / l2:.2f}")
assert abs(l1 / l2 - 2**0.5) < 0.01

# %% [markdown]
# ### The second trap: a frame of edges
#
# At the border of the picture, a mask needs pixels that are not there. Chapter 04 had five rules for them. Here we give a light picture the simplest one, black (`constant`), and two better ones. Below you see the upper right corner, magnified, and dark where the gradient is long:

# %%
small = explore.small_camera()
lengths = {
    name: reference.gradient_magnitude(*reference.sobel(small, border=name))
    for name in ("constant", "reflect", "edge")
}
top = {name: length[0].mean() for name, length in lengths.items()}
for name, mean in top.items():
    print(f"{name:9} mean length in the top row, all sky: {mean:6.1f}")
assert top["constant"] > 20 * max(top["reflect"], top["edge"])
corner = {name: 1 - np.clip(length[:112, -64:] / 400, 0, 1) for name, length in lengths.items()}
show.pictures(corner, scale=4)

# %% [markdown]
# With `constant`, the longest edge of the picture is its own frame. That frame is only one pixel wide: on a screen, in the whole picture, it is easy to miss.

# %% [markdown]
# ## 3 · Which mask?
#
# There are four operators, and all of them find the coat. Why should you care which one you use? Because the **direction** is needed later on: Canny uses it to thin edges, SIFT to describe the surroundings of a point.
#
# Below is an edge whose direction is known, since a program drew it. Rotate it. How wrong is each operator, and at which angle?
#
# Then change the **softness**. Which operator benefits?

# %%
explore.rotating_edge()

# %% [markdown]
# All of them are right at 0, 45 and 90 degrees, where symmetry leaves them no choice. In between they are off. By how much, at worst, over all angles and all positions of the edge within a pixel?

# %%
worst = {
    blur: {name: max(data.angular_error(name, angle, blur) for angle in range(0, 91, 3))
           for name in explore.OPERATORS}
    for blur in (0.5, 1.0, 2.0)
}  # fmt: skip
print("softness  " + "".join(f"{name:>10}" for name in explore.OPERATORS))
for blur, errors in worst.items():
    print(f"{blur} pixels" + "".join(f"{error:9.2f}°" for error in errors.values()))
better = {blur: errors["sobel"] / errors["scharr"] for blur, errors in worst.items()}
print("Scharr is better than Sobel by a factor of", {b: round(f, 1) for b, f in better.items()})
assert all(min(errors, key=errors.get) == "scharr" for errors in worst.values())
assert better[1.0] > 5 > 2 > better[0.5]

# %% [markdown]
# **Scharr wins.** At a softness of one pixel, its error is a ninth of Sobel's. Scharr's weights 3, 10, 3 were computed, not guessed: they keep the error of the direction small at every angle.
#
# On an edge as hard as that of a drawing, this hardly helps: there the pixels themselves are too coarse to reveal the angle.
#
# Roberts is not so bad, once you allow for the fact that its two diagonals belong to a corner *between* pixels, half a pixel down and to the right. Its weakness lies elsewhere:

# %%
grain = np.random.default_rng(2).normal(0.5, 0.04, (200, 200))
edge = data.rotated_edge(90, blur=1, shift=0.5)  # from 0 to 1
for name in explore.OPERATORS:
    height = data.derivatives(name, edge)[0].max()
    noise = data.derivatives(name, grain)[0][1:-1, 1:-1].std()
    print(f"{name:8} the edge is {height / noise:4.1f} times as high as the noise")
    assert (height / noise < 12) == (name == "roberts")

# %% [markdown]
# A soft edge rises over several pixels, and Roberts sees only two of them, with hardly any smoothing. Of the other three, Prewitt smooths most, and its angles are off by the most: that trade-off again.

# %% [markdown]
# ## 4 · Second derivatives
#
# Now the other way: look for where the second derivative crosses zero. The sum of the two second derivatives is the **Laplacian** (Gonzalez and Woods, Eq. 10-14):
#
# $$\nabla^2 f = \frac{\partial^2 f}{\partial r^2} + \frac{\partial^2 f}{\partial c^2} \qquad
# \begin{pmatrix}0&1&0\\1&-4&1\\0&1&0\end{pmatrix}$$
#
# It is one number instead of two, and it has no direction: it does not care which way the edge runs. Or hardly:

# %%
values = []
for angle in (0, 22.5, 45):
    response = reference.laplacian(data.rotated_edge(angle, blur=1.5))[8:-8, 8:-8]
    values.append(np.abs(response).max())
    print(f"edge rotated by {angle:4} degrees: the Laplacian reaches {values[-1]:.3f}")
assert max(values) < 1.15 * min(values)

# %% [markdown]
# In the package it is a sum of masks; size 1 is the cross above, and larger sizes also smooth. OpenCV agrees in every number:

# %%
for picture in (camera, samples.coins(), samples.chelsea()):
    for size in (1, 3, 5, 7):
        theirs = cv2.Laplacian(picture, cv2.CV_16S, None, size, 1, 0, border)
        assert np.array_equal(reference.laplacian(picture, size), theirs)
print("sizes 1, 3, 5, 7 on three pictures: no differing number")
part = camera[40:240, 150:350]
show.pictures({"part": part, "laplacian": reference.laplacian(part) / 250 + 0.5}, largest=300)

# %% [markdown]
# Along each edge run a dark line and a light one; the edge lies between them. And the grain has become strong. How strong?

# %%
flat = np.random.default_rng(3).normal(0.5, 0.02, (300, 300))
grain = reference.laplacian(flat)[1:-1, 1:-1].std() / flat.std()
print(f"noise is {grain:.2f} times as strong in the Laplacian (in theory {20**0.5:.2f})")
signs = reference.laplacian(camera)[400:500, 420:500] > 0
changes = np.mean(signs[:, 1:] != signs[:, :-1])
print(f"on the grass its sign changes between {changes:.0%} of neighbouring pixels")
assert abs(grain - 20**0.5) < 0.1 and changes > 0.4

# %% [markdown]
# There are five weights, and their squares add up to $16 + 4 = 20$. On the grass, neighbouring pixels differ in sign more often than they agree. **On its own, the Laplacian finds edges everywhere.**

# %% [markdown]
# ## 5 · Marr and Hildreth
#
# In 1980 David Marr and Ellen Hildreth asked how the eye does it. Their answer: **first smooth with a Gaussian, then take the Laplacian, then look for zero crossings.**
#
# Smoothing and differentiating are both convolutions, so they can be done in one go: convolve with the Laplacian *of the Gaussian*.
#
# $$\nabla^2 G(r, c) = \frac{r^2 + c^2 - 2\sigma^2}{\sigma^4}\, e^{-\frac{r^2 + c^2}{2\sigma^2}}$$
#
# Upside down it looks like a Mexican hat. $\sigma$ says how large an object must be to be seen.
#
# 1. Turn $\sigma$ up from small to large. Which edges stay?
# 2. Set the **threshold** to 0. What happens to the sky, and why? (The slider shows the height of a step in gray levels: a step of height $h$ makes the response jump by about $0.4\,h/\sigma^3$ from one pixel to the next.)
# 3. Click on something thin and look *between the pixels*. An edge here has no width at all.
# 4. Look at the corners of the camera with a large $\sigma$. Are they still corners?

# %%
explore.crossings_between_pixels()

# %% [markdown]
# The functions are as short as the idea:

# %%
show.source(reference.zero_crossings, reference.marr_hildreth)

# %% [markdown]
# ### Between the pixels
#
# Suppose two neighbours have responses $a > 0$ and $b < 0$. A straight line between them crosses zero at $a / (a - b)$ of the way. How well does that locate an edge? We draw one at a known place, and move it by tenths of a pixel:

# %%
errors = []
for shift in np.arange(-5, 6) / 10:
    edge = data.rotated_edge(0, blur=1, shift=shift)
    _, right = reference.zero_crossings(reference.laplacian_of_gaussian(edge, 1.5), 1e-3)
    column = int(np.argmax(right[16] >= 0))
    errors.append(abs(column + right[16, column] - (16 + shift)))
print(f"largest error over eleven positions: {max(errors):.3f} pixels")
assert max(errors) < 0.02

# %% [markdown]
# The error is less than two hundredths of a pixel, without noise. With noise it is larger, and curved edges move:

# %%
rows, columns = np.mgrid[:81, :81] - 40.0
for radius in (6, 12, 24):
    disc = np.clip(radius + 0.5 - np.hypot(rows, columns), 0, 1)
    response = reference.laplacian_of_gaussian(disc, sigma=4)
    points = crossings.positions(*reference.zero_crossings(response, 1e-3))
    distance = np.hypot(*(points - 40).T)
    ring = distance[distance < 1.8 * radius].mean()
    print(f"a disc of radius {radius:2} seems to have radius {ring:5.2f}")
    assert ring > radius

# %% [markdown]
# Small round objects come out too large: a Gaussian with $\sigma = 4$ is about as wide as the smallest disc, and pushes its rim outwards. Corners are rounded for the same reason.
#
# ### The trap: zero is everywhere
#
# Do zero crossings need no threshold, since zero is zero? Here is the sky of the photo, as quiet as a sky can be:

# %%
sky = camera[10:110, 330:500]
print("levels of the sky:", sky.min(), "to", sky.max())
jump = 0.4 * 10 / 2**3  # of a step of 10 levels, at sigma 2
found = {t: reference.marr_hildreth(sky, sigma=2, threshold=t) > 0 for t in (0, jump)}
for threshold, edges in found.items():
    print(f"threshold {threshold}: {edges.mean():.1%} of the sky is marked as edges")
assert found[0].mean() > 0.1 and not found[jump].any()
show.pictures({"sky": sky} | {f"threshold {t}": ~edges for t, edges in found.items()}, largest=300)

# %% [markdown]
# A response that wavers around 0 changes sign all the time, even if only by a millionth of a level. So the threshold asks how far the response *jumps* as it crosses zero. The function takes this jump itself, 0.5 here; the slider above took the height of the step that causes it, 10 levels.
#
# ### The same from SciPy
#
# `scipy.ndimage.gaussian_laplace` agrees; its `mirror` is our `reflect`:

# %%
ours = reference.laplacian_of_gaussian(camera, sigma=2)
theirs = scipy.ndimage.gaussian_laplace(camera.astype(float), 2, mode="mirror", truncate=4.0)
print(f"largest difference {np.abs(ours - theirs).max():.1e} gray levels")
assert np.abs(ours - theirs).max() < 255e-6

# %% [markdown]
# Marr and Hildreth gave us closed curves and positions between pixels. But their filter has no direction: it smooths *across* the edge as much as *along* it, which rounds corners, and it cannot tell a faint edge from grain.

# %% [markdown]
# ## 6 · Canny in five steps
#
# In 1986 John Canny wrote down what he wanted: find every edge and nothing else; find it in the right place; find it **once**. Then he looked for the filter that does this best. It turned out to be very close to the derivative of a Gaussian. He added two clever steps to it.
#
# Go through the five steps below, slowly. At each one ask: *what is wrong with this picture that the next step will fix?*

# %%
explore.canny_step_by_step()

# %% [markdown]
# | step | function | the problem that it solves |
# |---|---|---|
# | 1 | `smooth` | grain gives gradients, too |
# | 2 | `gradients` | levels say nothing about change |
# | 3 | `non_maximum_suppression` | a soft edge is steep over several pixels: lines are thick |
# | 4 | `double_threshold` | one threshold is too high for faint edges *and* too low for grain |
# | 5 | `hysteresis` | what should happen to the pixels in between? |
#
# (`gradients` is `sobel` with the border `edge`, so that there is no frame. In colour it takes the steepest channel.)

# %%
show.source(reference.canny)

# %% [markdown]
# ### Step 3: thin
#
# A pixel stays only where it is steeper than its two neighbours **across** the edge, that is, *along the arrow*. An arrow may point anywhere, but pixels have neighbours in only eight directions. So the arrow is rounded to the nearest of four lines: ─ ╲ │ ╱.
#
# Here is an example by hand, a soft vertical edge:

# %%
soft = np.array([[60, 60, 70, 120, 170, 180, 180]] * 3, dtype=np.uint8)
row_gradient, column_gradient = reference.gradients(soft)
thinned = reference.non_maximum_suppression(row_gradient, column_gradient)
print("column gradient:", column_gradient[1])
print("thinned:        ", thinned[1])
assert list(np.flatnonzero(thinned[1])) == [3]

# %% [markdown]
# And what about a ridge of *two* equal pixels? If we asked for "steeper than both neighbours", neither would stay; with "at least as steep as both", both would. So a pixel must exceed its left or upper neighbour, but need only equal its right or lower one. (On diagonals, as in OpenCV, it must exceed both.)

# %%
step = np.array([[60, 60, 60, 180, 180, 180]] * 3, dtype=np.uint8)
_, column_gradient = pair = reference.gradients(step)
thinned = reference.non_maximum_suppression(*pair)
print("column gradient:", column_gradient[1])
print("thinned:        ", thinned[1])
assert np.count_nonzero(thinned[1]) == 1

# %%
show.source(reference.non_maximum_suppression, directions)

# %% [markdown]
# No angle is ever computed here: $|g_r| < |g_c| \tan 22.5°$ says the same, and with whole numbers it says it exactly. That is why two programs can agree in every pixel.
#
# ### Steps 4 and 5: strong, weak, and saved
#
# Above the high threshold a pixel is **strong**: no doubt an edge. Between the two thresholds it is **weak**: an edge *if* a chain of weak pixels connects it to a strong one. This is called **hysteresis**: staying in is easier than getting in.
#
# Below, strong pixels are black and weak ones blue. **Click a blue one.** Guess first: will it be saved? Then look at the chain, in orange, that connects it to a strong pixel, or at the isolated group, in purple.
#
# 1. Find the longest chain that you can.
# 2. Find a long blue line that is lost. How far is it from the nearest strong pixel?
# 3. Raise the low threshold until your chain breaks.

# %%
explore.chain_of_a_pixel()

# %%
small = explore.small_camera()
thinned = reference.non_maximum_suppression(*reference.gradients(small))
weak, strong = reference.double_threshold(thinned, low=80, high=300)
kept = reference.hysteresis(weak, strong)
lengths = reference.path_lengths(weak, strong)
print(f"{strong.sum()} strong pixels, {weak.sum()} weak ones")
print(
    f"{(kept & weak).sum()} of the weak ones are saved, the farthest by a chain of {lengths.max()}"
)
assert np.array_equal(kept, lengths >= 0)

# %% [markdown]
# `hysteresis` numbers the groups of connected pixels, and keeps each group that contains a strong one. `path_lengths` walks outwards from all strong pixels at once, one step per round, like rising water; it reaches the same pixels, and counts the steps:

# %%
show.source(reference.double_threshold, reference.hysteresis, reference.path_lengths)

# %% [markdown]
# What would a *single* threshold give? Here are the low one and the high one, each on its own, and then hysteresis, which uses both:

# %%
three = {"low threshold alone": weak | strong, "high threshold alone": strong, "hysteresis": kept}
for name, mask in three.items():
    groups = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)[0] - 1
    print(f"{name:20} {mask.sum():5} pixels in {groups:4} connected groups")
assert strong.sum() < kept.sum() < (weak | strong).sum()
show.pictures({name: ~mask for name, mask in three.items()}, largest=300)

# %% [markdown]
# ### Two to one, three to one
#
# Canny recommends a high threshold of two to three times the low one. Is that good advice? These shapes were drawn by a program, so their true edges are known. Black edges were found correctly, orange ones are false, and blue ones were missed.
#
# **Precision** is the share of the edges found that are true. **Recall** is the share of the true edges that were found. Move the ratio: which of the two rises, and which falls?

# %%
explore.threshold_ratio()


# %%
def mark_of(high, ratio, noise=40):
    pictures = [data.shapes(noise, seed) for seed in (3, 4, 5)]
    found = [reference.canny(p, high / ratio, high, l2=True, sigma=1.5) > 0 for p in pictures]
    truth = data.true_edges()
    both = [reference.precision_recall(edges, truth, data.TOLERANCE) for edges in found]
    return data.harmonic_mean(*np.mean(both, axis=0))


# %%
best = {}
for high in (120, 80):
    marks = {ratio: mark_of(high, ratio) for ratio in (1, 1.5, 2, 2.5, 3, 4, 6)}
    best[high] = max(marks, key=marks.get)
    print(f"high {high:3}: " + "  ".join(f"{r}:1 {mark:.2f}" for r, mark in marks.items()))
print("best ratio:", best)
assert 2 <= best[120] <= 3 and best[80] < 2

# %% [markdown]
# The numbers are **F**, the harmonic mean of precision and recall: it is high only if both of them are.
#
# With a high threshold of 120, Canny's advice is right. With 80, it is not: there is grain among the strong pixels already, and every chain that starts from grain is wrong from the beginning. **First set the high threshold so that hardly anything false is strong; then set the low one to a half or a third of it.**
#
# ### The same from OpenCV
#
# `cv2.Canny` begins with step 2; smoothing is left to you. From there on, every pixel is equal, with both norms, with all three apertures, in gray and in colour.

# %%
names = ("camera", "coins", "page", "text", "moon", "coffee")
count = 0
for picture in (getattr(samples, name)() for name in names):
    for size, scale in ((3, 1), (5, 8), (7, 64)):
        for l2 in (False, True):
            low, high = 60 * scale, 150 * scale
            theirs = cv2.Canny(picture, low, high, apertureSize=size, L2gradient=l2)
            assert np.array_equal(reference.canny(picture, low, high, size, l2), theirs)
            count += 1
print(f"{count} comparisons, no differing pixel")

# %% [markdown]
# Three habits of `cv2.Canny` that cost people days:
#
# **One.** Its default norm is $|g_r| + |g_c|$. With `L2gradient=True` the same thresholds find fewer edges, since the Euclidean length is never the larger of the two.
#
# **Two.** A larger aperture has larger weights, so the same thresholds mean something different:

# %%
for size in (3, 5, 7):
    found = np.mean(reference.canny(camera, 60, 150, size) > 0)
    print(f"aperture {size}, thresholds 60 and 150: {found:.0%} of the pixels are edges")
l1, l2 = (np.count_nonzero(reference.canny(camera, 60, 150, l2=l2)) for l2 in (False, True))
print(f"aperture 3: {l1} edge pixels by l1, {l2} by l2")
assert l2 < l1 and found > 0.2

# %% [markdown]
# **Three.** If you swap the thresholds, it swaps them back without a word.
#
# **scikit-image's** `canny` does its own smoothing ($\sigma = 1$ unless you say otherwise), and thins by interpolating between neighbours, which is finer than four directions. (Its thresholds are gray levels for a `uint8` picture, and *here* its Sobel is not divided by 4.) Most of the lines agree to within a pixel:

# %%
blurred = reference.smooth(camera, 1.5)
ours = reference.canny(blurred, 60, 150, l2=True) > 0
theirs = skimage.feature.canny(camera, sigma=1.5, low_threshold=60, high_threshold=150)
precision, recall = reference.precision_recall(ours, theirs, tolerance=1.0)
print(f"equal pixels: {np.mean(ours == theirs):.1%}")
print(f"{precision:.0%} of ours are near one of theirs, {recall:.0%} of theirs near one of ours")
assert precision > 0.9 and recall > 0.9

# %% [markdown]
# ## 7 · Who finds the edge?
#
# A nice picture proves nothing. So let us try all the detectors on shapes whose edges are known, in more and more noise. A pixel that a detector finds counts as right if a true edge pixel lies within 1.5 pixels of it.
#
# At each level of noise, each detector may choose the threshold that suits it best on two pictures; it is judged on two others. Try Canny first, then the others. What kind of mistakes does each one make?

# %%
explore.against_noise()

# %%
print(f"{'precision / recall':20}" + "".join(f"noise {noise:<8}" for noise in data.NOISE))
for name in data.DETECTORS:
    both = ["{:.2f} / {:.2f}".format(*data.score(name, noise)) for noise in data.NOISE]
    print(f"{name:20}" + "".join(f"{one:14}" for one in both))

# %%
mark = {
    noise: {name: data.harmonic_mean(*data.score(name, noise)) for name in data.DETECTORS}
    for noise in data.NOISE
}
print("the square stands out by", abs(data.LEVELS[4] - data.LEVELS[0]), "levels")
for noise in data.NOISE[1:]:
    first, second, *_, last = sorted(mark[noise], key=mark[noise].get, reverse=True)
    print(f"F at noise {noise}: first {first}, second {second}, last {last}")
    assert (first == "Canny") == (noise < 60) and last == "Roberts"

# %% [markdown]
# **Canny wins** even where the noise is a little stronger than the square, the faintest shape; Roberts is the first to drown. But look at what comes closest when the noise is strong, and overtakes Canny in the strongest: Sobel with a single threshold, after the same Gaussian. It is the smoothing, not the thinning, that beats noise.
#
# So is Canny worth the trouble? Ask what this measure does *not* punish: finding several pixels for one true one.

# %%
image, truth = data.shapes(30, seed=3), data.true_edges()
for name in ("Sobel, smoothed", "Marr-Hildreth", "Canny"):
    found = data.DETECTORS[name](image, data.best_threshold(name, 30))
    precision, recall = reference.precision_recall(found, truth, data.TOLERANCE)
    each = precision * found.sum() / truth.sum()
    print(
        f"{name:16} precision {precision:.2f}, recall {recall:.2f}, {each:.1f} correct pixels for each true one"
    )
    assert (each > 2) == (name == "Sobel, smoothed")
assert (
    mark[30]["Canny"] > mark[30]["Sobel, smoothed"]
    and mark[60]["Canny"] < mark[60]["Sobel, smoothed"]
)

# %% [markdown]
# Sobel gives thick bands, the other two give thin lines. To measure a shape's outline, its length, its corners, you need the lines.
#
# `precision_recall` itself is just a distance and a comparison. Either number on its own is easy to fool: mark *every* pixel, and you have a recall of 1; mark a single certain one, and you have a precision of 1.

# %%
everything, single = np.ones_like(truth), np.zeros_like(truth)
single[tuple(np.argwhere(truth)[0])] = True
for name, found in {"everything": everything, "one pixel": single}.items():
    precision, recall = reference.precision_recall(found, truth, data.TOLERANCE)
    print(
        f"{name:10} precision {precision:.2f}, recall {recall:.2f}, F {data.harmonic_mean(precision, recall):.2f}"
    )
    assert max(precision, recall) == 1 and data.harmonic_mean(precision, recall) < 0.5

# %% [markdown]
# ## 8 · On the GPU: a whole batch
#
# *For developers; skip it on a first reading.*
#
# Four of Canny's five steps look only at a pixel and its neighbours: perfect for thousands of threads. The fifth does not. A chain may wind through the whole picture, and each pixel has to wait for the one before it. Walking it wave by wave, as `path_lengths` does, takes as many rounds as the longest chain has pixels. A spiral is the worst case:

# %%
spiral = np.zeros((64, 64), bool)
top, left, bottom, right = 1, 1, 62, 62
while top < bottom:
    spiral[top, max(left - 2, 1) : right + 1] = spiral[top : bottom + 1, right] = True
    spiral[bottom, left : right + 1] = spiral[top + 2 : bottom + 1, left] = True
    top, left, bottom, right = top + 2, left + 2, bottom - 2, right - 2
start = np.zeros_like(spiral)
start[1, 1] = True
turns = reference.path_lengths(spiral & ~start, start).max()
print(f"{spiral.sum()} pixels, {turns} rounds")
assert turns > 500

# %% [markdown]
# The twin does not walk. It uses **union-find**: each weak pixel begins as a tree of its own; neighbouring trees are joined, root to root, all at once; then every node looks up its new root. Any two rounds together at least halve the number of trees that can still grow (the idea is due to Shiloach and Vishkin, 1982), so the spiral takes a few rounds instead of a long walk. All strong pixels share one root, number 0, and every pixel that ends up in its tree is saved:

# %%
show.source(gpu.hysteresis, union_find.connect)

# %%
masks = [torch.from_numpy(mask)[None, None].to(device()) for mask in (spiral & ~start, start)]
saved = gpu.hysteresis(*masks)[0, 0].cpu().numpy()
assert np.array_equal(saved, reference.hysteresis(spiral & ~start, start))

names = ("camera", "coins", "moon", "brick", "grass", "gravel", "text", "page")
pictures = [cv2.resize(getattr(samples, name)(), (512, 512)) for name in names]
batch = torch.from_numpy(np.stack(pictures))[:, None].to(device())
ours = gpu.canny(batch, 60, 150)
theirs = np.stack([cv2.Canny(picture, 60, 150) for picture in pictures])
print("shape", tuple(ours.shape), "dtype", ours.dtype)
print("pixels that differ from OpenCV's:", np.count_nonzero(ours[:, 0].cpu().numpy() != theirs))
assert np.array_equal(ours[:, 0].cpu().numpy(), theirs)

# %% [markdown]
# The other twins agree as well: whole numbers exactly, fractions to within a millionth of white.

# %%
for name in ("roberts", "prewitt", "sobel", "scharr"):
    for twin, expected in zip(
        getattr(gpu, name)(batch), getattr(reference, name)(camera), strict=True
    ):
        assert np.array_equal(twin[0, 0].cpu().numpy(), expected), name
assert np.array_equal(gpu.laplacian(batch)[0, 0].cpu().numpy(), reference.laplacian(camera))
twin = gpu.laplacian_of_gaussian(batch, 2)[0, 0].cpu().numpy()
difference = np.abs(twin - reference.laplacian_of_gaussian(camera, 2)).max()
print(
    f"masks: equal; laplacian_of_gaussian: {'within' if difference < 255e-6 else 'beyond'} 255e-6 levels"
)
assert difference < 255e-6

# %% [markdown]
# And here are the times, for eight pictures of 512 × 512:

# %% tags=["nbval-ignore-output"]
times = measure_all(
    {
        "reference": lambda: [reference.canny(picture, 60, 150) for picture in pictures],
        f"gpu, on {device()}": lambda: gpu.canny(batch, 60, 150),
        "scikit-image": lambda: [skimage.feature.canny(p, 1, 60, 150) for p in pictures],
        "OpenCV": lambda: [cv2.Canny(picture, 60, 150) for picture in pictures],
    },
    repeats=3,
)
for name, timing in times.items():
    print(f"{name:16} {timing.median * 1000:7.1f} ms for 8 pictures")

# %% [markdown]
# (scikit-image smooths as well, which takes part of its time.) On a CPU, OpenCV stays far ahead: it is compiled code, written for this one purpose. What the twin offers is a whole batch in one call, on the device where the batch already is.
#
# ## 9 · Your own photo
#
# Put a photo in the same folder as this notebook and load it by name, `samples.load("my.jpg")`. Or press **Own photo** in the figure: the photo stays on your machine. In colour, each pixel takes the channel that is steepest there.

# %%
photo = samples.chelsea()  # samples.load("my.jpg")
explore.canny_step_by_step(photo)

# %% [markdown]
# ## 10 · Three questions
#
# Click on an answer to open it.

# %% jupyter={"source_hidden": true}
Question(
    "Somebody differentiates a noisy ramp twice, sees only noise, and raises the contrast. Now?",
    {
        "The edge stands out.": "Contrast multiplies edge and noise alike.",
        "Nothing is gained; smoothing first would help.": "The noise of neighbouring pixels is "
        "averaged away, and the edge stays.",
        "A larger mask of the Laplacian without smoothing would help.": "It would help only "
        "because larger masks do smooth.",
    },
    right="Nothing is gained; smoothing first would help.",
)

# %% jupyter={"source_hidden": true}
Question(
    "Canny's edges break up into dashes. The strong pixels are all true. What do you change?",
    {
        "The low threshold, down": "More weak pixels: the gaps between the dashes close, and chains "
        "still start only from true pixels.",
        "The high threshold, up": "Fewer chains would start, and dashes without a strong pixel "
        "would be lost altogether.",
        "Leave out non-maximum suppression": "Lines would be thick, and broken in the same places.",
    },
    right="The low threshold, down",
)

# %% jupyter={"source_hidden": true}
Question(
    "You need the direction of soft edges as exactly as a small mask can give it. You use ...",
    {
        "Prewitt, since it smooths most.": "Between the axes and the diagonals it is also furthest off.",
        "Roberts, since it is the smallest.": "No smoothing, and it is half a pixel off to the side.",
        "Scharr, whose weights were computed for that.": "3, 10, 3: a ninth of Sobel's error at a "
        "softness of one pixel.",
    },
    right="Scharr, whose weights were computed for that.",
)

# %% [markdown]
# ## Take-aways
#
# - An edge is a peak of the first derivative, or a zero crossing of the second. Differentiating brings out the noise: smooth first.
# - Derivatives are signed. In `uint8`, about half of all edges are lost.
# - The gradient points across the edge, towards the bright side. Scharr's mask gives the most accurate direction.
# - Zero crossings lie between the pixels, but need a threshold all the same.
# - Canny: smooth, differentiate, thin across the edge, apply two thresholds, follow the chains. The high threshold decides what is certain, the low one how far to follow.
# - Thresholds have units: the mask, the norm, the aperture and the value of white all change them.
# - Judge by precision *and* recall, on edges that are known.
#
# ## References
#
# - R. C. Gonzalez, R. E. Woods, *Digital Image Processing*, 4th edition, Pearson 2018, §10.2.
# - J. Canny, "A computational approach to edge detection", *IEEE Transactions on Pattern Analysis and Machine Intelligence* 8(6), 1986, 679–698.
# - D. Marr, E. Hildreth, "Theory of edge detection", *Proceedings of the Royal Society of London B* 207, 1980, 187–217.
# - H. Scharr, *Optimale Operatoren in der Digitalen Bildverarbeitung*, dissertation, Heidelberg 2000.
# - D. R. Martin, C. C. Fowlkes, J. Malik, "Learning to detect natural image boundaries using local brightness, color, and texture cues", *IEEE Transactions on Pattern Analysis and Machine Intelligence* 26(5), 2004, 530–549.
# - Y. Shiloach, U. Vishkin, "An O(log n) parallel connectivity algorithm", *Journal of Algorithms* 3(1), 1982, 57–67.
#
# ## Exercises
#
# Now it is your turn: [exercises/05_edges.ipynb](../exercises/05_edges.ipynb). Each answer is checked at once.
