"""Honest and odd workbooks changed at random: bytes of the archive, of a part, parts as a whole."""

import io
import random
import re
import zipfile

from tests.core.hostile.honest import HONEST, raw

VALUE = re.compile(rb"""(?:="|>)([^"<>]{1,60})(?="|<)""")
VALUES = [
    b"", b"0", b"-1", b"1", b"99", b"1048577", b"99999999999", b"1e308", b"NaN", b"s", b"d", b"e",
    b"str", b"shared", b"A1", b"XFD1", b"A1:XFD20000", b"true", b"rId1", b"rId99", b"General",
    b"../../x", b"xl/workbook.xml", "ngày".encode(), b"&amp;", b"2023-02-30T25:61:00Z",
]  # fmt: skip
TOKENS = [
    b"<!DOCTYPE a>", b"&a;", b"&#0;", b"<", b">", b'"', b"\x00", b"\xff\xfe", b"NaN", b"1e999",
    b"-1", b"99999999999999999999", b"A1048577", b"XFE1", b"t=\"s\"", b"</row>", b"<row>",
    b"<mergeCell ref=\"A1:XFD9\"/>", b"<f>1</f>", b"\xef\xbf\xbd", b"]]>", b"<![CDATA[", b"<?a",
]  # fmt: skip


def flipped(rng: random.Random, content: bytes, most: int = 8) -> bytes:
    out = bytearray(content)
    for _ in range(rng.randint(1, most)):
        if out:
            out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def cut(rng: random.Random, content: bytes) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + content[start + rng.randint(1, 64) :]


def doubled(rng: random.Random, content: bytes) -> bytes:
    start = rng.randrange(len(content) + 1)
    piece = content[start : start + rng.randint(1, 400)]
    return content[:start] + piece * rng.randint(2, 40) + content[start:]


def told(rng: random.Random, content: bytes) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + rng.choice(TOKENS) + content[start + rng.randrange(4) :]


def renumbered(rng: random.Random, content: bytes) -> bytes:
    """Digits are rows, columns, indexes and lengths."""
    places = [place for place, byte in enumerate(content) if 48 <= byte <= 57]
    out = bytearray(content)
    for place in rng.sample(places, min(len(places), 3)):
        out[place] = rng.choice(b"0123456789-e.")
    return bytes(out)


def revalued(rng: random.Random, content: bytes) -> bytes:
    """Another value in one attribute or one text: well-formed, and wrong in its meaning."""
    places = [found.span(1) for found in VALUE.finditer(content)]
    if not places:
        return content
    start, end = rng.choice(places)
    return content[:start] + rng.choice(VALUES) + content[end:]


CHANGES = [flipped, cut, doubled, told, renumbered, revalued]


def repacked(rng: random.Random, content: bytes) -> bytes:
    """One part changed and the archive whole, so that the parsers get to see it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(list(files))
    if rng.random() < 0.6:
        files[name] = rng.choice([revalued, renumbered])(rng, files[name])
    else:
        for _ in range(rng.randint(1, 3)):
            files[name] = rng.choice(CHANGES)(rng, files[name])
    if rng.random() < 0.1:
        del files[rng.choice(list(files))]
    if rng.random() < 0.1:
        first, second = rng.choice(list(files)), rng.choice(list(files))
        files[first], files[second] = files[second], files[first]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as new:
        for part, data in files.items():
            new.writestr(part, data)
    return out.getvalue()


def mutants(seed: int, count: int):
    """`count` changed workbooks; the same seed makes the same ones."""
    rng = random.Random(seed)
    honest = [raw(name) for name in HONEST]
    for _ in range(count):
        content = rng.choice(honest)
        if rng.random() < 0.7:
            yield repacked(rng, content)
        elif rng.random() < 0.3:
            yield content[: rng.randrange(len(content))]
        else:
            yield flipped(rng, content, most=20)
