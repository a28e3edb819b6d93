"""Whether words for a place are a name that can be said back to who wrote them."""

from __future__ import annotations

import re

_NAMED = re.compile(
    r"(?:[一-鿿]{1,8}(?:区|县|市|街道|镇|乡)){0,2}[一-鿿]{2,10}"
    r"(?:路|街|大道|小区|村|社区|[学小中大]学|学校|[学医]院|花园|家园|苑|广场|公园|区|县|市|街道|镇|乡)"
)
_NO_NAME = re.compile(
    r"[该此这那且我您他她的是在有和与及或就每某哪各要读找去到]|原(?=[学小中])|封闭|附近|旁|整个|所有|新建|老旧|对面|门口|本小区|(?:^|[区县镇乡])(?:农|乡|全|多)村$|(?:铁|公|道|线|马|网)路$|优待|求|关注|反映|^(?:人民|中心|妇幼|中医|第[一二三])医院$|能迁|迁回|原来"
)


def is_proper(place: str) -> bool:
    """Whether a place is a name that can be said back: 金水区经三路, and neither 该小区 nor 封闭式小区."""
    return _NAMED.fullmatch(place) is not None and not _NO_NAME.search(place)
