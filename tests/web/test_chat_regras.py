"""What the web chat reads of strangers, and what it gives them: whatever comes is read or refused."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conector.config_do_chat import ORIGENS_NO_MAXIMO, problemas_do_chat
from engine.errors import Forbidden, Invalid, Unauthenticated
from engine.modelo import CanalRow
from engine.tempo import VirtualClock
from engine.visitantes import LugarNaConversa
from engine.vistas import json_text
from web.chat._ajustes import AjustesDoChat
from web.chat._canais import COR, TITULO, ler_canal
from web.chat._entradas import ler_quadro
from web.chat._lacre import Lacre
from web.chat._limites import Limites, VagasDeEnvio
from web.chat._lugares import OUTRA_ABA, Lugares
from web.chat._origens import PROPRIA, exigir_origem, ler_origens
from web.chat._pagina import politica
from web.chat._sessoes import RENOVAR_MS, VALIDADE_MS, Sessoes, canal_do_token
from web.chat._vistas import nome_visivel
from web.gateway import SEM_VAGA, Fechamento
from web.resposta.erros import TooManyRequests

CANAL = "0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7c"
LACRE = Lacre("um segredo de teste com mais de 32 bytes")
LOJA = "https://loja.example"
VALORES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=300)


@given(st.binary(min_size=1, max_size=60), st.data())
def test_what_is_sealed_opens_in_one_writing_only(dados: bytes, escolha: st.DataObject) -> None:
    texto = LACRE.fechar(dados, "cursor")
    alfabeto = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=!. \n\xe1"
    i = escolha.draw(st.integers(0, len(texto)))
    posta = escolha.draw(st.text(alphabet=alfabeto, max_size=4))
    corte = escolha.draw(st.integers(i, len(texto)))
    outro = texto[:i] + posta + texto[corte:]
    assert LACRE.abrir(outro, "cursor") == (dados if outro == texto else None)
    for final in ("=", "==", "....", "!", " ", "\n", "A"):
        assert LACRE.abrir(texto + final, "cursor") is None


def test_a_token_with_anything_else_in_it_is_of_nobody() -> None:
    sessoes = Sessoes(LACRE, VirtualClock(0))
    canal = "0196f0a0-0000-7000-8000-000000000001"
    token = sessoes.token(sessoes.nova(canal, PROPRIA))
    assert sessoes.ler(token, canal, PROPRIA).canal_id == canal
    versao, dele, lacrado = token.split(".")
    outra = chr(ord(dele[-1]) + 1)
    for alterado in (
        f"{versao}.{dele}.x.{lacrado}",
        f"{versao}.{dele[:-1]}{outra}.{lacrado}",
        f"{versao}.{dele}==.{lacrado}",
        f"{versao}.{dele}!.{lacrado}",
        f"{token}=",
        f"{token}....",
        f"{token}!",
        token[:-1] + chr(ord(token[-1]) ^ 1),
    ):
        with pytest.raises(Unauthenticated):
            sessoes.ler(alterado, canal, PROPRIA)


def sessoes(relogio: VirtualClock | None = None) -> Sessoes:
    return Sessoes(LACRE, relogio or VirtualClock())


# -- what is sealed --------------------------------------------------------------------------------------------------


@given(st.binary(min_size=1, max_size=100), st.text(max_size=20), st.text(max_size=20))
def test_what_is_sealed_opens_for_what_it_is_for_and_for_nothing_else(dados: bytes, um: str, outro: str) -> None:
    lacrado = LACRE.fechar(dados, um)
    assert LACRE.abrir(lacrado, um) == dados
    assert (LACRE.abrir(lacrado, outro) == dados) == (um == outro)
    assert Lacre("outro segredo").abrir(lacrado, um) is None


@given(st.text(max_size=600))
def test_whatever_is_shown_instead_of_a_session_is_refused(texto: str) -> None:
    assert LACRE.abrir(texto, "sessao") is None
    assert canal_do_token(texto) is None or texto.startswith("v1.")
    for mostrado in (texto, f"v1.{texto}", f"v1.AZDTqFxOexqcPy0eD5qLfA.{texto}"):
        with pytest.raises(Unauthenticated):
            sessoes().ler(mostrado, CANAL, PROPRIA)
    with pytest.raises(Invalid):
        sessoes().lugar(sessoes().nova(CANAL, PROPRIA), texto)


def test_a_session_is_good_for_thirty_days_and_longer_when_it_is_used() -> None:
    relogio = VirtualClock()
    s = sessoes(relogio)
    token = s.token(s.nova(CANAL, LOJA))
    assert s.renovado(s.ler(token, CANAL, LOJA)) is None  # it is new
    relogio.advance_to(relogio.now() + RENOVAR_MS)
    renovado = s.renovado(s.ler(token, CANAL, LOJA))
    assert renovado is not None
    relogio.advance_to(relogio.now() + VALIDADE_MS - RENOVAR_MS)
    with pytest.raises(Unauthenticated) as recusa:
        s.ler(token, CANAL, LOJA)
    assert recusa.value.codigo == "sessao_expirada"
    assert s.ler(renovado, CANAL, LOJA).id == s.ler(renovado, CANAL, LOJA).id


def test_a_cursor_tells_nothing_of_how_much_the_empresa_does() -> None:
    s = sessoes()
    sessao = s.nova(CANAL, LOJA)
    cursores = [s.cursor(sessao, LugarNaConversa(seq, 1_767_225_600_000)) for seq in (1, 2, 3_000_000)]
    assert len({len(um) for um in cursores}) == 1
    assert len({um[:8] for um in cursores}) == 3  # not even the order
    assert s.lugar(sessao, cursores[2]) == LugarNaConversa(3_000_000, 1_767_225_600_000)


def test_the_name_of_a_file_is_good_for_a_few_hours() -> None:
    relogio = VirtualClock()
    s = sessoes(relogio)
    nome = s.nome_do_arquivo(s.nova(CANAL, LOJA), CANAL)
    relogio.advance_to(relogio.now() + 4 * 3_600_000 - 1)
    assert s.arquivo(CANAL, nome) == CANAL
    relogio.advance_to(relogio.now() + 4 * 3_600_000 + 1)
    assert s.arquivo(CANAL, nome) is None


# -- what is read ----------------------------------------------------------------------------------------------------


@given(st.text(max_size=500))
def test_any_text_is_origins_or_none_and_never_breaks_out_of_a_header(texto: str) -> None:
    origens = ler_origens(texto)
    assert len(origens) <= ORIGENS_NO_MAXIMO
    for origem in origens:
        assert not set(origem) & set(" ;,'\"\r\n\t*")
        assert origem.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("texto", "origens"),
    [
        ("https://Loja.example/", (LOJA,)), ("https://loja.example:443", (LOJA,)),
        ("http://localhost:5173 , https://a.b", ("http://localhost:5173", "https://a.b")),
        ("loja.example", ()), ("*", ()), ("https://*.loja.example", ()), ("null", ()), ("", ()), ("https://", ()),
        ("https://loja.example; script-src *", ()), ("javascript:alert(1)", ()), ("https://a@loja.example", ()),
    ],
)  # fmt: skip
def test_origins_are_read_as_browsers_write_them(texto: str, origens: tuple[str, ...]) -> None:
    assert ler_origens(texto) == origens


@given(st.binary(max_size=100))
def test_any_origin_header_is_allowed_or_refused(cabecalho: bytes) -> None:
    cabecalhos = {b"origin": cabecalho.decode("latin-1"), b"host": "chat.example"}
    with suppress(Forbidden):
        assert exigir_origem(cabecalhos, (LOJA,), "https://publica.example") in {LOJA, PROPRIA}


def test_our_own_page_is_known_by_the_address_it_was_asked_at_or_by_the_public_one() -> None:
    for origem in ("https://chat.example", "http://chat.example", "https://publica.example"):
        assert exigir_origem({b"origin": origem, b"host": "chat.example"}, (), "https://publica.example") == PROPRIA


@given(st.text(max_size=300))
def test_any_frame_is_read_or_refused(texto: str) -> None:
    with suppress(Invalid):
        assert isinstance(ler_quadro(texto).event, str)


@given(st.dictionaries(st.sampled_from(["origens", "titulo", "cor", "saudacao", "horario", "nomes", "x"]), VALORES))
def test_whatever_a_canal_is_set_to_makes_a_page(config: dict[str, Any]) -> None:
    canal = ler_canal(CanalRow("e", CANAL, "Site", "webchat", None, True, json_text(config), 0, 0))
    assert canal.titulo
    assert canal.cor.startswith("#")
    assert canal.nomes in {"primeiro", "completo", "nenhum"}
    politica(canal).encode("latin-1")


def test_a_canal_that_says_nothing_has_a_page_of_defaults() -> None:
    canal = ler_canal(CanalRow("e", CANAL, "Site", "webchat", None, True, "{}", 0, 0))
    assert (canal.titulo, canal.cor, canal.origens, canal.arquivos_antes) == (TITULO, COR, (), False)


@pytest.mark.parametrize(
    ("nomes", "nome", "visto"),
    [
        ("primeiro", "Ana Lima", "Ana"), ("completo", " Ana  Lima ", "Ana Lima"), ("nenhum", "Ana", None),
        ("primeiro", "ana@loja.example", None), ("completo", "Ana ana@loja.example", None), ("primeiro", None, None),
        ("primeiro", "  ", None),
    ],
)  # fmt: skip
def test_of_a_name_visitors_see_what_the_canal_says_and_never_an_address(nomes: Any, nome: Any, visto: Any) -> None:
    assert nome_visivel(nomes, nome) == visto


# -- how much --------------------------------------------------------------------------------------------------------


def test_one_canal_that_is_flooded_leaves_the_others_alone() -> None:
    agora = 0
    limites = Limites(AjustesDoChat(mensagens_por_canal=5), lambda: agora)
    recusadas = 0
    for n in range(100):
        try:
            limites.mensagem(f"sessao {n}", f"endereco {n}", "inundado")
        except TooManyRequests:
            recusadas += 1
    assert recusadas == 75
    limites.mensagem("outra", "outro endereco", "calmo")
    agora += 1_000_000_000
    limites.mensagem("sessao 1000", "endereco 1000", "inundado")


def test_files_under_way_are_few_of_one_address_one_canal_and_in_all() -> None:
    vagas = VagasDeEnvio(AjustesDoChat(envios_por_endereco=1, envios_por_canal=2, envios=3))
    with vagas.uma("a", "c1"), vagas.uma("b", "c1"):
        for endereco, canal in (("a", "c2"), ("d", "c1")):
            with pytest.raises(TooManyRequests), vagas.uma(endereco, canal):
                pass
        with vagas.uma("d", "c2"), pytest.raises(TooManyRequests), vagas.uma("e", "c3"):
            pass
    with vagas.uma("a", "c1"):
        pass


class Soquete:
    def __init__(self) -> None:
        self.fechamento: Fechamento | None = None

    def fechar(self, fechamento: Fechamento) -> None:
        self.fechamento = self.fechamento or fechamento


def test_of_strangers_the_oldest_gives_its_place_and_of_a_session_too() -> None:
    lugares = Lugares(AjustesDoChat(estranhos=2, estranhos_por_endereco=2, soquetes_por_sessao=1))
    primeiro, segundo, terceiro = Soquete(), Soquete(), Soquete()
    lugares.chegou(primeiro, "a")
    lugares.chegou(segundo, "a")
    with pytest.raises(TooManyRequests):
        lugares.chegou(Soquete(), "a")
    lugares.chegou(terceiro, "b")
    assert primeiro.fechamento == SEM_VAGA
    lugares.apresentou(segundo, CANAL, "s")
    lugares.apresentou(terceiro, CANAL, "s")
    assert segundo.fechamento == OUTRA_ABA
    for um in (primeiro, segundo, terceiro):
        lugares.saiu(um)
        lugares.saiu(um)
    assert len(lugares) == 0


def test_a_canal_and_an_address_have_so_many_sockets_and_no_more() -> None:
    lugares = Lugares(AjustesDoChat(soquetes_por_canal=2, soquetes_por_endereco=1))
    recusadas = 0
    for n, (endereco, canal) in enumerate((("a", "c1"), ("a", "c2"), ("b", "c1"), ("c", "c1"), ("c", "c2"))):
        soquete = Soquete()
        lugares.chegou(soquete, endereco)
        try:
            lugares.apresentou(soquete, canal, f"s{n}")
        except TooManyRequests:
            recusadas += 1
            lugares.saiu(soquete)
    assert recusadas == 2
    assert len(lugares) == 3


# -- what is wrong with a config ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nome", "valor", "dito"),
    [
        ("origens", "www.empresa.com", "https://www.empresa.com"),
        ("origens", "https://a.example, *", "'*'"),
        ("origens", "https://a.example,javascript:alert(1)", "javascript"),
        ("origens", "https://ana:senha@b.example", "nem senha"),
        ("origens", ["https://a.example"], "entre vírgulas"),
        ("origens", ",".join(f"https://a{n}.example" for n in range(51)), "no máximo 50"),
        ("cor", "blue", "#1f6feb"),
        ("cor", 7, "#1f6feb"),
        ("arquivosAntes", "sim", "true ou false"),
        ("mostrarPosicao", "não", "true ou false"),
        ("nomes", "todos", "primeiro, completo ou nenhum"),
        ("titulo", "x" * 81, "até 80"),
        ("saudacao", 0.1, "até 1000"),
    ],
)
def test_an_entry_that_would_have_no_effect_is_named_with_its_remedy(nome: str, valor: object, dito: str) -> None:
    ((qual, problema),) = problemas_do_chat({"titulo": "Loja", nome: valor})
    assert qual == nome
    assert dito in problema
    assert "senha@" not in problema


def test_what_is_right_absent_or_empty_is_no_problem() -> None:
    config = {"origens": "https://a.example/loja, HTTP://LOCALHOST:8099", "cor": " #ABC ", "horario": "8h às 18h"}
    assert [*problemas_do_chat({**config, "nomes": None, "arquivosAntes": False, "saudacao": ""})] == []
