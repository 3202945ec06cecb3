# %% [markdown]
# Warns at every call.

# %%
import warnings

import numpy as np


# %%
def brighten(image, amount):
    warnings.warn("uint8 is narrow", stacklevel=2)
    np.array([1.0]) / 0
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)
