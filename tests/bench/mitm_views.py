"""`PYTHON tests/bench/mitm_views.py FILE`: how long mitmproxy's JSON view takes for frames; its own Python runs this.

FILE has one frame a line. Told: {"version", "python", "seconds"}; some frames are shown before the clock starts. The
view is asked for by name: by itself mitmproxy shows frames raw. Nothing of ours is imported, since mitmproxy's pins
need not agree with ours.
"""

import json
import platform
import sys
import time
from importlib.metadata import version

try:
    from mitmproxy import ctx, options
    from mitmproxy.contentviews import prettify_message
    from mitmproxy.test.tflow import twebsocketflow
    from mitmproxy.websocket import WebSocketMessage
except ImportError:
    sys.exit("no mitmproxy of version 12 or later")


def main() -> None:
    with open(sys.argv[1], "rb") as file:
        messages = [WebSocketMessage(1, False, line.rstrip(b"\n")) for line in file]
    ctx.options = options.Options()
    ctx.options.add_option("protobuf_definitions", str | None, None, "as its add-on of that name does")
    flow = twebsocketflow()
    for message in messages[:100]:
        prettify_message(message, flow, "json")
    began = time.perf_counter()
    for message in messages:
        shown = prettify_message(message, flow, "json")
    seconds = time.perf_counter() - began
    assert shown.view_name == "JSON", shown
    print(json.dumps({"version": version("mitmproxy"), "python": platform.python_version(), "seconds": seconds}))


main()
