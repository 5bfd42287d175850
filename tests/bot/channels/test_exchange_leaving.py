"""Whoever leaves is forgotten: who they are, what was said, their tickets, and what Rasa remembers."""

from __future__ import annotations

import asyncio

from actions.officers.audit import AuditLog
from tests.actions.tickets.samples import everything, lead
from tests.bot.channels.tiny_service import TinyService
from tests.bot.rasa_double import RasaDouble
from tests.fakes.tiny_platform import TinyPlatform


async def test_everything_about_a_person_who_leaves_is_erased(service: TinyService, platform: TinyPlatform, rasa: RasaDouble) -> None:
    await platform.say("小李", "用地怎么保障", key="asked")
    await platform.say("小王", "电价多少")
    mark, other = service.mark(0), service.mark(1)
    tickets = service.tickets.registry.tickets
    numbers = [
        tickets.open_ticket(lead(channel="tiny", conversation=m, need=need)).ticket.number
        for m, need in ((mark, "工业用地"), (other, "厂房"))
    ]
    await service.take_over(mark)
    await platform.until_sent(1)
    assert await platform.say("小李", kind="left") is None
    await service.until(lambda: any(line["event"] == "contact_erased" for line in service.log))
    assert [service.count(table) for table in ("channel_contacts", "conversations")] == [1, 1]
    assert service.count("utterances", f"mark = '{mark}'") == 0
    assert service.count("utterances", f"mark = '{other}'") == 2
    assert service.count("channel_outbox") == 0
    assert service.count("channel_inbox", "contact_id IS NULL AND message IS NULL AND answer IS NULL AND done_at IS NOT NULL") == 2
    assert [tickets.standing(number).ticket.erased_at is None for number in numbers] == [False, True]
    database = service.tickets.registry.database
    audit = AuditLog(database, service.tickets.registry.key)
    (entry,) = [entry for entry in audit.page() if entry.action == "contact.erased"]
    assert (entry.subject, entry.detail) == ("", "tiny")
    assert list(rasa.replaced.values()) == [[{"event": "restart"}]]
    assert "小李" not in str(service.log)
    # A retry of an old message does not bring the person back.
    assert await platform.say("小李", "用地怎么保障", key="asked") is None
    assert service.count("channel_contacts") == 1


async def test_whoever_comes_back_begins_a_new_conversation(service: TinyService, platform: TinyPlatform, rasa: RasaDouble) -> None:
    await platform.say("小李", "用地")
    await asyncio.gather(platform.say("小李", kind="left"), platform.say("小李", "又来了"))
    await asyncio.sleep(0.2)
    assert len({one["sender"] for one in rasa.received}) == 2
    assert await platform.say("小李", "再问") == "您好"
    assert len({one["sender"] for one in rasa.received}) == 2
    assert service.count("channel_contacts") == 1


async def test_no_table_holds_who_a_person_is_or_what_they_wrote_in_clear(service: TinyService, platform: TinyPlatform) -> None:
    await platform.say("openid-of-somebody", "一句要保密的话", key="key-of-somebody")
    await service.desk.flush()
    held = str(everything(service.tickets.registry.database))
    assert "channel_inbox" in held
    for secret in ("openid-of-somebody", "一句要保密的话", "key-of-somebody", "您好"):
        assert secret not in held
