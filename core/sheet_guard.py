"""First gate for uploaded tables: every part is streamed and counted before anything parses it.

No Django here and nothing is built in memory, so the web process may call it on hostile files.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from .ole_guard import HEADER as OLE_HEADER
from .ole_guard import watch_ole
from .sheet_watch import LimitPassed, PartLog, UnsafeXml, watch

MB = 1024 * 1024
CHUNK = 64 * 1024
Formulas = dict[str, list[str]]
Errors = dict[str, dict[str, str]]
FREE_RATIO_BYTES = MB
DIRECTORY_BYTES = MB


class Code(StrEnum):
    """The closed list of verdicts."""

    OK = "ok"
    EMPTY = "empty"
    NOT_A_TABLE = "not_a_table"
    OLD_OR_LOCKED = "old_or_locked"
    LOCKED = "locked"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MANY_CELLS = "too_many_cells"
    TOO_MANY_SHEETS = "too_many_sheets"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_MANY_FORMULAS = "too_many_formulas"
    TOO_MANY_STYLES = "too_many_styles"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    TEXT_TOO_LONG = "text_too_long"
    FORBIDDEN_PART = "forbidden_part"
    UNSAFE_XML = "unsafe_xml"
    BAD_NAME = "bad_name"
    DAMAGED = "damaged"


STATUS = {
    Code.OK: 200,
    Code.EMPTY: 415,
    Code.NOT_A_TABLE: 415,
    Code.OLD_OR_LOCKED: 415,
    Code.LOCKED: 415,
    Code.TOO_LARGE: 413,
}


@dataclass(frozen=True)
class Limits:
    file_bytes: int
    rows: int
    cells: int
    total_bytes: int = 100 * MB
    part_bytes: int = 60 * MB
    columns: int = 100
    parts: int = 500
    sheets: int = 30
    ratio: int = 200
    elements: int = 4_000_000
    formulas: int = 50_000
    text: int = 32_767
    cpu_seconds: int = 20
    seconds: int = 25


REPORT = Limits(file_bytes=10 * MB, rows=20_000, cells=500_000)
EXTRACT = Limits(
    file_bytes=40 * MB,
    rows=200_000,
    cells=4_000_000,
    total_bytes=400 * MB,
    part_bytes=300 * MB,
    elements=10_000_000,
    cpu_seconds=90,
    seconds=120,
)


@dataclass(frozen=True)
class Verdict:
    code: Code
    message: str = ""
    formulas: Formulas = field(default_factory=dict)
    # Cells that hold an error value of Excel: {sheet: {cell: "#N/A"}}.
    errors: Errors = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.code is Code.OK

    @property
    def status(self) -> int:
        return STATUS.get(self.code, 422)


class _Refused(Exception):
    def __init__(self, code: Code, detail: str = ""):
        super().__init__(code)
        self.code, self.detail = code, detail


KIND_WORDS = {
    "xlsx": "Excel (.xlsx)",
    "xls": "Excel (.xlsx, .xls)",
    "docx": "Word (.docx)",
    "tsv": "văn bản phân cách bằng Tab",
}
MAIN_ROOT = {"xlsx": "workbook", "docx": "document"}
FORBIDDEN = re.compile(
    r"vbaproject|(^|/)(activex|embeddings|externallinks|macrosheets|dialogsheets)/", re.IGNORECASE
)
PRINTER_SETTINGS = re.compile(r"(^|/)printersettings\d*\.bin$", re.IGNORECASE)
MEDIA = re.compile(
    r"\.(png|jpe?g|gif|bmp|tiff?|emf|wmf|wdp|webp|odttf|ttf|fntdata|bin)$|^mimetype$", re.IGNORECASE
)


def inspect(path: str | Path, limits: Limits = REPORT, kind: str = "xlsx") -> Verdict:
    """Judge one uploaded file; never raises for anything the file itself contains.

    Kind "xls" takes the old format and the new one, whatever the name of the file says.
    """
    try:
        _check_size(path, limits)
        formulas, errors = _inspected(path, limits, kind)
    except _Refused as refusal:
        return Verdict(refusal.code, _message(refusal, limits, kind))
    return Verdict(Code.OK, formulas=formulas, errors=errors)


def _inspected(path: str | Path, limits: Limits, kind: str) -> tuple[Formulas, Errors]:
    if kind == "tsv":
        return _inspect_text(path), {}
    if kind == "xls":
        if is_ole(path):
            return _inspect_ole(path, limits)
        kind = "xlsx"
    return _inspect_zip(path, limits, kind)


def is_ole(path: str | Path) -> bool:
    with open(path, "rb") as file:
        return file.read(8) == OLE_HEADER


def _inspect_ole(path: str | Path, limits: Limits) -> tuple[Formulas, Errors]:
    try:
        log = watch_ole(path, limits)
    except LimitPassed as passed:
        raise _Refused(Code(passed.code), passed.detail) from None
    return log.formulas, log.errors


def _check_size(path: str | Path, limits: Limits) -> None:
    size = Path(path).stat().st_size
    if not size:
        raise _Refused(Code.EMPTY)
    if size > limits.file_bytes:
        # Rounded up, so that a file just over the limit is not said to be as large as the limit.
        tenths = -(-size * 10 // MB)
        raise _Refused(Code.TOO_LARGE, f"{tenths // 10},{tenths % 10} MB")


def _inspect_text(path: str | Path) -> Formulas:
    with open(path, "rb") as file:
        head = file.read(8)
        rest = file.read()
    if head.startswith((b"PK\x03\x04", OLE_HEADER)):
        raise _Refused(Code.NOT_A_TABLE)
    is_utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = (head + rest).decode("utf-16" if is_utf16 else "utf-8")
    except UnicodeDecodeError:
        raise _Refused(Code.NOT_A_TABLE) from None
    if "\x00" in text:
        raise _Refused(Code.NOT_A_TABLE)
    return {}


def _inspect_zip(path: str | Path, limits: Limits, kind: str) -> tuple[Formulas, Errors]:
    with open(path, "rb") as file:
        head = file.read(8)
    if head == OLE_HEADER:
        raise _Refused(Code.OLD_OR_LOCKED)
    if not head.startswith(b"PK"):
        raise _Refused(Code.NOT_A_TABLE)
    try:
        _check_directory_size(path)
        with zipfile.ZipFile(path) as archive:
            return _inspect_archive(archive, limits, kind)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise _Refused(Code.DAMAGED) from None
    except LimitPassed as passed:
        raise _Refused(Code(passed.code), passed.detail) from None
    except UnsafeXml:
        raise _Refused(Code.UNSAFE_XML) from None


def _check_directory_size(path: str | Path) -> None:
    """zipfile makes an object per entry before we may count them, so the directory is weighed."""
    with open(path, "rb") as file:
        end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    if end is None:
        raise _Refused(Code.DAMAGED)
    if end[5] > DIRECTORY_BYTES:
        raise _Refused(Code.TOO_MANY_PARTS)


def _inspect_archive(
    archive: zipfile.ZipFile, limits: Limits, kind: str
) -> tuple[Formulas, Errors]:
    infos = archive.infolist()
    _check_names(infos, limits)
    log = PartLog(limits)
    total = 0
    for info in infos:
        total += _watch_part(archive, info, limits, log, limits.total_bytes - total)
    _check_kind(log, kind)
    if len(log.worksheets) > limits.sheets:
        raise _Refused(Code.TOO_MANY_SHEETS)
    names = _sheet_names(log)
    return (
        {names.get(part, part): cells for part, cells in log.formulas.items()},
        {names.get(part, part): cells for part, cells in log.errors.items()},
    )


def _check_names(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(infos) > limits.parts:
        raise _Refused(Code.TOO_MANY_PARTS)
    seen = set()
    for info in infos:
        name = info.filename
        _check_name(name, info.orig_filename)
        if name.casefold() in seen:
            raise _Refused(Code.BAD_NAME)
        seen.add(name.casefold())
        _check_part_kind(info)


def _check_name(name: str, original: str) -> None:
    parts = name.split("/")
    if name != original or ".." in parts or not parts[0] or re.search(r"[\\:\x00-\x1f]", name):
        raise _Refused(Code.BAD_NAME)


def _check_part_kind(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1:
        raise _Refused(Code.OLD_OR_LOCKED)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _Refused(Code.DAMAGED)
    name = info.filename
    is_other_binary = name.lower().endswith(".bin") and not PRINTER_SETTINGS.search(name)
    if FORBIDDEN.search(name) or is_other_binary:
        raise _Refused(Code.FORBIDDEN_PART)


def _watch_part(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits, log: PartLog, room: int
) -> int:
    """Stream one part, counting what really comes out, not what the directory declares."""
    counter = _Counter(limits, info, room)
    with archive.open(info) as part:
        chunks = counter.count(iter(lambda: part.read(CHUNK), b""))
        first = next(chunks, b"")
        is_text = first.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<")
        if info.is_dir() or (MEDIA.search(info.filename) and not is_text):
            for _ in chunks:
                pass
        else:
            watch(info.filename, first, chunks, log)
    return counter.size


class _Counter:
    def __init__(self, limits: Limits, info: zipfile.ZipInfo, room: int):
        self.size = 0
        self.most = min(limits.part_bytes, room)
        self.most_by_ratio = max(FREE_RATIO_BYTES, limits.ratio * info.compress_size)

    def count(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.size += len(chunk)
            if self.size > self.most or self.size > self.most_by_ratio:
                raise _Refused(Code.UNPACKS_TOO_LARGE)
            yield chunk


def _check_kind(log: PartLog, kind: str) -> None:
    """The content says what a file is; its extension may say anything."""
    if MAIN_ROOT[kind] not in log.roots.values():
        raise _Refused(Code.NOT_A_TABLE)


def _sheet_names(log: PartLog) -> dict[str, str]:
    names = {}
    for part, sheets in log.sheet_ids.items():
        folder, base = posixpath.split(part)
        targets = log.relations.get(f"{folder}/_rels/{base}.rels".lstrip("/"), {})
        for name, relation in sheets:
            target = targets.get(relation, "")
            full = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            names[full] = name
    return names


def _dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _message(refusal: _Refused, limits: Limits, kind: str) -> str:
    return MESSAGES[refusal.code].format(
        detail=refusal.detail,
        kind=KIND_WORDS[kind],
        extension=".xlsx" if kind == "xls" else f".{kind}",
        size=f"{limits.file_bytes // MB} MB",
        rows=_dotted(limits.rows),
        columns=limits.columns,
        cells=_dotted(limits.cells),
        sheets=limits.sheets,
        text=_dotted(limits.text),
    )


COPY_TO_BLANK = " Hãy chép số liệu sang biểu mẫu trống rồi tải lên lại."
MESSAGES = {
    Code.EMPTY: "Tệp rỗng, không có nội dung. Hãy kiểm tra lại tệp rồi tải lên lại.",
    Code.NOT_A_TABLE: (
        "Tệp không phải {kind}. Hãy mở bằng phần mềm soạn thảo và chọn Lưu thành {extension}. "
        "Tệp của bạn vẫn được giữ trong mục Tệp đã tải."
    ),
    Code.OLD_OR_LOCKED: (
        "Tệp định dạng cũ hoặc có mật khẩu. Hãy bỏ mật khẩu và lưu lại dạng {extension}."
    ),
    Code.LOCKED: "Tệp có mật khẩu. Hãy bỏ mật khẩu rồi tải lên lại.",
    Code.TOO_LARGE: (
        "Tệp {detail} vượt giới hạn {size}. Hãy xoá hình ảnh và các trang tính không dùng."
    ),
    Code.TOO_MANY_ROWS: (
        "Tệp có cấu trúc bất thường ({detail}). Biểu mẫu cho tối đa {rows} dòng." + COPY_TO_BLANK
    ),
    Code.TOO_MANY_COLUMNS: (
        "Tệp có cấu trúc bất thường ({detail}). Biểu mẫu cho tối đa {columns} cột." + COPY_TO_BLANK
    ),
    Code.TOO_MANY_CELLS: (
        "Tệp có quá nhiều ô; biểu mẫu cho tối đa {cells} ô có số liệu." + COPY_TO_BLANK
    ),
    Code.TOO_MANY_SHEETS: (
        "Tệp có quá nhiều trang tính (tối đa {sheets}). Hãy xoá các trang tính không dùng."
    ),
    Code.TOO_MANY_PARTS: "Tệp có cấu trúc bất thường (quá nhiều thành phần)." + COPY_TO_BLANK,
    Code.TOO_MANY_FORMULAS: (
        "Tệp có quá nhiều công thức. Hãy dán giá trị (Dán đặc biệt → Giá trị) rồi tải lên lại."
    ),
    Code.TOO_MANY_STYLES: "Tệp có quá nhiều kiểu định dạng." + COPY_TO_BLANK,
    Code.UNPACKS_TOO_LARGE: (
        "Tệp có cấu trúc bất thường (dung lượng sau khi giải nén quá lớn)." + COPY_TO_BLANK
    ),
    Code.TEXT_TOO_LONG: (
        "Tệp có ô chứa quá {text} ký tự. Hãy rút ngắn nội dung ô đó rồi tải lên lại."
    ),
    Code.FORBIDDEN_PART: (
        "Tệp chứa macro, liên kết ngoài hoặc đối tượng nhúng nên không được nhận. "
        "Hãy sao chép giá trị sang biểu mẫu chuẩn."
    ),
    Code.UNSAFE_XML: "Tệp có cấu trúc không an toàn nên không được nhận." + COPY_TO_BLANK,
    Code.BAD_NAME: (
        "Tệp có cấu trúc bất thường (tên thành phần trùng hoặc không hợp lệ)." + COPY_TO_BLANK
    ),
    Code.DAMAGED: (
        "Tệp bị hỏng hoặc tải lên chưa trọn vẹn. Hãy mở tệp, lưu lại dạng {extension} "
        "rồi tải lên lại."
    ),
}
