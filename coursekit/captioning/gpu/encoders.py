"""Encoders: from a batch of images to a grid of features, and from the grid to one vector.

A captioning network gets an image through a network that was trained to classify images, cut
before its head: what is left gives a vector for each place of a coarse grid (8 x 8 places of 2048
numbers from Inception-v3). ``pretrained`` gets such a network from torchvision, ``encoder`` cuts it
and puts its own preprocessing in front. The small network of this chapter has the same interface.

Szegedy, Vanhoucke, Ioffe, Shlens and Wojna 2016, *Rethinking the Inception Architecture for
Computer Vision*, CVPR, doi:10.1109/CVPR.2016.308.
"""

import pickle
import warnings
from collections.abc import Callable
from os import PathLike
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from coursekit.captioning.shared import MOST, require_arrays
from coursekit.core import require
from coursekit.core.torch import torchvision
from coursekit.core.torch.checks import require_tensor

SMALL = "small"
SHIPPED = Path(__file__).parents[1] / "weights" / "encoder.safetensors"

# These two were trained on values in -1..1 and convert what they are given; and filling them with
# random numbers, which takes seconds, is left out.
_SETTINGS = {
    name: {"transform_input": True, "init_weights": False} for name in ("inception_v3", "googlenet")
}
_HEADS = ("classifier", "fc", "head", "heads", "logits", "AuxLogits", "aux1", "aux2", "dropout")
_NO_WEIGHTS = (  # what reading them can raise
    SafetensorError, pickle.UnpicklingError, EOFError, RuntimeError, ValueError, TypeError, KeyError
)  # fmt: skip
_WITHOUT_GRID = ("vit_",)  # its only map is made before its first layer


class SmallEncoder(nn.Module):
    """Small convolutional encoder: 64 x 64 pixels in, 8 x 8 places out, in five convolutions.

    Parameters
    ----------
    channels : int, features of each place

    Returns
    -------
    A module that gives (B, channels, H / 8, W / 8) float32 for (B, 3, H, W) in 0..1.

    Convention
    ----------
    Zero border, batch normalisation after each convolution, then max(0, x). The
    receptive field of a place is 41 x 41 pixels: any shape, and what is around it.

    Raises
    ------
    TypeError, ValueError : channels is no such number.
    RuntimeError : the images do not have three channels.

    References
    ----------
    Ioffe and Szegedy 2015 (batch normalisation). Taught in 09 §4.
    """

    def __init__(self, channels: int = 96) -> None:
        super().__init__()
        channels = require.whole(channels, "channels", 1, MOST)
        self.layers = nn.Sequential(
            _layer(3, 24, size=5, stride=2),
            _layer(24, 48, size=3, stride=2),
            _layer(48, 48, size=3, stride=1),
            _layer(48, channels, size=3, stride=2),
            _layer(channels, channels, size=3, stride=1),
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """The grids of images (N, 3, H, W), floats in [0, 1]."""
        return self.layers(images - 0.5)


def _layer(inputs, outputs, size, stride):
    convolution = nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU())


class Encoder(nn.Module):
    """Image encoder: a network cut before its head, with its own preprocessing in front.

    Parameters
    ----------
    name : str, the network's name
    network : module from prepared images to the grid, (B, D, h, w)
    prepare : callable from (B, 3, H, W) uint8 or float images to what the network reads

    Returns
    -------
    A module that gives the grid, (..., D, h, w) float32, for (..., 3, H, W) uint8 or float in 0..1.

    Convention
    ----------
    In evaluation mode, without gradients. ``shape`` is the grid's (D, h, w).

    Raises
    ------
    TypeError, ValueError : what is given is no batch of RGB images.

    References
    ----------
    Vinyals, Toshev, Bengio and Erhan 2015, §3.1. Taught in 09 §4.
    """

    def __init__(
        self, name: str, network: nn.Module, prepare: Callable[[torch.Tensor], torch.Tensor]
    ) -> None:
        super().__init__()
        self.name, self.network, self.prepare = name, network, prepare
        self.shape: tuple[int, ...] = _shape_of_grid(network, prepare)
        self.eval().requires_grad_(False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """The grids of images (..., 3, H, W), uint8 or floats in [0, 1]."""
        require_tensor(images, "images", channels=(3,))
        flat = images.reshape(-1, *images.shape[-3:])
        with torch.no_grad():
            grid = self.network(self.prepare(flat))
        return grid.view(*images.shape[:-3], *grid.shape[1:])


def _shape_of_grid(network, prepare):
    """Shape of the grid, without its values: (D, h, w)."""
    like = next(network.parameters())
    gray = torch.zeros(1, 3, 64, 64, dtype=torch.uint8, device=like.device)
    network.eval()
    with torch.no_grad():
        return tuple(network(prepare(gray)).shape[1:])


def pooled(grid: torch.Tensor) -> torch.Tensor:
    """Global average pooling: average a grid of features over its places, a vector for each image.

    Parameters
    ----------
    grid : (..., D, h, w) float tensor

    Returns
    -------
    (..., D) tensor of the grid's dtype.

    Convention
    ----------
    For Inception-v3 this is its own last pooling: the vector of 2048 numbers.

    Raises
    ------
    TypeError, ValueError : grid is no float tensor, or has no places.

    References
    ----------
    Szegedy et al. 2016, Table 1 (pool, 8 x 8 x 2048). Taught in 09 §4.
    """
    require_arrays(torch.Tensor, grid=grid)
    if not grid.is_floating_point():
        raise TypeError(f"grid: expected a float tensor, got {grid.dtype}")
    if grid.ndim < 3 or grid.numel() == 0:
        raise ValueError(f"grid: expected shape (..., D, h, w), got {tuple(grid.shape)}")
    return grid.mean((-2, -1))


def encoder(name: str = "small", weights: str | PathLike[str] | None = "DEFAULT") -> Encoder:
    """Image encoder by name: the chapter's small one, or any classifier of torchvision.

    Parameters
    ----------
    name : "small", or torchvision's name of a convolutional classifier: "inception_v3", "resnet50"
    weights : torchvision's name of its weights, "DEFAULT" or "IMAGENET1K_V1"; or the path of a
        file, .pth or .safetensors; or None for random ones. "DEFAULT" of "small" comes with
        the package

    Returns
    -------
    Encoder, a module from images to their grid; ``pooled`` makes the grid a vector.

    Convention
    ----------
    The grid is the last map of more than one place before the classifier: "inception_v3" gives
    (2048, 8, 8). Preprocessing is that of the weights: shorter side resized with antialiasing,
    centre cut out, ImageNet's mean and deviation. "small" reads images resized to 64 x 64.

    Raises
    ------
    ValueError : torchvision has no such classifier, or it has no grid, or the weights do not fit.
    FileNotFoundError : the weights are not here and cannot be fetched; it says where to put them.

    References
    ----------
    Vinyals et al. 2015, §3.1; Xu et al. 2015, §3.1.1 (the grid). Taught in 09 §4.
    """
    _require_name(name, weights)
    if name == SMALL:
        return Encoder(SMALL, _small(weights), _to_64)
    _require_classifier(name)
    network, prepare = pretrained(name, weights), preprocessing(name, weights)
    return Encoder(name, _cut(network, prepare), prepare)


def _small(weights):
    network = SmallEncoder()
    if weights is not None:
        _load(network, SHIPPED if weights == "DEFAULT" else Path(weights))
    return network


def _to_64(images):
    levels = images / 255 if images.dtype == torch.uint8 else images.float()
    if levels.shape[-2:] == (64, 64):
        return levels
    options = {"mode": "bilinear", "align_corners": False, "antialias": True}
    return functional.interpolate(levels, (64, 64), **options)


def pretrained(name: str, weights: str | PathLike[str] | None = "DEFAULT") -> nn.Module:
    """Pre-trained network: one of torchvision, with its weights, ready to be used.

    Parameters
    ----------
    name : torchvision's name of the network, such as "inception_v3" or "vgg19"
    weights : torchvision's name of the weights, "DEFAULT" or "IMAGENET1K_V1"; or the path of a
        file, .pth or .safetensors, with the network's parameters; or None for random ones

    Returns
    -------
    The module, on the CPU, in evaluation mode, without gradients.

    Convention
    ----------
    Weights by name are looked for in torch's own cache, then fetched from torchvision's address.
    Inception-v3 and GoogLeNet convert ImageNet's normalisation to their own, -1..1.

    Raises
    ------
    ValueError : torchvision knows no such network or weights, or a file does not fit the network.
    FileNotFoundError : there is no such file, or the weights can neither be found nor fetched.

    References
    ----------
    torchvision, *Models and pre-trained weights*. Taught in 09 §11.
    """
    _require_name(name, weights)
    models = _models()
    name = require.one_of(name, "name", models.list_models())
    file = None if weights is None else _file_of(name, weights)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*init_weights|.*weight init", module="torch")
        network = models.get_model(name, weights=None, **_SETTINGS.get(name, {}))
    if file is not None:
        _load(network, file)
    return network.eval().requires_grad_(False)


def preprocessing(
    name: str, weights: str | PathLike[str] | None = "DEFAULT"
) -> Callable[[torch.Tensor], torch.Tensor]:
    """Preprocessing: what torchvision does to images before a network reads them.

    Parameters
    ----------
    name : torchvision's name of the network
    weights : torchvision's name of the weights; a file, or None, is taken as "IMAGENET1K_V1"

    Returns
    -------
    A callable from (..., 3, H, W) uint8, or float in 0..1, to normalised float.

    Convention
    ----------
    Shorter side resized with antialiasing, centre cut out, ImageNet's mean and deviation.

    Raises
    ------
    ValueError : torchvision knows no such network.

    References
    ----------
    torchvision, *Models and pre-trained weights*. Taught in 09 §11.
    """
    _require_name(name, weights)
    models = _models()
    named = models.get_model_weights(require.one_of(name, "name", models.list_models()))
    entry = named.__members__.get(str(weights), next(iter(named)))
    return entry.transforms()


def _models():
    return torchvision.load().models  # takes a second, and the small encoder does without


def _require_name(name, weights):
    """Refuse names that are no text, and weights that are neither a name nor a path nor None."""
    if not isinstance(name, str):
        raise TypeError(f"name: expected a name, got {type(name).__name__}")
    if weights is not None and not isinstance(weights, (str, PathLike)):
        raise TypeError(f"weights: expected a name or a path, got {type(weights).__name__}")


def _require_classifier(name):
    models = _models()
    known = [name for name in models.list_models(models) if not name.startswith(_WITHOUT_GRID)]
    if name not in known:
        raise ValueError(
            f"name: expected {SMALL!r} or a convolutional classifier of torchvision such as "
            f"'inception_v3', 'resnet50' or 'vgg19', got {name!r}"
        )


def _file_of(name, weights):
    """The file of weights that are given by torchvision's name or by their path."""
    named = _models().get_model_weights(name)
    if str(weights) in ("DEFAULT", *named.__members__):
        entry = named.DEFAULT if str(weights) == "DEFAULT" else named[str(weights)]
        return _fetched(entry.url)
    file = Path(weights).expanduser()
    if not file.is_file():
        known = ", ".join(dict.fromkeys(["DEFAULT", *named.__members__]))
        raise FileNotFoundError(f"weights: there is no file {file}; {name} also knows {known}")
    return file


def _fetched(url):
    """The file behind an address of torchvision, from torch's cache or from there."""
    file = Path(torch.hub.get_dir()) / "checkpoints" / url.rpartition("/")[2]
    if file.is_file():
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    checksum = file.stem.rpartition("-")[2]  # the first digits of its SHA-256
    try:
        torch.hub.download_url_to_file(url, str(file), hash_prefix=checksum)
    except (OSError, RuntimeError) as error:
        raise FileNotFoundError(
            f"weights: {file.name} is not here, and could not be fetched ({error}). Where there is "
            f"a network, get {url}, then put it at {file}, or give its path as weights."
        ) from None
    return file


def _load(network, file):
    """Fill a network with the parameters in a file."""
    try:
        network.load_state_dict(_parameters(file))
    except (FileNotFoundError, IsADirectoryError):
        raise FileNotFoundError(f"weights: there is no file {file}") from None
    except _NO_WEIGHTS as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"weights: {file} does not fit the network ({reason})") from None


def _parameters(file):
    if file.suffix == ".safetensors":
        return load_file(file)
    return torch.load(file, map_location="cpu", weights_only=True)


def _cut(network, prepare):
    """The part of a classifier that makes its last grid of features."""
    from torchvision.models.feature_extraction import create_feature_extractor

    part = create_feature_extractor(
        network, {_last_grid(network, prepare): "grid"}, suppress_diff_warning=True
    )
    return _Only(part)


def _last_grid(network, prepare):
    """Name of the last step before the head whose result is a map of more than one place."""
    from torchvision.models.feature_extraction import (
        create_feature_extractor,
        get_graph_node_names,
    )

    steps = get_graph_node_names(network, suppress_diff_warning=True)[1]
    steps = [step for step in steps if step.split(".")[0] not in _HEADS]
    with torch.no_grad():
        walk = create_feature_extractor(network, steps, suppress_diff_warning=True)
        results = walk(prepare(torch.zeros(1, 3, 64, 64, dtype=torch.uint8)))
    return [step for step, result in results.items() if _is_grid(result)][-1]


def _is_grid(result):
    return isinstance(result, torch.Tensor) and result.ndim == 4 and result[0, 0].numel() > 1


class _Only(nn.Module):
    """The one result of a feature extractor, without its name."""

    def __init__(self, extractor):
        super().__init__()
        self.extractor = extractor

    def forward(self, images):
        return self.extractor(images)["grid"]
