"""Answers written by hand, to test results and report against: invented, not computed.

Together they have a value in every field; the families cover the shapes that a pedigree drawing
has to manage.
"""

from __future__ import annotations

import math
import random

from tests.formats.format_sources import EXAMPLES

from forename.formats import read_problem
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Evidence, Family, FrequencyTable, Problem, Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.genetics.results import (
    Advice,
    Analysis,
    Assignment,
    Exclusion,
    NearMiss,
    Pair,
    Posterior,
    Proposal,
    Provenance,
    SamePersonGroup,
    SamePersonPair,
    SensitivityRow,
    SymmetricMatch,
)
from forename.genetics.sentences import quoted, say

MARKERS = (
    (
        "D3S1358 D1S1656 D2S441 D10S1248 D13S317 PENTA-E D16S539 D18S51 D2S1338 CSF1PO PENTA-D "
        "TH01 VWA D21S11 D7S820 D5S818 TPOX D8S1179 D12S391 D19S433 SE33 D22S1045 FGA"
    )
    .replace("PENTA-", "PENTA")
    .split()
)

M, F, U = Sex.MALE, Sex.FEMALE, Sex.UNKNOWN


def person(text: str) -> Person:
    """Return a person from ``id sex [father mother [twin]]``."""
    parts = text.split()
    parents = parts[2:4] if len(parts) > 2 else [None, None]
    twin = parts[4] if len(parts) > 4 else None
    return Person(parts[0], parents[0], parents[1], Sex(parts[1]), twin)


def profile(sample: str, sex: Sex = U) -> Profile:
    return Profile(sample, {marker: Call(("12", "14")) for marker in MARKERS}, sex)


def family(
    label: str,
    members: str,
    missing: str,
    typed: dict[str, str],
    labels: dict[str, str] | None = None,
) -> Family:
    """Return a family from ``;``-separated persons; ``typed`` maps members to kinship words."""
    pedigree = Pedigree([person(line.strip()) for line in members.split(";")])
    return Family(
        label,
        pedigree,
        tuple(missing.split()),
        {i: (profile(i, pedigree[i].sex),) for i in typed},
        {i: word for i, word in typed.items() if word},
        labels or {},
    )


FAMILIES = (
    # A nuclear family with grandparents on both sides and a child.
    family(
        "F1",
        "PGF M; PGM F; MGF M; MGM F; FA M PGF PGM; UN M PGF PGM; MO F MGF MGM; AU F MGF MGM;"
        "F1 M FA MO; SI F FA MO; BR M FA MO; WI F; SO M F1 WI; DA F F1 WI; NS M; NI F NS SI",
        "F1",
        {"UN": "[Uncle]", "SI": "[sister]", "WI": "[spouse]", "SO": "[son]", "NI": "[niece]"},
    ),
    # A half brother, a father with two partners.
    family(
        "F2",
        "R21 M; R22 F; R2:m F; F2 M R21 R22; R23 M R21 R2:m",
        "F2",
        {"R21": "[father]", "R22": "[mother]", "R23": "[half brother]"},
    ),
    # Two missing brothers and their mother: nothing tells them apart.
    family(
        "F3",
        "F3:father M; R31 F; B1 M F3:father R31; B2 M F3:father R31; R32 F F3:father R31",
        "B1 B2",
        {"R31": "mother", "R32": "sister"},
        {"B1": "F3-a", "B2": "F3-b"},
    ),
    # Cousins who married: a loop; their daughter is missing, her identical twin is typed.
    family(
        "F4",
        "GF M; GM F; U1 M GF GM; W1 F; U2 M GF GM; W2 F; C1 M U1 W1; C2 F U2 W2; S2 M U2 W2;"
        "F4 F C1 C2; TW F C1 C2 F4; BR M C1 C2",
        "F4",
        {"TW": "identical twin", "C1": "father", "S2": "uncle"},
    ),
    # A man with three partners, one of them his brother's widow; sex of the missing unknown.
    family(
        "F5",
        "G1 M; G2 F; A M G1 G2; B M G1 G2; W F; X F; Y F; K1 F B W; F5 U A W; K2 M A X; K3 F A Y",
        "F5",
        {"K1": "", "K2": "", "K3": "", "W": ""},
    ),
    family("F6", "R61 M; R62 F; F6 F R61 R62", "F6", {"R61": "[father]", "R62": "[mother]"}),
)


def _pair(remains: str, samples: tuple[str, ...], missing: str, fam: str, total: float) -> Pair:
    rng = random.Random(remains + missing)  # invented, the same each time
    raw = [rng.gauss(0.35, 0.5) for _ in MARKERS]
    shift = (total - 0.28 - sum(raw)) / len(raw)
    values = {marker: value + shift for marker, value in zip(MARKERS, raw, strict=True)}
    return Pair(remains, samples, missing, fam, total, values, 0.28, (), len(MARKERS))


def small_analysis(*, simulated: bool = True) -> Analysis:
    """Return an answer about six families and eleven samples."""
    groups = (
        SamePersonGroup("BS1", ("BS1", "BS16", "BS18", "BS81"), {"FGA": ("BS16", "BS81")}),
        SamePersonGroup("BS3", ("BS3", "BS57")),
        *(SamePersonGroup(f"BS{i}", (f"BS{i}",)) for i in (4, 5, 6, 7, 9)),
    )
    samples = {group.label: group.samples for group in groups}
    named = [
        ("BS1", "F1", "F1", 0.9999957, 8.07),
        ("BS4", "F2", "F2", 0.99996, 7.52),
        ("BS7", "F4", "F4", 1.0, 21.2),
        ("BS9", "F5", "F5", 0.99991, 6.41),
    ]
    pairs = [_pair(r, samples[r], m, f, lr) for r, m, f, _, lr in named]
    pairs += [_pair(r, samples[r], m, "F3", 6.9) for r in ("BS5", "BS6") for m in ("F3-a", "F3-b")]
    impossible = dict(pairs[1].per_marker)
    impossible["TH01"] = -2.6
    pairs[1] = Pair(
        "BS4",
        ("BS4",),
        "F2",
        "F2",
        sum(impossible.values()) + 0.28,
        impossible,
        0.28,
        ("TH01",),
        23,
    )
    proposals = tuple(
        Proposal(
            samples[r],
            r,
            m,
            f,
            p,
            lr,
            (
                say(
                    "At {count} markers the profile is {lr} times as likely if these remains are "
                    "{missing} as if they were unrelated to family {family}.",
                    count=23,
                    lr=f"10^{lr:.1f}",
                    missing=m,
                    family=f,
                ),
                say("The sexes agree (log10 LR {log10_lr:+.2f}).", log10_lr=0.28),
            ),
            (("F6", 3.1e-6), ("*", 1 - p)) if p < 1 else (),
            ("F6",) if m == "F5" else (),
            p > 0.99999,
            lr if m == "F1" else None,
            0.0 if m == "F1" else None,
        )
        for r, m, f, p, lr in named
    )
    posteriors = tuple(Posterior(r, samples[r], m, p) for r, m, _, p, _ in named)
    posteriors += tuple(
        Posterior(r, samples[r], m, 0.4998) for r in ("BS5", "BS6") for m in ("F3-a", "F3-b")
    )
    posteriors += (
        Posterior("BS3", samples["BS3"], "F6", 0.62, 1e-9),
        Posterior("BS3", samples["BS3"], "*", 0.38),
        Posterior("BS9", samples["BS9"], "F6", 0.012),
    )
    pairs.append(_pair("BS3", samples["BS3"], "F6", "F6", 2.4))
    best = {"BS1": "F1", "BS4": "F2", "BS7": "F4", "BS9": "F5", "BS5": "F3-a", "BS6": "F3-b"}
    return Analysis(
        problem=Problem(
            remains=tuple(profile(s, M) for group in groups for s in group.samples),
            families=FAMILIES,
            frequencies=FrequencyTable({marker: {"12": 0.5, "14": 0.5} for marker in MARKERS}),
            settings=Settings(),
            evidence=(Evidence("BS9", "F5", 0.7, "signet ring, effects list 14"),),
            title="Two graves, north field",
            simulated=simulated,
        ),
        groups=groups,
        same_person_pairs=(
            SamePersonPair("BS1", "BS16", 14.738, {}, ()),
            SamePersonPair("BS16", "BS81", 9.1, {}, ("FGA",)),
            SamePersonPair("BS3", "BS57", 11.474, {}, ()),
        ),
        pairs=(),
        group_pairs=tuple(pairs),
        posteriors=posteriors,
        assignments=(
            Assignment(best, 44.1, 0.31),
            Assignment({**best, "BS5": "F3-b", "BS6": "F3-a"}, 44.1, 0.31),
            Assignment({**best, "BS3": "F6"}, 43.9, 0.19),
        ),
        proposals=proposals,
        symmetric=(
            SymmetricMatch(
                ("BS5", "BS6"),
                ("F3-a", "F3-b"),
                0.9996,
                say(
                    "These {count} ({remains}) are these {count} {kin} ({missing}); DNA cannot "
                    "tell which is which.",
                    count=say("two"),
                    remains=("BS5", "BS6"),
                    kin=say("brothers"),
                    missing=("F3-a", "F3-b"),
                ),
            ),
        ),
        near_misses=(
            NearMiss(
                "BS3",
                ("BS3", "BS57"),
                "F6",
                2.4,
                0.62,
                ("D21S11",),
                say(
                    "Everything but {steps:and} fits (log10 LR {rest:.2f} at the other markers, "
                    "{total:.2f} with the mutation). Retype {markers:and} and check the stated "
                    "relationships before this is ruled out.",
                    steps=(
                        say(
                            "{marker} (a mutation of 1 repeat, {other} to {allele})",
                            marker="D21S11",
                            other="29",
                            allele="30",
                        ),
                    ),
                    rest=5.31,
                    total=2.4,
                    markers=("D21S11",),
                ),
            ),
        ),
        exclusions=(
            Exclusion("BS5", ("BS5",), "F1", ("TH01", "FGA", "D18S51", "VWA")),
            Exclusion("BS6", ("BS6",), "F1", ("TH01", "FGA", "SE33")),
        ),
        sensitivity=tuple(
            SensitivityRow(r, m, name, value, lr, p)
            for r, m, _, p, lr in named
            for name, value in (
                ("prior", "missing-total:50"),
                ("prior", "missing-total:1000"),
                ("mutation", "equal:0.0001"),
                ("mutation", "equal:0.005"),
                ("theta", "0.01"),
                ("theta", "0.03"),
            )
        ),
        advice=(
            Advice(
                "F6",
                say(
                    "{standing} A sample of {relatives:or} would do most to decide it.",
                    standing=say(
                        "Best candidate {remains} has log10 LR {log10_lr:.2f} and posterior "
                        "{posterior:.6f}: not enough to propose, too much to drop.",
                        remains="BS3",
                        log10_lr=2.4,
                        posterior=0.62,
                    ),
                    relatives=(say("the mother"), say("a child")),
                ),
            ),
            Advice(
                "BS3",
                say(
                    "Markers read: {count}, too few. Repeat the extraction or take another element "
                    "before looking for a name.",
                    count=4,
                ),
            ),
        ),
        findings=(
            Finding(
                "frequencies_scaled",
                Severity.INFO,
                ("TH01",),
                say(
                    "Frequencies do not sum to 1 and were scaled; their sums: {sums}.",
                    sums=("TH01 1.004",),
                ),
                say("No action needed where printed frequencies were rounded."),
                (Location("freq.txt", 1, 12),),
            ),
            Finding(
                "sex_contradicts_amelogenin",
                Severity.WARNING,
                ("R22",),
                say(
                    "{sample} is female as stated, but amelogenin shows {seen} (male).",
                    sample=say(
                        "{sample} ({kinship:kinship}, family {family})",
                        sample="R22",
                        kinship="mother",
                        family="F2",
                    ),
                    seen="X,Y",
                ),
                say("Check whether samples or rows were exchanged."),
                (Location("families.txt", 17), Location("families.txt", 18)),
            ),
        ),
        provenance=Provenance(
            version="0.1.0",
            settings={
                "mutation": "equal:0.001",
                "theta": "0",
                "prior": "missing-total:193",
                "proposal_posterior": "0.9999",
            },
            prior="missing-total:193",
            markers=tuple(MARKERS),
            digests={"remains.txt": "9f" * 32, "families.txt": "0c" * 32},
            frequencies="freq.txt",
            method={
                "joint answer": say(
                    "exact sum over assignments, {page}", page="docs/methods/joint-answer.md"
                )
            },
        ),
    )


def brief_analysis(sample: str = "EX1", text: str = "A sentence.") -> Analysis:
    """Return an answer about the example files; its first sample and sentences are given texts."""
    problem = read_problem(
        EXAMPLES / "familias-remains.txt",
        EXAMPLES / "familias-relatives.txt",
        EXAMPLES / "frequencies-matrix.txt",
        title="Invented case",
    )
    part = (sample, "EX3")
    said = quoted(text)
    pair = Pair(sample, part, "X1", "X1", 7.25, {"TH01": 1.5, "FGA": -math.inf}, 0.3, ("FGA",), 5)
    weak = Pair("EX4", ("EX4",), "X2", "X2", -3.0, {"TH01": -3.0}, 0.0, (), 5)
    return Analysis(
        problem=problem,
        groups=(
            SamePersonGroup(sample, part, {"FGA": part}),
            SamePersonGroup("EX2", ("EX2",)),
            SamePersonGroup("EX4", ("EX4",)),
        ),
        same_person_pairs=(SamePersonPair(sample, "EX3", 8.1, {"TH01": 2.0}, ()),),
        pairs=(pair, weak),
        group_pairs=(weak, pair),
        posteriors=(
            Posterior(sample, part, "X1", 0.999, 1e-9),
            Posterior(sample, part, "*", 0.001),
            Posterior("EX4", ("EX4",), "*", 1.0),
        ),
        assignments=(Assignment({sample: "X1", "EX4": "*"}, 7.25, 0.999),),
        proposals=(
            Proposal(
                part, sample, "X1", "X1", 0.999, 7.25, (said,), (("*", 0.001),), (), True, 7.2
            ),
        ),
        symmetric=(SymmetricMatch((sample, "EX4"), ("X1", "X2"), 0.5, said),),
        near_misses=(NearMiss("EX4", ("EX4",), "X2", -3.0, 0.0, ("TH01",), said),),
        exclusions=(Exclusion("EX2", ("EX2",), "X3", ("TH01", "FGA", "VWA")),),
        sensitivity=(SensitivityRow(sample, "X1", "theta", "0.01", 7.0, 0.998),),
        advice=(Advice("X2", said),),
        findings=problem.findings,
        provenance=Provenance(
            "0.1",
            {"theta": "0.0"},
            "flat",
            ("TH01", "FGA"),
            dict(problem.digests),
            "f",
            {"m": said},
        ),
    )


def hostile_analysis() -> Analysis:
    """Return an answer whose labels and sentences try to act as markup or formulas."""
    bad = "<script>alert(1)</script>\"'&"
    typ = '#eval("1+1") $x$ *b* _i_ @ref <lab> \\ `r` [c] = H'
    formula = "=cmd|'/C calc'!A0"
    fam = family("F9", "a M; b F; x M a b", "x", {"a": "father", "b": "mother"}, {"x": bad})
    pair = Pair(
        typ, (typ, formula), bad, "F9", -math.inf, {bad: -math.inf, "TH01": 1.0}, 0, (bad,), 2
    )
    base = small_analysis()
    return Analysis(
        problem=Problem((), (fam,), base.problem.frequencies, title=bad + typ, simulated=False),
        groups=(SamePersonGroup(typ, (typ, formula), {bad: (typ,)}),),
        same_person_pairs=(SamePersonPair(typ, formula, 3.0, {}, (bad,)),),
        pairs=(),
        group_pairs=(pair,),
        posteriors=(Posterior(typ, (typ, formula), bad, 0.5),),
        assignments=(Assignment({typ: bad}, 1.0, 0.5),),
        proposals=(
            Proposal(
                (typ, formula),
                typ,
                bad,
                "F9",
                0.99999,
                8.0,
                (quoted(bad), say("A mutation is needed at {markers}.", markers=(bad, typ))),
                ((formula, 0.1),),
            ),
        ),
        symmetric=(SymmetricMatch((typ,), (bad,), 0.5, quoted(bad + typ)),),
        near_misses=(NearMiss(typ, (typ,), bad, 1.0, 0.5, (bad,), quoted(typ)),),
        exclusions=(Exclusion(typ, (typ,), bad, (bad,)),),
        sensitivity=(SensitivityRow(typ, bad, formula, bad, 1.0, 0.5),),
        advice=(Advice(bad, quoted(typ)),),
        findings=(
            Finding(bad, Severity.BLOCKING, (typ,), quoted(bad), quoted(typ), (Location(bad, 1),)),
        ),
        provenance=Provenance(bad, {bad: typ}, bad, (typ,), {bad: typ}, typ, {typ: quoted(bad)}),
    )


def large_analysis(count: int = 80) -> Analysis:
    """Return an answer with ``count`` proposals, each about a family of sixteen."""
    base = small_analysis()
    shape = FAMILIES[0]
    families, pairs, proposals, groups, posteriors = [], [], [], [], []
    for i in range(count):
        label, remains = f"F{i + 1}", f"BS{i + 1}"
        families.append(
            Family(label, shape.pedigree, ("F1",), shape.profiles, shape.kinship, {"F1": label})
        )
        pairs.append(_pair(remains, (remains,), label, label, 9.0))
        groups.append(SamePersonGroup(remains, (remains,)))
        posteriors.append(Posterior(remains, (remains,), label, 0.99995))
        proposals.append(
            Proposal(
                (remains,),
                remains,
                label,
                label,
                0.99995,
                9.0,
                (quoted("The LR is a thousand million."), quoted("No marker excludes it.")),
                (("*", 5e-5),),
            )
        )
    exclusions = tuple(
        Exclusion(f"BS{i}", (f"BS{i}",), f"F{j}", ("TH01", "FGA", "VWA"))
        for i in range(count)
        for j in range(119)
    )
    return Analysis(
        problem=Problem(
            base.problem.remains, tuple(families), base.problem.frequencies, simulated=True
        ),
        groups=tuple(groups),
        same_person_pairs=(),
        pairs=tuple(pairs),
        group_pairs=tuple(pairs),
        posteriors=tuple(posteriors),
        assignments=(Assignment({p.group: p.missing_person for p in proposals}, 700.0, 0.99),),
        proposals=tuple(proposals),
        symmetric=(),
        near_misses=base.near_misses * 20,
        exclusions=exclusions,
        sensitivity=tuple(
            SensitivityRow(p.group, p.missing_person, name, value, 9.0, 0.9999)
            for p in proposals
            for name, value in (
                ("prior", "1"),
                ("prior", "2"),
                ("theta", "0.01"),
                ("theta", "0.03"),
            )
        ),
        advice=base.advice * 40,
        findings=base.findings * 100,
        provenance=base.provenance,
    )
