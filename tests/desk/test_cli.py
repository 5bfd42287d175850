"""The commands of `python -m desk`: most are called, some are real processes."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from actions.officers.model import TERMINAL, Role
from actions.officers.register import Officers
from actions.settings import PROJECT
from actions.tickets.database import open_database
from actions.tickets.personal import read_or_make_key
from desk.cli import main

_PASSWORD = re.compile(r"one-time password of (\S+), shown only now: (\S+)\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_database: Path) -> Path:
    """DATA_DIR of the commands, with an empty database."""
    (tmp_path / "tickets.sqlite").write_bytes(empty_database.read_bytes())
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    for name in ("DATABASE_URL", "PERSONAL_KEY", "AUDIT_DAYS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@contextmanager
def _officers(folder: Path, before: timedelta = timedelta()) -> Iterator[Officers]:
    key, _ = read_or_make_key("", folder / "personal.key")
    with closing(open_database(f"sqlite:///{folder / 'tickets.sqlite'}")) as database:
        yield Officers(database, key, lambda: datetime.now(timezone.utc) - before)


def _run(*arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "desk", *arguments],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_in_real_processes_an_officer_is_added_signs_in_is_disabled_and_reset(folder: Path) -> None:
    environment = {"DATA_DIR": str(folder)}
    added = _run("officer", "add", "wang", "--name", "王海", "--bureau", "natural-resources", environment=environment)
    assert added.returncode == 0, added.stderr
    assert "keep a copy of" in added.stderr
    once = _PASSWORD.fullmatch(added.stdout)
    assert once is not None
    with _officers(folder) as officers:
        signed_in = officers.sign_in("wang", once[2], None, "x")
        assert (signed_in.officer.bureau, signed_in.officer.role) == ("市自然资源局", Role.OFFICER)
        assert _run("officer", "disable", "wang", environment=environment).returncode == 0
        assert officers.session(signed_in.token) is None
        assert [(row.officer, row.action) for row in officers.audit.page(limit=1)] == [(TERMINAL, "officer.disabled")]
    refused = _run("officer", "reset", "nobody", environment=environment)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "desk: 没有账号“nobody”。\n"


def test_officers_are_listed_with_what_there_is_to_say_of_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["officer", "add", "boss", "--name", "林", "--role", "administrator"]) == 0
    assert main(["officer", "add", "wang", "--name", "王海", "--bureau", "市税务局", "--role", "supervisor"]) == 0
    assert main(["officer", "disable", "wang"]) == 0
    capsys.readouterr()
    assert main(["officer", "list"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"boss +administrator - +林 +one-time password", first)
    assert re.fullmatch(r"wang +supervisor +市税务局 +王海 +disabled, one-time password", second)
    assert main(["officer", "enable", "wang"]) == 0
    with _officers(folder) as officers:
        assert officers.find("wang").is_active


def test_a_reset_gives_a_new_password_and_may_drop_the_second_factor(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["officer", "add", "boss", "--name", "林", "--role", "administrator"])
    first = _PASSWORD.search(capsys.readouterr().out)
    assert main(["officer", "reset", "boss", "--second-factor"]) == 0
    second = _PASSWORD.search(capsys.readouterr().out)
    assert first is not None
    assert second is not None
    assert first[2] != second[2]
    with _officers(folder) as officers:
        assert officers.sign_in("boss", second[2], None, "x").officer.must_change_password
        assert officers.audit.page(limit=2)[1].detail == "second factor dropped"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["officer", "add", "wang", "--name", "王", "--bureau", "火星局"], "火星局"),
        (["officer", "add", "wang", "--name", "王"], "所属单位"),
        (["officer", "add", "王", "--name", "王", "--bureau", "市税务局"], "小写字母"),
        (["officer", "disable", "nobody"], "nobody"),
        (["officer", "disable", "boss"], "最后一个"),
        (["audit", "export", "."], "exists"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    main(["officer", "add", "boss", "--name", "林", "--role", "administrator"])
    capsys.readouterr()
    assert main(arguments) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("desk: ")
    assert said in told.err
    assert told.err.count("\n") == 1


def test_a_database_out_of_reach_is_told(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/none")
    assert main(["officer", "list"]) == 1
    told = capsys.readouterr().err
    assert "see DATABASE_URL" in told
    assert "secret" not in told


def test_the_log_is_verified_against_what_was_noted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify"]) == 0
    assert capsys.readouterr().out == "the audit log is empty\n"
    main(["officer", "add", "boss", "--name", "林", "--role", "administrator"])
    capsys.readouterr()
    assert main(["audit", "verify"]) == 0
    mark = re.search(r"note down for the next time: (1:[0-9a-f]{64})\n", capsys.readouterr().out)
    assert mark is not None
    assert main(["audit", "verify", "--noted", mark[1]]) == 0
    assert main(["audit", "verify", "--noted", f"1:{'0' * 64}"]) == 1
    assert "第1条" in capsys.readouterr().err
    with closing(open_database(f"sqlite:///{folder / 'tickets.sqlite'}")) as database, database.writing() as connection:
        connection.exec_driver_sql("UPDATE audit_log SET subject = 'wang'")
    assert main(["audit", "verify"]) == 1
    assert "tampered with: 第1条" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["audit", "verify", "--noted", "nonsense"])


def test_the_log_is_exported_to_a_new_file_for_its_owner_or_to_standard_output(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["officer", "add", "boss", "--name", "林", "--role", "administrator"])
    file = folder / "log.jsonl"
    assert main(["audit", "export", str(file)]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(row["sequence"], row["officer"], row["action"]) for row in rows] == [
        (1, TERMINAL, "officer.added"),
        (2, TERMINAL, "log.exported"),
    ]
    before = file.read_bytes()
    assert main(["audit", "export", str(file)]) == 1
    assert file.read_bytes() == before
    capsys.readouterr()
    assert main(["audit", "export", "--form", "csv"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.endswith("序号,时间,账号,操作,对象,单位,说明,校验码")
    assert [line.split(",")[3] for line in lines] == ["officer.added", "log.exported", "log.exported"]


def test_old_rows_are_dropped_by_the_days_that_are_set(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with _officers(folder, timedelta(days=200)) as officers:
        officers.ensure_administrator()
    assert main(["audit", "prune"]) == 0
    assert "0 rows dropped that were older than 365 days" in capsys.readouterr().out
    monkeypatch.setenv("AUDIT_DAYS", "184")
    assert main(["audit", "prune"]) == 0
    assert "1 rows dropped" in capsys.readouterr().out
    assert main(["audit", "verify"]) == 0
    monkeypatch.setenv("AUDIT_DAYS", "30")
    assert main(["audit", "prune"]) == 1
    assert "at least 184 days" in capsys.readouterr().err
