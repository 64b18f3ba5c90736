"""A text as a reader sees it: typesetting commands, other scripts' digits and broken words are seen through."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<broken>(?<=[^\W\d_])[-\u2010]\s*\n\s*(?=[^\W\d_]))"
    r"|\\(?P<command>[A-Za-z]+)[ ]?"
    r"|\\(?P<escaped>.)"
    r"|(?P<dropped>[$*_{}\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff])"
    r"|.", re.DOTALL)

_COMMANDS = {
    "pm": "±", "leq": "≤", "le": "≤", "leqslant": "≤", "geq": "≥", "ge": "≥", "geqslant": "≥", "lt": "<", "gt": ">",
    "cdot": "·", "times": "×", "approx": "≈", "sim": "~", "textless": "<", "textgreater": ">", "textminus": "−",
    "textendash": "–", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "Delta": "Δ", "epsilon": "ε", "eta": "η",
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Omega": "Ω",
}
"""What a typesetting command prints; the others print nothing of their own."""

_THIN = "\u2009"


@dataclass(frozen=True)
class Reading:
    """What a reader sees, and for each character the offsets between which the text prints it."""

    text: str
    offsets: list[int]
    ends: list[int]


def read(text: str) -> Reading:
    r"""A text as a reader sees it.

    >>> read(r"$P \leq .05$, effec-" + "\n" + r"tive in 50\%").text
    'P ≤.05, effective in 50%'
    """
    seen, offsets, ends = [], [], []
    for match in _TOKEN.finditer(text):
        if shown := _shown(match):
            seen.append(shown)
            offsets.append(match.start())
            ends.append(match.end())
    return Reading("".join(seen), offsets, ends)


def _shown(match: re.Match[str]) -> str:
    """The one character that a piece of the text shows, or nothing."""
    if match["broken"] or match["dropped"]:
        return ""
    if match["command"]:
        return _COMMANDS.get(match["command"], "")
    if match["escaped"]:
        return _THIN if match["escaped"] in ",;: !" else _plain(match["escaped"])
    return _plain(match[0])


def _plain(character: str) -> str:
    """A character in its usual form: digits of any script and full-width signs as ASCII."""
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    usual = unicodedata.normalize("NFKC", character)
    keeps = len(usual) != 1 or unicodedata.category(character) in {"No", "Zs"}
    return character if keeps else usual
