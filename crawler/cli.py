"""Console script `luutin`: Scrapy's command line with our settings and commands."""

from __future__ import annotations

import os
import sys

from crawler.errors import BadPortal


def main(argv: list[str] | None = None) -> None:
    """Run one command. Exits 0 ok, 1 error, 2 usage, 3 an expectation failed, 4 blocked."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    from scrapy.cmdline import execute

    try:
        execute(argv if argv is None else ["luutin", *argv])
    except BadPortal as error:  # a portal file that breaks the contract stops every command
        sys.stderr.write(f"luutin: {error}\n")
        sys.exit(1)
    except BrokenPipeError:  # `luutin list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
