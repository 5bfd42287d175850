"""What enquirers asked, what they thought of the answers, and what was not answered: without what tells who asked."""

from actions.questions.model import Asked, Group, GroupState, Rating, Remark, Status, Wording

__all__ = ["Asked", "Group", "GroupState", "Rating", "Remark", "Status", "Wording"]
