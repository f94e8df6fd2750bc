"""The page of the rows behind a sum of money."""

from django.http import Http404
from django.views.decorators.http import require_GET

from core.provenance import rows_reply

from .rows import RowsForm, money_rows
from .views import area_or_404


@require_GET
def money_rows_page(request, pk):
    unit = area_or_404(request.user, pk)
    form = RowsForm(request.GET)
    if not form.is_valid():
        raise Http404
    found = money_rows(form.where(unit), form.cleaned_data["so"], request.user)
    return rows_reply(request, found)
