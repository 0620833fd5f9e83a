"""The build hook that puts the rulesets into the wheel, with the schemas they name, each with its compiled tree beside it.

The compiled tree lets an installed library load a packaged ruleset without importing the grammar or the unit registry.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # An editable install reads the rulesets where they stand; a copy of them would go stale.
        if version == "editable":
            return
        root = Path(self.root)
        documents = sorted(root.glob("rulesets/*/*/ruleset.yaml"))
        if not documents:
            raise FileNotFoundError(f"there is no rulesets/<standard>/<edition>/ruleset.yaml in {root}")
        build_data["force_include"]["rulesets"] = "smartrules/rulesets"

        compile_file = _import_compiler(root / "src")
        self._folder = tempfile.TemporaryDirectory(prefix="smartrules-compiled-")
        for document in documents:
            place = document.parent.relative_to(root) / "ruleset.compiled.json"
            compiled = Path(self._folder.name) / place
            compiled.parent.mkdir(parents=True)
            compiled.write_text(compile_file(document), encoding="utf-8")
            build_data["force_include"][str(compiled)] = f"smartrules/{place.as_posix()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._folder.cleanup()


def _import_compiler(source: Path) -> Any:
    """Return `compile_file` of the source that is being built, not of an installed smartrules."""
    sys.path.insert(0, str(source))
    try:
        from smartrules.catalog import compile_file
    finally:
        sys.path.remove(str(source))
    return compile_file
