"""The words by which marking is helped, in English and Arabic; a rule is one line to read.

Arabic stands here without hamza, vowel signs and tatweel, with ه for ة and ي for ى; English in
small letters. "_" in a pattern's name parts language and rule.
"""

from __future__ import annotations

# Somebody is made to say something.
ATTRIBUTION = {
    "according to": r"according to|in the words of|attributed to",
    "citing": r"citing|cites?|cited(?: by)?",
    "quoting": r"quot(?:ing|es|ed)(?: by)?|as saying",
    "saying": r"sa(?:id|ys|ying)|told(?: reporters| journalists| a news conference)?|stat(?:ed|es)|"
    r"announc(?:ed|es)|report(?:ed|s that)|confirm(?:ed|s)|add(?:ed|s) that|testif(?:ied|ies)|"
    r"wrote|acknowledg(?:ed|es)|insist(?:ed|s)",
    "claiming": r"claim(?:ed|s|ing)|alleg(?:ed|es) that",
    "denying": r"den(?:ied|ies)|declin(?:ed|es) to (?:say|comment|confirm|give)",
    "وفق": r"وفقا? ?ل(?=\w)|وفق(?:ا)?(?: ما)?|بحسب|حسبما|حسب",
    "نقلا عن": r"نقلا عن|نقل(?:ت|وا)?(?= |$)|استنادا الي|استند(?:ت|وا)? الي|عزا|عزت",
    "قوله": r"قوله(?:ا|م)?|قائلا|قائله",
    "أفاد": r"افاد(?:ت|وا)?|قال(?:ت|وا)?|[يت]قول|ذكر(?:ت|وا)?|[يت]ذكر|اكد(?:ت|وا)?|[يت]ءكد|"
    r"اعلن(?:ت|وا)?|صرح(?:ت|وا)?|اضاف(?:ت|وا)?|اوضح(?:ت|وا)?|اورد(?:ت|وا)?|رو[يت](?= )|"
    r"اشار(?:ت|وا)? الي|كشف(?:ت|وا)?(?= )|قدر(?:ت|وا)(?= )",
    "زعم": r"زعم(?:ت|وا)?|ادعي|ادعت|ادعوا",
    "نفى": r"نفي|نفت|رفض(?:ت|وا)? (?:الافصاح|التعليق|الكشف)|رفض(?:ت|وا)?(?= )",
}

# The text says that something is not known or not verified.
UNCERTAINTY = {
    "it was not clear": r"(?:it (?:was|is|remains) )?(?:not (?:immediately |yet )?(?:clear|known)|"
    r"unclear|unknown)|remains? unknown",
    "could not be verified": r"could not (?:be )?(?:independently |immediately )?(?:be )?"
    r"(?:verif(?:y|ied)|confirm(?:ed)?|establish(?:ed)?|determined?)|"
    r"has(?: not|n't) been (?:verified|confirmed|established)|have not been (?:verified|confirmed)|"
    r"not independently (?:verified|confirmed)|unverified|unconfirmed|no independent confirmation",
    "neither could be confirmed": r"(?<=neither account )could be confirmed|"
    r"(?<=none )could be (?:confirmed|verified)",
    "reportedly": r"reportedly|allegedly|purportedly|apparently|presumably|possibly",
    "believed to": r"(?:is|are|was|were) (?:thought|believed|feared|suspected|presumed) to|"
    r"thought to|believed to",
    "did not know": r"(?:he|she|they|residents|witnesses|officials) (?:did|do|does) not know|"
    r"(?:the )?authenticity [^.]{0,40}not been established",
    "لم يتضح": r"لم يتضح|لم يعرف|لا يعرف(?:ون)?|غير معروف(?:ه)?|ليس (?:من ال)?(?:واضحا?|معروفا?)|"
    r"لا يزال [^.،]{0,20}مجهول(?:ا|ه)?|مجهول(?:ا)? المصير",
    "لم يتسن التحقق": r"(?:لم يتسن(?: ل\w+)?|تعذر|لم يمكن|لا يمكن) (?:ال)?(?:تحقق|تاكد)|"
    r"لم [يت]ثبت|لم [يت]تاكد|غير موكد(?:ه)?|دون تاكيد",
    "يُعتقد": r"[يت]عتقد|يزعم|[يت]رجح|يشتبه|يقال|ربما|مزاعم",
}

# Public bodies and organisations, by the word that says what they are.
ENGLISH_BODIES = (
    "Agency|Directorate|Ministry|Committee|Commission|Council|Court|Hospital|Office|Brigade|"
    "Battalion|Division|Army|Forces|Civil Defen[cs]e|Red Crescent|Red Cross|Network|Centre|Center|"
    "Foundation|Organi[sz]ation|Association|Union|Police|Department|Administration|Authority|"
    "Bureau|University|Institute|Observatory|Front|Syndicate|Municipality|Laboratory"
)
ARABIC_BODIES = (
    "وكاله|مديريه|وزاره|لجنه|هيئه|هييه|مجلس|محكمه|مشفي|مستشفي|مكتب|لواء|لوا|كتيبه|فرقه|جيش|قوات|"
    "نيابه|منظمه|مركز|موسسه|جمعيه|نقابه|شرطه|مرصد|بلديه|جامعه|معهد|مختبر|شبكه"
)
ARABIC_NAMED_BODIES = "الدفاع المدني|الهلال الاحمر|الصليب الاحمر|الامم المتحده"

# Lengths and areas: written after a number. How many of what is read by notation.amounts.
MEASURES = (
    r"km|kilomet(?:er|re)s?|m|met(?:er|re)s?|miles?|hectares?|dunums?|كم|كيلومترا?|كيلومترات|"
    r"كيلو مترا?|مترا?|امتار|هكتارا?|دونما?"
)
# People and things that are counted, beside the units of counts.
COUNTED = (
    r"(?:mass )?graves?|trench(?:es)?|pits?|relatives|detainees|prisoners|families|soldiers|boys|"
    r"girls|sets of remains|of them|(?:مقابر|قبور|قبرا?|مقبره)(?: جماعيه)?|خنادق|حفر|معتقلا?|"
    r"معتقلين|اسيرا?|عاءلات|عاءله|جنديا?|جنود|رجلا?|رجال|نساء|امراه|اطفال|طفلا?|كيسا?|رفاتا?|جزءا?|منهم|منهن|"
    r"شخصا?|اشخاص|مدنيا?|مدنيين|جثه|جثث"
)
RELATIVE_DAYS = (
    r"yesterday|today|tonight|last (?:night|week|month|year)|this (?:week|month|year)|"
    r"the (?:next|following|previous) (?:day|morning|evening|night|week|month|year)|"
    r"[\w-]+ (?:days?|weeks?|months?|years?) (?:ago|earlier|later)|"
    r"امس|البارحه|(?:صباح |مساء )?اليوم التالي|(?:الاسبوع|الشهر|العام) (?:الماضي|الجاري|المقبل)|"
    r"(?:قبل|بعد) (?:\w+ )?(?:ايام|يومين|اسبوعين|اسابيع|اشهر|شهرين|سنوات|سنتين|اعوام)"
)
