"""The words of dates in English and Arabic: months, weekdays, seasons, parts, limits.

Arabic words stand here as `normal` in `forename.notation.date_reading` leaves them: without
hamza on alef, ta marbuta as ه, alef maqsura as ي.
"""

from __future__ import annotations

# month number: names. Levantine, Egyptian and Gulf, Maghreb, English.
MONTHS = {
    1: "كانون الثاني|كانون ثاني|ك2|يناير|جانفي|january|jan",
    2: "شباط|فبراير|فيفري|february|feb",
    3: "اذار|مارس|march|mar",
    4: "نيسان|ابريل|افريل|april|apr",
    5: "ايار|مايو|ماي|may",
    6: "حزيران|يونيو|يونيه|جوان|june|jun",
    7: "تموز|يوليو|يوليه|جويليه|july|jul",
    8: "اب|اغسطس|اوت|غشت|august|aug",
    9: "ايلول|سبتمبر|شتنبر|september|sept|sep",
    10: "تشرين الاول|تشرين اول|ت1|اكتوبر|october|oct",
    11: "تشرين الثاني|تشرين ثاني|ت2|نوفمبر|نونبر|november|nov",
    12: "كانون الاول|كانون اول|ك1|ديسمبر|دجنبر|december|dec",
}
# Said without "first" or "second", these name two months.
TWO_MONTHS = {"تشرين": (10, 11), "كانون": (12, 1)}

HIJRI_MONTHS = {
    1: "محرم|المحرم|محرم الحرام|muharram",
    2: "صفر|safar",
    3: "ربيع الاول|ربيع اول|rabi al-awwal|rabi al-awal|rabi i",
    4: "ربيع الثاني|ربيع ثاني|ربيع الاخر|rabi al-thani|rabi al-akhir|rabi ii",
    5: "جمادي الاولي|جمادي الاول|جمادي اولي|jumada al-ula|jumada al-awwal|jumada i",
    6: "جمادي الاخره|جمادي الثانيه|جمادي الثاني|jumada al-akhira|jumada al-thani|jumada ii",
    7: "رجب|rajab",
    8: "شعبان|shaban|shaaban",
    9: "رمضان|ramadan|ramadhan|ramazan",
    10: "شوال|shawwal|shawal",
    11: "ذو القعده|ذي القعده|dhu al-qadah|dhu al-qidah|dhul qadah|dhul-qadah|zu al-qida",
    12: "ذو الحجه|ذي الحجه|dhu al-hijjah|dhu al-hijja|dhul hijjah|dhul-hijjah|zu al-hijja",
}
# Feasts: Hijri month, first day, last day
FEASTS = {
    "عيد الفطر|العيد الصغير|eid al-fitr|eid ul-fitr|eid el-fitr": (10, 1, 3),
    "عيد الاضحي|العيد الكبير|eid al-adha|eid ul-adha|eid el-adha": (12, 10, 13),
    "عاشوراء|يوم عاشوراء|ashura": (1, 10, 10),
    "راس السنه الهجريه|islamic new year|hijri new year": (1, 1, 1),
    "المولد النبوي|mawlid|mawlid al-nabi": (3, 12, 12),
    "يوم عرفه|وقفه عرفه|day of arafah|arafat day": (12, 9, 9),
}

# Monday is 0, as in the standard library.
WEEKDAYS = {
    0: "monday|mon|الاثنين|الاثنين",
    1: "tuesday|tues|tue|الثلاثاء|الثلثاء",
    2: "wednesday|wed|الاربعاء|الاربعا",
    3: "thursday|thurs|thu|الخميس",
    4: "friday|fri|الجمعه",
    5: "saturday|sat|السبت",
    6: "sunday|sun|الاحد",
}

SEASONS = {
    21: "spring|ربيع|الربيع",
    22: "summer|صيف|الصيف",
    23: "autumn|fall|خريف|الخريف",
    24: "winter|شتاء|الشتاء",
}

PARTS = {
    "early": "in early|early|(?:at )?the (?:beginning|start) of|(?:beginning|start) of|"
    "in the beginning of|(?:في )?(?:اوائل|بدايه|بدايات|مطلع|مستهل)",
    "mid": "(?:in |the )*(?:mid|middle of|middle)[ -]|(?:في )?(?:منتصف|اواسط|وسط)",
    "late": "in late|late|(?:at |by )?the end of|end of|towards the end of|"
    "(?:في )?(?:اواخر|نهايه|نهايات|ختام)",
    "first-half": "(?:in )?(?:the )?first half of|(?:في )?النصف الاول من",
    "second-half": "(?:in )?(?:the )?second half of|(?:في )?النصف الثاني من",
    "week-1": "(?:in )?(?:the )?first week of|(?:في )?الاسبوع الاول من",
    "week-2": "(?:in )?(?:the )?second week of|(?:في )?الاسبوع الثاني من",
    "week-3": "(?:in )?(?:the )?third week of|(?:في )?الاسبوع الثالث من",
    "week-4": "(?:in )?(?:the )?fourth week of|(?:في )?الاسبوع الرابع من",
    "week-last": "(?:in )?(?:the )?last week of|(?:في )?الاسبوع الاخير من",
}

LIMITS = {
    "by": "no later than|not later than|at the latest|by|ليس بعد|بحلول|في موعد اقصاه",
    "before": "some time before|sometime before|before|prior to|قبيل|قبل|ما قبل",
    "until": "until|till|up to|حتي|لغايه|الي غايه",
    "after": "some time after|sometime after|after|following|بعيد|بعد|عقب|ما بعد",
    "since": "ليس قبل|not before|no earlier than|since|as of|starting from|starting|from|ابتداء من|"
    "بدءا من|اعتبارا من|منذ|من بدايه شهر",
}
AROUND = (
    "around|about|circa|ca\\.|ca|c\\.|approximately|approx\\.|approx|roughly|some time in|~|≈|"
    "حوالي|حوالى|نحو|تقريبا|قرابه|زهاء|بحدود|في حدود"
)
PERHAPS = "possibly|perhaps|maybe|probably|presumably|ربما|لعله|يحتمل|علي الارجح|يرجح"
FILLERS = (
    "sometime in|on the|on|in the|in|at the|at|of the|of|the|during|dated|date|day|month of|month|"
    "year|يوم|بتاريخ|تاريخ|في شهر|من شهر|شهر|في عام|عام|سنه|من عام|من سنه|في|من|"
    "خلال|عامي|شهري|لعام|لسنه|"
    ",|،|\\."
)
HIJRI_MARKS = "a\\.h\\.|ah|hijri|للهجره|هجريه|هجري|هـ|ه"
GREGORIAN_MARKS = "a\\.d\\.|ad|c\\.e\\.|ce|للميلاد|ميلاديه|ميلادي|م"
CORRESPONDING = "corresponding to|الموافق لـ|الموافق ل|الموافق|الموافقه"
RELATIVE = frozenset(
    "today yesterday tomorrow ago last this next week weeks months years now recently later "
    "امس اليوم غدا الماضي الماضيه الحالي الحاليه القادم المقبل البارحه موخرا اسبوع اسبوعين "
    "شهرين سنتين سنوات اشهر ايام الان".split()
)

# Times of the day: they belong to the words that are kept, not to the date.
CLOCK = (
    r"(?:(?:at|around|about|~|الساعه|في الساعه) *)?\d{1,2}:\d{2}(?::\d{2})?z?"
    r"(?: *(?:am|pm|a\.m\.|p\.m\.|hours|hrs|local time|utc|gmt|"
    r"صباحا|ظهرا|عصرا|مساء|ليلا|فجرا)(?!\w))*"
    r"|(?:at +)?\d{1,2} *(?:am|pm|a\.m\.|p\.m\.)|(?:في )?الساعه \d{1,2}"
    r"(?: *(?:صباحا|ظهرا|عصرا|مساء|ليلا|فجرا))?"
)
DAY_PARTS = (
    "early (?:in the )?morning(?: of)?|late (?:in the )?(?:afternoon|evening)(?: of)?|"
    "(?:in |on )?(?:the )?(?:morning|afternoon|evening)(?: of)?|(?:at |before |after )?"
    "(?:dawn|sunrise|sunset|noon|midday|dusk)(?: of| on)?|"
    "(?:في |عند |قبل |بعد )?(?:فجر|صباح|ظهر|عصر|مساء|غروب|الفجر|الصباح|الظهر|العصر|المساء|الغروب)|"
    "صباحا|ظهرا|عصرا|مساء|فجرا"
)
# The night of a day is that day and the next; where it may be the eve, also the day before.
NIGHTS = "(?:on |in |during )?(?:the )?night(?: of| from)?(?: the)?|overnight(?: on| of)?|at night"
EVES = (
    "(?:at |around |after |before )?midnight(?: of| on)?|(?:في |قبل |بعد )?منتصف (?:الليل|ليله)|"
    "(?:في )?ليله|ليل|ليلا"
)

ENGLISH_MONTHS = (
    "January February March April May June July August September October November December"
).split()
# The Levantine names, as on every other page; the others are read too.
ARABIC_MONTHS = (
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران",
    "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول",
)  # fmt: skip
ENGLISH_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
ARABIC_SEASONS = {"21": "ربيع", "22": "صيف", "23": "خريف", "24": "شتاء"}
_ENGLISH_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_ARABIC_ORDINALS = "الاول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر".split()


def ordinals() -> dict[str, int]:
    """Return the words for the days of a month, first to thirty-first, in both languages."""
    found = {word: n for n, word in enumerate(_ENGLISH_ORDINALS, 1)}
    found["thirtieth"] = 30
    found["thirty-first"] = 31
    for n, word in enumerate(_ENGLISH_ORDINALS[:9], 1):
        found[f"twenty-{word}"] = 20 + n
    found.update({word: n for n, word in enumerate(_ARABIC_ORDINALS, 1)})
    firsts = ["الحادي", *_ARABIC_ORDINALS[1:9]]
    for n, word in enumerate(firsts, 1):
        found[f"{word} عشر"] = 10 + n
        for ending in ("العشرون", "العشرين"):
            found[f"{word} و{ending}"] = 20 + n
    for ending, n in (("العشرون", 20), ("العشرين", 20), ("الثلاثون", 30), ("الثلاثين", 30)):
        found[ending] = n
        if n == 30:
            found[f"الحادي و{ending}"] = 31
    return found
