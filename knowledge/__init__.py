"""What is known: the plan, the FAQ library, the search in both, and the answers. Imports nothing else of ours."""

from knowledge.answer import FALLBACK_BUREAU, Answer, Bureaus, Citation, NoAnswer, Reason
from knowledge.context import Context, Reply
from knowledge.errors import KnowledgeError
from knowledge.plan import BureauNames
from knowledge.question.language import LANGUAGES, Language

__all__ = [
    "FALLBACK_BUREAU",
    "LANGUAGES",
    "Answer",
    "BureauNames",
    "Bureaus",
    "Citation",
    "Context",
    "KnowledgeError",
    "Language",
    "NoAnswer",
    "Reason",
    "Reply",
]
