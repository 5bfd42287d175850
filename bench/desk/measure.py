"""The desk as it runs, on a full database, and one officer after the other who opens its pages."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from aiohttp import ClientSession, DummyCookieJar, web
from aiohttp.test_utils import TestServer

from actions.officers.model import Role
from actions.officers.register import Officers
from actions.registry import Registry, open_registry
from actions.settings import read_ticket_settings
from bench.desk.questions import fill_questions
from bench.desk.tickets import fill_tickets
from desk.application import mount
from desk.opening import open_desk
from desk.settings import read_desk_settings
from tests.desk.browsing import NoRasa

BUREAU = "市自然资源局"
SEED = 20261125
_PAGE_GOAL, _FIGURES_GOAL = 300.0, 1000.0
PAGES: tuple[tuple[str, str, float], ...] = (
    ("tickets, own bureau", "/tickets", _PAGE_GOAL),
    ("tickets, by deadline", "/tickets?order=due", _PAGE_GOAL),
    ("tickets, overdue", "/tickets?overdue=1", _PAGE_GOAL),
    ("tickets, one state", "/tickets?state=answered", _PAGE_GOAL),
    ("tickets, search by company", "/tickets?text=东莞晨", _PAGE_GOAL),
    ("tickets, search that finds nothing", "/tickets?text=查无此企业", _PAGE_GOAL),
    ("one ticket", "/tickets/{number}", _PAGE_GOAL),
    ("conversations", "/conversations", _PAGE_GOAL),
    ("not answered", "/unanswered", _PAGE_GOAL),
    ("FAQ, by topic", "/faq", _PAGE_GOAL),
    ("FAQ, search", "/faq?q=用地", _PAGE_GOAL),
    ("one FAQ entry", "/faq/entries/land-overview", _PAGE_GOAL),
    ("FAQ versions", "/faq/versions", _PAGE_GOAL),
    ("audit log", "/audit", _PAGE_GOAL),
    ("officers", "/officers", _PAGE_GOAL),
    ("figures, this year", "/figures?period=this-year", _FIGURES_GOAL),
    ("district map, this year", "/figures/map?period=this-year", _FIGURES_GOAL),
    ("assessment sheet", "/figures/assessment", _FIGURES_GOAL),
)
"""What is opened, its address, and the goal for its p95 in milliseconds. A supervisor and an administrator open it in turn."""


@dataclass(frozen=True, slots=True)
class MeasuredPage:
    """One page, in milliseconds."""

    name: str
    p50: float
    p95: float
    goal: float


async def measure(url: str, tickets: int, questions: int, rounds: int, folder: Path, report: Callable[[str], None]) -> list[MeasuredPage]:
    """Fill the empty database of the URL, then open each page so many times as supervisor and administrator in turn."""
    environment = {"DATABASE_URL": url, "DATA_DIR": str(folder)}
    with open_registry(read_ticket_settings(environment), environment) as registry:
        started = time.monotonic()
        fill_tickets(registry.database, registry.key, tickets, SEED)
        fill_questions(registry.database, questions, SEED)
        _analyze(registry)
        report(f"filled in {time.monotonic() - started:.0f} s")
        with _served(registry) as application:
            return await _measured(application, registry, rounds, report)


@contextmanager
def _served(registry: Registry) -> Iterator[web.Application]:
    application = web.Application()
    with open_desk(read_desk_settings({}), "", registry, structlog.get_logger(), lambda request: "", lambda: None, NoRasa(), str) as desk:
        mount(application, desk)
        yield application


async def _measured(application: web.Application, registry: Registry, rounds: int, report: Callable[[str], None]) -> list[MeasuredPage]:
    cookies = [_signed_in(registry, role) for role in (Role.SUPERVISOR, Role.ADMINISTRATOR)]
    number = registry.tickets.latest(limit=1)[0].number
    measured = []
    async with TestServer(application) as server, ClientSession(cookie_jar=DummyCookieJar()) as session:
        for name, path, goal in PAGES:
            address = server.make_url("/desk" + path.format(number=number))
            took = []
            for place in range(rounds + 2):
                started = time.perf_counter()
                async with session.get(address, cookies=cookies[place % 2], allow_redirects=False) as response:
                    await response.read()
                if response.status == 200 and place >= 2:  # the first two pay for what is loaded late
                    took.append((time.perf_counter() - started) * 1000)
            if not took:
                raise RuntimeError(f"{path} answers {response.status}")
            report(f"{name}: {statistics.median(took):.0f} ms")
            measured.append(MeasuredPage(name, statistics.median(took), statistics.quantiles(took, n=20)[-1], goal))
    return measured


def _signed_in(registry: Registry, role: Role) -> dict[str, str]:
    officers = Officers(registry.database, registry.key)
    login, password = role.value[:5], "一把旧椅子和三棵榕树"
    once = officers.add(login, login, BUREAU, role, "bench")
    token = officers.change_password(officers.sign_in(login, once, None, "bench").token, once, password).token
    return {"desk": token, "__Host-desk": token}


def _analyze(registry: Registry) -> None:
    """What autovacuum does by itself in a database that has grown over years."""
    with registry.database.writing() as connection:
        connection.exec_driver_sql("ANALYZE")
