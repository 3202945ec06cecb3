# %% [markdown]
# Gives a view, turned twice.

# %%
import numpy as np


# %%
def brighten(image, amount):
    turned = np.clip(image[::-1].astype(int) + amount, 0, 255).astype(np.uint8)
    return turned[::-1]
