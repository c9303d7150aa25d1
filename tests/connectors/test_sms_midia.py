"""Files of messages that came in by SMS, over real sockets."""

from __future__ import annotations

import httpx2
import pytest

from connectors.fakes.servidor_http import Cair, Pedido, Resposta, servindo
from connectors.fakes.sms import TwilioFalsa
from connectors.rede import ClienteGuardado
from engine.conector.redes import regras
from tests.connectors.cenario_sms import TELEFONE, Cenario, cenario

LOOPBACK = regras(["127.0.0.1"], portas=None)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def mms(fake: TwilioFalsa, base: str, nomes: dict[str, str]) -> Pedido:
    """What somebody wrote, with files."""
    raiz = f"{base}/2010-04-01/Accounts/{fake.conta}/Media"
    campos = fake.recebido("MM1", TELEFONE, "veja", [(f"{raiz}/{nome}", tipo) for nome, tipo in nomes.items()])
    corpo = str(httpx2.QueryParams(campos)).encode()
    return Pedido("POST", "/", {}, {"content-type": "application/x-www-form-urlencoded"}, corpo)


async def test_files_are_fetched_with_the_password_only_where_it_belongs() -> None:
    fake = TwilioFalsa()
    fake.arquivos = {"a": ("image/png", PNG), "b": ("text/vcard", b"BEGIN:VCARD"), "c": ("image/gif", b"MZ")}
    # The other address is another machine's: 127.0.0.1 and localhost are one, and have two names.
    async with servindo(fake.atender) as servidor, ClienteGuardado(LOOPBACK, resolver=local) as http:
        outro = f"http://arquivos.example:{servidor.porta}/arquivos"

        async def com_desvio(pedido: Pedido) -> Resposta | Cair:
            resposta = await fake.atender(pedido)
            if isinstance(resposta, Resposta) and resposta.status == 307:
                return Resposta(status=307, cabecalhos={"location": f"{outro}/{pedido.caminho.rpartition('/')[2]}"})
            return resposta

        async with servindo(com_desvio) as api:
            c = Cenario(fake, api.base, http, {})
            pedido = mms(fake, api.base, {"a": "image/png", "b": "text/vcard", "c": "image/gif", "d": "video/mp4"})
            assert (await c.processar(pedido)).desfecho == "aceito"
    assert fake.com_senha_alheia == []
    assert [(m.id, m.tipo, m.arquivo, m.conteudo) for m in c.motor.mensagens] == [
        ("MM1", "imagem", "ficha-1", "veja"),
        ("MM1:1", "documento", "ficha-2", "Documento"),
        ("MM1:2", "texto", None, "(Imagem que não pôde ser guardada: é um programa)"),
        ("MM1:3", "texto", None, "(Vídeo que não pôde ser guardado: o provedor não o tem mais (404))"),
    ]
    assert c.motor.guardados[0] == ("sms-MM1.png", "image/png", PNG)


async def local(_host: str, _porta: int) -> list[str]:
    return ["127.0.0.1"]


async def test_a_file_that_is_inside_is_not_fetched_and_the_message_comes() -> None:
    fake = TwilioFalsa()
    async with cenario(fake) as c:
        corpo = str(httpx2.QueryParams(fake.recebido("MM2", TELEFONE, "", [("http://169.254.169.254/x", "image/png")])))
        cabecalhos = {"content-type": "application/x-www-form-urlencoded"}
        assert (await c.processar(Pedido("POST", "/", {}, cabecalhos, corpo.encode()))).desfecho == "aceito"
        assert "não pode ser chamado" in c.motor.mensagens[0].conteudo


@pytest.mark.parametrize("status", [401, 403, 408, 429, 500, 503])
async def test_a_file_that_is_not_to_be_had_now_is_waited_for_and_never_given_up(status: int) -> None:
    fake = TwilioFalsa()
    fake.arquivos = {"a": ("image/png", PNG)}
    fora_do_ar = True

    async def atender(pedido: Pedido) -> Resposta | Cair:
        return Resposta(status=status) if fora_do_ar else Resposta(corpo=PNG, cabecalhos={"content-type": "image/png"})

    async with servindo(atender) as servidor, ClienteGuardado() as http:
        c = Cenario(fake, servidor.base, http, {})
        pedido = mms(fake, servidor.base, {"a": "image/png"})
        for tentativa in (1, 2, 3, 9):
            resultado = await c.processar(pedido, tentativa=tentativa)
            assert (resultado.classe, resultado.codigo) == ("tentar", "midia_indisponivel")
        assert c.motor.mensagens == []
        fora_do_ar = False
        assert (await c.processar(pedido, tentativa=10)).desfecho == "aceito"
    assert [(m.conteudo, m.tipo, m.arquivo) for m in c.motor.mensagens] == [("veja", "imagem", "ficha-1")]


async def test_a_redirect_to_the_inside_is_not_followed_though_the_canals_own_provider_is_there() -> None:
    fake = TwilioFalsa()
    fake.arquivos = {"a": ("image/png", PNG)}
    async with servindo(fake.atender) as vizinho, ClienteGuardado() as http:

        async def desvia(_pedido: Pedido) -> Resposta | Cair:
            return Resposta(status=307, cabecalhos={"location": f"{vizinho.base}/arquivos/a"})

        async with servindo(desvia) as api:
            c = Cenario(fake, api.base, http, {})
            assert (await c.processar(mms(fake, api.base, {"a": "image/png"}))).desfecho == "aceito"
    assert "não pode ser chamado" in c.motor.mensagens[0].conteudo
    assert c.motor.guardados == []


async def test_who_sends_from_one_address_to_the_next_is_not_followed_for_ever() -> None:
    async def em_circulo(pedido: Pedido) -> Resposta | Cair:
        return Resposta(status=302, cabecalhos={"location": pedido.caminho})

    fake = TwilioFalsa()
    async with servindo(em_circulo) as api, ClienteGuardado() as http:
        c = Cenario(fake, api.base, http, {})
        assert (await c.processar(mms(fake, api.base, {"a": "image/png"}))).desfecho == "aceito"
    assert "vezes demais" in c.motor.mensagens[0].conteudo
