"""Looking a ticket up by its number and the last four digits of the phone: right and wrong guesses, and how many of them."""

from __future__ import annotations

from functools import partial

import pytest

from actions.lead.model import Person
from actions.tickets.database import Database
from actions.tickets.guesses import MOST_WRONG_GUESSES, TicketLookup, TooManyGuesses
from actions.tickets.model import NoSuchTicket
from actions.tickets.register import Standing, Tickets
from tests.actions.tickets.samples import NAME, Clock, count_rows, lead, together

UNKNOWN = "ZJ-261125-XXXXXX"


@pytest.fixture
def number(tickets: Tickets) -> str:
    return tickets.open_ticket(lead()).ticket.number


def _miss(lookup: TicketLookup, number: str, guesser: str, times: int, digits: str = "1234") -> None:
    for _ in range(times):
        with pytest.raises(NoSuchTicket):
            lookup.look_up(number, digits, guesser)


def test_number_and_digits_show_the_ticket_and_count_as_no_guess(lookup: TicketLookup, database: Database, number: str) -> None:
    for _ in range(MOST_WRONG_GUESSES + 2):
        assert lookup.look_up(number, "8000", "me").ticket.number == number
    assert count_rows(database)["wrong_guesses"] == 0


@pytest.mark.parametrize(
    "digits", ["", "800", "8001", "13800138000", "+8613800138000", "８０００", "*", "%", "8000\0", "\ud800"], ids=ascii
)
def test_other_digits_show_nothing(lookup: TicketLookup, number: str, digits: str) -> None:
    _miss(lookup, number, "me", 1, digits)


@pytest.mark.parametrize(
    "written", [UNKNOWN, "", "%", "' OR 1=1 --", "x" * 10_000, "zj-261125-aaaaaa", "ZJ\0"], ids=lambda text: ascii(text[:12])
)
def test_what_is_no_ticket_is_told_like_a_wrong_guess(lookup: TicketLookup, number: str, written: str) -> None:
    assert written != number
    _miss(lookup, written, "me", 1, "8000")


def test_after_some_wrong_guesses_the_guesser_is_told_nothing_even_of_other_tickets(
    lookup: TicketLookup, tickets: Tickets, number: str
) -> None:
    for turn in range(MOST_WRONG_GUESSES):
        _miss(lookup, f"ZJ-261125-{'ABCDEFGH'[turn] * 6}", "guesser", 1)
    with pytest.raises(TooManyGuesses):
        lookup.look_up(number, "8000", "guesser")
    assert lookup.look_up(number, "8000", "somebody else").ticket.number == number


def test_after_some_wrong_guesses_by_many_the_ticket_is_shown_to_nobody(lookup: TicketLookup, tickets: Tickets, number: str) -> None:
    other = tickets.open_ticket(lead(clause="task-08", person=Person(NAME, "+8613800138001"))).ticket.number
    for turn in range(MOST_WRONG_GUESSES):
        _miss(lookup, number, f"guesser {turn}", 1)
    with pytest.raises(TooManyGuesses):
        lookup.look_up(number, "8000", "owner")
    assert lookup.look_up(other, "8001", "owner").ticket.number == other


def test_the_last_guess_that_is_allowed_may_be_the_right_one(lookup: TicketLookup, number: str) -> None:
    _miss(lookup, number, "me", MOST_WRONG_GUESSES - 1)
    assert lookup.look_up(number, "8000", "me").ticket.number == number
    _miss(lookup, number, "me", 1)
    with pytest.raises(TooManyGuesses):
        lookup.look_up(number, "8000", "me")


def test_wrong_guesses_are_forgiven_an_hour_later_and_trying_meanwhile_does_not_prolong_it(
    lookup: TicketLookup, clock: Clock, number: str
) -> None:
    _miss(lookup, number, "me", MOST_WRONG_GUESSES)
    clock.passes(minutes=59, seconds=59)
    with pytest.raises(TooManyGuesses):
        lookup.look_up(number, "8000", "me")
    clock.passes(seconds=1)
    assert lookup.look_up(number, "8000", "me").ticket.number == number


def test_an_erased_ticket_is_shown_to_nobody(lookup: TicketLookup, tickets: Tickets, number: str) -> None:
    tickets.erase(number)
    for digits in ("8000", ""):
        _miss(lookup, number, "me", 1, digits)


def test_a_short_phone_is_not_shown_to_who_says_nothing(lookup: TicketLookup, tickets: Tickets) -> None:
    number = tickets.open_ticket(lead(person=Person(NAME, ""))).ticket.number
    _miss(lookup, number, "me", 1, "")


def test_guesses_at_the_same_moment_are_limited_too(lookup: TicketLookup, database: Database, number: str) -> None:
    guesses = [partial(lookup.look_up, number, f"{turn:04}", f"guesser {turn}") for turn in range(16)]
    outcomes = together(guesses)
    kinds = [type(outcome) for outcome in outcomes]
    assert (kinds.count(NoSuchTicket), kinds.count(TooManyGuesses)) == (MOST_WRONG_GUESSES, 16 - MOST_WRONG_GUESSES)
    assert count_rows(database)["wrong_guesses"] == 2 * MOST_WRONG_GUESSES


def test_two_tickets_guessed_at_crosswise_at_once_do_not_block_each_other(lookup: TicketLookup, tickets: Tickets, number: str) -> None:
    other = tickets.open_ticket(lead(clause="task-08")).ticket.number
    works = [partial(lookup.look_up, one, "8000", guesser) for one in (number, other) for guesser in ("a", "b")] * 2
    assert all(isinstance(outcome, Standing) for outcome in together(works))


def test_guesses_are_dropped_after_some_days(lookup: TicketLookup, tickets: Tickets, database: Database, clock: Clock, number: str) -> None:
    _miss(lookup, number, "me", 2)
    clock.passes(days=7, seconds=1)
    _miss(lookup, number, "me", 1)
    tickets.forget_passing()
    assert count_rows(database)["wrong_guesses"] == 2
