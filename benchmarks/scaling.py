"""How a search grows: ``python -m benchmarks.scaling [--folder build/scaling] [--svg FILE]``.

One thing varies at a time: threads, families, remains, the threshold, then families and remains
together. Seconds are the least of some searches within one process, by the clock, from stores on
disk to files on disk; ``--svg`` draws them.
"""

from __future__ import annotations

import argparse
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.national import write_country
from forename.genetics.problem import Settings
from forename.search.executors import Threads
from forename.search.job import Wanted, prepare
from forename.search.run import run_search
from forename.search.store import open_store

FAMILIES, REMAINS, THREADS, LEVEL = 20_000, 50_000, 2, 4.0
BOTH = (12_500, 25_000, 50_000, 100_000)
_SETTINGS = Settings(mutation="equal:0.001")
_WIDTH, _HEIGHT, _LEFT, _TOP, _PLOT = 400, 250, 56, 44, (320, 150)  # of a panel, in pixels


@dataclass(frozen=True, slots=True)
class Panel:
    """One thing that varies: its values as words, and what was measured at each."""

    title: str
    unit: str
    values: tuple[str, ...]
    measured: tuple[float, ...]


def main() -> None:
    """Print the figures, and draw them if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build/scaling"))
    parser.add_argument("--svg", type=Path)
    asked = parser.parse_args()
    found = panels(asked.folder)
    for panel in found:
        both = zip(panel.values, panel.measured, strict=True)
        told = ", ".join(f"{value}: {measured:.2f}" for value, measured in both)
        print(f"{panel.title} ({panel.unit}): {told}")
    if asked.svg is not None:
        asked.svg.write_text(drawing(found), encoding="utf-8")


def panels(folder: Path) -> list[Panel]:
    """Return what was measured."""

    def row(title: str, asked: list[tuple[str, dict[str, float]]]) -> Panel:
        measured = tuple(seconds(folder, **own) for _, own in asked)
        return Panel(title, "seconds", tuple(value for value, _ in asked), measured)

    sizes = [12_500, 25_000, 50_000, 100_000]
    many = [10_000, 20_000, 40_000, 80_000]
    both = row("families and remains", [(f"{n:,}", {"families": n, "remains": n}) for n in BOTH])
    each = tuple(s * 1e9 / n**2 for s, n in zip(both.measured, BOTH, strict=True))
    return [
        row("threads", [(str(n), {"threads": n}) for n in (1, 2)]),
        row("threshold, log10 LR", [(f"{x:.0f}", {"level": x}) for x in (6.0, 4.0, 2.0, 0.0)]),
        row("families", [(f"{n:,}", {"families": n}) for n in many]),
        row("remains", [(f"{n:,}", {"remains": n}) for n in sizes]),
        both,
        Panel("families and remains", "nanoseconds a pair", both.values, each),
    ]


def seconds(
    folder: Path,
    families: int = FAMILIES,
    remains: int = REMAINS,
    threads: int = THREADS,
    level: float = LEVEL,
) -> float:
    """Return the least time of three searches, after one that warms up."""
    own = folder / f"{families}-{remains}"
    if not own.exists():
        write_country(own, families, remains)
    spent = []
    for _ in range(4):
        shutil.rmtree(own / "out", ignore_errors=True)
        begun = time.perf_counter()
        job = prepare(open_store(own / "store"), _SETTINGS, Wanted(level, best=0))
        run_search(job, own / "out", Threads(threads), size=2048)
        spent.append(time.perf_counter() - begun)
    return min(spent[1:])


def drawing(found: list[Panel]) -> str:
    """Return the panels as SVG, two in a row, every axis from 0."""
    rows = -(-len(found) // 2)
    parts = [_panel(p, n % 2 * _WIDTH, n // 2 * _HEIGHT) for n, p in enumerate(found)]
    width, height = 2 * _WIDTH, rows * _HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="{width}" height="{height}" fill="white"/>\n{"".join(parts)}</svg>\n'
    )


def _panel(panel: Panel, left: int, top: int) -> str:
    width, height = _PLOT
    top_value = 1.2 * max(panel.measured)
    step = width / len(panel.values)
    bars = []
    for n, (value, measured) in enumerate(zip(panel.values, panel.measured, strict=True)):
        x, tall = (n + 0.2) * step, measured / top_value * height
        middle = (n + 0.5) * step
        bars.append(
            f'<rect x="{x:.1f}" y="{height - tall:.1f}" width="{0.6 * step:.1f}" '
            f'height="{tall:.1f}" fill="#4a7a8c"/>\n'
            f'<text x="{middle:.1f}" y="{height - tall - 5:.1f}" text-anchor="middle">'
            f"{measured:.2f}</text>\n"
            f'<text x="{middle:.1f}" y="{height + 17}" text-anchor="middle">{value}</text>\n'
        )
    return (
        f'<g transform="translate({left + _LEFT} {top + _TOP})">\n'
        f'<text y="-16" font-weight="bold">{panel.unit} by {panel.title}</text>\n'
        f'<path d="M0 0V{height}H{width}" fill="none" stroke="#444"/>\n{"".join(bars)}</g>\n'
    )


if __name__ == "__main__":
    main()
