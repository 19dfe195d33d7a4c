"""The page: what it sends, and what it shows of what it receives."""

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.page_clues import *
from checks.explain.mistakes.sections import *

RAISED = (
    r"(?P<said>(?!ReferenceError|InvalidState)\w+: "
    r"(?!.* is not a (?:function|constructor)|.* null \().+?)\.?$"
)
"""What is raised that no other mistake of the page is about."""
_has_sent = fact(lambda evidence: evidence.sent)

MISTAKES = [
    # What it sends
    OTHER("""page_sends_before_it_is_open: The page sends before its WebSocket is open
      If the console says `Still in CONNECTING state`
      Do: Put what is sent at the beginning into socket.onopen = () => { … }.
      Why: new WebSocket(…) returns at once; the connection is there when open happens.
    """).on(f"pages: {TALKS}", "Still in CONNECTING state"),
    OTHER("""page_closes_its_socket: The page closes its WebSocket itself
      If the console says `WebSocket is already in CLOSING or CLOSED state`
      Do: Take out socket.close(), or create another WebSocket before you send.
      Why: What is sent on a closed WebSocket is lost.
    """).on(
        "pages: page_closes page_sends_nothing",
        in_page(r"\.close\("),
    ),
    OTHER("""page_form_is_submitted: The form of the page is submitted
      If the page is loaded again when Enter is pressed, and its address ends with ?
      Do: Call event.preventDefault() first in the handler of the form's submit event.
      Why: A form sends its fields to the server and loads the page that comes back.
    """).on(
        "pages: page_loads_again",
        either(in_page(r"<form\b"), in_page("submit")),
        weight=-1,
    ),
    OTHER("""page_takes_the_first_form: The script takes the first form of the page,
        which is another
      If the page is loaded again when Enter is pressed, and has several forms
      Do: Give the form of the messages an id, and take it by that:
        document.getElementById("form").
      Why: document.forms[0] and querySelector("form") are the form that comes first in
        the page; here that is another one, such as the one to log out.
    """).on(
        "pages: page_loads_again page_sends_nothing",
        in_page(r"forms\[0\]|querySelector\(\s*[\"'`]form[\"'`]"),
        several_forms,
        weight=1,
    ),
    OTHER("""page_listens_too_late: The page listens for messages in another handler
      If a page shows nothing before it has sent something, and then each message
        several times
      Do: Move it out of that handler: socket.onmessage, or
        addEventListener("message", …), stands beside it.
      Why: What is inside a handler runs each time, and not before the first time: a
        page that only reads receives nothing, and each time adds one listener more.
    """).on(f"pages: {RUNS} page_shows_twice", listens_inside, weight=2),
    OTHER("""page_event_is_misspelt: A handler waits for an event that does not exist
      If a function such as onmesage is never called
      Do: Write $right instead of $name.
      Why: Anything may be assigned under any name; the browser calls those names that
        it knows.
    """).on(f"pages: {RUNS}", misspelt_event, weight=1),
    OTHER("""page_never_sends: Nothing in the page sends what is typed
      If the page is connected, and nothing happens on Enter
      Do: Call socket.send(JSON.stringify({ message: input.value })) in the handler of
        the form's submit event.
      Why: Only send() puts something on the connection.
    """).on("pages: page_sends_nothing", no(in_page(r"\.send\b")), weight=-1),
    OTHER("""page_sends_on_nothing: What is typed is not sent on Enter, nor on a click
      If the page is connected, and nothing happens on Enter
      Do: Assign the function that sends to form.onsubmit, or to the onclick of the
        button.
      Why: A function runs when something calls it.
    """).on("pages: page_sends_nothing", in_page(r"\.send\b"), weight=-1),
    OTHER("""page_button_does_nothing: The button of the page sends nothing
      If Enter sends what is typed, and a click does not
      Do: Write type="submit" for that button; or give it an onclick that calls the
        function which sends.
      Why: A button with type="button" submits no form, so the handler of the form's
        submit event is not called.
    """).on(
        "pages: page_click_sends_nothing",
        either(in_page(r"type=[\"']?button"), in_page("<button|type=[\"']?submit")),
    ),
    OTHER("""page_misses_enter: The page waits for a key that no keyboard has
      If a click on the button sends, and Enter does nothing
      Do: Compare the key with "Enter", with a capital E: event.key === "Enter".
      Why: event.key is a name, letter by letter, and event.keyCode a number, 13.
    """).on(
        "pages: page_misses_enter",
        either(
            in_page(r"(?i)key(?:code)?\b.*[\"'`](?:enter|return|13)[\"'`]"),
            in_page(r"\.(?:key|code|keyCode|which)\b"),
        ),
    ),
    OTHER("""page_refreshes: The page loads itself again after a while
      If the messages are gone again and again, and what is being typed too
      Do: Remove what loads it again: the meta element with http-equiv="refresh", or the
        timer that calls location.reload().
      Why: What is new comes over the WebSocket; a page that is loaded again begins with
        nothing.
    """).on("pages: page_refreshes page_loads_again", loads_itself),
    OTHER("""page_box_stays_disabled: The box of the page is disabled, or read-only
      If the page is connected, and nobody can type
      Do: Enable the box in socket.onopen: input.disabled = false, input.readOnly =
        false; setAttribute("disabled", false) disables it too.
      Why: The attribute disabled counts if it is there, whatever its value is.
    """).on(
        "pages: page_has_no_box",
        seen("locked", "[1-9]"),
        either(
            in_page(r"setAttribute\(\s*[\"'`](?:disabled|readonly)"),
            in_page(r"\b(?:disabled|readonly|readOnly)\b"),
        ),
    ),
    OTHER("""page_name_is_taken: A variable has the name of something of the browser's
      If a variable such as history, name or status is not what it was set to
      Do: Give the variable another name than $name, or write const instead of var.
      Why: var at the top of a script makes a property of window, and a name that
        is there already keeps its own value.
    """).on(f"pages: {TALKS}", taken_name, weight=2),
    OTHER("""page_script_is_in_no_block: The script is in no block of the template
      If the template extends another, and its script is not in the page at all
      Do: Move the script into a block, such as {% block content %}, above its {%
        endblock %}.
      Why: Of a template that extends another, Django uses the blocks alone.
    """).on(f"pages: {TALKS}", outside_of_blocks, weight=3),
    OTHER("""page_block_is_not_in_the_base: The template fills a block that its base
        does not have
      If the template extends another, and its script is not in the page at all
      Do: Give the block $block a name that $base has, or add {% block $block %}{%
        endblock %} there.
      Why: Django drops a block that the template above does not name.
    """).on(f"pages: {TALKS}", unknown_block, weight=3),
    OTHER("""page_placeholder_is_for_django: Django fills in what the script was to find
      If the page shows an empty line for each message
      Do: Put {% verbatim %} above that line, and {% endverbatim %} below it.
      Why: Two curly brackets are Django's as well; a variable that no view passes
        becomes nothing.
    """).on("pages: page_shows_nothing", in_template_element, weight=1),
    OTHER("""page_function_is_not_global: An attribute calls a function of a module
      If the console says `is not defined`, and the script has type="module"
      Do: Assign it in the script instead, such as form.onsubmit = $name; or leave out
        type="module".
      Why: What a module defines is its own; an attribute such as onsubmit looks among
        the global names.
    """).on(
        f"pages: {TALKS}",
        r"^ReferenceError: (?P<name>[\w$]+) is not defined",
        in_page(r"type=[\"']?module"),
        called_by_attribute,
        weight=1,
    ),
    OTHER("""page_has_one_id_twice: Two elements have the same id
      If the script finds another element than it is meant to
      Do: Give one of the two elements with the id "$id" another id, and look for that.
      Why: getElementById() and querySelector() return the first one.
    """).on(f"pages: {TALKS}", same_id, weight=2),
    OTHER("""page_sends_form_data: The page makes JSON of a FormData
      If the developer tools show {} under Messages
      Do: Write JSON.stringify({ message: input.value }), or Object.fromEntries(…)
        around the FormData, and name="message" in the input.
      Why: A FormData has no properties of its own, so its JSON is {}.
    """).on("pages: page_sends_another", no_value, in_page("FormData"), weight=2),
    OTHER("""page_has_nothing_to_type_into: The page has no box
      If nobody can type in the page
      Do: Put an input into the page: <input id="message">.
      Why: An input, or a textarea, is what a person can type into.
    """).on("pages: page_has_no_box"),
    OTHER("""page_sends_plain_text: The page sends text that is not JSON
      If the developer tools show the words alone under Messages
      Do: Send JSON.stringify({ message: … }) instead of the text.
      Why: The consumer reads JSON, and what it looks for is under "message".
    """).on(
        "pages: page_sends_another",
        sent(lambda data: isinstance(data, ValueError | str | int | float)),
        in_page(r"\.send\("),
    ),
    OTHER("""page_sends_an_object: The page sends an object that is not made into text
      If the developer tools show `[object Object]` under Messages
      Do: Write socket.send(JSON.stringify({ message: … })).
      Why: send() makes text of an object in the shortest way, and nothing is left of
        what is in it.
    """).on(
        "pages: page_sends_another",
        sent(lambda data: "[object " in str(data)),
        in_page(r"\.send\("),
        weight=1,
    ),
    OTHER("""page_sends_another_key: The page sends what is typed under another key
      If the developer tools show another key than "message"
      Do: Write JSON.stringify({ message: … }) in the page.
      Why: The consumer reads what is under "message".
    """).on(
        "pages: page_sends_another",
        sent(without("message")),
        either(in_page(r"stringify\("), in_page(r"\.send\(")),
    ),
    OTHER("""page_sends_no_value: The page sends an element, or nothing, instead of what
        is typed
      If the developer tools show {"message":{}} or {}
      Do: Write input.value for what is typed into it.
      Why: JSON cannot represent an element, and leaves out what is undefined.
    """).on(
        "pages: page_sends_another",
        either(no_text, no_value),
        either(in_page(r"stringify\("), in_page(r"\.send\(")),
    ),
    OTHER("""page_empties_its_box_first: The page sends something else than what is
        typed
      If the developer tools show {"message":""}
      Do: Read input.value before input.value = "" empties it.
      Why: The lines of a function run one after another.
    """).on(
        "pages: page_sends_another",
        nothing_typed,
        either(in_page(r"\.value\s*=\s*[\"'`]{2}"), in_page(r"\.send\(")),
    ),
    OTHER("""page_reads_its_box_once: What is typed is read before anything was typed
      If the developer tools show the same message each time, such as {"message":""}
      Do: Read the value where the message is sent: move the line with $name into the
        function that calls socket.send(…).
      Why: Outside of a function, a line runs once, when the page is loaded.
    """).on("pages: page_sends_another", read_once, weight=2),
    # What it shows
    OTHER("""page_never_listens: The page has no handler for what comes
      If the developer tools show the answer under Messages, and the page does not
      Do: Write socket.onmessage = (event) => { … }, and show what is in event.data.
      Why: What comes is handed to that function, and otherwise dropped.
    """).on(
        "pages: page_shows_nothing",
        no(in_page(r"onmessage|Listener\(\s*[\"'`]message")),
    ),
    OTHER("""page_stops_listening: The page takes its handler away after a message
      If the page shows the first message, and none after it
      Do: Remove what takes the handler away: { once: true }, removeEventListener() or
        socket.onmessage = null.
      Why: A handler that is gone is not called for the next message.
    """).on(
        "pages: page_shows_nothing",
        in_page(r"\bonce:\s*true|removeEventListener\(|onmessage\s*=\s*null"),
        weight=1,
    ),
    OTHER("""page_reads_another_key: The page reads another key than the consumer sends
      If the page shows undefined, or an empty line
      Do: Read "message" where the page reads "$key".
      Why: The consumer sends {"message": "…"}; what is not there is undefined.
    """).on("pages: page_shows_nothing", other_key, weight=1),
    OTHER("""page_does_not_parse: The page reads a key of the text, which is JSON still
      If the page shows undefined, and its script says event.data.message
      Do: Write JSON.parse($name.data).message instead of $name.data.message.
      Why: What comes is text; JSON.parse() makes an object of it.
    """).on(
        "pages: page_shows_nothing",
        in_page(r"\b(?P<name>\w+)\.data\.(?!length)\w+"),
        weight=2,
    ),
    OTHER("""page_parses_the_event: The page parses the event, and not what is in it
      If the console says `"[object MessageEvent]" is not valid JSON`
      Do: Write JSON.parse($name.data) instead of JSON.parse($name).
      Why: The text that came is in the data of the event.
    """).on(
        "pages: page_shows_nothing",
        "object MessageEvent|is not valid JSON",
        in_page(r"JSON\.parse\((?P<name>e|ev|evt|event|msg|message)\)"),
        weight=1,
    ),
    OTHER("""page_waits_for_another_key: The page shows only frames that have a key
        which the consumer does not send
      If the page compares data.type, or another key, and shows nothing
      Do: Show what comes without asking for "$key"; or send "$key" in the consumer, as
        well as "message".
      Why: The consumer sends {"message": "…"}; what is not there is undefined, and
        equal to nothing.
    """).on("pages: page_shows_nothing", asked_key, weight=2),
    OTHER("""page_property_is_misspelt: The page assigns to a property that does not
        exist
      If the page has received a message, and its log shows an empty line
      Do: Write textContent instead of $name.
      Why: Anything may be assigned under any name; the browser shows what is in
        textContent, innerText or innerHTML, with these capitals.
    """).on(
        "pages: page_shows_nothing",
        in_page(
            r"\.(?P<name>(?!innerText\b|innerHTML\b|textContent\b)"
            r"(?i:innertext|innerhtml|textcontent))\s*\+?=[^=]"
        ),
    ),
    OTHER("""page_writes_to_no_field: The page sets the value of an element that shows
        none
      If a message comes, and nothing is shown
      Do: Make the log a textarea, or append to its textContent instead of its value.
      Why: An input or a textarea shows its value; other elements show their text.
    """).on("pages: page_shows_nothing", written_to),
    OTHER("""page_calls_its_handler: The page calls its handler instead of assigning it
      If a function is called once when the page is loaded, and never after that
      Do: Write $name instead of $name(…).
      Why: With brackets a function runs at once, and what it returns is assigned.
    """).on(
        f"pages: {RUNS}",
        in_page(
            r"(?:\.on\w+\s*=|Listener\(\s*[\"'`]\w+[\"'`]\s*,)\s*"
            r"(?!function\b|async\b)(?P<name>[\w.]+)\([^()]*\)\s*\)?;?\s*$"
        ),
        weight=1,
    ),
    OTHER("""page_shows_an_object: The page shows an object as text
      If the page shows [object Object]
      Do: Show the text that is in it: data.message.
      Why: An object in the place of a text is written in the shortest way.
    """).on(
        "pages: page_shows_nothing",
        seen("odd", r"\[object"),
        either(in_page(r"JSON\.parse\((?!doc)"), in_page("onmessage")),
    ),
    OTHER("""page_handler_raises: What handles a message in the page raises
      If the console shows an exception
      Do: Correct the line that the console names: $said.
      Why: The function that is running ends at such a line, and shows nothing.
    """).on("pages: page_shows_nothing", RAISED),
    OTHER("""page_submits_twice: The page sends when its button is clicked, and when its
        form is submitted
      If everybody sees each message twice, and the page sends it twice
      Do: Keep the handler of the form's submit, and take out that of the button's
        click.
      Why: A click on the button, or Enter in the box, causes both events.
    """).on("pages: page_sends_twice", in_page("submit")),
    OTHER("""page_listens_at_each_connection: Each connection adds one more listener
      If each message is sent once more after each break
      Do: Move addEventListener out of the function that connects.
      Why: That function is called again after each break, and each time the form gets
        one listener more.
    """).on("pages: page_sends_twice", listens_where_it_connects, weight=1),
    OTHER("""page_enter_submits_twice: The page waits for Enter, which sends by itself
      If an empty message follows each one that is sent with Enter
      Do: Take out the handler of the key: Enter in a box of a form submits that form.
      Why: The browser causes the submit event of the form, and then the handler of the
        key sends what is left in the box.
    """).on(
        "pages: page_sends_twice",
        in_page("submit"),
        in_page("onkey|[\"']key(up|down|press)[\"']"),
    ),
    OTHER("""page_waits_for_an_answer: The page takes nothing until an answer comes
      If a second message cannot be typed while nothing has come of the first one
      Do: Enable the box as soon as the message is sent.
      Why: Not everything that is sent is answered at once, or at all: a message may
        wait for its time, and a server may reject it.
    """).on(
        "pages: page_has_no_box", in_page("disabled|readOnly"), _has_sent, weight=2
    ),
    OTHER("""page_sends_by_itself: The page sends empty messages that nobody has typed
      If empty lines come again and again
      Do: Take out what sends a message after a time: Daphne keeps a connection open by
        itself, with a ping every 20 seconds.
      Why: For the consumer, it is a message like any other, and everybody is shown it.
    """).on("pages: page_sends_unasked"),
    OTHER("""page_is_transparent: The page shows messages with an opacity of 0
      If a line can be selected, and not seen
      Do: Give the new line the class for which its style waits, or take opacity: 0 out
        of that style.
      Why: What is transparent takes its place, and nobody sees it.
    """).on("pages: page_shows_nothing", seen("faint"), weight=3),
    OTHER("""page_keeps_the_last_only: The page replaces its log by each message
      If only the last message is to be seen
      Do: Append a line for each message: log.append(…), or += instead of =.
      Why: What is assigned to textContent, innerHTML or value takes the place of all
        that was there.
    """).on(
        "pages: page_forgets",
        either(
            in_page(r"\.(textContent|innerText|innerHTML|value)\s*=(?!=).*\bdata\b"),
            in_page("replaceChildren"),
        ),
    ),
    OTHER("""page_shows_what_it_sends: The page shows what it sends, and once more what
        it receives
      If who sends a message sees it twice
      Do: Show a message in one line of the handler of socket.onmessage, and not where
        it is sent.
      Why: The consumer sends every message back, also to the tab that it came from.
    """).on("pages: page_shows_twice", in_page(r"\.send\("), one_handler),
    OTHER("""page_leaves_out_its_words: The page leaves out words that it has sent
      If two people write ok, and one of them sees it once
      Do: Show each message that arrives: leave none out for its text.
      Why: Others may write the same words; every message that arrives is a new one.
    """).on("pages: page_leaves_out"),
    OTHER("""page_handles_twice: Two handlers of the page show each message
      If everybody sees each message twice
      Do: Take one of the handlers out: socket.onmessage and addEventListener("message",
        …) are both called.
      Why: A WebSocket calls every handler that was added to it.
    """).on("pages: page_shows_twice", in_page(HANDLER), no(one_handler)),
    OTHER("""page_shows_html: What others type becomes HTML in the page
      If <b>hello</b> is shown in bold letters
      Do: Write textContent instead of innerHTML, and append text instead of HTML.
      Why: Anybody could send a script, which runs in the browser of all others.
    """).on(
        "advice: page_shows_html",
        either(
            in_page(r"\.innerHTML"),
            in_page(r"insertAdjacentHTML|\.html\(|document\.write"),
        ),
        weight=6,
    ),
    # Besides the page
    SENDING("""receiver_is_not_imported: Nothing imports the module of the receiver
      If a signal is sent, and a function with @receiver is never called
      Do: Import $module in the ready() of the AppConfig of that app.
      Why: A decorator runs when its module is imported, and of an app Django imports
        models.py alone.
    """).on("silent: silent", receiver_is_not_imported, weight=3),
    ECHO("""consumer_wants_more_than_the_message: The consumer needs a key that only its
        own page sends
      If the terminal says `KeyError: 'username'`, and your page sends it
      Do: Read it with a default: data.get("$key", "").
      Why: Others send {"message": "…"} alone, as the page of the course does; an
        exception ends the connection of whoever does.
    """).on("1011: raised closed silent", wanted_too, weight=3),
]
