"""Storages to test against: a bucket on an S3 server of this machine, a folder, memory."""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class S3:
    """A bucket on a server of this machine."""

    endpoint: str
    bucket: str

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to reach it, as users would say it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "thu",
            "AWS_SECRET_ACCESS_KEY": "khong-mat",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def make(self) -> None:
        """Make the bucket; only once the environment is as above."""
        cleared()
        self._storage().mkdir(self.bucket)

    def objects(self) -> dict[str, int]:
        """The objects there are, with their sizes."""
        found: dict[str, Any] = self._storage().find(self.bucket, detail=True)
        return {path.removeprefix(f"{self.bucket}/"): one["size"] for path, one in found.items()}

    def read(self, name: str) -> bytes:
        data: bytes = self._storage().cat_file(f"{self.bucket}/{name}")
        return data

    def write(self, name: str, data: bytes) -> None:
        self._storage().pipe_file(f"{self.bucket}/{name}", data)

    def _storage(self) -> Any:
        import fsspec  # most tests need none of it

        return fsspec.filesystem("s3", use_listings_cache=False)


def cleared() -> None:
    """Forget clients that were made for another server."""
    from s3fs import S3FileSystem

    S3FileSystem.clear_instance_cache()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server that speaks S3, in a process of its own: it leaves files open."""
    command = [sys.executable, "-W", "ignore", __file__]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.kill()


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
def storage_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place in a storage of each kind."""
    if request.param == "s3":
        made: S3 = request.getfixturevalue("s3")
        return f"{made.url}/kho"
    return f"file://{tmp_path}/kho" if request.param == "file" else f"memory://{secrets.token_hex(6)}/kho"


def _serve() -> None:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    _serve()
