"""Chapters are added, removed, renamed and renumbered, in a copy of the checkout."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coursekit import cli
from coursekit.authoring.chapters import new_chapter, remove_chapter, rename_chapter, renumber
from coursekit.authoring.mentions import Mentions
from coursekit.authoring.plan import LIST
from coursekit.authoring.release import release
from coursekit.authoring.render import disagreements
from coursekit.chapters import CHAPTERS

THIS = Path(__file__)
ROOT = THIS.parents[2]
FIFTH, LAST = CHAPTERS[4], CHAPTERS[-1]
NEW = "tone_mapping"
NUMBER = f"{FIFTH.number + 1:02}"
SLUG = f"{NUMBER}_{NEW}"


def git(folder, *words):
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr  # 1: nothing found
    return done.stdout


def tree_of(folder):
    """The hash of all files and of their names."""
    git(folder, "add", "--all")
    return git(folder, "write-tree")


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "-m", "As it is now")


def mentions(folder, pattern):
    """What git finds of a regular expression, in files and in their names."""
    named = [path for path in git(folder, "ls-files").split() if re.search(pattern, path)]
    return named + git(folder, "grep", "-nP", pattern).splitlines()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A copy of what git tracks, as it lies here, with the notebooks of the last chapter alone."""
    folder = tmp_path_factory.mktemp("checkout")
    for path in filter(None, git(ROOT, "ls-files", "-z").split("\0")):
        left_out = path.endswith(".ipynb") and LAST.name not in path or ROOT / path == THIS
        if (ROOT / path).is_file() and not left_out:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, folder / path)
    git(folder, "init", "-q")
    commit(folder)
    return folder, git(folder, "rev-parse", "HEAD").strip()


@pytest.fixture
def copy(made):
    folder, start = made
    yield folder
    git(folder, "reset", "-q", "--hard", start)
    git(folder, "clean", "-fdq")


def test_a_chapter_comes_between_two_others_and_goes_again(copy):
    before = tree_of(copy)
    new_chapter(NEW, "Tone mapping", after=FIFTH.name, root=copy)
    git(copy, "add", "--all")
    following = f"{FIFTH.number + 2:02}_{CHAPTERS[5].name}"
    sources = sorted(path.stem for path in copy.glob("notebooks/src/*.py"))
    assert sources[4:7] == [FIFTH.slug, SLUG, following]
    row = f"| {NUMBER} | [Tone mapping](notebooks/{SLUG}.ipynb)"
    assert row in (copy / "README.md").read_text()
    for chapter in CHAPTERS[5:]:
        assert mentions(copy, chapter.slug) == []
        own = git(copy, "grep", "-hoP", r"Taught in \d\d", f"coursekit/{chapter.name}").splitlines()
        assert f"Taught in {chapter.number + 1:02}" in own
        assert f"Taught in {FIFTH.number + 1:02}" not in own
    commit(copy)
    done = remove_chapter(NEW, root=copy)
    assert not [note for note in done.notes if note.startswith("README.md")]
    assert tree_of(copy) == before


def test_numbers_that_may_be_no_chapters_are_left_alone_and_told():
    six, seven, ten, eleven = (f"{number:02}" for number in (6, 7, 10, 11))
    mentions = Mentions({f"{six}_tides": f"{seven}_tides", f"{ten}_waves": f"{eleven}_waves"})
    kept = (f"Gonzalez and Woods 2018, chapter {ten}", f"of {six}, see below", "chapter 99")
    moved = {
        f"chapters 98, {six} and {ten}": f"chapters 98, {seven} and {eleven}",
        f"Taught in {six} §3, {ten} §10.": f"Taught in {seven} §3, {eleven} §10.",
        f"test_{six}_tides.py": f"test_{seven}_tides.py",
        f"{six} §10": f"{seven} §10",
    }
    assert [mentions.rewrite(text, "a.py") for text in kept] == [*kept]
    assert {text: mentions.rewrite(text, "a.py") for text in moved} == moved
    assert mentions.noted == [f"a.py:1: {text}" for text in kept[:2]]


def test_what_is_to_be_looked_at_is_told_by_its_new_name():
    mentions = Mentions({f"{6:02}_tides": f"{7:02}_tides"})
    mentions.rewrite(f"of {6:02}, see below", f"notebooks/src/{6:02}_tides.py")
    assert mentions.noted == [f"notebooks/src/{7:02}_tides.py:1: of {6:02}, see below"]


def test_a_notebook_still_says_what_its_text_says(copy):
    new_chapter(NEW, "Tone mapping", after=FIFTH.name, root=copy)
    moved = f"{LAST.number + 1}_{LAST.name}"
    assert disagreements(copy, [copy / f"solutions/src/{moved}.py"]) == []
    assert release(moved, check=True, root=copy)


@pytest.mark.slow
def test_a_skeleton_passes_the_tests_of_the_house(copy):
    home = {**os.environ, "PYTHONPATH": str(copy)}

    def run(*words):
        done = subprocess.run(
            [sys.executable, *words], cwd=copy, env=home, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("-m", "coursekit", "new-chapter", NEW, "--title", "Tone mapping", "--after", FIFTH.name)
    run("-m", "coursekit", "render", NEW)
    run("-m", "coursekit", "release", NEW)
    git(copy, "add", "--all")
    house = [f"test_{name}.py" for name in ("parity", "house", "imports", "types")]
    quiet = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    places = [f"tests/{place}" for place in (NEW, "exercises", *house)]
    assert "passed" in run("-m", "pytest", *quiet, *places, "-k", NEW)


def test_a_name_is_given_up_without_a_trace(copy):
    new_chapter(NEW, "Tone mapping", after=FIFTH.name, root=copy)
    commit(copy)
    done = rename_chapter(NEW, "exposure_fusion", "Exposure fusion", root=copy)
    git(copy, "add", "--all")
    assert mentions(copy, "(?i)tone.mapping(?!_)") == []
    assert (copy / "coursekit/exposure_fusion/reference.py").exists()
    assert (
        f"# # {NUMBER} · Exposure fusion\n"
        in (copy / f"notebooks/src/{NUMBER}_exposure_fusion.py").read_text()
    )
    assert done.notes == []


def test_a_chapter_that_others_import_takes_them_along(copy):
    rename_chapter(FIFTH.number, "outlines", root=copy)
    git(copy, "add", "--all")
    for pattern in (FIFTH.slug, rf"(coursekit|tests|benchmarks)[./]{FIFTH.name}\b"):
        assert mentions(copy, pattern) == []


def test_the_list_in_another_order_is_followed(copy):
    before, text = tree_of(copy), (copy / LIST).read_text()
    head, *blocks = re.split(r"(?m)^(?=\[\[chapter)", text)
    blocks[-2:] = [blocks[-1] + "\n", blocks[-2].rstrip() + "\n"]
    (copy / LIST).write_text(head + "".join(blocks))
    renumber(root=copy)
    git(copy, "add", "--all")
    assert (copy / f"notebooks/{LAST.number - 1:02}_{LAST.name}.ipynb").exists()
    assert mentions(copy, LAST.slug) == []
    (copy / LIST).write_text(text)
    commit(copy)
    renumber(root=copy)
    assert tree_of(copy) == before


def test_a_plan_is_not_carried_out_in_a_dry_run(copy):
    before = tree_of(copy)
    done = new_chapter(NEW, "Tone mapping", root=copy, dry_run=True)
    assert f"add     coursekit/{NEW}/reference.py" in done.changes
    assert tree_of(copy) == before


def test_whatever_interrupts_it_leaves_the_files_as_they_were(copy, monkeypatch):
    before, write = tree_of(copy), Path.write_bytes
    left = iter(range(20))

    def write_a_few(path, content):
        if next(left, None) == 10:
            raise OSError("the disk is full")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_a_few)
    with pytest.raises(OSError, match="full"):
        new_chapter(NEW, "Tone mapping", after=FIFTH.name, root=copy)
    assert tree_of(copy) == before


@pytest.mark.parametrize(
    ("name", "title", "after", "told"),
    [
        ("Tone", "Tone mapping", None, "expected a name such as gray_transforms, got 'Tone'"),
        ("class", "Tone mapping", None, "expected a name such as"),
        ("lab", "Tone mapping", None, "the name lab is taken by coursekit/lab"),
        (FIFTH.name, "Tone mapping", None, "is taken"),
        (NEW, FIFTH.title, None, "there already is a chapter"),
        (NEW, 'So "called"', None, "expected a title in plain words"),
        (NEW, "Tone mapping", "60", "expected a chapter of the course, got '60'; there are"),
    ],
)
def test_what_cannot_be_made_is_refused(copy, name, title, after, told):
    before = tree_of(copy)
    with pytest.raises(ValueError, match=told):
        new_chapter(name, title, after=after, root=copy)
    assert tree_of(copy) == before


def test_a_chapter_that_is_needed_stays(copy):
    with pytest.raises(ValueError, match=r"01_images is imported by .*coursekit/"):
        remove_chapter("images", root=copy)


def test_a_checkout_with_changes_is_refused(copy):
    (copy / "README.md").write_text("Mine")
    (copy / "notes.txt").write_text("Mine, too")
    with pytest.raises(ValueError, match="commit or stash first: README.md, notes.txt"):
        remove_chapter(LAST.name, root=copy)


def test_a_file_that_got_another_name_is_a_change_to_both(copy):
    git(copy, "mv", "README.md", "READ_ME.md")
    with pytest.raises(ValueError, match="stash first: README.md, READ_ME.md$"):
        remove_chapter(LAST.name, root=copy)


def test_a_list_of_other_chapters_is_no_order(copy):
    path = copy / LIST
    path.write_text(path.read_text().replace(f'"{FIFTH.name}"', '"outlines"'))
    with pytest.raises(
        ValueError, match="use coursekit new-chapter, remove-chapter or rename-chapter"
    ):
        renumber(root=copy)


def test_elsewhere_than_in_a_checkout_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(cli.app, ["remove-chapter", "02"])
    assert ended.exit_code == 1
    assert "this needs a checkout of the project (git clone)" in ended.output
