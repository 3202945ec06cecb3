# %% [markdown]
# Sends arrays that NumPy or torch cannot make: sides that are too long, dtypes without tensors.

# %%
import gc
import json
import struct

server = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Server")
VALUES = [
    {"array": ["|u1", [0, *[2**31 - 1] * 4]]},
    {"tensor": [">u2", [1]]},
    {"scalar": ["<f8", [1, 1]]},
]


def do_call(head, buffers):
    value = VALUES.pop(0) if len(VALUES) > 1 else VALUES[0]
    size = 2 if "tensor" in value else 0
    answer = {"nonce": head["nonce"], "value": value, "sizes": [size]}
    text = json.dumps(answer).encode()
    server.stream.sendall(struct.pack("<I", len(text)) + text + bytes(size))
    server.stream.recv(1)


server.do_call = do_call


# %%
def brighten(image, amount):
    return image
