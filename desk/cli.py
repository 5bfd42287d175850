"""The commands of `python -m desk`. Each prints what it did, or one line that says why not, with exit code 1."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from actions.office.live import OfficeFiles, read_office
from actions.officers.chain import Mark
from actions.officers.errors import OfficerError
from actions.officers.model import TERMINAL, Role
from actions.officers.records import Form
from actions.officers.register import Officers
from actions.settings import SettingError, TicketSettings, read_ticket_settings
from actions.tickets.database import DatabaseUnavailable, open_database
from actions.tickets.personal import PersonalKeyError, read_or_make_key
from desk.settings import read_desk_settings
from knowledge.errors import KnowledgeError
from knowledge.plan import read_bureau_names, read_plan
from knowledge.sources import FOLDER


def main(arguments: list[str] | None = None) -> int:
    """Run one command."""
    chosen = _parser().parse_args(arguments)
    try:
        settings = read_ticket_settings(os.environ)
        outcome: int = chosen.run(chosen, settings)
    except DatabaseUnavailable as error:
        print(f"desk: the database cannot be used ({error}); see DATABASE_URL", file=sys.stderr)
        return 1
    except (SettingError, KnowledgeError, PersonalKeyError, OfficerError, ValueError, OSError) as error:
        print(f"desk: {error}", file=sys.stderr)
        return 1
    return outcome


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m desk", description="Officers and the audit log.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    officers = _group(commands, "officer", "who works at the desk")
    added = _add(officers, "add", _add_officer, "a new officer; prints a one-time password")
    added.add_argument("login", help="lower-case letters, digits, . _ -")
    added.add_argument("--name", required=True)
    added.add_argument("--bureau", default="", help="name or id; only administrators may have none")
    added.add_argument("--role", choices=[role.value for role in Role], default=Role.OFFICER.value)
    _add(officers, "list", _list_officers, "all officers, by bureau")
    _add(officers, "disable", _disable, "end all sessions, and let nobody sign in by it").add_argument("login")
    _add(officers, "enable", _enable, "undo that; the password stays").add_argument("login")
    reset = _add(officers, "reset", _reset, "a new one-time password; sessions end, a lock-out is lifted")
    reset.add_argument("login")
    reset.add_argument("--second-factor", action="store_true", help="drop the second factor too: its phone was lost")

    audit = _group(commands, "audit", "the log of what officers did")
    verified = _add(audit, "verify", _verify, "whether it is as it was written; prints what to note down for the next time")
    verified.add_argument("--noted", type=_mark, help="what it printed an earlier time (NUMBER:CODE)")
    exported = _add(audit, "export", _export, "all of it, oldest first")
    exported.add_argument("file", type=Path, nargs="?", help="a new file; standard output if not given")
    exported.add_argument("--form", choices=["jsonl", "csv"], default="jsonl", help="JSON lines, or a table that Excel opens")
    _add(audit, "prune", _prune, "drop what is older than AUDIT_DAYS")
    return parser


Run = Callable[[argparse.Namespace, TicketSettings], int]


def _add(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: Run, told: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=told, description=told)
    parser.set_defaults(run=run)
    return parser


def _group(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, told: str
) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    return commands.add_parser(name, help=told, description=told).add_subparsers(required=True, metavar="COMMAND")


def _mark(text: str) -> Mark:
    try:
        return Mark.read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("such as 128:0f3a…, as `audit verify` printed it") from error


@contextmanager
def _opened(settings: TicketSettings) -> Iterator[Officers]:
    key, was_made = read_or_make_key(settings.personal_key, settings.personal_key_file)
    if was_made:
        # Not on standard output, which may be an export.
        print(f"a key for personal information was made: keep a copy of {settings.personal_key_file} apart", file=sys.stderr)
    database = open_database(settings.database)
    try:
        yield Officers(database, key)
    finally:
        database.close()


def _add_officer(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    bureau = _bureau_name(settings, chosen.bureau) if chosen.bureau else ""
    with _opened(settings) as officers:
        password = officers.add(chosen.login, chosen.name, bureau, Role(chosen.role), TERMINAL)
    print(f"one-time password of {chosen.login}, shown only now: {password}")
    return 0


def _list_officers(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _opened(settings) as officers:
        for one in officers.everyone():
            notes = [
                note
                for note, holds in (
                    ("disabled", not one.is_active),
                    ("one-time password", one.must_change_password),
                    ("second factor", one.has_second_factor),
                )
                if holds
            ]
            print(f"{one.login:<20} {one.role.value:<13} {one.bureau or '-'}  {one.name}  {', '.join(notes)}".rstrip())
    return 0


def _disable(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _opened(settings) as officers:
        officers.disable(chosen.login, TERMINAL)
    print(f"{chosen.login}: disabled, signed out everywhere")
    return 0


def _enable(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _opened(settings) as officers:
        officers.enable(chosen.login, TERMINAL)
    print(f"{chosen.login}: enabled")
    return 0


def _reset(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _opened(settings) as officers:
        password = officers.reset(chosen.login, TERMINAL, chosen.second_factor)
    print(f"one-time password of {chosen.login}, shown only now: {password}")
    return 0


def _verify(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _opened(settings) as officers:
        head = officers.audit.head()
        broken = officers.audit.verify(chosen.noted)
    if broken is not None:
        print(f"desk: the audit log was tampered with: {broken}", file=sys.stderr)
        return 1
    print("the audit log is empty" if head is None else f"the audit log is as it was written; note down for the next time: {head}")
    return 0


def _export(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _opened(settings) as officers:
        if chosen.file is None:
            sys.stdout.writelines(_exported(officers, chosen.form))
            return 0
        # Its own line ends are in it already.
        with os.fdopen(os.open(chosen.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="") as out:
            out.writelines(_exported(officers, chosen.form))
    print(f"written to {chosen.file}")
    return 0


def _exported(officers: Officers, form: Form) -> Iterator[str]:
    officers.audit.note(TERMINAL, "log.exported", detail=form)
    yield from officers.audit.export(form=form)


def _prune(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    audit_days = read_desk_settings(os.environ).audit_days
    with _opened(settings) as officers:
        dropped = officers.audit.prune(audit_days)
    print(f"{dropped} rows dropped that were older than {audit_days} days")
    return 0


def _bureau_name(settings: TicketSettings, written: str) -> str:
    plan = read_plan(FOLDER / "plan" / "plan.yml")
    names = read_bureau_names(FOLDER / "plan" / "bureaus.yml")
    files = OfficeFiles(settings.bureaus_file, settings.tracks_folder, settings.consent_file)
    directory = read_office(files, plan, names, os.environ).directory
    bureau = directory.by_id.get(written) or directory.by_name.get(written)
    if bureau is None:
        raise ValueError(f"there is no bureau {written!r}")
    return bureau.name
