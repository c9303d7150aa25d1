"""A webhook to another system: how it is set up, and what follows from how its deliveries go."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from actors.canal.cadastro import CadastroDoCanal
from actors.canal.consultas import Achados, Consultas
from actors.canal.despacho import Despacho
from actors.canal.ganchos import AtualizarGancho, GanchoAberto, GanchoEstado, ReenviarEntrega, VerGancho
from actors.canal.mensagens import NovoEnvio
from actors.canal.segredos import ler_segredos
from actors.diretorio.empresa_viva import EmpresaViva
from engine import eventos
from engine.conector.ganchos import (
    ANTERIOR_MS,
    DESATIVAR_MS,
    SegredosDoGancho,
    SituacaoDoGancho,
    config_do_gancho,
    exigir_url,
    marca_do_segredo,
    situacao_do_gancho,
)
from engine.conector.webhooks_de_saida import novo_segredo
from engine.envios import entregas
from engine.envios.cargas import ordem_de
from engine.envios.desfechos import Desfeito
from engine.errors import Conflict, NotFound
from engine.eventos import publicar
from engine.eventos.mudancas import Mudancas
from engine.modelo import CanalRow, EnvioRow, Quem
from engine.runtime import Stateful
from engine.vistas import json_text, webhook_vista

log = logging.getLogger(__name__)

PEDIU_PARA_PARAR: Final = "O endereço respondeu que não recebe mais (410)"
MORTO: Final = "Nenhuma entrega deu certo em três dias"


class Gancho:
    """Part of a Canal of type ``webhook``. ``anotar`` is an :class:`~actors.canal.linha.Anotador`."""

    __slots__ = ("_ator", "_cadastro", "_consultas", "_despacho", "_sortear", "_viva")

    def __init__(
        self,
        ator: Stateful[CanalRow],
        viva: EmpresaViva,
        cadastro: CadastroDoCanal,
        consultas: Consultas,
        despacho: Callable[[], Despacho],
    ) -> None:
        self._ator = ator
        self._viva = viva
        self._cadastro = cadastro
        self._consultas = consultas
        self._despacho = despacho
        self._sortear = viva.ajustes.opcoes.sortear

    # -- how it is set up --------------------------------------------------------------------------------------------

    def ver(self, comando: VerGancho) -> GanchoAberto:
        segredos = self._segredos()
        mostrar = comando.marca is not None and comando.marca == marca_do_segredo(segredos.segredo)
        vale = segredos.anterior is not None and self._ator.now() < segredos.anterior_ate
        return GanchoAberto(
            self._ator.row,
            segredos.url,
            segredos.segredo if mostrar else None,
            segredos.anterior_ate if vale else None,
        )

    def atualizar(self, comando: AtualizarGancho) -> GanchoEstado:
        if not isinstance(comando.url, UnsetType):
            exigir_url(comando.url, self._viva.ajustes.opcoes.regras_dos_webhooks)
        antes, segredos = self._ator.row, self._segredos()
        depois = antes
        if not isinstance(comando.descricao, UnsetType):
            depois = replace(depois, nome=comando.descricao or "")
        if not isinstance(comando.eventos, UnsetType):
            depois = replace(depois, config=json_text({"eventos": comando.eventos}))
        if not isinstance(comando.ativo, UnsetType):
            depois = replace(depois, ativo=comando.ativo)
        outra_url = comando.url is not UNSET and comando.url != segredos.url
        if outra_url or (depois.ativo and not antes.ativo):
            depois = replace(depois, situacao=None)
        mudancas = _mudancas(antes, depois)
        if outra_url and not isinstance(comando.url, UnsetType):
            self._trocar(replace(segredos, url=comando.url))
            mudancas["url"] = ("definida", "alterada")
        self._tornar_se(comando.quem, depois, mudancas)
        self._despacho().religar()
        return self._estado(segredos)

    def renovar_segredo(self, quem: Quem) -> GanchoEstado:
        atuais, now = self._segredos(), self._ator.now()
        novos = replace(
            atuais,
            segredo=novo_segredo(self._sortear),
            anterior=atuais.segredo or None,
            anterior_ate=now + ANTERIOR_MS,
        )
        self._trocar(novos)
        self._tornar_se(quem, self._ator.row, {"segredo": ("definido", "alterado")})
        return self._estado(novos)

    def excluir(self, quem: Quem) -> None:
        """Conflict while an SLA policy escalates to it."""
        ator = self._ator
        usos = self._viva.documentos.usos(ator.row.id)
        if usos:
            raise Conflict("webhook_em_uso", "O webhook está em uso e não pode ser excluído", tuple(usos))
        now = ator.now()
        ator.become(replace(ator.row, ativo=False, excluido_em=now, atualizado_em=now))
        self._cadastro.trocar_segredos({})
        publicar(ator, quem, eventos.WebhookExcluido(ator.row.id))
        ator.stop()

    def _segredos(self) -> SegredosDoGancho:
        return msgspec.convert(self._cadastro.valores(), SegredosDoGancho)

    def _trocar(self, segredos: SegredosDoGancho) -> None:
        self._cadastro.trocar_segredos(ler_segredos(json_text(segredos)))

    def _estado(self, segredos: SegredosDoGancho) -> GanchoEstado:
        return GanchoEstado(self._ator.row, marca_do_segredo(segredos.segredo))

    def _tornar_se(self, quem: Quem, depois: CanalRow, mudancas: Mudancas) -> None:
        """Take a new row; what differs is told, and the connector hears of it."""
        if not mudancas:
            return
        self._guardar(depois)
        evento = eventos.WebhookAtualizado(webhook_vista(self._ator.row))
        publicar(self._ator, quem, evento, mudancas=mudancas)

    def _guardar(self, depois: CanalRow) -> None:
        self._ator.become(replace(depois, atualizado_em=self._ator.now()))
        self._ator.once_released(partial(self._viva.ganchos.mudou, self._ator.row))

    # -- deliveries that people ask for ------------------------------------------------------------------------------

    def testar(self) -> EnvioRow:
        ator = self._ator
        if not ator.row.ativo:
            raise Conflict("webhook_inativo", "O webhook está desativado; ative-o antes de testar")
        ordem = ordem_de(ator.next_seq(), com_evento=False)
        row = entregas.de_teste(self._viva.ids.novo(), ator.row.empresa_id, ator.row.id, ordem, ator.now())
        return self._escrever(row)

    def reenviar(self, comando: ReenviarEntrega) -> None:
        self._consultas.pedir((comando.entrega_id,), (), partial(self._reenviar, comando))

    def _reenviar(self, comando: ReenviarEntrega, achados: Achados) -> EnvioRow:
        row = achados.get(comando.entrega_id)
        if row is None or row.id != comando.entrega_id:
            raise NotFound("entrega_nao_encontrada", "Entrega não encontrada")
        if row.estado == "pendente":
            return self._despacho().soube(row, _ja)
        if row.estado not in {"entregue", "falhou"}:
            raise Conflict("entrega_em_curso", "A entrega está sendo feita neste momento")
        ator = self._ator
        ordem = ordem_de(ator.next_seq(), com_evento=True)
        publicar(ator, comando.quem, eventos.EnviosReenviados(ator.row.id, (row.id,)))
        achados[row.id] = self._escrever(entregas.outra_vez(row, ordem, ator.now()))
        return achados[row.id]

    def _escrever(self, row: EnvioRow) -> EnvioRow:
        self._ator.save(row)
        self._ator.ref.tell(NovoEnvio(row, None))
        return row

    # -- how they go -------------------------------------------------------------------------------------------------

    def anotar(self, antes: EnvioRow, depois: EnvioRow) -> None:
        """Save it. After the last success the first failure is remembered: only that and its end cost a row."""
        self._ator.save(depois)
        row, situacao = self._ator.row, situacao_do_gancho(self._ator.row.situacao)
        if depois.estado == "entregue" and situacao.falhando_desde is not None and row.ativo:
            self._guardar(replace(row, situacao=None))
        elif depois.falhas > antes.falhas and row.ativo:
            self._falhou(row, situacao, depois)

    def _falhou(self, row: CanalRow, situacao: SituacaoDoGancho, envio: EnvioRow) -> None:
        registro, now = entregas.registro_de(envio), self._ator.now()
        if envio.codigo == entregas.DESATIVAR:
            self._desativar(situacao, PEDIU_PARA_PARAR)
        elif registro.evento == entregas.TESTE:
            return
        elif situacao.falhando_desde is None:
            self._guardar(replace(row, situacao=json_text(SituacaoDoGancho(falhando_desde=now))))
        elif _morto(situacao.falhando_desde, envio, registro, now):
            self._desativar(situacao, MORTO)

    def _desativar(self, situacao: SituacaoDoGancho, motivo: str) -> None:
        """Nothing more is handed out; what waits does so until somebody activates it again."""
        ator, antes = self._ator, self._ator.row
        log.warning("webhook %s of empresa %s is disabled: %s", antes.id, antes.empresa_id, motivo)
        situacao = replace(situacao, desativado_em=ator.now(), motivo=motivo)
        self._guardar(replace(antes, ativo=False, situacao=json_text(situacao)))
        evento = eventos.WebhookDesativado(webhook_vista(ator.row))
        publicar(ator, Quem(antes.empresa_id, None, "sistema"), evento, mudancas=_mudancas(antes, ator.row))


def _ja(row: EnvioRow) -> Desfeito | None:
    """What waits for its time waits no longer."""
    return Desfeito(replace(row, proxima_em=None), saude="boa") if row.estado == "pendente" else None


def _morto(falhando_desde: int, envio: EnvioRow, registro: entregas.Registro, now: int) -> bool:
    """Whether for three days nothing has arrived: by the clock, or because a delivery was given up since whose first
    failure none has.
    """
    desistiu = envio.estado == "falhou" and registro.desde is not None and falhando_desde <= registro.desde
    return desistiu or now - falhando_desde >= DESATIVAR_MS


def _mudancas(antes: CanalRow, depois: CanalRow) -> Mudancas:
    """What differs, of what people follow; the address and the secret are not among it."""
    mudancas: Mudancas = {}
    if antes.nome != depois.nome:
        mudancas["descricao"] = (antes.nome or None, depois.nome or None)
    if antes.ativo != depois.ativo:
        mudancas["ativo"] = (antes.ativo, depois.ativo)
    de, para = config_do_gancho(antes.config).eventos, config_do_gancho(depois.config).eventos
    if de != para:
        mudancas["eventos"] = (de, para)
    return mudancas
