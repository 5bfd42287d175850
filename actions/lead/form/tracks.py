"""Which green-channel track a need leads to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.lead.form.draft import Draft
from actions.lead.form.words import asks
from actions.office.called import track_called
from actions.office.model import Track

_WISHES = re.compile(r"申请|办理|想办|要办|帮[我忙]|安排|对接|apply|申請|辦理|想辦|要辦|幫|對接")


def with_track_of_need(draft: Draft, tracks: Sequence[Track]) -> Draft:
    """The draft in the track that its need names. A track that was asked for by itself stays until another one is named.

    环评批文要多久 asks about something that a track is called by, and wants no track.
    """
    need = str(draft.values.get("need", ""))
    track = track_called(need, tracks) if not asks(need) or _WISHES.search(need) else None
    if track and (draft.track_from_need or not draft.track or track.id != draft.track):
        return replace(draft, track=track.id, track_from_need=draft.track_from_need or track.id != draft.track)
    return replace(draft, track="", track_from_need=False) if draft.track_from_need and not track else draft
