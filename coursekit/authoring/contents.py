"""README's table of chapters, and how long a chapter takes to read."""

import re
from collections.abc import Iterable

from coursekit.chapters import Chapter

HEADER = "| | chapter | you will learn | minutes |\n|---|---|---|---|\n"
_TABLE = re.compile(re.escape(HEADER) + r"(?:\|.*\n)*")
WORDS_A_MINUTE = 150  # of text with formulas
LINES_A_MINUTE = 15  # of code
MINUTES_A_FIGURE = 1.5
MINUTES_A_QUESTION = 1


def table(chapters: Iterable[Chapter]) -> str:
    """Return README's table of chapters."""
    return HEADER + "".join(
        f"| {one.number:02} | [{one.title}](notebooks/{one.slug}.ipynb) | {one.learn} "
        f"| {one.minutes} |\n"
        for one in chapters
    )


def with_table(readme: str, chapters: Iterable[Chapter]) -> str:
    """Return README's text with the table of these chapters."""
    found = _TABLE.search(readme)
    if not found:
        raise ValueError("README.md has no table of chapters")
    return readme[: found.start()] + table(chapters) + readme[found.end() :]


def reading_minutes(lesson: str) -> int:
    """Estimate how long a lesson's text (py:percent) takes to read, to the nearest 5 minutes."""
    words = lines = figures = questions = 0
    for cell in re.split(r"(?m)^# %%", lesson)[1:]:
        head, _, body = cell.partition("\n")
        if "[markdown]" in head:
            words += len(re.findall(r"[^\W\d_][\w’'-]*", body))
            continue
        lines += sum(bool(line.strip()) and line[0] != "#" for line in body.splitlines())
        figures += body.count("explore.")
        questions += body.count("check(") + body.count("Question(")
    minutes = words / WORDS_A_MINUTE + lines / LINES_A_MINUTE
    minutes += figures * MINUTES_A_FIGURE + questions * MINUTES_A_QUESTION
    return 5 * round(minutes / 5)
