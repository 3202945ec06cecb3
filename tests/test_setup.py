"""The set-up: three lists of packages that agree, two commands, one script for CI."""

import ast
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
IN_CONDA = {
    "opencv-python": "py-opencv",
    "playwright": "playwright-python",
    "torch": "pytorch",
}
FOR_USERS = ("gpu", "lab", "classroom", "cluster")
BROUGHT_BY_JUPYTERLAB = {
    "ipykernel",
    "ipython",
    "jupyter-client",
    "jupyter-core",
    "jupyterlab-server",
    "traitlets",
}
INSTALLS = "install -c requirements.lock -e"
OF_PYTHON = {"setuptools"}  # pip freeze leaves it to each Python
OF_CUDA = re.compile(r"nvidia-|cuda-|triton")


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def ranges():
    """Return name -> range of all that pyproject.toml asks for."""
    lists = [project()["dependencies"], *project()["optional-dependencies"].values()]
    wanted = map(Requirement, sum(lists, []))
    found = {canonicalize_name(package.name): str(package.specifier) for package in wanted}
    return {name: found[name] for name in found if name != "coursekit"}


def pins():
    """Return name -> version of the lock."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


def conda():
    """Return name -> range of environment.yml, without Python and pip."""
    *listed, by_pip = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    wanted = map(Requirement, [*listed, *by_pip["pip"]])
    found = {package.name: str(package.specifier) for package in wanted}
    return {name: found[name] for name in found if name not in ("python", "pip")}


def disagreements(ranges, pins, conda):
    """Say, a line each, where the three lists of packages disagree."""
    expected = {IN_CONDA.get(name, name): wanted for name, wanted in ranges.items()}
    return [
        *(f"{name}: not in the lock" for name in ranges.keys() - pins.keys()),
        *(
            f"{name}: the lock's {pins[name]} is outside {ranges[name]}"
            for name in ranges.keys() & pins.keys()
            if not Requirement(name + ranges[name]).specifier.contains(pins[name])
        ),
        *(f"{name}: only in environment.yml" for name in conda.keys() - expected.keys()),
        *(f"{name}: not in environment.yml" for name in expected.keys() - conda.keys()),
        *(
            f"{name}: {conda[name]} in environment.yml, {expected[name]} in pyproject.toml"
            for name in expected.keys() & conda.keys()
            if conda[name] != expected[name]
        ),
    ]


def test_pyproject_lock_and_conda_agree():
    assert disagreements(ranges(), pins(), conda()) == []


AGREE = {
    "ranges": {"numpy": ">=2.1", "torch": ">=2.6"},
    "pins": {"numpy": "2.4.6", "torch": "2.13.0"},
    "conda": {"numpy": ">=2.1", "pytorch": ">=2.6"},
}


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"pins": {"torch": "2.13.0"}}, "numpy: not in the lock"),
        (
            {"pins": {"numpy": "2.0", "torch": "2.13.0"}},
            "numpy: the lock's 2.0 is outside >=2.1",
        ),
        ({"conda": {"numpy": ">=2.1"}}, "pytorch: not in environment.yml"),
        ({"conda": {**AGREE["conda"], "nose": ""}}, "nose: only in environment.yml"),
        (
            {"conda": {"numpy": ">=2", "pytorch": ">=2.6"}},
            "numpy: >=2 in environment.yml, >=2.1 in pyproject.toml",
        ),
    ],
)
def test_each_kind_of_disagreement_is_named(changed, complaint):
    assert disagreements(**AGREE) == []
    assert disagreements(**{**AGREE, **changed}) == [complaint]


def test_conda_asks_for_the_same_python():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert f"python{project()['requires-python']}" in listed


def test_lock_pins_torch_and_torchvision():
    assert (pins()["torch"], pins()["torchvision"]) == ("2.13.0", "0.28.0")


def test_lock_holds_exact_versions_for_any_machine():
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    packages = [line for line in lines if not line.startswith("#")]
    assert [line for line in packages if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert [name for name in pins() if OF_CUDA.match(name)] == []


def test_lock_pins_all_that_the_packages_need():
    asked = set(project()["optional-dependencies"])
    assert needed("coursekit", asked) - pins().keys() <= {"coursekit", *OF_PYTHON}


def test_lock_installs_on_the_oldest_python_allowed():
    oldest = project()["requires-python"].removeprefix(">=") + ".0"
    too_young = {
        f"{found.name}=={found.version}"
        for found in importlib.metadata.distributions()
        if found.version == pins().get(canonicalize_name(found.name))
        and not SpecifierSet(found.metadata.get("Requires-Python") or "").contains(oldest)
    }
    assert too_young == set()


def needed(name, extras=frozenset(), seen=None):
    """Return the names that a package needs on this machine, its own among them."""
    seen = set() if seen is None else seen
    seen.add(canonicalize_name(name))
    for text in requires(name):
        wanted = Requirement(text)
        applies = wanted.marker is None or any(
            wanted.marker.evaluate({"extra": extra}) for extra in {"", *extras}
        )
        if applies and canonicalize_name(wanted.name) not in seen:
            if not OF_CUDA.match(canonicalize_name(wanted.name)):
                needed(wanted.name, wanted.extras, seen)
    return seen


def requires(name):
    try:
        return importlib.metadata.requires(name) or ()
    except importlib.metadata.PackageNotFoundError:  # an environment without the benchmarks' peers
        return ()


def imported(*folders):
    """Return the top-level names that the modules under ``folders`` import."""
    names = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"coursekit"}


def test_every_package_that_coursekit_imports_is_declared():
    extras = project()["optional-dependencies"]
    needed = sum((extras[name] for name in FOR_USERS), project()["dependencies"])
    declared = {canonicalize_name(Requirement(text).name) for text in needed}
    homes = importlib.metadata.packages_distributions()
    homeless = {
        name
        for name in imported("coursekit")
        if not {canonicalize_name(home) for home in homes.get(name, ())}
        & (declared | BROUGHT_BY_JUPYTERLAB)
    }
    assert homeless == set()


@pytest.fixture
def bare(tmp_path):
    """A folder with the Makefile and the lists of packages, and nothing set up."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(folder, *words, **environment):
    return subprocess.run(
        [shutil.which("make"), *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def pretend_ready(folder):
    (folder / ".venv").mkdir()
    (folder / ".venv" / "ready").touch()


def test_make_sets_up_first(bare):
    steps = make(bare, "-n", "lab").stdout
    assert steps.index("venv .venv") < steps.index(INSTALLS)
    assert steps.index(INSTALLS) < steps.index("coursekit lab")


def test_make_lab_installs_what_a_reader_needs_and_says_how_much(bare):
    steps = make(bare, "-n", "lab").stdout
    assert steps.count(INSTALLS) == 1
    assert f'{INSTALLS} ".[course]"' in steps
    assert "downloads about 400 MB" in steps
    (install,) = [line for line in steps.splitlines() if INSTALLS in line]
    assert "-q" not in install  # pip shows how far it is


@pytest.mark.parametrize("command", ["test", "bench"])
def test_make_test_and_make_bench_bring_their_own(bare, command):
    pretend_ready(bare)
    assert f'{INSTALLS} ".[{command}]"' in make(bare, "-n", command).stdout
    (bare / ".venv" / command).touch()
    assert INSTALLS not in make(bare, "-n", command).stdout


def test_make_lab_starts_at_once_when_set_up(bare):
    pretend_ready(bare)
    steps = make(bare, "-n", "lab").stdout.splitlines()
    assert len(steps) == 1
    assert steps[0].endswith("coursekit lab .")


@pytest.mark.parametrize("list_of_packages", ["requirements.lock", "pyproject.toml"])
def test_make_sets_up_again_when_a_list_of_packages_changes(bare, list_of_packages):
    pretend_ready(bare)
    later = (bare / ".venv" / "ready").stat().st_mtime + 10
    os.utime(bare / list_of_packages, (later, later))
    assert INSTALLS in make(bare, "-n", "lab").stdout


def test_make_says_which_python_is_needed(bare):
    finished = make(bare, "setup", "PYTHON=false")
    assert finished.returncode != 0
    assert "needs Python 3.11 or newer" in finished.stdout
    assert not (bare / ".venv").exists()


def test_make_test_is_one_pytest_run_over_everything(bare):
    steps = make(bare, "-n", "test", "CORES=2").stdout
    (run,) = [line for line in steps.splitlines() if "pytest" in line]
    for word in ("-n 2", "--dist loadscope", "--nbval ", "--nbval-cell-timeout=60"):
        assert word in run
    assert run.endswith("tests notebooks solutions")


def test_make_test_and_test_thorough_run_each_test_once(bare):
    asked = [make(bare, "-n", target).stdout for target in ("test", "test-thorough")]
    assert '-m "not thorough" tests' in asked[0] and "-m thorough tests" in asked[1]


@pytest.mark.parametrize(("code", "passes"), [(0, True), (1, False), (2, False), (5, True)])
def test_make_test_thorough_passes_where_there_is_no_such_test(bare, code, passes):
    pretend_ready(bare)
    for stamp in ("test", "sandbox"):
        (bare / ".venv" / stamp).touch()
    python = bare / ".venv" / "bin" / "python"
    python.parent.mkdir(exist_ok=True)
    python.write_text(f"#!/bin/sh\nexit {code}\n")
    python.chmod(0o755)
    assert (make(bare, "test-thorough").returncode == 0) == passes


@pytest.fixture
def machine(bare):
    """Run ``make .venv/browser`` where these commands, and few others, are there."""
    folder = bare / "commands"
    folder.mkdir()
    for name in ("env", "id", "nproc", "sh", "touch", "uname"):
        (folder / name).symlink_to(shutil.which(name))

    def run(**commands):
        for name, answer in commands.items():
            script = folder / name.replace("_", "-")
            script.unlink(missing_ok=True)
            script.write_text(f"#!/bin/sh\n{answer}\n")
            script.chmod(0o755)
        pretend_ready(bare)
        return make(bare, ".venv/browser", PATH=str(folder))

    return run


def test_make_test_installs_a_browser_where_it_may(machine, bare):
    finished = machine(id="echo 0", apt_get=f'echo "$@" >> "{bare}/asked"')
    assert finished.returncode == 0
    assert (bare / "asked").read_text().splitlines()[-1].endswith("chromium")
    assert "Please install" not in finished.stdout


def test_make_test_says_what_to_install_where_it_may_not(machine):
    finished = machine(id="echo 1000", sudo="exit 1", apt_get="exit 100")
    assert finished.returncode == 0
    assert finished.stdout.count("\n") == 1
    assert finished.stdout.startswith("Please install chromium: the browser tests need it")


def test_make_test_installs_nothing_beside_a_browser(machine, bare):
    finished = machine(chromium="exit 0", apt_get=f'touch "{bare}/asked"')
    assert finished.returncode == 0
    assert not (bare / "asked").exists()


@pytest.fixture
def ci(tmp_path):
    """Run .ci/run with a ``make`` that only notes what it is asked for."""

    def run(failing=""):
        noted = tmp_path / "noted"
        fake = tmp_path / "make"
        fake.write_text(f'#!/bin/sh\necho "$1" >> "{noted}"\ntest "$1" != "{failing}"\n')
        fake.chmod(0o755)
        path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        finished = subprocess.run([ROOT / ".ci" / "run"], env={"PATH": path}, check=False)
        return finished.returncode == 0, noted.read_text().split()

    return run


def test_ci_examines_then_tests(ci):
    assert ci() == (True, ["doctor", "test", "test-thorough"])


def test_ci_stops_at_a_red_doctor(ci):
    assert ci(failing="doctor") == (False, ["doctor"])


def test_ci_fails_with_the_tests(ci):
    assert ci(failing="test") == (False, ["doctor", "test"])


def test_ci_fails_with_the_long_sweeps(ci):
    assert ci(failing="test-thorough") == (False, ["doctor", "test", "test-thorough"])


def test_readme_takes_the_cpu_build_that_the_lock_pins():
    line = next(line for line in (ROOT / "README.md").read_text().splitlines() if "whl/cpu" in line)
    for name in ("torch", "torchvision"):
        assert f" {name}=={pins()[name]} " in line
