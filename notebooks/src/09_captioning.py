# %% [markdown]
# # 09 · Captioning
#
# **Picture in, sentence out.** A network looks at a picture and says, word by word, what is in it.
#
# After this chapter you will be able to
#
# - turn sentences into numbers, and know what must not get lost on the way;
# - write an LSTM cell, an attention step and a beam search in ten lines each;
# - train a captioning network, interrupt the training, and resume it;
# - let the network speak: safely, boldly, or with several sentences in mind;
# - see where it looks while it speaks;
# - say how good its captions are, and which of the usual numbers you should not believe.
#
# The chapter follows a homework assignment that thousands of students have done. We shall do it too, and meet its bugs: each of them runs without an error.
#
# **Now run the notebook:** in the menu, *Run ▸ Run All Cells*. It takes a minute or two, since networks are trained in it, and brings the figures to life.
# A line that begins with `assert` proves what the text says; skip it if you are only reading.

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
from coursekit.captioning.text import SPECIAL, Vocabulary, as_matrix, as_table, batches, tokenize
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
# All five are right, and so was yours, I trust. But no two are the same. That makes captioning a strange task: there is no *one* right answer to compare with.
#
# With photos it is stranger still; nobody can list everything that is true of a photo. That is why we use **synthetic scenes** for most of this chapter: one to three shapes, and a program that knows what is where. It can make sentences, and it can *check* them. Try to fool it: write a sentence of your own.

# %%
mine = "A small red circle above a blue star."  # write yours
verdict = claims.check(mine, scene)
print("true" if verdict.error is None else f"false, or not understood: {verdict.error}")

# %% [markdown]
# The program reports the first thing that is wrong; *attributes* are the shapes, their colours and their sizes.
#
# Leaf through the album. How would *you* find out, from the pixels alone, that something is left of something else?

# %%
explore.album()

# %% [markdown]
# Here is the plan. Nobody knows how to write down such a program, so it will be *learned*, from pictures and their sentences.
#
# What learns is a **network**: a function with many thousands of numbers in it, its *weights*. At first they are random, and so are its answers. Then they are changed a little, again and again, each in the direction that makes the answers better.
#
# There are four steps:
#
# 1. **Words** become numbers (section 3).
# 2. A network that sees, the **encoder**, turns the picture into a list of numbers (section 4).
# 3. A network that speaks, the **decoder**, turns these into one word, then the next (sections 5 to 8).
# 4. We find out whether the result is any good (section 9).
#
# ## 2 · The data
#
# There are three sources, and all provide the same thing: pictures, and five or more captions for each.
#
# | | pictures | captions |
# |---|---|---|
# | `data.scenes(split, count)` | generated on the spot | generated, and true |
# | `data.coco(root, split)` | MSCOCO: 118 287 photos | by five people each |
# | `data.handout(folder)` | none: 2048 numbers per photo | by five people each |
#
# `coco` reads the very files that everybody else uses. What do they look like? Let us write some scenes to disk in COCO's own layout, and read them back:

# %%
with TemporaryDirectory() as folder:
    data.save_as_coco(first.take(range(20)), folder, "val2017")
    for path in sorted(Path(folder).rglob("*"))[:5]:
        print(path.relative_to(folder))
    back = data.coco(folder, "val2017")
    assert np.array_equal(back.images[7], first.images[7])
    assert back.captions == first.captions[:20]

# %% [markdown]
# Now for a training set. The same seed gives the same scenes, on any machine.

# %%
train = data.scenes("train", 3000)
assert np.array_equal(data.scenes("train", 3).images, train.images[:3])
print(f"{len(train)} pictures of shape {train.images.shape[1:]}")
print(f"{sum(map(len, train.captions))} captions")

# %% [markdown]
# The captions of one picture belong together. If you split the *captions* at random into training and validation, each picture ends up on both sides, and the network is tested on what it has learned by heart. `split` divides the pictures:

# %%
larger, smaller = train.split(0.1)
assert not set(larger.identities) & set(smaller.identities)
print(len(larger), "pictures for training,", len(smaller), "for validation")

# %% [markdown]
# ## 3 · Words as numbers
#
# A network computes, but it cannot compute with "red". What would you do? Here is what the homework does. Something is wrong with it. Can you spot it before you run the next cell?

# %%
caption = "A red ring, left of a star."
numbers = [ord(symbol) for symbol in caption.lower()]
print(len(numbers), numbers[:12])

# %% [markdown]
# It works. But the result is a list of **letters**: in Python, a text is a sequence of characters, and if you loop over it, characters are what you get, without a complaint. A network that learns from these must first learn to spell. Remember this; it will come back in section 9.
#
# So first of all, **split** the text (`tokenize`): lower case, no punctuation, words.

# %%
print(tokenize(caption))

# %% [markdown]
# Then count the words, and number them, the most common first. Four entries are not words at all, and come before all others:
#
# - `<PAD>` fills up short sentences,
# - `<START>` begins a sentence and `<END>` ends it,
# - `<UNK>` stands for every word that is too rare to be learned.

# %%
words = train.words()
vocabulary = Vocabulary((one for own in words for one in own), min_count=5)
print(len(vocabulary), "words:", *vocabulary.words)
assert tuple(vocabulary.words[:4]) == SPECIAL

# %% [markdown]
# Our scenes need few words. COCO has more than 20 000, more than half of which occur fewer than five times; that is what `min_count` is for.
#
# Sentences become rows of a matrix, padded with PAD. What happens to a sentence that is too long? And to an unknown word?

# %%
rows = as_matrix([tokenize(caption), tokenize("A zebra!")], vocabulary, max_length=8)
print(rows)
for row in rows:
    print([vocabulary.words[number] for number in row])
assert (rows == vocabulary.end).any(axis=1).all()

# %% [markdown]
# A sentence that is too long loses its last words, but **never its END**. If you simply cut the row off, as the homework does, every long caption teaches the network not to stop.
#
# A network is shown many captions at once, a **batch**. All captions are converted once, into one table; a batch is then an index into it. `batches` picks pictures at random, all different, and for each of them *one* of its captions. One pass through all pictures is an *epoch*.

# %%
table, counts = as_table(words, vocabulary)
print("table", table.shape, table.dtype, "captions of the first picture:", counts[0])
pictures, drawn = next(batches(counts, 64, seed=1))
batch = table[pictures, drawn]
assert len(set(pictures)) == 64
print("a batch", batch.shape, "of which PAD:", f"{(batch == vocabulary.pad).mean():.0%}")

# %% [markdown]
# Nearly half of the batch is just padding. Remember that, too.

# %% [markdown]
# ## 4 · The encoder
#
# The decoder does not read pixels. Another network reads them first, one that was trained to tell things apart. Its last layer says "cat" or "dog"; we cut that layer off, and take what comes just before it, the **features**:
#
# - a **map**: for each place of a coarse grid, a list of numbers that say what is there,
# - or one **vector**: the mean of the map over all places (`pooled`).
#
# The homework takes the vector of Inception-v3 (`encoder("inception_v3")` is an `Encoder` with 8 × 8 places, 2048 numbers each, trained on 1.2 million photos). Its weights take up 104 MB, so it has to wait until section 11. For our scenes a small encoder with five convolutions will do. The package comes with its weights.

# %%
see = gpu.encoder("small")
grid = see(torch.from_numpy(first.images[:1]).movedim(-1, 1))
print("a picture", tuple(first.images[:1].shape), "becomes a map", tuple(grid.shape))
vector = gpu.pooled(grid)
print("and a vector", tuple(vector.shape))

# %%
show.source(gpu.SmallEncoder)

# %% [markdown]
# Each layer is a set of convolutions as in chapter 04, except that their kernels are learned. Those with `stride=2` keep every second place of each row and column: 64, 32, 16, 8.
#
# How did it learn to see? For each of nine regions of a synthetic scene it was asked: which shape is here, of which colour and which size? (`pretrain` asks.)
#
# Which of the two, the map or the vector, keeps the answer to *"is it left or right?"* Move the shape, and watch both.

# %%
explore.seen()

# %% [markdown]
# The map follows the shape. The vector hardly changes: the mean forgets **where**. Not entirely, since convolutions near the border see the border. We shall find out how much is lost.
#
# The encoder is not trained any further, so each picture has to be encoded only once. That is worth doing, because encoding is most of the work.


# %%
def encode(pictures, size=500):
    parts = [torch.from_numpy(pictures[n : n + size]).movedim(-1, 1)
             for n in range(0, len(pictures), size)]  # fmt: skip
    return torch.cat([see(part) for part in parts])


grids = encode(train.images)
vectors = gpu.pooled(grids)
print("maps", tuple(grids.shape), "vectors", tuple(vectors.shape))

# %% [markdown]
# One more thing, which is small but matters a lot. Each number of the vector has its own mean and spread, and numbers with a small spread would hardly be noticed. So subtract the mean over the training set, and divide by the spread. (Use those of the *training* set for other pictures, too: they must be measured with the same ruler.)

# %%
middle, spread = vectors.mean(0), vectors.std(0)


def codes_of(pictures):
    return (gpu.pooled(encode(pictures)) - middle) / spread


vectors = (vectors - middle) / spread
print(f"mean {abs(vectors.mean()):.3f}, spread {vectors.std(0).mean():.3f}")

# %% [markdown]
# ## 5 · The LSTM cell
#
# The decoder says one word after another. To know the next one it must remember what is in the picture, and what it has already said. So it has a *state*, a list of numbers that it carries from word to word.
#
# The simplest such network computes its new state from the word $x$ and the old state $h$: it is $\tanh(W [x, h])$. So what it remembers is multiplied by $W$ at each word.
#
# What becomes of something that must be remembered for 15 words? Here it is for a single number, and without the tanh:

# %%
for weight in (0.5, 0.9, 1.1):
    print(f"times {weight} at each of 15 words: {weight**15:7.5f}")

# %% [markdown]
# It fades, or it grows until tanh cuts it off.
#
# The **LSTM** (*long short-term memory*, Hochreiter and Schmidhuber 1997) has a second state $c$, the memory, that is *not* multiplied by a matrix. Three valves, called *gates*, control each number in it:
#
# $$c' = \underbrace{\sigma(f)}_{\text{keep}} c + \underbrace{\sigma(i)}_{\text{write}} \tanh(g) \qquad h' = \underbrace{\sigma(o)}_{\text{show}} \tanh(c')$$
#
# $\sigma$ squeezes any number into the range between 0 (shut) and 1 (open), and $g$ is what would be written. With $\sigma(f) = 1$ and $\sigma(i) = 0$ the memory stays as it is for as many words as you like. (The cell of 1997 always kept everything; the *keep* valve, better known as the **forget gate**, was added by Gers, Schmidhuber and Cummins in 2000.)
#
# What the valves do depends on the word $x$, and on $h$, which is what was shown last. All four, $i$, $f$, $g$ and $o$, come from one matrix product. Here is `lstm_cell`:

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
# There are two traps in these lines. PyTorch has *two* biases, whose sum is ours. And its state is `(h, c)`, in this order. The homework passes `(c, h)`:

# %%
swapped, _ = theirs(torch.from_numpy(x), state[::-1])
print(f"with h and c exchanged: {(swapped - expected).abs().max():.3f}")
assert (swapped - expected).abs().max() > 0.1

# %% [markdown]
# There is no error, since both have the same shape. And the network does not even train badly: it learns to live with the exchange. It breaks on the day somebody loads the weights into a program that does it right.
#
# ### The decoder
#
# Four parts make a program that writes captions:
#
# 1. The picture's vector sets the first state, h and c (`start`).
# 2. Each word is looked up as a list of learned numbers, its *embedding*.
# 3. The LSTM reads START and the words of the caption, one by one (`read`).
# 4. After each, a last layer gives a number for every word of the vocabulary, its *logit*: how well would this word fit next?
#
# This is the decoder of *Show and Tell* (Vinyals et al. 2015), with one difference: there the state starts from zeros, and the picture is fed to the LSTM once, as its first *input*. Setting h and c from the picture, as we and the homework do, comes from *Show, Attend and Tell* (Xu et al. 2015).

# %%
show.source(gpu.CaptionNet)

# %% [markdown]
# ## 6 · The loss
#
# A network has read "a red" and is asked for the next word: what should it answer? Not just *one* word. "ring", "star" and "circle" may all follow; so each logit is turned into a **probability**. (`softmax` does this; section 7 has the formula. `log_softmax` gives the logarithms, and never $\log 0$.)
#
# The network is good if the word that actually comes had a high probability. The *loss* is the surprise, the mean of
#
# $$-\log p(\text{the word that came})$$
#
# Over which words do we take the mean? Here is a batch, and a network that has learned nothing yet.

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
# The network reads all words but the last, and must guess all but the first: the targets are **shifted by one**. Forget that, and it has to guess the word that it has just read. The loss falls to almost 0, and the network only echoes: it reads START, and says START, for ever.
#
# And PAD? It is not a word: `masked_cross_entropy` leaves it out, both of the sum *and* of the count that the sum is divided by.

# %%
show.source(reference.masked_cross_entropy)

# %% [markdown]
# See what happens if you forget to leave it out. We keep the same network and the same captions; we only append more columns of PAD, and the network is sure of those:

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
# Nothing was learned, and yet the careless loss fell to a fraction of what it was. **A loss means something only if you know what it is divided by.**
#
# ### Training
#
# Training takes no more than this: draw a batch, compute the loss, go one step downhill. PyTorch finds out for each weight in which direction the loss falls (`backward`); `Adam` then moves the weight a little that way. It takes ten lines:


# %%
def learn(net, seen, table, counts, steps, size=64, loss=gpu.masked_cross_entropy, rate=1e-2):
    """Train for some steps, with size captions in a batch, and give the loss of each step."""
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
# The package's `train` does just that, and more. Now and then it *looks*: it computes the loss on pictures that it does **not** learn from. A network that merely learns by heart is found out there.
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
# The loss falls fast at first (the network learns the words), then slowly (it learns what is in *this* picture).
#
# And the curves stay close together, so it has learned next to nothing by heart.
#
# What is the lowest loss that they could reach? Not 0: five people say five things, and nobody can know which of the five comes next. So the number by itself says little. We must listen.
#
# (`Recipe` holds everything that a training run depends on: steps, rate, seed, and a `patience` after which it stops early. `History` holds what came of it, and `mean_loss` computes the loss at each look. `train` also keeps **checkpoints**; section 10 kills a training run, and resumes it.)
#
# ## 7 · Speaking
#
# The network gives probabilities; something must choose. Here is one step: read a word, and give the logits for the next.


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
# `greedy` takes the likeliest word; the network reads it, and the next is taken; `decode` goes on until END. Here is the result on pictures that the network has never seen:

# %% tags=["nbval-ignore-output"]
spoken = say(held_vectors)
show.pictures({" ".join(spoken[n]): held_out.images[n] for n in range(4)}, columns=2, scale=2)

# %% [markdown]
# It speaks! The captions are good English. And are they true? We can ask our scenes:

# %% tags=["nbval-ignore-output"]
parsed = [claims.parse(caption) is not None for caption in spoken]
print(f"a sentence of the grammar: {np.mean(parsed):.0%}")
for number in (1, 2, 3):
    rows = [n for n, scene in enumerate(held_out.scenes) if len(scene.shapes) == number]
    few = [spoken[n] for n in rows], [held_out.scenes[n] for n in rows]
    print(f"{number} shapes: {claims.tally(*few)['true']:4.0%} true")

# %% [markdown]
# With one shape, the caption is nearly always right; with two, hardly ever. What goes wrong? For scenes with two shapes, compare what is named with what is there: only the colours, only the shapes, and both together.

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
# The colours are often in the picture, and so are the shapes, but they have been **exchanged**: a red star and a blue ring became a blue star and a red ring.
#
# You know why. The vector is a mean over all places. It says that there is red, and blue, and something round, and something with points; but what belonged together was *in one place*, and now everything lies in one heap.
#
# ### Temperature
#
# Greedy decoding always says the same thing. Instead one can **sample** the next word according to its probability (`sample`). And one can make the dice fairer or less fair, by dividing the logits by a **temperature** $t$ before `softmax`:
#
# $$p_k = \frac{e^{z_k / t}}{\sum_j e^{z_j / t}}$$
#
# Change the temperature, then the number of words that have been said. At which words is the network sure, and where does it hesitate?

# %%
explore.next_word()

# %% [markdown]
# - $t \to 0$: the best word gets all the probability. That is greedy decoding.
# - $t = 1$: what the network believes.
# - $t$ large: all words are about equally likely, and out comes nonsense.
#
# In the homework, "temperature" is the $t$ in $p^t$, which is upside down: there, *hot* is greedy.
#
# Two more tools: `forbid` gives some words no chance (nobody says PAD), and `keep_top_k` does so to all but the best few.


# %%
def boldly(temperature, rng):
    def choose(logits):
        logits = gpu.forbid(logits, [vocabulary.pad, vocabulary.start, vocabulary.unk])
        probabilities = gpu.softmax(gpu.keep_top_k(logits, 10), temperature)
        return gpu.sample(probabilities, torch.from_numpy(rng.random(len(logits))).float())

    return choose


# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(0)
for temperature in (0.3, 1.0, 3.0):
    said = say(held_vectors[:1], boldly(temperature, rng))
    print(f"{temperature}:", " ".join(said[0]))

# %% [markdown]
# ### Several sentences in mind
#
# Greedy decoding cannot go back. If it says "there" because that is a little likelier than "a", it must go on from there, even if none of the sentences that begin this way is likely.
#
# **Beam search** keeps the best few unfinished sentences. Each of them is continued with every word; of all these, the best few are kept (`beam_step`). Multiplying probabilities means adding their logarithms.

# %%
show.source(reference.beam_step)

# %% [markdown]
# Let the tree grow, word by word. Gray branches have died, and the orange one wins in the end.
#
# Is it in front from the first word on? Leaf through the synthetic scenes until you find one where the winner comes from behind. Then try other widths. What do you get with a width of 1?

# %%
explore.beam()

# %% [markdown]
# `beam_search` does that until all sentences have ended. Does it find likelier sentences than greedy decoding, which is a beam of one? It must, you may think.


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
# Not at all. The narrow beam finds a *less* likely sentence about as often as a likelier one. How do the less likely ones begin?

# %% tags=["nbval-ignore-output"]
openings = [beams[3][n][:2] for n in less[3].nonzero()[:, 0].tolist()]
for opening in ("there is", "two shapes", "three shapes"):
    count = sum(words == opening.split() for words in openings)
    print(f"{opening:12} {count:3} of {len(openings)}")

# %% [markdown]
# "There is" and "two shapes" cost little, since everything is still open after them. So for a while they are ahead of every beginning that has already committed itself to a colour, and push it out of a narrow beam. The best sentence need not have the best beginnings.
#
# And what do the captions *say*? Count how many of them tell **where things stand** (left, right, above, below), in scenes with two or three shapes: captions by people, captions sampled at temperature 1, greedy ones, and those found by the beam.

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
    print(f"{name:7} tell where things stand {sides[name]:4.0%}, true {true:4.0%}")
assert max(sides["beam 10"], sides["greedy"]) < 0.7 * min(sides["people"], sides["drawn"])

# %% [markdown]
# The captions that aim for the likeliest words are true a little more often than the sampled ones. Wonderful? Look at the other column. They say **less of what is hard**.
#
# People tell where things stand, and the *sampled* captions do so nearly as often. But this network does not know left from right.
#
# It spreads its probability over "left", "right", "above" and "below"; so each of these is less likely than "larger than", or "at the top", about which it is sure. The likeliest sentence is the one that commits itself to nothing doubtful. The network **hedges**, like a politician.
#
# So never quote the share of true captions alone: also say what the captions claim.
#
# ### All in one
#
# A `Captioner` combines an encoder, a network and its vocabulary. Its `generate` takes pictures, and does everything that this section was about. Here is the one that comes with the package; the next section explains what is new in it, and section 9 why it hardly ever says *left* or *right*:

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
# Let it caption the held-out scenes, with a beam of 3. Which captions say the same four words in a row twice (`ngrams`)?

# %% tags=["nbval-ignore-output"]
shown = torch.from_numpy(held_out.images).movedim(-1, 1)
said = [best.words for (best,) in captioner.generate(shown, "beam")]
twice = [words for words in said if max(reference.ngrams(words, 4).values(), default=0) > 1]
print(len(twice), "of", len(said))
for words in twice:
    print(" ".join(words))

# %% [markdown]
# Some of them are legitimate: two large crosses share words. The others name **one thing twice**; the network has forgotten that it has already said it.
#
# There is a blunt cure (Paulus, Xiong and Socher 2018): whatever has been said may **not be said again**. `repeats` finds the words that would complete an *n-gram*, $n$ words in a row, that the caption already contains, and `beam_search` gives them no chance. In `generate` the option for this $n$ is `no_repeat_ngram_size`.

# %%
show.source(reference.repeats)

# %% [markdown]
# Which $n$ would you take? The shorter the n-gram, the more is forbidden, and the less can be said twice. So is shorter better?

# %% tags=["nbval-ignore-output"]
true = {0: claims.tally(said, held_out.scenes)["true"]}
for size in (3, 4, 5):
    own = [best.words for (best,) in captioner.generate(shown, "beam", no_repeat_ngram_size=size)]
    true[size] = claims.tally(own, held_out.scenes)["true"]
for size, share in true.items():
    print(f"{f'no {size} words twice' if size else 'no such rule':18} {share:.1%} true")
assert true[3] < true[0]

# %% [markdown]
# Three is a disaster: "a large red" is needed twice in a scene with a large red star and a large red ring, so the network has to lie. Four does no such harm. And five words are repeated so rarely here that the rule changes nothing.
#
# The rule knows nothing about pictures; it only knows what looks like stuttering. For photos and other captions, measure again.

# %% [markdown]
# ## 8 · Attention
#
# Why does our network mix up colours, and why does it not know left from right? Because it sees a mean over all places, once, before the first word. You do it differently: you *look* at the ring, say "ring", and then look for what is beside it.
#
# So let the decoder look at the map **before each word**, where it chooses to. Its state asks a question; each place has a key; the better the two match, the more weight the place gets:
#
# $$e_p = v \cdot \tanh(W_q h + k_p) \qquad \alpha = \operatorname{softmax}(e) \qquad \text{seen} = \sum_p \alpha_p\, \text{map}_p$$
#
# $v$ and $W_q$ are weights: they are learned, like all the others. The keys do not depend on the question, so they are computed once per picture (`attention_keys`); the rest is `attention_step`:

# %%
show.source(reference.attention_keys, reference.attention_step)

# %% [markdown]
# This is the attention of Bahdanau et al. 2015, invented for translation, and used on pictures by *Show, Attend and Tell* (Xu et al. 2015). Nobody tells the network where to look. It is trained with the same loss, on the same captions.
#
# The network in the package, `AttentionCaptionNet`, is built around this step, but has more to it: three *heads*, which ask three questions at once; the row and the column of each place beside its features, so that each head also reports the centre of what it looked at; and two LSTMs, one that reads the words and asks, and one that speaks. And it asks *after* it has read the last word (as in Luong et al. 2015), where *Show, Attend and Tell* asks before.
#
# Here it is, fully trained (the package comes with the weights). Go from word to word. Where does it look when it says the first colour? And the second? And where does it look when it compares the two?
#
# Then choose the caption that is *drawn hot*, sampled at temperature 2. Where does the network look when it goes astray?

# %%
explore.attention()

# %% [markdown]
# Before each colour it looks at the thing that has it. Before it compares, it looks at both things: "large", too, is a comparison. And at the end it looks around: is anything left to be said?
#
# (In `generate`, each caption is a `Said`: its words, how likely they are, and where the network looked for each of them.)
#
# Do not trust such pictures too much, though. They show where the numbers came *from*, not what the network concluded; a network can look at the right place and say the wrong word.
#
# ### Vector against map
#
# Here are the curves of both networks, `CaptionNet` and `AttentionCaptionNet`, trained on 8000 scenes by the package's own command, `coursekit caption reproduce`. They come with the package, next to the weights.

# %%
stored = json.loads((Path(gpu.__file__).parents[1] / "weights" / "curves.json").read_text())
curves = {f"{name}, held out": [np.nan, *(look["loss"] for look in stored["train"][name]["looks"])]
          for name in ("vector", "attention")}  # fmt: skip
curves |= {f"{name}, training": stored["train"][name]["losses"] for name in ("vector", "attention")}
show.pictures({"loss": drawing.histories(curves, "training, from beginning to end")})

# %% [markdown]
# And this is how they describe 1000 scenes that neither has ever seen. The training was repeated with different random numbers, since a single run may be luck; ± is the spread over the runs.

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
# - "attributes" is the share of captions with a **wrong** shape, colour or size. Attention repairs what the mean has spoilt: it names the colour that goes *with* the shape.
# - "related" is the share that says where one thing stands relative to another, or which is larger; "relation true" is how many of those are true. The network with attention does not just say it, it *knows* it.
# - BLEU-4 and CIDEr are the subject of the next section.
#
# ### What was never seen together
#
# Has it learned "red" and "circle", or "red circle"? In another training set some combinations of a colour and a shape never occur: no red circle, for example, though there are red stars and blue circles. The encoder and both networks were trained on it from scratch. Here are the results, first on the test scenes, most of which contain nothing new; then on scenes that each contain at least one combination that was never shown:

# %%
known, new = (measured([stored["seen"]], test) for test in ("test", "unseen"))
for name, found in {"test scenes": known, "something new in each": new}.items():
    print(name)
    print_measured(found)
for name in ("vector", "attention"):
    assert new[name, "greedy"][0][0] < known[name, "greedy"][0][0]
assert new["attention", "greedy"][0][0] > 0.3 > 0.1 > new["vector", "greedy"][0][0]

# %% [markdown]
# The network with the vector fails completely: it has learned heaps, "red circle" as a whole, and a new heap tells it nothing.
#
# The network that looks finds "red" at a place, and "round", and has met both before. Its captions are right for many scenes, and wrong for even more, for an old reason: "red circle" was never the right thing to say, so the network has learned not to say it. What a child does at once is hard for a network.
#
# ## 9 · How good is it?
#
# With photos, no program can check what is said. All we have are the five sentences of five people. How close does a sixth one come to them?
#
# ### BLEU
#
# How many of the caption's words occur in one of the references? And how many of its n-grams, its pairs, triples and quadruples of words in a row (`ngrams`)? Each counts at most as often as it occurs in a single reference; otherwise "a a a a" would be perfect. `bleu` (Papineni et al. 2002) takes the geometric mean, and penalises captions that are too short.

# %%
said, people = tokenize("a red ring left of a star"), [
    tokenize("A red ring to the left of a blue star"), tokenize("There is a red ring")
]  # fmt: skip
for n in range(1, 5):
    mine, theirs = reference.ngrams(said, n), [reference.ngrams(one, n) for one in people]
    found = sum(min(count, max(one[gram] for one in theirs)) for gram, count in mine.items())
    print(f"{n} words in a row: {found} of {mine.total()} found")
print("BLEU-1 to 4:", np.round(reference.bleu([said], [people]), 3))

# %% [markdown]
# ### ROUGE-L and CIDEr
#
# `rouge_l` (Lin 2004) looks for the longest sequence of words that both have in the same order, gaps allowed (`longest_common_subsequence`).
#
# `cider` (Vedantam et al. 2015) asks which words *matter*. It weights n-grams by their *inverse document frequency*: one that occurs in the references of every picture counts for nothing, a rare one for much. So its value depends on which pictures are scored together.

# %%
print("longest common part:", reference.longest_common_subsequence(said, people[0]), "words")
print("ROUGE-L", round(reference.rouge_l([said], [people]), 3))
print("CIDEr of one picture alone:", reference.cider([said], [people]))
assert reference.cider([said], [people]) == 0

# %% [markdown]
# ### What do they not see?
#
# Take true captions, and exchange "left" and "right" (and "above" and "below") in all of them. Also take captions of **other** pictures, all of them well-formed. And take a sixth true caption, which is as good as it gets:


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
# Look at the second row. Half of these captions are **false**, and the numbers hardly change. One wrong word in a sentence costs a little; no n-gram knows that it is the only word that mattered.
#
# ### The lower the loss, the worse the captions
#
# Now to the homework's bugs. Three students train the same network, for the same number of steps, on the same captions.
#
# - The first student is us.
# - The second forgets the mask: PAD counts.
# - The third splits the captions, but then goes on with the unsplit ones. (You saw this in section 3.) COCO's vocabulary contains each single letter, so nothing complains. A caption has about five times as many letters as words, so 16 captions are enough for a batch.
#
# Whose loss will be the lowest?


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
# The third is far ahead. Let all three describe the same pictures:


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
# To be fair: the second student's captions are about as good as ours. Counting PAD does little harm to the network; it only makes the number a lie. That is bad enough, if the number is what you look at.
#
# Here are two more bugs, which need no training: one checks `caption_prefix == END`, a list compared with a word, which is never true; the other exchanges h and c.


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
# The weights are the same as above, and there is nothing wrong with them. In the exercises you will fix all six bugs of that homework yourself.
#
# ### Marks instead of words
#
# Cross-entropy asks: which word comes next, after the words that *people* said? But we want captions that are **true**. Why not train for that?
#
# Because a mark has no gradient. Change a weight very slightly, and the caption stays the same, and so does its mark. There is no slope to go down.
#
# The way out is *policy-gradient* fine-tuning: let the network **sample** four captions for a picture, and mark each. Captions that are better than the others are made likelier; captions that are worse, less likely. This does have a gradient, and it does not matter who gives the marks: a program, a metric, a person. For captions it became known as *self-critical training* (Rennie et al. 2017). There, a sampled caption is compared with the network's own *greedy* caption; we compare it with the mean of the other samples (Kool et al. 2019, Luo 2020).

# %%
show.source(gpu.fine_tune)

# %% [markdown]
# `advantages` are the marks, called *rewards* here, minus the mean of the others. `policy_loss` multiplies them by the `negative_log_likelihoods` of the captions. So going downhill makes the better ones likelier.
#
# Our marks come from the program that checks claims:

# %%
show.source(claims.rewards)

# %% [markdown]
# A caption that is true and complete (it names every shape) gets 1. It gets a little more if it also says where one thing stands relative to another, or which is larger.
#
# Why the little extra? Before you go on, think of what happened in section 7.
#
# With marks for truth alone, the surest way to a full mark is to say **nothing that could be wrong**. You get what you reward, not what you want.
#
# The networks of section 8 were trained further in this way. Here is their mean mark, and then what they say afterwards about the same 1000 scenes:

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
# Compare this with the table of section 8. More captions are true, although neither network has seen a new picture or a new sentence. Each has only been told what its own sentences are worth.
#
# And look at "related". The network that looks goes on relating things. The one with the vector **cannot** know how they are related, so it has all but stopped saying so, in some runs more than in others: the little extra was not worth the risk. Nobody told it to; it found out by itself.
#
# What does the other one say: left and right, or larger and smaller? Here are both, live, on those of the first scenes that have two or three shapes:

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
# Which of two things is *larger* is easy to see, and earns the same mark. We had left and right in mind. We did not say so.
#
# Something else was lost that the table does not show: variety. All five alternatives for a picture become alike. These are the weights in the package, so you can see it in the figures.
#
# ## 10 · On the GPU: a whole batch
#
# *For builders; skip it on a first reading.*
#
# The twins in `gpu` take whole batches, on any device: `lstm_cell`, `lstm`, `attention_keys`, `attention_step`, `masked_cross_entropy`, `softmax`, `log_softmax`, `decode`, `greedy`, `sample`, `forbid`, `keep_top_k`, `beam_step`, `repeats`, `beam_search`. The formulas are the same; only a batch axis comes first.

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
# A beam search over a batch keeps $B \times K$ sentences at once. When the best are chosen, their *states* must be put in the same order as their words; if you forget this, each sentence goes on with the memory of another. It is the classic bug of batched beam search, and no error reveals it.
#
# What is gained? Here is one batch of 64 pictures, against the same pictures one after another:

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
# Training a real network takes days, and machines are switched off. `train` keeps a checkpoint: the network, the optimizer's own memory, and the history so far. Everything else (which captions are drawn, what dropout hides) depends only on the seed and the number of the step. So the training continues as if nothing had happened. Let us pull the plug:


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
# With several GPUs, each takes its share of every batch, and they average their gradients: the curve is that of a single GPU. It is the same command, started by PyTorch's `torchrun`:
#
# ```
# torchrun --nproc-per-node 4 -m coursekit caption train --data coco --root coco --encoder inception_v3
# ```
#
# ## 11 · Your own photo, and the real thing
#
# Give your photo to the network that has only ever seen synthetic scenes. What does it say? Then draw three shapes with a felt-tip pen on gray paper, and photograph them. Put the file next to this notebook, or use **Own photo** in the figure. It stays on your machine.

# %%
explore.speak(samples.coffee())

# %% [markdown]
# It has words for coloured shapes, and for nothing else; so it talks about stars and squares where you see a cup. It cannot say "I do not know": nobody ever taught it to. (`coursekit demo 09` shows these figures full screen; take the picture of a scene there, and raise the temperature.)
#
# ### COCO
#
# The homework's network was trained on photos. For that you need three things: COCO's pictures and captions (19 GB, [cocodataset.org](https://cocodataset.org)), the weights of Inception-v3 (104 MB; torchvision fetches them, and `pretrained` and `preprocessing` do the rest), and a GPU.
#
# ```
# coursekit caption train --data coco --root coco --encoder inception_v3 --out mine
# coursekit caption photo.jpg --model mine/captioner.safetensors
# ```
#
# The first line encodes each photo once (`extract`), into a file from which a second call can continue. Without an internet connection it says which file is missing, where to get it, and where to put it. Or name a file of your own; if it is not there, you are told that, too:

# %%
try:
    gpu.pretrained("inception_v3", weights="inception_v3.pth")
except FileNotFoundError as error:
    print(error)

# %% [markdown]
# And the homework's own files, `image_codes.npy` and `captions_tokenized.json`? Use `--data handout --root folder`: they hold vectors, so a `CaptionNet` learns from them.
#
# For comparison, here is what others have reached on COCO (CIDEr times 100, as papers print it): *Show and Tell* 85.5 (its Table 1); with attention and a better encoder about 108; with a transformer 113; and with the metric itself as the reward 130 (Luo's collection of trained networks, 2020).
#
# People score 85.4 in that same Table 1, as much as *Show and Tell*. By now you know what to think of that.
#
# ## 12 · Three questions
#
# Open an answer by clicking on it.

# %% jupyter={"source_hidden": true}
Question(
    "Your training loss is 0.36, your friend's 0.55, for the same network on the same captions. "
    "Whose captions are better?",
    {
        "Mine: the loss is lower.": "Lower, but a mean over what? Yours may count PAD, which is "
        "easy to guess.",
        "Nobody knows: first see what each of you divides by, then listen.": "Both may produce "
        "the same captions; and letters give an even lower loss.",
        "My friend's: mine has learned by heart.": "Only a loss on other pictures could show that.",
    },
    right="Nobody knows: first see what each of you divides by, then listen.",
)

# %% jupyter={"source_hidden": true}
Question(
    "You decode in a new way, and far more captions are true. What else must you look at?",
    {
        "How much the captions claim.": "If you say less, you are wrong less often: relations "
        "become rare.",
        "Nothing: true is true.": "“There is a shape” is true of every picture.",
        "The training loss.": "It is the same network; its loss has not changed.",
    },
    right="How much the captions claim.",
)

# %% jupyter={"source_hidden": true}
Question(
    "Why does the network with attention mix up colours so much less often?",
    {
        "It has more weights.": "Even with as many weights, the other one would only get a mean "
        "over all places.",
        "It sees the picture more sharply.": "The encoder is the same for both.",
        "It weights the places anew for each word.": "The shape and the colour of one place belong "
        "together; in the mean over all places they lie in one heap.",
    },
    right="It weights the places anew for each word.",
)

# %% [markdown]
# ## Take-aways
#
# - Split, count, number. A text is a sequence of letters, and no loop complains.
# - Never cut off END. Never count PAD. Guess the next word, not the one just read.
# - An LSTM keeps what its gates let it keep. Its state is (h, c), in this order.
# - Temperature divides the logits. Beam search looks for likelier sentences, and likely ones say little.
# - Attention: a question, keys, a softmax, a weighted mean. It looks anew for each word.
# - N-grams do not notice the one word that makes a sentence false.
# - You get what you reward, not what you want: whoever says nothing says nothing false.
# - The lower the loss, the worse the captions: compare losses only if both are divided by the same count.
#
# ## References
#
# - S. J. Rennie, E. Marcheret, Y. Mroueh, J. Ross and V. Goel, "Self-critical sequence training for image captioning", *CVPR* 2017. [arXiv:1612.00563](https://arxiv.org/abs/1612.00563)
# - O. Vinyals, A. Toshev, S. Bengio and D. Erhan, "Show and tell: a neural image caption generator", *CVPR* 2015. [arXiv:1411.4555](https://arxiv.org/abs/1411.4555)
# - R. Paulus, C. Xiong and R. Socher, "A deep reinforced model for abstractive summarization", *ICLR* 2018. [arXiv:1705.04304](https://arxiv.org/abs/1705.04304)
# - K. Xu et al., "Show, attend and tell: neural image caption generation with visual attention", *ICML* 2015. [arXiv:1502.03044](https://arxiv.org/abs/1502.03044)
# - D. Bahdanau, K. Cho and Y. Bengio, "Neural machine translation by jointly learning to align and translate", *ICLR* 2015. [arXiv:1409.0473](https://arxiv.org/abs/1409.0473)
# - S. Hochreiter and J. Schmidhuber, "Long short-term memory", *Neural Computation* 9(8), 1997, 1735-1780.
# - F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to forget: continual prediction with LSTM", *Neural Computation* 12(10), 2000, 2451-2471.
# - W. Kool, H. van Hoof and M. Welling, "Buy 4 REINFORCE samples, get a baseline for free!", *ICLR* workshop 2019.
# - M.-T. Luong, H. Pham and C. D. Manning, "Effective approaches to attention-based neural machine translation", *EMNLP* 2015. [arXiv:1508.04025](https://arxiv.org/abs/1508.04025)
# - K. Papineni, S. Roukos, T. Ward and W.-J. Zhu, "BLEU: a method for automatic evaluation of machine translation", *ACL* 2002, 311-318.
# - C.-Y. Lin, "ROUGE: a package for automatic evaluation of summaries", 2004.
# - R. Vedantam, C. L. Zitnick and D. Parikh, "CIDEr: consensus-based image description evaluation", *CVPR* 2015. [arXiv:1411.5726](https://arxiv.org/abs/1411.5726)
# - R. Luo, "A better variant of self-critical sequence training", 2020. [arXiv:2003.09971](https://arxiv.org/abs/2003.09971). Its networks and their numbers: [github.com/ruotianluo/ImageCaptioning.pytorch](https://github.com/ruotianluo/ImageCaptioning.pytorch)
# - T.-Y. Lin et al., "Microsoft COCO: common objects in context", *ECCV* 2014. [cocodataset.org](https://cocodataset.org)
#
# **Now the exercises:** [exercises/09_captioning.ipynb](../exercises/09_captioning.ipynb)
