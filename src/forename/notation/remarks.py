"""What there is to say about something read: a code with values, worded in English or Arabic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# code: English, Arabic. Values are filled in by name.
_TEXTS = {
    # dates
    "date-empty": ("Nothing was written.", "لم يُكتب شيء."),
    "date-unknown-word": (
        "“{word}” is not understood as part of a date.",
        "لم يُفهم «{word}» كجزء من تاريخ.",
    ),
    "date-no-year": ("The year was not said.", "لم تُذكر السنة."),
    "date-impossible": ("There is no such date: {date}.", "لا وجود لهذا التاريخ: {date}."),
    "date-relative": (
        "“{word}” depends on the day on which it was said. Write the date that was meant.",
        "«{word}» يتوقف على اليوم الذي قيل فيه. اكتب التاريخ المقصود.",
    ),
    "date-no-date": ("No date was found in the words.", "لم يوجد تاريخ في النص."),
    "date-backwards": (
        "The range ends before it begins.",
        "نهاية المدة تسبق بدايتها.",
    ),
    "date-hijri-range": (
        "Hijri dates can be converted for the years 1343 to 1500 only.",
        "لا يمكن تحويل التواريخ الهجرية إلا بين عامي 1343 و1500.",
    ),
    "date-not-edtf": ("This is no valid EDTF date.", "ليس هذا تاريخ EDTF صحيحًا."),
    "date-order": (
        "Day and month cannot be told apart; every reading is offered.",
        "لا يمكن التمييز بين اليوم والشهر؛ تُعرض كل القراءات.",
    ),
    "date-two-digit-year": (
        "The year was written with two digits.",
        "كُتبت السنة برقمين.",
    ),
    "date-month-twice": (
        "This name is used for two months; both readings are offered.",
        "يُطلق هذا الاسم على شهرين؛ تُعرض القراءتان.",
    ),
    "date-calendar": (
        "The calendar was not said; both readings are offered.",
        "لم يُذكر التقويم؛ تُعرض القراءتان.",
    ),
    "date-hijri": (
        "Converted from the Hijri calendar (Umm al-Qura), with a day more on either side.",
        "محوّل من التقويم الهجري (أم القرى)، مع يوم زائد من كل جهة.",
    ),
    "date-weekday": (
        "The weekday that was said does not fit this date.",
        "يوم الأسبوع المذكور لا يوافق هذا التاريخ.",
    ),
    "date-hours": (
        "The time of day stands in the words only; a night belongs to two days.",
        "ساعة الحدث مذكورة في النص وحده؛ والليلة تقع في يومين.",
    ),
    "date-part": (
        "Early, middle and late are read as wide parts that overlap.",
        "تُقرأ بداية المدة ومنتصفها ونهايتها كأجزاء واسعة متداخلة.",
    ),
    "date-around": (
        "“Around” is read as one unit more on either side.",
        "تُقرأ «حوالي» بوحدة زائدة من كل جهة.",
    ),
    "date-winter": (
        "A winter belongs to two years; both readings are offered.",
        "يقع الشتاء في سنتين؛ تُعرض القراءتان.",
    ),
    # coordinates
    "place-empty": ("Nothing was written.", "لم يُكتب شيء."),
    "place-not-read": (
        "“{part}” is not understood as part of a coordinate.",
        "لم يُفهم «{part}» كجزء من إحداثية.",
    ),
    "place-two-needed": (
        "A latitude and a longitude are needed.",
        "يلزم خط عرض وخط طول.",
    ),
    "place-latitude": (
        "{part} is outside the latitudes from -90 to 90.",
        "{part} خارج خطوط العرض من \u2066-90\u2069 إلى 90.",
    ),
    "place-longitude": (
        "{part} is outside the longitudes from -180 to 180.",
        "{part} خارج خطوط الطول من \u2066-180\u2069 إلى 180.",
    ),
    "place-minutes": (
        "{part}: minutes and seconds go from 0 to below 60.",
        "{part}: الدقائق والثواني من 0 إلى أقل من 60.",
    ),
    "place-fraction": (
        "{part}: only the last part may have decimals.",
        "{part}: لا كسور إلا في الجزء الأخير.",
    ),
    "place-hemisphere": (
        "{part}: the letters do not name one latitude and one longitude.",
        "{part}: لا تدل الحروف على خط عرض واحد وخط طول واحد.",
    ),
    "place-sign": (
        "{part}: a minus sign and a letter contradict each other.",
        "{part}: تتعارض إشارة الناقص مع الحرف.",
    ),
    "place-swapped": (
        "Latitude and longitude look exchanged. Check the order, then write them with N and E.",
        "يبدو أن خط العرض وخط الطول متبادلان. تحقق من الترتيب ثم اكتبهما مع ش وق.",
    ),
    "place-far": (
        "This lies {km} km from the area of the operation.",
        "يقع هذا على بعد {km} كم من منطقة العملية.",
    ),
    "place-utm-zone": ("{part}: zones go from 1 to 60.", "{part}: النطاقات من 1 إلى 60."),
    "place-utm-easting": (
        "{part}: eastings go from 100000 to 900000 metres.",
        "{part}: الإحداثي الشرقي من 100000 إلى 900000 متر.",
    ),
    "place-utm-northing": (
        "{part}: northings go from 0 to 10000000 metres.",
        "{part}: الإحداثي الشمالي من 0 إلى 10000000 متر.",
    ),
    "place-utm-band": (
        "{part}: the position is not in this latitude band.",
        "{part}: الموقع ليس في هذا النطاق العرضي.",
    ),
    "place-utm-letter": (
        "“{part}” can be the latitude band or the southern hemisphere; both readings are offered.",
        "قد تعني «{part}» النطاق العرضي أو نصف الكرة الجنوبي؛ تُعرض القراءتان.",
    ),
    "place-mgrs-digits": (
        "{part}: easting and northing need the same number of digits, at most five each.",
        "{part}: يلزم العدد نفسه من الأرقام شرقًا وشمالًا، خمسة لكل منهما على الأكثر.",
    ),
    "place-mgrs": ("{part} is no MGRS grid square.", "{part} ليس مربعًا في شبكة MGRS."),
    "place-plus": ("{part} is no valid Plus code.", "{part} ليس رمز Plus صحيحًا."),
    "place-plus-short": (
        "{part} is a short Plus code: it needs the place that it is near to.",
        "{part} رمز Plus مختصر: يلزم المكان القريب منه.",
    ),
    "place-comma": (
        "The commas can be read in several ways. Use points for decimals.",
        "يمكن قراءة الفواصل بأكثر من طريقة. استعمل النقطة للكسور العشرية.",
    ),
    # relative places
    "place-outline-crosses": (
        "The sides after corners {one} and {other} meet: write corners in the order of a walk.",
        "الضلعان بعد الزاويتين {one} و{other} يلتقيان: اكتب الزوايا بترتيب السير حول المكان.",
    ),
    "place-outline-flat": (
        "The corners bound no area: an outline needs three that do not lie on one line.",
        "الزوايا لا تحيط بمساحة: يحتاج المحيط إلى ثلاث زوايا لا تقع على خط واحد.",
    ),
    "relative-none": (
        "No distance, direction or nearness was found in the words.",
        "لم توجد مسافة ولا جهة ولا قرب في النص.",
    ),
    "relative-no-anchor": (
        "The place that the words start from was not found.",
        "لم يوجد المكان الذي ينطلق منه الوصف.",
    ),
    "relative-distance": (
        "{km} km is no distance from a place; write more than 0 and at most 1,000 km.",
        "{km} كم ليست مسافة من مكان؛ اكتب أكثر من 0 و1,000 كم على الأكثر.",
    ),
    "relative-sign": (
        "“{part}”: a distance has no sign. Write it without one, and say the direction in words.",
        "«{part}»: لا إشارة للمسافة. اكتبها بلا إشارة واذكر الجهة بالكلمات.",
    ),
    "relative-time": (
        "A travel time is no distance. Write kilometres, or only the direction.",
        "مدة السفر ليست مسافة. اكتب الكيلومترات أو الجهة فقط.",
    ),
    "relative-no-distance": (
        "No distance was said; up to {km} km is drawn.",
        "لم تُذكر مسافة؛ يُرسم حتى {km} كم.",
    ),
    "relative-road": (
        "Distances along a road are longer than on the map; the ring is drawn from nearer by.",
        "المسافة على الطريق أطول منها على الخريطة؛ تُرسم الحلقة من مسافة أقرب.",
    ),
    # amounts
    "amount-none": ("No number was found in the words.", "لم يوجد عدد في النص."),
    "amount-unit": (
        "What was counted is not clear; choose the unit.",
        "ما جرى عدّه غير واضح؛ اختر الوحدة.",
    ),
    "amount-vague": (
        "The word gives a size and no number; only the lower limit is kept.",
        "تدل الكلمة على حجم لا على عدد؛ يُحتفظ بالحد الأدنى فقط.",
    ),
    "amount-so-far": (
        "“So far”: a count up to a day, not a total.",
        "«حتى الآن»: عدد حتى يوم معين، وليس المجموع.",
    ),
    "amount-added": ("Said as an addition to an earlier count.", "ذُكر إضافة إلى عدد سابق."),
}


@dataclass(frozen=True)
class Remark:
    """Something to tell the person who wrote, with the place in the text it is about.

    ``start`` and ``end`` are positions in what was written, both 0 where it is about the whole.
    """

    code: str
    values: tuple[tuple[str, str], ...] = ()
    start: int = 0
    end: int = 0

    def __post_init__(self) -> None:
        if self.code not in _TEXTS:
            raise ValueError(f"There is no remark {self.code!r}.")

    def in_words(self, language: str = "en") -> str:
        """Return the remark as a sentence, in Arabic where ``language`` begins with ``ar``."""
        english, arabic = _TEXTS[self.code]
        if not language.startswith("ar"):
            return english.format(**dict(self.values))
        # What was written may be Latin or a number: it keeps its direction in the sentence.
        return arabic.format(**{name: f"\u2068{text}\u2069" for name, text in self.values})

    def to_json(self) -> dict[str, Any]:
        """Return the remark as JSON values."""
        return {
            "code": self.code,
            "values": dict(self.values),
            "start": self.start,
            "end": self.end,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Remark:
        """Return a remark from its JSON values; ValueError where the code is unknown."""
        values = tuple((str(k), str(v)) for k, v in stored.get("values", {}).items())
        return cls(
            str(stored.get("code")), values, int(stored.get("start", 0)), int(stored.get("end", 0))
        )


def remark(code: str, *, start: int = 0, end: int = 0, **values: object) -> Remark:
    """Return a remark with its values as text."""
    return Remark(code, tuple((name, str(value)) for name, value in values.items()), start, end)


def codes() -> frozenset[str]:
    """Return all codes."""
    return frozenset(_TEXTS)
