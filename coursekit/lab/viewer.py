"""The viewer of all figures: an anywidget that speaks with its front end in synced traits only.

The front end writes ``request`` (and ``upload``, and ``scale``, the size of its plots); Python
answers with ``panes``, ``values`` and ``error`` in one update. A front end has one update in flight
and merges those that wait, so that a drag never builds up a backlog and its last position always
wins.
"""

import warnings
import zlib
from pathlib import Path

import anywidget
import cv2
import numpy as np
import traitlets

from coursekit.lab import plots
from coursekit.lab.plain import described, plain

_FRONT = Path(__file__).parent / "front"
_PARTS = (
    "pieces",
    "controls",
    "pictures",
    "layout",
    "panes",
    "figure",
)  # one module, in this order
_NO_PICTURE = "The picture could not be made"
_LARGEST_PHOTO = 1024  # keeps the sliders quick
_SCALES = 0.25, 6.0  # of plots: what any screen asks for


class Viewer(anywidget.AnyWidget):
    """Live view of a ``coursekit.lab.figure.Figure``."""

    _esm = "\n".join((_FRONT / f"{part}.js").read_text("utf-8") for part in _PARTS)
    _css = (_FRONT / "figure.css").read_text("utf-8")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    controls = traitlets.List().tag(sync=True)
    ordered = traitlets.List().tag(sync=True)
    before = traitlets.Unicode().tag(sync=True)
    accepts_upload = traitlets.Bool().tag(sync=True)
    photos = traitlets.List().tag(sync=True)
    image_shape = traitlets.List().tag(sync=True)
    aligned = traitlets.List().tag(sync=True)
    one_zoom = traitlets.Bool().tag(sync=True)

    panes = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    answered = traitlets.Int().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)

    request = traitlets.Dict().tag(sync=True, echo_update=False)
    upload = traitlets.Dict().tag(sync=True, echo_update=False)
    scale = traitlets.Float(1.0).tag(sync=True, echo_update=False)  # screen pixels for a plot's one

    def __init__(self, figure):
        self._figure, self._dragging, self._encoded, self._resets = figure, False, {}, 0
        super().__init__(
            title=figure.title,
            alt=figure.alt,
            controls=figure.as_controls(),
            ordered=[list(pair) for pair in figure.ordered],
            before=figure.before or "",
            accepts_upload=figure.accepts_upload,
            photos=list(figure.photos),
            aligned=list(figure.aligned),
            one_zoom=figure.one_zoom,
        )
        self._try(self.publish, _NO_PICTURE)

    def publish(self):
        """Send the figure's pictures and values to the front end."""
        panes = self._panes()
        with self.hold_sync():
            self.error = ""
            self.controls = self._figure.as_controls()
            self.image_shape = self._image_shape()
            self.values = plain(self._figure.values)
            self.panes = panes

    def _image_shape(self):
        image = self._figure.image
        return [] if image is None else list(image.shape[:2])

    def _panes(self):
        return [self._pane(*item) for item in self._figure.current.items()]

    def _pane(self, title, picture):
        height, width = picture.shape[:2]
        plot = isinstance(picture, plots.Panel)
        return {
            "title": title,
            "alt": described(title, picture),
            "height": height,
            "width": width,
            "plot": plot,
            "gray": not plot and picture.ndim == 2,
            "mime": "image/jpeg" if self._dragging else "image/png",
            **self._data(title, plots.image(picture, self._scale_of_plots)),
        }

    @property
    def _scale_of_plots(self):
        return min(max(self.scale, _SCALES[0]), _SCALES[1])

    @traitlets.observe("scale")
    def _draw_plots_anew(self, change):
        self._try(lambda: setattr(self, "panes", self._panes()), _NO_PICTURE)

    def _data(self, title, picture):
        """Encoded bytes and a digest of the pixels; what stood still is not encoded anew."""
        digest = zlib.crc32(np.ascontiguousarray(picture))
        key = (title, self._dragging)
        if self._encoded.get(key, {}).get("digest") != digest:
            self._encoded[key] = {"digest": digest, "data": encoded(picture, self._dragging)}
        return self._encoded[key]

    @traitlets.observe("request")
    def _answer(self, change):
        request = change["new"]
        self._dragging = request["dragging"]
        with self.hold_sync():
            self.answered = request["serial"]
            self._try(lambda: self._obey(request), _NO_PICTURE)
        self._dragging = False

    def _obey(self, request):
        resets = request.get("resets", 0)
        asked, self._resets = resets > self._resets, resets
        if asked:
            self._figure.reset()
        else:
            self._figure.set(**request["values"])

    @traitlets.observe("upload")
    def _take_photo(self, change):
        if change["new"]:
            self._try(lambda: self._replace_image(change["new"]), "The photo cannot be used")
            self.upload = {}

    def _replace_image(self, upload):
        from coursekit.lab import samples

        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            photo = samples.load(bytes(upload["data"]), largest=_LARGEST_PHOTO)
        self._figure.upload(photo, upload.get("place", 0))
        self.error = " ".join(str(warning.message) for warning in said)

    def _try(self, action, lament):
        """Do it; an error is shown in the viewer, and the last good pictures stay."""
        try:
            action()
        except Exception as error:  # whatever a figure's render raises, its reader must see
            self.error = f"{lament}. {type(error).__name__}: {error}"


def encoded(picture, dragging):
    """JPEG while dragging (small and quick), lossless PNG at rest (exact pixels)."""
    if picture.ndim == 3:
        picture = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    if dragging:
        return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
    return cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
