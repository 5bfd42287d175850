"""The officers' desk: server-rendered pages under /desk. `pages/` holds one package a subject; `route` says who may use what."""
