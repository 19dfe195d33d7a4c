"""The page: how its script begins, and where its WebSocket goes."""

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.page_clues import *
from checks.explain.mistakes.sections import *

MISTAKES = [
    # The script does not run to its end
    OTHER("""page_script_is_above_its_elements: The script stands above the elements
        that it looks for
      If the console says `Cannot read properties of null`, and the element is further
        down in the page
      Do: Move the script below the element with the id "$id", to the end of the body.
      Why: A script runs where it is; what comes after it does not exist yet.
    """).on(f"pages: {TALKS}", missing_element, in_html),
    OTHER("""page_selector_has_no_hash: The script looks for an id as if it was a tag
      If the console says `Cannot read properties of null`, and the script says
        querySelector("chat-log")
      Do: Write querySelector("#$id"), with the #.
      Why: A selector that is a name alone is that of a tag, such as p or input.
    """).on(f"pages: {TALKS}", missing_element, in_html, without_hash),
    OTHER("""page_has_no_such_element: The script looks for an element that the page
        does not have
      If the console says `Cannot read properties of null`, and no element has that id
      Do: Give the element the id "$id", or look for the id that it has.
      Why: Where no element has the id, getElementById() and querySelector() return
        null.
    """).on(f"pages: {TALKS}", missing_element, no(in_html)),
    OTHER("""page_has_no_json_script: The page does not pass the name of the room to its
        script
      If the console says `Cannot read properties of null (reading 'textContent')`
      Do: Write {{ room_name|json_script:"$id" }} above the script.
      Why: That filter writes the element with the id that the script reads.
    """).on(f"pages: {TALKS}", missing_element, no(in_html), parsed),
    OTHER("""page_script_does_not_parse: The script is not JavaScript as a whole
      If the console says `SyntaxError`, and nothing else of the script runs
      Do: Correct it near that line: look for a bracket, a quote or a comma.
      Why: A script in which something cannot be read does not run at all.
    """).on(f"pages: {TALKS}", r"^SyntaxError: (?!Failed|.*JSON)"),
    OTHER("""page_websocket_is_misspelt: The name of the class is spelled in another way
      If the console says `Websocket is not defined`
      Do: Write new WebSocket(…) instead of $name, with a capital W and a capital S.
      Why: JavaScript is case-sensitive.
    """).on(
        f"pages: {TALKS}",
        r"^ReferenceError: (?P<name>(?i:web_?socket)s?) is not",
        weight=1,
    ),
    OTHER("""page_name_is_not_defined: The script uses a name that nothing defines
      If the console says `is not defined`
      Do: Define $name above that line, or write the name as it is defined.
      Why: The function that is running ends at such a line.
    """).on(
        f"pages: {TALKS}",
        r"^ReferenceError: (?P<name>[\w$]+) is not defined",
    ),
    OTHER("""page_library_is_not_loaded: The script uses jQuery, which the page does not
        load
      If the console says `$ is not defined`
      Do: Load jQuery in a script element above this script, or write
        document.getElementById("…") instead of $("#…").
      Why: A browser has no $ of its own.
    """).on(
        f"pages: {TALKS}", r"^ReferenceError: (?:\$|jQuery) is not defined", weight=1
    ),
    OTHER("""page_method_is_misspelt: The script calls a method that does not exist
      If the console says `is not a function`
      Do: Look up how $name is spelled: JavaScript is case-sensitive.
      Why: The function that is running ends at such a line.
    """).on(
        f"pages: {TALKS}",
        r"^TypeError: (?P<name>[\w.$()]+) is not a (?:function|constructor)",
    ),
    OTHER("""page_script_is_not_found: A script of the page does not exist on the server
      If the console says `Failed to load resource` and 404
      Do: Put the script at chat/static/chat/, and name it with {% load static %} and {%
        static "chat/…" %}: $name is not there.
      Why: runserver serves what is in the folder static of an app, below STATIC_URL.
    """).on(
        f"pages: {TALKS}",
        seen("missing", r'//[^/"]+(?P<name>/[^"]*)", "why": "HTTP \d+", "what": "scr'),
        weight=2,
    ),
    OTHER("""page_address_is_invalid: The address is not valid for a WebSocket
      If the console says `Failed to construct 'WebSocket'`
      Do: Begin the address with "ws://" + location.host, and end it with the path.
      Why: An address has a scheme, a host and a path.
    """).on("pages: page_opens_nothing", "Failed to construct 'WebSocket'"),
    OTHER("""page_uses_wss: The page asks for an encrypted WebSocket of a plain server
      If the page came over http, and its script says wss://
      Do: Write location.protocol === "https:" ? "wss:" : "ws:" for the scheme.
      Why: wss needs a certificate, which runserver and daphne on your machine do not
        have; and a page that came over https may open wss only.
    """).on(
        "pages: page_connects_elsewhere",
        seen("sockets", r'^\["wss:'),
        either(in_page(r"[\"'`]wss:"), in_page("WebSocket")),
    ),
    OTHER("""page_is_plain_over_tls: The page asks for a plain WebSocket over https, too
      If the page connects at http://localhost:8001, and not through nginx over https
      Do: Write location.protocol === "https:" ? "wss:" : "ws:" for the scheme.
      Why: Where nginx speaks TLS, nothing takes a WebSocket without it; and on another
        machine, browsers refuse one that a page over https opens.
    """).on("pages: page_is_plain_over_tls", in_page(r"[\"'`]ws:"), weight=1),
    OTHER("""page_names_one_server: The page names a server, whichever it came from
      If the page works at one address only, such as localhost:8000
      Do: Write location.host in the address instead of $host.
      Why: The page is served at other addresses too; location.host is the one that it
        came from.
    """).on(
        "pages: page_connects_elsewhere",
        seen("sockets", r'^\["ws://(?P<host>[^/"]+)'),
        either(
            in_page(r"[\"'`/](localhost|127\.0\.0\.1|[\w-]+(\.[\w-]+)+):?\d*[/\"'`]"),
            in_page("new WebSocket"),
        ),
    ),
    OTHER("""page_has_another_name_for_its_host: The page connects to another name than
        the one that it came from
      If the page is at localhost, and its script connects to 127.0.0.1
      Do: Write location.host in the address instead of $host.
      Why: To a browser these are two sites, though one machine has both names: it does
        not send the cookie of a login at the one to the other.
    """).on(
        "pages: page_is_refused page_sends_no_cookie",
        connects_to_another_name,
        either(in_page(r"[\"'`/](localhost|127\.0\.0\.1)"), in_page("new WebSocket")),
        weight=1,
        step=2,
    ),
    OTHER("""page_leaves_out_the_port: The page connects to another port than its own
      If the script says location.hostname
      Do: Write location.host instead of location.hostname.
      Why: location.host has the port, location.hostname does not.
    """).on(
        "pages: page_connects_elsewhere",
        seen("sockets", r'^\["ws://'),
        in_page(r"location\.hostname"),
        weight=1,
    ),
    OTHER("""page_address_has_no_slash: The address has no slash at its end, and the
        route does
      If the page connects to /ws/chat/lobby, and the route is ws/chat/<slug:room_name>/
      Do: Write the / at the end of the address in the page.
      Why: A route fits the whole path; for WebSockets nobody adds the slash.
    """).on(
        "pages: page_is_refused",
        "No route found",
        unslashed := fact(lambda e: not e.path.endswith("/")),
        in_page("new WebSocket"),
        step=1,
    ),
    OTHER("""page_address_is_no_route: The page connects to an address that no route
        fits
      If the console says `Unexpected response code: 500`, and the terminal says `No
        route found for path`
      Do: Write the address of the route in the page: for the room lobby it is
        /ws/chat/lobby/.
      Why: A route fits the whole path, letter by letter.
    """).on(
        "pages: page_is_refused", "No route found", in_page("new WebSocket"), step=1
    ),
    OTHER("""page_room_is_not_rendered: A variable of the template is in a static file
      If the page connects to an address with {{ in it
      Do: Write the name of the room into the page with json_script, and let the script
        read it from there.
      Why: Django renders templates; a static file is sent as it is.
    """).on(
        "pages: page_is_refused page_is_in_another_room page_opens_nothing",
        seen("sockets", r"\{\{|%7B%7B"),
        in_page(r"\{\{.*\}\}", ".js"),
        step=1,
        weight=2,
    ),
    OTHER("""page_room_is_empty: The page does not know the name of its room
      If the page connects to /ws/chat/undefined/ or /ws/chat//
      Do: Use one name for the room: the key that the view passes to render() is the one
        in the template, and the script reads what the template has written.
      Why: A variable that a template does not know is written as nothing.
    """).on(
        "pages: page_is_refused page_is_in_another_room",
        seen("sockets", r"/(undefined|null|)/\"|chat/(undefined|null)?\"|NaN"),
        in_page("new WebSocket"),
        step=1,
        weight=1,
    ),
    OTHER("""page_room_is_last_of_the_address: The page takes the room from the end of
        its address
      If the page connects to /ws/chat//, and its script splits location.pathname
      Do: Write location.pathname.split("/").at(-2) for the name of the room.
      Why: The address ends in a slash, and what comes after the last slash is empty.
    """).on(
        "pages: page_is_refused page_is_in_another_room",
        seen("sockets", r"chat//?\""),
        in_page(r"pathname.*(?:split|slice|substr|lastIndexOf|match)"),
        step=1,
        weight=2,
    ),
    OTHER("""page_remembers_a_room: The page joins the room that a browser remembers
      If the first room is right, and every later one in that browser is the first
      Do: Take the room from the page, and use localStorage only where none is given.
      Why: localStorage belongs to the browser: all pages of your project share it.
    """).on(
        "pages: page_is_in_another_room",
        got("in the same browser"),
        in_page("localStorage|sessionStorage|document\\.cookie"),
    ),
    OTHER("""page_is_in_one_room: The page of every room connects to the same room
      If each of two rooms receives the messages of the other, and the page connects to
        the same address in both
      Do: Put the name of the room into the address, as the view passes it.
      Why: The page of each room is the same template; the room's name is what differs.
    """).on("pages: page_is_in_another_room", in_page("new WebSocket"), step=1),
    ROUTE("""page_takes_other_rooms: The page takes names of rooms that the route of the
        WebSocket does not take
      If /chat/my%20room/ opens, and its WebSocket is answered with 500
      Do: Write the same converter in both: <slug:room_name> in chat/urls.py and in
        chat/routing.py.
      Why: The page of a room that has no route connects to nothing.
    """).on("advice: page_without_room", at="chat/urls.py", weight=6),
    OTHER("""page_asks_for_a_subprotocol: The page asks for a subprotocol, and the
        consumer answers none
      If the console says `Sent non-empty 'Sec-WebSocket-Protocol' header but no
        response was received`
      Do: Leave out the second argument of new WebSocket(…), or have the consumer call
        self.accept(subprotocol="…").
      Why: The second argument is a list of subprotocols, of which the server has to
        choose one.
    """).on(
        "pages: page_is_refused",
        seen("refused", "Sec-WebSocket-Protocol"),
        in_page("new WebSocket"),
    ),
    OTHER("""page_connects_again: The page opens one WebSocket after another
      If the terminal says `WebSocket HANDSHAKING` again and again
      Do: Connect again after a pause, such as setTimeout(connect, 1000), and only in
        onclose.
      Why: What connects in another place leaves the old connection open, and a page
        with two shows each message twice.
    """).on("pages: page_connects_again", in_page("new WebSocket")),
    OTHER("""page_connects_at_an_event: The page connects at an event such as focus, too
      If a page shows each message twice, and has a listener for pageshow, load or focus
      Do: Take out this listener; or connect in it only if socket.readyState is
        WebSocket.CLOSED.
      Why: pageshow and load also come when the page is opened for the first time, and
        focus comes again and again. So the page has more than one WebSocket.
    """).on(
        "pages: page_connects_again",
        in_page(
            r"[\"'`](pageshow|load|focus|visibilitychange|online)[\"'`]|onpageshow"
        ),
        weight=1,
    ),
]
