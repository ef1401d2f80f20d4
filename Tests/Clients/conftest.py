import os

import pytest

from support import kernel

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
