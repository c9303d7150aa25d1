"""The commands that need no server, as a person types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from balcao import __version__
from balcao.ajustes.campos import VARIAVEIS
from balcao.cli import executar
from engine.tempo import SystemClock
from tests.servidor import SEGREDO, novo_id, porta_livre
from web.portaria.autenticacao import Autenticador, Credencial


@pytest.fixture(autouse=True)
def _a_folder_and_an_environment_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for nome in ("DATABASE_URL", "DATABASE_HOST", "NODE_ENV", "PORT", "HOST"):
        monkeypatch.delenv(nome, raising=False)
    monkeypatch.setenv("JWT_SECRET", SEGREDO)
    monkeypatch.setenv("BALCAO_ENV", "test")
    monkeypatch.setenv("BALCAO_DADOS", str(tmp_path / "dados"))
    monkeypatch.chdir(tmp_path)


def autenticar(token: str) -> Credencial:
    return Autenticador(SEGREDO, SystemClock()).autenticar(token)


# -- help --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "comando", ["run", "connectors", "token", "demo", "simular", "fakes", "doctor", "apartados", "migrate"]
)
def test_the_help_of_every_command_is_portuguese_and_shows_how_to_use_it(
    comando: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert executar([comando, "--help"]) == 0
    saida = capsys.readouterr().out
    assert f"Uso: balcao {comando}" in saida
    assert "Exemplos:" in saida
    assert f"\n    balcao {comando}" in saida
    assert "Opções:" in saida
    for ingles in ("Usage", "Show this message", "[default", "[required"):
        assert ingles not in saida


def test_the_help_of_run_lists_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    executar(["run", "--help"])
    saida = capsys.readouterr().out
    assert [v.nome for v in VARIAVEIS.values() if f"\n  {v.nome} " not in saida] == []


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert executar(["--version"]) == 0
    assert capsys.readouterr().out == f"balcao {__version__}\n"


@pytest.mark.parametrize("argumentos", [[], ["--help"], ["-h"]])
def test_the_root_shows_every_command(argumentos: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert executar(argumentos) == 0
    saida = capsys.readouterr().out
    for comando in ("run", "connectors", "token", "demo", "fakes", "doctor", "migrate"):
        assert f"\n  {comando}" in saida


@pytest.mark.parametrize(
    ("argumentos", "dito"),
    [
        (["rum"], "não existe o comando 'rum'; você quis dizer run?"),
        (["run", "--portas", "1"], "não existe a opção --portas; você quis dizer --porta?"),
        (["token"], "falta a opção --empresa"),
        (["token", "--empresa"], "a opção --empresa"),
        (["token", "--empresa", "123"], "--empresa: '123' não é um UUID"),
        (["token", "--empresa", novo_id(), "--papel", "admim"], "--papel: 'admim' não é uma das opções"),
        (["token", "--empresa", novo_id(), "--validade", "7"], "você quis dizer 7s"),
        (["demo", "--contatos", "0"], "--contatos: 0 está fora de 1–100000"),
        (["demo", "--url", "ftp://x"], "--url: a URL não começa por http://"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_one_line_and_exit_2(
    argumentos: list[str], dito: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert executar(argumentos) == 2
    (linha,) = capsys.readouterr().err.splitlines()
    assert dito in linha
    assert linha.endswith("--help")


# -- token -------------------------------------------------------------------------------------------------------------


def test_a_token_says_what_was_asked_and_the_server_accepts_it(capsys: pytest.CaptureFixture[str]) -> None:
    empresa, usuario = novo_id(), novo_id()
    argumentos = ["--empresa", empresa, "--usuario", usuario, "--email", "ana@exemplo.com", "--papel", "supervisor"]
    antes = SystemClock().now()
    assert executar(["token", *argumentos, "--validade", "2h"]) == 0
    credencial = autenticar(capsys.readouterr().out.strip())
    assert (credencial.quem.empresa_id, credencial.quem.id, credencial.quem.papel) == (empresa, usuario, "supervisor")
    assert credencial.quem.email == "ana@exemplo.com"
    assert abs(credencial.expira_em - antes - 7_200_000) < 10_000


def test_a_conectors_token_says_which_canais_it_serves(capsys: pytest.CaptureFixture[str]) -> None:
    canais = [novo_id(), novo_id()]
    conector = ["token", "--empresa", novo_id(), "--papel", "conector"]
    assert executar([*conector, "--canal", canais[0], "--canal", canais[1].upper(), "--segredos"]) == 0
    credencial = autenticar(capsys.readouterr().out.strip())
    assert (credencial.quem.papel, credencial.canais, credencial.segredos) == ("conector", frozenset(canais), True)
    assert executar(conector) == 0
    credencial = autenticar(capsys.readouterr().out.strip())
    assert (credencial.canais, credencial.segredos) == (None, False)
    assert executar(["token", "--empresa", novo_id(), "--canal", canais[0]]) == 1
    assert "--papel conector" in capsys.readouterr().err


def test_without_options_a_token_is_for_a_new_atendente_and_lasts_as_long_as_the_settings_say(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JWT_EXPIRATION", "1d")
    usuarios = set()
    for _ in range(2):
        assert executar(["token", "--empresa", novo_id()]) == 0
        credencial = autenticar(capsys.readouterr().out.strip())
        assert credencial.quem.papel == "atendente"
        assert abs(credencial.expira_em - SystemClock().now() - 86_400_000) < 10_000
        usuarios.add(credencial.quem.id)
    assert len(usuarios) == 2


def test_an_id_in_capitals_is_the_same_id(capsys: pytest.CaptureFixture[str]) -> None:
    empresa = novo_id()
    assert executar(["token", "--empresa", empresa.upper()]) == 0
    assert autenticar(capsys.readouterr().out.strip()).quem.empresa_id == empresa


# -- a command line that makes no sense --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("linha", "queixa"),
    [
        ("migrate agora mesmo", "balcao migrate só recebe opções, e não 'agora mesmo'"),
        ("run --dados", "falta o valor da opção --dados: --dados PASTA"),
        ("doctor --iniciar=sim", "a opção --iniciar não recebe valor"),
        ("run --prot 80", "não existe a opção --prot; você quis dizer --porta?"),
    ],
)
def test_what_was_typed_wrong_is_named_in_portuguese_with_the_help_of_its_command(
    linha: str, queixa: str, capfd: pytest.CaptureFixture[str]
) -> None:
    palavras = linha.split()
    assert executar(palavras) == 2
    (dita,) = capfd.readouterr().err.splitlines()
    assert dita.endswith(f"{queixa} — veja balcao {palavras[0]} --help")


# -- settings and errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("comando", [["run"], ["token", "--empresa", novo_id()], ["migrate"], ["doctor"], ["demo"]])
def test_every_command_tells_every_wrong_setting_and_exits_1(
    comando: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "70000")
    monkeypatch.setenv("LOG_LEVEL", "muito")
    assert executar(comando) == 1
    captado = capfd.readouterr()
    linhas = (captado.out + captado.err).splitlines()
    assert len(linhas) == 2
    assert "o mais próximo permitido é 65535" in linhas[0]


def test_demo_without_a_server_is_one_line_that_says_how_to_start_it(capfd: pytest.CaptureFixture[str]) -> None:
    assert executar(["demo", "--url", f"http://127.0.0.1:{porta_livre()}"]) == 1
    (linha,) = capfd.readouterr().err.splitlines()
    assert "nada responde em" in linha
    assert "balcao run" in linha
