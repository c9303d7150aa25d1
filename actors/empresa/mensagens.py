"""What the Empresa is told by the node and by others, and all that it takes."""

from __future__ import annotations

from msgspec import Struct

from actors.atendente.comandos import (
    CriarAtendente,
    GarantirAtendente,
    ListarAtendentes,
    RevogarAcesso,
)
from actors.balanceamento.mensagens import BalanceamentoVencido, Rebalanceado
from actors.canal.comandos import CriarCanal, DescartarOrfaos, ListarCanais, ReceberMensagem
from actors.canal.ganchos import CriarGancho, ListarGanchos
from actors.comandos import ComandoTicket
from actors.contatos.mensagens import CorreioDosContatos
from actors.diretorio.mensagens import (
    AvancarDistribuicao,
    ContinuarRevisaoDeSla,
    EntregarRetidos,
    RefazerDistribuicao,
    ReverSla,
)
from actors.documentos.mensagens import CorreioDosDocumentos
from actors.empresa.comandos import (
    AtualizarEmpresa,
    BalancearCarga,
    CancelarInscricao,
    InscreverPush,
    VerEmpresa,
    VerInscricoes,
    VerPosicoes,
)
from actors.empresa.comandos_de_avisos import (
    Apresentar,
    LerNotificacoes,
    MudarPreferencias,
    PreverAviso,
    VerPreferencias,
)
from actors.equipe.comandos import CriarEquipe, ListarEquipes
from actors.fila.comandos import CriarFila, ListarFilas
from actors.ticket.comandos import CriarTicket, EnviarMensagem
from engine.modelo import CanalRow, TicketRow


class Inaugurar(Struct, frozen=True, gc=False):
    """First message after activation: a new empresa gets its default fila."""


class ParaTicket(Struct, frozen=True):
    """A command for a ticket that is not in memory.

    ``contado``: until it is handled the ticket's commands all come this way (``DiretorioLocal.a_caminho``), so that
    none overtakes it.
    """

    comando: ComandoTicket[object]
    contado: bool = False


class TicketCarregado(Struct, frozen=True):
    """The stored ticket that was asked for (None: there is none), or why it could not be read."""

    ticket_id: str
    row: TicketRow | None
    erro: BaseException | None


class AbrirComMensagem(Struct, frozen=True):
    """A contact wrote to a ticket that cannot reopen (``anterior``): the message goes to another of its tickets, or to
    a new one. What asked for it waits for the answer.
    """

    anterior: TicketRow
    comando: EnviarMensagem


class MensagemDoCanal(Struct, frozen=True):
    """A contact wrote by this canal. ``procurado``: it was looked for a ticket of the contact that could reopen;
    ``anterior`` is the id of the one that was found.
    """

    comando: ReceberMensagem
    canal: CanalRow
    procurado: bool = False
    anterior: str | None = None


class TicketDoCanal(Struct, frozen=True):
    """The ticket of a contact by a canal that was resolved last (None: there is none that could reopen), or why that
    could not be read.
    """

    canal_id: str
    contato_id: str
    row: TicketRow | None
    erro: BaseException | None


CorreioDaEmpresa = (
    Inaugurar
    | VerEmpresa
    | VerPosicoes
    | AtualizarEmpresa
    | BalancearCarga
    | Rebalanceado
    | BalanceamentoVencido
    | CriarAtendente
    | GarantirAtendente
    | RevogarAcesso
    | ListarAtendentes
    | CriarFila
    | ListarFilas
    | CriarCanal
    | InscreverPush
    | VerInscricoes
    | CancelarInscricao
    | VerPreferencias
    | MudarPreferencias
    | Apresentar
    | LerNotificacoes
    | PreverAviso
    | EntregarRetidos
    | ListarCanais
    | DescartarOrfaos
    | CriarGancho
    | ListarGanchos
    | CriarEquipe
    | ListarEquipes
    | CriarTicket
    | AbrirComMensagem
    | MensagemDoCanal
    | TicketDoCanal
    | ParaTicket
    | TicketCarregado
    | CorreioDosContatos
    | CorreioDosDocumentos
    | AvancarDistribuicao
    | RefazerDistribuicao
    | ReverSla
    | ContinuarRevisaoDeSla
)
