"""Texts to vectors: any sentence-transformers model, by default one that the project trains itself."""
