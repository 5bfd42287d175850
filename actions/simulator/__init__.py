"""A bureau's own server, for demonstrations and tests: real HTTP, real signatures, and every way of going wrong on demand."""

from actions.simulator.arrival import Arrival, Outcome
from actions.simulator.behaviour import Behaviour, Behaviours, Kind, read_behaviour, read_behaviours
from actions.simulator.bureau import BureauSimulator, run_simulator

__all__ = ["Arrival", "Behaviour", "Behaviours", "BureauSimulator", "Kind", "Outcome", "read_behaviour", "read_behaviours", "run_simulator"]
