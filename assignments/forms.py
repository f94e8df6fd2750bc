from datetime import date

from django import forms

from core.columns import DATE, INTEGER, Column
from core.forms import ColumnField
from jobs.forms import KeptFileForm, UploadForm
from jobs.models import StoredFile
from organizations.models import Unit
from programs.models import PlanState, Program, WorkPlan

EVIDENCE_BYTES = 20 * 1024 * 1024
CLOSED = "Kỳ hạn này đã hoàn thành hoặc đã đổi. Hãy xem lại nhiệm vụ rồi chọn kỳ hạn khác."
EVIDENCE_KINDS = ("pdf", "docx", "doc", "xlsx", "xls", "jpg", "jpeg", "png", "zip")


class TaskFilterForm(forms.Form):
    """The filter bar: works by GET, without script."""

    q = forms.CharField(
        label="Từ khóa",
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Tên nhiệm vụ, số mục"}),
    )
    program = forms.ModelChoiceField(
        Program.objects.all(),
        label="Chương trình",
        required=False,
        to_field_name="code",
        empty_label="Mọi chương trình",
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Cơ quan",
        required=False,
        to_field_name="code",
        empty_label="Mọi cơ quan",
    )
    plan = forms.ModelChoiceField(
        WorkPlan.objects.none(),
        label="Kế hoạch",
        required=False,
        to_field_name="code",
        empty_label="Mọi kế hoạch",
    )
    stage = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, tasks, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(
            assignmentparty__assignment__in=tasks.values("pk")
        ).distinct()
        self.fields["unit"].label_from_instance = lambda unit: unit.label
        self.fields["plan"].queryset = WorkPlan.objects.filter(
            pk__in=tasks.order_by().values("plan")
        )
        self.fields["plan"].label_from_instance = lambda plan: plan.code

    def narrow(self, tasks):
        """The filters except the stage, which the chips count. A draft is shown when asked for."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if chosen.get("plan"):
            tasks = tasks.filter(plan=chosen["plan"])
        else:
            tasks = tasks.filter(plan__state=PlanState.PUBLISHED)
        if chosen.get("q"):
            tasks = tasks.matching(chosen["q"])
        if chosen.get("program"):
            tasks = tasks.filter(program=chosen["program"])
        if chosen.get("unit"):
            tasks = tasks.filter(pk__in=party_of(chosen["unit"]))
        return tasks


def party_of(unit):
    """Tasks that a unit leads or coordinates."""
    return unit.assignmentparty_set.values("assignment")


class PlanUploadForm(UploadForm):
    plan = forms.CharField(
        label="Mã kế hoạch",
        max_length=40,
        help_text="Ví dụ 86/KH-BCĐ. Mã chưa có thì tạo kế hoạch dự thảo.",
    )
    title = forms.CharField(label="Tên kế hoạch", max_length=400, required=False)
    first_year = ColumnField(Column("first_year", "Từ năm", INTEGER, minimum=2000, maximum=2100))
    last_year = ColumnField(Column("last_year", "Đến năm", INTEGER, minimum=2000, maximum=2100))

    issued_on = ColumnField(
        Column("issued_on", "Ngày ban hành", DATE, minimum=date(2000, 1, 1)),
        help_text="Bỏ trống nếu chưa ban hành. Việc lặp lại hằng năm tính từ ngày này.",
    )

    field_order = ["file", "plan", "title", "issued_on", "first_year", "last_year"]

    def clean(self):
        first, last = self.cleaned_data.get("first_year"), self.cleaned_data.get("last_year")
        if (first is None) != (last is None):
            self.add_error("last_year" if last is None else "first_year", "Hãy ghi cả hai năm.")
        elif first and last < first:
            self.add_error("last_year", "Năm kết thúc không thể trước năm bắt đầu.")
        return self.cleaned_data

    def params(self):
        chosen = {"plan": self.cleaned_data["plan"], "title": self.cleaned_data["title"]}
        if self.cleaned_data["issued_on"]:
            chosen["issued_on"] = self.cleaned_data["issued_on"].isoformat()
        first, last = self.cleaned_data["first_year"], self.cleaned_data["last_year"]
        if first and last:
            chosen |= {
                "from": date(first, 1, 1).isoformat(),
                "to": date(last, 12, 31).isoformat(),
            }
        return chosen


class ProgressForm(KeptFileForm):
    file_field = "evidence"
    occurrence = forms.ModelChoiceField(None, label="Kỳ hạn", required=False)
    percent = ColumnField(
        Column("percent", "Đã làm", INTEGER, required=True, minimum=0, maximum=100, measure="%")
    )
    on = ColumnField(
        Column("on", "Ngày", DATE, required=True),
        help_text="Ngày đạt kết quả, dạng ngày/tháng/năm.",
    )
    note = forms.CharField(
        label="Nội dung đã làm, khó khăn",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": "Hãy ghi việc đã làm hoặc khó khăn đang gặp."},
    )
    evidence = forms.FileField(
        label="Tài liệu chứng minh",
        required=False,
        help_text="PDF, Word, Excel hoặc ảnh, đến 20 MB.",
    )
    is_done = forms.BooleanField(
        label="Xác nhận nhiệm vụ đã hoàn thành và đóng kỳ hạn này", required=False
    )

    def __init__(self, *args, assignment, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        rows = assignment.occurrences.filter(done_on=None)
        self.fields["occurrence"].queryset = rows
        self.fields["occurrence"].label_from_instance = occurrence_label
        self.fields["occurrence"].error_messages["invalid_choice"] = CLOSED
        # Sent twice, a report must not close the next round instead of the one it names.
        if rows.count() < 2 and "occurrence" not in self.data:
            del self.fields["occurrence"]
        else:
            self.fields["occurrence"].required = True
            self.fields["occurrence"].empty_label = None

    def record(self, task, user):
        """What was said goes to the task, with its evidence; the form has passed its check."""
        said = self.cleaned_data
        upload = said["evidence"]
        stored = upload and StoredFile.objects.take(upload, user=user, unit=user.home_unit)
        task.record_progress(
            user,
            percent=said["percent"],
            note=said["note"],
            on=said["on"],
            evidence=stored or None,
            occurrence=said.get("occurrence"),
        )

    def clean_on(self):
        if self.cleaned_data["on"] > self.today:
            raise forms.ValidationError("Ngày không thể sau hôm nay.")
        return self.cleaned_data["on"]

    def clean_evidence(self):
        upload = self.chosen_file()
        if upload and upload.size > EVIDENCE_BYTES:
            raise forms.ValidationError("Tệp vượt 20 MB. Hãy nén hoặc chia nhỏ tệp.")
        if upload and upload.name.rsplit(".", 1)[-1].lower() not in EVIDENCE_KINDS:
            raise forms.ValidationError("Chỉ nhận tệp PDF, Word, Excel, ảnh hoặc tệp nén .zip.")
        return upload

    def clean(self):
        """100 % closes the occurrence: it is asked once, in words."""
        if self.cleaned_data.get("percent") == 100 and not self.cleaned_data.get("is_done"):
            self.add_error("is_done", "Mức 100 % sẽ đóng kỳ hạn. Hãy đánh dấu xác nhận.")
        return self.cleaned_data


def occurrence_label(row):
    if row.due_on:
        return f"Hạn {row.due_on:%d/%m/%Y}"
    return f"Chờ: {row.waits_for}" if row.waits_for else "Chưa có thời hạn"
