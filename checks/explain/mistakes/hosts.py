"""Mistakes in the address of Redis, and in what the layer is told about it."""

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *

HOSTS = '"hosts": [("localhost", 6379)]'
QUOTED = "from urllib.parse import quote"
UNKNOWN = "not known|name resolution|No address associated|nodename"


def text_for_number(evidence: Evidence) -> Found | None:
    """A number in the settings of the layer is a text."""
    texts = [name for name, it in _config(evidence).items() if isinstance(it, str)]
    return {"name": texts[0]} if texts else None


def _config(evidence: Evidence) -> dict[str, object]:
    config: dict[str, object] = evidence.ready.get("layer", {}).get("config", {})
    return config


MISTAKES = [
    # The address
    LAYER(f"""hosts_flat_tuple: hosts is one pair, and no list of pairs
      If the terminal says `'int' object has no attribute 'decode'`, or `Redis URL must
        specify …` Do: Write {HOSTS}: square brackets around round ones.
      Why: It has to be a list of addresses, also for one of them; to Python, brackets
        around a pair of brackets change nothing.""").on("500: no_host"),
    LAYER("""host_is_none: The address of Redis is None
      If the address comes from a variable of the environment that is not set
      Do: Set that variable before the server starts, or give it a default:
        os.environ.get("REDIS_URL", "redis://localhost:6379").
      Why: os.environ.get returns None for a variable that is not set, and an f-string
        makes the text "None" out of it.""").on(
        "500: no_host unreachable", got(r"(?i)\bnone\b"), weight=2
    ),
    LAYER("""url_without_scheme: The address of Redis has no redis:// before it
      If the terminal says `Redis URL must specify …`, and the address is a text
      Do: Write "redis://localhost:6379". Why: A text is read as a URL, and the first
        part of a URL says how to connect; redis:// and rediss:// are known.
    """).on(
        "500: no_host", got(r"^it has '[^']*[:/][^']*' \(Redis URL must"), weight=1
    ),
    LAYER(f"""port_as_text: The port of Redis is no number
      If the terminal says `Port could not be cast`, or `invalid literal for int`
      Do: Write the port as a number: {HOSTS}.
      Why: A port is a number from 1 to 65535; Redis listens on 6379 by default.
    """).on(
        "500: no_host", got("invalid literal for int|could not be cast|int.. argu")
    ),
    LAYER(f"""unescaped_password: The password in the address is not percent-encoded
      If the password of Redis has one of the characters / ? # [ ] in it
      Do: Encode it: {QUOTED}, and then
        f"redis://:{{quote(password, safe='')}}@localhost:6379".
      Why: These characters end the part of a URL that holds the password.
    """).on("500: unescaped_password"),
    REDIS(f"""redis_hostname_not_resolvable: The host of Redis is not this machine
      If the terminal says `Name or service not known`, or cannot connect
      Do: Name this machine: {HOSTS}. Why: A name such as redis is known inside Docker
        Compose only, not outside.""").on("500: unreachable", got(UNKNOWN)),
    REDIS(f"""redis_elsewhere_is_silent: No Redis answers at the address in the settings
      If the terminal says `Connection refused`, or `Timeout connecting to server`
      Do: Name this machine: {HOSTS}. Or start a Redis at that address.
      Why: The course starts a Redis on this machine, and cannot start one elsewhere.
    """).on("500: unreachable"),
    REDIS(f"""no_sentinel: The Sentinel in the settings is missing, or knows no such
        master
      If the hosts have sentinels and a master_name
      Do: Name the Redis itself: {HOSTS}. Or start a Sentinel there that watches that
        master_name. Why: A Sentinel says which of several servers is the master; the
        layer has no address of a Redis without it.""").on("500: no_sentinel"),
    REDIS("""no_such_database: Redis has no database of that number
      If the terminal says `DB index is out of range`
      Do: Take the number at the end of the address out, or the option db.
      Why: Redis has 16 databases by default, from 0 to 15; a layer needs none of its
        own, because its keys have a prefix.""").on("500: no_such_database"),
    # Passwords and TLS
    REDIS(f"""password_not_wanted: Redis has no password, and the settings give one
      If the terminal says `AUTH <password> called without any password configured`
      Do: Take the password out of the address: {HOSTS}. If your own Redis has one,
        start that before the check: where none listens, the course starts a Redis,
        without a password. Why: A Redis that has no password refuses one.
    """).on("1011: password_not_wanted"),
    REDIS("""password_wrong: Redis rejects the password, or the name of the user
      If the terminal says `invalid username-password pair`, or `invalid password`
      Do: Write the user and the password that this Redis has:
        "redis://USER:PASSWORD@localhost:6379"; a Redis with one password, or of a
        version before 6, has no USER, as in "redis://:PASSWORD@localhost:6379", and one
        without has neither.
      Why: Characters such as % have a meaning in a URL: quote(password, safe='')
        encodes them.""").on("1011: password_wrong"),
    REDIS("""tls_not_there: The address says rediss://, and Redis has no TLS
      If the terminal says `wrong version number`, or `record layer failure`
      Do: Write redis://, with one s. Why: The second s asks for TLS, and a Redis on
        this machine has none unless it was started with a certificate.
    """).on("1011: tls_not_there"),
    LAYER("""tls_option_without_tls: An option of TLS is given, and the address has
        none
      If the terminal says `unexpected keyword argument 'ssl_…'`
      Do: Take $name out; or, if that Redis has TLS, write its address as a URL with two
        s: {"address": "rediss://…"}. Why: redis-py makes a connection with TLS for
        rediss:// only, and no other connection takes these options.
    """).on("1011: redis_option", got(r"argument '(?P<name>ssl\w*)'"), weight=1),
    LAYER("""host_option_unknown: The hosts have an option that redis-py does not know
      If the terminal says `got an unexpected keyword argument`, and names redis
      Do: Take $name out of "hosts". Why: What is in a dictionary under hosts is given
        to the connection of redis-py as arguments.
    """).on("1011: redis_option", got(r"argument '(?P<name>\w+)'")),
    # What the layer is told
    PROCESSES("""two_keys: Each process encrypts with a key of its own
      If the terminal says `InvalidToken`, or a key is made up when the settings are
        loaded Do: Write a key that stays the same, or read it from the environment:
        all processes have to use the same. Why: Each process loads the settings for
        itself, and one cannot read what another has encrypted.
    """).on("own_only: two_keys", at=SETTINGS),
    LAYER("""encryption_key_is_text: symmetric_encryption_keys is a text, and no list
      If the terminal says `symmetric_encryption_keys must be a list`
      Do: Put square brackets around it: "symmetric_encryption_keys": [SECRET_KEY].
      Why: There can be several: the first encrypts, and each of them may decrypt.
    """).on(
        "500: no_redis_layer", got("keys must be a list of"), weight=1, at=SETTINGS
    ),
    LAYER("""number_as_text: A number in CONFIG is a text
      If the terminal says `not supported between instances of`, and CONFIG has a number
        in quotes Do: Take the quotes around the value of $name away, or put int(…)
        around it. Why: What is in quotes is a text, and so is what comes from the
        environment. The layer compares it with a number.""").on(
        "1011", "TypeError|ValueError", text_for_number, at=SETTINGS, weight=3
    ),
]
