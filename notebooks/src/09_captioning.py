# %% [markdown]
# # 09 · Captioning
#
# **Picture in, sentence out.** A network looks at a picture and says, word by word, what is on it.
#
# After this chapter you will be able to
#
# - turn sentences into numbers, and know what must not get lost on the way;
# - write an LSTM cell, an attention step and a beam search in ten lines each;
# - train a captioning network, and stop it, and go on;
# - let it speak: safely, boldly, or with several sentences in mind;
# - see where it looks while it speaks;
# - say how good its captions are, and which of the usual numbers you should not believe.
#
# The chapter follows a homework that thousands of students have written. We shall write it too, and meet its bugs: each of them runs without an error.
#
# **Now run the notebook:** in the menu, *Run ▸ Run All Cells*. It takes a minute or two, since networks are trained in it, and brings the figures to life.
# A line that begins with `assert` proves what the text says; skip it when you only read.

# %%
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from coursekit.captioning import data, explore, gpu, reference
from coursekit.captioning.data import claims
from coursekit.captioning.explore import drawing, watch
from coursekit.captioning.text import (SPECIAL, Vocabulary, as_matrix, as_table, batches, tokenize)
from coursekit.lab import Question, device, measure_all, samples, show

torch.set_num_threads(1)  # for small networks: several threads would wait for each other

# %% [markdown]
# ## 1 · The question
#
# Look at this picture, and say in one sentence what you see. Say it aloud.

# %%
first = data.scenes("test", 300)
scene = first.scenes[27]
show.pictures({"what is it?": scene.image()}, scale=5)

# %% [markdown]
# Five people might have said:

# %%
for caption in first.captions[27]:
    print(caption)

# %% [markdown]
# All five are right, and so was yours, I trust. None is equal to another. That makes captioning a strange task: there is no *one* right answer to compare with.
#
# With photos it is stranger still; nobody can count all that is true of a photo. That is why we use **made scenes** here, for most of the chapter. One to three shapes, and a program that knows what is where. It can make sentences, and it can *check* them. Try to deceive it: write a sentence of your own.

# %%
mine = "A small red circle above a blue star."  # write yours
verdict = claims.check(mine, scene)
print("true" if verdict.error is None else f"false, or not understood: {verdict.error}")

# %% [markdown]
# It names what is wrong first: *attributes* are the shapes, their colours and sizes.
#
# Turn some pages of the album. How would *you* find out, from the pixels alone, that something is left of something else?

# %%
explore.album()

# %% [markdown]
# A plan. Nobody knows how to write this program down, so it will be *learned*, from pictures and their sentences.
#
# What learns is a **network**: a function with many thousands of numbers in it, its *weights*. At first they are random, and so are its answers. Then they are turned a little, again and again, each in the direction that makes the answers better.
#
# Four steps:
#
# 1. **Words** become numbers (section 3).
# 2. A network that sees, the **encoder**, makes a list of numbers of the picture (section 4).
# 3. A network that speaks, the **decoder**, makes one word of it, then the next (sections 5 to 8).
# 4. We find out whether that is any good (section 9).
#
# ## 2 · The data
#
# There are three sources, and all give the same: pictures, and five or more captions for each.
#
# | | pictures | captions |
# |---|---|---|
# | `data.scenes(split, count)` | made on the spot | made, and true |
# | `data.coco(root, split)` | MSCOCO: 118 287 photos | five people each |
# | `data.handout(folder)` | none: 2048 numbers a photo | five people each |
#
# `coco` reads the very files that everybody else uses. How do they look? Let us write some scenes to the disk in COCO's own layout, and read them back:

# %%
with TemporaryDirectory() as folder:
    data.save_as_coco(first.take(range(20)), folder, "val2017")
    for path in sorted(Path(folder).rglob("*"))[:5]:
        print(path.relative_to(folder))
    back = data.coco(folder, "val2017")
    assert np.array_equal(back.images[7], first.images[7])
    assert back.captions == first.captions[:20]

# %% [markdown]
# Now a training set. The same seed gives the same scenes, on any machine.

# %%
train = data.scenes("train", 3000)
assert np.array_equal(data.scenes("train", 3).images, train.images[:3])
print(f"{len(train)} pictures of shape {train.images.shape[1:]}")
print(f"{sum(map(len, train.captions))} captions")

# %% [markdown]
# The captions of one picture belong together. If you split *captions* at random into training and validation, each picture stands on both sides, and the network is examined on what it learned by heart. `split` divides pictures:

# %%
larger, smaller = train.split(0.1)
assert not set(larger.identities) & set(smaller.identities)
print(len(larger), "pictures to learn from,", len(smaller), "to examine")

# %% [markdown]
# ## 3 · Words as numbers
#
# A network computes; it cannot compute with "red". What would you do? Here is the homework's way. Something is wrong with it. Can you see it before you run the next cell?

# %%
caption = "A red ring, left of a star."
numbers = [ord(symbol) for symbol in caption.lower()]
print(len(numbers), numbers[:12])

# %% [markdown]
# It works. But it is a list of **letters**: in Python, a text is a sequence of letters, and whoever loops over it gets letters, without a complaint. A network that learns from these must first learn to spell. Remember it; it comes back in section 9.
#
# So first of all, **split** (`tokenize`): small letters, no punctuation, words.

# %%
print(tokenize(caption))

# %% [markdown]
# Then count, and number the words: the commonest first. Four words are none, and come before all others:
#
# - `<PAD>` fills up,
# - `<START>` begins and `<END>` ends,
# - `<UNK>` stands for every word that is too rare to be learned.

# %%
words = train.words()
vocabulary = Vocabulary((one for own in words for one in own), min_count=5)
print(len(vocabulary), "words:", *vocabulary.words)
assert tuple(vocabulary.words[:4]) == SPECIAL

# %% [markdown]
# Our scenes have few words. COCO has more than 20 000, more than half of which occur fewer than five times; that is what `min_count` is for.
#
# Sentences become rows of a matrix, filled up with PAD. What happens to one that is too long? And to a word that nobody knows?

# %%
rows = as_matrix([tokenize(caption), tokenize("A zebra!")], vocabulary, max_length=8)
print(rows)
for row in rows:
    print([vocabulary.words[number] for number in row])
assert (rows == vocabulary.end).any(axis=1).all()

# %% [markdown]
# It loses its last words, but **never its END**. If you cut the row instead, as the homework does, the network learns from all long captions that one does not stop.
#
# A network is shown many captions at once, a **batch**. All captions are converted once, to one table; a batch is then an index into it. `batches` draws different pictures, and for each of them *one* of its captions. One round through all pictures is an *epoch*.

# %%
table, counts = as_table(words, vocabulary)
print("table", table.shape, table.dtype, "captions of the first picture:", counts[0])
pictures, drawn = next(batches(counts, 64, seed=1))
batch = table[pictures, drawn]
assert len(set(pictures)) == 64
print("a batch", batch.shape, "of which PAD:", f"{(batch == vocabulary.pad).mean():.0%}")

# %% [markdown]
# Nearly half of a batch is nothing. Remember that, too.

# %% [markdown]
# ## 4 · The encoder
#
# The decoder does not read pixels. Another network reads them first, one that was trained to tell things apart. Its last layer says "cat" or "dog"; we cut that off, and take what lies before it:
#
# - a **map**: for each place of a coarse grid, a list of numbers that say what is there,
# - or one **vector**: the mean of the map over all places (`pooled`).
#
# The homework takes the vector of Inception-v3 (`encoder("inception_v3")` is an `Encoder` of 8 × 8 places, 2048 numbers each, trained on 1.2 million photos). Its weights are 104 MB, so it waits until section 11. For scenes a small one will do, of five convolutions. The package brings its weights.

# %%
see = gpu.encoder("small")
grid = see(torch.from_numpy(first.images[:1]).movedim(-1, 1))
print("a picture", tuple(first.images[:1].shape), "becomes a map", tuple(grid.shape))
vector = gpu.pooled(grid)
print("and a vector", tuple(vector.shape))

# %%
show.source(gpu.SmallEncoder)

# %% [markdown]
# Each layer is a row of convolutions as in chapter 04, only that their kernels are learned. Those with `stride=2` keep every second place of each row and column: 64, 32, 16, 8.
#
# How did it learn to see? It was asked, for each of nine regions of made scenes: which shape is here, of which colour, which size? (`pretrain` asks.)
#
# Which of the two keeps the answer to *"is it left or right?"* Move the shape, and watch both.

# %%
explore.seen()

# %% [markdown]
# The map moves along. The vector hardly changes: the mean forgets **where**. Not entirely, since convolutions near the border see the border. We shall find out how much is lost.
#
# The encoder is not trained any further, so each picture needs to be encoded only once. That is worth it: it is most of the work.


# %%
def encode(pictures, size=500):
    parts = [torch.from_numpy(pictures[n : n + size]).movedim(-1, 1)
             for n in range(0, len(pictures), size)]  # fmt: skip
    return torch.cat([see(part) for part in parts])


grids = encode(train.images)
vectors = gpu.pooled(grids)
print("maps", tuple(grids.shape), "vectors", tuple(vectors.shape))

# %% [markdown]
# One more thing, small and worth a lot. Each number of the vector has its own mean and spread, and small ones are hardly heard. So subtract the mean of the training set, and divide by its spread. (Of the *training* set, also for other pictures: they must be measured with the same ruler.)

# %%
middle, spread = vectors.mean(0), vectors.std(0)


def codes_of(pictures):
    return (gpu.pooled(encode(pictures)) - middle) / spread


vectors = (vectors - middle) / spread
print(f"mean {abs(vectors.mean()):.3f}, spread {vectors.std(0).mean():.3f}")

# %% [markdown]
# ## 5 · The LSTM cell
#
# The decoder says one word after another. To know the next one it must remember: what is on the picture, and what it has already said. So it has a *state*, a list of numbers that it carries from word to word.
#
# The simplest such network makes its new state of the word $x$ and the old state $h$: it is $\tanh(W [x, h])$. So what it remembers is multiplied by $W$ at each word.
#
# What becomes of something that must be remembered for 15 words? For a single number, and without the tanh:

# %%
for weight in (0.5, 0.9, 1.1):
    print(f"times {weight} at each of 15 words: {weight**15:7.5f}")

# %% [markdown]
# It fades, or it grows until tanh cuts it off.
#
# The **LSTM** (*long short-term memory*, Hochreiter and Schmidhuber 1997) has a second state $c$, the memory, that is *not* multiplied by a matrix. Three valves decide, for each number of it:
#
# $$c' = \underbrace{\sigma(f)}_{\text{keep}} c + \underbrace{\sigma(i)}_{\text{write}} \tanh(g) \qquad h' = \underbrace{\sigma(o)}_{\text{show}} \tanh(c')$$
#
# $\sigma$ squeezes any number between 0 (shut) and 1 (open), and $g$ is what would be written. With $\sigma(f) = 1$ and $\sigma(i) = 0$ the memory stays as it is for as many words as you like.
#
# What the valves do depends on the word $x$, and on what was shown last, $h$. All four, $i$, $f$, $g$ and $o$, come from one matrix product. `lstm_cell`:

# %%
show.source(reference.lstm_cell)

# %% [markdown]
# `lstm` feeds it a sequence, word by word. Is it the LSTM that everybody uses?

# %%
torch.manual_seed(0)
theirs = torch.nn.LSTM(5, 7).double()
p = {name: value.detach().numpy() for name, value in theirs.named_parameters()}
weights = p["weight_ih_l0"], p["weight_hh_l0"], p["bias_ih_l0"] + p["bias_hh_l0"]
rng = np.random.default_rng(1)
x, h, c = (rng.normal(size=shape) for shape in ((15, 5), 7, 7))
shown, _, _ = reference.lstm(x, h, c, *weights)
state = torch.from_numpy(h)[None], torch.from_numpy(c)[None]
expected, _ = theirs(torch.from_numpy(x), state)
print(f"largest difference: {np.abs(shown - expected.detach().numpy()).max():.6f}")
assert np.allclose(shown, expected.detach().numpy(), atol=1e-6)

# %% [markdown]
# Two traps lie in these lines. PyTorch has *two* biases, whose sum is ours. And its state is `(h, c)`, in this order. The homework passes `(c, h)`:

# %%
swapped, _ = theirs(torch.from_numpy(x), state[::-1])
print(f"with h and c exchanged: {(swapped - expected).abs().max():.3f}")
assert (swapped - expected).abs().max() > 0.1

# %% [markdown]
# No error, since both have the same shape. And it does not even train badly: the network learns to live with it. It breaks on the day when somebody loads the weights into a program that does it right.
#
# ### The decoder
#
# Four parts, and that is a program that captions:
#
# 1. The picture's vector sets the first state, h and c (`start`).
# 2. Each word is looked up as a list of numbers that are learned, its *embedding*.
# 3. The LSTM reads START and the words of the caption, one by one (`read`).
# 4. After each, a last layer gives a number for every word of the vocabulary, its *logit*: how well would it go on?
#
# This is *Show and Tell* (Vinyals et al. 2015), and the homework:

# %%
show.source(gpu.CaptionNet)

# %% [markdown]
# ## 6 · The loss
#
# A network that has read "a red" and is asked for the next word: what should it answer? Not *one* word. "ring", "star" and "circle" may all follow; so each logit is made a **probability**. (`softmax` does; section 7 has the formula. `log_softmax` gives the logarithms, and never $\log 0$.)
#
# It is a good network if the word that comes had a high one. The *loss* is the surprise, the mean of
#
# $$-\log p(\text{the word that came})$$
#
# Over which words? Here is a batch, and a network that has learned nothing yet.

# %%
torch.manual_seed(0)
net = gpu.CaptionNet(len(vocabulary), vectors.shape[1])
captions = torch.from_numpy(batch)
logits = net(vectors[pictures], captions[:, :-1])
targets = captions[:, 1:]
print("logits", tuple(logits.shape), "targets", tuple(targets.shape))
ours = gpu.masked_cross_entropy(logits, targets).item()
print(f"loss {ours:.3f}; a fair die with {len(vocabulary)} sides: {np.log(len(vocabulary)):.3f}")
assert abs(ours - np.log(len(vocabulary))) < 0.1

# %% [markdown]
# The network reads all words but the last, and must guess all but the first: the targets are **shifted by one**. Forget that, and it must guess the word that it has just read. The loss falls to almost 0, and what it says is an echo: it reads START, and says START, for ever.
#
# And PAD? It is no word: `masked_cross_entropy` leaves it out, of the sum *and* of the number that it is divided by.

# %%
show.source(reference.masked_cross_entropy)

# %% [markdown]
# See what happens if you forget to leave it out. The same network and the same captions; only more columns of PAD are appended, and the network is sure of them:

# %%
sure = torch.nn.functional.one_hot(torch.tensor(vocabulary.pad), len(vocabulary)) * 30.0
for more in (0, 20, 100):
    wide = torch.cat([logits, sure.expand(64, more, -1)], 1)
    filled = torch.nn.functional.pad(targets, (0, more), value=vocabulary.pad)
    careless = torch.nn.functional.cross_entropy(wide.movedim(-1, 1), filled).item()
    masked = gpu.masked_cross_entropy(wide, filled).item()
    print(f"{more:3} more columns: careless {careless:.2f}, masked {masked:.2f}")
    assert abs(masked - ours) < 1e-4

# %% [markdown]
# Nothing was learned, and the careless loss fell to a fraction. **A loss is only worth something if you know what it is divided by.**
#
# ### Training
#
# That is all that training takes: draw a batch, compute the loss, go one step downhill. PyTorch finds out for each weight in which direction the loss falls (`backward`); `Adam` then turns it a little that way. Ten lines:


# %%
def learn(net, seen, table, counts, steps, size=64, loss=gpu.masked_cross_entropy, rate=1e-2):
    """Train for some steps, with so many captions in a batch, and give the loss of each."""
    table, losses = torch.from_numpy(table), []
    optimizer = torch.optim.Adam(net.parameters(), rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    while len(losses) < steps:
        for pictures, drawn in batches(counts, size, seed=len(losses)):
            captions = table[pictures, drawn]
            value = loss(net(seen[pictures], captions[:, :-1]), captions[:, 1:])
            optimizer.zero_grad(), value.backward(), optimizer.step(), schedule.step()
            losses.append(value.item())
            if len(losses) == steps:
                return losses


# %% [markdown]
# `train` of the package does just that, and more. Now and then it *looks*: it computes the loss on pictures that it does **not** learn from. Who learns by heart is found out there.
#
# Here are 300 such scenes. Watch the two curves grow:

# %%
held_out = data.scenes("validation", 300)
held_vectors = codes_of(held_out.images)
examined = gpu.Captions(held_vectors, *as_table(held_out.words(), vocabulary))

# %% tags=["nbval-ignore-output"]
STEPS = 400
recipe = gpu.Recipe(steps=STEPS, rate=1e-2, every=50)
started = time.perf_counter()
history = gpu.train(net, gpu.Captions(vectors, table, counts), recipe, examined, watch=watch.Plot())
print(f"{STEPS} steps of 64 captions in {time.perf_counter() - started:.0f} s")

# %%
losses = history.losses
assert np.mean(losses[-50:]) < 0.3 * losses[0]
assert abs(history.looks[-1]["loss"] - np.mean(losses[-50:])) < 0.1

# %% [markdown]
# It falls fast at first (words are learned), then slowly (what is on *this* picture).
#
# And the curves stay close together, so it has learned next to nothing by heart.
#
# What is the least that they could reach? Not 0: five people say five things, and nobody can know which of the five comes. So the number says little by itself. We must listen.
#
# (`Recipe` holds all that a training depends on: steps, rate, seed, and a `patience` after which it stops early. `History` holds what became of it, `mean_loss` is what it finds at a look. `train` also keeps **checkpoints**; section 10 kills it, and lets it go on.)
#
# ## 7 · Speaking
#
# The network gives probabilities; somebody must choose. Here is one step: read a word, give the numbers for the next.


# %%
def step(words, state):
    logits, state, _ = net.read(words[:, None], state)
    return logits[:, 0], state


@torch.no_grad()
def say(vectors, choose=gpu.greedy):
    numbers = gpu.decode(
        step, net.start(vectors), vocabulary.start, vocabulary.end, choose, max_length=25
    )
    return [vocabulary.decode(row) for row in numbers]


# %% [markdown]
# ### Greedy
#
# `greedy` takes the likeliest word, reads it, takes the next; `decode` goes on until END. On pictures that it has never seen:

# %% tags=["nbval-ignore-output"]
spoken = say(held_vectors)
show.pictures({" ".join(spoken[n]): held_out.images[n] for n in range(4)}, columns=2, scale=2)

# %% [markdown]
# It speaks! Every caption is good English. And is it true? Our scenes can be asked:

# %% tags=["nbval-ignore-output"]
parsed = [claims.parse(caption) is not None for caption in spoken]
print(f"a sentence of the grammar: {np.mean(parsed):.0%}")
for number in (1, 2, 3):
    rows = [n for n, scene in enumerate(held_out.scenes) if len(scene.shapes) == number]
    few = [spoken[n] for n in rows], [held_out.scenes[n] for n in rows]
    print(f"{number} shapes: {claims.tally(*few)['true']:4.0%} true")

# %% [markdown]
# One shape: nearly always right. Two: hardly ever. What is wrong with them? Compare what is named with what is there, in scenes of two shapes: only the colours, only the shapes, and both together.

# %% tags=["nbval-ignore-output"]
two = [n for n, scene in enumerate(held_out.scenes) if len(scene.shapes) == 2 and parsed[n]]
ways = {"colours": lambda one: one.color, "shapes": lambda one: one.kind,
        "both together": lambda one: (one.color, one.kind)}  # fmt: skip
right = {}
for what, of in ways.items():
    said, there = ([sorted(map(of, things)) for things in named] for named in (
        [claims.parse(spoken[n]).things for n in two], [held_out.scenes[n].shapes for n in two],
    ))  # fmt: skip
    right[what] = np.mean([ours == theirs for ours, theirs in zip(said, there, strict=True)])
    print(f"{what:13} right in {right[what]:4.0%}")
assert right["both together"] < 0.6 * right["colours"]

# %% [markdown]
# The colours are often on the picture, and so are the shapes, but they have been **exchanged**: a red star and a blue ring became a blue star and a red ring.
#
# You know why. The vector is a mean over all places. It says that there is red, and blue, and something round, and something with points; but what belongs together was side by side *in one place*, and is now in one heap.
#
# ### Temperature
#
# Greedy always says the same. Instead one can **draw** the next word by its probability (`sample`). And one can make the dice fairer or less fair, by dividing the logits by a **temperature** $t$ before `softmax`:
#
# $$p_k = \frac{e^{z_k / t}}{\sum_j e^{z_j / t}}$$
#
# Move the temperature, then the number of words that have been said. At which words is the network sure, and where does it hesitate?

# %%
explore.next_word()

# %% [markdown]
# - $t \to 0$: the best word takes all. That is greedy.
# - $t = 1$: what the network believes.
# - $t$ large: all words alike, and nonsense comes out.
#
# The homework calls $p^t$ "temperature", which is upside down: there, *hot* is greedy.
#
# Two more tools: `forbid` gives some words no chance (nobody says PAD), and `keep_top_k` all but the best few.


# %%
def boldly(temperature, rng):
    def choose(logits):
        logits = gpu.forbid(logits, [vocabulary.pad, vocabulary.start, vocabulary.unk])
        chances = gpu.softmax(gpu.keep_top_k(logits, 10), temperature)
        return gpu.sample(chances, torch.from_numpy(rng.random(len(logits))).float())

    return choose


# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(0)
for temperature in (0.3, 1.0, 3.0):
    said = say(held_vectors[:1], boldly(temperature, rng))
    print(f"{temperature}:", " ".join(said[0]))

# %% [markdown]
# ### Several sentences in mind
#
# Greedy cannot go back. If it says "there" because that is a little likelier than "a", it must go on from there, even if none of the sentences that begin so is likely.
#
# **Beam search** keeps the best few unfinished sentences. Each of them goes on with every word; of all these, the best few stay (`beam_step`). Multiplying probabilities means adding their logarithms.

# %%
show.source(reference.beam_step)

# %% [markdown]
# Let the tree grow, word by word. Gray branches have died, and the orange one wins in the end.
#
# Is it in front from the first word? Turn the made scenes until you find one where it comes from behind. Then try other widths. With a width of 1, what is it?

# %%
explore.beam()

# %% [markdown]
# `beam_search` does that until all have ended. Does it find likelier sentences than greedy, which is a beam of one? It must, you may think.


# %%
@torch.no_grad()
def say_carefully(vectors, width):
    captions, scores = gpu.beam_search(
        step, net.start(vectors), vocabulary.start, vocabulary.end, width, max_length=25
    )
    return [vocabulary.decode(row) for row in captions[:, 0]], scores[:, 0]


# %% tags=["nbval-ignore-output"]
beams, less, (_, first_choice) = {}, {}, say_carefully(held_vectors, 1)
for width in (3, 10):
    beams[width], found = say_carefully(held_vectors, width)
    more, less[width] = (found > first_choice + 1e-4), (found < first_choice - 1e-4)
    print(f"a beam of {width:2}: likelier than greedy {more.float().mean():.0%}", end=", ")
    print(f"less likely {less[width].float().mean():.0%}")

# %% [markdown]
# By no means. The narrow beam finds a *less* likely sentence about as often as a likelier one. How do the less likely ones begin?

# %% tags=["nbval-ignore-output"]
openings = [beams[3][n][:2] for n in less[3].nonzero()[:, 0].tolist()]
for opening in ("there is", "two shapes", "three shapes"):
    count = sum(words == opening.split() for words in openings)
    print(f"{opening:12} {count:3} of {len(openings)}")

# %% [markdown]
# "There is" and "two shapes" cost little, since all is still open after them. So for a while they are ahead of every beginning that has already chosen a colour, and drive it out of a narrow beam. The best sentence need not have the best beginnings.
#
# And what do they *say*? Count how many captions tell **how things stand** (left, right, above, below), in scenes of two shapes or three: those of people, those drawn at temperature 1, the greedy ones, and those of the beam.

# %%
SIDES = {"left", "right", "above", "below"}


def tells_sides(caption):
    said = claims.parse(caption)
    return said is not None and any(link in SIDES for _, link, _ in said.links)


several = [n for n, scene in enumerate(held_out.scenes) if len(scene.shapes) > 1]
heard_from = {
    "people": [tokenize(own[0]) for own in held_out.captions],
    "drawn": say(held_vectors, boldly(1.0, np.random.default_rng(1))),
    "greedy": spoken,
    "beam 10": beams[10],
}

# %% tags=["nbval-ignore-output"]
sides = {}
for name, every in heard_from.items():
    sides[name] = np.mean([tells_sides(every[n]) for n in several])
    true = claims.tally([every[n] for n in several], [held_out.scenes[n] for n in several])["true"]
    print(f"{name:7} tell how things stand {sides[name]:4.0%}, true {true:4.0%}")
assert max(sides["beam 10"], sides["greedy"]) < 0.7 * min(sides["people"], sides["drawn"])

# %% [markdown]
# Those who take the likeliest are true a little more often than those who draw. Wonderful? Look at the other column. They say **less of what is hard**.
#
# People tell how things stand, and what is *drawn* does so nearly as often. But this network does not know left from right.
#
# It spreads its probability over "left", "right", "above" and "below"; so each of these is less likely than "larger than", or "at the top", about which it is sure. The likeliest sentence is the one that commits itself to nothing doubtful. It **hedges**, as a politician does.
#
# So never quote the share of true captions alone: quote what they claim.
#
# ### All in one
#
# A `Captioner` is an encoder, a network and its words. Its `generate` takes pictures, and does all that this section was about. Here is the one that comes with the package; what is new in it, the next section tells:

# %%
captioner = gpu.Captioner.load()
picture = torch.from_numpy(scene.image()).movedim(-1, 0)
for options in (
    {"method": "greedy"},
    {"method": "beam", "beam_width": 3, "max_length": 20},
    {"method": "beam", "prefix": ["there", "is"]},
    {"method": "sample", "temperature": 2.0, "top_k": 10, "seed": 1},
):
    print(captioner.generate(picture, **options)[0], "  ", options)

# %% [markdown]
# ### Nothing twice
#
# Let it caption the scenes that are held out, with a beam of 3. Which captions say four words in a row twice (`ngrams`)?

# %% tags=["nbval-ignore-output"]
shown = torch.from_numpy(held_out.images).movedim(-1, 1)
said = [best.words for (best,) in captioner.generate(shown, "beam")]
twice = [words for words in said if max(reference.ngrams(words, 4).values(), default=0) > 1]
print(len(twice), "of", len(said))
for words in twice:
    print(" ".join(words))

# %% [markdown]
# Some are honest: two large crosses share words. The others name **one thing twice**; the network has forgotten that it has said it.
#
# There is a blunt cure (Paulus, Xiong and Socher 2018): what was said is **not said again**. `repeats` finds the words that would end a run of $n$ words which the caption has already, and `beam_search` gives them no chance. With `generate` it is the option `no_repeat_ngram_size`, $n$.

# %%
show.source(reference.repeats)

# %% [markdown]
# Which $n$ would you take? The shorter the run, the more is forbidden, and the less can be said twice. Is short best, then?

# %% tags=["nbval-ignore-output"]
true = {0: claims.tally(said, held_out.scenes)["true"]}
for size in (3, 4, 5):
    own = [best.words for (best,) in captioner.generate(shown, "beam", no_repeat_ngram_size=size)]
    true[size] = claims.tally(own, held_out.scenes)["true"]
for size, share in true.items():
    print(f"{f'no {size} words twice' if size else 'no such rule':18} {share:.1%} true")
assert true[3] < true[0]

# %% [markdown]
# Three are a disaster: "a large red" is needed twice in a scene with a large red star and a large red ring, so it lies. Four do no such harm. A run of five is so rare here that the rule changes nothing.
#
# The rule knows nothing of pictures; it only knows what looks like stuttering. For photos and other captions, measure again.

# %% [markdown]
# ## 8 · Attention
#
# Why does our network exchange colours, and not know left from right? Because it sees a mean over all places, once, before the first word. You do it in another way: you *look* at the ring, say "ring", then look for what is beside it.
#
# So let the decoder look at the map **before each word**, at a place of its own choice. Its state asks a question; each place has a key; where both go well together it looks longest:
#
# $$e_p = v \cdot \tanh(W_q h + k_p) \qquad \alpha = \operatorname{softmax}(e) \qquad \text{seen} = \sum_p \alpha_p\, \text{map}_p$$
#
# $v$ and $W_q$ are weights: they are learned, like all others. The keys do not depend on the question, so they are made once a picture (`attention_keys`); the rest is `attention_step`:

# %%
show.source(reference.attention_keys, reference.attention_step)

# %% [markdown]
# This is the attention of Bahdanau et al. 2015, found for translating, and used on pictures by *Show, Attend and Tell* (Xu et al. 2015). Nobody tells the network where to look. It is trained with the same loss, on the same captions.
#
# Here it is, trained in full (the package brings the weights). Go from word to word. Where does it look when it says the first colour? And the second? Where, when it compares the two?
#
# Then choose the caption that is *drawn hot*, at temperature 2. Where does it look when it goes astray?

# %%
explore.attention()

# %% [markdown]
# Before each colour it looks at the thing that bears it. Before it compares, it looks at both: "large", too, is a comparison. And at the end it looks round: is anything left to be said?
#
# (With `generate`, each caption is a `Said`: its words, how likely they are, and where it looked for each.)
#
# Do not believe too much in such pictures, though. They show where the numbers came *from*, not what the network concluded; a network can look at the right place and say the wrong word.
#
# ### Vector against map
#
# Here are the curves of both, `CaptionNet` and `AttentionCaptionNet`, trained on 8000 scenes by the package's own command, `coursekit caption reproduce`. They stand in the package, beside the weights.

# %%
stored = json.loads((Path(gpu.__file__).parents[1] / "weights" / "curves.json").read_text())
curves = {f"{name}, held out": [np.nan, *(look["loss"] for look in stored["train"][name]["looks"])]
          for name in ("vector", "attention")}  # fmt: skip
curves |= {f"{name}, training": stored["train"][name]["losses"] for name in ("vector", "attention")}
show.pictures({"loss": drawing.histories(curves, "training, from beginning to end")})

# %% [markdown]
# And this is what they say of 1000 scenes that neither has ever seen. The training was repeated from other random numbers, since one run alone may be luck; ± is the spread of the runs.

# %%
MEASURES = "true", "attributes", "related", "relation true", "BLEU-4", "CIDEr"
WAYS = "greedy", "beam 3", "beam 3, no repeats"
repeated = [run for name, run in stored.items() if name.startswith("train")]


# %%
def measured(runs, test, before=True):
    """Give mean and spread of the MEASURES, by network and way of speaking."""
    found = {}
    for name in ("vector", "attention"):
        own = [run[name] for run in runs if name in run]
        own = [one["before fine-tuning"] for one in own] if before else own
        for way in WAYS:
            values = [[one[test][way][measure] for measure in MEASURES] for one in own]
            values = np.array(values, dtype=float)  # None, where there was nothing, becomes NaN
            found[name, way] = values.mean(axis=0), values.std(axis=0) * (len(own) > 1)
    return found


# %%
def print_measured(found):
    print(f"{'':28}" + "".join(f"{measure:>14}" for measure in MEASURES))
    for (name, way), pairs in found.items():
        cells = [f"{m:.2f}" + (f" ±{s:.2f}" if s > 0 else "") for m, s in zip(*pairs, strict=True)]
        print(f"{name:10}{way:18}" + "".join(f"{cell:>14}" for cell in cells))


# %%
learned = measured(repeated, "test")
print(len(repeated), "runs")
print_measured(learned)
assert learned["attention", "greedy"][0][0] > learned["vector", "greedy"][0][0] + 0.2

# %% [markdown]
# How to read it:
#
# - "attributes" is the share of captions with a **wrong** shape, colour or size. Attention repairs what the mean has spoilt: it names the colour that stands *with* the shape.
# - "related" is the share that says how one thing stands to another, or which is larger; "relation true", how many of those are true. Attention does not only tell it, it *knows* it.
# - BLEU-4 and CIDEr are the subject of the next section.
#
# ### What was never seen together
#
# Has it learned "red" and "circle", or "red circle"? In another training set some combinations of a colour and a shape never occur: no red circle, though there are red stars and blue circles. Encoder and both networks were trained on it from scratch. First on the test scenes, most of which hold nothing new; then on scenes that hold at least one combination that was never there:

# %%
known, new = (measured([stored["seen"]], test) for test in ("test", "unseen"))
for name, found in {"test scenes": known, "something new in each": new}.items():
    print(name)
    print_measured(found)
for name in ("vector", "attention"):
    assert new[name, "greedy"][0][0] < known[name, "greedy"][0][0]
assert new["attention", "greedy"][0][0] > 0.3 > 0.1 > new["vector", "greedy"][0][0]

# %% [markdown]
# Of the mean over all places nothing is left: the vector has learned heaps, "red circle" as a whole, and a new heap tells it nothing.
#
# Who looks at one place finds "red" there, and "round", and has met both before. That is right for many scenes, and wrong for still more, for an old reason: "red circle" was never the right thing to say, so the network has learned not to say it. What a child does at once is hard for a network.
#
# ## 9 · How good is it?
#
# With photos, no program can check what is said. All we have are the five sentences of five people. How near is a sixth one to them?
#
# ### BLEU
#
# How many of the caption's words stand in one of the references? And of its pairs, its triples, its runs of four (`ngrams`)? Each counts at most as often as in one reference; or "a a a a" would be perfect. `bleu` (Papineni et al. 2002) takes the geometric mean, and punishes what is too short.

# %%
said, people = tokenize("a red ring left of a star"), [
    tokenize("A red ring to the left of a blue star"), tokenize("There is a red ring")
]  # fmt: skip
for n in range(1, 5):
    mine, theirs = reference.ngrams(said, n), [reference.ngrams(one, n) for one in people]
    found = sum(min(count, max(one[gram] for one in theirs)) for gram, count in mine.items())
    print(f"{n} words: {found} of {mine.total()} found")
print("BLEU-1 to 4:", np.round(reference.bleu([said], [people]), 3))

# %% [markdown]
# ### ROUGE-L and CIDEr
#
# `rouge_l` (Lin 2004) looks for the longest row of words that both have in the same order, with gaps (`longest_common_subsequence`).
#
# `cider` (Vedantam et al. 2015) asks which words *matter*: one that stands in the references of each picture counts for nothing, a rare one for much. So its value depends on which pictures are scored together.

# %%
print("longest common part:", reference.longest_common_subsequence(said, people[0]), "words")
print("ROUGE-L", round(reference.rouge_l([said], [people]), 3))
print("CIDEr of one picture alone:", reference.cider([said], [people]))
assert reference.cider([said], [people]) == 0

# %% [markdown]
# ### What do they not see?
#
# Take true captions, and exchange "left" and "right" in all of them. Then also take captions of **other** pictures, well-formed every one. And the sixth true one, which is as good as it gets:


# %%
def scores(spoken):
    """Give BLEU-4, ROUGE-L, CIDEr and the share of true captions, of the 300 held-out scenes."""
    people = held_out.words()
    true = claims.tally(spoken, held_out.scenes)["true"]
    blue = reference.bleu(spoken, people)[3]
    return blue, reference.rouge_l(spoken, people), reference.cider(spoken, people), true


sixth = [tokenize(claims.sentences(scene, seed=1)[0]) for scene in held_out.scenes]
swap = {"left": "right", "right": "left", "above": "below", "below": "above"}
mirrored = [[swap.get(word, word) for word in caption] for caption in sixth]
table_of = {"a sixth true one": sixth, "left for right": mirrored, "of another": sixth[::-1]}
print(f"{'':18}BLEU-4 ROUGE-L CIDEr  true")
for name, captions_said in table_of.items():
    print(f"{name:18}" + "".join(f"{value:6.2f} " for value in scores(captions_said)))

# %% [markdown]
# Look at the second row. Half of these captions are **false**, and the numbers hardly notice. One wrong word in a sentence costs a little; that it is the only word that mattered, no n-gram knows.
#
# ### The lower the loss, the worse the captions
#
# Now to the homework's bugs. Three students train the same network, for the same number of steps, on the same captions.
#
# - The first is us.
# - The second forgets the mask: PAD counts.
# - The third splits the captions, and then goes on with the ones that were not split. (You saw it in section 3.) The vocabulary of COCO has each single letter, so nothing complains. A caption has about five times as many letters as words, so 16 captions are enough for a batch.
#
# Which loss will be the lowest?


# %%
def careless(logits, targets):
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())


def student(known, table, size):
    torch.manual_seed(0)
    network = gpu.CaptionNet(len(known), vectors.shape[1])
    return known, network, learn(network, vectors, table, counts, STEPS, size, careless)


students = {"first": (vocabulary, net, losses), "second": student(vocabulary, table, 64)}

# %%
spelled = [[list(one.lower()) for one in own] for own in train.captions]
letters = Vocabulary((one for own in spelled for one in own), min_count=1)
students["third"] = student(letters, as_table(spelled, letters)[0], 16)


# %%
def smooth(losses, window=40):
    return np.convolve(losses, np.ones(window) / window, "valid")


# %% tags=["nbval-ignore-output"]
reports = {name: smooth(curve) for name, (_, _, curve) in students.items()}
show.pictures({"what they report": drawing.histories(reports, "training, from beginning to end")})

# %% [markdown]
# The third is far ahead. Let them speak, all of the same pictures:


# %%
@torch.no_grad()
def heard(known, network, vectors, longest=80):
    def step(words, state):
        logits, state, _ = network.read(words[:, None], state)
        return logits[:, 0], state

    start = network.start(vectors)
    rows = gpu.decode(step, start, known.start, known.end, max_length=longest)
    return [known.decode(row) for row in rows]


# %% tags=["nbval-ignore-output"]
results = {}
for name, (known, network, curve) in students.items():
    said = heard(known, network, held_vectors)
    print(f"{name:7}", " ".join(said[0]))
    if known is letters:  # put the words together again
        said = ["".join(caption).split() for caption in said]
    results[name] = np.mean(curve[-50:]), *scores(said)

# %% tags=["nbval-ignore-output"]
print(f"{'':9}loss   BLEU-4 ROUGE-L CIDEr  true")
for name, values in results.items():
    print(f"{name:8}" + "".join(f"{value:6.2f} " for value in values))
reported = [values[0] for values in results.values()]
assert reported[0] > reported[1] > reported[2]
assert results["third"][3] < 1 < results["first"][3]

# %% [markdown]
# **The lower the loss, the worse the captions.** Losses of different tasks cannot be compared: a letter is easier to guess than a word, and PAD is easier than anything.
#
# An honest remark: the second student's captions are about as good as ours. To count PAD harms little; it only makes the number a lie. Which is bad enough, if the number is what you look at.
#
# Two more, without training anything: one asks for `caption_prefix == END`, a list compared with a word, which is never true; the other exchanges h and c.


# %%
@torch.no_grad()
def unending(vectors):
    start, nothing = vocabulary.start, vocabulary.pad
    rows = gpu.decode(step, net.start(vectors), start, nothing, max_length=40)
    return [[vocabulary.words[number] for number in row] for row in rows]


@torch.no_grad()
def exchanged(vectors):
    state = net.start(vectors)[::-1]
    rows = gpu.decode(step, state, vocabulary.start, vocabulary.end, max_length=25)
    return [vocabulary.decode(row) for row in rows]


# %% tags=["nbval-ignore-output"]
for name, bug in {"END": unending, "(c, h)": exchanged}.items():
    said = bug(held_vectors)
    print(f"{name:7}" + "".join(f"{value:6.2f} " for value in scores(said)), *said[0][:16])

# %% [markdown]
# The weights are the same as above, and right. In the exercises you mend all six bugs of that homework yourself.
#
# ### Marks instead of words
#
# Cross-entropy asks: which word comes next, after the words that *people* said? But we want captions that are **true**. Why not train for that?
#
# Because a mark has no slope. Change a weight by very little, and the caption stays the same, and so does its mark. There is nothing to go down.
#
# The way out (Rennie et al. 2017, *self-critical training*): let the network **draw** four captions of a picture, and mark each. Those that are better than the others are made likelier, those that are worse, less likely. That has a slope, and it does not matter who gives the marks: a program, a metric, a person.

# %%
show.source(gpu.fine_tune)

# %% [markdown]
# `advantages` are the rewards, less the mean of the others. `policy_loss` multiplies them by the `negative_log_likelihoods` of the captions. So to go down makes the better ones likelier.
#
# Our marks come from the program that checks claims:

# %%
show.source(claims.rewards)

# %% [markdown]
# A caption that is true and complete (it names every shape) gets 1. It gets a little more if it also tells how one thing stands to another, or which is larger.
#
# Why a little more for telling? Think of what happened in section 7, before you go on.
#
# With marks for truth alone, the surest way to a full mark is to say **nothing that could be wrong**. You get what you mark, not what you want.
#
# The networks of section 8 were trained on in this way. Their mean mark, then what they say afterwards of the same 1000 scenes:

# %%
marks = {name: stored["train"][name]["rewards"] for name in ("vector", "attention")}
steps = stored["recipes"]["fine-tuning"]["steps"]
show.pictures({"mean mark": drawing.histories(marks, f"{steps} steps", high=1.4)})

# %%
refined = measured(repeated, "test", before=False)
print_measured(refined)
for name in ("vector", "attention"):
    assert refined[name, "greedy"][0][0] > learned[name, "greedy"][0][0]
told = {name: refined[name, "greedy"][0][MEASURES.index("related")] for name in marks}
assert told["vector"] < 0.2 < told["attention"]

# %% [markdown]
# Compare it with the table of section 8. More of it is true, though no network has seen a new picture or a new sentence. Each has only heard what its own are worth.
#
# And look at "related". The network that looks goes on telling. The one with the vector **cannot** know, so it has fallen all but silent, in one run more than in another: the little more was not worth the risk. It was never told to; it found out.
#
# What does the other one tell, left and right, or larger and smaller? Here are both, live, on the first scenes of two shapes or three:

# %%
rows = [n for n, scene in enumerate(first.scenes) if len(scene.shapes) > 1]
maps = encode(first.images[rows])
for name, path in gpu.captioner.SHIPPED.items():
    own = [best for (best,) in gpu.Captioner.load(path).words(maps)]
    true = claims.tally(own, [first.scenes[n] for n in rows])["true"]
    told[name] = np.mean([tells_sides(caption) for caption in own])
    print(f"{name:10} left, right, above or below: {told[name]:4.0%}; true {true:4.0%}")
assert max(told.values()) < 0.1

# %% [markdown]
# Which of two is *larger* is easy to see, and earns the same mark. We had left and right in mind. We did not say so.
#
# What it has lost is not in the table: variety. All five alternatives of a picture grow alike. The weights in the package are these, so you see it in the figures.
#
# ## 10 · On the GPU: a whole batch
#
# *For builders; skip it on a first reading.*
#
# The twins in `gpu` take whole batches, on any device: `lstm_cell`, `lstm`, `attention_keys`, `attention_step`, `masked_cross_entropy`, `softmax`, `log_softmax`, `decode`, `greedy`, `sample`, `forbid`, `keep_top_k`, `beam_step`, `repeats`, `beam_search`. They are the same formulas, with the batch in front.

# %%
show.source(gpu.attention_step)

# %%
rng = np.random.default_rng(2)
shapes = {"query": (32, 160), "keys": (32, 64, 48), "features": (32, 64, 130),
          "query_weight": (48, 160), "score_weight": (48,)}  # fmt: skip
arrays = {name: rng.normal(size=shape) for name, shape in shapes.items()}
tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
context, looked = gpu.attention_step(**tensors)
one = {name: array[5] if array.ndim > 2 or name == "query" else array
       for name, array in arrays.items()}  # fmt: skip
alone, _ = reference.attention_step(**one)
print(f"largest difference: {np.abs(context[5].numpy() - alone).max():.6f}")
assert np.allclose(context[5].numpy(), alone, atol=1e-6)

# %% [markdown]
# A beam search over a batch keeps $B \times K$ sentences at once. When the best are chosen, their *states* must be put in the same order as their words: forget it, and each sentence goes on with the memory of another. It is the classic bug of batched beam search, and no error tells it.
#
# What does it bring? One batch of 64 pictures, against one after another:

# %% tags=["nbval-ignore-output"]
many = held_vectors[:64]
times = measure_all(
    {
        "one by one": lambda: [say(many[n : n + 1]) for n in range(len(many))],
        "one batch": lambda: say(many),
    },
    repeats=3,
    warmup=1,
)
for name, timing in times.items():
    print(f"{name:11} {timing.median * 1000:6.0f} ms for {len(many)} captions, on {device()}")

# %% [markdown]
# ### Training that can be killed
#
# A real training takes days, and machines are switched off. `train` keeps a checkpoint: the network, the optimizer's own memory, and what has been. Everything else (which captions are drawn, what dropout hides) depends on the seed and the number of the step alone. So it goes on as if nothing had happened. Let us pull the plug:


# %%
class PulledPlug(watch.Watch):
    def step(self, loss):
        self.steps = getattr(self, "steps", 0) + 1
        if self.steps == 30:
            raise KeyboardInterrupt


recipe = gpu.Recipe(steps=40, size=32, every=10)
few = gpu.Captions(vectors[:640], table[:640], counts[:640])


def fresh():
    torch.manual_seed(0)
    return gpu.CaptionNet(len(vocabulary), vectors.shape[1], hidden=32)


# %%
with TemporaryDirectory() as folder:
    try:
        gpu.train(fresh(), few, recipe, folder=folder, watch=PulledPlug())
    except KeyboardInterrupt:
        print("the plug was pulled; there is", *(path.name for path in Path(folder).iterdir()))
    resumed = gpu.train(fresh(), few, recipe, folder=folder)
whole = gpu.train(fresh(), few, recipe)
print("steps:", len(resumed.losses), "equal to a run in one go:", resumed.losses == whole.losses)
assert resumed.losses == whole.losses

# %% [markdown]
# ### Several machines
#
# With several GPUs each takes its share of every batch, and they average their gradients: the curve is that of one. The same command runs it, started by PyTorch's `torchrun`:
#
# ```
# torchrun --nproc-per-node 4 -m coursekit caption train --data coco --root coco --encoder inception_v3
# ```
#
# ## 11 · Your own photo, and the real thing
#
# Give your photo to the network that has only ever seen scenes. What does it say? Then draw three shapes with a felt pen on gray paper, and photograph them. Put the file beside this notebook, or use **Own photo** in the figure. It stays on your machine.

# %%
explore.speak(samples.coffee())

# %% [markdown]
# It has words for coloured shapes, and for nothing else; so it tells of stars and squares where you see a cup. It cannot say "I do not know": nobody ever taught it to. (`coursekit demo 09` shows these figures full screen; take the picture of a scene there, and raise the temperature.)
#
# ### COCO
#
# The homework's network was trained on photos. You need three things: COCO's pictures and captions (19 GB, [cocodataset.org](https://cocodataset.org)), Inception-v3's weights (104 MB, which torchvision fetches, `pretrained` and `preprocessing` do the rest), and a GPU.
#
# ```
# coursekit caption train --data coco --root coco --encoder inception_v3 --out mine
# coursekit caption photo.jpg --model mine/captioner.safetensors
# ```
#
# The first line encodes each photo once (`extract`), to a file that a second call goes on with. Without an internet connection it says which file is missing, where to get it, and where to put it. Or name a file of your own; if it is not there, you are told that, too:

# %%
try:
    gpu.pretrained("inception_v3", weights="inception_v3.pth")
except FileNotFoundError as error:
    print(error)

# %% [markdown]
# And the homework's own files, `image_codes.npy` and `captions_tokenized.json`? `--data handout --root folder`: they are vectors, so a `CaptionNet` learns from them.
#
# For comparison, what others reached on COCO (CIDEr times 100, as papers print it): *Show and Tell* 85.5 (its Table 1); with attention and a better encoder about 108; with a transformer 113; and with the metric itself as a reward 130 (Luo's collection of trained networks, 2020).
#
# People score 85.4 in that same Table 1: *Show and Tell*'s number. By now you know what to think of that.
#
# ## 12 · Three questions
#
# Open an answer by clicking on it.

# %% jupyter={"source_hidden": true}
Question(
    "Your training loss is 0.36, your friend's 0.55, for the same network on the same captions. "
    "Whose captions are better?",
    {
        "Mine: the loss is lower.": "Lower of what? Yours may count PAD, which is easy to guess.",
        "Nobody knows: first see what each of you divides by, then listen.": "The same captions "
        "may come out of both; and letters give a still lower loss.",
        "My friend's: mine has learned by heart.": "Only a loss on other pictures could say so.",
    },
    right="Nobody knows: first see what each of you divides by, then listen.",
)

# %% jupyter={"source_hidden": true}
Question(
    "Your network speaks in a new way, and far more captions are true. What else must you look at?",
    {
        "How much the captions claim.": "Who says less is wrong less often: relations become rare.",
        "Nothing: true is true.": "“There is a shape” is true of each picture.",
        "The training loss.": "It is the same network; its loss has not changed.",
    },
    right="How much the captions claim.",
)

# %% jupyter={"source_hidden": true}
Question(
    "Why does the network with attention exchange colours so much less often?",
    {
        "It has more weights.": "With as many weights, the other one still gets a mean of all "
        "places.",
        "It sees the picture sharper.": "The encoder is the same for both.",
        "It looks at one place at a time.": "Shape and colour of one place belong together; in the "
        "mean over all places they lie in one heap.",
    },
    right="It looks at one place at a time.",
)

# %% [markdown]
# ## Take-aways
#
# - Split, count, number. A text is a sequence of letters, and no loop complains.
# - Never cut off END. Never count PAD. Guess the next word, not the one just read.
# - An LSTM keeps what its valves let it keep. Its state is (h, c), in this order.
# - Temperature divides the logits. Beam search looks for likelier sentences, and likely ones say little.
# - Attention: a question, keys, a softmax, a mean. It looks at a place for each word.
# - N-grams do not notice the one word that makes a sentence false.
# - You get what you mark, not what you want: whoever says nothing says nothing false.
# - The lower the loss, the worse the captions: compare losses only if they are divided by the same.
#
# ## References
#
# - S. J. Rennie, E. Marcheret, Y. Mroueh, J. Ross and V. Goel, "Self-critical sequence training for image captioning", *CVPR* 2017. [arXiv:1612.00563](https://arxiv.org/abs/1612.00563)
# - O. Vinyals, A. Toshev, S. Bengio and D. Erhan, "Show and tell: a neural image caption generator", *CVPR* 2015. [arXiv:1411.4555](https://arxiv.org/abs/1411.4555)
# - R. Paulus, C. Xiong and R. Socher, "A deep reinforced model for abstractive summarization", *ICLR* 2018. [arXiv:1705.04304](https://arxiv.org/abs/1705.04304)
# - K. Xu et al., "Show, attend and tell: neural image caption generation with visual attention", *ICML* 2015. [arXiv:1502.03044](https://arxiv.org/abs/1502.03044)
# - D. Bahdanau, K. Cho and Y. Bengio, "Neural machine translation by jointly learning to align and translate", *ICLR* 2015. [arXiv:1409.0473](https://arxiv.org/abs/1409.0473)
# - S. Hochreiter and J. Schmidhuber, "Long short-term memory", *Neural Computation* 9(8), 1997, 1735-1780.
# - K. Papineni, S. Roukos, T. Ward and W.-J. Zhu, "BLEU: a method for automatic evaluation of machine translation", *ACL* 2002, 311-318.
# - C.-Y. Lin, "ROUGE: a package for automatic evaluation of summaries", 2004.
# - R. Vedantam, C. L. Zitnick and D. Parikh, "CIDEr: consensus-based image description evaluation", *CVPR* 2015. [arXiv:1411.5726](https://arxiv.org/abs/1411.5726)
# - R. Luo, "A better variant of self-critical sequence training", 2020. [arXiv:2003.09971](https://arxiv.org/abs/2003.09971). Its networks and their numbers: [github.com/ruotianluo/ImageCaptioning.pytorch](https://github.com/ruotianluo/ImageCaptioning.pytorch)
# - T.-Y. Lin et al., "Microsoft COCO: common objects in context", *ECCV* 2014. [cocodataset.org](https://cocodataset.org)
#
# **Now the exercises:** [exercises/09_captioning.ipynb](../exercises/09_captioning.ipynb)
