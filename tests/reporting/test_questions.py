"""A number of two readings in the report: asked with both and the unit, answered, kept clear."""

import unicodedata

from django.urls import reverse

from reporting.models import Report, ReportState

BOX = "m-NTM-investment-forecast"


def send(client, half_year, typed, action="submit"):
    version = getattr(Report.objects.first(), "version", 0)
    url = reverse("reporting:fill", args=[half_year.a.pk])
    return client.post(url, typed | {"action": action, "version": str(version)}, follow=True)


def test_the_form_asks_and_sends_nothing(half_year, people, client_of, filled):
    answer = send(client_of(people.officer_a), half_year, filled | {BOX: "1.000"})
    page = answer.content.decode()
    assert answer.status_code == 422 and Report.objects.get().state == ReportState.DRAFT
    assert (
        "“1.000” là 1.000 triệu đồng (1.000.000.000 đồng) hay 1,000 triệu đồng (1.000.000" in page
    )
    assert f'name="{BOX}-reading" value="1000"' in page
    assert f'name="{BOX}-reading" value="1,000"' in page


def test_the_answer_is_taken_and_the_clear_wording_kept(half_year, people, client_of, filled):
    client = client_of(people.officer_a)
    send(client, half_year, filled | {BOX: "1.000"})
    answer = send(client, half_year, filled | {BOX: "1.000", f"{BOX}-reading": "1000"})
    report = Report.objects.get()
    assert answer.status_code == 200 and report.state == ReportState.SUBMITTED
    assert report.events.get().frozen["money"][0]["forecast"] == 1_000_000_000


def test_an_answer_saved_with_a_draft_shows_the_clear_wording(half_year, people, client_of, filled):
    client = client_of(people.officer_a)
    answered = filled | {BOX: "1.000", f"{BOX}-reading": "1,000"}
    page = send(client, half_year, answered, action="save").content.decode()
    assert f'name="{BOX}" value="1,000"' in page


def test_the_answer_to_another_number_counts_for_nothing(half_year, people, client_of, filled):
    wrong = filled | {BOX: "1.000", f"{BOX}-reading": "900"}
    answer = send(client_of(people.officer_a), half_year, wrong)
    assert answer.status_code == 422 and Report.objects.get().state == ReportState.DRAFT


def test_a_draft_saved_by_the_page_itself_keeps_composed_text(half_year, people, client_of, filled):
    words = "Đã mở đường liên xã ở huyện Đông Giang."
    apart = filled | {"n-results": unicodedata.normalize("NFD", words), "version": 0}
    url = reverse("reporting:autosave", args=[half_year.a.pk])
    client_of(people.officer_a).post(url, apart, content_type="application/json")
    assert Report.objects.get().draft["n-results"] == words
