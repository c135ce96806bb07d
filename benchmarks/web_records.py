"""An operation full of invented records, for measuring the web application.

Rows are written in bulk, past the actions, but as these write them: every record with the search
key that its model prepares, its code and its first event with the whole state. All people, places
and events are invented.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from benchmarks.web_server import SLUG
from forename.accounts.access import system_actor
from forename.accounts.actions import give_role, open_operation
from forename.accounts.models import User
from forename.accounts.rules import Role
from forename.audit.models import Event, Record
from forename.audit.recording import state_of
from forename.notation.dates import read_date
from forename.notation.names import parse_name
from forename.records.codes import coded
from forename.records.models import Counter
from forename.report.models import (
    Bearing,
    Claim,
    Count,
    Grade,
    Incident,
    Question,
    Report,
    Source,
    VictimEntry,
    VictimList,
    VictimNameKey,
)
from forename.site.models import PositionClaim, Site, SiteLogEntry

PEOPLE = 50
BATCH = 5_000
FIRST = 4_000  # records of a kind that are made in Python
COPY = "sheet 0000"  # stands in texts, so that no copy says the same
LARGE_LIST = 20_000  # lines: as many as one import takes
OTHER_LIST = 500
WORKING = (Role.INVESTIGATOR, Role.SITE_LEAD)
# The first person may see everything, the second what is not kept for the inquiry.
ROLES = ((Role.COORDINATOR, *WORKING), (Role.EXAMINER,))
VERSIONS = 40  # of the first report: somebody corrected it often

GIVEN = (
    "محمد أحمد حسين علي خالد عمر يوسف ابراهيم مريم فاطمة سعاد ليلى هدى نور سمير فؤاد زياد رنا"
).split()
FAMILY = (
    "الخلف|العبد الله|الحسن|الشيخ|المحمد|النجار|الحداد|العلي|السالم|الجاسم|الحمود|البكري"
).split("|")
LATIN = "Khaled Omar Yusuf Ibrahim Hussein Ali Samir Fuad Ziad Ahmad Nur Layla Huda".split()
LATIN_FAMILY = "al-Khalaf al-Hasan al-Najjar Haddad Salem al-Jasim al-Bakri Hammoud".split()
VILLAGES = ("Tell Ahmar|Qarat al-Wadi|Dayr Najm|Kafr Sayf|Umm Zaytun|Rasm al-Hawa|Ayn Turab").split(
    "|"
)
SENTENCES = (
    "Residents said that {n} bodies were carried out of the pit near {place} before dawn.",
    "According to a civil defence commander, {n} people are still missing around {place}.",
    "قال شهود إن {n} جثة دفنت قرب {place} في خريف تلك السنة",
    "It was not clear who gave the order, an unnamed source told the agency.",
    "A shepherd remembers two lorries on the road to {place} and shots after the evening prayer.",
    "وذكرت الوكالة نقلا عن مسؤول محلي أن عدد الضحايا بلغ {n}",
    "The wall beside the threshing floor of {place} was rebuilt afterwards, the report goes on.",
    "Photographs of the ground near {place} show three strips of disturbed earth, each {n} m long.",
)


def build(records: int, seed: int = 7) -> Any:
    """Make the operation with so many records of each main kind; return it.

    A few thousand records are made in Python, and copied in the database until there are enough.
    """
    first = min(records, FIRST)
    made = _Building(first, random.Random(seed))  # noqa: S311 - invented words
    made.people()
    made.sources()
    made.reports()
    made.claims()
    made.counts()
    made.incidents()
    made.sites()
    copies = Copies(made.operation, made.made)
    for number in range(1, records // first):
        copies.add(number)
    made.lists(records)
    made.questions()
    made.corrections()
    _analyse()
    return made.operation


def _analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class _Building:
    """The records made so far that later ones hang on."""

    def __init__(self, records: int, chance: random.Random) -> None:
        self.records = records
        self.chance = chance
        self.began = timezone.now() - timedelta(days=700)
        self.operation = open_operation(
            system_actor(None), slug=SLUG, name="Invented operation, measured",
            name_ar="عملية مخترعة للقياس", simulated=True, public_form=True,
        )  # fmt: skip
        self.users: list[User] = []
        self.made: list[type[Record]] = []  # in an order in which they can be copied

    def people(self) -> None:
        """Make people: `ROLES` of the first, the others work."""
        for number in range(PEOPLE):
            user = User(email=f"p{number}@measured.example", name=f"Invented person {number}")
            user.set_unusable_password()
            user.save()
            for role in ROLES[number] if number < len(ROLES) else WORKING:
                give_role(system_actor(self.operation), user, role)
            self.users.append(user)

    def when(self, index: int) -> datetime:
        """Return when the record of this index was made: spread over the operation's time."""
        return self.began + timedelta(days=699 * index / self.records, seconds=index % 60)

    def words(self, sentences: int) -> str:
        """Return invented sentences."""
        return " ".join(
            self.chance.choice(SENTENCES).format(
                n=self.chance.randrange(2, 90), place=self.chance.choice(VILLAGES)
            )
            for _ in range(sentences)
        )

    def write(self, rows: Iterator[Any], action: str, prefix: str = "") -> list[Any]:
        """Store rows with their keys and events; return them."""
        kept: list[Any] = []
        for batch in batched(rows):
            for index, row in enumerate(batch, start=len(kept)):
                row.operation = self.operation
                row.created_by = self.chance.choice(self.users)
                row.created_at = self.when(index)
                for name, value in row.prepare().items():
                    setattr(row, name, value)
            with transaction.atomic():
                type(batch[0])._base_manager.bulk_create(batch, batch_size=500)
                Event.objects.bulk_create([event_of(row, action) for row in batch], batch_size=500)
            kept += batch
            if type(batch[0]) not in self.made:
                self.made.append(type(batch[0]))
        if prefix:
            Counter.objects.create(operation=self.operation, prefix=prefix, last=len(kept))
        return kept

    def sources(self) -> None:
        """Make sources: outlets, officials, witnesses."""
        kinds = ("outlet", "agency", "official", "commander", "witness", "organisation")
        self.known = self.write(
            (Source(name=f"Invented {kinds[i % 6]} {i}", kind=kinds[i % 6]) for i in range(500)),
            "report.record_source",
        )

    def reports(self) -> None:
        """Make reports of a few hundred to a thousand characters, some of them statements."""
        channels = ("e_mail", "upload", "interview", "phone", "media", "public_form")
        progress = ("received", "read", "read", "checking", "done", "done", "done", "done")

        def rows() -> Iterator[Report]:
            for index in range(self.records):
                text = self.words(self.chance.randrange(2, 10)) + f" Page {index} {COPY}."
                channel = channels[index % 6]
                yield Report(
                    code=coded("R", index + 1),
                    channel=channel,
                    language="en",
                    title=f"Invented report from {self.chance.choice(VILLAGES)}",
                    text=text,
                    sha256=hashlib.sha256(text.encode()).hexdigest(),
                    source=self.chance.choice(self.known).name,
                    received_at=self.when(index),
                    confidential=channel in ("interview", "public_form"),
                    progress=progress[self.chance.randrange(8)],
                )

        self.told = self.write(rows(), "report.record_report", "R")

    def claims(self) -> None:
        """Make one claim a report, and grade four of five of them."""
        asked = ("how_many", "where", "when", "who", "by_whom", "other")

        def rows() -> Iterator[Claim]:
            for index, report in enumerate(self.told):
                end = report.text.index(". ") if ". " in report.text else len(report.text)
                source = self.chance.choice(self.known)
                number = float(self.chance.randrange(2, 90))
                yield Claim(
                    code=coded("C", index + 1),
                    report=report,
                    start=0,
                    end=end,
                    words=report.text[:end],
                    asked=asked[index % 6],
                    subject=f"Invented pit {index % 977}",
                    low=number if index % 6 == 0 else None,
                    high=number if index % 6 == 0 else None,
                    unit="bodies" if index % 6 == 0 else "",
                    place=self.chance.choice(VILLAGES) if index % 3 == 0 else "",
                    asserted_by=source,
                    cited_as=source.name,
                    confidential=report.confidential or source.kind == "witness",
                )

        self.said = self.write(rows(), "report.mark_claim", "C")
        self.write(
            (
                Grade(
                    claim=claim,
                    claim_version=1,
                    reliability=self.chance.choice("ABCDEF"),
                    credibility=self.chance.choice("123456"),
                    rationale="Invented grounds.",
                )
                for index, claim in enumerate(self.said)
                if index % 5
            ),
            "report.grade_claim",
        )

    def counts(self) -> None:
        """Make counts of claims, and one in ten of the operation's own."""
        units = ("bodies", "parts", "bags", "cases", "minimum", "identified", "missing")

        def rows() -> Iterator[Count]:
            for index, claim in enumerate(self.said):
                own = index % 10 == 0
                day = self.when(index).date().isoformat()
                said = read_date(day).date
                assert said is not None
                number = self.chance.randrange(2, 90)
                yield Count(
                    code=coded("N", index + 1),
                    claim=None if own else claim,
                    unit=units[index % 7],
                    low=number,
                    high=number if index % 3 else None,
                    scope=f"Invented pit {index % 977}",
                    as_of=said.to_json(),
                    definition="Counted at the edge of the pit, invented." if own else "",
                )

        self.write(rows(), "report.record_count", "N")

    def incidents(self) -> None:
        """Make incidents."""
        self.happened = self.write(
            (
                Incident(
                    code=coded("I", index + 1),
                    title=f"Shots near {self.chance.choice(VILLAGES)}, invented, {index} {COPY}",
                    description=self.words(2),
                )
                for index in range(self.records)
            ),
            "report.record_incident",
            "I",
        )

    def lists(self, lines: int) -> None:
        """Make victim lists: two editions of a large one, the rest of five hundred lines."""
        large = min(LARGE_LIST, lines // 5)
        sizes = [large, large]
        while sum(sizes) < lines:
            sizes.append(min(OTHER_LIST, lines - sum(sizes)))
        day = read_date("2018-03").date
        assert day is not None
        lists = [
            VictimList(
                code=coded("L", index + 1),
                title=f"Invented list {index + 1}",
                source="Invented association",
                edition=f"edition {index + 1}",
                received=day.to_json(),
                incident=self.happened[index % len(self.happened)],
                entries_count=size,
            )
            for index, size in enumerate(sizes)
        ]
        lists[1].edition_of = lists[0]
        self.given_out = self.write(iter(lists), "report.receive_list", "L")
        first: list[tuple[str, str]] = []

        def rows() -> Iterator[VictimEntry]:
            for victim_list, size in zip(lists, sizes, strict=True):
                for line in range(size):
                    name, age = self._person()
                    if victim_list is lists[0]:
                        first.append((name, age))
                    elif victim_list is lists[1] and line % 20:
                        name, age = first[line]  # one line in twenty differs
                    yield VictimEntry(
                        victim_list=victim_list,
                        line=line + 2,
                        number=str(line + 1),
                        name=name,
                        parts=parse_name(name).to_json(),
                        age=age,
                        origin=self.chance.choice(VILLAGES),
                    )

        entries = self.write(rows(), "report.take_list_over")
        keys = (
            VictimNameKey(
                operation=self.operation, entry=entry, victim_list_id=entry.victim_list_id, key=key
            )
            for entry in entries
            for key in sorted(entry.name_keys())
        )
        for batch in batched(keys):
            VictimNameKey.objects.bulk_create(batch, batch_size=1000)

    def _person(self) -> tuple[str, str]:
        pick = self.chance.choice
        if self.chance.random() < 0.7:
            name = f"{pick(GIVEN)} {pick(GIVEN)} {pick(GIVEN)} {pick(FAMILY)}"
        else:
            name = f"{pick(LATIN)} {pick(LATIN)} {pick(LATIN_FAMILY)}"
        return name, str(self.chance.randrange(1, 95))

    def sites(self) -> None:
        """Make sites, a position each, most of them accepted, and a busy site with a long log."""
        rungs = ("reported", "located", "assessed", "confirmed", "secured", "refuted", "closed")
        sites = self.write(
            (
                Site(
                    code=coded("S", index + 1),
                    name=f"Invented pit {index} {COPY} of {self.chance.choice(VILLAGES)}",
                    name_ar=f"حفرة مخترعة {index + 1}",
                    governorate=f"Invented governorate {index % 14}",
                    locality=self.chance.choice(VILLAGES),
                    sensitivity="protected" if index % 50 == 0 else "ordinary",
                    status=rungs[index % 7],
                )
                for index in range(self.records)
            ),
            "site.record_site",
            "S",
        )

        def positions() -> Iterator[PositionClaim]:
            for site in sites:
                latitude = round(33.0 + 4 * self.chance.random(), 5)
                longitude = round(36.0 + 5 * self.chance.random(), 5)
                yield PositionClaim(
                    site=site,
                    how="point",
                    words=f"{latitude}, {longitude}",
                    notation="decimal",
                    latitude=latitude,
                    longitude=longitude,
                    uncertainty_m=25.0,
                    geometry={"type": "Point", "coordinates": [longitude, latitude]},
                    source=self.chance.choice(self.known).name,
                )

        self.placed = self.write(positions(), "site.add_position")
        self.accept()
        self.write(
            (
                SiteLogEntry(
                    site=sites[0] if index % 2 else sites[index],
                    kind="guard",
                    happened=self.when(index),
                    people="Invented guard",
                    words=f"Invented round {index}: nothing moved.",
                )
                for index in range(min(400, len(sites)))
            ),
            "site.add_log_entry",
        )

    def accept(self) -> None:
        """Accept the positions of the sites that are located or further."""
        near = PositionClaim.objects.filter(site=OuterRef("pk")).values("pk")[:1]
        far = Site.objects.filter(operation=self.operation).exclude(status="reported")
        far.update(accepted_position=Subquery(near), version=2)
        events = (event_of(site, "site.accept_position") for site in far.iterator(BATCH))
        for batch in batched(events):
            for event in batch:
                event.record_version = 2
            Event.objects.bulk_create(batch, batch_size=500)

    def questions(self) -> None:
        """Make questions: one with three hundred claims, others with twenty."""
        questions = self.write(
            (
                Question(
                    code=coded("Q", index + 1),
                    text=f"How many people lie in the invented pit {index + 1}?",
                    kind="how_many",
                    scope="The invented pit alone.",
                    answer_tested="forty",
                )
                for index in range(100)
            ),
            "report.ask_question",
            "Q",
        )
        step = max(1, len(self.said) // 2400)
        claims = iter(self.said[::step])
        self.write(
            (
                Bearing(question=question, claim=claim, stance=("for", "against", "open")[n % 3])
                for index, question in enumerate(questions)
                for n, claim in zip(range(300 if index == 0 else 20), claims, strict=False)
            ),
            "report.place_claim",
        )

    def corrections(self) -> None:
        """Correct the first report many times, so that one history is long."""
        from forename.accounts.access import actor_in
        from forename.report.actions import correct_report

        by = actor_in(self.users[0], self.operation)
        for version in range(1, VERSIONS):
            correct_report(
                by, self.told[0], version, reason="Invented slip.", title=f"Title {version}"
            )


def event_of(row: Record, action: str) -> Event:
    """Return the first event of a record, as `forename.audit.recording.create` writes it."""
    state = state_of(row)
    return Event(
        operation_id=row.operation_id,
        at=row.created_at,
        by_id=row.created_by_id,
        channel="page",
        action=action,
        record_type=row.type_name(),
        record_id=row.pk,
        record_version=1,
        state=state,
        changes={name: [None, value] for name, value in state.items() if value not in (None, "")},
    )


class Copies:
    """Copies of an operation's records and their events, with keys, codes and words of their own.

    What the copies point to is copied too (a claim's report), or shared (its source).
    """

    def __init__(self, operation: Any, models: list[type[Record]]) -> None:
        self.copied = [model for model in models if model is not Source]
        self.tables: list[tuple[str, list[str], list[list[Any]]]] = []
        self.first = 0
        self.keys: set[str] = set()
        for model in self.copied:
            keys = model._base_manager.filter(operation=operation).values_list("pk", flat=True)
            self.keys |= {key.hex for key in keys}
            self.first = max(self.first, len(keys))
        for model in self.copied:
            self._read(model._meta.db_table)
        self._read("audit_event", f"WHERE record_type IN ({self._types()})")

    def _types(self) -> str:
        return ", ".join(f"'{model.type_name()}'" for model in self.copied)

    def _read(self, table: str, where: str = "") -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} {where}")  # noqa: S608 - own names
            names = [column[0] for column in cursor.description]
            own = [n for n, name in enumerate(names) if (table, name) != ("audit_event", "id")]
            rows = [[self._cut(row[n]) for n in own] for row in cursor.fetchall()]
            self.tables.append((table, [names[n] for n in own], rows))

    def add(self, number: int) -> None:
        """Write one more copy of everything, in one transaction."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table, names, rows in self.tables:
                copied = ([self._copy(number, value) for value in row] for row in rows)
                listed = ", ".join(f'"{name}"' for name in names)
                if connection.vendor == "postgresql":
                    with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                        for row in copied:
                            copy.write_row(row)
                else:
                    signs = ", ".join(["%s"] * len(names))
                    into = f"INSERT INTO {table} ({listed}) VALUES ({signs})"  # noqa: S608 - own
                    cursor.executemany(into, copied)
            cursor.execute("UPDATE records_counter SET last = last + %s WHERE prefix IN "
                           "('R', 'C', 'N', 'I', 'S')", [self.first])  # fmt: skip

    def _cut(self, value: Any) -> Any:
        """Return a value, or its pieces where copies differ: words, then something to copy, …"""
        if isinstance(value, UUID):
            return ["", value.hex, ""] if value.hex in self.keys else value
        if isinstance(value, (dict, list)):
            value = json.dumps(value)
        if not isinstance(value, str):
            return value
        pieces: list[str] = [""]
        place = 0
        for found in _DIFFERS.finditer(value):
            if len(found[0]) in (32, 36) and found[0].replace("-", "") not in self.keys:
                continue
            pieces[-1] = value[place : found.start()]
            pieces += [found[0], ""]
            place = found.end()
        pieces[-1] = value[place:]
        return pieces if len(pieces) > 1 else value

    def _copy(self, number: int, value: Any) -> Any:
        """Return a value of the copy of this number."""
        if not isinstance(value, list):
            return value
        pieces = value.copy()
        pieces[1::2] = [self._piece(number, piece) for piece in value[1::2]]
        return "".join(pieces)

    def _piece(self, number: int, piece: str) -> str:
        if piece == COPY:
            return f"sheet {number:04}"
        if len(piece) < 32:
            code = coded(piece[0].upper(), int(piece[2:7]) + number * self.first)
            return code if piece[0].isupper() else code.lower()
        return f"{piece[:-4]}{int(piece[-4:], 16) ^ number:04x}"


_DIFFERS = re.compile(
    rf"{COPY}"
    r"|\b[RCNISrcnis]-\d{5}-[A-Za-z2-8]\b"
    r"|\b[0-9a-f]{64}\b"  # a digest of words that differ: another one, not computed
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32}\b"
)


def batched(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield rows in lists of `BATCH`."""
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch
