"""From free Chinese text to 郑州's official district, street office and community.

Written names and rules only: what the text does not settle stays '', and text about another city never gets
a 郑州 district. Coordinates and road tables are not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge._mentions import CITIZEN, DENIED, HOME, PLAIN, SPOT, WORK, Mention, MentionScanner, named, spot_tie
from knowledge._names import CITY as CITY
from knowledge._names import Name, written_names
from knowledge._spots import find_spots
from knowledge.vocabulary import Address, Community, District, Street

# The districts that each zone took over streets and villages from.
_ZONE_LAND = {
    "hangkonggang": ("xinzheng", "zhongmu"),
    "zhengdong": ("jinshui", "guancheng", "zhongmu"),
    "jingkai": ("guancheng", "zhongmu"),
    "gaoxin": ("zhongyuan",),
}


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
        """Build the index of all written names."""
        self._district_names = {d.id: d.name for d in districts}
        self._scanner = MentionScanner(written_names(districts, streets, communities))

    def locate(self, text: str) -> Address:
        """Read the place of the matter.

        Of several districts the one that 投诉的是, 归 or 派给 leads to goes first, then 位于, then 在 or 到;
        work, home and origin come last. Among equals it is the first one, but a development zone goes before
        the district whose land it runs. Street and community must fit the district that the text names.

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
        mentions = [m for m in mentions if m.rank != DENIED or m.kind == "city"]
        districts = list(named(mentions, "district"))
        district = _first_best(districts)
        city = _first_best(named(mentions, "city"))
        outside = _outside_mention(mentions, district, city)
        if outside is not None:
            # a code that hides a place (A3区) is no place of ours, but neither does it name another city
            hidden = outside.names[0].kind == "code"
            return _Area(city="" if hidden else outside.names[0].official, anchor=outside)
        return self._inside(mentions, _zone_first(district, districts), city)

    def _inside(self, mentions: list[Mention], district: Mention | None, city: Mention | None) -> _Area:
        district_id = district.names[0].district_id if district is not None else ""
        anchor = district or city
        by_rank = sorted(named(mentions, "street", "stem"), key=lambda m: -m.rank)
        street: Name | None = None
        for mention in by_rank:
            street = _choose(mention, district_id, may_override=district is None or mention.rank > district.rank)
            if street is not None:
                district_id = district_id if _within(street, district_id) else _district_of(street)
                district_id = _zone_named(street, mentions) or district_id
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
    return _only(n for n in mention.names if not n.needs_district) if may_override else None


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


def _zone_first(district: Mention | None, districts: list[Mention]) -> Mention | None:
    """Of a district and a development zone on its land, named alike, the zone: it is the one that manages."""
    if district is None:
        return None
    land = district.names[0].district_id
    equals = (m for m in districts if m.rank == district.rank)
    return next((m for m in equals if land in _ZONE_LAND.get(m.names[0].district_id, ())), district)


def _zone_named(street: Name, mentions: list[Mention]) -> str:
    """The development zone that runs the street, where the text names it beside the district."""
    zones = (m for m in named(mentions, "district") if m.rank >= HOME)
    return street.zone if street.zone and any(m.names[0].district_id == street.zone for m in zones) else ""


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
    outside = _first_best(
        m for m in named(mentions, "outside", "bare") if m.rank >= (HOME if m.kind == "outside" else SPOT)
    )
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
    # A caller names the home that the matter is about: 我是金水区花园路某小区业主.
    ranks = {m.end: PLAIN if m.rank in {CITIZEN, WORK} else m.rank for m in mentions}
    best, best_rank = "", -1.0
    for spot in spots:
        rank: float = ranks.get(spot.start, spot_tie(text, spot.start))
        if anchor is not None and spot.start == anchor.end:
            rank += PLAIN
        if rank > best_rank:
            best, best_rank = text[spot.start : spot.end], rank
    return best
