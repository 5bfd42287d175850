"""Which bureaus a lead goes to, and why."""

from actions.routing.model import Assignment, Role, Route

__all__ = ["Assignment", "Role", "Route"]
