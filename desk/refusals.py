"""Why a page is not shown; each becomes a page of its own kind.

Refused
├── Forbidden    403: the role, or the bureau, may not
├── NotFound     404: there is none, or not for this officer
└── BadForm      400: the form cannot be used
"""

from __future__ import annotations

from http import HTTPStatus


class Refused(Exception):
    """A page is not shown; `key` names the text that says why."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key)


class Forbidden(Refused):
    """The officer may not."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self, key: str = "desk.forbidden", **values: object) -> None:
        super().__init__(key, **values)


class NotFound(Refused):
    """There is no such thing for this officer."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, key: str = "desk.not-found", **values: object) -> None:
        super().__init__(key, **values)


class BadForm(Refused):
    """The form lacks something, is too long, or was not sent by a page of ours."""

    def __init__(self, key: str = "desk.bad-form", **values: object) -> None:
        super().__init__(key, **values)
