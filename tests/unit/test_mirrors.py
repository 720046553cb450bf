"""Every module has a test file that mirrors it: `monitor/sync/page.py` → `tests/unit/sync/test_page.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MONITOR, UNIT = ROOT / "monitor", ROOT / "tests" / "unit"

# What is tested by concern instead: the module or folder, and the tests that stand in for its mirror.
ELSEWHERE = {
    "commands": "tests/unit/test_cli*.py",  # as the user calls them, through the command line
    "errors.py": "tests/unit/test_cli*.py",  # names only; which one is raised is tested where it is
    "model.py": "tests/property/test_capture_roundtrip.py",  # shapes only; a file gives back all of them
    "report/model.py": "tests/unit/report/test_build.py",  # shapes only; building fills them
    "sync/channel_views.py": "tests/unit/sync/test_view.py",  # shapes only; the view fills them
    "sync/snapshot.py": "tests/unit/sync/test_view.py",  # shapes only; the view fills them
    "tui": "tests/tui/test_*.py",  # as the user sees them, by keys and pictures
}


def modules() -> list[Path]:
    """The modules that say something, relative to `monitor`."""
    found = (path.relative_to(MONITOR) for path in MONITOR.rglob("*.py"))
    return sorted(path for path in found if not path.stem.startswith("__"))


def mirror(module: Path) -> Path:
    """Where a module's tests are."""
    return UNIT / module.parent / f"test_{module.stem}.py"


def elsewhere(module: Path) -> bool:
    """Whether a module is tested by concern."""
    return any(path.as_posix() in ELSEWHERE for path in (module, *module.parents))


def test_every_module_has_its_test_file() -> None:
    assert len(modules()) > 100
    missing = [str(module) for module in modules() if not mirror(module).is_file() and not elsewhere(module)]
    assert not missing, f"without a test file of their own: {', '.join(missing)}"


@pytest.mark.parametrize(("what", "tests"), ELSEWHERE.items())
def test_what_is_tested_elsewhere_is_there_and_has_no_mirror(what: str, tests: str) -> None:
    assert (MONITOR / what).exists()
    assert list(ROOT.glob(tests))
    assert not [module for module in modules() if Path(what) in (module, *module.parents) and mirror(module).is_file()]


def test_every_mirror_is_of_a_module() -> None:
    packages = [folder for folder in UNIT.iterdir() if (folder / "__init__.py").is_file()]
    assert packages
    assert [folder.name for folder in packages if not (MONITOR / folder.name).is_dir()] == []
