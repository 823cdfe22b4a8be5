"""The chart of the summary: how the units of each round answered, one bar a round."""

from collections.abc import Sequence
from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabel, DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties, RegularTextRun

from infra.document.sheet_looks import FONT, NAVY, OUTCOME_FILLS
from tasks.domain.results.facts import OUTCOMES
from tasks.domain.results.tallies import Tally

GREY = "404040"
UNLABELLED = dict.fromkeys(("showSerName", "showCatName", "showLegendKey", "showPercent"), False)


def outcome_chart(sheet: Any, first_row: int, first_outcome: int, rounds: Sequence[Tally]) -> BarChart:
    """Bars on their side, so that the titles of the rounds can be read; `first_outcome` is the column of 'Đúng hạn'."""
    last_row = first_row + len(rounds) - 1
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "stacked", 100, 45
    chart.title = _title("Kết quả trả lời theo đợt (số đơn vị)")
    columns = range(first_outcome, first_outcome + len(OUTCOMES))
    header = first_row - 1
    for column in columns:
        chart.add_data(Reference(sheet, min_col=column, min_row=header, max_row=last_row), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=2, min_row=first_row, max_row=last_row))
    for series, (outcome, fill) in zip(chart.series, OUTCOME_FILLS.items(), strict=True):
        series.graphicalProperties.solidFill = fill
        series.graphicalProperties.line.noFill = True
        series.dLbls = _labels([getattr(tally, outcome) for tally in rounds])
    _axes(chart)
    return chart


def _axes(chart: BarChart) -> None:
    chart.roundedCorners = False
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    chart.x_axis.scaling.orientation = "maxMin"  # the first round on top
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False  # otherwise Excel draws no axes
        axis.txPr = _text(10)
    chart.y_axis.number_format, chart.y_axis.crosses = "#,##0", "max"
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E7E6E6"))
    chart.y_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    chart.legend.position, chart.legend.txPr = "b", _text(10)


def _labels(values: Sequence[int]) -> DataLabelList:
    """The numbers in the bars, but no zeros: they would stand on top of their neighbours."""
    hidden = [DataLabel(idx=at, showVal=False, **UNLABELLED) for at, value in enumerate(values) if not value]
    return DataLabelList(dLbl=hidden, showVal=True, txPr=_text(10), **UNLABELLED)


def _title(words: str) -> Title:
    look = _characters(13, NAVY, bold=True)
    run = RegularTextRun(rPr=look, t=words)
    return Title(tx=Text(rich=RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), r=[run])])), overlay=False)


def _text(size: int) -> RichText:
    look = _characters(size, GREY)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)])


def _characters(size: int, colour: str, *, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size * 100, b=bold, solidFill=colour, latin=Font(typeface=FONT))
