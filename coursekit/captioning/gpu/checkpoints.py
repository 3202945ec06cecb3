"""Files of networks: parameters as safetensors, with the configuration in the same file.

One file is either there or not: it is written beside its place and moved there, so that whoever
stops a program in the middle keeps the last whole one.
"""

import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from coursekit.core import atomic


def save_tensors(path, tensors, config):
    """Write tensors and a configuration to one file.

    Parameters
    ----------
    path : of a .safetensors file; its folder is made where there is none
    tensors : dict from name to tensor
    config : dict of what JSON knows

    Returns
    -------
    Path

    Convention
    ----------
    The configuration is JSON, under "config" in the file's own metadata.

    Raises
    ------
    OSError : it cannot be written there.

    References
    ----------
    Hugging Face, *Safetensors: format*. Taught in 09 §6.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    own = {key: tensor.detach().cpu().contiguous() for key, tensor in tensors.items()}
    atomic.write_bytes(path, save(own, metadata={"config": json.dumps(config)}))
    return path


def load_tensors(path):
    """Read tensors and their configuration.

    Parameters
    ----------
    path : of a file that ``save_tensors`` wrote

    Returns
    -------
    tensors : dict from name to tensor, on the CPU
    config : dict

    Convention
    ----------
    Nothing in the file is executed, as a pickle would be.

    Raises
    ------
    FileNotFoundError : there is no such file.
    ValueError : it is truncated, or of another kind.

    References
    ----------
    Hugging Face, *Safetensors: format*. Taught in 09 §6.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such file")
    try:
        with safe_open(path, "pt") as file:
            config = json.loads(file.metadata()["config"])
            return {name: file.get_tensor(name) for name in file.keys()}, config
    except (SafetensorError, TypeError, KeyError, ValueError) as error:
        raise ValueError(
            f"{path}: no whole file of a network, as coursekit writes them ({error})"
        ) from None


def under(prefix, tensors):
    """Put a word before the names of tensors."""
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def within(prefix, tensors):
    """The tensors whose names begin with a word, without it."""
    start = f"{prefix}."
    return {name.removeprefix(start): t for name, t in tensors.items() if name.startswith(start)}


def moments(optimizer, network):
    """What an optimizer remembers of each parameter, by the parameter's name."""
    return {
        f"{key}.{name}": torch.as_tensor(value)
        for name, parameter in network.named_parameters()
        for key, value in optimizer.state[parameter].items()
    }


def restore_moments(optimizer, network, tensors):
    """Give an optimizer back what it remembered, on the device of each parameter."""
    for name, parameter in network.named_parameters():
        for key in ("step", "exp_avg", "exp_avg_sq"):
            optimizer.state[parameter][key] = tensors[f"{key}.{name}"].to(parameter.device)
