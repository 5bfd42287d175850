"""Rasa's logistic regression over the one featurizer that the pipeline has."""

from __future__ import annotations

from collections.abc import Sequence

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix, vstack


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SparseLogisticRegressionClassifier(LogisticRegressionClassifier):
    """The same classifier without joining matrices for every message: a few sparse rows need no more than stacking."""

    def _create_X(self, messages: Sequence[Message]) -> csr_matrix:  # noqa: N802 - Rasa's name
        """Sentence features, shape (messages, vocabulary)."""
        rows = [feature.features for message in messages for feature in message.features if _is_of_the_sentence(feature)]
        return rows[0] if len(rows) == 1 else vstack(rows, format="csr")


def _is_of_the_sentence(feature: Features) -> bool:
    return bool(feature.attribute == TEXT and feature.type == FEATURE_TYPE_SENTENCE)
