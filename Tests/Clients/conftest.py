import collections
import os
import pathlib
import shutil
import subprocess

import pytest

from support import kernel

NOTEBOOKS = pathlib.Path(__file__).parents[2] / "notebooks"

# What these tests run is nobody's history.
os.environ.setdefault("NABLA_HISTORY", "off")


@pytest.fixture(scope="module", params=["tcp", "ipc", "tcp, no key"])
def any_client(request, tmp_path_factory):
    """A kernel on each transport, and one whose messages are not signed."""
    if request.param == "ipc":
        with kernel(transport="ipc", folder=tmp_path_factory.mktemp("ipc")) as client:
            yield client
    else:
        with kernel(key=b"" if "no key" in request.param else None) as client:
            yield client


@pytest.fixture(scope="module")
def client():
    with kernel() as client:
        yield client


Executed = collections.namedtuple("Executed", "notebooks pages")


@pytest.fixture(scope="session")
def executed(tmp_path_factory):
    """Every notebook as `nabla run` executes it, once for all tests, and its page."""
    folder = tmp_path_factory.mktemp("executed")
    shutil.copytree(NOTEBOOKS, folder / "notebooks")
    files = sorted((folder / "notebooks").glob("*.ipynb"))
    result = subprocess.run(
        ["nabla", "run", *files, "--inplace", "--html", folder / "pages", "--jobs", str(os.cpu_count() or 1)],
        capture_output=True, text=True, timeout=900)
    assert (result.returncode, result.stderr) == (0, "")
    return Executed(folder / "notebooks", folder / "pages")
