"""From what a store holds to a pool or to the reasons why there is none; the only way to pool stored results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ldn_graph.errors import InputError, NotFoundError
from ldn_graph.queries import Table
from ldn_graph.synthesis.arithmetic import INTERVALS, METHODS, Pool, needs_the_extra, pooled
from ldn_graph.synthesis.candidates import Candidate, read_candidates
from ldn_graph.synthesis.effects import MEASURES, RATIOS, Effect, Reason, effect_of, own_measure
from ldn_graph.synthesis.eligibility import reasons_against

Ask = Callable[..., Table]

CLASSES = ("placebo", "active", "usual-care")
"""The classes of comparators that can be asked for."""

_ROLES = ("primary", "secondary", "role-not-stated", "safety", "")
_POPULATIONS = ("intention-to-treat", "complete-case", "as-treated", "per-protocol", "population-not-stated", "")
_STATISTICS = ("md", "smd", "rr", "or", "hr", "rd", "d", "")
_NO_FIGURES = {"Test": "prints a test and no estimate", "Narrative": "is told in words",
               "ModelFinding": "is a finding of a model"}


@dataclass(frozen=True)
class Wanted:
    """What is to be pooled, and how; `results` names results and excludes nothing, the rest chooses among all.

    `weeks` is a window of time, ends included; without it, all must have the same time.
    """

    condition: str = ""
    outcome: str = ""
    comparator: str = ""
    intervention: str = ""
    results: tuple[str, ...] = ()
    weeks: tuple[float, float] | None = None
    measure: str = ""
    method: str = "reml"
    interval: str = "hartung-knapp-truncated"


@dataclass(frozen=True)
class LeftOut:
    """A comparison that was not asked for, and why."""

    study: str
    analysis: str
    why: str
    results: tuple[str, ...]


@dataclass(frozen=True)
class Member:
    """One study's effect in the pool; the limits are normal ones, as its variance gives them."""

    study: str
    analysis: str
    study_iri: str
    results: tuple[str, ...]
    effect: Effect
    people: tuple[int | None, int | None]
    comparator: str


@dataclass(frozen=True)
class Synthesis:
    """A pool with its members, or the reasons why nothing was pooled; never both.

    `measure` is one of `MEASURES`; ratios are pooled as logarithms. `subject` says in words what is compared on what;
    `remarks` is what a reader should know.
    """

    wanted: Wanted
    measure: str
    subject: str
    members: tuple[Member, ...]
    left_out: tuple[LeftOut, ...]
    reasons: tuple[Reason, ...] = ()
    remarks: tuple[str, ...] = ()
    pool: Pool | None = field(default=None)


def pool_results(ask: Ask, wanted: Wanted) -> Synthesis:
    """The pool of what is wanted out of a store's canned queries, or the reasons why it must not be pooled.

    Raises InputError where fewer than two results are left or something wanted is not known, NotFoundError for a result
    that is not in the store.
    """
    _known(wanted)
    needs_the_extra()
    given = {name: value for name, value in (("condition", wanted.condition), ("outcome", wanted.outcome)) if value}
    every = read_candidates(ask("poolable-results", **given).dicts(), ask("groups-compared").dicts())
    if wanted.intervention and not any(_gave(candidate, wanted.intervention) for candidate in every):
        raise InputError(f"no result there is of the intervention `{wanted.intervention}`")
    chosen, left_out = (_named(every, wanted.results), list[LeftOut]()) if wanted.results else _chosen(every, wanted)
    if len(chosen) < 2:
        raise InputError(_too_few(chosen, left_out))
    return _synthesis(chosen, tuple(left_out), wanted)


def _known(wanted: Wanted) -> None:
    for value, known, what in ((wanted.method, METHODS, "method"), (wanted.interval, INTERVALS, "interval"),
                               (wanted.measure or "md", MEASURES, "measure"),
                               (wanted.comparator or "placebo", CLASSES, "comparator")):
        if value not in known:
            raise InputError(f"there is no {what} `{value}`; choose one of {', '.join(known)}")
    if not wanted.results and not (wanted.condition and wanted.outcome):
        raise InputError("name a condition and an outcome, or the results to be pooled")
    if wanted.weeks and wanted.weeks[0] > wanted.weeks[1]:
        raise InputError("the window of weeks ends before it begins")


def _too_few(chosen: Sequence[Candidate], left_out: Sequence[LeftOut]) -> str:
    found = f"only {chosen[0].name} is" if chosen else "nothing is"
    told = "".join(f"; {it.study} ({it.analysis}) {it.why}" for it in left_out)
    return f"{found} there to be pooled, and a pool needs two results or more{told}"


def _named(every: Iterable[Candidate], results: Sequence[str]) -> list[Candidate]:
    """The comparisons that named results belong to; a figure of one group stands for its comparison."""
    held = list(every)
    missing = [name for name in results if not any(_is_one_of(name, it) for it in held)]
    if missing:
        raise NotFoundError(f"there is no result `{missing[0]}` of that condition and outcome; write its IRI, or as "
                            "much of its end as tells it apart")
    return [it for it in held if any(_is_one_of(name, it) for name in results)]


def _is_one_of(name: str, candidate: Candidate) -> bool:
    return any(iri == name or iri.endswith(f"/{name}") for iri in candidate.iris)


def _chosen(every: Sequence[Candidate], wanted: Wanted) -> tuple[list[Candidate], list[LeftOut]]:
    """What fits the wish, the foremost comparison of each pair of groups, and what is left out."""
    left_out: list[LeftOut] = []
    fitting: list[Candidate] = []
    for candidate in every:
        why = _unfit(candidate, wanted)
        if why:
            left_out.append(_left(candidate, why))
        else:
            fitting.append(candidate)
    chosen: list[Candidate] = []
    for candidate in fitting:
        why = _behind(candidate, fitting, wanted)
        if why:
            left_out.append(_left(candidate, why))
        else:
            chosen.append(candidate)
    return chosen, left_out


def _left(candidate: Candidate, why: str) -> LeftOut:
    return LeftOut(candidate.word("study"), candidate.word("analysis"), why, candidate.iris)


def _unfit(candidate: Candidate, wanted: Wanted) -> str:
    """Why a candidate is not what is wanted, or nothing."""
    figure = candidate.figures[0]
    if figure.kind in _NO_FIGURES:
        return _NO_FIGURES[figure.kind]
    if candidate.word("role") == "baseline-characteristic" or candidate.word("time_kind") == "baseline":
        return "is of the time before treatment"
    if candidate.word("withdrawn"):
        return f"stands in a report that a later one {candidate.word('withdrawn').replace(', ', ' and ')}"
    if wanted.comparator and candidate.comparator != wanted.comparator:
        return f"has another comparator ({candidate.comparator})"
    if wanted.intervention and not _gave(candidate, wanted.intervention):
        return "is of another treatment"
    if wanted.weeks and candidate.days is not None and not candidate.within(wanted.weeks):
        return f"is of another time ({candidate.word('time')})"
    return ""


def _gave(candidate: Candidate, intervention: str) -> bool:
    return candidate.treated is not None and any(
        iri == intervention or iri.endswith(f"/{intervention}") for iri in candidate.treated.wider)


def _behind(candidate: Candidate, fitting: Sequence[Candidate], wanted: Wanted) -> str:
    """Why another comparison of the same study comes before a candidate, or nothing."""
    same = [it for it in fitting if it.study == candidate.study]
    if _part(candidate) and any(not _part(it) for it in same):
        return "is of a part of the people of another comparison"
    mine = _rank(candidate, wanted)
    ahead = [it for it in same if it.pair == candidate.pair and _rank(it, wanted) < mine]
    if not ahead:
        return ""
    first = min(ahead, key=lambda it: _rank(it, wanted))
    return f"comes after {first.word('analysis') or 'another analysis'} of the same groups ({_order(first, candidate)})"


def _part(candidate: Candidate) -> bool:
    return any(group is not None and group.kind in {"subgroup", "responders"}
               for group in (candidate.treated, candidate.compared))


def _rank(candidate: Candidate, wanted: Wanted) -> tuple[int, int, int, int]:
    """The place of a comparison: role of the outcome, analysis population, measure, report."""
    measure, report = own_measure(candidate), candidate.word("report_kind")
    return (_place(candidate.word("role"), _ROLES), _place(candidate.word("analysis_population"), _POPULATIONS),
            -1 if measure and measure == wanted.measure else _place(measure, _STATISTICS),
            0 if report == "journal-article" else 2 if report == "clinical-inquiry" else 1)


def _place(word: str, order: Sequence[str]) -> int:
    return order.index(word) if word in order else len(order)


def _order(first: Candidate, candidate: Candidate) -> str:
    for name, words in (("role", "primary before other outcomes"),
                        ("analysis_population", "intention to treat before other analyses")):
        if first.word(name) != candidate.word(name):
            return words
    return "one figure of each comparison"


def _synthesis(chosen: Sequence[Candidate], left_out: tuple[LeftOut, ...], wanted: Wanted) -> Synthesis:
    measure = wanted.measure or min(filter(None, map(own_measure, chosen)), key=_STATISTICS.index, default="md")
    effects = [effect_of(candidate, measure) for candidate in chosen]
    reasons = [*reasons_against(chosen, measure, window=wanted.weeks is not None, named=bool(wanted.intervention)),
               *_outside(chosen, wanted), *(it for held in effects if isinstance(held, list) for it in held)]
    if reasons:
        return Synthesis(wanted, measure, "", (), left_out, tuple(dict.fromkeys(reasons)))
    members = tuple(_member(candidate, effect) for candidate, effect in zip(chosen, effects, strict=True)
                    if isinstance(effect, Effect))
    pool = pooled([it.effect.estimate for it in members], [it.effect.variance for it in members], wanted.method,
                  wanted.interval)
    return Synthesis(wanted, measure, _subject(chosen), members, left_out, (), _remarks(chosen, members, measure), pool)


def _subject(chosen: Sequence[Candidate]) -> str:
    treatments = sorted({it.treated.treatments for it in chosen if it.treated})
    scales = sorted({it.word("scale") for it in chosen} - {""})
    compared = {it.compared.treatments for it in chosen if it.compared}
    against = f"{chosen[0].comparator} ({', '.join(compared)})" if len(compared) == 1 else chosen[0].comparator
    return ", ".join([f"{chosen[0].word('domain')}: {' or '.join(treatments)} against {against}", *scales])


def _outside(chosen: Iterable[Candidate], wanted: Wanted) -> list[Reason]:
    """Reasons against named results that do not lie in the window or are not of the intervention."""
    held = list(chosen)
    found = [Reason("outside-the-window", f"{it.name}: it is not told for a time within the window "
                    f"({it.word('time') or 'no time is told'}).", it.iris)
             for it in held if wanted.weeks and not it.within(wanted.weeks)]
    found += [Reason("different-interventions", f"{it.name}: the treated group did not receive it.", it.iris)
              for it in held if wanted.intervention and not _gave(it, wanted.intervention)]
    found += [Reason("different-comparators", f"{it.name}: its comparator is {it.comparator}.", it.iris)
              for it in held if wanted.comparator and it.comparator != wanted.comparator]
    return found


def _member(candidate: Candidate, effect: Effect) -> Member:
    people = tuple(group.people if group else None for group in (candidate.treated, candidate.compared))
    return Member(candidate.word("study"), candidate.word("analysis"), candidate.study, candidate.iris, effect,
                  (people[0], people[1]), candidate.comparator)


def _better(chosen: Sequence[Candidate]) -> str:
    """The better end of all scales in one word, or nothing."""
    ends = {it.word("better") for it in chosen}
    return {"lower-is-better": "Lower", "higher-is-better": "Higher"}.get(ends.pop(), "") if len(ends) == 1 else ""


def _remarks(chosen: Sequence[Candidate], members: Sequence[Member], measure: str) -> tuple[str, ...]:
    """What a reader of the pool should know."""
    found = {
        "Changes from baseline and end values stand together, as mean differences may.":
            {it.word("metric") for it in chosen} >= {"change-from-baseline", "value-at-time"},
        "Crossover and parallel trials stand together.": 0 < sum(it.crossover for it in chosen) < len(chosen),
        "Adjusted and other analyses stand together.": 0 < sum(
            it.word("adjustment") == "adjusted" for it in chosen) < len(chosen),
        "The people are analysed in different ways: " + ", ".join(sorted(
            {it.word("analysis_population").replace("-", " ") or "not told" for it in chosen})) + ".":
            len({it.word("analysis_population") for it in chosen}) > 1,
        "The people have different conditions: " + "; ".join(sorted({it.word("conditions") for it in chosen})) + ".":
            len({it.word("conditions") for it in chosen}) > 1,
        f"{_better(chosen)} is better, so a value {'above' if _better(chosen) == 'Higher' else 'below'} 0 favours the "
        "treated group.": measure not in RATIOS and bool(_better(chosen)),
        "A variance that is reconstructed from P is as rough as the printed P.":
            any(it.effect.reconstructed for it in members),
        "Whether response means the same in each study is not checked.":
            measure in {*RATIOS, "rd"} and any(it.word("metric") == "response" for it in chosen)}
    return tuple(text for text, holds in found.items() if holds)
