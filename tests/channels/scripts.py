"""Texts of every script that people here write, at each edge of a segment (D14)."""

from __future__ import annotations

import random

from feedback import responses

WORDS = {
    "Latin": "camp 9 block C pani nai 3 din latrine bhanga majhi 500 taka chaise ",
    "GSM extension": "{camp} [9] ~pani|nai~ €500 \\ ^ ",
    "accents": "à la carte £5 ñ Ä ö ü é Δ Φ ",
    "typographic": "don’t “wait” – it’s broken… ",
    "Bangla": "ক্যাম্প ৯ ব্লক সি-তে পানি নাই তিন দিন, মাঝি ৫০০ টাকা চায়। শ্রী র‌্যাব ড়য়ঢ় ",
    "Burmese": "ရေမရှိဘူး အိမ်ခေါင်မိုး ယိုနေတယ် ကျွန်ုပ်တို့ ကြောင့် ညွှန်း ",
    "Zawgyi": "ေရမရွိဘူး ကၽြန္ေတာ္ အိမ္ေခါင္မိုး ",
    "Arabic": "پانی نئی آسے تین دن السَّلامُ عَلَيْكُم ٪ ",
    "Hanifi": "𐴀𐴝𐴔𐴢𐴌𐴟 𐴀𐴠𐴑𐴤 𐴂𐴝𐴕𐴞 𐴕𐴁𐴣 ",
    "Devanagari": "पानी नहीं है क्षेत्र श्री ",
    "emoji": "🚰🙏🏽👨‍👩‍👧‍👦❤️🏠🔥👍🏿🇧🇩🇲🇲👩🏾‍⚕️☎️ ",
    "combining": "e\u0301a\u0308o\u0302\u0323n\u0303 q\u0307\u0323 ",
    "zero width": "pa\u200bni\u200d na\u200ci \ufeff\u2060\u00ad ",
    "lines": "pani\r\nnai\n3\tdin\r",
}
EDGES = (
    1,
    2,
    66,
    67,
    68,
    69,
    70,
    71,
    133,
    134,
    135,
    152,
    153,
    154,
    159,
    160,
    161,
    200,
    201,
    268,
    305,
    306,
    307,
    459,
    460,
)


def texts() -> list[str]:
    """Each script at each edge of a segment, scripts mixed, and the phrases that we really send."""
    dice = random.Random(20260304)
    made = [(words * (length // len(words) + 1))[:length] for words in WORDS.values() for length in EDGES]
    for _ in range(400):
        mixed = "".join(dice.choice(list(WORDS.values()))[dice.randrange(20) :] for _ in range(dice.randrange(1, 6)))
        made.append((mixed * 4)[: dice.randrange(1, 500)])
    phrases = responses.load("coxs_bazar").phrases
    made += [wording for labels in phrases.all.values() for wording in labels.values()]
    return [text for text in made if text]
