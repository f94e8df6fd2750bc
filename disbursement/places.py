"""Finds the unit a table means: by code, or by name within the province's tree."""

import re
from collections import defaultdict

from core.text import search_key
from organizations.models import DISTRICT_KINDS, Unit, UnitScope, Via
from organizations.models.units import valid_on

KIND_WORDS = re.compile(r"^(xa|phuong|thi tran|huyen|thi xa|thanh pho|tp\.?|tx\.?|tt\.?) ")


class UnitNotFound(Exception):
    def __init__(self, column, message):
        super().__init__(message)
        self.column = column


class Places:
    """The units of one tree on one day, looked up without further queries."""

    def __init__(self, top, day):
        units = list(Unit.objects.below(top, day))
        self.by_code = {unit.code.casefold(): unit for unit in units}
        self.by_pk = {unit.pk: unit for unit in units}
        self.by_name = defaultdict(list)
        for unit in units:
            for key in {unit.search_key, bare(unit.search_key), search_key(unit.label)}:
                self.by_name[key].append(unit)
        self.districts = dict(
            UnitScope.objects.filter(
                valid_on(day), via=Via.TREE, ancestor__kind__in=DISTRICT_KINDS
            ).values_list("descendant", "ancestor")
        )

    def find(self, code, name, district):
        """The unit, or UnitNotFound naming the column at fault."""
        if code:
            return self._by_code(code)
        if name:
            return self._by_name(name, district)
        if district:
            return self._one("district", district, self.by_name.get(search_key(district), []))
        raise UnitNotFound("unit_code", "Chưa có đơn vị. Hãy ghi mã đơn vị, hoặc tên xã và huyện.")

    def _by_code(self, code):
        unit = self.by_code.get(code.casefold())
        if unit is None:
            raise UnitNotFound(
                "unit_code",
                f"Không có đơn vị mã “{code}” trong tỉnh. Hãy xem mã ở danh mục đơn vị.",
            )
        return unit

    def _by_name(self, name, district):
        found = self._named(name)
        if district:
            inside = {unit.pk for unit in self._named(district)}
            if not inside:
                raise UnitNotFound("district", f"Không có huyện “{district}” trong tỉnh.")
            found = [unit for unit in found if self.districts.get(unit.pk) in inside]
        return self._one("unit_name", name, found)

    def _named(self, name):
        key = search_key(name)
        return self.by_name.get(key) or self.by_name.get(bare(key)) or []

    def _one(self, column, name, found):
        if not found:
            raise UnitNotFound(column, f"Không tìm thấy đơn vị “{name}”. Hãy dùng mã đơn vị.")
        if len(found) > 1:
            raise UnitNotFound(
                column,
                f"Có {len(found)} đơn vị tên “{name}”. Hãy ghi thêm tên huyện hoặc mã đơn vị.",
            )
        return found[0]


def bare(key):
    return KIND_WORDS.sub("", key)
