"""Letters: a template, a matter and an agency's layout become an official document."""

from dataclasses import dataclass, replace

from django.db import transaction

from jobs.models import AuditEntry

from .content import BulletList, Layout, OfficialDocument, Paragraph, long_date
from .issuing import issue
from .merging import merge, with_gaps
from .models import DocumentKind, IssuedDocument, LayoutProfile, LetterTemplate

BULLET = "- "


@dataclass(frozen=True)
class Letter:
    """What an officer has settled: the words after merging, who signs, who gets it."""

    template: LetterTemplate
    abstract: str
    body: str
    units: tuple
    recipients: tuple[str, ...]
    signature: object
    annex: object = None

    def as_document(self):
        profile = profile_of(self.template)
        return OfficialDocument(
            layout=layout_of(profile),
            kind_name=kind_name(self.template.kind),
            abstract=self.abstract,
            symbol=profile.symbol_of(self.template.kind),
            place=profile.place,
            addressed_to=tuple(map(addressee, self.units)),
            blocks=tuple(blocks_of(self.body)),
            signature=self.signature,
            recipients=self.recipients,
            annexes=(self.annex,) if self.annex else (),
        )

    @transaction.atomic
    def issue(self, user, key):
        """Frozen once per key of the form: a second click gets the document of the first."""
        subject = f"letter:{user.pk}:{key}"
        there = IssuedDocument.objects.filter(subject=subject).first()
        if there:
            return there
        document = issue(
            self.as_document(),
            kind=self.template.kind,
            title=self.abstract[0].upper() + self.abstract[1:],
            unit=self.template.unit,
            subject=subject,
            template_version=self.template.version,
            user=user,
            to_units=[unit.pk for unit in self.units],
        )
        AuditEntry.objects.create(
            action="document.issue",
            actor=user,
            unit=self.template.unit,
            object_label=str(document)[:250],
            detail={"document": document.pk, "template": self.template.version},
        )
        return document


def profile_of(template):
    return LayoutProfile.objects.get(unit=template.unit)


def layout_of(profile):
    return Layout(
        agency_name=profile.agency_name,
        agency_parent=profile.agency_parent,
        agency_full_name=profile.full_name,
        body_size=profile.body_size,
        keeps_fields=profile.keeps_fields,
    )


def addressee(unit):
    """A place is written to through its People's Committee, an agency by its own name."""
    if unit.is_district or unit.is_commune:
        return f"Ủy ban nhân dân {unit.name[0].lower()}{unit.name[1:]}"
    return unit.name


def kind_name(kind):
    """An official letter shows its subject under the number instead of a kind."""
    return "" if kind == DocumentKind.LETTER else DocumentKind(kind).label.upper()


def merge_values(profile, today, matter=None):
    """What each merge field stands for; fields of a matter are empty without one."""
    values = {
        "co_quan": profile.plain_name,
        "dia_danh": profile.place,
        "ngay": long_date(today),
        "nam": str(today.year),
    }
    if matter:
        values |= {
            "don_vi_nhan": ", ".join(map(addressee, matter.units)),
            "su_viec": matter.subject,
            "noi_dung": matter.text,
            "so_dong_phu_luc": str(matter.annex_rows) if matter.annex else "",
        }
    return values


def draft_of(template, profile, today, matter=None):
    """{abstract, body} of the form as first shown; MergeError when a field cannot be filled."""
    values = merge_values(profile, today, matter)
    return {
        "abstract": merge(template.abstract, values),
        "body": merge(template.body, values),
    }


def draft_with_gaps(template, profile, today):
    """{abstract, body} of a letter that is about no case of the portal."""
    values = merge_values(profile, today)
    return {
        "abstract": with_gaps(template.abstract, values),
        "body": with_gaps(template.body, values),
    }


def blocks_of(text):
    """One paragraph a line; lines that begin with "- " are a list; the end is "./."."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines:
        lines[-1] = lines[-1].rstrip("./ ") + "./."
    blocks = []
    for line in lines:
        if not line.startswith(BULLET):
            blocks.append(Paragraph(line))
        elif blocks and isinstance(blocks[-1], BulletList):
            blocks[-1] = replace(blocks[-1], items=(*blocks[-1].items, line[len(BULLET) :]))
        else:
            blocks.append(BulletList((line[len(BULLET) :],)))
    return blocks


def recipients_of(template, profile, units):
    """As addressed above, then the template's own, then the agency's last line ("Lưu: …")."""
    own = [line.strip() for line in template.recipients.splitlines() if line.strip()]
    kept = [line for line in profile.recipients if line.startswith("Lưu")]
    return [*(["Như trên"] if units else []), *own, *kept]
