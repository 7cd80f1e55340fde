"""The errors of the record side.

ArchiveError                 something about the output folder; the message says what, where and what to do
├── OutputUnwritable         the folder cannot be made or written (raised by Archive.open, any write)
├── DatabaseDamaged          archive.db is torn or none (raised by pipelines.archive.database)
├── OutputLocked             another run holds the folder (raised by Archive.open)
├── StorageFailed            a storage does not answer, or not with what is there (raised by pipelines.remote)
├── LeaseLost                another machine may work at it by now (raised by pipelines.archive.lease)
├── TookTooLong              a look-up in a bounded database was given up (raised by pipelines.archive.database)
├── ClusterLost              the scheduler of a cluster cannot be reached (raised by pipelines.cluster)
├── ExtraMissing             a library that is installed on request only is not there (raised by what needs it)
├── BadQuery                 a search that cannot be made (raised by pipelines.search)
└── BadWarc                  a WARC or WACZ cannot be read (raised by pipelines.archive.warc and wacz)
    └── Withdrawn            what was captured there was withdrawn (raised by pipelines.archive.warc)
Dropped                      an item pipeline refuses an article; `reason` is counted (raised by validate)
"""

from __future__ import annotations


class ArchiveError(Exception):
    """Something is wrong with the archive on disk. Raised by pipelines.archive."""


class OutputUnwritable(ArchiveError):
    """The output folder cannot be made or written to. Raised by `Archive.open` and by every write."""


class DatabaseDamaged(ArchiveError):
    """The database is torn, or none at all; it is rebuilt from the files. Raised by `pipelines.archive.database`."""


class OutputLocked(ArchiveError):
    """Another process writes to the output folder. Raised by `Archive.open`."""


class StorageFailed(ArchiveError):
    """A storage cannot be reached, refuses, or does not hold what it should. Raised by `pipelines.remote`."""


class LeaseLost(ArchiveError):
    """A lease ended while its holder worked: it must do no more. Raised by `pipelines.archive.lease`."""


class ClusterLost(ArchiveError):
    """The scheduler does not answer, for all patience. Raised by `pipelines.cluster`."""


class BadWarc(ArchiveError):
    """A WARC or WACZ file is empty, damaged or not one at all. Raised when it is read."""


class Withdrawn(BadWarc):
    """What was captured there was withdrawn: a tombstone lies in its place. Raised where a capture is read."""


class TookTooLong(ArchiveError):
    """A look-up was given up after the time it was given. Raised by `Database` where it is bounded."""


class BadQuery(ArchiveError):
    """A search that cannot be made as it is asked; the message is for who asked. Raised by pipelines.search."""


class ExtraMissing(ArchiveError):
    """A library that is installed on request only is missing; the message says how. Raised by what needs it."""


class Dropped(Exception):
    """An article that is not stored. Raised by the item pipelines; `reason` is what reports count."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
