# %% [markdown]
# Raises what a stub raises, from within: an error, and no exercise that was not begun.

# %%
import torch


# %%
def brighten(image, amount):
    return torch.utils.data.Dataset()[0]
