"""How long writes take to be seen, where some never were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sync.snapshot import SeenView
from monitor.sync.visibility import Curve, curve, hidden, in_view, samples


def test_without_waits_there_is_nothing_to_tell() -> None:
    assert curve([]) == Curve()
    assert curve([]).quantile(0.5) is None


def test_where_all_waits_ended_it_is_the_plain_distribution() -> None:
    found = curve([(4.0, True), (1.0, True), (3.0, True), (2.0, True)])
    assert found.steps == pytest.approx([(1.0, 0.75), (2.0, 0.5), (3.0, 0.25), (4.0, 0.0)])
    assert (found.quantile(0.5), found.quantile(0.9), found.censored) == (2.0, 4.0, 0)


def test_the_example_of_the_textbooks() -> None:
    """Freireich's trial (1963), group 6-MP: weeks in remission, as tabulated by Cox."""
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    given_up = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    found = curve([(float(t), True) for t in ended] + [(float(t), False) for t in given_up])
    told = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert dict(found.steps) == pytest.approx({float(t): share for t, share in told.items()}, abs=0.001)
    assert found.quantile(0.5) == 23.0
    assert found.waiting(12.0) == pytest.approx(0.753, abs=0.001)


def test_a_median_that_was_not_reached_is_none() -> None:
    found = curve([(1.0, True), (10.0, False), (12.0, False)])
    assert (found.quantile(0.3), found.quantile(0.5), found.longest) == (1.0, None, 12.0)


def test_a_reload_ends_no_wait_by_itself() -> None:
    seen = [
        SeenView(tab="B", state="shown", after_s=13.0, waited_s=13.0, censored=False, via="reload"),
        SeenView(tab="C", state="shown", after_s=0.2, waited_s=0.2, censored=False, via="socket"),
        SeenView(tab="D", state="missing", waited_s=40.0),
    ]
    assert samples(seen) == [(13.0, False), (0.2, True), (40.0, False)]
    later = SeenView(
        tab="B", state="shown", after_s=14.0, waited_s=14.0, censored=False, via="refetch", prompted_by="reload"
    )
    assert samples([later]) == [(14.0, False)]  # the page that was loaded again asked for it a moment later
    assert samples(seen, by_itself=False) == [(13.0, True), (0.2, True), (40.0, False)]


def test_tabs_in_view_and_hidden_ones() -> None:
    one = SeenView(tab="B", state="shown", waited_s=10.0, hidden_s=9.0)
    other = SeenView(tab="C", state="shown", waited_s=10.0, hidden_s=1.0)
    assert (hidden([one, other]), in_view([one, other])) == ([one], [other])


@given(st.lists(st.tuples(st.floats(0, 1e6), st.booleans()), max_size=60))
def test_the_share_falls_and_stays_a_share(waits: list[tuple[float, bool]]) -> None:
    found = curve(waits)
    shares = [1.0, *(share for _, share in found.steps)]
    assert shares == sorted(shares, reverse=True)
    assert all(-1e-9 <= share <= 1 for share in shares)
    assert [at for at, _ in found.steps] == sorted({at for at, ended in waits if ended})


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_waits_given_up_make_it_slower_never_faster(waits: list[float]) -> None:
    """What is only known to have lasted at least so long cannot make the others look longer."""
    whole = curve([(wait, True) for wait in waits])
    half = curve([(wait, number % 2 == 0) for number, wait in enumerate(waits)])
    for at in waits:
        assert half.waiting(at) >= whole.waiting(at) - 1e-9
