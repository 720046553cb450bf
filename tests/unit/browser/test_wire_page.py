"""The shapes of what a page tells of itself."""

from __future__ import annotations

import msgspec

from monitor.browser import wire_page


def test_fields_are_in_camel_case_and_mostly_optional() -> None:
    frame = msgspec.json.decode(b'{"id":"F","loaderId":"L","url":"u","x":1}', type=wire_page.WireFrame)
    assert (frame.loader_id, frame.parent_id) == ("L", None)


def test_frames_are_in_frames() -> None:
    raw = b'{"frameTree":{"frame":{"id":"F"},"childFrames":[{"frame":{"id":"G","parentId":"F"}}]}}'
    tree = msgspec.json.decode(raw, type=wire_page.FrameTreeReply).frame_tree
    assert [one.frame.parent_id for one in tree.child_frames or []] == ["F"]
