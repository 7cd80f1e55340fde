"""`luutin schedule`: what it writes is read by the programs it is for, whatever stands in paths and contacts."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from conftest import CommandLine
from cronsim import CronSim

AWKWARD = "/srv/tin tức/o\"x%y $HOME '; rm"
REACH = "https://vien.example"
CONTACT = "https://thuvien.example/lien-he?100%$USER&\"a\"='b'\\n;"
LUUTIN = str(Path(sys.executable).with_name("luutin"))
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday


def cron_line(out: str) -> tuple[str, str]:
    """Times and command, as cron gives it to the shell."""
    (line,) = [line for line in out.splitlines() if line and not line.startswith("#")]
    *times, command = line.split(" ", 5)
    return " ".join(times), command.replace("\\%", "%")


class TestSystemd:
    @pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
    @pytest.mark.parametrize("every", ["hourly", "daily", "12h", "weekly"])
    def test_systemd_takes_the_units_as_they_are_meant(self, luutin: CommandLine, tmp_path: Path, every: str) -> None:
        made = luutin(
            "schedule", "systemd", "baocamau", "--every", every, "--into", str(tmp_path), "--output", AWKWARD,
            "--contact", CONTACT,
        )  # fmt: skip
        assert made.code == 0, made.err
        units = [str(tmp_path / "luutin.service"), str(tmp_path / "luutin.timer")]
        done = subprocess.run(["systemd-analyze", "verify", *units], check=False, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")

    def test_it_runs_what_it_should_and_writes_nowhere_else(self, luutin: CommandLine) -> None:
        made = luutin(
            "schedule", "systemd", "--all", "--at", "2:30", "--output", "/srv/tin", "--contact", "thu@vien.example"
        )
        lines = made.out.splitlines()
        assert f"ExecStart={LUUTIN} crawlall" in lines
        assert "Environment=LUUTIN_OUTPUT=/srv/tin LUUTIN_CONTACT=thu@vien.example" in lines
        assert "OnCalendar=*-*-* 02:30:00" in lines
        assert {"ReadWritePaths=/srv/tin", "ProtectSystem=strict", "NoNewPrivileges=yes", "PrivateTmp=yes"} < set(lines)
        assert any(line.startswith("MemoryMax=") for line in lines)
        assert any(line.startswith("RandomizedDelaySec=") for line in lines)

    def test_what_is_there_is_not_overwritten(self, luutin: CommandLine, tmp_path: Path) -> None:
        (tmp_path / "luutin.timer").write_text("mine")
        made = luutin(
            "schedule",
            "systemd",
            "--all",
            "--contact",
            REACH,
            "--into",
            str(tmp_path),
            "--output",
            "/srv/tin",
        )
        assert made.code == 2
        assert "luutin.timer is there already" in made.err
        assert [path.name for path in tmp_path.glob("luutin*")] == ["luutin.timer"]


class TestCron:
    def test_a_shell_gets_every_word_as_it_is(self, luutin: CommandLine, tmp_path: Path) -> None:
        url = "https://so.tinhthu.example/tin?a=1&b=%20'x'"
        _, command = cron_line(luutin("schedule", "cron", url, "--output", AWKWARD, "--contact", CONTACT).out)
        pause, _, rest = command.partition(" && ")
        assert pause.split()[0] == "sleep"
        assert 0 < int(pause.split()[1]) < 60
        assert shlex.split(rest)[-3:] == [LUUTIN, "crawlall", url]
        say = f'{sys.executable} -c "import os, sys; print(os.environ[sys.argv[1]])"'
        for name, value in (("LUUTIN_OUTPUT", AWKWARD), ("LUUTIN_CONTACT", CONTACT)):
            shown = subprocess.check_output(["sh", "-c", rest.replace(LUUTIN, f"{say} {name}")], text=True)
            assert shown == f"{value}\n"

    @pytest.mark.parametrize(
        ("every", "at", "hours"),
        [("daily", "02:30", [24]), ("12h", "14:05", [12, 12]), ("hourly", None, [1, 1]), ("weekly", "3:00", [168])],
    )
    def test_it_runs_as_often_as_asked(self, luutin: CommandLine, every: str, at: str | None, hours: list[int]) -> None:
        asked = ["--every", every, *(["--at", at] if at else [])]
        times, _ = cron_line(luutin("schedule", "cron", "baocamau", "--contact", REACH, *asked).out)
        runs = CronSim(times, NOON)
        first, *later = [next(runs) for _ in range(len(hours) + 1)]
        assert [round((b - a).total_seconds() / 3600) for a, b in zip([first, *later], later, strict=False)] == hours
        if at:
            assert first.strftime("%H:%M") in (at.zfill(5), "02:05")

    def test_the_minute_is_random_but_stays(self, luutin: CommandLine) -> None:
        def times(portal: str) -> str:
            return cron_line(luutin("schedule", "cron", portal, "--contact", REACH, "--output", "/srv/tin").out)[0]

        drawn = {portal: times(portal) for portal in ("baocamau", "baohatinh", "baophutho")}
        assert len(set(drawn.values())) == 3
        assert all(int(value.split()[1]) < 6 for value in drawn.values())
        assert times("baocamau") == drawn["baocamau"]

    def test_a_line_longer_than_cron_takes_is_refused(self, luutin: CommandLine) -> None:
        urls = [f"https://so{number}.tinhthu.example/trang-tin-tong-hop" for number in range(20)]
        made = luutin("schedule", "cron", *urls, "--contact", REACH)
        assert made.code == 2
        assert "--file" in made.err


class TestCompose:
    def made(self, luutin: CommandLine, *args: str) -> dict[str, dict[str, object]]:
        made = luutin("schedule", "compose", *args, "--contact", CONTACT, "--output", AWKWARD)
        assert made.code == 0, made.err
        services: dict[str, dict[str, object]] = yaml.safe_load(made.out)["services"]
        return services

    def test_it_crawls_and_serves_with_few_rights(self, luutin: CommandLine, tmp_path: Path) -> None:
        listed = tmp_path / "list"
        listed.write_text("baocamau\n")
        services = self.made(luutin, "--file", str(listed))
        assert services["crawl"]["command"] == ["crawlall", "--file", "/portals"]
        assert services["crawl"]["environment"] == {"LUUTIN_CONTACT": CONTACT.replace("$", "$$")}
        output = {"type": "bind", "source": AWKWARD.replace("$", "$$"), "target": "/output"}
        portals = {"type": "bind", "source": str(listed), "target": "/portals", "read_only": True}
        assert services["crawl"]["volumes"] == [output, portals]
        assert services["serve"]["volumes"] == [output]
        for service in services.values():
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])

    def test_the_loop_runs_again_and_passes_on_that_it_is_to_stop(self, luutin: CommandLine, tmp_path: Path) -> None:
        entry = self.made(luutin, "baocamau", "baohatinh", "--every", "2h")["crawl"]["entrypoint"]
        assert isinstance(entry, list)
        shell, flag, script, name = (word.replace("$$", "$") for word in entry)
        assert "sleep 7200" in script
        runs = tmp_path / "runs"
        stub = tmp_path / "luutin"
        stub.write_text(
            f'#!/bin/sh\necho "$*" >> {runs}\n[ "$(wc -l < {runs})" -lt 3 ] && exit 1\n'
            f"trap 'echo ended >> {runs}; exit 0' TERM\necho ready\nwhile :; do wait; done\n"
        )
        stub.chmod(0o755)
        process = subprocess.Popen(
            [shell, flag, script.replace("sleep 7200", "sleep 0"), name, "crawlall", "bao ca mau"],
            env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.terminate()
        process.communicate(timeout=60)
        assert runs.read_text().splitlines() == ["crawlall bao ca mau"] * 3 + ["ended"]


class TestCluster:
    def test_its_workers_see_what_the_crawl_writes_and_nobody_else_reaches_the_scheduler(
        self, luutin: CommandLine, tmp_path: Path
    ) -> None:
        made = luutin("schedule", "cluster", "baocamau", "--contact", CONTACT, "--output", AWKWARD)
        assert made.code == 0, made.err
        assert "EXTRAS=[cluster,remote]" in made.err
        services = yaml.safe_load(made.out)["services"]
        assert services["crawl"]["command"] == ["crawlall", "baocamau", "--engine", "dask://scheduler:8786"]
        assert services["worker"]["entrypoint"][:3] == ["dask", "worker", "scheduler:8786"]
        assert services["worker"]["volumes"] == services["crawl"]["volumes"] == services["serve"]["volumes"]
        assert services["worker"]["environment"] == services["crawl"]["environment"]
        assert services["worker"]["deploy"] == {"replicas": 3}
        for service in services.values():
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
            assert "ports" not in service

    def test_after_each_crawl_its_folders_are_joined(self, luutin: CommandLine, tmp_path: Path) -> None:
        made = luutin("schedule", "cluster", "baocamau", "--contact", REACH, "--output", AWKWARD)
        shell, flag, script, name = (
            word.replace("$$", "$") for word in yaml.safe_load(made.out)["services"]["crawl"]["entrypoint"]
        )
        runs, stub = tmp_path / "runs", tmp_path / "luutin"
        for portal in ("a", "b"):
            (tmp_path / "parts" / portal).mkdir(parents=True)
        stub.write_text(
            f'#!/bin/sh\necho "$*" >> {runs}\n[ "$(wc -l < {runs})" -lt 3 ] && exit 3\n'
            "echo ready\nwhile :; do wait; done\n"
        )
        stub.chmod(0o755)
        script = script.replace("sleep 86400", "sleep 0").replace("/output/", f"{tmp_path}/")
        process = subprocess.Popen(
            [shell, flag, script, name, "crawlall", "bao ca mau"],
            env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.terminate()
        process.communicate(timeout=60)
        parts = f"merge {tmp_path}/parts/a/ {tmp_path}/parts/b/"
        assert runs.read_text().splitlines() == ["crawlall bao ca mau", parts, "crawlall bao ca mau"]

    @pytest.mark.parametrize("service", ["scheduler", "worker"])
    def test_its_options_are_those_dask_has(self, luutin: CommandLine, service: str) -> None:
        made = luutin("schedule", "cluster", "baocamau", "--contact", REACH, "--output", AWKWARD)
        program, *words = yaml.safe_load(made.out)["services"][service]["entrypoint"]
        main = import_module(f"distributed.cli.dask_{service}").main
        assert (program, words[0]) == ("dask", service)
        with main.make_context("dask", words[1:]) as context:
            assert context.params["dashboard"] is False


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ([], "say what to write"),
        (["launchd", "baocamau"], "say what to write"),
        (["cron"], "name the portals"),
        (["cron", "baocamau", "--all"], "name the portals"),
        (["cron", "baocamauu"], "Did you mean baocamau?"),
        (["cron", "; reboot"], "there is no portal"),
        (["cron", "https://so.example/\n* * * * * x"], "printable"),
        (["cron", "--all", "--every", "5h"], "--every 5h"),
        (["cron", "--all", "--every", "0h"], "--every 0h"),
        (["cron", "--all", "--at", "24:00"], "--at 24:00"),
        (["cron", "--all", "--output", "a\nb"], "--output"),
        (["cron", "--all", "--contact", ""], "--contact"),
        (["compose", "--all", "--at", "2:00"], "--at"),
        (["systemd", "--all", "--name", "../luutin"], "--name"),
        (["systemd", "--all", "--user", "a b"], "--user"),
        (["systemd", "--all", "--output", "/tmp/tin"], "/tmp"),
        (["cron", "--file", "no-such-list"], "no-such-list"),
    ],
)
def test_bad_input_gets_one_clear_message(luutin: CommandLine, args: list[str], says: str) -> None:
    contact = [] if "--contact" in args else ["--contact", REACH]
    done = luutin("schedule", *args, *contact)
    assert done.code == 2
    assert says in done.err
    assert "Traceback" not in done.err
    assert not done.out or "schedule" not in done.out
