"""Exceptions that say themselves what is wrong: families of them, in tables.

They are the last to be named, where no other mistake fits. What to do is made of what
the exception says and of the learner's own line. Of several sentences, divided by a
bar, it is the first for which all of its names are known.
"""

import ast
import re
from string import Template

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *

Table = dict[str, str]
LONGEST = 60
"""Characters of the learner's code that are repeated in a sentence."""

KEYS: Table = {
    r"MultiValueDictKeyError: ['\"](?P<key>[^'\"]+)": (
        'Ask with a default: $object.get("$key", ""); the request has no "$key".'
        '| Ask with .get("$key", ""): the request has no "$key".'
    ),
    r"KeyError: '(?P<key>[^']+)'": (
        'Ask with a default, $object.get("$key"), and say what happens without it: '
        '$object has no "$key" there.'
        '| Look at what that line is given: it has no "$key".'
    ),
    r"KeyError: (?P<key>.+)": (
        "Ask whether $key is in $object before you read $item."
        "| Look at what that line is given: it has no $key."
    ),
    r"IndexError: .*(out of range|empty)": (
        "Ask how long $object is before you read $item: it is shorter than that."
        "| Ask how long it is before you read that place in it: it is shorter."
    ),
}
ATTRIBUTES: Table = {
    r"AttributeError: module '(?P<of>[\w.]+)' has no attribute '(?P<name>\w+)'": (
        "Write a name that the module $of has, instead of $name: if it is a file of "
        "yours, define $name there."
    ),
    r"AttributeError: Manager isn't accessible via (?P<of>\w+) instances": (
        "Ask the class: $of.objects, and not an object of it."
    ),
    r"AttributeError: type object '(?P<of>\w+)' has no attribute '(?P<name>\w+)'": (
        "Define $name in the class $of, or write a name that the class has."
    ),
    r"AttributeError: 'coroutine' object has no attribute '(?P<name>\w+)'": (
        "Write await before what has made $before: that is a coroutine, which has no "
        "$name before it is awaited."
        "| Write await before the call that has made the object: it is a coroutine, "
        "which has no $name before it is awaited."
    ),
    r"AttributeError: '(?P<of>[\w.]+)' object has no attribute '(?P<name>\w+)'": (
        "Look at $before there: it is of the type $of, which has no $name."
        "| Look for what is of the type $of there: it has no $name."
    ),
}
ARGUMENTS: Table = {
    r"TypeError: (?P<of>\w+)\(\) got unexpected keyword arguments: '(?P<name>\w+)'": (
        "Write the name of a field of $of instead of $name; or add the field $name to "
        "that model, and type python manage.py makemigrations and migrate."
    ),
    r"TypeError: ([\w.<>]+\.)?(?P<of>\w+)\(\) got an unexpected keyword argument "
    r"'(?P<name>\w+)'": (
        "Add $name, or **kwargs, to the arguments of def $own: whoever calls it hands "
        "that over."
        "| Leave $name out of what $of() is given: it takes no argument of that name."
    ),
    r"TypeError: ([\w.<>]+\.)?(?P<of>\w+)\(\) missing \d+ required (positional|"
    r"keyword-only) arguments?: (?P<names>.+)": (
        "Give $own what it asks for, $names: it is called without that; or take it out "
        "of its def."
        "| Give $of() what it asks for: $names."
    ),
    r"TypeError: (AsyncToSync\.__init__|async_to_sync)\(\) takes .+ given": (
        "Close the bracket after the function: async_to_sync(function)(arguments)."
    ),
    r"TypeError: ([\w.<>]+\.)?(?P<of>\w+)\(\) takes .+ (was|were) given": (
        "Let def $own take as many arguments as it is called with; a method has self "
        "before them."
        "| Give $of() as many arguments as it takes."
    ),
    r"TypeError: ([\w.<>]+\.)?(?P<of>\w+)\(\) got multiple values for argument "
    r"'(?P<name>\w+)'": "Give $name to $of() once: by its place, or by its name.",
}
VALUES: Table = {
    r"JSONDecodeError: .*": (
        "Look at what is read there: it is not JSON. $call needs text such as "
        '{"message": "hello"}.'
        '| Look at what is read there: it is not JSON, as {"message": "hello"} is.'
    ),
    r"ValueError: (invalid literal for \w+\(\) .*|could not convert \w+ to \w+): "
    r"(?P<value>.+)": (
        "Look at what $call is given: $value is no number. Ask .isdecimal() first "
        "where it comes from outside."
        "| Look at what is made a number there: $value is none."
    ),
    r"ValueError: (not enough|too many) values to unpack.*": (
        "Have as many names before the = as there are values behind it in: $code."
    ),
    r"ValueError: (time data .* does not match|Invalid isoformat).*": (
        "Give $call a text in the form that it expects."
    ),
    r"ValueError: .* (not in list|not found)|ValueError: .*\.remove\(x\).*": (
        "Ask whether it is in there before: $code."
    ),
    r"TypeError: '(?P<of>\w+)' object is not (iterable|an? \w*iterator|reversible)": (
        "Put a list, or what else can be gone through, where that line has an object "
        "of the type $of: $code."
    ),
    r"TypeError: '(?P<of>[\w.]+)' object does not support the async.* context .*": (
        "Write with there, and not async with: what it enters is of the type $of."
    ),
    r"TypeError: '(?P<of>[\w.]+)' object does not support the context .*": (
        "Write async with there, if the type $of has __aenter__(): it has no "
        "__enter__(), which with needs."
    ),
    r"TypeError: '(?P<of>\w+)' object (is not subscriptable|does not support .*)": (
        "Look at $object there: it is of the type $of, which takes no square brackets."
        "| Look for what is of the type $of there: it takes no square brackets."
    ),
    r"TypeError: (?P<of>string|list|tuple) indices must be integers.*": (
        "Look at $object there: it is a $of, and no dictionary. Text that is JSON "
        "becomes one by json.loads()."
        "| Look for the $of in that line: it is no dictionary."
    ),
    r"TypeError: unhashable type: '(?P<of>\w+)'": (
        "Use a text, a number or a tuple there instead of what is of the type $of: "
        "keys and members of a set cannot change."
    ),
    r"TypeError: unsupported operand .*|TypeError: .* not supported between .*|"
    r"TypeError: can't (compare|subtract) .*|TypeError: sequence item .*": (
        "Make both sides of one kind in that line: $code."
    ),
    r"TypeError: expected .*, (not|got) (?P<of>.+)|"
    r"TypeError: .* not (?P<other>'\w+')$": (
        "Look at what $call is given: it is of another type than it takes, $of."
        "| Look at what $call is given: it is of another type than it takes, $other."
        "| Look at what is given to a function there: it is of another type, $of."
    ),
    r"Unicode(De|En)codeError: '(?P<of>[\w-]+)' codec can't .*": (
        'Name the encoding that it has, such as encoding="utf-8", in: $code.'
    ),
    r"RuntimeError: You cannot use ATOMIC_REQUESTS with async views": (
        "Write def instead of async def for that view; or take ATOMIC_REQUESTS out of "
        "DATABASES."
    ),
    r"ZeroDivisionError: .*": "Ask whether it is zero before you divide: $code.",
    r"RecursionError: .*": (
        "Let the function that is running there end at some point: it calls itself."
    ),
    r"RuntimeError: \w+ changed size during iteration": (
        "Go through a copy, list(…): what is gone through there changes meanwhile."
    ),
    r"AssertionError.*": (
        "Take the assert out, or look at why it is not so: $code."
        "| Look at why that is not so."
    ),
    r"NotImplementedError.*": "Write the method that is missing there: $code.",
}
ROWS: Table = {
    r"RelatedObjectDoesNotExist: (?P<of>\w+) has no (?P<name>\w+)": (
        "Create the $name of that $of before it is read, such as with "
        "get_or_create(…); if a signal is to do it, import its module in ready() of "
        "the AppConfig."
    ),
    r"IntegrityError: (UNIQUE constraint failed: (?P<of>.+)|duplicate key value .*)": (
        "Take unique=True, or the UniqueConstraint, off the model where the same may "
        "come again, and migrate; else use get_or_create(…) there. A row with this $of "
        "is there already."
        "| Use get_or_create(…) there, or take the constraint off the model, and "
        "migrate: such a row is there already."
    ),
    r"IntegrityError: NOT NULL constraint failed: \w+\.(?P<of>\w+)": (
        "Give $of a value where that row is made; or a default, or null=True, in the "
        "model, and migrate."
    ),
    r"IntegrityError: FOREIGN KEY constraint failed": (
        "Save the row that the new one points to before it; it is not in the database."
    ),
    r"IntegrityError: CHECK constraint failed: (?P<of>\w+)": (
        "Keep to the constraint $of of the model, or change it, and migrate."
    ),
    r"MultipleObjectsReturned: .*more than one (?P<of>\w+)": (
        "Ask with .filter(…).first() there; or see to it that there is one $of only: "
        "with unique=True in the model, and get_or_create(…)."
    ),
    r"FieldError: Cannot resolve keyword '(?P<name>\w+)' into field\. Choices are: "
    r"(?P<choices>.+)": "Ask for one of these fields instead of $name: $choices.",
    r"FieldError: .*|FieldDoesNotExist: .*": (
        "Name a field that the model has; or add that one, and migrate."
    ),
    r"ValueError: Cannot assign .*\"(?P<of>\w+)\.(?P<name>\w+)\" must be a "
    r"\"(?P<model>\w+)\" instance": (
        "Give $name of $of a row of $model and not its name or number: such as "
        "$model.objects.get_or_create(…)[0]."
    ),
    r"ValueError: .*unsaved related object '(?P<name>\w+)'": (
        "Call save() of the $name first."
    ),
    r"ValueError: Field '(?P<name>\w+)' expected a number but got (?P<value>.+)": (
        "Look it up by the field that holds $value: $name is a number."
    ),
    r"TypeError: Direct assignment to the \w+ side .*": (
        "Call .set(…) of that attribute: several rows belong to it."
    ),
    r"DataError: value too long for type character varying\((?P<of>\d+)\)": (
        "Give the field a max_length of more than $of, and migrate; or refuse longer "
        "text."
    ),
    r"ValidationError: (?P<said>.+)": (
        "Give that line a value that is valid, or catch ValidationError where it comes "
        "from outside: $said."
    ),
    r"OperationalError: database is locked": (
        "Keep transactions short, and close what else has the file of the database "
        "open: SQLite lets one write at a time."
    ),
}
SLICES: Table = {
    r"ValueError: Negative indexing is not supported": (
        'Order it the other way round, such as .order_by("-id")[:50], and go through '
        "reversed(…): a queryset counts from its beginning only."
    ),
    r"TypeError: Cannot reverse a query once a slice has been taken": (
        "Go through reversed(…) of it instead: what has been cut out of a queryset can "
        "only be read."
    ),
    r"TypeError: Cannot (filter|reorder|combine|update|delete) .*slice.*": (
        "Call that before the slice: what has been cut out of a queryset can only be "
        "read."
    ),
}
SETTING: Table = {
    r"RuntimeError: You cannot use ATOMIC_REQUESTS with async views": (
        "Write def instead of async def for that view, or take ATOMIC_REQUESTS out of "
        "DATABASES."
    ),
    r"ImproperlyConfigured: app_dirs must not be set when loaders is defined": (
        'Take "APP_DIRS": True out of TEMPLATES, or "loaders": the loaders look into '
        "the apps themselves."
    ),
    r"ImproperlyConfigured: URL route .* uses invalid converter '(?P<name>\w+)'": (
        "Call register_converter(…) for $name in a module that chat/routing.py "
        "imports: `daphne` reads the routes before urls.py."
    ),
    r"ImportError: Module \"(?P<of>[\w.]+)\" does not define a \"(?P<name>\w+)\".*": (
        "Write a name that $of has instead of $name in the settings, or leave that "
        "setting out: this version of Django, or of that package, has no $name."
    ),
    r"RuntimeError: Model class (?P<of>[\w.]+) doesn't declare an explicit app_.*": (
        "Add the app of that model to INSTALLED_APPS: $of."
    ),
    r"LookupError: App '(?P<of>\w+)' doesn't have a '(?P<name>\w+)' model.*": (
        "Write the model $name in models.py of $of, or name one that it has."
    ),
    r"(ImproperlyConfigured|Invalid\w+Error|ImportError): (?P<said>.+)": (
        "Change what these words name: $said."
    ),
    r"(FileNotFound|NotADirectory|IsADirectory)Error: .*: '(?P<of>.+)'": (
        "Make $of; or name what is there, by its path from BASE_DIR."
    ),
    r"PermissionError: .*: '(?P<of>.+)'": (
        "Name a file or folder that you may write instead of $of."
    ),
    r"ConnectionError: Error .* connecting to (?P<name>\S+?)\. .*": (
        "Name a Redis in mysite/settings.py that is there, such as "
        "redis://localhost:6379/1, or start that: nothing answers at $name."
    ),
    r"TypeError: '(?P<name>\w+)' is an invalid keyword argument for Connection\(\)": (
        "Take $name out of OPTIONS in DATABASES: SQLite does not know it."
    ),
    r"(ConnectionRefused|gai|TimeoutError|URLError|Connect)\w*: (?P<said>.+)": (
        "Start what that line connects to, or do without it: nothing answers there."
    ),
}


# What the learner's line has ---------------------------------------------------------


def told(table: Table) -> Clue:
    """Fit when a row of a table does: `$do` is its first sentence that is complete."""
    rows = {f"^{pattern}": sentences for pattern, sentences in table.items()}
    PATTERNS.extend(rows)

    def clue(evidence: Evidence) -> Found | None:
        for pattern, sentences in rows.items():
            if not (match := evidence.said(pattern)):
                continue
            known = _known(evidence, match)
            for sentence in sentences.split("| "):
                template = Template(sentence)
                if known.keys() >= {*template.get_identifiers()}:
                    return {"do": template.substitute(known)} | _place(known)
        return None

    return clue


def _known(evidence: Evidence, match: re.Match[str]) -> Found:
    """What the exception names, and what the line that was running has of it."""
    said = {name: text.rstrip(".") for name, text in match.groupdict().items() if text}
    code = _short(str(evidence.frame.get("code", "")).strip())
    known = said | ({"code": code} if code else {})
    for line in evidence.lines(FAILED):
        known |= _parts(line, said)
    return known | _defined(evidence, match)


def _parts(line: Line, said: Found) -> Found:
    """The subscript, the object of an attribute and the call in a statement."""
    found: Found = {}
    for node in line.nodes:
        match node:
            case ast.Subscript(value=value, slice=key) if _is_key(key, said):
                found |= {"item": ast.unparse(node), "object": ast.unparse(value)}
            case ast.Attribute(value=value, attr=name) if name == said.get("name"):
                found["before"] = ast.unparse(value)
            case ast.Call(func=function):
                found.setdefault("call", f"{ast.unparse(function)}()")
    return {name: text for name, text in found.items() if len(text) <= LONGEST}


def _is_key(key: ast.expr, said: Found) -> bool:
    """Whether a subscript may be the one: of a key that is known, that one."""
    named = isinstance(key, ast.Constant) and isinstance(key.value, str)
    return not ("key" in said and named) or ast.literal_eval(key) == said["key"]


def _defined(evidence: Evidence, match: re.Match[str]) -> Found:
    """The function of the learner's that was called with other arguments."""
    named = re.match(r"TypeError: (?P<of>[\w.<>]+)\(\)", match[0])
    *outer, name = named["of"].split(".") if named else ("",)
    for line in evidence.statements:
        same = not outer or line.in_class in outer
        if name and line.defines == name and same:
            return {"own": name, "there": line.at}
    return {}


def _place(known: Found) -> Found:
    return {"where": known["there"]} if "there" in known else {}


def _short(code: str) -> str:
    return code if len(code) <= LONGEST else f"{code[:LONGEST]}…"


MISTAKES = [
    OTHER("""key_or_index_is_not_there: Something is read from where it is not
      If the terminal says `KeyError` or `IndexError`
      Do: $do Why: Square brackets raise where there is no such key, or place; what
        comes from outside may lack it.""").on(
        "1011: thrown", told(KEYS), own, weight=-3
    ),
    OTHER("""object_has_no_such_attribute: An object has no such attribute
      If the terminal says `AttributeError`
      Do: $do Why: What may stand behind a dot depends on what the object is; the
        exception says its type.""").on("1011: thrown", told(ATTRIBUTES), weight=-2),
    OTHER("""called_with_other_arguments: A function is called with other arguments
        than it takes
      If the terminal says `TypeError`, and that a function takes, misses or got
        arguments
      Do: $do Why: The names and the number in the brackets of a call are those of the
        def; Django and Channels call some functions with names of their own.""").on(
        "1011: thrown", told(ARGUMENTS), weight=-2
    ),
    OTHER("""value_does_not_fit: A value is of another kind than a line needs
      If the terminal says `ValueError` or `TypeError`
      Do: $do Why: The last line of the traceback says what was expected, and the one
        above it where.""").on("1011: thrown", told(VALUES), own, weight=-3),
    OTHER("""database_refuses: The database, or a model, refuses what it is given
      If the terminal says `IntegrityError`, `FieldError`, `ValidationError` or
        `MultipleObjectsReturned`
      Do: $do Why: Models and their constraints say what a row may be; the exception
        names which of them it was.""").on("1011: thrown", told(ROWS), weight=-2),
    OTHER("""last_of_a_queryset: A queryset is sliced from its end, or changed after
        it was sliced
      If the terminal says `Negative indexing is not supported`, or `once a slice has
        been taken`
      Do: $do Why: A slice of a queryset is a LIMIT and an OFFSET of the query, which
        count from its beginning and are applied last.""").on(
        "1011: thrown", told(SLICES), weight=-2
    ),
    OTHER("""named_but_not_there: The project names something that is not there
      If the terminal says `ImproperlyConfigured`, `FileNotFoundError` or that a module
        does not define a name
      Do: $do Why: Settings and paths are read letter by letter, and not before they are
        used.""").on("1011: thrown", told(SETTING), weight=-2),
]
