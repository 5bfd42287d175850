"""What has to hold before anything is built or started."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from bot.settings import Settings

NEEDED_FREE_BYTES = 300 * 1024 * 1024


class CannotStart(Exception):
    """Something is in the way; the text is one line saying what, and what to do."""


def check(settings: Settings) -> None:
    """Raises CannotStart where a port is taken or the disk is nearly full."""
    for name, host, port in (
        ("PORT", settings.host, settings.port),
        ("RASA_PORT", "127.0.0.1", settings.rasa_port),
        ("ACTION_PORT", "127.0.0.1", settings.action_port),
    ):
        check_port(name, host, port)
    check_disk(settings.data_dir)


def check_port(name: str, host: str, port: int) -> None:
    """Raises CannotStart if nothing can listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotStart(f"cannot listen on {host}:{port} ({reason}); set {name} to another one") from error


def check_disk(folder: Path, needed: int = NEEDED_FREE_BYTES) -> None:
    """Raises CannotStart if too little is free where the folder is or will be."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise CannotStart(f"{free >> 20} MiB are free at {folder}, {needed >> 20} MiB are needed; free some or set DATA_DIR")
