"""Rules on spreads: standard deviation, standard error and interval of one mean agree where several are printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ldn_graph.findings import Severity
from ldn_graph.rules.counts import NOT_OBSERVED
from ldn_graph.rules.distributions import quantile
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.inference import WALD_INTERVALS, analysis_of, level, stated

WITHIN = {"interquartile-range": frozenset({"median"}), "value-range": frozenset({"mean", "median"})}
"""The statistics that lie within two figures of a spread, by its kind; a mean may lie outside the quartiles."""


@dataclass(frozen=True)
class People:
    """How many people a mean may be of: from the fewest to the most."""

    fewest: int
    most: int

    def of_error(self, error: Box) -> Box:
        """The squares of the standard deviations that go with a standard error."""
        return Box(self.fewest * error.low ** 2, self.most * error.high ** 2)


def spreads_of_a_mean(facts: Facts) -> Iterator[Fault]:
    """A standard deviation, a standard error and an interval of a raw mean that do not go together."""
    for node in facts.nodes("GroupValue"):
        people = _people(facts, node)
        if facts.term(node, "statistic") != "mean" or people is None or _modelled(facts, node):
            continue
        spreads = _spreads(facts, node)
        deviation, error = spreads.get("standard-deviation", ""), spreads.get("standard-error", "")
        if deviation and error and not people.of_error(_box(error)).meets(_square(_box(deviation))):
            yield _fault(node, "spread", deviation,
                         f"the standard deviation {deviation} and the standard error {error}", people)
        yield from _beside_interval(facts, node, people, deviation, error)


def average_outside_its_spread(facts: Facts) -> Iterator[Fault]:
    """A median outside its quartiles, or an average outside the lowest and highest value that it is the average of."""
    for node in facts.nodes("GroupValue"):
        box, analysis = facts.box(node, "estimate"), analysis_of(facts, node)
        modelled = _modelled(facts, node) or facts.term(node, "estimation") in NOT_OBSERVED
        if box is None or modelled or not analysis or facts.one(node, "change"):
            continue
        for holder in (node, *facts.all(node, "hasSpread")):
            low, high = facts.box(holder, "spreadLower"), facts.box(holder, "spreadUpper")
            if low and high and high.high < low.low:
                continue  # ends that are swapped are a matter of the shapes
            within = WITHIN.get(facts.term(holder, "spreadKind"), frozenset())
            below, above = low and box.high < low.low, high and high.high < box.low
            if facts.term(node, "statistic") in within and (below or above):
                yield _outside(facts, node, holder)


def _outside(facts: Facts, node: str, holder: str) -> Fault:
    printed, kind = facts.printed(node, "estimate"), facts.term(holder, "spreadKind")
    ends = f"{facts.printed(holder, 'spreadLower') or '…'} to {facts.printed(holder, 'spreadUpper') or '…'}"
    what = {"value-range": "range", "interquartile-range": "quartiles"}[kind]
    return Fault("average-outside-its-spread", Severity.VIOLATION, node, "estimate", printed,
                 f"the {facts.term(node, 'statistic')} {printed} lies outside its {what}, {ends}; see which figure is "
                 "copied wrongly, minus signs too")


def _beside_interval(facts: Facts, node: str, people: People, deviation: str, error: str) -> Iterator[Fault]:
    """The faults of the interval of a mean beside its standard error or, where none is printed, its deviation."""
    lower, upper, share = facts.box(node, "lower"), facts.box(node, "upper"), level(facts, node)
    if lower is None or upper is None or share is None or upper.high < lower.low:
        return  # limits that are swapped are a matter of the shapes
    if stated(facts, node, "intervalMethod") not in WALD_INTERVALS:
        return
    errors = _errors(upper - lower, share, people)
    told = f"{facts.printed(node, 'lower')} to {facts.printed(node, 'upper')}"
    if error and not errors.meets(_box(error)):
        yield _fault(node, "lower", told, f"the interval {told} and the standard error {error}", people)
    elif deviation and not error and not people.of_error(errors).meets(_square(_box(deviation))):
        yield _fault(node, "lower", told, f"the interval {told} and the standard deviation {deviation}", people)


def _errors(width: Box, share: Fraction, people: People) -> Box:
    """The standard errors that an interval may have, with a quantile of the normal or of the t distribution."""
    widest, narrowest = quantile(share, Fraction(people.fewest - 1)), quantile(share, None)
    return Box(max(width.low, Fraction(0)) / (2 * widest), width.high / (2 * narrowest))


def _spreads(facts: Facts, node: str) -> dict[str, str]:
    """The spreads of a result that one figure gives, as printed, by kind; of a kind that is printed twice, none."""
    found: dict[str, list[str]] = {}
    for holder in (node, *facts.all(node, "hasSpread")):
        if printed := facts.printed(holder, "spread"):
            found.setdefault(facts.term(holder, "spreadKind"), []).append(printed)
    return {kind: figures[0] for kind, figures in found.items() if len(figures) == 1}


def _people(facts: Facts, node: str) -> People | None:
    """How many people a mean may be of: as its result says, else from 2 to all that are counted in its group."""
    own = int(facts.one(node, "participants") or facts.one(node, "denominator") or 0)
    counted = [int(facts.one(it, "number") or 0)
               for group in facts.all(node, "group") for it in facts.all(group, "hasDenominator")]
    most = own or max(counted, default=0)
    return People(own or 2, most) if most > 1 else None


def _modelled(facts: Facts, node: str) -> bool:
    return facts.term(analysis_of(facts, node), "adjustment") == "adjusted"


def _box(printed: str) -> Box:
    box = Box.of(printed)
    return Box(max(box.low, Fraction(0)), box.high)


def _square(box: Box) -> Box:
    return Box(box.low ** 2, box.high ** 2)


def _fault(node: str, name: str, value: str, found: str, people: People) -> Fault:
    fewer = " or fewer" * (people.fewest < people.most)
    return Fault("spreads-of-a-mean", Severity.WARNING, node, name, value,
                 f"{found} do not go together for {people.most} people{fewer}, whatever the rounding; see "
                 "whether one is taken for the other, a figure is copied wrongly, or the mean comes from a model")
