"""The register of problems: one code, one HTTP status and one set of words for each.

Pages, fragments and the API all take code and words from here, so that a person can read a code out
on the telephone and it means the same everywhere. The list for people is
docs/user-guide/ma-loi.md; a test holds the two together.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

# Set by the outermost middleware; the log, the page and the API name the same request.
request_id: ContextVar[str] = ContextVar("request_id", default="")


@dataclass(frozen=True)
class Problem:
    """What happened, what to do, and what of the person's work is kept (Vietnamese)."""

    code: str
    status: int
    title: str
    message: str
    kept: str = ""

    def as_json(self, detail: str = "", errors: Iterable[Any] = ()) -> dict[str, Any]:
        """The body of application/problem+json (RFC 9457)."""
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": detail or " ".join(filter(None, (self.message, self.kept))),
            "code": self.code,
            "request_id": request_id.get(),
            "errors": list(errors),
        }


NOTHING_CHANGED = "Số liệu đã lưu không bị thay đổi."
DRAFT_KEPT = "Nội dung đang nhập vẫn còn."
FILE_KEPT = "Tệp vẫn được giữ ở “Các đợt nhập”."

# The machine: nobody typed anything wrong.
UNFORESEEN = Problem(
    "NTM-001",
    500,
    "Lỗi ngoài dự kiến",
    "Hãy thử lại sau ít phút. Nếu lỗi lặp lại, báo quản trị kèm mã yêu cầu và giờ xảy ra.",
    NOTHING_CHANGED,
)
RESTARTING = Problem(
    "NTM-002",
    503,
    "Hệ thống đang khởi động lại",
    "Trang tự gửi lại sau 5 giây; không cần nhập lại.",
    "Số liệu đã gửi không bị mất.",
)
DISK_FULL = Problem(
    "NTM-003",
    507,
    "Máy chủ không còn chỗ lưu tệp",
    "Hãy báo quản trị rồi gửi lại tệp.",
    NOTHING_CHANGED,
)
FILE_MISSING = Problem(
    "NTM-004",
    410,
    "Tệp không còn trên máy chủ",
    "Hãy báo quản trị kèm mã yêu cầu để lấy tệp từ bản sao lưu.",
    "Số liệu đã nhập từ tệp vẫn còn nguyên.",
)

# Who is asking.
STALE_PAGE = Problem(
    "NTM-101",
    403,
    "Trang đã cũ",
    "Trang mở lâu hoặc đã đăng nhập lại ở cửa sổ khác. Hãy tải lại trang rồi gửi lại.",
    "Chưa có gì được ghi.",
)
SESSION_ENDED = Problem(
    "NTM-102",
    401,
    "Phiên đã hết",
    "Hãy đăng nhập lại rồi gửi tiếp.",
    DRAFT_KEPT,
)
TOO_MANY_TRIES = Problem(
    "NTM-103",
    429,
    "Thử sai quá nhiều lần",
    "Hãy thử lại sau 15 phút.",
)
FORBIDDEN = Problem(
    "NTM-104",
    403,
    "Chưa được phép làm việc này",
    "Chức danh đang dùng không có quyền làm việc này. Cần quyền: liên hệ quản trị của đơn vị.",
    NOTHING_CHANGED,
)
NOT_FOUND = Problem(
    "NTM-105",
    404,
    "Không tìm thấy",
    "Không tìm thấy hoặc không có quyền xem. Kiểm tra lại địa chỉ, hoặc mở từ danh sách.",
)
NOT_ALLOWED = Problem(
    "NTM-106",
    405,
    "Địa chỉ này không nhận cách gửi đó",
    "Hãy quay lại trang trước và dùng nút trên trang.",
    NOTHING_CHANGED,
)

CENTRAL_UNKNOWN = Problem(
    "NTM-107",
    403,
    "Chưa nối với tài khoản nào của cổng",
    "Đăng nhập tập trung nhận ra bạn, nhưng chưa có tài khoản nào của cổng nối với định danh ấy. "
    "Hãy nhờ quản trị tài khoản của đơn vị nối, hoặc đăng nhập bằng mật khẩu.",
)
CENTRAL_REFUSED = Problem(
    "NTM-108",
    400,
    "Đăng nhập tập trung chưa xong",
    "Lần đăng nhập này đã quá 10 phút, đã dùng rồi hoặc không bắt đầu từ trình duyệt này. "
    "Hãy đăng nhập lại từ đầu.",
)
CENTRAL_AWAY = Problem(
    "NTM-109",
    503,
    "Chưa liên lạc được với máy chủ đăng nhập tập trung",
    "Hãy thử lại sau ít phút, hoặc đăng nhập bằng mật khẩu của cổng.",
    DRAFT_KEPT,
)

# What was sent.
BAD_PARAMETER = Problem(
    "NTM-201",
    400,
    "Yêu cầu chưa đúng",
    "Địa chỉ hoặc tham số của trang không được phép. Hãy quay lại trang trước và chọn lại.",
    NOTHING_CHANGED,
)
BAD_VALUES = Problem(
    "NTM-202",
    422,
    "Còn chỗ phải sửa",
    "Hãy sửa những chỗ được nêu rồi gửi lại.",
    "Nội dung đã nhập vẫn ở trên trang; chưa có gì được ghi vào số liệu.",
)
SAVED_FIRST = Problem(
    "NTM-203",
    409,
    "Người khác đã lưu trước",
    "Hãy so sánh hai bản, chọn nội dung giữ lại rồi lưu.",
    "Bản đang gõ vẫn còn.",
)
KEY_REUSED = Problem(
    "NTM-204",
    422,
    "Nội dung khác với lần đã gửi",
    "Lần gửi này đã dùng cho nội dung khác. Hãy kiểm tra rồi gửi như một lần mới.",
    "Nội dung vừa nhập vẫn còn; lần đã gửi giữ nguyên.",
)
TOO_LARGE = Problem(
    "NTM-205",
    413,
    "Nội dung gửi lên quá lớn",
    "Hãy chia nhỏ nội dung, hoặc gửi bằng tệp ở mục nhập từ tệp.",
    NOTHING_CHANGED,
)
WRONG_TYPE = Problem(
    "NTM-206",
    415,
    "Loại nội dung không được nhận",
    "Hãy gửi đúng loại được nêu trên trang.",
    NOTHING_CHANGED,
)
NOT_ACCEPTABLE = Problem(
    "NTM-207",
    406,
    "Không có dạng trả lời được yêu cầu",
    "Hãy yêu cầu dạng JSON.",
)
NOT_NOW = Problem(
    "NTM-208",
    409,
    "Việc này chưa làm được lúc này",
    "Hãy xem lý do được nêu trên trang.",
    "Nội dung đã nhập được giữ trong bản nháp.",
)
NO_CELLS = Problem(
    "NTM-209",
    400,
    "Không nhận được ô nào của báo cáo",
    "Hãy tải lại trang rồi gửi lại.",
    "Bản nháp đã lưu giữ nguyên.",
)

# Files that the page itself refuses; what is inside one is told in the list of imports.
FILE_TOO_LARGE = Problem(
    "NTM-301",
    413,
    "Tệp vượt giới hạn dung lượng",
    "Hãy xóa hình ảnh và các trang tính không dùng rồi tải lên lại.",
    NOTHING_CHANGED,
)
FILE_WRONG_KIND = Problem(
    "NTM-302",
    415,
    "Tệp không thuộc loại được nhận",
    "Hãy mở tệp bằng Excel hoặc Word và lưu lại đúng loại.",
    FILE_KEPT,
)
FILE_REFUSED = Problem(
    "NTM-303",
    422,
    "Tệp không đọc được an toàn",
    "Hãy chép số liệu sang biểu mẫu trống rồi tải lên lại.",
    FILE_KEPT,
)
FILE_HAS_FAULTS = Problem(
    "NTM-304",
    422,
    "Tệp còn ô phải sửa",
    "Hãy sửa các ô được nêu trong tệp rồi tải lên lại; chưa dòng nào được ghi.",
    FILE_KEPT,
)

REGISTER: dict[str, Problem] = {
    problem.code: problem for problem in list(globals().values()) if isinstance(problem, Problem)
}
# Where a status says enough; a view names the problem itself where it does not.
BY_STATUS: dict[int, Problem] = {
    problem.status: problem
    for problem in (
        BAD_PARAMETER,
        SESSION_ENDED,
        FORBIDDEN,
        NOT_FOUND,
        NOT_ALLOWED,
        NOT_ACCEPTABLE,
        NOT_NOW,
        FILE_MISSING,
        TOO_LARGE,
        WRONG_TYPE,
        BAD_VALUES,
        TOO_MANY_TRIES,
        UNFORESEEN,
        RESTARTING,
        DISK_FULL,
    )
}


def of_status(status: int) -> Problem:
    """The problem that a bare status stands for."""
    known = BY_STATUS.get(status)
    return known or (UNFORESEEN if status >= 500 else BAD_PARAMETER)


class Refused(Exception):
    """A view gives up with a problem of the register; `detail` says which box or parameter."""

    def __init__(self, problem: Problem, detail: str = ""):
        super().__init__(detail or problem.message)
        self.problem, self.detail = problem, detail
