"""All typed samples of a problem in one list, each with the table and the role it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from forename.genetics.findings import Location
from forename.genetics.problem import Problem
from forename.genetics.profiles import Profile, Sex
from forename.genetics.sentences import Sentence, say


class Source(StrEnum):
    """Which table a sample belongs to."""

    REMAINS = "remains"
    RELATIVE = "relative"
    STAFF = "elimination profile"


@dataclass(frozen=True, slots=True)
class TypedSample:
    """A profile, its table, and for a relative the family, the member and the stated kinship.

    ``stated_sex`` is the sex that the table or the pedigree states, without amelogenin.
    """

    profile: Profile
    source: Source
    family: str = ""
    member: str = ""
    kinship: str = ""
    stated_sex: Sex = Sex.UNKNOWN

    @property
    def name(self) -> Sentence | str:
        """The sample's name, with its role and family where it is a relative's."""
        sample = self.profile.sample
        if self.source is Source.STAFF:
            return say("{sample} (elimination profile)", sample=sample)
        if self.source is Source.REMAINS:
            return sample
        if not self.kinship:
            return say("{sample} (family {family})", sample=sample, family=self.family)
        return say(
            "{sample} ({kinship:kinship}, family {family})",
            sample=sample,
            kinship=self.kinship,
            family=self.family,
        )

    @property
    def records(self) -> tuple[str, ...]:
        """The labels a finding names: the sample, and the family of a relative."""
        if self.family:
            return (self.profile.sample, self.family)
        return (self.profile.sample,)


def typed_samples(problem: Problem) -> tuple[TypedSample, ...]:
    """Return remains, then relatives family by family, then elimination profiles."""
    samples = [TypedSample(p, Source.REMAINS, stated_sex=p.sex) for p in problem.remains]
    for family in problem.families:
        for member, profiles in family.profiles.items():
            for profile in profiles:
                sex = family.pedigree[member].sex
                samples.append(
                    TypedSample(
                        profile,
                        Source.RELATIVE,
                        family.id,
                        member,
                        family.kinship.get(member, ""),
                        profile.sex if sex is Sex.UNKNOWN else sex,
                    )
                )
    samples += [TypedSample(p, Source.STAFF, stated_sex=p.sex) for p in problem.elimination]
    return tuple(samples)


def with_kinship(sample: TypedSample, otherwise: str) -> Sentence:
    """Return a relative's sample with the stated kinship word, or another where none is stated."""
    return say(
        "{sample} ({kinship:kinship})",
        sample=sample.profile.sample,
        kinship=sample.kinship or otherwise,
    )


def locations_of(samples: Iterable[TypedSample]) -> tuple[Location, ...]:
    """Return where the samples' profiles were read, as far as that is known."""
    return tuple(s.profile.location for s in samples if s.profile.location is not None)
