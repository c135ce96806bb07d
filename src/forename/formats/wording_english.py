"""The English sentences of a report. Keys are shared with every other language."""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    "title": "What the DNA says about who the dead are",
    "comma": ", ",
    # The frame around the content
    "frame.contents": "Contents",
    "frame.page": "Page",
    "frame.of": "of",
    "frame.code": "Code",
    "frame.issued": "Issued",
    "frame.simulated": "SIMULATED",
    "frame.skip": "Go to the content",
    "frame.report": "Report on remains and missing persons",
    "notice.simulated": "SIMULATED. These persons, families and graves are invented by a program. "
    "Nothing in this report is about a real person.",
    "notice.blocking": "Findings that block an answer: {count}. They are listed first under "
    "Findings, each with its record and what to do.",
    # Column headings
    "column.missing": "Missing person",
    "column.remains": "Remains",
    "column.posterior": "Posterior",
    "column.log10_lr": "log10 LR",
    "column.rivals": "Next likely",
    "column.failing": "Failing markers",
    "column.sample": "Sample",
    "column.samples": "Samples",
    "column.group": "Group",
    "column.count": "Number",
    "column.differing": "Differing markers",
    "column.excluded": "Excluded",
    "column.excluded_from": "From (failing markers)",
    "column.finding": "Finding",
    "column.records": "Records",
    "column.place": "Place in the files",
    "column.rank": "Rank",
    "column.weight": "log10 weight",
    "column.answer": "Answer",
    "column.setting": "Setting",
    "column.value": "Value",
    "column.step": "Step",
    "column.method": "Method",
    "column.file": "File",
    "column.digest": "SHA-256",
    "remains.group": "{label}: samples {samples}",
    "rivals.none": "none",
    # The state in three numbers
    "state": "The state",
    "state.persons": "persons among the remains",
    "state.persons.definition": "Groups of samples taken as parts of one person, from {samples} "
    "samples of remains. A sample that matches no other counts as one.",
    "state.proposed": "proposed",
    "state.proposed.definition": "Groups of remains for which a name is put before the board: "
    "joint posterior at least {threshold}. A proposal is not an identification.",
    "state.waiting": "missing persons waiting",
    "state.waiting.definition": "Registered missing persons without a proposal, of {registered} "
    "registered. Two ids that are one question count once.",
    # Proposals
    "proposals": "Proposals",
    "proposals.lead": "A proposal is a name put before the identification board. It decides "
    "nothing: two or more named people decide.",
    "proposals.none": "No pairing reaches the posterior of {threshold} that a proposal needs.",
    "proposals.caption": "Proposals, with their reasons",
    "proposals.terms": "Posterior: the joint probability, over all remains and all families at "
    "once, that the remains are this missing person; it depends on the prior stated under "
    "Settings. log10 LR: DNA and sex alone; 6 means that what was seen is a million times likelier "
    "if the remains are this person than if they are unrelated to the family. Next likely: the "
    "other answers of any weight for the same remains. Undisputed: the LR exceeds every rival for "
    "the same remains and for the same person 10,000-fold.",
    "mark.undisputed": "Undisputed.",
    "mark.linked": "One question with {ids}: these ids may be one person registered twice, or "
    "cannot be told apart.",
    "symmetric": "Matches that DNA cannot tell apart",
    "symmetric.lead": "These remains and these missing persons belong together as a set. Which is "
    "which needs other evidence: age, teeth, effects, place.",
    "symmetric.item": "Remains {remains} are missing persons {missing} together with probability "
    "{posterior}.",
    "near": "Near misses",
    "near.lead": "These pairings fail at few markers. A mutation, drop-out or a relationship that "
    "was stated wrongly can be the reason; so can chance.",
    "near.caption": "Pairings that fail at few markers, with the mutation each would need",
    "advice": "What would help next",
    "cases": "Each proposal in detail",
    "cases.key": "In a pedigree a square is male, a circle female, a diamond of unknown sex. "
    "Filled: a DNA profile exists. Open: none. Double outline with a question mark: missing. A "
    "double line joins partners who are related. A dashed line joins two symbols of one person.",
    "cases.terms": "In log10 odds, “before the DNA” is the prior and what every competing answer "
    "takes away from it. GLR: the likelihood of the best complete answer with this pairing over "
    "that of the best without it. LR0: the LR by the other remains alone, without the relatives’ "
    "genotypes.",
    "case.heading": "{missing} and remains {remains}",
    "case.lr": "LR",
    "case.lr.value": "log10 {log10}, about {value}",
    "case.markers": "Markers compared",
    "case.impossible": "Needs a mutation at",
    "case.glr": "log10 GLR",
    "case.lr0": "log10 LR0",
    "case.linked": "One question with",
    "case.evidence": "Other evidence",
    "case.no_pair": "The LR of every marker was not kept for this pairing.",
    "hypothesis.one": "Hypothesis 1, {short}",
    "hypothesis.other": "Hypothesis 2, {short}",
    "hypothesis.one.short": "H1",
    "hypothesis.other.short": "H2",
    "hypothesis.one.text": "Remains {remains} come from missing person {missing} of family "
    "{family}.{relatives}",
    "hypothesis.other.text": "Remains {remains} come from a person who is not related to family "
    "{family}.",
    "hypothesis.relatives": " Typed relatives: {typed}.",
    "pedigree.unrelated": "not related",
    "pedigree.caption": "Pedigree of family {family}; the remains under {one} and {other}",
    "pedigree.too_large": "The pedigree of family {family} has {size} persons and is not drawn.",
    "pedigree.description": "Pedigree of family {family} with {size} persons. Typed: {typed}. "
    "Missing: {missing}. Under hypothesis 1 remains {remains} are {missing}; under hypothesis 2 "
    "they are not related.",
    "bars.against": "against",
    "bars.favour": "for",
    "bars.total": "Sum",
    "bars.sex": "Sex",
    "bars.impossible": "impossible",
    "bars.caption": "log10 LR of every marker, and their sum",
    "bars.description": "log10 LR of every marker for remains {remains} as {missing}: {values}. "
    "Sum {total}.",
    "steps.before": "Before the DNA",
    "steps.dna": "DNA",
    "steps.other": "Other evidence",
    "steps.posterior": "Posterior",
    "steps.caption": "From prior to posterior, in log10 odds",
    "steps.description": "log10 odds before the DNA {before}, the DNA adds {dna}, posterior odds "
    "{odds}, posterior {posterior}.",
    # Matrix, groups, exclusions
    "matrix": "The matrix",
    "matrix.lead": "Remains are rows, missing persons columns. Shown: joint posterior at least "
    "{posterior}, or log10 LR at least {level}.",
    "matrix.key": "The darker a cell, the higher the posterior, written under it in per cent where "
    "it is below 99.995. The larger, the higher the log10 LR. A square: no LR is kept, as for "
    "“none of them”. A dashed frame encloses what DNA cannot tell apart.",
    "matrix.none": "No pairing reaches the level from which cells are shown.",
    "matrix.none_of_them": "none of them",
    "matrix.panel": "Matrix, part {number} of {count}",
    "matrix.description": "Posterior matrix of remains {rows} with {cells} cells; the same values "
    "are in the table below.",
    "matrix.table": "The cells as a table",
    "matrix.caption": "Posterior and log10 LR of every cell shown",
    "groups": "Parts of one person",
    "groups.lead": "Samples are taken as parts of one person when the log10 LR of “one person” "
    "against “two unrelated persons” is at least {level}. Their profiles are combined by "
    "likelihood.",
    "groups.none": "No two samples were taken as parts of one person.",
    "groups.caption": "Groups of two or more samples",
    "groups.conflict": "Conflict at {marker}: {samples}.",
    "groups.pairs": "Every pair of samples that was supported",
    "groups.pairs.caption": "Pairs of samples with support, {shown} of {count}",
    "exclusions": "Exclusions",
    "exclusions.lead": "{count} pairings of {remains} sets of remains are excluded: their data are "
    "impossible without mutation at {limit} markers or more.",
    "exclusions.table": "Every exclusion",
    "exclusions.caption": "Excluded pairings and the markers that exclude",
    "exclusions.caption.short": "Excluded pairings, with the number of failing markers; the "
    "markers themselves are in results.json",
    "exclusions.printed": "The exclusions are listed in report.html and, with their markers, in "
    "results.json.",
    # Sensitivity, findings, assignments
    "sensitivity": "What if the settings were different",
    "sensitivity.lead": "Each cell is the posterior under one changed setting, with the log10 LR "
    "in brackets; everything else stays as stated under Settings.",
    "sensitivity.caption": "Changed: {setting}",
    "findings": "Findings in the data",
    "findings.lead": "Nothing was dropped or repaired in silence. A finding names its records, "
    "where they stand, and what to do.",
    "findings.none": "Nothing was found.",
    "findings.blocking": "Blocking: {count}",
    "findings.warning": "Warnings: {count}",
    "findings.info": "Notes: {count}",
    "findings.info.summary": "Notes: {count}",
    "findings.advice": "What to do: {advice}",
    "findings.rest": "{count} further notes are in report.html and results.json.",
    "assignments": "Most probable complete answers",
    "assignments.lead": "A complete answer names, or leaves unnamed, all remains at once. The "
    "first is given in full, the others by what they change.",
    "assignments.caption": "Complete answers by joint posterior",
    "assignments.nobody": "nobody is named",
    "assignments.changes": "instead: {pairs}",
    # Provenance
    "provenance": "Settings, prior and origin",
    "provenance.lead": "All that is needed to compute this report again. The same inputs and "
    "settings give the same digits.",
    "provenance.version": "Computed by",
    "provenance.code": "Code of this report",
    "provenance.prior": "Prior",
    "provenance.frequencies": "Allele frequencies",
    "provenance.markers": "Markers",
    "provenance.settings": "Settings",
    "provenance.method": "Methods",
    "method.likelihood": "Likelihood",
    "method.joint answer": "Joint answer",
    "method.same person": "Same person",
    "provenance.digests": "Input files and their digests",
    "setting.mutation": "Mutation model",
    "setting.mutation_female": "Mutation model, mothers",
    "setting.theta": "Theta",
    "setting.theta_scope": "Scope of theta",
    "setting.drop_out": "Drop-out per allele copy",
    "setting.drop_in": "Drop-in per marker",
    "setting.typing_error": "Typing error per marker",
    "setting.minimum_frequency": "Minimum allele frequency",
    "setting.prior": "Prior",
    "setting.sex_error": "Error rate of sex",
    "setting.same_person_log10_lr": "Same person from log10 LR",
    "setting.report_log10_lr": "Pairs kept from log10 LR",
    "setting.proposal_posterior": "Proposal from posterior",
    "setting.minimum_markers": "Markers needed",
    "setting.exclusion_markers": "Exclusion from markers",
    "setting.best_assignments": "Complete answers listed",
    "setting.as stated": "nothing, as stated",
    "setting.mutation rate": "Mutation rate",
}
