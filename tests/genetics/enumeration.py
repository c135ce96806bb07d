"""Slow, independent reference: every ordered genotype of every person, written out and added up.

Nothing of the engine is used but its types. A joint state gives each person an ordered genotype
(paternal, maternal). States are built person by person, parents first; each row of the arrays is
one joint state with its probability, and no rows are ever merged. So the work grows as the product
of all persons' genotypes: a few persons with a few alleles only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from forename.genetics.markers import Chromosome, Marker
from forename.genetics.pedigrees import Pedigree
from forename.genetics.profiles import Call, Profile, Sex

Profiles = Mapping[str, Sequence[Profile]]


def call_probability(
    call: Call, drop_out: float, drop_in: float, copies: Sequence[str], marker: Marker
) -> float:
    """P(call | the allele copies of a person), from the formula of ``docs/methods/observation.md``.

    A different allele with n visible copies is seen with 1 - d^n, else d^n; a partial call is
    silent about what it does not name; other alleles dropped in, each c p; none did with 1 - c.
    """
    visible = [label for label in copies if label != marker.silent_allele]
    value = 1.0
    for label in set(visible):
        lost = drop_out ** visible.count(label)
        if label in call.alleles:
            value *= 1 - lost
        elif not call.partial:
            value *= lost
    strangers = set(call.alleles) - set(visible)
    if not strangers:
        return value * (1 - drop_in)
    for label in strangers:
        value *= drop_in * marker.frequencies[marker.alleles.index(label)]
    return value


def observation(
    samples: Sequence[Profile], marker: Marker, haploid: bool, drop_out: float, drop_in: float
) -> np.ndarray:
    """P(all calls | genotype): shape (k, k) for two copies, (k,) for one; ones without a call."""
    alleles = marker.alleles
    shape = (len(alleles),) if haploid else (len(alleles), len(alleles))
    result = np.ones(shape)
    for sample in samples:
        call = sample.calls.get(marker.name)
        if call is None:
            continue
        d = drop_out if sample.drop_out is None else sample.drop_out
        c = drop_in if sample.drop_in is None else sample.drop_in
        for place in np.ndindex(shape):
            result[place] *= call_probability(call, d, c, [alleles[i] for i in place], marker)
    return result


class JointStates:
    """All joint states of a pedigree at one marker that have a positive probability.

    ``paternal`` and ``maternal`` map a person to the allele index in each state (alike for a
    man's X); ``probability`` has one entry a state.
    """

    def __init__(
        self,
        pedigree: Pedigree,
        profiles: Profiles,
        marker: Marker,
        *,
        theta: float = 0.0,
        drop_out: float = 0.0,
        drop_in: float = 0.0,
    ) -> None:
        k = len(marker.alleles)
        self.marker, self.theta = marker, theta
        self.frequencies = marker.frequencies / marker.frequencies.sum()
        self.paternal: dict[str, np.ndarray] = {}
        self.maternal: dict[str, np.ndarray] = {}
        self.probability = np.ones(1)
        self.drawn = np.zeros((1, k))  # founder alleles drawn so far, by allele
        for person_id in pedigree.order:
            person = pedigree[person_id]
            one_copy = marker.chromosome == Chromosome.X and person.sex == Sex.MALE
            seen = observation(profiles.get(person_id, ()), marker, one_copy, drop_out, drop_in)
            twin = _earlier_twin(pedigree, person_id, self.paternal)
            if twin is not None:
                self._copy(person_id, twin, seen)
            elif person.father is None:
                self._found(person_id, one_copy, person.inbreeding, seen)
            else:
                self._beget(person_id, one_copy, str(person.father), str(person.mother), seen)

    @property
    def likelihood(self) -> float:
        return float(self.probability.sum())

    def table(self, person_id: str) -> np.ndarray:
        """Joint probability of the data and each ordered genotype of one person, shape (k, k)."""
        k = len(self.marker.alleles)
        result = np.zeros((k, k))
        np.add.at(result, (self.paternal[person_id], self.maternal[person_id]), self.probability)
        return result

    def _keep(self, rows: np.ndarray, probability: np.ndarray) -> None:
        self.paternal = {i: a[rows] for i, a in self.paternal.items()}
        self.maternal = {i: a[rows] for i, a in self.maternal.items()}
        self.drawn = self.drawn[rows]
        self.probability = probability

    def _copy(self, person_id: str, twin: str, seen: np.ndarray) -> None:
        a, b = self.paternal[twin], self.maternal[twin]
        probability = self.probability * (seen[b] if seen.ndim == 1 else seen[a, b])
        rows = np.flatnonzero(probability)
        self.paternal[person_id], self.maternal[person_id] = a, b
        self._keep(rows, probability[rows])

    def _draw(self) -> np.ndarray:
        """Probability of each allele as the next founder allele, shape (states, k)."""
        before = self.drawn.sum(axis=1, keepdims=True)
        return (self.drawn * self.theta + (1 - self.theta) * self.frequencies) / (
            1 + (before - 1) * self.theta
        )

    def _take(self, person_id: str, probability: np.ndarray, which: str) -> None:
        """Extend every state by each allele; ``probability`` has shape (states, k)."""
        rows, allele = np.nonzero(probability)
        self._keep(rows, probability[rows, allele])
        if "p" in which:
            self.paternal[person_id] = allele
        if "m" in which:
            self.maternal[person_id] = allele
        if self.theta:
            self.drawn = self.drawn.copy()
            self.drawn[np.arange(len(rows)), allele] += 1

    def _found(self, person_id: str, one_copy: bool, inbreeding: float, seen: np.ndarray) -> None:
        if self.theta == 0:
            # The draws are independent: P(first) P(second), by descent alike with prob. f.
            both = np.outer(self.frequencies, self.frequencies) * (1 - inbreeding)
            both += np.diag(self.frequencies) * inbreeding
            if one_copy:
                both = np.diag(self.frequencies)
                seen = np.diag(seen)
            self._extend(person_id, self.probability[:, None, None] * both * seen)
            return
        before = dict(self.paternal), dict(self.maternal), self.drawn, self.probability
        branches = []
        for weight, alike in ((inbreeding, True), (1 - inbreeding, False)):
            if weight == 0 or (one_copy and not alike and inbreeding):
                continue
            self.paternal, self.maternal = dict(before[0]), dict(before[1])
            self.drawn, self.probability = before[2], before[3]
            scale = 1.0 if one_copy else weight
            if alike or one_copy:
                own = seen if one_copy else np.diagonal(seen)
                self._take(person_id, scale * self.probability[:, None] * self._draw() * own, "pm")
            else:
                self._take(person_id, scale * self.probability[:, None] * self._draw(), "p")
                own = seen[self.paternal[person_id]]
                self._take(person_id, self.probability[:, None] * self._draw() * own, "m")
            branches.append((self.paternal, self.maternal, self.drawn, self.probability))
        self.paternal = {i: np.concatenate([b[0][i] for b in branches]) for i in branches[0][0]}
        self.maternal = {i: np.concatenate([b[1][i] for b in branches]) for i in branches[0][1]}
        self.drawn = np.concatenate([b[2] for b in branches])
        self.probability = np.concatenate([b[3] for b in branches])

    def _beget(
        self, person_id: str, one_copy: bool, father: str, mother: str, seen: np.ndarray
    ) -> None:
        k = len(self.marker.alleles)
        passed_on = []
        for parent, matrix in (
            (father, self.marker.mutation_male),
            (mother, self.marker.mutation_female),
        ):
            rows = np.eye(k) if matrix is None else matrix
            passed_on.append(0.5 * rows[self.paternal[parent]] + 0.5 * rows[self.maternal[parent]])
        if one_copy:
            probability = self.probability[:, None] * passed_on[1] * seen
            kept, allele = np.nonzero(probability)
            self._keep(kept, probability[kept, allele])
            self.paternal[person_id] = self.maternal[person_id] = allele
            return
        both = passed_on[0][:, :, None] * passed_on[1][:, None, :]
        self._extend(person_id, self.probability[:, None, None] * both * seen)

    def _extend(self, person_id: str, probability: np.ndarray) -> None:
        rows, a, b = np.nonzero(probability)
        self._keep(rows, probability[rows, a, b])
        self.paternal[person_id], self.maternal[person_id] = a, b


def _earlier_twin(
    pedigree: Pedigree, person_id: str, known: Mapping[str, np.ndarray]
) -> str | None:
    """An identical twin of the person, of any order of naming, whose genotype is there already."""
    group = {person_id}
    while True:
        wider = group | {
            i
            for i in pedigree.order
            if pedigree[i].twin_of in group or any(pedigree[j].twin_of == i for j in group)
        }
        if wider == group:
            break
        group = wider
    return next((i for i in pedigree.order if i in group and i in known), None)


def enumerated_log_likelihood(
    pedigree: Pedigree,
    profiles: Profiles,
    marker: Marker,
    *,
    theta: float = 0.0,
    scope: str = "hypothesis",
    drop_out: float = 0.0,
    drop_in: float = 0.0,
) -> float:
    """Natural log-likelihood of one marker; -inf when the data are impossible."""
    parts = [pedigree]
    if scope == "component":
        parts = [Pedigree([pedigree[i] for i in part]) for part in pedigree.components()]
    total = 0.0
    for part in parts:
        inside = {i: p for i, p in profiles.items() if i in part}
        states = JointStates(part, inside, marker, theta=theta, drop_out=drop_out, drop_in=drop_in)
        value = states.likelihood
        total += float(np.log(value)) if value > 0 else -np.inf
    return total
