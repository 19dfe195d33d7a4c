"use strict";

{
  const room = document.currentScript.dataset.room;
  const find = (name) => document.querySelector(`[data-${name}]`);
  const log = find("log");
  const statusLine = find("status");
  const shown = new Map(); // From the id of a message to its <li>.
  let socket;
  let wait = 500;

  // A message that was sent late may be older than the newest one: ask for a little more.
  function address() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const plain = `${scheme}://${location.host}/ws/chat/${room}/`;
    if (shown.size === 0) return plain;
    return `${plain}?since=${Math.max(0, Math.max(...shown.keys()) - 20)}`;
  }

  function show({ id, name, message }) {
    if (shown.has(id)) return;
    const item = document.createElement("li");
    item.textContent = `${name}: ${message}`;
    const next = [...shown.keys()].filter((other) => other > id).sort((a, b) => a - b)[0];
    log.insertBefore(item, shown.get(next) ?? null);
    shown.set(id, item);
    log.scrollTop = log.scrollHeight;
  }

  function connect() {
    statusLine.textContent = "Connecting …";
    socket = new WebSocket(address());
    socket.onopen = () => {
      statusLine.textContent = "Connected.";
      wait = 500;
    };
    socket.onmessage = ({ data }) => show(JSON.parse(data));
    socket.onclose = () => {
      statusLine.textContent = "The connection is lost.";
      setTimeout(connect, wait * (0.5 + Math.random()));
      wait = Math.min(2 * wait, 30000);
    };
  }

  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const { message } = event.target.elements;
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify({ message: message.value }));
    message.value = "";
  });

  connect();
}
