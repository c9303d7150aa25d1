"""What the realtime tests share: the official JavaScript client, installed once, where Node.js is there."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

_AQUI = Path(__file__).parent / "js"


@pytest.fixture(scope="session")
def programa_js(request: pytest.FixtureRequest) -> Path:
    """The program that drives socket.io-client (``js/cliente.mjs``), beside its packages. They are kept in the cache
    of pytest; the test is skipped where they cannot be had.
    """
    for ferramenta in ("node", "npm"):
        if shutil.which(ferramenta) is None:
            pytest.skip(f"{ferramenta} is not installed: socket.io-client was not tried")
    manifesto, programa = (_AQUI / "package.json").read_bytes(), (_AQUI / "cliente.mjs").read_bytes()
    pasta: Path = request.config.cache.mkdir("js-" + sha256(manifesto).hexdigest()[:12])
    with (pasta / "trava").open("w") as trava:
        fcntl.flock(trava, fcntl.LOCK_EX)  # the workers of pytest have one cache
        if not (pasta / "node_modules" / "socket.io-client").is_dir():
            _instalar(pasta, manifesto)
    destino = pasta / f"cliente-{sha256(programa).hexdigest()[:12]}.mjs"
    destino.write_bytes(programa)
    return destino


def _instalar(pasta: Path, manifesto: bytes) -> None:
    (pasta / "package.json").write_bytes(manifesto)
    comando = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    try:
        subprocess.run(comando, cwd=pasta, check=True, capture_output=True, text=True, timeout=120)
    except subprocess.SubprocessError as erro:
        motivo = str(getattr(erro, "stderr", "") or erro).strip().splitlines()[-1:]
        pytest.skip(f"npm could not install socket.io-client, which was not tried: {''.join(motivo)}")
