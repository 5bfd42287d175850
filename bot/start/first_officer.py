"""The first start makes somebody who can sign in to the desk."""

from __future__ import annotations

from contextlib import closing, suppress

from actions.officers.register import Officers
from actions.tickets.database import DatabaseUnavailable, open_database
from actions.tickets.personal import PersonalKeyError, read_or_make_key
from bot.settings import Settings
from bot.start.preflight import CannotStart

_ATTEMPTS = 10
"""Each waits for two seconds where the database is busy."""


def first_administrator(settings: Settings) -> str | None:
    """The one-time password of a new administrator where there is no officer yet; to be shown once, in a terminal and in no log.

    Raises CannotStart.
    """
    try:
        key, _ = read_or_make_key(settings.tickets.personal_key, settings.tickets.personal_key_file)
        with closing(open_database(settings.tickets.database)) as database:
            return _ensured(Officers(database, key))
    except DatabaseUnavailable as error:
        raise CannotStart(f"the database of tickets cannot be opened ({error}); see DATABASE_URL") from error
    except (PersonalKeyError, OSError) as error:
        raise CannotStart(str(error)) from error


def _ensured(officers: Officers) -> str | None:
    """Try again for a while: enquirers may be keeping a database busy that answers already."""
    for _ in range(_ATTEMPTS - 1):
        with suppress(DatabaseUnavailable):
            return officers.ensure_administrator()
    return officers.ensure_administrator()
