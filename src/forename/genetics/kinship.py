"""A family's pedigree from kinship words: one missing person, relatives named by a word each.

A word leaves something open, so rules fill it in, and every rule that was needed is a finding:

- sons and daughters share one spouse, the typed one where there is exactly one;
- nieces and nephews are children of one untyped full sibling of the missing person (one per sex
  when the words say "brother's" or "sister's"); cousins of one untyped sibling of a parent;
- grandchildren are children of one untyped child of the missing person;
- half siblings of one side share their other parent; without a stated side it is the mother's;
- uncles, aunts, grandparents and cousins without a stated side belong to the untyped parent, to
  the father when both or neither are typed.

See ``docs/methods/kinship-words.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from forename.exceptions import InvalidPedigreeError
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.kinship_words import ACCEPTED_WORDS, Kinship, Relation, Side, kinship_of
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family, Relative
from forename.genetics.profiles import Profile, Sex, sex_from_amelogenin
from forename.genetics.sentences import Sentence, say

_OPPOSITE = {Sex.MALE: Sex.FEMALE, Sex.FEMALE: Sex.MALE, Sex.UNKNOWN: Sex.UNKNOWN}
_EXPLICIT = say("Give the pedigree explicitly (a .ped or .fam file) where this is not so.")
_SIDES = {Side.FATHER: say("father"), Side.MOTHER: say("mother")}


def family_from_relatives(
    family_id: str, relatives: Sequence[Relative]
) -> tuple[Family, tuple[Finding, ...]]:
    """Return the family that kinship words describe, with one finding per assumption made.

    The missing person's id in the pedigree is ``family_id`` (``family_id:missing`` when a
    relative's sample has that very name), a relative's is the sample's name, an untyped person's
    is such as ``F12:father``. Rows that repeat a sample with the same kinship are replicates of
    one person. The missing person's sex stays unknown unless a spouse or identical twin shows it.

    Raises `InvalidPedigreeError`, naming family and sample, for an unknown kinship word, one
    sample in two places, two different fathers or mothers, or more than two grandparents of a
    sex; also when there are no relatives or a row belongs to another family.
    """
    builder = _Builder(family_id, _typed_relatives(family_id, relatives))
    builder.build()
    family = Family(
        id=family_id,
        pedigree=Pedigree(list(builder.persons.values())),
        missing=(builder.missing,),
        profiles={t.id: t.profiles for t in builder.typed},
        kinship={t.id: t.word for t in builder.typed},
        labels={builder.missing: family_id},
    )
    return family, tuple(builder.findings)


@dataclass(frozen=True, slots=True)
class _Typed:
    """A typed relative: id, what they are, their word and profiles, and their sex."""

    id: str
    kinship: Kinship
    word: str
    profiles: tuple[Profile, ...]
    locations: tuple[Location, ...]

    @property
    def sex(self) -> Sex:
        if self.kinship.sex is not Sex.UNKNOWN:
            return self.kinship.sex
        for profile in self.profiles:
            sex = profile.sex
            if sex is Sex.UNKNOWN:
                sex = sex_from_amelogenin(profile.amelogenin)
            if sex is not Sex.UNKNOWN:
                return sex
        return Sex.UNKNOWN


def _typed_relatives(family_id: str, relatives: Sequence[Relative]) -> list[_Typed]:
    if not family_id:
        raise InvalidPedigreeError("a family has an empty id")
    if not relatives:
        raise InvalidPedigreeError(f"family {family_id} has no relatives")
    typed: dict[str, _Typed] = {}
    for relative in relatives:
        sample = relative.profile.sample
        if relative.family != family_id:
            raise InvalidPedigreeError(
                f"family {family_id}: the row of sample {sample} belongs to {relative.family}"
            )
        if not sample:
            raise InvalidPedigreeError(
                f"family {family_id}: a {relative.kinship} has no sample name"
            )
        kinship = kinship_of(relative.kinship)
        if kinship is None:
            raise InvalidPedigreeError(
                f"family {family_id}: sample {sample} has the unknown kinship word "
                f"'{relative.kinship}'; accepted: {ACCEPTED_WORDS}"
            )
        locations = (relative.location,) if relative.location else ()
        new = _Typed(sample, kinship, relative.kinship.strip(" []"), (relative.profile,), locations)
        old = typed.get(sample)
        if old is None:
            typed[sample] = new
        elif old.kinship == kinship:
            typed[sample] = replace(
                old,
                profiles=old.profiles + new.profiles,
                locations=old.locations + locations,
            )
        else:
            raise InvalidPedigreeError(
                f"family {family_id}: sample {sample} is given as '{old.word}' and as "
                f"'{new.word}'; a person has one place in a pedigree"
            )
    return list(typed.values())


@dataclass
class _Builder:
    """The pedigree in the making; ids of untyped persons are handed out by `untyped`."""

    family: str
    typed: list[_Typed]
    persons: dict[str, Person] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    missing: str = ""
    father: str = ""
    mother: str = ""
    typed_parents: set[Side] = field(default_factory=set)

    def build(self) -> None:
        self.missing = self.family
        if self.family in {t.id for t in self.typed}:
            self.missing = self.fresh("missing")
        self.persons[self.missing] = Person(self.missing, sex=self.missing_sex())
        self.note_replicates()
        self.add_parents()
        self.add_half_siblings()
        self.add_parents_kin()
        self.add_siblings()
        self.add_children()

    def fresh(self, role: str) -> str:
        name, taken = f"{self.family}:{role}", {t.id for t in self.typed} | set(self.persons)
        number = 2
        while name in taken:
            name, number = f"{self.family}:{role} {number}", number + 1
        return name

    def untyped(self, role: str, sex: Sex = Sex.UNKNOWN) -> str:
        name = self.fresh(role)
        self.persons[name] = Person(name, sex=sex)
        return name

    def place(self, typed: _Typed, father: str | None = None, mother: str | None = None) -> str:
        self.persons[typed.id] = Person(typed.id, father, mother, typed.sex)
        return typed.id

    def related(self, *relations: Relation) -> list[_Typed]:
        return [t for t in self.typed if t.kinship.relation in relations]

    def note(
        self, code: str, typed: Sequence[_Typed], what: Sentence, severity: Severity = Severity.INFO
    ) -> None:
        self.findings.append(
            Finding(
                code,
                severity,
                (self.family, *(t.id for t in typed)),
                say("Family {family}: {what}", family=self.family, what=what),
                _EXPLICIT,
                tuple(place for t in typed for place in t.locations),
            )
        )

    def names(self, typed: Sequence[_Typed]) -> tuple[Sentence, ...]:
        return tuple(say("{word:kinship} {name}", word=t.word, name=t.id) for t in typed)

    def note_replicates(self) -> None:
        for typed in self.typed:
            if len(typed.profiles) > 1:
                self.note(
                    "replicate_in_family",
                    [typed],
                    say(
                        "sample {sample} ({word:kinship}) is listed {count} times; the rows are "
                        "taken as replicates of one person.",
                        sample=typed.id,
                        word=typed.word,
                        count=len(typed.profiles),
                    ),
                )
        open_twins = [t for t in self.typed if t.kinship.zygosity_open]
        if open_twins:
            self.note(
                "twin_taken_as_sibling",
                open_twins,
                say(
                    "{relatives}: 'twin' does not say identical; taken as a full sibling. Write "
                    "'identical twin' where that is known.",
                    relatives=self.names(open_twins),
                ),
                Severity.WARNING,
            )

    def missing_sex(self) -> Sex:
        votes = [
            (t, sex if t.kinship.relation is not Relation.SPOUSE else _OPPOSITE[sex])
            for by_word in (True, False)
            for t in self.related(Relation.SELF, Relation.TWIN, Relation.SPOUSE)
            for sex in (t.kinship.sex if by_word else t.sex,)
            if sex is not Sex.UNKNOWN
        ]
        if not votes:
            return Sex.UNKNOWN
        sex = votes[0][1]
        against = list({t.id: t for t, other in votes if other is not sex}.values())
        if against:
            self.note(
                "missing_sex_contradictory",
                [votes[0][0], *against],
                say(
                    "the missing person is {sex} by {relatives}, but not by {others}.",
                    sex=say("male") if sex is Sex.MALE else say("female"),
                    relatives=self.names([votes[0][0]]),
                    others=self.names(against),
                ),
                Severity.WARNING,
            )
        return sex

    # --- the missing person's own parents and beyond

    def add_parents(self) -> None:
        upward = [
            t
            for t in self.typed
            if t.kinship.relation not in (Relation.CHILD, Relation.GRANDCHILD, Relation.SPOUSE)
        ]
        if not upward:
            return
        parents: dict[Side, str] = {}
        open_sex = []
        for typed in self.related(Relation.PARENT):
            if typed.sex is Sex.UNKNOWN:
                open_sex.append(typed)
                continue
            side = Side.FATHER if typed.sex is Sex.MALE else Side.MOTHER
            if side in parents:
                raise InvalidPedigreeError(
                    f"family {self.family}: samples {parents[side]} and {typed.id} are both given "
                    f"as {_SIDES[side]}; a replicate carries the same sample name"
                )
            parents[side] = self.place(typed)
        for typed in open_sex:
            free = [side for side in Side if side not in parents]
            if not free:
                raise InvalidPedigreeError(
                    f"family {self.family}: sample {typed.id} would be a third parent"
                )
            parents[free[0]] = self.place(typed)
            if len(free) == 2:
                self.note(
                    "assumed_parent_sex",
                    [typed],
                    say(
                        "the sex of {relatives} is unknown; placed as the father.",
                        relatives=self.names([typed]),
                    ),
                )
        self.typed_parents = set(parents)
        self.father = parents.get(Side.FATHER) or self.untyped("father", Sex.MALE)
        self.mother = parents.get(Side.MOTHER) or self.untyped("mother", Sex.FEMALE)
        self.give_parents(self.missing, self.father, self.mother)
        for typed in self.related(Relation.TWIN, Relation.SELF):
            self.persons[typed.id] = Person(
                typed.id,
                self.father,
                self.mother,
                self.persons[self.missing].sex,
                twin_of=self.missing,
            )

    def give_parents(self, child: str, father: str, mother: str) -> None:
        self.persons[child] = replace(self.persons[child], father=father, mother=mother)

    def parent(self, side: Side) -> str:
        return self.father if side is Side.FATHER else self.mother

    def add_half_siblings(self) -> None:
        halves = self.related(Relation.HALF_SIBLING)
        unstated = [t for t in halves if t.kinship.side is None]
        if unstated:
            self.note(
                "assumed_maternal_half_sibling",
                unstated,
                say(
                    "{relatives}: no side is stated; taken as children of the same mother.",
                    relatives=self.names(unstated),
                ),
                Severity.WARNING,
            )
        for side in Side:
            group = [t for t in halves if (t.kinship.side or Side.MOTHER) is side]
            if not group:
                continue
            other_sex = Sex.FEMALE if side is Side.FATHER else Sex.MALE
            other = self.untyped(f"other parent of {side.value} half siblings", other_sex)
            if len(group) > 1:
                self.note(
                    "assumed_shared_parent",
                    group,
                    say(
                        "{relatives} are taken as full siblings of each other.",
                        relatives=self.names(group),
                    ),
                )
            for typed in group:
                if side is Side.FATHER:
                    self.place(typed, self.father, other)
                else:
                    self.place(typed, other, self.mother)

    def add_parents_kin(self) -> None:
        kin = self.related(Relation.GRANDPARENT, Relation.UNCLE, Relation.COUSIN)
        if not kin:
            return
        default = Side.FATHER
        if self.typed_parents == {Side.FATHER}:
            default = Side.MOTHER
        sides = {t.id: t.kinship.side for t in kin}
        seats = self.seat_grandparents(sides, default)
        unstated = [t for t in kin if sides[t.id] is None]
        if unstated:
            self.note(
                f"assumed_{default.value}_side",
                unstated,
                self.assumed_side(unstated, default),
                Severity.WARNING if default is Side.MOTHER else Severity.INFO,
            )
        for side in Side:
            group = [t for t in kin if (sides[t.id] or default) is side]
            if group:
                self.add_side(side, group, seats)

    def assumed_side(self, unstated: Sequence[_Typed], side: Side) -> Sentence:
        if len(self.typed_parents) != 1:
            return say(
                "{relatives}: no side is stated; taken as relatives of the {parent}.",
                relatives=self.names(unstated),
                parent=_SIDES[side],
            )
        return say(
            "{relatives}: no side is stated; taken as relatives of the {parent}, because the "
            "{typed} is typed.",
            relatives=self.names(unstated),
            parent=_SIDES[side],
            typed=_SIDES[next(iter(self.typed_parents))],
        )

    def seat_grandparents(
        self, sides: dict[str, Side | None], default: Side
    ) -> dict[tuple[Side, Sex], _Typed]:
        """Give every typed grandparent a place; ``sides`` is updated where a place forces one."""
        seats: dict[tuple[Side, Sex], _Typed] = {}
        grandparents = self.related(Relation.GRANDPARENT)
        for typed in sorted(grandparents, key=lambda t: t.kinship.side is None):
            other = Side.MOTHER if default is Side.FATHER else Side.FATHER
            wanted = [typed.kinship.side] if typed.kinship.side else [default, other]
            sexes = [typed.sex] if typed.sex is not Sex.UNKNOWN else [Sex.MALE, Sex.FEMALE]
            free = [(s, sex) for s in wanted for sex in sexes if (s, sex) not in seats]
            if not free:
                raise InvalidPedigreeError(
                    f"family {self.family}: there is no place left for {typed.word} {typed.id} "
                    "among the grandparents; a replicate carries the same sample name"
                )
            seats[free[0]] = typed
            if typed.kinship.side is None and free[0][0] is not default:
                sides[typed.id] = free[0][0]
                self.note(
                    f"assumed_{free[0][0].value}_side",
                    [typed],
                    say(
                        "{relatives}: no side is stated and the other side's place is taken; "
                        "placed on the {parent}'s side.",
                        relatives=self.names([typed]),
                        parent=_SIDES[free[0][0]],
                    ),
                    Severity.WARNING,
                )
        return seats

    def add_side(
        self, side: Side, group: list[_Typed], seats: dict[tuple[Side, Sex], _Typed]
    ) -> None:
        ids = []
        for sex, role in ((Sex.MALE, "grandfather"), (Sex.FEMALE, "grandmother")):
            typed = seats.get((side, sex))
            ids.append(self.place(typed) if typed else self.untyped(f"{side.value} {role}", sex))
        grandfather, grandmother = ids
        self.give_parents(self.parent(side), grandfather, grandmother)
        for typed in group:
            if typed.kinship.relation is Relation.UNCLE:
                self.place(typed, grandfather, grandmother)
        cousins = [t for t in group if t.kinship.relation is Relation.COUSIN]
        self.add_through(
            cousins, f"{side.value} uncle or aunt", (grandfather, grandmother), say("a parent")
        )

    # --- siblings, their children, the missing person's children

    def add_siblings(self) -> None:
        for typed in self.related(Relation.SIBLING):
            self.place(typed, self.father, self.mother)
        nieces = self.related(Relation.NIECE)
        if nieces:
            parents = self.father, self.mother
            self.add_through(nieces, "sibling", parents, say("the missing person"))

    def add_through(
        self, group: list[_Typed], role: str, parents: tuple[str, str], of_whom: Sentence
    ) -> None:
        """Place the group as children of one untyped child of ``parents`` per stated sex."""
        for through in Sex:
            children = [t for t in group if t.kinship.through is through]
            if not children:
                continue
            middle = self.untyped(role, through)
            self.give_parents(middle, *parents)
            partner = self.untyped(f"partner of {role}", _OPPOSITE[through])
            if len(children) > 1:
                self.note(
                    "assumed_shared_parent",
                    children,
                    say(
                        "{relatives} are taken as children of one untyped full sibling of {whom}.",
                        relatives=self.names(children),
                        whom=of_whom,
                    ),
                )
            self.place_children(children, middle, partner)

    def place_children(self, children: Sequence[_Typed], one: str, other: str) -> None:
        father, mother = self.as_parents(one, other)
        for typed in children:
            self.place(typed, father, mother)

    def as_parents(self, one: str, other: str) -> tuple[str, str]:
        """Return (father, mother) for a couple; of unknown sexes, the first is the father."""
        if self.persons[one].sex is Sex.FEMALE or (
            self.persons[one].sex is Sex.UNKNOWN and self.persons[other].sex is Sex.MALE
        ):
            one, other = other, one
        return one, other

    def add_children(self) -> None:
        spouses = [self.place(t) for t in self.related(Relation.SPOUSE)]
        children = self.related(Relation.CHILD)
        grandchildren = self.related(Relation.GRANDCHILD)
        missing_sex = self.persons[self.missing].sex
        for spouse in spouses:
            if self.persons[spouse].sex is missing_sex:
                self.persons[spouse] = replace(self.persons[spouse], sex=Sex.UNKNOWN)
        if len(spouses) > 1:
            self.note(
                "two_spouses",
                self.related(Relation.SPOUSE),
                say(
                    "{count} spouses are typed and the words do not say whose the children are; "
                    "the children are taken as having one other parent, untyped.",
                    count=len(spouses),
                ),
                Severity.WARNING,
            )
        if not children and not grandchildren:
            return
        spouse = spouses[0] if len(spouses) == 1 else self.untyped("spouse", _OPPOSITE[missing_sex])
        self.place_children(children, self.missing, spouse)
        if grandchildren:
            child = self.untyped("child")
            father, mother = self.as_parents(self.missing, spouse)
            self.give_parents(child, father, mother)
            if len(grandchildren) > 1 or children:
                self.note(
                    "assumed_shared_parent",
                    grandchildren,
                    say(
                        "{relatives}: taken as children of one untyped child of the missing "
                        "person.",
                        relatives=self.names(grandchildren),
                    ),
                )
            self.place_children(grandchildren, child, self.untyped("partner of child"))
