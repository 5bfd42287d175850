"""`python -m bench.desk.queries [--tickets N] [--markdown]`: the desk's list of tickets as queries, in SQLite and in PostgreSQL."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cryptography.fernet import Fernet

from actions.settings import PROJECT
from actions.tickets.database import Database, open_database
from actions.tickets.model import State
from actions.tickets.personal import PersonalKey
from actions.tickets.queue import Filter, Order, Queue
from bench.desk.tickets import BUREAUS, fill_tickets
from bench.figures import percentile
from bench.machine import describe_machine
from tests.postgres import ServerFailed, running_cluster

GOAL_MILLISECONDS = 300.0
"""For the p95 of a whole page, which makes two or three of these queries."""
_SEED = 20261125
_OPEN = frozenset(State) - {State.CLOSED}
_OWN = BUREAUS[0]
FILTERS: tuple[tuple[str, Filter, Order], ...] = tuple(
    (f"{'own bureau' if bureau else 'all bureaus'}, {name}", Filter(bureau=bureau, **chosen), order)
    for bureau in (_OWN, "")
    for name, chosen, order in (
        ("open, newest first", {"states": _OPEN}, Order.NEWEST),
        ("open, by deadline", {"states": _OPEN}, Order.DUE),
        ("all, by deadline", {}, Order.DUE),
        ("overdue", {"is_overdue": True, "states": _OPEN}, Order.NEWEST),
        ("a state that none has", {"states": frozenset({State.REOPENED})}, Order.NEWEST),
        ("search, found often", {"text": "晨曦"}, Order.NEWEST),
        ("search, found nowhere", {"text": "查无"}, Order.NEWEST),
        ("search in Latin letters, found nowhere", {"text": "nowhere"}, Order.NEWEST),
        ("search, two words, by deadline", {"text": "东莞 50亩"}, Order.DUE),
    )
)
"""What is listed: first pages, and those that have to look at every ticket."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One query on one database, in milliseconds."""

    name: str
    database: str
    milliseconds: tuple[float, ...]


def main() -> int:
    """The table on stdout, progress on stderr; 1 where there is no PostgreSQL."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk.queries", description="The desk's list of tickets as queries.")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20, help="runs of each query")
    parser.add_argument("--markdown", action="store_true", help="the table as Markdown")
    chosen = parser.parse_args()
    machine = describe_machine()
    try:
        measured = [one for database, name in _databases() for one in _measure(database, name, chosen.tickets, chosen.rounds)]
    except ServerFailed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(_table(measured, chosen.markdown))
    print(f"\n{chosen.tickets:,} tickets, {chosen.rounds} runs of each query; {machine}")
    return 0


def _databases() -> Iterator[tuple[Database, str]]:
    place = PROJECT / "var" / "bench"  # not in /tmp, which may be memory
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="queries-", dir=place) as folder, _opened(f"sqlite:///{folder}/tickets.sqlite") as database:
        yield database, "SQLite"
    with tempfile.TemporaryDirectory(prefix="queries-") as folder:
        Path(folder).chmod(0o711)  # the server runs as another user
        cluster = Path(folder) / "postgres"
        cluster.mkdir()
        with running_cluster(cluster) as url, _opened(url) as database:
            yield database, "PostgreSQL"


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()


def _measure(database: Database, name: str, tickets: int, rounds: int) -> Iterator[Measured]:
    started = time.monotonic()
    fill_tickets(database, PersonalKey([Fernet.generate_key().decode()]), tickets, _SEED)
    with database.writing() as connection:
        connection.exec_driver_sql("ANALYZE")  # as autovacuum does
    print(f"bench: {name} filled in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    queue = Queue(database)
    for what, query in _queries(queue):
        took = []
        for _ in range(rounds + 1):
            began = time.perf_counter()
            query()
            took.append((time.perf_counter() - began) * 1000)
        yield Measured(what, name, tuple(took[1:]))  # the first one reads the disk


def _queries(queue: Queue) -> Iterator[tuple[str, Callable[[], object]]]:
    for name, wanted, order in FILTERS:
        yield f"page: {name}", partial(queue.page, wanted, order)
    for bureau, name in ((_OWN, "own bureau"), ("", "all bureaus")):
        far = _far(queue, Filter(bureau=bureau))
        yield f"page: {name}, the hundredth", partial(queue.page, Filter(bureau=bureau), after=far)
        yield f"counts: {name}", partial(queue.counts, bureau)
    yield "latest change", queue.latest_change


def _far(queue: Queue, wanted: Filter) -> str:
    """Where the hundredth page begins, or the last one where there are fewer."""
    after = ""
    for _ in range(99):
        following = queue.page(wanted, after=after).next
        if not following:
            break
        after = following
    return after


def _table(measured: list[Measured], is_markdown: bool) -> str:
    names = list(dict.fromkeys(one.name for one in measured))
    databases = list(dict.fromkeys(one.database for one in measured))
    by_both = {(one.name, one.database): one for one in measured}
    rows = [["query", *(f"{database} {part}" for database in databases for part in ("p50 ms", "p95 ms"))]]
    rows += [
        [name, *(f"{percentile(by_both[name, database].milliseconds, percent):.0f}" for database in databases for percent in (50, 95))]
        for name in names
    ]
    if is_markdown:
        return "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], ["---", *["---:"] * (len(rows[0]) - 1)], *rows[1:]])
    return "\n".join(f"{row[0]:<62}" + "".join(f"{cell:>19}" for cell in row[1:]) for row in rows)


if __name__ == "__main__":
    sys.exit(main())
