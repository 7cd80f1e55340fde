"""Console script `luutin`: Scrapy's command line with our settings and commands."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from crawler import commands

if TYPE_CHECKING:
    from scrapy.settings import Settings


def main(argv: list[str] | None = None) -> None:
    """Run one command. Exits 0 ok, 1 error, 2 usage, 3 an expectation failed, 4 blocked."""
    words = sys.argv if argv is None else ["luutin", *argv]
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    gc.disable()  # what is imported lives to the end: to look through it again and again is a third of the start
    from scrapy.cmdline import execute

    from crawler.errors import BadPortal

    settings = _settings(words[1:])
    gc.freeze()
    gc.enable()
    atexit.register(gc.freeze)  # nor need it be looked through at the end
    try:
        execute(words, settings)
    except BadPortal as error:  # a portal file that breaks the contract stops every command
        sys.stderr.write(f"luutin: {error}\n")
        sys.exit(1)
    except BrokenPipeError:  # `luutin list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _settings(words: list[str]) -> Settings | None:
    """The project's settings, with no command but the one asked for; None where that is none of ours.

    Scrapy imports every command there is to run one; `luutin report` need not wait for what a crawl is made of.
    """
    verb = next((word for word in words if not word.startswith("-")), "")
    if verb not in {module.name for module in iter_modules(commands.__path__)}:
        return None
    from scrapy.utils.project import get_project_settings

    settings = get_project_settings()
    if settings["COMMANDS_MODULE"] == commands.__name__:
        settings.set("COMMANDS_MODULE", import_module(f"{commands.__name__}.{verb}").__name__, priority="project")
    return settings
