"""What is wrong with a canal, in words. Nothing is sent to anybody."""

from __future__ import annotations

from typing import Final

from connectors.whatsapp.configuracao import Configuracao, problemas_de
from connectors.whatsapp.erros import Falha, Recusa
from connectors.whatsapp.graph import Graph
from connectors.whatsapp.limpeza import objetos_de, texto_de
from connectors.whatsapp.modelos import proxima

_PRAZO_S: Final = 20.0
_PAGINAS: Final = 20
_SEM_PERMISSAO: Final = frozenset({"3", "10", *map(str, range(200, 300))})
_MORTOS: Final = {"BANNED": "banido", "DISCONNECTED": "desligado", "RESTRICTED": "restrito"}


async def examinar(graph: Graph, configuracao: Configuracao) -> list[str]:
    """Each problem as a sentence that says what to do; one that hides the others ends the search."""
    problemas = problemas_de(configuracao)
    if problemas:
        return problemas + _sem_webhook(configuracao)
    fatal, *outros = await _do_numero(graph, configuracao) or [""]
    if fatal:
        return [fatal, *outros]
    return [*await _da_conta(graph, configuracao), *_sem_webhook(configuracao)]


def _sem_webhook(configuracao: Configuracao) -> list[str]:
    problemas = []
    if not configuracao.app_secret:
        problemas.append("Falta appSecret: sem ele nenhum webhook é aceito (está em Configurações do app › Básico)")
    if not configuracao.verify_token:
        problemas.append(
            "Falta webhookVerifyToken: uma palavra sua, a mesma que se escreve no painel do app, onde com ela a Meta "
            "confirma o endereço do webhook"
        )
    return problemas


async def _do_numero(graph: Graph, configuracao: Configuracao) -> list[str]:
    campos = {"fields": "id,display_phone_number,verified_name,status,quality_rating"}
    try:
        numero = await graph.pedir("GET", configuracao.phone_number_id, consulta=campos, prazo_s=_PRAZO_S)
    except Recusa as recusa:
        return [_do_numero_recusado(recusa.falha, configuracao)]
    if "display_phone_number" not in numero:
        return [
            f"O phoneNumberId ({configuracao.phone_number_id}) não é de um número do WhatsApp: confira o identificador"
        ]
    estado = _MORTOS.get(texto_de(numero, "status", 32) or "")
    return [f"O número está {estado}: veja o Gerenciador do WhatsApp"] if estado else []


def _do_numero_recusado(falha: Falha, configuracao: Configuracao) -> str:
    if falha.codigo in {"100", "33"}:
        numero = configuracao.phone_number_id
        return f"O phoneNumberId ({numero}) não existe, ou o token não tem acesso a ele: confira os dois"
    return _em_frase(falha, configuracao)


def _em_frase(falha: Falha, configuracao: Configuracao) -> str:
    if falha.codigo in {"0", "190", "102"}:
        return "O token de acesso expirou ou foi revogado: gere outro (usuário do sistema) e grave em accessToken"
    if falha.codigo in _SEM_PERMISSAO:
        return (
            "O token de acesso não tem as permissões whatsapp_business_messaging e whatsapp_business_management: "
            "gere outro com elas"
        )
    if falha.codigo is None:
        return f"Não se consegue falar com {configuracao.url_base}: {falha.erro}"
    return f"A Meta respondeu com o erro {falha.codigo}: {falha.erro}"


async def _da_conta(graph: Graph, configuracao: Configuracao) -> list[str]:
    waba = configuracao.waba_id
    if waba is None:
        return ["Falta wabaId: sem ele os modelos não são sincronizados"]
    try:
        e_dela = await _tem_o_numero(graph, waba, configuracao.phone_number_id)
        assinados = await graph.pedir("GET", f"{waba}/subscribed_apps", prazo_s=_PRAZO_S)
    except Recusa as recusa:
        return [_da_conta_recusada(recusa.falha, configuracao)]
    problemas = []
    if not e_dela:
        numero = configuracao.phone_number_id
        problemas.append(f"O número ({numero}) não é da conta wabaId ({waba}): confira os dois identificadores")
    if not objetos_de(assinados, "data"):
        problemas.append(
            "O webhook não está assinado para esta conta: no painel do app, em WhatsApp › Configuração, escreva o "
            "endereço do webhook e assine o campo messages"
        )
    return problemas


def _da_conta_recusada(falha: Falha, configuracao: Configuracao) -> str:
    if falha.codigo in {"100", "33"}:
        return f"O wabaId ({configuracao.waba_id}) não existe, ou o token não tem acesso a ele: confira os dois"
    return _em_frase(falha, configuracao)


async def _tem_o_numero(graph: Graph, waba: str, phone_number_id: str) -> bool:
    consulta = {"fields": "id", "limit": "100"}
    for _ in range(_PAGINAS):
        pagina = await graph.pedir("GET", f"{waba}/phone_numbers", consulta=consulta, prazo_s=_PRAZO_S)
        if any(texto_de(numero, "id", 64) == phone_number_id for numero in objetos_de(pagina, "data")):
            return True
        depois = proxima(pagina)
        if depois is None:
            return False
        consulta = consulta | {"after": depois}
    return False
