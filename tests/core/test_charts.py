import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from core.charts import (
    SCALE,
    BarRow,
    Series,
    bar_chart,
    line_chart,
    scale_colour,
)

SVG = "{http://www.w3.org/2000/svg}"


def bars(*rows, **changes):
    return ElementTree.fromstring(bar_chart(rows, title="Tỷ lệ", **changes))


def texts(root):
    return [element.text for element in root.iter(f"{SVG}text")]


def rects(root):
    return [element.attrib for element in root.iter(f"{SVG}rect")]


def test_bar_is_as_long_as_its_share():
    track, bar = rects(bars(BarRow("Huyện A", Decimal(25))))
    assert float(bar["width"]) == pytest.approx(float(track["width"]) / 4, abs=0.1)


def test_missing_value_is_a_dash_without_any_bar():
    root = bars(BarRow("Huyện A", None))
    assert texts(root) == ["Huyện A", "–"]
    assert rects(root) == []


def test_zero_is_a_figure_and_not_a_missing_one():
    root = bars(BarRow("Huyện A", Decimal(0)))
    assert "0,00%" in texts(root)
    assert len(rects(root)) == 1, "the track without a bar on it"


def test_more_than_the_whole_still_fits():
    for value in (Decimal("100.5"), Decimal(180)):
        track, bar = rects(bars(BarRow("Huyện A", value)))
        assert float(bar["width"]) <= float(track["width"])


@pytest.mark.parametrize(
    ("value", "step"), [("70", 0), ("69.99", 1), ("60", 1), ("50", 2), ("49.99", 3), ("0", 3)]
)
def test_scale_colours_change_at_their_limits(value, step):
    assert scale_colour(Decimal(value)) == SCALE[step]


def test_mark_is_drawn_once_and_named():
    root = bars(BarRow("A", Decimal(10)), mark=Decimal(45), mark_label="mốc 45%")
    assert "mốc 45%" in texts(root)
    assert len(list(root.iter(f"{SVG}path"))) == 1


def test_note_stands_beside_the_figure():
    assert "10,00% (3/9 xã)" in texts(bars(BarRow("A", Decimal(10), "(3/9 xã)")))


def test_all_text_is_escaped():
    hostile = '<script>alert("x")</script>&\''
    drawn = [
        bar_chart(
            [BarRow(hostile, Decimal(1), hostile)],
            Decimal(2),
            hostile,
            title=hostile,
            unit=hostile,
            font_family=hostile,
        ),
        line_chart(
            [Series(hostile, (Decimal(1),))],
            [hostile],
            title=hostile,
            unit=hostile,
            font_family=hostile,
        ),
    ]
    for svg in drawn:
        root = ElementTree.fromstring(svg)
        assert "<script" not in svg
        assert root.get("aria-label") == hostile


def test_no_style_script_or_handler_for_the_strict_policy():
    svg = bar_chart([BarRow("A", Decimal(1))], Decimal(2), "m", title="t") + line_chart(
        [Series("a", (Decimal(1), None)), Series("b", (Decimal(2), Decimal(3)), plan=True)],
        ["T1", "T2"],
        title="t",
    )
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script|href", svg)
    assert svg.count('role="img"') == 2


def test_long_label_is_cut_but_kept_as_a_hint():
    name = "Huyện có tên rất dài không thể nào vừa được cột nhãn của biểu đồ này"
    root = bars(BarRow(name, Decimal(1)))
    assert texts(root)[0].endswith("…")
    assert name in next(root.iter(f"{SVG}title")).text


def test_a_gap_splits_the_line_and_the_last_known_point_is_named():
    values = (Decimal(1), Decimal(2), None, Decimal(4), None)
    svg = line_chart([Series("thực hiện", values)], ["T1", "T2", "T3", "T4", "T5"], title="t")
    root = ElementTree.fromstring(svg)
    lines = [line.get("points").split() for line in root.iter(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [2, 1]
    assert "4,00% thực hiện" in texts(root)


def test_plan_is_dashed_and_actual_is_not():
    series = [Series("thực hiện", (Decimal(1),)), Series("kế hoạch", (Decimal(2),), plan=True)]
    root = ElementTree.fromstring(line_chart(series, ["T1"], title="t"))
    lines = root.iter(f"{SVG}polyline")
    dashes = {line.get("class"): line.get("stroke-dasharray") for line in lines}
    assert dashes == {"pl": "5 4", "ln": None}


def test_series_without_any_value_leaves_only_the_grid():
    root = ElementTree.fromstring(line_chart([Series("a", (None, None))], ["T1", "T2"], title="t"))
    assert list(root.iter(f"{SVG}polyline")) == []
    assert texts(root)[-2:] == ["T1", "T2"]


def test_axis_grows_with_money():
    svg = line_chart([Series("a", (Decimal(1_274_696),))], ["T1"], title="t", unit="", decimals=0)
    assert "2.000.000" in texts(ElementTree.fromstring(svg))


def test_line_labels_stay_inside_the_drawing():
    high = [Series("thực hiện", (Decimal(100), Decimal(100)))]
    for series in (high, [Series("thực hiện", (Decimal(0), Decimal(0)))]):
        root = ElementTree.fromstring(line_chart(series, ["T1", "T2"], title="t"))
        label = next(text for text in root.iter(f"{SVG}text") if text.get("class") == "k")
        assert 0 < float(label.get("y")) < 210
        assert float(label.get("x")) <= 620
