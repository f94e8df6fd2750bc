"""The words of money: closed lists that entries, payments and projects choose from."""

from django.db import models


class Source(models.TextChoices):
    CENTRAL = "central", "Ngân sách trung ương"
    PROVINCE = "province", "Ngân sách tỉnh"
    DISTRICT = "district", "Ngân sách huyện"
    COMMUNE = "commune", "Ngân sách xã"
    MAINSTREAMED = "mainstreamed", "Vốn lồng ghép"
    CREDIT = "credit", "Tín dụng chính sách"
    ENTERPRISE = "enterprise", "Doanh nghiệp, hợp tác xã"
    COMMUNITY_CASH = "community_cash", "Cộng đồng, bằng tiền"
    COMMUNITY_KIND = "community_kind", "Cộng đồng, ngày công và hiện vật quy đổi"


class Nature(models.TextChoices):
    INVESTMENT = "investment", "Vốn đầu tư phát triển"
    RECURRENT = "recurrent", "Kinh phí sự nghiệp"


class Moment(models.TextChoices):
    START = "start", "giao đầu năm"
    LATER = "later", "bổ sung trong năm"


class Funding(models.TextChoices):
    DOMESTIC = "domestic", "Vốn trong nước"
    FOREIGN = "foreign", "Vốn nước ngoài"


class EntryKind(models.TextChoices):
    ALLOTMENT = "allotment", "Giao vốn"
    SUPPLEMENT = "supplement", "Bổ sung"
    CUT = "cut", "Cắt giảm"
    TRANSFER_IN = "transfer_in", "Điều chuyển đến"
    TRANSFER_OUT = "transfer_out", "Điều chuyển đi"
    CARRY_IN = "carry_in", "Chuyển nguồn sang"
    CARRY_OUT = "carry_out", "Chuyển nguồn đi"
    RECOVERY = "recovery", "Thu hồi"
    RECOVERED = "recovered", "Nhận vốn thu hồi"
    CORRECTION = "correction", "Đính chính"


TAKES_AWAY = (EntryKind.CUT, EntryKind.TRANSFER_OUT, EntryKind.CARRY_OUT, EntryKind.RECOVERY)

# Both halves of a movement stand under one decision and sum to zero.
PAIRED = (EntryKind.TRANSFER_IN, EntryKind.TRANSFER_OUT, EntryKind.RECOVERED)

# A vintage: money that shares these keeps its own rules and its own balance.
VINTAGE = ("source", "nature", "origin_year", "moment", "funding")
# What a movement never changes: money given on the way counts as given later in the year.
STOCK = ("source", "nature", "origin_year", "funding")


class MovementKind(models.TextChoices):
    TRANSFER = "transfer", "Điều chuyển"
    CARRY_OVER = "carry_over", "Chuyển nguồn sang năm sau"
    RECOVERY = "recovery", "Thu hồi về ngân sách"


class ProjectKind(models.TextChoices):
    WORKS = "works", "Công trình"
    ACTIVITY = "activity", "Hoạt động sự nghiệp"


class PaymentKind(models.TextChoices):
    ADVANCE = "advance", "Tạm ứng"
    VOLUME = "volume", "Thanh toán khối lượng hoàn thành"
    RECOVERY = "recovery", "Thu hồi tạm ứng"
    CUMULATIVE = "cumulative", "Chênh lệch theo số lũy kế Kho bạc"


class RuleKind(models.TextChoices):
    ALLOCATION_COMPLETE = "allocation_complete", "Giao vốn đầu tư đến xã xong"
    ZERO_REVIEW = "zero_disbursement_review", "Rà soát vốn giải ngân 0 %"
    TREASURY_STOP = "treasury_stop", "Đề nghị Kho bạc tạm dừng thanh toán"
    SHORTFALL = "forecast_shortfall", "Dự báo không giải ngân hết"
    CROSS_UNIT = "cross_unit_transfer", "Điều chuyển ra ngoài huyện, đơn vị"
    YEAR_END = "year_end_recovery", "Thu hồi vốn hết thời hạn"


class MatchKind(models.TextChoices):
    CODE = "code", "Khớp mã"
    REMEMBERED = "remembered", "Mã đã ghép trước đó"
    PERSON = "person", "Người dùng ghép"


class GapReason(models.TextChoices):
    TIMING = "timing", "Chênh thời điểm ghi nhận"
    WRONG_MONEY = "wrong_money", "Kho bạc hạch toán khác nguồn, tính chất hoặc năm gốc"
    MISSING_VOUCHER = "missing_voucher", "Cổng thiếu chứng từ"
    TREASURY_ERROR = "treasury_error", "Kho bạc báo nhầm, đã đề nghị sửa"
    OTHER = "other", "Lý do khác"
