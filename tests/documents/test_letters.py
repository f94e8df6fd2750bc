"""Letters: fields of a list become text, nothing is executed; issued once, kept, told on number."""

import io
import re
import uuid
from datetime import date

import docx
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from alerts.evaluation import evaluate_alerts
from alerts.models import Alert
from documents.content import BulletList, Paragraph
from documents.docx import render_docx
from documents.issuing import content_of
from documents.letters import addressee, blocks_of
from documents.merging import FIELDS, MergeError, merge, unknown_fields
from documents.models import (
    Authority,
    DocumentKind,
    IssuedDocument,
    LayoutProfile,
    LetterTemplate,
    SignatureBlock,
)
from documents.starting import TEMPLATES, start_letters
from jobs import runner
from jobs.models import AuditEntry, Job
from notices.models import Notice, NoticeKind
from tests.alerts.cast import make_plan, make_task
from tests.documents.payloads import INJECTIONS

TODAY = date(2023, 7, 3)
VALUES = {name: f"<{name}>" for name in FIELDS}


@pytest.fixture
def profile(people, units):
    profile = LayoutProfile.objects.create(
        unit=units.province,
        agency_parent="ỦY BAN NHÂN DÂN TỈNH THỬ",
        agency_name="BAN CHỈ ĐẠO TỈNH THỬ",
        full_name="Ban Chỉ đạo tỉnh Thử",
        symbol="BCĐ",
        drafting_symbol="KTTH",
        place="Thử",
        recipients=["UBND các huyện", "Lưu: VT, BCĐ"],
    )
    start_letters(profile)
    return profile


@pytest.fixture
def template(profile):
    return LetterTemplate.objects.get(name="Công văn đôn đốc")


@pytest.fixture
def alert(people, units):
    plan = make_plan(units.province)
    for number in (1, 2):
        make_task(plan, number, date(2023, 6, 30), units.construction)
    evaluate_alerts(TODAY, None)
    return Alert.objects.order_by("pk").first()


@pytest.fixture
def written(client_of, people, template, alert):
    """(client, address, data) of the form as the officer gets it."""
    client = client_of(people.standing)
    url = reverse("documents:compose", args=[template.pk]) + f"?ve={alert.topic}"
    start = client.get(url).context["form"].initial
    return client, url, start | {"signature": start["signature"].pk, "signer": ""}


# Merge fields


@pytest.mark.parametrize("payload", INJECTIONS)
def test_nothing_in_a_text_is_executed(payload):
    """Refused as an unknown field, or handed through letter by letter."""
    if unknown_fields(payload):
        with pytest.raises(MergeError):
            merge(payload, VALUES)
    else:
        assert merge(payload, VALUES) == payload


def test_the_list_of_payloads_has_both_kinds():
    refused = [payload for payload in INJECTIONS if unknown_fields(payload)]
    assert len(set(INJECTIONS)) >= 50
    assert len(refused) >= 30 and len(INJECTIONS) - len(refused) >= 20


def test_a_known_field_is_replaced_with_and_without_blanks():
    assert merge("{{co_quan}}, {{ ngay }}", VALUES) == "<co_quan>, <ngay>"


def test_a_value_is_never_looked_at_again():
    values = VALUES | {"noi_dung": "{{co_quan}} {{7*7}} {% debug %}"}
    assert merge("{{noi_dung}}", values) == "{{co_quan}} {{7*7}} {% debug %}"


def test_an_unknown_field_is_named_with_the_remedy():
    with pytest.raises(MergeError, match=r"“\{\{mat_khau\}\}” không phải trường trộn"):
        merge("Kính gửi {{mat_khau}}", VALUES)


def test_a_field_without_value_is_named():
    with pytest.raises(MergeError, match="so_dong_phu_luc"):
        merge("{{so_dong_phu_luc}}", VALUES | {"so_dong_phu_luc": ""})


def test_a_template_with_a_strange_field_is_not_saved(client_of, people, template):
    data = {
        "name": "Mẫu lạ",
        "kind": "CV",
        "abstract": "đôn đốc",
        "body": "{{settings.SECRET_KEY}}",
        "is_active": "on",
    }
    reply = client_of(people.standing).post(reverse("documents:template_new"), data)
    assert reply.status_code == 422
    assert "không phải trường trộn" in reply.content.decode()
    assert not LetterTemplate.objects.filter(name="Mẫu lạ").exists()


def test_payloads_in_a_letter_are_printed_letter_by_letter(written):
    client, url, data = written
    printable = [text for text in INJECTIONS if not unknown_fields(text) and "{{" not in text]
    body = "\n".join(f"Mở đầu {text} kết thúc" for text in printable)
    reply = client.post(url, data | {"body": body, "preview": "1"})
    file = docx.Document(io.BytesIO(render_docx(reply.context["document"])))
    printed = "\n".join(paragraph.text for paragraph in file.paragraphs)
    assert [text for text in printable if f"Mở đầu {text} kết thúc" not in printed] == []
    assert "<script>alert" not in reply.content.decode()
    assert "<img src=x" not in reply.content.decode()


@pytest.mark.parametrize("payload", INJECTIONS[::9])
def test_a_letter_with_braces_left_in_it_is_refused(written, payload):
    client, url, data = written
    reply = client.post(url, data | {"body": f"{payload} {{{{x}}}}", "issue": "1"})
    assert reply.status_code == 422
    assert not IssuedDocument.objects.exists()


# The kernel


def test_lines_become_paragraphs_and_lists_and_the_end_is_marked():
    assert blocks_of("Một.\n- hai\n- ba\n\nBốn.") == [
        Paragraph("Một."),
        BulletList(("hai", "ba")),
        Paragraph("Bốn./."),
    ]


@pytest.mark.parametrize(
    ("mode", "titles", "printed"),
    [
        (Authority.OWN, "TRƯỞNG BAN\nCHỦ TỊCH UBND TỈNH", ("TRƯỞNG BAN", "CHỦ TỊCH UBND TỈNH")),
        (
            Authority.FOR_HEAD,
            "TRƯỞNG BAN\nPHÓ TRƯỞNG BAN\nPHÓ CHỦ TỊCH UBND",
            ("KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "PHÓ CHỦ TỊCH UBND"),
        ),
        (
            Authority.BY_ORDER,
            "CHỦ TỊCH\nKT. CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG",
            ("TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"),
        ),
        (Authority.ON_BEHALF, "BAN CHỈ ĐẠO\nTRƯỞNG BAN", ("TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN")),
        (Authority.ACTING, "TRƯỞNG PHÒNG", ("Q. TRƯỞNG PHÒNG",)),
    ],
)
def test_ways_of_signing(profile, mode, titles, printed):
    block = SignatureBlock(profile=profile, mode=mode, titles=titles)
    block.full_clean()
    assert block.signature().lines == printed


@pytest.mark.parametrize("mode", ["TM.", "KT.", "TL."])
def test_whoever_signs_for_another_needs_a_title_of_their_own(profile, mode):
    with pytest.raises(ValidationError, match="hai dòng"):
        SignatureBlock(profile=profile, mode=mode, titles="TRƯỞNG BAN").full_clean()


def test_the_symbol_of_a_letter_names_who_drafted_it(profile):
    assert profile.symbol_of(DocumentKind.LETTER) == "BCĐ-KTTH"
    assert profile.symbol_of(DocumentKind.INVITATION) == "GM-BCĐ"
    assert profile.symbol_of(DocumentKind.REPORT) == "BC-BCĐ"


def test_fields_of_the_province_s_document_system_stand_where_number_and_day_go(written, profile):
    client, url, data = written
    before = client.post(url, data | {"preview": "1"}).context["document"]
    assert "#SoKyHieuVanBan" not in before.symbol_line
    LayoutProfile.objects.update(keeps_fields=True)
    after = client.post(url, data | {"preview": "1"}).context["document"]
    assert after.symbol_line == "Số: #SoKyHieuVanBan"
    assert after.place_line == "#DiaDiemNgayBanHanh"


# From a matter to a kept letter


def test_the_form_comes_filled_from_the_alert(written, units):
    _, _, data = written
    assert data["units"] == [units.construction.pk]
    assert data["abstract"].startswith("đôn đốc ")
    assert "Ban Chỉ đạo tỉnh Thử nhận được" in data["body"]
    assert "Nhiệm vụ số 1" in data["body"] and "{{" not in data["body"]
    assert data["recipients"].splitlines() == ["Như trên", "Lưu: VT, BCĐ"]


def test_whom_the_letter_goes_to_is_a_list_of_boxes_with_the_chosen_first(written, units):
    client, url, _ = written
    page = client.get(url).content.decode()
    boxes = re.findall(r'<input[^>]*name="units"[^>]*>', page)
    assert len(boxes) > 2 and '<select name="units"' not in page
    assert [f'value="{units.construction.pk}"' in box for box in boxes].index(True) == 0
    assert [number for number, box in enumerate(boxes) if "checked" in box] == [0]


def test_preview_then_issue_keeps_the_letter_with_its_list(written, people, alert):
    client, url, data = written
    page = client.post(url, data | {"preview": "1"}).content.decode()
    assert "KT. TRƯỞNG BAN" in page and "DANH SÁCH NHIỆM VỤ QUÁ HẠN" in page
    assert not IssuedDocument.objects.exists()
    client.post(url, data | {"issue": "1"})
    document = IssuedDocument.objects.get()
    for job in Job.objects.filter(kind="render_document"):
        runner.run(job.pk)
    assert {kept.format for kept in document.files.all()} == {"docx", "pdf", "xlsx"}
    assert all(len(kept.file.sha256) == 64 for kept in document.files.all())
    content = content_of(document)
    assert content.is_letter and content.symbol == "BCĐ-KTTH"
    (annex,) = content.annexes
    assert len(annex.blocks[0].rows) == Alert.objects.open().count() == 2
    assert document.template_version.startswith("M")
    assert AuditEntry.objects.get(action="document.issue").actor == people.standing


def test_a_second_click_gets_the_document_of_the_first(written):
    client, url, data = written
    replies = [client.post(url, data | {"issue": "1"}) for _ in range(2)]
    assert replies[0].url == replies[1].url
    assert IssuedDocument.objects.count() == 1
    client.post(url, data | {"issue": "1", "key": str(uuid.uuid4())})
    assert IssuedDocument.objects.count() == 2


def test_a_reworded_template_does_not_touch_what_was_issued(written, template):
    client, url, data = written
    client.post(url, data | {"issue": "1"})
    document = IssuedDocument.objects.get()
    before = document.content
    template.body = "Khác hẳn"
    template.save()
    document.refresh_from_db()
    assert document.content == before
    assert template.version != document.template_version


def test_addressees_get_it_with_its_number_and_not_before(written, client_of, people, units, alert):
    client, url, data = written
    client.post(url, data | {"issue": "1"})
    document = IssuedDocument.objects.get()
    page = reverse("documents:detail", args=[document.pk])
    assert client_of(people.agency).get(page).status_code == 404
    assert not Notice.objects.filter(kind=NoticeKind.DOCUMENT).exists()
    number = {"number": "12/BCĐ-KTTH", "issued_on": "04/07/2023"}
    for _ in range(2):
        client_of(people.clerk).post(reverse("documents:number", args=[document.pk]), number)
    assert client_of(people.agency).get(page).status_code == 200
    assert client_of(people.officer_b).get(page).status_code == 404
    notice = Notice.objects.get(kind=NoticeKind.DOCUMENT)
    assert notice.unit == units.construction and "12/BCĐ-KTTH" in notice.subject


@pytest.mark.parametrize(
    ("person", "status"), [("head", 200), ("auditor", 403), ("officer_a", 404), ("owner", 403)]
)
def test_only_who_may_issue_writes_letters(client_of, people, template, alert, person, status):
    client = client_of(getattr(people, person))
    reply = client.get(reverse("documents:compose", args=[template.pk]) + f"?ve={alert.topic}")
    assert reply.status_code == status


@pytest.mark.parametrize("topic", ["alert", "alert:x", "alert:99999", "nobody:1", "alert:1' --"])
def test_an_unknown_matter_is_not_found(client_of, people, template, topic):
    client = client_of(people.standing)
    reply = client.get(reverse("documents:compose", args=[template.pk]), {"ve": topic})
    assert reply.status_code == 404


def test_without_a_matter_the_words_wanted_are_gaps_and_none_goes_out(client_of, people, template):
    client, address = (
        client_of(people.standing),
        reverse("documents:compose", args=[template.pk]),
    )
    page = client.get(address)
    assert "chưa gắn với việc cụ thể" in page.content.decode()
    start = page.context["form"].initial
    assert "……" in start["body"] and "{{" not in start["body"] + start["abstract"]
    sent = {name: getattr(value, "pk", value) for name, value in start.items()}
    reply = client.post(address, sent | {"issue": "1"})
    assert reply.status_code == 422 and "Còn chỗ “……” chưa điền" in reply.content.decode()


def test_every_starting_template_is_clean_and_fills(profile, alert, client_of, people):
    assert LetterTemplate.objects.count() == len(TEMPLATES)
    for template in LetterTemplate.objects.all():
        template.full_clean()
        url = reverse("documents:compose", args=[template.pk]) + f"?ve={alert.topic}"
        body = client_of(people.standing).get(url).context["form"].initial["body"]
        assert body and "{{" not in body


def test_two_templates_of_a_name_are_refused_in_words(client_of, people, template):
    data = {"name": template.name, "kind": "CV", "abstract": "x", "body": "y"}
    reply = client_of(people.standing).post(reverse("documents:template_new"), data)
    assert reply.status_code == 422
    assert "đã có mẫu cùng tên" in reply.content.decode()


# The agency's layout


def test_the_office_rewords_its_layout_and_ways_of_signing(client_of, people, profile):
    client = client_of(people.standing)
    url = reverse("documents:profile", args=[profile.pk])
    data = {
        "agency_name": "BAN CHỈ ĐẠO",
        "symbol": "BCĐ",
        "place": "Nơi khác",
        "body_size": "13",
        "recipient_lines": "Một\nLưu: VT",
    }
    assert client.post(url, data | {"body_size": "20"}).status_code == 422
    assert client.post(url, data).status_code == 302
    profile.refresh_from_db()
    assert (profile.place, profile.body_size) == ("Nơi khác", 13)
    assert profile.recipients == ["Một", "Lưu: VT"]
    new = reverse("documents:signature_new", args=[profile.pk])
    assert client.post(new, {"mode": "KT.", "titles": "TRƯỞNG BAN"}).status_code == 422
    client.post(new, {"mode": "Q.", "titles": "TRƯỞNG BAN"})
    block = profile.signatures.last()
    assert str(block) == "Q. TRƯỞNG BAN"
    client.post(reverse("documents:signature", args=[profile.pk, block.pk]), {"remove": "1"})
    assert not profile.signatures.filter(pk=block.pk).exists()


@pytest.mark.parametrize(("person", "status"), [("auditor", 403), ("officer_a", 403)])
def test_a_stranger_does_not_touch_the_layout(client_of, people, profile, person, status):
    client = client_of(getattr(people, person))
    reply = client.post(reverse("documents:profile", args=[profile.pk]), {"place": "x"})
    assert reply.status_code == status


def test_a_place_is_written_to_through_its_committee_and_an_agency_by_name(units):
    assert addressee(units.commune_a1) == "Ủy ban nhân dân xã An Một"
    assert addressee(units.district_a) == "Ủy ban nhân dân huyện An"
    assert addressee(units.construction) == "Sở Xây dựng"
