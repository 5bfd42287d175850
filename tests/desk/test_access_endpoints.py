"""How bureaus are reached, what they have not got yet, and sending it again, over HTTP."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from actions.delivery import outbox, overview
from actions.delivery.model import DeliveryState
from actions.registry import Registry, open_registry
from actions.settings import PROJECT, read_ticket_settings
from actions.tickets.history import utc_now
from actions.tickets.tables import DELIVERIES
from desk.services import Desk
from tests.actions.tickets.samples import DISTRICT, NAME, PHONE, PRINCIPAL, SUPPORTING, lead
from tests.desk.conftest import SignIn

_SECRET = "whsec_" + base64.b64encode(b"for tests only".ljust(24)).decode()
_URL = "https://bureau.example.org/in"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """Two bureaus are reached: one by webhook, one by e-mail."""
    file = tmp_path / "bureaus.yml"
    text = (PROJECT / "actions" / "bureaus.yml").read_text(encoding="utf-8")
    endpoints = {
        PRINCIPAL: f"{{kind: webhook, url: '{_URL}', secret_env: BUREAU_SECRET}}",
        SUPPORTING: "{kind: email, address: 'office@example.org'}",
    }
    for name, endpoint in endpoints.items():
        line = f"    name: {name}\n"
        assert line in text
        text = text.replace(line, f"{line}    endpoint: {endpoint}\n")
    file.write_text(text, encoding="utf-8")
    settings = read_ticket_settings({"DATA_DIR": str(tmp_path), "BUREAUS_FILE": str(file)})
    with open_registry(settings, {"BUREAU_SECRET": _SECRET}) as opened:
        yield opened


@pytest.fixture
def number(registry: Registry) -> str:
    """A ticket of which two bureaus are to be told."""
    return registry.tickets.open_ticket(lead()).ticket.number


def _ids(registry: Registry) -> dict[str, str]:
    with registry.database.reading() as connection:
        return {row.bureau: row.webhook_id for row in connection.execute(select(DELIVERIES))}


def _stand(registry: Registry, state: DeliveryState, bureau: str = PRINCIPAL) -> None:
    with registry.database.writing() as connection:
        connection.execute(update(DELIVERIES).where(DELIVERIES.c.bureau == bureau).values(state=state.value, last_error="HTTP 500"))


def _states(registry: Registry) -> dict[str, str]:
    with registry.database.reading() as connection:
        return {row.bureau: row.state for row in connection.execute(select(DELIVERIES))}


async def test_each_bureau_is_shown_with_how_it_is_reached_and_never_where(sign_in: SignIn, registry: Registry, number: str) -> None:
    boss = await sign_in("administrator")
    page = (await boss.get("/endpoints")).text
    for bureau, kind in ((PRINCIPAL, "业务系统（Webhook）"), (SUPPORTING, "电子邮件")):
        assert re.search(rf'<th scope="row">{bureau}</th>\s*<td>{kind}</td>', page), bureau
    assert f"<li>{DISTRICT}</li>" in page
    for secret in (_URL, "bureau.example.org", _SECRET, "office@example.org", NAME, PHONE):
        assert secret not in page
    assert page.count(f'href="/desk/tickets/{number}"') == 2


async def test_what_waits_and_what_failed_is_counted_found_and_paged(sign_in: SignIn, registry: Registry, number: str) -> None:
    boss = await sign_in("administrator")
    _stand(registry, DeliveryState.FAILED)
    failed = (await boss.get(f"/endpoints?state=failed&bureau={PRINCIPAL}")).text
    assert failed.count(f'href="/desk/tickets/{number}"') == 1
    assert "HTTP 500" in failed
    assert f"?bureau={SUPPORTING}" not in failed  # addresses are encoded
    _stand(registry, DeliveryState.DELIVERED)
    _stand(registry, DeliveryState.DELIVERED, SUPPORTING)
    assert "没有未送达的" in (await boss.get("/endpoints")).text
    for odd in ("state=odd", "bureau=火星局"):
        assert (await boss.get(f"/endpoints?{odd}")).status == 404


async def test_many_are_shown_page_by_page(sign_in: SignIn, registry: Registry, number: str) -> None:
    boss = await sign_in("administrator")
    with registry.database.writing() as connection:
        row = dict(connection.execute(select(DELIVERIES).where(DELIVERIES.c.bureau == PRINCIPAL)).mappings().one())
        row.pop("id")
        connection.execute(insert(DELIVERIES), [{**row, "webhook_id": f"msg_{place}"} for place in range(60)])
    page = (await boss.get(f"/endpoints?bureau={PRINCIPAL}")).text
    older = re.search(r'href="/desk(/endpoints\?[^"#]*before=\d+)', page)
    assert older is not None
    assert page.count(f'href="/desk/tickets/{number}"') == 50
    assert (await boss.get(older[1].replace("&amp;", "&"))).text.count(f'href="/desk/tickets/{number}"') == 11


async def test_one_that_failed_is_sent_again_under_its_id_and_that_is_on_record(
    sign_in: SignIn, registry: Registry, desk: Desk, number: str
) -> None:
    boss = await sign_in("administrator", login="boss")
    _stand(registry, DeliveryState.FAILED)
    webhook_id = _ids(registry)[PRINCIPAL]
    page = await boss.post("/endpoints/resend", {"id": webhook_id})
    assert (page.status, page.headers["Location"]) == (303, "/desk/endpoints")
    assert _states(registry)[PRINCIPAL] == "pending"
    assert _ids(registry)[PRINCIPAL] == webhook_id
    row = desk.officers.audit.page(limit=1)[0]
    assert (row.officer, row.action, row.subject, row.bureau, row.detail) == ("boss", "delivery.resent", number, PRINCIPAL, webhook_id)


@pytest.mark.parametrize("state", [DeliveryState.DELIVERED, DeliveryState.SENDING, DeliveryState.ABANDONED])
async def test_what_arrived_or_is_under_way_is_not_sent_again(
    sign_in: SignIn, registry: Registry, desk: Desk, number: str, state: DeliveryState
) -> None:
    boss = await sign_in("administrator")
    _stand(registry, state)
    before = desk.officers.audit.head()
    page = await boss.post("/endpoints/resend", {"id": _ids(registry)[PRINCIPAL]})
    assert "endpoints.not-resent" in page.headers["Set-Cookie"]
    assert _states(registry)[PRINCIPAL] == state.value
    assert desk.officers.audit.head() == before


async def test_all_that_failed_of_a_bureau_are_sent_again(sign_in: SignIn, registry: Registry, desk: Desk, number: str) -> None:
    boss = await sign_in("administrator")
    for bureau in (PRINCIPAL, SUPPORTING):
        _stand(registry, DeliveryState.FAILED, bureau)
    assert (await boss.post("/endpoints/resend", {"bureau": PRINCIPAL})).status == 303
    assert (_states(registry)[PRINCIPAL], _states(registry)[SUPPORTING]) == ("pending", "failed")
    row = desk.officers.audit.page(limit=1)[0]
    assert (row.action, row.subject, row.detail) == ("delivery.resent", PRINCIPAL, "1")
    for odd in ({}, {"id": "msg_x", "bureau": PRINCIPAL}):
        assert (await boss.post("/endpoints/resend", odd)).status == 400


async def test_an_endpoint_that_was_stopped_is_opened_again_and_that_is_on_record(
    sign_in: SignIn, registry: Registry, desk: Desk, number: str
) -> None:
    boss = await sign_in("administrator")
    with registry.database.writing() as connection:
        outbox.disable_endpoint(connection, PRINCIPAL, utc_now(), "对方已停用<script>")
    page = (await boss.get("/endpoints")).text
    assert "已停送" in page
    assert "对方已停用&lt;script&gt;" in page
    assert (await boss.post("/endpoints/enable", {"bureau": PRINCIPAL})).status == 303
    with registry.database.reading() as connection:
        assert outbox.disabled_endpoints(connection) == {}
    row = desk.officers.audit.page(limit=1)[0]
    assert (row.action, row.subject, row.detail) == ("endpoint.enabled", PRINCIPAL, "1")
    assert (await boss.post("/endpoints/enable", {"bureau": "火星局"})).status == 400


def test_backlogs_hold_what_is_not_delivered_only(registry: Registry, number: str) -> None:
    _stand(registry, DeliveryState.FAILED)
    _stand(registry, DeliveryState.DELIVERED, SUPPORTING)
    with registry.database.reading() as connection:
        assert overview.backlogs(connection) == {PRINCIPAL: overview.Backlog(0, 1)}
        assert overview.find(connection, "msg_unknown") is None
