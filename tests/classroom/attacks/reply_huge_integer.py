# %% [markdown]
# Sends a number of a million digits.

# %%
import gc
import json
import struct

server = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Server")


def frame(head, *parts):
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<I", len(text)) + text + b"".join(parts)


def do_call(head, buffers):
    value = "NUMBER"
    answer = {"nonce": head["nonce"], "value": value, "sizes": []}
    text = json.dumps(answer).replace('"NUMBER"', "9" * 1_000_000)
    server.stream.sendall(frame(text.encode()))
    server.stream.recv(1)


server.do_call = do_call


# %%
def brighten(image, amount):
    return image
