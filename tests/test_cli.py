"""The command ``coursekit``: what it answers, and how it ends."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import coursekit
from coursekit import cli, doctor


@pytest.fixture
def call(monkeypatch):
    """Call the command with some words, and return how it ended and all that it said."""
    # or `render` would mend the checkout's own lists
    monkeypatch.setattr("coursekit.authoring.methods.write", list)
    monkeypatch.setattr("coursekit.authoring.sections.follow", list)

    def run(*words):
        ended = CliRunner().invoke(cli.app, words)
        return ended.exit_code, ended.output

    return run


def test_version(call):
    assert call("--version") == (0, f"{coursekit.__version__}\n")


def test_help_names_every_command(call):
    status, said = call("--help")
    assert status == 0
    for command in ("doctor", "render", "release", "demo", "caption", "transfer"):
        assert command in said


def test_help_loads_nothing_heavy():
    program = (
        "import sys; from coursekit import cli\n"
        "try: cli.app(['--help'])\n"
        "except SystemExit: pass\n"
        "print(*{'torch', 'numpy', 'matplotlib', 'nbclient'} & set(sys.modules), 'loaded')"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert said.stdout.splitlines()[-1] == "loaded"


def test_a_shell_completes_a_chapter():
    asked = {
        "_COURSEKIT_COMPLETE": "complete_bash",
        "COMP_WORDS": "coursekit demo 0",
        "COMP_CWORD": "2",
    }
    said = CliRunner().invoke(cli.app, prog_name="coursekit", env=asked).output.split()
    assert said[:2] == ["01_images", "02_gray_transforms"] and "10_color_transfer" not in said


def test_an_unknown_command_is_refused(call):
    assert call("teach")[0] == 2


@pytest.mark.parametrize(("well", "status"), [(True, 0), (False, 1)])
def test_doctor_ends_as_it_found(call, monkeypatch, well, status):
    monkeypatch.setattr(doctor, "run", lambda: well)
    assert call("doctor")[0] == status


@pytest.mark.parametrize(
    ("words", "home", "handed_over"),
    [
        (["render"], "authoring.render.render", ((None,), {"check": False})),
        (["render", "02", "--check"], "authoring.render.render", ((["02"],), {"check": True})),
        (
            ["release", "--check"],
            "authoring.release.release",
            ((None,), {"out": None, "check": True}),
        ),
        (
            ["release", "02", "--out", "handout", "--seed", "7"],
            "classroom.handout.handout",
            (("02", Path("handout")), {"seed": 7, "self_study": False}),
        ),
        (["demo", "02"], "lab.demo.serve", (("02",), {"port": 0, "browser": True})),
        (
            ["demo", "02", "--port", "9", "--no-browser"],
            "lab.demo.serve",
            (("02",), {"port": 9, "browser": False}),
        ),
    ],
)
def test_a_command_hands_over_what_it_was_given(call, monkeypatch, words, home, handed_over):
    seen = []

    def note(*positional, **named):
        seen.append((positional, named))
        return []

    monkeypatch.setattr(f"coursekit.{home}", note)
    assert call(*words) == (0, "")
    assert seen == [handed_over]


@pytest.mark.parametrize(
    ("words", "folder", "options"),
    [
        ([], "coursekit-course", []),
        (["mine"], "mine", []),
        (["mine", "--port", "9", "--no-browser"], "mine", ["--port", "9"]),
        (["--port=9"], "coursekit-course", ["--port=9"]),
    ],
)
def test_lab_fills_a_folder_and_opens_it(call, monkeypatch, tmp_path, words, folder, options):
    opened = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("coursekit.course.is_checkout", lambda: False)
    monkeypatch.setattr("coursekit.lab.start.fill", lambda place: f"filled {place.name}")
    monkeypatch.setattr("coursekit.lab.start.open_lab", lambda *given: opened.append(given))
    assert call("lab", *words) == (0, f"filled {folder}\n")
    ((place, browser, passed),) = opened
    assert (place.name, passed) == (folder, options)
    assert browser is (False if "--no-browser" in words else None)


def test_lab_may_only_fill_the_folder(call, tmp_path):
    status, said = call("lab", str(tmp_path / "mine"), "--no-start")
    assert (status, said.startswith("The course is in")) == (0, True)
    assert (tmp_path / "mine" / "notebooks" / "01_images.ipynb").is_file()


@pytest.mark.parametrize("error", [ValueError, FileNotFoundError])
def test_an_error_one_can_mend_is_one_sentence(call, monkeypatch, error):
    def refuse(*given, **named):
        raise error("no chapter 99: there are 01 and 02")

    monkeypatch.setattr("coursekit.authoring.render.render", refuse)
    assert call("render", "99") == (1, "coursekit: no chapter 99: there are 01 and 02\n")


def test_an_error_of_ours_keeps_its_traceback(monkeypatch):
    def stumble(*given, **named):
        raise ZeroDivisionError

    monkeypatch.setattr("coursekit.authoring.render.render", stumble)
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(cli.app, ["render"], catch_exceptions=False)


@pytest.mark.parametrize("command", ["render", "release", "demo"])
def test_a_chapter_that_is_not_there_is_one_sentence(call, command):
    status, said = call(command, "99")
    assert status == 1
    assert said.startswith("coursekit: ")
    assert "99" in said
    assert "Traceback" not in said


def test_render_names_what_it_wrote(call, monkeypatch):
    monkeypatch.setattr("coursekit.authoring.render.render", lambda *given, **named: ["a.ipynb"])
    assert call("render")[1] == "written: a.ipynb\n"
    assert call("render", "--check")[1] == "agrees: a.ipynb\n"


# ------------------------------------------------------------------ captions

SPOKEN = {
    "method": "beam", "temperature": 1.0, "top_k": None, "beam_width": 3,
    "no_repeat_ngram_size": 0, "max_length": 20, "prefix": [], "count": 1, "seed": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "model", "options"),
    [
        (["a.jpg"], None, {}),
        (["photo", "a.jpg"], None, {}),
        (["a.jpg", "--model", "m"], Path("m"), {}),
        (["--method", "sample", "a.jpg"], None, {"method": "sample"}),
        (["a.jpg", "--prefix", "there is"], None, {"prefix": ["there", "is"]}),
        (["a.jpg", "--count", "5", "--top-k", "3"], None, {"count": 5, "top_k": 3}),
    ],
)
def test_photos_are_captioned(call, monkeypatch, words, model, options):
    def caption_files(photos, *given, **spoken):
        assert (given, spoken) == ((model, None), SPOKEN | options)
        return [(photo, ["a red ring", "a blue star"]) for photo in photos]

    monkeypatch.setattr("coursekit.captioning.command.caption_files", caption_files)
    assert call("caption", *words) == (0, "a.jpg: a red ring\na.jpg: a blue star\n")


def test_a_training_is_given_its_recipe(call, monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(
        "coursekit.captioning.command.train_captioner",
        lambda *given, fine_tuning: seen.extend([*given, fine_tuning]) or ["file"],
    )
    words = ["--data", "coco", "--root", "photos", "--encoder", "inception_v3", "--steps", "7"]
    words += ["--patience", "2", "--device", "cpu", "--out", str(tmp_path), "--fine-tune", "9"]
    assert call("caption", "train", *words) == (0, "written: file\n")
    out, kind, root, split, encoder, weights, network, recipe, min_count, device, marked = seen
    assert (out, kind, root, split) == (tmp_path, "coco", Path("photos"), None)
    assert (encoder, weights, network) == ("inception_v3", "DEFAULT", None)
    assert (recipe.steps, recipe.patience, min_count, device) == (7, 2, 5, "cpu")
    assert (marked.steps, marked.seed) == (9, recipe.seed)


def test_weights_are_reproduced(call, monkeypatch):
    monkeypatch.setattr(
        "coursekit.captioning.command.reproduce", lambda out, seeds: [f"{out} of {list(seeds)}"]
    )
    said = call("caption", "reproduce", "--out", "there", "--seeds", "2")
    assert said == (0, "written: there of [0, 1]\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["no_photo.jpg"], "no_photo.jpg"),
        (["a.jpg", "--model", "no_model.safetensors"], "no_model.safetensors"),
        (["train", "--data", "coco"], "root: expected the folder of coco"),
        (["train", "--data", "cats"], "'scenes', 'coco', 'handout'"),
        (["train", "--data", "coco", "--root", "no_folder"], "no_folder"),
    ],
)
def test_what_cannot_be_captioned_is_one_sentence(call, tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    status, said = call("caption", *words)
    assert status == 1
    assert said.startswith("coursekit: ") and says in said and "Traceback" not in said
