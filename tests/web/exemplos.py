"""The scenario that the examples of the API's reference are taken from: a working day that uses every operation."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Mapping
from typing import Any, Final

import httpx2
import trio

from engine.tempo import SystemClock, iso
from tests.servidor import Servidor, Usuario
from tests.web.conector_apoio import conector
from tests.web.exemplos_dos_documentos import documentos, notas
from web.openapi import nome_da_operacao
from web.pedido.rota import Rota, nome_no_fio
from web.rotas import TODAS

ROTAS: Final[dict[str, Rota]] = {nome_da_operacao(rota): rota for rota in TODAS}

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INSTANTE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_DURACAO: Final = re.compile(r'("duracaoMs": )\d+')
_MEDIDA: Final = re.compile(r'("(?:us|esperouMs|ociosoDesde|ateSeq)": )[\d.]+')
_SEGREDO: Final = re.compile(r"whsec_[A-Za-z0-9+/=]+")
_DESTE_SERVIDOR: Final = re.compile(r"http://127\.0\.0\.1:\d+/webhooks/")
_CHAVE: Final = re.compile(r'("vapidChavePublica": ")[^"]+')
CHAVE: Final = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
"""That of RFC 8292, section 2.4."""
_ASSINADO: Final = re.compile(r"http://[^/\"]+(/atendimento/arquivos/[^?\"]+)\?[^\"]+")

NOTA: Final = "Já confirmei o CPF. Quer a segunda via do boleto."
"""For whoever gets the ticket; the contact never sees it."""


def _amanha() -> str:
    return iso(SystemClock().now() + 86_400_000)


class Gravador:
    """Does operations as somebody, and keeps what was sent and what was answered."""

    def __init__(self, servidor: Servidor, admin: Usuario) -> None:
        self._http = httpx2.Client(base_url=servidor.url, headers=admin.cabecalhos, timeout=30)
        self.exemplos: dict[str, dict[str, Any]] = {}

    def de(self, servidor: Servidor, quem: Usuario) -> Gravador:
        """Somebody else's, into the same examples."""
        outro = Gravador(servidor, quem)
        outro.exemplos = self.exemplos
        return outro

    def __enter__(self) -> Gravador:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def __call__(
        self,
        nome: str,
        corpo: Mapping[str, object] | None = None,
        *,
        consulta: Mapping[str, str | int] | None = None,
        arquivo: tuple[str, bytes, str] | None = None,
        **ids: str,
    ) -> Any:
        """Do one, which must succeed. ``ids`` are those of the path. Gives the answer."""
        rota = ROTAS[nome]
        caminho = rota.caminho
        for id_, valor in ids.items():
            caminho = caminho.replace(f"<{id_}>", valor)
        texto: dict[str, Any] = {} if corpo is None else {"json": dict(corpo)}
        formulario: dict[str, Any] = {} if arquivo is None else {"data": corpo, "files": {"arquivo": arquivo}}
        resposta = self._http.request(rota.metodo, caminho, params=dict(consulta or {}), **(formulario or texto))
        assert resposta.status_code == rota.status, (nome, resposta.status_code, resposta.text)
        e_json = resposta.headers.get("content-type") == "application/json"
        self._guardar(
            nome,
            caminho={nome_no_fio(id_): valor for id_, valor in ids.items()},
            consulta=consulta,
            corpo=corpo if arquivo is None else {**(corpo or {}), "arquivo": arquivo[0]},
            resposta=resposta.json() if e_json else None,
        )
        return resposta.json() if e_json else resposta.content

    def por_fora(self, metodo: str, caminho: str, corpo: Mapping[str, object]) -> None:
        """Do something that is no example here, which must succeed."""
        assert self._http.request(metodo, caminho, json=dict(corpo)).is_success

    def _guardar(self, nome: str, **partes: object) -> None:
        if nome not in self.exemplos:
            self.exemplos[nome] = {parte: valor for parte, valor in partes.items() if valor}


def _politicas(g: Gravador, fila_id: str, equipe_id: str) -> None:
    g("politicas_ver", fila_id=fila_id)
    documento = {
        "estrategia": "HABILIDADES",
        "distribuicaoAutomatica": False,
        "prioridade": 7,
        "pontosPorMinuto": 0.5,
        "habilidades": [{"idioma": "es", "exige": [{"nome": "espanhol", "nivel": 3}]}],
        "aneis": [{"aposSegundos": 60, "reduzNivel": 1}, {"aposSegundos": 180, "equipes": [equipe_id]}],
        "horario": {"fuso": "America/Sao_Paulo", "dias": {"seg": [["08:00", "12:00"], ["13:00", "18:00"]]}},
    }
    g("politicas_verificar", documento, fila_id=fila_id)
    trafego = {"chegadasPorHora": 12, "atendimentoSegundos": 240, "pacienciaSegundos": 600}
    nova = {"estrategia": "ROUND_ROBIN"}
    g("simulacoes_simular", {"politica": nova, "dias": 1, "trafego": trafego}, fila_id=fila_id)
    g("politicas_gravar", {**documento, "versao": 2, "motivo": "Espanhol para quem sabe"}, fila_id=fila_id)
    g("politicas_versoes", consulta={"page": 1, "limit": 20}, fila_id=fila_id)
    g("politicas_versao", fila_id=fila_id, versao="3")
    g("politicas_diferencas", consulta={"com": 2}, fila_id=fila_id, versao="3")
    g("politicas_restaurar", {"motivo": "Ainda não"}, fila_id=fila_id, versao="2")


def gravar(servidor: Servidor) -> dict[str, Any]:
    """The examples, by operation, with sample ids and times in the place of the real ones."""
    admin = servidor.nova_empresa()
    with Gravador(servidor, admin) as g:
        _configurar(g)
        documentos(g)
        _atender(g, admin)
        _pegar(g, servidor, admin)
        trio.run(_operar, g, servidor, admin)
        _desfazer(g)
        _avisar(g)
        _ser_avisado(g, servidor, admin)
        _balancear(g)
    return normalizados(g.exemplos)


def _configurar(g: Gravador) -> None:
    g("empresa_ver")
    capacidade = {"custos": {"whatsapp": 1, "email": 0.5}, "custoPendente": 0.25, "maximoPendentes": 20}
    padaria = {"nome": "Padaria Pão Quente", "janelaReaberturaMinutos": 1440, "capacidadePadrao": 5}
    g("empresa_atualizar", {**padaria, "capacidade": capacidade})
    vendas = g("filas_criar", {"nome": "Vendas", "estrategia": "MENOS_OCUPADO", "distribuicaoAutomatica": False})
    g("filas_atualizar", {"descricao": "Pedidos e orçamentos", "prioridade": 7}, fila_id=vendas["id"])
    maria = g(
        "atendentes_criar",
        {
            "nome": "Maria Santos",
            "email": "maria@empresa.com",
            "capacidade": 5,
            "habilidades": ["inglês"],
            "niveis": {"inglês": 4},
        },
    )
    g("atendentes_atualizar", {"capacidade": 8}, atendente_id=maria["id"])
    g("atendentes_mudar_status", {"online": True}, atendente_id=maria["id"])
    g("filas_incluir_membro", fila_id=vendas["id"], atendente_id=maria["id"])
    g("filas_listar", consulta={"page": 1, "limit": 20})
    g("filas_ver", fila_id=vendas["id"])
    g("atendentes_listar")
    g("atendentes_ver", atendente_id=maria["id"])
    g("atendentes_estados", atendente_id=maria["id"], consulta={"page": 1, "limit": 20})
    g("atendentes_arremates", atendente_id=maria["id"], consulta={"page": 1, "limit": 20})
    g("atendentes_encerrar_arremates", {}, atendente_id=maria["id"])
    equipe = g("equipes_criar", {"nome": "Comercial", "descricao": "Vendas e pós-venda"})
    g("equipes_atualizar", {"nome": "Comercial São Paulo"}, equipe_id=equipe["id"])
    g("equipes_incluir_membro", equipe_id=equipe["id"], atendente_id=maria["id"])
    g("equipes_vincular_fila", equipe_id=equipe["id"], fila_id=vendas["id"])
    g("equipes_ver", equipe_id=equipe["id"])
    g("equipes_listar")
    config = {"endereco": "vendas@empresa.com", "smtpHost": "smtp.empresa.com", "smtpSenha": "s3nh4…"}
    canal = g("canais_criar", {"nome": "E-mail", "tipo": "email", "filaId": vendas["id"], "config": config})
    g("canais_atualizar", {"nome": "E-mail de vendas"}, canal_id=canal["id"])
    g("canais_ver", canal_id=canal["id"])
    g("canais_listar")
    g("invariantes_conferir")
    de_dezembro = {"de": "2025-12-01", "ate": "2025-12-31", "fuso": "America/Sao_Paulo"}
    for nome, por in (("volume", "fila"), ("tempos", "fila"), ("status", "fila"), ("sla", "fila"), ("csat", "canal")):
        g(f"relatorios_{nome}", consulta=de_dezembro | {"por": por})
    g("relatorios_agentes", consulta=de_dezembro | {"por": "atendente"})
    _webhooks(g)


def _webhooks(g: Gravador) -> None:
    corpo = {"url": "https://erp.example.com/balcao", "eventos": ["ticket_*", "nova_mensagem"], "descricao": "ERP"}
    webhook = g("webhooks_criar", corpo)
    g("webhooks_atualizar", {"eventos": ["ticket_*", "nova_mensagem", "mensagem_status"]}, webhook_id=webhook["id"])
    g("webhooks_renovar_segredo", webhook_id=webhook["id"])
    teste = g("webhooks_testar", webhook_id=webhook["id"])
    g("webhooks_entregas", consulta={"page": 1, "limit": 20}, webhook_id=webhook["id"])
    g("webhooks_reenviar", webhook_id=webhook["id"], entrega_id=teste["id"])
    g("webhooks_ver", webhook_id=webhook["id"])
    g("webhooks_listar")
    g("webhooks_excluir", webhook_id=webhook["id"])


def _atender(g: Gravador, admin: Usuario) -> None:
    fila = g("filas_listar")["data"]
    vendas = next(uma["id"] for uma in fila if uma["nome"] == "Vendas")
    (maria,) = g("atendentes_listar")
    (canal,) = g("canais_listar")["data"]
    ticket = g(
        "tickets_criar",
        {
            "contato_nome": "João Silva",
            "contato_telefone": "5511999998888",
            "contato_email": "joao@example.com",
            "assunto": "Dúvida sobre produto",
            "empresaId": admin.empresa_id,
            "filaId": vendas,
            "canalId": canal["id"],
            "prioridade": "NORMAL",
            "etiquetas": ["vip"],
            "idioma": "pt-BR",
        },
    )
    id_ = ticket["id"]
    g("decisoes_explicar", ticket_id=id_)
    g("decisoes_posicao", ticket_id=id_)
    recebida = {"ticketId": id_, "conteudo": "Olá!", "tipo": "texto", "direcao": "recebida"}
    enviada = {"ticketId": id_, "conteudo": "Olá! Como posso ajudar?", "tipo": "texto", "direcao": "enviada"}
    g("tickets_atribuir", {"atendenteId": maria["id"]}, ticket_id=id_)
    resposta = g("mensagens_enviar", enviada)
    lida = g("mensagens_enviar", recebida)
    g("mensagens_marcar_lida", {"lida": True}, mensagem_id=lida["id"])
    g("mensagens_enviar", recebida)
    g("tickets_marcar_lidas", ticket_id=id_)
    _arquivo(g, id_)
    g("tickets_mensagens", consulta={"page": 1, "limit": 20}, ticket_id=id_)
    g("tickets_atualizar", {"status": "EM_ANDAMENTO", "prioridade": "ALTA", "assunto": "Atualizado"}, ticket_id=id_)
    g("tickets_ver", ticket_id=id_)
    g("tickets_listar", consulta={"status": "EM_ANDAMENTO", "busca": "joão", "page": 1, "limit": 20})
    g("tickets_transferir", {"filaId": vendas, "motivo": "Cliente solicitou gerente", "nota": NOTA}, ticket_id=id_)
    g("mensagens_excluir", mensagem_id=resposta["id"])
    g("tickets_atualizar", {"status": "RESOLVIDO"}, ticket_id=id_)
    g("tickets_reabrir", ticket_id=id_)
    notas(g, id_, maria["id"])
    g("adiamentos_adiar", {"ate": _amanha(), "motivo": "Ligar para o cliente"}, ticket_id=id_)
    g("adiamentos_cancelar", ticket_id=id_)
    g("tickets_historico", consulta={"page": 1, "limit": 2}, ticket_id=id_)
    sozinho = g("tickets_criar", {"contato_nome": "João Silva", "contato_telefone": "5511999998888"})["id"]
    g("decisoes_listar", consulta={"page": 1, "limit": 20}, ticket_id=sozinho)
    g("tickets_atualizar", {"status": "RESOLVIDO"}, ticket_id=sozinho)
    g("tickets_encerrar", {"motivo": "Resolvido por telefone"}, ticket_id=id_)
    _contatos(g, ticket["contatoId"])
    g("tickets_excluir", ticket_id=id_)


def _pegar(g: Gravador, servidor: Servidor, admin: Usuario) -> None:
    """Maria takes her next ticket herself, and then is asked."""
    (maria,) = g("atendentes_listar")
    fila = g("filas_criar", {"nome": "Recepção", "estrategia": "MANUAL"})
    g("filas_incluir_membro", fila_id=fila["id"], atendente_id=maria["id"])
    novo = {"contato_nome": "Ana Lima", "contato_telefone": "5511988887777", "filaId": fila["id"]}
    with g.de(servidor, servidor.usuario(admin.empresa_id, "atendente", maria["id"])) as dela:
        tickets = [g("tickets_criar", novo)["id"]]
        dela("filas_proximo", fila_id=fila["id"])
        g("politicas_gravar", {"modo": "oferta"}, fila_id=fila["id"])
        tickets += [g("tickets_criar", novo)["id"] for _ in range(2)]
        dela("ofertas_recusar", {"motivo": "Não é minha área"}, ticket_id=tickets[1])
        dela("ofertas_aceitar", ticket_id=tickets[2])
    for ticket in tickets:
        g("tickets_encerrar", {"motivo": "Resolvido"}, ticket_id=ticket)


def _pixel() -> bytes:
    """The smallest PNG image."""
    partes = [(b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(dados)) + nome + dados + struct.pack(">I", zlib.crc32(nome + dados))
        for nome, dados in partes
    )


def _arquivo(g: Gravador, ticket_id: str) -> None:
    pixel = _pixel()
    enviado = g("arquivos_enviar", {"ticketId": ticket_id}, arquivo=("screenshot.png", pixel, "image/png"))
    arquivo_id = _UUID.findall(enviado["arquivoUrl"])[0]
    assert g("arquivos_baixar", arquivo_id=arquivo_id) == pixel


def _contatos(g: Gravador, joao: str) -> None:
    outro = g(
        "contatos_criar",
        {"nome": "João S.", "email": "joao.silva@example.com", "observacao": "Prefere e-mail", "etiquetas": ["vip"]},
    )
    g("contatos_atualizar", {"observacao": "Prefere mensagens", "etiquetas": ["vip", "sul"]}, contato_id=outro["id"])
    g("contatos_unir", {"contatoId": outro["id"]}, contato_id=joao)
    g("contatos_ver", contato_id=joao)
    g("contatos_listar", consulta={"telefone": "5511999998888"})
    g("contatos_tickets", contato_id=joao)
    sozinho = g("contatos_criar", {"nome": "Engano"})
    g("contatos_excluir", contato_id=sozinho["id"])


async def _operar(g: Gravador, servidor: Servidor, admin: Usuario) -> None:
    """A canal whose messages its provider does not take."""
    canal = g("canais_criar", {"nome": "Sistema próprio", "tipo": "api"})["id"]
    tickets = []
    for n in range(4):
        contato = {"contato_nome": "Ana Lima", "contato_telefone": f"551199999777{n}", "canalId": canal}
        tickets.append(g("tickets_criar", contato)["id"])
        g("mensagens_enviar", {"ticketId": tickets[-1], "conteudo": "Seu pedido saiu."})
    async with conector(servidor, admin.empresa_id) as este:
        await este.assinar(canal)
        mortos = await este.matar(4)
        corpo = {"nome": "pedido", "idioma": "pt_BR", "estado": "APPROVED", "corpo": "Olá, {{1}}!", "parametros": 1}
        await este.dizer("entrada", ref=1, canalId=canal, modelos=[corpo])
        await este.ouvir("ack")
        g("canais_modelos", consulta={"aprovados": "true"}, canal_id=canal)
        g("canais_pausar", {"motivo": "Número em análise"}, canal_id=canal)
        g("ops_filas_de_envio", consulta={"page": 2, "limit": 1})
        g("ops_listar_mortos", consulta={"canalId": canal, "codigo": "131026", "limit": 1})
        g("ops_descartar_morto", envio_id=mortos[0])
        g("ops_descartar_mortos", {"filtro": {"canalId": canal, "codigo": "470"}})
        g("ops_reenviar_morto", envio_id=mortos[1])
        g("ops_reenviar_mortos", {"ids": mortos[2:]})
        g("ops_auditoria", consulta={"limit": 1})
        g("canais_retomar", canal_id=canal)
    whatsapp = g("canais_criar", {"nome": "WhatsApp", "tipo": "whatsapp"})["id"]
    g("canais_testar", canal_id=whatsapp)
    for id_ in (canal, whatsapp):
        g("canais_atualizar", {"ativo": False}, canal_id=id_)
    for ticket in tickets:
        g("tickets_encerrar", {"motivo": "Avisada"}, ticket_id=ticket)


def _desfazer(g: Gravador) -> None:
    (equipe,) = g("equipes_listar")["data"]
    (maria,) = g("atendentes_listar")
    canal = next(um for um in g("canais_listar")["data"] if um["tipo"] == "email")
    filas = {fila["nome"]: fila["id"] for fila in g("filas_listar")["data"]}
    _politicas(g, filas["Vendas"], equipe["id"])
    g("equipes_desvincular_fila", equipe_id=equipe["id"], fila_id=filas["Vendas"])
    g("equipes_retirar_membro", equipe_id=equipe["id"], atendente_id=maria["id"])
    g("equipes_excluir", equipe_id=equipe["id"])
    g("filas_remover_membro", fila_id=filas["Vendas"], atendente_id=maria["id"])
    g("canais_excluir", canal_id=canal["id"])
    g("filas_excluir", consulta={"realocar": filas["Geral"]}, fila_id=filas["Vendas"])
    g("atendentes_revogar", atendente_id=maria["id"])
    g("atendentes_excluir", atendente_id=maria["id"])


def _avisar(g: Gravador) -> None:
    """The browser is that of RFC 8291, appendix A."""
    g("canais_criar", {"nome": "Avisos", "tipo": "push", "config": {"vapidAssunto": "mailto:ti@empresa.com"}})
    inscricao = {
        "endpoint": "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    }
    feita = g("push_inscrever", inscricao)
    g("push_listar")
    g("push_cancelar", inscricao_id=feita["id"])


def _ser_avisado(g: Gravador, servidor: Servidor, admin: Usuario) -> None:
    """Of what a contact writes, and somebody else registers."""
    silencio = {"de": "22:00", "ate": "07:00", "dias": ["dom"]}
    resumo = {"cada": "dia", "hora": "08:00", "por": ["email"]}
    preferencias = {"silencio": silencio, "resumo": resumo, "desligados": {"ticket_criado": ["sms"]}}
    g("avisos_mudar_preferencias", {**preferencias, "telefone": "5511988887777"})
    g("avisos_ver_preferencias")
    g("avisos_prever", {"assunto": "{{aviso.nome}}: {{contato.nome}}", "texto": "Veja o nº {{ticket.numero}}"})
    regra = {"nome": "Novos", "eventos": ["ticket_criado"], "para": {"papeis": ["admin"]}, "por": ["app"]}
    g.por_fora("POST", "/atendimento/avisos/regras", regra)
    with g.de(servidor, servidor.usuario(admin.empresa_id, "supervisor")) as outra:
        ticket = outra("tickets_criar", {"contato_nome": "Rui Costa", "contato_telefone": "5511977776666"})
    (aviso,) = g("avisos_listar", consulta={"naoLidas": "true"})["data"]
    g("avisos_ler", notificacao_id=aviso["id"])
    g("avisos_ler_todas")
    g("tickets_encerrar", {"motivo": "Resolvido"}, ticket_id=ticket["id"])


def _balancear(g: Gravador) -> None:
    """Ana has all that came before Bruno did."""
    fila = g("filas_criar", {"nome": "Cobrança"})["id"]
    for nome in ("Ana Lima", "Bruno Reis"):
        email = f"{nome.split()[0].lower()}@empresa.com"
        id_ = g("atendentes_criar", {"nome": nome, "email": email})["id"]
        g("filas_incluir_membro", fila_id=fila, atendente_id=id_)
        g("atendentes_mudar_status", {"online": True}, atendente_id=id_)
        if nome == "Ana Lima":
            novo = {"contato_nome": "João Silva", "contato_telefone": "5511999998888", "filaId": fila}
            tickets = [g("tickets_criar", novo)["id"] for _ in range(3)]
    g("distribuicao_balancear", {"incluirAtribuidos": True})
    for ticket in tickets:
        g("tickets_encerrar", {"motivo": "Resolvido"}, ticket_id=ticket)


def normalizados(exemplos: Mapping[str, Any]) -> dict[str, Any]:
    """Ids, times and signatures replaced by samples: the same wherever the same stood."""
    amostras: dict[str, str] = {}

    def amostra(achado: re.Match[str]) -> str:
        return amostras.setdefault(achado[0], f"0190d3a8-5c4e-7b1a-9c3f-{len(amostras) + 1:012x}")

    texto = _UUID.sub(amostra, json.dumps(exemplos, ensure_ascii=False))
    texto = _INSTANTE.sub("2025-12-11T10:00:00.000Z", texto)
    texto = _DURACAO.sub(r"\g<1>12", texto)
    texto = _MEDIDA.sub(r"\g<1>12", texto)
    texto = _SEGREDO.sub("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=", texto)
    texto = _DESTE_SERVIDOR.sub("http://localhost:3001/webhooks/", texto)
    texto = _ASSINADO.sub(r"http://localhost:3001\1?expira=20251218&assinatura=bWFz-ZXhlbXBsbw", texto)
    texto = _CHAVE.sub(rf"\1{CHAVE}", texto)
    normais: dict[str, Any] = json.loads(texto)
    return normais
