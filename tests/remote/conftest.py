"""Storages to test against: an S3 server on loopback, a folder, memory."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from storages import S3, cleared


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server that speaks S3."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # it tells every request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    """A bucket of its own, with what reaches it in the environment."""
    made = S3(s3_server, f"tin-{secrets.token_hex(6)}")
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    made.make()
    yield made
    cleared()


@pytest.fixture(params=["s3", "file", "memory"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place in a storage of each kind."""
    if request.param == "s3":
        made: S3 = request.getfixturevalue("s3")
        return f"{made.url}/kho"
    return f"file://{tmp_path}/kho" if request.param == "file" else f"memory://{secrets.token_hex(6)}/kho"
