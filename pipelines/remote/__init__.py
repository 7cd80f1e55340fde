"""Output folders on object storage: worked on in a folder of this machine that is kept in step."""

from pipelines.remote.mirror import Mirror
from pipelines.remote.places import is_url

__all__ = ["Mirror", "is_url"]
