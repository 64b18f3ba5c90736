"""A forest plot as SVG: text stays text, and the same evidence gives the same bytes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from decimal import Decimal
from xml.etree import ElementTree

from ldn_graph.errors import InputError
from ldn_graph.findings import one_line
from ldn_graph.tables.axis import Axis, as_printed, axis_around
from ldn_graph.tables.forest import Estimate, Forest, Panel, as_text, notes, table
from ldn_graph.tables.sheet import EMPTY, page, to_html_table, to_text

WIDTH = 1080
MARGIN = 16
LEFT, RIGHT = 372, 668
"""Where the axes begin and end; labels stand to the left, figures to the right."""

FIGURES, FIGURES_WIDTH = 700, 54
"""Where the figures begin, and how many characters of them a line takes."""
LINE = 16
FOREST_FORMATS = ("svg", "html", "text")
TITLE = "Forest plot"

_INK, _SOFT, _RULE, _MARK = "#1a1a1a", "#555555", "#8a8a8a", "#1f4e79"
_Element = ElementTree.Element


def write_forest(plot: Forest, forest_format: str, title: str = TITLE) -> str:
    """The plot as `svg`, as `html` with a table of its figures, or as `text`; InputError for another format."""
    if forest_format == "text":
        return to_text(table(plot))
    if forest_format == "svg":
        return to_svg(plot, title)
    if forest_format != "html":
        raise InputError(f"a plot cannot be written as `{forest_format}`; choose one of {', '.join(FOREST_FORMATS)}")
    return page(title, f"<figure>\n{to_svg(plot, title)}</figure>\n{to_html_table(table(plot), 'Figures of the plot')}")


def to_svg(plot: Forest, title: str = TITLE) -> str:
    """The plot as one picture; its title and description say the same in words."""
    root = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img",
                                       "aria-labelledby": "forest-title forest-description", "width": str(WIDTH)})
    _child(root, "title", title, id="forest-title")
    _child(root, "desc", _description(plot), id="forest-description")
    paper = _child(root, "rect", width=str(WIDTH), fill="#ffffff")
    body = _child(root, "g", **{"font-family": "Helvetica, Arial, sans-serif", "font-size": "13", "fill": _INK})
    y = _lines(body, MARGIN, 34, [title], **{"font-size": "20", "font-weight": "bold"})
    for panel in plot.panels:
        y = _draw_panel(_child(body, "g"), panel, y + 26)
    y = _draw_rest(body, plot, y + 16)
    root.set("height", str(y))
    root.set("viewBox", f"0 0 {WIDTH} {y}")
    paper.set("height", str(y))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _description(plot: Forest) -> str:
    """All figures of the plot in one paragraph."""
    told = [f"{panel.title}, {panel.axis}: "
            + "; ".join([f"{item.study}, {item.compared}: {item.printed}" for item in panel.estimates]
                        + ([f"{panel.pooled.label}: {as_text(panel.pooled)}"] if panel.pooled else [])
                        + ([panel.direction] if panel.direction else [])) + "." for panel in plot.panels]
    told += [f"Not drawn, {item.reason}: {item.estimate.study}, {item.estimate.outcome}: {item.estimate.printed}."
             for item in plot.not_drawn]
    return " ".join([*(told or [EMPTY]), *notes(plot)])


def _draw_panel(here: _Element, panel: Panel, y: int) -> int:
    """Draws a panel from a height downwards and gives the height at which it ends."""
    title = _wrap(f"{panel.title}: {panel.axis}", 100)
    y = _lines(here, MARGIN, y, title, **{"font-size": "15", "font-weight": "bold"})
    y = _row_of_heads(here, panel, y + 6)
    axis = axis_around(panel.figures, LEFT, RIGHT, logarithmic=panel.logarithmic)
    rules, top = _child(here, "g"), y
    for item in panel.estimates:
        y = _draw_estimate(here, item, axis, y)
    if panel.pooled:
        y = _draw_pooled(here, panel, axis, y)
    _draw_rules(rules, panel, axis, top, y)
    return _draw_axis(here, panel, axis, y)


def _row_of_heads(here: _Element, panel: Panel, y: int) -> int:
    for x, words in ((MARGIN, "Study"), (FIGURES, "Estimate and interval, as printed")):
        _text(here, x, y, words, fill=_SOFT)
    if panel.logarithmic:
        _text(here, (LEFT + RIGHT) // 2, y, "logarithmic axis", fill=_SOFT, **{"text-anchor": "middle"})
    _child(here, "line", x1=str(MARGIN), y1=str(y + 7), x2=str(WIDTH - MARGIN), y2=str(y + 7), stroke=_RULE)
    return y + 26


def _draw_estimate(here: _Element, item: Estimate, axis: Axis, y: int) -> int:
    """Draws one estimate: what it is about, its square and interval, its printed form."""
    row = _child(here, "g")
    below = _lines(row, MARGIN, y, _wrap(item.study, 45), **{"font-weight": "bold"})
    about = "; ".join(filter(None, [item.compared, item.conditions, item.outcome]))
    below = _lines(row, MARGIN, below, _wrap(about, 54), **{"font-size": "12", "fill": _SOFT})
    middle = y - 4
    _draw_interval(row, item, axis, middle)
    place = axis.place(item.value)
    _child(row, "rect", x=_number(place - 4.5), y=_number(middle - 4.5), width="9", height="9", fill=_MARK)
    return max(below, _lines(row, FIGURES, y, _wrap(item.printed, FIGURES_WIDTH))) + 10


def _draw_interval(row: _Element, item: Estimate, axis: Axis, y: int) -> None:
    """Draws the line of an interval; an arrow stands at an end that is open."""
    start = axis.place(item.lower) if item.lower is not None else axis.left
    end = axis.place(item.upper) if item.upper is not None else axis.right
    _child(row, "line", x1=_number(start), y1=str(y), x2=_number(end), y2=str(y), stroke=_MARK,
           **{"stroke-width": "1.5"})
    for limit, x, inwards in ((item.lower, start, 7), (item.upper, end, -7)):
        if limit is None:
            points = f"{_number(x)},{y} {_number(x + inwards)},{y - 4} {_number(x + inwards)},{y + 4}"
            _child(row, "polygon", points=points, fill=_MARK)
        else:
            _child(row, "line", x1=_number(x), y1=str(y - 4), x2=_number(x), y2=str(y + 4), stroke=_MARK,
                   **{"stroke-width": "1.5"})


def _draw_pooled(here: _Element, panel: Panel, axis: Axis, y: int) -> int:
    """Draws what the estimates were pooled to as a diamond."""
    pooled = panel.pooled
    assert pooled is not None  # noqa: S101 — the caller looked
    low, middle, high = (_number(axis.place(it)) for it in (pooled.lower, pooled.effect, pooled.upper))
    below = _lines(here, MARGIN, y, _wrap(pooled.label, 48), **{"font-weight": "bold"})
    _child(here, "polygon", points=f"{low},{y - 4} {middle},{y - 11} {high},{y - 4} {middle},{y + 3}", fill=_INK)
    return max(below, _lines(here, FIGURES, y, _wrap(as_text(pooled), FIGURES_WIDTH))) + 10


def _draw_rules(here: _Element, panel: Panel, axis: Axis, top: int, bottom: int) -> None:
    """Draws the line of no difference, and dashed lines at the marks, behind the estimates."""
    marks = [(panel.null, "")] if panel.null is not None else []
    for figure, name in [*marks, *panel.marks]:
        x = _number(axis.place(figure if figure is not None else 0))
        dashes = {"stroke-dasharray": "5 4"} if name else {}
        line = _child(here, "line", x1=x, y1=str(top - 16), x2=x, y2=str(bottom - 6), stroke=_RULE, **dashes)
        if name:
            _child(line, "title", name)


def _draw_axis(here: _Element, panel: Panel, axis: Axis, y: int) -> int:
    """Draws the axis with its ticks, what it measures, and who is favoured at its ends."""
    y -= 6
    _child(here, "line", x1=str(LEFT), y1=str(y), x2=str(RIGHT), y2=str(y), stroke=_INK)
    free = 0.0
    for tick in axis.ticks():
        place, words = axis.place(tick), as_printed(tick)
        x, half = _number(place), 4 * len(words) + 2
        _child(here, "line", x1=x, y1=str(y), x2=x, y2=str(y + 5), stroke=_INK)
        if place - half >= free:
            _text(here, x, y + 19, words, **{"text-anchor": "middle", "font-size": "12"})
            free = place + half
    y += 37
    for mark, name in panel.marks:
        y = _lines(here, LEFT, y, _wrap(f"dashed line at {as_printed(mark)}: {name}", 52), **{"font-size": "12"})
    if panel.left:
        ends = ((LEFT, f"← favours {panel.left}", "start"), (RIGHT, f"favours {panel.right} →", "end"))
        return max(_lines(here, x, y, _wrap(words, 24), **{"font-size": "12", "text-anchor": anchor})
                   for x, words, anchor in ends)
    return _lines(here, LEFT, y, _wrap(panel.direction, 52), **{"font-size": "12", "font-style": "italic"})


def _draw_rest(here: _Element, plot: Forest, y: int) -> int:
    """Lists what is not drawn, with the reasons, and the notes."""
    if not plot.panels:
        y = _lines(here, MARGIN, y, [EMPTY if not plot.not_drawn else "No result can be drawn."]) + 10
    for reason in dict.fromkeys(item.reason for item in plot.not_drawn):
        y = _lines(here, MARGIN, y + 14, _wrap(f"Not drawn: {reason}", 125), **{"font-weight": "bold"})
        for item in (it for it in plot.not_drawn if it.reason == reason):
            what = "; ".join(filter(None, [item.estimate.compared, item.estimate.conditions, item.estimate.outcome]))
            words = f"{item.estimate.study}; {what}: {item.estimate.printed} ({item.axis})"
            first, *more = _wrap(words, 130)
            y = _lines(here, MARGIN, y, [first], fill=_SOFT)
            y = _lines(here, MARGIN + 16, y, more, fill=_SOFT)
    for note in notes(plot):
        y = _lines(here, MARGIN, y + 6, _wrap(note, 135), fill=_SOFT)
    return y + 8


def _lines(here: _Element, x: int, y: int, lines: Iterable[str], **attributes: str) -> int:
    """Writes lines of text beneath each other and gives the height of the next one."""
    for line in lines:
        _text(here, x, y, line, **attributes)
        y += LINE + 3 * (attributes.get("font-size", "") > "14")
    return y


def _text(here: _Element, x: int | str, y: int, words: str, **attributes: str) -> None:
    _child(here, "text", words, x=str(x), y=str(y), **attributes)


def _child(parent: _Element, tag: str, words: str | None = None, **attributes: str) -> _Element:
    child = ElementTree.SubElement(parent, tag, attributes)
    child.text = None if words is None else one_line(words)
    return child


def _wrap(words: str, width: int) -> list[str]:
    return textwrap.wrap(one_line(words), width, break_on_hyphens=False)


def _number(figure: float) -> str:
    """A place on the picture, to a tenth."""
    return as_printed(Decimal(str(round(figure, 1))))
