"""Everything behind leads and tickets, opened together: database, key, the office's files, the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from actions.office.live import LiveOffice, OfficeFiles
from actions.settings import TicketSettings
from actions.tickets.database import Database, open_database
from actions.tickets.guesses import TicketLookup
from actions.tickets.personal import PersonalKey, read_or_make_key
from actions.tickets.register import Tickets
from knowledge.plan import Plan, read_bureau_names, read_plan
from knowledge.plan.industries import CLAUSE, IndustryMap, read_industry_map
from knowledge.sources import FOLDER


@dataclass(frozen=True)
class Registry:
    """What takes leads, keeps tickets and knows whom they are for."""

    database: Database
    key: PersonalKey
    key_was_made: bool
    """The key file was made just now: whoever runs the service must be told to keep a copy."""
    plan: Plan
    industries: IndustryMap
    office: LiveOffice
    tickets: Tickets
    lookup: TicketLookup


@contextmanager
def open_registry(settings: TicketSettings, environment: Mapping[str, str]) -> Iterator[Registry]:
    """Open it while the context lasts; the environment holds the bureaus' secrets.

    Raises KnowledgeError (plan or office files), PersonalKeyError, DatabaseUnavailable, OSError.
    """
    plan = read_plan(FOLDER / "plan" / "plan.yml")
    names = read_bureau_names(FOLDER / "plan" / "bureaus.yml")
    industries = read_industry_map(FOLDER / "plan" / "industries.yml", plan.by_id[CLAUSE])
    files = OfficeFiles(settings.bureaus_file, settings.tracks_folder, settings.consent_file)
    office = LiveOffice(files, plan, names, environment)
    key, was_made = read_or_make_key(settings.personal_key, settings.personal_key_file)
    database = open_database(settings.database)
    try:
        tickets = Tickets(database, key, plan, lambda: office.current, settings.public_url)
        tickets.check_key()  # a lost key must be noticed now, not when the first ticket cannot be read
        yield Registry(database, key, was_made, plan, industries, office, tickets, TicketLookup(tickets, database))
    finally:
        database.close()
