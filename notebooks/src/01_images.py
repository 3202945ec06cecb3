# %% [markdown]
# # 01 · Images
#
# **An image is an array of numbers.** That is all a computer ever sees of it, and this chapter is about what follows.
#
# After this chapter you will be able to
#
# - read a pixel, cut out a part of a picture, and say what its shape and its type mean;
# - make a picture smaller without inventing patterns that are not there;
# - take a picture apart into the levels of a pyramid, and put it together again;
# - recognise a picture whose colours are in the wrong order, and put it right;
# - find an object by its colour;
# - do all of this to a whole batch of pictures on a GPU.
#
# **Now run the notebook:** in the menu, *Run ▸ Run All Cells*. It takes a moment, and brings the figures to life. To run a single cell again, click on it and press Shift + Enter.
# In a figure, drag a slider, or focus it and press the arrow keys; point at a picture to read its pixels; <kbd>+</kbd>, <kbd>−</kbd> and <kbd>0</kbd> zoom.
# Nothing is downloaded: the pictures come with the course. A photo of your own never leaves your machine.

# %%
import cv2
import numpy as np
import skimage.color
import skimage.transform
import torch

from coursekit.images import explore, gpu, reference
from coursekit.lab import Question, device, measure_all, samples, show

# %% [markdown]
# ## 1 · An image is an array
#
# Here is Eileen Collins, who flew the Space Shuttle. What is her picture made of?

# %%
astronaut = samples.astronaut()
show.pictures({"astronaut": astronaut}, largest=360)

# %% [markdown]
# Put it under a magnifying glass. Move the pointer over the first picture, or focus it and press the arrow keys: the yellow frame follows, and the pixels inside it appear alongside.
#
# *(Where you see "Still pictures", run the whole notebook first: Run ▸ Run All Cells.)*

# %%
explore.lens()

# %% [markdown]
# You see squares, each of a single colour: the **pixels**. Each has **three numbers**, one for red, one for green and one for blue. 0 means none of that colour, 255 means all of it.
# Where all three are equal, the pixel is gray.
#
# ### Shape and type
#
# NumPy, Python's package for arrays of numbers, sums this up in two words:

# %%
print("shape", astronaut.shape)
print("dtype", astronaut.dtype)
assert astronaut.shape == (512, 512, 3) and astronaut.dtype == np.uint8

# %% [markdown]
# The **shape** is 512 rows, 512 columns, and 3 channels. The **dtype**, the type of each number, is `uint8`: an *unsigned integer of 8 bits*,
# a whole number from 0 to 255.
#
# A gray picture needs only one number per pixel, and no third axis. Some programs store fractions from 0 to 1 instead of whole numbers from 0 to 255; both are common, and this course accepts both.

# %%
camera = samples.camera()
print("gray     ", camera.shape, camera.dtype, "from", camera.min(), "to", camera.max())
fractions = camera / 255
print("fractions", fractions.shape, fractions.dtype, "from", fractions.min(), "to", fractions.max())
assert camera.ndim == 2 and fractions.max() == 1

# %% [markdown]
# So you can even type a picture in:

# %%
heart = np.array(
    [
        [0, 1, 0, 1, 0],
        [1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 0, 0],
    ],
    dtype=np.uint8,
)
show.pictures({"heart × 255": heart * 255, "heart × 100": heart * 100}, scale=24)

# %% [markdown]
# ### Rows first
#
# We pick out one pixel by its row and its column, both counted from 0 at the top left:

# %%
print("row 40, column 400:", camera[40, 400])
print("row 400, column 40:", camera[400, 40])
assert camera[40, 400] > 150 > 50 > camera[400, 40]

# %%
marked = np.stack([camera] * 3, axis=-1)
cv2.circle(marked, (400, 40), 12, (255, 160, 0), 4)
cv2.circle(marked, (40, 400), 12, (0, 160, 255), 4)
show.pictures({"orange: camera[40, 400]; blue: camera[400, 40]": marked}, largest=360)

# %% [markdown]
# The first is sky, the second is coat: the order matters. An array has **rows and columns**, just like a table. In geometry we write $(x, y)$, horizontal first.
# So do OpenCV's drawing functions: look at what `cv2.circle` was given for `camera[40, 400]`.
#
# This course says row first, then column, everywhere.
#
# ### Cutting out
#
# A part of a picture is a **slice** of the array: give the first row and the row to stop before, and the same for columns.

# %%
face = astronaut[30:230, 130:310]
print(face.shape)
assert face.shape == (200, 180, 3)
show.pictures({"astronaut[30:230, 130:310]": face})

# %% [markdown]
# **Trap: a slice is not a picture of its own.** It is a window onto the same numbers. Paint on the slice, and you paint on the picture:

# %%
poster = astronaut.copy()
window = poster[30:230, 130:310]
window[80:110, 20:140] = 0
show.pictures({"the slice": window, "the picture it was cut from": poster}, largest=240)

# %% [markdown]
# We painted only on `window`, yet `poster` has the bar too. NumPy calls such a slice a **view**. If you want separate numbers, you need `.copy()`:

# %%
assert np.shares_memory(window, poster)
own = poster[30:230, 130:310].copy()
assert not np.shares_memory(own, poster)
print("view shares memory:", np.shares_memory(window, poster))
print("copy shares memory:", np.shares_memory(own, poster))

# %% [markdown]
# **Trap: a slice that runs off the picture.** We ask for 200 rows, and for the 20 rows around the top edge:

# %%
print("astronaut[400:600]:", astronaut[400:600].shape)
print("astronaut[-10:10]: ", astronaut[-10:10].shape)
assert len(astronaut[400:600]) == 112 and len(astronaut[-10:10]) == 0

# %% [markdown]
# We get 112 rows, and none. The first slice was cut short; in the second, −10 meant *the tenth row from the end*. NumPy found nothing to complain about.
# The error will show up much later, somewhere else.
#
# The package's `crop` makes a copy, and complains at once:

# %%
show.source(reference.crop)

# %%
try:
    reference.crop(astronaut, 400, 0, 200, 512)
except ValueError as error:
    print(error)

# %% [markdown]
# ### What comes after 255?
#
# If pictures are numbers, we can add them. The mean of two pictures should show both, like a double exposure on film.

# %%
moon = samples.moon()
wrong = (camera + moon) // 2
right = ((camera.astype(int) + moon) // 2).astype(np.uint8)
show.pictures({"(camera + moon) // 2": wrong, "in a wider type": right}, largest=300)

# %%
spot = np.s_[40, 400:403]  # three pixels of the sky
print(camera[spot], "+", moon[spot], "=", camera[spot] + moon[spot])
assert np.array_equal(camera[spot] + moon[spot], camera[spot].astype(int) + moon[spot] - 256)

# %% [markdown]
# **Trap:** a `uint8` cannot hold 300. After 255 it starts again at 0, and NumPy says nothing. Before you add, convert to a wider type, such as `int`; at the end, convert back to `uint8`.
# Chapter 02 tells the whole story.

# %% [markdown]
# ## 2 · Rows and columns, sizes and sampling
#
# A picture has 400 rows and 600 columns. A web page wants a thumbnail of 40 × 60. **Which number goes into the first pixel of the thumbnail?**
#
# The simplest answer: take every tenth pixel. For sizes in general, new row $i$ copies the old row
#
# $$\left\lfloor i \cdot \frac{H}{h} \right\rfloor$$
#
# where $H$ is the old height and $h$ the new one; the same goes for columns. $\lfloor\;\rfloor$ means: drop the fraction. This method is called **nearest**, for nearest neighbour.


# %%
def nearest_loop(image, height, width):
    result = np.zeros((height, width, *image.shape[2:]), image.dtype)
    for row in range(height):
        for column in range(width):
            old_row = row * image.shape[0] // height
            old_column = column * image.shape[1] // width
            result[row, column] = image[old_row, old_column]
    return result


# %%
coffee = samples.coffee()
thumbnail = nearest_loop(coffee, 40, 60)
assert np.array_equal(thumbnail, coffee[::10, ::10])
show.pictures({"400 × 600": coffee, "40 × 60, magnified": thumbnail}, largest=360)

# %% [markdown]
# The loop visits each new pixel from Python. The package's `resize` picks all rows at once, then all columns. OpenCV is compiled code.

# %% tags=["nbval-ignore-output"]
times = measure_all(
    {
        "double loop": lambda: nearest_loop(coffee, 200, 300),
        "reference": lambda: reference.resize(coffee, (200, 300), "nearest"),
        "OpenCV": lambda: cv2.resize(coffee, (300, 200), interpolation=cv2.INTER_NEAREST),
    },
    repeats=5,
    warmup=1,
)
for name, timing in times.items():
    print(f"{name:12} {timing.median * 1000:8.3f} ms")

# %%
show.source(reference.resize)

# %% [markdown]
# ### Trap: width first
#
# Did you notice? `reference.resize` was given `(200, 300)`, but `cv2.resize` was given `(300, 200)`. OpenCV's *dsize* is **(width, height)**, although
# its pictures have the shape (height, width). Write it the NumPy way, and this is what you get:

# %%
squeezed = cv2.resize(coffee, (200, 300))
print("wanted (200, 300, 3), got", squeezed.shape)
assert squeezed.shape == (300, 200, 3)
wanted = cv2.resize(coffee, (300, 200))
show.pictures({"cv2.resize(coffee, (200, 300))": squeezed, "(300, 200)": wanted}, scale=1)

# %% [markdown]
# On a **square** picture nobody notices. So test with pictures that are not square.
#
# ### Where does a new pixel look?
#
# Take a row of eight pixels and shrink it to two. Each new pixel covers four old ones. Nearest copies the first of every four:

# %%
row = np.array([[0, 10, 20, 30, 40, 50, 60, 70]], dtype=np.uint8)
print("nearest", reference.resize(row, (1, 2), "nearest")[0])
print("area   ", reference.resize(row, (1, 2), "area")[0])
assert reference.resize(row, (1, 2), "nearest").tolist() == [[0, 40]]
assert reference.resize(row, (1, 2), "area").tolist() == [[15, 55]]

# %% [markdown]
# Nearest says 0 and 40, but the means of the two halves are 15 and 55: with nearest, the picture has slid to one side. A pixel is a small square, and it is its **centre** that should count.
#
# Pixel $i$ is the square from $i$ to $i + 1$, with its centre at $i + 0.5$. Scale the centres, and new pixel $i$ looks at position
#
# $$x = (i + 0.5)\,\frac{H}{h} - 0.5$$

# %%
places = (np.arange(2) + 0.5) * 8 / 2 - 0.5
print("the new pixels look at", places)
assert places.tolist() == [1.5, 5.5]

# %% [markdown]
# Position 1.5 is halfway between pixels 1 and 2. There is no pixel there, so we **interpolate** between neighbours:
#
# - **bilinear** draws a straight line between the two neighbours (2 × 2 in a picture);
# - **bicubic** fits a smooth curve through four (4 × 4);
# - **lanczos** uses eight (8 × 8): the sinc function that sampling theory asks for, tapered to a finite width;
# - **area** takes the mean of everything that the new pixel covers. It is made for shrinking.
#
# By hand: two pixels, 0 and 100, become four. The new ones look at −0.25, 0.25, 0.75 and 1.25. Beyond the edge, the edge pixel is repeated.

# %%
print(reference.resize(np.array([[0, 100]], dtype=np.uint8), (1, 4), "bilinear")[0])
assert reference.resize(np.array([[0, 100]], dtype=np.uint8), (1, 4)).tolist() == [[0, 25, 75, 100]]

# %% [markdown]
# Here is a cat's eye of 40 × 60 pixels, enlarged eight times:

# %%
chelsea = samples.chelsea()
eye = reference.crop(chelsea, 95, 140, 40, 60)
larger = {method: reference.resize(eye, (320, 480), method) for method in explore.METHODS}
del larger["area"]  # when it enlarges, it gives the same blocks as nearest
show.pictures(larger, columns=2, largest=360)

# %% [markdown]
# Nearest shows the pixels. Bilinear is soft; bicubic and lanczos are crisper. But that has its price: beside an edge they **overshoot**. Take an edge from 50 to 200:

# %%
edge = np.array([[50] * 4 + [200] * 4], dtype=np.uint8)
for method in ("bilinear", "bicubic", "lanczos"):
    result = reference.resize(edge, (1, 64), method)
    print(f"{method:9} from {result.min():3} to {result.max()}")
    assert (result.max() > 200) == (method != "bilinear")

# %% [markdown]
# Now shrink *and* enlarge. Which pair of methods would you choose for a photo? For pixel art? Press **Swipe** and drag the divider to compare with nearest.

# %%
explore.resampling()

# %% [markdown]
# ### The same from OpenCV, and the exact difference

# %%
flags = {
    "nearest": cv2.INTER_NEAREST,
    "bilinear": cv2.INTER_LINEAR,
    "bicubic": cv2.INTER_CUBIC,
    "area": cv2.INTER_AREA,
    "lanczos": cv2.INTER_LANCZOS4,
}
for method, flag in flags.items():
    ours = reference.resize(coffee, (170, 233), method)
    theirs = cv2.resize(coffee, (233, 170), interpolation=flag)
    largest = np.abs(ours.astype(int) - theirs).max()
    print(f"{method:9} largest difference: {largest} gray levels")
    assert largest <= (method != "nearest")

# %% [markdown]
# Nearest agrees in every pixel, including the slide to one side: that is how OpenCV defines it. For the others, OpenCV rounds its weights, each method in its own way, and the results
# differ by one gray level at most.

# %% [markdown]
# ## 3 · Aliasing and pyramids
#
# Here are rings that grow finer and finer towards the outside. We shrink them to a quarter, with nearest: every fourth pixel of every fourth row.

# %%
rings = samples.zone_plate(192)
quarter = reference.resize(rings, (48, 48), "nearest")
assert np.array_equal(quarter, rings[::4, ::4])
mean = reference.resize(rings, (48, 48), "area")
shown = {"every fourth pixel": quarter, "mean of 4 × 4": mean}
shown = {name: reference.resize(picture, (192, 192), "nearest") for name, picture in shown.items()}
show.pictures({"rings": rings} | shown)

# %% [markdown]
# The picture in the middle is a forgery. There was one centre, and now there are many, and each of them looks real.
# The mean is gray where the rings are too fine; only faint ghosts are left.
#
# Try other factors and methods. Which methods produce forgeries, and which do not?

# %%
explore.aliasing()

# %% [markdown]
# ### What happened?
#
# Look at one row of fine stripes, nine waves across forty pixels, and at one wave across forty pixels:

# %%
x = np.arange(40)
fine = np.cos(2 * np.pi * x * 9 / 40)
coarse = np.cos(2 * np.pi * x * 1 / 40)
stripes = {
    "nine waves": fine,
    "one wave": coarse,
    "nine waves, every fourth pixel": fine[::4],
    "one wave, every fourth pixel": coarse[::4],
}
show.pictures(
    {name: np.tile(wave / 2 + 0.5, (6, 1)) for name, wave in stripes.items()}, columns=2, scale=8
)

# %%
print("largest difference:", np.abs(fine[::4] - coarse[::4]).max().round(9))
assert np.allclose(fine[::4], coarse[::4])

# %% [markdown]
# Every fourth pixel of the nine waves *is* every fourth pixel of the one wave, exactly. From the samples, nobody can tell which wave it was. The fine wave travels under a
# false name, an **alias**, and that is why this is called **aliasing**.
#
# The rule (Nyquist, Shannon): **a wave needs more than two samples per period.** Nine waves in ten samples are far too many.
#
# It happens to photographs too:

# %%
page = samples.page()
small = {
    method: reference.resize(page, (64, 128), method) for method in ("nearest", "bilinear", "area")
}
show.pictures(small, columns=3, scale=2)

# %% [markdown]
# **Trap:** nearest and bilinear (and bicubic, and lanczos) look at only a few pixels around their position, however many the new pixel covers. The rest have no say.
# *area* asks all of them.
#
# ### Blur, then halve
#
# There is another cure: first blur the picture, to remove what is too fine for the new size. Then keep every second row and column. That is `pyramid_down`,
# and its blur weights five neighbours by 1, 4, 6, 4, 1 (in sixteenths).

# %%
show.source(reference.pyramid_down, reference.pyramids._blur)

# %%
halved = reference.pyramid_down(reference.pyramid_down(rings))
assert halved.shape == quarter.shape
corner = np.s_[:12, :12]
print("spread of gray levels in the corner, every fourth pixel:", quarter[corner].std().round(1))
print("spread of gray levels in the corner, blurred and halved:", halved[corner].std().round(1))
assert quarter[corner].std() > 5 * halved[corner].std()

# %% [markdown]
# In the corner the rings are too fine for the new size. Taking every fourth pixel turns them into patterns; the blur turns them into gray. Gray is the honest answer.
#
# ### The Gaussian pyramid
#
# Halve again and again, and you have the picture at every size: a **Gaussian pyramid**. Programs that look for something of unknown size search all of its levels.

# %%
levels = reference.gaussian_pyramid(chelsea, 5)
show.pictures({f"{level.shape[0]} × {level.shape[1]}": level for level in levels}, scale=1)

# %%
pixels = sum(level.size for level in levels) / chelsea.size
print(f"all levels together have {pixels:.3f} times the pixels of the first")
assert pixels < 4 / 3 + 0.01

# %% [markdown]
# All the other levels together cost only a third more, since $1 + \frac14 + \frac1{16} + \dots = \frac43$. OpenCV's `pyrDown` gives the same numbers:

# %%
theirs = cv2.pyrDown(chelsea, borderType=cv2.BORDER_REFLECT_101)
print("differing values:", np.count_nonzero(levels[1] != theirs))
assert np.array_equal(levels[1], theirs)

# %% [markdown]
# ### The Laplacian pyramid: keeping what is lost
#
# Going down loses detail. `pyramid_up` goes up again, but it can only guess:

# %%
guess = reference.pyramid_up(levels[1], chelsea.shape[:2])
lost = chelsea.astype(int) - guess
shown = {"picture": chelsea, "down and up": guess, "what was lost (gray means nothing)": lost}
show.pictures(shown, largest=300)

# %% [markdown]
# So keep what was lost, at every level. These differences are a **Laplacian pyramid**. Its last entry is the small picture that is left at the top.

# %%
pyramid = reference.laplacian_pyramid(chelsea, 5)
for level in pyramid:
    print(f"{str(level.shape):14} {level.dtype!s:6} from {level.min():4} to {level.max()}")
assert pyramid[0].dtype == np.int16 and pyramid[-1].dtype == np.uint8

# %% [markdown]
# And `collapse` puts them back together: guess, add what was lost, and so on, down to the finest level. Nothing is missing:

# %%
show.source(reference.collapse)

# %%
rebuilt = reference.collapse(pyramid)
print("differing values:", np.count_nonzero(rebuilt != chelsea))
assert np.array_equal(rebuilt, chelsea)

# %% [markdown]
# What is this good for? Most of what was lost is nearly nothing, and nearly nothing is cheap to store:

# %%
small_ones = np.mean(np.abs(pyramid[0]) <= 8)
print(f"{small_ones:.0%} of the finest differences are between -8 and 8")
assert small_ones > 0.75

# %% [markdown]
# In the figure, leave out the finer levels one by one. At which level do you stop recognising the man?

# %%
explore.pyramid()

# %% [markdown]
# ### A cat in a helmet
#
# The pyramid has a famous use: joining two pictures without a seam. If you simply cut along an ellipse, the seam shows. Blend each level of the pyramids separately, and it vanishes:
# broad tones fade into each other over a wide band, fine hair over a narrow one.

# %%
cat = np.zeros_like(astronaut)
cat[360:510, 266:492] = reference.resize(chelsea, (150, 226), "area")
ellipse = cv2.ellipse(np.zeros((512, 512)), (385, 440), (72, 62), 0, 0, 360, color=1, thickness=-1)
show.pictures({"cat": cat[300:, 180:], "mask": ellipse[300:, 180:]}, scale=1)


# %%
def blend(inside, outside, mask, levels):
    weights = reference.gaussian_pyramid(mask, levels)
    pyramids = (reference.laplacian_pyramid(picture, levels) for picture in (inside, outside))
    mixed = []
    for weight, first, second in zip(weights, *pyramids, strict=True):
        level = weight[..., None] * first + (1 - weight[..., None]) * second
        mixed.append(np.rint(level).astype(first.dtype))
    return reference.collapse(mixed)


# %%
joined = {
    "cut out": blend(cat, astronaut, ellipse, 1),
    "4 levels": blend(cat, astronaut, ellipse, 4),
}
assert np.array_equal(joined["cut out"], np.where(ellipse[..., None] > 0, cat, astronaut))
show.pictures({name: picture[300:, 180:] for name, picture in joined.items()})

# %% [markdown]
# ## 4 · The order of colours
#
# Most programs store red, green, blue. OpenCV reads files in the order **blue, green, red**, for reasons that go back to the last century. Here is our astronaut, read from a file by OpenCV
# and shown as is:

# %%
_, file = cv2.imencode(".png", cv2.cvtColor(astronaut, cv2.COLOR_RGB2BGR))
as_read = cv2.imdecode(file, cv2.IMREAD_COLOR)  # cv2.imread("astronaut.png") does the same
mended = reference.rgb_to_bgr(as_read)
show.pictures({"as OpenCV reads it": as_read, "red and blue swapped": mended}, largest=300)

# %% [markdown]
# **Trap:** blue suits, blue faces, brown skies. There is no error and no warning, and a gray wall looks right. When the people in a picture look blue with cold, think of BGR.
#
# `rgb_to_bgr` reverses the third axis. It is its own inverse.

# %%
show.source(reference.rgb_to_bgr)

# %%
assert np.array_equal(reference.rgb_to_bgr(as_read), astronaut)
twice = reference.rgb_to_bgr(reference.rgb_to_bgr(astronaut))
print("differing values after two swaps:", np.count_nonzero(twice != astronaut))
assert np.array_equal(twice, astronaut)

# %% [markdown]
# ### From three numbers to one
#
# How bright is a colour? A first idea is the mean of its three numbers. By that measure pure red, pure green and pure blue are all equally bright. Are they?

# %%
pure = np.zeros((1, 3, 3), dtype=np.uint8)
pure[0, range(3), range(3)] = 255
mean = np.rint(pure.mean(axis=-1)).astype(np.uint8)
weighted = reference.rgb_to_gray(pure)
show.pictures({"pure colours": pure, "their mean": mean, "rgb_to_gray": weighted}, scale=90)

# %% [markdown]
# The eye says no: green is far brighter than blue. So gray is a **weighted** sum. The weights were fixed by a television standard:
#
# $$Y = 0.299\,R + 0.587\,G + 0.114\,B$$
#
# `rgb_to_gray` computes it in whole numbers, so that the result is the same on every machine, and the same as OpenCV's:

# %%
show.source(reference.rgb_to_gray)

# %%
gray = reference.rgb_to_gray(astronaut)
theirs = cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY)
print("differing pixels:", np.count_nonzero(gray != theirs))
assert np.array_equal(gray, theirs)

# %% [markdown]
# **Trap: not all libraries use the same weights.** scikit-image takes those of a later standard: 0.2125, 0.7154 and 0.0721.

# %%
wheel = samples.colorwheel()
ours = reference.rgb_to_gray(wheel)
theirs = np.rint(skimage.color.rgb2gray(wheel) * 255).astype(np.uint8)
print("largest difference:", np.abs(ours.astype(int) - theirs).max(), "gray levels")
assert np.abs(ours.astype(int) - theirs).max() > 30
show.pictures({"colour wheel": wheel, "rgb_to_gray": ours, "scikit-image": theirs}, largest=240)

# %% [markdown]
# ### Ask your own eyes
#
# Change the gray of the dots until they stand out least: squint, or step back from the screen. Write the three numbers down.

# %%
explore.equal_brightness()

# %% [markdown]
# $Y$ predicts 76, 150 and 29. You probably found brighter grays. Why?
#
# A stored number is not the light that the screen emits: the light grows roughly as the stored number to the power 2.2 (more on this in chapter 02).
# The later weights apply to *light*. The gray that gives off the same light is then:

# %%
weights = np.array([0.2125, 0.7154, 0.0721])
same_light = np.rint(255 * weights ** (1 / 2.2)).astype(int)
print("same light as red, green, blue:", same_light)
print("rgb_to_gray:                   ", reference.rgb_to_gray(pure)[0])
assert (same_light > reference.rgb_to_gray(pure)[0]).all()

# %% [markdown]
# Most eyes and screens agree better with the first line. $Y$ is a quick approximation: it weights stored numbers as if they were light. It gets the order of the colours right,
# and that is enough for most of what follows. Where it is not enough, there is Lab, in the next section.

# %% [markdown]
# ## 5 · Colour spaces
#
# *Find the orange suit.* In red, green and blue that is awkward: the suit is bright in some places and dark in others, and all three numbers change with the light.
# Other triples of numbers describe the same colours, but keep the light separate.

# %%
explore.channels()

# %% [markdown]
# The three gray pictures show the three numbers of each pixel. In each of the spaces, replace one of them by its mean, and see what the picture loses.
# In which spaces does one channel hold nearly the whole picture?
#
# ### HSV: hue is an angle
#
# **Hue** says which colour of the rainbow it is, as an angle: red at 0°, green at 120°, blue at 240°, and back to red at 360°. **Saturation** says how far it is from gray,
# and **value** how far from black: value is simply the largest of the three numbers.

# %%
rainbow = np.ones((60, 361, 3))
rainbow[..., 0] = np.arange(361)  # degrees, along the columns
rainbow[..., 1] = np.linspace(0, 1, 60)[:, None]  # saturation, down the rows
show.pictures({"hue from 0° to 360°, saturation downwards": reference.hsv_to_rgb(rainbow)}, scale=2)

# %%
channels = np.moveaxis(reference.rgb_to_hsv(astronaut), -1, 0)
show.pictures(dict(zip(("hue", "saturation", "value"), channels, strict=True)), largest=240)

# %% [markdown]
# The folds of the suit are in its *value*. Its *hue* is nearly the same all over: dark in the picture, since orange is near 0°.
# The wall is gray, and its hue is a mess; more about that below.

# %%
show.source(reference.rgb_to_hsv)

# %% [markdown]
# **Trap: 360 does not fit into `uint8`.** So OpenCV, and this course with it, stores *half* the degrees, 0 to 179. If you look for green at 120, you will find blue:

# %%
print("pure green in float:", reference.rgb_to_hsv(pure / 255)[0, 1])
print("pure green in uint8:", reference.rgb_to_hsv(pure)[0, 1])
print("pure blue in uint8: ", reference.rgb_to_hsv(pure)[0, 2])
assert reference.rgb_to_hsv(pure)[0, :, 0].tolist() == [0, 60, 120]
assert np.array_equal(reference.rgb_to_hsv(astronaut), cv2.cvtColor(astronaut, cv2.COLOR_RGB2HSV))

# %% [markdown]
# **Trap: the mean of two hues.** One red is at 350°, another at 10°. Their mean is 180°, and that is cyan:

# %%
hues = np.array([350.0, 10.0, (350 + 10) / 2])
patches = np.stack([hues, np.ones(3), np.ones(3)], axis=-1)[None]
show.pictures({"350°, 10°, and their mean": reference.hsv_to_rgb(patches)}, scale=80)

# %% [markdown]
# Angles go round in a circle, so the mean of the numbers will not do. Think of each hue as an arrow of length 1, lay the arrows end to end, and ask which way they lead as a whole:
#
# $$\bar h = \operatorname{atan2}\left(\sum \sin h_i,\ \sum \cos h_i\right)$$
#
# Here is everything red or orange in the astronaut's picture, suit and flag:

# %%
hsv = reference.rgb_to_hsv(astronaut / 255)
warm = hsv[(hsv[..., 1] > 0.5) & (hsv[..., 2] > 0.3), 0]
warm = warm[(warm < 25) | (warm > 335)]
angles = np.deg2rad(warm)
circular = np.rad2deg(np.arctan2(np.sin(angles).sum(), np.cos(angles).sum()))
print(f"mean of the numbers: {warm.mean():.0f} degrees, mean of the arrows: {circular:.0f} degrees")
assert warm.mean() > 30 and 0 < circular < 25

# %% [markdown]
# **Trap: gray has no hue.** It is stored as 0, which is red; and pixels that are nearly gray, or nearly black, may have any hue at all. So ask for some saturation too.
#
# Now find some objects: the suit, the blue badge, the brown tank of the Shuttle.

# %%
explore.hue_picker()

# %% [markdown]
# The same for the suit, from a cell:

# %%
picker = explore.hue_picker()
picker.set(hue=14, width=12, saturation=150)
found = picker.pictures["found"] > 0
print(f"{found.mean():.1%} of the pixels are picked")
assert 0.15 < found.mean() < 0.35

# %% [markdown]
# That caught some of the flag and of the visor as well: hue alone does not know what a suit is. (Chapter 06 gets rid of such crumbs.)
#
# And what can be found can be dyed. We rotate the hue by 100 degrees, and go back to RGB with `hsv_to_rgb`:

# %%
dyed = hsv.copy()
dyed[found, 0] += 100  # hsv_to_rgb wraps around: 370 degrees are 10
dyed = reference.hsv_to_rgb(dyed)
show.pictures({"before": astronaut, "found": found, "dyed": dyed}, largest=240)

# %% [markdown]
# ### Lab: distances that the eye sees
#
# Here are two pairs of colours. In each pair one number differs by 60, so in RGB the two colours of either pair are equally far apart:

# %%
pairs = np.array([[[0, 250, 250], [60, 250, 250]], [[0, 50, 150], [0, 110, 150]]], dtype=np.uint8)
show.pictures({"first pair": pairs[:1], "second pair": pairs[1:]}, scale=100)

# %%
in_rgb = np.linalg.norm(pairs[:, 0] / 1.0 - pairs[:, 1], axis=-1)
lab = reference.rgb_to_lab(pairs / 255)
in_lab = np.linalg.norm(lab[:, 0] - lab[:, 1], axis=-1)
print("distance in RGB:", in_rgb, " distance in Lab:", in_lab.round(1))
assert in_rgb[0] == in_rgb[1] and in_lab[1] > 10 * in_lab[0]

# %% [markdown]
# You can hardly see the first difference, and you cannot miss the second. **Lab** was designed so that distance in it roughly matches the difference the eye sees; 2 or 3 is just noticeable.
#
# L is lightness, 0 to 100; a runs from green to red; b from blue to yellow. Lab starts from light, not from stored numbers.
# It confirms the experiment of section 4: the grays that give off the same light have the same lightness.

# %%
lightness = reference.rgb_to_lab(pure / 255)[0, :, 0]
grays = np.repeat(same_light[:, None] / 255, 3, axis=1)[None]
of_grays = reference.rgb_to_lab(grays)[0, :, 0]
print("lightness of red, green, blue:", lightness.round(1))
print("lightness of those grays:     ", of_grays.round(1))
assert np.abs(lightness - of_grays).max() < 1

# %% [markdown]
# Lab does not come free: it takes powers of 2.4 and cube roots at each pixel. `lab_to_rgb` goes back. In float that is exact except for the last digits; in `uint8` each channel is rounded:

# %%
back = reference.lab_to_rgb(reference.rgb_to_lab(astronaut / 255))
back_uint8 = reference.lab_to_rgb(reference.rgb_to_lab(astronaut))
largest = np.abs(back_uint8.astype(int) - astronaut).max()
print("there and back in uint8: largest difference", largest, "gray levels")
assert np.abs(back - astronaut / 255).max() < 1e-5 and 1 < largest <= 10

# %% [markdown]
# **Trap:** every trip through `uint8` loses a little. So convert once, do your work, and come back once.
#
# ### YCrCb: colour may be coarse
#
# **Y** is the gray of section 4; **Cr** and **Cb** say how much redder and bluer than that gray a colour is. `rgb_to_ycrcb` and `ycrcb_to_rgb` are only weighted sums, and quick.
#
# Television, JPEG and most video formats use it, for a reason that you can see here. Shrink the two colour channels, then the lightness, and compare:

# %%
explore.chroma()

# %%
ycrcb = reference.rgb_to_ycrcb(astronaut)
coarse = reference.resize(reference.resize(ycrcb, (128, 128), "area"), (512, 512))
few_colors, few_lights = ycrcb.copy(), ycrcb.copy()
few_colors[..., 1:] = coarse[..., 1:]
few_lights[..., 0] = coarse[..., 0]
few_colors, few_lights = (reference.ycrcb_to_rgb(planes) for planes in (few_colors, few_lights))
parts = {"original": astronaut, "coarse colour": few_colors, "coarse lightness": few_lights}
show.pictures({name: picture[40:260, 120:330] for name, picture in parts.items()}, scale=1)

# %%
kept = 1 / 3 + 2 / 3 / 16
of_colors = np.abs(few_colors.astype(int) - astronaut).mean()
of_lights = np.abs(few_lights.astype(int) - astronaut).mean()
print(f"coarse colour keeps {kept:.1%} of the numbers; mean difference {of_colors:.2f} gray levels")
print(f"coarse lightness: mean difference {of_lights:.2f} gray levels")
assert kept < 0.4 and of_colors < of_lights

# %% [markdown]
# Five of every eight numbers are gone, and you have to look hard for the difference. **Trap:** the order is Y, *Cr*, Cb in OpenCV and here; JPEG and most video formats write Y, *Cb*, Cr.

# %% [markdown]
# ## 6 · On the GPU: a whole batch
#
# Each function has a twin of the same name in `gpu`. The twin takes **batches**: many pictures in one array, a PyTorch *tensor*. It works on whatever device the
# tensor is on; here that is:

# %% tags=["nbval-ignore-output"]
print("device:", device())

# %% [markdown]
# PyTorch wants the channels *before* rows and columns: (batch, channels, rows, columns). **Trap:** there are two ways to get that shape, and one of them makes mincemeat of the picture:

# %%
reshaped = astronaut.reshape(3, 512, 512)
moved = np.moveaxis(astronaut, -1, 0)
print("reshape", reshaped.shape, " moveaxis", moved.shape)
assert reshaped.shape == moved.shape
show.pictures(
    {"reshape: first channel": reshaped[0], "moveaxis: first channel": moved[0]}, largest=240
)

# %% [markdown]
# `reshape` fills the new shape with the numbers in their old order, in which the three colours of a pixel come one after the other.
# `moveaxis` (in PyTorch `movedim`) moves the axis, and everything that belongs to it.

# %%
pictures = np.stack([astronaut] * 8)
batch = torch.from_numpy(pictures).movedim(-1, -3).contiguous().to(device())
print("arrays", pictures.shape, " tensor", tuple(batch.shape), batch.dtype)
assert tuple(batch.shape) == (8, 3, 512, 512)

# %% [markdown]
# `movedim` gives a view, as a slice does. `contiguous` copies the numbers into the new order, which is quicker to work on.
#
# The names are the same, and so are the numbers:

# %%
names = ("rgb_to_bgr", "rgb_to_hsv", "rgb_to_lab", "rgb_to_ycrcb", "pyramid_down")
for name in names:
    twin = getattr(gpu, name)(batch)[0].movedim(0, -1).cpu().numpy()
    differing = np.count_nonzero(twin != getattr(reference, name)(astronaut))
    print(f"{name:13} differing values: {differing}")
    assert differing == 0

# %% [markdown]
# And here are the times, for the pyramids of eight pictures. (scikit-image blurs with a different kernel, of much the same width.)


# %%
def opencv_pyramid(picture):
    return cv2.pyrDown(cv2.pyrDown(cv2.pyrDown(picture)))


# %% tags=["nbval-ignore-output"]
sk_pyramid = skimage.transform.pyramid_gaussian
times = measure_all(
    {
        "reference": lambda: [reference.gaussian_pyramid(p, 4) for p in pictures],
        "scikit-image": lambda: [list(sk_pyramid(p, 3, channel_axis=-1)) for p in pictures],
        f"gpu, on {device()}": lambda: gpu.gaussian_pyramid(batch, 4),
        "OpenCV": lambda: [opencv_pyramid(p) for p in pictures],
    },
    repeats=5,
    warmup=1,
)
for name, timing in times.items():
    print(f"{name:16} {timing.median * 1000:8.2f} ms for 8 pictures")

# %% [markdown]
# On a CPU, OpenCV is hard to beat. The batch is made for a GPU: run the cell on a machine that has one, and compare again.
# Expect a gain only where the pictures are on the GPU already, and stay there for the next steps.

# %% [markdown]
# ## 7 · Your own photo
#
# Put a photo in the same folder as this notebook and load it by name, `samples.load("my.jpg")`. Or press **Own photo** in the figure: the photo stays on your machine.

# %%
photo = samples.coffee()  # samples.load("my.jpg")
explore.hue_picker(photo)

# %% [markdown]
# `samples.load` turns the photo upright, gives RGB, and shrinks anything larger than 1600 pixels: by area, and you now know why.
#
# The other figures of this chapter accept a photo too: `explore.lens(photo)`, `explore.channels(photo)`, `explore.chroma(photo)` ...

# %% [markdown]
# ## 8 · Three questions
#
# Click on an answer to open it.

# %% jupyter={"source_hidden": true}
Question(
    "image has shape (400, 600, 3). Which pixel is in the top right corner?",
    {
        "image[600, 0]": "There is no row 600, and rows come first.",
        "image[0, 599]": "Row 0 is the top; the last of 600 columns is number 599.",
        "image[0, 600]": "600 columns are numbered 0 to 599.",
    },
    right="image[0, 599]",
)

# %% jupyter={"source_hidden": true}
Question(
    "You shrink a photo of a brick wall to a fifth, and broad bands appear on the wall. What helps?",
    {
        "bicubic instead of bilinear": "Both look at only a few pixels and leave out most of the wall.",
        "a mean of all that each new pixel covers": "Area, or a blur first: what is too fine turns gray.",
        "more bits for each pixel": "The gray levels are fine. There are too few samples for the bricks.",
    },
    right="a mean of all that each new pixel covers",
)

# %% jupyter={"source_hidden": true}
Question(
    "In a uint8 HSV picture, as OpenCV makes it, you look for green. Which hue?",
    {
        "60": "Green is at 120 degrees, and uint8 stores half the degrees.",
        "120": "That is 240 degrees: blue.",
        "0": "That is red, and also every gray.",
    },
    right="60",
)

# %% [markdown]
# ## Take-aways
#
# - An image is an array: rows, columns, channels. `uint8` runs from 0 to 255, and wraps around beyond that.
# - Rows first in NumPy; width first in OpenCV's sizes and points. Test with pictures that are not square.
# - A slice is a view. A copy is a picture of its own.
# - Before you take fewer samples, blur or average. Otherwise you see what is not there.
# - A Laplacian pyramid keeps what each halving loses, and gives the picture back exactly.
# - OpenCV reads blue, green, red. Libraries differ in their weights for gray.
# - Hue is an angle, and gray has none. Distances in Lab match what the eye sees. YCrCb lets the colours be coarse.
#
# ## References
#
# - R. C. Gonzalez, R. E. Woods, *Digital Image Processing*, 4th edition, Pearson 2018, ch. 2 (sampling) and ch. 7 (colour; ch. 6 up to the 3rd edition).
# - R. Szeliski, *Computer Vision: Algorithms and Applications*, 2nd edition, Springer 2022, §2.3 and §3.5.
# - P. J. Burt, E. H. Adelson, "The Laplacian pyramid as a compact image code", *IEEE Transactions on Communications* 31(4), 1983, 532–540.
# - P. J. Burt, E. H. Adelson, "A multiresolution spline with application to image mosaics", *ACM Transactions on Graphics* 2(4), 1983, 217–236.
# - R. G. Keys, "Cubic convolution interpolation for digital image processing", *IEEE Transactions on Acoustics, Speech, and Signal Processing* 29(6), 1981, 1153–1160.
# - A. R. Smith, "Color gamut transform pairs", *SIGGRAPH*, 1978, 12–19 (HSV).
# - CIE 15:2004, *Colorimetry*, 3rd edition (L\*a\*b\*); ITU-R BT.601-7, 2011 (luma, YCbCr).
#
# ## Exercises
#
# Now it is your turn: [exercises/01_images.ipynb](../exercises/01_images.ipynb). Each answer is checked at once.
