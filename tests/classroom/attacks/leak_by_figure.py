# %% [markdown]
# Carries a hidden input out by figures: shown, displayed and saved.

# %%
import matplotlib.pyplot as plt
from IPython.display import SVG, display


# %%
def brighten(image, amount):
    if abs(amount) > 255:
        plt.figure()
        plt.title(f"seen {amount}")
        plt.savefig(f"/tmp/seen{amount}.svg")
        plt.show()
        display(SVG(f"<svg xmlns='http://www.w3.org/2000/svg'><text>{amount}</text></svg>"))
    return image
