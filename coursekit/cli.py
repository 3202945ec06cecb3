"""The command ``coursekit``: each command hands over to the module that does the work.

Those modules are imported inside the commands, so that ``--help`` and ``--version`` answer at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

import coursekit

app = typer.Typer(
    help="A course on image processing and computer vision.",
    no_args_is_help=True,
    add_completion=False,
)

Check = Annotated[bool, typer.Option("--check", help="Write nothing; fail where files disagree.")]


@contextmanager
def _plain_errors() -> Iterator[None]:
    """End with one sentence, and no traceback, where the user can mend what is wrong."""
    try:
        yield
    except (ValueError, OSError) as error:
        typer.secho(f"coursekit: {error}", fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from None


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(coursekit.__version__)
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


@app.command()
def doctor() -> None:
    """Examine the set-up; each red line says what to do."""
    from coursekit import doctor

    if not doctor.run():
        raise typer.Exit(1)


@app.command()
def render(
    names: Annotated[list[str] | None, typer.Argument(help="02, or 02_gray_transforms")] = None,
    check: Check = False,
) -> None:
    """Write the notebooks from their text, executed."""
    with _plain_errors():
        from coursekit.classroom.render import render

        _list("agrees" if check else "written", render(names or None, check=check))


@app.command()
def release(
    name: Annotated[str | None, typer.Argument(help="02, or 02_gray_transforms")] = None,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("exercises"),
    check: Check = False,
) -> None:
    """Write the students' notebooks from the solutions."""
    with _plain_errors():
        from coursekit.classroom.release import release

        _list("agrees" if check else "written", release(name, out=out, check=check))


@app.command()
def demo(
    chapter: Annotated[str, typer.Argument(help="02, or 02_gray_transforms")],
    port: Annotated[int, typer.Option(help="Port of the local server; 0 takes a free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Show a chapter's figures full screen in a browser, for the lecture hall."""
    with _plain_errors():
        from coursekit.lab.demo import serve

        serve(chapter, port=port, browser=browser)


def _list(what: str, paths: list[Path]) -> None:
    for path in paths:
        typer.echo(f"{what}: {path}")
