"""Vietnamese text: one normal form, keys to search and sort by, Roman numerals."""

import re
import unicodedata

# Vietnamese order; f, j, w, z are foreign letters put where Latin readers expect them.
_LETTERS = "0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_KEYS = {letter: chr(ord("0") + rank) for rank, letter in enumerate(_LETTERS)}
_FOREIGN_KEY = "~"
# Ngang (no mark) comes first, then huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LEVEL_TONE = "0"

_ROMAN_DIGITS = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_ROMAN = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")


def nfc(text: str) -> str:
    """One normal form for every typed or imported text."""
    return unicodedata.normalize("NFC", text)


def printable(text: str) -> str:
    """Of an address anybody may type: no control signs, which no database takes (NUL)."""
    return "".join(char for char in text if char.isprintable())


def search_key(text: str) -> str:
    """'Huyện  Đông Giang' -> 'huyen dong giang'; signs no database takes (NUL) are left out."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    kept = (c for c in plain if not unicodedata.combining(c) and (c.isprintable() or c.isspace()))
    return " ".join("".join(kept).split())


def sort_key(text: str) -> str:
    """An ASCII key in Vietnamese alphabetical order: by syllable, letters first, then the tone.

    A syllable has one tone wherever its mark is written, so "Hòa" and "Hoà" share a key.
    """
    return " ".join(_syllable_key(word) for word in re.findall(r"\w+", nfc(text).casefold()))


def _syllable_key(syllable: str) -> str:
    letters, tone = [], _LEVEL_TONE
    for char in syllable:
        parts = unicodedata.normalize("NFD", char)
        tone = next((_TONES[part] for part in parts if part in _TONES), tone)
        letter = nfc("".join(part for part in parts if part not in _TONES))
        letters.append(_LETTER_KEYS.get(letter, _FOREIGN_KEY))
    return f"{''.join(letters)}!{tone}"


def roman(number: int) -> str:
    """4 -> 'IV'. Roman numerals of documents run from 1 to 3999."""
    if not 1 <= number <= 3999:
        raise ValueError(f"Không viết được số {number} bằng chữ số La Mã (chỉ từ 1 đến 3999).")
    text = ""
    for value, digit in _ROMAN_DIGITS:
        count, number = divmod(number, value)
        text += digit * count
    return text


def from_roman(text: str) -> int:
    """'iv' -> 4; only well-formed numerals are accepted."""
    numeral = text.strip().upper()
    if not numeral or not _ROMAN.fullmatch(numeral):
        raise ValueError(f"“{text}” không phải là chữ số La Mã.")
    value, rest = 0, numeral
    for amount, digit in _ROMAN_DIGITS:
        while rest.startswith(digit):
            value, rest = value + amount, rest.removeprefix(digit)
    return value
