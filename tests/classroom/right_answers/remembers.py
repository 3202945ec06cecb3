# %% [markdown]
# Remembers earlier results.

# %%
import functools

import numpy as np


# %%
@functools.cache
def table(amount):
    return np.clip(np.arange(256) + amount, 0, 255).astype(np.uint8)


# %%
def brighten(image, amount):
    return table(amount)[image]
