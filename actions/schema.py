"""All tables of the database, wherever they are described."""

from actions.contacts import tables as _contacts
from actions.conversations import tables as _conversations
from actions.faq import tables as _faq
from actions.officers import tables as _officers
from actions.questions import tables as _questions
from actions.tickets.tables import METADATA

DESCRIBED_IN = (_officers, _conversations, _questions, _faq, _contacts)
"""Modules whose tables are on METADATA once they are imported."""

__all__ = ["DESCRIBED_IN", "METADATA"]
