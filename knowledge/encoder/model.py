"""Opens any sentence-transformers model and encodes texts with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer

from knowledge.encoder.identity import encoder_identity
from knowledge.errors import EncoderError

Vectors = npt.NDArray[np.float32]


class Encoder:
    """A sentence-transformers model with the identity that an index built with it remembers."""

    def __init__(self, model: SentenceTransformer, identity: str) -> None:
        self._model = model
        self.identity = identity
        self.dimensions = len(self.encode(["湛江"])[0])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit-length rows, shape (len(texts), dimensions), float32."""
        if len(texts) == 1:
            return self._encode_one(texts[0])
        vectors: Vectors = self._model.encode(list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
        return np.ascontiguousarray(vectors, dtype=np.float32)

    def _encode_one(self, text: str) -> Vectors:
        """The same without what `SentenceTransformer.encode` does for batches: most of a question's time went there."""
        with torch.inference_mode():
            embedded = self._model(self._model.preprocess([text]))["sentence_embedding"]
            vectors: Vectors = torch.nn.functional.normalize(embedded.float(), dim=1).numpy()
        return vectors


def open_encoder(name_or_path: str) -> Encoder:
    """Open a local model folder or, where a hub can be reached or was cached, a hub name such as BAAI/bge-small-zh-v1.5.

    Raises EncoderError with what to do.
    """
    folder = Path(name_or_path)
    try:
        # One short question at a time, beside Rasa on the next core: a second thread would only be in the way.
        torch.set_num_threads(1)
        model = SentenceTransformer(name_or_path, device="cpu", local_files_only=folder.exists()).float()
    except Exception as error:  # the library raises many kinds, all meaning the same to us
        hint = "a local path must be a saved sentence-transformers model; a hub name needs the network at the first use"
        raise EncoderError(f"cannot open the encoder {name_or_path}: {error}", hint=hint) from error
    return Encoder(model, encoder_identity(name_or_path))
