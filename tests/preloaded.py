"""`luutin` without its start: one process has imported everything, and each command is a fork of it.

To start Python and import what a crawl needs takes a second, measured by coverage two, and the tests run some four
hundred commands. A fork is a process of its own all the same: with its own arguments, environment, output and end.
That commands start from nothing as well is what test_starting.py asserts.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from subprocess import DEVNULL
from typing import BinaryIO

import coverage

HERE = Path(__file__).parent
LUUTIN = str(Path(sys.executable).with_name("luutin"))
"""The console script."""
START_SECONDS = 60
MEASURED = "COVERAGE_PROCESS_CONFIG"
"""Where coverage is measured, it tells what Python starts by this. Without it, a fork is not measured either."""


class Started:
    """A command that runs: what tests need of a `subprocess.Popen`."""

    def __init__(self, told: socket.socket, out: BinaryIO, err: BinaryIO) -> None:
        self._told, self._out, self._err = told, out, err
        self._told.settimeout(START_SECONDS)
        self._lines = told.makefile()
        self.pid = self._said()
        self.returncode: int | None = None

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float) -> tuple[str, str]:
        """What it wrote on stdout and stderr, once it has ended. Raises TimeoutError."""
        self._told.settimeout(timeout)
        try:
            self.returncode = self._said()
        except TimeoutError:
            self.kill()
            raise
        finally:
            self._lines.close()
            self._told.close()
        return _text(self._out), _text(self._err)

    def _said(self) -> int:
        with contextlib.suppress(ConnectionResetError):
            if line := self._lines.readline():
                return int(line)
        raise ChildProcessError("the process commands are forked from has ended: its stderr says why")


def _text(file: BinaryIO) -> str:
    with file:
        file.seek(0)
        return file.read().decode()


class Preloaded:
    """Starts commands; the process they are forked from is begun by the first and ended by `close`."""

    _process: subprocess.Popen[bytes]

    def __init__(self) -> None:
        self._channel: socket.socket | None = None

    def start(self, args: list[str], env: dict[str, str], stderr: int | None = None) -> Started:
        """`luutin ARGS` in the repository; `stderr` is where that goes instead of to `Started.communicate`.

        Raises ValueError where `env` would have Python itself start otherwise: that takes a start of its own.
        """
        if not suits(env):
            raise ValueError("PYTHON… in the environment says how to start: run it `afresh`")
        told, teller = socket.socketpair()
        out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - `communicate` closes them
        with teller:
            fds = [teller.fileno(), out.fileno(), stderr or err.fileno()]
            socket.send_fds(self._begun(), [b"."], fds)
            told.sendall(json.dumps([args, env]).encode() + b"\n")
        return Started(told, out, err)

    def _begun(self) -> socket.socket:
        if self._channel is not None and self._process.poll() is not None:
            self.close()  # begun anew, it tells the next test as well what is wrong
        if self._channel is None:
            self._channel, theirs = socket.socketpair()
            with theirs:
                command = [sys.executable, __file__, str(theirs.fileno())]
                self._process = subprocess.Popen(
                    command, cwd=HERE.parent, stdin=DEVNULL, stdout=DEVNULL, pass_fds=[theirs.fileno()]
                )
        return self._channel

    def close(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
            self._process.wait(START_SECONDS)


PRELOADED = Preloaded()


def _of_python(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith("PYTHON")}


BEGUN_WITH = _of_python(os.environ)


def suits(env: Mapping[str, str]) -> bool:
    """Whether Python would start in `env` as the process commands are forked from has."""
    return _of_python(env) == BEGUN_WITH


def _serve(channel: socket.socket) -> list[str]:
    """Fork for each command that is asked for, and tell how each ended; in a fork, return its arguments."""
    args: list[str]
    woken, wakes = socket.socketpair()
    wakes.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes.fileno())
    running: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([channel, woken], [], [])
        if woken in ready:
            woken.recv(4096)
            for pid in list(running):
                ended, status = os.waitpid(pid, os.WNOHANG)
                if ended:
                    with running.pop(pid) as teller, contextlib.suppress(BrokenPipeError):
                        teller.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        if channel in ready:
            _, fds, _, _ = socket.recv_fds(channel, 1, 3)
            if not fds:
                atexit.unregister(_leave)
                sys.exit()
            teller, out, err = socket.socket(fileno=fds[0]), *fds[1:]
            with teller.makefile() as asked:
                args, env = json.loads(asked.readline())
            if pid := os.fork():
                teller.sendall(b"%d\n" % pid)
                os.close(out)
                os.close(err)
                running[pid] = teller
                continue
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for held in (channel, woken, wakes, teller, *running.values()):
                held.close()
            _become(out, err, env)
            return args


def _become(out: int, err: int, env: dict[str, str]) -> None:
    for fd, place in ((out, 1), (err, 2)):
        os.dup2(fd, place)
        os.close(fd)
    os.environ.clear()
    os.environ.update(env)
    coverage.process_startup(force=True)  # where it is measured


def _preload() -> None:
    """Import what any verb needs, and keep the collector from ever looking at it again: a fork shares what is not."""
    for package in ("crawler", "pipelines", "scrapy.commands"):
        for module in walk_packages(import_module(package).__path__, f"{package}."):
            import_module(module.name)
    import_module("scrapy.cmdline")
    defaults = import_module("scrapy.settings.default_settings")
    for parts in (defaults.EXTENSIONS_BASE, defaults.DOWNLOADER_MIDDLEWARES_BASE, defaults.SPIDER_MIDDLEWARES_BASE):
        for path in parts:
            import_module(path.rpartition(".")[0])
    for name in ("dupefilters", "logformatter", "pqueues", "squeues", "statscollectors"):
        import_module(f"scrapy.{name}")
    import_module("pipelines.report.page")._template()  # a tenth of a second of every crawl
    os.environ.pop(MEASURED, None)  # to begin measuring takes a fifth of a second: only a fork that is measured does
    if measuring := coverage.Coverage.current():
        measuring.stop()
    gc.collect()
    gc.freeze()


def _run(words: list[str]) -> int:
    """As the console script does; the exit code."""
    from crawler.cli import main

    sys.argv = [LUUTIN, *words]
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def _leave() -> None:
    """End once all else that is to be done at exit is, without taking apart every module."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(CODE)


if __name__ == "__main__":
    CODE = 1
    atexit.register(_leave)
    sys.path.remove(str(HERE))
    _preload()
    CODE = _run(_serve(socket.socket(fileno=int(sys.argv[1]))))
