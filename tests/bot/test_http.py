"""What holds for every route: one error shape, limits, headers, and logs that tell nothing personal."""

from __future__ import annotations

import json

import pytest

from tests.bot.conftest import Client

FAILURES = [
    ("GET", "/none", None, 404, "not_found"),
    ("GET", "/api/none", None, 404, "not_found"),
    ("GET", "/static/../settings.py", None, 404, "not_found"),
    ("GET", "/static/%2e%2e/views.py", None, 404, "not_found"),
    ("GET", "/static/", None, 403, "forbidden"),
    ("GET", "/api/chat", None, 405, "method_not_allowed"),
    ("PUT", "/api/chat", b"{}", 405, "method_not_allowed"),
    ("POST", "/", b"", 405, "method_not_allowed"),
    ("POST", "/healthz", b"", 405, "method_not_allowed"),
    ("POST", "/api/chat", b"not json", 400, "invalid_json"),
    ("POST", "/api/chat", b"x" * 20_000, 413, "body_too_large"),
    ("POST", "/api/chat", b'{"text": "' + b"a" * 10_000 + b'"}', 400, "text_too_long"),
    ("GET", "/api/leads", None, 405, "method_not_allowed"),
    ("POST", "/api/leads", b"not json", 400, "invalid_json"),
    ("POST", "/api/leads", b"x" * 20_000, 413, "body_too_large"),
    ("POST", "/api/leads", b"{}", 400, "consent_required"),
    ("POST", "/api/leads", b'{"\\ud800": 1}', 400, "unknown_field"),
    ("POST", "/api/consent", b"{}", 405, "method_not_allowed"),
    ("GET", "/api/callbacks/tax", None, 405, "method_not_allowed"),
    ("POST", "/api/callbacks/tax", b"{}", 401, "invalid_signature"),
    ("POST", "/api/callbacks/%ff", b"{}", 401, "invalid_signature"),
    ("POST", "/api/callbacks/tax", b"x" * 20_000, 413, "body_too_large"),
    ("POST", "/api/callbacks/", b"{}", 404, "not_found"),
    ("GET", "/sheets/ZJ-261125-7K3QXM/x", None, 404, "not_found"),
    ("POST", "/sheets/ZJ-261125-7K3QXM/x", b"", 405, "method_not_allowed"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "code"), FAILURES, ids=[f"{f[0]} {f[1]} {f[4]}" for f in FAILURES])
async def test_every_failure_has_the_one_error_shape(
    client: Client, method: str, path: str, body: bytes | None, status: int, code: str
) -> None:
    response = await client.request(method, path, data=body)
    assert response.status == status
    assert response.content_type == "application/json"
    error = json.loads(await response.text())
    assert set(error) == {"error"}
    assert set(error["error"]) == {"code", "message"}
    assert error["error"]["code"] == code
    assert error["error"]["message"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


async def test_the_page_and_its_files_are_served_with_a_strict_policy(client: Client) -> None:
    for path, kind in (("/", "html"), ("/static/chat.js", "javascript"), ("/static/chat.css", "css")):
        response = await client.get(path)
        assert (response.status, response.content_type.rsplit("/")[-1]) == (200, kind)
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "aiohttp" not in response.headers["Server"]
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]


async def test_what_was_sent_is_not_echoed_in_an_error(client: Client) -> None:
    response = await client.post("/api/chat", data=b'{"text": 1, "x": "<script>alert(1)</script>"}')
    assert "script" not in await response.text()


async def test_an_unforeseen_failure_tells_no_detail(client: Client, log_lines: list[dict[str, object]]) -> None:
    from bot.keys import DIALOGUE

    class Broken:
        async def reply(self, message: object) -> None:
            raise RuntimeError("a secret detail")

    client.app._state[DIALOGUE] = Broken()
    response = await client.post("/api/chat", json={"text": "用地"})
    assert response.status == 500
    assert "secret" not in await response.text()
    assert any(line["event"] == "request_failed" for line in log_lines)


async def test_an_address_that_asks_too_often_is_told_when_to_come_back(client: Client) -> None:
    statuses = [(await client.post("/api/chat", json={"text": "你好"})).status for _ in range(31)]
    assert statuses == [200] * 30 + [429]
    response = await client.post("/api/chat", json={"text": "你好"})
    assert 0 < int(response.headers["Retry-After"]) <= 2
    assert (await response.json())["error"]["code"] == "too_many_requests"
    assert (await client.get("/")).status == 200, "the page itself is not limited"


async def test_a_log_line_has_the_request_id_and_no_text_or_address(client: Client, log_lines: list[dict[str, object]]) -> None:
    text = "我是张三，电话13800138000"
    response = await client.post("/api/chat?name=张三", json={"text": text})
    line = next(line for line in log_lines if line["event"] == "request")
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert (line["route"], line["status"], line["method"]) == ("/api/chat", 200, "POST")
    written = json.dumps(log_lines, ensure_ascii=False)
    for private in ("张三", "13800138000", "127.0.0.1"):
        assert private not in written


async def test_an_unknown_path_or_method_is_not_copied_into_the_log(client: Client, log_lines: list[dict[str, object]]) -> None:
    await client.request("MADEUP", "/phone/13800138000")
    written = json.dumps(log_lines, ensure_ascii=False)
    assert "13800138000" not in written
    assert "MADEUP" not in written
