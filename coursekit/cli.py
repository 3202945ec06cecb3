"""The command ``coursekit``: each command calls the module that does the work.

These modules are imported inside the commands, so that ``--help`` and ``--version`` are instant.
"""

import shlex
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
import typer.core

import coursekit
from coursekit.chapters import CHAPTERS
from coursekit.core.extras import MissingExtra, explained, require

app = typer.Typer(
    help="A course on image processing and computer vision.",
    no_args_is_help=True,
)

sandbox_app = typer.Typer(help="The sandbox as a Jupyter kernel.", no_args_is_help=True)
app.add_typer(sandbox_app, name="sandbox")


class _PhotoFirst(typer.core.TyperGroup):
    """Treats ``caption photo.jpg`` as ``caption photo photo.jpg``."""

    def parse_args(self, ctx, args):
        if args and args[0] not in (*self.commands, "--help"):
            args = ["photo", *args]
        return super().parse_args(ctx, args)


caption_app = typer.Typer(
    help="Caption photos (coursekit caption photo.jpg), or train a network that does.",
    no_args_is_help=True,
    cls=_PhotoFirst,
)
app.add_typer(caption_app, name="caption")


def _chapters(incomplete: str) -> list[str]:
    """Return the chapters' names that complete what was typed in a shell."""
    return [chapter.slug for chapter in CHAPTERS if chapter.slug.startswith(incomplete)]


_CHAPTER = {"help": f"{CHAPTERS[1].number:02}, or {CHAPTERS[1].slug}", "autocompletion": _chapters}
_DRY_RUN = "Write nothing; list the files that would change."
DryRun = Annotated[bool, typer.Option("--dry-run", help=_DRY_RUN)]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; fail if files disagree.")]
_RESULTS = "Folder with the results."
Results = Annotated[Path, typer.Option(help=_RESULTS)]
AnyResults = Annotated[Path, typer.Option("--results", "--out", help=_RESULTS)]
Regrade = Annotated[
    bool, typer.Option("--regrade/--resume", help="Grade again submissions that have a result.")
]
Sandbox = Annotated[bool, typer.Option("--sandbox/--no-sandbox", help="Run answers in a sandbox.")]
RunFolder = Annotated[Path, typer.Option(help="Folder for the results; a run in it is resumed.")]
_PATIENCE = "Stop after this many checkpoints without progress."
Patience = Annotated[int | None, typer.Option(min=1, help=_PATIENCE)]
_FINE_TUNING = "With scenes, afterwards: policy-gradient steps, rewarding its own captions."
FineTuning = Annotated[int, typer.Option(min=0, help=_FINE_TUNING)]
_METHODS = (
    "reinhard, monge-kantorovitch, distribution, gamut, superpixels, superfeatures or "
    "histogram-analogy."
)
Method = Annotated[str, typer.Option(help=_METHODS)]
Device = Annotated[str | None, typer.Option(help="cpu, cuda ...; by default the fastest.")]
_TRANSFER_WEIGHTS = "File with the weights of vgg19 or of the network."
TransferWeights = Annotated[str | None, typer.Option(help=_TRANSFER_WEIGHTS)]
Scheduler = Annotated[str | None, typer.Option(help="Address of a Dask cluster, tcp://host:port.")]


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Exit with one sentence and no traceback for errors that the user can correct."""
    try:
        with explained(), warnings.catch_warnings():
            warnings.showwarning = _show_warning
            yield
    except (ValueError, OSError, MissingExtra) as error:
        typer.secho(f"coursekit: {error}", fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.secho("Stopped.", err=True)
        raise typer.Exit(130) from None


def _show_warning(message, category, *_):
    """Show warnings for users in one line, and those between libraries not at all."""
    if issubclass(category, UserWarning):
        typer.secho(f"coursekit: {message}", fg=typer.colors.YELLOW, err=True)


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
    """Examine your set-up; each red line says what to do."""
    with _plain_errors():
        from coursekit import doctor

        if not doctor.run():
            raise typer.Exit(1)


@app.command()
def render(
    names: Annotated[list[str] | None, typer.Argument(**_CHAPTER)] = None,
    check: Check = False,
    lists: Annotated[
        bool, typer.Option("--lists", help="Write only the lists, without running notebooks.")
    ] = False,
) -> None:
    """Write and execute the notebooks from their text; update lists and section numbers."""
    with _plain_errors():
        from coursekit.authoring import methods, sections
        from coursekit.authoring.render import render

        if not check:
            _list("sections", sections.follow())
            _list("written", methods.write())
        if not lists:
            _list("agrees" if check else "written", render(names or None, check=check))


@app.command()
def release(
    name: Annotated[str | None, typer.Argument(**_CHAPTER)] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for handouts: everything that students need, and a zip."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Replaces SEED in the handout's tests.")] = None,
    self_study: Annotated[
        bool, typer.Option(help="Include the chapter's reference: not for graded work.")
    ] = False,
    check: Check = False,
) -> None:
    """Write the students' notebooks from the solutions or, with --out, whole handouts."""
    with _plain_errors():
        if out is not None and not check:
            from coursekit.classroom.handout import handout

            _list("written", handout(name, out, seed=seed, self_study=self_study))
            return
        from coursekit.authoring.release import release

        _list("agrees" if check else "written", release(name, out=out, check=check))


@app.command()
def new_chapter(
    name: Annotated[str, typer.Argument(help="Name of its package, such as morphology.")],
    title: Annotated[str, typer.Option(help="Title of its lesson, such as Morphology.")],
    after: Annotated[
        str | None,
        typer.Option(help="The chapter before it; by default the last.", autocompletion=_chapters),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Create a chapter's skeleton and renumber the chapters after it. Needs a checkout."""
    with _plain_errors():
        from coursekit.authoring.chapters import new_chapter

        _list_done(new_chapter(name, title, after=after, dry_run=dry_run), dry_run)
    if not dry_run:
        typer.echo(
            f"next: coursekit render {name}; coursekit release {name}; git add --all; make test"
        )


@app.command()
def remove_chapter(
    chapter: Annotated[str, typer.Argument(**_CHAPTER)], dry_run: DryRun = False
) -> None:
    """Remove a chapter and all its files, and renumber the chapters after it."""
    with _plain_errors():
        from coursekit.authoring.chapters import remove_chapter

        _list_done(remove_chapter(chapter, dry_run=dry_run), dry_run)


@app.command()
def rename_chapter(
    chapter: Annotated[str, typer.Argument(**_CHAPTER)],
    name: Annotated[str, typer.Argument(help="Its new name.")],
    title: Annotated[str | None, typer.Option(help="Its new title.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Rename a chapter everywhere and, if you like, change its title."""
    with _plain_errors():
        from coursekit.authoring.chapters import rename_chapter

        _list_done(rename_chapter(chapter, name, title, dry_run=dry_run), dry_run)


@app.command()
def renumber(dry_run: DryRun = False) -> None:
    """Apply an edit of coursekit/chapters.toml: a new order of the chapters, or new titles."""
    with _plain_errors():
        from coursekit.authoring.chapters import renumber

        _list_done(renumber(dry_run=dry_run), dry_run)


@app.command()
def grade(
    submissions: Annotated[
        Path,
        typer.Argument(help="Folder or zip: NAME.ipynb, NAME/*.ipynb, or from Canvas or Moodle."),
    ],
    assignment: Annotated[str, typer.Option(**_CHAPTER)],
    out: Results = Path("results"),
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; by default one per core.")
    ] = None,
    timeout: Annotated[float | None, typer.Option(min=0.1, help="Seconds per call.")] = None,
    memory: Annotated[int | None, typer.Option(min=256, help="MiB per student.")] = None,
    regrade: Regrade = False,
    only: Annotated[list[str] | None, typer.Option(help="Student's name; can be repeated.")] = None,
    sandbox: Sandbox = True,
    scheduler: Scheduler = None,
) -> None:
    """Grade a class; the same command resumes a run that was stopped."""
    with _plain_errors():
        from coursekit.classroom.feedback import write_pages
        from coursekit.classroom.run import grade_class
        from coursekit.classroom.watch import Bar

        summary = grade_class(
            submissions, assignment, out, jobs=jobs, seconds=timeout, memory_mib=memory,
            regrade=regrade, only=only, isolated=sandbox, scheduler=scheduler, watch=Bar(),
        )  # fmt: skip
        overview, *_ = write_pages(summary.gradebook, summary.assignment, out)
    typer.echo(f"{summary}\nwritten: {overview}")
    raise typer.Exit(1 if summary.failures else 0)


@app.command()
def mark(
    student: Annotated[str, typer.Argument(help="Name, as in the gradebook.")],
    points: Annotated[
        float | None, typer.Argument(help="Leave out to give only a comment.")
    ] = None,
    assignment: Annotated[str, typer.Option(help="02_gray_transforms")] = "",
    exercise: Annotated[str | None, typer.Option(help="By default the whole assignment.")] = None,
    comment: Annotated[str, typer.Option(help="Shown to the student.")] = "",
    by: Annotated[str, typer.Option(envvar="USER", help="Who gives the mark.")] = "",
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Withdraw the mark given by hand.")
    ] = False,
    results: AnyResults = Path("results"),
) -> None:
    """Give a mark or a comment by hand; regrading keeps it."""
    with _plain_errors():
        from coursekit.classroom.gradebook import open_gradebook

        _require(points is not None or comment or withdraw, "points, --comment or --withdraw")
        book = open_gradebook(results)
        name = book.assignment_named(assignment)
        if withdraw:
            book.withdraw(student, name, exercise, by)
        else:
            book.mark(student, name, exercise, points, comment, by)
        result = book.result(student, name)
        shown = book.mark_shown(result)
    text = "no mark" if shown is None else f"{shown:g} of {result.total:g}"
    if shown is not None and shown > result.total:
        text += ", more than the maximum"
    typer.echo(
        f"{student}, {name}: {text}\nTo update the pages: coursekit feedback {name}", nl=False
    )
    typer.echo("" if results == Path("results") else f" --results {shlex.quote(str(results))}")


@app.command()
def export(
    assignment: Annotated[str, typer.Argument(help="Left out where there is one only.")] = "",
    results: Results = Path("results"),
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; by default inside the results.")
    ] = None,
    format: Annotated[
        list[str] | None, typer.Option(help="canvas, moodle, gradescope or junit; by default all.")
    ] = None,
) -> None:
    """Write the marks for Canvas, Moodle or Gradescope, or as JUnit XML."""
    with _plain_errors():
        from coursekit.classroom.export import export
        from coursekit.classroom.gradebook import open_gradebook

        book = open_gradebook(results)
        name = book.assignment_named(assignment)
        _list("written", _folded(export(book, name, out or results / "export", format or ())))


@app.command()
def feedback(
    assignment: Annotated[str, typer.Argument(help="Left out where there is one only.")] = "",
    results: Results = Path("results"),
) -> None:
    """Rewrite the students' pages and the class overview, with the marks given by hand."""
    with _plain_errors():
        from coursekit.classroom.feedback import write_pages
        from coursekit.classroom.gradebook import open_gradebook

        book = open_gradebook(results)
        overview, *pages = write_pages(book, book.assignment_named(assignment), results)
        _list("written", [overview, f"{len(pages)} pages in {pages[0].parent}"])


@app.command()
def demo_class(
    assignment: Annotated[str, typer.Argument(**_CHAPTER)] = "02",
    students: Annotated[int, typer.Option(help="How many.")] = 30,
    seed: Annotated[int, typer.Option(help="The same seed gives the same class.")] = 0,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("demo"),
    grade: Annotated[bool, typer.Option(help="Also grade it and write all pages.")] = True,
    sandbox: Annotated[bool, typer.Option(help="Run answers in a sandbox.")] = True,
) -> None:
    """Invent a class, to see what a teacher sees."""
    with _plain_errors():
        from coursekit.classroom.demo_class import demo_class, grade_demo

        _list("written", [demo_class(assignment, students, seed=seed, out=out)])
        if grade:
            from coursekit.classroom.watch import Bar

            _list("written", grade_demo(assignment, out, isolated=sandbox, watch=Bar()))


@sandbox_app.command("install")
def install_kernel(
    user: Annotated[bool, typer.Option("--user", help="For this user only.")] = False,
    sys_prefix: Annotated[
        bool, typer.Option("--sys-prefix", help="In this Python's environment: the default.")
    ] = False,
    prefix: Annotated[Path | None, typer.Option(help="In another environment's folder.")] = None,
    forbid: Annotated[list[str] | None, typer.Option(help="Module to hide.")] = None,
    show: Annotated[list[Path] | None, typer.Option(help="Path to show, read-only.")] = None,
) -> None:
    """Install the kernel coursekit-sandbox, which nbval and nbgrader use by name."""
    with _plain_errors():
        if sum([user, sys_prefix, prefix is not None]) > 1:
            raise ValueError("--user, --sys-prefix and --prefix exclude each other: choose one.")
        from coursekit.classroom.sandbox import SandboxUnavailable, require_bubblewrap
        from coursekit.classroom.sandbox.provisioner import install

        for path in show or ():
            if not path.exists():
                raise ValueError(f"{path} does not exist, so it cannot be shown.")
        shown = [path.resolve() for path in show or ()]
        _list("written", [install(prefix, user, forbidden=forbid or (), visible=shown)])
        try:
            require_bubblewrap()
        except SandboxUnavailable as error:
            typer.secho(
                f"The kernel cannot start on this machine yet. {error}",
                fg=typer.colors.YELLOW,
                err=True,
            )


@app.command(context_settings={"ignore_unknown_options": True})
def lab(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FOLDER] [OPTIONS OF JUPYTERLAB]",
            help="Folder for your copy of the course; by default the current one if it is a "
            "course or a checkout, or else ./coursekit-course.",
        ),
    ] = None,
    browser: Annotated[
        bool | None, typer.Option(help="Open a browser; by default if there is a screen.")
    ] = None,
    start: Annotated[bool, typer.Option(help="Start JupyterLab, or only copy the files.")] = True,
) -> None:
    """Open the course in JupyterLab; your own work is never overwritten."""
    with _plain_errors():
        from coursekit import course
        from coursekit.lab.start import fill, find, open_lab

        words = words or []
        named = words[:1] if words[:1] and not words[0].startswith("-") else []
        folder = find(*named)
        if folder.resolve() != course.shipped().resolve():
            typer.echo(fill(folder))
        if start:
            require("jupyterlab")
            open_lab(folder, browser, words[len(named) :])


@app.command()
def demo(
    chapter: Annotated[str, typer.Argument(**_CHAPTER)],
    port: Annotated[int, typer.Option(help="Port of the local server; 0 chooses a free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Show a chapter's figures full screen in a browser, for the lecture hall."""
    with _plain_errors():
        from coursekit.lab.demo import serve

        serve(chapter, port=port, browser=browser)


@app.command()
def transfer(
    target: Annotated[Path, typer.Argument(help="The picture to recolour.")],
    reference: Annotated[Path, typer.Argument(help="The picture whose colours it gets.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write: PNG, JPEG ...")],
    method: Method = "superfeatures",
    regrain: Annotated[
        bool | None,
        typer.Option("--regrain/--no-regrain", help="Restore the gradients of the target."),
    ] = None,
    iterations: Annotated[int | None, typer.Option(help="For distribution; default 10.")] = None,
    seed: Annotated[
        int | None, typer.Option(help="For distribution: of its random axes; default 0.")
    ] = None,
    superpixels: Annotated[
        int | None, typer.Option(help="For super...: about how many; fewer are faster.")
    ] = None,
    temperature: Annotated[
        float | None, typer.Option(help="For superfeatures: τ; default 0.02.")
    ] = None,
    place_spread: Annotated[
        float | None, typer.Option(help="For super...: δs; default 10.")
    ] = None,
    color_spread: Annotated[
        float | None, typer.Option(help="For super...: δc; default 0.1.")
    ] = None,
    features: Annotated[
        str | None, typer.Option(help="For superfeatures: filter-bank or vgg19.")
    ] = None,
    weights: TransferWeights = None,
    device: Device = None,
) -> None:
    """Give a photo the colours of another."""
    options = {
        name: value for name, value in locals().items() if name not in ("target", "reference")
    }
    with _plain_errors():
        from coursekit.color_transfer.command import transfer

        _show_steps(transfer(target, reference, **options))
    _list("written", [out])


def _show_steps(steps: Iterator[tuple[int, int, str]]) -> None:
    """Show a progress bar with the current step on the error stream; it vanishes at the end."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        for done, total, what in steps:
            bar.update(task, completed=done, total=total, description=what)


@caption_app.command("photo")
def caption(
    photos: Annotated[list[Path], typer.Argument(help="Picture files.")],
    model: Annotated[
        Path | None,
        typer.Option(
            help="captioner.safetensors; by default the package's own, trained on shapes."
        ),
    ] = None,
    weights: Annotated[
        str | None, typer.Option(help="Weights of its encoder: name or file.")
    ] = None,
    method: Annotated[str, typer.Option(help="greedy, sample or beam")] = "beam",
    temperature: Annotated[float, typer.Option(help="For sample.")] = 1.0,
    top_k: Annotated[
        int | None, typer.Option(help="For sample: choose among the k best words.")
    ] = None,
    beam_width: Annotated[int, typer.Option(help="For beam.")] = 3,
    no_repeat_ngram_size: Annotated[
        int, typer.Option(min=0, help="For beam: no n words in a row occur twice.")
    ] = 0,
    max_length: Annotated[int, typer.Option(help="Most words in a caption.")] = 20,
    prefix: Annotated[str, typer.Option(help="First words of the caption.")] = "",
    count: Annotated[int, typer.Option(min=1, help="Captions for each photo.")] = 1,
    seed: Annotated[int, typer.Option(help="For sample.")] = 0,
) -> None:
    """Describe photos in a sentence."""
    with _plain_errors():
        from coursekit.captioning.command import caption_files

        said = caption_files(
            photos, model, weights, method=method, temperature=temperature, top_k=top_k,
            beam_width=beam_width, no_repeat_ngram_size=no_repeat_ngram_size,
            max_length=max_length, prefix=prefix.split(), count=count, seed=seed,
        )  # fmt: skip
        for photo, captions in said:
            for one in captions:
                typer.echo(f"{photo}: {one}")


@caption_app.command("train")
def caption_train(
    data: Annotated[str, typer.Option(help="scenes, coco or handout")] = "scenes",
    root: Annotated[Path | None, typer.Option(help="Folder with coco or handout.")] = None,
    split: Annotated[str | None, typer.Option(help="For coco; by default train2017.")] = None,
    encoder: Annotated[str, typer.Option(help="small, or a name from torchvision.")] = "small",
    weights: Annotated[str, typer.Option(help="Weights of the encoder: name or file.")] = "DEFAULT",
    network: Annotated[str | None, typer.Option(help="attention or vector")] = None,
    steps: Annotated[int, typer.Option(min=1, help="Number of training batches.")] = 3300,
    size: Annotated[int, typer.Option(min=1, help="Pictures in a batch.")] = 64,
    rate: Annotated[float, typer.Option(min=0, help="Highest learning rate.")] = 3e-3,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same network.")] = 0,
    every: Annotated[int, typer.Option(min=1, help="Steps between checkpoints.")] = 550,
    patience: Patience = None,
    min_count: Annotated[int, typer.Option(min=1, help="Ignore words that occur less often.")] = 5,
    fine_tune: FineTuning = 150,
    device: Annotated[str | None, typer.Option(help="cpu or cuda; by default the fastest.")] = None,
    out: RunFolder = Path("captioner"),
) -> None:
    """Train a captioning network; under torchrun, on several devices."""
    with _plain_errors():
        from dataclasses import replace

        from coursekit.captioning import command
        from coursekit.captioning.gpu import Recipe

        recipe = Recipe(steps, size, rate, seed=seed, every=every, patience=patience)
        tuned = replace(command.RECIPES["fine-tuning"], steps=fine_tune or 1, seed=seed)
        written = command.train_captioner(
            out, data, root, split, encoder, weights, network, recipe, min_count, device,
            fine_tuning=tuned if fine_tune else None,
        )  # fmt: skip
        _list("written", written)


@caption_app.command("reproduce")
def caption_reproduce(
    out: Annotated[Path, typer.Option(help="Folder; a run in it is resumed.")] = Path("weights"),
    seeds: Annotated[
        int, typer.Option(min=1, help="How many to measure; the weights come from the first.")
    ] = 3,
) -> None:
    """Reproduce the weights and curves of the package: half an hour on two cores."""
    with _plain_errors():
        from coursekit.captioning.command import reproduce

        _list("written", reproduce(out, range(seeds)))


def _require(given: object, what: str) -> None:
    if not given:
        raise ValueError(f"nothing to record: give {what}.")


def _folded(paths: list[Path]) -> list[Path | str]:
    """List the files of all students that have the same name as one line."""
    each = [path for path in paths if path.name == "results.json"]
    told = [f"{len(each)} files at {each[0].parent.parent}/*/{each[0].name}"] if each else []
    return [path for path in paths if path not in each] + told


def _list_done(done, dry_run: bool) -> None:
    """Say how many files changed, or which ones would, and what is left to check."""
    if dry_run:
        typer.echo("\n".join(done.changes))
    else:
        kinds = [change.split()[0].removesuffix("e") + "ed" for change in done.changes]
        told = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
        typer.echo(f"files: {told}. To review: git add --all, then git diff --cached")
    if done.notes:
        typer.echo("\n".join(["please check:", *done.notes]))


def _list(what: str, each: Sequence[Path | str]) -> None:
    for one in each:
        typer.echo(f"{what}: {one}")
