"""The office as it is shipped, the plan's places and products, and the form over them: for the tests of the form and its actions."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from actions.lead.form.draft import Draft
from actions.lead.form.taking import Form
from actions.office.live import OfficeFiles, read_office
from actions.office.model import Office, Track
from actions.settings import PROJECT
from knowledge.plan import Plan, read_bureau_names, read_plan
from knowledge.plan.industries import CLAUSE, IndustryMap, read_industry_map
from knowledge.sources import FOLDER

BEGUN_AT = "2026-11-25T08:00:00+00:00"


@cache
def shipped_plan() -> Plan:
    """The plan."""
    return read_plan(FOLDER / "plan" / "plan.yml")


@cache
def shipped_office() -> Office:
    """bureaus.yml, the tracks and the consent text."""
    actions = PROJECT / "actions"
    names = read_bureau_names(FOLDER / "plan" / "bureaus.yml")
    return read_office(OfficeFiles(actions / "bureaus.yml", actions / "tracks", actions / "consent.yml"), shipped_plan(), names, {})


@cache
def shipped_industries() -> IndustryMap:
    """Places and products."""
    return read_industry_map(FOLDER / "plan" / "industries.yml", shipped_plan().by_id[CLAUSE])


def form_of(office: Office) -> Form:
    """The form of such an office."""
    industries = shipped_industries()
    return Form(office, industries.names, lambda text: [product.name for product in industries.products_in(text)], 365)


def office_with(*tracks: Track) -> Office:
    """The shipped office with other tracks."""
    return replace(shipped_office(), tracks=tracks)


def fresh(track: str = "", **known: str | int) -> Draft:
    """A draft that knows nothing yet but what is given."""
    return Draft(id="draft", begun_at=BEGUN_AT, step="", values=known, track=track)
