"""Names and phones of enquirers: encrypted wherever they are kept, and masked wherever they need not be read.

Fernet of the `cryptography` library: AES-128-CBC with HMAC-SHA256. Several keys can be given, newest first, while one
replaces another: what an older one encrypted stays readable.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from actions.lead.model import Person


class PersonalKeyError(Exception):
    """The key cannot be used, or is not the one that things were encrypted with."""


class PersonalKey:
    """Encrypts, decrypts, and marks phones so that the same one is recognised without being readable."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys`: Fernet keys, newest first. The marks are made with the newest. Raises PersonalKeyError."""
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
            newest = base64.urlsafe_b64decode(keys[0])
        except (ValueError, IndexError) as error:
            raise PersonalKeyError("PERSONAL_KEY is not a Fernet key: 32 bytes as URL-safe Base64") from error
        self._mark_key = HKDF(SHA256(), 32, salt=None, info=b"marks of phones").derive(newest)

    def encrypt(self, plain: bytes) -> bytes:
        """Encrypt with the newest key."""
        return self._fernet.encrypt(plain)

    def decrypt(self, encrypted: bytes) -> bytes:
        """Raises PersonalKeyError where none of the keys fits."""
        try:
            return self._fernet.decrypt(encrypted)
        except InvalidToken as error:
            raise PersonalKeyError("what is kept was encrypted with another key: restore personal.key or set PERSONAL_KEY") from error

    def encrypt_for(self, purpose: str, plain: bytes) -> bytes:
        """The same for something else than people: what was encrypted for another purpose cannot be put in its place."""
        return self.encrypt(_head(purpose) + plain)

    def decrypt_for(self, purpose: str, encrypted: bytes) -> bytes:
        """What `encrypt_for` encrypted for that purpose. Raises PersonalKeyError."""
        plain = self.decrypt(encrypted)
        if not plain.startswith(_head(purpose)):
            raise PersonalKeyError(f"what should be a secret of {purpose} was replaced by something else")
        return plain.removeprefix(_head(purpose))

    def encrypt_person(self, person: Person) -> bytes:
        """A person as it is kept."""
        return self.encrypt(json.dumps({"name": person.name, "phone": person.phone}).encode())

    def decrypt_person(self, encrypted: bytes) -> Person:
        """What `encrypt_person` encrypted. Raises PersonalKeyError."""
        return Person(**json.loads(self.decrypt(encrypted)))

    def mark(self, *texts: str) -> str:
        """A keyed one-way mark: equal for equal texts, of no use without the key."""
        return hmac.digest(self._mark_key, "\0".join(texts).encode(errors="surrogatepass"), hashlib.sha256).hex()[:32]


def _head(purpose: str) -> bytes:
    return purpose.encode() + b"\0"


def read_or_make_key(setting: str, file: Path) -> tuple[PersonalKey, bool]:
    """The key from the setting, else from the file, which is made at the first start, readable by its owner only.

    True beside it where the file was made just now: whoever runs the service must be told to keep it. Raises PersonalKeyError, OSError.
    """
    if setting:
        return PersonalKey(setting.split()), False
    if was_made := not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        was_made = _make_key(file)
    try:
        return PersonalKey(file.read_text(encoding="ascii").split()), was_made
    except (PersonalKeyError, UnicodeDecodeError) as error:
        raise PersonalKeyError(f"{file} holds no Fernet key: restore it from your copy") from error


def _make_key(file: Path) -> bool:
    """Make the file; False where another process was faster. It appears with its content: whoever sees it can read it."""
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(Fernet.generate_key())
            stream.flush()
            os.fsync(stream.fileno())
        os.link(unfinished, file)
    except FileExistsError:
        return False
    finally:
        unfinished.unlink(missing_ok=True)
    return True


def masked_phone(phone: str) -> str:
    """The last four digits stay."""
    return "*" * max(0, len(phone) - 4) + phone[-4:]
