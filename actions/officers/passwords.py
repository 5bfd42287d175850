"""Passwords: argon2id by `argon2-cffi`, the rules for new ones, and one-time ones that can be read aloud."""

from __future__ import annotations

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from actions.officers.errors import WeakPassword

LEAST_LENGTH = 10
MOST_LENGTH = 128
_FEWEST_DIFFERENT = 4
_READABLE = "23456789abcdefghjkmnpqrstuvwxyz"  # without 0 o 1 i l
_GROUPS, _GROUP = 4, 4
# The commonest that would keep the other rules: words that people here begin with, and runs along the keyboard. The list is ours.
# They are meant without the digits and signs at their end, which is how such a word is made to look like a password.
_COMMON_WORDS = """
password passw0rd p@ssword p@ssw0rd admin administrator adminadmin root officer desk desktop test testtest welcome letmein changeme
zhanjiang zhanjiangshi zhengwu zhengfu guangdong bangongshi huanying gongzuo mima woaini woaizhongguo iloveyou
qwerty qwertyui qwertyuiop qwertyuiopasdfghjkl asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc qazwsxedcrfv
abc abcd abcdef abcdefg abcdefgh abcdefghij abcdefghijk abcabcabca
1qaz2wsx3edc 1qaz@wsx3edc !qaz2wsx#edc 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 q1w2e3r4t5y6 a1b2c3d4e5 123456789a 1234567890a
"""


class Passwords:
    """Makes and checks hashes. Slow on purpose; safe to use from several threads."""

    def __init__(self, rounds: int = 3, memory_kib: int = 64 * 1024, lanes: int = 4) -> None:
        """The costs of argon2id; what is not given is RFC 9106's second recommendation."""
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=lanes)
        self._nobodys = self._hasher.hash(secrets.token_bytes(16))

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        return self._hasher.hash(_plain(password))

    def is_right(self, kept: str | None, password: str) -> bool:
        """Whether it is the password. Where there is no officer (None), it takes as long and is False."""
        try:
            is_right = self._hasher.verify(self._nobodys if kept is None else kept, _plain(password[: MOST_LENGTH * 8]))
        except (VerificationError, InvalidHashError):
            return False
        return is_right and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether it was hashed at another cost than is usual now."""
        return self._hasher.check_needs_rehash(kept)


def check_password(password: str, login: str) -> None:
    """Raises WeakPassword where a new password does not keep the rules."""
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < LEAST_LENGTH:
        raise WeakPassword("short", f"密码至少{LEAST_LENGTH}个字符。")
    if len(plain) > MOST_LENGTH:
        raise WeakPassword("long", f"密码最多{MOST_LENGTH}个字符。")
    if not any(character.isalpha() for character in plain):
        raise WeakPassword("no-letter", "密码不能全是数字和符号。")
    folded = plain.casefold()
    if len(set(folded)) < _FEWEST_DIFFERENT:
        raise WeakPassword("monotonous", "密码里不同的字符太少。")
    if _stem(folded) in {login.casefold(), login.casefold()[::-1], _stem(login.casefold())} or folded == login.casefold() * 2:
        raise WeakPassword("like-login", "密码不能与账号相同，也不能只是账号加数字或符号。")
    if {folded, _stem(folded)} & set(_COMMON_WORDS.split()):
        raise WeakPassword("common", "这个密码太常见，请换一个。")


def one_time_password() -> str:
    """One to be handed over and changed at once: 79 random bits, nothing in it that is mistaken for another character."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _stem(text: str) -> str:
    """Without the digits and signs at its end, which is how a common word is made to look like a password."""
    end = len(text)
    while end and not text[end - 1].isalpha():
        end -= 1
    return text[:end]


def _plain(password: str) -> bytes:
    # The same keys in full width, as Chinese input methods type them, are the same password.
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
