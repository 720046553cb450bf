"""A report as the JSON that `syncmon formats --json` prints: times as ISO 8601, lengths of time in seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from monitor.formats.model import FormatsReport, TypeFormat, TypeKey
from monitor.sync.channel_views import LatencyView


def document(report: FormatsReport, capture: str) -> dict[str, Any]:
    """The whole report. capture: the file's name."""
    types = [type_document(one) | {"latency": _latency(report.latency(one))} for one in report.types]
    made = {"capture": capture, "messages": report.messages, "types": types}
    return made | ({"left_out": report.left_out} if report.left_out else {})


def type_document(one: TypeFormat) -> dict[str, Any]:
    """One row."""
    return {
        "site": one.site, "channel": one.channel, "dir": one.dir, "protocol": one.protocol, "type": one.type,
        "count": one.count, "bytes": one.bytes,
        "size": {"min": one.min_size, "median": one.median_size, "max": one.max_size},
        "first": moment(one.first), "last": moment(one.last),
        "period_s": rounded(one.period_s), "jitter_s": rounded(one.jitter_s), "rate_s": rounded(one.rate),
        "tabs": one.tabs, "addresses": one.addresses, "inferred_by": one.inferred_by, "schema": one.schema,
        "fields": [_field(field) for field in one.fields],
        "examples": [msgspec.to_builtins(example) for example in one.examples],
        "preceded_by": [
            {"what": found.what, "kind": found.kind, "share": rounded(found.share), "lift": round(found.lift, 1),
             "median_s": rounded(found.median_s), "window_s": rounded(found.window_s), "count": found.count,
             "of": found.of, "tab": found.tab, "same_tab": rounded(found.same_tab)}
            for found in one.preceded_by
        ],
        "replies": [
            {"role": reply.role, "to": _named(reply.to), "count": reply.count, "by": reply.by, "its": reply.its or None,
             "median_s": rounded(reply.median_s), "p95_s": rounded(reply.p95_s)}
            for reply in one.replies
        ],
        "sequences": [msgspec.to_builtins(sequence) for sequence in one.sequences],
        "links": [{"path": link.path, "to": _named(link.to), "its": link.its, "share": link.share}
                  for link in one.links],
        "notes": one.notes, "filter": one.filter,
    }  # fmt: skip


def _latency(one: LatencyView | None) -> dict[str, Any] | None:
    """From the stamp to the arrival, each length as the least and the most it can be; None where there is no stamp."""
    if one is None:
        return None
    bounds = {"median_s": one.median, "p95_s": one.p95, "clock_ahead_s": one.offset}
    return {"field": one.field, "form": one.form, "count": one.count, "why": one.why} | {
        name: [rounded(found.low_s), rounded(found.high_s)] for name, found in bounds.items()
    }


def _field(field: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(field)
    plain["presence"] = rounded(field.presence)
    return {name: value for name, value in plain.items() if value not in (None, (), []) or name == "example"}


def _named(key: TypeKey) -> dict[str, Any]:
    return {"channel": key[1], "dir": key[2], "protocol": key[3], "type": key[4]}


def moment(seconds: float) -> str:
    """A moment as ISO 8601, UTC, to the millisecond."""
    try:
        found = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        found = datetime.fromtimestamp(0, UTC)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rounded(value: float | None) -> float | None:
    """A number to four digits after the point."""
    return None if value is None else round(value, 4)
