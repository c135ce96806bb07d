"""What is said once about a kind of record: how it is listed, shown and acted on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.forms import Form
from django.urls import reverse

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY, Role
from forename.audit.models import Record
from forename.records.actions import Action
from forename.records.readings import Reader


@dataclass(frozen=True)
class Column:
    """A column of a list and its exports.

    ``value`` gives the cell of a record (a field's name, or a function); ``field`` the model's
    field it rests on, for sorting and restricted fields; ``exported_only`` is not on pages.
    """

    name: str
    label: Any
    value: str | Callable[[Any], Any]
    field: str = ""
    exported_only: bool = False
    ltr: bool = False

    def cell(self, record: Any) -> Any:
        """Return the value for one record."""
        if callable(self.value):
            return self.value(record)
        display = getattr(record, f"get_{self.value}_display", None)
        return display() if display is not None else getattr(record, self.value)

    @property
    def rests_on(self) -> str:
        """Return the field behind the column ('' for none)."""
        if self.field:
            return self.field
        return self.value if isinstance(self.value, str) else ""


@dataclass(frozen=True)
class Filter:
    """A choice above a list: a field with choices, a yes/no, or a function of rows and value."""

    name: str
    label: Any
    choices: Callable[[Actor], list[tuple[str, Any]]]
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]


def choice_filter(model: type[Model], name: str) -> Filter:
    """Return a filter over a field with choices."""
    column: Any = model._meta.get_field(name)
    return Filter(
        name,
        column.verbose_name,
        lambda _actor: list(column.choices or []),
        lambda rows, value: rows.filter(**{name: value}),
    )


@dataclass(frozen=True)
class Step:
    """An action as pages and API offer it.

    A step without a target (``creates``) is called ``run(by, **values)``, else
    ``run(by, record, seen_version, **values)``. ``when`` tells whether the step is offered for a
    record now; the action itself still checks. ``prefilled`` are the fields about a record that
    the address may fill in; a creating step's address may fill in every field.
    """

    name: str
    label: Any
    run: Action
    form: type[Form]
    creates: bool = False
    when: Callable[[Actor, Any], bool] = lambda _actor, _record: True
    template: str = "records/form.html"
    prefilled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of record: one description for list, page, history, exports, API and tests."""

    model: type[Record]
    path: str  # in addresses: "claims"
    label: Any
    plural: Any
    columns: tuple[Column, ...]
    steps: tuple[Step, ...] = ()
    filters: tuple[Filter, ...] = ()
    order: tuple[str, ...] = ("-created_at",)
    rows: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows  # select_related and so on
    title: Callable[[Any], Any] = str
    facts: tuple[Column, ...] = ()  # on the page; the columns unless given
    template: str = "records/page.html"
    context: Callable[[Actor, Any], dict[str, Any]] = lambda _actor, _record: {}
    geometry: Callable[[Any], dict[str, Any] | None] | None = None  # GeoJSON geometry
    viewings: bool = False  # looking at the page is recorded, and shown on it
    in_menu: bool = True
    files_for: frozenset[Role] = INQUIRY  # who of those who see a record may open its files
    imported_by: str | Step = ""  # the creating step that takes rows of a table
    beside: tuple[tuple[str, Any], ...] = ()  # pages about the same rows: name of address, label
    readers: Mapping[str, Reader] = field(default_factory=dict)  # of other files, by their ending
    empty: Any = ""  # a sentence for a list without rows: where such records come about
    events: Mapping[str, Any] = field(default_factory=dict)  # labels of actions that are no step
    # How a history words the values of a field; None for one that another field tells.
    worded: Mapping[str, Callable[[Any], Any] | None] = field(default_factory=dict)

    @property
    def room(self) -> str:
        """Return the room: the app's label."""
        return str(self.model._meta.app_label)

    @property
    def url_name(self) -> str:
        """Return the stem of the names of its addresses: ``report-claims``."""
        return f"{self.room}-{self.path}"

    @property
    def list_name(self) -> str:
        """Return the name of the list's address."""
        return f"{self.url_name}-list"

    def step(self, name: str) -> Step:
        """Return the step of this name, else KeyError."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def import_step(self) -> Step | None:
        """Return the step that makes a record of a table's row, None where no table is taken."""
        if isinstance(self.imported_by, Step):
            return self.imported_by
        return self.step(self.imported_by) if self.imported_by else None

    def visible(self, actor: Actor) -> QuerySet[Any]:
        """Return the rows this actor may see."""
        return self.rows(self.model.objects.visible_to(actor))

    def columns_for(self, actor: Actor, columns: tuple[Column, ...] | None = None) -> list[Column]:
        """Return the columns whose fields this actor may see."""
        readable = actor.fields_of(self.model)
        restricted = self.model.restricted
        chosen = self.columns if columns is None else columns
        return [c for c in chosen if c.rests_on not in restricted or c.rests_on in readable]

    def address(self, record: Record) -> str:
        """Return the address of a record's page."""
        return reverse(f"{self.url_name}-page", args=[record.operation.slug, record.pk])


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make kinds known to the API, the permission tests and links between records."""
    for kind in kinds:
        _kinds[kind.model.type_name()] = kind


def registered() -> Iterator[Kind]:
    """Yield every kind, in the order of registration."""
    yield from _kinds.values()


def kind_of(record_or_type: Record | str) -> Kind | None:
    """Return the kind of a record or of a type name, None where there is none."""
    name = record_or_type if isinstance(record_or_type, str) else record_or_type.type_name()
    return _kinds.get(name)
