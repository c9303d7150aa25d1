"""Forms with a file, as they come: in pieces, broken, or with what does not belong in one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Invalid, UnsupportedMedia
from tests.web.arquivos_apoio import FRONTEIRA, MULTIPART, Parte, formulario
from web.arquivos._faixa import INSATISFATORIA, faixa
from web.arquivos._formulario import Formulario
from web.arquivos._nome import com_extensao, nome_limpo
from web.arquivos._vagas import Vagas
from web.resposta.erros import TooManyRequests

TICKET = "01980000-0000-7000-8000-000000000001"


def ler(corpo: bytes, pedaco: int = 65_536, tipo: str = MULTIPART) -> tuple[str, bytes, dict[str, object]]:
    """The name and the content of the file, and the fields."""
    lido = Formulario(tipo)
    conteudo = b"".join(
        parte for onde in range(0, len(corpo), pedaco) for parte in lido.alimentar(corpo[onde : onde + pedaco])
    )
    lido.terminar()
    return lido.nome, conteudo, lido.campos


quase_fronteiras = st.sampled_from(
    [b"\r\n", b"\r", b"\n", b"--", f"\r\n--{FRONTEIRA}x".encode(), f"--{FRONTEIRA[:-1]}".encode(), b"\r\n--", b"\0"]
)


@given(st.lists(st.one_of(st.binary(max_size=40), quase_fronteiras), max_size=12), st.integers(1, 200), st.booleans())
def test_a_form_reads_the_same_in_whatever_pieces_it_comes(pedacos: list[bytes], tamanho: int, antes: bool) -> None:
    conteudo = b"".join(pedacos)
    partes: list[tuple[str, Parte]] = [("arquivo", ("não é.png", conteudo)), ("ticketId", TICKET)]
    corpo = formulario(*(partes if antes else partes[::-1]))
    assert ler(corpo, tamanho) == ("não é.png", conteudo, {"ticketId": TICKET})


@given(st.binary(max_size=300), st.integers(1, 50))
def test_noise_is_refused_and_never_fails(ruido: bytes, tamanho: int) -> None:
    with pytest.raises(Invalid):
        ler(ruido, tamanho)


@given(st.data())
def test_a_form_cut_off_anywhere_is_refused(dados: st.DataObject) -> None:
    corpo = formulario(("ticketId", TICKET), ("arquivo", ("a.png", b"x" * 100)))
    fim = corpo.rindex(f"--{FRONTEIRA}--".encode()) + len(f"--{FRONTEIRA}--")
    with pytest.raises(Invalid):
        ler(corpo[: dados.draw(st.integers(0, fim - 1))])


def test_a_name_may_have_accents_marks_and_any_script() -> None:
    for nome in ("ação.png", "ac\u0327a\u0303o.png", "👩‍👩‍👧.png", "שלום.png", "مرحبا.png", "a b (1).png"):
        assert ler(formulario(("arquivo", (nome, b"x"))))[0] == nome


@pytest.mark.parametrize(
    ("nome", "limpo"),
    [
        ("../../etc/passwd.png", "passwd.png"), ("..\\\\a.png", "a.png"), ("a/b.png", "b.png"),
        ("C:\\fotos\\a.png", "a.png"), ("C:\\\\fotos\\\\a.png", "a.png"), ("foto..png", "foto..png"), ("..png", "png"),
        ("a\0b.png", "ab.png"), ("a\x07.png", "a.png"), ("a\x85b.png", "a b.png"), ("a\u2028.png", "a .png"),
        ("foto\u202egpj.png", "fotogpj.png"), ("", "arquivo"), (" ", "arquivo"), ("\u200b", "arquivo"), ("sem", "sem"),
        (".png", "png"), ("ã" * 126 + ".png", "ã" * 125 + ".png"), ("x" * 300, "x" * 255), ("relatório .", "relatório"),
    ],
)  # fmt: skip
def test_a_name_is_cleaned_and_never_refused(nome: str, limpo: str) -> None:
    assert ler(formulario(("arquivo", (nome, b"x"))))[0] == limpo


def test_a_name_in_the_alphabet_of_an_old_system_is_read() -> None:
    corpo = formulario(("arquivo", ("\xff.png", b"x"))).replace("\xff".encode(), b"a\xe7\xe3o")
    assert ler(corpo)[0] == "ação.png"


@pytest.mark.parametrize(
    ("nome", "mime", "finais", "completo"),
    [
        ("foto.png", "image/jpeg", ("jpg",), "foto.png"),
        ("blob", "image/jpeg", ("jpg",), "blob.jpg"),
        ("blob", "application/octet-stream", (), "blob.bin"),
        ("foto.exe", "image/png", ("png",), "foto.exe.png"),
        ("foto.png.HTML", "image/png", ("png",), "foto.png.HTML.png"),
        ("nota.js", "text/plain", ("txt",), "nota.js.txt"),
        ("a.unknown", "application/octet-stream", (), "a.unknown"),
        ("x" * 255, "image/png", ("png",), "x" * 251 + ".png"),
    ],
)
def test_a_name_gets_an_ending_where_it_has_none_or_one_that_runs(
    nome: str, mime: str, finais: tuple[str, ...], completo: str
) -> None:
    assert com_extensao(nome, mime, finais) == completo


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_every_file_system_takes(nome: str) -> None:
    limpo = com_extensao(nome_limpo(nome), "image/png", ("png",))
    assert limpo
    assert len(limpo.encode()) <= 255
    assert not set(limpo) & set("/\\\0\r\n")
    assert nome_limpo(limpo) == limpo


def test_a_field_that_is_not_utf8_is_named() -> None:
    corpo = formulario(("conteudo", "\xff"), ("arquivo", ("a.png", b"x"))).replace("\xff".encode(), b"\xff")
    with pytest.raises(Invalid) as recusa:
        ler(corpo)
    assert [detalhe.campo for detalhe in recusa.value.detalhes] == ["conteudo"]


def test_what_follows_the_last_boundary_is_not_looked_at() -> None:
    corpo = formulario(("arquivo", ("a.png", b"x")))
    assert ler(corpo + corpo)[1] == ler(b"antes\r\n" + corpo)[1] == b"x"


def test_a_name_of_255_bytes_is_taken() -> None:
    nome = "a" * 251 + ".png"
    assert ler(formulario(("arquivo", (nome, b"x"))))[0] == nome


@pytest.mark.parametrize(
    ("partes", "campo"),
    [
        ((("arquivo", ("a.png", b"x")), ("arquivo", ("b.png", b"x"))), "arquivo"),
        ((("arquivo", "texto"),), "arquivo"),
        ((("ticketId", TICKET),), "arquivo"),
        ((("outro", ("a.png", b"x")),), "outro"),
        ((("ticketId", TICKET), ("ticketId", TICKET)), "ticketId"),
        ((("conteudo", "x" * 40_000),), "conteudo"),
    ],
)
def test_what_a_form_may_not_have_is_named(partes: tuple[tuple[str, Parte], ...], campo: str) -> None:
    with pytest.raises(Invalid) as recusa:
        ler(formulario(*partes))
    assert [detalhe.campo for detalhe in recusa.value.detalhes] == [campo]


@pytest.mark.parametrize(
    "corpo",
    [
        formulario(*((f"c{n}", "x") for n in range(11))),
        f"--{FRONTEIRA}\r\nX: ".encode() + b"x" * 200_000,
        f"--{FRONTEIRA}\r\n\r\nsem nome\r\n--{FRONTEIRA}--".encode(),
        f'--{FRONTEIRA}\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n--{FRONTEIRA}--'.encode("latin-1"),
        b"x" * 200_000,
    ],
)
def test_a_broken_form_is_refused(corpo: bytes) -> None:
    with pytest.raises(Invalid) as recusa:
        ler(corpo)
    assert recusa.value.codigo == "formulario_invalido"


@pytest.mark.parametrize("tipo", ["", "application/json", "multipart/mixed; boundary=x", "text/plain"])
def test_a_body_that_is_no_form_is_refused(tipo: str) -> None:
    with pytest.raises(UnsupportedMedia):
        Formulario(tipo)


@pytest.mark.parametrize("fronteira", ["", ' boundary=""', " boundary=" + "x" * 71, ' boundary="a "', " boundary=á"])
def test_a_form_without_a_boundary_is_refused(fronteira: str) -> None:
    with pytest.raises(Invalid):
        Formulario(f"multipart/form-data;{fronteira}")


@pytest.mark.parametrize(
    ("cabecalho", "esperada"),
    [
        ("bytes=0-0", (0, 1)), ("bytes=2-5", (2, 6)), ("bytes=8-", (8, 10)), ("bytes=8-99", (8, 10)),
        ("bytes=-3", (7, 10)), ("bytes=-30", (0, 10)), ("Bytes= 1-2 ", (1, 3)), ("bytes=10-", INSATISFATORIA),
        ("bytes=99-100", INSATISFATORIA), ("bytes=-0", INSATISFATORIA), ("bytes=5-2", None), ("bytes=-", None),
        ("bytes=0-1,3-4", None), ("linhas=0-1", None), ("bytes=a-b", None), ("bytes=" + "9" * 30 + "-", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_range_is_read_as_the_standard_says(cabecalho: str, esperada: tuple[int, int] | str | None) -> None:
    assert faixa(cabecalho, 10) == esperada


def test_places_run_out_for_one_empresa_and_then_for_all() -> None:
    vagas = Vagas(por_empresa=1, ao_todo=2)
    with vagas.uma("a"):
        with pytest.raises(TooManyRequests), vagas.uma("a"):
            pass
        with vagas.uma("b"):
            with pytest.raises(Exception, match="demais") as recusa, vagas.uma("c"):
                pass
            assert not isinstance(recusa.value, TooManyRequests)
        with vagas.uma("c"):
            pass
    with vagas.uma("a"):
        pass
