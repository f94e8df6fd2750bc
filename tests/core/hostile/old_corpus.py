"""Old workbooks: one saved by LibreOffice as "Excel 97", and what an attacker makes of it."""

import struct
from pathlib import Path

from core.ole_guard import book_stream, records
from core.sheet_guard import Code
from tests.core.hostile.corpus import READ
from tests.core.hostile.making import parts, zipped

SAVED = (Path(__file__).parent / "old" / "so_lieu.xls").read_bytes()


def renamed(before, after):
    """Another name in the directory of the container."""
    raw = bytearray(SAVED)
    place = raw.index((before + "\0").encode("utf-16-le"))
    raw[place : place + 64] = after.encode("utf-16-le").ljust(64, b"\0")
    raw[place + 64 : place + 66] = struct.pack("<H", 2 * len(after) + 2)
    return bytes(raw)


def changed(kind, change):
    """The first record of a kind, changed: `change(record) → bytes of the same length`."""
    stream = book_stream(SAVED)
    place, record = next((p, r) for p, k, r in records(stream) if k == kind)
    old = stream[place : place + 4 + len(record)]
    new = change(old)
    assert len(new) == len(old) and SAVED.count(old) == 1
    return SAVED.replace(old, new)


def as_kind(kind):
    return lambda record: struct.pack("<H", kind) + record[2:]


def circle():
    """The directory's chain of sectors leads back to itself."""
    raw = bytearray(SAVED)
    fat = struct.unpack_from("<I", raw, 76)[0]
    first = struct.unpack_from("<I", raw, 48)[0]
    struct.pack_into("<I", raw, (fat + 1) * 512 + 4 * first, first)
    return bytes(raw)


def far_row(record):
    return record[:4] + struct.pack("<H", 40_000) + record[6:]


OLD = {
    "saved by LibreOffice": (lambda: SAVED, READ),
    "new workbook under the old name": (lambda: zipped(parts()), READ),
    "password": (lambda: changed(0x0042, as_kind(0x002F)), Code.LOCKED),
    "password of the new format": (
        lambda: renamed("Workbook", "EncryptedPackage"),
        Code.LOCKED,
    ),
    "macro": (
        lambda: renamed("\x05SummaryInformation", "_VBA_PROJECT_CUR"),
        Code.FORBIDDEN_PART,
    ),
    "embedded object": (
        lambda: renamed("\x05SummaryInformation", "MBD0001A2B3"),
        Code.FORBIDDEN_PART,
    ),
    "macro sheet": (
        lambda: changed(0x0085, lambda r: r[:9] + b"\x01" + r[10:]),
        Code.FORBIDDEN_PART,
    ),
    "link to another file": (
        lambda: changed(0x008C, lambda r: struct.pack("<HHHH", 0x01AE, 4, 1, 9)),
        Code.FORBIDDEN_PART,
    ),
    "truncated": (lambda: SAVED[:3000], Code.DAMAGED),
    "header alone": (lambda: SAVED[:512], Code.DAMAGED),
    "circle of sectors": (circle, Code.DAMAGED),
    "row beyond the limit": (lambda: changed(0x00FD, far_row), Code.TOO_MANY_ROWS),
    "word document": (lambda: renamed("Workbook", "WordDocument"), Code.NOT_A_TABLE),
    "html renamed": (lambda: b"<html><table><tr><td>1</td></tr></table>", Code.NOT_A_TABLE),
    "text renamed": (lambda: "Mã\tSố tiền\n".encode(), Code.NOT_A_TABLE),
    "empty": (lambda: b"", Code.EMPTY),
}
