"""What a teacher sees while a class is graded: a line per student, and the time left."""

from contextlib import AbstractContextManager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from coursekit.classroom.gradebook import GRADED


class Watch(AbstractContextManager):
    """Follows a run; this one shows nothing."""

    def begin(self, total):
        """The run starts, with this many submissions."""

    def skipped(self, names):
        """Files that belong to no submission."""

    def numbered(self, students):
        """Students whose names look like another's and got a number."""

    def kept(self, student):
        """A result of an earlier run is still valid."""

    def done(self, result):
        """One more submission has its result."""

    def __exit__(self, *_):
        pass


class Bar(Watch):
    """A bar with count, rate and time left, below one line per student."""

    def __init__(self):
        self._progress = Progress(
            BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(), TextColumn("left"),
            console=Console(highlight=False), transient=True,
        )  # fmt: skip
        self._task = self._progress.add_task("", total=None, rate="")

    def __enter__(self):
        self._progress.start()
        return self

    def __exit__(self, kind, *_):
        self._progress.stop()
        if kind is KeyboardInterrupt:
            self._progress.console.print("The same command will resume from here.")

    def begin(self, total):
        self._progress.update(self._task, total=total)

    def skipped(self, names):
        if names := list(names):
            some = escape(", ".join(names[:5])) + (", ..." if len(names) > 5 else "")
            text = f"[yellow]skipped[/], neither NAME.ipynb nor NAME/*.ipynb: {some}"
            self._progress.console.print(text, soft_wrap=True)

    def numbered(self, students):
        for name in students:
            text = f"[yellow]looks like another student's name[/]: {escape(name)}; who is it?"
            self._progress.console.print(text, soft_wrap=True)

    def kept(self, student):
        task = self._progress.tasks[0]
        self._progress.update(self._task, total=(task.total or 1) - 1)

    def done(self, result):
        task = self._progress.tasks[0]
        rate = f"{60 * task.speed:.0f} a minute" if task.speed else ""
        self._progress.console.print(line(result), soft_wrap=True)
        self._progress.update(self._task, advance=1, rate=rate)


def line(result):
    """A result in one line, for a console that understands rich's markup."""
    name = f"{escape(result.student):<24}"
    if result.status != GRADED:
        return f"{name} [red]{result.status}[/]: {escape(result.error)}"
    parts = [f"{result.mark:g} of {result.total:g}", f"[dim]{result.seconds:.1f} s[/]"]
    if result.days_late:
        parts.append(f"{result.days_late} {'day' if result.days_late == 1 else 'days'} late")
    if result.broken_cells:
        count = len(result.broken_cells)
        parts.append(f"{count} broken {'cell' if count == 1 else 'cells'}")
    if not result.isolated:
        parts.append("[yellow]not isolated[/]")
    return f"{name} {', '.join(parts)}"
