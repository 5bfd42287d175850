"""The client, a process of its own: `python -m bench.leads.client URL RATE SECONDS FIRST`; one line of JSON on stdout.

At a rate (leads a second) it is an open loop: each lead is sent when it is due, however long the earlier ones take, and its time
counts from when it was due. Rate 0 is a closed loop: so many enquirers that each wait for their answer.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import aiohttp

from bench.load import new_session

AT_ONCE = 16
"""Enquirers of the closed loop."""
TIMEOUT_SECONDS = 20.0
_NEEDS = (
    ("需要标准厂房", "家电制造", "廉江市"),
    ("想了解用地指标", "食品加工", "徐闻县"),
    ("咨询税收优惠", "纺织服装", ""),
    ("环评怎么办理", "化工", "湛江经开区"),
    ("招聘普工", "电子", ""),
    ("办理施工许可", "建筑材料", "遂溪县"),
    ("希望有人对接项目", "其他", ""),
)


def lead(number: int, consent_version: str) -> dict[str, Any]:
    """A lead like no other: another phone, another need."""
    need, industry, district = _NEEDS[number % len(_NEEDS)]
    return {
        "company": f"湛江第{number}号测试有限公司",
        "contact": "陈先生",
        "phone": f"138{number:08d}",
        "industry": industry,
        "need": f"{need}，第{number}号项目",
        "district": district,
        "investment": "1.2亿元",
        "land": "50亩",
        "consent": {"agreed": True, "version": consent_version},
    }


async def load(url: str, rate: float, seconds: float, first: int, consent_version: str) -> dict[str, Any]:
    """Send leads; milliseconds of those that were taken, what became of the others, and how long it all took."""
    milliseconds: list[float] = []
    refused: dict[str, int] = {}
    async with new_session() as session:
        await _send(session, url, first, consent_version)  # the first one pays for connecting
        began = time.perf_counter()

        async def one(number: int, due: float) -> None:
            outcome = await _send(session, url, number, consent_version)
            if outcome == "201":
                milliseconds.append((time.perf_counter() - due) * 1000)
            else:
                refused[outcome] = refused.get(outcome, 0) + 1

        async def enquirer(place: int) -> None:
            number = first + 1 + place
            while time.perf_counter() < began + seconds:
                await one(number, time.perf_counter())
                number += AT_ONCE

        if rate:
            sent = []
            for place in range(round(rate * seconds)):
                due = began + place / rate
                if (pause := due - time.perf_counter()) > 0:
                    await asyncio.sleep(pause)
                sent.append(asyncio.create_task(one(first + 1 + place, due)))
            await asyncio.gather(*sent)
        else:
            await asyncio.gather(*map(enquirer, range(AT_ONCE)))
        return {"milliseconds": milliseconds, "refused": refused, "seconds": time.perf_counter() - began}


async def _send(session: aiohttp.ClientSession, url: str, number: int, consent_version: str) -> str:
    """The status, or what went wrong."""
    try:
        async with session.post(
            f"{url}/api/leads",
            json=lead(number, consent_version),
            headers={"Idempotency-Key": f"lead-{number}"},
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
        ) as response:
            await response.read()
            return str(response.status)
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        return type(error).__name__


if __name__ == "__main__":
    _url, _rate, _seconds, _first, _version = sys.argv[1:]
    json.dump(asyncio.run(load(_url, float(_rate), float(_seconds), int(_first), _version)), sys.stdout)
