"""Every choice of a simulated case."""

from __future__ import annotations

from dataclasses import dataclass

from forename.exceptions import InvalidSettingError
from forename.genetics.family_shapes import SHAPES
from forename.genetics.invented_frequencies import MARKER_SHAPES
from forename.genetics.problem import Settings
from forename.statistics.priors import PriorKind, parse_prior

DEVIATIONS = ("false_paternity", "adopted", "swapped", "mutation", "registered_apart")


@dataclass(frozen=True, slots=True)
class FamilyPlan:
    """One family to be simulated: its shape, who of its missing is in the graves, what is wrong.

    ``shape`` is a key of `forename.genetics.family_shapes.SHAPES`. ``present`` is true when its
    missing persons are in the graves, ``None`` leaves it to chance. ``deviation`` is empty or:

    - ``false_paternity``: a typed child or sibling (or the missing person) has another father;
    - ``adopted``: such a person descends from neither stated parent;
    - ``swapped``: a relative's sample was exchanged with that of the next such family;
    - ``mutation``: the missing person carries a visible one-step mutation from a typed parent,
      or a typed child does from the missing person;
    - ``registered_apart``: two missing siblings whose mother and sibling were registered twice,
      as two families (``shape`` is then ignored).
    """

    shape: str = "parents"
    present: bool | None = None
    deviation: str = ""

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise InvalidSettingError(
                f"family shape {self.shape!r} is unknown; use one of: {', '.join(SHAPES)}"
            )
        if self.deviation and self.deviation not in DEVIATIONS:
            raise InvalidSettingError(
                f"deviation {self.deviation!r} is unknown; use one of: {', '.join(DEVIATIONS)}"
            )


@dataclass(frozen=True, slots=True)
class SimulationSettings:
    """A mass grave to be simulated. Fractions are probabilities in [0, 1].

    Families: ``plan`` lists families in particular, ``families`` says how many more are drawn
    from ``shapes``, each with a misstated relative with probability ``wrong_fraction``.

    The dead: a missing person is in the graves with probability ``present_fraction``, and
    ``unrelated`` further persons lie there, or as many as complete ``persons`` where that number
    is stated. With a ``prior`` (in the words of `forename.statistics.priors.parse_prior`, without
    strata), who of the ``persons`` is who is drawn from that prior; plans may then not fix
    ``present``.

    Remains: every dead person has one sample; ``extra_samples`` more (or as many as complete
    ``remains``, where that number is stated) are parts of persons drawn at random; a part lies in
    another grave than the rest with probability ``moved_fraction``.
    A sample is degraded with probability ``degraded_fraction``: its severity is uniform in
    [0.2, 1], and a marker is lost with probability severity * ``marker_loss`` * (0.5 + place),
    place in [0, 1] being the marker's place in the list (long amplicons last); ``least_markers``
    always remain. Each allele copy of a degraded sample drops out with probability
    ``allele_drop_out``, which its profile states.

    ``staff`` elimination profiles are made and ``contaminated`` samples show one of them.
    ``markers`` are names of the invented table (empty: all 23). ``analysis`` are the settings
    the case is written with; its mutation model is the one genes are dropped with.
    """

    graves: int = 2
    families: int = 30
    shapes: tuple[str, ...] = tuple(SHAPES)
    plan: tuple[FamilyPlan, ...] = ()
    wrong_fraction: float = 0.0
    present_fraction: float = 0.8
    unrelated: int = 8
    persons: int | None = None
    prior: str = ""
    extra_samples: int = 12
    remains: int | None = None
    moved_fraction: float = 0.05
    degraded_fraction: float = 0.3
    marker_loss: float = 0.5
    least_markers: int = 6
    allele_drop_out: float = 0.0
    staff: int = 3
    contaminated: int = 0
    markers: tuple[str, ...] = ()
    analysis: Settings = Settings()
    title: str = "SIMULATED mass grave"

    def __post_init__(self) -> None:
        for name in ("wrong_fraction", "present_fraction", "moved_fraction", "degraded_fraction"):
            if not 0 <= getattr(self, name) <= 1:
                raise InvalidSettingError(f"{name} must lie in [0, 1], not {getattr(self, name)}")
        for name in ("marker_loss", "allele_drop_out"):
            if not 0 <= getattr(self, name) < 1:
                raise InvalidSettingError(f"{name} must lie in [0, 1), not {getattr(self, name)}")
        for name in ("families", "unrelated", "extra_samples", "staff", "contaminated"):
            if getattr(self, name) < 0:
                raise InvalidSettingError(f"{name} must not be negative")
        for name in ("persons", "remains"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise InvalidSettingError(f"{name} must be at least 1, not {value}")
        if self.graves < 1:
            raise InvalidSettingError("graves must be at least 1")
        if self.contaminated and not self.staff:
            raise InvalidSettingError("contaminated samples need staff; set staff to 1 or more")
        for kind, names, known in (
            ("shapes", self.shapes, SHAPES),
            ("markers", self.markers, MARKER_SHAPES),
        ):
            unknown = [name for name in names if name not in known]
            if unknown:
                raise InvalidSettingError(
                    f"{kind}: {', '.join(unknown)} unknown; use any of: {', '.join(known)}"
                )
        if self.families and not self.shapes:
            raise InvalidSettingError("shapes must name at least one family shape")
        if self.prior:
            if self.persons is None:
                raise InvalidSettingError(
                    "a prior is one over persons in the graves; state persons"
                )
            if parse_prior(self.prior).kind is PriorKind.STRATA:
                raise InvalidSettingError("a case cannot be simulated from a prior with strata")
            if any(plan.present is not None for plan in self.plan):
                raise InvalidSettingError("with a prior, who is present is drawn, not planned")
