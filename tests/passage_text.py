"""A text of our own, the evidence that was read in it, and other ways to print the same text."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pyoxigraph as ox

from ldn_graph.documents import parse_document
from ldn_graph.passages.checks import Outcome, check
from ldn_graph.passages.locating import locate
from ldn_graph.passages.sources import Source, matched
from ldn_graph.passages.wanted import Wanted, wanted
from ldn_graph.triples import compile_document

FILE = Path(__file__).parent / "data" / "passages" / "willow.txt"
TEXT = FILE.read_text("utf-8")
BASE = "https://example.org/knees"

PASSAGES = {
    "size": "randomised 1,204 adults", "age": "aged 45 to 80 years", "dose": "willow bark 240 mg a day (n = 601)",
    "placebo": "placebo (n = 603) for 12 weeks", "scale": "from 0 (none) to 100 (unbearable)",
    "centres": "Eleven of 38 centres were rural", "nurse": "single nurse rang the participants every 3 weeks",
    "fall": "fell by 21.50 points (SD 8.4) with willow bark", "change": "changed by $-4.3$ points with placebo",
    "difference": "difference $-17.2$; 95% CI, -19.6 to -14.9; $P < .001$", "ratio": "the risk ratio: 4.66-6.13",
    "response": r"change of $\geq 50\%$ was seen in 71 participants", "odds": r"odds were 0·21 (ages $45 \pm 5$)",
    "ill": "Thirty-seven fell ill", "reduction": "Reductions of -32% were reported",
    "gathered": "from March 2014 to 2019",
    "margin": "margin of 7.75 points",
}

STUDY = """\
study: willow
label: Willow bark
reported-in: willow-paper
data-from: {printed: 2014-03, earliest: 2014-03-01, latest: 2014-03-31, at: gathered}
data-to: {printed: 2019, earliest: 2019-01-01, latest: 2019-12-31, at: gathered}
setting: {centres: 38, at: centres}
population: {age: {minimum: 45, maximum: 80, unit: a, at: age}}
regimens:
  willow: {dose: {value: 240, unit: mg}, at: dose}
periods: {whole: {visit-interval: {value: 3, unit: wk}, at: nurse}}
groups:
  all: {denominators: {n: {number: 1204}}, at: size}
  willow: {denominators: {n: {number: 601}}, at: dose}
  placebo: {denominators: {n: {number: 603}}, duration: {value: 12, unit: wk}, at: placebo}
  rural: {denominators: {n: {number: 11}}, at: centres}
  ill: {denominators: {n: {number: 37}}, at: ill}
matching: {factors: {age: {tolerance: {value: 5, unit: a}, at: odds}}}
analyses:
  pain:
    margin: {value: 7.75, unit: "1", at: margin}
    results:
      willow: {kind: group-value, estimate: 21.50, spread: 8.4, change: decrease, at: fall}
      placebo: {kind: group-value, estimate: -4.3, at: change}
      difference: {kind: contrast, estimate: -17.2, level: 95, lower: -19.6, upper: -14.9, p-value: .001,
        p-relation: less-than, at: difference}
      ratio: {kind: contrast, lower: 4.66, upper: 6.13, at: ratio}
      odds: {kind: contrast, estimate: 0.21, at: odds}
      reduction: {kind: group-value, estimate: 32, change: decrease, at: reduction}
      response: {kind: count, participants: 71, at: response}
responder-definitions:
  half: {response-criteria: {pain: {threshold: {value: 50, unit: "%", at: response}}}}
"""


def replaced(quads: list[ox.Quad], old: str, new: str) -> list[ox.Quad]:
    """Quads with another literal in place of one."""
    assert any(getattr(quad.object, "value", "") == old for quad in quads)
    return [ox.Quad(quad.subject, quad.predicate, ox.Literal(new, datatype=quad.object.datatype), quad.graph_name)
            if isinstance(quad.object, ox.Literal) and quad.object.value == old else quad for quad in quads]


def source(text: str, name: str = "copy.txt") -> Source:
    """A text as if it stood in a file."""
    return Source(name, hashlib.sha256(text.encode()).hexdigest(), text)


def passages(*, fingerprints: bool = True) -> str:
    """The passages of the study as the curator pasted them."""
    copy = source(TEXT)
    lines = []
    for key, sought in PASSAGES.items():
        places = locate(copy, sought)
        assert len(places) == 1, key
        lines.append("  " + places[0].line(key, "article", "text"))
    told = f"texts:\n  article: {{report: willow-paper, sha256: {copy.sha256}, characters: {len(TEXT)}}}\npassages:\n"
    whole = told + "\n".join(lines) + "\n"
    return whole if fingerprints else re.sub(r", fingerprint: [0-9a-f-]+", "", whole)


def study(text: str = STUDY, *, fingerprints: bool = True) -> list[ox.Quad]:
    """The quads of the study."""
    done = compile_document(parse_document(text + passages(fingerprints=fingerprints)), BASE)
    assert not done.findings, done.findings
    return done.quads


def sought(*, fingerprints: bool = True) -> Wanted:
    """What the study says of passages."""
    return wanted(study(fingerprints=fingerprints))


def outcome(text: str, evidence: Wanted) -> Outcome:
    """What comes of looking for the evidence in a text."""
    return check(evidence, matched([("", source(text))], evidence))


def missing(found: Outcome) -> list[str]:
    """The figures that are missing, with their keys."""
    return sorted(f"{check.figure.key} {check.figure}" for check in found.figures if check.status == "missing")


def statuses(found: Outcome) -> tuple[dict[str, int], dict[str, int]]:
    """How many figures and passages have each status."""
    figures, spans = found.counts()
    return dict(figures), dict(spans)


def unicode_signs(text: str) -> str:
    """A text with Unicode signs in place of typesetting commands and ASCII ones."""
    for command, sign in ((r"\geq ", "≥ "), (r"\pm ", "± "), (r"\%", "%"), ("$", ""), ("*", "")):
        text = text.replace(command, sign)
    text = re.sub(r"(?<=[ (])-(?=\d)", "−", text)
    return re.sub(r"(?<=\d)-(?=\d)", "–", text)


def hyphenated(text: str) -> str:
    """A text with its long words broken at the ends of lines."""
    return re.sub(r"\b([^\W\d_]{4})([^\W\d_]{4,})\b", "\\1-\n\\2", text)
