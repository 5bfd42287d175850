"""The register of conversations: everything that is kept of one, and every change of who speaks, each as a single transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, literal, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from actions.conversations import telling
from actions.conversations.model import (
    Author,
    Conversation,
    NoSuchConversation,
    NotTaken,
    Said,
    TakenByAnother,
    Takeover,
    Turn,
    Utterance,
)
from actions.conversations.tables import CONVERSATIONS, UTTERANCES
from actions.conversations.words import add_words, read_utterance, utterance_row
from actions.officers.model import Officer
from actions.questions.model import conversation_mark
from actions.tickets.database import Database, locking
from actions.tickets.history import utc_now
from actions.tickets.personal import PersonalKey
from actions.tickets.tables import TICKET_BUREAUS, TICKETS, UtcDateTime

Record = Callable[[Connection], object]
"""Writes what an officer did into the audit log, as the last thing in its transaction."""
_PURPOSE = "conversation"


class Conversations:
    """All conversations. Blocking; safe to use from several threads and processes. Every method may raise DatabaseUnavailable."""

    def __init__(self, database: Database, key: PersonalKey, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._key = key
        self._clock = clock

    # What enquirers and the bot say.

    def record(self, turns: Sequence[Turn]) -> None:
        """Keep turns that are over."""
        if not turns:
            return
        rows = []
        with self._database.writing() as connection:
            for turn in turns:
                mark = conversation_mark(turn.conversation_id)
                self._touch(connection, mark, turn, _bureau_of(turn))
                rows += [utterance_row(self._key, mark, said, turn.at) for said in turn.said]
            connection.execute(insert(UTTERANCES), rows)

    def hear(self, conversation_id: str, text: str) -> Takeover | None:
        """Keep what an enquirer says to the officer who speaks; None, and nothing is kept, where none speaks any more."""
        mark, now = conversation_mark(conversation_id), self._clock()
        with self._database.writing() as connection:
            row = connection.execute(locking(select(CONVERSATIONS).where(CONVERSATIONS.c.mark == mark))).mappings().first()
            if row is None or row["taken_by"] is None:
                return None
            add_words(connection, self._key, mark, Said(Author.ENQUIRER, text), now)
            waiting = func.coalesce(CONVERSATIONS.c.waiting_since, literal(now, UtcDateTime()))
            connection.execute(update(CONVERSATIONS).where(CONVERSATIONS.c.mark == mark).values(last_at=now, waiting_since=waiting))
            return _takeover(row)

    # What officers do.

    def take_over(self, mark: str, officer: Officer, bureau: str, shows_name: bool, record: Record) -> Takeover:
        """Speak in the bot's place, in the name of a bureau. Doing so twice changes nothing.

        Raises NoSuchConversation, TakenByAnother.
        """
        now = self._clock()
        with self._database.writing() as connection:
            row = self._locked(connection, mark)
            before = _takeover(row)
            if before is not None and before.login != officer.login:
                raise TakenByAnother(before)
            taken = Takeover(mark, officer.login, bureau, officer.name if shows_name else "", now)
            values = {"taken_by": taken.login, "taken_bureau": taken.bureau, "taken_name": taken.name, "officer_seen_at": now}
            if before is None:
                values |= {"taken_at": now, "waiting_since": None}
                add_words(connection, self._key, mark, Said(Author.SYSTEM, telling.taken_over(taken), taken.bureau), now)
            connection.execute(update(CONVERSATIONS).where(CONVERSATIONS.c.mark == mark).values(**values))
            record(connection)
        return taken

    def say(self, mark: str, officer: Officer, text: str, record: Record) -> Utterance:
        """Words of the officer who speaks, to the enquirer. Raises NoSuchConversation, NotTaken."""
        now = self._clock()
        with self._database.writing() as connection:
            taken = self._taken_by(connection, mark, officer)
            said = Said(Author.OFFICER, text, taken.bureau, taken.name)
            utterance_id = add_words(connection, self._key, mark, said, now)
            values = {"last_at": now, "waiting_since": None, "officer_seen_at": now}
            connection.execute(update(CONVERSATIONS).where(CONVERSATIONS.c.mark == mark).values(**values))
            record(connection)
        return Utterance(utterance_id, mark, now, said)

    def hand_back(self, mark: str, officer: Officer, record: Record) -> None:
        """The bot speaks again. Raises NoSuchConversation, NotTaken."""
        with self._database.writing() as connection:
            taken = self._taken_by(connection, mark, officer)
            self._give_back(connection, taken, telling.handed_back(taken))
            record(connection)

    def seen(self, mark: str, login: str) -> None:
        """The officer who speaks is still there."""
        this = (CONVERSATIONS.c.mark == mark) & (CONVERSATIONS.c.taken_by == login)
        with self._database.writing() as connection:
            connection.execute(update(CONVERSATIONS).where(this).values(officer_seen_at=self._clock()))

    def end_vanished(
        self, unseen: timedelta, unanswered: timedelta, record: Callable[[Connection, Takeover], object]
    ) -> tuple[Takeover, ...]:
        """Give back to the bot where the officer's page is gone for so long, or the enquirer waits for so long."""
        now = self._clock()
        is_gone = or_(CONVERSATIONS.c.officer_seen_at < now - unseen, CONVERSATIONS.c.waiting_since < now - unanswered)
        wanted = select(CONVERSATIONS).where(CONVERSATIONS.c.taken_by.isnot(None), is_gone)
        with self._database.reading() as connection:
            if connection.execute(wanted.limit(1)).first() is None:
                return ()
        with self._database.writing() as connection:
            gone = [taken for row in connection.execute(locking(wanted)).mappings() if (taken := _takeover(row))]
            for taken in gone:
                self._give_back(connection, taken, telling.vanished(taken))
            for taken in gone:
                record(connection, taken)
        return tuple(gone)

    # What is read.

    def conversation(self, mark: str) -> Conversation:
        """Raises NoSuchConversation."""
        with self._database.reading() as connection:
            row = connection.execute(select(CONVERSATIONS).where(CONVERSATIONS.c.mark == mark)).mappings().first()
        if row is None:
            raise NoSuchConversation(mark)
        return _conversation(row)

    def bureaus(self, mark: str) -> frozenset[str]:
        """Those whose business it is: of its latest answer, of its tickets, and who speaks in it."""
        with self._database.reading() as connection:
            row = connection.execute(select(CONVERSATIONS).where(CONVERSATIONS.c.mark == mark)).mappings().first()
            joined = select(TICKET_BUREAUS.c.bureau).select_from(TICKETS.join(TICKET_BUREAUS))
            named = connection.execute(joined.where(TICKETS.c.conversation == mark)).scalars().all()
        return frozenset(filter(None, (*named, *((row["bureau"], row["taken_bureau"]) if row else ()))))

    def identity(self, mark: str) -> str:
        """The conversation id: whoever has it can speak as the enquirer. Raises NoSuchConversation, PersonalKeyError."""
        with self._database.reading() as connection:
            kept = connection.execute(select(CONVERSATIONS.c.identity).where(CONVERSATIONS.c.mark == mark)).scalar()
        if kept is None:
            raise NoSuchConversation(mark)
        return self._key.decrypt_for(_PURPOSE, bytes(kept)).decode()

    def transcript(self, mark: str, after: int = 0, authors: Sequence[Author] = tuple(Author), limit: int = 500) -> tuple[Utterance, ...]:
        """The latest words after an id, oldest first."""
        wanted = select(UTTERANCES).where(UTTERANCES.c.mark == mark, UTTERANCES.c.id > after)
        wanted = wanted.where(UTTERANCES.c.author.in_([author.value for author in authors]))
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(UTTERANCES.c.id.desc()).limit(limit)).mappings().all()
        return tuple(read_utterance(row, self._key) for row in reversed(rows))

    def last_words(self, mark: str) -> int:
        """Id of the latest words of a conversation; 0 where there are none."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.max(UTTERANCES.c.id)).where(UTTERANCES.c.mark == mark)).scalar() or 0)

    def last_said(self, marks: Sequence[str]) -> Mapping[str, Utterance]:
        """What was said last in each conversation in which anything is kept."""
        latest = select(func.max(UTTERANCES.c.id)).where(UTTERANCES.c.mark.in_(marks)).group_by(UTTERANCES.c.mark)
        with self._database.reading() as connection:
            rows = connection.execute(select(UTTERANCES).where(UTTERANCES.c.id.in_(latest))).mappings().all()
        return {row["mark"]: read_utterance(row, self._key) for row in rows}

    def latest_id(self) -> int:
        """Of all words that are kept."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.max(UTTERANCES.c.id))).scalar() or 0)

    def marks_spoken_to(self, after: int) -> frozenset[str]:
        """The conversations in which an officer or the service has spoken after an id."""
        spoken = UTTERANCES.c.author.in_((Author.OFFICER.value, Author.SYSTEM.value))
        with self._database.reading() as connection:
            return frozenset(connection.execute(select(UTTERANCES.c.mark).where(UTTERANCES.c.id > after, spoken)).scalars())

    def takeovers(self) -> tuple[Takeover, ...]:
        """Those that last."""
        with self._database.reading() as connection:
            rows = connection.execute(select(CONVERSATIONS).where(CONVERSATIONS.c.taken_by.isnot(None))).mappings().all()
        return tuple(taken for row in rows if (taken := _takeover(row)))

    def live(self, within: timedelta, bureau: str = "", limit: int = 100) -> tuple[Conversation, ...]:
        """Those in which something was said lately, the latest first; of one bureau, where it is named."""
        wanted = select(CONVERSATIONS).where(CONVERSATIONS.c.last_at >= self._clock() - within)
        if bureau:
            of_tickets = select(TICKETS.c.conversation).select_from(TICKETS.join(TICKET_BUREAUS)).where(TICKET_BUREAUS.c.bureau == bureau)
            own = or_(CONVERSATIONS.c.bureau == bureau, CONVERSATIONS.c.taken_bureau == bureau, CONVERSATIONS.c.mark.in_(of_tickets))
            wanted = wanted.where(own)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(CONVERSATIONS.c.last_at.desc()).limit(limit)).mappings().all()
        return tuple(map(_conversation, rows))

    # Time passes.

    def forget_before(self, moment: datetime) -> int:
        """Drop words, and conversations, that are older; how many words there were."""
        with self._database.writing() as connection:
            dropped = connection.execute(delete(UTTERANCES).where(UTTERANCES.c.at < moment)).rowcount
            connection.execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.last_at < moment, CONVERSATIONS.c.taken_by.is_(None)))
        return int(dropped)

    # The steps that these are made of.

    def _touch(self, connection: Connection, mark: str, turn: Turn, bureau: str) -> None:
        values = {"last_at": turn.at, **({"bureau": bureau} if bureau else {})}
        if connection.execute(update(CONVERSATIONS).where(CONVERSATIONS.c.mark == mark).values(**values)).rowcount:
            return
        identity = self._key.encrypt_for(_PURPOSE, turn.conversation_id.encode())
        row = {"mark": mark, "identity": identity, "channel": turn.channel, "began_at": turn.at, "last_at": turn.at, "bureau": bureau}
        try:
            with connection.begin_nested():
                connection.execute(insert(CONVERSATIONS).values(taken_bureau="", taken_name="", **row))
        except IntegrityError:  # another process was faster
            connection.execute(update(CONVERSATIONS).where(CONVERSATIONS.c.mark == mark).values(**values))

    def _locked(self, connection: Connection, mark: str) -> Any:
        row = connection.execute(locking(select(CONVERSATIONS).where(CONVERSATIONS.c.mark == mark))).mappings().first()
        if row is None:
            raise NoSuchConversation(mark)
        return row

    def _taken_by(self, connection: Connection, mark: str, officer: Officer) -> Takeover:
        """That officer's, who speaks in it. Raises NoSuchConversation, NotTaken."""
        taken = _takeover(self._locked(connection, mark))
        if taken is None or taken.login != officer.login:
            raise NotTaken(mark)
        return taken

    def _give_back(self, connection: Connection, taken: Takeover, text: str) -> None:
        now = self._clock()
        add_words(connection, self._key, taken.mark, Said(Author.SYSTEM, text), now)
        free = {"taken_by": None, "taken_bureau": "", "taken_name": "", "taken_at": None, "officer_seen_at": None, "waiting_since": None}
        connection.execute(update(CONVERSATIONS).where(CONVERSATIONS.c.mark == taken.mark).values(**free))


def _bureau_of(turn: Turn) -> str:
    """The first principal bureau that the turn's answers name."""
    answers = [said.answer for said in turn.said if said.answer]
    return next((name for answer in answers for name in answer["bureaus"]["principal"]), "")


def _takeover(row: Any) -> Takeover | None:
    if row["taken_by"] is None:
        return None
    return Takeover(row["mark"], row["taken_by"], row["taken_bureau"], row["taken_name"], row["taken_at"])


def _conversation(row: Any) -> Conversation:
    return Conversation(row["mark"], row["channel"], row["began_at"], row["last_at"], row["bureau"], row["waiting_since"], _takeover(row))
