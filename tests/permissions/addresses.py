"""Which thing an address names, and what is sent when a step is taken there.

A new address of the portal needs one line here: its kind in OBJECTS when its address has a number
or code, and its fields in STEPS when something can be done there.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from disbursement.models import Project
from organizations.models import Unit
from programs.models import Component

# Address name -> kinds of things (as `world.py` puts them) that its number may name.
BATCHES = ("batch_capital", "batch_tasks", "batch_disbursements")
OBJECTS: dict[str, tuple[str, ...]] = {
    "alerts:detail": ("alert",),
    "assignments:correct": ("batch_tasks",),
    "assignments:detail": ("task",),
    "assignments:evidence": ("task",),
    "assignments:plan": ("plan",),
    "assignments:progress": ("task",),
    "assignments:publish": ("plan",),
    "dashboards:chart": ("chart",),
    "dashboards:rows": ("figure",),
    "disbursement:chart": ("unit",),
    "disbursement:statement": ("unit",),
    "disbursement:project_statement": ("project",),
    "disbursement:statement_file": ("statement",),
    "disbursement:rows": ("unit",),
    "disbursement:payment_create": ("project",),
    "disbursement:project": ("project",),
    "disbursement:arrears": ("project",),
    "disbursement:contract": ("project",),
    "disbursement:contract_edit": ("contract",),
    "disbursement:entry_correct": ("entry",),
    "disbursement:movement": ("movement",),
    "disbursement:payment_reverse": ("payment",),
    "disbursement:project_edit": ("project",),
    "disbursement:year_reopen": ("closing",),
    "disbursement:explain_gap": ("project",),
    "disbursement:match_line": ("treasury_line",),
    "disbursement:post_line": ("treasury_line",),
    "disbursement:reconcile_project": ("project",),
    "disbursement:take_back": ("posted",),
    "disbursement:unmatch_line": ("treasury_line",),
    "disbursement:template": ("template",),
    "disbursement:unit": ("unit",),
    "documents:compose": ("letter",),
    "documents:detail": ("document",),
    "documents:download": ("document",),
    "documents:files": ("document",),
    "documents:number": ("document",),
    "documents:profile": ("layout",),
    "documents:signature": ("layout",),
    "documents:signature_new": ("layout",),
    "documents:template": ("letter",),
    "jobs:answer": BATCHES,
    "jobs:copy": BATCHES,
    "jobs:layout": BATCHES,
    "jobs:apply": BATCHES,
    "jobs:batch": BATCHES,
    "jobs:file": ("file",),
    "jobs:undo": BATCHES,
    "notices:detail": ("notice",),
    "notices:read": ("notice",),
    "notices:retry": ("delivery",),
    "organizations:detail": ("unit",),
    "programs:detail": ("program",),
    "reporting:approve": ("consolidated",),
    "reporting:autosave": ("obligation",),
    "reporting:consolidated": ("consolidated",),
    "reporting:edit_text": ("consolidated",),
    "reporting:fill": ("obligation",),
    "reporting:rebuild": ("consolidated",),
    "reporting:receipt": ("obligation",),
    "reporting:review": ("obligation",),
    "reporting:round": ("round",),
    "reporting:rows": ("consolidated",),
    "reporting:sources": ("consolidated",),
    "targets:detail": ("target",),
    "targets:edit": ("target",),
    "targets:entry": ("target",),
    "api:alerts-detail": ("alert",),
    "api:assignment-updates-detail": ("update",),
    "api:assignment-updates-evidence": ("update",),
    "api:assignments-detail": ("task",),
    "api:assignments-progress": ("task",),
    "api:batches-apply": BATCHES,
    "api:batches-detail": BATCHES,
    "api:batches-undo": BATCHES,
    "api:calendar-rules-detail": ("rule",),
    "api:calendar-rules-findings": ("rule",),
    "api:committees-detail": ("committee",),
    "api:components-detail": ("component",),
    "api:consolidated-approve": ("consolidated",),
    "api:consolidated-detail": ("consolidated",),
    "api:consolidated-figures": ("consolidated",),
    "api:consolidated-rebuild": ("consolidated",),
    "api:consolidated-reword": ("consolidated",),
    "api:documents-detail": ("document",),
    "api:documents-files": ("document",),
    "api:documents-number": ("document",),
    "api:files-content": ("file",),
    "api:files-detail": ("file",),
    "api:jobs-detail": ("job",),
    "api:notices-detail": ("notice",),
    "api:notices-read": ("notice",),
    "api:obligations-detail": ("obligation",),
    "api:obligations-draft": ("obligation",),
    "api:obligations-sheet": ("obligation",),
    "api:obligations-submit": ("obligation",),
    "api:plans-detail": ("plan",),
    "api:plans-publish": ("plan",),
    "api:posts-detail": ("office",),
    "api:projects-explain": ("project",),
    "api:projects-pay": ("project",),
    "api:projects-vintages": ("project",),
    "api:projects-statement": ("project",),
    "api:units-envelope": ("unit",),
    "api:units-statement": ("unit",),
    "api:reports-accept": ("report",),
    "api:reports-give-back": ("report",),
    "api:rounds-detail": ("round",),
    "api:targets-edit": ("target",),
    "api:targets-progress": ("target",),
    "api:token_revoke": ("token",),
    "api:indicators-detail": ("indicator",),
    "api:arrears-detail": ("arrears",),
    "api:contracts-detail": ("contract",),
    "api:counterpart-rules-detail": ("counterpart",),
    "api:medium-term-detail": ("medium_term",),
    "api:movements-detail": ("movement",),
    "api:movements-reverse": ("movement",),
    "api:year-closings-detail": ("closing",),
    "api:gap-notes-detail": ("gap_note",),
    "api:ledger-entries-detail": ("entry",),
    "api:treasury-lines-detail": ("treasury_line",),
    "api:treasury-lines-match": ("treasury_line",),
    "api:treasury-lines-post-figure": ("treasury_line",),
    "api:treasury-lines-unmatch": ("treasury_line",),
    "api:payments-detail": ("payment",),
    "api:programs-detail": ("program",),
    "api:progress-detail": ("progress",),
    "api:projects-detail": ("project",),
    "api:reports-detail": ("report",),
    "api:targets-detail": ("target",),
    "api:units-detail": ("unit",),
    "admin:app_list": ("app",),
}
# Models of the account pages -> kind; the address adds _change, _delete, _history.
ADMIN_MODELS = {
    "auth_group": "group",
    "axes_accessattempt": "attempt",
    "axes_accessfailurelog": "failure",
    "axes_accesslog": "access",
    "documents_issueddocument": "document",
    "documents_layoutprofile": "layout",
    "organizations_grant": "grant",
    "organizations_legaldocument": "legal",
    "organizations_post": "post",
    "organizations_postholder": "holder",
    "organizations_steeringcommittee": "committee",
    "organizations_unit": "unit",
    "organizations_user": "user",
    "programs_component": "component",
    "programs_program": "program",
}
OBJECTS |= {
    f"admin:{model}_{verb}": (kind,)
    for model, kind in ADMIN_MODELS.items()
    for verb in ("change", "delete", "history")
}
OBJECTS["admin:auth_user_password_change"] = ("user",)

# Addresses that name no thing of the portal, and why they stand outside of the table.
OUTSIDE = {
    "api:no_such_endpoint": "không có gì ở đó",
    "admin:view_on_site": "không mô hình nào có trang riêng ngoài cổng",
    None: "chuyển tiếp của trang quản trị sang địa chỉ có tên",
}


@dataclass(frozen=True)
class Kind:
    """States in which a thing may be met, and the ties by which others come to see it."""

    states: tuple[str, ...] = ("",)
    ties: tuple[tuple[str, str], ...] = ()
    has_program: bool = False
    # The catalogue: the same for everybody, wherever they work.
    is_shared: bool = False
    # Accounts: somebody's own, and somebody else's.
    is_account: bool = False


BATCH = Kind(("preview", "applied", "undone"))
TASK = Kind(
    ("draft", "published"), (("lead", "published"), ("coordinate", "published")), has_program=True
)
SHARED = Kind(is_shared=True)
ACCOUNT = Kind(is_account=True)
KINDS = {
    "alert": Kind(("open", "closed"), has_program=True),
    "batch_capital": BATCH,
    "batch_disbursements": BATCH,
    "batch_tasks": BATCH,
    "chart": SHARED,
    "committee": Kind(),
    "component": SHARED,
    "consolidated": Kind(("draft", "approved")),
    "delivery": Kind(),
    "document": Kind(("unnumbered", "numbered")),
    "entry": Kind(ties=(("owner", ""),), has_program=True),
    "file": Kind(),
    "figure": SHARED,
    "arrears": Kind(ties=(("owner", ""),), has_program=True),
    "closing": Kind(),
    "counterpart": Kind(),
    "medium_term": Kind(),
    "contract": Kind(ties=(("owner", ""),), has_program=True),
    "movement": Kind(ties=(("owner", ""),), has_program=True),
    "gap_note": Kind(has_program=True),
    "grant": ACCOUNT,
    "holder": ACCOUNT,
    "indicator": SHARED,
    "job": ACCOUNT,
    "layout": Kind(),
    "legal": SHARED,
    "letter": Kind(),
    "notice": Kind(),
    "obligation": Kind(
        ("unwritten", "draft", "submitted", "returned", "accepted"), (("reviewer", "submitted"),)
    ),
    "office": Kind(),
    "payment": Kind(ties=(("owner", ""),), has_program=True),
    "plan": Kind(("draft", "published")),
    "post": ACCOUNT,
    "posted": Kind(has_program=True),
    "program": SHARED,
    "progress": Kind(has_program=True),
    "project": Kind(ties=(("owner", ""),), has_program=True),
    "report": Kind(("draft", "submitted", "returned", "accepted"), (("reviewer", "submitted"),)),
    "round": Kind(),
    "statement": ACCOUNT,
    "target": Kind(("open", "locked"), has_program=True),
    "rule": SHARED,
    "task": TASK,
    "template": SHARED,
    "token": ACCOUNT,
    "treasury_line": Kind(("waiting", "matched")),
    "unit": Kind(),
    "update": TASK,
    "user": ACCOUNT,
}
for shared in ("app", "attempt", "failure", "access", "group"):
    KINDS[shared] = SHARED

STATES = {
    "": "",
    "accepted": "đã chấp nhận",
    "applied": "đã áp dụng",
    "approved": "đã duyệt",
    "closed": "đã hết",
    "draft": "nháp",
    "locked": "kỳ đã khóa",
    "numbered": "đã ghi số",
    "matched": "đã ghép",
    "open": "đang mở",
    "preview": "chờ áp dụng",
    "published": "đã ban hành",
    "returned": "bị trả lại",
    "submitted": "đã gửi",
    "undone": "đã hoàn tác",
    "unnumbered": "chưa ghi số",
    "unwritten": "chưa lập",
    "waiting": "chờ ghép",
}
RELATIONS = {
    "": "",
    "own": "của mình",
    "below": "cấp dưới",
    "above": "cấp trên",
    "sibling": "ngang cấp",
    "ended": "đơn vị đã kết thúc",
    "other": "của mình, chương trình khác",
    "lead": "của nơi khác, mình chủ trì",
    "coordinate": "của nơi khác, mình phối hợp",
    "owner": "của nơi khác, mình là chủ đầu tư",
    "reviewer": "của nơi khác, mình xem xét",
    "somebody": "của người khác",
    "shared": "chung",
    "missing": "không có",
}

Fields = dict[str, Any] | Callable[[Any], dict[str, Any]]


def workbook(_thing=None):
    return SimpleUploadedFile("vốn.xlsx", b"PK\x03\x04")


def filled(obligation):
    version = obligation.report.version if hasattr(obligation, "report") else 0
    return {"version": version, "n-results": "Tốt", "n-difficulties": "Không"}


def api_draft(obligation):
    return {"version": filled(obligation)["version"], "cells": {"n-results": "Tốt"}}


def api_submit(obligation):
    return {"version": filled(obligation)["version"]}


def progress_figure(target):
    if target.period == "2022":
        return {"period": "2022", "as_of": "31/12/2022", "value": "4"}
    return {"period": "2023-06", "as_of": "30/06/2023", "value": "4"}


def target_fields(target):
    return {
        "program": target.program_id,
        "indicator": target.indicator_id,
        "wording": "Đạt chuẩn",
        "operator": ">=",
        "value": "7",
        "order": "1",
    }


def api_progress(target):
    period, day = ("2022", "2022-12-31") if target.period == "2022" else ("2023-06", "2023-06-30")
    return {"period": period, "as_of": day, "value": 4}


def api_target(target):
    code = getattr(getattr(target, "program", None), "code", "NTM")
    return {
        "program": code,
        "indicator": f"CS-{code}",
        "wording": "Đạt chuẩn",
        "operator": ">=",
        "value": "7",
    }


def new_target(unit):
    return api_target(None) | {"unit": unit.code, "period": "2021"}


def works_beside(line):
    """Works of the place whose line it is; nothing where there is no such line."""
    unit = getattr(line, "unit", None)
    return Project.objects.filter(unit=unit).order_by("pk").first()


def works_of(line):
    return getattr(works_beside(line), "pk", 0)


def code_of_works(line):
    return getattr(works_beside(line), "code", "KHONG-CO")


def letter_fields(_thing):
    """A letter that is issued at once, to a unit far away or near."""
    return {
        "key": str(uuid.uuid4()),
        "units": [Unit.objects.get(code="B").pk],
        "abstract": "Đôn đốc",
        "body": "Đề nghị báo cáo.",
        "signature": "",
        "issue": "1",
    }


# Address name -> what is done there in words -> the fields sent.
STEPS: dict[str, dict[str, Fields]] = {
    "admin:auth_user_password_change": {
        "đặt mật khẩu": {
            "usable_password": "true",
            "password1": "mat-khau-rat-dai",
            "password2": "mat-khau-rat-dai",
        }
    },
    "assignments:correct": {"sửa dòng": {}, "áp dụng": {"apply": "1"}},
    "assignments:import": {
        "gửi tệp": lambda _: {
            "file": workbook(),
            "plan": "KH-moi",
            "first_year": "2023",
            "last_year": "2023",
        }
    },
    "assignments:progress": {
        "báo tiến độ": {"percent": "50", "on": "01/07/2023", "note": "Được một nửa"}
    },
    "disbursement:import_capital": {"gửi tệp": lambda _: {"file": workbook(), "year": "2023"}},
    "disbursement:import_allotments": {"gửi tệp": lambda _: {"file": workbook(), "year": "2023"}},
    "disbursement:import_projects": {"gửi tệp": lambda _: {"file": workbook()}},
    "disbursement:import_medium_term": {"gửi tệp": lambda _: {"file": workbook()}},
    "disbursement:import_disbursements": {
        "gửi tệp": lambda _: {"file": workbook(), "as_of": "30/06/2023", "year": "2023"}
    },
    "disbursement:payment_create": {
        "ghi chứng từ": {
            "vintage": "central/investment/2023/start/domestic",
            "kind": "volume",
            "amount": "1",
            "paid_on": "01/06/2023",
            "voucher": "CT-01",
        }
    },
    "disbursement:arrears": {
        "ghi nợ đọng": {"amount": "5", "as_of": "01/06/2023", "note": "Chưa trả"}
    },
    "disbursement:contract": {
        "thêm hợp đồng": {
            "number": "02/HĐ",
            "contractor": "Công ty Thử",
            "signed_on": "01/02/2023",
            "amount": "9",
        }
    },
    "disbursement:contract_edit": {
        "sửa hợp đồng": {
            "number": "03/HĐ",
            "contractor": "Công ty Thử",
            "signed_on": "01/02/2023",
            "amount": "9",
        }
    },
    "disbursement:entry_correct": {
        "đính chính": {
            "amount": "8000",
            "source": "central",
            "nature": "investment",
            "origin_year": "2023",
            "moment": "start",
            "funding": "domestic",
            "effective_on": "15/01/2023",
            "reason": "Gõ nhầm",
            "xac_nhan": "1",
        }
    },
    "disbursement:movement": {"đảo": {"reason": "Sai quyết định", "xac_nhan": "1"}},
    "disbursement:payment_reverse": {
        "đảo chứng từ": {
            "kind": "volume",
            "paid_on": "01/03/2023",
            "voucher": "CT",
            "reason": "Trùng",
            "xac_nhan": "1",
        }
    },
    "disbursement:project_edit": {"sửa": {"name": "Đường mới", "budget_unit_code": "123"}},
    "disbursement:year_closing": {"khóa sổ": {"plan_year": "2022", "reason": "Xong"}},
    "disbursement:year_reopen": {"mở lại sổ": {"reason": "Sót"}},
    "disbursement:medium_term": {
        "ghi kế hoạch": lambda _: {
            "unit": Unit.objects.get(code="T").pk,
            "program": Component.objects.get(code="NTM-1").program_id,
            "first_year": "2021",
            "last_year": "2025",
            "change": "more",
            "amount": "900000",
            "decision_number": "1/NQ",
            "decision_on": "01/01/2022",
            "effective_on": "01/01/2022",
        }
    },
    "disbursement:counterpart": {
        "đặt mức": lambda _: {
            "program": Component.objects.get(code="NTM-1").program_id,
            "plan_year": "2023",
            "share": "10",
        }
    },
    "disbursement:statement": {"lập tệp": {"dinh_dang": "xlsx"}},
    "disbursement:project_statement": {"lập tệp": {"dinh_dang": "xlsx"}},
    "disbursement:project": {"nêu vướng mắc": {"difficulty": "Chậm mặt bằng"}},
    "disbursement:import_vouchers": {"gửi tệp": lambda _: {"file": workbook(), "year": "2023"}},
    "disbursement:explain_gap": {
        "giải trình": {
            "year": "2023",
            "vintage": "central/investment/2023/start/domestic",
            "difference": "1000000",
            "reason": "timing",
        }
    },
    "disbursement:match_line": {"ghép": lambda line: {"project": works_of(line)}},
    "disbursement:post_line": {
        "ghi theo Kho bạc": {"difference": "-5000000", "reason": "Theo Kho bạc"}
    },
    "disbursement:reconcile_bulk": {"xử lý hàng loạt": {"viec": "ghi", "nam": "2023"}},
    "disbursement:take_back": {"đảo": {"reason": "Ghi nhầm"}},
    "documents:number": {"ghi số": {"number": "77/BC", "issued_on": "01/07/2023"}},
    "api:assignments-progress": {
        "báo tiến độ": {"percent": 50, "on": "2023-07-01", "note": "Được một nửa"}
    },
    "api:batches-send": {
        "gửi tệp": lambda _: {"file": workbook(), "kind": "capital", "year": 2023}
    },
    "api:consolidated-reword": {"sửa lời văn": {"key": "results", "text": "Kết quả tốt."}},
    "api:documents-number": {"ghi số": {"number": "77/BC", "issued_on": "2023-07-01"}},
    "api:obligations-draft": {"lưu nháp": api_draft},
    "api:obligations-submit": {"nộp": api_submit},
    "api:gap-notes-explain": {
        "giải trình": {
            "project": "KHONG-CO",
            "plan_year": 2023,
            "vintage": "central/investment/2023/start/domestic",
            "difference": 1_000_000,
            "reason": "timing",
        }
    },
    "api:treasury-lines-match": {"ghép": lambda line: {"project": code_of_works(line)}},
    "api:treasury-lines-post-figure": {
        "ghi theo Kho bạc": {"difference": -5_000_000, "reason": "Theo Kho bạc"}
    },
    "api:movements-reverse": {"đảo": {"reason": "Sai quyết định"}},
    "api:projects-explain": {"nêu vướng mắc": {"difficulty": "Chậm mặt bằng"}},
    "api:projects-pay": {
        "ghi chứng từ": {
            "vintage": "central/investment/2023/start/domestic",
            "kind": "volume",
            "amount": 1_000_000,
            "paid_on": "2023-06-01",
            "voucher": "CT-01",
        }
    },
    "api:reports-give-back": {"trả lại": {"reason": "Thiếu số liệu"}},
    "api:rounds-open": {"mở kỳ": {"period": "2023-H1"}},
    "api:targets-edit": {"sửa": api_target},
    "api:targets-progress": {"ghi số liệu": api_progress},
    "documents:compose": {"chốt công văn": letter_fields},
    "documents:signature": {"bỏ khối chữ ký": {"remove": "1"}},
    "documents:signature_new": {"thêm khối chữ ký": {"titles": "Trưởng ban", "order": "9"}},
    "documents:template": {
        "sửa mẫu": {"name": "Mẫu mới", "kind": "CV", "abstract": "Đôn đốc", "body": "Đề nghị."}
    },
    "documents:template_new": {
        "thêm mẫu": {"name": "Mẫu mới", "kind": "CV", "abstract": "Đôn đốc", "body": "Đề nghị."}
    },
    "jobs:answer": {"chọn cách đọc": {}},
    "jobs:layout": {"ghép cột": {}},
    "reporting:autosave": {"lưu tự động": filled},
    "reporting:edit_text": {"sửa lời văn": {"key": "results", "text": "Kết quả tốt."}},
    "reporting:fill": {
        "lưu nháp": filled,
        "nộp": lambda row: filled(row) | {"action": "submit"},
    },
    "reporting:open_round": {"mở kỳ": {"period": "2023-H1"}},
    "reporting:review": {"chấp nhận": {"accept": "1"}, "trả lại": {"reason": "Thiếu số liệu"}},
    "targets:edit": {"sửa": target_fields},
    "targets:entry": {"ghi số liệu": progress_figure},
}
STEPS |= {f"admin:{model}_delete": {"xóa": {"post": "yes"}} for model in ADMIN_MODELS}


@dataclass(frozen=True)
class Door:
    """A way to a thing that is not a number in the address: a field or a parameter."""

    name: str
    method: str
    label: str
    kind: str
    fields: Callable[[Any], dict[str, Any]]


def component(code):
    return Component.objects.get(code=code).pk


def project_fields(unit):
    from_unit = {"unit": unit.pk, "owner": "", "component": component("NTM-1")}
    return {"code": "DA-MOI", "name": "Trạm bơm", "kind": "works", **from_unit}


def api_project(unit):
    return {
        "code": "DA-MOI",
        "name": "Trạm bơm",
        "kind": "works",
        "unit": unit.code,
        "component": "NTM-1",
    }


def other_api_project(unit):
    """The same, for a programme that a right may not hold."""
    return api_project(unit) | {"component": "GNBV-1"}


def other_project_fields(unit):
    """The same, for a programme that a right may not hold."""
    return project_fields(unit) | {"component": component("GNBV-1")}


DOORS = (
    Door("disbursement:entry_create", "GET", "?du_an=", "project", lambda x: {"du_an": x.pk}),
    Door("disbursement:entry_create", "GET", "?don_vi=", "unit", lambda x: {"don_vi": x.pk}),
    Door("disbursement:transfer", "GET", "?du_an=", "project", lambda x: {"du_an": x.pk}),
    Door("disbursement:carry_over", "GET", "?du_an=", "project", lambda x: {"du_an": x.pk}),
    Door("disbursement:recover", "GET", "?du_an=", "project", lambda x: {"du_an": x.pk}),
    Door(
        "notices:urge",
        "POST",
        "đôn đốc theo cảnh báo",
        "alert",
        lambda x: {"topic": f"alert:{x.pk}"},
    ),
    Door(
        "notices:urge",
        "POST",
        "đôn đốc báo cáo",
        "obligation",
        lambda x: {"topic": f"obligation:{x.pk}"},
    ),
    Door("notices:urge", "POST", "đôn đốc giải ngân", "unit", lambda x: {"topic": f"money:{x.pk}"}),
    Door(
        "disbursement:project_create", "POST", "thêm công trình tại đơn vị", "unit", project_fields
    ),
    Door(
        "disbursement:project_create",
        "POST",
        "thêm công trình GNBV tại đơn vị",
        "unit",
        other_project_fields,
    ),
    Door(
        "api:notices-urge",
        "POST",
        "đôn đốc theo cảnh báo",
        "alert",
        lambda x: {"topic": f"alert:{x.pk}"},
    ),
    Door("api:projects-add", "POST", "thêm công trình tại đơn vị", "unit", api_project),
    Door("api:projects-add", "POST", "thêm công trình GNBV tại đơn vị", "unit", other_api_project),
    Door("api:targets-add", "POST", "thêm chỉ tiêu tại đơn vị", "unit", new_target),
    Door("documents:templates", "GET", "?ve=cảnh báo", "alert", lambda x: {"ve": f"alert:{x.pk}"}),
    Door(
        "documents:templates",
        "GET",
        "?ve=báo cáo",
        "obligation",
        lambda x: {"ve": f"obligation:{x.pk}"},
    ),
    Door("documents:templates", "GET", "?ve=vốn", "unit", lambda x: {"ve": f"money:{x.pk}"}),
    Door("targets:list", "GET", "?don_vi=", "unit", lambda x: {"don_vi": x.code}),
    Door("targets:export", "GET", "?don_vi=", "unit", lambda x: {"don_vi": x.code}),
    Door("targets:create", "GET", "?don_vi=", "unit", lambda x: {"don_vi": x.code}),
)
