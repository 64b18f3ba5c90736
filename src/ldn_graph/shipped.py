"""Where the ontology, the queries and the first collection stand: in the wheel, or beside `src/` in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent.parent


def shipped(name: str) -> Path:
    """The directory of `ontology`, `queries` or `evidence`, or a page of rules in `docs`.

    >>> (shipped("ontology") / "ldn.ttl").is_file()
    True
    """
    checkout = _CHECKOUT / name
    return checkout if (_CHECKOUT / "pyproject.toml").is_file() else _PACKAGE / "shipped" / name


def made(name: str) -> Path:
    """The file that the build makes from what is shipped; it need not be there in a checkout.

    >>> made("catalogue.json").name
    'catalogue.json'
    """
    return _PACKAGE / "shipped" / name
