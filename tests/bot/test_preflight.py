"""What has to hold before a start."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bot.start.preflight import CannotStart, check_disk, check_port


def test_a_free_port_and_a_roomy_disk_are_fine(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    check_port("PORT", "127.0.0.1", port)
    check_disk(tmp_path / "not" / "yet" / "there", needed=1)


def test_a_full_disk_is_named_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"MiB are free at .*, 1073741824 MiB are needed; free some or set DATA_DIR"):
        check_disk(tmp_path, needed=1 << 50)


def test_an_address_that_is_not_ours_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"cannot listen on 203\.0\.113\.1:80.*set PORT"):
        check_port("PORT", "203.0.113.1", 80)
