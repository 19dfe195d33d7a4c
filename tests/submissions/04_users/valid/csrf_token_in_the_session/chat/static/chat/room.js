const main = document.querySelector("main");
const status = main.querySelector("[role=status]");
const log = main.querySelector("[role=log]");
const form = main.querySelector("form");
const template = document.getElementById("line");

const url = new URL(`/ws/chat/${main.dataset.room}/`, location.href);
url.protocol = url.protocol.replace("http", "ws");
const socket = new WebSocket(url);

socket.addEventListener("open", () => { status.textContent = "Connected."; });

socket.addEventListener("close", ({ code }) => {
  if (code === 4401) {  // Not logged in any more.
    location.href = `${main.dataset.login}?next=${encodeURIComponent(location.pathname)}`;
    return;
  }
  status.textContent = `Closed with code ${code}. Reload the page to connect again.`;
});

socket.addEventListener("message", ({ data }) => {
  const { name, message } = JSON.parse(data);
  const line = template.content.cloneNode(true);
  line.querySelector("b").textContent = name;
  line.querySelector("span").textContent =
    typeof message === "string" ? message : JSON.stringify(message);
  log.append(line);
  log.scrollTop = log.scrollHeight;
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (socket.readyState !== WebSocket.OPEN) {
    status.textContent = "Not sent: this page is not connected.";
    return;
  }
  socket.send(JSON.stringify({ message: form.elements.text.value }));
  form.elements.text.value = "";
});
