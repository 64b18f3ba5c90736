"""The invented collection that tests share, and changed copies of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import ldn_graph
from ldn_graph import EvidenceStore

MINI = Path(__file__).parent / "data" / "mini"
BASE = "https://example.org/mini"
STUDY = f"{BASE}/study/lindgren-2031"
REPORT = f"{BASE}/report/lindgren-2031"
QUESTION = f"{BASE}/question/willow-tea-knee-pain"
VOCABULARY = f"{BASE}/vocabulary/knee"
COLLECTION = f"{BASE}/collection/mini"
DOCUMENTS = [COLLECTION, QUESTION, REPORT, STUDY, VOCABULARY]


def copied(directory: Path, changes: Mapping[str, tuple[str, str]] | None = None) -> Path:
    """A copy of the collection; `changes` by file name say which text becomes which other text."""
    directory.mkdir(parents=True, exist_ok=True)
    for file in MINI.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        old, new = (changes or {}).get(file.name, ("", ""))
        assert text.count(old) == 1 or not old, f"{file.name}: {text.count(old)} times {old!r}"
        (directory / file.name).write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return directory


def changed(directory: Path, name: str, old: str, new: str) -> Path:
    """One file of the collection with a text changed, in a directory of its own."""
    return copied(directory, {name: (old, new)}) / name


def loaded() -> EvidenceStore:
    """The collection in a store in memory."""
    evidence = EvidenceStore.empty()
    evidence.load(MINI)
    return evidence


def dump(evidence: EvidenceStore) -> list[str]:
    """Everything that a store holds, in lines that can be compared."""
    return sorted(map(str, evidence.quads()))


def environment(**extra: str) -> dict[str, str]:
    """The environment of a subprocess that runs the same package from any directory."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**inherited, "PYTHONPATH": str(Path(ldn_graph.__file__).parent.parent), **extra}


def python(code: str, *args: str) -> subprocess.Popen[bytes]:
    """A subprocess that runs some code with the same Python and package."""
    return subprocess.Popen([sys.executable, "-c", code, *args], env=environment(), stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
