"""WeCom's encrypted call-backs: verified, opened, and answers sealed. The application's and 微信客服's are alike.

Facts: WeCom, 回调配置 and 加解密方案说明 (developer.work.weixin.qq.com, path 91144 and 90968). Always encrypted, for the corpid.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

from bot.channels.contract import Refused
from bot.channels.tencent.crypto import MessageCipher, Undecipherable, is_signed, signature
from bot.channels.tencent.fields import read_fields
from bot.channels.tencent.freshness import Freshness
from bot.channels.tencent.xml import write_xml

SKEW_SECONDS = 600.0
"""How far WeCom's clock and ours may be apart."""


class Envelope:
    """One call-back address."""

    def __init__(self, token: str, aes_key: str, corpid: str, clock: Callable[[], float] = time.time) -> None:
        """Raises ValueError where the key is none. `clock`: seconds since 1970."""
        self._token = token
        self._cipher = MessageCipher(aes_key, corpid)
        self._clock = clock
        self._freshness = Freshness(SKEW_SECONDS, clock)

    def echo(self, query: dict[str, str]) -> str:
        """What the console wants to hear when it verifies the address: `echostr`, decrypted. Raises Refused."""
        # A "+" that comes bare is read as a space (WeCom asks to URL-decode, and Base64 has "+").
        secret = query.get("echostr", "").replace(" ", "+")
        self._check(query, secret)
        try:
            return self._cipher.decrypt(secret).decode("utf-8")
        except (Undecipherable, UnicodeDecodeError):
            raise Refused(400, "cannot be decrypted with the AES key for the corpid") from None

    def open(self, query: dict[str, str], body: bytes) -> dict[str, str]:
        """The fields of what was encrypted. Raises Refused, Malformed: what stands beside the encrypted part counts for nothing."""
        try:
            secret = read_fields(body).get("Encrypt", "")
            self._check(query, secret)
            content = self._cipher.decrypt(secret)
        except Undecipherable:
            raise Refused(400, "cannot be decrypted with the AES key for the corpid") from None
        fields = read_fields(content)
        # What was decrypted, as a retry may be encrypted anew.
        if self._freshness.is_replayed(query["timestamp"], query["nonce"], content):
            raise Refused(403, "timestamp and nonce were used before")
        return fields

    def seal(self, document: str) -> str:
        """A passive reply, encrypted and signed."""
        secret, timestamp, nonce = self._cipher.encrypt(document), str(int(self._clock())), secrets.token_hex(8)
        sealed = signature(self._token, timestamp, nonce, secret)
        return write_xml({"Encrypt": secret, "MsgSignature": sealed, "TimeStamp": int(timestamp), "Nonce": nonce})

    def _check(self, query: dict[str, str], secret: str) -> None:
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        # First, so that what is refused takes the same time whether or not its timestamp is good.
        is_ours = is_signed(query.get("msg_signature", ""), self._token, timestamp, nonce, secret)
        if not self._freshness.is_timely(timestamp, nonce) or not is_ours:
            raise Refused(403, "wrong signature" if not is_ours else "timestamp too far off, or odd nonce")
