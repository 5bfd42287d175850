"""Reads `actions/bureaus.yml`: the bureaus that take tickets. Every fault is told with its line and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.office.endpoint import read_endpoint
from actions.office.model import Bureau, Directory, Endpoint
from knowledge.errors import Fault, LibraryError
from knowledge.library.located import LocatedYaml, UnreadableFile, as_mapping, read_located
from knowledge.library.shape import shape_faults
from knowledge.plan import BureauNames

_SCHEMA = Path(__file__).with_name("bureaus.schema.json")
_LIST = "bureaus"
_GROUP = "县（市、区）政府（管委会）"
"""Ends the names by which the plan means all or some district governments at once."""


def is_group(name: str) -> bool:
    """Whether the plan means several district governments by this name: 各县（市、区）政府（管委会）."""
    return name.endswith(_GROUP)


def read_directory(file: Path, environment: Mapping[str, str], bureaus: BureauNames) -> Directory:
    """Read the office's list of bureaus; addresses and secrets that it names come from `environment`.

    Every bureau that the plan names must be there under the plan's own name, so that each clause can be routed.
    The other spellings known to the plan count as aliases. Raises LibraryError with all faults.
    """
    try:
        document = read_located(file)
    except UnreadableFile as error:
        raise LibraryError([error.fault]) from error
    shape = shape_faults(file, document, _SCHEMA, _LIST)
    broken = {fault.entry for fault in shape}
    if None in broken:  # the file as a whole has another shape
        raise LibraryError([fault.fault for fault in shape])
    items: Sequence[Mapping[str, Any]] = [as_mapping(item) for item in document.value[_LIST]]
    sound = {position: item for position, item in enumerate(items) if position not in broken}
    listing = _Listing(file, document, bureaus)
    endpoints, faults = _endpoints(listing, sound, environment)
    faults += [fault.fault for fault in shape]
    faults += [*listing.name_faults(sound), *listing.double_faults(sound), *listing.lack_faults(items)]
    if faults:
        raise LibraryError(sorted(faults, key=lambda fault: fault.line or 0))
    hours = document.value.get("hours", "")
    read = tuple(_bureau(item, bureaus, hours, endpoints.get(position)) for position, item in sound.items())
    return Directory(read, next(bureau.name for bureau in read if bureau.id == document.value["fallback"]))


@dataclass(frozen=True, slots=True)
class _Listing:
    """The file, for what its shape cannot show."""

    file: Path
    document: LocatedYaml
    bureaus: BureauNames

    def fault(self, code: str, place: Sequence[str | int], reason: str, hint: str) -> Fault:
        """A fault at a place of the document."""
        return Fault(code, self.file, self.document.line(place), reason, hint)

    def name_faults(self, items: Mapping[int, Mapping[str, Any]]) -> Iterator[Fault]:
        """Names that the plan writes otherwise, and aliases that it gives to another bureau."""
        for position, item in items.items():
            name = item["name"]
            canonical = self.bureaus.canonical_by_name.get(name, name)
            if is_group(name):
                hint = "请分别列出各县（市、区）政府和管委会，并写明 districts。"
                yield self.fault("group", (_LIST, position, "name"), f"{item['id']}：“{name}”是统称，不能接收工单。", hint)
            elif canonical != name:
                reason = f"{item['id']}：“{name}”在方案里的全称是“{canonical}”。"
                yield self.fault("other-spelling", (_LIST, position, "name"), reason, f"请写“{canonical}”。")
            for at, alias in enumerate(item.get("aliases", ())):
                owner = self.bureaus.canonical_by_name.get(alias, canonical)
                if owner != canonical:
                    reason = f"{item['id']}：“{alias}”已是{owner}的称呼（knowledge/plan/bureaus.yml）。"
                    yield self.fault("taken-alias", (_LIST, position, "aliases", at), reason, "请删去这个称呼。")

    def double_faults(self, items: Mapping[int, Mapping[str, Any]]) -> Iterator[Fault]:
        """What is claimed twice: an id, a name or alias, a district. Which bureau would get a ticket would be chance."""
        yield from self._doubles("duplicate-id", "编号", items, ("id",))
        yield from self._doubles("duplicate-name", "称呼", items, ("name", "aliases"))
        yield from self._doubles("duplicate-district", "地方", items, ("districts",))

    def _doubles(self, code: str, what: str, items: Mapping[int, Mapping[str, Any]], keys: Sequence[str]) -> Iterator[Fault]:
        first: dict[str, int] = {}
        for position, item in items.items():
            for key in keys:
                written = item.get(key, ())
                listed: Sequence[str] = [written] if isinstance(written, str) else written
                for at, word in enumerate(listed):
                    place: Sequence[str | int] = (_LIST, position, key, at)  # a single text has no positions: its own line is the nearest
                    if word in first:
                        yield self.fault(code, place, f"{item['id']}：{what}“{word}”已写在第 {first[word]} 行。", "请只留在一处。")
                    first.setdefault(word, self.document.line(place))

    def lack_faults(self, items: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
        """Bureaus of the plan that are not listed, and a fallback that is not."""
        names = [str(item.get("name")) for item in items]
        # One that is listed under another spelling is told as that.
        present = {self.bureaus.canonical_by_name.get(name, name) for name in names}
        for name in dict.fromkeys(self.bureaus.canonical_by_name.values()):
            if name not in present and not is_group(name):
                close = difflib.get_close_matches(name, [other for other in names if other not in self.bureaus.canonical_by_name], n=1)
                hint = f"是不是写成了“{close[0]}”？" if close else "请补上 id 和 name。"
                yield self.fault("missing-bureau", (_LIST,), f"缺少方案点名的{name}。", hint)
        ids = [str(item.get("id")) for item in items]
        fallback = self.document.value["fallback"]
        if fallback not in ids:
            close = difflib.get_close_matches(fallback, ids, n=2)
            hint = f"是不是 {'、'.join(close)}？" if close else "请写 bureaus 里某个单位的 id。"
            yield self.fault("unknown-fallback", ("fallback",), f"兜底单位 {fallback} 不在清单里。", hint)


def _endpoints(
    listing: _Listing, items: Mapping[int, Mapping[str, Any]], environment: Mapping[str, str]
) -> tuple[dict[int, Endpoint], list[Fault]]:
    """Endpoints by the position of their bureau, and what is wrong with the others."""
    endpoints: dict[int, Endpoint] = {}
    faults: list[Fault] = []
    for position, item in items.items():
        if "endpoint" not in item:
            continue
        endpoint, wrong = read_endpoint(item["endpoint"], environment)
        if endpoint is not None:
            endpoints[position] = endpoint
        for fault in wrong:
            place = (_LIST, position, "endpoint", fault.key)  # without a key: the line of the endpoint is the nearest
            faults.append(listing.fault(fault.code, place, f"{item['id']}：{fault.reason}", fault.hint))
    return endpoints, faults


def _bureau(item: Mapping[str, Any], bureaus: BureauNames, hours: str, endpoint: Endpoint | None) -> Bureau:
    name = item["name"]
    from_plan = [alias for alias, canonical in bureaus.canonical_by_name.items() if canonical == name != alias]
    return Bureau(
        item["id"],
        name,
        tuple(dict.fromkeys([*from_plan, *item.get("aliases", ())])),
        tuple(item.get("topics", ())),
        tuple(item.get("industries", ())),
        tuple(item.get("districts", ())),
        item.get("hours", hours),
        endpoint,
    )
