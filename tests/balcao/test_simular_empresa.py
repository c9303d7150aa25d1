"""``balcao simular --empresa``: what an empresa received once more, from its own event log."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx2

from engine.tempo import SystemClock, iso
from tests.servidor import NovoServidor, Servidor, Usuario, novo_id


def simular(servidor: Servidor, *opcoes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "balcao", "simular", *opcoes],
        check=False, capture_output=True, text=True, env=servidor.variaveis(), cwd=servidor.pasta,
    )  # fmt: skip


def pedir(servidor: Servidor, quem: Usuario, metodo: str, caminho: str, corpo: object = None) -> object:
    resposta = httpx2.request(
        metodo, f"{servidor.url}/atendimento{caminho}", json=corpo, headers=quem.cabecalhos
    ).raise_for_status()
    return resposta.json() if resposta.content else None


def test_what_an_empresa_received_is_gone_through_again(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    admin = servidor.nova_empresa()
    pedir(servidor, admin, "POST", "/atendentes", {"nome": "Ana", "email": "ana@example.com"})
    for n in range(3):
        pedir(servidor, admin, "POST", "/tickets", {"contato_nome": f"C{n}", "contato_telefone": f"551199999000{n}"})
    de = iso(SystemClock().now() - 3_600_000)
    Path(servidor.pasta, "p.json").write_text('{"estrategia": "ROUND_ROBIN"}', encoding="utf-8")

    feito = simular(
        servidor, "--empresa", admin.empresa_id, "--de", de, "--politica", "p.json", "--fila", "Geral", "--json"
    )
    assert feito.returncode == 0, feito.stderr
    em_vigor, outra = (um["resultado"]["total"] for um in json.loads(feito.stdout))
    assert em_vigor["chegadas"] == outra["chegadas"] == 3
    assert simular(servidor, "--empresa", admin.empresa_id, "--de", de).stdout.startswith("1 fila, ")

    de_ninguem = simular(servidor, "--empresa", novo_id(), "--de", de)
    assert "não há a empresa" in de_ninguem.stderr
    vazio = simular(servidor, "--empresa", admin.empresa_id, "--de", "2020-01-01", "--ate", "2020-01-02")
    assert "não recebeu nenhum ticket nesse tempo" in vazio.stderr
    errada = simular(servidor, "--empresa", admin.empresa_id, "--de", de, "--fila", "Vendas", "--politica", "p.json")
    assert f"--fila: não há uma fila 'Vendas' em empresa {admin.empresa_id} — use 'Geral'" in errada.stderr
