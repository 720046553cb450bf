from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from monitor.lab.profile import OWNER, allow_notifications, forget, make


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


def test_a_profile_is_removed_unless_a_browser_runs_on_it(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    allow_notifications(profile, [])
    lock = profile / "SingletonLock"
    lock.symlink_to(f"a-host-{os.getpid()}")
    assert not forget(profile)
    assert profile.exists()
    lock.unlink()
    lock.symlink_to("a-host-4194305")  # beyond what Linux gives
    assert forget(profile)
    assert not profile.exists()


def test_the_next_lab_removes_what_one_had_to_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left, used, running = make(), make(), make()
    (left / OWNER).write_text("4194305")
    (used / OWNER).write_text("4194305")
    (used / "SingletonLock").symlink_to(f"a-host-{os.getpid()}")
    foreign = tmp_path / "syncmon-lab-certificates"
    foreign.mkdir()
    profile = make()
    assert set(tmp_path.iterdir()) == {used, running, foreign, profile}
