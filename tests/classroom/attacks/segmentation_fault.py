# %% [markdown]
# Reads where nothing is.

# %%
import ctypes


# %%
def brighten(image, amount):
    return ctypes.string_at(0)
