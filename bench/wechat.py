"""`python -m bench.wechat`: encrypted messages of many people at a steady rate, from a WeChat that signs, waits five seconds and retries.

The service and a real Rasa are started as under systemd, in safe mode, with a fresh database; half-way through a second run Rasa is killed
and started again. Beside it stand as many plain requests to the same service's `/healthz`, at the same rate: what the machine itself takes.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import socket
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from actions.settings import PROJECT
from bench.errors import NotStarted
from bench.machine import describe_machine
from bench.processes import started_process
from bot.settings import read_settings
from bot.start.rasa_process import rasa_command, rasa_environment
from tests.fakes.wechat_server import FakeWechat, Heard

_QUESTIONS = (
    "主平台制造业项目的用地指标怎么保障",
    "银行能给转移过来的企业做银团贷款吗",
    "环评审批有绿色通道吗",
    "高层次人才的子女入学怎么安排",
)
_ANSWER = "（依据："
"""Stands once in the answer to each of these questions, also where several that waited have become one message."""
_READY_SECONDS = 240.0
_LATE_SECONDS = 90.0
"""How long answers that did not come at once are waited for."""
_GOAL_SECONDS = 4.5
StartRasa = Callable[[], AbstractAsyncContextManager[asyncio.subprocess.Process]]


@dataclass(frozen=True, slots=True)
class Run:
    """What came of all messages."""

    name: str
    heard: Sequence[Heard]
    lost: int
    """Messages without any answer, passive or sent later."""
    doubled: int
    """Answers that came twice."""
    seconds: float

    @property
    def passive(self) -> Sequence[float]:
        """Seconds until the answers that came with the request."""
        return [heard.seconds for heard in self.heard if heard.text is not None]


def main() -> int:
    """The table on stdout; 1 where nothing could be started."""
    parser = argparse.ArgumentParser(prog="python -m bench.wechat", description="A fake WeChat's messages at a steady rate.")
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50.0, help="messages a second")
    parser.add_argument("--data", type=Path, default=PROJECT / "var", help="folder of what is built")
    chosen = parser.parse_args()
    try:
        asyncio.run(_measure(chosen))
    except NotStarted as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


async def _measure(chosen: argparse.Namespace) -> None:
    machine = describe_machine()
    for name, is_killed in (("steady", False), ("Rasa killed and started again", True)):
        with tempfile.TemporaryDirectory(prefix="bench-wechat-") as made:
            folder = Path(made)
            for part in ("encoder", "index", "rasa"):
                shutil.copytree(chosen.data / part, folder / part)
            async with FakeWechat() as wechat, _served(wechat, folder) as start_rasa, contextlib.AsyncExitStack() as stack:
                rasa = await stack.enter_async_context(start_rasa())
                await _until_ready(wechat)
                beside = await _at_rate(chosen.messages, chosen.rate, lambda number: _plainly(wechat)) if not is_killed else []

                async def kill(rasa: asyncio.subprocess.Process = rasa, stack: contextlib.AsyncExitStack = stack) -> None:
                    await asyncio.sleep(chosen.messages / chosen.rate / 2)
                    rasa.kill()
                    await rasa.wait()
                    await stack.enter_async_context(start_rasa())

                killing = asyncio.create_task(kill()) if is_killed else None
                run = await _run(name, wechat, chosen)
                if killing:
                    await killing
                _tell(run, beside)
    print(f"\n{chosen.messages:,} messages of {chosen.people} people at {chosen.rate:g} a second, safe mode; {machine}")


@asynccontextmanager
async def _served(wechat: FakeWechat, folder: Path) -> AsyncIterator[StartRasa]:
    """The service without what supervises it; gives what starts a Rasa beside it."""
    port, rasa_port, action_port = (_free_port() for _ in range(3))
    ports = {"PORT": str(port), "RASA_PORT": str(rasa_port), "ACTION_PORT": str(action_port)}
    environment = wechat.environment(**ports, DATA_DIR=str(folder), RATE_LIMIT_PER_MINUTE="0")
    settings = read_settings(environment)
    wechat.callback = f"http://127.0.0.1:{port}/wechat"
    async with started_process([sys.executable, "-m", "bot", "serve"], PROJECT, os.environ | environment, folder / "log" / "serve.log"):
        yield lambda: started_process(rasa_command(settings), PROJECT, rasa_environment(settings), folder / "log" / "rasa.log")


async def _until_ready(wechat: FakeWechat) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < deadline:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(_health(wechat)) as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.2)
    raise NotStarted("the service did not get ready")


async def _run(name: str, wechat: FakeWechat, chosen: argparse.Namespace) -> Run:
    people = [f"o_bench_{number:04}" for number in range(chosen.people)]

    async def say(number: int) -> Heard:
        return await wechat.say(people[number % len(people)], _QUESTIONS[number % len(_QUESTIONS)])

    began = time.monotonic()
    heard = await _at_rate(chosen.messages, chosen.rate, say)
    wanted = Counter(people[number % len(people)] for number in range(chosen.messages))
    deadline = time.monotonic() + _LATE_SECONDS
    while time.monotonic() < deadline and any(_answers(wechat, person) < number for person, number in wanted.items()):  # noqa: ASYNC110
        await asyncio.sleep(0.5)  # what is sent later comes to the fake's own server, which tells nobody
    seconds = time.monotonic() - began
    await asyncio.sleep(2.0)  # for what would come twice
    got = {person: _answers(wechat, person) for person in people}
    lost = sum(max(0, number - got[person]) for person, number in wanted.items())
    doubled = sum(max(0, got[person] - number) for person, number in wanted.items())
    return Run(name, heard, lost, doubled, seconds)


def _answers(wechat: FakeWechat, person: str) -> int:
    """Answers on a screen."""
    return sum(shown.count(_ANSWER) for shown in wechat.screen(person))


async def _at_rate(number: int, rate: float, do: Callable[[int], Awaitable[Heard]]) -> list[Heard]:
    began = time.monotonic()
    tasks = []
    for each in range(number):
        await asyncio.sleep(max(0.0, began + each / rate - time.monotonic()))
        tasks.append(asyncio.ensure_future(do(each)))
    return list(await asyncio.gather(*tasks))


async def _plainly(wechat: FakeWechat) -> Heard:
    began = time.monotonic()
    async with aiohttp.ClientSession() as session, session.get(_health(wechat)) as response:
        return Heard(await response.text(), 1, "", time.monotonic() - began)


def _health(wechat: FakeWechat) -> str:
    return wechat.callback.replace("/wechat", "/healthz")


def _tell(run: Run, beside: Sequence[Heard]) -> None:
    passive = sorted(run.passive)
    late = len(run.heard) - len(passive)
    errors = Counter(heard.error for heard in run.heard if heard.error)
    within = sum(seconds <= _GOAL_SECONDS for seconds in passive)
    print(f"{run.name}: {len(run.heard):,} messages in {run.seconds:.0f} s, {len(passive):,} answered with the request, {late:,} later")
    print(f"  within {_GOAL_SECONDS} s {within:,}; p50 {_at(passive, 50):.2f} s, p99 {_at(passive, 99):.2f} s, longest {passive[-1]:.2f} s")
    print(f"  lost {run.lost}, doubled {run.doubled}, errors that a person would see {sum(errors.values())} {dict(errors) or ''}")
    print(f"  asked more than once: {sum(heard.attempts > 1 for heard in run.heard):,}")
    if beside:
        plain = sorted(heard.seconds for heard in beside)
        ratio = _at(passive, 50) / _at(plain, 50)
        print(f"  /healthz at the same rate: p50 {_at(plain, 50) * 1000:.1f} ms, p99 {_at(plain, 99) * 1000:.1f} ms")
        print(f"  an answer takes {ratio:.0f} times that")


def _at(ordered: Sequence[float], percent: int) -> float:
    return statistics.quantiles(ordered, n=100, method="inclusive")[percent - 1] if len(ordered) > 1 else ordered[0]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
