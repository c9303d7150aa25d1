"""The key of the secrets of canais: where it comes from, and what a server says that has not the one it needs."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import httpx2
import pytest

from balcao.ajustes.campos import Ajustes
from balcao.ajustes.carga import carregar
from balcao.ajustes.leitores import ValorInvalido, chaves
from balcao.erros import ErroDeUso
from balcao.servidor.cofre import ARQUIVO, cofre_de, cofre_que_ha, de_onde
from storage.cofre import id_da_chave
from tests.postgres import pasta_de_servidor
from tests.servidor import CHAVE_DOS_SEGREDOS, RAIZ, SEGREDO, NovoServidor, Servidor, Usuario

UMA, OUTRA = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
ID_DE_UMA, ID_DE_OUTRA = (id_da_chave(bytes([n]) * 32) for n in (1, 2))
MARCA = "abracadabra"
EXTERNO = "postgresql://db/x"


def ajustes(dados: Path, **ambiente: str) -> Ajustes:
    tudo = {"JWT_SECRET": SEGREDO, "BALCAO_DADOS": str(dados), **ambiente}
    return carregar(tudo, dados.parent / ".env", criar=False)


# -- the setting -------------------------------------------------------------------------------------------------------


def test_keys_stand_between_commas_or_blanks_and_in_either_base64() -> None:
    assert chaves(2)("AAE=,//4=") == chaves(2)(" AAE=\n__4= ,") == (b"\0\1", b"\xff\xfe")


@pytest.mark.parametrize(
    ("valor", "motivo"),
    [
        (f"{UMA},segredo!", "a 2ª chave não é Base64"),
        (UMA[:-1], "a 1ª chave não é Base64"),
        (f"{UMA},c2VncmVkbw==", "a 2ª chave tem 7 bytes, e não 32"),
        (",", "não há chave nenhuma"),
    ],
)
def test_a_wrong_key_is_refused_with_how_to_make_one_and_is_not_shown(tmp_path: Path, valor: str, motivo: str) -> None:
    with pytest.raises(ValorInvalido) as erro:
        chaves(32)(valor)
    assert (erro.value.motivo, erro.value.remedio) == (motivo, "gere uma com: openssl rand -base64 32")
    with pytest.raises(Exception, match="CHAVE_DOS_SEGREDOS: ") as recusa:
        ajustes(tmp_path, CHAVE_DOS_SEGREDOS=valor)
    assert not [parte for parte in valor.split(",") if parte and parte in repr(recusa.value)]


def test_no_key_is_seen_in_the_settings(tmp_path: Path) -> None:
    com = ajustes(tmp_path, CHAVE_DOS_SEGREDOS=f"{UMA},{OUTRA}")
    assert repr(cofre_de(com)) == f"Cofre({ID_DE_UMA}, {ID_DE_OUTRA})"
    for visto in (repr(com), str(com), str(com.__rich_repr__())):
        assert UMA not in visto
        assert repr(bytes([1]) * 32) not in visto


# -- the file ----------------------------------------------------------------------------------------------------------


def test_without_the_setting_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    com = ajustes(tmp_path / "dados")
    assert cofre_que_ha(com).ids == ()
    assert list(tmp_path.iterdir()) == []
    primeiro = cofre_de(com)
    arquivo = tmp_path / "dados" / ARQUIVO
    assert arquivo.stat().st_mode & 0o777 == 0o600
    assert len(base64.b64decode(arquivo.read_text())) == 32
    arquivo.chmod(0o644)
    assert cofre_que_ha(com).ids == primeiro.ids
    assert arquivo.stat().st_mode & 0o777 == 0o644  # who only looks changes nothing
    assert cofre_de(com).ids == primeiro.ids
    assert arquivo.stat().st_mode & 0o777 == 0o600
    assert [um.name for um in arquivo.parent.iterdir()] == [ARQUIVO]
    assert de_onde(com) == str(arquivo)


def test_of_many_that_start_together_all_use_one_key(tmp_path: Path) -> None:
    programa = (
        "import sys; from pathlib import Path; from balcao.ajustes.campos import Ajustes; "
        "from balcao.servidor.cofre import cofre_de; sys.stdin.read(); "
        "print(cofre_de(Ajustes(jwt_secret='', dados=Path(sys.argv[1]))).chave)"
    )
    leitura, largada = os.pipe()
    processos = [
        subprocess.Popen(
            [sys.executable, "-c", programa, str(tmp_path / "dados")], stdin=leitura, stdout=subprocess.PIPE, cwd=RAIZ
        )
        for _ in range(4)
    ]
    os.close(leitura)
    os.close(largada)
    ids = [processo.communicate()[0] for processo in processos]
    assert len(ids[0]) == len("12345678\n")
    assert ids == ids[:1] * 4


def test_the_setting_comes_first_and_the_file_still_opens(tmp_path: Path) -> None:
    da_pasta = cofre_de(ajustes(tmp_path))
    com = ajustes(tmp_path, CHAVE_DOS_SEGREDOS=UMA)
    assert cofre_de(com).ids == (ID_DE_UMA, *da_pasta.ids)
    assert de_onde(com) == "CHAVE_DOS_SEGREDOS"
    vazia = tmp_path / "outra"
    assert cofre_de(ajustes(vazia, CHAVE_DOS_SEGREDOS=UMA)).ids == (ID_DE_UMA,)
    assert not vazia.exists()


def test_a_file_may_hold_several_too(tmp_path: Path) -> None:
    (tmp_path / ARQUIVO).write_text(f"{UMA}\n{OUTRA}\n")
    assert cofre_de(ajustes(tmp_path)).ids == (ID_DE_UMA, ID_DE_OUTRA)


@pytest.mark.parametrize("conteudo", ["", "\n", "lixo", UMA[:20]])
def test_a_file_that_is_no_key_is_not_replaced(tmp_path: Path, conteudo: str) -> None:
    (tmp_path / ARQUIVO).write_text(conteudo)
    with pytest.raises(ErroDeUso, match=f"{ARQUIVO}: .* — devolva o arquivo de antes") as erro:
        cofre_de(ajustes(tmp_path))
    assert (tmp_path / ARQUIVO).read_text() == conteudo
    assert not conteudo.strip() or conteudo not in str(erro.value)


def test_a_link_or_a_pipe_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "alvo").write_text(UMA)
    (tmp_path / ARQUIVO).symlink_to(tmp_path / "alvo")
    with pytest.raises(ErroDeUso, match=f"{ARQUIVO}: é um link"):
        cofre_de(ajustes(tmp_path))
    (tmp_path / ARQUIVO).unlink()
    os.mkfifo(tmp_path / ARQUIVO)
    with pytest.raises(ErroDeUso, match=f"{ARQUIVO}: não é um arquivo comum"):
        cofre_de(ajustes(tmp_path))


def test_in_production_beside_a_database_of_others_the_key_must_be_given(tmp_path: Path) -> None:
    producao = {"BALCAO_ENV": "production", "JWT_SECRET": SEGREDO * 2}
    com = ajustes(tmp_path, **producao, DATABASE_URL=EXTERNO)
    for abrir in (cofre_de, cofre_que_ha):
        with pytest.raises(ErroDeUso, match=r"CHAVE_DOS_SEGREDOS: obrigatória em production.*openssl rand -base64 32"):
            abrir(com)
    assert list(tmp_path.iterdir()) == []
    assert cofre_de(ajustes(tmp_path, **producao, DATABASE_URL=EXTERNO, CHAVE_DOS_SEGREDOS=UMA)).ids == (ID_DE_UMA,)
    (tmp_path / ARQUIVO).write_text(OUTRA)  # somebody has put it there
    assert cofre_de(com).ids == (ID_DE_OUTRA,)
    propria = cofre_de(ajustes(tmp_path / "propria", **producao))
    assert cofre_de(ajustes(tmp_path / "propria", **producao)).ids == propria.ids


# -- a server ----------------------------------------------------------------------------------------------------------


def criar_canal(servidor: Servidor, quem: Usuario) -> httpx2.Response:
    corpo = {"nome": "Zap", "tipo": "whatsapp", "config": {"accessToken": MARCA}}
    return httpx2.post(f"{servidor.url}/atendimento/canais", headers=quem.cabecalhos, json=corpo, timeout=30)


def segredos(servidor: Servidor, quem: Usuario) -> object:
    resposta = httpx2.get(f"{servidor.url}/atendimento/canais", headers=quem.cabecalhos, timeout=30)
    return [canal["segredos"] for canal in resposta.raise_for_status().json()["data"]]


def nova(servidor: Servidor) -> Usuario:
    """The admin of an empresa with a canal that has a secret."""
    quem = servidor.nova_empresa()
    criar_canal(servidor, quem).raise_for_status()
    return quem


def doctor(servidor: Servidor) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "balcao", "doctor", "--sem-servidor"],
        check=False, capture_output=True, text=True, env=servidor.variaveis(), cwd=servidor.pasta,
    )  # fmt: skip


def exame(servidor: Servidor) -> str:
    (linha,) = [linha for linha in doctor(servidor).stdout.splitlines() if linha[2:].startswith("segredos ")]
    return linha


async def _executar(dsn: str, texto: str, *argumentos: object) -> list[asyncpg.Record]:
    con = await asyncpg.connect(dsn)
    try:
        return list(await con.fetch(texto, *argumentos))
    finally:
        await con.close()


def guardados(servidor: Servidor) -> list[str]:
    assert servidor.dsn is not None
    linhas = asyncio.run(_executar(servidor.dsn, "SELECT segredos FROM atendimento_canal_segredos ORDER BY canal_id"))
    return [str(segredos) for (segredos,) in linhas]


def chaves_em_uso(servidor: Servidor) -> set[str]:
    return {json.loads(guardado)[""].split(":")[1] for guardado in guardados(servidor)}


def test_the_key_changes_without_a_secret_being_lost(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor({"CHAVE_DOS_SEGREDOS": ""})
    quem = nova(servidor)
    da_pasta = base64.b64decode((servidor.dados / ARQUIVO).read_text())
    assert chaves_em_uso(servidor) == {id_da_chave(da_pasta)}
    for chave in (UMA, f"{OUTRA},{UMA}", OUTRA):
        servidor.parar()
        servidor.ambiente["CHAVE_DOS_SEGREDOS"] = chave
        servidor.iniciar()
        assert segredos(servidor, quem) == [["accessToken"]]
        asyncio.run(_ate(servidor, {id_da_chave(base64.b64decode(chave.split(",")[0]))}))
    assert f"✓ segredos     canais: 1; todos abrem com a chave {ID_DE_OUTRA}, de CHAVE_DOS_SEGREDOS" in exame(servidor)


async def _ate(servidor: Servidor, ids: set[str]) -> None:
    """The rewriting has passed."""
    async with asyncio.timeout(60):
        while await asyncio.to_thread(chaves_em_uso, servidor) != ids:  # noqa: ASYNC110 - PostgreSQL wakes nobody
            await asyncio.sleep(0.05)


def test_a_server_that_has_not_the_key_says_which_and_does_not_start(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    nova(servidor)
    antes = guardados(servidor)
    (certa,) = chaves_em_uso(servidor)
    servidor.parar()
    registro = servidor.registro
    servidor.ambiente["CHAVE_DOS_SEGREDOS"] = UMA
    with pytest.raises(Exception, match="exit 1"):
        servidor.iniciar()
    (linha,) = [linha for linha in servidor.registro.removeprefix(registro).splitlines() if "balcao:" in linha]
    assert f"cifrados com a chave {certa}, e aqui só há a chave {ID_DE_UMA}; acrescente a que falta" in linha
    assert guardados(servidor) == antes
    assert exame(servidor).startswith("✗ segredos")
    assert certa in exame(servidor)
    assert doctor(servidor).returncode == 1
    servidor.ambiente["CHAVE_DOS_SEGREDOS"] = f"{UMA},{base64.b64encode(CHAVE_DOS_SEGREDOS).decode()}"
    servidor.iniciar()
    asyncio.run(_ate(servidor, {ID_DE_UMA}))


@pytest.fixture
def embutido() -> Iterator[Servidor]:
    with pasta_de_servidor() as pasta:
        servidor = Servidor(pasta, ambiente={"CHAVE_DOS_SEGREDOS": ""})
        yield servidor.iniciar()
        servidor.fechar()


def test_a_folder_whose_key_was_lost_does_not_start_and_does_when_it_is_back(embutido: Servidor) -> None:
    quem = nova(embutido)
    arquivo = embutido.dados / ARQUIVO
    chave = arquivo.read_text()
    embutido.parar()
    registro = embutido.registro
    arquivo.unlink()
    with pytest.raises(Exception, match="exit 1"):
        embutido.iniciar()
    assert f"cifrados com a chave {id_da_chave(base64.b64decode(chave))}" in embutido.registro.removeprefix(registro)
    arquivo.write_text(chave)
    embutido.iniciar()
    assert segredos(embutido, quem) == [["accessToken"]]


def test_folders_that_share_a_database_in_development_serve_each_its_own(
    novo_banco: Callable[[], str], tmp_path: Path
) -> None:
    dsn = novo_banco()
    um, dois = (Servidor(tmp_path / nome, dsn, {"CHAVE_DOS_SEGREDOS": ""}) for nome in ("um", "dois"))
    with um:
        de_um = nova(um)
    with dois:
        assert "até lá, as empresas deles não são atendidas aqui" in dois.registro
        assert segredos(dois, nova(dois)) == [["accessToken"]]
        recusa = criar_canal(dois, de_um)
        assert (recusa.status_code, recusa.json()["codigo"]) == (503, "segredos_fechados")
        assert recusa.headers["Retry-After"] == "30"
        assert MARCA not in dois.registro
    with um:
        assert segredos(um, de_um) == [["accessToken"]]
    assert "✗ segredos" in exame(dois)


def test_doctor_sees_what_is_still_in_the_open_and_what_was_tampered_with(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    assert servidor.dsn is not None
    assert "nenhum ainda; a chave" in exame(servidor)
    nova(servidor)
    nova(servidor)
    claro = json.dumps({"accessToken": MARCA})
    asyncio.run(_executar(servidor.dsn, "UPDATE atendimento_canal_segredos SET segredos = $1", claro))
    assert exame(servidor).startswith("! segredos     2 de 2 ainda em claro")
    assert doctor(servidor).returncode == 0
    servidor.reiniciar()
    asyncio.run(_ate_fechados(servidor))
    um, _ = guardados(servidor)
    asyncio.run(_executar(servidor.dsn, "UPDATE atendimento_canal_segredos SET segredos = $1", um))
    feito = doctor(servidor)
    assert feito.returncode == 1
    assert "✗ segredos     1 de 2 não abrem com a sua chave, como o canal" in feito.stdout
    assert MARCA not in feito.stdout + feito.stderr


async def _ate_fechados(servidor: Servidor) -> None:
    async with asyncio.timeout(60):
        while MARCA in "".join(await asyncio.to_thread(guardados, servidor)):  # noqa: ASYNC110 - PostgreSQL wakes nobody
            await asyncio.sleep(0.05)
