"""The plan: its text as data, and the reader that turns it into clauses."""

from knowledge.plan.bureaus import BureauNames, read_bureau_names
from knowledge.plan.model import Clause, Plan, Responsibility, Role, Sentence, Span
from knowledge.plan.reader import read_plan

__all__ = ["BureauNames", "Clause", "Plan", "Responsibility", "Role", "Sentence", "Span", "read_bureau_names", "read_plan"]
