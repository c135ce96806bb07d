"""Write the shipped example, ``examples/two-graves``: simulated, the same bytes every time.

.venv/bin/python scripts/make_example.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from forename.formats.laboratory_tables import (
    frequencies_text,
    pedigrees_table,
    relatives_table,
    remains_table,
)
from forename.formats.truth import truth_json
from forename.genetics.problem import Settings
from forename.genetics.simulation import Simulation, simulate
from forename.genetics.simulation_settings import FamilyPlan, SimulationSettings

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "examples" / "two-graves"
# Chosen so that the planned mutation leaves a near miss; nothing else depends on it.
SEED = 8
TITLE = "SIMULATED example: two graves"
MUTATION = "equal:0.001"
PRIOR = "missing-total:120"

# How many families of each shape; what is special follows in `SPECIAL`.
SHAPES = {
    "parents": 9,
    "mother": 6,
    "father": 3,
    "mother and sibling": 10,
    "one sibling": 5,
    "siblings": 9,
    "one child": 5,
    "children": 7,
    "children and spouse": 7,
    "grandparents": 3,
    "uncle and aunt": 4,
    "half siblings": 4,
    "three generations": 4,
    "sister and nieces": 4,
    "large": 2,
    "cousin marriage": 1,
    "father and son missing": 1,
}
SPECIAL = (
    FamilyPlan("two brothers missing", present=True),
    FamilyPlan(present=True, deviation="registered_apart"),
    FamilyPlan("mother and sibling", present=True, deviation="adopted"),
    FamilyPlan("one child", present=True, deviation="mutation"),
)
PERSONS = 80
SAMPLES = 115
FAMILIES_ABSENT = 30

README = """\
# Two graves: SIMULATED example

Nothing here is real: no person, family, grave or frequency. `scripts/make_example.py` made it
with the seed {seed} and makes the same files again.

- {samples} sets of remains in two graves, parts of {persons} people: some commingled, some
  degraded.
- {families} families with {missing} missing persons, of whom {present} lie in the graves.
- Allele frequencies invented by a formula (`docs/methods/simulation.md`): the marker names are
  real, the values are not.
- Hidden in it: two missing brothers of one family, one family registered twice, a relative who
  is adopted, a mutation, a sample that shows a member of staff, families whose missing person is
  elsewhere.
- Relatives are told by kinship words (`antemortem.tsv`); families that words cannot say are
  pedigrees (`pedigrees.ped`). `case.toml` names the files and the settings.
- `truth.json` holds the solution. An analysis does not read it; `forename evaluate` does.

    forename identify examples/two-graves --out build/demo
"""


CASE = f"""\
# SIMULATED: nothing here is real. Made by scripts/make_example.py.
forename_case = 1
title = "{TITLE}"
simulated = true

[files]
postmortem = "postmortem.tsv"
antemortem = "antemortem.tsv"
pedigrees = "pedigrees.ped"
frequencies = "invented-frequencies.txt"
elimination = "staff.tsv"

[settings]
mutation = "{MUTATION}"
prior = "{PRIOR}"
"""


def make_example() -> Simulation:
    """Return the example: a problem and its truth."""
    rng = np.random.default_rng(SEED)
    shapes = [shape for shape, count in SHAPES.items() for _ in range(count)]
    absent = set(rng.permutation(len(shapes))[:FAMILIES_ABSENT].tolist())
    plans = [FamilyPlan(shape, present=i not in absent) for i, shape in enumerate(shapes)]
    mixed = [*plans, *SPECIAL]
    plan = tuple(mixed[i] for i in rng.permutation(len(mixed)))
    present = sum(_missing_persons(p) for p in plan if p.present)
    settings = SimulationSettings(
        graves=2,
        families=0,
        plan=plan,
        unrelated=PERSONS - present,
        extra_samples=SAMPLES - PERSONS,
        degraded_fraction=0.35,
        marker_loss=0.6,
        least_markers=8,
        allele_drop_out=0.03,
        staff=4,
        contaminated=1,
        analysis=Settings(mutation=MUTATION, prior=PRIOR),
        title=TITLE,
    )
    return simulate(settings, rng, SEED)


def example_files() -> dict[str, str]:
    """Return the text of every file of the example, by name."""
    made = make_example()
    problem, truth = made.problem, made.truth
    markers = tuple(problem.frequencies.frequencies)
    worded = [family for family in problem.families if family.kinship]
    explicit = [family for family in problem.families if not family.kinship]
    return {
        "case.toml": CASE,
        "postmortem.tsv": remains_table(problem.remains, markers),
        "antemortem.tsv": relatives_table(worded, markers),
        "pedigrees.ped": pedigrees_table(explicit, markers),
        "invented-frequencies.txt": frequencies_text(problem.frequencies.frequencies),
        "staff.tsv": remains_table(problem.elimination, markers),
        "truth.json": truth_json(truth),
        "README.md": README.format(
            seed=SEED,
            samples=len(problem.remains),
            persons=len(truth.persons()),
            families=len(problem.families),
            missing=len(truth.missing),
            present=sum(1 for person in truth.missing.values() if person),
        ),
    }


def write_example(folder: Path) -> None:
    """Write the files of the example into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in example_files().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _missing_persons(plan: FamilyPlan) -> int:
    two = ("two brothers missing", "father and son missing")
    return 2 if plan.shape in two or plan.deviation == "registered_apart" else 1


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    write_example(target)
    sys.stdout.write(f"{target}\n")
