"""The words by which marking is helped, in English and Arabic; a rule is one line to read.

Arabic stands here without vowel signs and tatweel, with ا for أ إ آ, ه for ة, ي for ى, ء for ؤ
and ئ; English in small letters.
"""

from __future__ import annotations

_WHO_DENIES = "say|comment|confirm|give|speak|respond|disclose|name|elaborate"
# Somebody is made to say something.
ATTRIBUTION = {
    "according to": r"according to|in the words of|attributed to|based on (?=(?:\w+ ){0,2}"
    r"(?:interviews|lists|reports|testimon\w+|statements|images|documents|records|accounts)\b)",
    "citing": r"citing|cites?|cited(?: by| in)?|invoking",
    "quoting": r"quot(?:ing|es)|quoted(?: by| in)?|as saying",
    "saying": r"sa(?:id|ys|ying)(?: in a statement)?|"
    r"t(?:old|ells)(?: reporters| journalists| a news conference)?|stat(?:ed|es|ing)|"
    r"announc(?:ed|es|ing)|report(?:ed|s that)|confirm(?:s|ed|ing)|add(?:ed|s|ing) that|"
    r"testif(?:ied|ies|ying)|wrote|writes|acknowledg(?:ed|es|ing)|admit(?:s|ted)|insist(?:ed|s)|"
    r"recall(?:s|ed)|repli(?:es|ed)|warn(?:s|ed)?|explain(?:s|ed)|stress(?:es|ed)|"
    r"not(?:es|ed) that|describ(?:es|ed)|reveal(?:s|ed)|recount(?:s|ed)|declar(?:es|ed)|"
    r"maintain(?:s|ed) that|conclud(?:es|ed)|disclos(?:es|ed)|inform(?:s|ed)|reiterat(?:es|ed)",
    "estimating": r"estimat(?:es|ed|ing)|suggest(?:s|ed)|indicat(?:es|ed)|"
    r"(?<=we )estimate|(?<!we )(?<!i )believes?|suspects?(?= that| the)",
    "showing": r"(?:(?<=images )|(?<=footage )|(?<=documents )|(?<=records )|(?<=lists )|"
    r"(?<=data )|(?<=figures )|(?<=photographs )|(?<=video ))show(?:s|ed)?",
    "claiming": r"claim(?:ed|s|ing)|alleg(?:e|ed|es|ing)|accus(?:e|es|ed|ing)",
    "asking": r"call(?:s|ed|ing) (?:for|on)|urg(?:es|ed|ing)",
    "denying": rf"(?:has |have |had )?den(?:y|ied|ies|ying)|"
    rf"(?:declin|refus)(?:ed|es|ing) to (?:{_WHO_DENIES})|gave no comment|"
    rf"did not (?:immediately )?(?:{_WHO_DENIES})",
    "not named": r"(?:speaking )?on (?:the )?condition of anonymity|who (?:asked|declined|refused|"
    r"did not want) (?:not )?to be (?:named|identified)|asked not to be (?:named|identified)",
    "published": r"published(?= (?:by|on|in) )|posted(?= (?:by|on|in) )",
    "وفق": r"وفق(?:ا)?(?: ?ل(?=\w))?(?: ما)?|طبقا ?ل(?=\w)|(?:ب)?حسب(?: ما)?|حسبما|علي حد (?:قول|"
    r"تعبير|وصف)\w*|علي لسان|علي ذمه",
    "نقلا عن": r"نقلا عن|استنادا الي|[يت]?(?:ا)?ستند(?:ت|وا|ون)? (?:الي|علي)|عزا|عزت|عزوا|"
    r"بناء علي (?=(?:اقوال|شهاد|معلومات|تقارير|قواءم))|نسب(?:ت|وا)? الي",
    "قوله": r"قوله(?:ا|م)?|قائلا|قاءلا|قاءله|قاءلين",
    "أفاد": r"[اتي]فاد(?:ت|وا)?(?: به| بها)?|[يت]فيد|قال(?:ت|وا|ا)?|[يت]قول(?:ون|ان)?|"
    r"(?:كما |علي ما )?(?:ذكر|اعلن|اكد|اخبر|افاد|قال|ابلغ|صرح)(?:ت|وا|ا)?|[يت]ذكر|[يت]ءكد(?:ون)?|"
    r"[يت]علن|[يت]صرح|اضاف(?:ت|وا)?|[يت]ضيف|اوضح(?:ت|وا)?|[يت]وضح|اورد(?:ت|وا)?|رو[يت](?= )|"
    r"[يت]روي|رووا|كشف(?:ت|وا)?(?= )|[يت]كشف|قدر(?:ت|وا)?(?= )|[يت]قدر(?:ون)?|"
    r"تحدث(?:ت|وا)? (?:عن|الي|ل(?=\w))|اعترف(?:ت|وا)?|اقر(?:ت|وا)|لفت(?:ت|وا)? الي|"
    r"نوه(?:ت|وا)?|شدد(?:ت|وا)? علي|كتب(?:ت|وا)?(?= )|نشر(?:ت|وا)(?= )|نشر(?= مركز| موقع| مكتب)|"
    r"حذر(?:ت|وا)?(?= من| )|[يت]حذر(?:ون)?|اجاب(?:ت|وا)?|دعت(?= )|طالب(?:ت|وا)?(?= )|"
    r"اتهم(?:ت|وا)?|[يت]تهم(?:ون)?|شهد (?=ب|ان|امام)|شهادات (?=ادلي)|ادلي|ادلت|ادلوا",
    "رجّح": r"[يت]?رجح(?:ت|وا)?|اعتبر(?:ت|وا)?|[يت]عتبر(?:ون)?|(?<!هل )[يت]ري(?= )|[يت]رون ان|"
    r"توقع(?:ت|وا)?(?= ان)|استبعد(?:ت|وا)?",
    "مشيرا إلى": r"مشير(?:ا|ه|ين) الي|مءكد(?:ا|ين)|مءكده(?= ان)|مضيف(?:ا|ه)|موضح(?:ا|ه)|"
    r"معتبر(?:ا|ه)|لافت(?:ا|ه) الي|مبين(?:ا|ه)|نافي(?:ا|ه)|زاعم(?:ا|ه)|منوه(?:ا|ه)",
    "زعم": r"زعم(?:ت|وا)?|ادعي|ادعت|ادعوا|[يت]دعي(?= ان)",
    "نفى": r"نفي|نفت|نفوا|[يت]نفي|رفض(?:ت|وا)? (?:الافصاح|التعليق|الكشف|الادلاء)|"
    r"رفض(?:ت|وا)?(?= )|(?:لم|لا) [يت]علق|انكر(?:ت|وا)?|[يت]نكر",
    "لم يذكر اسمه": r"(?:طلب(?:ت|وا|ا)?|فضل(?:ت|وا|ا)?|اشترط(?:ت|وا|ا)?) عدم (?:ذكر|الكشف عن|كشف|"
    r"نشر|الافصاح عن) (?:اسم|هوي|اسماء)\w*",
}
# The same in two parts that stand apart: the first, the second, words at most between them.
ATTRIBUTION_IN_TWO = {
    "put … at": (
        r"put(?:s|ting)?(?= (?:the|its|their|his|her) (?:\w+ ){0,3}?(?:number|toll|count|total))",
        "at",
        12,
    ),
    "نقل … عن": (r"[نيت]?نقل(?:ت|وا)?", "عن", 6),
    "أشار … إلى": (r"(?:[يت]شير|اشار(?:ت|وا)?)", "الي", 6),
    "امتنع … عن": (r"امتنع(?:ت|وا)?", "عن (?:التعليق|الادلاء|الافصاح|الكشف)", 5),
    "عزا … إلى": (r"نسب(?:ت|وا)?", "الي", 6),
}
# A word of saying after these is none: "could not be confirmed".
NOT_AFTER = r"(?:\bbe|\bbeen|\bto|\bnot|\bindependently|\bimmediately|\bas) $"

_SURE = r"(?:clear|known|certain|possible to (?:\w+ )?(?:verify|confirm|establish|determine))"
_CHECKED = (
    r"(?:verif(?:y|ied)|confirm(?:ed)?|establish(?:ed)?|determined?|authenticated?|"
    r"corroborated?|substantiated?)"
)
# The text says that something is not known or not verified.
UNCERTAINTY = {
    "it was not clear": rf"(?:it )?(?:(?:was|were|is|are|remains?|remained) )?(?:still )?"
    rf"(?:not (?:immediately |yet |entirely |fully )*{_SURE}|unclear|unknown|uncertain)"
    r"(?! (?:gunm\w+|men|man|assailants?|attackers?|people|person)\b)",
    "could not be verified": rf"(?:could not|couldn't|cannot|can't|can not|was unable to|"
    rf"were unable to|unable to|no way to) (?:yet )?(?:be )?(?:independently |immediately )?"
    rf"(?:be )?{_CHECKED}",
    "has not been verified": rf"(?:has|have|had)(?: not|n't) (?:yet )?been (?:\w+ly )?{_CHECKED}|"
    rf"(?:was|were|is|are) not (?:\w+ly )?{_CHECKED}|not independently {_CHECKED}|"
    r"unverified|unconfirmed|unsubstantiated|uncorroborated",
    "no confirmation": r"no (?:immediate |independent |official )+(?:confirmation|word|comment|"
    r"information)|without (?:giving|providing|offering) (?:evidence|proof|details)",
    "yet to determine": rf"(?:(?:has|have) )?yet to (?:be )?(?:{_CHECKED}|identif(?:y|ied)|say)",
    "neither could be confirmed": rf"(?<=neither account )could be {_CHECKED}|"
    rf"(?<=none )could be {_CHECKED}",
    "reportedly": r"reportedly|allegedly|purported(?:ly)?|apparently|presumably|possibly|"
    r"supposedly|alleged(?= \w)",
    "believed to": r"(?:is|are|was|were) (?:widely )?(?:thought|believed|feared|suspected|"
    r"presumed|said|alleged) to|(?:thought|believed|feared|suspected|presumed) to|feared dead",
    "did not know": r"(?:he|she|they|residents|witnesses|officials|nobody|no one) "
    r"(?:did not|do not|does not|don't|doesn't|didn't|knows?|knew)(?: know)?(?= (?:who|what|when|"
    r"where|how|whether|if|why|the))|(?:he|she|they|residents|witnesses|officials) "
    r"(?:did|do|does) not know|(?:the )?authenticity [^.]{0,40}not been established",
    "لم يتضح": r"لم [يت]تضح(?: بعد)?|(?:لم|لا) [يت]عرف(?:ون)?(?: علي الفور| بعد)?|"
    r"(?:من )?غير (?:ال)?(?:معروف|واضح|معلوم|محدد)(?:ه)?|ليس (?:من ال)?(?:واضحا?|معروفا?)|"
    r"(?:لا [يت]زال|ما زال(?:ت)?|مازال(?:ت)?|لم [يت]زل) (?:[^.،؛ ]+ ){0,4}?(?:مجهول(?:ا|ه)?|"
    r"غير (?:معروف|واضح|محدد)(?:ا|ه)?)|مجهول(?:ا|ه|و)? المصير|(?:لا|لم) [يت]علم(?:ون)?",
    "لم يتسن التحقق": r"(?:لم يتسن(?:ي)?|تعذر|لم [يت]تمكن|لم يكن ممكنا|لم يمكن|لا يمكن|يتعذر|"
    r"يصعب|لم [يت]ستطع) (?:[^.،؛ ]+ ){0,5}?(?:من )?(?:ال)?(?:تحقق|تاكد|تاكيد|تثبت)(?:ه|ها|هم)?",
    "لم يتسن": r"لم يتسن(?:ي)?",
    "لم يثبت": r"(?:لم|لا) [يت](?:ثبت|تاكد|دقق|وثق|حدد|ءكد|تحقق)(?: بعد)?|غير مءكد(?:ه|ا)?|"
    r"(?:من )?دون (?:تاكيد|تحقق|دليل)|لم [يت](?:صدر|رد|وجد) (?:[^.،؛ ]+ )?(?:تاكيد|تعليق|توضيح)"
    r"(?: رسمي)?|لا تاكيد(?: رسمي)?",
    "يُعتقد": r"[يت]عتقد|[يت]زعم|[يت]رجح (?=ان)|[يت]شتبه|يقال|ربما|مزاعم|المزعوم(?:ه)?|"
    r"يبدو|من (?:ال)?(?:محتمل|مرجح|مفترض)|[يت]خشي|[يت]حتمل",
}

# Public bodies and organisations, by the word that says what they are.
ENGLISH_BODIES = (
    "Agency|Directorate|Ministry|Committee|Commission|Council|Court|Hospital|Office|Brigade|"
    "Battalion|Division|Army|Forces|Civil Defen[cs]e|Red Crescent|Red Cross|Network|Centre|Center|"
    "Foundation|Organi[sz]ation|Association|Union|Police|Department|Administration|Authority|"
    "Bureau|University|Institute|Observatory|Front|Syndicate|Municipality|Laboratory|Tribunal|"
    "Prosecution|Parliament|Government|Group|Mission|Coalition|Movement|Party|Corps|Regiment|"
    "Fund|Society|League|Archive|News|Television|Radio|Service|Helmets|Initiative|Platform|"
    "Militia|Secretariat|Mechanism|Team"
)
# The same in small letters after "the": only what is hardly ever anything else.
ENGLISH_SMALL_BODIES = (
    "agency|directorate|ministry|committee|commission|council|court|hospital|office|brigade|"
    "battalion|army|civil defen[cs]e|foundation|organi[sz]ation|association|police|department|"
    "authority|bureau|university|institute|observatory|municipality|laboratory|tribunal|"
    "prosecution|parliament|government|coalition|militia|(?:rescue|ambulance) service"
)
ENGLISH_NAMED_BODIES = (
    "United Nations|White Helmets|Human Rights Watch|Amnesty International|Islamic State|"
    "Associated Press|Agence France-Presse|Reuters|State (?:television|media|TV)"
)
# Capitals that name no body.
NO_BODIES = frozenset(
    "AM PM DNA GPS MNI TV ID UTC GMT EDT EST SUV AK OK US USA UK PDF CCTV".split()
)
ARABIC_BODIES = (
    "وكاله|مديريه|وزاره|لجنه|هيءه|مجلس|محكمه|مشفي|مستشفي|مكتب|لواء|كتيبه|فرقه|جيش|قوات|"
    "نيابه|منظمه|مركز|مءسسه|جمعيه|نقابه|شرطه|مرصد|بلديه|جامعه|معهد|مختبر|شبكه|رابطه|داءره|"
    "اداره|حكومه|برلمان|حزب|حركه|فصيل|فيلق|كتاءب|تحالف|اتحاد|مفوضيه|مخفر|اذاعه|تلفزيون|قناه|"
    "صحيفه|قسم|اليه|مبادره|فريق|حرس|رءاسه"
)
ARABIC_NAMED_BODIES = (
    "الدفاع المدني|الهلال الاحمر|الصليب الاحمر|الامم المتحده|الخوذ البيضاء|الطب الشرعي|"
    "هيومن رايتس ووتش|فرانس برس|رويترز|سانا|الاناضول|تنظيم الدوله(?: الاسلاميه)?"
)
# With the article these look like a part of a name, and begin what happened instead.
ARABIC_NO_NAMES = (
    "العثور|التحقق|التاكد|القبض|الافراج|البدء|الكشف|انتشال|السيطره|الانتهاء|التعرف|الاعلان|الذي|"
    "التي|الذين|اليوم|الان|الي|الا"
)

# Lengths and areas: written after a number. How many of what is read by notation.amounts.
MEASURES = (
    r"km|kilomet(?:er|re)s?|m|met(?:er|re)s?|miles?|hectares?|dunums?|acres?|tons?|tonnes?|"
    r"كم|كيلومترا?|كيلومترات|كيلو مترا?|مترا?|امتار|هكتارا?|دونما?|دونمات|طنا?"
)
# How many of a whole: of them, of the dead.
OF_WHOM = (
    r"of (?:them|the (?:dead|victims|bodies|remains|missing|detainees|prisoners|wounded))|"
    r"منهم|منهن|منها|من(?: بين)? (?:الضحايا|القتلي|الجثث|المفقودين|المعتقلين|الرفات)"
)
# After a number these count nothing: times, shares of a date, words that join.
ENGLISH_UNCOUNTED = (
    r"(?:day|week|month|year|hour|minute|second|decade|time|percent|degree|centur)\w*|"
    r"in|by|from|at|on|with|and|or|to|for|when|after|before|was|were|is|are|has|have|had|as|of|"
    r"that|than|who|which|while|since|until|but|said|per|the|a|an|it|they|he|she|there|this|his|"
    r"its|am|pm|am|jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|"
    r"january|february|march|april|june|july|august|september|october|november|december"
)
ARABIC_UNCOUNTED = (
    r"(?:ال)?(?:يوم|ايام|اسبوع|اسابيع|شهر|اشهر|شهور|سنه|سنوات|عام|اعوام|ساعه|ساعات|دقيقه|دقاءق|"
    r"مره|مرات|صباح|مساء|عقد|عقود|قرن)(?:ا|ين|ان)?|في|من|الي|علي|عن|ان|او|حتي|منذ|قبل|بعد|مع|"
    r"بين|بالماءه|بالمءه|كان|كانت|قد|لم|لا|ما|هو|هي|هذا|هذه|ذلك|التي|الذي|حيث|عند|[وفبل]?ال\w+|"
    r"وال\w+|و\w+"
)
PEOPLE = (
    r"people|men|women|children|police|soldiers|civilians|detainees|remains|boys|girls|families"
)
# Two of something in one word; a general form would take in plurals.
ARABIC_TWO = (
    r"(?:امرا|جث|ضحي|سيد|مقبر|حفر|شاحن|جمجم|سيار|طفل|عاءل|فتا|قاءم|كتيب|جبه)ت(?:ان|ين)|"
    r"(?:رجل|طفل|جندي|قبر|شاهد|مصدر|موقع|خندق|شخص|قتيل|جريح|ضابط|كيس|جزء|بءر|شاب|عنصر|هيكل|جثمان|"
    r"متر|كيلومتر|شقيق)(?:ان|ين)(?: اثنين)?|"
    r"(?:مدني|معتقل|مقاتل|مسءول|مسعف|مفقود|عامل|ناجي)ان"
)
VAGUE = (
    r"(?:(?<=including )|(?<=among them ))(?:an? |one )(?:child|woman|girl|boy|baby|infant|man|"
    r"doctor|journalist)|"
    r"(?:(?<=بينهم )|(?<=بينها ))(?:طفل|طفله|امراه|سيده|رضيع|رضيعه|صحفي|طبيب)|"
    r"(?:dozens|scores|hundreds|thousands|tens of thousands)(?: of (?:\w+ )?\w+s)?|"
    r"(?:several|a few|a handful of|many)(?: \w+)? (?:graves?|bodies|people|men|women|children|"
    r"victims|pits|bags|trenches|bones|families|skulls)|"
    r"(?:عشرات|مءات|الاف)(?: (?:ال)?(?!من|في|علي)\w+)?|(?:عده|بضع|بضعه) (?!ايام|سنوات|اشهر|اسابيع|"
    r"ساعات|مرات|سا)\w+"
)
SHARES = (
    r"(?:a|one|two|three)[ -](?:third|quarter)s?|half(?= of)|\d+(?:\.\d+)? ?(?:%|per ?cent)|"
    r"(?:ثلث|نصف|ربع)(?:هم|هن|ها|ا)?(?= |$|\W)(?! (?:ساعه|يوم|سنه|كيلو\w*|متر))|"
    r"\d+(?:\.\d+)? ?(?:%|٪|بالمءه|بالماءه|في المءه)"
)
# What a number without a unit says: "the count has risen to 94", ارتفعت الحصيلة إلى 94.
TOTALS = (
    r"(?:toll|total|number|count|figure|tally)s?\b[^.;!?]{0,80}?\b(?:at|to|of|is|was|reached)",
    r"(?:حصيله|عدد|مجموع|اجمالي|العدد|الحصيله)(?!\w)[^.،؛!؟]{0,50}? (?:الي|بلغ|بلغت|هو|عند|نحو)",
)

RELATIVE_DAYS = (
    r"yesterday|today|tonight|overnight|tomorrow|last (?:night|week|month|year)|"
    r"(?:earlier |later )?this (?:week|month|year|morning|afternoon|evening)|over the weekend|"
    r"(?:the |that )?(?:same|previous|following|next) (?:day|morning|evening|night|week|month|"
    r"year)|the (?:past|last) (?:\w+ )?(?:days?|weeks?|months?|years?)|that (?:day|night)|"
    r"(?:a |an )?[\w-]+ (?:days?|weeks?|months?|years?|hours?) (?:ago|earlier|later|before)|"
    r"(?:يوم )?امس(?: الاول)?|البارحه|(?:صباح |مساء )?اليوم(?: التالي| نفسه)?(?= |[.،؛]|$)|"
    r"غدا|الليله الماضيه|(?:الاسبوع|الشهر|العام|السنه|الايام|الاسابيع|الاشهر|الاعوام|السنوات) "
    r"(?:الماضي|الجاري|المقبل|الفاءت|الحالي|القادم|الاخير|المنصرم)(?:ه)?|"
    r"(?:هذا|هذه) (?:الاسبوع|الشهر|العام|السنه|الليله|الصباح|المساء)|"
    r"(?:قبل|بعد|منذ) (?:نحو |حوالي |قرابه |اكثر من )?(?:\w+ )?(?:ايام|يومين|يوم|اسبوعين|اسابيع|"
    r"اسبوع|اشهر|شهرين|شهر|سنوات|سنتين|سنه|عامين|اعوام|عاما?|ساعات|ساعتين)"
)
ARABIC_DAY_WORDS = (
    r"(?:الاول|الثاني|الثالث|الرابع|الخامس|السادس|السابع|الثامن|التاسع|العاشر|"
    r"(?:الحادي|الثاني|الثالث|الرابع|الخامس|السادس|السابع|الثامن|التاسع)"
    r"(?: عشر| والعشرين| والثلاثين)|العشرين|الثلاثين)"
)

# What is named after these is a place, in the gazetteer or not.
ENGLISH_PLACE_LEADS = (
    r"(?:village|town|city|district|province|governorate|region|suburb|camp|neighbou?rhood|area|"
    r"outskirts|countryside)s? of|"
    r"(?:north|south|east|west)(?:[- ]?(?:east|west))?(?:ern)? of|near|outside|around"
)
ARABIC_PLACE_LEADS = (
    r"(?:ال)?(?:قريه|بلده|مدينه|ناحيه|محافظه|ريف|منطقه|مخيم|محيط|ضاحيه|حي)|قرب|"
    r"(?:شمال|جنوب|شرق|غرب)(?:ي)?(?: (?:شرق|غرب)(?:ي)?)?"
)
# Names of places begin with these, and have a second word.
ARABIC_PLACE_HEADS = (
    r"تل|تله|دير|خربه|وادي|عين|ام|ابو|بير|بءر|كفر|بيت|راس|قصر|مرج|مزرعه|برج|قلعه|باب|جسر|خان|نبع|"
    r"رسم|جبل|شيخ|عيون|حمام|دار"
)
ARABIC_NO_PLACES = (
    r"(?:ال)?(?:مدينه|بلده|قريه|بلاد|نهر|حدود|عاصمه|مقبره|مسجد|جامع|مدرسه|حاجز|مكان|موقع|منطقه|"
    r"محافظه|صوامع|مشفي|مستشفي|مطار|معبر|سجن|منزل|بيت|مزرعه|بستان|بءر|طريق|جسر|مبني|حي|سوق|"
    r"مركز|مستودع|معسكر|مقر|معمل|محطه|سد|بحر|ساحل|ناحيه|ريف|كل|هذه|هذا|تلك|ذلك|مناطق|عده|قري)"
)
