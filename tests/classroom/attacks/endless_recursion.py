# %% [markdown]
# Calls itself without end.

# %%
import sys

sys.setrecursionlimit(2**30)


# %%
def brighten(image, amount):
    return brighten(image, amount)
