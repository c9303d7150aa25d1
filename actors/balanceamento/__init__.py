"""Spreading the load: a plan, and its tickets, each of which moves in its own turn or says why not."""
