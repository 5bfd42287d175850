"""Reads a JSON list of texts, writes the intent that the model finds in each. A process of its own, as Rasa's is."""

from __future__ import annotations

import asyncio
import json
import sys

from rasa.core.agent import Agent


async def _intents(model: str, texts: list[str]) -> list[str]:
    agent = Agent.load(model)
    return [(await agent.parse_message(text))["intent"]["name"] for text in texts]


if __name__ == "__main__":
    found = asyncio.run(_intents(sys.argv[1], json.load(sys.stdin)))
    print("\n" + json.dumps(found))
