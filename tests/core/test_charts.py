import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from core.charts import (
    PHONE_WIDTH,
    SCALE,
    BarChart,
    BarRow,
    BulletChart,
    BulletRow,
    Frame,
    HeatRow,
    HeatTable,
    Line,
    LineChart,
    Series,
    contrast,
    luminance,
    step_of,
)
from core.charts.palette import INK, STYLESHEET, TRACK, WHITE, WORST, readable_on

SVG = "{http://www.w3.org/2000/svg}"


def bars(*rows, **changes):
    return ElementTree.fromstring(BarChart("Tỷ lệ", rows, **changes).svg())


def lines(*series, points=("T1", "T2"), **changes):
    return ElementTree.fromstring(LineChart("t", series, points, **changes).svg())


def texts(root):
    return [element.text for element in root.iter(f"{SVG}text")]


def rects(root):
    """What is drawn; the ground under the pointer is not."""
    found = [element.attrib for element in root.iter(f"{SVG}rect")]
    return [one for one in found if one.get("class") != "hit"]


def read_out(root):
    return [part[0].text for part in root.iter(f"{SVG}g") if part.get("class") == "rd"]


def test_bar_is_as_long_as_its_share():
    track, bar = rects(bars(BarRow("Huyện A", Decimal(25))))
    assert float(bar["width"]) == pytest.approx(float(track["width"]) / 4, abs=0.1)


def test_missing_value_is_a_dash_without_any_bar():
    root = bars(BarRow("Huyện A", None))
    assert texts(root) == ["Huyện A", "–"]
    assert rects(root) == []


def test_zero_is_a_figure_and_not_a_missing_one():
    root = bars(BarRow("Huyện A", Decimal(0)))
    assert "0,00 %" in texts(root)
    assert len(rects(root)) == 1, "the track without a bar on it"


def test_more_than_the_whole_still_fits():
    for value in (Decimal("100.5"), Decimal(180)):
        track, bar = rects(bars(BarRow("Huyện A", value)))
        assert float(bar["width"]) <= float(track["width"])


@pytest.mark.parametrize(
    ("value", "step"), [("70", 0), ("69.99", 1), ("60", 1), ("50", 2), ("49.99", 3), ("0", 3)]
)
def test_the_scale_changes_at_its_limits(value, step):
    assert step_of(Decimal(value)) == step
    drawn = rects(bars(BarRow("A", Decimal(value))))
    assert [one["fill"] for one in drawn[1:]] == ([SCALE[step]] if Decimal(value) else [])


def test_mark_is_drawn_once_and_named():
    root = bars(BarRow("A", Decimal(10)), mark=Decimal(45), mark_label="mốc 45 %")
    assert "mốc 45 %" in texts(root)
    assert [path.get("class") for path in root.iter(f"{SVG}path")].count("mk") == 1


def test_note_stands_beside_the_figure():
    assert "10,00 % (3/9 xã)" in texts(bars(BarRow("A", Decimal(10), "(3/9 xã)")))


def every_kind(words, number=Decimal(1)):
    """One chart of each kind with the same words everywhere."""
    return [
        BarChart(words, (BarRow(words, number, words),), Decimal(2), words, unit=words),
        LineChart(words, (Series(words, (number,)), Series(words, (None,), plan=True)), (words,)),
        BulletChart(words, (BulletRow(words, number, words),), Decimal(2), words),
        HeatTable(words, (words,), (HeatRow(words, (number,)),), unit=words),
    ]


def test_all_text_is_escaped():
    hostile = '<script>alert("x")</script>&\''
    for chart in every_kind(hostile):
        svg = chart.svg(font_family=hostile)
        root = ElementTree.fromstring(svg)
        assert "<script" not in svg
        assert root.get("aria-label") == hostile


def test_no_style_script_or_handler_for_the_strict_policy():
    for chart in every_kind("chữ"):
        svg = chart.svg()
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script|href", svg)
        assert svg.count('role="img"') == 1


@pytest.mark.parametrize(
    "chart", every_kind("Huyện An", Decimal("12.5")), ids=lambda c: type(c).__name__
)
def test_every_figure_can_be_read_without_seeing_the_drawing(chart):
    root = ElementTree.fromstring(chart.svg())
    said = read_out(root)
    assert said
    assert len(list(root.iter(f"{SVG}title"))) == len(said)
    assert all(words.startswith("Huyện An") and ":" in words for words in said)


@pytest.mark.parametrize("width", [340, 620, 820])
def test_every_kind_stays_on_its_sheet(width):
    for chart in every_kind("Văn phòng Điều phối nông thôn mới tỉnh", Decimal(180)):
        root = ElementTree.fromstring(chart.svg(width))
        tall = float(root.get("height"))
        for box in root.iter(f"{SVG}rect"):
            assert float(box.get("x")) >= 0
            assert float(box.get("x")) + float(box.get("width")) <= width + 0.2
            assert float(box.get("y")) + float(box.get("height")) <= tall + 0.2


def test_the_colours_are_named_in_the_stylesheet_alone():
    css = STYLESHEET.read_text(encoding="utf-8")
    assert all(f"--scale-{at}: {colour};" in css for at, colour in enumerate(SCALE, 1))
    written = re.compile(r"#[0-9a-f]{6}\b")
    modules = sorted(STYLESHEET.parents[2].glob("core/charts/*.py"))
    assert len(modules) > 5
    code = [
        re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.S) for path in modules
    ]
    assert not [found for text in code for found in written.findall(text)]
    assert written.search("fill=#17634b")


def test_no_two_steps_are_told_apart_by_hue_alone():
    """The worst step is striped; among the others lightness alone tells them apart."""
    plain = sorted(luminance(colour) for colour in SCALE[:WORST])
    for dark, light in pairwise(plain):
        assert (light + 0.05) / (dark + 0.05) >= 1.25
    # The control: without its stripes the worst step could be taken for the best.
    assert contrast(SCALE[0], SCALE[WORST]) < 1.5


def test_only_the_worst_step_is_striped():
    striped = [
        sum(path.get("stroke") == WHITE for path in bars(BarRow("A", value)).iter(f"{SVG}path"))
        for value in (Decimal(70), Decimal(60), Decimal(50), Decimal("49.99"))
    ]
    assert striped == [0, 0, 0, 1]


def test_figures_on_tints_and_edges_of_bars_keep_their_contrast():
    assert all(contrast(colour, readable_on(colour)) >= 4.5 for colour in SCALE)
    assert contrast(INK, WHITE) >= 7
    assert contrast(INK, TRACK) >= 3, "every bar has an edge of ink, also on its track"
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


def heat(*values, columns=("NTM",)):
    table = HeatTable("t", columns, tuple(HeatRow(f"Huyện {n}", v) for n, v in enumerate(values)))
    return ElementTree.fromstring(table.svg())


def test_a_cell_shows_its_figure_and_the_worst_one_a_triangle():
    good, worst = heat((Decimal(70),)), heat((Decimal("49.9"),))
    triangles = [
        sum(path.get("fill") != "none" for path in root.iter(f"{SVG}path"))
        for root in (good, worst)
    ]
    assert triangles == [1, 2], "one stands in the key"
    assert "70,0" in texts(good)
    assert "49,9" in texts(worst)


def test_a_cell_without_money_is_a_dash_and_not_the_worst():
    root = heat((None, Decimal(0)), columns=("NTM", "GNBV"))
    assert read_out(root) == ["Huyện 0, NTM: –", "Huyện 0, GNBV: 0,0 %"]
    cells = [one for one in rects(root) if one["width"] != "18.0"]
    assert len(cells) == 1, "nothing is painted where nothing is known"


def test_a_bullet_ends_at_its_aim_and_goes_beyond_when_passed():
    def bullet(percent):
        row = BulletRow("Số xã", percent, "x")
        track, *rest = rects(ElementTree.fromstring(BulletChart("t", (row,)).svg()))
        return float(track["width"]), [float(one["width"]) for one in rest]

    track, (bar, tick) = bullet(Decimal(50))
    assert bar == pytest.approx(track / 2, abs=0.1)
    track, (bar, tick) = bullet(Decimal(180))
    assert bar == pytest.approx(track * 1.8, rel=0.01)
    assert bullet(None)[1] == [tick], "nothing known: the aim alone"


def frame(*cells):
    chart = LineChart("Lũy kế đạt 37,38 %", (Series("a", (Decimal(1),)),), ("T1",))
    return Frame("thang", chart, "% vốn", ("Tháng", "Tỷ lệ (%)"), [Line(cells)], note="Ghi chú.")


def test_the_table_file_opens_in_a_vietnamese_spreadsheet():
    text = frame("Tháng 6", "37,38").csv()
    assert text.startswith("\ufeff")
    assert text.lstrip("\ufeff").splitlines() == [
        "Lũy kế đạt 37,38 %",
        "% vốn",
        "Tháng;Tỷ lệ (%)",
        "Tháng 6;37,38",
    ]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+84 công trình", "'+84 công trình"),
        ("-12,21", "-12,21"),
        ("-1.274.696", "-1.274.696"),
        ("–", "–"),
        ("-cmd|x", "'-cmd|x"),
    ],
)
def test_a_cell_never_runs_as_a_formula(cell, written):
    assert frame("x", cell).csv().splitlines()[-1] == f"x;{written}"


def test_the_picture_carries_its_finding_its_measure_and_its_note():
    root = ElementTree.fromstring(frame("T1", "1").picture("Tinos"))
    assert {"Lũy kế đạt 37,38 %", "% vốn", "Ghi chú."} <= set(texts(root))
    lowest = max(float(text.get("y")) for text in root.iter(f"{SVG}text"))
    assert lowest <= float(root.get("height"))


LONG = "Sở Lao động, Thương binh và Xã hội tỉnh Mẫu"


@pytest.mark.parametrize(
    "chart",
    [
        BarChart("t", (BarRow(LONG, Decimal(12)), BarRow("Huyện B", Decimal(50)))),
        BulletChart("t", (BulletRow(LONG, Decimal(12), "83 trên 650 hộ"),)),
        HeatTable("t", ("NTM",), (HeatRow(LONG, (Decimal(12),)),)),
        HeatTable("t", ("Dân tộc thiểu số và miền núi",) * 5, (HeatRow("A", (None,) * 5),)),
    ],
    ids=["bars", "bullets", "rows", "columns"],
)
def test_on_a_phone_a_long_name_takes_more_lines_and_loses_no_word(chart):
    root = ElementTree.fromstring(chart.svg(PHONE_WIDTH, font_size=13))
    drawn = texts(root)
    assert not [words for words in drawn if "…" in words]
    heights = [float(ground.get("height")) for ground in root.iter(f"{SVG}rect")]
    assert sum(len(words.split()) for words in drawn) >= 6 and min(heights) > 0


def test_a_row_grows_with_its_name_and_the_next_one_moves_down():
    plain, long = (
        ElementTree.fromstring(
            BarChart("t", (BarRow(name, Decimal(1)), BarRow("B", Decimal(2)))).svg(PHONE_WIDTH)
        )
        for name in ("A", LONG)
    )
    first, second = [
        [float(one.get("y")) for one in root.iter(f"{SVG}rect") if one.get("class") == "hit"]
        for root in (plain, long)
    ]
    assert second[1] - second[0] > first[1] - first[0]
    assert float(long.get("height")) > float(plain.get("height"))


def test_long_label_is_cut_but_kept_as_a_hint():
    name = "Huyện có tên rất dài không thể nào vừa được cột nhãn của biểu đồ này " * 3
    root = bars(BarRow(name, Decimal(1)))
    assert texts(root)[3].endswith("…")
    assert name in next(root.iter(f"{SVG}title")).text


def test_a_gap_splits_the_line_and_the_last_known_point_is_named():
    values = (Decimal(1), Decimal(2), None, Decimal(4), None)
    root = lines(Series("thực hiện", values), points=("T1", "T2", "T3", "T4", "T5"))
    runs = [line.get("points").split() for line in root.iter(f"{SVG}polyline")]
    assert [len(points) for points in runs] == [2, 1]
    assert "4,00 % thực hiện" in texts(root)


def test_plan_is_dashed_and_actual_is_not():
    series = [Series("thực hiện", (Decimal(1),)), Series("kế hoạch", (Decimal(2),), plan=True)]
    drawn = lines(*series, points=("T1",)).iter(f"{SVG}polyline")
    dashes = {line.get("class"): line.get("stroke-dasharray") for line in drawn}
    assert dashes == {"pl": "5 4", "ln": None}


def test_series_without_any_value_leaves_only_the_grid():
    root = lines(Series("a", (None, None)))
    assert list(root.iter(f"{SVG}polyline")) == []
    assert texts(root)[-2:] == ["T1", "T2"]


def test_axis_grows_with_money():
    money = Series("a", (Decimal(1_274_696),))
    assert "2.000.000" in texts(lines(money, points=("T1",), unit="", decimals=0))


def test_line_labels_stay_inside_the_drawing():
    high = [Series("thực hiện", (Decimal(100), Decimal(100)))]
    for series in (high, [Series("thực hiện", (Decimal(0), Decimal(0)))]):
        root = lines(*series)
        label = next(text for text in root.iter(f"{SVG}text") if text.get("class") == "k")
        assert 0 < float(label.get("y")) < 210
        assert float(label.get("x")) <= 620
