"""A path of nbgrader's users: its own autograde, with student code behind our walls."""

import os
import shutil
import socket
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from coursekit.classroom.sandbox import provisioner

pytestmark = [
    pytest.mark.skipif(
        not shutil.which("bwrap"), reason="needs bubblewrap (apt-get install bubblewrap)"
    ),
    pytest.mark.slow,
]

# The student's answer is right, and tells what it can see of the teacher's machine.
ANSWER = """
import os, socket

def double(number):
    return 2 * number

def offline():
    try:
        socket.create_connection(("{host}", {port}), timeout=2)
    except OSError:
        return True
    return False

print("secret", os.path.exists("{secret}"))
print("offline", offline())
print("walls", os.path.exists("/run/coursekit"))
"""


def cell(source, name, **roles):
    plain = {"grade": False, "solution": False, "locked": False, "task": False}
    told = {"schema_version": 3, "grade_id": name, **plain, **roles}
    return new_code_cell(source, metadata={"nbgrader": told})


def notebook(answer):
    test = {"grade": True, "locked": True}
    return new_notebook(
        cells=[
            cell(answer, "double", solution=True),
            cell("assert double(3) == 6", "right", points=2, **test),
            cell("assert double(3) == 7", "wrong", points=5, **test),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )


def write(answer, course, *place):
    path = course.joinpath(*place, "one.ipynb")
    path.parent.mkdir(parents=True)
    nbformat.write(notebook(answer), path)


@pytest.fixture
def course(tmp_path):
    """An assignment that nbgrader has released, with a student's answer handed in."""
    write("def double(number):\n    return 2 * number", tmp_path, "source", "doubles")
    nbgrader(tmp_path, "generate_assignment", "doubles")
    return tmp_path


def nbgrader(course, *words):
    """Run nbgrader in its course, where it finds the kernel and its own tools by name."""
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    finished = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words], cwd=course, capture_output=True, text=True,
        env={**os.environ, "PATH": path, "JUPYTER_PATH": str(course / "share" / "jupyter")},
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr


def printed(course):
    path = course / "autograded" / "ada" / "doubles" / "one.ipynb"
    outputs = nbformat.read(path, as_version=4).cells[0].outputs
    return "".join(output.get("text", "") for output in outputs)


def test_autograde_runs_behind_the_walls_by_a_flag(course):
    secret = course / "secret.txt"
    secret.write_text("42")
    provisioner.install(course)
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        answer = ANSWER.format(host=host, port=port, secret=secret)
        write(answer, course, "submitted", "ada", "doubles")
        flag = f"--ExecutePreprocessor.kernel_name={provisioner.NAME}"
        nbgrader(course, "autograde", "doubles", "--create", flag)
    assert printed(course) == "secret False\noffline True\nwalls True\n"
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        submission = book.find_submission("doubles", "ada")
        assert (submission.score, submission.max_score) == (2, 7)
