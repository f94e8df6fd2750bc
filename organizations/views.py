"""The directory of units: a search, the tree by district, one unit with its standing."""

from django import forms
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core.clock import today

from .directory import area_finding, directory, entries_for
from .history import right_happenings, timeline, unit_happenings
from .models import Post, PostHolder, Unit
from .models.units import valid_on
from .permissions import can


class SearchForm(forms.Form):
    q = forms.CharField(
        required=False, label="Tìm đơn vị (gõ có dấu hoặc không dấu)", max_length=100
    )


@require_GET
def unit_list(request):
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    agencies, areas, found = directory(request.user, today(), words)
    return render(
        request,
        "organizations/list.html",
        {
            "form": form,
            "words": words,
            "agencies": agencies,
            "areas": areas,
            "found": found,
            "finding": "" if words or not areas else area_finding(areas),
        },
    )


@require_GET
def unit_detail(request, code):
    day = today()
    unit = get_object_or_404(Unit.objects.for_user(request.user), code=code)
    children = Unit.objects.filter(pk__in=unit.child_links.filter(valid_on(day)).values("unit"))
    holders = PostHolder.objects.filter(valid_on(day), post__unit=unit).select_related("user")
    posts = Post.objects.filter(unit=unit).select_related("committee").order_by("pk")
    return render(
        request,
        "organizations/detail.html",
        {
            "unit": unit,
            "parent": unit.parent_on(day),
            "flags": unit.flags.select_related("decision").order_by("-valid_from", "flag"),
            "committees": unit.committees.select_related("standing_agency", "decision"),
            "children": entries_for(children, day).values(),
            "events": timeline(unit_story(request.user, unit)),
            "posts": [(post, [h for h in holders if h.post_id == post.pk]) for post in posts],
        },
    )


def unit_story(user, unit):
    """Rights are told to those who answer for them; what became of the unit to all its readers."""
    sees_rights = can(user, "right.view", unit)
    return [*unit_happenings(unit), *(right_happenings(unit) if sees_rights else ())]
