"""Role × permission × whose: the whole table, written down once more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.officers.model import Officer, Permission, Role, may
from tests.actions.officers.samples import BUREAU, OTHER_BUREAU

# For each permission who may: "own" bureau's, "all", or nobody "-"; officer, supervisor, administrator.
TABLE = """
see-tickets       own  own  all
see-person        own  own  all
work-on-tickets   own  own  all
take-over         own  own  all
reassign          -    own  all
see-figures       -    own  all
see-faq           all  all  all
edit-faq          all  all  all
publish-faq       -    -    all
manage-officers   -    -    all
manage-endpoints  -    -    all
see-audit-log     -    -    all
"""
LINES = [line.split() for line in TABLE.split("\n") if line]
CASES = [(role, Permission(name), reach) for name, *reaches in LINES for role, reach in zip(Role, reaches, strict=True)]


def _officer(role: Role, bureau: str = BUREAU) -> Officer:
    return Officer(1, "chen", "陈", bureau, role, is_active=True, must_change_password=False, has_second_factor=False)


def test_the_table_names_every_permission() -> None:
    assert [Permission(name) for name, *_ in LINES] == list(dict.fromkeys(Permission(name) for name, *_ in LINES))
    assert {Permission(name) for name, *_ in LINES} == set(Permission)


@pytest.mark.parametrize(("role", "permission", "reach"), CASES)
def test_each_role_may_what_the_table_says(role: Role, permission: Permission, reach: str) -> None:
    officer = _officer(role)
    assert may(officer, permission, BUREAU) is (reach in ("own", "all"))
    assert may(officer, permission, OTHER_BUREAU) is (reach == "all")
    assert may(officer, permission, None) is (reach == "all")
    assert may(officer, permission, "") is (reach == "all")


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_who_is_disabled_or_has_a_one_time_password_may_nothing(role: Role, permission: Permission) -> None:
    for officer in (replace(_officer(role), is_active=False), replace(_officer(role), must_change_password=True)):
        assert not any(may(officer, permission, bureau) for bureau in (BUREAU, OTHER_BUREAU, None))


def test_an_officer_without_a_bureau_owns_nothing() -> None:
    assert not may(_officer(Role.OFFICER, ""), Permission.SEE_TICKETS, "")
    assert may(_officer(Role.ADMINISTRATOR, ""), Permission.SEE_TICKETS, BUREAU)
