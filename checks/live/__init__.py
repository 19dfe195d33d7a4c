"""The live results: a Django Channels project that shows each verdict on the site.

It is made of what the lessons teach; read it after the last one:

    browser ── WebSocket ──> asgi.py ──> routing.py ──> consumers.py
                                                          ▲      │
                    group "live.lesson.01_consumer" ──────┘      ▼
                                  ▲          channel "live.choices"
                                  │                              │
    make learn ──────────────> publish.py <──────────────────────┘

`layer.py` names the groups and the channel for both ends, `last_messages.py` keeps the
last messages for pages that connect later, `pages.py` makes the events, and
`figures.py` counts what the last page of the course shows. `frames.py` reads what a
page sends, `refusals.py` lists the reasons for closing a connection, and `hint.py` and
`history.py` answer a page that asks for a hint, or for what a save has changed. Two
files can be skipped at first: they deal with a page that does not read
(`backpressure.py`), and with one that disconnects (`shared_reader.py`).
"""
