"""How something that others use is deleted."""
