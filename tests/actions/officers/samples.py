"""Officers with passwords of their own, and what the audit log says."""

from __future__ import annotations

import json
from typing import Any

from actions.officers.model import Role
from actions.officers.passwords import Passwords
from actions.officers.register import Officers, SignedIn

BUREAU, OTHER_BUREAU = "市自然资源局", "市税务局"
PASSWORD = "榕树下第三把椅子-"
ADDRESS = "203.0.113.7"
BY = "boss"


def cheap_passwords() -> Passwords:
    """Hashes that cost next to nothing."""
    return Passwords(rounds=1, memory_kib=8, lanes=1)


def add(officers: Officers, login: str, role: Role = Role.OFFICER, bureau: str = BUREAU) -> str:
    """An officer who has changed their password to PASSWORD + login; the password."""
    once = officers.add(login, f"{login}的名字", bureau, role, BY)
    password = f"{PASSWORD}{login}"
    changed = officers.change_password(sign_in(officers, login, once).token, once, password)
    officers.end(changed.token)
    return password


def sign_in(officers: Officers, login: str, password: str, code: str | None = None, address: str = ADDRESS) -> SignedIn:
    return officers.sign_in(login, password, code, address)


def logged(officers: Officers) -> list[dict[str, Any]]:
    """All rows of the audit log."""
    return [json.loads(line) for line in "".join(officers.audit.export()).splitlines()]


def actions(officers: Officers) -> list[str]:
    return [row["action"] for row in logged(officers)]
