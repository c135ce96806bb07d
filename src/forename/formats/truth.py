"""The truth of a simulated case as a JSON file, ``truth.json`` in the case folder.

    {"format": "forename-truth", "version": 1, "simulated": true, "seed": 7,
     "samples": {"G1-001": "P004", "G1-002": null},
     "missing": {"F001": {"person": "P004", "samples": ["G1-001"]},
                 "F002": {"person": null, "samples": []}},
     "notes": [{"kind": "adopted", "records": ["F001", "R0002"], "text": "…"}]}

A sample without a person is contamination; a missing person without one is not in the graves.
``samples`` of a missing person repeats what ``samples`` above says, and is checked.
"""

from __future__ import annotations

import json
from pathlib import Path

from forename.formats.json_fields import JsonField, JsonValue, read_json
from forename.genetics.evaluation import Answer, StatedPosterior
from forename.genetics.truth import NOBODY, Truth, TruthNote

TRUTH_FILE = "truth.json"
TRUTH_FORMAT = "forename-truth"
TRUTH_VERSION = 1


def truth_json(truth: Truth) -> str:
    """Return the text of a truth file; the same truth gives the same text."""
    content: dict[str, JsonValue] = {
        "format": TRUTH_FORMAT,
        "version": TRUTH_VERSION,
        "simulated": True,
        "seed": truth.seed,
        "samples": {sample: person or None for sample, person in truth.samples.items()},
        "missing": {
            label: {"person": person or None, "samples": list(truth.samples_of(label))}
            for label, person in truth.missing.items()
        },
        "notes": [
            {"kind": note.kind, "records": list(note.records), "text": note.text}
            for note in truth.notes
        ],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def read_truth(path: str | Path) -> Truth:
    """Return the truth of a file that holds what `truth_json` gave.

    Raises `UnusableInputError`, naming file and field, for anything else.
    """
    root = read_json(path)
    _check_header(root)
    samples = {sample: _person(field) for sample, field in root.field("samples").fields().items()}
    missing: dict[str, str] = {}
    listed: dict[str, JsonField] = {}
    for label, field in root.field("missing").fields().items():
        missing[label] = _person(field.field("person"))
        listed[label] = field.field("samples")
    notes = tuple(
        TruthNote(
            note.field("kind").text(), note.field("records").texts(), note.field("text").text()
        )
        for note in root.field("notes").items()
    )
    truth = Truth(samples, missing, notes, _seed(root))
    for label, field in listed.items():
        if tuple(sorted(field.texts())) != truth.samples_of(label):
            raise field.error(
                "the samples differ from those that 'samples' gives this person.",
                "the same samples in both places",
            )
    return truth


def read_answer(path: str | Path) -> Answer:
    """Return what a ``results.json`` says that a truth can judge.

    Every sample of a group has its own row among the posteriors there; they are taken together
    again. Raises `UnusableInputError`, naming file and field.
    """
    root = read_json(path)
    groups = [group.texts() for group in root.field("same_person_groups").items()]
    group_of = {sample: group for group in groups for sample in group}
    posteriors: dict[tuple[tuple[str, ...], str], float] = {}
    for row in root.field("posteriors").items():
        remains = row.field("remains").text()
        group = group_of.setdefault(remains, (remains,))
        key = (group, row.field("missing_person").text())
        posteriors[key] = row.field("posterior").probability()
    return Answer(
        groups=tuple(dict.fromkeys(group_of.values())),
        posteriors=tuple(
            StatedPosterior(samples, label, value) for (samples, label), value in posteriors.items()
        ),
        proposals=tuple(
            StatedPosterior(
                row.field("remains").texts(),
                row.field("missing_person").text(),
                row.field("posterior").probability(),
                row.fields()["linked"].texts() if "linked" in row.fields() else (),
            )
            for row in root.field("proposals").items()
        ),
        noticed=frozenset(
            record
            for finding in root.field("findings").items()
            for record in finding.field("records").texts()
        ),
    )


def _check_header(root: JsonField) -> None:
    name = root.field("format")
    if name.value != TRUTH_FORMAT:
        raise name.error("this is no truth file.", f"{TRUTH_FORMAT!r}")
    version = root.field("version")
    if version.value != TRUTH_VERSION or isinstance(version.value, bool):
        raise version.error(
            "this version of the truth file is not known.", f"version {TRUTH_VERSION}"
        )


def _person(field: JsonField) -> str:
    return NOBODY if field.value is None else field.text()


def _seed(root: JsonField) -> int | None:
    field = root.field("seed")
    if field.value is None or (isinstance(field.value, int) and not isinstance(field.value, bool)):
        return field.value
    raise field.error("this is no seed.", "a whole number or null")
