import contextlib
import json
import os
import stat
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from coursekit.classroom import collect, submission
from coursekit.classroom.collect import find
from coursekit.classroom.submission import Unreadable, graft, normalised, parse

STUB = "def {}(image):\n    raise NotImplementedError"


def teacher():
    cells = [
        new_markdown_cell("# Exercises", id="head"),
        new_code_cell("import numpy as np", id="first"),
        new_code_cell(STUB.format("one"), id="answer-one", metadata={"exercise": "one"}),
        new_code_cell("check(one)", id="verdict"),
        new_code_cell(STUB.format("two"), id="answer-two", metadata={"exercise": "two"}),
    ]
    return new_notebook(cells=cells)


def answered(one="def one(image): return 1", two="def two(image): return 2"):
    notebook = teacher()
    notebook.cells[2].source, notebook.cells[4].source = one, two
    return notebook


def grafted(notebook):
    cells, remarks = parse(nbformat.writes(notebook).encode())
    made = graft(cells, teacher())
    return made.answers, [*remarks, *made.remarks], made.notebook


# ------------------------------------------------------------------ grafting


def test_answers_are_found_by_id_and_nothing_is_odd():
    answers, remarks, notebook = grafted(answered())
    assert answers == {"one": "def one(image): return 1", "two": "def two(image): return 2"}
    assert remarks == []
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in teacher().cells]


def test_outputs_metadata_and_given_cells_of_the_student_are_not_used():
    notebook = answered()
    notebook.metadata["kernelspec"] = {"name": "evil", "display_name": "evil"}
    notebook.cells[1].source = "import numpy as np; np.testing = None"
    notebook.cells[3].source = "print('check(one): right, 3 of 3 points')"
    notebook.cells[2].metadata["tags"] = ["skip-execution"]
    notebook.cells[2].outputs = [nbformat.v4.new_output("stream", text="<script>")]
    _, remarks, made = grafted(notebook)
    assert made.metadata == {}
    assert "check(one)" in [cell.source for cell in made.cells]
    assert "np.testing" not in str(made)
    assert all(not cell.get("outputs") for cell in made.cells)
    assert "skip-execution" not in str(made) and "<script>" not in str(made)
    assert "2 of 3 given cells had been changed or deleted and were restored." in remarks


def test_links_that_a_handout_leaves_out_are_no_change():
    lesson = "The lesson is [lesson](../notebooks/01.ipynb). Stuck? [Peek](../solutions/01.ipynb)."
    set_here, handed_out, changed = answered(), answered(), answered()
    set_here.cells[0].source = lesson
    handed_out.cells[0].source = "The lesson is lesson."
    changed.cells[0].source = "The lesson is mine."
    given = [graft(parse(nbformat.writes(made).encode())[0], set_here) for made in
             (set_here, handed_out, changed)]  # fmt: skip
    assert [len(made.remarks) for made in given] == [0, 0, 1]


def test_split_answer_is_joined():
    notebook = answered(one="def one(image):")
    rest = new_code_cell("    return 1", metadata={"exercise": "one"})
    notebook.cells.insert(3, rest)
    answers, remarks, _ = grafted(notebook)
    assert answers["one"] == "def one(image):\n    return 1"
    assert remarks == ["`one` has 2 answer cells, which were joined in their order."]


def test_last_of_two_whole_answers_counts_as_in_the_notebook_itself():
    notebook = answered()
    again = new_code_cell("def one(image): return 11", id="answer-one-2")
    again.metadata["exercise"] = "one"
    notebook.cells.append(again)
    answers, _, _ = grafted(notebook)
    namespace = {}
    exec(answers["one"], namespace)
    assert namespace["one"](0) == 11


def test_broken_copy_does_not_take_a_whole_answer_down():
    notebook = answered()
    notebook.cells.append(new_code_cell("def one(image:", metadata={"exercise": "one"}))
    assert grafted(notebook)[0]["one"] == "def one(image): return 1"


def test_duplicate_ids_are_told_and_harmless():
    notebook = json.loads(nbformat.writes(answered()))
    notebook["cells"].append({**notebook["cells"][2], "source": "def one(image): return 3"})
    cells, remarks = parse(json.dumps(notebook).encode())
    made = graft(cells, teacher())
    assert made.answers["one"].endswith("return 3")
    assert "`one` has 2 answer cells, which were joined in their order." in made.remarks


def test_reordered_answers_go_back_to_their_places():
    notebook = answered()
    notebook.cells.reverse()
    answers, remarks, made = grafted(notebook)
    assert answers["one"].endswith("return 1") and answers["two"].endswith("return 2")
    assert [cell.id for cell in made.cells] == [cell.id for cell in teacher().cells]
    assert remarks == ["The answer cells are not in the order of the exercise."]


def test_missing_answer_stays_a_stub():
    notebook = answered()
    del notebook.cells[2]
    answers, remarks, _ = grafted(notebook)
    assert answers["one"] == STUB.format("one")
    assert remarks == ["`one`: the answer cell was deleted; the answer is missing."]


def test_empty_answer_stays_a_stub():
    assert grafted(answered(one=""))[0]["one"] == STUB.format("one")


def test_answer_in_a_cell_of_ones_own_is_found():
    notebook = answered()
    notebook.cells[2] = new_code_cell("def one(image): return 1")
    answers, remarks, _ = grafted(notebook)
    assert answers["one"] == "def one(image): return 1"
    assert remarks == [
        "`one`: the answer cell was deleted; the answer was found in a cell of your own."
    ]


def test_answer_turned_into_text_is_read_as_code():
    notebook = answered()
    notebook.cells[2] = new_markdown_cell("def one(image): return 1", id="answer-one")
    answers, remarks, made = grafted(notebook)
    assert answers["one"] == "def one(image): return 1" and made.cells[2].cell_type == "code"
    assert remarks == ["`one`: the answer is a markdown cell; it was read as code."]


@pytest.mark.parametrize("key", ["exercise", "id"])
def test_ids_lost_by_another_editor_are_found_in_the_metadata(key):
    notebook = answered()
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        cell.metadata = {"exercise": cell.metadata.get("exercise"), "id": cell.id}
        cell.metadata = {key: cell.metadata[key]} if cell.metadata[key] else {}
        del cell["id"]
    assert grafted(notebook)[0]["one"] == "def one(image): return 1"


def test_own_cells_bring_what_they_define_and_nothing_else():
    own = "import math\nSIZE = 3\nprint(1)\n@staticmethod\ndef helper(): return SIZE\none(2)"
    notebook = answered(one="def one(image): return helper()")
    notebook.cells.append(new_code_cell(own))
    _, remarks, made = grafted(notebook)
    assert made.cells[2].source == (
        "import math\nSIZE = 3\n@staticmethod\ndef helper():\n    return SIZE"
    )
    assert made.cells[3].id == "answer-one"
    assert remarks == ["Definitions in your own cells were used, but nothing else in these cells."]


def test_variables_of_ones_own_come_along_where_an_answer_needs_them():
    own = "base = 2\nscale = base + 1\nimage = one(7)\nprint(scale)\nunused = 1 / 0"
    notebook = answered(one="def one(image):\n    return scale * image")
    notebook.cells.insert(2, new_code_cell(own))
    made = grafted(notebook)[2]
    assert made.cells[2].source == "base = 2\nscale = base + 1"


@pytest.mark.parametrize(
    ("own", "taken"),
    [
        ("scale: int = 2", "scale: int = 2"),
        ("scale = 1\nscale += 1", "scale = 1\nscale += 1"),
        ("scale = [0]\nfor i in range(1):\n    scale[i] = 2\nfor j in 'ab':\n    print(j)",
         "scale = [0]\nfor i in range(1):\n    scale[i] = 2"),
        ("if True:\n    scale = 2\nelse:\n    other = 3",
         "if True:\n    scale = 2\nelse:\n    other = 3"),
        ("scale = []\nscale.append(2)\nscale.sort()\nprint(scale.count(2))",
         "scale = []\nscale.append(2)\nscale.sort()"),
        ("scale, other = 2, 3", "scale, other = (2, 3)"),
        ("%matplotlib inline\nscale = 2\n!ls\nscale?\nfiles = !ls", "scale = 2"),
        ("def helper():\n    !ls\n    return 1", "def helper():\n    pass\n    return 1"),
        ("%%time\nscale = 2", "scale = 2"),
        ('TEXT = """\n%a\n!b"""', "TEXT = '\\n%a\\n!b'"),
        ("def helper():\n    scale = 3", "def helper():\n    scale = 3"),
        ("print('scale')\nother = 3\nother.scale = 4", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", ["", "%matplotlib inline\n", "await something\n"])
def test_what_sets_a_variable_comes_along_however_it_is_written(own, taken, before):
    notebook = answered(one=f"{before}def one(image):\n    return scale * image")
    notebook.cells.insert(2, new_code_cell(own))
    made = grafted(notebook)[2]
    assert made.cells[2].source == (taken or notebook.cells[3].source)


def test_very_long_answer_is_not_read(monkeypatch):
    monkeypatch.setattr(submission, "LONGEST_ANSWER", 100)
    answers, remarks, _ = grafted(answered(one="#" * 101))
    assert answers["one"] == STUB.format("one")
    assert remarks == ["`one`: an answer of 101 characters is too long to be read."]


# ------------------------------------------------------------------ reading


def test_old_format_is_converted():
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [
        {"cell_type": "code", "language": "python", "input": "def one(image): return 1",
         "outputs": [], "metadata": {"exercise": "one"}}]}]}  # fmt: skip
    cells, remarks = parse(json.dumps(old).encode())
    assert graft(cells, teacher()).answers["one"] == "def one(image): return 1"
    assert remarks == ["The notebook has the old format 3 and was converted."]


def test_broken_rules_of_the_format_are_told_and_the_answers_read():
    notebook = json.loads(nbformat.writes(answered()))
    notebook["cells"][2]["outputs"] = "none"
    notebook["cells"] += [7, {"cell_type": 5, "metadata": [], "source": {"a": 1}}]
    cells, remarks = parse(json.dumps(notebook).encode())
    assert graft(cells, teacher()).answers["one"] == "def one(image): return 1"
    assert len(remarks) == 1 and "violates its format" in remarks[0]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "not valid JSON"),
        (b"\xff\xfe\x00", "not valid JSON"),
        (b'{"cells": [', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"[" * 600_000, "too deep"),
        (b'{"a":[' * 300_000, "too deep"),
        (b"9" * 10_000, "not valid JSON"),
        (b"[1, 2]", "does not name its format"),
        (b'{"cells": []}', "does not name its format"),
        (b'{"nbformat": true, "cells": []}', "does not name its format"),
        (b'{"nbformat": 4}', "no list of cells"),
        (b'{"nbformat": 3, "worksheets": 5}', "cannot be converted"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "'
         + b"x" * 2_200_000 + b'"}]}', "of code"),
    ],
)  # fmt: skip
def test_file_that_is_no_notebook_is_told_so(data, told):
    with pytest.raises(Unreadable, match=told):
        parse(data)


def test_notebook_of_a_hundred_megabytes_is_read_no_further_than_its_limit(tmp_path):
    path = tmp_path / "ada.ipynb"
    with path.open("wb") as stream:
        stream.truncate(100 * 2**20)
    (found,) = find(tmp_path)
    data = found.read()
    assert len(data) == submission.LARGEST + 1
    with pytest.raises(Unreadable, match="larger than 32 MB: clear its outputs"):
        parse(data)


# ------------------------------------------------------------------ normalising


def test_names_comments_and_layout_do_not_make_an_answer_another():
    one = (
        'def f(image):\n    """Say."""\n    wide = np.clip(image, 0, 255)  # wide\n    return wide'
    )
    two = "def f(image):\n  x=np.clip(image,0,\n     255)\n\n  return x\n"
    assert normalised(one) == normalised(two) != ""
    assert normalised(one) != normalised(one.replace("255", "254"))
    assert normalised(one) != normalised(one.replace("clip", "minimum"))


def test_what_is_no_python_has_no_normal_form():
    assert normalised("def f(:\n  'never ended") == ""
    assert normalised("%matplotlib inline\ndef f(x): return x\n!ls") != ""


@pytest.mark.parametrize("text", ["x" + 200_000 * " " + "$", "%x" + 200_000 * " " + "$"])
def test_answer_that_a_tokenizer_would_read_for_hours_is_read_at_once(text):
    with submission.wall_clock(60):  # which the tokenizer alone would need many times over
        assert grafted(answered(one=text))[0]["one"] == text


# ------------------------------------------------------------------ finding


def write(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'{{"name": "{name}"}}')
    return folder


def students(found):
    return [one.student for one in found]


def test_students_are_named_by_file_or_folder(tmp_path):
    names = ("ada.ipynb", "bob/homework.ipynb", "cy/deep/er/work.ipynb", "README.md", ".x.ipynb")
    found = find(write(tmp_path, *names, "bob/.ipynb_checkpoints/homework-checkpoint.ipynb"))
    assert students(found) == ["ada", "bob", "cy"]
    assert found[1].read() == b'{"name": "bob/homework.ipynb"}' and not found[1].remarks


def test_names_of_canvas_and_moodle_are_understood(tmp_path):
    canvas = ("lovelaceada_101_9001_02_gray.ipynb", "babbagecharles_LATE_102_9002_02_gray.ipynb")
    moodle = (
        "Grace Hopper_77_assignsubmission_file_/02.ipynb",
        "Al Khwarizmi_78_assignsubmission_file_02.ipynb",
    )
    found = find(write(tmp_path, *canvas, *moodle))
    assert students(found) == ["Al Khwarizmi", "Grace Hopper", "babbagecharles", "lovelaceada"]


def test_name_of_the_assignment_is_no_part_of_the_students(tmp_path):
    names = ("Doe_Jane_12345_02_gray.ipynb", "ada - 02_gray/x.ipynb", "02_gray.ipynb", "bob.ipynb")
    found = find(write(tmp_path, *names), "02_gray")
    assert students(found) == ["02_gray", "Doe_Jane_12345", "ada", "bob"]


def test_files_that_are_nobodys_are_told(tmp_path):
    told = []
    (tmp_path / "submitted.csv").write_text("student,submitted_at")
    found = find(write(tmp_path, "ada.ipynb", "bob.zip", "cy.pdf"), skipped=told.extend)
    assert students(found) == ["ada"] and told == ["bob.zip", "cy.pdf"]


def test_two_students_of_one_name_are_kept_apart_by_number(tmp_path):
    found = find(write(tmp_path, "smith_1_9_a.ipynb", "smith_2_9_a.ipynb", "jones_3_9_a.ipynb"))
    assert students(found) == ["jones", "smith_1", "smith_2"]


def test_of_several_notebooks_the_assignments_own_is_taken_else_the_newest(tmp_path):
    write(tmp_path, "ada/02_gray.ipynb", "ada/notes.ipynb", "bob/old.ipynb", "bob/new.ipynb")
    os.utime(tmp_path / "ada" / "notes.ipynb", (2e9, 2e9))
    os.utime(tmp_path / "bob" / "new.ipynb", (2e9, 2e9))
    ada, bob = find(tmp_path, "02_gray")
    assert (ada.path.name, bob.path.name) == ("02_gray.ipynb", "new.ipynb")
    assert ada.remarks == ("Graded: 02_gray.ipynb. Not graded: notes.ipynb.",)


def test_student_without_a_notebook_is_told_so(tmp_path):
    (tmp_path / "bob").mkdir()
    found = find(write(tmp_path, "ada/answers.docx"))
    assert [one.problem for one in found] == [
        "No notebook was handed in, only answers.docx.",
        "No notebook was handed in, only an empty folder.",
    ]
    assert found[0].read() == b""


def test_links_are_not_followed(tmp_path):
    secret = write(tmp_path / "secret", "solution.ipynb")
    place = write(tmp_path / "in", "ada.ipynb")
    (place / "bob.ipynb").symlink_to(secret / "solution.ipynb")
    (place / "cy").symlink_to(secret)
    ada, bob, cy = find(place)
    assert not ada.problem
    assert (
        bob.problem == "bob.ipynb is a link or encrypted, not a plain file." and bob.read() == b""
    )
    assert cy.problem == "No notebook was handed in, only a link to a folder." and cy.read() == b""


def test_name_that_cannot_be_shown_is_cleaned(tmp_path):
    write(tmp_path, "a\x1b[2Jb.ipynb", "<script>alert(1)<_script>.ipynb")
    os.rename(tmp_path / "a\x1b[2Jb.ipynb", os.fsencode(tmp_path) + b"/\xff\x07.ipynb")
    assert students(find(tmp_path)) == ["<script>alert(1)<_script>", "?_"]


def test_results_beside_the_submissions_are_no_submission(tmp_path):
    write(tmp_path, "ada.ipynb", "results/feedback.html")
    assert students(find(tmp_path, leave_out=[tmp_path / "results"])) == ["ada"]


def test_time_of_handing_in_is_the_files_or_the_teachers(tmp_path):
    write(tmp_path, "ada.ipynb", "bob.ipynb")
    os.utime(tmp_path / "ada.ipynb", (0, 1_777_000_000))
    (tmp_path / "submitted.csv").write_text("student,time\nbob,2026-05-01T12:00:00+02:00\n")
    ada, bob = find(tmp_path)
    assert ada.submitted_at == "2026-04-24T03:06:40+00:00"
    assert bob.submitted_at == "2026-05-01T10:00:00+00:00"


def test_time_that_is_none_is_refused(tmp_path):
    write(tmp_path, "ada.ipynb")
    (tmp_path / "submitted.csv").write_text("student,time\nada,yesterday\n")
    with pytest.raises(ValueError, match="submitted.csv: expected lines"):
        find(tmp_path)


@pytest.mark.parametrize("there", [True, False])
def test_place_without_submissions_is_refused(tmp_path, there):
    place = tmp_path if there else tmp_path / "nowhere"
    with pytest.raises(ValueError, match="holds no submission" if there else "does not exist"):
        find(place)


# ------------------------------------------------------------------ zips


def zipped(path, *names, data=b"{}"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, data)
    return path


def test_zip_is_read_without_being_unpacked(tmp_path):
    path = zipped(tmp_path / "all.zip", "ada.ipynb", "bob/x.ipynb", "__MACOSX/ada.ipynb", data=b"7")
    found = find(path)
    assert students(found) == ["ada", "bob"] and found[1].read() == b"7"
    assert [entry.name for entry in tmp_path.iterdir()] == ["all.zip"]


def test_folder_around_a_whole_zip_is_no_student(tmp_path):
    path = zipped(tmp_path / "all.zip", "submissions/ada.ipynb", "submissions/bob/x.ipynb")
    assert students(find(path)) == ["ada", "bob"]


@pytest.mark.parametrize(
    "name", ["../ada.ipynb", "a/../../b.ipynb", "/etc/ada.ipynb", "..\\ada.ipynb", "C:\\ada.ipynb"]
)
def test_zip_that_leads_out_is_refused(tmp_path, name):
    path = zipped(tmp_path / "all.zip", "ada.ipynb", name)
    with pytest.raises(ValueError, match="all.zip is refused: .* leads out of it"):
        find(path)


def test_zip_with_a_link_is_refused(tmp_path):
    link = zipfile.ZipInfo("ada.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr(link, "../../solutions/02_gray_transforms.ipynb")
    with pytest.raises(ValueError, match="'ada.ipynb' is a link"):
        find(tmp_path / "all.zip")


def test_zip_of_absurd_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(collect, "_LARGEST_ZIP", 1000)
    path = zipped(tmp_path / "all.zip", "ada.ipynb", data=bytes(1001))
    with pytest.raises(ValueError, match="is refused: 1 files of"):
        find(path)


def test_zip_bomb_in_one_submission_is_read_no_further_than_its_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(collect, "LARGEST", 1000)
    (found,) = find(zipped(tmp_path / "all.zip", "ada.ipynb", data=bytes(10**7)))
    assert len(found.read()) == 1001


def test_what_is_neither_folder_nor_zip_is_refused(tmp_path):
    Path(tmp_path / "all.zip").write_text("no zip")
    with pytest.raises(ValueError, match="nor a readable zip"):
        find(tmp_path / "all.zip")


def test_damaged_member_is_its_students_fault(tmp_path):
    path = zipped(tmp_path / "all.zip", "ada.ipynb", data=b"0123456789" * 100)
    raw = bytearray(path.read_bytes())
    raw[45] ^= 255
    path.write_bytes(raw)
    (found,) = find(path)
    with pytest.raises(Unreadable, match="cannot be extracted from the zip"):
        found.read()


def test_member_whose_packed_data_are_damaged_is_its_students_fault(tmp_path):
    path = zipped(tmp_path / "all.zip", "\x1b]0;owned\x07.ipynb", data=b"0123456789" * 100)
    raw = bytearray(path.read_bytes())
    begin = raw.index(b".ipynb") + len(".ipynb")
    raw[begin : begin + 20] = b"\xff" * 20
    path.write_bytes(raw)
    (found,) = find(path)
    with pytest.raises(Unreadable, match="cannot be extracted from the zip") as caught:
        found.read()
    assert str(caught.value).isprintable()


def test_member_dated_on_no_day_is_graded(tmp_path):
    about = zipfile.ZipInfo("ada.ipynb", (2026, 2, 31, 12, 0, 0))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr(about, "{}")
    (found,) = find(tmp_path / "all.zip")
    assert found.read() == b"{}" and not found.problem


def test_of_two_members_of_one_name_the_last_is_read_and_named_once(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            archive.writestr("ada.ipynb", "first")
            archive.writestr("ada.ipynb", "last")
    (found,) = find(tmp_path / "all.zip")
    assert found.read() == b"last" and not found.remarks


# ------------------------------------------------------------------ one bad file, and the rest


def test_folders_without_an_end_are_one_students_fault(tmp_path):
    write(tmp_path, "ada.ipynb")
    os.makedirs(tmp_path / "bob" / "/".join("d" * 300))
    ada, bob = find(tmp_path)
    assert not ada.problem
    assert bob.problem == "No notebook was handed in, only folders nested too deep."


def test_link_to_itself_is_one_students_fault(tmp_path):
    write(tmp_path, "ada.ipynb")
    (tmp_path / "bob.ipynb").symlink_to("bob.ipynb")
    ada, bob = find(tmp_path)
    assert not ada.problem and "is a link or encrypted" in bob.problem


def test_time_beyond_the_calendar_is_unknown_and_not_late(tmp_path, monkeypatch):
    write(tmp_path, "ada.ipynb")
    really = collect._File  # few file systems hold such a time
    monkeypatch.setattr(collect, "_File", lambda *a, **k: replace(really(*a, **k), modified=2.7e11))
    (ada,) = find(tmp_path)
    assert ada.submitted_at is None and "no possible time" in ada.remarks[0]


def test_file_that_cannot_be_opened_is_its_students_fault(tmp_path):
    write(tmp_path, "ada.ipynb")
    (ada,) = find(tmp_path)
    ada.path.unlink()
    with pytest.raises(Unreadable, match="ada.ipynb cannot be read: No such file"):
        ada.read()


# ------------------------------------------------------------------ names that look alike


def test_names_that_only_look_alike_are_told_apart(tmp_path):
    numbered = []
    write(tmp_path, "ada.ipynb", " ada.ipynb", "ada..ipynb", "ada_02_gray.ipynb")
    found = find(tmp_path, "02_gray", numbered=numbered.extend)
    assert students(found) == ["ada", "ada (2)", "ada (3)", "ada (4)"]
    assert found[0].path.name == "ada.ipynb" and not found[0].remarks
    assert sorted(numbered) == students(found)[1:]
    assert all("another student is 'ada'" in one.remarks[0] for one in found[1:])


def test_two_ways_to_write_one_letter_are_one_name(tmp_path):
    write(tmp_path, "Zoe\u0308.ipynb", "Zo\u00eb/homework.ipynb")
    (found,) = find(tmp_path)
    assert found.student == "Zo\u00eb" and len(found.remarks) == 1


def test_a_name_in_the_shape_of_canvas_renames_nobody(tmp_path):
    found = find(write(tmp_path, "bob.ipynb", "bob_1_2_x.ipynb"))
    assert students(found) == ["bob", "bob_1"]
    assert found[0].path.name == "bob.ipynb"


# ------------------------------------------------------------------ no end of reading


def test_a_student_keeps_a_name_that_another_ones_number_would_make(tmp_path):
    told = []
    found = find(
        write(tmp_path, "bob_1_2_x.ipynb", "bob.ipynb", "bob_1.ipynb"), numbered=told.extend
    )
    assert [(one.student, one.path.name) for one in found] == [
        ("bob", "bob.ipynb"), ("bob_1", "bob_1.ipynb"), ("bob_1 (2)", "bob_1_2_x.ipynb"),
    ]  # fmt: skip
    assert told == ["bob_1 (2)"]


def test_names_of_sixty_thousand_characters_are_cut_and_kept_apart(tmp_path):
    names = ("a" + "_" * 60_000 + ".ipynb", "a" + "_" * 60_001 + ".ipynb", "b.ipynb")
    found = find(zipped(tmp_path / "all.zip", *names), "02_gray")
    assert len(set(students(found))) == 3 and max(map(len, students(found))) < 250


@pytest.mark.parametrize("place", [6, 28])  # version needed, length of the first name
def test_damaged_list_of_a_zips_members_is_told_in_one_sentence(tmp_path, place):
    path = zipped(tmp_path / "all.zip", "\u00e9.ipynb", "bob.ipynb")
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\x01\x02") + place] = 77
    path.write_bytes(data)
    with pytest.raises(ValueError, match="neither a folder nor a readable zip"):
        find(path)


def test_member_without_a_name_is_nobodys(tmp_path):
    path = zipped(tmp_path / "all.zip", "x.ipynb", "bob.ipynb")
    path.write_bytes(path.read_bytes().replace(b"x.ipynb", b"\0.ipynb"))
    assert students(find(path)) == ["bob"]


def test_file_that_is_taken_away_while_it_is_looked_for_ends_nothing(tmp_path, monkeypatch):
    write(tmp_path, "ada.ipynb", "bob.ipynb")
    there = Path.lstat
    monkeypatch.setattr(Path, "lstat", lambda path: there(path.with_suffix(".gone"))
                        if path.stem == "ada" else there(path))  # fmt: skip
    assert students(find(tmp_path)) == ["bob"]


@pytest.mark.parametrize(
    "become", [os.mkfifo, os.mkdir, lambda path: os.symlink("bob.ipynb", path)]
)
def test_file_that_becomes_another_thing_once_found_is_not_followed(tmp_path, become):
    ada, _ = find(write(tmp_path, "ada.ipynb", "bob.ipynb"))
    ada.path.unlink()
    become(ada.path)
    with contextlib.suppress(Unreadable):
        assert ada.read() == b""


@pytest.mark.parametrize(
    "table",
    [
        "who,when\n Zoe\u0308 , 2026-05-01T12:00Z\n",
        "Zo\u00eb,2026-05-01T12:00Z",
        '\n"Zo\u00eb",2026-05-01T12:00Z',
    ],
)
def test_table_of_times_is_read_with_titles_or_without_and_however_it_is_spaced(tmp_path, table):
    write(tmp_path, "Zo\u00eb.ipynb")
    (tmp_path / "submitted.csv").write_text(table, "utf-8")
    assert find(tmp_path)[0].submitted_at == "2026-05-01T12:00:00+00:00"


@pytest.mark.parametrize(
    "table",
    [b"a,b\nZo\xeb,2026", b"a,b\nada," + b"9" * 200_000, b"a,b\nada,0001-01-01T00:00+14:00"],
)
def test_table_of_times_that_cannot_be_read_is_named(tmp_path, table):
    write(tmp_path, "ada.ipynb")
    (tmp_path / "submitted.csv").write_bytes(table)
    with pytest.raises(ValueError, match="submitted.csv: expected lines"):
        find(tmp_path)


def test_a_chain_of_variables_is_followed_in_one_pass(monkeypatch):
    count, read, really = 2000, [], submission._from_outside
    monkeypatch.setattr(submission, "_from_outside", lambda s: read.append(s) or really(s))
    chain = "\n".join(["v0 = 1", *(f"v{n} = v{n - 1}" for n in range(1, count))])
    answer = f"def one(image): return v{count - 1}"
    notebook = answered(one=answer)
    notebook.cells.insert(0, new_code_cell(chain))
    _, _, made = grafted(notebook)
    assert made.cells[2].source.count("\n") == count - 1
    assert len(read) <= count + 10


def test_cells_are_told_apart_without_comparing_each_with_each(monkeypatch):
    compared = []
    monkeypatch.setattr(submission.Cell, "__eq__", lambda one, other: compared.append(1) or False)
    cells = [
        submission.Cell("code", f"x = {n}", ("answer-one",)) for n in range(submission._MOST_CELLS)
    ]
    graft(cells, teacher())
    assert len(compared) == 0


def test_notebook_of_too_many_cells_is_refused():
    many = {"nbformat": 4, "cells": [{"cell_type": "code"}] * (submission._MOST_CELLS + 1)}
    with pytest.raises(Unreadable, match="5001 cells; at most 5000"):
        parse(json.dumps(many).encode())


def test_kind_of_a_cell_is_a_known_one():
    document = {"nbformat": 4, "cells": [{"cell_type": "x" * 10**6, "source": "1"}]}
    (cell,), remarks = parse(json.dumps(document).encode())
    assert cell.kind == "unknown" and max(map(len, remarks)) < 300


def test_reading_ends_when_its_time_is_up():
    with pytest.raises(Unreadable, match="Reading the file takes more than 0.05 s"):
        with submission.wall_clock(0.05):
            while True:
                with contextlib.suppress(Exception):
                    sum(range(100))
