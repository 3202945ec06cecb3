# %% [markdown]
# Asks for 40 GiB, and fills them.

# %%
import numpy as np


# %%
def brighten(image, amount):
    return np.full(40 * 2**27, 1.0)
