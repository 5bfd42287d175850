"""Which bureaus a lead goes to, and why."""

from actions.routing.model import ANSWERING, Assignment, Role, Route

__all__ = ["ANSWERING", "Assignment", "Role", "Route"]
