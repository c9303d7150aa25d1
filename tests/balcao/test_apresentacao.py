"""What a server says when it is ready."""

from __future__ import annotations

from pathlib import Path

from balcao.ajustes.campos import Ajustes
from balcao.tela.apresentacao import linhas
from tests.servidor import SEGREDO


def test_a_database_that_is_not_in_the_data_folder_is_told_where_it_is_since_copies_need_both(tmp_path: Path) -> None:
    ajustes = Ajustes(jwt_secret=SEGREDO, dados=tmp_path / "dados")
    assert f"Dados: {tmp_path / 'dados'} (com um PostgreSQL próprio)" in linhas(ajustes)
    (tmp_path / "longe").mkdir()
    (tmp_path / "dados" / "pg").symlink_to(tmp_path / "longe")
    assert f"Dados: {tmp_path / 'dados'} (o PostgreSQL próprio está em {tmp_path / 'longe'})" in linhas(ajustes)
