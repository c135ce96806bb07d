"""Count what the checks of stated relationships find in simulated families, and false alarms.

    .venv/bin/python scripts/tree_quality_campaign.py [--graves 12] [--rounds 250]

The figures stand in ``docs/methods/tree-quality-control.md``. A grave has 31 families, three in
ten with a misstated relative; a round has one sound family of every shape with two or more typed
relatives, for each of the conditions in `CONDITIONS`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forename.genetics.checks import check_problem
from forename.genetics.family_shapes import SHAPES
from forename.genetics.findings import Finding
from forename.genetics.panel import build_panel
from forename.genetics.problem import Problem, Settings
from forename.genetics.profiles import Call, Profile
from forename.genetics.simulation import simulate
from forename.genetics.simulation_settings import FamilyPlan, SimulationSettings

CODE = "stated_relationship_doubtful"
PLANTED = ("adopted", "false_paternity", "swapped")


@dataclass(frozen=True, slots=True)
class Condition:
    """How sound families are simulated: settings, and the drop-out of each allele copy.

    ``drop_out`` is what happens; the settings say what the analysis is told of it.
    """

    name: str
    settings: Settings
    drop_out: float = 0.0


CONDITIONS = (
    Condition("as assumed", Settings()),
    Condition(
        "stepwise mutation at 0.002, drop-out of 0.5 % that nobody stated",
        Settings(mutation="stepwise:rate=0.002,rate2=0.000001,range=0.1"),
        0.005,
    ),
    Condition("drop-out of 3 %, stated", Settings(drop_out=0.03), 0.03),
)


def findings_of(problem: Problem) -> tuple[Finding, ...]:
    """Return the findings of the checks."""
    relatives = [p for f in problem.families for own in f.profiles.values() for p in own]
    everybody = [*problem.remains, *relatives, *problem.elimination]
    return check_problem(problem, build_panel(problem.frequencies, everybody, problem.settings))


def planted_and_found(graves: int) -> tuple[Counter[str], Counter[str]]:
    """Return how many misstated relatives there are and how many are found, by what is wrong."""
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for seed in range(graves):
        settings = SimulationSettings(
            families=30,
            wrong_fraction=0.3,
            contaminated=2,
            plan=(FamilyPlan(deviation="registered_apart"),),
        )
        made = simulate(settings, np.random.default_rng(seed))
        findings = findings_of(made.problem)
        doubtful = {r for f in findings if f.code == CODE for r in f.records}
        related = {r for f in findings if f.code == "families_related" for r in f.records}
        for note in made.truth.notes:
            if note.kind in PLANTED:
                planted[note.kind] += 1
                seen = doubtful | related if note.kind == "swapped" else doubtful
                found[note.kind] += bool(seen & set(_told(note.kind, note.records)))
    return planted, found


def _told(kind: str, records: Sequence[str]) -> Sequence[str]:
    """Return the records that a finding has to name: the family, of exchanged samples either."""
    return records if kind == "swapped" else records[:1]


def false_alarms(condition: Condition, rounds: int) -> tuple[int, int]:
    """Return how many sound families were compared and how many were called doubtful."""
    plan = tuple(FamilyPlan(name) for name, shape in SHAPES.items() if len(shape.typed) > 1)
    settings = SimulationSettings(
        families=0, plan=plan, unrelated=1, extra_samples=0, analysis=condition.settings
    )
    alarms = 0
    for number in range(rounds):
        rng = np.random.default_rng([number, len(condition.name)])
        problem = simulate(settings, rng).problem
        families = tuple(
            replace(
                family,
                profiles={
                    member: tuple(_dropped(p, condition.drop_out, rng) for p in own)
                    for member, own in family.profiles.items()
                },
            )
            for family in problem.families
        )
        findings = findings_of(replace(problem, families=families))
        alarms += len({f.records[0] for f in findings if f.code == CODE})
    return rounds * len(plan), alarms


def _dropped(profile: Profile, drop_out: float, rng: np.random.Generator) -> Profile:
    """Return the profile with each allele copy lost with a probability."""
    return replace(profile, calls=dict(_kept(profile, drop_out, rng)))


def _kept(
    profile: Profile, drop_out: float, rng: np.random.Generator
) -> Iterator[tuple[str, Call]]:
    for name, call in profile.calls.items():
        copies = call.alleles if len(call.alleles) > 1 else call.alleles * 2
        seen = tuple(allele for allele in copies if rng.random() >= drop_out)
        if seen:
            yield name, Call(seen)


def main() -> None:
    """Print what is found and how often the checks are wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graves", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=250)
    chosen = parser.parse_args()
    planted, found = planted_and_found(chosen.graves)
    for kind in PLANTED:
        sys.stdout.write(f"{kind}: {found[kind]} of {planted[kind]} found\n")
    for condition in CONDITIONS:
        families, alarms = false_alarms(condition, chosen.rounds)
        # The 95 % upper limit of a rate seen 0 times is 3/n.
        limit = f", at most 1 in {families // 3}" if not alarms else ""
        sys.stdout.write(f"{condition.name}: {alarms} of {families} sound families{limit}\n")


if __name__ == "__main__":
    main()
