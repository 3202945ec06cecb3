# %% [markdown]
# Never finishes a cell.

# %%
while True:
    pass


# %%
def brighten(image, amount):
    return image
