"""The request that sends an SMS."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from connectors.sms import _modelos as modelos
from connectors.sms._descricao import Descricao
from connectors.sms._enderecos import destino_de
from connectors.vereditos import Veredito, falhou
from engine.conector.assinaturas_sms import PARAMETRO_DO_TOKEN, PARAMETRO_DO_TRABALHO
from engine.conector.trabalhos import Envio


class Pedido(Struct, frozen=True):
    """Nothing of it is for a log."""

    metodo: str
    url: str
    cabecalhos: Mapping[str, str]
    corpo: bytes

    def __repr__(self) -> str:
        return f"Pedido(metodo={self.metodo!r})"


def pedido_de(descricao: Descricao, envio: Envio, trabalho_id: str) -> Pedido | Veredito:
    """The request; or why there is none: nobody can be reached there, or there is nothing or too much to say."""
    destino = destino_de(envio.para)
    if destino is None:
        return falhou(
            "final", "destino_invalido", "Este endereço não recebe SMS: não é um telefone nem um número curto"
        )
    texto = texto_de(descricao, envio)
    if not texto.strip() and envio.arquivo is None:
        return falhou("final", "sem_texto", "Um SMS precisa de um texto")
    if len(texto) > descricao.texto_maximo:
        motivo = f"O texto tem {len(texto)} caracteres, e este provedor aceita {descricao.texto_maximo}"
        return falhou("final", "texto_longo", motivo)
    valores = {
        "para": destino,
        "paraDigitos": destino.removeprefix("+"),
        "de": descricao.de,
        "texto": texto,
        "id": trabalho_id,
        "webhook": _webhook(descricao, trabalho_id),
        "arquivo": envio.arquivo.url if envio.arquivo is not None and descricao.arquivo_a_parte else "",
        "usuario": descricao.usuario,
        "senha": descricao.senha,
    }
    corpo = b"" if descricao.corpo is None else descricao.corpo.preencher(valores)
    return Pedido(
        descricao.metodo,
        modelos.preencher(descricao.url, valores, modelos.na_url),
        cabecalhos_de(descricao, trabalho_id),
        corpo,
    )


def texto_de(descricao: Descricao, envio: Envio) -> str:
    """What is written: with the address of the file, where files cannot be sent."""
    if envio.arquivo is None or descricao.arquivo_a_parte:
        return envio.conteudo
    return f"{envio.conteudo.rstrip()}\n{envio.arquivo.url}".lstrip()


def cabecalhos_de(descricao: Descricao, trabalho_id: str = "") -> dict[str, str]:
    """Those of a request, by which the provider knows us too."""
    valores = {"id": trabalho_id, "usuario": descricao.usuario, "senha": descricao.senha}
    todos = {nome: modelos.preencher(valor, valores) for nome, valor in descricao.cabecalhos.items()}
    if descricao.corpo is not None:
        todos["content-type"] = descricao.corpo.tipo
    return todos | autorizacao(descricao)


def autorizacao(descricao: Descricao) -> dict[str, str]:
    """The header by which a provider knows us (RFC 7617, RFC 6750), if there is one."""
    match descricao.autenticacao:
        case "basic":
            juntos = b64encode(f"{descricao.usuario}:{descricao.senha}".encode()).decode()
            return {"authorization": f"Basic {juntos}"}
        case "bearer":
            return {"authorization": f"Bearer {descricao.senha}"}
        case _:
            return {}


def _webhook(descricao: Descricao, trabalho_id: str) -> str:
    """Where statuses of this job are to be told; nothing, if the canal does not know its own address."""
    if not descricao.url_do_webhook:
        return ""
    mais = {PARAMETRO_DO_TRABALHO: trabalho_id}
    if descricao.token_do_webhook:
        mais[PARAMETRO_DO_TOKEN] = descricao.token_do_webhook
    partes = urlsplit(descricao.url_do_webhook)
    consulta = "&".join(filter(None, (partes.query, urlencode(mais))))
    return partes._replace(query=consulta).geturl()
