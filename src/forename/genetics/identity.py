"""Same person? The LR that two samples come from one person, and groups of samples that do.

Numerator: both samples come from one person. Denominator: from two unrelated persons of the
population. With drop-out, drop-in, silent alleles and theta as everywhere else; a typing error
``e`` replaces an observation, with probability ``e`` per marker, by one that is independent of
the person's genotype. See ``docs/methods/same-person.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from forename.genetics.comparison import MISSING, Comparison, compare_observations, sex_of
from forename.genetics.findings import Finding, Severity
from forename.genetics.markers import AMELOGENIN, Array, Marker, allele_key
from forename.genetics.pair_search import Indices, pairs_above
from forename.genetics.problem import Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.genetics.results import SamePersonGroup, SamePersonPair
from forename.genetics.sentences import say


def compare_samples(
    a: Profile, b: Profile, markers: Sequence[Marker], settings: Settings
) -> SamePersonPair:
    """Return the log10 LR that two samples come from one person, marker by marker.

    ``per_marker`` lists the markers at which both samples have data; all others have LR 1.
    ``mismatches`` are the markers (amelogenin included) whose calls no single genotype explains
    by drop-out or silent alleles; without drop-in and typing error their log10 LR is -inf.
    Raises `InvalidProfileError` when an allele is not one of the marker's.
    """
    comparison = compare_observations((a, b), markers, settings)
    tables = [m.same_person_log10_lr() for m in comparison.markers]
    return pair_at(comparison, tables, 0, 1, settings)


def compare_all(
    profiles: Sequence[Profile], markers: Sequence[Marker], settings: Settings
) -> tuple[SamePersonPair, ...]:
    """Return all pairs of samples with log10 LR above 0, in the order of ``profiles``."""
    comparison = compare_observations(profiles, markers, settings)
    everyone = np.arange(len(profiles))
    return same_person_pairs(comparison, everyone, everyone, 0.0, settings)


def same_person_pairs(
    comparison: Comparison, left: Indices, right: Indices, level: float, settings: Settings
) -> tuple[SamePersonPair, ...]:
    """Return the pairs between two sets of samples whose log10 LR exceeds ``level``.

    ``left`` and ``right`` index the compared samples; a pair within both sets comes once.
    """
    tables = [m.same_person_log10_lr() for m in comparison.markers]
    found = pairs_above(comparison.codes(), tables, left, right, level)
    return tuple(pair_at(comparison, tables, int(i), int(j), settings) for i, j in found)


def is_same_person(pair: SamePersonPair, settings: Settings) -> bool:
    """Tell whether a pair is taken as one person.

    The LR must reach ``settings.same_person_log10_lr``; a mismatching marker is tolerated only
    where the settings hold a drop-in or typing error that can explain it.
    """
    if pair.log10_lr < settings.same_person_log10_lr:
        return False
    return not pair.mismatches or settings.typing_error > 0 or settings.drop_in > 0


def group_samples(
    profiles: Sequence[Profile],
    pairs: Iterable[SamePersonPair],
    settings: Settings,
    markers: Sequence[Marker],
) -> tuple[SamePersonGroup, ...]:
    """Return the samples in groups, each taken as one person, in the order of ``profiles``.

    Groups grow from the strongest pair down: two groups join when some pair of their samples is
    taken as one person and the LR of all their samples together, "one person" against "two
    unrelated persons", reaches the same threshold. So every group is consistent as a whole;
    `same_person_conflicts` names the pairs that were kept apart for that reason. The result does
    not depend on the order of ``profiles``, apart from the order of names.
    """
    return group_compared(compare_observations(profiles, markers, settings), pairs, settings)


def group_compared(
    comparison: Comparison, pairs: Iterable[SamePersonPair], settings: Settings
) -> tuple[SamePersonGroup, ...]:
    """Return `group_samples` for samples that are already prepared for comparison."""
    rows: dict[str, list[int]] = {}
    for row, profile in enumerate(comparison.profiles):
        rows.setdefault(profile.sample, []).append(row)
    clusters = {name: _cluster_of(name, rows[name], comparison) for name in rows}
    linked = [
        (pair.sample_a, pair.sample_b)
        for pair in pairs
        if is_same_person(pair, settings) and pair.sample_a != pair.sample_b
    ]
    _agglomerate(clusters, linked, settings.same_person_log10_lr)
    groups = []
    for cluster in {id(c): c for c in clusters.values()}.values():
        samples = tuple(sorted(cluster.samples, key=lambda name: rows[name]))
        members = [row for name in samples for row in rows[name]]
        groups.append(
            SamePersonGroup("+".join(samples), samples, _differences(comparison, members, settings))
        )
    return tuple(sorted(groups, key=lambda group: rows[group.samples[0]]))


def same_person_conflicts(
    groups: Sequence[SamePersonGroup], pairs: Iterable[SamePersonPair], settings: Settings
) -> tuple[Finding, ...]:
    """Return a finding for every pair taken as one person whose groups nevertheless stay apart."""
    group_of = {sample: group for group in groups for sample in group.samples}
    findings = []
    for pair in pairs:
        if not is_same_person(pair, settings):
            continue
        one, other = group_of[pair.sample_a], group_of[pair.sample_b]
        if one is other:
            continue
        findings.append(
            Finding(
                "same_person_conflict",
                Severity.WARNING,
                (pair.sample_a, pair.sample_b),
                say(
                    "{one} and {other} match (log10 LR {log10_lr:.2f} for one person against two "
                    "unrelated persons), but {group} and {other_group} together are not one "
                    "person; they are kept apart.",
                    one=pair.sample_a,
                    other=pair.sample_b,
                    log10_lr=pair.log10_lr,
                    group=one.label,
                    other_group=other.label,
                ),
                say("Look at the samples again: a mixture or a mix-up can match two persons."),
            )
        )
    return tuple(findings)


def merged_profiles(group: SamePersonGroup, profiles: Sequence[Profile]) -> tuple[Profile, ...]:
    """Return the profiles of a group, to be used as replicates of one person by likelihood."""
    by_name = profiles_by_sample(profiles)
    return tuple(profile for name in group.samples for profile in by_name[name])


def consensus_profile(group: SamePersonGroup, profiles: Sequence[Profile]) -> Profile:
    """Return one profile for display: the union of the alleles seen, where it is one genotype.

    Markers in ``group.conflicts``, and any whose union has more than two alleles, are left out.
    Computation never uses this profile; it uses `merged_profiles`.
    """
    members = merged_profiles(group, profiles)
    calls: dict[str, Call] = {}
    for name in dict.fromkeys(name for profile in members for name in profile.calls):
        seen = [profile.calls[name] for profile in members if name in profile.calls]
        union = sorted(frozenset[str]().union(*(c.distinct for c in seen)), key=allele_key)
        if name in group.conflicts or len(union) > 2:
            continue
        partial = len(union) == 1 and all(call.partial for call in seen)
        calls[name] = Call(tuple(union), partial)
    peaks = {peak for profile in members for peak in profile.amelogenin}
    agreed = AMELOGENIN not in group.conflicts
    return Profile(
        group.label,
        calls,
        sex=group_sex(group, profiles),
        amelogenin=tuple(sorted(peaks)) if agreed else (),
    )


def group_sex(group: SamePersonGroup, profiles: Sequence[Profile]) -> Sex:
    """Return the sex that the samples of a group agree on; unknown where they do not."""
    sexes = {sex_of(profile) for profile in merged_profiles(group, profiles)} - {Sex.UNKNOWN}
    return sexes.pop() if len(sexes) == 1 else Sex.UNKNOWN


def profiles_by_sample(profiles: Iterable[Profile]) -> dict[str, list[Profile]]:
    """Return the profiles of each sample name; several of one name are its replicates."""
    by_name: dict[str, list[Profile]] = {}
    for profile in profiles:
        by_name.setdefault(profile.sample, []).append(profile)
    return by_name


def amelogenin_differs(a: Profile, b: Profile, settings: Settings) -> bool:
    """Tell whether amelogenin contradicts one person: X and Y against X alone, without drop-out."""
    if not a.amelogenin or not b.amelogenin or sex_of(a) is sex_of(b):
        return False
    rates = [settings.drop_out if p.drop_out is None else p.drop_out for p in (a, b)]
    return max(rates) == 0


def pair_at(
    comparison: Comparison, tables: Sequence[Array], i: int, j: int, settings: Settings
) -> SamePersonPair:
    """Return the comparison of samples ``i`` and ``j``; ``tables`` as `same_person_log10_lr`."""
    a, b = comparison.profiles[i], comparison.profiles[j]
    per_marker: dict[str, float] = {}
    mismatches = []
    for number in comparison.compared(i, j):
        marker = comparison.markers[number]
        codes = marker.codes[i], marker.codes[j]
        per_marker[marker.marker.name] = float(tables[number][codes])
        if marker.impossible[codes]:
            mismatches.append(marker.marker.name)
    if amelogenin_differs(a, b, settings):
        mismatches.append(AMELOGENIN)
    return SamePersonPair(
        a.sample, b.sample, sum(per_marker.values()), per_marker, tuple(mismatches)
    )


@dataclass(eq=False)
class _Cluster:
    """Samples so far taken as one person, with P(all their calls | state) at each marker."""

    samples: tuple[str, ...]
    weights: list[Array]
    sex: frozenset[Sex]
    comparison: Comparison

    def joint_log10_lr(self, other: _Cluster) -> float:
        """log10 LR of "one person" against "two unrelated persons" for two clusters."""
        total = 0.0
        sexes = self.sex | other.sex
        for marker, left, right in zip(
            self.comparison.markers, self.weights, other.weights, strict=True
        ):
            if marker.sex is not Sex.UNKNOWN and sexes != {marker.sex}:
                continue
            together = float((left * right * marker.prior).sum())
            if together == 0:
                return -np.inf
            apart = float(marker.unrelated(left[None, :], right[None, :])[0, 0])
            total += float(np.log10(together / apart))
        return total

    def join(self, other: _Cluster) -> _Cluster:
        """Return the cluster of all samples; weights are scaled, which alters no ratio."""
        products = [a * b for a, b in zip(self.weights, other.weights, strict=True)]
        return _Cluster(
            self.samples + other.samples,
            [w / w.max() if w.max() > 0 else w for w in products],
            self.sex | other.sex,
            self.comparison,
        )


def _cluster_of(sample: str, rows: Sequence[int], comparison: Comparison) -> _Cluster:
    weights = [np.asarray(m.weights[m.codes[list(rows)]].prod(axis=0)) for m in comparison.markers]
    sexes = frozenset(comparison.sexes[row] for row in rows) - {Sex.UNKNOWN}
    return _Cluster((sample,), weights, sexes, comparison)


def _agglomerate(
    clusters: dict[str, _Cluster], linked: Sequence[tuple[str, str]], threshold: float
) -> None:
    """Join clusters along linked samples, best first; ``clusters`` maps sample to cluster.

    What no link joins, directly or through others, cannot affect each other and goes by itself.
    """
    for apart in _connected(linked):
        _agglomerate_connected(clusters, apart, threshold)


def _connected(linked: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Return the links in sets that share no sample."""
    root: dict[str, str] = {}

    def find(sample: str) -> str:
        while root.setdefault(sample, sample) != sample:
            root[sample] = root[root[sample]]
            sample = root[sample]
        return sample

    for a, b in linked:
        root[find(a)] = find(b)
    sets: dict[str, list[tuple[str, str]]] = {}
    for a, b in linked:
        sets.setdefault(find(a), []).append((a, b))
    return list(sets.values())


def _agglomerate_connected(
    clusters: dict[str, _Cluster], linked: Sequence[tuple[str, str]], threshold: float
) -> None:
    joint: dict[frozenset[str], tuple[float, _Cluster, _Cluster]] = {}

    def key(one: _Cluster, other: _Cluster) -> frozenset[str]:
        return frozenset((one.samples[0], other.samples[0]))

    def consider(one: _Cluster, other: _Cluster) -> None:
        if one is not other and key(one, other) not in joint:
            joint[key(one, other)] = (one.joint_log10_lr(other), one, other)

    for a, b in sorted(tuple(sorted(pair)) for pair in linked):
        consider(clusters[a], clusters[b])
    while joint:
        best = min(joint, key=lambda names: (-round(joint[names][0], 9), sorted(names)))
        value, one, other = joint[best]
        if not value >= threshold:
            break
        neighbours = [
            cluster
            for _, x, y in joint.values()
            for cluster in (x, y)
            if (x in (one, other)) != (y in (one, other)) and cluster not in (one, other)
        ]
        for names in [n for n, (_, x, y) in joint.items() if {x, y} & {one, other}]:
            del joint[names]
        first, second = sorted((one, other), key=lambda c: min(c.samples))
        merged = first.join(second)
        for sample in merged.samples:
            clusters[sample] = merged
        for neighbour in neighbours:
            consider(merged, neighbour)


def _differences(
    comparison: Comparison, rows: Sequence[int], settings: Settings
) -> dict[str, tuple[str, ...]]:
    """Return the markers at which samples of a group contradict each other, with their calls."""
    differences: dict[str, tuple[str, ...]] = {}
    members = [comparison.profiles[row] for row in rows]
    if len(members) < 2:
        return differences
    for m in comparison.markers:
        codes = m.codes[list(rows)]
        if m.impossible[np.ix_(codes, codes)].any():
            differences[m.marker.name] = tuple(
                f"{profile.sample} {','.join(profile.calls[m.marker.name].alleles)}"
                for profile, code in zip(members, codes, strict=True)
                if code != MISSING
            )
    typed = [profile for profile in members if profile.amelogenin]
    if any(amelogenin_differs(a, b, settings) for a in typed for b in typed):
        differences[AMELOGENIN] = tuple(f"{p.sample} {','.join(p.amelogenin)}" for p in typed)
    return differences
