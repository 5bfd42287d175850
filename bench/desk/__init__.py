"""How long the desk's pages take over a register of many years."""
