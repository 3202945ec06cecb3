"""What comes with the code: citation, changelog, and where each file of data is from."""

import datetime
import re
import subprocess
import tomllib
from pathlib import Path

import yaml

import coursekit

ROOT = Path(__file__).parents[1]
CODE = {".css", ".html", ".j2", ".jinja", ".js", ".md", ".py", ".pyi", ".toml", ".typed"}
NOTICE = (ROOT / "NOTICE.md").read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
CITATION = yaml.load((ROOT / "CITATION.cff").read_text("utf-8"), Loader=yaml.BaseLoader)
KINDS_OF_CHANGE = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def data_files():
    """Committed files of the package and of the tests' data that are neither code nor prose."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "coursekit", ":(glob)tests/**/data/**"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = [name for name in listing.stdout.split("\0") if (ROOT / name).is_file()]
    return [name for name in names if Path(name).suffix not in CODE]


def releases():
    """Version -> date of each release in the changelog, newest first."""
    return dict(re.findall(r"(?m)^## \[(\d+\.\d+\.\d+)\] - (\S+)$", CHANGELOG))


# ------------------------------------------------------------------ notices


def test_every_file_of_data_is_in_the_notices():
    assert len(data_files()) > 5
    assert [name for name in data_files() if f"`{name}`" not in NOTICE] == []


def test_every_file_that_the_notices_name_is_there():
    named = re.findall(r"`((?:\w+/)+[\w.]*)`", NOTICE)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []
    constants = re.findall(r"`(coursekit/[\w/]+\.py)` \| `([A-Z_]+)`", NOTICE)
    assert constants and all(f"{name} = " in (ROOT / path).read_text() for path, name in constants)


def test_the_notices_travel_with_the_package():
    assert {"LICENSE", "NOTICE.md"} <= set(project()["license-files"])


# ------------------------------------------------------------------ citation


def test_citation_has_what_the_format_asks_for():
    assert CITATION["cff-version"] == "1.2.0"
    assert all(CITATION[key] for key in ("message", "title", "authors", "abstract"))
    assert all(author.keys() & {"name", "family-names"} for author in CITATION["authors"])
    assert CITATION["license"] == project()["license"]


def test_citation_is_of_the_latest_release():
    version, date = next(iter(releases().items()))
    assert (CITATION["version"], CITATION["date-released"]) == (version, date)
    assert datetime.date.fromisoformat(date)


def test_the_package_has_one_version():
    assert project().get("version", coursekit.__version__) == coursekit.__version__
    assert CITATION["version"] == coursekit.__version__


# ------------------------------------------------------------------ changelog


def test_changelog_has_what_is_unreleased_and_all_releases_newest_first():
    headings = re.findall(r"(?m)^## \[(.+?)\]", CHANGELOG)
    assert headings == ["Unreleased", *releases()]
    numbers = [tuple(map(int, version.split("."))) for version in releases()]
    assert numbers == sorted(numbers, reverse=True)


def test_changelog_sorts_changes_by_kind():
    assert set(re.findall(r"(?m)^### (.+)$", CHANGELOG)) <= KINDS_OF_CHANGE
