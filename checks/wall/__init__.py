"""The wall of a classroom: a Django Channels project, and who connects to it.

One page of the teacher shows a tile for each learner who has joined. It is made of what
the lessons teach:

    make learn WALL=… ── client.py ── WebSocket ──> consumers.LearnerConsumer
                                                        │ writes      │
                                                     tiles.py   group "wall.teachers"
                                                        │ reads       │
    the teacher's page <── WebSocket ── consumers.TeacherConsumer <───┘

Read `protocol.py` first: it has what both ends agree on. Then `routing.py`, which says
who may connect to what, `consumers.py`, and `tiles.py`, where presence is decided.
`views.py` serves the page, whose files are in `page/`, and `client.py` is the end of a
learner, which reconnects. `checks/classroom.py` starts all of it.

Everything is in the memory of one Daphne process: the tiles, the groups, the channel
layer. A class is a few hundred connections, which one process serves; so there is no
Redis to start, and nothing to delete afterwards. With a second process, it would need
`RedisChannelLayer`, and the tiles in a place that both processes share.
"""
