"""What a teacher sees while a class is graded: a line for each student, and the time left."""

from contextlib import AbstractContextManager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from coursekit.classroom.gradebook import GRADED


class Watch(AbstractContextManager):
    """Sees a run go by; this one says nothing."""

    def begin(self, total):
        """So many submissions there are."""

    def passed_over(self, names):
        """Files that are nobody's submission."""

    def numbered(self, students):
        """Students whose names look like another's, told apart by a number."""

    def kept(self, student):
        """A result of an earlier run still holds."""

    def done(self, result):
        """One more submission has its result."""

    def __exit__(self, *_):
        pass


class Bar(Watch):
    """A bar with the count, the rate and the time left; above it a line for each student."""

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
            self._progress.console.print("The same command goes on from here.")

    def begin(self, total):
        self._progress.update(self._task, total=total)

    def passed_over(self, names):
        if names := list(names):
            some = escape(", ".join(names[:5])) + (", ..." if len(names) > 5 else "")
            told = f"[yellow]passed over[/], for no NAME.ipynb or NAME/*.ipynb: {some}"
            self._progress.console.print(told, soft_wrap=True)

    def numbered(self, students):
        for name in students:
            told = f"[yellow]almost the same name[/] as another's: {escape(name)}; whose is it?"
            self._progress.console.print(told, soft_wrap=True)

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
    told = [f"{result.mark:g} of {result.total:g}", f"[dim]{result.seconds:.1f} s[/]"]
    if result.days_late:
        told.append(f"{result.days_late} {'day' if result.days_late == 1 else 'days'} late")
    if result.broken_cells:
        count = len(result.broken_cells)
        told.append(f"{count} broken {'cell' if count == 1 else 'cells'}")
    if not result.isolated:
        told.append("[yellow]not isolated[/]")
    return f"{name} {', '.join(told)}"
