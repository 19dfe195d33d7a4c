"""What people get wrong about a real server: settings, nginx, restarts, health."""

import ast
import re

from checks.explain.mistakes.clues import (
    ASGI,
    FAILED,
    SETTINGS,
    Evidence,
    Found,
    Line,
    any_line,
    assigns,
    calls,
    either,
    expects,
    fact,
    got,
    look,
    never_awaited,
    no,
    outside,
    raised,
    says,
    statement,
    uses,
)
from checks.explain.mistakes.mistake import Section
from checks.regular_file import read_text
from checks.verdict import Where

SERVER = Section(
    "10_production/#task-1-take-the-key-and-the-hosts-from-the-environment"
)
PASSED_ON = Section(
    "10_production/#task-2-pass-on-the-upgrade-the-host-and-the-scheme"
)
NGINX = Section("10_production/#what-the-checks-do-with-your-file")
BOTH = Section("10_production/#task-3-use-both-servers")
COMPOSE = Section("10_production/#in-containers")
HEALTH = Section("10_production/#task-4-say-whether-a-server-can-work")

CONFIGURATION, VIEW = "deploy/nginx.conf", "chat/health.py"
PORTS = ("8101", "8102")
RETURNED = (
    r"AttributeError: '(?P<type>\w+)' object has no attribute '(get|headers)'"
)
"""What Django says where a view has returned no response, and not None either."""


def written(pattern):
    """A clue: a line of the learner's configuration of nginx fits."""

    def clue(evidence: Evidence) -> Found | None:
        lines = read_text(evidence.project / CONFIGURATION).splitlines()
        for number, line in enumerate(lines, start=1):
            if match := re.search(pattern, line.partition("#")[0]):
                return match.groupdict() | {
                    "where": Where(CONFIGURATION, number)
                }
        return None

    return clue


def last(name):
    """A clue: the name is given a value in the settings; points to the last."""

    def clue(evidence: Evidence) -> Found | None:
        lines = [x for x in evidence.lines(SETTINGS) if name in x.assigns]
        return {"where": lines[-1].at} if lines else None

    return clue


@any_line(SETTINGS)
def splits_at_commas(line: Line) -> bool:
    """Something in the settings is split at commas."""
    return any(
        name.endswith("split") and arguments == [","]
        for name, arguments in line.calls
    )


@fact
def is_of_the_view(evidence: Evidence) -> bool:
    """A coroutine was never awaited, in this check or before."""
    events = (e for e in evidence.run_events if e["kind"] == "never_awaited")
    return any("group_send" in event["what"] for event in events)


named_upstream = written(r"upstream\s+(?P<upstream>\w+)")


def _configuration(evidence: Evidence) -> str:
    """The learner's configuration of nginx, without its comments."""
    return re.sub(r"#.*", "", read_text(evidence.project / CONFIGURATION))


def misses_a_port(evidence: Evidence) -> Found | None:
    """No line of the upstream names one of the two ports."""
    named = re.findall(r"\bserver\s+[^\s;]*?:(\d+)", _configuration(evidence))
    missing = [port for port in PORTS if port not in named]
    return {"port": missing[0]} if missing else None


@fact
def one_server_is_left_out(evidence: Evidence) -> bool:
    """One of the servers has max_fails=0, and another has not."""
    lines = re.findall(r"\bserver\s+[^{};]+;", _configuration(evidence))
    return {"max_fails=0" in line for line in lines} == {True, False}


@fact
def upgrade_is_in_another_block(evidence: Evidence) -> bool:
    """A block with proxy_pass sets headers itself, but not Upgrade."""
    upgrade, passes, sets = set(), set(), set()
    blocks, number = [0], 0
    words = r'[{}]|proxy_pass\b|proxy_set_header\s+"?[\w-]+'
    for word in re.findall(words, _configuration(evidence)):
        if word == "{":
            number += 1
            blocks.append(number)
        elif word == "}":
            blocks = blocks[:-1] or [0]
        elif word == "proxy_pass":
            passes.add(blocks[-1])
        else:
            sets.add(blocks[-1])
            if re.search(r'\s"?Upgrade$', word, re.IGNORECASE):
                upgrade.add(blocks[-1])
    return passes & sets - upgrade


def is_production(node: ast.AST) -> bool:
    """Whether code reads the variable PRODUCTION, and makes no number of it."""
    return not isinstance(node, ast.Constant) and bool(
        re.fullmatch(r"(?!int\b|bool\b).*\bPRODUCTION\b.*", ast.unparse(node))
    )


@any_line(SETTINGS)
def compares_with_no_text(line: Line) -> bool:
    """PRODUCTION is compared with a number, or with True."""
    for node in line.nodes:
        if isinstance(node, ast.Compare) and is_production(node.left):
            values = [
                it.value
                for it in node.comparators
                if isinstance(it, ast.Constant)
            ]
            return any(isinstance(it, int) for it in values)
    return False


@any_line(SETTINGS)
def header_is_no_pair(line: Line) -> bool:
    """SECURE_PROXY_SSL_HEADER is one text."""
    value = getattr(line.node, "value", None)
    one = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return "SECURE_PROXY_SSL_HEADER" in line.assigns and one


@any_line(SETTINGS)
def header_is_right(line: Line) -> bool:
    """SECURE_PROXY_SSL_HEADER names the header as Django does."""
    there = "HTTP_X_FORWARDED_PROTO" in line.texts
    return "SECURE_PROXY_SSL_HEADER" in line.assigns and there


@any_line(VIEW)
def is_never_reached(line: Line) -> bool:
    """A statement of the view stands below a return of the same block."""
    around = [line.node, *line.scopes]
    bodies = [
        getattr(it, "body", []) for it in around if isinstance(it, ast.AST)
    ]
    return any(
        isinstance(one, ast.Return) and line.node in body[at + 1 :]
        for body in bodies
        for at, one in enumerate(body)
    )


@fact
def other_settings(evidence: Evidence) -> bool:
    """A server has not the settings that manage.py names in its environment."""
    ready = (e for e in evidence.run_events if e["kind"] == "ready")
    return any(e["settings"] != e["manage"] for e in ready)


asks_the_layer = calls(r"(.*\.)?(group_)?send", VIEW)
catches = statement("excepthandler", VIEW)
from_environment = uses("environ.*|getenv|env", "ALLOWED_HOSTS")

MISTAKES = (
    # Settings
    SERVER("""secret_key_stays: The secret key of the course is used in production
      If your project starts in production without a SECRET_KEY in its environment
      Do: Read SECRET_KEY from os.environ where PRODUCTION is 1, with brackets.
      Why: Whoever reads your repository knows this key. With it, they can sign a
        session of anybody, if your project signs its sessions.
    """).on("deploy: starts_without_a_key", last("SECRET_KEY")),
    SERVER("""secret_key_has_a_fallback: There is a key for whoever has set none
      If your project starts in production without a SECRET_KEY in its environment
      Do: Write os.environ["SECRET_KEY"], with brackets and without a second key.
      Why: A server without a key of its own would run with one that everyone knows, and
        nothing would say so.
    """).on(
        "deploy: starts_without_a_key",
        calls("get|getenv", "SECRET_KEY"),
        last("SECRET_KEY"),
    ),
    SERVER("""variable_has_another_name: The environment has no such variable
      If the server stops with `KeyError: …`
      Do: Read SECRET_KEY and ALLOWED_HOSTS: those are the names of the variables.
      Why: os.environ[…] raises KeyError for a name that is not there. So a server
        without its settings does not start.
    """).on(
        "no_start: starting",
        r"KeyError: '(?!SECRET_KEY|ALLOWED_HOSTS|PRODUCTION)\w+'",
        weight=3,
    ),
    SERVER("""key_is_always_required: The key is asked for on your own machine, too
      If the server stops with `KeyError: 'SECRET_KEY'`
      Do: Write what reads os.environ[…] below if os.environ.get("PRODUCTION") == "1":.
      Why: Where PRODUCTION is not set, nobody sets a key either: runserver and the
        tests use the one for learning.
    """).on(
        "no_start: starting",
        r"KeyError: '(SECRET_KEY|ALLOWED_HOSTS)'",
        weight=3,
    ),
    SERVER("""debug_stays_on: DEBUG is on in production
      If a page that is not there shows the routes of your project
      Do: Write DEBUG = False where PRODUCTION is 1.
      Why: With DEBUG on, an error shows your code, your settings and what users have
        sent to whoever sees it.
    """).on("deploy: debug_page", last("DEBUG")),
    SERVER("""asgi_has_other_settings: mysite/asgi.py names other settings
      If `manage.py check --deploy` finds nothing, and the server has DEBUG on
      Do: Choose the settings in mysite/asgi.py as in manage.py, by PRODUCTION.
      Why: Daphne loads mysite/asgi.py and never manage.py, so each of them says for
        itself which module has the settings.
    """).on(
        "deploy: starts_without_a_key debug_page host_is_rejected host_is_accepted",
        other_settings,
        look(says(r"mysite\.settings|^settings$", ASGI)),
        weight=3,
    ),
    BOTH("""tabs_of_an_address_are_counted: Tabs are counted by the address of the client
      If behind nginx only the first tabs connect
      Do: Count nothing by scope["client"]; a limit for each address is for nginx.
      Why: Behind nginx, every connection comes from nginx, and so from one address.
        And people in an office share one.
    """).on(
        "403: refused closed",
        look(says("client", "chat/consumers.py")),
        weight=3,
    ),
    PASSED_ON("""pages_are_cached: nginx keeps the pages of one user for others
      If somebody sees the page of another user, or one that needs a login after a logout
      Do: Take proxy_cache out.
      Why: A page depends on the session of whoever asks for it. A cache gives everybody
        what the first one was answered.
    """).on(
        "pages: logout_is_ignored login_is_forgotten login_is_refused form_is_refused",
        written("proxy_cache "),
        weight=3,
    ),
    HEALTH("""health_is_remembered: The health page says what it has found before
      If a server without its Redis answers 200 at /health/ for a while
      Do: Ask the database and the layer at each request.
      Why: Whoever asks wants to know what is so now. Both questions take about a
        millisecond.
    """).on(
        "deploy: always_healthy",
        either(
            look(statement("global .*", VIEW)),
            look(uses(r".*cache|(time\.)?(monotonic|time)", VIEW)),
        ),
        weight=2,
    ),
    SERVER("""debug_is_a_text: DEBUG is a text, and so it is on
      If a page that is not there shows the routes of your project
      Do: Write DEBUG = False.
      Why: What comes from the environment is a text, and every text but "" is true,
        "False" too.
    """).on(
        "deploy: debug_page",
        either(calls("get|getenv", "DEBUG"), uses("environ.*", "DEBUG")),
        last("DEBUG"),
    ),
    SERVER("""hosts_are_all: ALLOWED_HOSTS allows every host
      If your project answers under any name
      Do: Write ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",").
      Why: Django builds links from the host that the browser names, and the origin of
        a WebSocket is compared with ALLOWED_HOSTS. With "*", every site may open one
        with the cookie of its visitor.
    """).on("deploy: host_is_accepted", last("ALLOWED_HOSTS")),
    SERVER("""hosts_are_one_text: ALLOWED_HOSTS is a text, and no list
      If the server stops with `… ALLOWED_HOSTS setting must be a list`
      Do: Write .split(",") behind os.environ["ALLOWED_HOSTS"].
      Why: What comes from the environment is one text. split(",") makes a list of what
        is between its commas.
    """).on(
        "no_start: starting",
        "ALLOWED_HOSTS setting must be a list",
        last("ALLOWED_HOSTS"),
        weight=2,
    ),
    SERVER("""hosts_have_a_scheme: The hosts in ALLOWED_HOSTS begin with a scheme
      If HTTP 400 comes back under a host that is in ALLOWED_HOSTS
      Do: Leave out https:// in ALLOWED_HOSTS.
      Why: A host is only a name, such as chat.example. CSRF_TRUSTED_ORIGINS is the
        setting whose entries have a scheme.
    """).on(
        "pages: host_is_rejected",
        says("https?://", "ALLOWED_HOSTS"),
        last("ALLOWED_HOSTS"),
    ),
    SERVER("""hosts_are_split_at_spaces: The hosts are separated by commas
      If HTTP 400 comes back under every host of ALLOWED_HOSTS
      Do: Write split(",").
      Why: split() without an argument splits at spaces. There is none, so all hosts
        are one name.
    """).on(
        "pages: host_is_rejected",
        calls("split", "ALLOWED_HOSTS"),
        no(splits_at_commas),
        last("ALLOWED_HOSTS"),
    ),
    SERVER("""hosts_are_localhost_only: ALLOWED_HOSTS does not come from the environment
      If HTTP 400 comes back under a host that the environment names
      Do: Write ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",").
      Why: Where a project runs is known by whoever starts it. The same code should run
        at chat.example and on the machine on which it is tried.
    """).on(
        "pages: host_is_rejected", no(from_environment), last("ALLOWED_HOSTS")
    ),
    SERVER("""hosts_are_one_entry: ALLOWED_HOSTS has one entry for all hosts
      If HTTP 400 comes back, and an entry of ALLOWED_HOSTS has commas in it
      Do: Write ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",").
      Why: What comes from the environment is one text. split(",") makes a list of what
        is between its commas.
    """).on(
        "pages: host_is_rejected",
        got(r"\['[^']*,[^']*'"),
        no(calls("split", "ALLOWED_HOSTS")),
        last("ALLOWED_HOSTS"),
    ),
    SERVER("""host_is_forwarded: Django reads the host from another header
      If HTTP 400 comes back through nginx, and USE_X_FORWARDED_HOST is True
      Do: Take USE_X_FORWARDED_HOST out of mysite/settings.py.
      Why: nginx passes the name on as Host. X-Forwarded-Host has what another server
        writes into it, or the browser itself.
    """).on(
        "pages: no_page",
        got("HTTP 400"),
        last("USE_X_FORWARDED_HOST"),
        weight=1,
    ),
    SERVER("""trusted_origins_without_a_scheme: An origin begins with a scheme
      If check --deploy says 4_0.E001
      Do: Write https:// before each host in CSRF_TRUSTED_ORIGINS, or take the setting
        out.
      Why: Django starts no command of manage.py with such an error, so nothing is
        migrated. Where Host and X-Forwarded-Proto are passed on, the setting is not
        needed.
    """).on(
        "no_start: deploy_error",
        got(r"4_0\.E001"),
        last("CSRF_TRUSTED_ORIGINS"),
    ),
    SERVER("""sessions_of_each_process: Each server process has sessions of its own
      If whoever has logged in on one server is not known to the other
      Do: Take SESSION_ENGINE out, so that sessions are in the database.
      Why: Without CACHES, the cache is in the memory of one process. The other one
        finds no session, and asks for the login again.
    """).on(
        "403: refused closed",
        assigns("SESSION_ENGINE", SETTINGS),
        no(assigns("CACHES", SETTINGS)),
        last("SESSION_ENGINE"),
        weight=3,
    ),
    SERVER("""cookies_are_not_secure: The cookies are sent without TLS, too
      If check --deploy gives the warning W012 or W016
      Do: Write SESSION_COOKIE_SECURE = True and CSRF_COOKIE_SECURE = True where
        PRODUCTION is 1.
      Why: Otherwise a browser that is sent to http:// by any link sends its session
        for everybody on the way to read.
    """).on("advice: deploy_warning", got("W012|W016")),
    SERVER("""proxy_ssl_header_as_in_http: The header has another name in Django
      If a form is refused with HTTP 403, or pages redirect without end, and
        X-Forwarded-Proto is https
      Do: Write "HTTP_X_FORWARDED_PROTO", in capitals and with HTTP_ before it.
      Why: Django looks for it in request.META, where a header has HTTP_ before its
        name, and _ for each hyphen.
    """).on(
        "pages: not_secure",
        got("was https"),
        no(header_is_right),
        last("SECURE_PROXY_SSL_HEADER"),
        weight=1,
    ),
    SERVER("""no_proxy_ssl_header: Django does not know that nginx speaks TLS for it
      If a form is refused with HTTP 403, and X-Forwarded-Proto is https
      Do: Write SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https").
      Why: nginx talks to your server without TLS. For Django, the page is at http://,
        and the form comes from https://: another site.
    """).on("pages: not_secure", got("was https"), at=SETTINGS),
    # What nginx starts with
    NGINX("""listens_on_another_port: nginx listens on another port
      If nothing listens on port 8443
      Do: Write listen 8443 ssl; in the block server.
      Why: The checks look there, and so does whoever follows the page.
    """).on("no_start: not_listening"),
    NGINX("""few_connections: nginx may have few connections
      If nginx says that worker_connections are not enough
      Do: Take out worker_connections, or write a number of thousands.
      Why: Each tab takes two of them: one to the browser, and one to the server. Without
        that line there are 512.
    """).on(
        "no_start: few_connections",
        written(r"(?P<directive>worker_connections)\s"),
    ),
    NGINX("""listens_without_tls: nginx speaks no TLS
      If what listens on port 8443 speaks no TLS
      Do: Write listen 8443 ssl; with ssl.
      Why: Without TLS, everybody on the way can read what is said, and take over the
        session.
    """).on("no_start: no_tls"),
    NGINX("""certificate_elsewhere: The certificate has another name
      If nginx says `cannot load certificate`
      Do: Write ssl_certificate localhost.crt; and ssl_certificate_key localhost.key;.
      Why: Those are the names of the files that start.sh and the checks write beside
        your configuration.
    """).on("no_start: nginx_refuses", got("cannot load certificate")),
    NGINX("""semicolon_is_missing: A directive does not end where it should
      If nginx says `invalid number of arguments`
      Do: End the line that it names with a semicolon, and the one above it, too.
      Why: A directive ends at its semicolon, and not at the end of the line. Without
        one, the next line belongs to it.
    """).on(
        "no_start: nginx_refuses",
        got('invalid number of arguments|is not terminated|unexpected "[^:]"'),
    ),
    PASSED_ON("""variable_is_unknown: There is no map for $connection_upgrade
      If nginx says `unknown "connection_upgrade" variable`
      Do: Write map $http_upgrade $connection_upgrade { default upgrade; "" ""; } in
        the block http.
      Why: nginx sets the variables that begin with $http_ by itself. This one is made
        by a map.
    """).on(
        "no_start: nginx_refuses",
        got('unknown "connection_upgrade" variable'),
    ),
    # What it passes on
    PASSED_ON("""path_is_changed: nginx hands on another address
      If a server receives another address than that of the tab
      Do: Write proxy_pass http://$upstream; without a path behind it, not even a slash.
      Why: Where proxy_pass has a path, nginx puts it in the place of that of the
        location. Then no route fits what is left.
    """).on(
        "404: path_is_changed",
        named_upstream,
        written(r"proxy_pass\s+\w+://[^/;\s]+/"),
    ),
    PASSED_ON("""location_for_some_rooms: The location does not fit every room
      If the tab of one room is connected, and that of another gets HTTP 404
      Do: Write location /ws/ instead of a pattern for the names of rooms.
      Why: \\w fits no hyphen, and [a-z] no capital letter. What no other location fits
        is for location /, which passes on no upgrade.
    """).on("404: room_not_proxied", written(r"location\s.*ws")),
    PASSED_ON("""limit_of_an_address: nginx limits how much may come from one address
      If nginx answers with HTTP 503 or 429 when many people have one address
      Do: Take out $directive, or allow hundreds.
      Why: All people in an office have one address. Each open tab is a connection, and
        after a restart all tabs come back at once.
    """).on(
        "500: nginx_limits address_is_limited",
        written(r"(?P<directive>limit_(conn|req))\s"),
    ),
    PASSED_ON("""upstream_on_another_port: nginx does not reach the servers
      If nginx answers with HTTP 502
      Do: Write server 127.0.0.1:8101; in the block upstream.
      Why: 502 means that nobody answered nginx. The servers listen on 8101 and 8102.
    """).on("500: not_proxied no_upstream", got("502")),
    PASSED_ON("""no_upgrade: nginx leaves out the Upgrade header of the browser
      If a server answers with HTTP 404 to a handshake
      Do: Beside proxy_pass, write two lines with proxy_set_header: Upgrade gets
        $http_upgrade, which is what the browser has sent, and Connection needs a value,
        too.
      Why: Upgrade and Connection are for the next hop only, so a proxy leaves them out.
        Then the server sees a request for a page that no URL of your project has.
    """).on("404: not_proxied", got("404")),
    PASSED_ON("""header_in_the_location_hides_those_above: The headers are in another block
      If a server answers with HTTP 404 to a handshake, and Upgrade is passed on in
        another block
      Do: Write all lines with proxy_set_header where proxy_pass is.
      Why: A block takes over those of the block around it only if it has none itself.
    """).on(
        "404: not_proxied",
        got("404"),
        written(r"proxy_set_header\s+Upgrade"),
        upgrade_is_in_another_block,
    ),
    PASSED_ON("""upgrade_without_connection: The header Connection is missing
      If a server answers with HTTP 400 to a handshake
      Do: Write proxy_set_header Connection $connection_upgrade; where proxy_pass is.
      Why: A handshake has both, Upgrade: websocket and Connection: upgrade. By itself,
        nginx sends Connection: close to a server.
    """).on("404: not_proxied", got("400")),
    PASSED_ON("""nobody_serves_static_files: Nobody serves static files in production
      If the page stays at `Connecting …`, and its script is answered with HTTP 404
      Do: Add a location /static/ that lets nginx serve the files, which manage.py
        collectstatic puts into STATIC_ROOT.
      Why: runserver serves static files only while DEBUG is on, and Daphne never does.
    """).on("404: no_file"),
    PASSED_ON("""no_host: nginx does not pass on the host
      If the server receives the name of the upstream as its host
      Do: Write proxy_set_header Host $http_host; in each location with proxy_pass.
      Why: By itself, nginx sends the name behind proxy_pass. Django compares it with
        ALLOWED_HOSTS, and answers with HTTP 400.
    """).on("pages: other_host", no(got("host 'localhost'"))),
    PASSED_ON("""host_without_its_port: The host is passed on without its port
      If a form is refused with HTTP 403, and the host has no port
      Do: Write $http_host instead of $host.
      Why: $host has no port. Django compares the address that a form comes from with
        the host, and https://localhost:8443 is another one than https://localhost.
    """).on(
        "pages: other_host",
        got("host 'localhost'"),
        written(r"proxy_set_header\s+Host\s+\$host\b"),
    ),
    PASSED_ON("""host_has_the_port_of_nginx: nginx puts its own port behind the host
      If a form is refused at https://localhost/, and not at https://localhost:8443/
      Do: Write $http_host as the value of Host.
      Why: Where port 8443 is published as 443, browsers name no port. Django compares
        the address that a form comes from with the host that nginx passes on.
    """).on(
        "advice: only_at_its_port",
        written(r"proxy_set_header\s+Host\s+(?!\$http_host)"),
        weight=2,
    ),
    PASSED_ON("""no_forwarded_proto: nginx does not say that the browser uses TLS
      If a form is refused with HTTP 403, and X-Forwarded-Proto is not there
      Do: Write proxy_set_header X-Forwarded-Proto $scheme; where proxy_pass is.
      Why: nginx talks to your server without TLS. Django cannot know that the browser
        used it, unless nginx says so.
    """).on("pages: not_secure", got("was not there")),
    PASSED_ON("""forwarded_proto_is_fixed: nginx always says that the browser uses no TLS
      If a form is refused with HTTP 403, and X-Forwarded-Proto is http
      Do: Write $scheme as the value of X-Forwarded-Proto.
      Why: $scheme is how the browser has asked: https, where it used TLS.
    """).on(
        "pages: not_secure",
        got("X-Forwarded-Proto was http$"),
        written(r"X-Forwarded-Proto\s+(?!\$scheme\b)"),
    ),
    PASSED_ON("""origin_is_replaced: nginx replaces the header Origin
      If a tab of another site is accepted
      Do: Take out proxy_set_header Origin.
      Why: The browser names the site that opens the WebSocket. With that replaced, the
        page of any site may use the cookies of its visitors.
    """).on(
        "wrong: not_rejected",
        expects("that of another site"),
        written(r"proxy_set_header\s+Origin"),
    ),
    PASSED_ON("""query_is_dropped: nginx passes on the path without the query
      If a tab that comes back receives again what it had
      Do: Write proxy_pass http://chat; and no path behind it.
      Why: With a variable in its path, proxy_pass sends that path and nothing else.
    """).on(
        "wrong: unwanted",
        written(r"proxy_pass\s+\w+://[^;]*/[^;]*\$(?!.*args)"),
        weight=4,
    ),
    PASSED_ON("""origin_is_taken_out: nginx takes out the header Origin
      If a tab is rejected with HTTP 403, and nginx has a proxy_set_header Origin
      Do: Take out proxy_set_header Origin.
      Why: AllowedHostsOriginValidator looks for that header, and rejects who has none.
    """).on(
        "403: refused_outside refused",
        written(r"proxy_set_header\s+Origin"),
        weight=3,
    ),
    PASSED_ON("""daphne_speaks_no_tls: nginx speaks TLS with Daphne
      If nginx answers with 502, and says `SSL_do_handshake() failed`
      Do: Write http:// behind proxy_pass.
      Why: TLS ends at nginx. Daphne listens on this machine only, without TLS.
    """).on("pages: no_answer_of_nginx", written(r"proxy_pass\s+https:")),
    PASSED_ON("""read_timeout_is_short: nginx waits for less than the time between pings
      If a tab on which nobody sends anything is closed with 1006
      Do: Take out proxy_read_timeout, or write more than 20 seconds.
      Why: Daphne sends a ping every 20 s. nginx closes a connection on which a server
        has sent nothing for proxy_read_timeout: 60 s, if it is not set.
    """).on("closed: cuts_quiet_tabs", written("proxy_(read|send)_timeout")),
    # Both servers
    BOTH("""one_server: No line of the upstream names one of the servers
      If none of many tabs is connected with one of the servers
      Do: Write a line in the block upstream for the server on port $port, as there is
        for the other one: no line there names that port.
      Why: With one server, a restart is an outage. The two listen on 8101 and 8102.
    """).on("deploy: one_server_only", misses_a_port),
    BOTH("""tabs_go_to_one_server: A location does not use the upstream
      If none of many tabs is connected with one of the servers, and both are in the
        upstream
      Do: Write proxy_pass http://$upstream; instead of the address of one server.
      Why: All tabs would be on one server: it does all the work, and when it ends, no
        tab can come back.
    """).on(
        "deploy: one_server_only",
        named_upstream,
        written(r"proxy_pass\s+http://[\w.]+:810[12]"),
        weight=1,
    ),
    BOTH("""one_server_is_a_backup: One server is only used when the other is down
      If none of many tabs is connected with one of the servers
      Do: Take out backup.
      Why: All tabs would be on one server: it does all the work, and when it ends, all
        tabs come back at once.
    """).on("deploy: one_server_only", written(r"\bbackup\b")),
    BOTH("""address_is_hashed: nginx sends each room to the same server
      If none of many tabs of one room is connected with one of the servers
      Do: Take out $directive.
      Why: Any tab can be on any server: what they share is in the database and in
        Redis. When a server hangs, nobody could enter its rooms.
    """).on(
        "deploy: one_server_only",
        written(r"^\s*(?P<directive>ip_hash|hash|sticky)\b"),
    ),
    BOTH("""servers_have_other_keys: Each server is started with a key of its own
      If servers are started with different values of SECRET_KEY
      Do: Make one key, and give the same to all servers.
      Why: A session is bound to the key by a hash. With another key, whoever has
        logged in on one server is logged out by the other one.
    """).on(
        "403: servers_differ", expects("SECRET_KEY"), got("another"), weight=1
    ),
    SERVER("""production_is_not_exported: The variables of start.sh stay in the shell
      If DEBUG is on in servers that start.sh starts, and PRODUCTION is set there
      Do: Write export before PRODUCTION=1.
      Why: A shell hands on to the programs that it starts only what is exported.
    """).on("pages: starts_for_learning", expects("start.sh"), weight=1),
    SERVER("""variables_of_one_server: A variable is set for one of the servers only
      If start.sh starts servers that have not all the same PRODUCTION or SECRET_KEY
      Do: Write export with each of the variables, in a line above both servers.
      Why: What stands in front of a command is in the environment of that command alone.
    """).on("deploy: servers_differ", expects("start.sh"), weight=1),
    COMPOSE("""production_has_another_value: PRODUCTION is not 1 in a container
      If DEBUG is on in the containers
      Do: Write PRODUCTION: "1" in the environment of the services.
      Why: mysite/settings.py compares the text with "1", and "true" is another one.
    """).on("pages: starts_for_learning", expects("docker-compose"), weight=1),
    SERVER("""database_is_in_a_temporary_folder: The database is in a folder that
        start.sh deletes
      If nobody can log in after start.sh was ended and started again
      Do: Take DATABASE out of start.sh: without it, db.sqlite3 in the project is used.
      Why: start.sh makes a new folder each time, and deletes it as it ends.
    """).on("deploy: database_gone"),
    BOTH("""new_tabs_go_where_few_are: nginx sends new tabs to the server that has fewest
      If a server hangs, and a page that is reloaded waits each time
      Do: Take out $directive.
      Why: Tabs leave a server that hangs. It has the fewest then, and so it gets each
        new one.
    """).on(
        "advice: none_connects",
        written(r"^\s*(?P<directive>least_conn|random two\b[^;]*)"),
    ),
    COMPOSE("""database_is_in_no_volume: The database is in no volume of its container
      If each container has a database of its own, which is gone once it is recreated
      Do: Write a path below the volume that the services share: /data/db.sqlite3.
      Why: What is in no volume is in the container's own files, which no other container
        sees.
    """).on("deploy: database_apart"),
    COMPOSE("""service_without_environment: A service has not the variables of the others
      If some services of the chat have no SECRET_KEY, or another database
      Do: Write <<: *environment in the environment of each service, too.
      Why: A service that has environment itself takes over nothing of that of x-chat:
        YAML merges one level only.
    """).on("500: servers_differ", expects("docker-compose")),
    BOTH("""ip_hash: nginx sends each address to the same server
      If a server hangs, and whoever tries again gets the same one
      Do: Take out ip_hash.
      Why: Any tab can be on any server: what they share is in the database and in
        Redis. And all people in an office have one address.
    """).on("hang: none_connects", written(r"\b(ip_hash|hash|sticky)\b")),
    BOTH("""max_fails_as_nginx_has_it: nginx leaves out a server for ten seconds
      If both servers restart within ten seconds, and HTTP 502 comes back
      Do: Write max_fails=0 after each server.
      Why: After one failure, nginx does not try a server for 10 s, though it is back
        after one. When the other one restarts then, none is left.
    """).on(
        "500: refused_meanwhile", expects("restart"), no(written("max_fails=0"))
    ),
    BOTH("""fail_timeout_is_short: nginx leaves out a server that is back
      If both servers restart, one at once after the other, and HTTP 502 comes back
      Do: Write max_fails=0 after each server, without fail_timeout.
      Why: However short it is, a server may be back sooner.
    """).on(
        "500: refused_meanwhile",
        expects("restart"),
        written("fail_timeout"),
        weight=1,
    ),
    BOTH("""next_upstream_is_off: nginx does not try the other server
      If a server is killed, and HTTP 502 comes back
      Do: Take out proxy_next_upstream.
      Why: By itself, nginx tries the next server where one cannot be reached.
    """).on("500: refused_meanwhile", written("proxy_next_upstream")),
    # Health
    HEALTH("""health_without_the_layer: The channel layer is not asked
      If /health/ answers 200 on a server whose Redis is not there
      Do: Send an event to any group in health(), with async_to_sync.
      Why: Without Redis, messages reach nobody. A server that still says it is well
        keeps getting tabs.
    """).on("deploy: always_healthy", expects("Redis"), no(asks_the_layer)),
    HEALTH("""health_asks_a_room: The health page sends to the group of a room
      If the tabs of a room are closed whenever somebody asks for /health/
      Do: Name a group that no tab joins, such as "health".
      Why: Every consumer in a group handles what is sent to it. One that has no handler
        for the type raises ValueError, and its tab is closed.
    """).on(
        "1011: raised",
        "^ValueError: No handler for message type",
        look(calls("group_send", given=r"chat_\w+")),
        weight=2,
    ),
    HEALTH("""health_not_awaited: The channel layer is asked, and nobody awaits it
      If /health/ answers 200 on a server whose Redis is not there, and group_send() is
        called
      Do: Write async_to_sync(get_channel_layer().group_send) instead of
        get_channel_layer().group_send.
      Why: group_send() is async. In a sync view, calling it makes a coroutine, which
        nobody runs.
    """).on(
        "deploy: always_healthy", expects("Redis"), is_of_the_view, weight=1
    ),
    HEALTH("""health_without_the_database: The database is not asked
      If /health/ answers 200 on a server without its database
      Do: Send a query in health() that the database has to answer at once.
      Why: Without its database, the server can show no history and save nothing.
    """).on("deploy: always_healthy", expects("database")),
    HEALTH("""health_lazy_queryset: The query is never sent
      If /health/ answers 200 on a server without its database, and there is a query
      Do: Write exists() instead of all().
      Why: A QuerySet sends its query when its rows are needed. exists() needs an answer
        at once.
    """).on(
        "deploy: always_healthy",
        expects("database"),
        calls("objects.(all|filter|order_by)", VIEW),
    ),
    HEALTH("""health_reports_in_its_text: The status is 200 after an exception, too
      If /health/ answers 200 on a server that cannot work, and catches exceptions
      Do: Write status=503 in the answer after except, or do not catch the exception.
      Why: Load balancers read the status. Django answers 500 to an exception by
        itself.
    """).on("deploy: always_healthy", catches, weight=2),
    HEALTH("""health_is_cached: The answer is one from before
      If /health/ answers 200 on a server whose Redis has ended, and uses a cache
      Do: Take out $cache, so that each request asks.
      Why: A load balancer asks every few seconds, because a server may fail at any
        time. Until the cache forgets, it gets the answer from before.
    """).on(
        "deploy: always_healthy",
        look(uses("(?P<cache>cache_page|lru_cache|cache)", VIEW)),
        asks_the_layer,
        weight=1,
    ),
    HEALTH("""health_reads_no_result: Nobody reads what the threads have raised
      If /health/ answers 200 on a server that cannot work, and asks in other threads or
        tasks
      Do: Read each result: list(…) around pool.map(…), result() behind submit(…), and no
        return_exceptions=True in gather(…).
      Why: An exception in another thread or task is kept there, and raised where the
        result is read.
    """).on(
        "deploy: always_healthy",
        look(
            calls(
                r"(.*\.)?(\w*PoolExecutor|Thread|submit|gather|create_task)",
                VIEW,
            )
        ),
        asks_the_layer,
        weight=3,
    ),
    HEALTH("""health_waits_behind_the_tabs: The view waits for an event as tabs do
      If /health/ does not answer 200 while a tab is connected, and new_channel() is
        called
      Do: Call group_send() instead of new_channel().
      Why: In a process, one coroutine at a time reads for all channels with a ! in their
        name. While a tab waits, it reads the queue of the tabs, and no other.
    """).on(
        "pages: never_healthy thrown",
        expects("tab is connected"),
        look(calls("new_channel", VIEW)),
    ),
    HEALTH("""health_fills_a_channel: The view sends events that nothing receives
      If /health/ does not answer 200 after it was asked a hundred times
      Do: Write group_send instead of send, with the name of a group that nobody joins.
      Why: A channel keeps what nothing has received, and is full after 100 events. A
        group without members keeps nothing.
    """).on(
        "pages: never_healthy thrown",
        expects("times"),
        look(calls(r"(.*\.)?send", VIEW)),
        weight=2,
    ),
    HEALTH("""health_behind_the_login: Whoever asks has to log in first
      If /health/ answers with a redirect to the page for the login
      Do: Take out @login_required above health().
      Why: A load balancer has no account.
    """).on("pages: never_healthy", got("answers 30")),
    HEALTH("""health_is_async_and_atomic: Django makes no transaction around an async view
      If /health/ raises `You cannot use ATOMIC_REQUESTS with async views`
      Do: Write @transaction.non_atomic_requests above health().
      Why: The settings make each view one transaction, and Django can do that for sync
        views only.
    """).on(
        "pages: thrown never_healthy", "ATOMIC_REQUESTS with async", weight=1
    ),
    # What follows from a value of another kind
    SERVER("""production_is_a_text: PRODUCTION is compared with what is no text
      If your project starts without a SECRET_KEY, shows DEBUG, or answers under any
        name, and PRODUCTION is compared with a number
      Do: Compare PRODUCTION with a text: == "1", in quotes.
      Why: What comes from the environment is a text. No text is equal to a number or to
        True, so what is below that line is left out.
    """).on(
        "deploy: starts_without_a_key debug_page host_is_rejected host_is_accepted",
        compares_with_no_text,
        weight=5,
    ),
    SERVER("""production_is_not_set_here: PRODUCTION is not set on your own machine
      If the server stops with `KeyError: 'PRODUCTION'`
      Do: Write os.environ.get("PRODUCTION").
      Why: os.environ[…] raises KeyError for a name that is not there, and on your own
        machine nobody sets PRODUCTION. get() gives None for it.
    """).on("no_start: starting", r"KeyError: 'PRODUCTION'", weight=3),
    SERVER("""proxy_ssl_header_is_one_text: SECURE_PROXY_SSL_HEADER is a pair
      If every page is answered with HTTP 500, and SECURE_PROXY_SSL_HEADER is one text
      Do: Write SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https").
      Why: It is the name of a header, as Django has it, and the value with which a
        request has come over TLS. Without the comma, brackets make no pair.
    """).on(
        "no_start: host_is_rejected thrown not_secure never_healthy",
        header_is_no_pair,
        weight=5,
    ),
    SERVER("""proxy_ssl_header_has_another_value: X-Forwarded-Proto has another value
      If a form is refused with HTTP 403, X-Forwarded-Proto is https, and the settings
        wait for another value
      Do: Write SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https").
      Why: $scheme is https or http in nginx, for a WebSocket, too: its handshake is a
        request over HTTP.
    """).on(
        "pages: not_secure",
        got("was https"),
        header_is_right,
        last("SECURE_PROXY_SSL_HEADER"),
        weight=1,
    ),
    # More of nginx's own words
    NGINX("""directive_has_an_equals_sign: There is = between a name and its value
      If nginx says `invalid number of arguments`, and there is = in that line
      Do: Take out = in each line with proxy_set_header: the value follows the name.
      Why: nginx separates what belongs to a directive by spaces only, so = is one more
        value.
    """).on(
        "no_start: nginx_refuses",
        got("invalid number of arguments"),
        written(r"^\s*\w+(\s+[\w-]+)?\s*=\s"),
        weight=1,
    ),
    NGINX("""map_has_colons: The lines of a map have no colons
      If nginx says `unexpected ":"`
      Do: Write default upgrade; and "" ""; in the map: without a colon, and with a
        semicolon at the end of each.
      Why: A map of nginx is no JSON. Each of its lines is a value, a space, and what
        becomes of it.
    """).on("no_start: nginx_refuses", got('unexpected ":"'), weight=1),
    NGINX("""brace_is_missing: A block does not end
      If nginx says `unexpected end of file`
      Do: Write } where the block ends: each { needs one.
      Why: nginx has read the whole file, and still waits for the end of a block.
    """).on("no_start: nginx_refuses", got("unexpected end of file"), weight=1),
    NGINX("""directive_in_another_block: A directive stands in a block that has none
      If nginx says `directive is not allowed here`
      Do: Move $directive to another block: map and upstream belong in http, listen in
        server, proxy_pass in a location.
      Why: Each directive has blocks in which it may stand; the documentation of nginx
        names them as its context.
    """).on(
        "no_start: nginx_refuses",
        got('"(?P<directive>\\w+)" directive is not allowed here'),
    ),
    NGINX("""directive_is_unknown: nginx knows no directive of that name
      If nginx says `unknown directive`
      Do: Look at how $directive is spelled, and whether the line above it ends with a
        semicolon.
      Why: The first word of each line is the name of a directive.
    """).on(
        "no_start: nginx_refuses",
        got('unknown directive "(?P<directive>[^"]*)"'),
    ),
    BOTH("""max_fails_by_itself: max_fails is no directive
      If nginx says `unknown directive "max_fails=…"`
      Do: Write max_fails=0 after each server, before its semicolon.
      Why: It is a parameter of one server, as its weight is.
    """).on(
        "no_start: nginx_refuses",
        got('unknown directive "(max_fails|fail_timeout)'),
        weight=1,
    ),
    BOTH("""max_fails_with_spaces: There are spaces around =
      If nginx says `invalid parameter "max_fails"`
      Do: Write max_fails=0, without spaces.
      Why: nginx separates parameters by spaces, so max_fails, = and 0 are three.
    """).on(
        "no_start: nginx_refuses",
        got('invalid parameter "(max_fails|fail_timeout|weight)"'),
    ),
    BOTH("""two_servers_in_one_line: Two servers are in one line
      If nginx says `invalid parameter`, and names an address
      Do: Write server before each address, and a semicolon behind it: a line for each.
      Why: What follows the address of a server are its parameters.
    """).on("no_start: nginx_refuses", got('invalid parameter "[^"]*:\\d+"')),
    BOTH("""server_with_a_comma: There is a comma behind an address
      If nginx says `invalid port in upstream`, and there is a comma
      Do: Take out the comma behind the address of each server.
      Why: nginx separates what belongs to a directive by spaces only. The comma is a
        part of the port.
    """).on(
        "no_start: nginx_refuses",
        got('(invalid port|host not found) in upstream "[^"]*,"'),
    ),
    BOTH("""server_with_a_scheme: A server of an upstream has no scheme
      If nginx says `invalid host in upstream`, and it begins with http
      Do: Take out http:// before the address of each server.
      Why: The scheme is that of proxy_pass: http:// and the name of the upstream. A
        server is an address and a port.
    """).on(
        "no_start: nginx_refuses",
        got('invalid host in upstream "\\w+://'),
    ),
    # More of what it passes on
    PASSED_ON("""header_has_a_colon: There is a colon behind the name of a header
      If a header that is passed on is not there, and its name ends with a colon
      Do: Take out the colon behind each name in the lines with proxy_set_header.
      Why: nginx writes the colon itself. With yours, the header has another name, which
        no server looks for.
    """).on(
        "404: not_proxied other_host not_secure",
        written(r"proxy_set_header\s+[\w-]+:"),
        weight=4,
    ),
    PASSED_ON("""upgrade_has_another_value: Upgrade is passed on with another value
      If a server answers with HTTP 404 to a handshake, and Upgrade is passed on with a
        value of your own
      Do: Write $http_upgrade as the value of Upgrade.
      Why: $http_upgrade is what the browser has sent: websocket. For any other value,
        Daphne takes the request for one of a page.
    """).on(
        "404: not_proxied",
        got("404|400"),
        written(
            r"(?i)proxy_set_header\s+\"?Upgrade\"?\s+(?!\"?(\$http_upgr|websock))"
        ),
        weight=3,
    ),
    PASSED_ON("""connection_has_another_value: Connection is passed on with another value
      If a server answers with HTTP 400 to a handshake, and Connection is passed on with
        another value than upgrade
      Do: Write $connection_upgrade as the value of Connection.
      Why: The map gives that variable the value upgrade, where a browser asks for a
        WebSocket.
    """).on(
        "404: not_proxied",
        got("400"),
        written(
            r"(?i)proxy_set_header\s+\"?Connection\"?\s+"
            r"(?!\"?(\$connection_upgr|upgrade))"
        ),
        weight=1,
    ),
    PASSED_ON("""host_is_empty: The host that nginx passes on is empty
      If a server answers with HTTP 400 to a handshake, and Host gets another variable
        than $http_host
      Do: Write $http_host as the value of Host.
      Why: nginx leaves out a header whose value is empty, as $server_name is where no
        name is set. Without Host there is no handshake.
    """).on(
        "404: not_proxied",
        got("400"),
        written(r"(?i)proxy_set_header\s+\"?Connection\"?\s+\"?(\$|upgrade)"),
        written(r"proxy_set_header\s+Host\s+(\"\"|\$(?!http_host|host\b))"),
        weight=1,
    ),
    PASSED_ON("""map_is_inverted: The map gives Connection another value than upgrade
      If a server answers with HTTP 400 to a handshake, and Connection comes from a map
      Do: Write default upgrade; in the map, and "" ""; for whoever asks for a page.
      Why: What stands behind default is for a browser that has sent Upgrade. The empty
        text is for one that has not.
    """).on(
        "404: not_proxied",
        got("400"),
        written(r"^\s*map\s+\$http_upgrade"),
        written(r"^\s*default\s+(?!\"?upgrade)"),
        weight=1,
    ),
    # More of both servers
    BOTH("""max_fails_for_one_server: nginx leaves out the other server for ten seconds
      If no tab is connected with a server that is back, and only one of the lines has
        max_fails=0
      Do: Write max_fails=0 after each server.
      Why: After one failure, nginx does not try a server for 10 s, though it is back
        after one.
    """).on(
        "deploy: one_server_only refused_meanwhile",
        no(misses_a_port),
        one_server_is_left_out,
        weight=2,
    ),
    BOTH("""server_takes_few_connections: A server takes no more than so many tabs
      If nginx answers with HTTP 502, and max_conns is set
      Do: Take out max_conns.
      Why: Each open tab is a connection. When the other server is down, all tabs come
        to this one.
    """).on(
        "500: refused_meanwhile not_proxied address_is_limited",
        written("max_conns"),
        weight=2,
    ),
    # More of health
    HEALTH("""health_returns_no_response: The view returns something else than a response
      If /health/ raises `AttributeError: '…' object has no attribute 'get'`
      Do: Write return HttpResponse("ok").
      Why: A view of Django returns an HttpResponse. A text, a dictionary or a pair has
        no status and no headers.
    """).on(
        "pages: thrown never_healthy", RETURNED, outside, at=VIEW, weight=3
    ),
    HEALTH("""health_sends_no_event: A channel layer is not given an event
      If /health/ raises `…send() missing 1 required positional argument`
      Do: Call $send with two arguments: a name, and a dictionary with "type" in it.
      Why: It sends an event to the channel, or to the group, of that name.
    """).on(
        "pages: thrown never_healthy",
        r"Layer\.(?P<send>(group_)?send)\(\) (missing|takes)",
        calls("(group_)?send", FAILED),
        weight=2,
    ),
    HEALTH("""health_awaits: There is await in a view that is not async
      If the terminal says `'await' outside async function`, in chat/health.py
      Do: Write async_to_sync(get_channel_layer().group_send)(…) instead of await.
      Why: A view that is written with def cannot wait with await. async_to_sync makes
        a function of it that a sync view can call.
    """).on(
        "no_start",
        raised(r"'await' outside.*health\.py"),
        weight=7,
    ),
    HEALTH("""health_returns_first: The view returns before it asks
      If /health/ answers 200 on a server that cannot work, and something stands below
        return
      Do: Write return HttpResponse("ok") at the end of health().
      Why: What stands below return in the same block does not run.
    """).on("deploy: always_healthy", is_never_reached, weight=2),
    HEALTH("""health_needs_a_message: A site without messages is not well
      If /health/ does not answer 200 while nobody has sent a message yet
      Do: Write Message.objects.exists(), and answer 200 whatever it returns.
      Why: A new site has no messages. Without an answer of 200, no load balancer would
        send anybody there.
    """).on(
        "pages: never_healthy thrown", expects("no message"), at=VIEW, weight=2
    ),
)
