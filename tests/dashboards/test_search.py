import pytest
from django.urls import reverse

from documents.models import IssuedDocument
from targets.models import Indicator, Target
from tests.alerts.cast import RULE_DAY, make_plan, make_programme, make_project, make_task


def found(client_of, user, text):
    reply = client_of(user).get(reverse("dashboards:search"), {"q": text})
    assert reply.status_code == 200
    return {group.title: [hit.title for hit in group.hits] for group in reply.context["groups"]}


@pytest.fixture
def rows(people, units):
    component = make_programme()
    project = make_project("DA-7", units.commune_a1, component)
    type(project).objects.update(name="Đường liên thôn Khe Lụa")
    make_task(make_plan(units.province), 1, RULE_DAY, units.construction)
    IssuedDocument.objects.create(
        kind="BC",
        title="Báo cáo đường giao thông",
        unit=units.province,
        subject="s",
        content={},
        template_version="1",
    )
    indicator = Indicator.objects.create(code="D", name="Km đường", measure_unit="km")
    Target.objects.create(
        indicator=indicator,
        program=component.program,
        unit=units.province,
        period="2023",
        wording="Làm mới 20 km đường",
        operator=">=",
        value=20,
    )


def test_words_without_marks_find_every_kind_of_thing(client_of, people, rows):
    assert found(client_of, people.head, "duong") == {
        "Công trình, hoạt động": ["Đường liên thôn Khe Lụa"],
        "Văn bản": ["Báo cáo đường giao thông"],
        "Chỉ tiêu": ["Làm mới 20 km đường"],
    }
    assert found(client_of, people.head, "huyen an") == {"Đơn vị": ["Huyện An"]}
    assert found(client_of, people.head, "nhiem vu so 1") == {"Nhiệm vụ": ["Nhiệm vụ số 1"]}
    assert list(found(client_of, people.head, "DA-7 khe lụa")) == ["Công trình, hoạt động"]


def test_a_stranger_finds_nothing_of_others(client_of, people, rows):
    assert found(client_of, people.officer_b, "duong") == {}
    assert list(found(client_of, people.officer_a, "duong")) == ["Công trình, hoạt động"]


@pytest.mark.parametrize("text", ["", "   ", "%", "' OR 1=1", "x" * 500])
def test_nothing_and_nonsense_find_nothing(client_of, people, rows, text):
    assert found(client_of, people.head, text) == {}


def test_at_most_twenty_of_a_kind(client_of, people, units):
    component = make_programme()
    for number in range(25):
        make_project(f"N{number}", units.commune_a1, component, planned=0)
    assert len(found(client_of, people.head, "cong trinh")["Công trình, hoạt động"]) == 20
