# %% [markdown]
# # 10 · Colour transfer
#
# **Your photo, in the colours of another.** An evening sky for a picture taken at noon; one look for a whole film; a cat as warm as a cup of coffee.
#
# After this chapter you will be able to
#
# - see a picture as a cloud of colours, and move the cloud;
# - choose between two moments, a matrix and a whole distribution, and say what each costs;
# - give a picture its gradients back after its colours have been torn apart;
# - cut pictures into superpixels and let each one look for similar ones, with attention;
# - multiply three matrices in the right order, and save a factor of a thousand;
# - measure a result in both respects: have the colours come close, and has the picture stayed itself?
#
# Each step is a published method, and the numbers of equations are those of the papers. Where a paper is silent, the text says what was chosen.
#
# **Now run the notebook:** in the menu, *Run ▸ Run All Cells*. It takes a minute or two, and brings the figures to life.
# A line that begins with `assert` proves what the text says; skip it if you are only reading.

# %%
import numpy as np
import torch

from coursekit.color_transfer import explore, gpu, reference, shared, training
from coursekit.color_transfer.explore import drawing, experiments, story
from coursekit.lab import Question, device, measure_all, plots, samples, show

coffee, rocket = (experiments.picture(name, 160) for name in ("coffee", "rocket"))

# %% [markdown]
# ## 1 · The question
#
# On the left is the **target**, which is to be given new colours. Beside it is the **reference**, which has them.

# %%
show.pictures({"target": coffee, "reference": rocket}, scale=2)

# %% [markdown]
# What would *you* want to see? A blue cup? A blue table with a white cup on it? A cup at night?
#
# There is no single right answer. So, before any formula, look at the question itself. Forget where the pixels are, and keep only their colours: each pixel becomes a point in a cube of red (to the right), green (to the back) and blue (up).
#
# **Point at the saucer, the rim, the table. Turn the cube.** Where in the cloud is the coffee itself?

# %%
explore.a_pixel()

# %% [markdown]
# Transferring colours means **moving this cloud** until it looks like another one:

# %%
named = {"coffee": coffee, "rocket": rocket}
clouds = {name: drawing.cloud(drawing.some(image)) for name, image in named.items()}
show.pictures(clouds, scale=1)

# %% [markdown]
# How far is that? `sliced_wasserstein` says by how many gray levels the colours must be moved, on average: it looks at both clouds from many directions, sorts what it sees of each, and compares. (You will write it yourself in the exercises.)

# %%
apart = reference.sliced_wasserstein(coffee, rocket)
print(f"{apart:.1f} levels")
assert (
    reference.sliced_wasserstein(coffee, coffee[::-1]) == 0
)  # upside down, it has the same colours

# %% [markdown]
# ## 2 · Two moments
#
# The simplest thing first: move the centre of the cloud to the centre of the other one, then stretch it. In each channel, that matches the **mean** and the **standard deviation**.
#
# **Move only the first slider, then the second. Then change the axes.** Which axes give the better picture? And what goes wrong on the rim of the cup?

# %%
explore.moments()

# %% [markdown]
# The formula (Reinhard 2001, Eq. 10-11), for each channel separately:
#
# $$s = (x - \mu)\,\frac{\sigma_r}{\sigma} + \mu_r$$

# %%
show.source(reference.match_moments)

# %%
moved = reference.match_moments(coffee / 255, rocket / 255)
for axis, name in enumerate(("red", "green", "blue")):
    mean, deviation = moved[..., axis].mean(), moved[..., axis].std()
    print(f"{name:6} mean {mean:.3f}, deviation {deviation:.3f}")
assert np.allclose(moved.mean(axis=(0, 1)), (rocket / 255).mean(axis=(0, 1)))
assert np.allclose(moved.std(axis=(0, 1)), (rocket / 255).std(axis=(0, 1)))

# %% [markdown]
# ### Which axes?
#
# In a photo, red, green and blue rise and fall together. Treating them one by one tears apart what belongs together:

# %%
cones = reference.rgb_to_lalphabeta(coffee)
for name, image in {"red, green, blue": coffee / 255, "l, alpha, beta": cones}.items():
    together = np.abs(np.corrcoef(image.reshape(-1, 3).T)[np.triu_indices(3, 1)])
    print(f"{name:17} correlated by {together.round(2)}, {together.mean():.2f} on average")

# %% [markdown]
# The eye has three kinds of cones (L, M, S). Ruderman computed what they receive from many photos of nature, and found axes that are hardly correlated: light $l$, yellow-blue $\alpha$, red-green $\beta$. They are computed from the **logarithms** of L, M and S. But that holds for photos of nature; a red saucer was not among them, so do not expect miracles here.

# %%
show.source(reference.rgb_to_lalphabeta, reference.reinhard)

# %% [markdown]
# ### The trap: levels are not light
#
# Look at the argument `linear`. Before you read on: half of these squares are white and half are black. From far away they blend into one gray. Which of the two is it?

# %%
board = samples.checker(96, 96, 4)
flat = {str(level): np.full((96, 96), level, np.uint8) for level in (128, 188)}
show.pictures({"blend me": board, **flat}, scale=2)

# %% [markdown]
# Step back, or squint: it is 188. Half the *light* is not half the *level*, since the levels in a file are gamma-encoded (chapter 01). A mean of levels is a mean of something that no lamp ever sent out.
#
# Cones receive light. So `rgb_to_lalphabeta` undoes the gamma first. The paper does not mention this, and many programs leave it out: nothing crashes, and the result looks plausible. Here are both:

# %%
both = {
    "from light": reference.reinhard(coffee, rocket),
    "from levels": reference.reinhard(coffee, rocket, linear=False),
}
for name, image in both.items():
    print(f"{name:12} {reference.sliced_wasserstein(image, rocket):.1f} levels apart")
assert not np.array_equal(*both.values())
show.pictures({"target": coffee, **both}, scale=2)

# %% [markdown]
# Which result comes *closer* depends on the pictures; which one is *about light* does not.

# %% [markdown]
# And the rim of the cup? `lalphabeta_to_rgb` leads back, and clips what no screen can show. Is that why the white rim has become blue?

# %%
rim = coffee.min(axis=2) > 200
alpha = cones[..., 1]
place = (alpha[rim].mean() - alpha.mean()) / alpha.std()
print("levels of the rim:", both["from light"][rim].mean(axis=0).round())
print(f"its yellow-blue in the target: {place:.1f} deviations from the mean")
assert both["from light"].max() < 255  # nothing was clipped
assert place < -1

# %% [markdown]
# No level reaches 255, so nothing was clipped there. But in a picture that is orange all over, *white counts as blue*: its yellow-blue value lies far on the blue side of the mean. It keeps that position when the mean itself becomes blue.

# %%
back = reference.lalphabeta_to_rgb(reference.rgb_to_lalphabeta(rocket / 255))
print(f"there and back: at most {255 * np.abs(back - rocket / 255).max():.2f} levels off")
assert np.abs(back - rocket / 255).max() < 2e-3

# %% [markdown]
# ## 3 · The linear optimal map
#
# Stretching along three fixed axes cannot turn a cloud. For that one must know its *slant*: how much red rises where green does.
#
# The **covariance matrix** $\Sigma$ holds both, the spreads and the slant. On its diagonal are the squared standard deviations of red, green and blue; the other entries are, for each pair of channels, the mean product of their deviations from their means. `color_moments` measures it, here for the cup and for the rocket:

# %%
middle, covariance = reference.color_moments(coffee)
wanted_middle, wanted = reference.color_moments(rocket)
print(covariance.round(0))
print(wanted.round(0))

# %% [markdown]
# We look for a matrix $T$ that turns one into the other: $T\,\Sigma_t\,T^\top = \Sigma_r$. There are many! Take a triangular root of each (Cholesky, $\Sigma = L L^\top$): then $L_r L_t^{-1}$ will do. And it will still do with *any* rotation inserted between the two.
#
# A third one has a longer formula (Pitié and Kokaram 2007). In it, $\Sigma^{1/2}$ is the *symmetric* root: the symmetric, positive matrix whose product with itself is $\Sigma$.
#
# $$T = \Sigma_t^{-1/2} \left( \Sigma_t^{1/2}\, \Sigma_r\, \Sigma_t^{1/2} \right)^{1/2} \Sigma_t^{-1/2}$$

# %%
root, wanted_root = (np.linalg.cholesky(matrix) for matrix in (covariance, wanted))
half_turn = np.diag([-1, 1, -1])
candidates = {
    "triangles": wanted_root @ np.linalg.inv(root),
    "with half a turn": wanted_root @ half_turn @ np.linalg.inv(root),
    "Pitié and Kokaram": reference.optimal_map(covariance, wanted),
}
ways, made = {}, {}
colors = coffee - middle
for name, matrix in candidates.items():
    assert np.allclose(matrix @ covariance @ matrix.T, wanted)
    mapped = colors @ matrix.T
    ways[name] = np.sqrt(((mapped - colors) ** 2).sum(axis=2).mean())
    made[name] = np.clip(mapped + wanted_middle, 0, 255).round().astype(np.uint8)

# %%
for name, way in ways.items():
    print(f"{name:17} moves colours by {way:5.1f} levels, measured about the mean")
assert min(ways, key=ways.get) == "Pitié and Kokaram"
show.pictures(made, scale=2)

# %% [markdown]
# All three match the covariance exactly, and the one in the middle is a negative! The statistics do not mind; we do.
#
# The last one moves the colours **least**: it is the only symmetric, positive one. Moving no further than necessary is a good rule, because then similar colours stay similar.
#
# Here the triangular roots come close, but that is luck: they depend on which channel comes first. Exchange red and blue on the way in, and back on the way out:

# %%
swapped, wanted_swapped = covariance[::-1, ::-1], wanted[::-1, ::-1]
others = {
    "triangles": np.linalg.cholesky(wanted_swapped) @ np.linalg.inv(np.linalg.cholesky(swapped)),
    "Pitié and Kokaram": reference.optimal_map(swapped, wanted_swapped),
}
for name, matrix in others.items():
    differs = np.abs(colors @ (candidates[name] - matrix[::-1, ::-1]).T).max()
    print(f"{name:17} blue first: up to {differs:.1f} levels off from red first")
    assert (differs < 1e-6) == (name == "Pitié and Kokaram")

# %% [markdown]
# In 1781 Monge asked how to move a heap of earth into a ditch with the least work; Kantorovich gave the answer its modern form. Hence the name of `monge_kantorovitch`, spelt as in the paper.

# %%
show.source(reference.optimal_map, reference.monge_kantorovitch)

# %%
light = reference.monge_kantorovitch(coffee / 255, rocket / 255, clip=False)
reached = np.cov(255 * light.reshape(-1, 3).T)
assert np.allclose(reached, wanted) and np.allclose(255 * light.mean(axis=(0, 1)), wanted_middle)
linear = reference.monge_kantorovitch(coffee, rocket)
same = np.abs(reference.monge_kantorovitch(coffee, coffee).astype(int) - coffee).max()
print(f"a picture in its own colours: {same} levels off")
assert same == 0
show.pictures({"target": coffee, "linear map": linear, "reference": rocket}, scale=2)

# %% [markdown]
# It takes one matrix for all pixels, found in no time. That makes it a good first try on any pair.

# %% [markdown]
# ## 4 · The whole distribution
#
# The coffee's cloud is a bow, the rocket's a column with a spray of sparks. No matrix can straighten a bow. Can we match the *whole distribution*?
#
# On a **line** we can: this is the matching of chapter 03. The darkest tenth becomes as dark as the other picture's darkest tenth, and so on; `match_marginal` does it. In three dimensions there is no "darkest". So:
#
# 1. Project both clouds onto an axis. Match the two distributions on that line.
# 2. Do this for a few axes at once (`project_and_match`).
# 3. Rotate the axes, and begin again.
#
# **Move the slider, turn by turn.** After which turn do you no longer see any change? What happens to the picture meanwhile? (Do not switch on the gradients yet.)

# %%
explore.turns()

# %% [markdown]
# This is `iterative_distribution_transfer` (Pitié, Kokaram and Dahyot 2007), IDT for short. After each turn there are axes that no longer match, but the errors shrink:

# %%
show.source(reference.project_and_match, reference.match_marginal)

# %%
left = []
for turns in (0, 1, 2, 5, 10, 20):
    left.append(reference.sliced_wasserstein(story.turns(coffee, rocket, turns), rocket))
    print(f"after {turns:2} turns: {left[-1]:5.2f} levels")
assert left == sorted(left, reverse=True) and left[-1] < 1

# %% [markdown]
# Less than one gray level: as a *cloud*, the cup is the rocket. The method knows nothing about where the pixels are. Shuffle the reference's pixels, and nothing changes:

# %%
rng = np.random.default_rng(0)
shuffled = rng.permutation(rocket.reshape(-1, 3)).reshape(rocket.shape)
assert np.array_equal(story.turns(coffee, shuffled, 3), story.turns(coffee, rocket, 3))
show.pictures({"reference": rocket, "just as good": shuffled}, scale=1)

# %% [markdown]
# ### The trap: the grain
#
# Before you read on, look at the sky above the rocket.

# %%
night, day = (experiments.picture(name, 160) for name in ("rocket", "astronaut"))
torn = story.turns(night, day, 10)
regrained = reference.regrain(torn, night)
show.pictures({"target": night, "IDT": torn, "regrained": regrained}, scale=2)

# %% [markdown]
# The astronaut's picture has many bright colours; the sky has few colours, but many pixels. To fill the whole distribution, neighbours that differ by one level are torn far apart. Measure it in a patch of the sky:

# %%
steps = {}
for name, image in {"target": night, "IDT": torn, "regrained": regrained}.items():
    steps[name] = np.abs(np.diff(image[10:60, 60:75].astype(int), axis=0)).mean()
    print(f"{name:10} neighbours differ by {steps[name]:.2f} levels")
assert steps["IDT"] > steps["regrained"] > steps["target"]

# %% [markdown]
# `regrain` (Pitié 2005) asks for two things at once: the **colours** of the torn picture $R$, and the **gradients** of the target $T$. It looks for the picture $J$ that makes this as small as possible:
#
# $$\int \varphi\,\lVert\nabla J - \nabla T\rVert^2 + \psi\,\lVert J - R\rVert^2$$
#
# Where the target is flat, its gradients count ($\varphi$); across its edges, the new colours do ($\psi$). `regrain_weights` says how much:

# %%
phi, psi = reference.regrain_weights(night / 255)
show.pictures({"target": night, "gradients count": phi / phi.max(), "colours count": psi}, scale=1)

# %% [markdown]
# This has a price: the colours are a little off again. Go back to the figure and switch the gradients on; how many levels does it cost?

# %% [markdown]
# ## 5 · Light and gamut
#
# So far a colour was a point in a cube. Nguyen, Kim and Brown (2014) ask where it *came from*: from a thing, and from a lamp that shines on it. Their method has three steps: remove the lamp's colour, match the tones, fit the colours.
#
# ### Which lamp?
#
# Here is a picture under a yellow lamp. **Can a program find out which lamp it was?** It has only the picture. Move the sliders.

# %%
explore.lamp()

# %% [markdown]
# The guess of `estimate_illuminant` rests on one idea: *on average*, edges have no colour of their own. So whatever colour they have taken together comes from the lamp. The guess follows the lamp's changes exactly; but it also mistakes a large red motorcycle for red light.

# %%
bike = experiments.picture("motorcycle", 160)
put_on = np.array([1.0, 1.0, 0.5])
guess = reference.estimate_illuminant(bike / 255 * put_on)
itself = reference.estimate_illuminant(bike / 255)
print("guess with lamp / guess without:", (guess / itself / (guess / itself)[1]).round(3))
print("guess without any lamp:         ", (itself / itself[1]).round(3))
assert np.allclose(guess / itself / (guess / itself)[1], put_on)

# %% [markdown]
# ### Straight up is white
#
# `to_white_axis` divides by the lamp's colour and rotates the cube so that white points straight up: that leaves two numbers for colour, and one for light. `from_white_axis` leads back, under any lamp you like: we take the *reference's*.

# %%
turned = reference.to_white_axis(bike, itself)
again = reference.from_white_axis(turned, itself)
assert np.allclose(255 * again, bike)
gray = np.full((1, 1, 3), 100, np.uint8)
print("a gray pixel:", np.abs(reference.to_white_axis(gray, np.ones(3)).round(3))[0, 0])

# %% [markdown]
# ### Tones, then colours
#
# Along the white axis `match_luminance` matches the tones as chapter 03 did, while holding on to the gradients. Across it, we look down on both clouds. `gamut_hull` finds the corners of the smallest convex body around a cloud, its **gamut**; `align_gamut` rotates and stretches one gamut until as little volume as possible belongs to only one of the two.


# %%
def gamuts(target, other):
    """Corners of both gamuts about their means, lamps taken away and tones matched."""
    ours, theirs = (
        reference.to_white_axis(image, reference.estimate_illuminant(image))
        for image in (target, other)
    )
    ours[..., 2] = reference.match_luminance(ours[..., 2], theirs[..., 2])
    clouds = (turned.reshape(-1, 3) for turned in (ours, theirs))
    return [reference.gamut_hull(cloud - cloud.mean(axis=0)) for cloud in clouds]


bodies = gamuts(bike, coffee)
print("corners:", *(len(body) for body in bodies))

# %%
turn = reference.align_gamut(*bodies)
outlines = [
    ("target", bodies[0][:, :2], show.BLUE),
    ("reference", bodies[1][:, :2], show.ORANGE),
    ("target, aligned", (bodies[0] @ turn.T)[:, :2], show.GREEN),
]
print(turn.round(2))
show.pictures({"two gamuts, seen from above": drawing.hulls(outlines)}, scale=1)

# %%
show.source(reference.gamut_transfer)

# %%
lit = reference.gamut_transfer(bike, coffee)
print(f"{reference.sliced_wasserstein(lit, coffee):.1f} levels apart")
show.pictures({"target": bike, "light and gamut": lit, "reference": coffee}, scale=2)

# %% [markdown]
# The red motorcycle and the garage look as if they stood in the light of the coffee house.
#
# ### The trap: a few loud colours
#
# Now back to the cup and the rocket. What has become of the orange?

# %%
lit = reference.gamut_transfer(coffee, rocket)
turn = reference.align_gamut(*gamuts(coffee, rocket))
print("stretched by", np.linalg.norm(turn[:2, :2], axis=1).round(3))
print(f"{reference.sliced_wasserstein(lit, rocket):.1f} levels apart")
show.pictures({"target": coffee, "light and gamut": lit, "reference": rocket}, scale=2)

# %% [markdown]
# Nearly all colour is gone. A hull depends on its outermost colours alone: here, on a handful of orange sparks beside an ocean of blue. No rotation makes the two bodies agree; the search does best by making one of them all but vanish, and stops at an eighth, the smallest stretch that `align_gamut` allows.
#
# The picture *looks* fine, and its colours have come close. But it is painted in little more than dark and light: the orange of the coffee and the red of the saucer are gone.
#
# ### The trap: a volume knows no hues
#
# It can be worse. `align_gamut` compares *volumes*, and a volume does not know which hue lies where. A gamut that is nearly symmetric fits almost as well when it is rotated by half a turn; then a trifle, such as the size of the pictures, decides whether the hues are kept or turned into their opposites:

# %%
cats, kept = {}, []
for side in (160, 320):
    animal, launch = (experiments.picture(name, side) for name in ("chelsea", "rocket"))
    turn = reference.align_gamut(*gamuts(animal, launch))
    angle = np.degrees(np.arctan2(-turn[0, 1], turn[0, 0]))
    lit = cats[f"{side} pixels wide"] = reference.gamut_transfer(animal, launch)
    before, after = (image[..., 0].astype(int) - image[..., 2] for image in (animal, lit))
    kept.append(np.corrcoef(before.ravel(), after.ravel())[0, 1])
    print(f"{side} pixels: turned by {angle:.0f} degrees; red minus blue, before and", end=" ")
    print(f"after: correlated by {kept[-1]:.2f}")
assert kept[0] > 0.1 and kept[1] < -0.4
show.pictures({"target": animal, **cats}, largest=320)

# %% [markdown]
# In the larger picture what was reddest in the cat, such as its nose, has become bluest. No search has failed: of all the fits, this one is the best, by a hair. So with this method always check that what was red has not become blue.

# %% [markdown]
# ## 6 · Piece by piece
#
# All methods so far ask *which colour?* and never *where?* or *what?*. The same orange became the same blue everywhere. Now cut both pictures into **superpixels** (chapter 06's `slic`), small pieces of one colour, and give each of the target's pieces a partner.
#
# **Point at pieces of the target.** Each gets the partner with the nearest mean colour. Then move the second slider all the way to the right: how many of the reference's pieces are still used?

# %%
explore.pieces()

# %% [markdown]
# Left alone, an orange table chooses the same few orange sparks again and again, and nothing of the night. So `constrained_nearest` lets each piece be chosen only so many times, and finds the cheapest matching under that rule (Giraud, Ta and Papadakis 2017, who approximate it by a random search; we solve it exactly, by the Hungarian method).

# %%
for times in (1, 3, 20):
    chosen = story.matches(coffee, rocket, 100, times)
    counts = np.bincount(chosen)
    print(f"at most {times:2} times: {np.count_nonzero(counts):3} different pieces are used")
    assert counts.max() <= times

# %% [markdown]
# ### The trap: 255 is a small number
#
# All we need is mean colours. What can go wrong?

# %%
labels, means = story.pieces_of(coffee, 100)
sums = np.zeros((labels.max() + 1, 3), np.uint8)
np.add.at(sums, labels, coffee)
wrong = (sums / np.bincount(labels.ravel())[:, None])[labels]
right = reference.superpixel_means(coffee, labels)[labels]
print(f"largest mean: {wrong.max():.1f} and {right.max():.1f}")
assert right.max() > 200 and wrong.max() < 10
show.pictures(
    {"sums in uint8": wrong.astype(np.uint8), "in float": right.astype(np.uint8)}, scale=2
)

# %% [markdown]
# There was no warning. The sum over a piece wraps around at 256 many times; what remains is divided by the number of pixels. `superpixel_means` sums in floats.
#
# ### From pieces to pixels
#
# Pieces painted in one colour each look like a mosaic. How does a pixel get a colour of its own? It asks *several* pieces, those that are nearby **and** of a similar colour. **Point at the saucer, and at the rim of the cup.** What do the first two sliders do? (δs and δc say how far the influence of a piece reaches, in place and in colour.)

# %%
explore.reach()

# %% [markdown]
# How this is computed is explained in the next section, which needs it too. Here is the whole method:

# %%
show.source(reference.superpixel_color_fusion)

# %%
fused = experiments.in_superpixels(coffee, rocket)
print(f"{reference.sliced_wasserstein(fused, rocket):.1f} levels apart")
show.pictures({"target": coffee, "superpixels": fused, "reference": rocket}, scale=2)

# %% [markdown]
# ## 7 · Features that agree
#
# Why should an *orange* piece look for an orange partner? We are about to change its colour! It would be better if skin looked for fur, sky for wall, edge for edge. So Carrillo, Clément and Bugeau (2021) compare pieces by **features**, numbers that say what a pixel and its surroundings look like.
#
# ### Features
#
# Their features are the first layers of a network, VGG-19, trained on a million photos. Its weights take up half a gigabyte, so this course does not ship them. Instead, the default is `filter_bank`, 27 hand-designed numbers: lightness, opponent colours, edges and spots at three scales.

# %%
features = reference.filter_bank(coffee)
names = {0: "black", 4: "white", 5: "red", 9: "brighter below", 17: "brighter right"}
print(features.shape, features.dtype)
shown = {name: features[..., n] / features[..., n].max() for n, name in names.items()}
show.pictures({"picture": coffee, **shown}, columns=3, scale=1)

# %% [markdown]
# `super_features` takes the mean over each superpixel: a picture of $n$ pixels has only about $3\sqrt n$ such rows.
#
# ### Who resembles whom?
#
# `correlation` (Eq. 2) compares each row of the target with each row of the reference. Subtract the mean from each row, divide the row by its length; then a single product does the rest:

# %%
show.source(reference.super_features, reference.correlation, reference.attention)

# %% [markdown]
# `attention` (Eq. 1) turns these correlations into shares: $e^{\,\text{correlation} / \tau}$, divided by the sum of the row. It is the softmax of chapter 09, and each row says **how much one piece of the target looks at each piece of the reference**.
#
# **Move the pointer over the astronaut. Then move τ from one end to the other.** What does the face look at? What happens to "what it becomes" as τ grows?

# %%
explore.attention()

# %% [markdown]
# - With a tiny τ, the winner takes nearly all. Most pieces take the colour of a single other one.
# - The larger τ, the more pieces share. All colours come closer to the mean of the reference: brown.
#
# How many pieces share? Here is the average over all rows, given as the number that would do so in equal shares:

# %%
target, other = (experiments.picture(name, 160) for name in ("astronaut", "chelsea"))
table = story.correlations(target, other, 200)
many = []
for tau in (9e-4, 0.02, 0.1):
    shares = reference.attention(table, tau)
    assert np.allclose(shares.sum(axis=1), 1)
    disorder = -(shares * np.log(np.maximum(shares, 1e-300))).sum(axis=1)
    many.append(np.exp(disorder).mean())
    print(f"tau {tau:6}: as if {many[-1]:5.1f} of {table.shape[1]} shared equally")
assert many == sorted(many)

# %% [markdown]
# ### The trap: the other softmax
#
# A softmax has an axis. One of these two pictures was made with the wrong axis. Which one?

# %%
labels, _ = story.pieces_of(target, 200)
palette = story.pieces_of(other, 200)[1]
over_rows = reference.attention(table, 0.02)
over_columns = reference.attention(table.T, 0.02).T
painted = {}
for name, shares in {"A": over_columns, "B": over_rows}.items():
    mixed = shares @ palette / shares.sum(axis=1, keepdims=True)  # the last line of most programs
    painted[name] = np.rint(255 * mixed).astype(np.uint8)[labels]
show.pictures({"target": target, **painted}, scale=2)

# %% [markdown]
# Both look quite plausible: the division at the end repairs the sums. It was A. There, each piece of the reference is shared out among the pieces of the target, and those that resemble nothing in particular get what the others leave over.

# %%
taken = over_columns.sum(axis=1)
print(f"over the wrong axis a piece takes from {taken.min():.4f} to {taken.max():.1f} in all")
assert taken.max() > 5 and np.allclose(over_rows.sum(axis=1), 1)

# %% [markdown]
# ### From pieces to pixels
#
# `places_and_colors` gives each pixel five numbers: row, column, red, green, blue. `mahalanobis_kernel` describes each piece by its centre $X_i$ and by how far it reaches, $Q_i$, with $\delta_s = 10$ for places and $\delta_c = 0.1$ for colours (Eq. 6). The `mahalanobis` distance is measured in units of that reach (Eq. 5):
#
# $$d(p, i) = \exp\left( -\,\frac{(X_p - X_i)^\top Q_i^{-1} (X_p - X_i)}{\sigma_g} \right)$$
#
# Then a pixel's new colour is the mean of the new colours of the pieces, weighted by $d$ (Eq. 3-4).

# %%
show.source(reference.fuse_colors)

# %% [markdown]
# ### Which product first?
#
# In the paper there is one large matrix $W = d\,A$: how much each *pixel* takes from each *superpixel of the reference*. Multiplied by the colours $c$, it gives the picture: $(d\,A)\,c$. How large is $W$ for a film frame, in single precision?

# %%
pixels = 1080 * 1920
count = round(3 * np.sqrt(pixels))
print(f"{pixels} pixels times {count} superpixels: {4 * pixels * count / 2**30:.0f} GiB")
assert count == 4320

# %% [markdown]
# Now put the brackets elsewhere: $d\,(A\,c)$. Mathematically it is the same. Count the multiplications:

# %%
left_first = pixels * count * count + pixels * count * 3
right_first = count * count * 3 + pixels * count * 3
print(f"(d A) c: {left_first:.2e} multiplications")
print(f"d (A c): {right_first:.2e} multiplications, {left_first / right_first:.0f} times fewer")
assert left_first > 1000 * right_first

# %% [markdown]
# $A\,c$ has three columns, while $A$ has thousands. So mix the colours *first*, and $W$ is never needed. Let us check first, on a small example, that both give the same:

# %% tags=["nbval-ignore-output"]
d, a, c = (rng.random(size, np.float32) for size in ((600, 500), (500, 500), (500, 3)))
gap = np.abs((d @ a) @ c - d @ (a @ c)).max() / np.abs(d @ (a @ c)).max()
print(f"they differ by at most {gap:.0e} of the largest value")
assert gap < 1e-5

# %% [markdown]
# Then we take the sizes of the film frame, and the clock. Nobody wants to wait for the left product of a whole frame. So it gets only a few hundred pixels, and we give both times *per pixel*.

# %% tags=["nbval-ignore-output"]
many, few = 8000, 200
sizes = (many, count), (count, count), (count, 3)
d, a, c = (rng.random(size, np.float32) for size in sizes)
slow = {"(d A) c": lambda: (d[:few] @ a) @ c}
quick = {"d (A c)": lambda: d @ (a @ c)}
left = measure_all(slow, repeats=2, warmup=0)["(d A) c"].minimum / few
right = measure_all(quick, repeats=5, warmup=1)["d (A c)"].minimum / many
print(f"(d A) c: {1e6 * left:7.1f} microseconds per pixel")
print(f"d (A c): {1e6 * right:7.1f} microseconds per pixel, {left / right:.0f} times faster")
print(f"the whole frame: {left * pixels / 60:.0f} minutes, or {right * pixels:.0f} seconds")

# %% [markdown]
# There are over a thousand times fewer multiplications. In time the factor is smaller, because reading $d$ from memory takes longer than those few multiplications. `fusion_weights` does build $W$, here for a crop, to prove that both give the same:

# %%
crop = target[40:72, 60:100]
pieces, _ = story.pieces_of(crop, 20)
few = reference.attention(rng.random((pieces.max() + 1, len(palette))), 0.1)
dense = reference.fusion_weights(crop, pieces, few)
streamed = reference.fuse_colors(crop, pieces, few @ palette)
print(f"W {dense.shape}; largest difference {np.abs(dense @ palette - streamed).max():.0e}")
assert np.allclose(dense.sum(axis=-1), 1) and np.allclose(dense @ palette, streamed)

# %% [markdown]
# ### All of it

# %%
show.source(reference.superfeature_transfer)

# %%
by_features = story.by_features(target, other, 200, 0.02, 10, 0.1, True)
by_linear = reference.monge_kantorovitch(target, other)
show.pictures({"reference": other, "linear": by_linear, "super-features": by_features}, scale=2)

# %% [markdown]
# ### What the paper leaves open
#
# A paper is not a program. Here are the choices we made; each is an argument of the function, so try the alternative:

# %%
first, second = (experiments.picture(name, 96) for name in ("astronaut", "chelsea"))
readings = {
    "as it stands": {},
    'center="channel"': {"center": "channel"},
    'pooling="max"': {"pooling": "max"},
    "sigma=1": {"sigma": 1.0},
    'covariance="own"': {"covariance": "own"},
    "reach=0.3": {"reach": 0.3},
}
for name, options in readings.items():
    image = reference.superfeature_transfer(first, second, superpixels=100, **options)
    row = experiments.measured(image, first, second)
    print(f"{name:17} {row['distance']:5.1f} levels apart, structure {row['structure']:.3f}")

# %% [markdown]
# - **The mean in Eq. 2** ($\mu$). According to the text, it is taken of each row, over the channels. In the program of the work it builds on, it is taken of each channel, over the pieces (`center="channel"`).
# - **Pooling** of features: "mean" or "max"? The paper does not say. We take the mean.
# - **$\sigma_g$ in Eq. 5** is given no value. Giraud's published program takes the smallest distance of each pixel; so do we (`sigma=None`).
# - **Scales.** Without a scale for rows and for colours, $\delta_s = 10$ means nothing. We divide places by height and width, and take colours in 0..1.
# - **Whose covariance?** According to Eq. 6, that of piece $i$. Giraud's program takes that of the pixel's own piece (`covariance="own"`), and asks only pieces nearby (`reach=0.3`).
#
# **What cannot be reproduced here.** The paper's pictures were made with VGG-19, which has seen a million photos. Without its weights *they cannot be reproduced, and we do not claim to*: hand-made filters know edges and levels; they do not know fur. (Did the face in the figure look at the cat's fur?) The paper prints no table of numbers to compare with, and we found no program by its authors. If you have the weights, call `gpu.vgg19` (layer `relu1_2` by default) and pass its result as `features=`, or give `--features vgg19` to the command of section 11. In fact any `(H, W, C)` arrays will do, even the colours themselves. These bring the colours closer than all the variants above, and keep less of the structure:

# %%
plain = tuple(image.astype(np.float32) / 255 for image in (first, second))
image = reference.superfeature_transfer(first, second, features=plain, superpixels=100)
row = experiments.measured(image, first, second)
print(f"features red, green, blue: {row['distance']:.1f} levels apart, {row['structure']:.3f}")

# %% [markdown]
# ## 8 · A small network
#
# Could a network *learn* how to move the cloud? Lee and others (2020) show it two **histograms**, of the target and of the reference, and let their difference steer. Here is a small one in that spirit:
#
# 1. `color_histogram` counts colours in a cube of bins.
# 2. `encode_histogram` turns each histogram into a code of a few numbers.
# 3. `analogy_cube` asks the network where each colour of a regular cube should go: the **difference** of the codes says how far.
# 4. `look_up_cube` gives every pixel its colour, by interpolating between the entries of the cube.

# %%
show.source(reference.analogy_cube, reference.histogram_analogy)

# %% [markdown]
# ### Who teaches it?
#
# Nobody has the right answers. But we can *make* them. Take two views of one scene, moved and zoomed (chapter 08). Give the second view a **style**: change its brightness, shift its channels.
#
# The network gets the first view and the histogram of the second. We know what it should make of the first, since we can put the first into that style ourselves.
#
# The scenes are tinted gray pictures, in pairs side by side; none of this chapter's photos is among them. Here the training begins, with weights that change nothing at all:

# %%
threads = torch.get_num_threads()
torch.set_num_threads(1)  # where products are small, threads only wait for each other
beginner, losses = training.train(steps=40)
torch.set_num_threads(threads)
start, end = np.mean(losses[:10]), np.mean(losses[-10:])
assert end < 0.8 * start

# %% tags=["nbval-ignore-output"]
print(f"loss in the first ten lessons {start:.3f}, in the last ten {end:.3f}")
line = {"loss": (range(1, 41), losses)}
plot = plots.curves(line, y_range=(0, 0.1), title="loss", x_label="lessons")
show.pictures({"a beginner": plot}, scale=1)

# %% [markdown]
# The whole course has 1500 such lessons and takes a minute or two: `python -m coursekit.color_transfer.training`. The resulting weights come with the chapter. What is in them, and what did those lessons teach?

# %%
tables = shared.load()
for name, table in tables.items():
    print(f"{name:16} {table.shape}")
print(sum(table.size for table in tables.values()), "numbers")

# %% tags=["nbval-ignore-output"]
begun = {name: table.numpy() for name, table in beginner.items()}
early = reference.histogram_analogy(coffee, rocket, weights=begun)
learned = reference.histogram_analogy(coffee, rocket)
for name, image in {"a beginner": early, "after 1500 lessons": learned}.items():
    print(f"{name:18} {reference.sliced_wasserstein(image, rocket):.1f} levels apart")
assert reference.sliced_wasserstein(early, rocket) < apart
show.pictures({"a beginner": early, "after 1500 lessons": learned, "reference": rocket}, scale=2)

# %% [markdown]
# Even the beginner knows which way to go: towards the reference's mean. What is learned later is more subtle. And what if both histograms are the same?

# %%
nothing = reference.histogram_analogy(coffee, coffee)
print(f"{reference.sliced_wasserstein(learned, rocket):.1f} levels apart, from {apart:.1f}")
print("own histogram: at most", np.abs(nothing.astype(int) - coffee).max(), "levels moved")
assert np.abs(nothing.astype(int) - coffee).max() <= 1
assert reference.sliced_wasserstein(learned, rocket) < apart

# %% [markdown]
# Equal histograms have equal codes, their difference is 0, and nothing moves: that is built in, not learned. The paper's network is far larger and sees the picture, too. This one gives a colour the same answer wherever it occurs.

# %% [markdown]
# ## 9 · Which one?
#
# **Watch the cloud move.** Choose a method and move the first slider from 0 to 1. Which methods move the cloud as a whole? Which let it fly apart?

# %%
explore.moving()

# %% [markdown]
# Admiring is not measuring. Here are three numbers:
#
# - `sliced_wasserstein` to the **reference**: how many levels are the colours still apart? (Look at both clouds from many directions; on each line, sort and compare.) *Low* is good.
# - `structural_similarity` (SSIM) to the **target**: is it still the same picture? In small windows of both, it compares the grays: their mean, their contrast and their pattern. 1 is perfect.
# - `gradient_correlation` to the **target**: are the edges where they were? 1 is perfect.
#
# And we take the time. Here are all methods on six pairs of small pictures, on whatever machine made this page:

# %%
results = experiments.compare(experiments.PAIRS[:3])

# %%
results |= experiments.compare(experiments.PAIRS[3:])
mean = experiments.mean_over_pairs(results)

# %% tags=["nbval-ignore-output"]
print(" " * 28 + "  levels apart   SSIM   gradients   milliseconds")
for method, row in mean.items():
    numbers = f"{row['distance']:12.1f} {row['structure']:8.2f} {row['gradients']:10.2f}"
    print(f"{method:28}{numbers} {1000 * row['seconds']:14.1f}")

# %% [markdown]
# Read the first row again: **doing nothing wins every column but one.** If somebody shows you only the structure, or only the colours, you are seeing half of the truth. The best in one is not the best in the other:

# %%
done = {method: row for method, row in mean.items() if method != experiments.NOTHING}
nearest = min(done, key=lambda method: done[method]["distance"])
truest = max(done, key=lambda method: done[method]["structure"])
print("nearest colours:", nearest, "| most structure kept:", truest)
assert nearest == "distribution (IDT)" and truest == "super-features"
idt, grained = done["distribution (IDT)"], done["distribution, regrained"]
assert grained["structure"] > idt["structure"] and grained["distance"] > idt["distance"]
assert all(row["distance"] < mean[experiments.NOTHING]["distance"] for row in done.values())

# %% [markdown]
# On average, some methods lose to another one on both counts:

# %%
beaten = [
    (better, worse)
    for better, one in done.items()
    for worse, other in done.items()
    if one["distance"] < other["distance"] and one["structure"] > other["structure"]
]
for better, worse in beaten:
    print(f"better on both counts: {better} than {worse}")
assert ("linear (Monge-Kantorovitch)", "moments (Reinhard)") in beaten

# %% [markdown]
# An average hides a lot. Here are the results pair by pair, as levels apart / SSIM:

# %%
short = [f"{target[:4]}>{other[:4]}" for target, other in experiments.PAIRS]
print(" " * 22 + "".join(f"{name:>12}" for name in short))
for method in mean:
    rows = (results[method, *pair] for pair in experiments.PAIRS)
    cells = (f"{row['distance']:6.1f}/{row['structure']:.2f}" for row in rows)
    print(f"{method.partition(' (')[0]:22}" + "".join(f"{cell:>12}" for cell in cells))

# %% [markdown]
# ### Where the simple ones win
#
# Let us be honest. How often does the plain linear map, one matrix for all, come closer than each of the others? (It is also more than ten times as fast as super-features.)

# %%
linear_name = "linear (Monge-Kantorovitch)"
wins = {}
for rival in done.keys() - {linear_name}:
    wins[rival] = sum(
        results[linear_name, *pair]["distance"] < results[rival, *pair]["distance"]
        for pair in experiments.PAIRS
    )
for rival in sorted(wins, key=lambda rival: (-wins[rival], rival)):
    print(f"closer than {rival:24} on {wins[rival]} of {len(experiments.PAIRS)} pairs")

# %%
assert mean["super-features"]["seconds"] > 10 * mean[linear_name]["seconds"]
assert mean["super-features"]["distance"] > mean[linear_name]["distance"]
assert grained["structure"] > mean[linear_name]["structure"]
assert grained["distance"] < mean[linear_name]["distance"]
assert grained["seconds"] > 3 * mean[linear_name]["seconds"]
gamut = done["light and gamut"]
assert idt["distance"] < gamut["distance"] < grained["distance"]
assert gamut["structure"] < grained["structure"]
assert wins["superpixels"] == wins["super-features"] == len(experiments.PAIRS)

# %% [markdown]
# So:
#
# - **Two photos in much the same kind of light**: the linear map. It takes a few milliseconds, has no parameters, and tears no neighbours apart. Try it first.
# - **The palette must be matched**, say for the grading of a film: IDT with regraining. On average it is better than the linear map on both counts, and far slower. It is not better on every pair: see the list.
# - **Light and gamut** comes closer still, and keeps less of the structure. Look at the picture, too: the traps of section 5 do not show in these numbers.
# - **Individual things** must keep or get their own colours: superpixels. They change the colours least and preserve the picture best; part of that is simply that they *do* less. A night sky that is to become a space suit finds no piece that it resembles, and stays dark.
# - **The small network** was taught with nothing but tinted gray pictures. It lies between the linear map and the superpixels, and can go astray: see below.
# - **Reinhard's moments** cost nothing. But on average the linear map beats them on both counts.
#
# Here is the hardest pair, the one that is farthest apart to begin with:

# %%
hard = max(experiments.PAIRS, key=lambda pair: results[experiments.NOTHING, *pair]["distance"])
night, day = (experiments.picture(name, 128) for name in hard)
hardest = {
    method.removeprefix("distribution, ").partition(" (")[0]: transfer(night, day)
    for method, transfer in experiments.METHODS.items()
}
assert hard == ("rocket", "astronaut")
show.pictures({"target": night, "reference": day, **hardest}, columns=5, scale=1)

# %% [markdown]
# None of the results is good. The moments burn out the sky, to white here and to black there: far from the mean, axes made of logarithms exaggerate whatever they stretch. The linear map and IDT bring out grain and red edges. Light and gamut gives a single pale tint. Regraining is the calmest result that still reaches the reference's brightness; the superpixels and the network stay close to the night.
#
# And here is where the network goes astray:

# %%
woman, cat = (experiments.picture(name, 112) for name in ("astronaut", "chelsea"))
astray = {
    "small network": reference.histogram_analogy(woman, cat),
    "linear": reference.monge_kantorovitch(woman, cat),
}
black = woman.max(axis=2) < 20
for name, image in astray.items():
    print(f"{name:14} black becomes {image[black].mean(axis=0).round()}")
tint = astray["small network"][black].mean(axis=0)
assert tint.argmax() == 1
show.pictures({"target": woman, **astray, "reference": cat}, columns=4, scale=1)

# %% [markdown]
# The helmet was black, and the network makes it dark green. The cat's eyes are green, but its darkest colours are brown: the linear map finds them.

# %% [markdown]
# ## 10 · On the GPU: a whole batch
#
# *For builders; skip it on a first reading.*
#
# The same functions under the same names take tensors `(..., 3, H, W)`: a batch of targets, a batch of references, on any device.

# %%
show.source(gpu.monge_kantorovitch, gpu.fuse_colors)

# %%
cup, motorcycle = coffee[::2, ::2], bike[::2, ::2]
targets, others = (
    torch.from_numpy(np.stack(pictures)).movedim(-1, 1).contiguous().to(device())
    for pictures in ([cup, cup[::-1], 255 - cup], [motorcycle, motorcycle[::-1], cup[:, ::-1]])
)
for name in ("reinhard", "monge_kantorovitch", "iterative_distribution_transfer"):
    batch = getattr(gpu, name)(targets, others).movedim(1, -1).cpu().numpy()
    arrays = zip(*(t.movedim(1, -1).cpu().numpy() for t in (targets, others)), strict=True)
    single = np.stack([getattr(reference, name)(*pair) for pair in arrays])
    print(f"{name:32} differs by {np.abs(batch.astype(int) - single).max()} levels at most")
    assert np.array_equal(batch, single)

# %% [markdown]
# And here is a whole photo, of 12 megapixels. It fits into memory because of what is *never* built: neither a table of all pixels by all superpixels, nor a copy of the photo for each axis.

# %% tags=["nbval-ignore-output"]
photo = torch.from_numpy(samples.coffee()).movedim(-1, 0)[:, :375, :500].to(device())
photo = photo.repeat(1, 8, 8)
wanted_look = torch.from_numpy(samples.rocket()).movedim(-1, 0).contiguous().to(device())
jobs = {"linear": lambda: gpu.monge_kantorovitch(photo, wanted_look)}
timing = measure_all(jobs, repeats=1, warmup=0)["linear"]
print(f"linear, {photo[0].numel() / 1e6:.0f} megapixels: {timing.minimum:.2f} s")

# %% [markdown]
# ## 11 · Your own photos
#
# Below are **two** buttons, *Own target* and *Own reference*; or drop a photo onto one of the two pictures. Both stay on your machine. *Swipe* lays any result over the target: drag the line.
#
# What do τ, δs and δc do to *your* pictures? What if there are only 20 superpixels?

# %%
explore.methods()

# %% [markdown]
# For a full-size photo, and without a notebook, there is a command:
#
# ```
# coursekit transfer target.jpg reference.jpg -o out.png --method superfeatures
# ```
#
# And `coursekit demo 10` shows all the figures of this chapter in a browser.
#
# ## 12 · Three questions
#
# Open an answer by clicking on it.

# %% jupyter={"source_hidden": true}
Question(
    "You shuffle all the pixels of the reference. Which method gives exactly the same result?",
    {
        "The transfer of distributions (IDT).": "It sees only the cloud of colours, and "
        "shuffling does not move a single point of it.",
        "The one with super-features.": "Its superpixels and its features depend on what lies "
        "next to what. After shuffling, there is nothing but noise.",
        "The one with light and gamut.": "It reads the lamp from the edges, and shuffling makes "
        "edges everywhere.",
    },
    right="The transfer of distributions (IDT).",
)

# %% jupyter={"source_hidden": true}
Question(
    "A method reaches an SSIM of 0.99 to the target. Is it a good transfer?",
    {
        "Yes: the structure is kept.": "It is. But so it would be if nothing had been done.",
        "Nobody can say: also ask how close the colours came.": "The row 'nothing at all' has "
        "an SSIM of 1.",
        "No: then the colours cannot have changed.": "They can. A linear change of light hardly "
        "lowers it.",
    },
    right="Nobody can say: also ask how close the colours came.",
)

# %% jupyter={"source_hidden": true}
Question(
    "d is 2 000 000 x 4000, A is 4000 x 4000, c is 4000 x 3. In which order do you multiply?",
    {
        "(d A) c, since it is read from left to right.": "The product in the brackets alone has "
        "8 000 000 000 numbers.",
        "d (A c), since A c is small.": "4000 x 3 numbers, and then a product with three columns.",
        "It does not matter: the result is the same.": "The result is. The work differs by a "
        "factor of more than a thousand.",
    },
    right="d (A c), since A c is small.",
)

# %% [markdown]
# ## Take-aways
#
# - A picture is a cloud of colours. Transferring colours means moving the cloud.
# - Among all maps that do the job, take the one that moves the colours least.
# - In one dimension, sorting solves the problem. In three, rotate the axes and sort again.
# - You cannot have the closest colours and the best-preserved structure at once: measure both, and show both.
# - Means and lamps belong to light, not to gamma-encoded levels; sums belong in floats, not in `uint8`; a softmax has an axis.
# - A volume knows no hues: check that red has not become blue.
# - Brackets are free. Set them so that the small product comes first.
# - Try the simple method before the clever one, and say where it wins.
#
# ## References
#
# - E. Reinhard, M. Ashikhmin, B. Gooch and P. Shirley, "Color transfer between images", *IEEE Computer Graphics and Applications* 21(5), 2001, 34-41.
# - D. Ruderman, T. Cronin and C.-C. Chiao, "Statistics of cone responses to natural images: implications for visual coding", *Journal of the Optical Society of America A* 15(8), 1998, 2036-2045.
# - F. Pitié, A. Kokaram and R. Dahyot, "Towards automated colour grading", *European Conference on Visual Media Production*, 2005; "Automated colour grading using colour distribution transfer", *Computer Vision and Image Understanding* 107(1-2), 2007, 123-137.
# - F. Pitié and A. Kokaram, "The linear Monge-Kantorovitch linear colour mapping for example-based colour transfer", *European Conference on Visual Media Production*, 2007.
# - R. Nguyen, S. Kim and M. Brown, "Illuminant aware gamut-based color transfer", *Computer Graphics Forum* 33(7), 2014, 319-328.
# - R. Giraud, V.-T. Ta and N. Papadakis, "Superpixel-based color transfer", *IEEE International Conference on Image Processing*, 2017, 700-704.
# - H. Carrillo, M. Clément and A. Bugeau, "Non-local matching of superpixel-based deep features for color transfer", *International Conference on Computer Vision Theory and Applications*, 2022 (preprint 2021).
# - J. Lee, H. Son, G. Lee, J. Lee, S. Cho and S. Lee, "Deep color transfer using histogram analogy", *The Visual Computer* 36, 2020, 2129-2143.
#
# Now it is your turn: [exercises/10_color_transfer.ipynb](../exercises/10_color_transfer.ipynb). Each answer is checked at once.
