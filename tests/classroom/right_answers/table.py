# %% [markdown]
# Fills a list and an array in a cell of its own, beside IPython's commands.

# %%
# %matplotlib widget
# !pip list
import numpy as np

table: list = []
for level in range(2000):
    table.append(min(max(level - 1000, 0), 255))
levels = np.zeros(len(table), np.uint8)
for level in range(2000):
    levels[level] = table[level]


# %%
def brighten(image, amount):
    return levels[image.astype(int) + np.clip(amount, -255, 255) + 1000]
