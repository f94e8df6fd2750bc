"""Three reporting rounds: two of 2022 done, the half-year of 2023 under way; a few notices."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from core.columns import MILLION
from notices.models import Notice, NoticeKind
from reporting.drafts import approve
from reporting.figures import consolidated_figures
from reporting.models import Consolidated, Report, Round, RoundKind
from reporting.publishing import accept_report, submit_report
from reporting.rounds import open_round, province_committee
from reporting.sheet import build_sheet

# Share of the year's targets reached, in the order of places.DISTRICTS.
HALF_2022 = (0.3, 0.28, 0.38, 0.45, 0.5, 0.52, 0.6, 0.48, 0.5)
YEAR_2022 = (0.82, 0.9, 1.0, 1.02, 1.1, 1.05, 1.2, 1.0, 1.1)
HALF_2023 = (0.2, 0.24, 0.3, 0.42, 0.45, 0.5, 0.58, 0.4, 0.5)
LATE = {("2022-H1", "Mây Ngàn"): 4, ("2022", "Đá Biếc"): 3, ("2022", "Mây Ngàn"): 9}
SUBMITTED = ("Trăng Non", "Cửa Sóng", "Hoa Nắng")
RETURNED, ACCEPTED = "Mây Ngàn", "Lúa Vàng"
ISSUED_2022 = (
    ("2022-H1", "41/BC-BCĐ", date(2022, 7, 22)),
    ("2022", "07/BC-BCĐ", date(2023, 1, 19)),
)
REASON = (
    "Mục giải ngân chưa nêu nguyên nhân của 6 công trình giải ngân 0 %; phần kiến nghị trùng với "
    "kỳ trước."
)
# Each district writes in its own words; the n-th takes the n-th wording, round and round.
TEXTS = {
    "results": (
        "{unit} đã kiện toàn Ban Chỉ đạo, ban hành kế hoạch năm và phân công từng thành viên theo "
        "dõi xã. Trong kỳ tổ chức 3 cuộc họp giao ban, 2 đoàn kiểm tra ở cơ sở.",
        "Ủy ban nhân dân huyện giao ban hằng tháng với các xã, giao danh mục công trình đến chủ "
        "đầu tư ngay trong quý I; đã tổ chức 4 lớp tập huấn cho cán bộ xã, thôn.",
        "{unit} ban hành 5 văn bản chỉ đạo, lồng ghép ba chương trình trong một kế hoạch; Mặt trận "
        "và các đoàn thể giám sát 6 công trình do cộng đồng thực hiện.",
    ),
    "difficulties": (
        "Giải phóng mặt bằng kéo dài do hộ dân chưa thống nhất đơn giá bồi thường; hai công trình "
        "phải đấu thầu lại vì không có nhà thầu dự thầu.",
        "Kinh phí sự nghiệp giải ngân thấp vì mẫu hồ sơ chọn dự án phát triển sản xuất mới được "
        "hướng dẫn; cán bộ xã kiêm nhiệm nhiều việc.",
        "Giá vật liệu tăng, mỏ vật liệu gần công trình hết phép khai thác nên nhà thầu thi công "
        "cầm chừng; vốn đối ứng của huyện về chậm.",
        "Một số chỉ tiêu về nước sạch và thu nhập chưa có số liệu thống kê đến cấp xã, khó đánh "
        "giá mức đạt.",
    ),
    "proposals": (
        "Đề nghị tỉnh sớm ban hành mẫu hồ sơ chọn dự án phát triển sản xuất và hướng dẫn "
        "thanh toán.",
        "Đề nghị cho điều chỉnh vốn giữa các công trình trong huyện trước ngày 30/9.",
        "",
    ),
    "next": (
        "Hoàn thành hồ sơ thanh toán các công trình đã nghiệm thu; khởi công các công trình còn "
        "lại trước ngày 15 của tháng đầu kỳ.",
        "Rà soát các chỉ tiêu khó đạt, giao từng phòng phụ trách; kiểm tra các xã có tỷ lệ giải "
        "ngân dưới 30 %.",
        "Tổ chức xét, đề nghị công nhận các thôn đạt chuẩn; tập huấn cho ban phát triển thôn.",
    ),
}


@dataclass(frozen=True)
class Reporting:
    """What each report of a round needs: the round, who reviews, how far targets are."""

    round: object
    reviewer: object
    reached: dict

    def on(self, district):
        days = LATE.get((self.round.period, district.short_name), -2)
        return self.round.due_on + timedelta(days=days)


def build_reports(province, people):
    for kind, period, opened, reached in (
        (RoundKind.HALF_YEAR, "2022-H1", date(2022, 6, 10), HALF_2022),
        (RoundKind.YEAR, "2022", date(2022, 12, 10), YEAR_2022),
        (RoundKind.HALF_YEAR, "2023-H1", date(2023, 6, 12), HALF_2023),
    ):
        report_round, _ = open_round(kind, period, today=opened, user=people["thuongtruc"])
        reporting = Reporting(
            report_round, people["thuongtruc2"], dict(zip(province.districts, reached, strict=True))
        )
        is_past = period.startswith("2022")
        chosen = [
            d
            for d in province.districts
            if is_past or d.short_name in (*SUBMITTED, RETURNED, ACCEPTED)
        ]
        for district in chosen:
            write_report(reporting, district, writer_of(district, people), is_past)
    for period, number, issued_on in ISSUED_2022:
        issue_consolidated(Round.objects.get(period=period), people, number, issued_on)
    close_old_notices()
    send_notices(province, people)


def writer_of(district, people):
    return people[
        {"Đá Biếc": "dabiec", "Ngàn Sao": "ngansao"}.get(district.short_name, district.short_name)
    ]


def write_report(reporting, district, writer, is_past):
    obligation = reporting.round.obligations.get(unit=district)
    report = Report.objects.create(obligation=obligation)
    typed = typed_values(build_sheet(report, {}), reporting.reached[district])
    report.save_draft(writer, typed, version=report.version)
    sheet = build_sheet(report)
    if not sheet.check():
        raise ValueError([(cell.label, cell.error) for cell in sheet.errors])
    sent_on = reporting.on(district) if is_past else date(2023, 6, 30)
    submit_report(report, sheet, writer, on=sent_on)
    if is_past or district.short_name == ACCEPTED:
        accept_report(report, reporting.reviewer, on=sent_on + timedelta(days=2))
    elif district.short_name == RETURNED:
        give_back(report, reporting.reviewer)


def typed_values(sheet, share):
    """What a careful officer would type: figures near the plan, money as in the ledger."""
    typed = {}
    for row in sheet.targets:
        typed[row.value.name] = str(int(row.target.value * Decimal(str(share))))
    for row in sheet.money:
        paid = (row.paid or 0) // MILLION
        left = (row.planned or 0) // MILLION - paid
        typed[row.reported.name] = str(paid)
        typed[row.forecast.name] = str(paid + left * 9 // 10)
    for row in sheet.texts:
        wordings = TEXTS[str(row.section)]
        chosen = wordings[sheet.report.obligation_id % len(wordings)]
        typed[row.cell.name] = chosen.format(unit=sheet.report.unit.name)
    return typed


def give_back(report, reviewer):
    to_mend = [section.title for section in build_sheet(report).sections()[1:]]
    report.give_back(reviewer, on=date(2023, 7, 1), reason=REASON, sections=to_mend)
    Notice.objects.send(
        key=f"report-{report.pk}-{NoticeKind.RETURNED}-{report.revision}",
        unit=report.unit,
        kind=NoticeKind.RETURNED,
        subject=f"{report.round} bị trả lại: cần bổ sung nguyên nhân",
        body=REASON,
        url=reverse("reporting:fill", args=[report.obligation_id]),
        sender=reviewer,
    )


def issue_consolidated(report_round, people, number, issued_on):
    """The committee's report of a past round: approved, with the number the clerk recorded."""
    committee = province_committee(report_round.money_on)
    draft = Consolidated.objects.create(round=report_round, committee=committee)
    draft.figures = consolidated_figures(
        report_round, committee, today=issued_on, known_at=timezone.now()
    )
    draft.built_at = timezone.now()
    draft.save(update_fields=["figures", "built_at"])
    document = approve(draft, people["truongban"])
    document.record_number(people["vanthu"], number=number, issued_on=issued_on)


def close_old_notices():
    """What was announced in 2022 has long been read."""
    Notice.objects.filter(kind=NoticeKind.OPENED, subject__contains="2022").update(
        read_at=timezone.now()
    )


def send_notices(province, people):
    sender = people["truongban"]
    for key, unit, subject, body in (
        (
            "urge-zero-dabiec",
            province.district("Đá Biếc"),
            "Đôn đốc: 8 công trình chưa giải ngân vốn giao đầu năm 2023",
            "Nêu nguyên nhân từng công trình và phương án điều chuyển trước ngày 10/7/2023.",
        ),
        (
            "urge-sxd",
            province.agencies["SXD"],
            "Đôn đốc: 3 nhiệm vụ quá hạn của Kế hoạch 86/KH-BCĐ",
            "Báo cáo tiến độ ba quy định về cơ chế đặc thù và tiêu chí quy hoạch.",
        ),
    ):
        Notice.objects.send(
            key=key, unit=unit, kind=NoticeKind.URGE, subject=subject, body=body, sender=sender
        )
