-- The columns of a row, in the order of its Struct's fields. Ids leave as text: the Structs hold str, and PostgreSQL
-- makes it faster than Python would.

-- name: colunas_empresa
e.empresa_id::text, e.nome, l.numero, e.criada_em, e.atualizada_em, e.janela_reabertura, e.capacidade_padrao,
e.pais_padrao, e.estados, e.contatos_visiveis, e.capacidade

-- name: colunas_ticket
t.empresa_id::text, t.id::text, t.numero, t.status, t.prioridade, t.contato_nome, t.contato_telefone, t.contato_email,
t.assunto, t.fila_id::text, t.atendente_id::text, t.canal_id::text, t.forcado, t.criado_em, t.atualizado_em,
t.aguardando_desde, t.data_primeira_resposta, t.data_resolucao, t.data_fechamento, t.contato_id::text, t.excluido_em,
t.devolvido_por::text, t.endereco, coalesce(t.do_canal, false), t.janela_ate, t.ultima_externa, t.rota,
t.sla, t.perguntar_em, t.pesquisa, t.silencio, t.adiamento

-- name: colunas_mensagem
m.empresa_id::text, m.id::text, m.ticket_id::text, m.seq, m.conteudo, m.tipo, m.direcao, m.remetente_id::text,
m.arquivo, m.lida, m.status_entrega, m.criada_em, m.erro_entrega, m.excluida_em, m.metadados, m.id_externo

-- name: colunas_nota
n.empresa_id::text, n.id::text, n.ticket_id::text, n.seq, n.conteudo, n.autor_id::text, n.mencoes::text[], n.criada_em,
n.editada_em, n.excluida_em

-- The same of many messages, each column an array.
-- name: colunas_mensagens
array_agg(m.empresa_id::text), array_agg(m.id::text), array_agg(m.ticket_id::text), array_agg(m.seq),
array_agg(m.conteudo), array_agg(m.tipo), array_agg(m.direcao), array_agg(m.remetente_id::text), array_agg(m.arquivo),
array_agg(m.lida), array_agg(m.status_entrega), array_agg(m.criada_em), array_agg(m.erro_entrega),
array_agg(m.excluida_em), array_agg(m.metadados), array_agg(m.id_externo)

-- name: colunas_fila
f.empresa_id::text, f.id::text, f.nome, f.descricao, f.estrategia, f.distribuicao_automatica, f.ao_ficar_offline,
f.prioridade, f.padrao, f.criada_em, f.atualizada_em, f.excluida_em, coalesce(f.politica, '{}'),
coalesce(f.versao_politica, 1)

-- name: colunas_politica_versao
p.empresa_id::text, p.fila_id::text, p.versao, p.documento, p.autor_id::text, p.em, p.motivo, p.restaurada_de

-- name: colunas_atendente
a.empresa_id::text, a.id::text, a.nome, a.email, a.capacidade, a.habilidades, a.online, a.estado, a.motivo,
a.por_conexao, a.offline_em, a.ocioso_desde, a.criado_em, a.atualizado_em, a.excluido_em,
a.estado_ao_voltar, a.niveis, a.turno, coalesce(a.sem_resposta, 0)

-- name: colunas_membro
fm.empresa_id::text, fm.fila_id::text, fm.atendente_id::text, fm.ativo

-- name: colunas_evento
v.empresa_id::text, v.seq, v.tipo, v.em, v.ticket_id::text, v.fila_id::text, v.atendente_id::text,
v.fila_anterior_id::text, v.atendente_anterior_id::text, v.ator_id::text, v.ator_papel, v.dados, v.mudancas,
v.lugares, coalesce(v.versao, 1)

-- name: colunas_canal
c.empresa_id::text, c.id::text, c.nome, c.tipo, c.fila_id::text, c.ativo, c.config, c.criado_em, c.atualizado_em,
c.excluido_em, c.pausado_em, c.pausa_motivo, c.situacao

-- name: colunas_segredos
s.empresa_id::text, s.canal_id::text, s.segredos

-- name: colunas_equipe
q.empresa_id::text, q.id::text, q.nome, q.descricao, q.criada_em, q.atualizada_em, q.excluida_em

-- name: colunas_equipe_membro
qm.empresa_id::text, qm.equipe_id::text, qm.atendente_id::text, qm.ativo

-- name: colunas_equipe_fila
qf.empresa_id::text, qf.equipe_id::text, qf.fila_id::text, qf.ativo

-- name: colunas_contato
k.empresa_id::text, k.id::text, k.nome, k.telefone, k.email, k.observacao, k.unido_a::text, k.criado_em,
k.atualizado_em, k.excluido_em, k.criado_por::text, coalesce(k.outros, '{}'),
k.atendido_por::text, k.atendido_em, coalesce(k.etiquetas, '{}'), k.pesquisado_em

-- name: colunas_arquivo
f.empresa_id::text, f.id::text, f.ticket_id::text, f.mensagem_id::text, f.arquivo, f.criado_em

-- name: colunas_idempotencia
i.empresa_id::text, i.usuario_id::text, i.chave, i.resumo, i.resultado, i.criada_em, i.alvo::text

-- name: colunas_envio
x.empresa_id::text, x.id::text, x.canal_id::text, x.linha, x.trabalho, x.estado, x.raia, x.ordem, x.dados,
x.criado_em, x.atualizado_em, x.tentativas, x.falhas, x.duvidas, x.proxima_em, x.prazo, x.conector, x.ticket_id::text,
x.mensagem_id::text, x.id_externo, x.codigo, x.erro

-- name: colunas_inscricao
i.empresa_id::text, i.id::text, i.atendente_id::text, i.canal_id::text, i.endpoint, i.p256dh, i.auth, i.criada_em,
i.ativa

-- name: colunas_documento
o.empresa_id::text, o.tipo, o.id::text, o.nome, o.dados, o.versao, o.criado_em, o.atualizado_em, o.excluido_em

-- name: colunas_escala
s.empresa_id::text, s.fila_id::text, s.atendente_id::text, s.vez, s.dada_em, s.passo, s.contas

-- name: colunas_arremate
r.empresa_id::text, r.ticket_id::text, r.atendente_id::text, r.ate, r.custo

-- name: colunas_estado
h.empresa_id::text, h.atendente_id::text, h.desde, h.online, h.estado, h.motivo, h.ator_id::text

-- name: colunas_decisao
d.empresa_id::text, d.id::text, d.ticket_id::text, d.fila_id::text, d.tipo, d.em, d.atendente_id::text,
d.versao_politica, d.dados

-- name: colunas_aviso_preferencia
ap.empresa_id::text, ap.usuario_id::text, ap.papel, ap.email, ap.dados, ap.atualizada_em

-- name: colunas_aviso_retido
ar.empresa_id::text, ar.id::text, ar.usuario_id::text, ar.meio, ar.tipo, ar.ticket_id::text, ar.numero,
ar.canal_id::text, ar.em, ar.criado_em, ar.ativo

-- name: colunas_aviso_dado
ad.empresa_id::text, ad.chave, ad.usuario_id::text, ad.ate

-- name: colunas_notificacao
nt.empresa_id::text, nt.id::text, nt.usuario_id::text, nt.tipo, nt.ticket_id::text, nt.titulo, nt.texto, nt.urgente,
nt.criada_em, nt.lida_em
