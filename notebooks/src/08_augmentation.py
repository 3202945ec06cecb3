# %% [markdown]
# # 08 · Augmentation
#
# **One picture, many pictures.** A rotated cat is still a cat. A network has to be told.
#
# After this chapter you will be able to
#
# - make many pictures from one: rotated, shifted, zoomed, sheared, flipped, in different light;
# - put everything that moves a picture into *one* matrix, and say why it must be sampled *once*;
# - draw random numbers so that the same seed gives the same pictures, whatever else the program does;
# - move masks, boxes and keypoints along, and find the pictures on which nothing is left;
# - see what a well-known library does differently, before it costs you a week;
# - measure whether augmentation helps, and name a case in which it hurts.
#
# **Now run the notebook:** in the menu, *Run ▸ Run All Cells*. It takes a minute or two, since networks are trained, and brings the figures to life.
# A line that begins with `assert` proves what the text says; skip it if you are only reading.

# %%
import numpy as np
import torch

from coursekit.augmentation import explore, gpu, reference, training
from coursekit.augmentation.explore import drawing
from coursekit.augmentation.shared import stream
from coursekit.augmentation.training import cleaning, experiment
from coursekit.lab import Question, device, measure_all, plots, samples, show

# %% [markdown]
# ## 1 · The question
#
# You have one photo of a cat. You need a hundred. No, you cannot take more.
#
# In the figure below, each of the nine pictures is made from the one on the left. The first sliders are *ranges*: `rotation_range` 20 means "turn by some angle between −20 and 20 degrees".
# The angle is drawn at random, separately for each picture. Press **Reseed** to draw again.
#
# *(Drag a slider, or focus it and press the arrow keys, or type a number. **Reset** puts everything back. If you see "Still pictures", run the cell.)*

# %%
explore.contact_sheet()

# %% [markdown]
# Before you read on, find out:
#
# 1. At which `rotation_range` do the variants begin to look *wrong* for a photo of a cat?
# 2. What do you see at the edges of a picture that was shifted? Try the four fill modes.
# 3. Set all ranges to 0 and switch both flips off. How many different pictures are left?
#
# Who needs a hundred? A program that **learns**. It is shown pictures, each with a **label**: the answer it is supposed to give, here *cat*. (In chapter 06, a label was the number of a piece.)
#
# In this chapter the program is a small **network**. Section 8 says what that is; until then, think of it as something that looks at the numbers of a picture and guesses its label.
#
# To us, none of this changes what is in the picture. To a program, nearly every number has changed:

# %%
cat = explore.cat()
shifted = reference.warp(cat, reference.shift_matrix(0, 3))
changed = np.mean(shifted != cat)
print(f"shifted by three pixels: {changed:.0%} of the numbers are different")
assert changed > 0.8

# %% [markdown]
# So we ask three questions. **How** exactly is a picture moved? **What** has to move with it? And, at the end, with trained networks before us: **does it matter?**

# %% [markdown]
# ## 2 · One matrix
#
# A pixel has a place: row $r$ and column $c$. Rows are counted *downwards*. Moving a picture means sending each place to a new one.
#
# Rotating, shifting, shearing, zooming and flipping have something in common. The new row and the new column are each a sum of three terms: some multiple of $r$, some multiple of $c$, and a constant.
# So six numbers say everything. Watch them:

# %%
explore.one_matrix()

# %% [markdown]
# 1. Which of the six numbers change when you *shift*? Which when you *rotate*?
# 2. Rotate by 90 degrees. Where has the orange cell gone: is that clockwise?
# 3. Set the zoom to 2. Is the cat larger or smaller?
#
# The six numbers are the first two rows of a matrix. With a 1 under $r$ and $c$, even the shift is a product:
#
# $$\begin{pmatrix} r' \\ c' \\ 1 \end{pmatrix} = \begin{pmatrix} m_{11} & m_{12} & m_{13} \\ m_{21} & m_{22} & m_{23} \\ 0 & 0 & 1 \end{pmatrix} \begin{pmatrix} r \\ c \\ 1 \end{pmatrix}$$

# %%
print("rotated by 90 degrees:", reference.rotation_matrix(90).round() @ (0, 1, 1))
print("shifted by (2, 5):    ", reference.shift_matrix(2, 5) @ (0, 1, 1))
print("sheared by 45 degrees:", reference.shear_matrix(45).round(3) @ (1, 0, 1))
print("zoomed by 2:          ", reference.zoom_matrix(2, 2) @ (4, 6, 1))
print("flipped left-right:   ", reference.flip_matrix(False, True) @ (4, 6, 1))
assert np.allclose(reference.rotation_matrix(90) @ (0, 1, 1), (-1, 0, 1))
assert np.allclose(reference.zoom_matrix(2, 2) @ (4, 6, 1), (2, 3, 1))

# %% [markdown]
# The first line contains a convention. The point $(0, 1)$ lies to the right of the origin; rotated by +90 degrees it is *above* it, in row −1. That is **counter-clockwise**, as you look at the picture.
#
# The fourth line contains another one, which comes from Keras, a well-known library for training networks: a zoom of 2 shows twice as much, so everything gets *smaller*.
#
# The third line follows Keras, too. Making a picture lean is called a **shear**: each row slides sideways, and the lower it is, the farther it slides. Keras also moves the rows apart, so the point that was in row 1 does not stay there.

# %%
show.source(reference.rotation_matrix, reference.zoom_matrix)

# %% [markdown]
# ### About which point?
#
# `rotation_matrix` rotates about the point (0, 0), the first pixel. What you want is a rotation about the centre:

# %%
about_corner = reference.rotation_matrix(20)
about_centre = reference.affine_matrix(cat.shape, rotation=20)
show.pictures(
    {
        "about (0, 0)": reference.warp(cat, about_corner, "constant"),
        "about the centre": reference.warp(cat, about_centre, "constant"),
    }
)

# %% [markdown]
# The recipe: shift the centre to (0, 0), rotate, shift it back. In matrices, read from the right: $C\,R\,C^{-1}$.
#
# Where *is* the centre of a picture with four columns, 0 to 3? Not at 2, but at 1.5, between two pixels: $(W-1)/2$.

# %%
height, width = cat.shape[:2]
centre = reference.shift_matrix((height - 1) / 2, (width - 1) / 2)
by_hand = centre @ about_corner @ np.linalg.inv(centre)
print(by_hand.round(3))
assert np.allclose(by_hand, about_centre)

# %% [markdown]
# So a rotation about the centre needs all six numbers: its last column is not 0.
#
# Is half a pixel worth worrying about? Half a turn of a picture of 4 × 6 pixels shows that it is. It should exchange the first pixel and the last:

# %%
half_turn = reference.affine_matrix((4, 6), rotation=180)
not_the_centre = reference.shift_matrix(4 / 2, 6 / 2)
half_turn_off = not_the_centre @ reference.rotation_matrix(180) @ np.linalg.inv(not_the_centre)
print("about ((H-1)/2, (W-1)/2), (0, 0) goes to", (half_turn @ (0, 0, 1))[:2].round(9))
print("about (H/2, W/2), (0, 0) goes to        ", (half_turn_off @ (0, 0, 1))[:2].round(9))
assert np.allclose(half_turn @ (0, 0, 1), (3, 5, 1))
assert np.allclose(half_turn_off @ (0, 0, 1), (4, 6, 1))

# %% [markdown]
# **Trap:** with the centre at $(H/2, W/2)$ the first pixel lands where there is no pixel: one too far, in each direction. In a photo hardly anybody notices.
#
# ### Composed
#
# A product of matrices is a matrix. So a rotation, *then* a shift, *then* a zoom is again six numbers:

# %%
show.source(reference.affine_matrix)

# %%
all_in_one = reference.affine_matrix(
    cat.shape, rotation=20, height_shift=10, width_shift=-30, shear=10, zoom_rows=1.2
)
print(all_in_one.round(3))
corners = np.array([(0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1)])
print("the four corners go to", reference.move_points(corners, all_in_one).round(1).tolist())

# %% [markdown]
# The order matters. "Rotated, then shifted" is not the same as "shifted, then rotated":

# %%
turn, move = reference.rotation_matrix(90), reference.shift_matrix(0, 10)
print("rotated, then shifted:", ((move @ turn) @ (0, 0, 1))[:2].round(9))
print("shifted, then rotated:", ((turn @ move) @ (0, 0, 1))[:2].round(9))
assert not np.allclose(move @ turn, turn @ move)

# %% [markdown]
# ## 3 · Sampling once
#
# The matrix sends old places to new ones. So should we go through the old pixels and put each one where it belongs? Here is the result, for a rotation and a slight zoom:


# %%
def sent_forward(image, matrix):
    result = np.zeros_like(image)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            new_row, new_column = np.rint(matrix[:2] @ (row, column, 1)).astype(int)
            if 0 <= new_row < image.shape[0] and 0 <= new_column < image.shape[1]:
                result[new_row, new_column] = image[row, column]
    return result


# %%
small_cat = plots.shrunk(cat, 120)
matrix = reference.affine_matrix(small_cat.shape, rotation=20, zoom_rows=0.7, zoom_columns=0.7)
holes = sent_forward(small_cat, matrix)
right = reference.warp(small_cat, matrix, "constant")
show.pictures({"sent forward": holes, "asked backward": right}, scale=3)

# %% [markdown]
# There are black holes: new pixels that no old one was sent to.
#
# The cure is to turn the question round. Each *new* pixel asks: **where in the old picture do I come from?** The inverse matrix answers, and each new pixel gets its answer.


# %%
def asked_backward(image, matrix):
    result, inverse = np.zeros_like(image), np.linalg.inv(matrix)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            r, c, _ = inverse @ (row, column, 1)
            r, c = int(np.floor(r + 0.5)), int(np.floor(c + 0.5))  # the nearest pixel
            if 0 <= r < image.shape[0] and 0 <= c < image.shape[1]:
                result[row, column] = image[r, c]
    return result


# %%
in_a_loop = asked_backward(small_cat, matrix)
at_once = reference.warp(small_cat, matrix, "constant", interpolation="nearest")
different = np.mean((in_a_loop != at_once).any(axis=2))
print(f"black pixels: {np.mean(holes.max(axis=2) == 0):.0%} sent forward,", end=" ")
print(f"{np.mean(in_a_loop.max(axis=2) == 0):.0%} asked backward")
print(f"the loop and `warp` differ in {different:.1%} of the pixels")
assert np.mean(holes.max(axis=2) == 0) > 0.3 and different < 0.02

# %% tags=["nbval-ignore-output"]
times = measure_all(
    {
        "double loop": lambda: asked_backward(small_cat, matrix),
        "NumPy": lambda: reference.warp(small_cat, matrix, "constant", interpolation="nearest"),
    },
    repeats=3,
    warmup=1,
)
slower = times["double loop"].median / times["NumPy"].median
print(f"The loop takes {slower:.0f} times as long as NumPy.")

# %% [markdown]
# Why do the two differ at all? For two small reasons. `warp` rounds the places in a `uint8` picture to 1/256 of a pixel, so that every machine gets the same result; that is `exact=False` below. And for `warp`, everything beyond the *centre* of the last pixel is outside; for the loop, only what has no nearest pixel.
#
# Here is `warp`, without a loop. `source_positions` asks the question for all pixels at once:

# %%
show.source(reference.source_positions, reference.warp)

# %% [markdown]
# The answer is seldom a whole pixel. There are two ways to read a picture *between* its pixels: take the **nearest** pixel, or mix the four around the place, with larger weights for the nearer ones. That mixture is called **bilinear**.
#
# Half-way between two pixels, `nearest` takes the second one: `np.floor(position + 0.5)`. (`np.rint` would take the *even* one, so sometimes the first, sometimes the second.)

# %%
tiny = np.array([[0, 100], [200, 40]], dtype=np.uint8)
half_right = reference.shift_matrix(0, -0.5)  # the new pixel (0, 0) comes from (0, 0.5)
print("bilinear", reference.warp(tiny, half_right)[0, 0])
print("nearest ", reference.warp(tiny, half_right, interpolation="nearest")[0, 0])
assert reference.warp(tiny, half_right)[0, 0] == (0 + 100) / 2

# %% [markdown]
# ### Beyond the edge
#
# If the answer lies outside the old picture, the **fill mode** decides. In the figure, the third picture shows the old frame in orange. Try all four modes, and shift by a whole width.
#
# (One of them is also called `nearest`: it repeats the pixel at the edge. That is a rule for places outside; the one above is for places between pixels.)

# %%
explore.outside()

# %% [markdown]
# `fold` brings a position back inside. For a row of five pixels, *a b c d e*, here is what is read at the positions −3 to 7:

# %%
row = np.array(list("abcde"))
positions = np.arange(-3, 8)
for fill_mode in ("nearest", "reflect", "wrap"):
    inside = reference.fold(positions, 5, fill_mode).astype(int)
    left, middle, right_side = ("".join(part) for part in np.split(row[inside], [3, 8]))
    print(f"{fill_mode:8} {left} | {middle} | {right_side}")
    assert middle == "abcde"

# %% [markdown]
# `constant` puts `cval` there, black by default. Which mode should you take? `nearest` draws streaks, `reflect` and `wrap` show things twice, `constant` shows an edge that was not there. A network sees all of these.
#
# **Trap:** look at `wrap`. Here *a* and *e* lie on top of each other, as in SciPy and hence in Keras; NumPy's `wrap` would put an *e* before the *a*.

# %%
in_numpy = "".join(np.pad(row, 3, mode="wrap"))
in_keras = "".join(row[reference.fold(positions, 5, "wrap").astype(int)])
print("NumPy's wrap:", in_numpy[:3], "|", in_numpy[3:8], "|", in_numpy[8:])
assert in_numpy != in_keras

# %% [markdown]
# ### Once, or five times?
#
# We could rotate the picture, then shift the result, then zoom *that*. Each step samples. The figure rotates a fine texture by 30 degrees, in one step and in several. Watch the contrast.

# %%
explore.many_samplings()

# %% [markdown]
# Every bilinear sampling mixes neighbours, and a mixture is smoother than its ingredients. Five mixtures in a row are smoother still.
#
# Here are five *different* steps: done one after another, and done at once with the product of their matrices.

# %%
grass = plots.middle(samples.grass(), 160)
shape = grass.shape
one_by_one = [
    reference.affine_matrix(shape, rotation=25),
    reference.affine_matrix(shape, height_shift=3.4, width_shift=-5.3),
    reference.affine_matrix(shape, shear=12),
    reference.affine_matrix(shape, zoom_rows=0.9, zoom_columns=1.1),
    reference.affine_matrix(shape, rotation=-12),
]
composed, often = np.eye(3), grass
for step in one_by_one:
    composed = step @ composed
    often = reference.warp(often, step, "reflect")
once = reference.warp(grass, composed, "reflect")

# %%
once, often = plots.middle(once, 96), plots.middle(often, 96)  # far from the edges
print(f"contrast left: {often.std() / once.std():.0%} of what one sampling leaves")
assert often.std() < 0.85 * once.std()
show.pictures(
    {"one matrix, sampled once": once, "five matrices, sampled five times": often}, scale=3
)

# %% [markdown]
# The grass has become blurred, and a network trained on it learns that grass is blurred. **Multiply the matrices; do not resample the pictures.**

# %% [markdown]
# ## 4 · Light
#
# Moving a picture leaves its light alone. Two more steps, *photometric* ones, change the levels and move nothing: **brightness** multiplies, a **channel shift** adds.

# %%
explore.light()

# %% [markdown]
# `adjust_brightness` is the straight line of chapter 02 with nothing added; `shift_channels` is one with nothing multiplied, and may give each channel its own number:

# %%
show.pictures(
    {
        "× 1.6": reference.adjust_brightness(cat, 1.6),
        "× 0.5": reference.adjust_brightness(cat, 0.5),
        "+ 40": reference.shift_channels(cat, 40),
        "red + 40, blue − 40": reference.shift_channels(cat, (40, 0, -40)),
    },
    columns=2,
)

# %% [markdown]
# Anything that would exceed 255 becomes 255: it *saturates*. Can that be undone? Try twice as bright, then half as bright, and the other way round:


# %%
def lost_by(first, second):
    there_and_back = reference.adjust_brightness(reference.adjust_brightness(cat, first), second)
    return np.mean((np.abs(there_and_back.astype(int) - cat) > 1).any(axis=2))  # 1 is rounding


print(f"× 2, then × 0.5: {lost_by(2, 0.5):.0%} of the pixels have lost their value for good")
print(f"× 0.5, then × 2: {lost_by(0.5, 2):.0%}")
assert lost_by(2, 0.5) > 0.2 and lost_by(0.5, 2) == 0

# %% [markdown]
# **Trap:** saturation cannot be undone, so the order matters here, too.

# %% [markdown]
# ## 5 · Drawing
#
# So far you chose the numbers. Now they are drawn at random. For each range there is a function, which takes a **seed**:

# %%
variants = {
    "random_rotation": reference.random_rotation(cat, 40, seed=1),
    "random_shift": reference.random_shift(cat, 0.2, 0.2, seed=1),
    "random_zoom": reference.random_zoom(cat, 0.4, seed=2),
    "random_shear": reference.random_shear(cat, 40, seed=4),
    "random_flip": reference.random_flip(cat, horizontal=True, vertical=False, seed=3),
    "random_brightness": reference.random_brightness(cat, (0.4, 1.6), seed=5),
    "random_channel_shift": reference.random_channel_shift(cat, (60, 60, 60), seed=2),
}
again = reference.random_rotation(cat, 40, seed=1)
assert np.array_equal(variants["random_rotation"], again)
show.pictures(variants, columns=4, largest=190)

# %% [markdown]
# The `assert` says: the same seed gives the same picture. An `Augmenter` combines all of these functions. It works in two steps, and you can look in between: `draw` produces the numbers, `apply` uses them.

# %%
augmenter = reference.Augmenter(
    rotation_range=30, height_shift_range=0.1, zoom_range=0.2, horizontal_flip=True, seed=3
)
drawn = augmenter.draw(4)
print("rotation       ", drawn.rotation.round(1))
print("height_shift   ", drawn.height_shift.round(3), "of the height")
print("horizontal_flip", drawn.horizontal_flip)
pictures = augmenter.apply(np.stack([cat] * 4), drawn)
show.pictures({f"sample {n}": picture for n, picture in enumerate(pictures)}, largest=190)

# %% [markdown]
# ### What a range means
#
# The names and their meanings are those of Keras. Rotation and shear are in degrees, to either side. A zoom range is centred on 1, and rows and columns each get a zoom of their own. A brightness range is a pair of factors:

# %%
drawn = reference.Augmenter(
    rotation_range=20, shear_range=10, zoom_range=0.2, brightness_range=(0.7, 1.3), seed=0
).draw(1000)
for name in ("rotation", "shear", "zoom_rows", "zoom_columns", "brightness"):
    print(f"{name:12} {getattr(drawn, name).min():6.2f} to {getattr(drawn, name).max():5.2f}")
assert not np.array_equal(drawn.zoom_rows, drawn.zoom_columns)

# %% [markdown]
# Shifts hold a trap. A number below 1 is a *fraction* of the side, a float of 1 or more is in *pixels*, an int `n` means *whole* pixels below `n`, and a list gives the values to choose from.


# %%
def shifts(given):
    return reference.Augmenter(height_shift_range=given, seed=0).draw(1000).height_shift


for given in (0.2, 3.0, 3, [-5, 5], 1, 1.0):
    drawn = shifts(given)
    print(f"{given!s:8} {len(np.unique(drawn)):4} values, {drawn.min():6.2f} to {drawn.max():5.2f}")
assert set(shifts(1)) == {0} and len(set(shifts(1.0))) > 900

# %% [markdown]
# **Trap:** look at the last two lines. `1` never moves anything. `1.0` moves by up to a pixel. Neither is a hundred per cent of the height.
#
# ### Whose number is it?
#
# Suppose a second generator draws numbers for the masks that belong to the pictures. The seeds are equal, so the two stay in step. Then you switch on brightness, for the pictures only:

# %%
for_pictures, for_masks = np.random.default_rng(7), np.random.default_rng(7)
for number in range(3):
    angle = for_pictures.uniform(-30, 30)
    brightness = for_pictures.uniform(0.5, 1.5)
    angle_of_mask = for_masks.uniform(-30, 30)
    print(f"sample {number}: picture rotated by {angle:6.1f}, its mask by {angle_of_mask:6.1f}")
assert angle != angle_of_mask

# %% [markdown]
# From the second sample on, no mask fits its picture. There is no error and no warning; the network just learns badly.
#
# An ordinary generator hands out its numbers one after another, to whoever comes first. Here, instead, every number has an owner: it is computed from **(seed, epoch, sample)** and from nothing else.
# A *sample* is one picture of the data set, identified by its number. An *epoch* is one pass through all of them; learning takes many.

# %%
plain = reference.Augmenter(rotation_range=30, seed=7)
brighter = reference.Augmenter(rotation_range=30, brightness_range=(0.5, 1.5), seed=7)
assert np.array_equal(plain.draw(3).rotation, brighter.draw(3).rotation)

everybody, only_two = plain.draw(10), plain.draw([7, 3])
print("sample 7, drawn among ten:", everybody.rotation[7].round(3))
print("sample 7, drawn with one other:", only_two.rotation[0].round(3))
print("sample 7, in the next epoch:", plain.draw([7], epoch=1).rotation[0].round(3))
assert only_two.rotation[0] == everybody.rotation[7]

# %% [markdown]
# So it does not matter how many *workers* (programs that load pictures in parallel) there are, in which order they run, or how large a batch is.
#
# ### Batches
#
# `flow` goes through a data set in batches, in a different order in each epoch, and augments on the way. (If that takes long, a progress bar appears, unless `progress=False`.)

# %%
digits, names = experiment.digits(10, seed=3)
digits, names = digits[:, 0].numpy(), names.numpy()
turner = reference.Augmenter(rotation_range=20, fill_mode="constant", seed=1)
for pictures, labels in turner.flow(digits, names, batch_size=4, progress=False):
    print("pictures", pictures.shape, pictures.dtype, "labels", labels)

# %% [markdown]
# **Resume.** Suppose the power failed after two batches. `start=2` continues with the third, exactly as if nothing had happened:

# %%
whole = list(turner.flow(digits, names, batch_size=4, epochs=2, progress=False))
rest = list(turner.flow(digits, names, batch_size=4, epochs=2, start=2, progress=False))
assert len(whole) == 6 and len(rest) == 4
for (pictures, labels), (same_pictures, same_labels) in zip(whole[2:], rest, strict=True):
    assert np.array_equal(pictures, same_pictures) and np.array_equal(labels, same_labels)

# %% [markdown]
# ## 6 · Labels move too
#
# A label *cat* stays *cat*. But many labels have a place: a **mask** (which pixels?), a **box** (from where to where?), **keypoints** (where are the eyes?). Rotate the picture below. Then switch on *leave the labels where they were*.

# %%
explore.labels_move()

# %% [markdown]
# They move by the same matrix. But each has its own catch.
#
# **Masks** hold names, not levels. Between label 1 (cat) and label 3 (dog) there is no label 2. Bilinear sampling invents one:

# %%
mask = np.zeros((40, 40), np.uint8)
mask[10:30, 10:20], mask[10:30, 20:30] = 1, 3
turned = reference.affine_matrix(mask.shape, rotation=30)
mixed = reference.warp(mask, turned, "constant")
looked_up = reference.warp_mask(mask, turned)
print("bilinear: labels", np.unique(mixed), " nearest: labels", np.unique(looked_up))
assert 2 in mixed and 2 not in looked_up
show.pictures({"before": mask * 80, "bilinear": mixed * 80, "warp_mask": looked_up * 80}, scale=4)

# %% [markdown]
# **Boxes** stay upright. `move_boxes` moves the four corners and puts an upright box around them. So a box grows when it is rotated, although the thing in it does not:

# %%
disc_box = np.array([[60.0, 60, 100, 100]])  # top, left, bottom, right
for degrees in (0, 15, 45):
    by = reference.affine_matrix((160, 160), rotation=degrees)
    boxes, kept = reference.move_boxes(disc_box, by, (160, 160))
    top, left, bottom, right_edge = boxes[0]
    print(f"rotated by {degrees:2} degrees: {bottom - top:.1f} x {right_edge - left:.1f} pixels")
assert np.isclose(bottom - top, 40 * 2**0.5)

# %% [markdown]
# A disc that fills the box looks the same however it is rotated. Give it a mask, move the mask, and put a box around *that*:

# %%
rows, columns = np.indices((160, 160))
disc = ((rows - 80) ** 2 + (columns - 80) ** 2 <= 20**2).astype(np.uint8)
by = reference.affine_matrix((160, 160), rotation=45)
extent = np.ptp(np.argwhere(reference.warp_mask(disc, by)), axis=0)
print(f"box of the moved mask: {extent[0]} x {extent[1]} pixels")
assert (np.abs(extent - 40) <= 1).all()

# %% [markdown]
# So if there is a mask, move the mask and take its box.
#
# A box that sticks out of the picture is clipped, and dropped if less than a given share of it is still visible:

# %%
for right_by in (0, 70, 95, 130):
    by = reference.shift_matrix(0, right_by)
    boxes, kept = reference.move_boxes(disc_box, by, (160, 160), least_visible=0.25)
    share = (boxes[0, 3] - boxes[0, 1]) / 40
    print(
        f"{right_by:3} pixels to the right: {share:.1%} visible, {'kept' if kept[0] else 'dropped'}"
    )
assert not kept[0]

# %% [markdown]
# **Keypoints** are moved by the matrix; `move_keypoints` says which ones are still in the picture. Flips have a catch: the eye on the left is now on the right. If *left eye* means the one on the left of the picture, the two names have to be exchanged.

# %%
eyes = np.array([(50.0, 40), (50, 80)])  # the one on the left, the one on the right
mirrored = reference.affine_matrix((160, 160), horizontal_flip=True)
points, visible = reference.move_keypoints(eyes, mirrored, (160, 160))
print("flipped:", points.tolist(), "in the picture:", visible)
assert points[0, 1] > points[1, 1]
points = points[[1, 0]]
print("renamed:", points.tolist())
assert points[0, 1] < points[1, 1]

# %% [markdown]
# ### The cleaning step
#
# With generous ranges, some pictures end up with nothing on them. But they keep their label: a black picture called *seven*. `is_blank` finds them.

# %%
digits, names = experiment.digits(60, seed=4)
digits, names = digits[:, 0].numpy(), names.numpy()
wild = reference.Augmenter(
    height_shift_range=0.8, width_shift_range=0.8, fill_mode="constant", seed=2
)
pictures = wild.apply(digits, wild.draw(60))
lost = cleaning.nothing_to_see([reference.is_blank(picture) for picture in pictures])
print("\n".join(cleaning.report(lost, len(pictures)).splitlines()[:4]), "\n  …")
assert 5 < len(lost) < 40

# %%
kept = np.setdiff1d(np.arange(60), list(lost))
show.pictures(
    {"all": plots.contact_sheet(pictures, 12), "kept": plots.contact_sheet(pictures[kept], 12)},
    columns=1,
)

# %% [markdown]
# With masks or boxes there are better questions than "is it black?": is the mask empty, is any box left? `cleaning.nothing_to_see` accepts those, too.

# %% [markdown]
# ## 7 · What Keras does
#
# The `ImageDataGenerator` of Keras made all this popular, and its names are used everywhere. It also has traps. The cells below do in a few lines what Keras 3.15 does; where Keras is installed, this course's tests compare with it.
#
# **Axes exchanged.** Keras builds its matrix as if for (x, y) and then exchanges the axes; but the matrix was for (row, column) already. Here is what becomes of a shift by ten rows. (Keras's matrix leads from new places to old ones, hence the inverse.)

# %%
exchange = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
by_rows = reference.affine_matrix((32, 32), height_shift=10)
as_in_keras_by_rows = exchange @ np.linalg.inv(by_rows) @ exchange
print("ours sends (0, 0) to", (by_rows @ (0, 0, 1))[:2])
print("the exchange, to    ", (as_in_keras_by_rows @ (0, 0, 1))[:2])
assert np.allclose(as_in_keras_by_rows, reference.affine_matrix((32, 32), width_shift=-10))

# %% [markdown]
# `height_shift_range` moves *columns*. (Here to the left; but a range goes both ways.) On square pictures with equal ranges nobody notices. On a picture that is not square, even the centre moves when the picture is only rotated:

# %%
turn = reference.affine_matrix((41, 61), rotation=90)
as_in_keras = exchange @ np.linalg.inv(turn) @ exchange
print("the centre of a 41 x 61 picture is (20, 30)")
print("ours sends it to   ", (turn @ (20, 30, 1))[:2].round(6))
print("the exchange, to   ", (as_in_keras @ (20, 30, 1))[:2].round(6))
assert np.allclose((turn @ (20, 30, 1))[:2], (20, 30))
assert np.allclose((as_in_keras @ (20, 30, 1))[:2], (20, 10))

# %% [markdown]
# **Centre off by one.** The older package, `keras-preprocessing` 1.1.2, gets the axes right, but takes $H/2 + 0.5$ for the centre. That would be right if the first pixel had the number 1. Half a turn reveals it:

# %%
ours = reference.affine_matrix((32, 32), rotation=180)
off = reference.shift_matrix(32 / 2 + 0.5, 32 / 2 + 0.5)
older = off @ reference.rotation_matrix(180) @ np.linalg.inv(off)
print("half a turn sends (0, 0) to", (ours @ (0, 0, 1))[:2].round(9), "in a 32 x 32 picture;")
print("about the other centre, to ", (older @ (0, 0, 1))[:2].round(9))
assert np.allclose((older - ours)[:2, 2], 2)

# %% [markdown]
# **Brightness in eight bits.** Brightness is computed on a `uint8` copy. If your picture has values in 0..1, as networks like them, each value below 1 becomes 0. Even a brightness of 1.0, which should change nothing, leaves a black picture:

# %%
fractions = (cat / 255).astype(np.float32)
through_eight_bits = fractions.astype(np.uint8).astype(np.float32)
print(f"mean before {fractions.mean():.2f}, after {through_eight_bits.mean():.2f}")
assert through_eight_bits.mean() < 0.01
assert np.array_equal(reference.adjust_brightness(fractions, 1.0), fractions)

# %% [markdown]
# **Masks out of step.** You saw this in section 5. With two generators of the same seed and a brightness range for one of them, it happens in Keras, too. Here one augmenter moves both:

# %%
heads, boxes, _ = explore.astronaut_labels((280, 280))
astronaut = plots.shrunk(samples.astronaut(), 280)
both = reference.Augmenter(
    rotation_range=30, brightness_range=(0.5, 1.5), fill_mode="constant", seed=3
)
drawn = both.draw(3)
pictures = both.apply([astronaut] * 3, drawn)
masks = both.apply_masks([heads] * 3, drawn)
tinted = [drawing.labelled(p, mask=m) for p, m in zip(pictures, masks, strict=True)]
show.pictures({f"sample {n}": picture for n, picture in enumerate(tinted)}, largest=200)

# %% [markdown]
# **Light within its own bounds.** A channel shift is clipped to the darkest and the lightest level *of the picture itself*. A foggy picture, 100 to 120, comes out as a flat 120:

# %%
fog = np.linspace(100, 120, 12).astype(np.uint8).reshape(3, 4)
as_in_keras = np.clip(fog + 50.0, fog.min(), fog.max())
ours = reference.shift_channels(fog, 50)
print(
    "fog + 50, clipped to itself:", np.unique(as_in_keras), " ours:", ours.min(), "to", ours.max()
)
assert np.unique(as_in_keras) == [120] and (ours == fog + 50).all()

# %% [markdown]
# **Choices with a sign of their own.** `width_shift_range=[3, 4]` reads like "three or four pixels". Keras draws one of them, and then a sign as well. It does the same with the pair `(3, 4)`, which reads like an interval. Ours takes the list at its word and refuses the pair:

# %%
generator = np.random.default_rng(0)
as_in_keras = generator.choice([3, 4], 100) * generator.choice([-1, 1], 100)
ours = reference.Augmenter(width_shift_range=[3, 4]).draw(100).width_shift
print("Keras:", np.unique(as_in_keras), " ours:", np.unique(ours))
assert set(ours) == {3, 4} and set(as_in_keras) == {-4, -3, 3, 4}
try:
    reference.Augmenter(width_shift_range=(3, 4))
except ValueError as refusal:
    print(refusal)

# %% [markdown]
# **A global seed overwritten.** In Keras, `flow(seed=…)` calls `np.random.seed` before every batch, with the seed plus the batch's number. Everything else in your program that draws from NumPy's global generator is reset with it, and your own seed no longer counts. Ours leaves the global generator alone:

# %%
for your_seed in (1, 2):
    np.random.seed(your_seed)
    np.random.seed(7 + 0)  # Keras, before the first batch of flow(seed=7)
    print(f"your seed is {your_seed}, and you draw {np.random.uniform():.3f}")

np.random.seed(1)
before = np.random.get_state()[1].copy()
next(plain.flow(digits, names, batch_size=4, progress=False))
assert np.array_equal(np.random.get_state()[1], before)

# %% [markdown]
# None of this makes Keras a bad library; these faults were found because many people use it. But each of them is a wrong result that looks right. **A contract is tested on points worked out by hand**, as in this section.

# %% [markdown]
# ## 8 · Does it matter?
#
# Here are digits, drawn by a program with an unsteady hand, all in the middle of their pictures. A small *convolutional network* is to read them.

# %%
images, labels = experiment.digits(2000, seed=0)
test, truth = experiment.digits(1000, seed=1)
rows = [images[labels == digit][:12, 0].numpy() for digit in range(10)]
show.pictures({"to learn from": plots.contact_sheet(np.concatenate(rows), 12, gap=1)}, largest=600)

# %% [markdown]
# **What is a network?** Kernels as in chapter 04, first 8 and then 32 of them; negative results become 0, and after each set of kernels every 2 × 2 pixels shrink to their maximum. (`stride=2` means that the first kernels are applied only at every second pixel.) At the end there are ten sums, one for each digit, over everything that the kernels have found, with a weight for each *place*. The largest sum is the answer.
#
# Nobody chooses the numbers in those kernels and sums. They start out random. During **training** the network is shown the pictures, a batch at a time; the *loss* (`cross_entropy`) says how far the answers are from the labels, and each number is changed a little so that the loss falls: `backward` finds out in which direction, `step` makes the change, and `Adam` and `OneCycleLR` decide how large it is. After ten epochs the numbers stay as they are.

# %%
show.source(experiment.network, experiment.train)

# %% [markdown]
# The same loop trains with augmentation and without: an augmenter whose ranges are all 0 changes nothing. Each time we train three networks, from three seeds, since a single result could be luck.
#
# *(The numbers below depend a little on the machine. What the text says about them is asserted.)*

# %% tags=["nbval-ignore-output"]
networks = {"nothing": experiment.trained(images, labels)}
in_the_middle = experiment.scores(networks["nothing"], {"in the middle": test}, truth)
print("read correctly:", [f"{share:.1%}" for share in in_the_middle["in the middle"]])
assert min(in_the_middle["in the middle"]) > 0.97

# %% [markdown]
# Nearly perfect, on a thousand digits that the networks have never seen. Shall we sell them?
#
# Now take the same thousand digits, each shifted by up to ten pixels. You can read them as easily as before. **What do you expect of the network: 100 %, 80 %, 50 %?**

# %%
tests = {
    "in the middle": test,
    "shifted": experiment.moved(test, 10, 10, seed=5),
    "up and down only": experiment.moved(test, 10, 0, seed=5),
    "left and right only": experiment.moved(test, 0, 10, seed=5),
}
show.pictures(
    {name: plots.contact_sheet(t[:12, 0].numpy(), 4) for name, t in tests.items()}, columns=4
)

# %% tags=["nbval-ignore-output"]
results = {"nothing": experiment.scores(networks["nothing"], tests, truth)}
print("shifted:", [f"{share:.0%}" for share in results["nothing"]["shifted"]])
print("guessing:", f"{experiment.CHANCE:.0%}")
assert max(results["nothing"]["shifted"]) <= 0.20

# %% [markdown]
# Little better than guessing. The network has not learned what a seven *is*; it has learned which pixels a seven lights up. Everything it has ever seen was in the middle, so its weights for all other places know nothing about digits.
#
# (Convolution alone does not help. It finds a stroke anywhere; but the last layer weights *strokes at places*.)
#
# ### The cure
#
# Shift each picture by up to ten pixels, differently in each epoch. The digits are the same two thousand:

# %% tags=["nbval-ignore-output"]
ranges = {"height_shift_range": 10.0, "width_shift_range": 10.0}
networks["shift"] = experiment.trained(images, labels, **ranges)
results["shift"] = experiment.scores(networks["shift"], tests, truth)
for name, shares in results["shift"].items():
    print(f"{name:20}", [f"{share:.1%}" for share in shares])
assert min(results["shift"]["shifted"]) >= 0.92
lost = np.mean(results["nothing"]["in the middle"]) - np.mean(results["shift"]["in the middle"])
print(f"lost in the middle: {lost:.1%}")
assert lost <= 0.06

# %% [markdown]
# From guessing to reading, without a single new digit. In the middle next to nothing is lost.
#
# ### Will any augmentation do?
#
# Train twice more, with the same loop. The first time we only flip left and right; the second time we only shift up and down. Predict both results before you read on.


# %% tags=["nbval-ignore-output"]
def try_ranges(name, **ranges):
    networks[name] = experiment.trained(images, labels, **ranges)
    results[name] = experiment.scores(networks[name], tests, truth)
    for test, shares in results[name].items():
        print(f"{test:20} {np.mean(shares):.0%}")


try_ranges("flip left-right", horizontal_flip=True)
assert np.mean(results["flip left-right"]["shifted"]) < 0.25
sideways = [
    np.mean(results[name]["left and right only"]) for name in ("flip left-right", "nothing")
]
print(f"left and right only: {sideways[0]:.0%} with flips, {sideways[1]:.0%} without")
assert sideways[0] > sideways[1]

# %% tags=["nbval-ignore-output"]
try_ranges("shift up-down", height_shift_range=10.0)
assert np.mean(results["shift up-down"]["up and down only"]) > 0.92
assert np.mean(results["shift up-down"]["left and right only"]) < 0.35

# %% [markdown]
# **Augmentation teaches what you show, and nothing else.** A flip does not teach shifts. (Sideways it helps a little, with some seeds more than with others: a mirrored digit has its strokes in new places.) A shift up and down teaches just that.
#
# ### A detective story
#
# A colleague writes: "I trained with `height_shift_range=10` in Keras 3, since my digits sit higher or lower in the picture. It does not help at all. Augmentation is a myth." Here is what their network can do:

# %% tags=["nbval-ignore-output"]
rows_by, columns_by = np.abs(as_in_keras_by_rows[:2, 2])  # a range goes both ways
suspect = {"height_shift_range": rows_by, "width_shift_range": columns_by}
try_ranges("Keras 3's height", **suspect)

# %% [markdown]
# It fails up and down, yet it reads what was shifted left and right, which it was never meant to see. You know the culprit: the exchanged axes of section 7. `height_shift_range` moved the *columns*.

# %%
suspected = results["Keras 3's height"]
assert np.mean(suspected["left and right only"]) > 0.92
assert np.mean(suspected["up and down only"]) < 0.35
assert suspect == {"height_shift_range": 0.0, "width_shift_range": 10.0}

# %% [markdown]
# Nothing gave it away: in the middle, as many digits are read as ever. **Test with pictures that are moved the way you mean to move them**, one direction at a time.
#
# ### One that hurts
#
# "Then let us flip both ways; more is better." Each of the two flips is drawn independently. Where both occur, the digit is upside down. Which digits does that confuse?

# %% tags=["nbval-ignore-output"]
try_ranges("both flips", horizontal_flip=True, vertical_flip=True)

# %% tags=["nbval-ignore-output"]
read = torch.cat([experiment.read(learner, test) for learner in networks["both flips"]])
right_of = [(read == digit)[truth.repeat(3) == digit].float().mean().item() for digit in range(10)]
print("by digit:", {digit: f"{share:.0%}" for digit, share in enumerate(right_of)})
for digit, other in ((6, 9), (9, 6)):
    taken = (read[truth.repeat(3) == digit] == other).float().mean().item()
    print(f"a {digit} taken for a {other}: {taken:.0%}")
assert np.mean(results["both flips"]["in the middle"]) < 0.96
assert min(right_of[6], right_of[9]) < 0.8 < np.median(right_of)

# %% [markdown]
# An upside-down six *is* a nine. The network was shown nines with the label six, and no network can learn that. A flipped cat keeps its label; a flipped digit does not.
#
# **An augmentation is a claim: this changes nothing about the label.** Where the claim is false, it teaches falsehoods.
#
# Here is everything in one picture. Each dot is a network, trained from its own seed; the line between the dots shows the spread.

# %% tags=["nbval-ignore-output"]
ceiling = np.mean(results["nothing"]["in the middle"])
chart = drawing.accuracies(results, {"chance": experiment.CHANCE, "ceiling": ceiling})
show.pictures({"share of digits read correctly": chart}, largest=700)

# %% [markdown]
# The ceiling is what the network trained without augmentation reaches on digits in the middle, where it was trained.

# %% [markdown]
# ## 9 · Beyond
#
# Here are four ideas that go further, in about ten lines each.
#
# **mixup** mixes two pictures, *and their labels*: 0.7 of a two and 0.3 of a five is labelled 0.7 *two* + 0.3 *five*. So a label becomes ten shares: a two has a 1 in place 2, and a 0 everywhere else. `np.eye(10)[labels]` makes such rows.
#
# Each picture $x_i$ with its row $y_i$ gets a partner $j$ and a share $\lambda$ between 0 and 1, both drawn at random:
#
# $$x = \lambda\, x_i + (1 - \lambda)\, x_j \qquad y = \lambda\, y_i + (1 - \lambda)\, y_j$$
#
# With an `alpha` of 1, every share is equally likely; a small `alpha` gives shares near 0 or 1, and so mixes little.

# %%
pictures = images[:8, 0].numpy()
one_hot = np.eye(10)[labels[:8].numpy()]
mixed, shares = reference.mixup(pictures, one_hot, alpha=1.0, seed=2)
for row in shares[:3]:
    print(" + ".join(f"{row[digit]:.2f} of a {digit}" for digit in np.flatnonzero(row)))
assert np.allclose(shares.sum(axis=1), 1)
show.pictures(
    {"before": plots.contact_sheet(pictures, 4), "mixup": plots.contact_sheet(mixed, 4)}, scale=2
)

# %% [markdown]
# **cutout** cuts out a square, **random erasing** paints noise over a rectangle. So the network can no longer rely on any single part of the cat. (Random erasing leaves some pictures as they are; `probability` says how many it changes.)

# %%
holes = {
    "cutout": reference.cutout(cat, 70, seed=11),
    "random_erasing": reference.random_erasing(cat, seed=5, probability=1.0),
    "random_erasing, again": reference.random_erasing(cat, seed=6, probability=1.0),
}
show.pictures(holes, largest=260)

# %%
show.source(reference.mixup, reference.cutout)

# %% [markdown]
# **Feature space.** Half-way between two pictures of a seven is the ghost of two sevens. But a network that reads digits has its own description of each: the numbers before its last layer, its **features**. In *that* space, what lies between two sevens?
#
# `interpolate_features` goes half-way from each row to one of its neighbours with the same label. Here we give it the features of the shifted digits and, for comparison, their pixels:

# %%
encoder, last = networks["shift"][0][:-1], networks["shift"][0][-1]
halfway = {"amount": 0.5, "neighbors": 99, "seed": 1}  # 99: any other digit with that label
with torch.no_grad():
    pixels = (tests["shifted"] / 255).flatten(1)
    features = encoder(tests["shifted"] / 255)
    between, same_labels = gpu.interpolate_features(features, truth, **halfway)
    ghosts, _ = gpu.interpolate_features(pixels, truth, **halfway)
    by_features = (last(between).argmax(dim=1) == truth).float().mean().item()
    by_pixels = (last(encoder(ghosts.view(-1, 1, 32, 32))).argmax(dim=1) == truth).float().mean()
print("pixels", tuple(pixels.shape), "features", tuple(features.shape))
print(f"read correctly, half-way: pixels {by_pixels:.0%}, features {by_features:.0%}")
assert by_features > 0.9 and by_features > by_pixels and torch.equal(same_labels, truth)

# %%
sevens = torch.nonzero(truth == 7)[:4, 0]
show.pictures(
    {
        "shifted sevens": plots.contact_sheet(tests["shifted"][sevens, 0].numpy(), 4),
        "half-way to another seven": plots.contact_sheet(
            (ghosts[sevens].view(-1, 32, 32) * 255).byte().numpy(), 4
        ),
    },
    scale=2,
)

# %% [markdown]
# Half-way between features there is nearly always a digit of the same name; half-way between pixels there is a ghost, which is misread more often. In this way new examples can also be made of things that are not pictures.
#
# **And generators?** Networks that paint (GANs, diffusion models) can make new cats, not just moved ones. They are trained on far more pictures than you have, and what they add is what *those* pictures contained. That is a field of its own, and not something this chapter could show honestly in ten lines.

# %% [markdown]
# ## 10 · On the GPU: a whole batch
#
# *For builders; skip it on a first reading.* `gpu.Augmenter` takes batches: tensors of shape (n, channels, rows, columns), on any device. The parameters are drawn by the same code, so the same seed gives the same batch.

# %% tags=["nbval-ignore-output"]
print("device:", device())

# %%
ranges = {
    "rotation_range": 20, "height_shift_range": 0.1, "width_shift_range": 0.1,
    "zoom_range": 0.2, "brightness_range": (0.7, 1.3), "horizontal_flip": True, "seed": 1,
}  # fmt: skip
tile = plots.shrunk(cat, 160)
stack = np.stack([tile] * 16)
batch = torch.from_numpy(stack).permute(0, 3, 1, 2).contiguous().to(device())

augmenter, twin = reference.Augmenter(**ranges), gpu.Augmenter(**ranges)
by_reference = augmenter.apply(stack, augmenter.draw(16))
by_twin = twin.apply(batch, twin.draw(16)).permute(0, 2, 3, 1).cpu().numpy()
print("largest difference:", np.abs(by_twin.astype(int) - by_reference).max())
assert np.array_equal(by_twin, by_reference)

# %% [markdown]
# Equal, to the last bit: sixteen matrices, one `grid_sample`, each picture read once and written once.

# %%
show.source(gpu.Augmenter.apply)

# %% [markdown]
# On a CPU, where most training loops load their pictures, OpenCV is the faster engine. `training.Augmenter` applies the same parameters with a single warp of *OpenCV's*, and changes the light with a table of 256 numbers. OpenCV's weights are rounded differently, so the results differ by a gray level here and there:

# %%
by_opencv = training.Augmenter(**ranges).apply(stack, augmenter.draw(16))
difference = np.abs(by_opencv.astype(int) - by_reference)
print("largest difference:", difference.max(), "gray levels")
assert difference.max() <= 2

# %% [markdown]
# And here are the times. Keep in mind that the parameters are drawn for each picture separately; some libraries are fast because they draw once for the whole batch.

# %% tags=["nbval-ignore-output"]
drawn, quick = augmenter.draw(16), training.Augmenter(**ranges)
times = measure_all(
    {
        "reference": lambda: augmenter.apply(stack, drawn),
        f"gpu, on {device()}": lambda: twin.apply(batch, drawn),
        "training": lambda: quick.apply(stack, drawn),
    },
    repeats=10,
    warmup=1,
)
for name, timing in times.items():
    print(f"{name:12} {16 / timing.minimum:7.0f} pictures per second, in its best round")

# %% [markdown]
# Since each picture's numbers depend only on (seed, epoch, sample), a loader may have any number of workers. `training.Samples` and `training.Batches` plug into PyTorch's loader:

# %%
plan = stream.Plan(len(stack), batch_size=8, seed=1)
data = training.Samples(stack, np.arange(len(stack)), quick)
loader = torch.utils.data.DataLoader(data, batch_sampler=training.Batches(plan))
for pictures, numbers in loader:
    expected = quick.apply(stack[numbers], quick.draw(numbers.numpy()))
    assert np.array_equal(pictures, expected)
    print("batch of samples", numbers.tolist())

# %% [markdown]
# ## 11 · Your own photo
#
# Put a photo next to this notebook and give its name, `samples.load("my.jpg")`. Or press **Own photo** in the figure: it stays on your machine.

# %%
photo = samples.coffee()  # samples.load("my.jpg")
explore.contact_sheet(photo)

# %% [markdown]
# Which ranges would you allow for *your* picture? Ask yourself each time: would I still give the result the same label?

# %% [markdown]
# ## 12 · Three questions
#
# Open an answer by clicking on it.

# %% jupyter={"source_hidden": true}
Question(
    "A picture is rotated, then shifted, then zoomed. How often should its pixels be sampled?",
    {
        "three times": "Each sampling mixes neighbours: the picture gets more blurred each time.",
        "once": "Multiply the three matrices, and sample by the product.",
        "never": "The new pixels lie between the old ones; some sampling is needed.",
    },
    right="once",
)

# %% jupyter={"source_hidden": true}
Question(
    "Your test pictures are shifted to the left and right. Which training helps?",
    {
        "horizontal_flip": "A flipped digit is still in the middle.",
        "height_shift_range": "That moves rows, up and down. (In Keras 3 it would help: why?)",
        "width_shift_range": "It shows the network what it will meet.",
    },
    right="width_shift_range",
)

# %% jupyter={"source_hidden": true}
Question(
    "A mask with labels 0, 1 and 3 is rotated by 10 degrees. How should it be sampled?",
    {
        "bilinear, like the picture": "Between 1 and 3 that makes a label 2, which nothing has.",
        "nearest": "Labels are names: they are looked up, never mixed.",
        "nearest, with an angle of its own": "Then it no longer fits its picture.",
    },
    right="nearest",
)

# %% [markdown]
# ## Take-aways
#
# - Everything that moves a picture is **one matrix**, about the centre $((H-1)/2, (W-1)/2)$. Multiply matrices, sample once.
# - Go **backward**: each new pixel asks where it comes from.
# - Random numbers belong to **(seed, epoch, sample)**, never to whoever came first.
# - Masks, boxes and keypoints move by the same matrix. Look for pictures on which nothing is left.
# - Augmentation teaches what you show, and nothing else. It claims that the label stays the same; check the claim.
# - Test a library on points worked out by hand.
#
# ## References
#
# - R. Szeliski, *Computer Vision: Algorithms and Applications*, 2nd edition, Springer 2022, §2.1 and §3.6.
# - P. Y. Simard, D. Steinkraus, J. C. Platt, "Best practices for convolutional neural networks applied to visual document analysis", *ICDAR* 2003.
# - J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", *SC'11*: numbers that belong to a counter.
# - H. Zhang et al., "mixup: beyond empirical risk minimization", *ICLR* 2018. T. DeVries, G. W. Taylor, "Improved regularization of convolutional neural networks with cutout", 2017; "Dataset augmentation in feature space", 2017. Z. Zhong et al., "Random erasing data augmentation", *AAAI* 2020.
#
# ## Exercises
#
# Now it is your turn: [exercises/08_augmentation.ipynb](../exercises/08_augmentation.ipynb). Each answer is checked at once.
