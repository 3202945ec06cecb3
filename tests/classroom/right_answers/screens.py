# %% [markdown]
# Shows its pictures in windows, as on a machine with a screen.

# %%
# %matplotlib qt
import cv2
import numpy as np


def brighten(image, amount):
    result = np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)
    cv2.imshow("result", result)
    cv2.waitKey(0)
    cv2.destroyAllWindows()
    return result
