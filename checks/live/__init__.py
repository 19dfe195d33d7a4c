"""The live results: a Django Channels project that shows each verdict on the site.

It is made of what the lessons teach, and is to be read after the last one:

    browser ── WebSocket ──> asgi.py ──> routing.py ──> consumers.py
                                                          ▲      │
                    group "live.lesson.01_consumer" ──────┘      ▼
                                  ▲          channel "live.choices"
                                  │                              │
    make learn ──────────────> publish.py <──────────────────────┘

`layer.py` says what both ends call these groups and that channel; `memory.py` keeps
what was told last, for pages that come later; `refusals.py` says why a page is sent
away; `backpressure.py` waits for pages that read slowly; `hint.py` words a hint.
"""
