import json
import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from coursekit.lab.check import (
    STAGES,
    BrokenTest,
    Mismatch,
    Verdict,
    assert_array_equal,
    assert_image_equal,
    assert_own_memory,
    assert_value_equal,
    card,
    check,
    run_exercise,
)
from coursekit.lab.check.diagnosis import of_error, sentence
from coursekit.lab.check.student import describe_call

CHAPTER = """
import numpy as np
import pytest
from coursekit.lab.check import assert_image_equal, assert_raises, assert_value_equal

IMAGE = np.array([[0, 40, 80, 120], [10, 60, 90, 200], [20, 70, 100, 250]], np.uint8)


def brightened(image, offset):
    return np.clip(image.astype(int) + offset, 0, 255).astype(np.uint8)


@pytest.mark.exercise("brighten")
@pytest.mark.points(2)
def test_bright_pixels_saturate(student):
    mistakes = {"uint8 overflow": IMAGE + np.uint8(60)}
    expected = brightened(IMAGE, 60)
    assert_image_equal(student.brighten(IMAGE, 60), expected, image=IMAGE, mistakes=mistakes)


@pytest.mark.exercise("brighten")
@pytest.mark.parametrize("offset", [0, -30, 255])
def test_any_offset(student, offset):
    assert_image_equal(student.brighten(IMAGE, offset=offset), brightened(IMAGE, offset))


@pytest.mark.exercise("brighten")
@pytest.mark.points(3)
@pytest.mark.hidden
def test_refuses_text(student):
    assert_raises(student.brighten, ValueError, IMAGE, "a lot")


@pytest.mark.exercise("mean_level")
def test_mean(student):
    assert_value_equal(student.mean_level(IMAGE), float(IMAGE.mean()))
"""
IMAGE = np.arange(48, dtype=np.uint8).reshape(6, 8) * 3


def right(image, offset):
    if not isinstance(offset, int):
        raise ValueError("offset: expected a number")
    return np.clip(image.astype(int) + offset, 0, 255).astype(np.uint8)


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    folder = tmp_path / "tests" / "exercises"
    folder.mkdir(parents=True)
    (folder / "test_01_made.py").write_text(CHAPTER)
    inside = tmp_path / "notebooks" / "deep"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CI", "")
    return folder / "test_01_made.py"


def verdict(answer, seconds=None):
    return run_exercise("brighten", {"brighten": answer}, seconds)


def altered(change):
    return lambda image, offset: change(right(image, offset))


def mutating(image, offset):
    result = right(image, offset)
    image[0, 0] = 77
    return result


def nowhere(image, offset):
    return image[99]


def stub(image, offset):
    raise NotImplementedError


def looping(image, offset):
    while True:
        try:
            offset += 1
        except Exception:
            pass


def test_right_answer_gets_full_marks(chapter):
    found = verdict(right)
    assert (found.stage, found.earned, found.total, found.diagnosis) == ("right", 6, 6, None)
    assert [test.name for test in found.tests][:2] == ["bright pixels saturate", "any offset"]


@pytest.mark.parametrize(
    ("answer", "stage", "diagnosis"),
    [
        (stub, "stub", None),
        (lambda image, offset: None, "none", None),
        (lambda image, offset: [1, 2], "type", None),
        (lambda image, offset: object(), "type", None),
        (lambda image, offset: np.array([1, None]), "type", None),
        (altered(np.transpose), "shape", "transposed"),
        (altered(lambda x: np.stack([x] * 3, axis=2)), "shape", "channels too many"),
        (altered(lambda x: x.astype(int)), "dtype", "wrong type"),
        (altered(lambda x: x.astype(float)), "dtype", "still float"),
        (altered(lambda x: x - 300.0), "dtype", "not clipped"),
        (altered(lambda x: x / 255), "dtype", "scaled 0..1"),
        (nowhere, "error", "index past the end"),
        (lambda: 3, "error", None),
        (lambda image, offset: image, "wrong", "unchanged"),
        (lambda image, offset: image + np.uint8(offset % 256), "wrong", "uint8 overflow"),
        (altered(lambda x: x[::-1]), "wrong", "flipped up-down"),
        (altered(lambda x: np.roll(x, 1, axis=1)), "wrong", "shifted right by one pixel"),
        (altered(lambda x: x - (x > 100)), "almost", "truncated"),
        (mutating, "almost", "changes its input"),
    ],
)
def test_a_check_stops_at_the_first_stage_that_fails(chapter, answer, stage, diagnosis):
    found = verdict(answer)
    assert (found.stage, found.diagnosis) == (stage, diagnosis), found.sentence
    assert found.earned < found.total
    assert found.sentence.endswith((".", "?"))


def test_stages_are_in_the_order_of_the_course():
    assert STAGES[0] == "stub" and STAGES[-1] == "right" and len(set(STAGES)) == 10


def test_error_is_named_with_its_line(chapter):
    told = verdict(nowhere).sentence
    line = nowhere.__code__.co_firstlineno + 1
    assert f"IndexError in line {line}, `return image[99]`" in told


@pytest.mark.parametrize(
    ("message", "diagnosis"),
    [
        ("Python integer -60 out of bounds for uint8", "-60 does not fit into uint8"),
        ("Python integer 70000 out of bounds for int16", "70000 does not fit into int16"),
        ("'utf-8' codec can't decode byte 0xdf in position 10", "no text"),
        ("The truth value of an array is ambiguous", "one truth for a whole array"),
        ("arrays used as indices must be of integer (or boolean) type", "index is no integer"),
        ("operands could not be broadcast together", "shapes do not match"),
        ("division by zero", "divided by zero"),
        ("index 2 is out of bounds for axis 0 with size 2", "index past the end"),
        ("indexing arrays could not be broadcast together", "index arrays in pairs"),
        ("not enough values to unpack (expected 3, got 2)", "unpacked"),
        ("only 0-dimensional arrays can be converted to Python scalars", "one number needed"),
        ("Can't parse 'dsize'. Sequence item has a wrong type", "size in fractions"),
        ("buf is not a numpy array, neither a scalar", "no array"),
        ("the gas is out", None),
    ],
)
def test_error_that_is_known_has_a_likely_cause(message, diagnosis):
    assert of_error(message) == diagnosis


def test_number_that_does_not_fit_is_told_with_its_type():
    told = sentence("-60 does not fit into uint8")
    assert "still uint8, so NumPy also tried to fit -60 into uint8" in told
    assert "`image.astype(float)`" in told


def test_overflow_that_a_chapter_names_is_explained():
    told = sentence("uint8 overflow in 1 + r")
    assert "uint8 overflow in 1 + r. uint8 wraps around" in told


def test_first_failing_test_is_shown_and_no_later_crash(chapter):
    def fails_then_crashes(image, offset):
        return image[99] if offset == -30 else image

    found = verdict(fails_then_crashes)
    assert (found.stage, found.diagnosis) == ("wrong", "unchanged")
    assert found.call.endswith(", 60)")


def test_first_failing_case_of_a_test_is_shown(chapter):
    def crashes_last(image, offset):
        return image[99] if offset == 255 else right(image, max(offset, 0))

    found = verdict(crashes_last)
    assert found.stage == "wrong" and found.call.endswith("offset=-30)")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((np.array([[0, 100, 200], [55, 155, 255]], np.uint8), 20),
         "f([[0, 100, 200], [55, 155, 255]], 20)"),
        ((np.arange(13),), "f((13,) int64 array)"),
        ((np.array([0.1 + 0.2, 1 / 3]),), "f([0.3, 0.3333])"),
        ((np.array(True), b"1234"), "f(True, b'1234')"),
        ((bytes(99),), "f(99 bytes)"),
    ],
)  # fmt: skip
def test_call_prints_what_is_small(arguments, told):
    assert describe_call("f", arguments, {}) == told


def test_endless_answer_is_stopped_and_no_other_test_is_run(chapter):
    found = verdict(looping, seconds=0.3)
    assert found.stage == "error" and "did not return within 0.3 s" in found.sentence
    assert len(found.tests) == 1


def test_print_and_warning_cost_nothing(chapter, capsys):
    def chatty(image, offset):
        print("here")
        np.float64(1) / np.float64(0)
        return right(image, offset)

    assert verdict(chatty).passed
    assert "here" not in capsys.readouterr().out


def test_exit_in_an_answer_is_an_error_of_the_answer(chapter):
    assert verdict(lambda image, offset: sys.exit(0)).stage == "error"


def test_interrupt_of_the_user_ends_the_check(chapter):
    def interrupted(image, offset):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verdict(interrupted)


def test_wrong_call_is_no_refusal_of_bad_input(chapter):
    chapter.write_text(CHAPTER.replace("ValueError", "TypeError"))
    found = verdict(lambda picture: picture)
    assert found.earned == 0


def test_folder_that_cannot_be_written_costs_no_verdict(chapter, capsys, monkeypatch):
    def brighten(image, offset):
        return right(image, offset)

    monkeypatch.setenv("COURSEKIT_HOME", str(chapter))
    check(brighten)
    told = capsys.readouterr().out
    assert "right, 6 of 6 points" in told and "could not be saved" in told


def test_hidden_test_only_fails(chapter):
    found = verdict(lambda image, offset: right(image, 0 if offset == "a lot" else offset))
    assert (found.stage, found.earned) == ("wrong", 3)
    assert "hidden" in found.sentence and "refuses" not in found.sentence + card.html(found)


def test_stub_called_by_an_answer_is_named(chapter):
    told = verdict(lambda image, offset: stub(image, offset)).sentence
    assert "`brighten` calls `stub`, which is still a stub" in told


def test_edited_tests_are_read_anew(chapter):
    answer = {"mean_level": lambda image: 7.0}
    assert run_exercise("mean_level", answer).stage == "wrong"
    chapter.write_text(CHAPTER.replace("float(IMAGE.mean())", "7.0"))
    assert run_exercise("mean_level", answer).passed


def test_run_leaves_no_trace(chapter):
    before = dict(os.environ), list(sys.path), set(sys.modules), sys.dont_write_bytecode
    verdict(right)
    after = dict(os.environ), list(sys.path), set(sys.modules), sys.dont_write_bytecode
    assert after == before
    assert list(chapter.parent.iterdir()) == [chapter]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("    raise KeyError('oops')\n", "test_mean"),
        ("    student.no_such(", "was never closed"),
        ("    student.mean_level(IMAGE)['key']\n", "test_mean"),
    ],
)
def test_error_of_a_test_is_told_apart_from_an_error_of_the_answer(chapter, fault, told):
    chapter.write_text(
        CHAPTER.replace("    assert_value_equal(", f"{fault}    assert_value_equal(")
    )
    with pytest.raises(BrokenTest, match=told):
        run_exercise("mean_level", {"mean_level": lambda image: 7.0})


def test_what_is_no_exercise_is_refused_with_near_names(chapter):
    def brigthen():
        pass

    with pytest.raises(ValueError, match="brigthen is not an exercise. Did you mean brighten"):
        check(brigthen)
    with pytest.raises(TypeError, match=r"as in check\(median_filter\), got int"):
        check(3)


def test_check_raises_outside_a_notebook(chapter, capsys):
    def brighten(image, offset):
        raise NotImplementedError

    with pytest.raises(NotImplementedError, match="by your code"):
        check(brighten)
    assert "check(brighten): not started, 0 of 6 points" in capsys.readouterr().out


def test_check_raises_a_mismatch_for_a_wrong_answer(chapter):
    def brighten(image, offset):
        return image

    with pytest.raises(Mismatch, match="12 of 12 pixels differ") as caught:
        check(brighten)
    assert caught.value.stage == "wrong" and caught.value.yours.shape == (3, 4)


def test_check_says_that_a_right_answer_is_right(chapter, capsys):
    def brighten(image, offset):
        return right(image, offset)

    assert check(brighten) is None
    assert capsys.readouterr().out == "check(brighten): right, 6 of 6 points\n"


def test_card_of_a_right_answer_is_the_same_at_each_run(chapter):
    one, other = card.html(verdict(right)), card.html(verdict(right))
    assert one == other and "<img" not in one


def test_card_of_a_wrong_answer_shows_pictures_and_escapes_text(chapter):
    def careless(image, offset):
        raise ValueError("<script>alert(1)</script>")

    assert "<script>" not in card.html(verdict(careless))
    large = {"yours": np.zeros((20, 30), np.uint8), "expected": np.ones((20, 30), np.uint8)}
    shown = card.html(replace(verdict(lambda image, offset: image), **large))
    assert '<img src="data:image/' in shown and 'alt="yours' in shown and "Likely cause" in shown


def mismatch(assertion, *arguments, **keywords):
    with pytest.raises(Mismatch) as caught:
        assertion(*arguments, **keywords)
    return caught.value


@pytest.mark.parametrize(
    ("change", "diagnosis"),
    [
        (lambda x: 255 - x, "inverted"),
        (lambda x: x[:, ::-1], "flipped left-right"),
        (lambda x: x[::-1, ::-1], "rotated by 180 degrees"),
        (lambda x: np.roll(x, (1, 1), (0, 1)), "shifted down and right by one pixel"),
        (lambda x: np.roll(x, (-1, 1), (0, 1)), "shifted up and right by one pixel"),
        (lambda x: np.roll(x, -1, 1), "shifted left by one pixel"),
        (lambda x: np.full_like(x, 9), "constant"),
        (lambda x: x // 2 + 20, "normalisation"),
        (lambda x: x + np.uint8(1), "off by one"),
        (lambda x: np.pad(x[1:-1, 1:-1], 1), "border"),
    ],
)
def test_known_mistake_is_diagnosed(change, diagnosis):
    expected = np.random.default_rng(3).integers(1, 250, (12, 14)).astype(np.uint8)
    assert mismatch(assert_image_equal, change(expected), expected).diagnosis == diagnosis


def test_square_picture_with_axes_exchanged_is_diagnosed():
    expected = np.arange(64, dtype=np.uint8).reshape(8, 8)
    assert mismatch(assert_image_equal, expected.T, expected).diagnosis == "transposed"


def test_red_and_blue_exchanged_are_diagnosed():
    expected = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    found = mismatch(assert_image_equal, expected[..., ::-1], expected)
    assert found.diagnosis == "red and blue exchanged"
    assert found.sentence.startswith(
        "20 of 20 pixels differ; the largest difference is 2, first at (row, column) = (0, 0)"
    )


def test_wrap_around_is_diagnosed_without_being_told():
    image = np.arange(0, 250, 10, dtype=np.uint8).reshape(5, 5)
    expected = np.clip(image + 60.0, 0, 255).astype(np.uint8)
    assert mismatch(assert_image_equal, image + np.uint8(60), expected).diagnosis == "overflow"


def test_difference_that_no_known_mistake_explains_has_no_diagnosis():
    noise = np.random.default_rng(0).integers(0, 256, (2, 9, 9)).astype(np.uint8)
    assert mismatch(assert_image_equal, noise[0], noise[1]).diagnosis is None


def test_largest_difference_is_told_as_row_and_column():
    other = IMAGE.copy()
    other[[0, 2, 3], [1, 5, 5]] += np.array([2, 9, 9], np.uint8)
    told = mismatch(assert_image_equal, other, IMAGE).sentence
    assert told == (
        "3 of 48 pixels differ; the largest difference is 9, first at (row, column) = (2, 5): "
        f"yours {other[2, 5]}, expected {IMAGE[2, 5]}."
    )


def test_largest_difference_of_a_colour_picture_is_that_of_any_channel():
    expected = np.full((3, 4, 3), 50, np.uint8)
    other = expected.copy()
    other[0, 0] += np.uint8(4)
    other[1, 2, 1] += np.uint8(7)
    told = mismatch(assert_image_equal, other, expected).sentence
    assert "difference is 7, first at (row, column) = (1, 2): yours (50, 57, 50)" in told


def test_truth_values_that_differ_have_a_first_place_and_no_size():
    expected = np.eye(3, dtype=bool)
    told = mismatch(assert_image_equal, ~expected, expected).sentence
    assert told == (
        "9 of 9 pixels differ; the first at (row, column) = (0, 0): yours False, expected True."
    )


def test_long_text_is_cut_short():
    told = mismatch(assert_value_equal, "gray" + "\0" * 999, "gray").sentence
    assert len(told) < 100 and told.endswith("expected 'gray'.")


def test_constant_is_no_diagnosis_where_a_constant_is_right():
    expected = np.full((4, 5), 77, np.uint8)
    assert mismatch(assert_image_equal, expected - 7, expected).diagnosis is None


def test_mistake_may_be_made_in_several_ways():
    expected = np.arange(12.0).reshape(3, 4)
    ways = {"scaled": [expected * 2, expected * 3]}
    found = mismatch(assert_image_equal, expected * 3, expected, mistakes=ways)
    assert found.diagnosis == "scaled"


def test_tolerance_is_allowed_and_no_more():
    assert_image_equal(IMAGE + np.uint8(2), IMAGE, tolerance=2)
    assert mismatch(assert_image_equal, IMAGE + np.uint8(3), IMAGE, tolerance=2).stage == "wrong"


def test_width_of_a_float_costs_nothing_unless_asked_for():
    picture = np.linspace(0, 1, 12).reshape(3, 4)
    assert_image_equal(picture.astype(np.float32), picture)
    found = mismatch(assert_image_equal, picture.astype("f4"), picture, exact_dtype=True)
    assert found.stage == "dtype"


def test_float_picture_on_the_wrong_scale_is_out_of_range():
    picture = np.linspace(0, 1, 12).reshape(3, 4)
    found = mismatch(assert_image_equal, picture * 255, picture)
    assert (found.stage, found.diagnosis) == ("range", "scaled 0..255")


def test_not_a_number_is_out_of_range():
    picture = np.linspace(0, 1, 12).reshape(3, 4)
    broken = np.where(picture > 0.5, np.nan, picture)
    found = mismatch(assert_image_equal, broken, picture)
    assert found.stage == "range" and "first at (1, 2)" in found.sentence


def test_known_mistake_is_named_where_it_changes_how_many_values_there_are():
    found = mismatch(assert_value_equal, [1, 2, 3], [1, 2], mistakes={"the end is kept": [1, 2, 3]})
    assert (found.stage, found.diagnosis) == ("shape", "the end is kept")


def test_list_passes_for_an_array_only_where_it_may():
    assert_array_equal([1, 2, 3], np.array([1, 2, 3]), accept_lists=True)
    assert mismatch(assert_array_equal, [1, 2, 3], np.array([1, 2, 3])).stage == "type"
    ragged = mismatch(assert_array_equal, [[1], [2, 3]], np.eye(2), accept_lists=True)
    assert ragged.stage == "shape"


@pytest.mark.parametrize(
    ("actual", "expected", "stage"),
    [
        (None, 3, "none"),
        ("3", 3, "type"),
        (True, 1, "type"),
        (1, True, "type"),
        (float("nan"), 3.0, "range"),
        (4, 3, "wrong"),
        (1.1, 1.0, "wrong"),
        ((1, 2), (1, 2, 3), "shape"),
        ((1, 5), (1, 2), "wrong"),
        ({"a": 1}, {"b": 1}, "shape"),
        ({"a": 1}, {"a": 2}, "wrong"),
        ("blue", "red", "wrong"),
    ],
)
def test_values_are_checked_stage_by_stage_too(actual, expected, stage):
    assert mismatch(assert_value_equal, actual, expected).stage == stage


def test_equal_values_pass():
    assert_value_equal(np.float32(0.5), 0.5)
    assert_value_equal((1, np.array([1, 2])), (1, np.array([1, 2])))
    assert_value_equal(0.1 + 0.2, 0.3)
    assert_value_equal({"a": [1.0]}, {"a": [1.0]})


def test_named_mistake_of_a_value_is_diagnosed():
    found = mismatch(assert_value_equal, 15, 5, mistakes={"counts each channel": 15})
    assert found.diagnosis == "counts each channel"


def test_named_mistake_explains_a_wrong_shape():
    found = mismatch(assert_image_equal, IMAGE[:4], IMAGE[:2], mistakes={"too many": IMAGE[:4]})
    assert (found.stage, found.diagnosis) == ("shape", "too many")


def test_levels_in_place_of_truth_values_are_diagnosed():
    found = mismatch(assert_image_equal, (IMAGE > 9) * 255, IMAGE > 9)
    assert (found.stage, found.diagnosis) == ("dtype", "no truth values")


def test_fraction_that_is_cut_off_is_diagnosed():
    assert mismatch(assert_value_equal, 199, 199.75).diagnosis == "fraction missing"


def test_view_of_the_input_is_noticed():
    from coursekit.lab.check import LiveCall, Student

    student = Student(LiveCall({"crop": lambda image: image[1:], "copy": np.copy}))
    student.copy(IMAGE)
    assert_own_memory(student)
    student.crop(IMAGE)
    assert mismatch(assert_own_memory, student).diagnosis == "shares memory"


def test_student_never_meets_the_test_arrays():
    from coursekit.lab.check import LiveCall, Student

    kept = []
    student = Student(LiveCall({"keep": lambda image: kept.append(image) or image}))
    result = student.keep(IMAGE)
    assert not np.shares_memory(result, kept[0]) and not np.shares_memory(kept[0], IMAGE)


CELL = """
import numpy as np
from coursekit.lab import check
def brighten(image, offset):
    return image
check(brighten)
"""


def test_notebook_gets_a_card_and_no_error(chapter):
    import nbformat
    from nbclient import NotebookClient

    stub = "def brighten(image, offset):\n    raise NotImplementedError\n"
    sources = (f"import numpy as np\nfrom coursekit.lab import check\n{stub}check(brighten)", CELL,
               "check(brighten)")  # fmt: skip
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, kernel_name="python3", timeout=60)
    client.execute(env={**os.environ, "CI": ""}, cwd=str(Path.cwd()))
    stubbed, first, second = (output.data for cell in notebook.cells for output in cell.outputs)
    assert stubbed["text/plain"].startswith("check(brighten): not started")
    assert first["text/plain"].startswith("check(brighten): not right yet, 0 of 6 points")
    assert "the next check will name" in first["text/html"]
    assert "Likely cause" not in first["text/html"]
    assert "Likely cause" in second["text/html"] and "unchanged" in second["text/plain"]
    kept = json.loads(Path(os.environ["COURSEKIT_HOME"], "progress.json").read_text())
    assert kept["exercises"]["brighten"]["state"] == "tried"


def test_bare_import_is_light_and_check_stays_a_function():
    code = """
    import sys
    import coursekit.lab.check
    from coursekit.lab import check, progress
    from coursekit.lab import check, progress
    assert callable(check) and callable(progress)
    assert not {"torch", "matplotlib", "IPython"} & set(sys.modules)
    """
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True)
    assert run.returncode == 0, run.stderr.decode()


def test_card_of_a_stub_says_where_to_start(chapter):
    shown = card.html(verdict(stub))
    assert "written: start here" in shown and "failed here" not in shown and "<img" not in shown


@pytest.mark.parametrize(("ci", "raises"), [("1", True), ("false", False), ("", False)])
def test_wrong_answer_raises_in_a_notebook_only_under_ci(chapter, monkeypatch, ci, raises):
    def brighten(image, offset):
        return image

    shown = []
    monkeypatch.setattr(card, "in_notebook", lambda: True)
    monkeypatch.setattr(card, "show_card", lambda verdict, with_cause: shown.append(verdict))
    monkeypatch.setenv("CI", ci)
    if raises:
        with pytest.raises(Mismatch):
            check(brighten)
    else:
        check(brighten)
    kept = Path(os.environ["COURSEKIT_HOME"], "progress.json").exists()
    assert len(shown) == 1 and kept is not raises


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(np.zeros(3), "an ndarray"), (np.uint8(3), "a uint8"), (3, "an int"), (3.0, "a float")],
)
def test_a_wrong_type_is_named_as_it_is_spoken(answer, kind):
    with pytest.raises(Mismatch, match=f"your function returned {kind}"):
        assert_value_equal(answer, {"level": 3})


def test_values_that_begin_alike_are_told_from_where_they_differ():
    words = [f"word{number}" for number in range(20)]
    found = mismatch(assert_value_equal, " ".join([*words, "left"]), " ".join([*words, "right"]))
    assert "left" in found.sentence
    assert "right" in found.sentence


def test_numbers_that_are_alike_to_six_digits_are_told_in_full():
    found = mismatch(assert_value_equal, 1.3862943, 1.3862944)
    assert found.sentence == "Yours is 1.3862943, expected 1.3862944."


# ------------------------------------------------------------------ precision


RIGHT = np.linspace(0, 200, 400).reshape(20, 20)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble])
def test_a_float_of_any_width_is_right(dtype):
    assert_array_equal(RIGHT.astype(dtype), RIGHT)
    assert_value_equal(dtype(0.1), 0.1)


@pytest.mark.parametrize("answer", [RIGHT.astype(np.float16), np.round(RIGHT, 2).astype("f2")])
def test_half_precision_buys_no_tolerance_and_is_named(answer):
    for assertion in (assert_array_equal, assert_image_equal):
        assert mismatch(assertion, answer, RIGHT).diagnosis == "half precision"
    assert mismatch(assert_value_equal, np.float16(0.1), 0.1).diagnosis == "half precision"


def test_a_float16_answer_that_is_wrong_is_no_matter_of_precision():
    assert mismatch(assert_array_equal, (RIGHT * 1.1).astype(np.float16), RIGHT).diagnosis is None


def test_what_is_right_but_complex_is_told_so():
    for assertion in (assert_array_equal, assert_image_equal):
        assert mismatch(assertion, RIGHT.astype(complex), RIGHT).diagnosis == "still complex"
        assert mismatch(assertion, RIGHT + 1 + 0j, RIGHT).diagnosis is None


def test_a_list_of_the_right_numbers_is_told_from_one_of_wrong_ones():
    assert mismatch(assert_array_equal, RIGHT.tolist(), RIGHT).diagnosis == "list for array"
    assert mismatch(assert_array_equal, [3.0, 4.0], RIGHT).diagnosis is None
    assert mismatch(assert_array_equal, [[1], [2, 3]], np.eye(2)).diagnosis is None


def test_a_complex_number_is_no_number_where_a_real_one_is_asked():
    assert mismatch(assert_value_equal, 3 + 0j, 3.0).stage == "type"
    assert_value_equal(3 + 0j, 3 + 0j)


def test_nan_is_told_by_its_own_cause_where_the_test_knows_it():
    scores = np.array([1000.0, 999.0])
    with np.errstate(all="ignore"):
        overflown = np.exp(scores) / np.exp(scores).sum()
    right = np.array([0.73105858, 0.26894142])
    mistakes = {"e ** 1000 is infinite": overflown}
    told = mismatch(assert_array_equal, overflown, right, 1e-6, mistakes=mistakes)
    assert told.stage == "range" and told.diagnosis == "e ** 1000 is infinite"
    assert mismatch(assert_array_equal, right * np.nan, right, 1e-6).diagnosis == "not a number"


def test_what_was_not_cut_off_is_told_truly_whatever_took_its_place():
    expected = np.array([[0, 0, 60, 120], [30, 90, 255, 200]], np.uint8)
    for instead in (56, 200):  # as uint8 wraps around, and as convertScaleAbs does
        answer = np.where(expected == 0, instead, expected).astype(np.uint8)
        told = mismatch(assert_image_equal, answer, expected)
        assert told.diagnosis == "overflow" and "should be clipped" in sentence(told.diagnosis)


# ------------------------------------------------------------------ numbers without bounds


@pytest.mark.parametrize("given", [1e300, -np.inf, 0.0, 10**400, 7], ids="abcde")
def test_nothing_but_infinity_is_infinite(given):
    assert mismatch(assert_value_equal, given, np.inf).stage == "wrong"
    assert_value_equal(np.inf, np.inf)


def test_whole_numbers_are_compared_exactly_and_never_wrap_around():
    assert mismatch(assert_value_equal, 10**400, 1.0).stage == "wrong"
    assert mismatch(assert_array_equal, np.array([2**53 + 1]), np.array([2**53])).stage
    told = mismatch(assert_array_equal, np.array([2**64 - 1], np.uint64), np.array([-1]))
    assert told.stage == "wrong" and told.diagnosis is None


def test_none_is_called_so():
    assert mismatch(assert_value_equal, 3, None).sentence.startswith("None is needed, but")


@pytest.mark.parametrize("seed", range(40))
def test_odd_arrays_end_in_a_verdict(seed):
    random = np.random.default_rng(seed)
    odd = [np.nan, np.inf, -np.inf, 1e300, 5e-324, 0, 255]
    for shape in [(), (0,), (1,), (50, 1), (9, 9), (5, 5, 3), (2, 2, 2, 2)]:
        with np.errstate(all="ignore"):
            made = [np.where(random.random(shape) < 0.3, random.choice(odd), random.random(shape))
                    .astype(random.choice(["f8", "f4", "f2", "u1", "i8", "?", "c8"]))
                    for _ in range(3)]  # fmt: skip
        for assertion in (assert_image_equal, assert_array_equal):
            try:
                assertion(*made[:2], mistakes={"odd": made[2]})
            except Mismatch as told:
                card.html(Verdict("odd", told.stage, told.sentence, told.diagnosis, told.yours,
                                  told.expected))  # fmt: skip


# ------------------------------------------------------------------ small pictures


def test_numbers_that_differ_in_their_last_place_are_not_marked():
    yours, expected = np.array([[0.1 + 0.2, np.nan, 5]]), np.array([[0.3, np.nan, 6]])
    shown = card.html(Verdict("x", "wrong", "", None, yours, expected))
    assert shown.count('class="ck-differs"') == 2


def test_a_small_picture_is_shown_as_numbers(chapter):
    shown = card.html(verdict(lambda image, offset: image))
    assert "<img" not in shown and shown.count("<table>") == 2
    assert '<td class="ck-differs">0</td>' in shown and '<td class="ck-differs">60</td>' in shown
