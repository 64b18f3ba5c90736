"""Makes the quads and the catalogue that the wheel ships, from the sources beside it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 — hatchling's interface
        sys.path.insert(0, str(Path(self.root) / "src"))
        from ldn_graph.build import compile_shipped  # noqa: PLC0415 — it can be found only now

        compile_shipped(Path(self.root) / "src" / "ldn_graph" / "shipped")
        build_data["artifacts"].append("src/ldn_graph/shipped/*")
