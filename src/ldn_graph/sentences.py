"""The words in which rows of canned queries are told to a clinician: one function a kind of row, no figures changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from ldn_graph.queries import Cell

Row = Mapping[str, Cell]

_UNITS = {"a": "year", "mo": "month", "wk": "week", "d": "day", "h": "hour", "min": "minute", "{score}": "point"}
_QUANTITY = re.compile(r"([\d.]*\d) (a|mo|wk|d|h|min|\{score\}|%|1$)(?![\w{])")
_SAID_TWICE = re.compile(r"([^;]*?(\S+ to \S+)) \(\2, ([^()]*)\)")
_RANKS = {"primary": "primary outcome", "secondary": "secondary outcome", "safety": "safety outcome",
          "baseline characteristic": "baseline characteristic"}
_FINDINGS = {"consistent with primary": "consistent with the primary outcome",
             "no other variable": "no other variable was significant"}
_ESTIMATES = {"contrast", "dose estimate"}
_STOP = re.compile(r"\.(?= \(|; |$)")


def plain(quantity: Cell) -> str:
    """A quantity with its UCUM unit in words.

    >>> [plain("18 to 75 a"), plain("≥1 mo"), plain("<20 %"), plain("6.0 mg"), plain("3 1"), plain(None)]
    ['18 to 75 years', '≥1 month', '<20%', '6.0 mg', '3', '']
    """
    return _QUANTITY.sub(lambda found: _in_words(found[1], found[2]), _text(quantity))


def published(row: Row) -> str:
    """When a report became public, as far as is known.

    >>> published({"published": "2021", "inferred": False, "earliest": None, "latest": None})
    '2021'
    """
    if row["published"]:
        return _text(row["published"])
    if row["earliest"] is None or row["latest"] is None:
        return "date not reported"
    inferred = ", inferred, as no date is printed" if row["inferred"] else ""
    return f"between {row['earliest']} and {row['latest']}{inferred}"


def basis(row: Row) -> str:
    """The studies on which a report says that a statement rests.

    >>> basis({"basis_number": 1, "basis_designs": "cohort", "basis_studies": "Smith 2020"})
    '1 study (cohort): Smith 2020'
    """
    if row["basis_number"] is None and not row["basis_designs"] and not row["basis_studies"]:
        return ""
    number = "studies" if row["basis_number"] is None else _counted(row["basis_number"], "study", "studies")
    return f"{number}{_around(' (', row['basis_designs'], ')')}{_around(': ', row['basis_studies'])}"


def claim(row: Row) -> str:
    """What a report claims: kind, what of, against what, in whom, and the way in which it says that things point.

    >>> claim({"claim_kind": "effect", "claim_direction": "favours intervention", "claim_domains": "pain",
    ...        "claim_conditions": "migraine", "claim_interventions": "a drug", "claim_comparators": None,
    ...        "magnitude": "32 %", "claim_dose": None, "claim_share": None})
    'The report claims (effect): a drug in migraine, for pain; no comparator named; said to favour a drug, by 32%'
    """
    against = _around("against ", row["claim_comparators"])
    what = _joined(" ", [_text(row["claim_interventions"]), against, _around("in ", row["claim_conditions"])])
    whole = _joined(", ", [what, _around("for ", row["claim_domains"])]) or "nothing further"
    alone = "no comparator named" if row["claim_direction"] and not against else ""
    size = [_around("by ", plain(row["magnitude"])), _around("at a dose of ", plain(row["claim_dose"])),
            _around("in ", plain(row["claim_share"]), " of patients")]
    kind = _around(" (", row["claim_kind"], ")")
    return f"The report claims{kind}: {_joined('; ', [whole, alone, _joined(', ', [_points(row), *size])])}"


def comparison(rows: Sequence[Row], within: str = "", responders: Cell = None) -> str:
    """What the rows of one analysis are about: outcome, its rank, in whom, when, on which scale, and in which groups.

    Conditions that are those of the whole study, `within`, are left out, as are groups that each have a row, and a
    definition of `responders` that the name of the outcome gives already.
    """
    row = rows[0]
    groups = {it for it in _text(row["compared"]).split("; ") if it}
    told = groups <= {it["group"] for it in rows}
    people = "" if row["conditions"] == within else _around("in ", row["conditions"])
    scale = _SAID_TWICE.sub(r"\1 (\3)", _text(row["scale"]))
    return _joined("; ", [
        _joined(", ", [outcome(row), people, _when(row)]), _around("scale: ", scale),
        "" if responders == row["outcome"] else _around("responders: ", responders),
        "" if told else _around("groups compared: " if len(groups) > 1 else "in ", row["compared"]),
        _around("reference: ", row["reference"])])


def result(row: Row) -> str:
    """One result as it is printed, in a sentence without a full stop."""
    figures = _joined(", ", [*_counts(row), *_statistic(row), _p(row)])
    words = [_finding(row), _around("reported as ", row["significance"]),
             _around("reported in favour of ", row["favours"]), _around("most common: ", row["most_common"]),
             _around("for a response in ", plain(row["response_share"]), " of patients")]
    told = _joined("; ", [figures, *words]) or "no figure and no finding given"
    return f"{_around('', row['group'], ': ')}{_test(row)}{told}"


def method(row: Row) -> str:
    """How an analysis was done, as far as it is told.

    >>> method({"method": "Linear regression", "adjustment": "adjusted", "analysis_population": "per protocol",
    ...         "hypothesis": "hypothesis not stated"})
    'method: Linear regression, adjusted; analysed: per protocol'
    """
    told = {column: _text(row[column]) for column in ("method", "adjustment", "hypothesis", "analysis_population")}
    known = {column: text for column, text in told.items() if text and not text.endswith("not stated")}
    analysed = known.pop("analysis_population", "")
    return _joined("; ", [_around("method: ", _joined(", ", known.values())), _around("analysed: ", analysed)])


def part_name(row: Row) -> str:
    """What a remark is about: the part of a study, or its kind where it has no name.

    >>> part_name({"node_label": "pain", "node_kind": "outcome"})
    'outcome pain'
    """
    return _joined(" ", [_text(row["node_kind"]), _text(row["node_label"])]) or "part without a name"


def interval(row: Row) -> str:
    """A confidence interval, of which one end may be open; nothing where neither limit is printed.

    >>> interval({"lower_text": "0.5", "upper_text": None, "level": Decimal("0.95")})
    '95% confidence interval from 0.5'
    """
    lower, upper = _text(row["lower_text"]), _text(row["upper_text"])
    if not lower and not upper:
        return ""
    level = "confidence interval of unstated level"
    if row["level"] is not None:
        level = f"{_per_cent(row['level'])}% confidence interval"
    if lower and upper:
        return f"{level} {lower} to {upper}"
    return f"{level} from {lower}" if lower else f"{level} up to {upper}"


def outcome(row: Row) -> str:
    """An outcome with its rank in the study.

    >>> outcome({"outcome": "pain", "role": "primary"})
    'pain (primary outcome)'
    """
    return f"{row['outcome']}{_around(' (', _RANKS.get(_text(row['role'])), ')')}"


def design(row: Row) -> str:
    """How a study was done, in one line.

    >>> design({"designs": "cohort", "perspective": "retrospective", "allocation": None, "masking": "open-label",
    ...         "masked": None, "masked_to": None, "controls": "usual care", "data_from": "2014", "data_to": None})
    'cohort; retrospective; open-label; control: usual care; data from 2014'
    """
    hidden = _joined("; ", [_text(row["masked"]), _around("hidden: ", _text(row["masked_to"]).removesuffix("."))])
    control = _around("control: ", row["controls"]).replace("control: uncontrolled", "uncontrolled")
    masking = f"{_text(row['masking'])}{_around(' (', hidden, ')')}"
    dates = _joined(" ", [_around("from ", row["data_from"]), _around("to ", row["data_to"])])
    return _joined("; ", [_text(row["designs"]), _text(row["perspective"]), _text(row["allocation"]), masking.strip(),
                          control, _around("data ", dates)])


def people(row: Row) -> str:
    """In whom and where a study was done, in one line.

    >>> people({"conditions": "migraine", "age": "18 to 75 a", "sexes": None, "ethnicity": None, "centres": 1,
    ...         "settings": "outpatient", "region": "Alaska", "countries": "US"})
    'migraine; 18 to 75 years; outpatient; 1 centre; Alaska, country US'
    """
    centres = "" if row["centres"] is None else _counted(row["centres"], "centre", "centres")
    place = _joined(", ", [_text(row["region"]), _around("country ", row["countries"])])
    return _joined("; ", [_text(row["conditions"]), plain(row["age"]), _text(row["sexes"]), _text(row["ethnicity"]),
                          _text(row["settings"]), centres, place])


def criteria(row: Row) -> str:
    """By which criteria a study took people in, and by which further ones its groups were made up.

    >>> criteria({"criteria": "inclusion: Same drugs. (≥1 mo); exclusion: age", "group_criteria": "inclusion: Stayed."})
    'inclusion: Same drugs (≥1 month); exclusion: age; of single groups: inclusion: Stayed'
    """
    return plain(_STOP.sub("", _joined("; ", [_text(row["criteria"]),
                                              _around("of single groups: ", row["group_criteria"])])))


def feature(rows: Sequence[Row]) -> str:
    """A feature of a design, such as its periods, in one line.

    >>> feature([{"feature": "period", "detail": "first, 6 wk"}, {"feature": "period", "detail": "second, 1 wk"}])
    'Period: first, 6 weeks; second, 1 week'
    """
    return f"{_text(rows[0]['feature']).capitalize()}: {'; '.join(plain(row['detail']) for row in rows)}"


def number(row: Row) -> str:
    """The number of people in a group and the stage at which they are counted.

    >>> number({"number": 9, "number_text": "9", "stage": "randomised", "analysis_population": None})
    '9 (randomised)'
    """
    if row["number"] is None:
        return ""
    stage = _text(row["stage"]).replace("kind not stated", "stage not stated")
    counted = _joined(", ", [stage, _text(row["analysis_population"])])
    return f"{row['number_text'] or row['number']}{_around(' (', counted, ')')}"


def treatment(row: Row) -> str:
    """What was given in a study: the dose and how it is changed, the route and for how long."""
    titration = _joined(" ", [_around("", row["titration_change"], " by" * bool(row["titration_step"])),
                              plain(row["titration_step"]), _around("if ", plain(row["titration_trigger"])),
                              _around("(", _text(row["titration_occasion"]).removesuffix("."), ")")])
    told = [plain(row["dose"]), _around("start ", plain(row["start_dose"])), titration,
            _around("at most ", plain(row["maximum_dose"])), plain(row["dose_range"]),
            _around("final ", plain(row["final_dose"])), _text(row["route"]), _text(row["frequency"]),
            _around("for ", plain(row["duration"])), _around("taken for: ", plain(row["taken_for"]))]
    return _joined(": ", [_text(row["intervention_label"]), _joined("; ", told) or _text(row["description"])])


def graded(row: Row) -> str:
    """What a grade means, in its own system.

    >>> graded({"grade": "SORT A", "grade_meaning": "Rests on good evidence.", "grade_system": "Grade of SORT."})
    'SORT A: Rests on good evidence. (Grade of SORT)'
    """
    meaning = _joined(" ", [_text(row["grade_meaning"]),
                            _around("(", _text(row["grade_system"]).removesuffix("."), ")")])
    return _joined(": ", [_text(row["grade"]), meaning]) if row["grade"] else ""


def limitation(row: Row) -> str:
    """One weakness of a study and the report that states it.

    >>> limitation({"description": "The sample is small.", "kind": "small sample", "stated_by": "Smith 2020"})
    'The sample is small (stated by Smith 2020)'
    """
    told = _text(row["description"]).removesuffix(".") or _text(row["kind"]) or "not described"
    return f"{told}{_around(' (stated by ', row['stated_by'], ')')}"


def citation(row: Row) -> str:
    """How a report is cited.

    >>> citation({"first_author": "Smith J", "more_authors": True, "title": "A trial", "journal": "J Pain",
    ...     "published": "2020", "inferred": False, "earliest": None, "latest": None, "volume": "3",
    ...     "pages": "1-9", "doi": "10.1000/x", "pmid": None})
    'Smith J et al. A trial. J Pain 2020;3:1-9. doi:10.1000/x'
    """
    author = f"{row['first_author'] or 'author not reported'}{' et al' * bool(row['more_authors'])}"
    title = _text(row["title"]) or "title not reported"
    date = published(row) if row["published"] else f"({published(row)})"
    journal = row["journal"] or "journal not reported"
    place = f"{journal} {date}{_around(';', row['volume'])}{_around(':', row['pages'])}"
    stop = "" if title.endswith(("?", ".", "!")) else "."
    return f"{author}. {title}{stop} {place}.{_around(' doi:', row['doi'])}{_around(' PMID ', row['pmid'])}"


def _points(row: Row) -> str:
    direction = _text(row["claim_direction"])
    words = {"favours intervention": f"said to favour {row['claim_interventions'] or 'the intervention'}",
             "favours comparator": f"said to favour {row['claim_comparators'] or 'the comparator'}",
             "no difference": "said not to differ"}
    return words.get(direction, _around("said: ", direction))


def _when(row: Row) -> str:
    time = _text(row["time"]) or "time not stated"
    return "" if time in _text(row["outcome"]) else time


def _counts(row: Row) -> list[str]:
    """Participants, out of how many, and events; events are never told as participants."""
    people, events, among = row["participants"], row["events"], row["denominator"]
    of = "" if among is None else f" of {among}"
    told = [] if people is None else [f"{people}{of} participant{'s' * (people != 1 or among is not None)}"]
    at_risk = _around(" among ", among, " at risk") if people is None else ""
    return told + ([] if events is None else [_counted(events, "event", "events") + at_risk])


def _statistic(row: Row) -> list[str]:
    """A statistic with its value, unit, change, interval and spread, and what is not stated of it."""
    if not row["estimate_text"]:
        return [f"{it} without its value" for it in [interval(row), _text(row["spread"])] if it]
    named = _text(row["statistic"])
    known = named not in {"", "statistic not stated"}
    value = _in_words(_text(row["estimate_text"]), _text(row["unit"]))
    change = "" if row["change"] == "decrease" and value.startswith("-") else _text(row["change"])
    named = named if known else ""
    whole = _joined(" ", [named, value, change, _around("(", interval(row), ")")])
    missing = [_text(row["spread"]), "" if known else "kind of figure not stated", _base(row),
               "no confidence interval given" if row["kind"] in _ESTIMATES and not interval(row) else ""]
    return [whole, *filter(None, missing)]


def _per_cent(level: Cell) -> str:
    """A confidence level in per cent, whether 95 or 0.95 is printed.

    >>> _per_cent(Decimal("95")), _per_cent(Decimal("0.95")), _per_cent(Decimal("97.5"))
    ('95', '95', '97.5')
    """
    printed = Decimal(_text(level))
    return f"{(100 * printed).normalize() if printed < 1 else printed:f}"


def _base(row: Row) -> str:
    base = _text(row["percent_base"])
    return "per cent of what is not stated" if base == "base not stated" else _around("per cent of ", base)


def _p(row: Row) -> str:
    figure = row["p_value_text"]
    if not figure:
        return ""
    return f"P {row['p_relation']} {figure}" if row["p_relation"] else f"P {figure} (relation not stated)"


def _test(row: Row) -> str:
    return "test: " if row["kind"] == "test" else ""


def _finding(row: Row) -> str:
    finding = _text(row["finding"])
    told = (_text(row["description"]) or _FINDINGS.get(finding, finding)).removesuffix(".")
    return f"{told} (no figures given)" if told and row["kind"] == "narrative" else told


def _counted(number: Cell, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _in_words(value: str, unit: str) -> str:
    if unit == "%":
        return f"{value}%"
    if unit == "1":
        return value
    word = _UNITS.get(unit, "")
    return f"{value} {word}{'s' * (value != '1')}" if word else _joined(" ", [value, unit])


def _joined(between: str, parts: Iterable[str]) -> str:
    return between.join(filter(None, parts))


def _around(before: str, cell: Cell, after: str = "") -> str:
    """A cell with words before and after it, or nothing where the cell is empty."""
    return f"{before}{cell}{after}" if _text(cell) else ""


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)
