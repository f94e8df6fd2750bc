"""Tags of the components: status words, percentages in SVG, widgets with their classes."""

from decimal import Decimal, InvalidOperation

from django import forms, template
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.text import slugify

from ..forms import PickList

register = template.Library()

# value of a computed stage or stored state -> (tone, word). One word everywhere for one state.
STATUS = {
    "on_track": ("info", "Đang làm"),
    "due_soon": ("warn", "Sắp đến hạn"),
    "overdue": ("bad", "Quá hạn"),
    "done_on_time": ("good", "Hoàn thành"),
    "done_late": ("good", "Hoàn thành muộn"),
    "waiting": ("wait", "Chờ sự kiện"),
    "undated": ("wait", "Chưa có thời hạn"),
    "recurring": ("mute", "Thường xuyên"),
    "not_started": ("wait", "Chưa bắt đầu"),
    "draft": ("mute", "Nháp"),
    "submitted": ("info", "Đã gửi"),
    "returned": ("warn", "Bị trả lại"),
    "accepted": ("good", "Đã nhận"),
    "approved": ("good", "Đã duyệt"),
    "rejected": ("bad", "Không duyệt"),
    "queued": ("wait", "Đang chờ"),
    "running": ("info", "Đang chạy"),
    "done": ("good", "Xong"),
    "failed": ("bad", "Không làm được"),
    "reading": ("info", "Đang đọc"),
    "mapping": ("warn", "Chờ ghép cột"),
    "applying": ("info", "Đang áp dụng"),
    "refused": ("bad", "Không nhận"),
    "preview": ("warn", "Chờ áp dụng"),
    "applied": ("good", "Đã áp dụng"),
    "undone": ("mute", "Đã hoàn tác"),
}
# What the reviewer calls the same state.
REVIEWER = {"submitted": ("warn", "Chờ xem xét"), "draft": ("wait", "Đơn vị đang lập")}
# Of a report that is owed, the same stages in the words of sending.
OWED = {
    "on_track": ("info", "Trong hạn"),
    "done_on_time": ("good", "Đúng hạn"),
    "done_late": ("warn", "Nộp muộn"),
}
AUDIENCES = {"reviewer": REVIEWER, "owed": OWED}
WIDGET_CLASS = {
    forms.CheckboxInput: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.Select: "form-select",
    forms.HiddenInput: "",
    forms.FileInput: "file-input",
}
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@register.inclusion_tag("components/status_tag.html")
def stage_tag(stage, audience="", label=""):
    """The status tag of a stage or state, in the words of the audience (reviewer, owed)."""
    key = str(stage).lower()
    tone, word = AUDIENCES.get(audience, {}).get(key) or STATUS.get(key, ("mute", ""))
    return {"tone": tone, "label": label or word or stage}


@register.simple_block_tag
def trail(content):
    """Where the page lies: {% trail %}<li><a …>Vốn</a></li><li>…</li>{% endtrail %}."""
    return render_to_string("components/crumbs.html", {"content": content})


class PageHead(template.Node):
    """Title, words under it and buttons of a page, put together in the page's own template."""

    child_nodelists = ("title", "words", "buttons")

    def __init__(self, title, words, buttons):
        self.title, self.words, self.buttons = title, words, buttons

    def render(self, context):
        # Each part was escaped when it was rendered; stripping keeps an empty one empty.
        parts = {
            name: mark_safe(getattr(self, name).render(context).strip())
            for name in self.child_nodelists
        }
        return render_to_string("components/page_head.html", parts)


@register.tag
def pagehead(parser, token):
    """{% pagehead %}Title{% meta %}<span>…</span>{% acts %}<a class="btn …">…{% endpagehead %}."""
    parts = {"pagehead": None, "meta": template.NodeList(), "acts": template.NodeList()}
    name = "pagehead"
    while name != "endpagehead":
        parts[name] = parser.parse(("meta", "acts", "endpagehead"))
        name = parser.next_token().contents
    return PageHead(*parts.values())


@register.simple_block_tag
def finding(content):
    """The answer of the page in its first line, with its own links and bold figures."""
    return render_to_string("components/finding.html", {"text": content})


@register.simple_block_tag
def note(content, tone="", icon=""):
    """A notice whose words are put together in the template."""
    return render_to_string("components/note.html", {"text": content, "tone": tone, "icon": icon})


@register.simple_block_tag
def tag(content, tone="mute"):
    """A status word that is put together in the template: {% tag "bad" %}3 lỗi{% endtag %}."""
    return render_to_string("components/status_tag.html", {"tone": tone, "label": content})


@register.filter
def pct(value):
    """A width for an SVG attribute: "37.4%", always with a dot, kept between 0 and 100."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return "0%"
    if not number.is_finite():
        return "0%"
    return f"{min(max(number, Decimal(0)), Decimal(100)):.1f}%"


@register.filter
def plain(value):
    """An id or a number for an attribute: digits as they are, never "1.234"."""
    return "" if value is None else str(value)


@register.filter
def days_word(days):
    """Days left in words, from a signed number of days."""
    if days is None:
        return "chưa có ngày"
    if days == 0:
        return "hôm nay"
    return f"còn {days} ngày" if days > 0 else f"quá {-days} ngày"


@register.filter
def days_tone(days, soon=7):
    """Tone of a number of days left: late, near, or nothing to say."""
    if days is None or days > soon:
        return ""
    return "bad" if days < 0 else "warn"


@register.filter
def workday(day):
    """The portal's working date in words: "thứ Hai, 03/07/2023"."""
    return f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"


def widget_class(widget):
    for kind in type(widget).__mro__:
        if kind in WIDGET_CLASS:
            return WIDGET_CLASS[kind]
    return "form-control"


@register.filter
def control(field, extra=""):
    """A bound field's widget with its class; Django adds aria-invalid and aria-describedby."""
    own = field.field.widget.attrs.get("class", "")
    bad = "is-bad" if field.errors else ""
    names = " ".join(filter(None, [widget_class(field.field.widget), own, extra, bad]))
    return field.as_widget(attrs={"class": names} if names else {})


@register.filter
def tick(option):
    """One radio button or tick box of a group, with its class."""
    option.data["attrs"]["class"] = "form-check-input"
    return option.tag()


@register.filter
def is_check(field):
    """A single tick box carries its label at its right."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_file(field):
    """A file is chosen through a box of our own, in Vietnamese whatever the browser speaks."""
    return isinstance(field.field.widget, forms.FileInput)


@register.filter
def is_group(field):
    """A group of radio buttons or tick boxes needs a fieldset and a legend."""
    return isinstance(field.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))


@register.filter
def is_pick(field):
    """Several of a long list: a frame of tick boxes with a search."""
    return isinstance(field.field.widget, PickList)


@register.filter
def element_id(text, prefix="c"):
    """A stable id from words, for parts that name one another by aria attributes."""
    return f"{prefix}-{slugify(str(text).replace('đ', 'd').replace('Đ', 'D'))}"


@register.filter
def page_window(page_obj):
    """Page numbers to show, None where some are left out: 1 … 4 5 6 … 20."""
    elided = page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in elided]
