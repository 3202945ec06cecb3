"""Sample pictures need no network, and a reader's own photo arrives upright, RGB and small."""

import inspect
import io
import os
import struct
import subprocess
import sys
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from coursekit.lab import samples

BUNDLED = [name for name in samples.names() if name not in samples._SYNTHETIC]

OFFLINE = """
import socket

def refuse(*arguments, **named):
    raise OSError("no network here")

socket.socket.connect = socket.getaddrinfo = refuse
from coursekit.lab import samples
for name in samples.names():
    print(name, getattr(samples, name)().shape)
print(samples.stereo_motorcycle()[0].shape, samples.lfw_subset().shape)
"""


def test_all_samples_are_read_without_a_network(tmp_path):
    finished = subprocess.run(
        [sys.executable, "-c", OFFLINE],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path), "SKIMAGE_DATADIR": str(tmp_path)},
    )
    assert len(finished.stdout.splitlines()) == len(samples.names()) + 1
    assert not list(tmp_path.rglob("*.png")), "something was downloaded or copied"


@pytest.mark.parametrize("name", samples.names())
def test_samples_are_uint8_pictures(name):
    image = getattr(samples, name)()
    assert image.dtype == np.uint8 and image.size
    assert image.ndim == 2 or image.shape[2:] == (3,)
    assert image.max() > image.min()


def test_known_samples_have_their_known_size():
    assert samples.camera().shape == (512, 512)
    assert samples.astronaut().shape == (512, 512, 3)
    assert samples.coffee().shape == (400, 600, 3)
    left, right = samples.stereo_motorcycle()
    assert left.shape == right.shape == (500, 741, 3)
    assert samples.lfw_subset().shape == (200, 25, 25)


def test_a_sample_can_be_overwritten_without_harm():
    samples.camera()[:] = 0
    assert samples.camera().any()


def test_an_unknown_sample_is_answered_with_the_names():
    with pytest.raises(AttributeError, match="no sample image 'lenna'; there are astronaut, "):
        samples.lenna  # noqa: B018


def test_samples_are_documented_and_listed():
    assert set(samples.names()) <= set(dir(samples))
    assert all(inspect.getdoc(getattr(samples, name)) for name in samples.names())


# ------------------------------------------------------------------ made pictures


def test_ramp_holds_every_level_in_order():
    assert (samples.ramp() == np.arange(256)).all()


def test_step_edge_has_one_step():
    image = samples.step_edge(height=3, width=6, low=10, high=90)
    assert image.tolist() == [[10, 10, 10, 90, 90, 90]] * 3


def test_ramp_edge_climbs_evenly():
    row = samples.ramp_edge(width=64, low=0, high=200, over=20)[0].astype(int)
    steps = np.diff(row)
    assert (row[0], row[-1], steps.min(), steps.max()) == (0, 200, 0, 10)


def test_roof_edge_is_symmetric_and_peaks_in_the_middle():
    row = samples.roof_edge(width=65, low=50, high=200, over=32)[0]
    assert row.argmax() == 32 and row[32] == 200
    assert (row == row[::-1]).all() and row[0] == 50


def test_checker_alternates():
    image = samples.checker(height=4, width=4, square=2)
    assert image.tolist() == [[0, 0, 255, 255]] * 2 + [[255, 255, 0, 0]] * 2


def test_zone_plate_is_finest_at_its_border():
    # Along the middle row the phase is pi c^2 / size, so its slope at c = size / 2 is pi a pixel:
    # one black and one white pixel in turns.
    steps = np.diff(samples.zone_plate(256)[128].astype(int))
    assert (np.sign(steps[:6]) == [-1, 1, -1, 1, -1, 1]).all()
    assert np.abs(steps[126:129]).max() < 5


def test_impulse_is_one_white_pixel():
    image = samples.impulse(5, 7)
    assert image.sum() == image[2, 3] == 255


# ------------------------------------------------------------------ one's own photo

# A picture without any symmetry: four quarters of four colours, 40 rows and 60 columns.
QUARTERS = np.zeros((40, 60, 3), np.uint8)
QUARTERS[:20, :30] = (250, 0, 0)
QUARTERS[:20, 30:] = (0, 250, 0)
QUARTERS[20:, :30] = (0, 0, 250)
QUARTERS[20:, 30:] = (250, 250, 0)

# How a camera stores an upright picture, by EXIF orientation (EXIF 2.3, tag 0x0112: where row 0 and
# column 0 of what is stored lie): 2 mirrored, 3 half a turn, 4 upside down, 5 transposed ...
STORED = {
    1: lambda p: p,
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.transpose(1, 0, 2),
    6: lambda p: p.transpose(1, 0, 2)[::-1],
    7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
    8: lambda p: p.transpose(1, 0, 2)[:, ::-1],
}


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def difference(photo, expected):
    assert (photo.dtype, photo.shape) == (np.uint8, expected.shape)
    return np.abs(photo.astype(int) - expected).max()


@pytest.mark.parametrize("orientation", STORED)
def test_a_photo_is_turned_upright(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(STORED[orientation](QUARTERS))
    data = saved(stored, "JPEG", quality=95, subsampling=0, exif=exif)
    assert difference(samples.load(data)[::39, ::59], QUARTERS[::39, ::59]) < 12


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "BMP", "GIF", "PPM"])
def test_lossless_formats_come_back_exactly(kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    assert difference(samples.load(saved(QUARTERS, kind, **options)), QUARTERS) == 0


def test_what_pillow_does_not_read_opencv_does():
    bgr = np.ascontiguousarray(QUARTERS[..., ::-1]).astype(np.float32) / 255
    data = cv2.imencode(".hdr", bgr)[1].tobytes()
    photo = samples.load(data)
    assert photo.shape == QUARTERS.shape and photo[0, 0].argmax() == 0


def test_transparent_pixels_lie_on_white():
    alpha = np.full((*QUARTERS.shape[:2], 1), 255, np.uint8)
    alpha[:20] = 0
    expected = QUARTERS.copy()
    expected[:20] = 255
    data = saved(np.concatenate([QUARTERS, alpha], axis=2), "PNG")
    assert difference(samples.load(data), expected) == 0


def test_half_transparent_pixels_are_mixed_with_white():
    data = saved(np.array([[[0, 0, 0, 128]]], np.uint8), "PNG")
    assert difference(samples.load(data), np.full((1, 1, 3), 127)) <= 1


def test_a_palette_becomes_colours():
    palette = Image.fromarray(QUARTERS).convert("P", palette=Image.Palette.ADAPTIVE, colors=8)
    assert difference(samples.load(saved(palette, "PNG")), QUARTERS) <= 4


def test_a_transparent_palette_entry_lies_on_white():
    palette = Image.new("P", (4, 3), 1)
    palette.putpalette([0, 0, 0, 200, 10, 20])
    palette.putpixel((0, 0), 0)
    photo = samples.load(saved(palette, "PNG", transparency=0))
    assert photo[0, 0].tolist() == [255, 255, 255]
    assert photo[2, 3].tolist() == [200, 10, 20]


def test_gray_becomes_three_equal_channels():
    photo = samples.load(saved(samples.camera(), "PNG"))
    assert difference(photo, np.stack([samples.camera()] * 3, axis=2)) == 0


def test_black_and_white_becomes_0_and_255():
    photo = samples.load(saved(Image.fromarray(samples.checker()).convert("1"), "PNG"))
    assert difference(photo, np.stack([samples.checker()] * 3, axis=2)) == 0


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_brought_to_eight(kind):
    levels = np.arange(256, dtype=np.uint16)[None].repeat(3, axis=0) * 257
    photo = samples.load(saved(Image.fromarray(levels), kind))
    assert difference(photo, np.stack([np.arange(256)[None].repeat(3, axis=0)] * 3, axis=2)) == 0


def test_sixteen_bits_in_colour_are_brought_to_eight():
    data = cv2.imencode(".png", QUARTERS[..., ::-1].astype(np.uint16) * 257)[1].tobytes()
    assert difference(samples.load(data), QUARTERS) <= 1


def test_printers_inks_become_rgb():
    inks = Image.fromarray(QUARTERS).convert("CMYK")
    photo = samples.load(saved(inks, "JPEG", quality=95, subsampling=0))
    assert difference(photo[::39, ::59], QUARTERS[::39, ::59]) < 12


def test_a_large_photo_is_shrunk_and_keeps_its_proportions():
    large = np.repeat(np.repeat(QUARTERS, 50, axis=0), 50, axis=1)
    data = saved(large, "PNG")
    photo = samples.load(data, largest=60)
    assert difference(photo, QUARTERS) == 0
    assert samples.load(data).shape == (1067, 1600, 3)


def test_a_small_photo_is_never_enlarged():
    assert samples.load(saved(QUARTERS, "PNG"), largest=5000).shape == QUARTERS.shape


def test_a_strip_keeps_at_least_one_row():
    data = saved(np.zeros((1, 4000, 3), np.uint8), "PNG")
    assert samples.load(data, largest=100).shape == (1, 100, 3)


def test_a_photo_may_be_given_as_path_word_or_bytes(tmp_path, monkeypatch):
    path = tmp_path / "my photo.png"
    path.write_bytes(data := saved(QUARTERS, "PNG"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for source in (path, str(path), "~/my photo.png", data, bytearray(data), memoryview(data)):
        assert difference(samples.load(source), QUARTERS) == 0


def test_the_photo_is_the_readers_to_change():
    photo = samples.load(saved(QUARTERS, "PNG"))
    photo[:] = 0
    assert not photo.any()


def test_a_missing_file_is_named_with_its_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="no file 'my.jpg' in .*" + tmp_path.name):
        samples.load("my.jpg")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file"):
        samples.load(tmp_path)


@pytest.mark.parametrize(
    "data",
    [b"", b"hello, I am a text", b"%PDF-1.7 ...", np.random.default_rng(5).bytes(500)],
    ids=["nothing", "text", "PDF", "noise"],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(ValueError, match="the data is not an image .* try JPEG, PNG"):
        samples.load(data)


def test_a_text_with_a_pictures_name_is_refused_by_name(tmp_path):
    (tmp_path / "cat.jpg").write_text("not a cat")
    with pytest.raises(ValueError, match="'cat.jpg' is not an image"):
        samples.load(tmp_path / "cat.jpg")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("part", [0.5, 0.9])
def test_a_broken_off_file_is_refused(kind, part):
    noise = np.random.default_rng(4).integers(0, 256, (80, 80, 3), dtype=np.uint8)
    data = saved(noise, kind)
    with pytest.raises(ValueError, match="the data"):
        samples.load(data[: int(len(data) * part)])


def test_a_file_that_claims_to_be_huge_is_refused():
    data = bytearray(saved(QUARTERS, "PNG"))
    data[16:24] = struct.pack(">II", 50_000, 40_000)  # width and height in PNG's header
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    with pytest.raises(ValueError, match="the data has .*(50000 x 40000|too many) pixels"):
        samples.load(bytes(data))


@pytest.mark.parametrize("largest", [0, -3, 30_000])
def test_a_senseless_limit_is_refused(largest):
    with pytest.raises(ValueError, match=f"largest: expected a whole number .* got {largest}"):
        samples.load(saved(QUARTERS, "PNG"), largest=largest)


# ------------------------------------------------------------------ what the file's type says


def gray(photo):
    """The one channel of a gray photo."""
    assert (photo[..., 0] == photo[..., 1]).all() and (photo[..., 1] == photo[..., 2]).all()
    return photo[..., 0].tolist()


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
@pytest.mark.parametrize("level", [1, 200, 255, 256, 4095])
def test_dark_sixteen_bits_stay_dark_and_the_way_out_is_told(suffix, level):
    data = cv2.imencode(suffix, np.full((2, 2), level, np.uint16))[1].tobytes()
    with pytest.warns(UserWarning, match=rf"go up to {level}, .* white is 65535; .*white="):
        photo = samples.load(data)
    assert gray(photo) == [[round(level / 257)] * 2] * 2


def test_another_white_may_be_given():
    data = cv2.imencode(".png", np.array([[0, 2048, 4095]], np.uint16))[1].tobytes()
    assert gray(samples.load(data, white=4095)) == [[0, 128, 255]]


@pytest.mark.parametrize("tag", [281, 341, 50717])
def test_a_tiffs_tags_name_its_white(tag):
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[tag] = 4095
    tags.tagtype[tag] = 3
    image = Image.fromarray(np.array([[0, 2048, 4095]], np.uint16))
    assert gray(samples.load(saved(image, "TIFF", tiffinfo=tags))) == [[0, 128, 255]]


def test_fractions_a_hair_above_one_are_white():
    image = Image.fromarray(np.array([[0, 0.5, 1, 1.0001]], np.float32))
    with pytest.warns(UserWarning, match="go up to 1.0001, but for its type white is 1"):
        assert gray(samples.load(saved(image, "TIFF"))) == [[0, 128, 255, 255]]


def test_floats_up_to_255_can_be_read_when_their_white_is_told():
    image = Image.fromarray(np.array([[0, 100, 255]], np.float32))
    assert gray(samples.load(saved(image, "TIFF"), white=255)) == [[0, 100, 255]]


def test_32_bits_are_brought_to_eight():
    levels = np.array([[0, 2**30, 2**31 - 1]], np.int32)
    data = cv2.imencode(".tiff", levels)[1].tobytes()
    assert gray(samples.load(data)) == [[0, 128, 255]]


def test_a_pgm_of_twelve_bits_says_its_white_itself():
    data = b"P5 3 1 4095\n" + np.array([0, 2048, 4095], ">u2").tobytes()
    assert gray(samples.load(data)) == [[0, 128, 255]]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_no_level(value):
    image = Image.fromarray(np.array([[0, value, 1]], np.float32))
    with pytest.raises(ValueError, match="1 pixels that are NaN"):
        samples.load(saved(image, "TIFF"))


def test_a_transparent_level_of_sixteen_bits_lies_on_white():
    image = Image.fromarray(np.array([[0, 200, 40000]], np.uint16))
    photo = samples.load(saved(image, "PNG", transparency=200))
    assert gray(photo) == [[0, 255, 156]]


def test_numbers_in_exif_that_cannot_be_do_not_hide_which_way_is_up():
    broken = struct.pack("<ii", -1, 0)
    tags = [(0x112, 3, struct.pack("<HH", 6, 0)), (0x11A, 10, struct.pack("<I", 38))]
    fields = b"".join(struct.pack("<HHI", tag, kind, 1) + value for tag, kind, value in tags)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + fields + bytes(4) + broken
    jpeg = saved(QUARTERS, "JPEG")
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    assert samples.load(jpeg[:2] + segment + jpeg[2:]).shape == (60, 40, 3)


# ------------------------------------------------------------------ colour profiles


def profile(swap=()):
    """The profile of sRGB, with two of its primaries exchanged."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", made[128:132])[0]
    places = {bytes(made[n : n + 4]): n + 4 for n in range(132, 132 + 12 * count, 12)}
    if swap:
        one, other = (places[name] for name in swap)
        made[one : one + 8], made[other : other + 8] = made[other : other + 8], made[one : one + 8]
    return bytes(made)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_colours_are_converted_from_the_photos_own_profile(kind):
    red = np.full((8, 8, 3), (255, 0, 0), np.uint8)
    photo = samples.load(saved(red, kind, icc_profile=profile((b"rXYZ", b"gXYZ")), quality=100))
    assert np.abs(photo.astype(int) - [0, 255, 0]).max() <= 3


def test_srgbs_own_profile_changes_no_level():
    assert difference(samples.load(saved(QUARTERS, "PNG", icc_profile=profile())), QUARTERS) == 0


def test_transparent_pixels_lie_on_white_whatever_the_profile():
    pixels = np.array([[[255, 0, 0, 255], [255, 0, 0, 0]]], np.uint8)
    photo = samples.load(saved(pixels, "PNG", icc_profile=profile((b"rXYZ", b"gXYZ"))))
    assert np.abs(photo[0].astype(int) - [[0, 255, 0], [255, 255, 255]]).max() <= 2


def test_a_broken_profile_is_left_aside_and_told():
    with pytest.warns(UserWarning, match="ignoring a colour profile"):
        photo = samples.load(saved(QUARTERS, "PNG", icc_profile=b"no profile"))
    assert difference(photo, QUARTERS) == 0


# ------------------------------------------------------------------ where photos come from


def test_a_pillow_image_and_an_open_file_are_read_too(tmp_path):
    data = saved(QUARTERS, "PNG")
    path = tmp_path / "photo.png"
    path.write_bytes(data)
    with path.open("rb") as file:
        assert difference(samples.load(file), QUARTERS) == 0
    assert difference(samples.load(io.BytesIO(data)), QUARTERS) == 0
    assert difference(samples.load(Image.fromarray(QUARTERS)), QUARTERS) == 0


@pytest.mark.parametrize("source", [None, 3, QUARTERS, [QUARTERS]])
def test_what_is_no_source_is_told_what_is(source):
    with pytest.raises(TypeError, match="source: expected a path, .* got "):
        samples.load(source)


@pytest.mark.parametrize("path", ["x" * 5000, "a\0b", ""])
def test_a_path_that_cannot_be_is_told_shortly(path):
    with pytest.raises(FileNotFoundError, match="no file ") as caught:
        samples.load(path)
    assert len(str(caught.value)) < 400
