# %% [markdown]
# Sends 10 GB that nobody asked for.

# %%
import gc
import json
import struct

server = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Server")


def frame(head, *parts):
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<I", len(text)) + text + b"".join(parts)


def do_call(head, buffers):
    size = 10**10
    server.stream.sendall(
        frame({"nonce": head["nonce"], "value": {"bytes": size}, "sizes": [size]})
    )
    while True:
        server.stream.sendall(bytes(2**24))


server.do_call = do_call


# %%
def brighten(image, amount):
    return image
