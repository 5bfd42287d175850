"""A person leaves: everything that is kept of them goes.

WeChat, 关注/取消关注事件: whoever receives an unfollow has to delete all of that person's information.
"""

from __future__ import annotations

from contextlib import suppress

from actions.contacts.model import Message
from actions.contacts.register import Contacts
from actions.tickets.model import NoSuchTicket
from bot.conversations import ConversationDesk
from bot.dialogue.rasa import RasaDialogue
from bot.tickets import TicketDesk


class Leaving:
    """Erases persons."""

    def __init__(self, contacts: Contacts, tickets: TicketDesk, conversations: ConversationDesk, rasa: RasaDialogue) -> None:
        self._contacts = contacts
        self._tickets = tickets
        self._conversations = conversations
        self._rasa = rasa

    async def erase(self, message: Message, inbox_id: int) -> None:
        """Everything up to the message by which they leave. Raises DatabaseUnavailable: then it is to be done again.

        Tickets first, as they are found by the conversation; bureaus that were told of them are told to erase, too.
        """
        person = (message.channel, message.account, message.person)
        await self._conversations.flush()  # the turn of a moment ago is to be erased, not kept afterwards
        for number in await self._tickets.in_thread(self._contacts.tickets_of, *person):
            with suppress(NoSuchTicket):
                await self._tickets.changing(self._tickets.registry.tickets.erase, number)
        conversation_id = await self._tickets.in_thread(self._contacts.erase, *person, inbox_id)
        if conversation_id is not None:
            await self._rasa.forget(conversation_id)  # a form that was left half-way holds a name and a phone
