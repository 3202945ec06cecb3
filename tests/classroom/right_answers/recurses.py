# %% [markdown]
# Brightens row by row, each by a call of its own.

# %%
import numpy as np


# %%
def brighten(image, amount):
    if len(image) == 1:
        return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)
    half = len(image) // 2
    return np.concatenate([brighten(image[:half], amount), brighten(image[half:], amount)])
