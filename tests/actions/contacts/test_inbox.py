"""Messages are told from their retries, and answered by one process at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from cryptography.fernet import Fernet

from actions.contacts.inbox import LEASE, AnsweredElsewhere, Inbox
from actions.contacts.model import Answer, Arrival, Contact, Message, Offered, Progress
from actions.contacts.register import KEPT_FOR_RETRIES, Contacts
from actions.contacts.sending import Sending
from actions.questions.model import conversation_mark
from actions.tickets.personal import PersonalKey, PersonalKeyError
from actions.tickets.register import Tickets
from tests.actions.tickets.samples import Clock, everything, lead, together

FIVE = (5, timedelta(hours=48))
HELLO = Message("wechat", "gh_1", "openid-1", "message:1", "text", "用地怎么保障", "", "")
NONE: frozenset[int] = frozenset()


def _arrived(inbox: Inbox, message: Message = HELLO) -> tuple[int, Contact]:
    arrival = inbox.arrive(message, FIVE)
    assert arrival.contact is not None
    return arrival.inbox_id, arrival.contact


def test_of_many_deliveries_at_once_one_is_new(contacts: Contacts) -> None:
    inboxes = [Inbox(contacts) for _ in range(8)]  # as many processes
    arrivals: list[Arrival] = together([partial(inbox.arrive, HELLO, FIVE) for inbox in inboxes])
    assert sorted(arrival.progress.value for arrival in arrivals) == ["elsewhere"] * 7 + ["new"]
    assert len(everything(contacts.database)["channel_contacts"]) == 1


def test_first_messages_of_one_person_at_once_belong_to_one_conversation(contacts: Contacts) -> None:
    messages = [replace(HELLO, key=f"message:{number}") for number in range(8)]
    arrivals = together([partial(Inbox(contacts).arrive, message, FIVE) for message in messages])
    assert len({arrival.contact.conversation_id for arrival in arrivals if arrival.contact}) == 1
    assert len(everything(contacts.database)["channel_contacts"]) == 1


def test_one_key_of_two_accounts_is_two_messages(inbox: Inbox) -> None:
    _, first = _arrived(inbox)
    _, second = _arrived(inbox, replace(HELLO, account="gh_2"))
    assert first.conversation_id != second.conversation_id


def test_a_message_of_a_process_that_gives_no_sign_of_life_is_anybodys(contacts: Contacts, clock: Clock) -> None:
    dead, living = Inbox(contacts), Inbox(contacts)
    inbox_id, contact = _arrived(dead)
    assert living.unfinished(["wechat"], NONE) == ()
    clock.passes(seconds=LEASE.total_seconds() - 1)
    dead.hold([inbox_id])
    clock.passes(seconds=LEASE.total_seconds() - 1)
    assert living.arrive(HELLO, FIVE).progress is Progress.ELSEWHERE
    clock.passes(seconds=2)
    assert living.unfinished(["tiny"], NONE) == ()
    (unfinished,) = living.unfinished(["wechat"], NONE)
    assert (unfinished.inbox_id, unfinished.message) == (inbox_id, HELLO)
    assert dead.arrive(HELLO, FIVE).progress is Progress.ELSEWHERE
    assert living.complete(inbox_id, contact.id, Answer("应保尽保"), goes_along=False, most_bytes=2000) == Answer("应保尽保")
    with pytest.raises(AnsweredElsewhere):
        dead.complete(inbox_id, contact.id, Answer("别的"), goes_along=True, most_bytes=2000)


def test_what_a_process_answers_itself_is_not_taken_up_by_it_again(inbox: Inbox, clock: Clock) -> None:
    inbox_id, _ = _arrived(inbox)
    clock.passes(seconds=60)
    assert inbox.unfinished(["wechat"], frozenset({inbox_id})) == ()


def test_a_retry_of_an_answered_message_is_told_the_same(contacts: Contacts) -> None:
    inbox = Inbox(contacts, lambda inbox_id: f"https://example.org/{inbox_id}")
    inbox_id, contact = _arrived(inbox)
    answer = Answer("请选择", (Offered("登记", "我要登记"),))
    said = inbox.complete(inbox_id, contact.id, answer, goes_along=True, most_bytes=2000)
    assert said == replace(answer, whole_url=f"https://example.org/{inbox_id}")
    assert inbox.arrive(HELLO, FIVE) == Arrival(inbox_id, Progress.ANSWERED, None)
    assert inbox.again(inbox_id) == said


def test_a_retry_is_told_what_waits_to_be_sent_and_then_it_is_not_sent(inbox: Inbox, sending: Sending) -> None:
    inbox_id, contact = _arrived(inbox)
    inbox.complete(inbox_id, contact.id, Answer("应保尽保"), goes_along=False, most_bytes=2000)
    assert sending.due("wechat") == (contact.id,)
    assert inbox.again(inbox_id) == Answer("应保尽保")
    assert sending.due("wechat") == ()
    assert inbox.again(inbox_id) is None


def test_a_retry_is_not_told_what_is_being_sent(inbox: Inbox, sending: Sending) -> None:
    inbox_id, contact = _arrived(inbox)
    inbox.complete(inbox_id, contact.id, Answer("应保尽保"), goes_along=False, most_bytes=2000)
    assert sending.claim(contact.id, 2000) is not None
    assert inbox.again(inbox_id) is None


def test_choices_stand_for_numbers_for_an_hour(inbox: Inbox, contacts: Contacts, clock: Clock) -> None:
    inbox_id, contact = _arrived(inbox)
    offered = (Offered("登记", "我要登记"),)
    inbox.complete(inbox_id, contact.id, Answer("请选择", offered), goes_along=True, most_bytes=2000)
    assert contacts.of_person("wechat", "gh_1", "openid-1").choices == offered
    clock.passes(hours=1)
    assert contacts.of_person("wechat", "gh_1", "openid-1").choices == ()


def test_a_message_is_known_again_for_a_day(inbox: Inbox, contacts: Contacts, clock: Clock) -> None:
    inbox_id, contact = _arrived(inbox)
    inbox.complete(inbox_id, contact.id, Answer("应保尽保"), goes_along=True, most_bytes=2000)
    clock.passes(hours=23)
    contacts.forget(timedelta(days=90))
    assert inbox.arrive(HELLO, FIVE).progress is Progress.ANSWERED
    clock.passes(seconds=KEPT_FOR_RETRIES.total_seconds())
    contacts.forget(timedelta(days=90))
    assert len(everything(contacts.database)["channel_inbox"]) == 0
    assert _arrived(inbox)[1].conversation_id == contact.conversation_id


@pytest.mark.parametrize("has_ticket", [False, True])
def test_a_person_is_forgotten_with_their_conversation_unless_a_ticket_of_theirs_is_kept(
    inbox: Inbox, contacts: Contacts, tickets: Tickets, clock: Clock, has_ticket: bool
) -> None:
    inbox_id, contact = _arrived(inbox)
    inbox.complete(inbox_id, contact.id, Answer("应保尽保"), goes_along=False, most_bytes=2000)
    assert contact.mark == conversation_mark(contact.conversation_id)
    if has_ticket:
        tickets.open_ticket(lead(conversation=contact.mark))
    clock.passes(days=91)
    contacts.forget(timedelta(days=90))
    assert (_arrived(inbox)[1].conversation_id == contact.conversation_id) is has_ticket


def test_a_new_person_never_gets_the_number_of_one_who_was_erased(inbox: Inbox, contacts: Contacts) -> None:
    inbox_id, contact = _arrived(inbox)
    assert contacts.erase("wechat", "gh_1", "openid-1", inbox_id + 1) == contact.conversation_id
    assert contacts.erase("wechat", "gh_1", "openid-1", inbox_id + 1) is None
    later_id, other = _arrived(inbox, replace(HELLO, person="openid-2", key="message:2"))
    assert (later_id > inbox_id, other.id > contact.id) == (True, True)
    assert inbox.complete(inbox_id, contact.id, Answer("迟到"), goes_along=False, most_bytes=2000) is None


def test_what_was_sent_after_leaving_is_answered_and_what_was_sent_before_is_not(inbox: Inbox, contacts: Contacts, clock: Clock) -> None:
    before, _ = _arrived(inbox)
    left, _ = _arrived(inbox, replace(HELLO, key="event:1", kind="left", text=""))
    after, _ = _arrived(inbox, replace(HELLO, key="message:2"))
    contacts.erase("wechat", "gh_1", "openid-1", left)
    clock.passes(minutes=1)
    assert [one.inbox_id for one in Inbox(contacts).unfinished(["wechat"], NONE)] == [left, after]
    assert inbox.arrive(HELLO, FIVE) == Arrival(before, Progress.ANSWERED, None)


def test_what_is_kept_for_one_purpose_cannot_stand_in_for_another(contacts: Contacts) -> None:
    with pytest.raises(PersonalKeyError):
        contacts.sealing.open_conversation(contacts.sealing.person("openid-1"))


def test_after_a_new_key_persons_are_still_found(contacts: Contacts) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    before, after = (Contacts(contacts.database, PersonalKey(keys), lambda: "an-id", contacts.clock) for keys in ([old], [new, old]))
    known = before.of_person("wechat", "gh_1", "openid-1")
    before.renew_marks()
    after.renew_marks()
    assert after.of_person("wechat", "gh_1", "openid-1") == known
    assert len(everything(contacts.database)["channel_contacts"]) == 1
