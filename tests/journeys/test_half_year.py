"""The half-year from the plan to the printed report, as its people walk it in a browser."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from jobs import runner
from jobs.models import Job
from mtqg_portal.demo import DEMO_PASSWORD
from organizations.models import Unit
from reporting.models import Consolidated, Report
from tests.browser_tools import (
    assert_no_csp_violations,
    assert_no_sideways_scroll,
    browser,
    shot,
    sign_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.smoke, pytest.mark.django_db(transaction=True)]

APPENDIX = Path(__file__).parent.parent / "assignments" / "data" / "appendix.docx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PROJECT = "HT-0001"


@pytest.fixture(autouse=True)
def hand_worked(monkeypatch, settings):
    """No broker here: the test is the worker (see `work`); only its ring is silenced."""
    monkeypatch.setattr(runner, "ring", lambda job_id: None)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture
def demo(transactional_db):
    call_command("seed_demo", verbosity=0)


@pytest.fixture
def chromium():
    with browser() as running:
        yield running


def work():
    """What worker and scheduler do, until nothing is left."""
    call_command("tick")
    while job := Job.objects.filter(state="queued").order_by("pk").first():
        runner.run(job.pk)
        job.refresh_from_db()
        assert job.state == "done", (job.kind, job.error)


class Person:
    """Somebody signed in, at a desk (1440) or with a phone (390)."""

    def __init__(self, chromium, server, username, width=1440):
        self.server = server
        self.name = f"{username.replace('.', '_')}_{width}"
        self.page = chromium.page(width, accept_downloads=True)
        self.page.set_default_timeout(10_000)
        sign_in(self.page, server.url, username, DEMO_PASSWORD)

    def open(self, path, name=""):
        answer = self.page.goto(f"{self.server.url}{path}")
        self.look(name)
        return answer

    def look(self, name=""):
        self.page.wait_for_load_state()
        assert_no_sideways_scroll(self.page)
        assert_no_csp_violations(self.page)
        if name:
            shot(self.page, f"{name}_{self.name}")

    def press(self, label, name=""):
        self.page.get_by_role("button", name=label, exact=True).first.click()
        self.look(name)

    def sees(self, *texts):
        self.page.wait_for_load_state()
        shown = self.page.locator("main").inner_text()
        for text in texts:
            assert text in shown, f"{text!r} not on {self.page.url}:\n{shown[:3000]}"

    def upload(self, name, content, mime=XLSX):
        self.page.set_input_files(
            "input[type=file]", {"name": name, "mimeType": mime, "buffer": content}
        )


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def capital_file(commune):
    return workbook(
        [
            "Mã dự án",
            "Tên công trình, hoạt động",
            "Loại",
            "Mã đơn vị",
            "Thành phần",
            "Nguồn vốn",
            "Tính chất",
            "Năm gốc",
            "Thời điểm giao",
            "Số tiền (triệu đồng)",
            "Số quyết định",
            "Ngày quyết định",
        ],
        [
            PROJECT,
            "Đường liên thôn của hành trình",
            "Công trình",
            commune.code,
            "NTM-02.01",
            "Ngân sách trung ương",
            "Vốn đầu tư phát triển",
            2023,
            "giao đầu năm",
            2000,
            "15/QĐ-UBND",
            "10/01/2023",
        ],
    )


def extract_file():
    return workbook(
        [
            "Mã dự án",
            "Nguồn vốn",
            "Tính chất",
            "Năm gốc",
            "Thời điểm giao",
            "Tạm ứng lũy kế (triệu đồng)",
            "Thanh toán KLHT lũy kế (triệu đồng)",
        ],
        [PROJECT, "Ngân sách trung ương", "Vốn đầu tư phát triển", 2023, "giao đầu năm", 300, 200],
    )


def test_the_half_year(demo, chromium, live_server):
    office = Person(chromium, live_server, "mau.thuongtruc")
    plan_and_tasks(chromium, live_server, office)
    money_and_rule(chromium, live_server, office)
    district = Person(chromium, live_server, "mau.dabiec")
    fill_and_submit(district)
    return_and_accept(office, district)
    approve_and_print(chromium, live_server, office)
    head_on_the_phone(chromium, live_server)


def plan_and_tasks(chromium, server, office):
    """J1: the appendix becomes a register; an agency sees its tasks and reports progress."""
    office.open("/nhiem-vu/ke-hoach/nhap/", "plan_upload")
    office.page.fill("[name=plan]", "HT-01")
    office.page.fill("[name=title]", "Kế hoạch của hành trình giai đoạn 2021-2025")
    office.page.fill("[name=issued_on]", "27/06/2022")
    office.page.fill("[name=first_year]", "2021")
    office.page.fill("[name=last_year]", "2025")
    office.page.set_input_files("input[type=file]", str(APPENDIX))
    office.press("Tải lên và xem trước")
    work()
    office.page.reload()
    office.look("plan_preview")
    office.sees("29")
    office.press("Áp dụng tất cả", "plan_applied")
    office.open("/nhiem-vu/ke-hoach/", "plans")
    office.sees("HT-01")
    publish(office)
    agency = Person(chromium, server, "mau.soxd", 390)
    agency.open("/nhiem-vu/?plan=HT-01", "tasks")
    agency.page.locator("th[scope=row] a").first.click()
    agency.look("task")
    agency.page.get_by_role("link", name="Cập nhật tiến độ").first.click()
    agency.page.fill("[name=percent]", "60")
    agency.page.fill("[name=note]", "Đã lấy ý kiến các sở")
    agency.page.locator("main form [type=submit]").last.click()
    agency.look("task_updated")
    agency.sees("60", "Đã lấy ý kiến các sở")


def publish(office):
    row = office.page.locator("tr", has_text="HT-01")
    row.locator("summary").first.click()
    row.get_by_role("button", name="Ban hành kế hoạch").click()
    office.look("plan_published")
    office.sees("Đã ban hành")


def money_and_rule(chromium, server, office):
    """J2, J3: allotment and extract come in; at 0 % the works is listed, paid it is not."""
    commune = Unit.objects.get(name="Xã Khe Lụa")
    office.open("/von/nhap-von/", "capital_upload")
    office.page.select_option("[name=year]", "2023")
    office.upload("danh-muc-von.xlsx", capital_file(commune))
    office.press("Tải lên và xem trước")
    work()
    office.page.reload()
    office.look("capital_preview")
    office.sees("Đường liên thôn của hành trình")
    office.press("Áp dụng tất cả", "capital_applied")
    office.open("/von/ra-soat-0/", "zero_review")
    office.sees("Đường liên thôn của hành trình", "Khe Lụa")
    treasury = Person(chromium, server, "mau.khobac")
    treasury.open("/von/nhap-giai-ngan/")
    treasury.page.fill("[name=as_of]", "30/06/2023")
    treasury.upload("kho-bac.xlsx", extract_file())
    treasury.press("Tải lên và xem trước")
    work()
    treasury.page.reload()
    treasury.press("Áp dụng tất cả", "extract_applied")
    office.open("/von/ra-soat-0/")
    assert "Đường liên thôn của hành trình" not in office.page.locator("main").inner_text()
    office.open("/von/", "money")
    office.sees("Đá Biếc", "kể cả vốn kéo dài")


def boxes(person):
    return person.page.locator("table.ent input")


def fill_and_submit(district):
    """J4: every error at once, the draft kept, then a receipt."""
    district.open("/bao-cao/", "owed")
    district.page.get_by_role("link", name="Báo cáo 6 tháng đầu năm 2023").first.click()
    district.look("report_form")
    numbers = district.page.locator("table.ent input[inputmode=decimal]")
    count = numbers.count()
    assert count > 4
    for index in range(count):
        numbers.nth(index).fill("1")
    numbers.first.fill("một")
    district.page.fill("[name=n-results]", "Đã họp giao ban hai lần.")
    district.press("Kiểm tra và nộp", "report_refused")
    district.sees("Còn 2 ô phải sửa trước khi nộp", "không phải số", "Chưa nhập")
    assert not district.page.get_by_text("nhưng biểu đã được sửa ở nơi khác").count()
    assert numbers.first.input_value() == "một"
    numbers.first.fill("1")
    district.page.fill("[name=n-difficulties]", "Vướng giải phóng mặt bằng ở hai công trình.")
    district.press("Kiểm tra và nộp", "receipt")
    district.sees("Đã nhận", "BN-2023-")


def return_and_accept(office, district):
    """The standing agency returns with a reason, the district mends, the agency accepts."""
    report = Report.objects.get(submitted_by__username="mau.dabiec", state="submitted")
    review = f"/bao-cao/{report.obligation_id}/xem-xet/"
    office.open(review, "review")
    office.page.get_by_label("Đánh giá và kiến nghị").check()
    office.page.fill("[name=reason]", "Nêu rõ tên hai công trình vướng mặt bằng.")
    office.press("Trả lại kèm lý do", "returned")
    district.open(f"/bao-cao/{report.obligation_id}/", "came_back")
    district.sees("Nêu rõ tên hai công trình", "Đánh giá và kiến nghị")
    district.page.fill("[name=n-difficulties]", "Vướng mặt bằng ở cầu Khe Lụa và đường Biếc.")
    district.press("Kiểm tra và nộp")
    district.sees("lần nộp 2")
    office.open(review)
    office.press("Chấp nhận báo cáo", "accepted")
    report.refresh_from_db()
    assert report.state == "accepted"
    assert district.open(review).status == 200
    assert not district.page.get_by_role("button", name="Chấp nhận báo cáo").count()


def approve_and_print(chromium, server, office):
    """J5: the draft holds the accepted words; approved, three files are kept and served."""
    work()
    draft = Consolidated.objects.get(round__period="2023-H1")
    office.open(f"/bao-cao/tong-hop/{draft.pk}/", "consolidated")
    office.sees("cầu Khe Lụa", "kế hoạch năm, kể cả vốn kéo dài")
    head = Person(chromium, server, "mau.truongban")
    head.open(f"/bao-cao/tong-hop/{draft.pk}/")
    head.page.locator("summary", has_text="Duyệt báo cáo").click()
    head.press("Duyệt và chốt báo cáo", "document_waiting")
    work()
    draft.refresh_from_db()
    head.open(f"/van-ban/{draft.document_id}/", "document")
    starts = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK"}
    for file_format, start in starts.items():
        first, again = (download(head, draft.document_id, file_format) for _ in range(2))
        assert first.startswith(start)
        assert first == again
        kept = draft.document.file_in(file_format).file.sha256
        assert hashlib.sha256(first).hexdigest() == kept


def download(person, document, file_format):
    url = f"{person.server.url}/van-ban/{document}/tai-ve/{file_format}/"
    answer = person.page.request.get(url)
    assert answer.status == 200, (url, answer.status)
    assert "attachment" in answer.headers["content-disposition"]
    return answer.body()


def head_on_the_phone(chromium, server):
    """J6: one screen says what is late, whose it is and how much money is at stake."""
    head = Person(chromium, server, "mau.truongban", 390)
    head.open("/", "dashboard")
    head.sees("Giải ngân", "%", "Đá Biếc")
    desk = Person(chromium, server, "mau.truongban")
    desk.open("/", "dashboard")
