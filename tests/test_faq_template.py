"""The officers' template is itself a file that can be used."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.settings import PROJECT
from knowledge.library import References, read_library
from knowledge.plan import BureauNames, Plan


def test_the_template_is_read_without_a_fault(tmp_path: Path, plan: Plan, bureaus: BureauNames) -> None:
    copy = tmp_path / "faq" / "land.yml"
    copy.parent.mkdir()
    shutil.copy(PROJECT / "docs" / "faq-template.yml", copy)
    (entry,) = read_library([copy], References({clause.id: clause.text for clause in plan.clauses}, bureaus))
    assert len(entry.phrasings) >= 8


def test_the_commands_of_the_guide_exist() -> None:
    guide = (PROJECT / "docs" / "faq.zh-CN.md").read_text(encoding="utf-8")
    for command in ("check", "diff", "show", "calibrate"):
        assert f"python -m knowledge {command}" in guide
    schemas = PROJECT / "knowledge" / "library" / "schema"
    assert {file.name for file in schemas.iterdir()} == {"faq.schema.json", "boundary.schema.json"}
