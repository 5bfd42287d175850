"""The library: browsed, edited, previewed, published, and what it was before."""
