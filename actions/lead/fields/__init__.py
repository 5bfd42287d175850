"""What an enquirer typed for one field of a lead, read into its value or told, in Chinese, what is wrong with it.

Each reader raises `Unreadable`; none echoes what was typed. The finders beside them, `find_…`, look for the same field in
a message that says several things at once: see `actions.lead.extract`.
"""

from actions.lead.fields.company import read_company
from actions.lead.fields.contact import read_contact
from actions.lead.fields.industry import read_industry
from actions.lead.fields.investment import is_exact_investment, read_investment
from actions.lead.fields.land import is_exact_land, leaves_out_land, read_land
from actions.lead.fields.need import read_need
from actions.lead.fields.phone import read_phone
from actions.lead.fields.place import read_district
from actions.lead.fields.typed import Unreadable
from actions.lead.fields.undecided import is_left_open, is_undecided
from actions.lead.fields.when import read_time

__all__ = [
    "Unreadable",
    "is_exact_investment",
    "is_exact_land",
    "is_left_open",
    "is_undecided",
    "leaves_out_land",
    "read_company",
    "read_contact",
    "read_district",
    "read_industry",
    "read_investment",
    "read_land",
    "read_need",
    "read_phone",
    "read_time",
]
