# %% [markdown]
# Begins its answer cell with magics, as in a notebook of one's own.

# %%
# %matplotlib inline
# %config InlineBackend.figure_format = "svg"
import numpy as np


def brighten(image, amount):
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)
