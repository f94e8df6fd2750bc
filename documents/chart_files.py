"""A chart of a page as a file: its figures for a spreadsheet, its drawing for a presentation."""

from django.http import Http404, HttpResponse

from core.charts import PICTURE_WIDTH, Frame

from .pdf import render_png

FONT = "Tinos"
SHARPNESS = 2  # dots of the picture for one unit of the drawing


def chart_file(frame: Frame | None, file_format: str) -> HttpResponse:
    """404 for a chart that is not there or a format nobody makes."""
    if frame is None:
        raise Http404
    if file_format == "csv":
        reply = HttpResponse(frame.csv(), content_type="text/csv; charset=utf-8")
    elif file_format == "png":
        picture = render_png(frame.picture(FONT), PICTURE_WIDTH * SHARPNESS)
        reply = HttpResponse(picture, content_type="image/png")
    else:
        raise Http404
    reply["Content-Disposition"] = f'attachment; filename="{frame.name}.{file_format}"'
    return reply
