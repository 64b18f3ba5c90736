"""The words in which rows of canned queries are told to a clinician: one function a kind of row, no figures changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ldn_graph.queries import Cell

Row = Mapping[str, Cell]


def published(row: Row) -> str:
    """When a report became public, as far as is known.

    >>> published({"published": "2021", "inferred": False, "earliest": None, "latest": None})
    '2021'
    """
    if row["published"]:
        return str(row["published"])
    if row["earliest"] is None:
        return "date not reported"
    inferred = " (inferred, no date is printed)" if row["inferred"] else ""
    return f"between {row['earliest']} and {row['latest']}{inferred}"


def basis(row: Row) -> str:
    """The studies on which a report says that a statement rests.

    >>> basis({"basis_number": 1, "basis_designs": "cohort", "basis_studies": "Smith 2020"})
    'rests on 1 study (cohort): Smith 2020'
    """
    if not row["basis_studies"]:
        return ""
    number = row["basis_number"] or "several"
    designs = f" ({row['basis_designs']})" if row["basis_designs"] else ""
    return f"rests on {number} stud{'y' if number == 1 else 'ies'}{designs}: {row['basis_studies']}"


def claim(row: Row) -> str:
    """What is claimed: kind, what of, against what, in whom, and the way in which it points.

    >>> claim({"claim_kind": "effect", "claim_direction": "favours intervention", "claim_domains": "pain",
    ...        "claim_conditions": "migraine", "claim_interventions": "a drug", "claim_comparators": None,
    ...        "magnitude": "32 %", "claim_dose": None, "claim_share": None})
    'Effect claimed: a drug in migraine, for pain: favours intervention, by 32 %'
    """
    who = [_("", row["claim_interventions"]), _("against ", row["claim_comparators"]),
           _("in ", row["claim_conditions"])]
    whole = ", for ".join(filter(None, [" ".join(filter(None, who)), _("", row["claim_domains"])]))
    points = [_("", row["claim_direction"]), _("by ", row["magnitude"]), _("at ", row["claim_dose"]),
              _("in ", row["claim_share"]) and f"in {row['claim_share']} of patients"]
    return ": ".join(filter(None, [f"{str(row['claim_kind']).capitalize()} claimed", whole,
                                   ", ".join(filter(None, points))]))


def comparison(row: Row) -> str:
    """What was analysed: outcome, rank, scale, time, groups and the reference among them."""
    rank = f" ({row['role']} outcome)" if row["role"] in {"primary", "secondary"} else ""
    parts = [f"{row['outcome']}{rank}", _("on ", row["scale"]), _("", row["time"]), _("groups: ", row["compared"]),
             _("reference: ", row["reference"])]
    return "; ".join(filter(None, parts))


def result(row: Row) -> str:
    """One result as it is printed, in a sentence without a full stop."""
    told = _RESULTS.get(str(row["kind"]), _estimate)(row)
    group = f"{row['group']}: " if row["group"] else ""
    parts = [told, _("favours ", row["favours"]), _("", _significance(row)), _("most common: ", row.get("most_common")),
             _("", row["description"])]
    return group + "; ".join(filter(None, parts))


def finding(row: Row) -> str:
    """One result on its own: outcome, time, groups where the figure is of none alone, and what is printed."""
    groups = f" ({row['compared']})" if row["compared"] and not row["group"] else ""
    head = ", ".join(filter(None, [_("", row["outcome"]), _("", row["time"])]))
    return f"{head}{groups}: {result(row)}"


def study(row: Row) -> str:
    """How a study was done and in whom, in one line."""
    cells = ["designs", "allocation", "masking", "controls", "conditions", "age", "sexes", "ethnicity", "participants",
             "countries", "region", "settings"]
    told = [str(row[cell]).removesuffix(" a") + " years" * str(row[cell]).endswith(" a") for cell in cells if row[cell]]
    dates = " to ".join(str(row[cell]) for cell in ("data_from", "data_to") if row[cell])
    return f"{row['study_label']}: {'; '.join([*told, *[f'data from {dates}'] * bool(dates)])}"


def citation(row: Row) -> str:
    """How a report is cited.

    >>> citation({"first_author": "Smith J", "more_authors": True, "title": "A trial", "journal": "J Pain",
    ...     "published": "2020", "inferred": False, "earliest": None, "latest": None, "volume": "3",
    ...     "pages": "1-9", "doi": "10.1000/x", "pmid": None})
    'Smith J et al. A trial. J Pain 2020;3:1-9. doi:10.1000/x'
    """
    author = f"{row['first_author'] or 'author not reported'}{' et al' * bool(row['more_authors'])}"
    place = f"{row['journal'] or 'journal not reported'} {published(row)}{_(';', row['volume'])}{_(':', row['pages'])}"
    title = str(row["title"] or "title not reported")
    title += "." * (not title.endswith("?"))
    return f"{author}. {title} {place}.{_(' doi:', row['doi'])}{_(' PMID ', row['pmid'])}"


def _estimate(row: Row) -> str:
    """A statistic with its value, unit, interval, spread and P value."""
    value = f"{row['estimate_text']}{_(' ', row['unit'])}" if row["estimate_text"] else ""
    interval = f"({row['level']}% CI {row['lower_text']} to {row['upper_text']})" if row["lower_text"] else ""
    named = "" if row["statistic"] == "statistic not stated" else _("", row["statistic"])
    change = "" if value.startswith("-") else _("", row["change"])
    words = [named, value, change, interval, _("", row["spread"])]
    left = ["kind of statistic not stated"] * (not named) + [_("", row["percent_base"])]
    return ", ".join(filter(None, [" ".join(filter(None, words)), *left, _p(row)]))


def _dose(row: Row) -> str:
    share = row.get("response_share")
    return f"{_estimate(row)}; for a response in {share} of patients" if share else _estimate(row)


def _count(row: Row) -> str:
    """Participants out of how many, and events, never mixed."""
    among = f" of {row['denominator']}" if row["denominator"] is not None else ""
    people = f"{row['participants']}{among} participants" if row["participants"] is not None else ""
    events = f"{row['events']} events" if row["events"] is not None else ""
    at_risk = f"in{among.removeprefix(' of')} at risk" if among and not people else ""
    return ", ".join(filter(None, [people, " ".join(filter(None, [events, at_risk])), _p(row)]))


def _test(row: Row) -> str:
    return _p(row) or "test without a printed P value"


def _told(row: Row) -> str:
    return str(row["finding"] or "")


def _p(row: Row) -> str:
    return f"P {row['p_relation']} {row['p_text']}" if row["p_text"] else ""


def _significance(row: Row) -> str:
    return f"called {row['significance']}" if row["significance"] else ""


def _(before: str, cell: Cell) -> str:
    """A cell behind some words, or nothing where the cell is empty."""
    return f"{before}{cell}" if cell not in {None, ""} else ""


_RESULTS: dict[str, Callable[[Row], str]] = {
    "count": _count, "dose estimate": _dose, "test": _test, "narrative": _told, "model finding": _told,
}
