"""The widget's page, sessions and transcript, as a browser and as somebody else would ask for them."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path
from typing import Any

import jsonschema
import jwt
import pytest

from actions.conversations.register import Conversations
from actions.officers.model import Officer, Role
from actions.questions.model import conversation_mark
from bot.channels.web.pages import STATIC
from bot.channels.web.views import OPENAPI
from bot.keys import CONVERSATIONS, TICKETS
from bot.settings import Settings, read_settings
from tests.bot.bureau_double import BureauDouble
from tests.bot.conftest import Client
from tests.bot.rasa_double import RasaDouble

OURS = "https://zixun.example.gov.cn"
"""PUBLIC_URL in these tests."""
HOST = "https://www.zhanjiang.example"
SECRET = "0123456789abcdef0123456789abcdef"
DESCRIBED = json.loads(OPENAPI.read_text(encoding="utf-8"))
ORIGIN = {"Origin": OURS}
_SITES = f"""
sites:
  - key: portal
    name: 门户
    origins: ["{HOST}", "https://park.example:8443"]
    secret: {SECRET}
    words: {{zh-Hans: {{greeting: '您好"<b>'}}}}
  - {{key: nobody, name: 尚未开通, origins: []}}
"""
_MOST_SCRIPT_BYTES = 10_000
_MOST_PAGE_BYTES = 60_000


@pytest.fixture
def rate_limit() -> int:
    return 0


@pytest.fixture
def settings(rasa: RasaDouble, bureau: BureauDouble, data_dir: Path, tmp_path: Path) -> Settings:
    """As the others' but with sites."""
    sites = tmp_path / "sites.yml"
    sites.write_text(_SITES, encoding="utf-8")
    return read_settings(
        {
            "RASA_PORT": str(rasa.server.port),
            "DATA_DIR": str(data_dir),
            "RATE_LIMIT_PER_MINUTE": "0",
            "PUBLIC_URL": OURS,
            "WIDGET_SITES": str(sites),
        }
    )


async def _post(client: Client, path: str, body: object, token: str = "", origin: str | None = OURS) -> tuple[int, Any]:
    headers = {**({"Origin": origin} if origin is not None else {}), **({"Authorization": f"Bearer {token}"} if token else {})}
    async with client.post(path, json=body, headers=headers) as response:
        return response.status, (await response.json() if response.status != 204 else None)


async def _session(client: Client, token: str = "", **body: Any) -> Any:
    status, session = await _post(client, "/api/widget/session", {"site": "portal", **body}, token)
    assert status == 200, session
    jsonschema.Draft202012Validator({**DESCRIBED, "$ref": "#/components/schemas/Session"}).validate(session)
    return session


async def _transcript(client: Client, token: str) -> Any:
    async with client.get("/api/chat/transcript", headers={"Authorization": f"Bearer {token}"}) as response:
        body = await response.json()
        if response.status == 200:
            jsonschema.Draft202012Validator({**DESCRIBED, "$ref": "#/components/schemas/Transcript"}).validate(body)
        return response.status, body


def _identity(sub: str, number: str, **changed: Any) -> str:
    now = int(time.time())
    return jwt.encode({"iss": "portal", "sub": sub, "iat": now, "exp": now + 60, "aud": OURS, "jti": number} | changed, SECRET)


async def test_the_frame_is_for_the_pages_of_its_site_and_no_other(client: Client) -> None:
    async with client.get("/widget", params={"site": "portal"}) as response:
        policy = response.headers["Content-Security-Policy"]
        assert (response.status, response.content_type) == (200, "text/html")
    assert policy.split("; ")[-1] == f"frame-ancestors {HOST} https://park.example:8443"
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    async with client.get("/widget", params={"site": "nobody"}) as response:
        assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    for query in ({"site": "stranger"}, {}):
        async with client.get("/widget", params=query) as response:
            assert response.status == 404
            assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


async def test_the_page_is_told_of_its_host_only_what_the_list_says(client: Client) -> None:
    async def text(**query: str) -> str:
        async with client.get("/widget", params={"site": "portal", **query}) as response:
            return await response.text()

    assert f'data-host="{HOST}"' in await text(host=HOST)
    assert 'data-host="https://park.example:8443"' in await text(host="https://park.example:8443")
    for host in ("", "https://evil.example", "*", f"{HOST}:444", '"><script>alert(1)</script>'):
        page = await text(host=host)
        assert 'data-host=""' in page
        assert "alert(1)" not in page
    assert "您好\\&quot;&lt;b&gt;" in await text(), "a site's own words are data, not markup"


async def test_the_page_by_itself_may_stand_in_no_frame_and_has_no_site(client: Client) -> None:
    async with client.get("/") as response:
        assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
        assert "data-site" not in await response.text()


async def test_the_script_may_be_pinned_by_its_content(client: Client) -> None:
    async with client.get("/widget.js") as response:
        assert response.content_type.endswith("javascript")
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


async def test_script_and_page_are_small(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    script = (STATIC / "widget.js").read_bytes()
    async with client.get("/widget", params={"site": "portal"}) as response:
        page = await response.read()
    files = sorted(file for file in STATIC.iterdir() if file.suffix in (".js", ".css", ".svg") and file.name != "widget.js")
    packed = sum(len(gzip.compress(part)) for part in (page, *(file.read_bytes() for file in files)))
    with capsys.disabled():
        print(f"\nwidget.js: {len(script)} bytes, {len(gzip.compress(script))} gzipped")
        print(f"the page in the frame with everything: {packed} bytes gzipped")
    assert len(script) <= _MOST_SCRIPT_BYTES
    assert packed <= _MOST_PAGE_BYTES


async def test_everything_that_the_page_loads_is_named_in_it_so_that_it_comes_at_once(client: Client) -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    modules = {file.name for file in STATIC.glob("*.js")} - {"widget.js"}
    assert {name for name in modules if f'"/static/{name}"' not in page} == set()


async def test_a_session_begins_a_conversation_that_goes_on_with_its_token(client: Client, rasa: RasaDouble) -> None:
    session = await _session(client)
    assert session["expires_in"] == 1800
    assert session["known"] is False
    for _ in range(2):
        status, reply = await _post(client, "/api/chat", {"text": "用地"}, session["token"])
        assert (status, reply["conversation_id"]) == (200, session["conversation_id"])
    assert [message["sender"] for message in rasa.received] == [session["conversation_id"]] * 2
    renewed = await _session(client, session["token"])
    assert renewed["conversation_id"] == session["conversation_id"]
    again = await _session(client, conversation_id=session["conversation_id"])
    assert again["conversation_id"] == session["conversation_id"]
    assert (await _session(client))["conversation_id"] != session["conversation_id"]


@pytest.mark.parametrize(
    "origin", [None, "null", "", HOST, f"{OURS}:8443", OURS.replace("https", "http"), f"{OURS}.evil.example", f"{OURS}/"]
)
async def test_only_our_own_page_gets_a_session_and_speaks_with_it(client: Client, rasa: RasaDouble, origin: str | None) -> None:
    status, body = await _post(client, "/api/widget/session", {"site": "portal"}, origin=origin)
    assert (status, body["error"]["code"]) == (403, "origin_not_allowed")
    token = (await _session(client))["token"]
    for path, said in (("/api/chat", {"text": "用地"}), ("/api/feedback", {"conversation_id": "", "question": "a", "rating": "up"})):
        status, body = await _post(client, path, said, token, origin)
        assert (status, body["error"]["code"]) == (403, "origin_not_allowed")
    assert rasa.received == []


async def test_without_a_site_nothing_has_changed(client: Client) -> None:
    status, reply = await _post(client, "/api/chat", {"text": "用地"}, origin=HOST)
    assert status == 200
    assert reply["messages"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid_site"),
        ({"site": 7}, 400, "invalid_site"),
        ([], 400, "invalid_json"),
        ({"site": "stranger"}, 404, "site_not_found"),
        ({"site": "portal", "conversation_id": 7}, 400, "invalid_conversation_id"),
        ({"site": "portal", "conversation_id": "somebody-else"}, 404, "conversation_not_found"),
        ({"site": "portal", "identity": {}}, 400, "invalid_identity"),
        ({"site": "portal", "identity": "x" * 5000}, 400, "invalid_identity"),
        ({"site": "portal", "identity": "nonsense"}, 401, "identity_refused"),
        ({"site": "nobody", "identity": "nonsense"}, 401, "identity_refused"),
    ],
)
async def test_anything_else_gets_no_session(client: Client, body: Any, status: int, code: str) -> None:
    found, refused = await _post(client, "/api/widget/session", body)
    assert (found, refused["error"]["code"]) == (status, code)


async def test_a_token_that_is_none_begins_no_conversation(client: Client, rasa: RasaDouble) -> None:
    token = (await _session(client))["token"]
    for forged in (token[:-2], f"{token}x", "a.b.c", jwt.encode({"aud": "portal"}, SECRET)):
        assert (await _post(client, "/api/chat", {"text": "用地"}, forged))[1]["error"]["code"] == "session_expired"
        assert (await _transcript(client, forged))[0] == 401
        async with client.get("/api/chat/events", params={"wait": "0"}, headers={"Authorization": f"Bearer {forged}"}) as response:
            assert response.status == 401
    assert rasa.received == []


async def test_who_the_site_says_it_is_has_one_conversation_and_nobody_else_opens_it(client: Client, rasa: RasaDouble) -> None:
    first = await _session(client, identity=_identity("u-1", "1"))
    assert first["known"] is True
    await _post(client, "/api/chat", {"text": "我的用地"}, first["token"])
    again = await _session(client, identity=_identity("u-1", "2"))
    assert again["conversation_id"] == first["conversation_id"]
    _, said = await _transcript(client, again["token"])
    assert said["messages"][0]["text"] == "我的用地"
    other = await _session(client, identity=_identity("u-2", "3"))
    assert (await _transcript(client, other["token"]))[1]["messages"] == []
    name = first["conversation_id"]
    assert name not in rasa.received[0]["sender"]
    assert (await _post(client, "/api/chat", {"text": "用地", "conversation_id": name}))[0] == 404
    assert (await _transcript(client, name))[0] == 404
    assert (await _post(client, "/api/widget/session", {"site": "portal", "conversation_id": name}))[0] == 404


async def test_an_identity_is_good_once_and_the_log_says_only_why_not(client: Client, log_lines: list[dict[str, object]]) -> None:
    token = _identity("张三", "1")
    await _session(client, identity=token)
    status, body = await _post(client, "/api/widget/session", {"site": "portal", "identity": token})
    assert (status, body["error"]["code"]) == (401, "identity_refused")
    (line,) = [line for line in log_lines if line["event"] == "identity_refused"]
    assert (line["site"], line["reason"]) == ("portal", "used before")
    written = json.dumps(log_lines, ensure_ascii=False)
    assert "张三" not in written
    assert token not in written


async def test_the_transcript_holds_what_everybody_said_a_moment_ago_and_the_news_go_on_from_it(client: Client, rasa: RasaDouble) -> None:
    answer = {"status": "abstained", "citations": [], "bureaus": {"principal": [], "supporting": []}, "score": 0.1}
    rasa.utterances = [{"recipient_id": "x", "text": "方案未载明"}, {"recipient_id": "x", "custom": {"answer": answer}}]
    status, reply = await _post(client, "/api/chat", {"text": "我的电话13800138000"})
    conversation_id = reply["conversation_id"]
    assert client.app is not None
    await client.app[CONVERSATIONS].flush()
    registry = client.app[TICKETS].registry
    conversations = Conversations(registry.database, registry.key)
    chen = Officer(1, "chen", "陈霞", "市税务局", Role.OFFICER, True, False, False)
    mark = conversation_mark(conversation_id)
    conversations.take_over(mark, chen, "市税务局", False, lambda *_: None)
    conversations.say(mark, chen, "您好", lambda *_: None)
    await client.app[CONVERSATIONS].look()
    status, body = await _transcript(client, conversation_id)
    assert status == 200
    assert [each["author"] for each in body["messages"]] == ["enquirer", "bot", "system", "officer"]
    assert "13800138000" not in body["messages"][0]["text"]
    assert body["messages"][1]["answer"] == answer
    assert body["speaker"] == {"bureau": "市税务局", "name": ""}
    headers = {"Authorization": f"Bearer {conversation_id}", "Last-Event-ID": body["messages"][-1]["id"]}
    async with client.get("/api/chat/events", params={"wait": "0"}, headers=headers) as response:
        assert (await response.json())["messages"] == []


async def test_nobody_reads_anothers_transcript(client: Client) -> None:
    for token in ("", "x", "somebody-else"):
        assert (await _transcript(client, token))[0] == 404


async def test_all_addresses_together_open_so_many_streams_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web.events.MOST_IN_ALL", 1)
    headers = {"Authorization": f"Bearer {(await _session(client))['token']}"}
    async with client.get("/api/chat/events", headers=headers) as first, client.get("/api/chat/events", headers=headers) as second:
        assert (first.status, second.status) == (200, 429)


async def test_a_stream_ends_after_a_while_so_that_its_token_is_looked_at_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web.events.STREAM_SECONDS", 0.2)
    monkeypatch.setattr("bot.channels.web.events.HEARTBEAT_SECONDS", 0.1)
    token = (await _session(client))["token"]
    started = time.monotonic()
    async with client.get("/api/chat/events", headers={"Authorization": f"Bearer {token}"}) as response:
        assert (await response.read()).startswith(b"event: speaker")
    assert 0.2 <= time.monotonic() - started < 5
