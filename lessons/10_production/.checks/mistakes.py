"""What people get wrong about a real server: settings, nginx, restarts, health."""

import re

from checks.explain.mistakes.clues import (
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
HEALTH = Section("10_production/#task-4-say-whether-a-server-can-work")

CONFIGURATION, VIEW = "deploy/nginx.conf", "chat/health.py"
SECOND = r"server\s+[\w.]+:8102"


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
    """).on("wrong: starts_without_a_key", last("SECRET_KEY")),
    SERVER("""secret_key_has_a_fallback: There is a key for whoever has set none
      If your project starts in production without a SECRET_KEY in its environment
      Do: Write os.environ["SECRET_KEY"], with brackets and without a second key.
      Why: A server without a key of its own would run with one that everyone knows, and
        nothing would say so.
    """).on(
        "wrong: starts_without_a_key",
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
        r"KeyError: '(?!SECRET_KEY|ALLOWED_HOSTS)\w+'",
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
    """).on("wrong: debug_page", last("DEBUG")),
    SERVER("""debug_is_a_text: DEBUG is a text, and so it is on
      If a page that is not there shows the routes of your project
      Do: Write DEBUG = False.
      Why: What comes from the environment is a text, and every text but "" is true,
        "False" too.
    """).on(
        "wrong: debug_page",
        either(calls("get|getenv", "DEBUG"), uses("environ.*", "DEBUG")),
        last("DEBUG"),
    ),
    SERVER("""hosts_are_all: ALLOWED_HOSTS allows every host
      If your project answers under any name
      Do: Write ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",").
      Why: Django builds links from the host that the browser names, and the origin of
        a WebSocket is compared with ALLOWED_HOSTS. With "*", every site may open one
        with the cookie of its visitor.
    """).on("wrong: host_is_accepted", last("ALLOWED_HOSTS")),
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
        got("invalid number of arguments|is not terminated|unexpected"),
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
    PASSED_ON("""no_upgrade: nginx does not pass on that the browser wants a WebSocket
      If a server answers with HTTP 404 to a handshake
      Do: Pass on both where proxy_pass is, with proxy_set_header: Upgrade as the browser
        has sent it, in $http_upgrade, and Connection.
      Why: Upgrade and Connection are for the next hop only, so a proxy leaves them out.
        Then the server sees a request for a page that no URL of your project has.
    """).on("404: not_proxied", got("404")),
    PASSED_ON("""header_in_the_location_hides_those_above: The headers are in another block
      If a server answers with HTTP 404 to a handshake, and Upgrade is passed on in
        another block
      Do: Write all lines with proxy_set_header where proxy_pass is.
      Why: A block takes over those of the block around it only if it has none itself.
    """).on(
        "404: not_proxied", got("404"), written(r"proxy_set_header\s+Upgrade")
    ),
    PASSED_ON("""upgrade_without_connection: The header Connection is missing
      If a server answers with HTTP 400 to a handshake
      Do: Write proxy_set_header Connection $connection_upgrade; where proxy_pass is.
      Why: A handshake has both, Upgrade: websocket and Connection: upgrade. By itself,
        nginx sends Connection: close to a server.
    """).on("404: not_proxied", got("400")),
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
    PASSED_ON("""no_forwarded_proto: nginx does not pass on that the browser uses TLS
      If a form is refused with HTTP 403, and X-Forwarded-Proto is not there
      Do: Write proxy_set_header X-Forwarded-Proto $scheme; where proxy_pass is.
      Why: nginx talks to your server without TLS. Django cannot know that the browser
        used it, unless nginx says so.
    """).on("pages: not_secure", got("was not there")),
    PASSED_ON("""forwarded_proto_is_fixed: nginx always passes on that nobody uses TLS
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
    PASSED_ON("""read_timeout_is_short: nginx waits for less than the time between pings
      If a tab on which nobody sends anything is closed with 1006
      Do: Take out proxy_read_timeout, or write more than 20 seconds.
      Why: Daphne sends a ping every 20 s. nginx closes a connection on which a server
        has sent nothing for proxy_read_timeout: 60 s, if it is not set.
    """).on("closed: cuts_quiet_tabs", written("proxy_(read|send)_timeout")),
    # Both servers
    BOTH("""one_server: nginx knows one server only
      If none of many tabs is connected with one of the servers
      Do: Write a line for each server in the block upstream.
      Why: With one server, a restart is an outage.
    """).on("wrong: one_server_only", no(written(SECOND))),
    BOTH("""tabs_go_to_one_server: A location does not use the upstream
      If none of many tabs is connected with one of the servers, and both are in the
        upstream
      Do: Write proxy_pass http://$upstream; instead of the address of one server.
      Why: All tabs would be on one server: it does all the work, and when it ends, no
        tab can come back.
    """).on(
        "wrong: one_server_only",
        named_upstream,
        written(r"proxy_pass\s+http://[\w.]+:810[12]"),
        weight=1,
    ),
    BOTH("""one_server_is_a_backup: One server is only used when the other is down
      If none of many tabs is connected with one of the servers
      Do: Take out backup.
      Why: All tabs would be on one server: it does all the work, and when it ends, all
        tabs come back at once.
    """).on("wrong: one_server_only", written(r"\bbackup\b")),
    BOTH("""address_is_hashed: nginx sends each room to the same server
      If none of many tabs of one room is connected with one of the servers
      Do: Take out $directive.
      Why: Any tab can be on any server: what they share is in the database and in
        Redis. When a server hangs, nobody could enter its rooms.
    """).on(
        "wrong: one_server_only",
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
    BOTH("""service_without_environment: A service has not the variables of the others
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
      Do: Write max_fails=0 behind each server.
      Why: After one failure, nginx does not try a server for 10 s, though it is back
        after one. When the other one restarts then, none is left.
    """).on(
        "500: refused_meanwhile", expects("restart"), no(written("max_fails=0"))
    ),
    BOTH("""fail_timeout_is_short: nginx leaves out a server that is back
      If both servers restart, one at once after the other, and HTTP 502 comes back
      Do: Write max_fails=0 behind each server, without fail_timeout.
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
    """).on("wrong: always_healthy", expects("Redis"), no(asks_the_layer)),
    HEALTH("""health_not_awaited: The channel layer is asked, and nobody awaits it
      If /health/ answers 200 on a server whose Redis is not there, and group_send() is
        called
      Do: Write async_to_sync(get_channel_layer().group_send) instead of
        get_channel_layer().group_send.
      Why: group_send() is async. In a sync view, calling it makes a coroutine, which
        nobody runs.
    """).on(
        "wrong: always_healthy", expects("Redis"), is_of_the_view, weight=1
    ),
    HEALTH("""health_without_the_database: The database is not asked
      If /health/ answers 200 on a server without its database
      Do: Send a query in health() that the database has to answer at once.
      Why: Without its database, the server can show no history and save nothing.
    """).on("wrong: always_healthy", expects("database")),
    HEALTH("""health_lazy_queryset: The query is never sent
      If /health/ answers 200 on a server without its database, and there is a query
      Do: Write exists() instead of all().
      Why: A QuerySet sends its query when its rows are needed. exists() needs an answer
        at once.
    """).on(
        "wrong: always_healthy",
        expects("database"),
        calls("objects.(all|filter|order_by)", VIEW),
    ),
    HEALTH("""health_reports_in_its_text: The status is 200 after an exception, too
      If /health/ answers 200 on a server that cannot work, and catches exceptions
      Do: Write status=503 in the answer after except, or do not catch the exception.
      Why: Load balancers read the status. Django answers 500 to an exception by
        itself.
    """).on("wrong: always_healthy", catches, weight=2),
    HEALTH("""health_is_cached: The answer is one from before
      If /health/ answers 200 on a server whose Redis has ended, and uses a cache
      Do: Take out $cache, so that each request asks.
      Why: A load balancer asks every few seconds, because a server may fail at any
        time. Until the cache forgets, it is told what was true before.
    """).on(
        "wrong: always_healthy",
        look(uses("(?P<cache>cache_page|lru_cache|cache)", VIEW)),
        asks_the_layer,
        weight=1,
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
)
