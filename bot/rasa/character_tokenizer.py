"""One token a Chinese character: telling questions from small talk needs no words, and no dictionary to load."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

_TOKEN = re.compile(r"[A-Za-z0-9]+|[^\s\W]")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class CharacterTokenizer(Tokenizer):
    """Latin words and numbers stay whole; every other letter is a token; punctuation is dropped."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's defaults for tokenizers."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens with their places in the text; the whole text where nothing else is found (an emoji)."""
        text = message.get(attribute)
        tokens = [Token(match[0], match.start()) for match in _TOKEN.finditer(text)]
        return tokens or [Token(text, 0)]
