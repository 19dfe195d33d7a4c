const show = (id, text) => { document.getElementById(id).textContent = text; };
const { room } = document.body.dataset;
const address = new URL(`/ws/chat/${room}/`, location.href);
address.protocol = address.protocol.replace("http", "ws");

const socket = new WebSocket(address);
socket.addEventListener("open", () => show("status", "Connected."));
socket.addEventListener("close", ({ code }) => {
  show("status", `Closed with code ${code}. Reload the page to connect again.`);
});
socket.addEventListener("message", ({ data }) => {
  const { name, message } = JSON.parse(data);
  const line = document.createElement("p");
  const who = document.createElement("b");
  who.textContent = name;
  line.append(who, `: ${message}`);
  document.getElementById("log").append(line);
  line.scrollIntoView({ block: "nearest" });
});

document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const input = document.getElementById("message");
  if (socket.readyState !== WebSocket.OPEN) {
    show("status", "Not sent: this page is not connected. Reload it to connect again.");
    return;
  }
  socket.send(JSON.stringify({ message: input.value }));
  input.value = "";
});
