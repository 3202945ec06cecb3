"""The files of a new chapter, from ``templates/chapter``.

A template's path is the file's path, with ``NAME`` and ``SLUG`` for the chapter's.
"""

from pathlib import Path

import jinja2

from coursekit.chapters import Chapter

_TEMPLATES = Path(__file__).parent / "templates" / "chapter"
_SUFFIX = ".jinja"


def files(chapter: Chapter) -> dict[str, str]:
    """Return the text of each file of a chapter, by its path in the checkout."""
    loader = jinja2.FileSystemLoader(_TEMPLATES)
    environment = jinja2.Environment(
        loader=loader,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=False,  # Python and Markdown, not HTML
    )
    return {
        _path(name, chapter): environment.get_template(name).render(
            chapter=chapter, number=f"{chapter.number:02}"
        )
        for name in environment.list_templates()
    }


def _path(template, chapter):
    path = template.removesuffix(_SUFFIX)
    return path.replace("SLUG", chapter.slug).replace("NAME", chapter.name)
