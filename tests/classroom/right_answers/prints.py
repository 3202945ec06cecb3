# %% [markdown]
# Prints a lot, to Python's outputs and to the system's.

# %%
import os
import sys

import numpy as np


# %%
def brighten(image, amount):
    print(image.tolist())
    print("x" * 10**6, file=sys.stderr)
    os.write(1, b"x" * 10**6)
    os.system("echo; yes | head -100000")
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)
