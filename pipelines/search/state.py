"""Where the full-text index of an archive lies, and up to which article line it is made."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pipelines.archive.files import refuse, replace_file

_FOLDER, _STATE = "index", "state.json"


class State(msgspec.Struct):
    """The last line an index is made of, and by which version of it; no line at all yet where `nth` is 0."""

    version: int
    nth: int = 0
    id: str = ""
    article_version: int = 0
    digest: str = ""


def index_folder(folder: Path) -> Path:
    """Where the index of an output folder lies."""
    return folder / _FOLDER


def read_state(folder: Path) -> State | None:
    """None where no index is made, or nobody can tell of what."""
    try:
        return msgspec.json.decode((index_folder(folder) / _STATE).read_bytes(), type=State)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def write_state(folder: Path, state: State) -> None:
    """Raises OutputUnwritable."""
    path = index_folder(folder) / _STATE
    try:
        replace_file(path, msgspec.json.encode(state))
    except OSError as error:
        refuse(path, error)


def invalidate(folder: Path) -> None:
    """Have the index be made anew: the rows it was made of are others now. Raises OutputUnwritable."""
    path = index_folder(folder) / _STATE
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        refuse(path, error)
