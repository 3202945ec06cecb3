"""Pictures and captions on disk: what is read, and what is said of files that are not right."""

import json

import numpy as np
import pytest

from coursekit.captioning import data
from coursekit.captioning.data import synthetic

MADE = data.scenes("test", 6)


@pytest.fixture
def root(tmp_path):
    """A folder as COCO packs it, with six pictures."""
    data.save_as_coco(MADE, tmp_path, "val2017")
    return tmp_path


@pytest.fixture
def folder(tmp_path):
    """The homework's two files, for four pictures."""
    features = np.random.default_rng(0).random((4, 2048), dtype=np.float32)
    np.save(tmp_path / "image_codes.npy", features)
    captions = [[f"a caption number {n} ." for n in range(5 + k)] for k in range(4)]
    (tmp_path / "captions_tokenized.json").write_text(json.dumps(captions))
    return tmp_path


def test_made_scenes_have_pictures_captions_and_what_is_in_them():
    assert len(MADE) == len(MADE.images) == len(MADE.scenes) == 6
    assert MADE.images.shape == (6, 64, 64, 3)
    assert all(len(own) == 5 for own in MADE.captions)
    assert MADE.scenes[4] == synthetic.scene("test", 4)
    assert MADE.words()[0][0][-1] + "." == MADE.captions[0][0].split()[-1]


def test_more_scenes_begin_with_the_same():
    more = data.scenes("test", 8)
    np.testing.assert_array_equal(more.images[:6], MADE.images)
    assert more.captions[:6] == MADE.captions


def test_rows_are_taken_without_copying_what_belongs_to_them():
    chosen = MADE.take([4, 1])
    np.testing.assert_array_equal(chosen.images[[0, 1]], MADE.images[[4, 1]])
    assert chosen.captions == (MADE.captions[4], MADE.captions[1])
    assert chosen.identities == (5, 2)
    assert chosen.take([1]).scenes == (MADE.scenes[1],)


def test_a_split_keeps_pictures_apart():
    first, second = MADE.split(0.34, seed=1)
    assert (len(first), len(second)) == (4, 2)
    assert not set(first.identities) & set(second.identities)
    assert set(first.identities) | set(second.identities) == set(MADE.identities)


# ------------------------------------------------------------------ COCO


def test_what_is_saved_as_coco_is_read_again(root):
    read = data.coco(root, "val2017")
    assert read.captions == MADE.captions
    assert read.identities == MADE.identities
    for number in range(6):
        np.testing.assert_array_equal(read.images[number], MADE.images[number])
    assert [picture.shape for picture in read.images[[5, 0]]] == [(64, 64, 3)] * 2


def test_coco_lays_its_files_out_so(root):
    content = json.loads((root / "annotations" / "captions_val2017.json").read_text())
    assert content["images"][0] == {
        "id": 1, "file_name": "000000000001.png", "height": 64, "width": 64,
    }  # fmt: skip
    first = {"id": 1, "image_id": 1, "caption": MADE.captions[0][0]}
    assert content["annotations"][0] == first


def test_pictures_may_stand_in_a_folder_of_images(root):
    (root / "images").mkdir()
    (root / "val2017").rename(root / "images" / "val2017")
    assert data.coco(root, "val2017").images[0].shape == (64, 64, 3)


def test_gray_pictures_become_colour_pictures(root):
    from PIL import Image

    Image.new("L", (3, 5), 7).save(root / "val2017" / "000000000001.png")
    assert data.coco(root, "val2017").images[0].tolist() == [[[7, 7, 7]] * 3] * 5


def annotations(root, change):
    """Change the file of captions."""
    path = root / "annotations" / "captions_val2017.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def assert_refused(function, *arguments, says, error=ValueError):
    """One sentence, on one line, which names the file and what is wrong."""
    with pytest.raises(error, match=says) as caught:
        function(*arguments)
    assert "\n" not in str(caught.value)


def test_a_missing_file_of_captions_is_named(root):
    says = r"captions_train2017\.json: there is no such file"
    assert_refused(data.coco, root, "train2017", says=says, error=FileNotFoundError)


def test_missing_folders_and_pictures_are_named(root):
    (root / "val2017" / "000000000003.png").unlink()
    says = "1 of 6 pictures .* missing, for instance 000000000003.png"
    assert_refused(data.coco, root, "val2017", says=says, error=FileNotFoundError)
    (root / "val2017").rename(root / "elsewhere")
    says = "val2017: expected a folder with the pictures"
    assert_refused(data.coco, root, "val2017", says=says, error=FileNotFoundError)


def test_a_truncated_file_of_captions_is_noticed(root):
    path = root / "annotations" / "captions_val2017.json"
    path.write_bytes(path.read_bytes()[:700])
    assert_refused(data.coco, root, "val2017", says="no whole JSON file, only 700 bytes of one")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda content: content.pop("images"), "expected COCO's captions"),
        (lambda content: content["annotations"][0].pop("caption"), "expected COCO's captions"),
        (lambda content: content["images"].pop(2), "of image 3, which is not listed"),
        (lambda content: content["annotations"].__delitem__(slice(5, 10)), "picture 2 has no cap"),
        (lambda content: content["annotations"][0].update(caption=7), "expected text"),
    ],
)
def test_captions_that_do_not_fit_are_refused(root, change, says):
    annotations(root, change)
    assert_refused(data.coco, root, "val2017", says=says)


def test_a_file_that_holds_something_else_is_refused(root):
    (root / "annotations" / "captions_val2017.json").write_text("[1, 2]")
    assert_refused(data.coco, root, "val2017", says="expected COCO's captions")


def test_a_truncated_picture_is_noticed_when_it_is_read(root):
    path = root / "val2017" / "000000000002.png"
    path.write_bytes(path.read_bytes()[:2000])
    read = data.coco(root, "val2017")
    assert_refused(read.images.__getitem__, 1, says="000000000002.png: no whole picture")


# ------------------------------------------------------------------ the homework's files


def test_the_handout_stays_on_the_disk(folder):
    read = data.handout(folder)
    assert isinstance(read.images, np.memmap)
    assert read.images.shape == (4, 2048)
    assert [len(own) for own in read.captions] == [5, 6, 7, 8]
    assert read.words()[0][3] == ["a", "caption", "number", "3"]
    assert isinstance(read.take([2, 0]).images[[1]], np.ndarray)


@pytest.mark.parametrize("name", ["image_codes.npy", "captions_tokenized.json"])
def test_a_missing_file_of_the_handout_is_named(folder, name):
    (folder / name).unlink()
    says = f"{name}: there is no such file"
    assert_refused(data.handout, folder, says=says, error=FileNotFoundError)


@pytest.mark.parametrize("kept", [0, 5, 60, 20_000])
def test_truncated_features_are_noticed(folder, kept):
    path = folder / "image_codes.npy"
    path.write_bytes(path.read_bytes()[:kept])
    assert_refused(data.handout, folder, says="image_codes.npy: no whole file of an array")


@pytest.mark.parametrize(
    "features", [np.zeros(8), np.zeros((4, 8), int), np.zeros((0, 8)), np.zeros((4, 2, 2))]
)
def test_arrays_that_are_no_features_are_refused(folder, features):
    np.save(folder / "image_codes.npy", features)
    assert_refused(data.handout, folder, says=r"expected features of shape \(N, C\), float")


def test_features_that_would_run_a_program_are_refused(folder):
    np.save(folder / "image_codes.npy", np.array([[{}]], dtype=object), allow_pickle=True)
    assert_refused(data.handout, folder, says="no whole file of an array")


def test_truncated_captions_are_noticed(folder):
    path = folder / "captions_tokenized.json"
    path.write_bytes(path.read_bytes()[:100])
    assert_refused(data.handout, folder, says="no whole JSON file, only 100 bytes")


@pytest.mark.parametrize(
    ("captions", "says"),
    [
        ([["a"]] * 3, "got 4 features and captions of 3 pictures"),
        ([["a"], ["b"], [], ["c"]], "picture 2 has no caption"),
        ([["a"], ["b"], [7], ["c"]], "expected text"),
        (["a", "b", "c", "d"], "a list with a list of captions"),
        ({"a": 1}, "a list with a list of captions"),
    ],
)
def test_captions_of_other_pictures_are_refused(folder, captions, says):
    (folder / "captions_tokenized.json").write_text(json.dumps(captions))
    assert_refused(data.handout, folder, says=says)
