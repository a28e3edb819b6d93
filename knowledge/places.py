"""From free Chinese text to 郑州's official district, street office and community.

Exact names and written rules only: what the text does not settle stays '', and text about another city
never gets a 郑州 district. Coordinates and road tables are not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge import _outside
from knowledge._mentions import HOME, PLAIN, Mention, MentionScanner, Name, NameKind, named, tie
from knowledge._spots import find_spots
from knowledge.vocabulary import Address, Community, District, Street

CITY = "郑州市"
_SUFFIXES = ("街道", "镇", "乡")


@dataclass(frozen=True, slots=True)
class _Area:
    """What the official names of a text come to, and the last mention that says so."""

    city: str = ""
    district_id: str = ""
    street: str = ""
    community: str = ""
    anchor: Mention | None = None


class Gazetteer:
    """Places of one city, searchable by any way people write them."""

    def __init__(
        self, districts: Sequence[District], streets: Sequence[Street], communities: Sequence[Community]
    ) -> None:
        """Build the name index; about 6,000 written names for 郑州."""
        self._district_names = {d.id: d.name for d in districts}
        by_stem = {(_stem(s.name), s.district_id): s for s in streets}
        names: list[tuple[str, Name]] = [(CITY, Name("city", CITY)), (CITY[:-1], Name("city", CITY))]
        for district in districts:
            names += _district_keys(district)
        taken = {key for street in streets for key in _street_keys(street)}
        for street in streets:
            names += _street_names(street, taken)
        for community in communities:
            names += _community_names(community, by_stem.get((_stem(community.street), community.district_id)))
        names += [(n, Name("outside", n, guarded=len(n) < 3)) for n in _outside.full_names()]
        names += [(n, Name("bare", full, guarded=True)) for n, full in _outside.bare_names().items()]
        self._scanner = MentionScanner(names)

    def locate(self, text: str) -> Address:
        """Read the place of the matter.

        Of several districts the one that 位于, 在 or 到 leads to goes before a home or an origin; among
        equals the first one. Street and community must fit the district that the text names.

        Returns:
            Official names, '' where the text does not settle them; `place` in the text's own words.
        """
        mentions = self._scanner.scan(text)
        area = self._area(mentions)
        return Address(
            city=area.city,
            district=self._district_names.get(area.district_id, ""),
            street=area.street,
            community=area.community,
            place=_place(text, mentions, area.anchor),
        )

    def is_outside(self, address: Address) -> bool:
        """Say whether the address lies in another city; an unknown city does not."""
        return address.city not in ("", CITY)

    def _area(self, mentions: list[Mention]) -> _Area:
        district = _first_best(named(mentions, "district"))
        city = _first_best(named(mentions, "city"))
        outside = _outside_mention(mentions, district, city)
        if outside is not None:
            return _Area(city=outside.names[0].official, anchor=outside)
        return self._inside(mentions, district, city)

    def _inside(self, mentions: list[Mention], district: Mention | None, city: Mention | None) -> _Area:
        district_id = district.names[0].district_id if district is not None else ""
        anchor = district or city
        by_rank = sorted(named(mentions, "street", "stem"), key=lambda m: -m.rank)
        street: Name | None = None
        for mention in by_rank:
            street = _choose(mention, district_id, may_override=district is None or mention.rank > district.rank)
            if street is not None:
                district_id = district_id if _within(street, district_id) else _district_of(street)
                anchor = mention
                break
        allowed = [street] if street is not None else [n for m in by_rank for n in m.names]
        if district_id:
            allowed = [n for n in allowed if _within(n, district_id)]
        community = _community(mentions, district_id, allowed) if allowed or not by_rank else None
        if community is not None:
            district_id = district_id or _district_of(community)
        return _Area(
            city=CITY if district_id or city is not None else "",
            district_id=district_id,
            street=_street_of(street, community),
            community=community.official if community is not None else "",
            anchor=anchor,
        )


def _choose(mention: Mention, district_id: str, *, may_override: bool) -> Name | None:
    """The one street office meant: it fits the district, or is unmistakable and closer to the matter."""
    fitting = [n for n in mention.names if _within(n, district_id)]
    if fitting:
        return _only(fitting)
    return _only(mention.names) if may_override else None


def _community(mentions: list[Mention], district_id: str, streets: list[Name]) -> Name | None:
    """The one community meant, within the district and street offices that the text leaves open."""
    offices = {(n.official, n.district_id) for n in streets if n.official}
    for mention in sorted(named(mentions, "community"), key=lambda m: -m.rank):
        fitting = [n for n in mention.names if not district_id or _within(n, district_id)]
        if offices:
            fitting = [n for n in fitting if (n.street, n.district_id) in offices]
        choice = _only(fitting)
        if choice is not None:
            return choice
    return None


def _first_best(mentions: Iterable[Mention]) -> Mention | None:
    return max(mentions, key=lambda m: (m.rank, -m.start), default=None)


def _only(names: Iterable[Name]) -> Name | None:
    found = list(names)
    return found[0] if len(found) == 1 else None


def _within(name: Name, district_id: str) -> bool:
    return district_id != "" and district_id in {name.district_id, name.zone}


def _district_of(name: Name) -> str:
    return name.zone if name.zone and name.zone_sure else name.district_id


def _street_of(street: Name | None, community: Name | None) -> str:
    if street is not None and street.official:
        return street.official
    return community.street if community is not None else ""


def _outside_mention(mentions: list[Mention], district: Mention | None, city: Mention | None) -> Mention | None:
    """The other city the matter lies in, if it does."""
    outside = _first_best(m for m in named(mentions, "outside") if m.rank >= HOME)
    if outside is not None:
        # 广东省深圳市: the city says more than its province.
        outside = next((m for m in mentions if m.kind == "outside" and m.start == outside.end), outside)
        if district is None:
            return outside if city is None or outside.rank >= city.rank else None
        first = outside.rank == district.rank and outside.start < district.start
        return outside if outside.rank > district.rank or first else None
    if city is not None:
        return None
    code = next(named(mentions, "code"), None)
    if code is not None and (district is None or district.names[0].common):
        return code
    return _first_best(m for m in named(mentions, "bare") if m.rank >= HOME) if district is None else None


def _place(text: str, mentions: list[Mention], anchor: Mention | None) -> str:
    """The spot next to the anchor, else the one that the words tie closest to the matter."""
    masked = list(text)
    for mention in mentions:
        if not mention.part_of_spot:
            masked[mention.start : mention.end] = "\n" * (mention.end - mention.start)
    spots = find_spots("".join(masked))
    ranks = {m.end: m.rank for m in mentions}
    best, best_rank = "", -1.0
    for spot in spots:
        rank: float = ranks.get(spot.start, tie(text, spot.start))
        if anchor is not None and spot.start == anchor.end:
            rank += PLAIN
        if rank > best_rank:
            best, best_rank = text[spot.start : spot.end], rank
    return best


def _stem(street: str) -> str:
    suffix = next((s for s in _SUFFIXES if street.endswith(s)), "")
    return street.removesuffix(suffix)


def _district_keys(district: District) -> Iterator[tuple[str, Name]]:
    for key in (district.name, *district.aliases):
        official = key.endswith(("区", "市", "县"))
        # 经开区, 高新区 exist in every city, and 上街区 hides in 路上街区.
        common = district.kind == "功能区" and not key.startswith(("郑", "航空港"))
        county = district.kind in {"县级市", "县"} or key in {"郑东", "航空港"}
        guarded = common or key.startswith("上街") or not (official or county)
        yield key, Name("district", district.name, district.id, short=not official, guarded=guarded, common=common)


def _street_keys(street: Street) -> set[str]:
    stem = _stem(street.name)
    keys = {street.name, *(a for a in street.aliases if a != stem)}
    if street.name.endswith("街道"):
        keys |= {f"{street.name}办事处", f"{street.name}办", f"{stem}办事处"}
    return keys


def _street_names(street: Street, taken: set[str]) -> Iterator[tuple[str, Name]]:
    stem = _stem(street.name)

    def name(kind: NameKind, key: str, official: str = street.name) -> tuple[str, Name]:
        sure = street.zone_confidence == "high"
        return key, Name(kind, official, street.district_id, zone=street.zone, zone_sure=sure, guarded=len(key) < 5)

    for key in _street_keys(street):
        yield name("street", key)
    if len(stem) > 1 and stem != street.name and not stem.endswith(("路", "街")):
        yield name("stem", stem)
    if street.name.endswith(("镇", "乡")):
        # Towns become street offices: 石佛办事处 tells the district of 石佛镇, but not today's official name.
        yield name("street", f"{stem}办事处", "")
        for key in (f"{stem}街道", f"{stem}街道办", f"{stem}街道办事处"):
            if key not in taken:
                yield name("street", key, "")


def _community_names(community: Community, street: Street | None) -> Iterator[tuple[str, Name]]:
    name = Name(
        "community",
        community.name,
        community.district_id,
        zone=street.zone if street is not None else "",
        zone_sure=street is not None and street.zone_confidence == "high",
        street=street.name if street is not None else "",
        guarded=len(community.name) < 5,
    )
    yield community.name, name
    if street is not None:
        # 东风路白庙社区 is 白庙社区 to those who live there.
        rest = community.name.removeprefix(_stem(street.name))
        if rest != community.name and rest.endswith("社区") and len(rest) > 3:
            yield rest, name
