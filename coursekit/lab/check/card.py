"""The card that shows a verdict, and ``check``."""

from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.lab.check import diagnosis
from coursekit.lab.check.forbidden import forbidden_by, used
from coursekit.lab.check.mismatch import Mismatch
from coursekit.lab.check.run import Verdict, find_tests, run_exercise
from coursekit.lab.environment import in_ci, in_notebook
from coursekit.lab.progress_file import record

_STEPS = (
    ("written", ("stub",)),
    ("runs", ("error",)),
    ("returns", ("none",)),
    ("type", ("type",)),
    ("shape", ("shape",)),
    ("dtype and range", ("dtype", "range")),
    ("values", ("wrong", "almost")),
)
WORDS = {
    "stub": "not started",
    "none": "nothing returned",
    "type": "wrong type",
    "shape": "wrong shape",
    "dtype": "wrong dtype",
    "range": "out of range",
    "error": "stopped by an error",
    "wrong": "not right yet",
    "almost": "almost right",
    "right": "right",
}
_FOUND_BY_LOOKING = ("range", "wrong", "almost")
_LOOK_FIRST = "Look there first; the next check will name the likely cause."
_MOST_NUMBERS = 8  # rows and columns of an image that is shown as numbers
_failures: Counter[str] = Counter()  # in a row, of each exercise in this session
ICONS = {"right": "✔", "almost": "≈", "stub": "○"}
TONES = {"right": "right", "almost": "almost", "stub": "stub"}


def check(function: Callable[..., Any]) -> None:
    """Test your answer to an exercise and show the verdict.

    The first time an answer fails, the card says where the result differs; if it fails again, the
    card also names the likely cause.

    Outside a notebook, or if the environment variable CI is set, an answer that is not right
    raises ``NotImplementedError`` (a stub) or ``Mismatch``.

    Raises
    ------
    TypeError : function is not a function.
    ValueError : the function is not an exercise of this course.
    """
    verdict = run_exercise(_name(function), _namespace(function))
    if verdict.stage != "stub":  # which is no try yet
        _failures[verdict.exercise] = 0 if verdict.passed else _failures[verdict.exercise] + 1
    show_card(verdict, with_cause=in_ci() or _failures[verdict.exercise] != 1)
    if names := used(function, *forbidden_by(find_tests(verdict.exercise))):
        _warn(function.__name__, names)
    if not in_ci():
        _keep(verdict)
    if not verdict.passed and (in_ci() or not in_notebook()):
        raise _error(verdict)


def _name(function):
    name = getattr(function, "__name__", None)
    if not callable(function) or name is None:
        raise TypeError(f"check: expected your function, as in check(median_filter), "
                        f"got {type(function).__name__}")  # fmt: skip
    return name


def _namespace(function):
    home = getattr(function, "__globals__", {})
    return {**home, function.__name__: function}


def _warn(name, used):
    """Warn before grading that the answer uses what it may not."""
    print(f"{name} uses {', '.join(used)}, which is not allowed when this exercise is graded.")


def _keep(verdict):
    try:
        record(verdict)
    except OSError as error:
        print(f"Your progress could not be saved: {error}.")


def _error(verdict):
    if verdict.stage == "stub":
        return NotImplementedError(verdict.sentence)
    return Mismatch(verdict.stage, verdict.sentence, verdict.yours, verdict.expected,
                    verdict.diagnosis)  # fmt: skip


def show_card(verdict: Verdict, with_cause: bool = True) -> None:
    """Show the card in a notebook, one line elsewhere; the likely cause only ``with_cause``."""
    if in_notebook():
        from IPython.display import display

        shown = {"text/plain": line(verdict, with_cause), "text/html": html(verdict, with_cause)}
        display(shown, raw=True)
    else:
        print(line(verdict))


def line(verdict: Verdict, with_cause: bool = True) -> str:
    """The verdict in one line of text, the same in every run."""
    points = "point" if verdict.total == 1 else "points"
    text = f"check({verdict.exercise}): {WORDS[verdict.stage]}, "
    text += f"{verdict.earned} of {verdict.total} {points}"
    if verdict.passed:
        return text
    why = _why(verdict, with_cause)
    return f"{text}. {verdict.sentence}{f' {why}' if why else ''}"


def _why(verdict, with_cause):
    if not verdict.diagnosis:
        return ""
    if with_cause or verdict.stage not in _FOUND_BY_LOOKING:
        return diagnosis.sentence(verdict.diagnosis)
    return _LOOK_FIRST


def html(verdict: Verdict, with_cause: bool = True) -> str:
    """The verdict as a card."""
    why = _why(verdict, with_cause)
    return _template().render(
        verdict=verdict,
        word=WORDS[verdict.stage].capitalize(),
        icon=ICONS.get(verdict.stage, "✘"),
        tone=TONES.get(verdict.stage, "wrong"),
        steps=list(steps(verdict)),
        why="" if why == _LOOK_FIRST else why,
        later=_LOOK_FIRST if why == _LOOK_FIRST else "",
        tables=_tables(verdict),
        picture=_picture(verdict),
    )


def steps(verdict):
    state = "passed"
    for name, stages in _STEPS:
        if state == "passed" and verdict.stage in stages:
            yield name, {"almost": "almost", "stub": "start"}.get(verdict.stage, "failed")
            state = "ahead"
        else:
            yield name, state


@cache
def _template():
    from jinja2 import Environment

    source = Path(__file__).with_name("card.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["code"] = with_code
    return environment.from_string(source)


def with_code(text):
    """Text with `code` marked up as code, and everything else escaped."""
    from markupsafe import Markup

    parts = [Markup("<code>{}</code>" if number % 2 else "{}").format(part)
             for number, part in enumerate(text.split("`"))]  # fmt: skip
    return Markup("").join(parts)


def _picture(verdict):
    """The data URL of *yours | expected | where they differ*, and its description."""
    if not (is_picture(verdict.yours) and is_picture(verdict.expected)) or _is_small(verdict):
        return None
    from coursekit.lab import show

    still = show.compare(verdict.yours, verdict.expected)
    return show.data_url(still.image), still.alt


def _is_small(verdict):
    """Whether both are gray and so small that numbers say more than a picture."""
    return all(array.ndim == 2 and max(array.shape) <= _MOST_NUMBERS
               for array in (verdict.yours, verdict.expected))  # fmt: skip


def _tables(verdict):
    """*Yours* and *expected* as rows of (number, whether it differs), if they are small."""
    arrays = {"yours": verdict.yours, "expected": verdict.expected}
    if not all(is_picture(array) for array in arrays.values()) or not _is_small(verdict):
        return {}
    same = verdict.yours.shape == verdict.expected.shape
    shape = (_MOST_NUMBERS,) * 2
    differs = _apart(verdict.yours, verdict.expected) if same else np.zeros(shape, bool)
    return {
        name: [[(f"{value:.4g}", bool(differs[r, c])) for c, value in enumerate(row)]
               for r, row in enumerate(array.tolist())]
        for name, array in arrays.items()
    }  # fmt: skip


def _apart(yours, expected):
    """Where numbers differ by more than a float's last places."""
    if "f" not in yours.dtype.kind + expected.dtype.kind:
        return yours != expected
    return ~np.isclose(yours, expected, rtol=1e-6, atol=1e-6, equal_nan=True)


def is_picture(array):
    """Whether a value can be shown: gray (H, W) or colour (H, W, 3), uint8, bool or float."""
    is_array = isinstance(array, np.ndarray) and array.size > 0
    if not is_array or array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] != 3):
        return False
    return array.dtype in (np.uint8, bool) or array.dtype.kind == "f"
