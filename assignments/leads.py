"""Who a plan's wording means: agencies however spelled, roles, groups; never a silent guess."""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from core.text import search_key
from organizations.models import SteeringCommittee, Unit, UnitAlias
from organizations.models.units import COMMUNE_KINDS, UnitKind, valid_on
from programs.models import ProgramOwner

ABBREVIATIONS = {
    "ntm": "nong thon moi",
    "ptnt": "phat trien nong thon",
    "nnptnt": "nong nghiep phat trien nong thon",
    "nn": "nong nghiep",
    "ldtbxh": "lao dong thuong binh xa hoi",
    "ldtb": "lao dong thuong binh",
    "xh": "xa hoi",
    "khdt": "ke hoach dau tu",
    "kh": "ke hoach",
    "dt": "dau tu",
    "vhttdl": "van hoa the thao du lich",
    "vhtt": "van hoa the thao",
    "tttt": "thong tin truyen thong",
    "tnmt": "tai nguyen moi truong",
    "gddt": "giao duc dao tao",
    "gtvt": "giao thong van tai",
    "khcn": "khoa hoc cong nghe",
    "vpdp": "van phong dieu phoi",
    "ubmttq": "uy ban mat tran to quoc",
    "mttq": "mat tran to quoc",
    "kbnn": "kho bac nha nuoc",
    "ubnd": "uy ban nhan dan",
    "tp": "thanh pho",
}
# Words that tell no agency from another.
FILLERS = {"va", "cua", "tinh"}
GOVERNMENT = {"uy", "ban", "nhan", "dan"}
GROUP = re.compile(r"(uy ban nhan dan |ubnd )?(cac|tat ca|toan the)\b.*|.*\blien quan|so nganh\b.*")
OWNERS = re.compile(r"(co quan )?(thuong truc|chu tri|chu quan|chu) .*\bchuong trinh\b.*")
STANDING = re.compile(r"co quan thuong truc( (cua )?(ban chi dao|bcd)( tinh)?)?")
BETWEEN = re.compile(
    r"\s*[;\n]\s*|\s*,\s*(?:và\s+)?(?=(?:Sở|Ban|Văn phòng|UBND|Ủy ban|Công an|Bộ Chỉ huy|Kho bạc|"
    r"Mặt trận|Hội|Thanh tra|Liên minh|Ngân hàng|[Cc]ác)\s)"
    r"|\s+và\s+(?=(?:Sở|UBND|Ủy ban|Văn phòng|Ban|Công an|[Cc]ác)\s)"
)
CLOSE, MARGIN = 0.7, 0.12
PROGRAM_OWNER, STANDING_AGENCY = "program_owner", "standing"


@dataclass(frozen=True)
class Match:
    """One agency, role or group of the wording; `how` says on what ground."""

    text: str
    how: str
    units: tuple[Unit, ...] = ()
    role: str = ""

    @property
    def names(self) -> list[str]:
        """Roles by their word, units by their codes, else the wording."""
        if self.role:
            return [self.role]
        return [unit.code for unit in self.units] or [self.text]


def words_of(text: str) -> frozenset[str]:
    """The telling words of a name: abbreviations spelled out, fillers and repetitions gone."""
    plain = re.sub(r"\b([a-z]{1,4})\s*&\s*([a-z]{1,4})\b", r"\1\2", search_key(text))
    spelled = [ABBREVIATIONS.get(word, word) for word in re.findall(r"\w+", plain)]
    return frozenset(" ".join(spelled).split()) - FILLERS


def likeness(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / len(left | right) if left and right else 0.0


class Directory:
    """Agencies, spellings and owners as of a plan's period; loaded once, then no queries."""

    def __init__(self, starts_on: date, ends_on: date):
        lasts = Q(valid_to=None) | Q(valid_to__gt=starts_on)
        units = list(Unit.objects.filter(lasts, valid_from__lte=ends_on).order_by("pk"))
        self.units = {unit.pk: unit for unit in units}
        self.by_code = {unit.code: unit for unit in units}
        self.by_name: dict[str, list[Unit]] = {}
        for unit in units:
            names = {unit.search_key, search_key(unit.short_name), search_key(unit.code)}
            for name in names - {""}:
                self.by_name.setdefault(name, []).append(unit)
        self.words = [
            (words_of(name), unit)
            for unit in units
            if unit.kind not in (*COMMUNE_KINDS, UnitKind.PROVINCE)
            for name in filter(None, {unit.name, unit.short_name})
        ]
        aliases = UnitAlias.objects.values_list("text_key", "unit_id")
        self.aliases = {key: self.units[pk] for key, pk in aliases if pk in self.units}
        self.owners = self._owners(starts_on, ends_on)
        self.standing = self._standing(starts_on)

    def _owners(self, starts_on, ends_on):
        rows = ProgramOwner.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=starts_on), valid_from__lte=ends_on
        )
        ids = rows.order_by("program__order", "valid_from").values_list("unit_id", flat=True)
        return tuple(dict.fromkeys(self.units[pk] for pk in ids if pk in self.units))

    def _standing(self, day):
        row = SteeringCommittee.objects.filter(valid_on(day)).order_by("pk").first()
        unit = self.units.get(row.standing_agency_id) if row else None
        return (unit,) if unit else ()

    def agencies(self) -> list[Unit]:
        """What a person may choose from: departments and districts."""
        wanted = [u for u in self.units.values() if u.kind not in COMMUNE_KINDS]
        return sorted(wanted, key=lambda unit: unit.sort_key)

    def find(self, text: str) -> list[Match]:
        """Every agency, role or group named in a cell."""
        parts = [part.strip(" .,") for part in BETWEEN.split(text)]
        return [self.match(part) for part in parts if part]

    def match(self, text: str) -> Match:
        key = search_key(text)
        named = self.by_name.get(key, [])
        if len(named) == 1:
            return Match(text, "exact", (named[0],))
        if key in self.aliases:
            return Match(text, "alias", (self.aliases[key],))
        if STANDING.fullmatch(key):
            return Match(text, "role", self.standing, STANDING_AGENCY)
        if OWNERS.fullmatch(key):
            return Match(text, "role", self.owners, PROGRAM_OWNER)
        if GROUP.fullmatch(key):
            return Match(text, "group")
        return self._closest(text)

    def _closest(self, text):
        """The one agency clearly nearest by its words; two near ones are a question."""
        words = words_of(text)
        best: dict[Unit, float] = {}
        for name, unit in self.words:
            score = max(likeness(words, name), likeness(words - GOVERNMENT, name))
            best[unit] = max(score, best.get(unit, 0))
        ranked = sorted(best.items(), key=lambda item: -item[1])[:2]
        if not ranked or ranked[0][1] < CLOSE:
            return Match(text, "unknown")
        if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < MARGIN:
            return Match(text, "unknown")
        return Match(text, "exact" if ranked[0][1] == 1 else "close", (ranked[0][0],))


def lead_doubts(text: str, matches: list[Match]) -> list[dict[str, str]]:
    """What a person should look at before the lead is believed."""
    if not text:
        message = "Ô cơ quan chủ trì để trống. Hãy chọn cơ quan."
        return [{"code": "lead_missing", "message": message}]
    return [doubt for match in matches for doubt in _doubts_of(match)]


def _doubts_of(match):
    names = ", ".join(unit.label for unit in match.units)
    messages = {
        "close": f"Tên gần đúng: “{match.text}” được hiểu là {names}.",
        "unknown": f"Không nhận ra cơ quan “{match.text}”. Hãy chọn cơ quan chủ trì.",
        "group": f"“{match.text}” là một nhóm, không phải một cơ quan. Hãy chọn cơ quan chủ trì.",
        "role": f"“{match.text}” là vai trò, được hiểu là {names or 'chưa có cơ quan nào'}.",
    }
    if match.how in messages:
        yield {"code": f"lead_{match.how}", "message": messages[match.how]}
