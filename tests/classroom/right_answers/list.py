# %% [markdown]
# Gives lists, where the task allows them.


# %%
def scaled(image):
    return [[float(level) / 255 for level in row] for row in image]
