"""Our runner hands on between nodes just what the dask runner does."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from bot.rasa.graph_runner import OrderedGraphRunner


class Part(GraphComponent):
    """A node that adds, multiplies or fails."""

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> Part:
        """As every component is made."""
        return cls()

    def double(self, number: int) -> int:
        """Twice the number."""
        return 2 * number

    def add(self, a: int, b: int) -> int:
        """The sum."""
        return a + b

    def fail(self, number: int) -> int:
        """Never returns."""
        raise RuntimeError("out of order")


def _node(fn: str, **needs: str) -> SchemaNode:
    return SchemaNode(needs=needs, uses=Part, constructor_name="create", fn=fn, config={}, eager=True)


SCHEMA = GraphSchema(
    {
        "sum": _node("add", a="left", b="right"),
        "left": _node("double", number="given"),
        "right": _node("double", number="left"),
        "broken": _node("fail", number="given"),
    }
)


@pytest.fixture(params=[DaskGraphRunner, OrderedGraphRunner])
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Either runner over the same graph."""
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("storage"))
    return request.param.create(SCHEMA, storage, ExecutionContext(SCHEMA))


def test_targets_get_their_outputs(runner: Any) -> None:
    assert runner.run(inputs={"given": 3}, targets=["sum"]) == {"sum": 18}
    assert runner.run(inputs={"given": 3}, targets=["left", "right"]) == {"left": 6, "right": 12}


def test_each_run_has_its_own_inputs(runner: Any) -> None:
    assert [runner.run(inputs={"given": n}, targets=["sum"])["sum"] for n in (1, 2, 1)] == [6, 12, 6]


def test_a_failing_node_fails_the_run(runner: Any) -> None:
    with pytest.raises(Exception, match=r"out of order|Error running"):
        runner.run(inputs={"given": 1}, targets=["broken"])


def test_an_input_named_as_a_node_is_refused() -> None:
    schema = GraphSchema({"left": _node("double", number="given")})
    runner = OrderedGraphRunner(schema, LocalModelStorage.__new__(LocalModelStorage), ExecutionContext(schema))
    with pytest.raises(GraphRunError, match="name of a node"):
        runner.run(inputs={"left": 1, "given": 1}, targets=["left"])
