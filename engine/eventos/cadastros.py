"""What happens to the set-up of an empresa: itself, its filas, canais and equipes."""

from __future__ import annotations

from typing import Literal

from msgspec import Raw

from engine.eventos._evento import Evento
from engine.vistas import CanalVista, EmpresaVista, EquipeVista, FilaVista, WebhookVista


class EmpresaAtualizada(Evento, frozen=True):
    """The empresa as it is now."""

    tipo = "empresa_atualizada"

    empresa: EmpresaVista


AcaoDeConfiguracao = Literal["criado", "atualizado", "excluido"]


class ConfiguracaoAtualizada(Evento, frozen=True):
    """A document of that ``tipo`` (a calendar, a policy, a template) has that version now; what differs is what the
    event has changed.
    """

    tipo = "configuracao_atualizada"

    tipo_do_documento: str
    id: str
    nome: str
    versao_do_documento: int
    acao: AcaoDeConfiguracao


class FilaCriada(Evento, frozen=True):
    """The fila as it begins."""

    tipo = "fila_criada"

    fila: FilaVista


class FilaAtualizada(Evento, frozen=True):
    """The fila as it is now."""

    tipo = "fila_atualizada"

    fila: FilaVista


class PoliticaAtualizada(Evento, frozen=True):
    """The policy of the fila has that version now; what differs from the one before is what the event has changed.
    ``restauradaDe``: it is an earlier version over again.
    """

    tipo = "politica_atualizada"

    fila_id: str
    versao_politica: int
    motivo: str | None
    restaurada_de: int | None


class FilaExcluida(Evento, frozen=True):
    """It is gone."""

    tipo = "fila_excluida"

    id: str


class FilaMembroIncluido(Evento, frozen=True):
    """That atendente serves the fila now."""

    tipo = "fila_membro_incluido"

    fila_id: str
    atendente_id: str


class FilaMembroRemovido(Evento, frozen=True):
    """That atendente is not the fila's own any more."""

    tipo = "fila_membro_removido"

    fila_id: str
    atendente_id: str


class CanalCriado(Evento, frozen=True):
    """The canal as it begins, without what is secret."""

    tipo = "canal_criado"

    canal: CanalVista


class CanalAtualizado(Evento, frozen=True):
    """The canal as it is now, without what is secret."""

    tipo = "canal_atualizado"

    canal: CanalVista


class CanalExcluido(Evento, frozen=True):
    """It is gone."""

    tipo = "canal_excluido"

    id: str


class CanalNovidade(Evento, frozen=True):
    """The provider told something about a canal: ``tipo_da_novidade`` is ``modelo``, ``qualidade``, ``conta`` or
    ``telefone``, ``dados`` what it said, a JSON object. Or its connector did: ``conexao``, and ``dados`` says of each
    service that it cannot use why.
    """

    tipo = "canal_novidade"

    canal_id: str
    tipo_da_novidade: str
    dados: Raw


class WebhookCriado(Evento, frozen=True):
    """A webhook to another system as it begins, without its address and its secret."""

    tipo = "webhook_criado"

    webhook: WebhookVista


class WebhookAtualizado(Evento, frozen=True):
    """The webhook as it is now, without its address and its secret."""

    tipo = "webhook_atualizado"

    webhook: WebhookVista


class WebhookDesativado(Evento, frozen=True):
    """Nothing is sent to it any more, until somebody activates it: it asked for that, or did not answer for three days.
    The webhook says why.
    """

    tipo = "webhook_desativado"

    webhook: WebhookVista


class WebhookExcluido(Evento, frozen=True):
    """It is gone."""

    tipo = "webhook_excluido"

    id: str


class EnviosReenviados(Evento, frozen=True):
    """These dead letters of a canal are tried again."""

    tipo = "envios_reenviados"

    canal_id: str
    ids: tuple[str, ...]


class EnviosDescartados(Evento, frozen=True):
    """These dead letters of a canal were given up."""

    tipo = "envios_descartados"

    canal_id: str
    ids: tuple[str, ...]


class EquipeCriada(Evento, frozen=True):
    """The equipe as it begins."""

    tipo = "equipe_criada"

    equipe: EquipeVista


class EquipeAtualizada(Evento, frozen=True):
    """The equipe as it is now."""

    tipo = "equipe_atualizada"

    equipe: EquipeVista


class EquipeExcluida(Evento, frozen=True):
    """It is gone."""

    tipo = "equipe_excluida"

    id: str


class EquipeMembroIncluido(Evento, frozen=True):
    """That atendente serves what the equipe serves."""

    tipo = "equipe_membro_incluido"

    equipe_id: str
    atendente_id: str


class EquipeMembroRemovido(Evento, frozen=True):
    """That atendente is not in the equipe any more."""

    tipo = "equipe_membro_removido"

    equipe_id: str
    atendente_id: str


class EquipeFilaVinculada(Evento, frozen=True):
    """The members of the equipe serve the fila now."""

    tipo = "equipe_fila_vinculada"

    equipe_id: str
    fila_id: str


class EquipeFilaDesvinculada(Evento, frozen=True):
    """The equipe does not serve the fila any more."""

    tipo = "equipe_fila_desvinculada"

    equipe_id: str
    fila_id: str
