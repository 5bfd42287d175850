"""One run: prepares both sides, loads them in turn, starts each alone, and hands back what was measured."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import aiohttp

from bench.bots import Bot, Ours, Starter
from bench.load import load, long_conversation, new_session, warm_up
from bench.memory import read_memory
from bench.plan import Plan
from bench.processes import running
from bench.results import Results, Round, Start
from bench.starter_project import make_starter, starter_sentences
from bot.settings import Settings
from bot.start.artefacts import build_all

_QUESTIONS = Path(__file__).with_name("questions.txt")
Report = Callable[[str], None]
_T = TypeVar("_T")


async def measure(settings: Settings, plan: Plan, report: Report) -> tuple[Results, Results]:
    """Ours and the starter's. Raises BenchError, and CannotStart where ours cannot be built."""
    folder = settings.data_dir / "bench" / "starter"
    logs = settings.log_folder
    await build_all(settings, report)
    await make_starter(folder, logs / "bench-starter-init.log", report)
    began = time.monotonic()
    port, rasa_port, action_port, starter_port = free_ports(4)
    ours = Ours(port, rasa_port, action_port, read_questions(_QUESTIONS))
    starter = Starter(starter_port, folder, starter_sentences(folder))
    both = (ours, starter)
    async with new_session() as session:
        report("starting both sides")
        async with running(ours, session, _log(logs, ours)), running(starter, session, _log(logs, starter)):
            for bot in both:
                report(f"{bot.name}: every sentence at least once")
                await warm_up(bot, session, max(plan.turns_before_memory, len(bot.sentences)))
            rounds = await _in_turn(both, plan.rounds, "round", report, lambda bot, _: _round(bot, session, plan))
            talks = await _in_turn(
                both, plan.long_conversations, "long conversation", report, lambda bot, number: _talk(bot, session, plan, number)
            )
        starts = await _in_turn(both, plan.starts, "start alone", report, lambda bot, _: _start(bot, session, plan, _log(logs, bot)))
    report(f"measured in {time.monotonic() - began:.0f} s")
    first, second = (Results(*of_one) for of_one in zip(rounds, talks, starts, strict=True))
    return first, second


async def _in_turn(
    bots: Sequence[Bot], times: int, subject: str, report: Report, work: Callable[[Bot, int], Awaitable[_T]]
) -> list[tuple[_T, ...]]:
    """The work done with one bot, then the other, and again from the start; what came out, bot by bot."""
    done: list[tuple[_T, ...]] = [() for _ in bots]
    for number in range(times):
        for place, bot in enumerate(bots):
            report(f"{subject} {number + 1} of {times}: {bot.name}")
            done[place] += (await work(bot, number),)
    return done


async def _round(bot: Bot, session: aiohttp.ClientSession, plan: Plan) -> Round:
    turns = plan.turns_per_conversation
    alone = await load(bot, session, 1, turns, plan.settle, plan.alone)
    together = {number: await load(bot, session, number, turns, plan.settle, plan.together) for number in plan.at_once}
    return Round(alone, together)


async def _talk(bot: Bot, session: aiohttp.ClientSession, plan: Plan, number: int) -> tuple[float, ...]:
    # The same sentences stand at the late turn and its neighbours as at the early one.
    repeat_after = plan.late_turn - plan.early_turn
    return await long_conversation(bot, session, plan.longest, first=8 * number, repeat_after=repeat_after)


async def _start(bot: Bot, session: aiohttp.ClientSession, plan: Plan, log: Path) -> Start:
    async with running(bot, session, log) as ready:
        await warm_up(bot, session, plan.turns_before_memory)
        return Start(ready.seconds_to_ready, await asyncio.to_thread(read_memory, ready.process))


def read_questions(file: Path) -> tuple[str, ...]:
    """One question a line; empty lines and lines that begin with # are left out."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def free_ports(number: int) -> tuple[int, ...]:
    """Different ports of the loopback interface on which nobody listens just now."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return tuple(probe.getsockname()[1] for probe in probes)


def _log(folder: Path, bot: Bot) -> Path:
    return folder / f"bench-{bot.name}.log"
