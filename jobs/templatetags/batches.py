"""The import a row came from: a link for whoever may open it, its number for everybody else."""

from django import template
from django.urls import reverse
from django.utils.html import format_html

from jobs.models import Batch

register = template.Library()


@register.simple_tag(takes_context=True)
def batch_link(context, batch_id, label="Đợt nhập"):
    words = f"{label} {batch_id}"
    request = getattr(context, "request", None)
    if request is None or batch_id not in readable_batches(request):
        return words
    return format_html('<a href="{}">{}</a>', reverse("jobs:batch", args=[batch_id]), words)


def readable_batches(request):
    """Asked once a request, however many rows name their import."""
    if not hasattr(request, "readable_batches"):
        found = Batch.objects.for_user(request.user).order_by()
        request.readable_batches = set(found.values_list("pk", flat=True))
    return request.readable_batches
