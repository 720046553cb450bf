from __future__ import annotations

import json
from pathlib import Path

from monitor.lab.profile import allow_notifications


def test_origins_are_allowed_with_their_ports_and_what_was_there_stays(tmp_path: Path) -> None:
    allow_notifications(tmp_path, ["https://claude.ai"])
    path = tmp_path / "Default" / "Preferences"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"other": 1}))
    allow_notifications(tmp_path, ["http://localhost:81", "http://a.test"])
    found = json.loads(path.read_text())
    assert found["other"] == 1
    assert found["profile"]["content_settings"]["exceptions"]["notifications"] == {
        "https://claude.ai:443,*": {"setting": 1},
        "http://localhost:81,*": {"setting": 1},
        "http://a.test:80,*": {"setting": 1},
    }
