"""Signatures and encryption of call-backs, as WeChat and WeCom share them.

Facts: WeChat, 消息加解密说明 (developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption); WeCom, 加解密方案说明
(developer.work.weixin.qq.com, path 90968). The receiver is the app id of an Official Account, and WeCom's corpid.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_RANDOM_BYTES = 16
_LENGTH_BYTES = 4
_BLOCK = 32  # PKCS#7 to this, not to the 16 bytes of AES: no library's own unpadder takes it
_KEY = re.compile(r"[A-Za-z0-9]{43}")


class Undecipherable(Exception):
    """A cipher text was not made with our key for us. It is not said which of the checks failed."""


def signature(*parts: str) -> str:
    """SHA-1 in lower-case hex over the parts in order of their characters, as the platform signs: token, timestamp, nonce, cipher text."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    """Whether `given` is the signature of the parts; takes the same time wherever it differs."""
    return hmac.compare_digest(signature(*parts).encode(), given.encode("utf-8", "surrogatepass"))


def is_key(text: str) -> bool:
    """Whether a text has the form of an EncodingAESKey: 43 letters and digits."""
    return bool(_KEY.fullmatch(text))


class MessageCipher:
    """AES-256-CBC with the console's EncodingAESKey; what is encrypted says for whom it is."""

    def __init__(self, encoding_aes_key: str, receiver: str) -> None:
        """Raises ValueError unless the key is 43 letters and digits."""
        if not is_key(encoding_aes_key):
            raise ValueError("an EncodingAESKey is 43 letters and digits")
        # 43 characters hold 258 bits; the two spare ones may be anything.
        self._key = base64.b64decode(encoding_aes_key + "=")
        self._receiver = receiver.encode()

    def encrypt(self, message: str, random: bytes | None = None) -> str:
        """Base64 of the encrypted message; `random`, 16 bytes, is for published test vectors only."""
        content = message.encode()
        plain = (random or secrets.token_bytes(_RANDOM_BYTES)) + len(content).to_bytes(_LENGTH_BYTES, "big") + content + self._receiver
        padding = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()

    def decrypt(self, text: str) -> bytes:
        """The message. Raises Undecipherable. Check the signature first: it is what keeps forgers from trying paddings."""
        try:
            secret = base64.b64decode(text, validate=True)
            decryptor = self._cipher().decryptor()
            plain = decryptor.update(secret) + decryptor.finalize()
        except (binascii.Error, ValueError) as error:
            raise Undecipherable from error
        padding = plain[-1] if plain else 0
        start = _RANDOM_BYTES + _LENGTH_BYTES
        end = start + int.from_bytes(plain[_RANDOM_BYTES:start], "big")
        receiver_end = len(plain) - padding
        is_padded = 1 <= padding <= _BLOCK and plain[receiver_end:] == bytes([padding]) * padding
        if not is_padded or end > receiver_end or not hmac.compare_digest(plain[end:receiver_end], self._receiver):
            raise Undecipherable
        return plain[start:end]

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
