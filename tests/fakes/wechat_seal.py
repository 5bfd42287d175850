"""WeChat's signatures and encryption, written from its pages a second time: what the service writes is checked against this, not itself."""

from __future__ import annotations

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def sign(*parts: str) -> str:
    """SHA-1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def seal(text: str, aes_key: str, appid: str) -> str:
    """Encrypted and in Base64."""
    content = text.encode()
    packed = os.urandom(16) + struct.pack(">I", len(content)) + content + appid.encode()
    missing = 32 - len(packed) % 32
    encryptor = _aes(aes_key).encryptor()
    return base64.b64encode(encryptor.update(packed + bytes([missing] * missing)) + encryptor.finalize()).decode()


def unseal(secret: str, aes_key: str, appid: str) -> str:
    """Decrypted. Raises AssertionError where it is not for us."""
    decryptor = _aes(aes_key).decryptor()
    packed = decryptor.update(base64.b64decode(secret)) + decryptor.finalize()
    assert 1 <= packed[-1] <= 32
    packed = packed[: -packed[-1]]
    (length,) = struct.unpack(">I", packed[16:20])
    assert packed[20 + length :].decode() == appid
    return packed[20 : 20 + length].decode()


def _aes(aes_key: str) -> Cipher[modes.CBC]:
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
