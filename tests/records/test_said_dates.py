"""Dates in forms: what is refused is said in the reader's language, words stay beside EDTF."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from forename.records.said_dates import SaidDateField, date_in_words


@pytest.mark.parametrize(
    ("language", "message"),
    [("en", "This is no valid EDTF date."), ("ar", "ليس هذا تاريخ EDTF صحيحًا.")],
)
def test_clean__a_wrong_edtf_is_refused_in_the_readers_language(
    language: str, message: str
) -> None:
    with override(language), pytest.raises(ValidationError) as refused:
        SaidDateField().clean("late 2017 = 2017-99")
    assert refused.value.messages == [message]


@pytest.mark.parametrize(
    ("said", "edtf", "in_arabic"),
    [
        ("11 تشرين الأول 2017", "2017-10-11", "11 تشرين الأول 2017"),
        ("١١ تشرين الأول ٢٠١٧", "2017-10-11", "«١١ تشرين الأول ٢٠١٧» – 11 تشرين الأول 2017"),
        ("October 2017", "2017-10", "«October 2017» – تشرين الأول 2017"),
        (
            "رمضان 1438",
            "[2017-05-26..2017-06-25]",
            "«رمضان 1438» – بين 26 أيار 2017 و25 حزيران 2017",
        ),
    ],
)
def test_clean__keeps_the_words_beside_the_date(said: str, edtf: str, in_arabic: str) -> None:
    stored = SaidDateField().clean(said)
    assert stored["said"] == said
    assert stored["edtf"] == edtf
    with override("ar"):
        assert re.sub("[\u200f\u2068\u2069]", "", date_in_words(stored)) == in_arabic
