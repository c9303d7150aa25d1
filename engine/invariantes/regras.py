"""The thirteen invariants, as they are told to people."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Regra(Struct, frozen=True):
    """An invariant. ``olhado``: what of a living empresa is looked at to find out whether it holds."""

    numero: int
    nome: str
    frase: str
    olhado: str


REGRAS: Final = (
    Regra(1, "dono", "Cada ticket tem um dono só, e o que se conta dele confere",
          "todos os tickets em memória: o dono, as vagas dos atendentes e as contagens por fila, canal e contato"),
    Regra(2, "capacidade", "Ninguém recebe mais do que a sua capacidade, a não ser por quem força",
          "as vagas de todos os atendentes, e as atribuições do fim do registro de eventos"),
    Regra(3, "espera", "Nenhum ticket espera enquanto um atendente que pode recebê-lo tem vaga",
          "todos os tickets que esperam, um a um, contra quem tem vaga na fila"),
    Regra(4, "vez", "Quem fica livre recebe o ticket da vez: ninguém é passado para trás",
          "os tickets que esperam, contra as atribuições automáticas do fim do registro de eventos"),
    Regra(5, "presenca", "Quem não está disponível não recebe nada",
          "as vagas de todos os atendentes, e as atribuições do fim do registro de eventos"),
    Regra(6, "ordem", "As mensagens de um contato vão e vêm na ordem em que foram escritas",
          "os envios em curso: um só de cada contato, e nenhum que tenha passado à frente de outro"),
    Regra(7, "durabilidade", "Nada do que foi confirmado se perde: a memória e o banco dizem o mesmo",
          "tickets abertos, cada vez uma parte: o que o ator publicou contra a linha gravada; e os abertos mais novos "
          "do banco contra a memória"),
    Regra(8, "seq", "O registro de eventos não tem buraco", "o fim do registro de eventos, até o último gravado"),
    Regra(9, "conversas", "Um canal tem no máximo uma conversa aberta com cada contato",
          "todas as conversas abertas por canais, em memória"),
    Regra(10, "numero", "Os números dos tickets não têm buraco nem repetição",
          "os últimos números dados, no banco, e o de cada ticket em memória"),
    Regra(11, "isolamento", "Nada de uma empresa aponta para o que não é dela",
          "a empresa, a fila, o canal e o dono de cada ticket em memória; os tickets e mensagens mais novos do banco"),
    Regra(12, "entrega", "O sistema só entrega um ticket a quem atende a fila, está disponível e tem vaga",
          "o que está prometido agora, quem atende cada fila, e as atribuições do fim do registro de eventos"),
    Regra(13, "prazos", "Nada passou do seu prazo",
          "a graça de quem perdeu a conexão, ofertas, arremates, o silêncio de contatos e donos, o que está adiado, os "
          "prazos de SLA, o que a distribuição marcou, e os envios em curso"),
)  # fmt: skip

NUMEROS: Final = tuple(regra.numero for regra in REGRAS)
