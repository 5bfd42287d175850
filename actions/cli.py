"""The commands of `python -m actions`. Each prints what it did, or one line that says why not, with exit code 1."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from actions.backup import BackupError, back_up, restore
from actions.delivery import outbox
from actions.delivery.delivering import delivering
from actions.delivery.model import DeliveryState
from actions.logs import open_logger
from actions.office.live import OfficeFiles, read_office
from actions.registry import Registry, open_registry
from actions.settings import SettingError, TicketSettings, read_ticket_settings
from actions.simulator import read_behaviours, run_simulator
from actions.stop import stop_by_signal
from actions.tickets.database import DatabaseUnavailable, open_database
from actions.tickets.model import State, TicketError
from actions.tickets.personal import PersonalKeyError
from actions.tickets.register import utc_now
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
        print(f"actions: the database cannot be used ({error}); see DATABASE_URL", file=sys.stderr)
        return 1
    except (SettingError, KnowledgeError, PersonalKeyError, TicketError, BackupError, ValueError, OSError) as error:
        print(f"actions: {error}", file=sys.stderr)
        return 1
    return outcome


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m actions", description="Leads, tickets and deliveries.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "check", _check, "look over bureaus, tracks and consent text")
    _add(commands, "worker", _worker, "deliver, without anything else; any number of them may run")

    deliveries = _group(commands, "deliveries", "what is sent to bureaus")
    listing = _add(deliveries, "list", _list_deliveries, "the latest deliveries, newest first")
    listing.add_argument("--state", choices=[state.value for state in DeliveryState], help="only those that stand there")
    listing.add_argument("--limit", type=int, default=50)
    again = _add(deliveries, "resend", _resend, "send again, under the same webhook-id")
    again.add_argument("ids", nargs="*", metavar="WEBHOOK_ID")
    again.add_argument("--failed", action="store_true", help="all that were given up")
    _add(deliveries, "attempts", _attempts, "all attempts of one delivery").add_argument("id", metavar="WEBHOOK_ID")

    endpoints = _group(commands, "endpoints", "bureaus' endpoints that take nothing any more")
    _add(endpoints, "list", _list_endpoints, "those that are disabled, with the reason")
    _add(endpoints, "enable", _enable, "send to a bureau again, beginning with what waits").add_argument("bureau", help="name or id")

    tickets = _group(commands, "tickets", "tickets, with the enquirers' names masked")
    listing = _add(tickets, "list", _list_tickets, "the latest tickets, newest first")
    listing.add_argument("--state", choices=[state.value for state in State], help="only those in this state")
    listing.add_argument("--limit", type=int, default=50)
    _add(tickets, "show", _show, "one ticket with its history").add_argument("number")
    moved = _add(tickets, "reassign", _reassign, "give a ticket to another bureau")
    moved.add_argument("number")
    moved.add_argument("bureau", help="name or id")
    moved.add_argument("--by", required=True, help="who decides that")
    moved.add_argument("--reason", required=True)
    _add(tickets, "erase", _erase, "drop everything about the person from a ticket").add_argument("number")

    _add(commands, "retention", _retention, "erase the person from tickets closed more than RETENTION_DAYS ago")
    _add(commands, "backup", _backup, "write all tickets and deliveries into a file; the key is not in it").add_argument("file", type=Path)
    _add(commands, "restore", _restore, "read such a file into an empty database").add_argument("file", type=Path)

    simulated = _add(commands, "simulate-bureau", _simulate, "stand for a bureau's server: verify, show what arrives, call back")
    simulated.add_argument("--port", type=int, default=9000)
    simulated.add_argument("--secret-env", default="SIMULATED_BUREAU_SECRET", help="environment variable with its whsec_… secret")
    simulated.add_argument("--behaviour", default="ok", help="ok, fail, busy, gone, hang, reset, lost, slow=SECONDS, flaky=PROBABILITY …")
    simulated.add_argument("--callback-url", help="where to call back, if payloads carry no link")
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


@contextmanager
def _registry(settings: TicketSettings) -> Iterator[Registry]:
    with open_registry(settings, os.environ) as registry:
        if registry.key_was_made:
            print(f"a key for personal information was made: keep a copy of {settings.personal_key_file} apart from the backups")
        yield registry


def _check(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    plan = read_plan(FOLDER / "plan" / "plan.yml")
    names = read_bureau_names(FOLDER / "plan" / "bureaus.yml")
    office = read_office(OfficeFiles(settings.bureaus_file, settings.tracks_folder, settings.consent_file), plan, names, os.environ)
    reached = sum(bureau.endpoint is not None for bureau in office.directory.bureaus)
    print(
        f"单位 {len(office.directory.bureaus)} 个（已设接口 {reached} 个），绿色通道 {len(office.tracks)} 条，"
        f"告知内容 {office.consent.version} 版：没有问题。"
    )
    return 0


def _worker(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    async def working(registry: Registry) -> None:
        stop = stop_by_signal()
        async with delivering(registry, settings, asyncio.to_thread, open_logger("info")):
            print("delivering (Ctrl-C stops)", flush=True)
            await stop.wait()

    with _registry(settings) as registry:
        asyncio.run(working(registry))
    return 0


def _list_deliveries(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    states = [DeliveryState(chosen.state)] if chosen.state else []
    with _registry(settings) as registry, registry.database.reading() as connection:
        for one in outbox.list_deliveries(connection, states, chosen.limit):
            print(
                f"{one.created_at:%Y-%m-%d %H:%M}  {one.webhook_id}  {one.state.value:<9}  {one.attempts:>2}×  {one.type:<17}  "
                f"{one.ticket}  {one.bureau}  {one.last_error}".rstrip()
            )
        counts = "  ".join(f"{state.value} {number}" for state, number in outbox.count_by_state(connection).items())
    print(counts)
    return 0


def _resend(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    if bool(chosen.ids) == chosen.failed:
        raise ValueError("name the webhook-ids to resend, or say --failed")
    with _registry(settings) as registry, registry.database.writing() as connection:
        failed = [one.webhook_id for one in outbox.list_deliveries(connection, [DeliveryState.FAILED], 10_000)]
        number = outbox.resend(connection, chosen.ids or failed, utc_now())
    print(f"{number} to be sent again")
    return 0 if number == len(chosen.ids or failed) else 1


def _attempts(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _registry(settings) as registry, registry.database.reading() as connection:
        attempts = outbox.attempts_of(connection, chosen.id)
    for one in attempts:
        took = f"{(one.finished_at - one.started_at).total_seconds():.1f} s" if one.finished_at else "not finished"
        print(f"{one.number:>2}  {one.started_at:%Y-%m-%d %H:%M:%S}  {took}  {one.status or '-'}  {one.error}".rstrip())
    return 0 if attempts else 1


def _list_endpoints(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _registry(settings) as registry, registry.database.reading() as connection:
        for bureau, reason in outbox.disabled_endpoints(connection).items():
            print(f"{bureau}: {reason}")
    return 0


def _enable(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _registry(settings) as registry, registry.database.writing() as connection:
        waiting = outbox.enable_endpoint(connection, _bureau_name(registry, chosen.bureau), utc_now())
    print(f"enabled; {waiting} waiting deliveries are due now")
    return 0


def _list_tickets(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _registry(settings) as registry:
        for ticket in registry.tickets.latest([State(chosen.state)] if chosen.state else [], chosen.limit):
            bureaus = "、".join(assignment.bureau for assignment in ticket.route.assignments[:1])
            print(
                f"{ticket.opened_at:%Y-%m-%d %H:%M}  {ticket.number}  {ticket.state.value:<8}  {bureaus}  {ticket.track or ticket.clause}"
            )
    return 0


def _show(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _registry(settings) as registry:
        standing = registry.tickets.standing(chosen.number)
    ticket = standing.ticket
    print(f"{ticket.number}  {ticket.state.value}  {ticket.company}  {ticket.industry}\n{ticket.need}")
    for assignment in ticket.route.assignments:
        print(f"  {assignment.role.value:<10} {assignment.bureau}  {assignment.reason}")
    for event in standing.events:
        print(f"  {event.sequence:>2} {event.at:%Y-%m-%d %H:%M:%S} {event.kind.value:<11} {event.by}  {event.text}".rstrip())
    return 0


def _reassign(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _registry(settings) as registry:
        ticket = registry.tickets.reassign(chosen.number, _bureau_name(registry, chosen.bureau), chosen.by, chosen.reason)
    print(f"{ticket.number} is {ticket.state.value}, with {ticket.route.assignments[0].bureau}")
    return 0


def _erase(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _registry(settings) as registry:
        registry.tickets.erase(chosen.number, "经办人员")
    print(f"{chosen.number}: erased")
    return 0


def _retention(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    with _registry(settings) as registry:
        erased = registry.tickets.erase_closed_before(utc_now() - timedelta(days=settings.retention_days))
        registry.tickets.forget_passing()
    print(f"{erased} tickets erased that were closed more than {settings.retention_days} days ago")
    return 0


def _backup(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    database = open_database(settings.database)
    try:
        rows = back_up(database, chosen.file)
    finally:
        database.close()
    print(f"{rows} rows written to {chosen.file}")
    print(f"without the key ({settings.personal_key_file} or PERSONAL_KEY) the names and phones in it stay unreadable: keep a copy apart")
    return 0


def _restore(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    database = open_database(settings.database)
    try:
        rows = restore(database, chosen.file)
    finally:
        database.close()
    print(f"{rows} rows restored from {chosen.file}")
    return 0


def _simulate(chosen: argparse.Namespace, settings: TicketSettings) -> int:
    secrets = os.environ.get(chosen.secret_env, "").split()
    if not secrets:
        raise ValueError(f"set {chosen.secret_env} to the secret that the bureau's deliveries are signed with (whsec_…)")
    run_simulator(chosen.port, secrets, read_behaviours(chosen.behaviour), chosen.callback_url)
    return 0


def _bureau_name(registry: Registry, written: str) -> str:
    directory = registry.office.current.directory
    bureau = directory.by_id.get(written) or directory.by_name.get(written)
    if bureau is None:
        raise ValueError(f"there is no bureau {written!r}")
    return bureau.name
