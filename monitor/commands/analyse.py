"""A whole capture through the one analysis, and the analysis as the commands set it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.commands.console import complain
from monitor.commands.options import sites_folder

if TYPE_CHECKING:
    from monitor.capture.reader import Capture
    from monitor.sites.profile import Profile
    from monitor.sync.analysis import Analysis
    from monitor.sync.snapshot import Snapshot


def profiles(*, quiet: bool = False) -> tuple[Profile, ...]:
    """The site profiles, shipped and the user's; bad ones are complained about and skipped."""
    from monitor.sites.profile import load_profiles

    found, problems = load_profiles(sites_folder())
    if not quiet:
        for problem in problems:
            complain(f"site profile skipped: {problem}")
    return found


def new_analysis(*, quiet: bool = False) -> Analysis:
    """An analysis that has seen nothing yet."""
    from monitor.sync.analysis import Analysis

    return Analysis(profiles(quiet=quiet))


def snapshot(capture: Capture) -> Snapshot:
    """What the analysis makes of the whole capture."""
    analysis = new_analysis()
    for event in capture.events():
        analysis.feed(event)
    return analysis.snapshot()
