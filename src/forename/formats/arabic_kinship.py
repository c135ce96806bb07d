"""The Arabic of kinship words: of any English word with a meaning that has one."""

from __future__ import annotations

import re
from functools import cache

from forename.genetics.kinship_words import Kinship, kinship_of

ARABIC_LETTER = re.compile("[\u0620-\u064a]")

# English as families' tables write it; a word of the same meaning has the same Arabic.
_WORDS = {
    "father": "الأب",
    "mother": "الأم",
    "parent": "أحد الوالدين",
    "brother": "الأخ",
    "sister": "الأخت",
    "sibling": "أخ أو أخت",
    "twin": "توأم",
    "twin brother": "أخ توأم",
    "twin sister": "أخت توأم",
    "half brother": "أخ غير شقيق",
    "half sister": "أخت غير شقيقة",
    "half sibling": "أخ أو أخت غير شقيقين",
    "paternal half brother": "أخ لأب",
    "paternal half sister": "أخت لأب",
    "paternal half sibling": "أخ أو أخت لأب",
    "maternal half brother": "أخ لأم",
    "maternal half sister": "أخت لأم",
    "maternal half sibling": "أخ أو أخت لأم",
    "son": "الابن",
    "daughter": "الابنة",
    "child": "ابن أو ابنة",
    "husband": "الزوج",
    "wife": "الزوجة",
    "spouse": "الزوج أو الزوجة",
    "nephew": "ابن أخ أو أخت",
    "niece": "ابنة أخ أو أخت",
    "brother's son": "ابن الأخ",
    "brother's daughter": "ابنة الأخ",
    "sister's son": "ابن الأخت",
    "sister's daughter": "ابنة الأخت",
    "uncle": "عم أو خال",
    "aunt": "عمة أو خالة",
    "paternal uncle": "العم",
    "paternal aunt": "العمة",
    "maternal uncle": "الخال",
    "maternal aunt": "الخالة",
    "grandfather": "الجد",
    "grandmother": "الجدة",
    "grandparent": "جد أو جدة",
    "paternal grandfather": "الجد لأب",
    "paternal grandmother": "الجدة لأب",
    "paternal grandparent": "جد أو جدة لأب",
    "maternal grandfather": "الجد لأم",
    "maternal grandmother": "الجدة لأم",
    "maternal grandparent": "جد أو جدة لأم",
    "grandson": "الحفيد",
    "granddaughter": "الحفيدة",
    "grandchild": "حفيد أو حفيدة",
    "cousin": "من أبناء العمومة أو الخؤولة",
    "paternal cousin": "من أبناء العمومة",
    "maternal cousin": "من أبناء الخؤولة",
    "identical twin": "توأم متطابق",
    "identical twin brother": "أخ توأم متطابق",
    "identical twin sister": "أخت توأم متطابقة",
    "self": "الشخص نفسه",
    "himself": "الشخص نفسه",
    "herself": "الشخص نفسه",
    # Where a pedigree says no more, findings use this.
    "relative": "قريب",
    # Persons without a sample, whom kinship words imply.
    "missing": "المفقود",
    "paternal uncle or aunt": "عم أو عمة",
    "maternal uncle or aunt": "خال أو خالة",
    "other parent of paternal half siblings": "زوجة الأب",
    "other parent of maternal half siblings": "زوج الأم",
    "partner of sibling": "زوج أخ أو أخت",
    "partner of child": "زوج ابن أو ابنة",
    "partner of paternal uncle or aunt": "زوج عم أو عمة",
    "partner of maternal uncle or aunt": "زوج خال أو خالة",
}


def kinship_as_written(word: str) -> str:
    """Return a kinship word without the brackets that tables put around it."""
    return word.strip("[] ")


def arabic_kinship(word: str) -> str:
    """Return the Arabic for a kinship word; an Arabic or unknown one stays as it is written."""
    written = kinship_as_written(word)
    if ARABIC_LETTER.search(written):
        return written
    known = _WORDS.get(re.sub(r"\s*\d+$", "", written.lower()))
    if known is None and (meaning := kinship_of(written)):
        known = _by_meaning().get(meaning)
    return known or written


@cache
def _by_meaning() -> dict[Kinship, str]:
    """Return meaning -> Arabic word."""
    meanings = ((kinship_of(english), arabic) for english, arabic in _WORDS.items())
    return {meaning: arabic for meaning, arabic in meanings if meaning is not None}
