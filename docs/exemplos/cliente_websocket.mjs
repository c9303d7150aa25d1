import WebSocket from "ws"; // npm install ws

const { BALCAO_URL, TOKEN, TICKET } = process.env;
const auth = { token: TOKEN, salas: [TICKET] };
(function conectar() {
  const ws = new WebSocket(BALCAO_URL.replace("http", "ws") + "/atendimento/ws");
  const mandar = (event, data, ack) => ws.send(JSON.stringify({ event, data, ack }));
  ws.on("open", () => mandar("autenticar", auth));
  ws.once("open", () => auth.desde ?? mandar("mensagem:enviar", { ticketId: TICKET, conteudo: "Olá!" }, 1));
  ws.on("message", (texto) => {
    const quadro = JSON.parse(texto);
    console.log(JSON.stringify(quadro));
    auth.desde = quadro.seq ?? quadro.data.seq ?? auth.desde;
  });
  ws.on("close", (codigo) => [4401, 4403].includes(codigo) || setTimeout(conectar, 1000)).on("error", () => {});
})();
