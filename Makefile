# The commands of the course. Each installs what it needs into .venv when that is
# not there yet (requirements/install), and then is `python -m checks …`.

# `$(call need,learn site)` before a command: these parts are in .venv.
need = @requirements/install $(1) && exec .venv/bin/python

# `$(call option,PROJECT,--project)`: nothing, or the option with what was typed
# after `make`. A variable of that name in the environment is somebody else's.
# The shell reads the value itself, so that spaces and quotes stay what they are.
option = $(if $(and $(findstring command,$(origin $(1))),$($(1))),$(2) "$$$(1)")

step = $(call option,STEP)
project = $(call option,PROJECT,--project)

## Learn
##   make learn              everything: the lessons, your project, a verdict on every save [STEP=1] [SITE_PORT=8010] [OPEN=0] [WALL=address] [NAME=yours]
##   make check STEP=1       your project, checked: one verdict; without STEP, on each lesson that has passed [FORMAT=json] [PROJECT=path] [LIMIT=seconds] [OUTPUT=1]
##   make watch STEP=1       a verdict on every save [FORMAT=json|lines] [PROJECT=path] [LIMIT=seconds]
##   make hint STEP=1        the next of three hints; after passing, all of them, with reasons [PROJECT=path]
##   make predict STEP=1     say what will happen; a run answers [PROJECT=path]
##   make run STEP=1         your project at http://localhost:8001/ [SOLUTION=1] [PROJECT=path] [PORT=8011]
##   make tabs STEP=1        two real browser tabs on your project [PROJECT=path] [HEADED=1]
##   make load STEP=3        many tabs at once on your project: how late, what is lost [TABS=50] [RATE=20] [SECONDS=10] [SERVERS=2] [ROOMS=1] [ADDRESS=url]
##   make doctor             what your project runs on, and what is wrong with it [STEP=3] [FORMAT=json] [PROJECT=path]
##   make diff STEP=1        what you changed [WITH=solution]
##   make solution STEP=1    the solution, once the lesson passes or you confirm [WRITE=1] [PROJECT=path]
##   make reset STEP=1       back to the starter; what you wrote is kept under kept/
##   make explain            the likely mistakes behind what you paste, or behind FILE=path
##   make carry STEP=3       your own lesson 2 in lesson 3, where it passes; what it replaces is kept
##   make notebook STEP=1    explore.ipynb, run on your code
##   make docs               the lessons at http://localhost:8000/ [PORT=8010]
## Teach
##   make grade FROM=submissions/ TO=report/   everybody's project, checked: a report [STEP=3] [JOBS=2] [SHARD=1/3] [PLAIN=1]
##   make wall               who is where in your class, and who asks for help: one page [PORT=8004] [HOST=address] [HOURS=8] [TOKEN=letters]
## Maintain
##   make test               everything that a change has to pass [ALL=1]
##   make bench              how long everything takes [FLAKES=100] [SAVES=200] [PAGES=20] [MISTAKES=1]
##   make sync               writes the derived files, and says what is missing next
##   make lesson NAME=word   starts the lesson after the last one
##   make record             writes every recorded output again, and fails if one has changed [STEP=1]

help:
	@sed -n 's/^## \{0,1\}//p' Makefile

learn:
	$(call need,learn site) -m checks learn $(step) $(call option,SITE_PORT,--site-port) $(call option,PORT,--port) $(call option,LIVE_PORT,--live-port) $(call option,SECOND_PORT,--second-port) $(call option,WALL,--wall) $(call option,NAME,--name)

check:
	$(call need,learn) -m checks check $(step) $(call option,FORMAT,--format) $(project) $(call option,LIMIT,--limit) $(if $(call option,OUTPUT),--output)

watch:
	$(call need,learn) -m checks watch $(step) $(call option,FORMAT,--format) $(project) $(call option,LIMIT,--limit)

hint:
	$(call need,learn) -m checks hint $(step) $(project) $(call option,LIMIT,--limit)

predict:
	$(call need,learn) -m checks predict $(step) $(project)

run:
	$(call need,learn) -m checks run $(step) $(if $(call option,SOLUTION),--solution) $(project) $(call option,PORT,--port)

tabs:
	$(call need,learn tabs) -m checks tabs $(step) $(call option,FORMAT,--format) $(project) $(call option,LIMIT,--limit) $(if $(call option,HEADED),--headed)

load:
	$(call need,learn) -m checks load $(step) $(call option,FORMAT,--format) $(project) $(call option,SERVERS,--servers) $(call option,TABS,--tabs) $(call option,RATE,--rate) $(call option,SECONDS,--seconds) $(call option,ROOMS,--rooms) $(call option,WORKERS,--workers) $(call option,ADDRESS,--address) $(call option,COOKIE,--cookie) $(call option,TO,--to)

doctor:
	$(call need,learn) -m checks doctor $(step) $(call option,FORMAT,--format) $(project)

diff:
	$(call need,learn) -m checks diff $(step) $(call option,WITH,--with)

solution:
	$(call need,learn) -m checks solution $(step) $(project) $(if $(call option,WRITE),--write)

explain:
	$(call need,learn) -m checks explain $(call option,FILE)

carry:
	$(call need,learn) -m checks carry $(step)

reset:
	$(call need,learn) -m checks reset $(step)

notebook:
	$(call need,learn notebook) -m checks notebook $(step) $(project) $(call option,LIMIT,--limit)

docs:
	$(call need,learn site) -m checks docs $(call option,PORT,--port)

grade:
	$(call need,learn) -m checks grade $(call option,STEP,--step) $(call option,JOBS,--jobs) $(call option,SHARD,--shard) $(if $(call option,PLAIN),--plain) $(call option,FROM) $(call option,TO)

wall:
	$(call need,learn) -m checks wall $(call option,PORT,--port) $(call option,HOST,--host) $(call option,HOURS,--hours) $(call option,TOKEN,--token)

bench:
	$(call need,learn$(if $(call option,PAGES), site tabs)) -m checks bench $(call option,FLAKES,--flakes) $(call option,SAVES,--saves) $(call option,PAGES,--pages) $(if $(call option,MISTAKES),--mistakes)

sync:
	$(call need,learn) -m checks sync

lesson:
	$(call need,learn) -m checks lesson $(call option,NAME)

record:
	@requirements/install learn site tabs notebook maintain
	@.venv/bin/python -m checks.author record $(step)

# All of it, also after a failure; pytest is last, so its summary is the last line.
# It says what it leaves out, and why; `make test ALL=1` leaves out nothing.
pytest = pytest -n auto --durations=10 $(if $(call option,ALL),,--sample)

# pytest compiles the tests once, not again in each of its processes.
test:
	@requirements/install learn site tabs notebook maintain
	@unset PYTHONDONTWRITEBYTECODE; failed=0; for tool in "ruff check" "ruff format --check" mypy "$(pytest)"; do \
		.venv/bin/python -m $$tool || failed=1; done; exit $$failed

.PHONY: help learn check watch hint predict run tabs load doctor diff solution explain carry reset notebook docs grade wall bench sync lesson record test
