# %% [markdown]
# # 04 · Filtering
#
# **A pixel and its neighbours.** In chapter 02 each pixel was on its own. Now it looks around: its new value is worked out from a small **window** of pixels around it.
#
# After this chapter you will be able to
#
# - read nine numbers and say what they will do to a picture;
# - tell correlation from convolution, and say when it matters;
# - choose what lies beyond the border, and find its name in four libraries;
# - add noise, remove it, and say in decibels which filter did better;
# - make a 31 × 31 filter cost hardly more than a 3 × 3 one;
# - smooth a picture and keep its edges; sharpen it, and know the price;
# - find a disturbance in the spectrum, and remove it with one click.
#
# **Now run the notebook:** in the menu, *Run ▸ Run All Cells*. It takes about half a minute, and brings the figures to life.
# A line that begins with `assert` proves what the text says; skip it if you are only reading.

# %%
import cv2
import numpy as np
import scipy.ndimage
import skimage.restoration
import torch

from coursekit.core import kernels
from coursekit.filtering import explore, gpu, reference, shared
from coursekit.filtering.explore import experiments
from coursekit.lab import Question, device, measure_all, plots, samples, show

camera = samples.camera()
man = experiments.man()  # the middle of the camera picture: 200 x 200

# %% [markdown]
# ## 1 · The question
#
# Two pictures were damaged on their way to us. In one, some pixels have been knocked out: they are black or white, whatever they were before. In the other, *every* pixel is a little off.

# %%
specks = reference.salt_and_pepper(man, 0.12, seed=4)
grain = reference.gaussian_noise(man, 25, seed=4)
show.pictures({"as it was": man, "knocked out": specks, "a little off": grain}, scale=1)

# %% [markdown]
# No curve from chapter 02 can help. A white speck and the white of the collar have the same level, so a curve must give them the same new level.
#
# But you can see at once which is which. You look at **the pixels around it**. A white pixel among dark ones is wrong; a white pixel among white ones is right.
#
# So let a pixel ask its neighbours. **Which of them, and how much should each one count?**
#
# The figure below lets you choose. Its nine numbers are weights: one for the pixel itself, in the middle, and one for each of its eight neighbours.
# At every pixel, each of the nine levels is multiplied by the weight that lies over it, and the nine products are added up. That is the new level.
#
# *(Point at the picture to read the nine products at that pixel. To change a weight, type a number, press ↑ or ↓ in its box, or drag the box up and down.
# The list beside the boxes offers some kernels to start from.)*

# %%
explore.kernel_editor()

# %% [markdown]
# Try to answer **before** you type, and then see whether you were right:
#
# 1. Which nine numbers leave the picture as it is?
# 2. Put a single 1 in the middle box on the right, and 0 elsewhere. In which direction does the picture move?
# 3. Put in nine ones, and switch *divide by the sum* off. What happens, and why?
# 4. Which numbers turn every uniform area black, and leave only the edges?
#
# Here are the first three as a program:

# %%
itself, right = (np.array(experiments.KERNELS[name]) for name in ("nothing", "right neighbour"))
assert np.array_equal(reference.correlate(man, itself), man)
moved = reference.correlate(man, right)
assert np.array_equal(moved[:, :-1], man[:, 1:])
print("1. a single 1 in the middle   2. to the left: each pixel takes what is on its right")
nine_times = reference.correlate(man, np.ones((3, 3)))
print(f"3. nine times as bright: {np.mean(nine_times == 255):.0%} of the pixels are white")
assert np.mean(nine_times == 255) > 0.5

# %% [markdown]
# And here is one answer to the last (you can also set a figure's controls from a cell): the four neighbours, minus four times the pixel itself. Where all five are equal, that is 0. This kernel is called the **Laplacian**; you will meet it again in section 8, and in chapter 05.
# About half of its sums are negative, so 128 is added to show them: gray means 0 here.

# %%
answer = explore.kernel_editor()
answer.set(kernel=[[0, 1, 0], [1, -4, 1], [0, 1, 0]], divide=False, gray=True)
show.pictures({"before": man, "its Laplacian, 128 added": answer.pictures["after"]}, scale=1)

# %% [markdown]
# ## 2 · Correlation and convolution
#
# The nine numbers are called a **kernel** or **mask**. Laying it over each pixel, multiplying and adding up is called **correlation**.
# For a 3 × 3 kernel $w$ and a picture $f$ (Gonzalez and Woods, Eq. 3-34):
#
# $$g(r, c) = \sum_{i=-1}^{1}\ \sum_{j=-1}^{1} w(i, j)\; f(r + i,\; c + j)$$
#
# At one pixel it is one line of NumPy:

# %%
kernel = np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]]) / 8
window = man[65:68, 91:94]
print(window)
print("sum of the nine products:", np.sum(window * kernel))
assert np.rint(np.sum(window * kernel)) == reference.correlate(man, kernel)[66, 92]

# %% [markdown]
# ### A loop, and a blunder
#
# For the whole picture, the first idea is loops inside loops. Here is the mean of nine pixels, the way it is often written. (It leaves out the outermost pixels; section 3 deals with them.)


# %%
def mean_loop(image):
    result = image.copy()
    for row in range(1, image.shape[0] - 1):
        for column in range(1, image.shape[1] - 1):
            total = np.uint8(0)
            for neighbor in image[row - 1 : row + 2, column - 1 : column + 2].ravel():
                total += neighbor
            result[row, column] = total // 9
    return result


with np.errstate(over="ignore"):
    blunder = mean_loop(man)
show.pictures({"before": man, "the mean of nine?": blunder}, scale=1)

# %% [markdown]
# The result is nearly black. What is its lightest level, and why exactly that one?

# %%
print("lightest level:", blunder[1:-1, 1:-1].max(), "  and 255 // 9 is", 255 // 9)
assert blunder[1:-1, 1:-1].max() == 255 // 9

# %% [markdown]
# It is the bug of chapter 02 again, in a new place. The **sum** of nine `uint8` values runs past 255 and starts again at 0; what is left is then divided by 9.
# A sum of products needs a wide type until the very end. Only then is it rounded and saturated.
#
# ### The way it is written in the package
#
# There is also a better order for the loops. Do not go from pixel to pixel. Go through the few numbers of the *kernel*, and for each of them add one whole picture, shifted and weighted. (For `uint8` the weights are rounded to single precision, as in OpenCV; otherwise the two would not agree in every pixel. What `signed` is for, you will see in a moment.)

# %%
steps = reference.correlation
show.source(reference.correlate, steps.sum_over_offsets, steps.saturate)

# %% tags=["nbval-ignore-output"]
nine = np.full((3, 3), 1 / 9)
times = measure_all(
    {
        "loops": lambda: mean_loop(man // 16),  # so dark that nothing overflows
        "reference": lambda: reference.correlate(man, nine),
        "OpenCV": lambda: cv2.filter2D(man, -1, nine),
    },
    repeats=3,
    warmup=1,
)
for name, timing in times.items():
    print(f"{name:11} {timing.median * 1000:9.3f} ms")

# %% [markdown]
# ### One light pixel
#
# What does a kernel do? Show it the simplest picture there is: a single light pixel on black. The kernel here is 1, 2, 3 … 9, so that you can tell which number went where.
#
# **Guess first:** where in the result will the kernel's 9 be, at the lower right or at the upper left?

# %%
explore.one_white_pixel()

# %% [markdown]
# Correlation draws the kernel **rotated by half a turn**. The pixel to the upper left of the light one sees it at *its own* lower right, and that is where the 9 lies.
#
# **Convolution** rotates the kernel by half a turn first, so that the two half turns cancel (Eq. 3-35, note the minus signs):
#
# $$g(r, c) = \sum_{i}\ \sum_{j} w(i, j)\; f(r - i,\; c - j)$$
#
# You can also read it the other way round: each pixel *spreads* a copy of the kernel around itself, as bright as the pixel is, and the copies are added up.

# %%
show.source(reference.convolve)

# %%
light = samples.impulse(7, 7) // 10  # one pixel of level 25
counted = np.arange(1, 10).reshape(3, 3)
print("correlation\n", reference.correlate(light, counted)[2:5, 2:5] // 25)
print("convolution\n", reference.convolve(light, counted)[2:5, 2:5] // 25)
assert np.array_equal(reference.convolve(light, counted)[2:5, 2:5], 25 * counted)
assert np.array_equal(reference.correlate(light, counted)[2:5, 2:5], 25 * counted[::-1, ::-1])

# %% [markdown]
# A kernel that looks the same after half a turn, such as a mean, a Gaussian or a Laplacian, makes no difference between the two. That is why half the world mixes up the words.
# **It matters where the kernel has a direction.** This one measures how the level rises from left to right:

# %%
rise = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
there = reference.correlate(man, rise, signed=True)
back = reference.convolve(man, rise, signed=True)
face = np.s_[20:130, 60:170]
show.pictures({"correlation": there[face] // 4, "convolution": back[face] // 4}, scale=2)

# %%
assert np.array_equal(there, -back)
print("the same numbers, with the opposite sign:", np.array_equal(there, -back))

# %% [markdown]
# Mid-gray means 0 here, and the sums are drawn much weaker than they are, since they reach far beyond white. `signed=True` keeps the sums below black and above white. Without it they are cut off.
#
# Why have convolution at all? Because of what it does to kernels. Instead of filtering twice, you may just as well convolve the two *kernels* and filter once.
# This makes it possible to build large filters from small ones.

# %%
smooth = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
scene = man / 255.0
twice = reference.convolve(reference.convolve(scene, smooth, "wrap"), rise, "wrap", signed=True)
both = scipy.ndimage.convolve(np.pad(rise / 1.0, 1), smooth, mode="constant")  # 5 x 5
once = reference.convolve(scene, both, "wrap", signed=True)
print("largest difference:", f"{np.abs(twice - once).max():.0e}")
assert np.abs(twice - once).max() < 1e-12

# %% [markdown]
# Correlation does not have this property. Compare moving the picture to the left and then measuring the rise with correlating the two kernels first:

# %%
twice = reference.correlate(reference.correlate(scene, right, "wrap"), rise, "wrap", signed=True)
both = scipy.ndimage.correlate(np.pad(rise / 1.0, 1), right, mode="constant")
once = reference.correlate(scene, both, "wrap", signed=True)
moved_back = np.roll(once, -2, axis=1)
print(f"largest difference: {np.abs(twice - once).max():.1f}")
print(f"after moving it back by two pixels: {np.abs(twice - moved_back).max():.1f}")
assert np.abs(twice - once).max() > 1 and np.allclose(twice, moved_back)

# %% [markdown]
# Correlating the kernels has moved the result to the *wrong side*.
#
# ### What the libraries call it
#
# **Trap:** the name does not tell you. `cv2.filter2D` correlates. So does PyTorch's *convolution* layer. `scipy.ndimage` has both.

# %%
theirs = cv2.filter2D(man, -1, rise, borderType=cv2.BORDER_REFLECT_101)
assert np.array_equal(reference.correlate(man, rise), theirs)

wide, weights = torch.from_numpy(man)[None, None].double(), torch.from_numpy(rise)[None, None]
inside = torch.nn.functional.conv2d(wide, weights.double())[0, 0].numpy()
assert np.array_equal(inside, there[1:-1, 1:-1])

theirs = scipy.ndimage.convolve(man.astype(int), rise, mode="mirror")
assert np.array_equal(back, theirs)
print("cv2.filter2D and conv2d correlate; scipy.ndimage.convolve convolves")

# %% [markdown]
# A second trap awaits in kernels of **even** size. They have no middle. The **anchor** says which of their numbers lies on the pixel; ours is at `size // 2`, as in OpenCV and SciPy.
# Rotating the kernel moves the anchor, too:

# %%
pair = np.array([[0.5, 0.5]])  # the mean of two neighbours
row = np.array([[0, 0, 0, 200, 0, 0, 0]], dtype=np.uint8)
print("correlate", reference.correlate(row, pair), " convolve", reference.convolve(row, pair))
assert np.array_equal(reference.correlate(row, pair), cv2.filter2D(row, -1, pair))
wide_row = row.astype(float)
assert np.array_equal(reference.correlate(row, pair), scipy.ndimage.correlate(wide_row, pair))
assert np.array_equal(reference.convolve(row, pair), scipy.ndimage.convolve(wide_row, pair))

# %% [markdown]
# The picture moves by half a pixel, and whichever way it moves is wrong for somebody. Use odd sizes.
#
# The third trap is the **sum of the kernel**. A kernel whose numbers add up to 1 leaves the brightness alone. If they add up to 9, everything becomes nine times as bright; if they add up to 0, a uniform area becomes black.

# %%
for name, table in experiments.KERNELS.items():
    total = np.sum(table)
    plain = reference.correlate(np.full((3, 3), 20, np.uint8), table)[1, 1]
    print(f"{name:16} sum {total:3}   a picture of level 20 becomes {plain}")
    assert plain == np.clip(20 * total, 0, 255)

# %% [markdown]
# ## 3 · Borders
#
# The pixel in the corner has only three neighbours. The other five places of its window lie outside the picture, and they must be filled with something. With what?

# %%
explore.borders()

# %% [markdown]
# The orange frame is the border of the picture. Compare two means of the same size. Where does the one with `constant` go wrong, and what appears on the far side with `wrap`?
#
# `pad` extends a picture by any of these rules. They are easiest to see on a row of four pixels:

# %%
abcd = np.array([[10, 20, 30, 40]], dtype=np.uint8)
for border in experiments.BORDERS:
    left, right = (reference.pad(abcd, 3, border)[3][part] for part in (np.s_[:3], np.s_[-3:]))
    print(f"{border:10} {left}  10 20 30 40  {right}")
assert list(reference.pad(abcd, 3, "reflect")[3]) == [40, 30, 20, 10, 20, 30, 40, 30, 20, 10]
assert list(reference.pad(abcd, 3, "symmetric")[3]) == [30, 20, 10, 10, 20, 30, 40, 40, 30, 20]

# %% [markdown]
# `reflect` and `symmetric` are both mirrors: with `reflect` the border pixel itself is the mirror; with `symmetric` the mirror stands just beyond it, so that the border pixel is seen twice.
#
# Now for the trap. **No two libraries use the same names**, and one name even means two things:
#
# | beyond a b c d | here and in NumPy | SciPy (`ndimage`) | OpenCV | PyTorch (`pad`) |
# |---|---|---|---|---|
# | d c b · a b c d · c b a | `reflect` | `mirror` | `BORDER_REFLECT_101` | `reflect` |
# | c b a · a b c d · d c b | `symmetric` | **`reflect`** | `BORDER_REFLECT` | (none) |
# | a a a · a b c d · d d d | `edge` | `nearest` | `BORDER_REPLICATE` | `replicate` |
# | 0 0 0 · a b c d · 0 0 0 | `constant` | `constant` | `BORDER_CONSTANT` | `constant` |
# | b c d · a b c d · a b c | `wrap` | `wrap` | `BORDER_WRAP` | `circular` |
#
# A table in a text can be wrong. So here it is as a program:

# %%
CV = {"reflect": cv2.BORDER_REFLECT_101, "symmetric": cv2.BORDER_REFLECT,
      "edge": cv2.BORDER_REPLICATE, "constant": cv2.BORDER_CONSTANT, "wrap": cv2.BORDER_WRAP}  # fmt: skip
SCIPY = {"reflect": "mirror", "symmetric": "reflect", "edge": "nearest",
         "constant": "constant", "wrap": "wrap"}  # fmt: skip
TORCH = {"reflect": "reflect", "edge": "replicate", "constant": "constant", "wrap": "circular"}
for border in experiments.BORDERS:
    ours = reference.pad(man, 5, border)
    assert np.array_equal(ours, cv2.copyMakeBorder(man, 5, 5, 5, 5, CV[border]))
    filtered = scipy.ndimage.correlate(scene, smooth, mode=SCIPY[border])
    assert np.abs(reference.correlate(scene, smooth, border) - filtered).max() < 1e-12
    if border in TORCH:
        theirs = torch.nn.functional.pad(torch.from_numpy(scene)[None], (5,) * 4, TORCH[border])
        assert np.array_equal(reference.pad(scene, 5, border), theirs[0].numpy())
print("every name in the table does what the table says")

# %% [markdown]
# Which one do you get if you say nothing? In OpenCV, `BORDER_REFLECT_101`. In SciPy, its `reflect`, our `symmetric`. In a convolution layer of PyTorch, none at all: its result is smaller (as that of `conv2d` was above); told to pad, it uses zeros. In scikit-image, it depends on the function.
#
# How much does it matter? Filter once with each default, and see where the results differ:

# %%
ours = reference.correlate(man, smooth)
defaults = {
    "OpenCV": cv2.filter2D(man, -1, smooth),
    "SciPy": np.rint(scipy.ndimage.correlate(man.astype(float), smooth)).astype(np.uint8),
    "zeros": reference.correlate(man, smooth, "constant"),
}
for name, theirs in defaults.items():
    differ = ours != theirs
    print(
        f"{name:7} differs in {differ.sum():4} pixels, inside the border in",
        differ[1:-1, 1:-1].sum(),
    )
    assert not differ[1:-1, 1:-1].any()

# %% [markdown]
# Nothing differs inside; at the border, everything depends on the rule. And the larger the kernel, the wider the affected border; in a neural network it grows with every layer.

# %% [markdown]
# ## 4 · Noise
#
# To find out which filter removes noise best, we need a noisy picture, and the same picture without noise to compare it with. So we add the noise ourselves.
#
# - **Salt and pepper**: each pixel is hit with some probability, and then becomes white or black. Dead sensor cells cause this, and so do transmission errors.
# - **Gaussian noise**: a random number, mostly a small one, is added to each pixel. The electronics of every camera cause this. The standard deviation $\sigma$ says how large the numbers are: about two thirds of them lie between $-\sigma$ and $\sigma$.
#
# Both functions take a `seed`. The same seed gives the same noise, so that an experiment can be repeated.

# %%
show.source(reference.salt_and_pepper, reference.gaussian_noise)

# %%
gray = np.full((200, 200), 128, dtype=np.uint8)
hit = reference.salt_and_pepper(gray, 0.12, seed=4) != 128
off = reference.gaussian_noise(gray, 25, seed=4).astype(float) - 128
print(f"hit: {hit.mean():.1%} of the pixels;  standard deviation: {off.std():.1f} gray levels")
print(f"within one standard deviation: {np.mean(np.abs(off) <= 25):.0%}")
assert abs(hit.mean() - 0.12) < 0.01 and abs(off.std() - 25) < 0.5
assert np.array_equal(specks, reference.salt_and_pepper(man, 0.12, seed=4))

# %% [markdown]
# ### One number for the error
#
# How far is a picture from what it should be? Take the difference at each pixel, square it, and take the mean: this is the mean squared error, **mse**. Small errors then hardly count, but large ones do.
#
# It is usually given as a **peak signal-to-noise ratio** (PSNR), in decibels (dB): how much stronger the peak signal, white, is than the error, on a logarithmic scale.
#
# $$\mathrm{PSNR} = 10 \log_{10} \frac{255^2}{\mathrm{mse}}$$
#
# Higher is better. Each time the error doubles, about 6 dB are lost.

# %%
show.source(reference.peak_signal_to_noise_ratio)

# %%
for error in (1, 2, 4, 8, 16, 32):
    ratio = reference.peak_signal_to_noise_ratio(gray + np.uint8(error), gray)
    print(f"every pixel off by {error:2} levels: {ratio:4.1f} dB")
    assert abs(ratio - 20 * np.log10(255 / error)) < 1e-9


# %%
def decibels(image):
    return reference.peak_signal_to_noise_ratio(image, man)


print(f"knocked out  {decibels(specks):.1f} dB")
print(f"a little off {decibels(grain):.1f} dB")
assert decibels(specks) < decibels(grain) - 5

# %% [markdown]
# **Trap:** the two numbers hide two very different kinds of damage. In the first picture nearly nine pixels in ten are perfect; in the second hardly any are. A number that says how *much* is wrong does not say *what* is wrong.

# %%
print(f"untouched pixels: {np.mean(specks == man):.0%} and {np.mean(grain == man):.0%}")
assert np.mean(specks == man) > 0.87 and np.mean(grain == man) < 0.05

# %% [markdown]
# ## 5 · Smoothing
#
# The simplest answer to noise is the **mean** of a window. Errors upwards and errors downwards cancel out.
#
# How well? By a law of statistics, the mean of $n$ independent errors is typically $\sqrt n$ times smaller than a single one. A window of 5 × 5 has 25 pixels, so the noise should become five times smaller:

# %%
for size in (1, 3, 5, 9):
    left_over = reference.mean_filter(reference.gaussian_noise(gray, 25, seed=1), size).std()
    print(
        f"mean of {size} x {size}: {left_over:5.2f} gray levels of noise, expected {25 / size:5.2f}"
    )
    assert abs(left_over - 25 / size) < 0.35

# %% [markdown]
# On a real picture, the mean takes away more than just noise:

# %%
means = {f"{size} x {size}": reference.mean_filter(grain, size) for size in (3, 5, 9)}
show.pictures({f"{name}: {decibels(m):.1f} dB": m for name, m in means.items()}, scale=1)

# %%
ratios = [decibels(m) for m in means.values()]
assert ratios[0] > decibels(grain) + 4 and ratios[2] < ratios[0] - 2

# %% [markdown]
# Larger windows make the noise smaller and the picture worse. Small is best here; **removing noise is a trade-off between noise and blur**.
#
# ### A box and a bell
#
# A mean treats all its pixels alike, right out to the corners of the window, and then stops dead. Look at what this does to fine rings:

# %%
explore.smoothing()

# %% [markdown]
# Set the size to 9 and follow the rings in *mean* outwards. They fade to gray, and then **come back with black and white swapped**, and are no longer round. The mean shows what is not there.
#
# The cure is a kernel that fades out, the **Gaussian** (Eq. 3-45):
#
# $$w(x) = K\, e^{-x^2 / 2\sigma^2}$$
#
# $\sigma$, in pixels, says how wide it is, and $K$ is chosen so that all the weights add up to 1. (If you do not give $\sigma$, it is chosen to suit the size; for the smallest sizes OpenCV keeps a table of weights, and so do we: `SMALL_GAUSSIANS`.)

# %%
print("size 5, sigma 1:", reference.gaussian_kernel(5, 1).round(3))
show.source(kernels.gaussian_weights)  # what gaussian_kernel calls

# %% [markdown]
# How large must the window be? A bell never ends, but a window that reaches three $\sigma$ to each side leaves out next to nothing. **Trap:** if you cut it off much sooner, what you get is hardly a bell any more:

# %%
for size in (3, 7, 19, 31):
    weights = reference.gaussian_kernel(size, 5)
    print(
        f"sigma 5, size {size:2}: {weights[0] / weights.max():4.0%} of the middle weight at the end"
    )
assert reference.gaussian_kernel(3, 5)[0] > 0.97 * reference.gaussian_kernel(3, 5).max()

# %% [markdown]
# ### Columns times rows
#
# A window of 31 × 31 means 961 products for every pixel. But look at this kernel:

# %%
bell = np.array([1, 2, 1])
print(np.outer(bell, bell))  # each number of the column times each number of the row

# %% [markdown]
# It is a column times a row. So we may filter the picture with the row first, and then filter the result with the column: 3 + 3 products instead of 9. For 31 × 31, it is 62 instead of 961. Such a kernel is called **separable**.
#
# Which kernels are separable? Linear algebra has the answer. The **singular value decomposition** (SVD) writes any table of numbers as a sum of columns times rows, the strongest one first.
# Their strengths are the **singular values**, and the number of those that are not zero is the **rank**. A kernel of rank 1 *is* one column times one row.
#
# Try the kernels in the list. Which of the five are separable? Then change one number of a separable one.

# %%
explore.column_times_row()

# %%
for name in ("mean", "Gaussian", "left to right", "sharpen", "Laplacian"):
    table = np.array(experiments.KERNELS[name])
    strengths = np.linalg.svd(table, compute_uv=False)
    print(f"{name:14} singular values {strengths.round(2)}  {reference.is_separable(table)}")
    assert reference.is_separable(table) == (np.linalg.matrix_rank(table) == 1)

# %%
taken_apart = explore.column_times_row()(kernel=experiments.KERNELS["sharpen"])
show.pictures({"sharpen: no column times row comes closer": taken_apart["column times row"]})

# %%
column, row = reference.separate(np.array(experiments.KERNELS["left to right"]))
print("column", column.round(3), " row", row.round(3) + 0)
assert np.allclose(np.outer(column, row), experiments.KERNELS["left to right"])

# %% [markdown]
# What does this save? We time the same Gaussian both ways, on 200 × 200 pixels.


# %%
def at_once(weights):
    return reference.correlate(scene, np.outer(weights, weights))


def in_two_passes(weights):
    rows = reference.correlate(scene, weights[None, :])
    return reference.correlate(rows, weights[:, None])


long = reference.gaussian_kernel(15, 2.5)
assert np.abs(at_once(long) - in_two_passes(long)).max() < 1e-12

# %% tags=["nbval-ignore-output"]
print("size   products   one pass   two passes")
for size in (3, 7, 15, 31):
    weights = reference.gaussian_kernel(size, size / 6)
    ways = {"one": lambda w=weights: at_once(w), "two": lambda w=weights: in_two_passes(w)}
    took = {name: t.median * 1000 for name, t in measure_all(ways, repeats=5, warmup=1).items()}
    counted = f"{size**2:4} : {2 * size:2}"
    print(f"{size:4}  {counted}  {took['one']:7.2f} ms  {took['two']:7.2f} ms")
assert size**2 > 15 * (2 * size)  # of the largest size

# %% [markdown]
# ### Running sums
#
# For the mean there is an even better trick. Take a row, and add it up from the left, once:

# %%
levels = np.array([3, 1, 4, 1, 5, 9, 2, 6])
running = np.concatenate([[0], np.cumsum(levels)])
print("running sums:", running)
print("sum of 1 5 9 2:", running[7] - running[3])
assert running[7] - running[3] == levels[3:7].sum()

# %% [markdown]
# The sum of any run of numbers is now **one subtraction**, however long the run is. In two dimensions we get the sum of any rectangle from the four corners of a table. For a mean of 101 × 101, four numbers are read at each pixel, just as for one of 3 × 3.
# `box_filter` does this, and `mean_filter` is `box_filter` divided by the number of pixels.

# %%
show.source(reference.box_filter)

# %% tags=["nbval-ignore-output"]
print("size    running sums     OpenCV    one shifted picture for each number")
for size in (3, 11, 31, 101):
    flat = np.full((size, size), 1 / size**2)
    ways = {
        "sums": lambda s=size: reference.mean_filter(man, s),
        "cv2": lambda s=size: cv2.blur(man, (s, s)),
        "shifted": lambda f=flat: reference.correlate(man, f),
    }
    if size > 31:
        del ways["shifted"]  # nobody would wait for it
    took = {name: t.median * 1000 for name, t in measure_all(ways, repeats=9).items()}
    print(f"{size:4}", "".join(f"{milliseconds:12.2f} ms" for milliseconds in took.values()))

# %%
larger = reference.pad(man, 101 // 2).size / man.size
print(f"for a window of 101, the padded picture has {larger:.2f} times as many pixels")
assert larger > 2

# %% [markdown]
# So where the cost of running sums grows at all, the border is to blame.
#
# ### The same from the libraries
#
# Three of our filters agree with OpenCV's in every pixel, and so do the weights of our Gaussian. Read the arguments: every one of them is needed.

# %%
mirror = {"borderType": cv2.BORDER_REFLECT_101}
sums = cv2.boxFilter(man, cv2.CV_32S, (7, 7), normalize=False, **mirror)
bell = cv2.GaussianBlur(man, (0, 0), 1.7, sigmaY=1.7, **mirror)
pairs = {
    "mean_filter": (reference.mean_filter(man, 7), cv2.blur(man, (7, 7), **mirror)),
    "box_filter": (reference.box_filter(man, 7, normalize=False), sums),
    "gaussian": (reference.gaussian(man, 1.7), bell),
}
for name, (ours, theirs) in pairs.items():
    print(f"{name:12} differing pixels: {np.count_nonzero(ours != theirs)}")
    assert np.array_equal(ours, theirs)
theirs = cv2.getGaussianKernel(9, 1.7, cv2.CV_64F)[:, 0]
assert np.abs(reference.gaussian_kernel(9, 1.7) - theirs).max() < 1e-15

# %% [markdown]
# How can a Gaussian agree *in every pixel*, when its weights are endless fractions? Because for `uint8`, OpenCV does not use those weights. It rounds them to whole 256ths and computes with whole numbers.
# So do we. That is a decision, not a law of nature: SciPy made a different one.

# %%
ours = reference.gaussian(man, 2).astype(int)
theirs = scipy.ndimage.gaussian_filter(man, sigma=2)
print(
    f"SciPy's defaults: {np.mean(ours != theirs):.0%} of the pixels differ, by up to",
    np.abs(ours - theirs).max(),
)
exact = scipy.ndimage.gaussian_filter(man / 255, sigma=2, mode="mirror", radius=8)
floats = reference.gaussian(man / 255, 2, size=17)
print("in float, with border and size spelled out:", f"{np.abs(floats - exact).max():.0e}")
assert np.abs(floats - exact).max() < 1e-12 and np.mean(ours != theirs) > 0.3

# %% [markdown]
# Four things were different: SciPy cuts off fractions after each of its two passes, where we round once; its border is `symmetric`; its window reaches four $\sigma$ where ours reaches three; and its weights are not rounded to 256ths.
# Work in float and spell the rest out, and no difference is left.

# %% [markdown]
# ## 6 · The median
#
# Back to the picture with the specks. What does a mean do to *those*?

# %%
mean_of_specks = reference.mean_filter(specks, 3)
show.pictures(
    {
        f"{decibels(specks):.1f} dB": specks[face],
        f"mean, {decibels(mean_of_specks):.1f} dB": mean_of_specks[face],
    },
    scale=2,
)

# %% [markdown]
# It smears them. A speck is not a little off, it is *nonsense*, and a mean gives nonsense its full weight. Take nine pixels, one of them hit:

# %%
nine_levels = np.array([40, 41, 42, 42, 43, 44, 44, 45, 255])
print(f"mean {nine_levels.mean():.0f}, median {np.median(nine_levels):.0f}")
assert nine_levels.mean() > 65 and np.median(nine_levels) == 43

# %% [markdown]
# The **median** is the one in the middle when the levels are sorted. Whether the speck is 255 or a million, it stands at the end of the queue and has no say.
#
# In the figure, point at a speck and read its window. What do ranks 1 and 9 do?

# %%
explore.sorted_window()

# %%
cleaned = reference.median_filter(specks, 3)
both = {"mean": mean_of_specks, "median": cleaned}
show.pictures({f"{name}, {decibels(p):.1f} dB": p for name, p in both.items()}, scale=1)

# %%
assert decibels(cleaned) > decibels(mean_of_specks) + 6
show.source(reference.median_filter)

# %% [markdown]
# Which kernel gives a median? **None.** With a kernel, you may add two pictures and then filter, or filter both and then add: the result is the same. A filter with this property is called *linear*. The mean has it, the median does not:

# %%
one, other = np.array([1, 5, 9]), np.array([9, 1, 2])
for filter_ in (np.mean, np.median):
    of_sum, sum_of_both = filter_(one + other), filter_(one) + filter_(other)
    print(f"{filter_.__name__:6} of the sum: {of_sum:.0f}, sum of both: {sum_of_both:.0f}")
    assert np.isclose(of_sum, sum_of_both) == (filter_ is np.mean)

# %% [markdown]
# A straight edge stays where it is, since more than half of each window lies on the pixel's own side. A mean turns it into a ramp.

# %%
step = samples.step_edge(9, 24)
place = np.arange(24)
edges = {"median": reference.median_filter(step, 7), "mean": reference.mean_filter(step, 7)}
named = {name: (place, e[4]) for name, e in edges.items()}
plot = plots.curves(named, x_range=(0, 25), title="gray level", x_label="column")
show.pictures({"across a step edge": plot})

# %%
assert np.array_equal(edges["median"], step) and not np.array_equal(edges["mean"], step)

# %% [markdown]
# **Trap:** whatever fills less than half of a window disappears: thin lines, corners, the dot on an i.

# %%
page = samples.page()[20:120, 20:220]
show.pictures(
    {
        "before": page,
        "median of 3 x 3": reference.median_filter(page, 3),
        "5 x 5": reference.median_filter(page, 5),
    },
    scale=1,
)

# %% [markdown]
# ### Who wins?
#
# Now you have everything you need for the contest. Choose a kind of noise, then a filter and its size. The plot shows the decibels of all three filters at all sizes, with a ring around your own choice.
#
# **Guess first:** does the median win on both kinds of noise?

# %%
figure = explore.noise_removal()
figure

# %%
noises = ("salt and pepper", "Gaussian")
show.pictures({f"{noise} noise": figure(noise=noise)["how well"] for noise in noises})

# %%
sizes = (3, 5, 7)
for noise, spoilt in {"salt and pepper": specks, "Gaussian": grain}.items():
    ratio = {}
    for name in ("mean", "Gaussian", "median"):
        ratio[name] = max(decibels(experiments.filtered(spoilt, name, size)) for size in sizes)
    said = ", ".join(f"{name} {number:.1f} dB" for name, number in ratio.items())
    winner = max(ratio, key=ratio.get)
    print(f"{noise} noise: {said}. The {winner} wins.")
    assert winner == ("median" if noise != "Gaussian" else "Gaussian")

# %% [markdown]
# **The filter must fit the noise.** Specks are nonsense: leave them out, with a median. Gaussian noise leaves a bit of truth in every pixel: average the pixels, with a Gaussian.
#
# ### The same from the libraries
#
# A median is one of the levels that were already there, so nothing is rounded. Only the border can differ: `cv2.medianBlur` repeats the edge, and so do we. SciPy does so when asked to.

# %%
ours = reference.median_filter(specks, 5)
assert np.array_equal(ours, cv2.medianBlur(specks, 5))
assert np.array_equal(ours, scipy.ndimage.median_filter(specks, size=5, mode="nearest"))
default = scipy.ndimage.median_filter(specks, size=5)
print(
    "SciPy's default border:", np.count_nonzero(ours != default), "pixels differ, all at the border"
)
assert np.array_equal(ours[2:-2, 2:-2], default[2:-2, 2:-2])

# %% [markdown]
# ## 7 · Edges kept
#
# A Gaussian averages across an edge as if it were not there. Let us tell it to look first: a neighbour counts only if it is **near**, and only if it is **similar** (Tomasi and Manduchi, Eq. 5-6).
#
# $$w = e^{-\text{distance}^2 / 2\sigma_\text{space}^2} \cdot e^{-(\text{difference of levels})^2 / 2\sigma_\text{color}^2}$$
#
# The first factor is the **spatial kernel**, the second the **range kernel**. This is the **bilateral** filter. Its kernel is different at each pixel. Point at an edge, then at the sky, and see who has a say:

# %%
explore.bilateral_weights()

# %%
show.source(reference.bilateral)

# %% [markdown]
# At the edge, only the pixel's own side counts, so the edge is not blurred. What if $\sigma_\text{color}$ is very large? Then all pixels count as similar, and only the spatial kernel is left. It should be the Gaussian again:

# %%
no_edges = reference.bilateral(man, 13, 1e6, 2).astype(int)
print("largest difference:", np.abs(no_edges - reference.gaussian(man, 2)).max(), "gray levels")
assert np.abs(no_edges - reference.gaussian(man, 2)).max() <= 2

# %% [markdown]
# (The small difference remains because the bilateral filter's window is round, and its weights are not rounded.)
#
# ### Similar, anywhere
#
# Why ask only the neighbours? In a brick wall, a pixel of mortar resembles the mortar ten bricks further on. **Non-local means** compares the *surroundings* of two pixels, a patch of 5 × 5, say. Where these look alike, the other pixel counts, even if it is not near. (A picture is large, so only pixels up to `search_distance` away are tried.)

# %%
show.source(reference.non_local_means)

# %% [markdown]
# Compare three ways of averaging. The third picture is **what was taken away**, twice as strong; gray means nothing. If it is only noise, all is well. If you can see the man in it, something of him has been lost.

# %%
explore.edges_kept()

# %% [markdown]
# Here is the contest in numbers, once at an edge and once on a texture, with the best of several settings for each filter. Noise of 16 levels is added to both scenes.


# %%
def contest(clean):
    noisy = reference.gaussian_noise(clean, 16, seed=4)
    tries = {
        "Gaussian": [reference.gaussian(noisy, s) for s in (0.6, 0.8, 1.0, 1.3)],
        "bilateral": [reference.bilateral(noisy, 9, s, 2) for s in (30, 45, 60, 90)],
        "non-local": [reference.non_local_means(noisy, s, 5, 7, 16) for s in (4, 8, 12, 16)],
    }
    ratio = reference.peak_signal_to_noise_ratio
    best = {name: max(found, key=lambda p: ratio(p, clean)) for name, found in tries.items()}
    return {f"{name} {ratio(p, clean):.1f} dB": p for name, p in ({"noisy": noisy} | best).items()}


# %%
edge_results = contest(camera[70:166, 220:316])
texture_results = contest(samples.brick()[:96, :96])
both_results = {f"edge, {title}": picture for title, picture in edge_results.items()}
both_results |= {f"bricks, {title}": picture for title, picture in texture_results.items()}
show.pictures(both_results, columns=4, scale=2)


# %%
def number(results, name):
    return next(float(title.split()[1]) for title in results if title.startswith(name))


for results in (edge_results, texture_results):
    print(" · ".join(results))
assert number(edge_results, "Gaussian") < number(edge_results, "bilateral")
assert number(texture_results, "bilateral") < number(texture_results, "Gaussian")
assert number(texture_results, "Gaussian") < number(texture_results, "non-local")

# %% [markdown]
# At the edge, looking before averaging pays off. On the bricks, the bilateral filter does *worse* than the plain Gaussian. How strong is their texture, compared with the noise?

# %%
bricks = samples.brick()[:96, :96]
texture = bricks.astype(int) - reference.median_filter(bricks, 5)
print(f"texture {texture.std():.1f} gray levels, noise 16")
assert 2 * texture.std() < 16

# %% [markdown]
# It is much weaker: pixel by pixel, the bilateral filter cannot tell the two apart. Non-local means can, since it compares whole patches.
#
# It is also the slowest of the three: each pixel compares its patch with those of all the 15 × 15 pixels around it.
#
# **Trap:** the bilateral filter cannot remove salt and pepper. A speck finds no similar neighbour, so it counts only itself, and stays.

# %%
kept = reference.bilateral(specks, 9, 40, 2)
speck = (specks == 255) & (man < 128)
print(f"white specks on dark ground that stay above 200: {np.mean(kept[speck] > 200):.0%}")
assert np.mean(kept[speck] > 200) > 0.9

# %% [markdown]
# ### The same from the libraries
#
# `cv2.bilateralFilter` agrees in every pixel, provided that OpenCV's fast approximations are switched off. With them, a pixel may be one level off.

# %%
ours = reference.bilateral(grain, 9, 45, 2)
cv2.setUseOptimized(False)
slow = cv2.bilateralFilter(grain, 9, sigmaColor=45, sigmaSpace=2, **mirror)
cv2.setUseOptimized(True)
fast = cv2.bilateralFilter(grain, 9, sigmaColor=45, sigmaSpace=2, **mirror)
print("differing pixels:", np.count_nonzero(ours != slow))
assert np.array_equal(ours, slow) and np.abs(fast.astype(int) - ours).max() <= 1

# %%
part = grain[60:140, 60:140] / 255
theirs = skimage.restoration.denoise_nl_means(
    part, patch_size=5, patch_distance=7, h=0.05, sigma=25 / 255, fast_mode=False
)
ours = reference.non_local_means(part, 0.05, patch_size=5, search_distance=7, noise=25 / 255)
difference = 255 * np.abs(ours - theirs)
print(
    f"difference from scikit-image: {difference.mean():.2f} gray levels on average, {difference.max():.1f} at most"
)
assert difference.mean() < 0.2 and difference.max() < 3

# %% [markdown]
# Non-local means does not quite agree. To save time, scikit-image stops comparing two patches as soon as they differ a lot, and then does not count such a pixel at all; ours gives it its small weight. No argument turns that off.

# %% [markdown]
# ## 8 · Sharpening
#
# Blurring takes away detail. So what a blur takes away *is* the detail:

# %%
blurred = reference.gaussian(man, 2)
detail = man.astype(int) - blurred
show.pictures({"picture": man, "− blurred": blurred, "= detail": detail.astype(np.int16)}, scale=1)

# %% [markdown]
# Add it to the picture once more, and the picture is sharper. Photographers used to do this in the darkroom, with a blurred negative as a mask, and so the method is called **unsharp masking** (Eq. 3-64 and 3-65):
#
# $$g = f + \text{amount} \cdot (f - \text{blurred } f)$$
#
# `sharpen` is the smallest case: it compares a pixel with its 4 or 8 direct neighbours, and the whole method fits into one kernel.

# %%
show.source(reference.sharpen, reference.unsharp_mask)

# %% [markdown]
# In the figure, the plot shows the levels along part of a row, around the point that you point at. Look at the edge of the man's dark back. What happens on its two sides as the amount grows?

# %%
explore.sharpening()

# %% [markdown]
# Before the line falls, it **rises**; and before it levels out again, it dips too low. This is **overshoot**. The eye sees the steeper edge as sharper. With too much of it, everything wears a halo.

# %%
soft = reference.gaussian(samples.step_edge(9, 40, low=80, high=170), 1)
sharp = {amount: reference.unsharp_mask(soft, 3, amount)[4] for amount in (0, 1, 3)}
place = np.arange(40)
named = {f"amount {amount}": (place, profile) for amount, profile in sharp.items()}
plot = plots.curves(named, y_range=(0, 255), title="gray level", x_label="column")
show.pictures({"an edge from 80 to 170": plot})

# %%
for amount, profile in sharp.items():
    print(f"amount {amount}: from {profile.min()} to {profile.max()}")
assert sharp[0].min() == 80 and sharp[1].min() < 70 and sharp[3].max() > 200

# %% [markdown]
# **Trap:** noise is detail, too. Here is what happens to noise of 5 levels:

# %%
noise = reference.gaussian_noise(gray, 5, seed=2)
for name, result in {
    "as it is": noise,
    "unsharp mask, sigma 2": reference.unsharp_mask(noise, 2, 1),
    "4 neighbours": reference.sharpen(noise, 1, 4),
    "8 neighbours": reference.sharpen(noise, 1, 8),
}.items():
    print(f"{name:22} noise of {result.std():4.1f} gray levels")
assert reference.sharpen(noise, 1, 8).std() > 8 * noise.std()

# %% [markdown]
# And sharpening does not bring back anything that was lost. It only makes what is left steeper.
#
# ### The same from the libraries

# %%
eight = np.array([[-1, -1, -1], [-1, 9, -1], [-1, -1, -1]])
assert np.array_equal(reference.sharpen(man, 1, 8), cv2.filter2D(man, -1, eight, **mirror))

ours = reference.unsharp_mask(man, 2, 1, border="symmetric").astype(int)
theirs = skimage.filters.unsharp_mask(man, radius=2, amount=1, preserve_range=True)
print("scikit-image: largest difference", np.abs(ours - np.clip(np.rint(theirs), 0, 255)).max())
assert np.abs(ours - np.clip(np.rint(theirs), 0, 255)).max() <= 1

# %% [markdown]
# ## 9 · Frequencies
#
# So far a picture was made of pixels. By Fourier's idea it can just as well be made of **waves**: any picture is a sum of stripes, fine ones and coarse ones, in all directions.
# The **spectrum** says how much of each there is.
#
# First, a single wave. Move the sliders: which point of the spectrum belongs to it, and where does that point go as the wave grows finer?

# %%
explore.wave()

# %% [markdown]
# The bright point in the middle is the mean level, a wave of frequency zero. The wave makes **two** points, since stripes look the same from either side. The finer the wave, the farther out they lie; the direction of the points is the direction across the stripes.
#
# We measure frequency in **waves per pixel**. A wave that is 10 pixels long has a frequency of 0.1. The finest wave that pixels can carry has a frequency of 0.5: black, white, black, white.

# %%
show.source(reference.spectrum)

# %%
stripes = np.rint(128 + 100 * np.cos(2 * np.pi * 0.1 * np.arange(100)) * np.ones((100, 1)))
strength = np.abs(reference.spectrum(stripes.astype(np.uint8)))
peaks = np.argwhere(strength > 0.2 * strength.max())
print("peaks, in waves per pixel (down, across):", ((peaks - 50) / 100).tolist())
assert ((peaks - 50) / 100).tolist() == [[0, -0.1], [0, 0], [0, 0.1]]

# %% [markdown]
# A photo contains all waves, but far more of the coarse ones. (A spectrum is shown on a logarithmic scale; otherwise you would see a single point. Here each point is also enlarged by a pixel, so that you do not miss a lone one.)

# %%
scenes = {
    "bricks": samples.brick()[:256, :256],
    "page": np.ascontiguousarray(samples.page()[:180, :180]),
}
show.pictures(
    {**scenes, **{f"spectrum of {n}": experiments.log_spectrum(s) for n, s in scenes.items()}},
    columns=2,
    largest=230,
)

# %% [markdown]
# Can you find the joints between the bricks, and the lines of the text, in their spectra? They are points near the middle: for the bricks on its left and right, for the text above and below.

# %%
bricks_across = np.abs(reference.spectrum(scenes["bricks"]))[128, 128:]
page_down = np.abs(reference.spectrum(scenes["page"]))[90:, 90]
for name, strength in {"bricks": bricks_across, "text": page_down}.items():
    waves = 3 + strength[3:].argmax()  # the slowest are light and shade
    period = 2 * len(strength) / waves
    print(f"{name}: {waves} waves in {2 * len(strength)} pixels, one every {period:.0f} pixels")
    assert period == {"bricks": 32, "text": 18}[name]

# %% [markdown]
# ### Let some waves pass
#
# Now we can filter by *frequency*. Multiply the spectrum by a number at each frequency, 1 for what may pass and 0 for what may not, and transform back. Low frequencies alone give a blurred picture; high ones alone give the edges.
#
# There are three rules for the number, where $d$ is the distance from the middle of the spectrum and $c$ the **cutoff**:
#
# - **ideal**: 1 up to the cutoff, 0 beyond it;
# - **Gaussian**: $e^{-d^2 / 2c^2}$;
# - **Butterworth** of order $n$: $1 / (1 + (d/c)^{2n})$. At the cutoff it is one half. Order 1 is soft; a high order is nearly ideal.
#
# Start with the **ideal** filter, which cuts like a knife. Look closely at the edge of the coat against the sky. Then try the **Gaussian**.

# %%
explore.frequency_pass()

# %% [markdown]
# The ideal filter surrounds every edge with ripples. This is called **ringing**. Such a sharp cut in frequency is only possible with a kernel that never ends, and whose weights go up and down.
#
# Here are the levels along a row that crosses an edge:

# %%
square = samples.step_edge(64, 128, low=80, high=170)
profiles = {
    kind: reference.frequency_filter(square, kind, 0.06, order=2)[32, 32:96]
    for kind in ("ideal", "butterworth", "gaussian")
}
place = np.arange(32, 96)
named = {kind: (place, profile) for kind, profile in profiles.items()}
plot = plots.curves(named, y_range=(50, 200), title="gray level", x_label="column")
show.pictures({"a step edge, waves up to 0.06": plot})

# %%
for kind, profile in profiles.items():
    print(f"{kind:12} from {profile.min()} to {profile.max()}")
assert profiles["ideal"].max() > 175 > 171 >= profiles["gaussian"].max()

# %%
show.source(reference.frequency_filter, shared.low_pass)

# %% [markdown]
# ### Two ways, one result
#
# We have filtered with kernels, and with spectra. What do they have to do with each other? Everything. The **convolution theorem** says: *the spectrum of a convolution is the product of the two spectra.*
#
# Let us see whether it is true, with a convolution, pixel by pixel, and a product, wave by wave.

# %%
weights = np.outer(reference.gaussian_kernel(15, 2.5), reference.gaussian_kernel(15, 2.5))
by_pixels = reference.convolve(scene, weights, border="wrap")

as_large = np.zeros(scene.shape)
as_large[:15, :15] = weights
as_large = np.roll(as_large, (-7, -7), axis=(0, 1))  # the middle of the kernel to [0, 0]
by_waves = np.fft.ifft2(np.fft.fft2(scene) * np.fft.fft2(as_large)).real

print("largest difference:", f"{np.abs(by_pixels - by_waves).max():.0e}")
assert np.abs(by_pixels - by_waves).max() < 1e-12

# %% [markdown]
# **Trap:** look at the border. It must be `wrap`. Waves go on for ever, so for them the picture is repeated on all sides; its right border touches its left one. With any other rule the two do not agree at the border:

# %%
mirrored = reference.convolve(scene, weights, border="reflect")
differ = np.abs(mirrored - by_waves) > 1e-6
print(
    f"differing pixels: {differ.sum()}, more than 7 pixels from the border: {differ[7:-7, 7:-7].sum()}"
)
assert differ.any() and not differ[7:-7, 7:-7].any()

# %% [markdown]
# Now it makes sense that a mean turned the rings of section 5 inside out. Look at its spectrum along one line, next to that of the Gaussian that blurs just as much: beyond its first zero, and up to the second, it is **negative**, and a negative wave is one with black and white swapped.

# %%
frequency = np.arange(129) / 256
box, round_bell = np.zeros(256), np.zeros(256)
box[np.arange(-4, 5)] = 1 / 9
round_bell[np.arange(-15, 16)] = reference.gaussian_kernel(31, experiments.as_wide_as(9))
passed = {"mean of 9": np.fft.fft(box).real[:129], "Gaussian": np.fft.fft(round_bell).real[:129]}
named = {name: (frequency, response) for name, response in passed.items()}
plot = plots.curves(named, y_range=(-0.25, 1), title="share", x_label="waves per pixel")
show.pictures({"what passes": plot})

# %%
assert passed["mean of 9"].min() < -0.2 and passed["Gaussian"].min() > -1e-3

# %% [markdown]
# ### Click the peak
#
# Here is what frequencies are best at. Some machine has put stripes over the picture. Among the pixels they are everywhere, and no window can tell them from the scene. In the spectrum they are just **two points**.
#
# Find one of them in the spectrum and click it. (Zoom in if you need to; the arrow keys move the point by one.) The other point, opposite, is taken out along with it. Then try the radius: what happens if the hole is much too large?

# %%
explore.notch()

# %% [markdown]
# A filter that takes out single frequencies is called a **notch** filter. In a program, we look for the strongest wave, apart from the slow ones:

# %%
clean = camera[:256, 100:356]
striped = experiments.with_stripes(clean)
strength = np.abs(reference.spectrum(striped))
strength[128 - 15 : 128 + 16, 128 - 15 : 128 + 16] = 0  # slow waves are always strong
peak = np.unravel_index(strength.argmax(), strength.shape)
center = (np.array(peak) - 128) / 256
repaired = reference.notch_filter(striped, [center], radius=0.01)
print("peak at pixel", tuple(map(int, peak)), "which is", center.tolist(), "waves per pixel")
show.pictures({"striped": striped, "without the two points": repaired}, largest=256)

# %%
ratio = reference.peak_signal_to_noise_ratio
print(f"{ratio(striped, clean):.1f} dB before, {ratio(repaired, clean):.1f} dB after")
assert sorted(np.abs(center * 256)) == [10, 24]
assert ratio(repaired, clean) > ratio(striped, clean) + 10

# %% [markdown]
# For comparison: how close does a Gaussian come, which has to blur the stripes away?

# %%
smeared = max((reference.gaussian(striped, s) for s in (1, 2, 3, 4)), key=lambda p: ratio(p, clean))
print(f"the best of four Gaussians: {ratio(smeared, clean):.1f} dB")
assert ratio(smeared, clean) < ratio(repaired, clean) - 5

# %% [markdown]
# ## 10 · On the GPU: a whole batch
#
# *For developers; skip it on a first reading.* The twins in `gpu` take tensors (batch, channels, rows, columns), and work on whatever device the tensors are on. Here that is:

# %% tags=["nbval-ignore-output"]
print("device:", device())

# %%
batch = torch.from_numpy(np.stack([man] * 16))[:, None].to(device())
pairs = {
    "gaussian": (reference.gaussian(man, 2), gpu.gaussian(batch, 2)),
    "mean": (reference.mean_filter(man, 31), gpu.mean_filter(batch, 31)),
    "median": (reference.median_filter(man, 5), gpu.median_filter(batch, 5)),
    "bilateral": (reference.bilateral(man, 9, 45, 2), gpu.bilateral(batch, 9, 45, 2)),
}
for name, (expected, found) in pairs.items():
    difference = np.abs(found[3, 0].cpu().numpy().astype(int) - expected).max()
    print(f"{name:10} {tuple(found.shape)}, largest difference from the reference: {difference}")
    assert difference == 0

# %% [markdown]
# The same ideas make them fast: two passes for what is separable; for the mean, sums built up from smaller sums; for the bilateral filter, one shifted picture at a time, so that the windows are never all in memory at once.
#
# The median is the hardest. It is made of comparisons alone: the smaller and the larger of two *whole batches*, again and again. Sorted columns are shared by all windows that contain them,
# and merged in a fixed pattern that needs no `if` (Batcher's odd-even merge), so that a GPU can work on all pixels in step:

# %%
show.source(gpu.median._merged, gpu.median._exchanged)

# %% [markdown]
# And here are the times, for pictures of 512 × 512:

# %% tags=["nbval-ignore-output"]
pictures = [camera] * 8
large = torch.from_numpy(np.stack(pictures))[:, None].to(device())
contests = {
    "Gaussian, sigma 2": {
        "gpu": lambda: gpu.gaussian(large, 2),
        "scikit-image": lambda: [skimage.filters.gaussian(p, 2) for p in pictures],
        "OpenCV": lambda: [cv2.GaussianBlur(p, (0, 0), 2) for p in pictures],
    },
    "median, 5 x 5": {
        "gpu": lambda: gpu.median_filter(large, 5),
        "SciPy": lambda: [scipy.ndimage.median_filter(p, 5) for p in pictures[:2]],
        "OpenCV": lambda: [cv2.medianBlur(p, 5) for p in pictures],
    },
}

# %% tags=["nbval-ignore-output"]
for name, candidates in contests.items():
    times = measure_all(candidates, repeats=5, warmup=1)
    each = {n: 1000 * t.median / (2 if n == "SciPy" else len(pictures)) for n, t in times.items()}
    print(f"{name:18}", ", ".join(f"{n} {ms:.2f} ms per picture" for n, ms in each.items()))

# %% [markdown]
# On a CPU, OpenCV stays ahead: it is written for each processor's own instructions. `gpu` pays off where the pictures are on a GPU already, for the steps before and after.

# %% [markdown]
# ## 11 · Your own photo
#
# Put a photo in the same folder as this notebook and load it by name, `samples.load("my.jpg")`. Or press **Own photo** in a figure that has the button: the photo stays on your machine.

# %%
photo = samples.chelsea()  # samples.load("my.jpg")
explore.sharpening(photo)

# %% [markdown]
# Some things to try: spoil your photo in `explore.noise_removal(photo)`, and find the best filter. Look at its spectrum in `explore.notch(photo)`: are there points where there should be none?

# %% [markdown]
# ## 12 · Three questions
#
# Click on an answer to open it.

# %% jupyter={"source_hidden": true}
Question(
    "A kernel is 0 everywhere except for a 1 in the middle of its right column. What does correlation do?",
    {
        "It moves the picture one pixel to the left.": "Each pixel takes the level of its right neighbour.",
        "It moves the picture one pixel to the right.": "That is what convolution does.",
        "Nothing: the sum is 1.": "The sum is about brightness. A 1 in the middle does nothing.",
    },
    right="It moves the picture one pixel to the left.",
)

# %% jupyter={"source_hidden": true}
Question(
    "A scan has black and white specks. Which filter do you try first?",
    {
        "a Gaussian": "It smears each speck over all its neighbours.",
        "a median": "Specks stand at the ends of the sorted window and have no say.",
        "a bilateral filter": "A speck resembles none of its neighbours, so it would count only itself, and stay.",
    },
    right="a median",
)

# %% jupyter={"source_hidden": true}
Question(
    "Your filter agrees with SciPy's inside, but not in the outermost pixels. What do you look at first?",
    {
        "whether the kernel is flipped": "Then it would differ everywhere.",
        "how the result is rounded": "Then it would differ everywhere, too, by one level.",
        "the name of the border": "SciPy's reflect is NumPy's symmetric.",
    },
    right="the name of the border",
)

# %% [markdown]
# ## Take-aways
#
# - A kernel is a table of weights. Correlation applies it as it is; convolution rotates it by half a turn first.
# - The sum of a kernel decides the brightness. Add up in a wide type; round and saturate at the end.
# - What lies beyond the border is your decision. Its name changes from library to library.
# - Mean and Gaussian for Gaussian noise, the median for specks; the bilateral filter and non-local means where edges must stay.
# - Column times row: two short passes instead of one long one. Running sums: any size at the same price.
# - Sharpening adds what blurring takes away, noise and halos included.
# - Convolution is multiplication of spectra. What repeats in a picture is a point in its spectrum.
#
# ## References
#
# - R. C. Gonzalez, R. E. Woods, *Digital Image Processing*, 4th edition, Pearson 2018, §3.4–3.6, ch. 4, ch. 5.
# - R. Szeliski, *Computer Vision: Algorithms and Applications*, 2nd edition, Springer 2022, §3.2–3.4.
# - C. Tomasi, R. Manduchi, "Bilateral filtering for gray and color images", *Proc. ICCV*, 1998, 839–846.
# - A. Buades, B. Coll, J.-M. Morel, "A non-local algorithm for image denoising", *Proc. CVPR* 2, 2005, 60–65.
# - F. C. Crow, "Summed-area tables for texture mapping", *Proc. SIGGRAPH*, 1984, 207–212.
# - K. E. Batcher, "Sorting networks and their applications", *Proc. AFIPS SJCC* 32, 1968, 307–314.
# - J. W. Tukey, *Exploratory Data Analysis*, Addison-Wesley 1977, ch. 7 (running medians).
#
# ## Exercises
#
# Now it is your turn: [exercises/04_filtering.ipynb](../exercises/04_filtering.ipynb). Each answer is checked at once.
