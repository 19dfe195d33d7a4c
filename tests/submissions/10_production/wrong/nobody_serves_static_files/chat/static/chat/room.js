const statusLine = document.getElementById("status");
const hereLine = document.getElementById("here");
const log = document.getElementById("log");
const form = document.getElementById("form");
const input = document.getElementById("message");

const roomName = JSON.parse(document.getElementById("room-name").textContent);
const scheme = location.protocol === "https:" ? "wss:" : "ws:";
const address = `${scheme}//${location.host}/ws/chat/${roomName}/`;

let socket;
let newest;  // The id of the newest message on this page, once there is one.
let attempts = 0;  // Since this page was connected last.

connect();

// After a break, the page asks for what it has missed, and no more.
function connect() {
  statusLine.textContent = "Connecting …";
  socket = new WebSocket(newest === undefined ? address : `${address}?since=${newest}`);

  socket.onopen = () => {
    attempts = 0;
    statusLine.textContent = "Connected.";
  };

  socket.onclose = (event) => {
    hereLine.textContent = "not known yet";
    if (event.code === 4401) {  // Whoever this page belonged to has logged out.
      location.assign(document.body.dataset.login);
      return;
    }
    const pause = pauseBefore(attempts);
    attempts += 1;
    statusLine.textContent =
      `Closed with code ${event.code}. Connecting again in ${Math.ceil(pause)} s.`;
    setTimeout(connect, 1000 * pause);
  };

  socket.onmessage = (event) => {
    if (showsWhoIsHere(event.data)) return;
    const line = document.createElement("p");
    line.textContent = textOf(event.data);
    log.append(line);
    log.scrollTop = log.scrollHeight;
  };
}

// In seconds: twice as long after each attempt, up to half a minute. It is never quite
// the same, so that a thousand pages do not come back to their server at once.
function pauseBefore(attempt) {
  return Math.min(30, 2 ** attempt) * (0.5 + Math.random() / 2);
}

form.onsubmit = (event) => {
  event.preventDefault();  // Stay on this page.
  if (socket.readyState !== WebSocket.OPEN) {
    statusLine.textContent = "Not sent: this page is not connected yet.";
    return;
  }
  socket.send(JSON.stringify({ message: input.value }));
  input.value = "";
};

// {"here": ["…", "…"]} is a list of names; it takes the place of the one before.
function showsWhoIsHere(frame) {
  try {
    const { here } = JSON.parse(frame);
    if (!Array.isArray(here)) return false;
    hereLine.textContent = here.join(", ");
    return true;
  } catch {
    return false;  // It is no JSON.
  }
}

// What comes else should be {"id": …, "name": "…", "message": "…"}; the name is that of
// nobody in particular, and the id not known, until the server sends them. Anything
// else is shown as it came.
function textOf(frame) {
  try {
    const { id, name, message } = JSON.parse(frame);
    if (typeof id === "number") newest = Math.max(id, newest ?? id);
    if (typeof message === "string") return `${name ?? "somebody"}: ${message}`;
  } catch {
    // It is no JSON.
  }
  return `(not {"message": "…"}) ${frame}`;
}
