"""Columns about the works themselves, and how they differ from the register."""

from core.columns import CHOICE, CODE, INTEGER, MONEY, TEXT, Column

from .models import ProjectKind
from .sheets import MOST_MONEY

KIND_LABELS = [
    (ProjectKind.WORKS, "Công trình"),
    (ProjectKind.ACTIVITY, "Hoạt động"),
    *ProjectKind.choices,
]
PROJECT_CODE = Column(
    "code",
    "Mã dự án",
    CODE,
    required=True,
    maximum=40,
    aliases=("Mã công trình", "Mã số dự án", "Mã số dự án đầu tư"),
)
NAME = Column(
    "name",
    "Tên công trình, hoạt động",
    TEXT,
    required=True,
    maximum=300,
    aliases=(
        "Tên công trình/hoạt động",
        "Tên dự án",
        "Tên công trình",
        "Danh mục dự án",
        "Danh mục công trình",
    ),
)
KIND = Column("kind", "Loại", CHOICE, choices=KIND_LABELS, aliases=("Loại dự án",))
COMPONENT = Column(
    "component",
    "Thành phần",
    CODE,
    required=True,
    aliases=("Mã thành phần", "Nội dung thành phần", "Dự án thành phần"),
)
KEYS = ("budget_unit_code", "target_program_code", "chapter", "category", "item")
SUMS = ("total_investment", "paid_before", "paid_before_year")
LABELS = {
    "name": "tên",
    "kind": "loại",
    "owner_id": "chủ đầu tư",
    "total_investment": "tổng mức đầu tư",
    "paid_before": "lũy kế các năm trước",
    "paid_before_year": "lũy kế đến hết năm",
    "budget_unit_code": "mã ĐVQHNS",
    "target_program_code": "mã CTMTQG",
    "chapter": "chương",
    "category": "loại, khoản",
    "item": "mục, tiểu mục",
}


def about_columns(unit):
    """What may stand beside a project in any list; `unit`: what its money is counted in."""
    return [
        Column("owner_code", "Mã chủ đầu tư", CODE),
        Column("owner_name", "Chủ đầu tư", TEXT, maximum=200, aliases=("Tên chủ đầu tư",)),
        Column(
            "total_investment",
            "Tổng mức đầu tư",
            MONEY,
            minimum=0,
            maximum=MOST_MONEY,
            unit=unit,
            aliases=("TMĐT", "Tổng mức vốn đầu tư"),
        ),
        Column(
            "paid_before",
            "Lũy kế giải ngân các năm trước",
            MONEY,
            minimum=0,
            maximum=MOST_MONEY,
            unit=unit,
            aliases=("Lũy kế vốn đã giải ngân các năm trước", "Lũy kế các năm trước"),
        ),
        Column(
            "paid_before_year",
            "Lũy kế đến hết năm",
            INTEGER,
            minimum=2010,
            maximum=2050,
            aliases=("Năm lũy kế",),
        ),
        Column(
            "budget_unit_code",
            "Mã ĐVQHNS",
            CODE,
            maximum=20,
            aliases=("Mã QHNS", "Mã đơn vị quan hệ ngân sách"),
        ),
        Column(
            "target_program_code",
            "Mã CTMTQG",
            CODE,
            maximum=20,
            aliases=("Mã chương trình mục tiêu quốc gia", "Mã CTMT, DA"),
        ),
        Column("chapter", "Mã chương", CODE, maximum=10, aliases=("Chương",)),
        Column("category", "Loại, khoản", CODE, maximum=20, aliases=("Loại khoản", "Khoản")),
        Column("item", "Mục, tiểu mục", CODE, maximum=20, aliases=("Mục, TM", "Tiểu mục")),
    ]


def facts_of(row, owner):
    """What the row says about the works, and nothing that it leaves out."""
    facts = {name: row[name] for name in (*KEYS, *SUMS) if row[name] is not None}
    if owner:
        facts["owner_id"] = owner.pk
    return facts


def with_year(facts, plan_year):
    """Money paid before needs the year it goes up to."""
    if "paid_before" in facts:
        facts.setdefault("paid_before_year", plan_year - 1)
    else:
        facts.pop("paid_before_year", None)
    return facts


def differences(stored, facts):
    """{field: [before, after]} of what the file says otherwise than the register."""
    return {
        name: [stored[name], value]
        for name, value in facts.items()
        if stored[name] != value and not (stored[name] in (None, "") and value in (None, ""))
    }
