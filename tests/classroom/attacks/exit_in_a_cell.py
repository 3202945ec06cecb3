# %% [markdown]
# Ends its process while the notebook is run.

# %%
import os

# %%
os._exit(0)


# %%
def brighten(image, amount):
    return image
