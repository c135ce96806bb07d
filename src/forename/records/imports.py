"""Tables taken over as records: parsed, shown with located problems, then whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import FileField
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import override

from forename.accounts.access import Actor
from forename.audit.gathering import gathering
from forename.audit.recording import create, revise
from forename.exceptions import UnusableInputError
from forename.formats.source import Source, source_of_bytes
from forename.formats.tables import read_table
from forename.formats.workbooks import check_extent, is_workbook
from forename.notation.folding import fold
from forename.records.actions import Prepared, said_twice
from forename.records.exports import SIMULATED, as_it_was
from forename.records.files import keep_file
from forename.records.kinds import Kind, Step
from forename.records.models import ImportBatch, StoredFile
from forename.records.readings import ReadFile, unread_in_words
from forename.records.views import bound_form

LARGEST_BYTES = 20 * 2**20
MOST_ROWS = 20_000
# Of workbooks, with every sheet and blank rows.
MOST_SHEET_ROWS = 100_000
MOST_UNPACKED_BYTES = 80 * 2**20


def source_of_upload(upload: Any) -> Source:
    """Return the bytes of an uploaded table, which can be read within the server's memory.

    Raises ValidationError for a file that is too large, `UnusableInputError` for a workbook that
    unpacks to too much.
    """
    if upload.size > LARGEST_BYTES:
        raise ValidationError(_("The file is larger than 20 MB; split it."))
    data = upload.read()
    upload.seek(0)
    source = source_of_bytes(upload.name, data)
    if is_workbook(source):
        check_extent(source, MOST_UNPACKED_BYTES, MOST_SHEET_ROWS)
    return source


def columns_of(step: Step) -> dict[str, str]:
    """Return folded header → field: a field's name, or its label in any language."""
    headers: dict[str, str] = {}
    for language in ("ar", "en"):
        with override(language):
            for name, field in step.form.base_fields.items():
                if not isinstance(field, FileField):
                    headers[fold(str(field.label or name))] = name
                    headers[fold(name)] = name
    return headers


def labels_of(step: Step) -> dict[str, str]:
    """Return the fields that a table may have with their labels, in the order of the form."""
    return {
        name: str(field.label or name)
        for name, field in step.form.base_fields.items()
        if not isinstance(field, FileField)
    }


@Prepared
def stage_table(by: Actor, kind: Kind, upload: Any) -> Callable[[], ImportBatch]:
    """Keep an uploaded table and parse it; return the batch with rows and located problems.

    A file whose bytes were taken over before for this kind is returned as that batch: the same
    file twice changes nothing. Raises ValidationError where the file cannot be read as a table.
    """
    step = kind.import_step()
    assert step is not None
    by.require(step.run.allowed)
    try:
        read = _read(kind, step, source_of_upload(upload))
    except UnusableInputError as error:
        raise ValidationError(unread_in_words(error)) from error
    if len(read.table.rows) > MOST_ROWS:
        raise ValidationError(_("The table has more than 20,000 rows; split it."))
    rows, problems = _parse(by, step, read)

    @transaction.atomic
    def write() -> ImportBatch:
        stored = keep_file(by, upload, source=_("import"))
        batch = ImportBatch(
            operation=by.operation,
            kind=kind.model.type_name(),
            file=stored,
            rows=rows,
            problems=problems,
        )
        return taken_before(batch) or create(batch, by=by, action="records.stage_table")

    return write


def taken_before(batch: ImportBatch) -> ImportBatch | None:
    """Return another batch of the same bytes and kind that was taken over, None without one.

    Inside a transaction; whoever asks for the same bytes waits until it ends.
    """
    same = StoredFile.objects.filter(operation=batch.operation_id, sha256=batch.file.sha256)
    list(same.select_for_update().order_by("pk"))
    found: ImportBatch | None = (
        ImportBatch.objects.filter(
            operation=batch.operation_id,
            kind=batch.kind,
            file__sha256=batch.file.sha256,
            taken_at__isnull=False,
        )
        .exclude(pk=batch.pk)
        .first()
    )
    return found


@Prepared
def take_over(
    by: Actor,
    kind: Kind,
    batch: ImportBatch,
    seen_version: int,
    rows: Iterable[dict[str, Any]] | None = None,
) -> Callable[[], ImportBatch]:
    """Make the records of a staged table, all in one transaction; return the batch.

    ``rows`` are the batch's rows, told as they are done. Raises ValidationError while there are
    problems, or when this batch, or another of the same bytes, was taken over already.
    """
    step = kind.import_step()
    assert step is not None
    if batch.problems:
        raise ValidationError(_("Correct the problems in the file and stage it again."))
    if batch.taken_at is not None:
        raise ValidationError(_("This file was taken over already."))
    importer = Actor(by.user, by.operation, by.roles, "import")
    made = []
    with gathering() as gathered:
        for row in batch.rows if rows is None else rows:
            form = bound_form(step, importer, None, sent_values(row["values"]), MultiValueDict())
            if not form.is_valid():
                raise ValidationError(_("Line %(line)s no longer fits.") % {"line": row["line"]})
            made.append(str(step.run(importer, **form.cleaned_data).pk))

    @transaction.atomic
    def write() -> ImportBatch:
        if taken_before(batch) is not None:
            raise ValidationError(_("This file was taken over already."))
        taken = revise(
            batch,
            {"taken_at": timezone.now(), "records": made},
            by=importer,
            action="records.take_over",
            seen_version=seen_version,
        )
        gathered.write()
        return taken

    def write_or_refuse() -> ImportBatch:
        try:
            return write()
        except IntegrityError as error:
            if not said_twice(error):
                raise
            raise ValidationError(
                _(
                    "Two rows of this file are one and the same record, or somebody has recorded "
                    "one of them meanwhile. Nothing was taken over."
                )
            ) from error

    return write_or_refuse


def sent_values(values: Mapping[str, str]) -> MultiValueDict[str, Any]:
    """Return a row's values as a form would have sent them."""
    return MultiValueDict({name: [value] for name, value in values.items()})


def _read(kind: Kind, step: Step, source: Source) -> ReadFile:
    ending = Path(source.file).suffix.lower().removeprefix(".")
    reader = kind.readers.get(ending)
    return ReadFile(read_table(source)) if reader is None else reader(source, columns_of(step))


def _parse(
    by: Actor, step: Step, read: ReadFile
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    table = read.table
    known = columns_of(step)
    labels = labels_of(step)
    problems = [
        _problem(each.line, 0, labels.get(each.field, each.field), each.text)
        for each in read.problems
    ]
    wrong = {each.line for each in read.problems}  # said already, once is enough
    noticed: dict[int, list[str]] = {}
    for each in read.remarks:
        noticed.setdefault(each.line, []).append(each.text)
    fields: list[str | None] = []
    for column, header in enumerate(table.header.cells, start=1):
        field = known.get(fold(header))
        if header == SIMULATED and not by.operation.simulated:
            text = _("This table comes from a simulated operation.")
            problems.append(_problem(table.header.line, column, header, text))
        elif field is None and header and header != SIMULATED:
            text = _("No field is called “%(header)s”; expected: %(known)s") % {
                "header": header,
                "known": _(", ").join(labels.values()),
            }
            problems.append(_problem(table.header.line, column, header, text))
        fields.append(field)
    rows = []
    for row in table.rows:
        pairs = zip(fields, row.cells, strict=True)
        values = {field: as_it_was(cell) for field, cell in pairs if field and cell}
        form = bound_form(step, by, None, sent_values(values), MultiValueDict())
        if not form.is_valid() and row.line not in wrong:
            for field, errors in form.errors.items():
                # A map file has no header, hence no columns.
                column = fields.index(field) + 1 if field in fields and table.header.line else 0
                label = str(form.fields[field].label) if field in form.fields else ""
                problems += [_problem(row.line, column, label, str(e)) for e in errors]
        remarks = [*noticed.get(row.line, ()), *form.remarks()]
        rows.append({"line": row.line, "values": values, "remarks": remarks})
    return rows, problems


def _problem(line: int, column: int, field: str, text: str) -> dict[str, Any]:
    return {"line": line, "column": column, "field": field, "text": text}
