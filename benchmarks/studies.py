"""Invented studies for measurements: any number, the same on each run, every tenth with faults.

The faults are those of the examples of the shapes, one after the other, so that a thousand studies have every fault
that the shapes know.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from ldn_graph.documents import parse_document
from ldn_graph.triples import Compiled, compile_document

BASE = "https://example.org/benchmark"
EXAMPLES = Path(__file__).parent.parent / "tests" / "shapes"
EVERY = 10
"""One study in this many has faults."""

STUDY = """\
study: study-{key}
label: Willow tea or plain tea for knee pain, {key}
study-type: interventional
design: [randomised-controlled-trial]
allocation: randomised
masking: open-label
control: active-treatment
perspective: prospective
reported-in: report-{key}
at: methods
not-reported: [registration, funding, data-from, data-to, allocation-concealment]
setting: {{country: SE, not-reported: [region, setting-kind, centres]}}
population: {{condition: knee-pain, age: {{minimum: 40, maximum: 80, unit: a}}, not-reported: [sex, ethnicity]}}
regimens:
  willow:
    label: willow tea
    intervention: willow-tea
    duration: {{value: 6, unit: wk}}
    not-reported: [dose, frequency, route]
groups:
  willow:
    label: willow tea
    group-kind: arm
    group-role: experimental
    regimen: willow
    denominators: {{n: {{number: {people}, denominator-kind: randomised}}}}
  plain:
    label: plain tea
    group-kind: arm
    group-role: active-comparator
    denominators: {{n: {{number: {others}, denominator-kind: randomised}}}}
    not-reported: [regimen]
timepoints:
  week-6: {{label: after 6 weeks, timepoint-kind: fixed-time, after: {{value: 6, unit: wk}}}}
outcomes:
  pain:
    label: pain at 6 weeks
    outcome-domain: pain
    scale: line-0-10
    metric: value-at-time
    outcome-role: primary
    timepoint: week-6
analyses:
  pain:
    label: pain at 6 weeks
    outcome: pain
    timepoint: week-6
    group: [willow, plain]
    minuend: willow
    subtrahend: plain
    hypothesis: any-difference
    adjustment: unadjusted
    analysis-population: intention-to-treat
    at: results
    not-reported: [method]
    results:
      difference:
        kind: contrast
        report: report-{key}
        statistic: mean-difference
        estimate: {estimate}
        unit: "{{score}}"
        level: 95
        lower: {lower}
        upper: {upper}
        not-reported: [p-value]
      willow:
        kind: group-value
        report: report-{key}
        group: willow
        statistic: mean
        estimate: {mean}
        spread: 1.10
        spread-kind: standard-deviation
places:
  methods: {{report: report-{key}, place: methods}}
  results: {{report: report-{key}, place: results}}
curation: {{extracted-by: A. Curator, extracted-on: 2026-11-22, check-status: not-checked}}
"""


def sound_study(number: int) -> Compiled:
    """A study without faults; its figures follow from its number."""
    estimate = -Decimal(number % 300) / 100
    text = STUDY.format(key=f"{number:04}", people=20 + number % 180, others=21 + number % 170, estimate=estimate,
                        lower=estimate - Decimal("0.70"), upper=estimate + Decimal("0.71"),
                        mean=Decimal(10 + number % 80) / 10)
    return compile_document(parse_document(text, f"study-{number:04}.yaml"), BASE)


def studies(number: int) -> list[Compiled]:
    """That many studies; each tenth has some of the faults, all together have all of them."""
    batch = [sound_study(index) for index in range(number)]
    broken = batch[EVERY - 1:: EVERY]
    for index, file in enumerate(faulty_examples()):
        done = broken[index % len(broken)]
        fault = compile_document(parse_document(file.read_text("utf-8"), file.name), f"{BASE}/{file.stem}/{index}")
        done.quads += fault.quads
        done.nodes |= fault.nodes
        done.references += fault.references
    return batch


def faulty_examples() -> list[Path]:
    """The examples of the shapes that have a finding."""
    return [file for file in sorted(EXAMPLES.glob("*/*.yaml")) if file.read_text("utf-8").startswith("# report: ")]
