"""The ticket desk of the running service."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.settings import Settings
from tests.bot.conftest import Client


async def _until(true: Callable[[], bool]) -> None:
    for _ in range(100):
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen within five seconds")


async def test_a_faulty_list_of_bureaus_is_logged_with_its_line_and_leads_are_still_taken(
    client: Client, settings: Settings, log_lines: list[dict[str, object]]
) -> None:
    file = Path(settings.tickets.bureaus_file)
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("fallback: investment-promotion", "fallback: nobody"), encoding="utf-8")
    await _until(lambda: any(line["event"] == "office_refused" for line in log_lines))
    refused = next(line for line in log_lines if line["event"] == "office_refused")
    line = good.split("\n").index("fallback: investment-promotion") + 1
    assert f"bureaus.yml:{line}: " in str(refused["reason"])
    consent = await (await client.get("/api/consent")).json()
    lead = {
        "company": "东莞市宏达电器有限公司",
        "contact": "王小明",
        "phone": "13800138000",
        "industry": "小家电",
        "need": "想了解用地",
        "consent": {"version": consent["version"], "agreed": True},
    }
    assert (await client.post("/api/leads", json=lead)).status == 201
    file.write_text(good + "\n", encoding="utf-8")
    await _until(lambda: any(line["event"] == "office_refreshed" for line in log_lines))
