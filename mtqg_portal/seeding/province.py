"""Units, flags, committees, owners and the calendar of the demo province."""

from dataclasses import dataclass, field
from datetime import date

from disbursement.models import CalendarRule, RuleKind
from documents.models import LayoutProfile
from documents.starting import start_letters
from organizations.closure import rebuild_closure
from organizations.models import (
    Flag,
    LegalDocument,
    SteeringCommittee,
    Unit,
    UnitFlag,
    UnitKind,
    UnitParent,
)
from programs.models import Program, ProgramOwner

from . import places

SINCE = date(2021, 1, 1)


@dataclass
class Province:
    """What the later steps of the seed look up."""

    unit: Unit = None
    districts: list = field(default_factory=list)
    communes: dict = field(default_factory=dict)
    agencies: dict = field(default_factory=dict)
    committees: dict = field(default_factory=dict)
    documents: dict = field(default_factory=dict)

    def district(self, name):
        return next(d for d in self.districts if d.short_name == name)

    def commune(self, name):
        return next(c for rows in self.communes.values() for c in rows if c.short_name == name)

    def all_communes(self):
        return [commune for district in self.districts for commune in self.communes[district.code]]


def build_province():
    code, name, short = places.PROVINCE
    province = Province(unit=new_unit(code, name, short, UnitKind.PROVINCE))
    pairs = [*agency_units(province), *area_units(province)]
    for unit in (province.unit, *(unit for unit, _ in pairs)):
        unit.set_keys()
    Unit.objects.bulk_create([province.unit, *(unit for unit, _ in pairs)])
    UnitParent.objects.bulk_create(
        UnitParent(unit=unit, parent=parent, valid_from=SINCE) for unit, parent in pairs
    )
    rebuild_closure()
    province.documents = own_documents()
    give_flags(province)
    found_committees(province)
    name_owners(province)
    lay_out(province)
    set_calendar(province)
    return province


def new_unit(code, name, short_name, kind):
    return Unit(code=code, name=name, short_name=short_name, kind=kind, valid_from=SINCE)


def agency_units(province):
    for code, kind, name, short in places.AGENCIES:
        province.agencies[code] = new_unit(code, name, short, kind)
        yield province.agencies[code], province.unit


def area_units(province):
    for number, (kind, name, _, centres, communes) in enumerate(places.DISTRICTS, start=1):
        code = f"{province.unit.code}-{number:02d}"
        district = new_unit(code, f"{places.KIND_WORDS[kind]} {name}", name, kind)
        province.districts.append(district)
        yield district, province.unit
        centre = UnitKind.TOWNSHIP if kind == UnitKind.DISTRICT else UnitKind.WARD
        below = [(centre, each) for each in centres]
        below += [(UnitKind.COMMUNE, each) for each in communes]
        province.communes[code] = [
            new_unit(f"{code}-{place:02d}", f"{places.KIND_WORDS[kind]} {each}", each, kind)
            for place, (kind, each) in enumerate(below, start=1)
        ]
        yield from ((commune, district) for commune in province.communes[code])


OWN_DOCUMENTS = (
    ("committee", "decision", "UBND Tỉnh Mẫu", "412/QĐ-UBND", date(2022, 3, 10),
     "Thành lập Ban Chỉ đạo các chương trình mục tiêu quốc gia Tỉnh Mẫu giai đoạn 2021-2025"),
    ("flags", "decision", "UBND Tỉnh Mẫu", "2105/QĐ-UBND", date(2021, 9, 20),
     "Danh sách xã đặc biệt khó khăn, huyện nghèo giai đoạn 2021-2025 (dữ liệu mẫu)"),
    ("money2022", "decision", "UBND Tỉnh Mẫu", "1377/QĐ-UBND", date(2022, 7, 15),
     "Giao kế hoạch vốn các chương trình mục tiêu quốc gia năm 2022"),
    ("money2023", "decision", "UBND Tỉnh Mẫu", "2790/QĐ-UBND", date(2022, 12, 14),
     "Giao kế hoạch vốn các chương trình mục tiêu quốc gia năm 2023"),
    ("medium_term", "resolution", "HĐND Tỉnh Mẫu", "47/NQ-HĐND", date(2021, 12, 10),
     "Kế hoạch vốn trung hạn 2021–2025 các chương trình mục tiêu quốc gia"),
    ("carry", "decision", "UBND Tỉnh Mẫu", "318/QĐ-UBND", date(2023, 2, 20),
     "Chuyển nguồn vốn năm 2022 sang năm 2023"),
    ("later", "decision", "UBND Tỉnh Mẫu", "1046/QĐ-UBND", date(2023, 5, 12),
     "Bổ sung kế hoạch vốn năm 2023"),
    ("plan2022", "plan", "Ban Chỉ đạo các chương trình MTQG Tỉnh Mẫu", "86/KH-BCĐ",
     date(2022, 6, 20),
     "Triển khai thực hiện các chương trình mục tiêu quốc gia giai đoạn 2021-2025"),
    ("plan2023", "plan", "Ban Chỉ đạo các chương trình MTQG Tỉnh Mẫu", "12/KH-BCĐ",
     date(2023, 1, 30), "Thực hiện các chương trình mục tiêu quốc gia năm 2023"),
)  # fmt: skip


def own_documents():
    made = {}
    for key, kind, issuer, number, issued_on, abstract in OWN_DOCUMENTS:
        made[key] = LegalDocument.objects.create(
            number=number, kind=kind, issuer=issuer, issued_on=issued_on, abstract=abstract
        )
    return made


def give_flags(province):
    rows = []
    for district, (_, name, flags, *_) in zip(province.districts, places.DISTRICTS, strict=True):
        rows += [(district, flag) for flag in flags]
        below = province.communes[district.code]
        if Flag.ETHNIC_AREA in flags:
            rows += [(commune, Flag.ETHNIC_AREA) for commune in below]
        rural = [commune for commune in below if commune.kind == UnitKind.COMMUNE]
        difficult = rural[: places.EXTREMELY_DIFFICULT.get(name, 0)]
        rows += [(commune, Flag.EXTREMELY_DIFFICULT) for commune in difficult]
    rows += [(province.commune(name), Flag.BORDER) for name in places.BORDER_COMMUNES]
    UnitFlag.objects.bulk_create(
        UnitFlag(unit=unit, flag=flag, valid_from=SINCE, decision=province.documents["flags"])
        for unit, flag in rows
    )


def found_committees(province):
    standing = province.agencies["SKHDT"]
    decision = province.documents["committee"]
    for unit in (province.unit, *province.districts):
        is_province = unit == province.unit
        province.committees[unit.code] = SteeringCommittee.objects.create(
            unit=unit,
            name=f"Ban Chỉ đạo các chương trình mục tiêu quốc gia {lower_kind(unit.name)}",
            standing_agency=standing if is_province else unit,
            decision=decision if is_province else None,
            valid_from=date(2022, 3, 10) if is_province else date(2022, 4, 15),
        )


def lower_kind(name):
    """ "Huyện Đá Biếc" inside a sentence: "huyện Đá Biếc"; the province keeps its capital."""
    return name if name.startswith("Tỉnh") else name[0].lower() + name[1:]


def name_owners(province):
    programs = {program.code: program for program in Program.objects.all()}
    ProgramOwner.objects.bulk_create(
        ProgramOwner(
            program=programs[code],
            unit=province.agencies[agency],
            valid_from=date(2022, 3, 10),
            decision=province.documents["committee"],
        )
        for code, agency in places.OWNERS.items()
    )


def lay_out(province):
    profile = LayoutProfile.objects.create(
        unit=province.unit,
        agency_parent="ỦY BAN NHÂN DÂN TỈNH MẪU",
        agency_name="BAN CHỈ ĐẠO CÁC CHƯƠNG TRÌNH MỤC TIÊU QUỐC GIA",
        full_name="Ban Chỉ đạo các chương trình mục tiêu quốc gia tỉnh",
        symbol="BCĐ",
        place="Hoa Nắng",
        signature_lines=["TRƯỞNG BAN"],
        recipients=[
            "Văn phòng Ban Chỉ đạo Trung ương",
            "Thường trực Tỉnh ủy, HĐND, UBND tỉnh",
            "Các thành viên Ban Chỉ đạo",
            "UBND các huyện, thị xã, thành phố",
            "Lưu: VT, BCĐ",
        ],
    )
    start_letters(profile)


CALENDAR_2023 = (
    (RuleKind.ALLOCATION_COMPLETE, "trước ngày 15/3/2023", date(2023, 3, 14)),
    (RuleKind.ZERO_REVIEW, "đến ngày 30/6/2023", date(2023, 6, 30)),
    (RuleKind.TREASURY_STOP, "từ ngày 01/7/2023", date(2023, 7, 1)),
    (RuleKind.SHORTFALL, "đến ngày 01/10/2023", date(2023, 10, 1)),
    (RuleKind.CROSS_UNIT, "trước ngày 10/10/2023", date(2023, 10, 9)),
    (RuleKind.YEAR_END, "đến ngày 31/01/2024", date(2024, 1, 31)),
)


def set_calendar(province):
    CalendarRule.objects.bulk_create(
        CalendarRule(
            unit=province.unit,
            plan_year=2023,
            kind=kind,
            wording=wording,
            last_day=day,
            legal_basis=province.documents["plan2023"],
        )
        for kind, wording, day in CALENDAR_2023
    )
