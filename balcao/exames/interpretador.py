"""How the Python that runs us was built: with profile-guided optimization it is a tenth faster.

https://docs.python.org/3.11/using/configure.html#cmdoption-enable-optimizations
"""

from __future__ import annotations

import platform
import sysconfig


def com_pgo() -> bool:
    """Whether it was. Debian profiles by rules of its own, without the option, and leaves no flag for it behind."""
    opcoes, bandeira = sysconfig.get_config_vars("CONFIG_ARGS", "PGO_PROF_USE_FLAG")
    return "--enable-optimizations" in (opcoes or "") or bandeira == ""


def nome() -> str:
    """The interpreter in a few words."""
    como = "with" if com_pgo() else "without"
    return f"{platform.python_implementation()} {platform.python_version()} {como} PGO"
