"""By which way a notice gets to somebody, and the job or the entry of its list that it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from actors.canal.mensagens import NovoEnvio
from actors.diretorio.gente import Gente
from engine.avisos import palavras as escritas
from engine.avisos.modelo import DE_FORA, CanaisDoAviso
from engine.avisos.ocorrencias import Ocorrencia
from engine.avisos.padroes import RegraViva
from engine.avisos.palavras import Nomes, Palavras
from engine.avisos.resumo import RESUMO
from engine.envios import avisos
from engine.envios.cargas import ordem_de
from engine.eventos import Alcance, Notificacao, publicar
from engine.modelo import CanalRow, EnvioRow, InscricaoRow, MeioDeAviso, NotificacaoRow, Quem, TicketRow, TipoCanal
from engine.runtime import Effects
from engine.tempo import iso

if TYPE_CHECKING:
    from actors.diretorio.empresa_viva import EmpresaViva


class Saida(Struct, frozen=True):
    """A way to somebody. ``canal_id``: the canal that was named for it; ``para``: the canais that send now, each with
    the address or the browser; none for ``app``.
    """

    pessoa: str
    meio: MeioDeAviso
    canal_id: str | None = None
    para: tuple[tuple[CanalRow, InscricaoRow | str], ...] = ()


class SaidasDeAvisos:
    """``_por_tipo``: the ids of the canais of a type, the oldest first, where that was asked since one came or went."""

    __slots__ = ("_gente", "_por_tipo", "_viva")

    def __init__(self, viva: EmpresaViva, gente: Gente) -> None:
        self._viva = viva
        self._gente = gente
        self._por_tipo: dict[TipoCanal, list[str]] = {}

    def canais_mudaram(self) -> None:
        """A canal came, or went."""
        self._por_tipo.clear()

    def tem_endereco(self, pessoa: str, meio: MeioDeAviso) -> bool:
        """Whether somebody could be told so, if its canal sent."""
        match meio:
            case "app":
                return True
            case "push":
                return bool(self._viva.inscricoes.de(pessoa))
            case "email":
                return self._gente.email(pessoa) is not None
            case "sms":
                return self._gente.preferencias(pessoa).telefone is not None

    def para(self, pessoa: str, meio: MeioDeAviso, canais: CanaisDoAviso) -> Saida | None:
        """None: somebody cannot be told so now: it has no browser, no address, or no canal sends there."""
        if meio == "app":
            return Saida(pessoa, meio)
        if meio == "push":
            navegadores = self._navegadores(pessoa)
            return Saida(pessoa, meio, None, navegadores) if navegadores else None
        endereco = self._gente.email(pessoa) if meio == "email" else self._gente.preferencias(pessoa).telefone
        dito = canais.email if meio == "email" else canais.sms
        canal = None if endereco is None else self._canal(meio, dito)
        return None if canal is None or endereco is None else Saida(pessoa, meio, dito, ((canal, endereco),))

    def _navegadores(self, pessoa: str) -> tuple[tuple[CanalRow, InscricaoRow], ...]:
        com_canal = ((self._viva.diretorio.canal_row(um.canal_id), um) for um in self._viva.inscricoes.de(pessoa))
        return tuple((canal, um) for canal, um in com_canal if canal is not None and _envia(canal))

    def _canal(self, tipo: TipoCanal, dito: str | None) -> CanalRow | None:
        """The one that is named, if it sends now, or the first that does."""
        diretorio = self._viva.diretorio
        rows = (diretorio.canal_row(id_) for id_ in ([dito] if dito is not None else self._do_tipo(tipo)))
        return next((row for row in rows if row is not None and row.tipo == tipo and _envia(row)), None)

    def canais(self) -> list[str]:
        """The ids of those by which people are told."""
        return [id_ for tipo in DE_FORA for id_ in self._do_tipo(tipo)]

    def _do_tipo(self, tipo: TipoCanal) -> list[str]:
        achados = self._por_tipo.get(tipo)
        if achados is None:
            diretorio = self._viva.diretorio
            achados = self._por_tipo[tipo] = sorted(
                um for um in diretorio.canais if diretorio.tipo_do_canal(um) == tipo
            )
        return achados

    # -- what happens, at once -----------------------------------------------------------------------------------------

    def dar(self, ator: Effects[Any], saida: Saida, viva: RegraViva, ocorrencia: Ocorrencia) -> None:
        """Tell it, in the words of the rule's template or of the house."""
        ticket = ocorrencia.ticket
        ticket_id = None if ticket is None else ticket.id
        if saida.meio == "app":  # the list says what happened, and keeps nothing of what somebody wrote
            dito = self._palavras(viva, replace(ocorrencia, detalhe=""), saida)
            self._listar(ator, saida.pessoa, ocorrencia.tipo, ticket_id, dito, viva)
        for canal, para in saida.para:
            mostra = saida.meio != "push" or avisos.mostra_conteudo(canal)
            dito = self._palavras(viva, ocorrencia if mostra else replace(ocorrencia, detalhe=""), saida)
            da_casa = viva.modelo is None
            carta = escritas.carta(dito, ocorrencia, da_casa=da_casa)
            torpedo = escritas.torpedo(dito, ocorrencia, da_casa=da_casa)
            self._enviar(ator, canal, self._envio(ator, canal, saida, para, dito, carta, torpedo, ticket))

    def _palavras(self, viva: RegraViva, ocorrencia: Ocorrencia, saida: Saida) -> Palavras:
        if viva.modelo is None:
            return escritas.da_casa(ocorrencia)
        nomes = self.nomes(ocorrencia.ticket, self._gente.nome(saida.pessoa))
        return escritas.do_modelo(viva.modelo, ocorrencia, nomes)

    def nomes(self, ticket: TicketRow | None, destinatario: str) -> Nomes:
        """What things are called, for the words of a template."""
        fila = None if ticket is None else self._viva.diretorio.fila_row(ticket.fila_id)
        return Nomes(
            fila="" if fila is None else fila.nome,
            atendente="" if ticket is None else self._gente.nome(ticket.atendente_id or ""),
            destinatario=destinatario,
            empresa=self._viva.ajustes.nome,
        )

    # -- what waited ---------------------------------------------------------------------------------------------------

    def resumir(self, ator: Effects[Any], saida: Saida, dito: Palavras) -> None:
        """Tell a digest."""
        if saida.meio == "app":
            self._listar(ator, saida.pessoa, RESUMO, None, dito, None)
        for canal, para in saida.para:
            carta, torpedo = (dito.titulo, dito.corpo), dito.titulo
            self._enviar(ator, canal, self._envio(ator, canal, saida, para, dito, carta, torpedo, None))

    # -- written down --------------------------------------------------------------------------------------------------

    def _envio(
        self, ator: Effects[Any], canal: CanalRow, saida: Saida, para: InscricaoRow | str, dito: Palavras,
        carta: tuple[str, str], torpedo: str, ticket: TicketRow | None,
    ) -> EnvioRow:  # fmt: skip
        id_, now, ordem = self._viva.ids.novo(), ator.now(), ordem_de(ator.next_seq(), com_evento=False)
        if isinstance(para, InscricaoRow):
            return avisos.por_push(id_, canal, para, dito, None if ticket is None else ticket.id, ordem, now)
        if saida.meio == "email":
            return avisos.por_email(id_, canal, saida.pessoa, para, carta, ticket, ordem, now)
        return avisos.por_sms(id_, canal, saida.pessoa, para, torpedo, ticket, ordem, now)

    def _enviar(self, ator: Effects[Any], canal: CanalRow, row: EnvioRow) -> None:
        ator.save(row)
        self._viva.diretorio.canais[canal.id].tell(NovoEnvio(row, None))

    def _listar(
        self, ator: Effects[Any], pessoa: str, aviso: str, ticket_id: str | None, dito: Palavras, viva: RegraViva | None
    ) -> None:
        urgente = viva is not None and viva.regra.urgente
        row = NotificacaoRow(
            self._viva.name,
            self._viva.ids.novo(),
            pessoa,
            aviso,
            ticket_id,
            dito.titulo,
            dito.corpo,
            urgente,
            ator.now(),
        )
        ator.save(row)
        evento = Notificacao(row.id, aviso, ticket_id, urgente, iso(row.criada_em))
        publicar(ator, Quem(self._viva.name, None, "sistema"), evento, Alcance(atendente_id=pessoa))


def _envia(canal: CanalRow) -> bool:
    return canal.ativo and canal.pausado_em is None
