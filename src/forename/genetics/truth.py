"""What really happened in a simulated case: who every sample is, and what was misstated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NOBODY = ""

WRONG_RELATIONSHIPS = frozenset({"false_paternity", "adopted", "swapped"})


@dataclass(frozen=True, slots=True)
class TruthNote:
    """One thing that is not as the data say.

    ``kind`` is ``false_paternity``, ``adopted``, ``swapped``, ``contamination``,
    ``registered_apart`` or ``mutation``; ``records`` are the labels it is about.
    """

    kind: str
    records: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Truth:
    """The known truth of a simulated case.

    ``samples`` maps every sample of remains to the dead person's label (``P001``), or to
    `NOBODY` when the profile is nobody's of the graves (contamination). ``missing`` maps every
    missing person's label, as results use it, to the dead person's label, or to `NOBODY` when
    the missing person is not in the graves. ``seed`` is the one the case was made with.
    """

    samples: Mapping[str, str]
    missing: Mapping[str, str]
    notes: tuple[TruthNote, ...] = ()
    seed: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "samples", MappingProxyType(dict(self.samples)))
        object.__setattr__(self, "missing", MappingProxyType(dict(self.missing)))

    def samples_of(self, missing_person: str) -> tuple[str, ...]:
        """Return the samples of a missing person, sorted; none when they are not in the graves."""
        person = self.missing.get(missing_person, NOBODY)
        if person == NOBODY:
            return ()
        return tuple(sorted(s for s, owner in self.samples.items() if owner == person))

    def missing_person_of(self, sample: str) -> str:
        """Return the label of the missing person a sample belongs to, or `NOBODY`."""
        person = self.samples.get(sample, NOBODY)
        if person == NOBODY:
            return NOBODY
        return next((label for label, owner in self.missing.items() if owner == person), NOBODY)

    def persons(self) -> dict[str, tuple[str, ...]]:
        """Return the samples of every dead person, by person label, both sorted."""
        found: dict[str, list[str]] = {}
        for sample, person in self.samples.items():
            if person != NOBODY:
                found.setdefault(person, []).append(sample)
        return {person: tuple(sorted(found[person])) for person in sorted(found)}

    def wrong_relationships(self) -> tuple[TruthNote, ...]:
        """Return the notes that say a stated relationship is wrong."""
        return tuple(note for note in self.notes if note.kind in WRONG_RELATIONSHIPS)
