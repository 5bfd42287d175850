"""What enquirers thought of answers, and what could not be answered: kept for the officers, without what tells who asked."""

from actions.feedback.model import Kind, Remark
from actions.feedback.store import Remarks, open_remarks

__all__ = ["Kind", "Remark", "Remarks", "open_remarks"]
