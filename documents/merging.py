"""Merge fields: `{{ten_truong}}` of a fixed list is replaced once, by text. Nothing is executed.

Braces that are no field of the list are refused with their place, so that a misspelt field cannot
go out in a letter. A value may hold braces: it is not looked at again.
"""

import re

FIELDS = {
    "co_quan": "tên cơ quan ban hành",
    "dia_danh": "địa danh của cơ quan ban hành",
    "ngay": "ngày lập, viết đủ ngày tháng năm",
    "nam": "năm lập",
    "don_vi_nhan": "tên các đơn vị nhận",
    "su_viec": "sự việc, một dòng",
    "noi_dung": "nội dung chi tiết của sự việc",
    "so_dong_phu_luc": "số dòng của phụ lục kèm theo",
}
# A place left for words, as on a printed form.
GAP = "……"
FIELD = re.compile(r"\{\{ ?([a-z_]{1,40}) ?\}\}")
BRACES = re.compile(r"\{\{[^{}]{0,60}\}{0,2}|\}\}")


class MergeError(ValueError):
    """A field that is unknown, or has nothing to stand in its place."""


def unknown_fields(text: str) -> list[str]:
    """Faults of a template in words; empty when every pair of braces is a field of the list."""
    return [
        f"“{found}” không phải trường trộn có trong danh sách. Hãy chọn trường trong danh sách "
        "hoặc bỏ dấu ngoặc nhọn kép."
        for found in sorted(_strangers(text))
    ]


def _strangers(text: str) -> set[str]:
    known = FIELD.sub(lambda match: "" if match[1] in FIELDS else match[0], text)
    return {found.strip() for found in BRACES.findall(known)}


def fields_of(text: str) -> set[str]:
    return {name for name in FIELD.findall(text) if name in FIELDS}


def with_gaps(text: str, values: dict[str, str]) -> str:
    """For a person who writes on: the fields that are known, and dots where words are wanted."""
    known = FIELD.sub(lambda match: values.get(match[1]) or GAP, text)
    return BRACES.sub(GAP, known)


def merge(text: str, values: dict[str, str]) -> str:
    """The text with each field's value; MergeError when a field is unknown or has no value."""
    faults = unknown_fields(text)
    empty = sorted(name for name in fields_of(text) if not values.get(name))
    faults += [
        f"Trường {{{{{name}}}}} ({FIELDS[name]}) chưa có giá trị. Hãy soạn từ một việc cụ thể hoặc "
        "bỏ trường này khỏi mẫu."
        for name in empty
    ]
    if faults:
        raise MergeError(" ".join(faults))
    return FIELD.sub(lambda match: values[match[1]], text)
