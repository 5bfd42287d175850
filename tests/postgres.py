"""A PostgreSQL server for the tests: private, on a free loopback port, thrown away afterwards.

The programs are what `make postgres` finds or installs. No cluster of the machine is touched.
"""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2  # type: ignore[import-untyped]
import pytest
from psycopg2 import sql

PROGRAMS = ("initdb", "pg_ctl", "postgres")
DEBIAN = Path("/usr/lib/postgresql")
# macOS has no C.UTF-8. Both sort by code point; they differ in the case of letters beyond ASCII only.
LOCALE = "C" if sys.platform == "darwin" else "C.UTF-8"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # Debian's default place belongs to the user postgres
    "fsync": "off",  # the cluster does not outlive the tests; what transactions promise each other stays the same
    "timezone": "Asia/Shanghai",  # as in Zhanjiang: what silently counts on a server in UTC shows itself
}
PORT_TRIES = 3


class ServerFailed(Exception):
    """A program of PostgreSQL failed; the text has its output and the server's log."""


def find_binaries() -> Path | None:
    """The folder with the server's programs: of the `postgres` on PATH, else of the newest that Debian has; None without any."""
    found = shutil.which("postgres")
    on_path = [Path(found).resolve().parent] if found else []
    versions = [folder for folder in DEBIAN.glob("*/bin") if folder.parent.name.isdecimal()]
    newest_first = sorted(versions, key=lambda folder: int(folder.parent.name), reverse=True)
    for folder in [*on_path, *newest_first]:
        if all(os.access(folder / name, os.X_OK) for name in PROGRAMS):
            return folder
    return None


@contextmanager
def server_or_skip() -> Iterator[str]:
    """A running server's URL, for a fixture. Where there are no programs, skips its tests, but fails them where CI=true."""
    if find_binaries() is None:
        reason = "no PostgreSQL server here: run `make postgres`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    # Not pytest's own folder, which is closed to the user that the server runs as.
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder, running_cluster(Path(folder)) as url:
        yield url


@contextmanager
def running_cluster(folder: Path) -> Iterator[str]:
    """Makes a cluster in an empty folder, starts it and gives its URL; stops it at the end, whatever happened.

    As root, the folder is given to the user `postgres` (or `nobody`), whose way there must be open. Raises ServerFailed.
    """
    server = _Server(folder, _server_user())
    server.call("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", f"--locale={LOCALE}")
    try:
        yield f"postgresql+psycopg2://postgres@127.0.0.1:{server.start()}/postgres"
    finally:
        server.stop()


def fresh_database(server_url: str, template: str | None = None) -> str:
    """Makes a new database and returns its URL. `template`: URL of a database to copy, to which nobody may be connected."""
    name = f"test_{uuid.uuid4().hex}"
    source = _database(template) if template else "template1"
    _command(server_url, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))
    return urlsplit(server_url)._replace(path=f"/{name}").geturl()


def drop_database(server_url: str, url: str) -> None:
    """Drops a database that `fresh_database` made; whoever is still connected to it is cut off."""
    _command(server_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(_database(url))))


def libpq_url(url: str) -> str:
    """The URL as psycopg2 itself reads it, without SQLAlchemy's name of the driver."""
    return url.replace("postgresql+psycopg2://", "postgresql://", 1)


def _database(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _command(server_url: str, statement: sql.Composed) -> None:
    with closing(psycopg2.connect(libpq_url(server_url))) as connection:
        connection.autocommit = True  # databases cannot be made or dropped within a transaction
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _server_user() -> pwd.struct_passwd | None:
    """Whom to start the server as: PostgreSQL refuses root. None: as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Server:
    """The programs of PostgreSQL at work on one folder."""

    def __init__(self, folder: Path, user: pwd.struct_passwd | None) -> None:
        binaries = find_binaries()
        if binaries is None:
            raise ServerFailed("no PostgreSQL server here: run `make postgres`")
        self._binaries, self._folder, self._user = binaries, folder, user
        self._log = folder / "server.log"
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)

    def call(self, program: str, *arguments: str) -> None:
        """Runs one program to its end. Raises ServerFailed."""
        done = subprocess.run(
            [self._binaries / program, f"--pgdata={self._folder / 'cluster'}", *arguments],
            cwd=self._folder,  # ours may be closed to that user
            env={name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))} | {"LC_ALL": "C"},
            user=self._user and self._user.pw_uid,
            group=self._user and self._user.pw_gid,
            extra_groups=() if self._user else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=90,  # pg_ctl itself waits 60 s and then says what is wrong
            check=False,
        )
        if done.returncode != 0:
            raise ServerFailed(f"{program}: {done.stdout}\n{self._read_log()}")

    def start(self) -> int:
        """Starts the server and returns its port once it takes connections."""
        for remaining in reversed(range(PORT_TRIES)):
            port = _free_port()
            options = shlex.join(f"--{name}={value}" for name, value in {**SETTINGS, "port": port}.items())
            try:
                self.call("pg_ctl", "start", "--wait", f"--log={self._log}", f"--options={options}")
            except ServerFailed:
                # Another process may have taken the port since we looked.
                if not remaining or "Address already in use" not in self._read_log():
                    raise
            else:
                return port
        raise AssertionError("the last try returns or raises")

    def stop(self) -> None:
        """Stops the server without ceremony, if it runs: its files are thrown away."""
        if (self._folder / "cluster" / "postmaster.pid").exists():
            self.call("pg_ctl", "stop", "--wait", "--mode=immediate")

    def _read_log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""
