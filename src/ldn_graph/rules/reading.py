"""What several rules read from the facts: names for messages, the study of an analysis, whether a result differs."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box
from ldn_graph.terms import LDN, RDF_TYPE

LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
BROADER = "http://www.w3.org/2004/02/skos/core#broader"
ALPHA = Fraction(5, 100)
DIFFERENCES = {"mean-difference", "median-difference", "risk-difference", "standardised-mean-difference", "cohens-d"}
RATIOS = {"risk-ratio", "odds-ratio", "hazard-ratio"}
_SIGNS = {"equal-to": "=", "less-than": "<", "greater-than": ">", "at-most": "≤", "at-least": "≥"}


def name(facts: Facts, node: str) -> str:
    """The label of a node, the printed name of an unmapped term, or else its key as words."""
    return facts.one(node, LABEL) or facts.one(node, "printedName") or words(node)


def names(facts: Facts, nodes: Iterable[str]) -> str:
    """The labels of nodes as a list in words, each once."""
    return listed([name(facts, node) for node in nodes])


def words(term: str) -> str:
    """The short name of a term or node as words.

    >>> words("https://w3id.org/ldn-graph/terms/finding/none-reported")
    'none reported'
    """
    return term.rpartition("/")[2].replace("-", " ")


def unit(facts: Facts, node: str) -> str:
    """The unit of a figure with a space before it, or nothing where it only says in braces what is counted."""
    told = facts.one(node, "unit")
    return f" {told}" if told and "{" not in told else ""


def listed(items: Iterable[str]) -> str:
    """A list in words, each item once; nothing where there are no items.

    >>> listed(["pain", "sleep", "pain", "mood"]), listed(["women, 60 or older", "men"])
    ('pain, sleep and mood', '“women, 60 or older” and men')
    """
    found = list(dict.fromkeys(items)) or [""]
    *first, last = [f"“{item}”" if "," in item and len(found) > 1 else item for item in found]
    return f"{', '.join(first)} and {last}" if first else last


def studies(facts: Facts) -> list[str]:
    """The studies that a claim or a statement rests on: what nobody builds upon needs no advice."""
    behind = {study_of(facts, analysis) for claim in facts.nodes("Claim") for analysis in facts.all(claim, "restsOn")}
    behind.update(study for basis in facts.nodes("Basis") for study in facts.all(basis, "study"))
    return [study for study in facts.nodes("Study") if study in behind]


def study_of(facts: Facts, analysis: str) -> str:
    """The study to which an analysis belongs, or nothing where it is not among the facts."""
    return next(iter(facts.having("hasAnalysis", analysis)), "")


def results_of(facts: Facts, analyses: Iterable[str]) -> list[str]:
    """The results of some analyses."""
    return [result for analysis in analyses for result in facts.all(analysis, "hasResult")]


def is_a(facts: Facts, node: str, cls: str) -> bool:
    """Whether a node is of a class."""
    return LDN + cls in facts.all(node, RDF_TYPE)


def wider(facts: Facts, term: str) -> set[str]:
    """A vocabulary term and all wider ones."""
    found, ahead = {term}, [term]
    while ahead:
        ahead = [it for node in ahead for it in facts.all(node, BROADER) if it not in found]
        found.update(ahead)
    return found


def is_unmapped(facts: Facts, terms: Iterable[str]) -> bool:
    """Whether one of some terms is only printed, so that nobody can say what it includes."""
    return any(facts.one(term, "printedName") for term in terms)


def p_told(facts: Facts, result: str) -> str:
    """The P value of a result with its sign, or nothing.

    The sign is that of equality where none is told.
    """
    printed = facts.printed(result, "pValue")
    return f"P {_SIGNS.get(facts.term(result, 'pRelation'), '=')} {printed}" if printed else ""


def differs(facts: Facts, result: str) -> bool | None:
    """Whether a result is significant, by its word, its P value or its 95 % interval; nothing where that is open."""
    told = facts.term(result, "significance")
    if told:
        return told == "significant"
    p, relation = facts.box(result, "pValue"), facts.term(result, "pRelation")
    if p is not None:
        return _below_alpha(p, relation, Fraction(facts.one(result, "pValue") or 1))
    return _off_null(facts, result)


def _below_alpha(p: Box, relation: str, printed: Fraction) -> bool | None:
    if relation in {"less-than", "at-most"}:
        return True if printed <= ALPHA else None
    if relation in {"greater-than", "at-least"}:
        return False if printed >= ALPHA else None
    if relation != "equal-to" or p.low <= ALPHA <= p.high:
        return None
    return p.high < ALPHA


def _off_null(facts: Facts, result: str) -> bool | None:
    statistic = facts.term(result, "statistic")
    null = Fraction(0) if statistic in DIFFERENCES else Fraction(1) if statistic in RATIOS else None
    lower, upper = facts.box(result, "lower"), facts.box(result, "upper")
    if null is None or lower is None or upper is None or facts.one(result, "level") != "95":
        return None
    if lower.low > null or upper.high < null:
        return True
    return False if lower.high < null < upper.low else None
