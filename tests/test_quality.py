"""Rules of the project that a machine can check. Each test prints the tool's own report."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

import forename

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))
CORE = sorted(
    path
    for room in ("genetics", "statistics")
    for path in (ROOT / "src" / "forename" / room).rglob("*.py")
)
PAGES = sorted(path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([sys.executable, "-m", "ruff", "check", "."], id="lint"),
        pytest.param([sys.executable, "-m", "ruff", "format", "--check", "."], id="format"),
        pytest.param([sys.executable, "-m", "mypy"], id="types"),
        pytest.param([str(SCRIPTS / "lint-imports")], id="import-contracts"),
    ],
)
def test_tool__finds_nothing(command: list[str]) -> None:
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_core__opens_and_prints_nothing(path: Path) -> None:
    called = {
        node.func.id: node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called.keys() & {"open", "print", "input", "eval", "exec", "__import__"}


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_core__compiles_in_one_place(path: Path) -> None:
    """A kernel that `forename.compiled` does not know is neither renewed nor optional on disk."""
    imported = {
        name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not any(name.partition(".")[0] == "numba" for name in imported)


def _pins() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return dict(pin.split("==") for pin in project["tool"]["uv"]["constraint-dependencies"])


def _locked() -> dict[str, tuple[str, str]]:
    """Return name -> (version, rest of the entry) of requirements.lock."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^([a-z0-9-]+)==(\S+)(.*(?:\n .*)*)", text, flags=re.MULTILINE)
    return {name: (version, rest) for name, version, rest in entries}


def test_lock__holds_the_pinned_versions() -> None:
    assert {name: version for name, (version, _) in _locked().items()} == _pins()


def test_lock__every_entry_is_hashed_and_no_address_is_named() -> None:
    assert all("--hash=sha256:" in rest for _, rest in _locked().values())
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_version__is_the_same_everywhere() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {forename.__version__}\n" in citation
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## [{forename.__version__}]" in changes


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page__links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    broken = [
        link
        for link in links
        if link and "://" not in link and not link.startswith("mailto:")
        if not (page.parent / link).exists()
    ]
    assert not broken
