"""What moves and what stays, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.balanceamento.modelo import Mudanca, PorqueNao
from engine.explicacao.palavras import Nomes, fila, pessoa

_MOVE: Final = {
    "tem_vaga": "{para_fila} tem quem o atenda agora",
    "linha_menor": "{para_fila} tem menos espera por vaga que {fila}",
    "desequilibrio": "{de} tem mais a fazer que {para}, em relação às vagas de cada um",
    "abre_vaga": "{para} tem vaga, e {de} fica livre para um ticket que só espera por isso",
}

PORQUE_NAO: Final[Mapping[PorqueNao, str]] = {
    "sem_destino": "a política da fila não transborda para outra fila que distribua agora",
    "sem_vaga_no_destino": "nas filas para onde a dele transborda não há vaga para ele, nem espera menor",
    "manual": "na fila, os próprios atendentes pegam os tickets",
    "fechada": "a fila está fechada agora",
    "reservado": "está guardado para quem atendeu o contato por último",
    "ja_esteve_la": "já passou pela outra fila",
    "respondido": "o contato já foi respondido por quem o atende",
    "pendente": "aguarda o cliente",
    "forcado": "um supervisor o atribuiu a quem o atende",
    "ja_movido": "um balanceamento já o deu a quem o atende",
    "aceito": "quem o atende aceitou a oferta dele",
    "afinidade": "quem o atende já atendeu este contato antes",
    "dono_offline": "quem o atende está offline, e a fila mantém os tickets com ele",
    "ninguem_com_vaga": "ninguém mais que possa recebê-lo tem vaga",
    "equilibrado": "passá-lo a outro não deixaria a carga mais parelha",
    "ofertado": "já está indo para alguém, ou em oferta",
    "nao_examinado": "são muitos: peça outra vez, ou só de uma fila ou de um atendente",
    "limite": "já foram movidos tantos quantos se pediu: peça outra vez para continuar",
    "mudou": "mudou de fila, de atendente ou de situação enquanto isso",
    "nao_vale_mais": "a carga mudou enquanto isso, e já não adiantaria",
    "sem_resposta": "não respondeu a tempo: veja o ticket antes de pedir outra vez",
    "saindo": "quem o receberia está sendo excluído",
    "parado": "quem o receberia está indisponível por um defeito",
    "fora_da_fila": "quem o receberia deixou de atender a fila",
    "offline": "quem o receberia ficou offline",
    "indisponivel": "quem o receberia não está mais disponível",
    "fora_do_turno": "quem o receberia está fora do turno",
    "sem_habilidade": "quem o receberia não tem as habilidades que ele exige",
    "anel": "quem o receberia só o pode receber depois de mais espera",
    "lotado": "quem o receberia não tem mais vaga",
    "maximo_do_canal": "quem o receberia já tem o máximo deste tipo de canal",
    "canal_excluido": "quem o receberia atende agora um canal que exclui o dele",
    "aquecimento": "quem o receberia já tem o máximo do aquecimento da fila",
    "devolveu": "quem o receberia já o devolveu ou recusou",
    "recusou": "quem o receberia o recusou",
}
"""Of a ticket: why it is where it was. (``limite`` also says that an agent has had its share of the fila.)"""


def porque_move(mudanca: Mudanca, nomes: Nomes) -> str:
    return _MOVE[mudanca.porque].format(
        fila=fila(mudanca.fila_id, nomes),
        para_fila=fila(mudanca.para_fila, nomes),
        de=pessoa(mudanca.de, nomes),
        para=pessoa(mudanca.para, nomes),
    )
