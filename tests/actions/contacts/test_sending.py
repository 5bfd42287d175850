"""What is to be said to persons is put into the outbox once, sent in order, and counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.contacts.inbox import Inbox
from actions.contacts.model import Answer, Contact, Message, Window
from actions.contacts.reach import Reach, Reached
from actions.contacts.register import Contacts
from actions.contacts.sending import CLAIMED_FOR, Sending
from actions.conversations.model import Author, Said, Turn
from actions.conversations.register import Conversations
from actions.officers.model import Officer, Role
from actions.tickets.database import Database
from actions.tickets.personal import PersonalKey
from tests.actions.tickets.samples import NOW, Clock, together

BYTES = {"wechat": 2000}
FIVE = (5, timedelta(hours=48))
CHEN = Officer(1, "chen", "陈霞", "市自然资源局", Role.OFFICER, True, False, False)


@pytest.fixture
def contact(inbox: Inbox) -> Contact:
    """One who has asked, and was answered."""
    arrival = inbox.arrive(Message("wechat", "gh_1", "openid-1", "message:1", "text", "用地", "", "fair"), FIVE)
    assert arrival.contact is not None
    inbox.complete(arrival.inbox_id, arrival.contact.id, Answer("应保尽保"), goes_along=True, most_bytes=2000)
    return arrival.contact


@pytest.fixture
def conversations(database: Database, key: PersonalKey, clock: Clock, contact: Contact) -> Conversations:
    """Theirs, in which an officer speaks and has said 一 and 二."""
    made = Conversations(database, key, clock)
    made.record([Turn(contact.conversation_id, "wechat", NOW, (Said(Author.ENQUIRER, "用地"), Said(Author.BOT, "应保尽保")))])
    made.take_over(contact.mark, CHEN, CHEN.bureau, True, lambda connection: None)
    for words in ("一", "二"):
        made.say(contact.mark, CHEN, words, lambda connection: None)
    return made


@pytest.mark.usefixtures("conversations")
def test_officers_words_are_put_into_the_outbox_once_by_however_many_look(sending: Sending, contact: Contact) -> None:
    assert sorted(together([lambda: sending.collect(0, BYTES)] * 6)) == [0, 0, 0, 0, 0, 3]
    assert sending.collect(0, BYTES) == 0
    parcel = sending.claim(contact.id, 2000)
    assert parcel is not None
    assert (parcel.person, parcel.account) == ("openid-1", "gh_1")
    lines = parcel.answer.text.split("\n\n")
    assert lines[1:] == ["【市自然资源局 陈霞】一", "【市自然资源局 陈霞】二"]
    assert lines[0].startswith("现在由市自然资源局工作人员陈霞为您服务")


@pytest.mark.usefixtures("conversations")
def test_one_process_at_a_time_sends_to_a_person(sending: Sending, contact: Contact, clock: Clock) -> None:
    sending.collect(0, BYTES)
    claimed = together([lambda: sending.claim(contact.id, 2000)] * 6)
    assert sum(parcel is not None for parcel in claimed) == 1
    assert sending.due("wechat") == ()
    clock.passes(seconds=CLAIMED_FOR.total_seconds() + 1)  # whoever had it has died
    assert sending.due("wechat") == (contact.id,)
    assert sending.claim(contact.id, 2000) is not None


@pytest.mark.usefixtures("conversations")
def test_a_parcel_holds_as_much_as_fits_and_the_next_goes_on(sending: Sending, contact: Contact) -> None:
    sending.collect(0, BYTES)
    first = sending.claim(contact.id, 40)
    assert first is not None
    assert len(first.ids) == 1  # although it is longer: the platform's part is to cut it
    sending.sent(first)
    second = sending.claim(contact.id, 100)
    assert second is not None
    assert second.answer.text.endswith("二")
    assert sending.due("tiny") == ()


@pytest.mark.usefixtures("conversations")
def test_what_is_put_off_is_due_later_and_nothing_overtakes_it(
    sending: Sending, contact: Contact, conversations: Conversations, clock: Clock
) -> None:
    sending.collect(0, BYTES)
    parcel = sending.claim(contact.id, 2000)
    assert parcel is not None
    sending.put_off(parcel, timedelta(seconds=30))
    conversations.say(contact.mark, CHEN, "三", lambda connection: None)
    sending.collect(0, BYTES)
    assert sending.claim(contact.id, 2000) is None
    assert sending.due("wechat") == ()
    clock.passes(seconds=30)
    again = sending.claim(contact.id, 2000)
    assert again is not None
    assert (again.attempts, again.answer.text.endswith("三")) == (1, True)


@pytest.mark.usefixtures("conversations")
def test_officers_are_told_how_far_the_person_can_be_reached(sending: Sending, contact: Contact, database: Database, clock: Clock) -> None:
    reach = Reach(database, clock)
    assert reach.of("no such conversation") is None
    assert reach.of(contact.mark) == Reached("wechat", "fair", Window(5, NOW + timedelta(hours=48)), 0)
    sending.collect(0, BYTES)
    parcel = sending.claim(contact.id, 2000)
    assert parcel is not None
    assert reach.of(contact.mark) == Reached("wechat", "fair", Window(5, NOW + timedelta(hours=48)), 3)
    sending.sent(parcel)
    assert reach.of(contact.mark) == Reached("wechat", "fair", Window(4, NOW + timedelta(hours=48)), 0)
    clock.passes(hours=48)
    assert reach.of(contact.mark) == Reached("wechat", "fair", None, 0)


@pytest.mark.usefixtures("conversations")
def test_what_is_held_goes_with_the_next_answer(sending: Sending, inbox: Inbox, contacts: Contacts, contact: Contact, clock: Clock) -> None:
    clock.passes(hours=49)
    sending.collect(0, BYTES)
    assert sending.claim(contact.id, 2000) is None
    assert sending.due("wechat") == ()
    arrival = inbox.arrive(Message("wechat", "gh_1", "openid-1", "message:2", "text", "在吗", "", ""), FIVE)
    said = inbox.complete(arrival.inbox_id, contact.id, Answer("您好"), goes_along=True, most_bytes=2000)
    assert said is not None
    assert said.text.endswith("【市自然资源局 陈霞】二\n\n您好")
    assert sending.due("wechat") == ()
