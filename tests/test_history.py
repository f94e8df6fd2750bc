"""Every row of record tells its story on a page: who, when, from what to what, which batch."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alerts.models import Alert, AlertEvent
from assignments.models import Assignment, AssignmentUpdate
from core.append_only import AppendOnlyModel
from core.timeline import MOST, TOLD, Happening, changes, newest_first, value_words
from disbursement.models import (
    ConstructionArrears,
    Contract,
    CounterpartRule,
    GapNote,
    LedgerEntry,
    MediumTermEntry,
    Movement,
    Payment,
    Project,
    TreasuryLine,
)
from documents.models import IssuedDocument, LayoutProfile, LetterTemplate
from documents.starting import start_letters
from jobs.models import AuditEntry, Batch, Job
from notices.models import Delivery, DeliveryItem, Notice
from organizations.history import Names, timeline
from organizations.models import (
    Grant,
    LegalDocument,
    PostHolder,
    Unit,
    UnitEvent,
    UnitFlag,
    UnitKind,
    UnitLineage,
    User,
)
from periods.models import LockException, PeriodLock, Submission
from programs.models import WorkPlan
from reporting.figures import consolidated_figures
from reporting.models import Consolidated, Report, ReportEvent
from targets.models import Progress, Target
from tests.api.rows import every_row
from tests.sources import OWN_MODELS

# Rows written once and never edited, besides those that say so by their class.
ONCE = {
    "alerts.AlertEvent",
    "assignments.AssignmentUpdate",
    "documents.DocumentFile",
    "documents.IssuedDocument",
    "jobs.AuditEntry",
    "jobs.Batch",
    "jobs.StoredFile",
    "notices.Delivery",
    "notices.Notice",
    "organizations.UnitEvent",
    "organizations.UnitLineage",
    "periods.LockException",
    "periods.PeriodLock",
    "periods.Submission",
    "reporting.ReportEvent",
    "targets.Progress",
}


# Told elsewhere, and why not in a timeline.
ELSEWHERE = {"organizations.SecurityEvent": "việc đăng nhập có nhật ký an ninh riêng"}


def has_versions(model):
    return hasattr(model, "history") and hasattr(model.history, "model")


def must_be_told(models):
    return {
        model._meta.label
        for model in models
        if has_versions(model) or issubclass(model, AppendOnlyModel) or model._meta.label in ONCE
    }


def own_live_models():
    return [model for model in OWN_MODELS if not model.__name__.startswith("Historical")]


def test_every_row_of_record_has_a_function_that_tells_it():
    assert must_be_told(own_live_models()) - set(ELSEWHERE) <= set(TOLD)


def test_the_check_finds_a_model_nobody_tells_of():
    """Control: kept versions alone make a model one that must be told."""
    assert must_be_told([Grant]) == {"organizations.Grant"}
    assert must_be_told([User]) == set()


def test_every_model_told_is_one_of_ours_and_seen_on_a_page_below():
    assert {apps.get_model(label)._meta.label for label in TOLD} == set(PAGES)


# One page for each: (what happens, address, what must stand there)


def today_words(row):
    return f"{timezone.localtime(row):%d/%m/%Y}"


def edited(model, field, value):
    row = model.objects.get()
    setattr(row, field, value)
    row.save()
    return row


def project_edited(units, people):
    edited(Project, "name", "Đường trục xã mới")
    return reverse("disbursement:project", args=[Project.objects.get().pk]), [
        "Sửa tên công trình, hoạt động",
        "Đường trục xã → Đường trục xã mới",
    ]


def entry_told(units, people):
    LedgerEntry._base_manager.update(recorded_by=people.standing, batch=Batch.objects.first())
    entry = LedgerEntry.objects.get()
    return reverse("disbursement:project", args=[entry.project_id]), [
        "1.000.000.001 đồng",
        "theo đợt nhập",
        "Thường trực 1",
    ]


def payment_told(units, people):
    Payment._base_manager.update(recorded_by=people.treasury, voucher="CT-77")
    return reverse("disbursement:project", args=[Payment.objects.get().project_id]), [
        "chứng từ CT-77",
        "Kho bạc",
    ]


def movement_told(units, people):
    decision = LegalDocument.objects.create(number="7/QĐ", kind="decision", issuer="x")
    movement = Movement.objects.create(
        kind="carry_over", unit=units.commune_a1, decision=decision, effective_on=date(2023, 6, 1)
    )
    LedgerEntry._base_manager.update(movement=movement)
    return reverse("disbursement:project", args=[Project.objects.get().pk]), [
        reverse("disbursement:movement", args=[movement.pk])
    ]


def arrears_told(units, people):
    project = Project.objects.get()
    ConstructionArrears.objects.create(
        project=project, as_of=date(2023, 6, 1), amount=77_000_000, recorded_by=people.standing
    )
    return reverse("disbursement:project", args=[project.pk]), [
        "Nợ đọng đến 01/06/2023",
        "77.000.000 đồng",
    ]


def contract_told(units, people):
    project = Project.objects.get()
    made = Contract.objects.create(
        project=project, number="9/HĐ", contractor="Công ty Một", signed_on=date(2023, 1, 1),
        amount=1_000_000,
    )  # fmt: skip
    made.contractor = "Công ty Hai"
    made.save()
    return reverse("disbursement:project", args=[project.pk]), [
        "Lập hợp đồng 9/HĐ",
        "Công ty Một → Công ty Hai",
    ]


def medium_term_told(units, people):
    MediumTermEntry.objects.create(
        unit=units.province, program=Project.objects.get().component.program, first_year=2021,
        last_year=2025, amount=88_000_000, effective_on=date(2022, 1, 1),
        recorded_by=people.standing,
    )  # fmt: skip
    return reverse("disbursement:medium_term"), [
        "Kế hoạch trung hạn 2021–2025",
        "88.000.000 đồng",
        "Thường trực 1",
    ]


def counterpart_told(units, people):
    rule = CounterpartRule.objects.create(
        unit=units.province, program=Project.objects.get().component.program, plan_year=2023,
        required_share=1000,
    )  # fmt: skip
    rule.required_share = 1250
    rule.save()
    return reverse("disbursement:counterpart"), ["mức đối ứng năm 2023", "1000 → 1250"]


def line_told(units, people):
    line = TreasuryLine.objects.get()
    TreasuryLine.objects.update(
        project=Project.objects.get(), match="person", matched_by=people.treasury,
        matched_at=line.batch.created_at,
    )  # fmt: skip
    return reverse("disbursement:project", args=[Project.objects.get().pk]), [
        "Ghép dòng Kho bạc",
        "mã KB1",
        "Kho bạc",
    ]


def gap_told(units, people):
    GapNote._base_manager.update(recorded_by=people.standing)
    return reverse("disbursement:project", args=[Project.objects.get().pk]), [
        "Giải trình chênh lệch với Kho bạc",
        "Kho bạc ghi sang ngày sau",
        "Thường trực 1",
    ]


def target_edited(units, people):
    row = edited(Target, "wording", "Đạt chuẩn nâng cao")
    return reverse("targets:detail", args=[row.pk]), [
        "Sửa nội dung chỉ tiêu",
        "Đạt chuẩn → Đạt chuẩn nâng cao",
    ]


def progress_told(units, people):
    old = Progress.objects.get()
    Progress.objects.create(
        indicator=old.indicator,
        unit=old.unit,
        period=old.period,
        value=9,
        as_of=old.as_of,
        revision=2,
        recorded_by=people.commune,
    )
    return reverse("targets:detail", args=[Target.objects.get().pk]), ["1 → 9", "Cán bộ xã An Một"]


def update_told(units, people):
    task = Assignment.objects.get()
    for percent in (10, 45):
        AssignmentUpdate.objects.create(
            assignment=task, percent=percent, on=date(2023, 6, 2), actor=people.officer_a
        )
    return reverse("assignments:detail", args=[task.pk]), ["10 % → 45 %", "Cán bộ huyện An"]


def plan_told(units, people):
    plan = WorkPlan.objects.get(code="KH")
    AuditEntry.objects.create(action="plan.publish", actor=people.standing, object_label="KH")
    return reverse("assignments:plan", args=[plan.pk]), ["Ban hành kế hoạch", "Thường trực 1"]


def batch_told(units, people):
    Batch.objects.update(params={"year": 2023})
    batch = Batch.objects.get()
    AuditEntry.objects.create(
        action="import.apply", actor=people.standing, unit=batch.unit, object_label=str(batch)
    )
    return reverse("jobs:batch", args=[batch.pk]), ["Áp dụng", "Thường trực 1", "SHA-256"]


def document_told(units, people):
    document = IssuedDocument.objects.get()
    # Whatever was kept can be shown.
    IssuedDocument.objects.update(content=empty_content(), created_by=people.head)
    document.record_number(people.clerk, number="42/BC", issued_on=date(2023, 7, 4))
    return reverse("documents:detail", args=[document.pk]), [
        "Chốt nội dung",
        "Ghi số</b>: 42/BC",
        "Văn thư",
        "Lưu bản PDF",
    ]


def empty_content():
    from_json = {"titles": ["TRƯỞNG BAN"], "name": "", "mode": "", "type": "Signature"}
    layout = {"type": "Layout", "agency_name": "BCĐ"}
    words = {"kind_name": "BÁO CÁO", "abstract": "Thử", "symbol": "BC", "place": "Thử"}
    return {"type": "OfficialDocument", "layout": layout, "signature": from_json, **words}


def layout_of(units):
    profile = LayoutProfile.objects.create(
        unit=units.province, agency_name="BAN CHỈ ĐẠO", symbol="BCĐ", place="Thử"
    )
    start_letters(profile)
    return profile


def profile_told(units, people):
    profile = layout_of(units)
    profile.place = "Nơi mới"
    profile.save()
    return reverse("documents:profile", args=[profile.pk]), ["Sửa địa danh", "Thử → Nơi mới"]


def signature_told(units, people):
    profile = layout_of(units)
    profile.signatures.last().delete()
    return reverse("documents:profile", args=[profile.pk]), ["Bỏ khối chữ ký"]


def template_told(units, people):
    layout_of(units)
    template = LetterTemplate.objects.first()
    template.name = "Tên mẫu khác"
    template.save()
    return reverse("documents:template", args=[template.pk]), ["→ Tên mẫu khác"]


def notice_told(units, people):
    notice = Notice.objects.get()
    Notice.objects.update(sender=people.standing, read_at=timezone.now(), read_by=people.head)
    return reverse("notices:detail", args=[notice.pk]), ["Đã đọc trên hệ thống", "Thường trực 1"]


def mail_told(units, people):
    notice, now = Notice.objects.get(), timezone.now()
    mail = Delivery.objects.create(
        key="k", channel="mail", user=people.head, address="a@example.test", next_try_at=now,
        subject="x", state="gave_up", error="Máy chủ thư từ chối",
    )  # fmt: skip
    DeliveryItem.objects.create(notice=notice, user=people.head, delivery=mail)
    return reverse("notices:detail", args=[notice.pk]), ["Lập thư", "Máy chủ thư từ chối"]


def alert_told(units, people):
    alert = Alert.objects.get()
    AlertEvent.objects.create(alert=alert, state="closed", note="đã chi 28/6")
    return reverse("alerts:detail", args=[alert.pk]), ["Đã hết", "đã chi 28/6", "Hệ thống"]


def report_told(units, people):
    report = Report.objects.get()
    ReportEvent.objects.create(
        report=report, kind="returned", revision=1, actor=people.officer_a, on=date(2023, 7, 1),
        reason="Thiếu nguyên nhân",
    )  # fmt: skip
    return receipt_of(report), ["Thiếu nguyên nhân", "Cán bộ huyện An"]


def receipt_of(report):
    return reverse("reporting:receipt", args=[report.obligation_id])


def submission_told(units, people):
    report = Report.objects.get()
    report.submission = Submission.objects.create(
        unit=report.obligation.unit, period="2001", kind="report", created_by=people.commune
    )
    report.save()
    return receipt_of(report), ["Bắt đầu bộ số liệu", "Cán bộ xã An Một"]


def lock_told(units, people):
    report = Report.objects.get()
    lock = PeriodLock.objects.create(
        unit=report.obligation.unit, period="2001", reason="Đã chấp nhận", locked_by=people.head
    )
    LockException.objects.create(
        lock=lock, unit=lock.unit, until=date(2023, 7, 9), reason="Sửa số", granted_by=people.head
    )
    return receipt_of(report), ["Khóa kỳ", "đến hết 09/07/2023", "Sửa số", "Trưởng ban"]


def consolidated_told(units, people):
    draft = Consolidated.objects.get()
    figures = consolidated_figures(
        draft.round, draft.committee, today=date(2023, 7, 3), known_at=timezone.now()
    )
    Consolidated.objects.update(figures=figures)
    AuditEntry.objects.create(
        action="consolidated.edit",
        actor=people.standing,
        detail={"draft": draft.pk, "key": "money", "old": "Lời cũ", "new": "Lời mới"},
    )
    Job.objects.create(
        kind="build_consolidated",
        payload={"consolidated": draft.pk},
        state="done",
        finished_at=timezone.now(),
    )
    return reverse("reporting:consolidated", args=[draft.pk]), [
        "Lời cũ → Lời mới",
        "Tổng hợp số liệu",
    ]


def unit_told(units, people):
    old = Unit.objects.create(
        code="CU", name="Xã Cũ", kind=UnitKind.COMMUNE, valid_from=date(2020, 1, 1)
    )
    decision = LegalDocument.objects.get(number="01/QĐ")
    event = UnitEvent.objects.create(kind="merge", effective_on=date(2023, 3, 1), decision=decision)
    UnitLineage.objects.create(event=event, old=old, new=units.commune_a1)
    UnitFlag.objects.create(unit=units.commune_a1, flag="special", valid_from=date(2022, 1, 1))
    return reverse("organizations:detail", args=["T-A1"]), [
        "Xã Cũ → Xã An Một",
        "theo 01/QĐ",
        "Vào diện",
        "Trực thuộc</b>: Huyện An",
    ]


def right_told(units, people):
    grant = Grant.objects.get(post__code="commune")
    grant.role = "unit_leader"
    grant.save()
    return reverse("organizations:detail", args=["T-A1"]), [
        "Sửa vai trò",
        "Cán bộ huyện, xã → Lãnh đạo đơn vị",
        "Nhận chức danh",
    ]


PAGES = {
    "alerts.Alert": alert_told,
    "alerts.AlertEvent": alert_told,
    "assignments.Assignment": update_told,
    "assignments.AssignmentUpdate": update_told,
    "disbursement.ConstructionArrears": arrears_told,
    "disbursement.Contract": contract_told,
    "disbursement.CounterpartRule": counterpart_told,
    "disbursement.GapNote": gap_told,
    "disbursement.LedgerEntry": entry_told,
    "disbursement.MediumTermEntry": medium_term_told,
    "disbursement.Movement": movement_told,
    "disbursement.Payment": payment_told,
    "disbursement.Project": project_edited,
    "disbursement.TreasuryLine": line_told,
    "documents.DocumentFile": document_told,
    "documents.IssuedDocument": document_told,
    "documents.LayoutProfile": profile_told,
    "documents.LetterTemplate": template_told,
    "documents.SignatureBlock": signature_told,
    "jobs.AuditEntry": batch_told,
    "jobs.Batch": batch_told,
    "jobs.Job": consolidated_told,
    "jobs.StoredFile": batch_told,
    "notices.Delivery": mail_told,
    "notices.DeliveryItem": mail_told,
    "notices.Notice": notice_told,
    "organizations.Grant": right_told,
    "organizations.PostHolder": right_told,
    "organizations.UnitEvent": unit_told,
    "organizations.UnitFlag": unit_told,
    "organizations.UnitLineage": unit_told,
    "organizations.UnitParent": unit_told,
    "periods.LockException": lock_told,
    "periods.PeriodLock": lock_told,
    "periods.Submission": submission_told,
    "programs.WorkPlan": plan_told,
    "reporting.Consolidated": consolidated_told,
    "reporting.Report": report_told,
    "reporting.ReportEvent": report_told,
    "targets.Progress": progress_told,
    "targets.Target": target_edited,
}


@pytest.fixture
def rows(units, people):
    every_row(units, 1)
    Batch.objects.update(params={"plan": "KH"})
    return units


@pytest.mark.parametrize("happens", sorted(set(PAGES.values()), key=lambda one: one.__name__))
def test_what_happened_stands_on_its_page(rows, units, people, client_of, happens):
    address, words = happens(units, people)
    page = client_of(people.head).get(address)
    assert page.status_code == 200
    story = page.content.decode().split('<ol class="tl">', 1)[1]
    assert [word for word in words if word not in story] == []


def test_rights_are_told_to_those_who_answer_for_them_alone(rows, units, people, client_of):
    address, words = right_told(units, people)
    seen = client_of(people.officer_a).get(address).content.decode()
    assert "Trực thuộc" in seen
    assert [word for word in words if word in seen] == []


@pytest.mark.parametrize(
    "happens", [project_edited, update_told, target_edited, batch_told, right_told]
)
def test_a_longer_story_takes_no_more_queries(rows, units, people, client_of, happens):
    """One row and seven rows of the same kind: the page asks the database as often."""
    address, _ = happens(units, people)
    client = client_of(people.head)
    client.get(address)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    few = queries()
    project, task = Project.objects.get(), Assignment.objects.get()
    for number in range(6):
        project.name = f"Tên {number}"
        project.save()
        edited(Target, "wording", f"Lời {number}")
        AssignmentUpdate.objects.create(
            assignment=task, percent=number, on=date(2023, 6, 3), actor=people.officer_b
        )
        batch = Batch.objects.get()
        AuditEntry.objects.create(
            action="import.undo", actor=people.head, unit=batch.unit, object_label=str(batch)
        )
        grant = Grant.objects.get(post__code="commune")
        grant.valid_to = date(2030, 1, 1 + number)
        grant.save()
    assert queries() == few


# The component's own rules


def test_newest_first_and_named_by_the_post_held_then(people, units):
    user, start = people.officer_a, timezone.now()
    PostHolder.objects.filter(user=user).update(valid_to=start.date())
    told = timeline(
        [
            Happening(start - timedelta(days=30), "cũ", user.pk),
            Happening(start + timedelta(days=1), "mới", user.pk),
            Happening(start, "máy", None),
            Happening(start - timedelta(days=99), "quyết định", 0),
        ]
    )
    assert [one.what for one in told] == ["mới", "máy", "cũ", "quyết định"]
    User.objects.filter(pk=user.pk).update(full_name="Nguyễn Văn Mẫu")
    names = Names([user.pk])
    assert names.at(user.pk, start - timedelta(days=30)) == "Cán bộ huyện An (Nguyễn Văn Mẫu)"
    assert names.at(user.pk, start + timedelta(days=1)) == "Nguyễn Văn Mẫu"
    assert [one.who for one in told][1::2] == ["Hệ thống", ""]


def test_links_that_changed_are_named_and_a_removed_row_is_told(rows, units, people):
    project = Project.objects.get()
    project.unit = units.commune_a2
    project.save()
    (change,) = [
        one
        for one in changes(Project.history.filter(id=project.pk), "công trình")
        if one.what.startswith("Sửa")
    ]
    assert (change.old, change.new) == (str(units.commune_a1), str(units.commune_a2))


def test_values_are_shown_as_on_pages():
    field = Project._meta.get_field("total_investment")
    assert value_words(1274696000, field) == "1.274.696.000"
    assert value_words(date(2023, 7, 3)) == "03/07/2023"
    assert (value_words(None), value_words(""), value_words(True)) == ("trống", "trống", "có")
    assert value_words("works", Project._meta.get_field("kind")) == "Công trình"
    assert value_words("a" * 300).endswith("a…")


def test_a_story_is_bounded_and_folded(rows, people, client_of):
    project = Project.objects.get()
    for number in range(20):
        project.name = f"Tên {number}"
        project.save()
    page = client_of(people.head).get(reverse("disbursement:project", args=[project.pk]))
    count = len(page.context["events"])
    assert count > 20
    assert f"Xem các diễn biến trước đó (tổng số {count})" in page.content.decode()
    assert MOST == 200


def test_moments_of_equal_days_keep_the_order_given():
    now = timezone.now()
    assert [h.what for h in newest_first([Happening(now, "a")], [Happening(now, "b")])] == [
        "a",
        "b",
    ]
