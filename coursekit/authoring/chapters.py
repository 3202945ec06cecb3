"""Add, remove, rename and renumber chapters: all their files, and everything that mentions them.

A command makes a ``Plan`` and then carries it out completely. It returns the plan's changes and, as
notes, what an author has to check.
"""

import keyword
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import nbformat.v4

from coursekit import chapters
from coursekit.authoring import contents, methods, sections, skeleton
from coursekit.authoring.mentions import Mentions
from coursekit.authoring.plan import LIST, Plan, checkout
from coursekit.authoring.render import notebook_of
from coursekit.chapters import Chapter
from coursekit.classroom.student_notebook import stubbed

_TEXTS = (".py", ".ipynb", ".md", ".toml", ".yml", ".cfg", ".json", ".jsonl", ".html", "")
_HEADING = re.compile(r"^# # \d\d · (.+)$", re.MULTILINE)
_HISTORY = "CHANGELOG.md"  # describes the past
_WRITTEN_ANEW = re.compile(
    r"README\.md:\d+: (?:\| \d\d \| |<details><summary>\d\d · )|docs/methods\.md:"
)
_BLOCK = re.compile(r"(?m)^(?=\[\[chapter\]\])")


@dataclass(frozen=True)
class Done:
    """What a command did, and what the author has to check."""

    changes: list[str]
    notes: list[str]


def new_chapter(
    name: str,
    title: str,
    after: str | int | None = None,
    root: Path | None = None,
    dry_run: bool = False,
) -> Done:
    """Create a chapter's skeleton, which passes all tests once it is rendered and released.

    Parameters
    ----------
    name : name of its package, such as ``morphology``
    title : title of its lesson
    after : the chapter that it follows, as number, name or both; by default the last one
    root : the checkout; by default the one that contains the current folder
    dry_run : only say what would be done

    Raises
    ------
    ValueError : there is no checkout, it has changes, the name is taken or impossible, or there is
        no such chapter.
    """
    plan, before = _begin(root)
    place = chapters.find(after, before).number if after else len(before)
    _check_name(plan, name)
    _check_title(title, before)
    chapter = Chapter(place + 1, name, title, "what the lesson is about", 0)
    files = skeleton.files(chapter)
    minutes = contents.reading_minutes(files[f"notebooks/src/{chapter.slug}.py"])
    head, *blocks = _blocks(plan)
    blocks.insert(place, _block(name, title, chapter.learn, minutes))
    mentions = _follow(plan, before, [head, *blocks])
    for path, text in files.items():
        plan.write(path, text)
    return _end(plan, mentions, dry_run)


def remove_chapter(name: str | int, root: Path | None = None, dry_run: bool = False) -> Done:
    """Remove a chapter with all its files, and renumber the chapters after it.

    Raises
    ------
    ValueError : there is no checkout, it has changes, there is no such chapter, or something
        imports from it.
    """
    plan, before = _begin(root)
    chapter = chapters.find(name, before)
    for path in own_files(plan, chapter):
        plan.remove(path)
    importers = [path for path in plan.paths(".py") if chapter.name in _imports(plan.read(path))]
    if importers:
        raise ValueError(f"{chapter.slug} is imported by {', '.join(importers)}")
    head, *blocks = _blocks(plan)
    del blocks[chapter.number - 1]
    return _end(plan, _follow(plan, before, [head, *blocks]), dry_run)


def rename_chapter(
    old: str | int,
    new: str,
    title: str | None = None,
    root: Path | None = None,
    dry_run: bool = False,
) -> Done:
    """Rename a chapter everywhere, and change its title if one is given.

    Raises
    ------
    ValueError : there is no checkout, it has changes, there is no such chapter, or the new name is
        taken or impossible.
    """
    plan, before = _begin(root)
    chapter = chapters.find(old, before)
    if new != chapter.name:
        _check_name(plan, new)
    listed = _blocks(plan)
    block = re.sub(r'(?m)^name = ".*"$', f'name = "{new}"', listed[chapter.number])
    if title:
        _check_title(title, [one for one in before if one != chapter])
        block = re.sub(r'(?m)^title = ".*"$', f'title = "{title}"', block)
    listed[chapter.number] = block
    return _end(plan, _follow(plan, before, listed, {chapter.name: new}), dry_run)


def renumber(root: Path | None = None, dry_run: bool = False) -> Done:
    """Apply an edit of ``chapters.toml``: a new order of the chapters, or new titles.

    Raises
    ------
    ValueError : there is no checkout, it has other changes, or the list has other chapters.
    """
    plan = Plan(checkout(root), may_differ=[LIST])
    before = _on_disk(plan)
    wanted = chapters.listed(plan.read(LIST))
    if {one.name for one in before} != {one.name for one in wanted}:
        raise ValueError(
            f"renumber applies a new order or new titles in {LIST}; to add, remove or rename a "
            "chapter, use coursekit new-chapter, remove-chapter or rename-chapter"
        )
    return _end(plan, _follow(plan, before, _blocks(plan)), dry_run)


def own_files(plan: Plan, chapter: Chapter) -> list[str]:
    """Return the paths of the files that belong only to this chapter."""
    folders = (f"coursekit/{chapter.name}/", f"tests/{chapter.name}/")
    stems = {chapter.slug, f"test_{chapter.slug}"}
    return [
        path
        for path in plan.paths()
        if path.startswith(folders)
        or PurePosixPath(path).stem in stems
        or path == f"benchmarks/{chapter.name}.py"
    ]


# ------------------------------------------------------------------ the list


def _begin(root):
    """Return an empty plan and the chapters; check that the list and the files agree."""
    plan = Plan(checkout(root))
    before = chapters.listed(plan.read(LIST))
    if [one.slug for one in before] != [one.slug for one in _on_disk(plan)]:
        raise ValueError(f"{LIST} and the files disagree: run coursekit renumber first")
    return plan, before


def _end(plan, mentions, dry_run):
    listed = chapters.listed(plan.read(LIST))
    plan.write("README.md", contents.with_table(plan.read("README.md"), listed))
    code = [path for path in plan.paths(".py") if path.startswith("coursekit/")]
    plan.write(methods.PAGE, methods.page(listed, code, plan.read))
    index = methods.index(listed, code, plan.read)
    plan.write("README.md", methods.with_index(plan.read("README.md"), index))
    lessons = {one.slug: plan.read(f"notebooks/src/{one.slug}.py") for one in listed}
    plan.write(sections.RECORD, sections.record(lessons))
    noted = [note for note in mentions.noted if not _WRITTEN_ANEW.match(note)]
    notes = dict.fromkeys([*noted, *_imported_too_early(plan, listed)])
    if not dry_run:
        plan.carry_out()
    return Done(plan.changes(), list(notes))


def _on_disk(plan):
    """Return the chapters as they are numbered in the files."""
    sources = [path for path in plan.paths(".py") if path.startswith("notebooks/src/")]
    titles = [_HEADING.search(plan.read(path)) for path in sources]
    stems = [PurePosixPath(path).stem for path in sources]
    return tuple(
        Chapter(int(stem[:2]), stem[3:], title[1] if title else "", "", 0)
        for stem, title in zip(stems, titles, strict=True)
    )


def _blocks(plan):
    """Return the list's head, and the lines of each chapter."""
    return [block.strip() + "\n" for block in _BLOCK.split(plan.read(LIST))]


def _block(name, title, learn, minutes):
    return (
        f'[[chapter]]\nname = "{name}"\ntitle = "{title}"\nlearn = "{learn}"\nminutes = {minutes}\n'
    )


def _check_name(plan, name):
    """Refuse a name that is taken, or that a package, folder or file cannot have."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise ValueError(f"expected a name such as gray_transforms, got {name!r}")
    folders = ("coursekit", "tests", "benchmarks")
    taken = [f"{folder}/{name}" for folder in folders if _is_there(plan, f"{folder}/{name}")]
    if taken:
        raise ValueError(f"the name {name} is taken by {taken[0]}")


def _is_there(plan, stem):
    return any(path.startswith((f"{stem}/", f"{stem}.")) for path in plan.paths())


def _check_title(title, others):
    if not title.strip() or re.search(r'["\\|\n]', title):
        raise ValueError(f"expected a title in plain words, got {title!r}")
    if title in {one.title for one in others}:
        raise ValueError(f"there already is a chapter {title!r}")


# ------------------------------------------------------------------ the consequences


def _follow(plan, before, blocks, names=None):
    """Write the list, and update all files and mentions; names maps old to new ones."""
    plan.write(LIST, "\n".join(blocks))
    after = {one.name: one for one in chapters.listed(plan.read(LIST))}
    successors = {old: after.get((names or {}).get(old.name, old.name)) for old in before}
    mentions = Mentions({old.slug: new and new.slug for old, new in successors.items()})
    _rewrite(plan, mentions)
    for old, new in successors.items():
        if new and (old.slug, old.title) != (new.slug, new.title):
            _set_heading(plan, old, new)
    mentions.noted += _update_notebooks(plan)
    return mentions


def _rewrite(plan, mentions):
    for path in plan.paths(*_TEXTS):
        if path.endswith(".ipynb"):
            plan.write(path, _rewritten(plan.read(path), partial(mentions.rewrite, path=path)))
        elif path not in (LIST, _HISTORY):
            plan.write(path, mentions.rewrite(plan.read(path), path))
    moves = {path: mentions.moved(path) for path in plan.paths()}
    plan.move_all({old: new for old, new in moves.items() if old != new})


def _rewritten(text, rewrite):
    """Return a notebook's text with sources and printed outputs rewritten."""
    notebook = nbformat.v4.reads(text)
    for cell in notebook.cells:
        cell.source = rewrite(cell.source)
        for output in cell.get("outputs", ()):
            if "text" in output:
                output.text = rewrite(output.text)
            for kind, content in output.get("data", {}).items():
                if kind.startswith("text/") and isinstance(content, str):
                    output.data[kind] = rewrite(content)
    return _written(notebook)


def _written(notebook):
    return nbformat.v4.writes(notebook).rstrip("\n") + "\n"


def _set_heading(plan, old, new):
    """Give the lesson and the exercises the title of their chapter."""
    number, slug = f"{new.number:02}", new.slug
    for folder in ("notebooks/src", "notebooks", "solutions/src", "solutions", "exercises"):
        path = f"{folder}/{slug}.{'py' if folder.endswith('src') else 'ipynb'}"
        was, becomes = (f"# {number} · {title}" for title in (old.title, new.title))
        if path in plan:  # a new chapter is not rendered yet
            plan.write(path, plan.read(path).replace(was, becomes, 1))


def _update_notebooks(plan):
    """Give cells the ids of their new text; return notes on notebooks that are out of date."""
    notes = []
    for path in plan.paths(".py"):
        folder, _, name = path.partition("/src/")
        target = f"{folder}/{name.removesuffix('.py')}.ipynb"
        if not (folder in ("notebooks", "solutions") and target in plan and plan.is_changed(path)):
            continue
        stored, written = nbformat.v4.reads(plan.read(target)), notebook_of(plan.read(path), path)
        if [cell.source for cell in stored.cells] != [cell.source for cell in written.cells]:
            notes.append(f"{target}: was already out of date; coursekit render will update it")
            continue
        for cell, anew in zip(stored.cells, written.cells, strict=True):
            cell.id = anew.id
        plan.write(target, _written(stored))
        if folder == "solutions":
            path = PurePosixPath("exercises", PurePosixPath(target).name)
            plan.write(str(path), stubbed(stored, path))
    return notes


_IMPORT = re.compile(r"(?m)^\s*(?:from|import) coursekit\.(\w+)|^\s*from coursekit import (\w+)")


def _imports(source):
    """Return the packages of coursekit that some source code imports from."""
    return {one or other for one, other in _IMPORT.findall(source)}


def _imported_too_early(plan, listed):
    """List the files that import from a chapter after their own, one per line."""
    number = {one.name: one.number for one in listed}
    found = []
    for path in plan.paths(".py"):
        _, _, rest = path.partition("coursekit/")
        own = number.get(rest.partition("/")[0])
        later = [name for name in _imports(plan.read(path)) if own and number.get(name, 0) > own]
        found += [f"{path}: imports from {name}, which now comes later" for name in sorted(later)]
    return found
