"""Issued documents in the browser and on the command line: kept files only, numbered once."""

import hashlib
import json
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from documents import issuing
from documents.content import (
    BulletList,
    Chart,
    Column,
    Heading,
    Kind,
    Layout,
    OfficialDocument,
    Paragraph,
    Row,
    RowKind,
    Signature,
    Table,
)
from documents.issuing import issue
from documents.models import DocumentFile, IssuedDocument
from jobs import runner
from jobs.models import AuditEntry, Job, StoredFile


def content(text="Giải ngân đạt 37,38 %."):
    return OfficialDocument(
        layout=Layout(agency_name="BAN CHỈ ĐẠO"),
        kind_name="BÁO CÁO",
        abstract="Thử",
        symbol="BC-BCĐ",
        place="Thử",
        signature=Signature(titles=("TRƯỞNG BAN",)),
        blocks=(
            Heading("I. KẾT QUẢ"),
            Paragraph(text),
            BulletList(("Một <b>hai</b>",)),
            Chart('<svg xmlns="http://www.w3.org/2000/svg"></svg>', "Hình 1"),
            Table(
                columns=(Column("Huyện"), Column("Vốn", Kind.NUMBER)),
                rows=(Row(("Nhóm",), RowKind.SECTION), Row(("An", 1274696)), Row(("Bình", None))),
                title="Bảng vốn",
                unit_note="Đơn vị: triệu đồng",
            ),
        ),
    )


@pytest.fixture
def document(people, units):
    return issue(
        content(),
        kind="BC",
        title="Kết quả sáu tháng đầu năm 2023",
        unit=units.province,
        subject="consolidated:1",
        template_version="2023.1",
        user=people.head,
    )


def keep(document, file_format="docx", data=b"bytes of the file"):
    stored = StoredFile.objects.store(f"BC-1.{file_format}", data, unit=document.unit)
    return DocumentFile.objects.create(document=document, format=file_format, file=stored)


def download(document, file_format="docx"):
    return reverse("documents:download", args=[document.pk, file_format])


def detail(document):
    return reverse("documents:detail", args=[document.pk])


def test_the_kept_file_is_served_whole_and_as_an_attachment(client_of, people, document):
    keep(document)
    reply = client_of(people.auditor).get(download(document))
    assert b"".join(reply.streaming_content) == b"bytes of the file"
    assert reply["Content-Disposition"] == 'attachment; filename="BC-1.docx"'


def test_a_download_never_makes_a_new_file(client_of, people, document, monkeypatch):
    keep(document)
    monkeypatch.setattr(issuing, "RENDERERS", {})
    assert client_of(people.head).get(download(document)).status_code == 200
    assert client_of(people.head).get(download(document, "pdf")).status_code == 404
    assert client_of(people.head).get(download(document, "exe")).status_code == 404


@pytest.mark.parametrize("name", ["documents:detail", "documents:files"])
def test_strangers_get_404(client_of, people, document, name):
    keep(document)
    stranger = client_of(people.officer_b)
    assert stranger.get(reverse(name, args=[document.pk])).status_code == 404
    assert stranger.get(download(document)).status_code == 404
    assert document.title not in stranger.get(reverse("documents:list")).content.decode()


def test_the_page_shows_the_frozen_words_figures_and_the_hash(client_of, people, document):
    kept = keep(document)
    page = client_of(people.head).get(detail(document)).content.decode()
    assert "Giải ngân đạt 37,38 %." in page and "1.274.696" in page
    assert "Một &lt;b&gt;hai&lt;/b&gt;" in page
    assert 'src="data:image/svg+xml;base64,' in page and "<svg xmlns" not in page
    assert kept.file.sha256 in page and download(document) in page


def test_files_being_made_are_polled_and_a_refusal_is_explained(client_of, people, document):
    keep(document), keep(document, "xlsx")
    files = reverse("documents:files", args=[document.pk])
    page = client_of(people.head).get(files).content.decode()
    assert 'hx-trigger="every 2s"' in page and "Đang chờ" in page
    Job.objects.filter(key=f"render-{document.pk}-pdf").update(
        state="failed", error="Máy chủ thiếu thư viện để tạo tệp PDF"
    )
    page = client_of(people.head).get(files).content.decode()
    assert "hx-trigger" not in page and "thiếu thư viện" in page


def number(client, document, text="42/BC-BCĐ", day="05/7/2023"):
    url = reverse("documents:number", args=[document.pk])
    return client.post(url, {"number": text, "issued_on": day}, follow=True)


@pytest.fixture
def clerk(people):
    return people.clerk


def test_the_clerk_numbers_once_and_the_file_stays(client_of, clerk, document):
    kept = keep(document)
    before = IssuedDocument.objects.get().content
    page = number(client_of(clerk), document).content.decode()
    assert "Đã ghi số 42/BC-BCĐ." in page
    number(client_of(clerk), document, "43/BC-BCĐ")
    document.refresh_from_db()
    assert (document.number, document.issued_on) == ("42/BC-BCĐ", date(2023, 7, 5))
    assert document.content == before
    assert hashlib.sha256(kept.file.file.read()).hexdigest() == kept.file.sha256
    entry = AuditEntry.objects.get(action="document.number")
    assert (entry.actor, entry.detail["number"]) == (clerk, "42/BC-BCĐ")


@pytest.mark.parametrize(("text", "day"), [("", "05/7/2023"), ("42", "31/6/2023"), ("42", "")])
def test_a_number_with_faults_is_refused_with_what_was_typed(client_of, clerk, document, text, day):
    reply = number(client_of(clerk), document, text, day)
    assert reply.status_code == 422
    assert f'value="{text or day}"' in reply.content.decode()
    document.refresh_from_db()
    assert document.number == ""


@pytest.mark.parametrize(("person", "status"), [("head", 403), ("auditor", 403), ("commune", 404)])
def test_only_the_clerk_numbers(client_of, people, document, person, status):
    assert number(client_of(getattr(people, person)), document).status_code == status
    assert not AuditEntry.objects.filter(action="document.number").exists()


def test_the_list_is_searched_without_marks_and_by_kind(client_of, people, document):
    client = client_of(people.head)

    def found(**query):
        return document.title in client.get(reverse("documents:list"), query).content.decode()

    assert found(q="ket qua SAU thang") and found(loai="BC") and found()
    assert not found(q="ket qua bay thang") and not found(loai="CV")
    document.number = "42/BC-BCĐ"
    document.save()
    assert found(q="42/bc-bcd")


def export(*args, out):
    lines = []

    class Out:
        def write(self, text):
            lines.append(text)

    call_command("export_document", *args, out=out, stdout=Out())
    return json.loads("".join(lines))


def test_the_command_hands_out_the_kept_bytes(document, tmp_path):
    kept = keep(document)
    out = tmp_path / "bc.docx"
    said = export("issued", str(document.pk), "--format=docx", out=out)
    assert said == {
        "document": document.pk,
        "format": "docx",
        "sha256": kept.file.sha256,
        "out": str(out),
    }
    assert out.read_bytes() == b"bytes of the file"


def test_the_command_makes_a_missing_file_once(document, tmp_path):
    first = export("BC", str(document.pk), "--format=xlsx", out=tmp_path / "1.xlsx")
    second = export("BC", str(document.pk), "--format=xlsx", out=tmp_path / "2.xlsx")
    assert first["sha256"] == second["sha256"]
    assert (tmp_path / "1.xlsx").read_bytes() == (tmp_path / "2.xlsx").read_bytes()
    assert DocumentFile.objects.count() == 1


@pytest.mark.parametrize(("kind", "pk", "code"), [("CV", 0, 1), ("xx", 0, 2), ("issued", 999, 1)])
def test_the_command_refuses_what_is_not_there(document, tmp_path, kind, pk, code):
    with pytest.raises(CommandError) as refusal:
        export(kind, str(pk or document.pk), "--format=docx", out=tmp_path / "x")
    assert refusal.value.returncode == code
    assert not (tmp_path / "x").exists()


def test_a_file_that_cannot_be_made_is_refused_with_its_reason(document, tmp_path, monkeypatch):
    monkeypatch.setattr(issuing, "pdf_available", lambda: (False, "Máy chủ thiếu thư viện"))
    with pytest.raises(CommandError, match="thiếu thư viện"):
        export("issued", str(document.pk), "--format=pdf", out=tmp_path / "x.pdf")
    assert runner.run(Job.objects.get(key=f"render-{document.pk}-pdf").pk) is None
