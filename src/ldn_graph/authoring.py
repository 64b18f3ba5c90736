"""Help for authors: commented templates of the five kinds of document, and a reference of all keys.

`python -m ldn_graph.authoring` prints the reference.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from ldn_graph.documents import BLANK, KINDS, RECORDS
from ldn_graph.errors import InputError
from ldn_graph.language import SKOS, Form, Key, kebab, language
from ldn_graph.shipped import shipped
from ldn_graph.terms import LDN, XSD, is_key

_TEMPLATES = Path(__file__).parent / "templates"
_TAKES = {
    Form.TEXT: "words in English", Form.FIGURE: "figure as printed", Form.KEY: "names of keys of the same mapping",
    Form.OUTSIDE: "outside term, `PREFIX:code`", Form.ADDRESS: "web address without a slash at its end",
    Form.DATE: "`YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or a [partial date](#partial-date)",
}
_LITERALS = {XSD + "string": "text", XSD + "integer": "whole number", XSD + "boolean": "`true` or `false`",
             XSD + "date": "day as `YYYY-MM-DD`"}
_INTRODUCTION = """\
# All keys of the authoring language

<!-- Made from the ontology by `python -m ldn_graph.authoring > docs/guide/keys.md`; a test keeps it equal. -->

The guide is [authoring.md](authoring.md). *List* means that one value or a list of values may stand there. A *key of*
something names what is declared elsewhere in the same document, a vocabulary term, or another document.
"""


def template(kind: str, key: str = "") -> str:
    """The commented template of a kind of document, its first line filled in with a key if one is given.

    Raises InputError for an unknown kind and for a key that cannot name a document.

    >>> template("study", "smith-2020").splitlines()[0]
    'study: smith-2020'
    """
    if kind not in KINDS:
        raise InputError(f"`{kind}` is no kind of document; use {', '.join(KINDS)}")
    if key and not is_key(key):
        raise InputError(f"`{key}` cannot name a {kind}; use a-z, 0-9, `.` and `-`")
    text = (_TEMPLATES / f"{kind}.yaml").read_text("utf-8")
    return text.replace(BLANK, key, 1) if key else text


def write_template(file: Path, kind: str, key: str = "") -> None:
    """Writes a template to a new file; InputError where the file is already there or cannot be written."""
    text = template(kind, key)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise InputError(f"{file}: is already there and stays as it is; name another file") from None
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror}") from None


def key_reference() -> str:
    """The Markdown page of all keys and terms, made from the ontology.

    >>> "## Study\\n" in key_reference()
    True
    """
    parts = [_INTRODUCTION, *_everywhere(), *map(_section, _classes()), "# Terms\n", *map(_scheme, _schemes()),
             *_prefixes()]
    return "\n".join(parts)


@lru_cache(maxsize=1)
def _definitions() -> dict[str, str]:
    """The definition of each class, property, scheme and term by IRI."""
    triples = [triple for name in ("ldn", "terms") for triple in ox.parse(path=shipped("ontology") / f"{name}.ttl")]
    return {triple.subject.value: triple.object.value for triple in triples
            if triple.predicate.value == SKOS + "definition" and isinstance(triple.subject, ox.NamedNode)
            and isinstance(triple.object, ox.Literal)}


def _classes() -> list[str]:
    """The classes that documents are made of, in the order in which a reader meets them."""
    found = list(map(language().document_class, (*KINDS, *RECORDS)))
    for cls in found:  # grows while it is read
        found += [range_ for range_ in dict.fromkeys(map(_held, _keys(cls))) if range_ and range_ not in found]
    return found


def _held(key: Key) -> str:
    if key.form in {Form.CONTAINER, Form.NODE, Form.DATE}:
        return key.range
    return LDN + "UnmappedTerm" if _may_be_unmapped(key) else ""


def _may_be_unmapped(key: Key) -> bool:
    return key.form is Form.REFERENCE and LDN + "VocabularyTerm" in language().ancestors(key.range)


def _keys(cls: str) -> list[Key]:
    """The keys that a class has beyond those that may stand anywhere."""
    keys = (language().keys[name] for name in language().allowed(cls))
    return [key for key in keys if key.domain]


def _everywhere() -> Iterator[str]:
    yield "# Keys of every mapping\n"
    yield _table(key for key in language().keys.values() if not key.domain)
    yield "# Documents and their parts\n"


def _section(cls: str) -> str:
    kinds = language().kinds(cls) if cls == LDN + "Result" else {}
    lines = [f"## {_title(cls)}\n", f"{_definitions()[cls]}\n"]
    if cls in map(language().document_class, (*KINDS, *RECORDS)):
        lines.append(f"The first line of the file is `{kebab(cls.removeprefix(LDN))}: <key>`.\n")
    if kinds:
        told = "\n".join(f"- `{name}`: {_definitions()[kind]}" for name, kind in kinds.items())
        lines.append(f"Each result says its `kind`:\n\n{told}\n")
    keys = {key.name: key for kind in (cls, *kinds.values()) for key in _keys(kind)}
    return "\n".join([*lines, _table(keys.values())])


def _table(keys: Iterable[Key]) -> str:
    rows = (f"| `{key.name}` | {_takes(key)} | {_definitions().get(key.iri) or _STANDARD[key.iri]} |" for key in keys)
    return "\n".join(["| Key | Takes | Meaning |", "|---|---|---|", *rows, ""])


_STANDARD = {
    SKOS + "prefLabel": "Short name that readers see.", SKOS + "altLabel": "Other name or abbreviation.",
    SKOS + "definition": "One sentence that says what it is.", SKOS + "broader": "Wider term of the collection.",
    SKOS + "exactMatch": "Outside term that means the same.",
    SKOS + "closeMatch": "Outside term that means nearly the same.",
    SKOS + "broadMatch": "Outside term that means more.",
}
"""Meanings of the properties that are SKOS's own and so stand in no ontology of ours."""


def _takes(key: Key) -> str:
    text = _TAKES.get(key.form, "")
    if key.form is Form.LITERAL:
        text = _LITERALS[key.datatype]
    elif key.form is Form.TERM:
        text = f"[term](#terms-of-{_scheme_name(key.scheme)})"
    elif key.form is Form.REFERENCE:
        text = f"key of {_article(key.range)} {_link(key.range)}" if key.range else "key of a term of the same kind"
        text += ", or an [unmapped term](#unmapped-term)" * _may_be_unmapped(key)
    elif key.form in {Form.CONTAINER, Form.NODE}:
        text = "mapping of keys to " * (key.form is Form.CONTAINER) + _link(key.range)
    return text + "; list" * key.many


def _title(cls: str) -> str:
    return kebab(cls.removeprefix(LDN)).replace("-", " ").capitalize()


def _article(cls: str) -> str:
    return "an" if _title(cls)[0] in "AEIO" else "a"


def _link(cls: str) -> str:
    if cls == LDN + "Passage":
        return "[text span](#text-span) or a [named place](#named-place)"
    return f"[{_title(cls).lower()}](#{kebab(cls.removeprefix(LDN))})"


def _schemes() -> list[str]:
    return list(dict.fromkeys(key.scheme for key in language().keys.values() if key.scheme))


def _scheme_name(scheme: str) -> str:
    return scheme.rstrip("/").rpartition("/")[2]


def _scheme(scheme: str) -> str:
    keys = ", ".join(f"`{key.name}`" for key in language().keys.values() if key.scheme == scheme)
    rows = (f"| `{term}` | {_definitions()[scheme + term]} |" for term in language().terms[scheme])
    return "\n".join([f"## Terms of {_scheme_name(scheme)}\n", f"{_definitions()[scheme.rstrip('/')]} For {keys}.\n",
                      "| Term | Meaning |", "|---|---|", *rows, ""])


def _prefixes() -> Iterator[str]:
    yield "# Prefixes of outside terms\n"
    yield "| Prefix | Address |\n|---|---|"
    yield from (f"| `{name}` | <{iri}> |" for name, iri in sorted(language().context.items())
                if name.isupper() and isinstance(iri, str))
    yield ""


if __name__ == "__main__":
    sys.stdout.write(key_reference())
