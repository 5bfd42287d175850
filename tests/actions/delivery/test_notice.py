"""What may be shown of a ticket, and the schema of the payload it is read from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import actions.delivery
from actions.delivery.notice import Notice, day, read_notice
from tests.actions.delivery.servers import example_payload

SCHEMA: dict[str, Any] = json.loads((Path(actions.delivery.__path__[0]) / "payload.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
LINK = "https://desk.example.org/desk/tickets/ZJ-261125-7K3QXM"


def read(payload: Any) -> Notice:
    return read_notice(json.dumps(payload).encode())


def test_a_notice_is_event_number_topic_deadline_and_link() -> None:
    assert read(example_payload()) == Notice("新工单", "ZJ-261125-7K3QXM", "用地绿色通道", date(2026, 12, 1), LINK)


def test_a_notice_has_nothing_else_of_the_payload() -> None:
    assert set(asdict(read(example_payload()))) == {"event", "ticket", "topic", "due", "desk"}


@pytest.mark.parametrize("kind", SCHEMA["properties"]["type"]["enum"])
def test_every_event_has_words(kind: str) -> None:
    assert "工单" in read(example_payload() | {"type": kind}).event


def test_the_topic_is_the_track_or_the_clause_or_plain() -> None:
    payload = example_payload()
    payload["data"]["track"] = None
    assert (read(payload).topic, read(payload).due) == ("加强用地用林保障", None)
    payload["data"]["clause"] = None
    assert read(payload).topic == "企业咨询"


def test_a_track_may_have_no_deadline() -> None:
    payload = example_payload()
    payload["data"]["track"]["due"] = None
    assert read(payload).due is None


@pytest.mark.parametrize(
    "link", [None, "", "javascript:alert(1)", "https://x.cn/ @all", "https://x.cn/[a](b)", "https://x.cn/\nX", 7], ids=repr
)
def test_what_is_no_plain_link_is_left_out(link: object) -> None:
    payload = example_payload()
    payload["data"]["links"]["desk"] = link
    assert read(payload).desk is None


@pytest.mark.parametrize(
    "written", ["", "{", "[]", "null", "{}", "ÿ", "[" * 100_000, '{"type":"ticket.eaten","data":{}}'], ids=lambda it: it[:9]
)
def test_what_is_no_payload_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="payload cannot be read"):
        read_notice(written.encode("latin-1"))


def test_a_day_is_written_as_officers_do() -> None:
    assert day(date(2026, 12, 1)) == "2026年12月1日"


def _objects(schema: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        if "properties" in schema:
            yield place, schema
        for key, inner in schema.items():
            yield from _objects(inner, f"{place}/{key}")


def test_the_schema_is_a_schema_and_describes_every_key() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    objects = list(_objects(SCHEMA))
    assert len(objects) == 12
    for place, schema in objects:
        assert schema["additionalProperties"] is False, place
        assert schema["required"] == list(schema["properties"]), place
        for name, inner in schema["properties"].items():
            assert inner["description"].endswith("."), f"{place}/{name}"


def test_the_schema_takes_the_full_payload_and_the_least_one() -> None:
    payload = example_payload()
    VALIDATOR.validate(payload)
    payload["data"] |= {"clause": None, "track": None, "contact": None, "change": {"kind": "comment", "text": "", "by": ""}}
    payload["data"]["links"] = {"desk": None, "callback": None}
    VALIDATOR.validate(payload)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("type", "ticket.eaten"),
        ("timestamp", "2026-11-25T16:00:00+08:00"),
        ("extra", 1),
        ("data/version", 2),
        ("data/sequence", "1"),
        ("data/ticket", "1"),
        ("data/state", "lost"),
        ("data/to/role", "boss"),
        ("data/track/due", "1 December"),
        ("data/track/due_is_office_setting", False),
        ("data/enterprise/investment_yuan", 0.5),
        ("data/enterprise/details", {"park": 1}),
        ("data/contact/phone", "13800138000"),
        ("data/contact/wechat", "x"),
        ("data/consent", None),
        ("data/links", {}),
    ],
)
def test_the_schema_refuses_what_is_not_version_one(path: str, value: object) -> None:
    payload: dict[str, Any] = example_payload()
    *way, last = path.split("/")
    place = payload
    for step in way:
        place = place[step]
    place[last] = value
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(payload)
