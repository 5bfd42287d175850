"""`python -m docs.lead_session`: one lead's whole way, really taken: what the enquirer reads, and what reaches the bureau.

Starts an assistant of its own in a folder that is thrown away, on free ports, and a simulated bureau.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import socket
import sys
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from standardwebhooks.webhooks import Webhook

from actions.simulator import BureauSimulator
from bot.settings import PROJECT

_BEFORE = (
    "每亩地多少钱",
    "联系",
    "同意",
    "东莞市宏达电器有限公司",
    "贷款有绿色通道吗",
    "王小明，13800138000",
    "做小家电的",
    "3.5个亿",
    "50亩",
    "廉江",
    "其余跳过",
    "电话改成13900139000",
    "确认提交",
)
_AFTER = "我的申请到哪了"
_WAIT_SECONDS = 20.0


def main() -> int:
    """Print the session."""
    asyncio.run(_play())
    return 0


async def _play() -> None:
    secret = "whsec_" + b64encode(secrets.token_bytes(32)).decode()
    with tempfile.TemporaryDirectory() as folder:
        async with BureauSimulator([secret], port=_free_port(), log=lambda line: None) as bureau:
            async with _assistant(Path(folder), bureau.port, secret) as url, aiohttp.ClientSession() as session:
                conversation = None
                for text in _BEFORE:
                    conversation = await _say(session, url, text, conversation)
                payload = await _arrived(bureau)
                _show_arrival(payload)
                await _accept(session, payload, secret)
                await _say(session, url, _AFTER, conversation)


async def _say(session: aiohttp.ClientSession, url: str, text: str, conversation: str | None) -> str:
    async with session.post(f"{url}/api/chat", json={"text": text, "conversation_id": conversation}) as response:
        response.raise_for_status()
        reply = await response.json()
    print(f"企业：{text}")
    for message in reply["messages"]:
        choices = "".join(f"［{choice['title']}］" for choice in message["choices"])
        print("助手：" + message["text"].replace("\n", "\n      ") + (f"\n      {choices}" if choices else ""))
    return str(reply["conversation_id"])


async def _arrived(bureau: BureauSimulator) -> dict[str, Any]:
    for _ in range(int(_WAIT_SECONDS * 10)):
        if bureau.accepted:
            payload: dict[str, Any] = json.loads(bureau.accepted[0].body)
            return payload
        await asyncio.sleep(0.1)
    raise TimeoutError("nothing reached the bureau")


def _show_arrival(payload: dict[str, Any]) -> None:
    told = payload["data"]
    shown = {name: told[name] for name in ("ticket", "state", "to", "clause", "enterprise", "need", "contact")}
    print(f"\n—— 市自然资源局收到（签名已核验）：{payload['type']} ——")
    print(json.dumps(shown, ensure_ascii=False, indent=1))


async def _accept(session: aiohttp.ClientSession, payload: dict[str, Any], secret: str) -> None:
    body = json.dumps({"type": "ticket.accepted", "data": {"ticket": payload["data"]["ticket"]}})
    now = datetime.now(timezone.utc)
    name = f"msg_{secrets.token_hex(8)}"
    signed = {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, now, body),
    }
    async with session.post(payload["data"]["links"]["callback"], data=body.encode(), headers=signed) as response:
        print(f"—— 市自然资源局回调 ticket.accepted：{response.status} {await response.text()} ——\n")


@contextlib.asynccontextmanager
async def _assistant(folder: Path, bureau_port: int, secret: str) -> AsyncIterator[str]:
    """An assistant whose land bureau is the simulated one; its URL."""
    listing = yaml.safe_load((PROJECT / "actions" / "bureaus.yml").read_text(encoding="utf-8"))
    for entry in listing["bureaus"]:
        if entry["id"] == "natural-resources":
            address = f"http://127.0.0.1:{bureau_port}/webhook"
            entry["endpoint"] = {"kind": "webhook", "url": address, "insecure": True, "secret_env": "LAND_SECRET"}
    bureaus = folder / "bureaus.yml"
    bureaus.write_text(yaml.safe_dump(listing, allow_unicode=True), encoding="utf-8")
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        "PORT": str(port),
        "RASA_PORT": str(_free_port()),
        "ACTION_PORT": str(_free_port()),
        "DATA_DIR": str(_own_data(folder)),
        "PUBLIC_URL": url,
        "BUREAUS_FILE": str(bureaus),
        "LAND_SECRET": secret,
        "DELIVERY_ALLOW_NETWORKS": f"127.0.0.1/32:{bureau_port}",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=PROJECT, env=os.environ | settings, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        async for line in process.stdout:
            if line.startswith(b"API "):
                break
        yield url
    finally:
        process.terminate()
        await process.wait()


def _own_data(folder: Path) -> Path:
    """A DATA_DIR of its own with what is built already, so that nothing has to be built again."""
    data_dir = folder / "var"
    data_dir.mkdir()
    for part in ("encoder", "index", "rasa"):
        if (PROJECT / "var" / part).exists():
            (data_dir / part).symlink_to(PROJECT / "var" / part)
    return data_dir


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
