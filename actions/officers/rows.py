"""Officers as rows."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from actions.officers.errors import NoSuchOfficer, NotAnOfficer
from actions.officers.model import SYSTEM, TERMINAL, Officer, Role
from actions.officers.tables import OFFICERS
from actions.tickets.rows import storable

_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_LONGEST = 64


def read_officer(row: Any) -> Officer:
    """A row of OFFICERS as mapping."""
    return Officer(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        bureau=row["bureau"],
        role=Role(row["role"]),
        is_active=row["disabled_at"] is None,
        must_change_password=row["must_change_password"],
        has_second_factor=row["totp"] is not None,
    )


def plain_login(written: str) -> str:
    """As it is kept: without blanks around it, in lower case."""
    return storable(written).strip().lower()


def row_of(connection: Connection, login: str, to_change: bool = False) -> Any | None:
    """The row of a login; `to_change`: whoever else wants to change it waits. None where nobody has it."""
    wanted = select(OFFICERS).where(OFFICERS.c.login == plain_login(login))
    return connection.execute(wanted.with_for_update(key_share=True) if to_change else wanted).mappings().first()


def known_row(connection: Connection, login: str, to_change: bool = False) -> Any:
    """The same. Raises NoSuchOfficer."""
    row = row_of(connection, login, to_change)
    if row is None:
        raise NoSuchOfficer(login)
    return row


def check_login(login: str) -> None:
    """Raises NotAnOfficer."""
    if login in (SYSTEM, TERMINAL):
        raise NotAnOfficer("reserved-login", f"账号“{login}”在审计日志里另有含义，请换一个。")
    if not _LOGIN.fullmatch(login):
        raise NotAnOfficer("bad-login", "账号须以小写字母开头，由2至32个小写字母、数字、点、下划线或连字符组成。")


def check_place(name: str, bureau: str, role: Role) -> None:
    """Raises NotAnOfficer."""
    if not name or len(name) > _LONGEST or len(bureau) > _LONGEST:
        raise NotAnOfficer("bad-name", f"姓名不能空着，姓名和单位都不超过{_LONGEST}个字。")
    if not bureau and role is not Role.ADMINISTRATOR:
        raise NotAnOfficer("needs-bureau", "经办人员和主管须有所属单位。")
