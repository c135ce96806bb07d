"""A joint answer on disk: posteriors, persons, proposals and parts, each a Parquet file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from forename.genetics.encoding import IntArray
from forename.search.answer import JointAnswer, Posteriors, posteriors
from forename.search.changes import Change, Earlier, changes_since, changes_table
from forename.version import __version__
from forename.written_whole import folder_written_whole


def write_answer(
    found: JointAnswer, folder: Path, earlier: Earlier | None = None
) -> dict[str, Any]:
    """Write an answer whole or not at all; return what ``answer.json`` says.

    With an earlier answer, ``changes.parquet`` has what moved since, and why.
    """
    listed = posteriors(found)
    proposals = proposed(found, listed)
    told = _summary(found, listed, proposals)
    changes: list[Change] = []
    if earlier is not None:
        changes = changes_since(earlier, found, listed)
        told["moved"] = len(changes)
    with folder_written_whole(folder, "the joint answer") as made:
        pq.write_table(_pairs(found, listed, np.arange(len(listed.person))),
                       made / "posteriors.parquet")  # fmt: skip
        pq.write_table(_pairs(found, listed, proposals), made / "proposals.parquet")
        pq.write_table(_persons(found), made / "persons.parquet")
        pq.write_table(_best(found), made / "best_assignment.parquet")
        pq.write_table(_records(found), made / "records.parquet")
        pq.write_table(_together(found), made / "together.parquet")
        pq.write_table(changes_table(changes), made / "changes.parquet")
        (made / "answer.json").write_text(json.dumps(told, ensure_ascii=False, indent=1))
    return told


def proposed(found: JointAnswer, listed: Posteriors) -> IntArray:
    """Return the places of pairs to propose: of a posterior that is high enough for certain.

    Sorted, the surest first. Drawn probabilities are no ground for a proposal.
    """
    judged = found.judged
    sure = listed.low >= found.settings.proposal_posterior
    sure &= ~(judged.open | judged.drawn)[listed.person]
    chosen = np.flatnonzero(sure)
    lrs = np.nan_to_num(listed.log10_lr[chosen], nan=-np.inf)
    return chosen[np.lexsort((listed.person[chosen], -lrs, -listed.posterior[chosen]))]


def _pairs(found: JointAnswer, listed: Posteriors, chosen: IntArray) -> pa.Table:
    person, column = listed.person[chosen], listed.column[chosen]
    missing = found.missing
    return pa.table(
        {
            "person": pa.array(found.persons.names).take(pa.array(person)),
            "missing_person": pa.array(missing.names).take(pa.array(column)),
            "family": pa.array(missing.families).take(pa.array(missing.family[column])),
            "log10_lr": pa.array(listed.log10_lr[chosen], from_pandas=True),
            "posterior": listed.posterior[chosen],
            "posterior_low": listed.low[chosen],
            "posterior_high": listed.high[chosen],
        }
    )


def _persons(found: JointAnswer) -> pa.Table:
    judged, rows = found.judged, len(found.persons)
    names = found.persons.names
    return pa.table(
        {
            "person": pa.array(names, pa.string()),
            "samples": pa.array([found.samples_of(n) for n in range(rows)], pa.list_(pa.string())),
            "sex": pa.array([str(sex) for sex in found.persons.sexes], pa.string()),
            "nobody_registered": judged.unused[:rows] - judged.elsewhere[:rows],
            "somebody_unlisted": judged.elsewhere[:rows],
            "somebody_unlisted_at_most": judged.elsewhere_high[:rows],
            "part": pa.array(judged.part[:rows], pa.int64()),
            "method": pa.array(
                [
                    "open" if is_open else "drawn" if drawn else "summed"
                    for is_open, drawn in zip(
                        judged.open[:rows].tolist(), judged.drawn[:rows].tolist(), strict=True
                    )
                ],
                pa.string(),
            ),
        }
    )


def _best(found: JointAnswer) -> pa.Table:
    pairs = [pair for e in found.best.placements.tolist() for pair in found.placements.pairs_of(e)]
    names, missing = found.persons.names, found.missing.names
    return pa.table(
        {
            "person": pa.array([names[i] for i, _ in pairs], pa.string()),
            "missing_person": pa.array([missing[j] for _, j in pairs], pa.string()),
        }
    )


def _records(found: JointAnswer) -> pa.Table:
    rows = list(found.records.items())
    return pa.table(
        {
            "kind": pa.array([kind for (kind, _), _ in rows], pa.string()),
            "name": pa.array([name for (_, name), _ in rows], pa.string()),
            "sha256": pa.array([digest for _, digest in rows], pa.string()),
        }
    )


def _together(found: JointAnswer) -> pa.Table:
    keys = sorted(found.together)
    return pa.table(
        {
            "key": pa.array(keys, pa.string()),
            "log_likelihoods": pa.array(
                [found.together[key] for key in keys], pa.list_(pa.float64())
            ),
        }
    )


def _summary(found: JointAnswer, listed: Posteriors, proposals: IntArray) -> dict[str, Any]:
    judged, rows = found.judged, len(found.persons)
    sizes = [len(np.unique(found.placements.select(own).rows)) for own in judged.parts]
    settings = found.settings
    return {
        "version": __version__,
        "store": found.store.digest,
        "prior": found.prior.text,
        "settings": {
            "mutation": settings.mutation,
            "mutation_female": settings.mutation_female,
            "dropout": settings.drop_out,
            "dropin": settings.drop_in,
            "minimum_frequency": settings.minimum_frequency,
            "same_person_log10_lr": settings.same_person_log10_lr,
            "sex_error": settings.sex_error,
            "proposal_posterior": settings.proposal_posterior,
        },
        "markers": list(found.markers),
        "samples": int(sum(len(members) for members in found.persons.members)),
        "persons": rows,
        "missing_persons": len(found.missing.names),
        "placements_listed": len(found.placements),
        "parts": len(judged.parts),
        "largest_part": int(max(sizes, default=0)),
        "drawn": int(judged.drawn[:rows].sum()),
        "open": int(judged.open[:rows].sum()),
        "widest_bound": float((listed.high - listed.low).max(initial=0.0)),
        "proposals": len(proposals),
        "false_proposals_to_expect": float((1 - listed.posterior[proposals]).sum()),
        "identified_to_expect": float(rows - (judged.unused - judged.elsewhere)[:rows].sum()),
        "best_assignment_pairs": len(found.best.placements),
        "best_assignment_gap_log10": float(found.best.gap / np.log(10.0)),
    }
