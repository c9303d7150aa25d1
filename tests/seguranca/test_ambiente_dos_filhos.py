"""What the processes that a server starts can read of its secrets: nothing that they do not need."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.ambiente import ambiente_minimo
from tests.postgres import pasta_de_servidor
from tests.servidor import SEGREDO, Servidor

PLANTADOS = {
    "WHATSAPP_ACCESS_TOKEN": "plantado-token-do-whatsapp",
    "WHATSAPP_APP_SECRET": "plantado-segredo-do-app",
    "WHATSAPP_WEBHOOK_VERIFY_TOKEN": "plantado-verificacao",
    "AWS_SECRET_ACCESS_KEY": "plantado-aws",
    "PGPASSWORD": "plantado-pg",
    "OUTRA_COISA": "plantado-outra",
}


def filhos(de: int) -> list[int]:
    """The processes that it started, and those that they did."""
    pais = {}
    for pasta in Path("/proc").iterdir():
        if pasta.name.isdigit():
            try:
                pais[int(pasta.name)] = int((pasta / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    achados = [de]
    for um in achados:
        achados += [pid for pid, pai in pais.items() if pai == um]
    return achados[1:]


def ambiente_de(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_bytes().replace(b"\0", b"\n").decode()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="there is no /proc here")
def test_neither_the_connectors_nor_the_database_are_given_our_secrets() -> None:
    with pasta_de_servidor() as pasta, Servidor(pasta, None, {"CONECTORES": "true", **PLANTADOS}) as servidor:
        ate = time.monotonic() + 30
        while not (deles := filhos(servidor.pid)) and time.monotonic() < ate:
            time.sleep(0.05)
        postmaster = int((servidor.dados / "pg" / "postmaster.pid").read_text().split()[0])
        assert deles
        ambientes = [ambiente_de(pid) for pid in {*deles, postmaster}]
        linhas = [Path(f"/proc/{pid}/cmdline").read_bytes().decode() for pid in deles]
    assert any("connectors" in linha for linha in linhas)
    for texto in (*ambientes, *linhas):
        assert "plantado" not in texto
        assert SEGREDO not in texto
        assert "CHAVE_DOS_SEGREDOS" not in texto
        assert "instalacao." not in texto  # what is derived of it goes by a pipe
    assert all("PATH=" in texto for texto in ambientes)


def test_what_any_program_needs_is_left() -> None:
    nosso = {"PATH": "/bin", "LANG": "C", "LC_TIME": "pt_BR", "TZ": "UTC", "HOME": "/", "TMPDIR": "/tmp"}
    assert ambiente_minimo(nosso | PLANTADOS) == nosso
