"""``balcao relatorio``: the table, the files, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx2

from tests.servidor import NovoServidor, Servidor, Usuario, novo_id


def relatorio(servidor: Servidor, *opcoes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "balcao", "relatorio", *opcoes],
        check=False, capture_output=True, text=True, env=servidor.variaveis(), cwd=servidor.pasta,
    )  # fmt: skip


def pedir(servidor: Servidor, quem: Usuario, metodo: str, caminho: str, corpo: object = None) -> object:
    resposta = httpx2.request(
        metodo, f"{servidor.url}/atendimento{caminho}", json=corpo, headers=quem.cabecalhos
    ).raise_for_status()
    return resposta.json() if resposta.content else None


def test_what_was_counted_is_shown_and_written(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    admin = servidor.nova_empresa()
    for n in range(3):
        pedir(servidor, admin, "POST", "/tickets", {"contato_nome": f"C{n}", "contato_telefone": f"551199999000{n}"})
    pedir(servidor, admin, "GET", "/relatorios/volume")  # the latest is counted

    feito = relatorio(servidor, "volume", "--empresa", admin.empresa_id, "--por", "fila")
    assert feito.returncode == 0, feito.stderr
    titulo, geral = (linha.split() for linha in feito.stdout.splitlines() if linha[:5] in {"     ", "Geral"})
    assert titulo[:2] == ["criados", "resolvidos"]
    assert geral[:3] == ["Geral", "3", "0"]
    assert "contado até o evento" in feito.stderr
    todos = ("--csv", "v.csv", "--svg", "v.svg", "--png", "v.png", "--json")
    em_json = relatorio(servidor, "volume", "--empresa", admin.empresa_id, *todos)
    assert json.loads(em_json.stdout)["geral"]["criados"] == 3
    assert Path(servidor.pasta, "v.csv").read_text("utf-8-sig").splitlines()[0].startswith("periodo,id,nome,criados")
    assert Path(servidor.pasta, "v.svg").read_bytes().startswith(b"<?xml")
    assert Path(servidor.pasta, "v.png").read_bytes().startswith(b"\x89PNG")

    for opcoes, erro in (
        (("volume", "--empresa", novo_id()), "não há a empresa"),
        (("volume", "--empresa", admin.empresa_id, "--de", "ontem"), "não é uma data"),
        (("volume", "--empresa", admin.empresa_id, "--fuso", "Marte"), "não é um fuso"),
        (("agentes", "--empresa", admin.empresa_id, "--por", "canal"), "--por: o tempo de um atendente não se reparte"),
        (("volume", "--empresa", admin.empresa_id, "--csv", "nada/v.csv"), "não foi possível escrever nada/v.csv"),
        (("vendas", "--empresa", admin.empresa_id), "vendas"),
        (("volume",), "--empresa"),
    ):
        recusa = relatorio(servidor, *opcoes)
        assert recusa.returncode in {1, 2}
        assert erro in recusa.stderr, (opcoes, recusa.stderr)
        assert "Traceback" not in recusa.stderr
