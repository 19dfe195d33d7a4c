"""The live results: a Django Channels project that shows each verdict on the site.

It is made of what the lessons teach, and is to be read after the last one:

    browser ── WebSocket ──> asgi.py ──> routing.py ──> consumers.py
                                                          ▲      │
                    group "live.lesson.01_consumer" ──────┘      ▼
                                  ▲          channel "live.choices"
                                  │                              │
    make learn ──────────────> publish.py <──────────────────────┘

`layer.py` says what both ends call the groups and the channel, `memory.py` keeps what
was told last for pages that come later, and `pages.py` words what is told. `frames.py`
reads what a page sends, `refusals.py` says why one is sent away, and `hint.py` answers
those that ask. What a learner can do without at first is in two files: what to do where
a page does not read (`backpressure.py`), and where one leaves (`steady.py`).
"""
