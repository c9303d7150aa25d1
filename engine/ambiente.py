"""What of our environment a process that we start is given: what it takes to run, and nothing that may be a secret.

Whoever may read ``/proc/<pid>/environ`` of a child reads what we were started with, for as long as it lives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_NOMES: Final = frozenset({
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TEMP", "TMP", "TZ", "LANG", "LANGUAGE",
    "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "COLUMNS",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "XDG_RUNTIME_DIR",
})  # fmt: skip
_COMECOS: Final = ("LC_", "PYTHON")


def ambiente_minimo(de: Mapping[str, str]) -> dict[str, str]:
    """Of an environment what any program may have.

    >>> ambiente_minimo({"PATH": "/bin", "LC_ALL": "C", "JWT_SECRET": "x", "AWS_SECRET_ACCESS_KEY": "y"})
    {'PATH': '/bin', 'LC_ALL': 'C'}
    """
    return {nome: valor for nome, valor in de.items() if nome in _NOMES or nome.startswith(_COMECOS)}
