"""The README's example, run as it stands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def test_readme__library_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert len(example) == 1
    source = ROOT / "examples" / "two-graves"
    for name in ("postmortem.tsv", "antemortem.tsv"):
        shutil.copy(source / name, tmp_path / name)
    shutil.copy(source / "invented-frequencies.txt", tmp_path / "frequencies.txt")
    monkeypatch.chdir(tmp_path)
    exec(compile(example[0], "README.md", "exec"), {})
    assert "may be" in capsys.readouterr().out
    written = {path.name for path in (tmp_path / "results").iterdir()}
    assert written == {"results.json", "matches.csv", "results.xlsx", "report.html", "report.pdf"}


def test_import__needs_no_web_framework_and_loads_lazily() -> None:
    import subprocess
    import sys

    code = "import sys, forename; print(sorted(m for m in sys.modules if m in ('django','numba')))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
