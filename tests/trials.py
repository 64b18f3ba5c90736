"""Invented trials of a tea for knee pain, written as documents and loaded through the gate, for tests of pooling."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from ldn_graph import EvidenceStore

BASE = "https://example.org/teas"
CURATION = {"extracted-by": "A. Curator", "extracted-on": "2026-11-22", "check-status": "not-checked"}
SILENT = {"mapping": "none-known"}


def term(label: str, **more: Any) -> dict[str, Any]:
    """A term of the vocabulary."""
    return {"label": label, "definition": f"What is called {label}.", **SILENT, **more}


def vocabulary(source: str) -> dict[str, Any]:
    """The invented vocabulary, as a report has it."""
    line = {"instrument": "line", "better": "lower-is-better", "not-reported": ["anchors"], "at": "front"}
    return {
        "vocabulary": "teas", "label": "Teas", "definition": "What the invented trials speak of.",
        "conditions": {"knee-pain": term("knee pain")},
        "interventions": {"tea": term("tea"), "willow-tea": term("willow tea", broader="tea"),
                          "poplar-tea": term("poplar tea", broader="tea"), "water": term("water"),
                          "rubbing": term("rubbing"), "heat": term("heat")},
        "outcome-domains": {"pain": term("pain"), "sleep": term("sleep")},
        "instruments": {"line": term("pain line")},
        "scales": {"line-0-10": term("line of 10", minimum=0, maximum=10, **line),
                   "line-0-100": term("line of 100", minimum=0, maximum=100, **line),
                   "smiles": term("smiles", minimum=0, maximum=4, **{**line, "better": "higher-is-better"}),
                   "plain-line": term("plain line", **{**line, "not-reported": ["anchors", "minimum", "maximum"]})},
        "places": {"front": {"report": source, "place": "front matter"}}, "curation": CURATION}


def report(key: str) -> dict[str, Any]:
    """The report of one trial."""
    return {"report": key, "label": f"Report of {key}", "report-kind": "journal-article", "title": f"A trial: {key}",
            "published": "2031", "journal": "J Invented Med", "about": key, "at": "front",
            "contributors": {"first": {"name": "Lind A", "contributor-role": "author", "order": 1}},
            "not-reported": ["pmid", "doi", "funding", "competing-interests"],
            "places": {"front": {"report": key, "place": "front matter"}}, "curation": CURATION}


def regimen(label: str, intervention: str) -> dict[str, Any]:
    """A regimen of which little is told."""
    return {"label": label, "intervention": intervention, "not-reported": ["dose", "frequency", "route", "duration"]}


def group(label: str, role: str, drug: str, people: int) -> dict[str, Any]:
    """An arm with its people."""
    return {"label": label, "group-kind": "arm", "group-role": role, "regimen": drug, "not-reported": ["final-dose"],
            "denominators": {"n": {"number": people, "denominator-kind": "analysed",
                                   "analysis-population": "intention-to-treat"}}}


def contrast(estimate: str, lower: str, upper: str, **more: Any) -> dict[str, Any]:
    """A mean difference with its interval."""
    return {"kind": "contrast", "statistic": "mean-difference", "estimate": estimate, "lower": lower, "upper": upper,
            "level": 95, "unit": "{score}", **more}


def mean(of: str, estimate: str, deviation: str, **more: Any) -> dict[str, Any]:
    """The mean of one group with its standard deviation."""
    return {"kind": "group-value", "group": of, "statistic": "mean", "estimate": estimate, "unit": "{score}",
            "spread": deviation, "spread-kind": "standard-deviation", **more}


def count(of: str, participants: int, out_of: int) -> dict[str, Any]:
    """How many people of one group responded."""
    return {"kind": "count", "group": of, "statistic": "count-of-participants", "participants": participants,
            "denominator": out_of}


def trial(key: str, results: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A randomised parallel trial of willow tea against placebo with one analysis; `changes` are laid over it.

    A dict in `changes` is merged, None takes a key away, all else replaces.
    """
    study = {
        "study": key, "label": key.capitalize(), "study-type": "interventional",
        "design": ["randomised-controlled-trial", "parallel"], "allocation": "randomised", "masking": "double-blind",
        "control": "placebo", "reported-in": key, "at": "front",
        "not-reported": ["registration", "funding", "perspective", "data-from", "data-to", "allocation-concealment",
                         "masked", "masked-to", "setting"],
        "population": {"condition": "knee-pain", "not-reported": ["age", "sex", "ethnicity"]},
        "regimens": {"willow": regimen("willow tea", "willow-tea"), "placebo": regimen("water", "water")},
        "groups": {"willow": group("willow tea", "experimental", "willow", 40),
                   "placebo": group("water", "placebo-comparator", "placebo", 50)},
        "timepoints": {"end": {"label": "week 12", "timepoint-kind": "fixed-time",
                               "after": {"value": 12, "unit": "wk"}}},
        "outcomes": {"pain": {"label": "pain", "outcome-domain": "pain", "scale": "line-0-10",
                              "metric": "change-from-baseline", "outcome-role": "primary", "timepoint": "end"}},
        "analyses": {"pain": {
            "label": "pain", "outcome": "pain", "timepoint": "end", "group": ["willow", "placebo"],
            "minuend": "willow", "subtrahend": "placebo", "reference-group": "placebo",
            "adjustment": "unadjusted", "analysis-population": "intention-to-treat", "hypothesis": "any-difference",
            "not-reported": ["method"], "results": {name: {"report": key, **it} for name, it in results.items()}}},
        "places": {"front": {"report": key, "place": "front matter"}}, "curation": CURATION}
    return merged(study, changes)


def analysis(**changes: Any) -> dict[str, Any]:
    """A change of the one analysis of a trial; keys with underscores."""
    return {"analyses": {"pain": {name.replace("_", "-"): value for name, value in changes.items()}}}


def outcome(**changes: Any) -> dict[str, Any]:
    """A change of the one outcome of a trial; keys with underscores."""
    return {"outcomes": {"pain": {name.replace("_", "-"): value for name, value in changes.items()}}}


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy of a mapping with changes laid over it."""
    made = deepcopy(base)
    for key, value in changes.items():
        if value is None:
            made.pop(key, None)
        elif isinstance(value, dict) and isinstance(made.get(key), dict):
            made[key] = merged(made[key], value)
        else:
            made[key] = deepcopy(value)
    return made


def store(directory: Path, *studies: dict[str, Any], more: tuple[dict[str, Any], ...] = ()) -> EvidenceStore:
    """A store that holds the studies, a report for each, and other documents."""
    collection = {"collection": "teas", "label": "Teas", "title": "Teas for knee pain", "base": BASE,
                  "definition": "Invented trials; no plant, patient or paper is real.", "creator": "A. Curator",
                  "licence": "https://creativecommons.org/licenses/by/4.0", "curation": CURATION}
    reports = [report(study["study"]) for study in studies]
    documents = [collection, vocabulary(studies[0]["study"]), *reports, *studies, *more]
    for number, document in enumerate(documents):
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (directory / f"{number}.yaml").write_text(text, encoding="utf-8")
    evidence = EvidenceStore.empty()
    evidence.load(directory)
    return evidence
