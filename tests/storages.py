"""An S3 bucket to test against, and what lies in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import fsspec


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
        return fsspec.filesystem("s3", use_listings_cache=False)


def cleared() -> None:
    """Forget clients that were made for another server."""
    from s3fs import S3FileSystem

    S3FileSystem.clear_instance_cache()
