"""Class questions: what a class is asked before a lesson and after it, `locale/<language>/class_questions.toml`."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from attention_viz.ui.lessons.lesson import Question
from attention_viz.ui.wording import LOCALE

FILE = "class_questions.toml"


class _Questions(BaseModel):
    """What stands in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    questions: tuple[Question, ...]


@lru_cache(maxsize=8)
def class_questions(language: str) -> tuple[Question, ...]:
    """The questions in one language, each with the number of the right option."""
    read = tomllib.loads((LOCALE / language / FILE).read_text(encoding="utf-8"))
    return _Questions.model_validate(read, context=FILE).questions
