"""Charts as geometry: where each piece is drawn. Templates make SVG of it."""
