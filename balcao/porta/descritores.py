"""How many files and connections the system lets this process have open."""

from __future__ import annotations

import resource


def abrir_ate_o_limite() -> int:
    """Raise the soft limit to the hard one, and return what it is now.

    Shells set the soft limit low (often 1,024) for the sake of programs that use ``select``; each client takes one
    descriptor, and ten thousand fit in this process. Where the system does not let it be raised, it stays.
    """
    suave, duro = resource.getrlimit(resource.RLIMIT_NOFILE)
    if suave != duro:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (duro, duro))
        except (ValueError, OSError):  # macOS: what it calls unlimited is not
            return suave
    return duro


def quantos() -> int:
    """The limit as it is."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
