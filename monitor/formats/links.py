"""Which fields hold the ids of which others: by what their sketches of distinct values share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from monitor.formats.distinct import Distinct
from monitor.formats.fields import scalars
from monitor.formats.model import Link, TypeKey
from monitor.formats.row import Row

LEAST = 0.2
_EACH = 2  # links of one field
_MOST = 8  # links of one type
_COMMON = 200  # fields that share one value; more are not compared

_Field = tuple[TypeKey, str]


def links_of(rows: Mapping[TypeKey, Row]) -> dict[TypeKey, tuple[Link, ...]]:
    """The links of all types: each field with the two fields of other types that share most of its ids."""
    fields: dict[_Field, Distinct] = {}
    for key, row in rows.items():
        for path, shape in scalars(row.shape):
            if shape.texts is not None and shape.texts.distinct is not None and shape.texts.distinct.hashes:
                fields[key, path] = shape.texts.distinct
    holders: dict[int, list[_Field]] = defaultdict(list)
    for field, distinct in fields.items():
        for number in distinct.hashes:
            if len(holders[number]) < _COMMON:
                holders[number].append(field)
    found: dict[TypeKey, list[Link]] = defaultdict(list)
    for field, distinct in fields.items():
        found[field[0]] += _links(field, distinct, holders, fields)
    return {key: tuple(sorted(links, key=lambda one: -one.share)[:_MOST]) for key, links in found.items() if links}


def _links(
    field: _Field, distinct: Distinct, holders: Mapping[int, list[_Field]], fields: Mapping[_Field, Distinct]
) -> list[Link]:
    key, path = field
    common: Counter[_Field] = Counter()
    for number in distinct.hashes:
        common.update(other for other in holders[number] if other[0] != key)
    judged = [(round(distinct.shared(fields[other]), 2), other) for other, _ in common.most_common(12)]
    judged.sort(
        key=lambda one: (-one[0], not _same_name(path, one[1][1]), one[1][0][2] != "out", one[1][0][4], one[1][1])
    )
    told: dict[TypeKey, Link] = {}
    for share, (other, its) in judged:
        if share >= LEAST and other not in told and len(told) < _EACH:
            told[other] = Link(path=path, to=other, its=its, share=share)
    return list(told.values())


def _same_name(one: str, other: str) -> bool:
    return one.rpartition(".")[2] == other.rpartition(".")[2]
