"""The system calls that a sandbox refuses: new namespaces, mounts, tracing, and other rare ones.

No answer needs them, and they often have bugs. Symbolic links are refused because one in place of a
Jupyter kernel's socket would be followed outside, from our own root. The
filter is a classic BPF program, as ``seccomp(2)`` describes it.
"""

import os
import platform
import struct

# machine: (number of its architecture in <linux/audit.h>, the numbers of its system calls)
_MACHINES = {
    "x86_64": (0xC000003E, {
        "clone": 56, "unshare": 272, "setns": 308, "mount": 165, "umount2": 166,
        "pivot_root": 155, "chroot": 161, "ptrace": 101, "process_vm_readv": 310,
        "process_vm_writev": 311, "add_key": 248, "request_key": 249, "keyctl": 250,
        "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "symlink": 88, "symlinkat": 266,
    }),
    "aarch64": (0xC00000B7, {
        "clone": 220, "unshare": 97, "setns": 268, "mount": 40, "umount2": 39,
        "pivot_root": 41, "chroot": 51, "ptrace": 117, "process_vm_readv": 270,
        "process_vm_writev": 271, "add_key": 217, "request_key": 218, "keyctl": 219,
        "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "symlinkat": 36,
    }),
}  # fmt: skip
_EVERYWHERE = {
    "io_uring_setup": 425, "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432,
    "mount_setattr": 442,
}  # fmt: skip
_CLONE3 = 435
_NEW_NAMESPACE = 0x7E020000  # every CLONE_NEW... flag
_X32 = 0x40000000  # a second numbering of the same calls on x86_64

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38


def filter_program(machine=None):
    """The filter's bytes; None for a machine whose numbers are unknown."""
    known = _MACHINES.get(machine or platform.machine())
    if known is None:
        return None
    architecture, numbers = known
    refused = [number for name, number in numbers.items() if name != "clone"]
    refused += _EVERYWHERE.values()
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL)]
    steps += [(_LOAD, 0, 0, 0)]
    steps += _if(_AT_LEAST, _X32, _EPERM)
    steps += _if(_EQUAL, _CLONE3, _ENOSYS)  # its flags are in memory; the C library then uses clone
    for number in refused:
        steps += _if(_EQUAL, number, _EPERM)
    steps += [(_EQUAL, 0, 3, numbers["clone"]), (_LOAD, 0, 0, 16)]
    steps += _if(_ANY_BIT, _NEW_NAMESPACE, _EPERM)
    steps += [(_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _if(test, value, error):
    return [(test, 0, 1, value), (_RETURN, 0, 0, _ERROR | error)]


def filter_descriptor():
    """An open file from which bubblewrap reads the filter; None if there is no filter."""
    program = filter_program()
    if program is None:
        return None
    reading, writing = os.pipe()
    os.write(writing, program)
    os.close(writing)
    return reading
