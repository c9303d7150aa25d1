"""Whatever a provider makes of a secret that it was told, it is struck out of what it says."""

from __future__ import annotations

import json
import logging
import re
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import httpx2
import pytest
import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st

from balcao.tela import registro_log
from connectors.base import Motor
from connectors.hospedeiro import Hospedeiro
from connectors.sigilo import Sigilo, sigilo_de
from engine.conector import protocolo
from engine.conector.enderecos import Endereco
from engine.conector.entradas import MensagemRecebida, NovidadeDoCanal, StatusRecebido
from engine.conector.protocolo import CanalDoConector
from engine.conector.trabalhos import Resultado, Trabalho

SENHA = 'pl4nt-ed/s3nha+"mu\\ito' + "'&ção secr3ta"
ESCRITAS = [
    SENHA,
    json.dumps(SENHA),
    json.dumps(SENHA, ensure_ascii=False),
    json.dumps({"a": SENHA}).replace("/", "\\/"),
    quote(SENHA),
    quote(SENHA, safe=""),
    quote_plus(SENHA),
    quote(SENHA, safe="").replace("%2F", "%2f"),
    SENHA.encode().hex(),
    repr(SENHA),
    *(
        codificar(antes + SENHA.encode() + depois).decode().rstrip(sem)
        for codificar in (b64encode, urlsafe_b64encode)
        for antes in (b"", b"u:", b"usuario:", b"\0fulano\0", b"\0eu\0")
        for depois in (b"", b"\0", b"xy")
        for sem in ("", "=")
    ),
]


def restos(texto: str, segredo: str) -> list[str]:
    """Pieces of the secret that are still there."""
    formas = {segredo, b64encode(segredo.encode()).decode(), json.dumps(segredo)[1:-1]}
    return [forma[i : i + 12] for forma in formas for i in range(len(forma) - 11) if forma[i : i + 12] in texto]


@pytest.mark.parametrize("escrita", ESCRITAS)
def test_a_secret_is_struck_out_however_it_is_written(escrita: str) -> None:
    limpo = Sigilo([SENHA]).limpar(f"535 denied <{escrita}> bye")
    assert re.fullmatch(r"535 denied <.{0,3}?[\"']?.*•••.*> bye", limpo), limpo
    assert restos(limpo, SENHA) == []
    assert "s3nha" not in limpo


@pytest.mark.parametrize("pedaco", [SENHA[:14], SENHA[-14:], SENHA[5:20]])
def test_a_piece_of_a_long_one_is_enough(pedaco: str) -> None:
    assert Sigilo([SENHA]).limpar(f"bad {pedaco}") == "bad •••"


@pytest.mark.parametrize(
    ("segredo", "dito", "limpo"),
    [
        ("abcd", "wrong abcd, see YWJjZA==", "wrong •••, see •••"),
        ("abc", "what is short stands everywhere: abc", "what is short stands everywhere: abc"),
        ('{"key":"abc-123-def","to":"{para}"}', "bad abc-123-def", "bad •••"),
        ('{"Authorization":"Bearer abcdefghij"}', "bad abcdefghij", "bad •••"),
        ({"a": ["lá-dentro-1"]}, "bad lá-dentro-1", "bad •••"),
        (12345678, "bad 12345678", "bad •••"),
        ("https://eu:s3nh4secreta@x.example/", "user s3nh4secreta", "user •••"),
        (None, "x None", "x None"),
        (True, "True", "True"),
        ("", "x", "x"),
    ],
)
def test_secrets_of_every_kind(segredo: object, dito: str, limpo: str) -> None:
    assert Sigilo([segredo]).limpar(dito) == limpo


@given(st.text(min_size=4, max_size=40), st.text(max_size=30), st.text(max_size=30))
def test_no_secret_stands_in_what_was_cleaned(segredo: str, antes: str, depois: str) -> None:
    sigilo = Sigilo([segredo])
    limpo = sigilo.limpar(antes + segredo + depois)
    assert "•••" in limpo
    if segredo not in "•" * 40 + antes + depois:
        assert segredo not in limpo.replace("•••", "\0") or segredo in antes or segredo in depois


@given(st.binary(max_size=40), st.text(alphabet="abcdef0123456789", min_size=8, max_size=64), st.binary(max_size=40))
def test_nor_in_base64_of_anything_around_it(antes: bytes, segredo: str, depois: bytes) -> None:
    escrito = b64encode(antes + segredo.encode() + depois).decode()
    assert Sigilo([segredo]).limpar(f"> {escrito}") == "> •••"


CANAL = CanalDoConector(
    id="c1", empresa_id="e1", nome="n", tipo="sms", config={"usuario": "AC1"}, segredos={"senha": SENHA}
)


class Tagarela:
    """A connector whose provider repeats all that it hears."""

    def __init__(self, canal: CanalDoConector, motor: Motor, http: httpx2.AsyncClient) -> None:
        self.motor = motor

    async def servir(self) -> None:
        return

    async def testar(self) -> list[str]:
        return [f"O servidor diz: {b64encode(b'AC1:' + SENHA.encode()).decode()}", f"e {SENHA}"]

    async def fazer(self, trabalho: Trabalho) -> Resultado:
        await self.motor.entregar(
            [MensagemRecebida(id="m", de=Endereco("telefone", "+5511999998888"), em=1, conteudo=SENHA)],
            [StatusRecebido(estado="falhou", em=1, id_externo="x", codigo=SENHA, erro=f"no {SENHA}")],
            [NovidadeDoCanal(tipo="conta", dados={"a": [{SENHA: quote(SENHA)}]}, motivo=SENHA)],
        )
        return Resultado(
            id=trabalho.id,
            tentativa=1,
            desfecho="falhou",
            classe="canal",
            codigo="7",
            erro=f"401 {SENHA}",
            resposta=SENHA,
        )


async def test_what_leaves_a_connector_for_the_engine_has_no_secret_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ditos: list[object] = []
    async with httpx2.AsyncClient() as http, trio.open_nursery() as bercario:
        hospedeiro = Hospedeiro("http://127.0.0.1:1", "t", "n", {"sms": Tagarela}, http)
        ligacao = hospedeiro.ligacao

        async def entregar(entrada: object) -> protocolo.Ack:
            quadro = entrada(1)  # type: ignore[operator]
            ditos.append(quadro)
            itens = tuple(protocolo.ItemAnotado(id=um.id, situacao="nova") for um in quadro.mensagens)
            return protocolo.Ack(ref=1, ok=True, mensagens=itens)

        async def dizer(_: str, quadro: object) -> None:
            ditos.append(quadro)

        monkeypatch.setattr(ligacao, "entregar", entregar)
        monkeypatch.setattr(ligacao, "_dizer", dizer)
        monkeypatch.setattr(hospedeiro, "_bercario", bercario)
        hospedeiro._ao_canal("c1", CANAL)
        ligacao.em_maos["j1", 1] = "c1"
        hospedeiro._ao_trabalho(Trabalho(id="j1", tentativa=1, canal_id="c1", trabalho="enviar_sms", prazo=1))
        hospedeiro._ao_teste(protocolo.Testar(ref=1, canal_id="c1"))
        await trio.testing.wait_all_tasks_blocked()
        assert SENHA not in hospedeiro.sem_segredos(f"x {SENHA}")
    mensagens = [m for um in ditos if isinstance(um, protocolo.Entrada) for m in um.mensagens]
    assert [uma.conteudo for uma in mensagens] == [SENHA]  # what people write stays
    outros = [um for um in ditos if not (isinstance(um, protocolo.Entrada) and um.mensagens)]
    assert {type(um) for um in outros} >= {protocolo.Entrada, protocolo.Respondido, protocolo.Testado}
    assert "s3nha" not in repr(outros)
    assert b64encode(SENHA.encode()).decode()[6:20] not in repr(outros)


def test_a_line_of_the_log_has_none_either(capsys: pytest.CaptureFixture[str]) -> None:
    raiz = logging.getLogger()
    antes, nivel = list(raiz.handlers), raiz.level
    try:
        registro_log.configurar("info", producao=True)
        registro_log.ocultar(sigilo_de(CANAL).limpar)
        try:
            raise ValueError(f"server said {SENHA}")
        except ValueError:
            logging.getLogger("x").exception("canal %s", SENHA)
        dito = capsys.readouterr().err
    finally:
        raiz.handlers[:] = antes
        raiz.setLevel(nivel)
    assert "ValueError" in dito
    assert "s3nha" not in dito
