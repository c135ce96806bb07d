"""What people said in the demonstration operation: reports, claims, counts, an incident, a list.

Everything is invented, and every text says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from forename.accounts.access import Actor, public_actor
from forename.accounts.rules import Role
from forename.notation.dates import read_date
from forename.report import actions
from forename.report.actions.counts import record_count
from forename.report.actions.incidents import add_alternative, allege_actor, record_incident
from forename.report.actions.lists import receive_list, stage_list, take_list_over
from forename.report.actions.media import record_media
from forename.report.models import Claim, Incident, Report
from forename.report.public import new_key, tell_publicly

_DAWN = (
    "TELL AMIRA, Oct. 14 (Sahra) - Rescue workers have recovered 115 bodies so far from two pits "
    "near Tell Amira, the Civil Defence said on Wednesday. Sahra News Agency quoted a field "
    "commander as saying that between 300 and 400 people were killed there in August 2014. It was "
    "not clear who had given the order. (SIMULATED: an invented report.)"
)
_FURAT = (
    "تل أميرة (14 تشرين الأول) - أعلن الدفاع المدني انتشال 97 جثة و34 كيسا من الأشلاء حتى الآن من "
    "حفرتين قرب تل أميرة. ونقل موقع خط الفرات عن مصدر لم يسمّه أن عدد الضحايا يتجاوز 1500 شخص، وأن "
    "القتل وقع في تموز 2014. ولم يتسنّ التحقق من العدد. (محاكاة: خبر مخترع.)"
)
_PUBLIC = (
    "رأيت حفرة على بعد 25 كيلومترا جنوب تل أميرة، قرب صومعة قديمة. كان ذلك بعد رمضان. "
    "(محاكاة: كلام مخترع.)"
)
_WITNESS = (
    "I counted thirty-one people in the truck before it left for the quarry, in the night of "
    "11 August 2014. Men of the Stone Brigade drove it. (SIMULATED: invented words.)"
)
_MAIL = """\
From: Invented press office of the Civil Defence <press@civil-defence.example>
To: reports@operation.example
Subject: Correction of yesterday's figure (SIMULATED)
Date: Thu, 15 Oct 2020 09:30:00 +0300
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="part"

--part
Content-Type: text/plain; charset="utf-8"

The figure of 115 bodies was given in error. By the evening of 14 October 2020 our teams had
recovered 97 bodies and 34 bags of parts. (SIMULATED: an invented e-mail.)
--part
Content-Type: text/csv; charset="utf-8"; name="day-log.csv"
Content-Disposition: attachment; filename="day-log.csv"

day,bodies,bags
14 October 2020,97,34
--part--
"""
_FIRST_LIST = """\
رقم,الاسم,اسم الأب,العمر,البلدة
1,سامر حميد الراعي,حميد,24,تل أميرة
2,نوار عيسى الخضر,عيسى,31,تل أميرة
3,يونس عبد الرحمن السالم,عبد الرحمن,19,وادي سمرة
4,أبو خالد الفارس,,50,وادي سمرة
"""
_SECOND_LIST = """\
رقم,الاسم,اسم الأب,العمر,البلدة
1,سامر حميد الراعي,حميد,25,تل أميرة
2,يونس عبد الرحمن السالم,عبد الرحمن,19,وادي سمرة
3,نوار عيسى الخضر,عيسى,31,تل أميرة
4,جمال نصر الدين العلي,نصر الدين,42,قصر نوح
"""
_COMMITTEE_LIST = """\
name,father,age,town
Samir Hamid al-Rai,Hamid,24,Tell Amira
Yunis Abdulrahman Salem,Abdulrahman,20,Wadi Samra
Faris Nabil Darwish,Nabil,36,Ayn Zahra
"""


def record_reports(people: Mapping[Role, Actor]) -> None:
    """Record what the demonstration's people were told: two enter it, a third grades it."""
    enters, grades = people[Role.INVESTIGATOR], people[Role.COORDINATOR]
    dawn, furat, mail, witness = _reports(enters)
    claims = _claims(enters, dawn, furat, mail, witness)
    _grades(grades, claims)
    _relations(enters, claims)
    _questions(enters, claims)
    incident = _incident(enters, claims)
    _counts(enters, claims, incident)
    _lists(enters, incident)
    _media(enters, incident, furat)


def _reports(by: Actor) -> tuple[Report, Report, Report, Report]:
    dawn = actions.record_report(
        by, channel="media", language="en", title="Bodies near Tell Amira (SIMULATED)",
        source="Dawn Post (invented outlet)", text=_DAWN, sent=_day("14 October 2020"),
    )  # fmt: skip
    furat = actions.record_report(
        by, channel="media", language="ar", title="جثث قرب تل أميرة (محاكاة)",
        source="خط الفرات (موقع مخترع)", text=_FURAT, sent=_day("14 October 2020"),
    )  # fmt: skip
    mail = actions.upload_report(by, file=_file("correction.eml", _MAIL))
    witness = actions.record_report(
        by, channel="interview", language="en", title="Interview (SIMULATED)",
        source="Invented witness 7", text=_WITNESS,
    )  # fmt: skip
    tell_publicly(
        public_actor(by.operation), key=new_key(), text=_PUBLIC,
        where_words="25 كم جنوب تل أميرة", when_words="بعد رمضان", contact_rule="by_code",
    )  # fmt: skip
    return dawn, furat, mail, witness


def _claims(
    by: Actor, dawn: Report, furat: Report, mail: Report, witness: Report
) -> dict[str, Claim]:
    agency = "Sahra News Agency (news agency)"
    rescue = "Civil Defence (organisation)"
    commander = "Field commander A (commander)"

    def mark(report: Report, words: str, by_whom: str, chain: str = "", **values: Any) -> Claim:
        claim: Claim = actions.mark_claim(
            by, report=report, words=words, asserted_by=by_whom, chain=chain, **values
        )
        return claim

    dawn_post, furat_line = "Dawn Post (news outlet)", "خط الفرات (news outlet)"
    return {
        "dawn": mark(
            dawn, "115 bodies", dawn_post, f"{agency}\n{rescue}", asked="how_many", low=115,
            high=115, unit="bodies", subject="two pits near Tell Amira",
            observed=_day("14 October 2020"),
        ),
        "commander": mark(
            dawn, "between 300 and 400 people", dawn_post, f"{agency}\n{commander}",
            asked="how_many", low=300, high=400, unit="people", subject="killed at Tell Amira",
            said=_day("14 October 2020"),
        ),
        "when": mark(
            dawn, "in August 2014", dawn_post, f"{agency}\n{commander}", asked="when",
            subject="the killing at Tell Amira", observed=_day("August 2014"),
        ),
        "furat": mark(
            furat, "97 جثة", furat_line, rescue, asked="how_many", low=97, high=97, unit="bodies",
            subject="two pits near Tell Amira", observed=_day("14 October 2020"),
        ),
        "unnamed": mark(
            furat, "عدد الضحايا يتجاوز 1500 شخص", furat_line, "مصدر لم يسمّه (unnamed source)",
            asked="how_many", low=1501, unit="people", subject="killed at Tell Amira",
            said=_day("14 October 2020"),
        ),
        "july": mark(
            furat, "القتل وقع في تموز 2014", furat_line, "مصدر لم يسمّه (unnamed source)",
            asked="when", subject="the killing at Tell Amira", observed=_day("تموز 2014"),
        ),
        "mail": mark(
            mail, "97 bodies", rescue, asked="how_many", low=97, high=97, unit="bodies",
            subject="two pits near Tell Amira", observed=_day("14 October 2020"),
        ),
        "bags": mark(
            mail, "34 bags of parts", rescue, asked="how_many", low=34, high=34, unit="bags",
            subject="two pits near Tell Amira", observed=_day("14 October 2020"),
        ),
        "witness": mark(
            witness, "in the night of 11 August 2014",
            "Invented witness 7 (witness)", asked="when", subject="the killing at Tell Amira",
            observed=_day("11 August 2014"),
        ),
        "brigade": mark(
            witness, "Men of the Stone Brigade drove it", "Invented witness 7 (witness)",
            asked="by_whom", subject="who drove the truck",
        ),
        "quarry": mark(
            witness, "the quarry", "Invented witness 7 (witness)", asked="where",
            subject="where the people were taken", place="the quarry",
        ),
        "where": mark(
            dawn, "near Tell Amira", dawn_post, f"{agency}\n{rescue}", asked="where",
            subject="the two pits", place="Tell Amira",
        ),
    }  # fmt: skip


def _grades(by: Actor, claims: Mapping[str, Claim]) -> None:
    for name, reliability, credibility, why in (
        ("dawn", "B", "4", "The body that counted corrected it the next day."),
        ("mail", "A", "2", "Comes from those who dug, with their day log."),
        ("furat", "C", "2", "Repeats what the Civil Defence counted."),
        ("commander", "D", "5", "Was not there when it was counted."),
        ("unnamed", "F", "6", "Nobody knows who says it, or how they would know."),
        ("witness", "B", "3", "Was there; nobody else speaks of this truck."),
    ):
        actions.grade_claim(
            by, claims[name], 1, reliability=reliability, credibility=credibility,
            rationale=f"{why} (SIMULATED)",
        )  # fmt: skip


def _relations(by: Actor, claims: Mapping[str, Claim]) -> None:
    for one, relation, other, why in (
        ("mail", "supersedes", "dawn", "The Civil Defence took its own figure back."),
        ("furat", "supports", "mail", "The same figure, from the same body."),
        ("unnamed", "contradicts", "commander", "Both cannot be the number of the killed."),
        ("july", "contradicts", "witness", "Another month."),
    ):
        actions.relate_claims(
            by, claims[one], 1, relation=relation, other=claims[other], reason=f"{why} (SIMULATED)"
        )


def _questions(by: Actor, claims: Mapping[str, Claim]) -> None:
    for kind, text, tested, stances in (
        ("how_many", "How many people lie in the two pits near Tell Amira?", "About 100 people",
         {"mail": "for", "furat": "for", "dawn": "against", "commander": "against",
          "unnamed": "against"}),
        ("when", "When were they killed?", "In August 2014",
         {"when": "for", "witness": "for", "july": "against"}),
        ("where", "Where were they killed?", "In the quarry", {"quarry": "for", "where": "open"}),
        ("by_whom", "By whom?", "By the Stone Brigade", {"brigade": "for"}),
        ("who", "Who are they?", "", {}),
    ):  # fmt: skip
        question = actions.ask_question(
            by, kind=kind, text=text, answer_tested=tested,
            scope="The two pits north of the silos, not the cemetery beside them. (SIMULATED)",
        )  # fmt: skip
        for name, stance in stances.items():
            actions.place_claim(by, question, 1, claim=claims[name], stance=stance)
        if kind == "how_many":
            actions.establish(
                by, question, 1, value="At least 104 people (minimum number)",
                definition="Counted at the table by element and side; parts without a body are "
                "in it. (SIMULATED)",
                as_of=_day("20 October 2020"),
            )  # fmt: skip


def _incident(by: Actor, claims: Mapping[str, Claim]) -> Incident:
    incident: Incident = record_incident(
        by, title="Killings at Tell Amira (SIMULATED)",
        description="Invented. What happened to the people who lie in the two pits.",
    )  # fmt: skip
    for name, aspect, answer, when in (
        ("when", "time", "in August 2014", "August 2014"),
        ("witness", "time", "the night of 11 August 2014", "11 August 2014"),
        ("july", "time", "in July 2014", "July 2014"),
        ("quarry", "place", "the quarry east of the road", ""),
        ("where", "place", "near Tell Amira, where the pits are", ""),
        ("brigade", "actor", "men of the Stone Brigade", ""),
    ):
        add_alternative(
            by, incident, 1, claim=claims[name], aspect=aspect, answer=answer,
            when=_day(when) if when else None, reason="",
        )  # fmt: skip
    allege_actor(
        by, incident, 1, claim=claims["brigade"], name="Stone Brigade (invented)",
        part="drove the people to the quarry",
    )  # fmt: skip
    return incident


def _counts(by: Actor, claims: Mapping[str, Claim], incident: Incident) -> None:
    pits = "both pits near Tell Amira"
    for name, unit, low, high, so_far in (
        ("dawn", "bodies", 115, 115, True),
        ("furat", "bodies", 97, 97, True),
        ("mail", "bodies", 97, 97, True),
        ("bags", "bags", 34, 34, True),
    ):
        record_count(
            by, claim=claims[name], incident=incident, unit=unit, low=low, high=high, scope=pits,
            so_far=so_far, as_of=_day("14 October 2020"),
        )  # fmt: skip
    for unit, number, day, definition in (
        ("bodies", 61, "12 October 2020", "Complete or nearly complete bodies lifted."),
        ("bodies", 97, "14 October 2020", "Complete or nearly complete bodies lifted."),
        ("bodies", 99, "18 October 2020", "Complete or nearly complete bodies lifted."),
        ("minimum", 104, "20 October 2020", "By element and side, at the table."),
    ):
        record_count(
            by, incident=incident, unit=unit, low=number, high=number, scope=pits,
            as_of=_day(day), definition=f"{definition} (SIMULATED)",
        )  # fmt: skip


def _lists(by: Actor, incident: Incident) -> None:
    families = "Families of Tell Amira (invented)"
    earlier = None
    for edition, day, text in (
        ("first list", "March 2018", _FIRST_LIST),
        ("second list", "June 2019", _SECOND_LIST),
    ):
        made = receive_list(
            by, title="Missing of Tell Amira (SIMULATED)", source=families, edition=edition,
            received=_day(day), incident=incident, edition_of=earlier,
        )  # fmt: skip
        earlier = _taken_over(by, made, f"{edition}.csv", text)
    made = receive_list(
        by, title="Committee's list (SIMULATED)", source="Invented committee", edition="2019",
        received=_day("2019"), incident=incident, edition_of=None,
    )  # fmt: skip
    _taken_over(by, made, "committee.csv", _COMMITTEE_LIST)


def _taken_over(by: Actor, made: Any, name: str, text: str) -> Any:
    batch = stage_list(by, made, _file(name, text))
    return take_list_over(by, made, batch, batch.version)


def _media(by: Actor, incident: Incident, report: Report) -> None:
    picture = Image.new("RGB", (640, 400), "#6b675c")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 250, 640, 400), fill="#3a3832")
    draw.text((200, 180), "SIMULATED - no real picture", fill="white")
    out = BytesIO()
    picture.save(out, "JPEG")
    record_media(
        by, file=SimpleUploadedFile("picture.jpg", out.getvalue(), "image/jpeg"),
        title="Photograph of a road (SIMULATED)", source="Invented telephone of a perpetrator",
        description="A grey field with words on it. Nothing of it happened.",
        made=_day("August 2014"), incident=incident, report=report,
    )  # fmt: skip


def _day(said: str) -> dict[str, Any]:
    """Return words as a stored date; the demonstration's words mean one date each."""
    date = read_date(said).date
    if date is None:
        raise ValueError(f"“{said}” is no single date.")
    return date.to_json()


def _file(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), "application/octet-stream")
