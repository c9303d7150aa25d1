"""Where the bytes of files are kept: a folder, or a bucket."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from engine.errors import NotFound, Unavailable
from storage.arquivos import ArquivosEmObjetos, ArquivosIndisponiveis, CredenciaisS3, abrir
from tests.storage.s3_falso import S3Falso, s3_falso

EMPRESA = "01980000-0000-7000-8000-000000000001"
ID = "01980000-0000-7000-8000-00000000000a"
GRANDE = bytes(range(256)) * 50_000
"""12.8 MB: three parts of S3."""
CREDENCIAIS = CredenciaisS3(chave="chave", segredo="segredo", regiao="us-east-1")


def na_pasta(pasta: Path) -> ArquivosEmObjetos:
    return abrir(pasta.as_uri(), CredenciaisS3())


@contextmanager
def no_bucket() -> Iterator[tuple[ArquivosEmObjetos, S3Falso]]:
    with s3_falso() as s3:
        credenciais = CredenciaisS3(chave="chave", segredo="segredo", regiao="us-east-1", endereco=s3.endereco)
        yield abrir("s3://balde/um/prefixo", credenciais), s3


async def lido(objetos: ArquivosEmObjetos, inicio: int, fim: int) -> bytes:
    return b"".join([parte async for parte in await objetos.ler(EMPRESA, ID, inicio, fim)])


async def ida_e_volta(objetos: ArquivosEmObjetos) -> None:
    await objetos.conferir()
    for conteudo in (b"x", GRANDE):
        arquivo = io.BytesIO(conteudo)
        arquivo.seek(1)  # wherever whoever looked into it has left it
        await objetos.guardar(EMPRESA, ID, arquivo)
        assert await lido(objetos, 0, len(conteudo)) == conteudo
    assert await lido(objetos, 7, 12_000_000) == GRANDE[7:12_000_000]
    assert await lido(objetos, 3, 4) == GRANDE[3:4]
    for _ in range(2):
        await objetos.remover(EMPRESA, ID)
        with pytest.raises(NotFound):
            await objetos.ler(EMPRESA, ID, 0, 1)


def test_a_folder_keeps_reads_and_removes_files(tmp_path: Path) -> None:
    pasta = tmp_path / "há espaços"
    asyncio.run(ida_e_volta(na_pasta(pasta)))
    assert [um for um in pasta.rglob("*") if um.is_file()] == []
    assert pasta.stat().st_mode & 0o777 == 0o700


def test_a_bucket_keeps_reads_and_removes_files() -> None:
    with no_bucket() as (objetos, s3):
        asyncio.run(ida_e_volta(objetos))
        assert not s3.objetos
        assert not s3.envios
        caminhos = {caminho for _, caminho, _ in s3.pedidos if "conferencia" not in caminho}
        assert caminhos == {f"/balde/um/prefixo/{EMPRESA}/{ID}"}
        assert all(assinatura.startswith("AWS4-HMAC-SHA256 Credential=chave/") for _, _, assinatura in s3.pedidos)
        assert any(metodo == "POST" for metodo, _, _ in s3.pedidos), "nothing went up in parts"


def test_what_a_crash_left_half_written_in_a_folder_is_removed_too(tmp_path: Path) -> None:
    objetos = na_pasta(tmp_path)
    pasta = tmp_path / EMPRESA
    pasta.mkdir()
    meio, outro = pasta / f"{ID}#1", pasta / f"{ID[:-1]}b#1"
    meio.write_bytes(b"x")
    outro.write_bytes(b"x")
    asyncio.run(objetos.remover(EMPRESA, ID))
    assert list(pasta.iterdir()) == [outro]


def test_a_source_that_fails_leaves_no_object(tmp_path: Path) -> None:
    class Quebrado(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 1_000_000:
                raise OSError("disco")
            return super().read(size)

    with pytest.raises(Unavailable):
        asyncio.run(na_pasta(tmp_path).guardar(EMPRESA, ID, Quebrado(GRANDE)))
    assert [um for um in tmp_path.rglob("*") if um.is_file()] == []


def test_a_bucket_that_refuses_is_told_at_the_start_with_the_remedy() -> None:
    with no_bucket() as (objetos, s3):
        s3.recusar = True
        with pytest.raises(ArquivosIndisponiveis, match="confira ARQUIVOS_URL, AWS_ACCESS_KEY_ID") as falha:
            asyncio.run(objetos.conferir())
        assert "\n" not in str(falha.value)
        assert "segredo" not in str(falha.value)
        with pytest.raises(Unavailable):
            asyncio.run(objetos.guardar(EMPRESA, ID, io.BytesIO(b"x")))


def test_a_folder_that_cannot_be_is_told_at_the_start_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "arquivo").write_text("não é uma pasta")
    with pytest.raises(ArquivosIndisponiveis, match="aponte ARQUIVOS_URL para uma pasta"):
        na_pasta(tmp_path / "arquivo" / "dentro")


@pytest.mark.parametrize(
    "url", ["", "ftp://x/y", "s3://", "/tmp/x", "memory:///", "file:", "file://servidor/x", "s3:///x"]
)
def test_an_address_of_no_known_kind_is_refused(url: str) -> None:
    with pytest.raises(ArquivosIndisponiveis, match="use file:///pasta ou s3://bucket/prefixo"):
        abrir(url, CREDENCIAIS)


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    pasta = tmp_path / "ação 100%"
    abrir(f"file://{quote(str(pasta))}", CredenciaisS3())
    assert pasta.is_dir()


def test_the_secrets_are_in_no_text() -> None:
    credenciais = CredenciaisS3(chave="AAAA", segredo="BBBB", sessao="CCCC", regiao="sa-east-1")
    assert not {"AAAA", "BBBB", "CCCC"} & set(repr(credenciais).replace("'", " ").split())
