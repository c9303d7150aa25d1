"""From a canal's ``config`` to a description of its provider; all that is wrong with it, at once and in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, get_args

from msgspec import Struct

from connectors.sms import _modelos as modelos
from connectors.sms import _twilio
from connectors.sms._config import Config, separados
from connectors.sms._descricao import (
    SIGNIFICADOS,
    Autenticacao,
    CamposDoWebhook,
    Descricao,
    Metodo,
    Resposta,
)
from connectors.sms._modelos import ModeloDeCorpo, TipoDeConteudo
from engine.conector.assinaturas_sms import provedor_de
from engine.conector.entradas import EstadoExterno
from engine.conector.trabalhos import ClasseDeErro

CABECALHOS_MAXIMO: Final = 20
SEM_ERRO: Final = "0, ok, success, none, null, false"
"""What at ``caminhoDoErro`` is no error, unless ``semErro`` says otherwise."""
ESTADOS: Final = (
    "sent=enviado, submitted=enviado, accepted=nada, queued=nada, buffered=nada, delivered=entregue, delivrd=entregue, "
    "read=lido, failed=falhou, undelivered=falhou, undeliv=falhou, rejected=falhou, rejectd=falhou, expired=falhou, "
    "enviado=enviado, entregue=entregue, lido=lido, falhou=falhou"
)
"""What words stand for, unless ``webhookEstados`` says otherwise."""
_PROIBIDOS: Final = frozenset({"host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade"})
_e_nome: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}").fullmatch


class Leitura(Struct, frozen=True):
    """``descricao`` is None if there are ``problemas``: sentences that name the entry and the remedy."""

    descricao: Descricao | None
    problemas: tuple[str, ...]


def ler(valores: Mapping[str, object]) -> Leitura:
    """``valores``: ``config`` and secrets of the canal together."""
    config = Config(valores)
    match config.texto("provedor", provedor_de(valores)):
        case "twilio":
            descricao = _twilio.descrever(config)
        case "http":
            descricao = _descrever(config)
        case outro:
            config.problemas.append(f"provedor: {outro!r} não é conhecido; use twilio ou http")
            return Leitura(None, tuple(config.problemas))
    return Leitura(None if config.problemas else descricao, tuple(config.problemas))


def _descrever(config: Config) -> Descricao:
    autenticacao: Autenticacao = config.opcao("autenticacao", get_args(Autenticacao), "nenhuma")
    if autenticacao == "basic":
        config.exigido("usuario", "o usuário da autenticação basic")
    if autenticacao != "nenhuma":
        config.exigido("senha", f"o segredo da autenticação {autenticacao}")
    metodo: Metodo = config.opcao("metodo", get_args(Metodo), "POST")
    corpo, url = _corpo(config, metodo), config.lido("url", modelos.ler_url, config.exigido("url", "o endereço"))
    _exigir_texto(config, corpo, url)
    arquivo_a_parte = modelos.tem(config.texto("corpo"), "arquivo") or modelos.tem(url or "", "arquivo")
    return Descricao(
        provedor="http",
        de=config.texto("de"),
        url=url or "",
        metodo=metodo,
        corpo=corpo,
        cabecalhos=_cabecalhos(config),
        autenticacao=autenticacao,
        usuario=config.texto("usuario"),
        senha=config.texto("senha"),
        arquivo_a_parte=arquivo_a_parte,
        texto_maximo=config.numero("textoMaximo", 1_600, 65_536),
        resposta=_resposta(config),
        campos=_campos(config),
        url_de_teste=_opcional(config, "urlDeTeste"),
        url_do_webhook=_opcional(config, "urlDoWebhook"),
        token_do_webhook=_token(config),
    )


def _opcional(config: Config, nome: str) -> str:
    escrita = config.texto(nome)
    return (config.lido(nome, modelos.ler_url, escrita) or "") if escrita else ""


def _token(config: Config) -> str:
    """What the webhook's address must have in it, if it is there that the provider proves itself."""
    no_endereco = config.texto("webhookAutenticacao") == "token" and not config.texto("webhookCabecalho")
    return config.texto("webhookSegredo") if no_endereco else ""


def _corpo(config: Config, metodo: Metodo) -> ModeloDeCorpo | None:
    if metodo == "GET":
        return None
    tipo: TipoDeConteudo = config.opcao("tipoDeConteudo", get_args(TipoDeConteudo), "application/json")
    escrito = config.exigido("corpo", 'o modelo do pedido, como {"to": "{para}", "text": "{texto}"}')
    return config.lido("corpo", lambda texto: modelos.ler_corpo(tipo, texto), escrito) if escrito else None


def _exigir_texto(config: Config, corpo: ModeloDeCorpo | None, url: str | None) -> None:
    """A request that does not say what to whom is not one."""
    onde = (config.texto("corpo") if corpo is not None else "") + (url or "")
    if url is None or config.problemas:
        return
    if not modelos.tem(onde, "texto"):
        config.problemas.append("corpo: falta {texto}, que é onde entra a mensagem")
    if not (modelos.tem(onde, "para") or modelos.tem(onde, "paraDigitos")):
        config.problemas.append("corpo: falta {para} ou {paraDigitos}, que é onde entra o número do contato")


def _cabecalhos(config: Config) -> dict[str, str]:
    """One a line, ``Nome: valor``."""
    cabecalhos: dict[str, str] = {}
    for linha in filter(str.strip, config.texto("cabecalhos").splitlines()):
        nome, dois_pontos, valor = linha.partition(":")
        nome = nome.strip().lower()
        if not dois_pontos or _e_nome(nome) is None or nome in _PROIBIDOS or len(cabecalhos) == CABECALHOS_MAXIMO:
            config.problemas.append("cabecalhos: escreva um por linha, Nome: valor; os da própria conexão não podem")
            break
        cabecalhos[nome] = config.lido("cabecalhos", modelos.ler_cabecalho, valor) or ""
    return cabecalhos


def _resposta(config: Config) -> Resposta:
    classes: dict[str, ClasseDeErro] = {nome: nome for nome in get_args(ClasseDeErro)}
    return Resposta(
        caminho_do_id=config.texto("caminhoDoId"),
        caminho_do_erro=config.texto("caminhoDoErro"),
        caminho_da_mensagem=config.texto("caminhoDaMensagemDeErro"),
        sem_erro=frozenset(um.strip().lower() for um in separados(config.texto("semErro", SEM_ERRO))),
        classes=config.pares("classesDeErro", "", classes),
    )


def _campos(config: Config) -> CamposDoWebhook:
    significados: dict[str, EstadoExterno | None] = {**SIGNIFICADOS, "nada": None}
    return CamposDoWebhook(
        lista=config.texto("webhookLista"),
        id=(config.texto("webhookId", "id"),),
        trabalho=config.texto("webhookTrabalho"),
        estado=(config.texto("webhookEstado", "status"),),
        estados=config.pares("webhookEstados", ESTADOS, significados),
        erro=config.texto("webhookErro"),
        de=config.texto("webhookDe", "from"),
        para=config.texto("webhookPara", "to"),
        texto=(config.texto("webhookTexto", "text"),),
        em=config.texto("webhookEm"),
        arquivo=config.texto("webhookArquivo"),
    )
