"""The files that make a crawl run by itself: systemd units, a line of crontab, a compose file."""

from __future__ import annotations

import json

from crawler.errors import BadArgument
from crawler.scheduling import Job, cron_times, on_calendar, quoted, shell

STOP_SECONDS = 180
"""A page that is being fetched is waited for; then the archive is closed."""
MEMORY = "2G"
"""Of the crawl and the processes that read attachments."""
MAX_CRON_CHARS = 998
"""Debian's cron takes no longer command."""
TEMPORARY = ("/tmp", "/var/tmp")  # noqa: S108 - where nothing is to be kept

_SERVICE = """\
# Written by `luutin schedule systemd`.
[Unit]
Description=Lưu Tin: crawl of {what}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User={user}
Environment={environment}
ExecStart={command}
# SIGTERM ends a run in order. Exit codes 3 (an expectation failed) and 4 (blocked) leave the unit failed, to be seen
KillMode=mixed
TimeoutStopSec={stop}
Nice=10
IOSchedulingClass=idle

ReadWritePaths={output}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
NoNewPrivileges=yes
CapabilityBoundingSet=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0022
MemoryMax={memory}
TasksMax=1024
LimitNOFILE=8192
"""
_TIMER = """\
# Written by `luutin schedule systemd`.
[Unit]
Description=Lưu Tin: when to crawl {what}

[Timer]
OnCalendar={calendar}
RandomizedDelaySec={jitter}
Persistent=yes

[Install]
WantedBy=timers.target
"""
_CRON = """\
# Written by `luutin schedule cron`: Lưu Tin, crawl of {what}. What a run says is mailed to MAILTO, as cron does.
{times} {command}
"""
_LOOP = "trap 'kill $!; wait $!; exit' TERM INT; while :; do luutin \"$@\" & wait $!; sleep {seconds} & wait $!; done"
"""POSIX shell: run, pause, again; told to stop, it tells what it waits for."""
_HARDENED = """\
    read_only: true
    tmpfs: [/tmp]
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
"""
_CRAWL = f"""\
  crawl:
    image: luutin
    init: true
    restart: unless-stopped
    stop_grace_period: {{stop}}s
    entrypoint: [sh, -c, {{loop}}, luutin]
    command: {{command}}
    environment:
      LUUTIN_CONTACT: {{contact}}
    volumes: {{crawled}}
{_HARDENED}"""
_SERVE = f"""\
  serve:
    image: luutin
    restart: unless-stopped
    command: [serve]
    network_mode: host  # it listens on 127.0.0.1:8017 of this machine, and nowhere else
    volumes: {{served}}
{_HARDENED}"""
_COMPOSE = f"""\
# Written by `luutin schedule compose`: Lưu Tin, crawl of {{what}} every {{every}} h, and the archive on this machine.
name: luutin
services:
{_CRAWL}    mem_limit: {{memory}}
{_SERVE}"""

_ONE_MORE = (
    "trap 'kill $!; wait $!; exit' TERM INT; while :; do luutin \"$@\" & wait $!; luutin merge /output/parts/*/ & "
)
_CLUSTER_LOOP = f"{_ONE_MORE}wait $!; sleep {{seconds}} & wait $!; done"
"""As _LOOP, and what each portal's crawl has is joined into one archive."""
_CLUSTER = f"""\
# Written by `luutin schedule cluster`: Lưu Tin, crawl of {{what}} every {{every}} h by workers of a cluster, and the
# archive on this machine. docker compose up --scale worker=8 has eight of them, up to eight portals each at a time.
# Whoever reaches the scheduler can run any code here: its port is published nowhere. Workers on other machines take a
# network of their own (an overlay of Swarm, a VPN) and the same storage at the same path.
name: luutin
services:
  scheduler:
    image: luutin
    restart: unless-stopped
    entrypoint: [dask, scheduler, --port, "{{port}}", --no-dashboard]
{_HARDENED}  worker:
    image: luutin
    init: true
    restart: unless-stopped  # also where the scheduler ends: a worker ends with it
    stop_grace_period: {{stop}}s
    entrypoint: [dask, worker, "scheduler:{{port}}", --nthreads, "1", --no-nanny, --no-dashboard,
                 --local-directory, /tmp]
    deploy: {{{{replicas: {{workers}}}}}}
    environment:
      LUUTIN_CONTACT: {{contact}}
    volumes: {{served}}
{_HARDENED}    mem_limit: {{memory}}
{_CRAWL}{_SERVE}"""
WORKERS = 3
PORT = 8786
"""Of Dask's scheduler, as it is by default."""


def systemd(job: Job, user: str) -> dict[str, str]:
    """A service and its timer, by file name; the service is kept from all but the network and the output folder.

    A timer starts no service that still runs. Raises BadArgument.
    """
    if any(job.output.is_relative_to(place) for place in TEMPORARY):
        raise BadArgument(f"--output {job.output}: a unit has a /tmp of its own, which ends with it. Name another.")
    environment = " ".join(map(quoted, (f"LUUTIN_OUTPUT={job.output}", f"LUUTIN_CONTACT={job.contact}")))
    service = _SERVICE.format(
        what=job.what.replace("%", "%%"),
        user=user,
        environment=environment,
        command=" ".join(quoted(word).replace("$", "$$") for word in job.command),
        stop=STOP_SECONDS,
        output=quoted(str(job.output)),
        memory=MEMORY,
    )
    jitter = "5min" if job.times.every == 1 else "15min"
    timer = _TIMER.format(what=job.what.replace("%", "%%"), calendar=on_calendar(job.times), jitter=jitter)
    return {f"{job.name}.service": service, f"{job.name}.timer": timer}


def cron(job: Job) -> dict[str, str]:
    """A line of a user's crontab, by the file's name. Raises BadArgument where it is longer than cron takes."""
    settings = (f"LUUTIN_OUTPUT={job.output}", f"LUUTIN_CONTACT={job.contact}")
    # a % ends the command unless escaped; the pause is a number, as cron's shell may be any
    command = f"sleep {job.second} && env {shell((*settings, *job.command))}".replace("%", "\\%")
    if len(command.encode()) > MAX_CRON_CHARS:
        raise BadArgument(f"a line of {len(command)} characters is too long for cron: put them into a list, --file")
    return {f"{job.name}.cron": _CRON.format(what=job.what, times=cron_times(job.times), command=command)}


def compose(job: Job) -> dict[str, str]:
    """A compose file that crawls, pauses and crawls again, and serves the archive."""
    return {"compose.yaml": _composed(job, _COMPOSE, _LOOP, ())}


def cluster(job: Job) -> dict[str, str]:
    """The same by the workers of a cluster, each portal in a folder of its own, which are joined after each crawl."""
    return {"compose.yaml": _composed(job, _CLUSTER, _CLUSTER_LOOP, ("--engine", f"dask://scheduler:{PORT}"))}


def _composed(job: Job, template: str, loop: str, options: tuple[str, ...]) -> str:
    seconds = job.times.every * 3600
    listed = job.listed
    words = ["/portals" if listed and word == str(listed) else word for word in job.command[1:]]
    words += options
    mounts = [{"type": "bind", "source": str(job.output), "target": "/output"}]
    reads = [{"type": "bind", "source": str(listed), "target": "/portals", "read_only": True}] if listed else []
    return template.format(
        what=job.what,
        every=job.times.every,
        stop=STOP_SECONDS,
        loop=_scalar(loop.format(seconds=seconds)),
        command=_scalar(words),
        contact=_scalar(job.contact),
        crawled=_scalar([*mounts, *reads]),
        served=_scalar(mounts),
        memory=MEMORY.lower(),
        workers=WORKERS,
        port=PORT,
    )


def _scalar(value: object) -> str:
    """A value of YAML, in the form it shares with JSON; compose would replace what follows a single dollar."""
    return json.dumps(value, ensure_ascii=False).replace("$", "$$")
