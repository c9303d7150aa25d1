"""The key that is kept in the data folder, and the demonstration beside it, against another user of the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from balcao.ajustes.segredo import segredo_jwt
from balcao.erros import ErroDeUso
from balcao.tela.apresentacao import demonstracao

NINGUEM = 65_534
SO_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user too")


def chave(dados: Path, *, criar: bool = True) -> str:
    return segredo_jwt(None, dados, "127.0.0.1", producao=False, criar=criar)


def recusa(dados: Path) -> str:
    with pytest.raises(ErroDeUso) as erro:
        chave(dados)
    return str(erro.value)


def test_it_is_its_owners_alone_and_made_so_again(tmp_path: Path) -> None:
    primeira = chave(tmp_path / "dados")
    arquivo = tmp_path / "dados" / "jwt_secret"
    arquivo.chmod(0o644)
    assert chave(tmp_path / "dados", criar=False) == primeira
    assert arquivo.stat().st_mode & 0o777 == 0o644  # who only looks changes nothing
    assert chave(tmp_path / "dados") == primeira
    assert arquivo.stat().st_mode & 0o777 == 0o600
    demonstracao(tmp_path / "dados")
    assert (tmp_path / "dados" / "demonstracao.json").stat().st_mode & 0o777 == 0o600


def test_who_only_looks_makes_none(tmp_path: Path) -> None:
    assert chave(tmp_path / "dados", criar=False) == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("nome", ["jwt_secret", "demonstracao.json"])
def test_a_link_in_its_place_is_not_followed(tmp_path: Path, nome: str) -> None:
    dados = tmp_path / "dados"
    dados.mkdir()
    alvo = tmp_path / "alvo"
    (dados / nome).symlink_to(alvo)
    with pytest.raises(ErroDeUso, match=f"{nome}: é um link"):
        _ = chave(dados) if nome == "jwt_secret" else demonstracao(dados)
    assert not alvo.exists()


def test_nor_is_a_pipe_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "jwt_secret")
    assert "jwt_secret: não é um arquivo comum" in recusa(tmp_path)


@SO_ROOT
def test_one_that_another_user_put_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "jwt_secret").write_text("a chave que outro conhece, comprida o bastante")
    os.chown(tmp_path / "jwt_secret", NINGUEM, NINGUEM)
    assert "jwt_secret: é de outro usuário" in recusa(tmp_path)


@SO_ROOT
def test_in_a_folder_where_anybody_writes_none_is_kept(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    assert "qualquer usuário escreve nela" in recusa(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("conteudo", ["", "\n", "curta"])
def test_a_file_that_was_emptied_or_cut_signs_nothing(tmp_path: Path, conteudo: str) -> None:
    (tmp_path / "jwt_secret").write_text(conteudo)
    assert "jwt_secret está truncado" in recusa(tmp_path)
