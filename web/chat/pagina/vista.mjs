// What is shown: always text, or made by createElement. Nothing that somebody wrote is ever read as HTML.

export const um = (id) => document.getElementById(id);

const PERTO = 120; // pixels
const falas = new Map(); // id -> {li, pe, dados}

export function no(etiqueta, classe, texto) {
  const feito = document.createElement(etiqueta);
  if (classe) feito.className = classe;
  if (texto != null) feito.textContent = texto;
  return feito;
}

// -- notices: one of each kind, until it is so no more -----------------------------------------------------------------

const avisos = new Map();

export function avisar(qual, texto) {
  if ((avisos.get(qual) ?? null) === (texto ?? null)) return;
  if (texto) avisos.set(qual, texto);
  else avisos.delete(qual);
  um("aviso").textContent = [...avisos.values()].join(" ");
  um("aviso").hidden = avisos.size === 0;
}

export function anunciar(texto) {
  um("anuncios").replaceChildren(no("p", null, texto));
}

// -- the end of the conversation stays in sight, unless the visitor has gone up to read ---------------------------------

const rolagem = um("rolagem");
let noFim = true;
let altura = 0;

function aoFim() {
  noFim = true;
  rolagem.scrollTop = rolagem.scrollHeight;
  um("novas").hidden = true;
}

rolagem.addEventListener("scroll", () => {
  const perto = rolagem.scrollHeight - rolagem.scrollTop - rolagem.clientHeight < PERTO;
  if (perto || rolagem.scrollTop < altura) noFim = perto; // what has come meanwhile is not the visitor's going up
  if (noFim) um("novas").hidden = true;
  altura = rolagem.scrollTop;
});
um("novas").addEventListener("click", () => {
  aoFim();
  rolagem.focus({ preventScroll: true });
});
const tamanhos = new ResizeObserver(() => noFim && aoFim()); // a keyboard opens, a picture comes, a message is written
for (const parte of [rolagem, um("conteudo")]) tamanhos.observe(parte);

// -- messages -----------------------------------------------------------------------------------------------------------

const SO_HORA = new Intl.DateTimeFormat("pt-BR", { timeStyle: "short" });
const COM_DIA = new Intl.DateTimeFormat("pt-BR", { dateStyle: "short", timeStyle: "short" });

function hora(em) {
  const quando = new Date(em);
  return (quando.toDateString() === new Date().toDateString() ? SO_HORA : COM_DIA).format(quando);
}

const SINAIS = { enviando: ["…", "enviando"], enviada: ["✓", "enviada"], lida: ["✓✓", "lida"], falhou: ["!", "não enviada"] };

function pintarPe({ pe, dados }) {
  const { de, em, lida, estado } = dados;
  pe.replaceChildren(no("time", null, hora(em)));
  pe.firstChild.dateTime = em;
  if (de !== "visitante") return;
  const [sinal, dito] = SINAIS[estado ?? (lida ? "lida" : "enviada")];
  const tique = no("span", null, ` ${sinal}`);
  tique.setAttribute("aria-hidden", "true");
  pe.append(tique, no("span", "so-leitor", ` ${dito}`));
}

function elo(url, nome, ...dentro) {
  const feito = no("a", null, dentro.length ? null : nome);
  feito.href = url;
  feito.append(...dentro);
  return feito;
}

function daImagem(url, { nome, largura, altura: alta }) {
  const imagem = no("img");
  imagem.src = url;
  imagem.alt = nome;
  imagem.loading = "lazy";
  if (largura && alta) {
    imagem.width = largura;
    imagem.height = alta;
  }
  const inteira = elo(url, nome, imagem);
  inteira.target = "_blank";
  inteira.rel = "noopener";
  return inteira;
}

function doArquivo(arquivo, tipo) {
  const url = arquivo.url && new URL(arquivo.url, location.origin);
  if (url?.origin !== location.origin) return no("span", "texto", arquivo.nome); // not sent yet, or nothing of ours
  if (tipo === "imagem") return daImagem(url.href, arquivo);
  if (tipo === "audio" || tipo === "video") {
    const som = no(tipo);
    som.controls = true;
    som.preload = "metadata";
    som.src = url.href;
    som.setAttribute("aria-label", arquivo.nome);
    return som;
  }
  const baixar = elo(url.href, arquivo.nome);
  baixar.download = arquivo.nome;
  return baixar;
}

function botao(texto, fazer) {
  const feito = no("button", "acao", texto);
  feito.type = "button";
  feito.addEventListener("click", () => {
    fazer();
    rolagem.focus({ preventScroll: true });
  });
  return feito;
}

function daFalha({ id, motivo, repetir }) {
  const acoes = no("p", "acoes");
  if (repetir) acoes.append(botao("Tentar de novo", repetir));
  acoes.append(botao("Remover", () => remover(id)));
  return [no("p", "motivo", `Não foi enviado. ${motivo}`), acoes];
}

function pintar(fala) {
  const { li, pe, dados } = fala;
  const minha = dados.de === "visitante";
  const partes = [no("p", minha ? "so-leitor" : "de", minha ? "Você" : (dados.nome ?? "Atendimento"))];
  if (dados.arquivo) partes.push(doArquivo(dados.arquivo, dados.tipo));
  if (dados.texto) partes.push(no("p", "texto", dados.texto));
  pintarPe(fala);
  partes.push(pe);
  if (dados.estado === "falhou") partes.push(...daFalha(dados));
  li.classList.toggle("falhou", dados.estado === "falhou");
  li.replaceChildren(...partes);
}

const oQueSeVe = ({ texto, tipo, arquivo, estado }) => JSON.stringify([texto, tipo, arquivo?.url, estado === "falhou"]);

// Whether it was not there before.
export function mostrar(dados) {
  const antes = falas.get(dados.id);
  if (antes) {
    const vista = oQueSeVe(antes.dados);
    antes.dados = { ...antes.dados, ...dados, estado: dados.estado };
    if (oQueSeVe(antes.dados) === vista) pintarPe(antes);
    else pintar(antes); // its file has an address now, or a new one
    return false;
  }
  const minha = dados.de === "visitante";
  const fala = { li: no("li", `fala ${minha ? "minha" : "deles"}`), pe: no("p", "pe"), dados };
  pintar(fala);
  falas.set(dados.id, fala);
  um("falas").append(fala.li);
  if (minha && dados.estado) noFim = true; // written here, just now
  if (!noFim) um("novas").hidden = false;
  return true;
}

export function remover(id) {
  falas.get(id)?.li.remove();
  falas.delete(id);
}

export function lidas({ ate, ids }) {
  for (const fala of falas.values()) {
    const d = fala.dados;
    if (d.de !== "visitante" || d.estado) continue;
    if (ids ? ids.includes(d.id) : d.em <= ate) {
      d.lida = true;
      pintarPe(fala);
    }
  }
}

export function ultimaDeles() {
  return [...falas.values()].reverse().find((fala) => fala.dados.de === "atendente")?.dados;
}

// -- how the conversation stands, and what the canal is set to ----------------------------------------------------------

const SITUACOES = {
  nova: "",
  aguardando: "Mensagem recebida: a resposta chega por aqui",
  em_atendimento: "Em atendimento",
  encerrada: "Conversa encerrada. Escreva para continuar.",
};
const SAUDACAO = "Olá! Escreva sua mensagem: a resposta chega por aqui.";

export function situar(texto) {
  if (um("situacao").textContent !== texto) um("situacao").textContent = texto;
}

let espera = false;

export function pintarConversa({ situacao, atendente, podeEnviarArquivo }) {
  espera = situacao === "aguardando";
  situar(situacao === "em_atendimento" && atendente ? `${atendente} está com você` : (SITUACOES[situacao] ?? ""));
  um("anexar").hidden = !podeEnviarArquivo;
  um("quem").hidden = true;
}

function porQuanto({ p50Segundos }) {
  const minutos = Math.round(p50Segundos / 60);
  if (minutos < 1) return "menos de 1 minuto";
  return minutos < 60 ? `cerca de ${minutos} min` : `cerca de ${Math.round(minutos / 60)} h`;
}

export function pintarPosicao({ posicao, esperaEstimada }) {
  if (!espera) return; // somebody has taken it meanwhile
  const lugar = `Mensagem recebida: você é o ${posicao === 1 ? "próximo" : `${posicao}º`} da fila`;
  situar(esperaEstimada ? `${lugar}, espera de ${porQuanto(esperaEstimada)}` : lugar);
}

let fimDoDigitando = 0;

export function mostrarDigitando(porMs) {
  clearTimeout(fimDoDigitando);
  um("digitando").hidden = !porMs;
  if (porMs) fimDoDigitando = setTimeout(() => mostrarDigitando(0), porMs);
}

function sobre(cor) {
  const cheia = cor.length === 4 ? cor.replace(/[0-9a-f]/gi, "$&$&") : cor;
  const [r, g, b] = [1, 3, 5].map((n) => {
    const c = Number.parseInt(cheia.slice(n, n + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff"; // the one with more contrast (WCAG 2.2)
}

export function pintarConfig({ titulo, cor, saudacao, horario, arquivosAntes }, nova) {
  document.title = titulo;
  um("titulo").textContent = titulo;
  document.documentElement.style.setProperty("--cor", cor);
  document.documentElement.style.setProperty("--sobre", sobre(cor));
  um("saudacao").textContent = saudacao || SAUDACAO;
  um("saudacao").hidden = false;
  um("horario").textContent = horario ?? "";
  um("horario").hidden = !horario;
  if (nova) um("anexar").hidden = !arquivosAntes;
}
