from __future__ import annotations

from pathlib import Path

import pytest

from balcao.ajustes.dotenv import interpretar, ler_arquivo
from balcao.erros import AjustesInvalidos


@pytest.mark.parametrize(
    ("linha", "valor"),
    [
        ("A=1", "1"),
        ("A = 1 ", "1"),
        ("export A=1", "1"),
        ("A=", ""),
        ("A=a b # comment", "a b"),
        ("A=a#b", "a#b"),
        ("A=#b", ""),
        ("A='a # b'", "a # b"),
        ("A='a\\nb'", "a\\nb"),
        ('A="a\\nb"', "a\nb"),
        ('A="diz \\"oi\\""', 'diz "oi"'),
        ('A="c:\\x"', "c:\\x"),
        ("A=p$SS{x}", "p$SS{x}"),
        ("A=x=y", "x=y"),
        ('A="linha 1\nlinha 2"', "linha 1\nlinha 2"),
        ("A='1' # um", "1"),
    ],
)
def test_a_line_is_read_as_other_dotenv_tools_read_it(linha: str, valor: str) -> None:
    assert interpretar(linha) == {"A": valor}


def test_comments_blank_lines_and_windows_line_ends_are_skipped() -> None:
    assert interpretar("\ufeff# um\r\n\r\n  \r\nA=1\r\n  # dois\r\nB=2") == {"A": "1", "B": "2"}


def test_the_last_of_a_name_wins() -> None:
    assert interpretar("A=1\nA=2\n") == {"A": "2"}


def test_wrong_lines_are_named_by_number_and_never_quoted() -> None:
    with pytest.raises(AjustesInvalidos) as erro:
        interpretar("A=1\nJWT_SECRET segredo\nB=2\n9X=1\nC='sem fim\n")
    texto = str(erro.value)
    assert [f"linha {n}" in texto for n in range(1, 6)] == [False, True, False, True, True]
    assert "segredo" not in texto


def test_a_missing_file_is_no_file(tmp_path: Path) -> None:
    assert ler_arquivo(tmp_path / ".env") == {}


def test_a_file_that_is_not_utf8_is_refused_with_the_remedy(tmp_path: Path) -> None:
    arquivo = tmp_path / ".env"
    arquivo.write_bytes("NOME=São".encode("latin1"))
    with pytest.raises(AjustesInvalidos, match="UTF-8"):
        ler_arquivo(arquivo)


def test_a_folder_in_its_place_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(AjustesInvalidos, match="não foi possível ler"):
        ler_arquivo(tmp_path / ".env")
