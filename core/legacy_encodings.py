"""Text typed with the fonts of the nineties: TCVN3 (ABC, .VnTime) and VNI, read as Unicode.

Such text is Latin letters that only those fonts draw as Vietnamese. It is recognised by what
comes out: every marked word becomes a Vietnamese syllable, and one of them was none before.
"""

import re
import unicodedata

TCVN3, VNI = "tcvn3", "vni"
FONT_NAMES = {TCVN3: "TCVN3 (ABC, .VnTime)", VNI: "VNI (VNI-Times)"}

_TCVN3_SIGNS = "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§"
_TCVN3_LETTERS = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ"
_TCVN3 = dict(zip(_TCVN3_SIGNS, _TCVN3_LETTERS, strict=True))

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_HAT, _BREVE = "\u0302", "\u0306"
# A sign after its letter; the sign of a hat or a breve carries the tone as well.
_VNI_TONES = dict(zip("ùøûõï", (_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT), strict=True))
_VNI_HATS = dict(zip("âáàåãä", ("", _ACUTE, _GRAVE, _HOOK, _TILDE, _DOT), strict=True))
_VNI_BREVES = dict(zip("êéèúüë", ("", _ACUTE, _GRAVE, _HOOK, _TILDE, _DOT), strict=True))
_VNI_ALONE = dict(zip("íìæóòôöîñ", "íìỉĩịơưỵđ", strict=True))


def _vni_table() -> dict[str, str]:
    table = dict(_VNI_ALONE)
    for letter in "aeouy":
        table |= {letter + sign: letter + tone for sign, tone in _VNI_TONES.items()}
    for sign, letter in (("ô", "ơ"), ("ö", "ư")):
        table |= {sign + mark: letter + tone for mark, tone in _VNI_TONES.items()}
    for letter in "aeo":
        table |= {letter + sign: letter + _HAT + tone for sign, tone in _VNI_HATS.items()}
    table |= {"a" + sign: "a" + _BREVE + tone for sign, tone in _VNI_BREVES.items()}
    table = {signs: unicodedata.normalize("NFC", letter) for signs, letter in table.items()}
    return (
        table
        | {signs.upper(): letter.upper() for signs, letter in table.items()}
        | {signs.capitalize(): letter.upper() for signs, letter in table.items()}
    )


_VNI = _vni_table()
_VNI_PAIRS = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

# Letters that only Unicode has: one of them, and the text was not typed with an old font.
_UNICODE_ONLY = re.compile("[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9\u0300-\u0323]")
_MARKED = re.compile("[\u00a1-\u00fe]")
_WORD = re.compile(r"[A-Za-z\u00a1-\u00fe]+")
_ONSET = "(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?"
_OPEN = (
    "(?:ai|ao|au|ay|âu|ây|eo|êu|ia|iêu|iu|oa|oai|oay|oao|oeo|oe|oi|ôi|ơi|ua|uây|uê|uôi|uơ|ui|uy|uya|"
    "uyu|ưa|ưi|ưu|ươi|ươu|yêu|[aeêioôơuưy])"
)
_CLOSED = (
    "(?:iê|yê|uô|ươ|oa|oă|oe|uâ|uyê|uy|[aăâeêioôơuưy])(?:ng|nh|m|n)|oong|"
    "(?:iê|yê|uô|ươ|oa|oă|oe|uâ|uyê|uy|[aăâeêioôơuưy])(?P<stop>ch|c|p|t)"
)
_SYLLABLE = re.compile(f"{_ONSET}(?:{_OPEN}|{_CLOSED})")
_TONES = re.compile(f"[{_ACUTE}{_GRAVE}{_HOOK}{_TILDE}{_DOT}]")


def from_tcvn3(text: str) -> str:
    return _WORD.sub(lambda found: _tcvn3_word(found[0]), text)


def _tcvn3_word(word: str) -> str:
    """Marked capitals have no signs of their own: "TØNH" is drawn by a font of capitals."""
    letters = "".join(_TCVN3.get(sign, sign) for sign in word)
    plain = [letter for letter in word if letter.isascii()]
    is_capital = len(plain) > 1 and all(letter.isupper() for letter in plain)
    return letters.upper() if is_capital and not word.startswith("§") else letters


def from_vni(text: str) -> str:
    return _VNI_PAIRS.sub(lambda found: _VNI[found[0]], text)


# VNI first: its pairs are rarely anything in TCVN3, while "thoâng" would pass for "thoõng".
CONVERTERS = {VNI: from_vni, TCVN3: from_tcvn3}


def is_syllable(word: str) -> bool:
    """A word that Vietnamese spelling allows: its letters, at most one tone, the right one."""
    if not (word.islower() or word.isupper() or word.istitle()):
        return False
    parts = unicodedata.normalize("NFD", word.lower())
    tones = _TONES.findall(parts)
    found = _SYLLABLE.fullmatch(unicodedata.normalize("NFC", _TONES.sub("", parts)))
    if not found or len(tones) > 1:
        return False
    return not found["stop"] or tones in ([_ACUTE], [_DOT])


def unicode_of(text: str) -> tuple[str, str]:
    """(name of the old encoding, the text in Unicode), or two empty strings: most text is new."""
    if not _MARKED.search(text) or _UNICODE_ONLY.search(text):
        return "", ""
    words = [word for word in _WORD.findall(text) if _MARKED.search(word)]
    doubtful = [word for word in words if len(word) > 1 and not is_syllable(word)]
    # One short word is too little: "µm" is a micrometre.
    if len(set(doubtful)) < 2 and not any(len(word) > 2 for word in doubtful):
        return "", ""
    for name, convert in CONVERTERS.items():
        if all(is_syllable(convert(word)) for word in words):
            return name, unicodedata.normalize("NFC", convert(text))
    return "", ""
