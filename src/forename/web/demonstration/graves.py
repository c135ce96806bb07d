"""The invented grave of the demonstration: contexts with outlines and depths, and how they lie."""

from __future__ import annotations

from forename.accounts.rules import Role
from forename.notation.dates import read_date
from forename.site.actions import record_context, record_grave, relate_context
from forename.site.models import Context, ContextKind, Dug, Grave, GraveKind, Site
from forename.site.sequence import Wording
from forename.web.demonstration.people import People

Outline = tuple[tuple[float, float], ...]
PIT: Outline = ((0.3, 0.2), (6.1, 0.0), (6.4, 2.1), (3.2, 2.4), (0.0, 2.2))
# Number on the ground, type, description, top and bottom in metres below the datum, outline.
CONTEXTS: tuple[tuple[str, ContextKind, str, float, float, Outline], ...] = (
    ("1", ContextKind.LAYER, "Topsoil with thorn roots.", 0.0, 0.25, ()),
    ("2", ContextKind.CUT, "Edge of a pit with marks of an excavator's teeth.", 0.25, 1.9, PIT),
    ("3", ContextKind.FILL, "Loose fill with lumps of subsoil.", 0.25, 0.9, PIT),
    (
        "4", ContextKind.DEPOSIT, "People laid side by side; nothing here is real.", 0.9, 1.4,
        ((0.8, 0.5), (3.1, 0.5), (3.2, 1.9), (0.8, 1.9)),
    ),
    (
        "5", ContextKind.DEPOSIT, "A second group, above the eastern edge of the first.", 0.85, 1.3,
        ((2.8, 0.6), (5.6, 0.4), (5.8, 1.8), (2.9, 1.8)),
    ),
    ("6", ContextKind.LAYER, "Clay into which the pit was cut.", 0.25, 2.4, ()),
    (
        "7", ContextKind.CUT, "A later trench for a pipe.", 0.0, 0.6,
        ((4.6, -0.6), (5.2, -0.6), (5.2, 2.9), (4.6, 2.9)),
    ),
)  # fmt: skip
RELATIONS = (
    ("7", Wording.CUTS, "1"),
    ("1", Wording.ABOVE, "3"),
    ("3", Wording.ABOVE, "5"),
    ("5", Wording.ABOVE, "4"),
    ("4", Wording.ABOVE, "2"),
    ("3", Wording.FILLS, "2"),
    ("2", Wording.CUTS, "6"),
)


def make_grave(people: People, site: Site) -> Grave:
    """Record a grave of a site, with contexts that a plan and a diagram can draw."""
    lead, recorder = people(Role.SITE_LEAD), people(Role.RECOVERY_RECORDER)
    reading = read_date("2025-04-12").date
    assert reading is not None
    day = {**reading.to_json(), "said": "12 April 2025"}
    grave: Grave = record_grave(
        lead, site=site, name="Invented grave A", kind=GraveKind.COMMINGLED, how_dug=Dug.MACHINE,
        length_m=6.4, width_m=2.4, depth_m=1.9, orientation_deg=84.0, observed=day,
        origin=(36.37102, 39.12840), origin_words="Invented steel pin at the south-western corner",
        grid_bearing_deg=352.0, datum="Invented nail in the fence post",
        notes="SIMULATED: an invented grave. Nobody lies here.",
    )  # fmt: skip
    contexts: dict[str, Context] = {}
    for number, kind, description, top_m, bottom_m, outline in CONTEXTS:
        contexts[number] = record_context(
            recorder, grave=grave, number=number, kind=kind, top_m=top_m, bottom_m=bottom_m,
            description=f"SIMULATED. {description}", outline=outline, observed=day,
        )  # fmt: skip
    for first, relation, second in RELATIONS:
        relate_context(
            recorder, contexts[first], 1, relation=relation, second=contexts[second],
            grounds="Seen in the invented section.",
        )  # fmt: skip
    return grave
