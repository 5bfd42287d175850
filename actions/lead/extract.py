"""Several fields of a lead in one free message; only what is certain.

A field is certain where a word says what it is (联系人, 投资, 搬到) or where its form is unmistakable (有限公司, a valid phone
number). What is asked, denied, of somebody else or said twice in different ways is left to the questions one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from actions.lead.fields.company import find_company
from actions.lead.fields.contact import contact_of, find_contact
from actions.lead.fields.industry import find_industry
from actions.lead.fields.investment import find_investment
from actions.lead.fields.land import find_land
from actions.lead.fields.phone import find_phone, without_phones
from actions.lead.fields.place import Places, find_district
from actions.lead.fields.typed import MOST_CHARACTERS, Found, plain
from actions.lead.fields.when import find_time

_LINE_BREAK = re.compile(r"\s*[\r\n\u2028\u2029]\s*")


def extract(text: str, places: Places, products: Callable[[str], Sequence[str]]) -> Mapping[str, object]:
    """Fields by their names in `Lead` and `Person`: company, name, phone, industry, investment_yuan, land_square_metres, district, time.

    `places` are words with the plan's names for them, `products` gives the product words of a simplified text in lower case.
    Only the beginning of a very long message is read. Raises nothing.
    """
    message = plain(_LINE_BREAK.sub("，", text[:MOST_CHARACTERS]))
    phone = find_phone(message)
    # Names are taken out before the rest is read: 廉江 and 电子 in a company's name are neither its wish nor its trade.
    rest = without_phones(message)
    company = find_company(rest)
    rest = _without(rest, company)
    contact = find_contact(rest)
    rest = _without(rest, contact)
    found: dict[str, object | None] = {
        "company": company and company.value,
        "name": contact and contact_of(contact),
        "phone": phone and phone.value,
        "industry": find_industry(rest, products),
        "investment_yuan": find_investment(rest),
        "land_square_metres": find_land(rest),
        "district": find_district(rest, places),
        "time": find_time(rest),
    }
    return {field: value for field, value in found.items() if value}


def _without(text: str, found: Found | None) -> str:
    return f"{text[: found.start]}{'，' * (found.end - found.start)}{text[found.end :]}" if found else text
