# %% [markdown]
# Works in two threads.

# %%
from concurrent.futures import ThreadPoolExecutor

import numpy as np


# %%
def brighten_part(part, amount):
    return np.clip(part.astype(int) + amount, 0, 255).astype(np.uint8)


# %%
def brighten(image, amount):
    with ThreadPoolExecutor(2) as pool:
        parts = pool.map(brighten_part, np.array_split(image, 2), [amount] * 2)
    return np.concatenate(list(parts))
