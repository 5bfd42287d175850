"""docs/bureaus.md: its examples run, its tables are the program's."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import shutil
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import structlog
import yaml
from aiohttp.test_utils import TestClient, TestServer

from actions.delivery.endpoints.dingtalk.format import ROBOT as DINGTALK
from actions.delivery.endpoints.webhook.format import signed_headers
from actions.delivery.endpoints.wecom.format import ROBOT as WECOM
from actions.delivery.guard import read_allowed
from actions.delivery.retry import JITTER, LONGEST_RETRY_AFTER_SECONDS
from actions.office.endpoint import read_endpoint
from actions.office.model import EndpointKind
from actions.settings import TICKET_SETTINGS
from actions.tickets.model import State
from actions.tickets.register import SUBMISSIONS_KEPT
from bot.channels.bureau.schema import MOST_COMMENT_CHARACTERS, CallbackType
from bot.http.application import MAX_BODY_BYTES
from bot.intake import intake_application
from bot.settings import PROJECT, read_settings
from bot.tickets import ticket_desk
from docs.blocks import block_names, fill_blocks
from docs.payload import payload_table
from tests.bot.bureau_double import LAND_SECRET, OLD_LAND_SECRET, STRANGER_SECRET

PAGE = (PROJECT / "docs" / "bureaus.md").read_text(encoding="utf-8")
ROBOT_URLS = {
    "TAX_ROBOT_URL": "https://qyapi.example.org/?key=1",
    "FINANCE_ROBOT_URL": "https://a.example",
    "EDUCATION_ROBOT_URL": "https://b.example",
}


def _block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def _defaults() -> dict[str, str]:
    return {setting.name: setting.default for setting in TICKET_SETTINGS}


def test_the_payload_table_is_the_schemas() -> None:
    assert block_names(PAGE) == ("payload",)
    assert fill_blocks(PAGE, {"payload": payload_table()}) == PAGE, f"put in:\n{payload_table()}"


def test_every_way_to_be_reached_is_shown_and_can_be_read() -> None:
    environment = {**ROBOT_URLS, "NATURAL_RESOURCES_SECRET": LAND_SECRET, "FINANCE_ROBOT_SECRET": "x", "EDUCATION_ROBOT_SECRET": "x"}
    shipped = yaml.safe_load((PROJECT / "actions" / "bureaus.yml").read_text(encoding="utf-8"))
    names = {bureau["id"]: bureau["name"] for bureau in shipped["bureaus"]}
    kinds = []
    for bureau in yaml.safe_load(_block("yaml"))["bureaus"]:
        assert names[bureau["id"]] == bureau["name"]
        endpoint, faults = read_endpoint(bureau["endpoint"], environment)
        assert faults == ()
        assert endpoint
        kinds.append(endpoint.kind)
    assert kinds == list(EndpointKind)


def test_the_python_example_takes_what_is_signed_once_and_nothing_else(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("BUREAU_SECRET", OLD_LAND_SECRET)
    example: dict[str, Any] = {}
    exec(compile(_block("python"), "docs/bureaus.md", "exec"), example)
    receive = example["receive"]
    body = json.dumps({"type": "ticket.opened", "data": {"ticket": "ZJ-261125-7K3QXM", "need": "要地"}}, ensure_ascii=False).encode()
    now = datetime.now(tz=timezone.utc)
    headers = dict(signed_headers("msg_1", now, body, [LAND_SECRET, OLD_LAND_SECRET]))
    assert [receive(body, headers), receive(body, headers)] == [204, 204]
    assert capsys.readouterr().out == "ticket.opened ZJ-261125-7K3QXM\n"
    stale = datetime.fromtimestamp(time.time() - 400, tz=timezone.utc)
    for forged in (
        signed_headers("msg_2", now, body, [STRANGER_SECRET]),
        signed_headers("msg_2", now, body + b" ", [OLD_LAND_SECRET]),
        signed_headers("msg_2", stale, body, [OLD_LAND_SECRET]),
        {**headers, "webhook-signature": "nonsense"},
        {},
    ):
        assert receive(body, dict(forged)) == 401
    assert capsys.readouterr().out == ""


async def test_the_shell_example_accepts_a_ticket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (shutil.which("curl") and shutil.which("openssl")):
        pytest.skip("needs curl and openssl")
    bureaus = tmp_path / "bureaus.yml"
    shipped = (PROJECT / "actions" / "bureaus.yml").read_text(encoding="utf-8")
    endpoint = '    endpoint: {kind: webhook, url: "https://127.0.0.1/", secret_env: LAND_SECRET}\n'
    bureaus.write_text(shipped.replace("    name: 市自然资源局\n", f"    name: 市自然资源局\n{endpoint}"), encoding="utf-8")
    monkeypatch.setenv("LAND_SECRET", LAND_SECRET)
    settings = read_settings({"DATA_DIR": str(tmp_path / "var"), "BUREAUS_FILE": str(bureaus)})
    logger = structlog.wrap_logger(structlog.ReturnLogger())
    async with (
        ticket_desk(settings.tickets, logger) as desk,
        TestClient(TestServer(intake_application(settings, logger, desk))) as client,
    ):
        lead = {
            "company": "东莞宏达电子有限公司",
            "contact": "王小明",
            "phone": "13712345678",
            "industry": "小家电制造",
            "need": "想要工业用地",
            "clause": "task-09",
            "consent": {"agreed": True, "version": "2026-11"},
        }
        number = (await (await client.post("/api/leads", json=lead)).json())["ticket"]
        url = str(client.make_url("/api/callbacks/natural-resources"))
        environment = {
            "PATH": os.environ["PATH"],
            "NO_PROXY": "*",
            "LANG": "C.UTF-8",
            "TICKET": number,
            "BUREAU_SECRET": LAND_SECRET,
            "CALLBACK_URL": url,
        }
        shell = await asyncio.create_subprocess_exec("sh", "-eu", "-c", _block("sh"), env=environment, stdout=asyncio.subprocess.PIPE)
        printed, _ = await shell.communicate()
        assert json.loads(printed) == {"ticket": number, "state": "assigned"}
        standing = desk.registry.tickets.standing(number)
        assert standing.ticket.state is State.ASSIGNED
        assert [reply.text for reply in standing.replies] == ["已受理，三日内与您联系。"]


def test_the_retry_schedule_is_the_programs() -> None:
    (listed,) = re.findall(r"\(`DELIVERY_DELAYS_SECONDS`\): (.*?)\.\n", PAGE)
    units = {"s": 1, "min": 60, "h": 3600}
    pauses = [int(number) * units[unit] for number, unit in (part.split() for part in listed.split(", "))]
    assert pauses == [int(part) for part in _defaults()["DELIVERY_DELAYS_SECONDS"].split(",")]
    assert f"each {JITTER:.0%} longer".replace("%", " %") in PAGE
    assert f"up to {LONGEST_RETRY_AFTER_SECONDS / 3600:.0f} hours" in PAGE
    assert f"within {_defaults()['DELIVERY_TIMEOUT_SECONDS']} seconds" in PAGE


def test_the_limits_and_names_that_it_tells_are_the_programs() -> None:
    assert f"up to {MOST_COMMENT_CHARACTERS:,} characters" in PAGE
    assert f"More than {MAX_BODY_BYTES // 1024} KiB" in PAGE
    assert SUBMISSIONS_KEPT.days == 7
    assert {WECOM.per_minute, DINGTALK.per_minute} == {18}
    for kind in CallbackType:
        assert f"| `{kind.value}` |" in PAGE
    for name in re.findall(r"`((?:DELIVERY|SMTP|PUBLIC|BUREAUS)_[A-Z_]+)`", PAGE):
        assert name in _defaults()
    (networks,) = re.findall(r"`DELIVERY_ALLOW_NETWORKS=(.*?)`", PAGE)
    assert len(read_allowed(networks)) == 2


def test_a_secret_made_as_the_page_says_is_one() -> None:
    made = "whsec_" + base64.b64encode(os.urandom(32)).decode()
    written = {"kind": "webhook", "url": "https://a.example", "secret_env": "X"}
    assert "openssl rand -base64 32" in PAGE
    assert read_endpoint(written, {"X": f"{made} {LAND_SECRET}"})[1] == ()
