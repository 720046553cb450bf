"""`syncmon demo`: the lab, a browser and the dashboard."""

from __future__ import annotations

import click

from monitor.errors import UsageError


@click.command("demo")
def command() -> None:
    """The lab, a browser and the dashboard: nothing else needed."""
    raise UsageError("The demo is not there yet. Try: syncmon lab")
