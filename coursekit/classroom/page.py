"""Pages in one file each: no network, no scripts, and everything that a student wrote escaped."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from coursekit.lab.check import diagnosis
from coursekit.lab.check.card import ICONS, TONES, WORDS, with_code

TEMPLATES = Path(__file__).with_name("templates")
LONGEST_TEXT = 20_000  # characters of a student's text shown in one place
_HASHED = re.compile(r"-[0-9a-f]{8}$|^(?:con|prn|aux|nul|com\d|lpt\d)$")  # or Windows' own
_PNG = b"\x89PNG\r\n\x1a\n"


def render(template, **values):
    """Fill a template."""
    return _environment().get_template(template).render(**values)


@cache
def _environment():
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: not name or name.endswith(".html"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(
        code=lambda text: with_code(shortened(text)), points=points, highlight=highlight,
        day=day, png=png, title=title, short=shortened, plural=plural, duration=duration,
        why=diagnosis.sentence, word=WORDS.get,
    )  # fmt: skip
    environment.globals.update(tone=tone, icon=lambda stage: ICONS.get(stage, "✘"))
    return environment


def tone(stage):
    """The name of a stage's colour: right, almost, wrong or stub."""
    return TONES.get(stage, "wrong")


def points(number):
    """Points as people write them: 3 or 2.5."""
    return "–" if number is None else f"{round(number, 2):g}"


def plural(count, noun):
    """A count with its noun: 1 test, 2 tests."""
    return f"{points(count)} {noun}{'' if count == 1 else 's'}"


def duration(seconds):
    """A duration in seconds or minutes."""
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.1f} min"


def day(time):
    """An ISO time as date, hour and minute, in its own time zone."""
    return time[:16].replace("T", " ") if time else "–"


def title(assignment):
    """The name of an assignment in words: ``02 · Gray transforms``."""
    number, _, words = assignment.partition("_")
    return f"{number} · {words.replace('_', ' ').capitalize()}" if words else assignment


def shortened(text):
    """Shorten a text that would fill the page, and say so."""
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}\n… {len(text) - LONGEST_TEXT} more characters"


def png(picture):
    """A PNG as a data URL; anything else is refused."""
    if not picture.startswith(_PNG):
        raise ValueError("expected the bytes of a PNG file")
    return f"data:image/png;base64,{base64.b64encode(picture).decode('ascii')}"


def highlight(source):
    """Python source code, escaped, with syntax highlighting."""
    from markupsafe import Markup
    from pygments import highlight as mark
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return Markup(mark(shortened(source), PythonLexer(), HtmlFormatter(nowrap=True)))  # noqa: S704


def file_name(student):
    """A unique file name for a student's page, of plain letters only.

    It is unique even on disks that do not distinguish upper and lower case.
    """
    plain = re.sub(r"[^\w-]+", "_", student, flags=re.ASCII)[:60]
    if plain == student.lower() and plain and not _HASHED.search(plain):
        return f"{plain}.html"
    return f"{plain}-{hashlib.sha256(student.encode()).hexdigest()[:8]}.html"
