"""The sections of the lessons that teach what mistakes are about."""

from checks.explain.mistakes.mistake import Section

OTHER = Section("01_consumer/")
"""For mistakes in Python, Django or JavaScript itself, which no lesson explains."""

CONSUMER = Section("01_consumer/#the-idea")
ACCEPT = Section("01_consumer/#task-1-accept-the-connection")
ECHO = Section("01_consumer/#task-2-send-the-message-back")
UNEXPECTED = Section("01_consumer/#frames-from-other-clients")
CLOSING = Section("01_consumer/#what-it-means")
SERVER = Section("01_consumer/#your-own-server")
LEFT_OUT = Section("01_consumer/#left-out-on-purpose")
CHECK_IT = Section("01_consumer/#check-it")

ROUTING = Section("02_routing/#the-idea")
ROUTE = Section("02_routing/#task-1-write-the-route")
REGEX = Section("02_routing/#the-same-as-a-regular-expression")
HAND_ON = Section("02_routing/#task-2-hand-websockets-to-the-routes")
KNOWS = Section("02_routing/#see-what-your-consumer-knows")
WHO = Section("02_routing/#who-is-connecting-and-are-they-allowed-to")
DJANGO = Section("02_routing/#why-get_asgi_application-comes-first")
OLDER = Section("02_routing/#where-older-tutorials-put-it")
NO_WEBSOCKET = Section("02_routing/#what-can-go-wrong")

LAYER = Section("03_channel_layer/#task-1-name-the-channel-layer")
REDIS = Section("03_channel_layer/#where-is-that-redis")
JOIN = Section("03_channel_layer/#task-2-join-and-leave-the-rooms-group")
SENDING = Section("03_channel_layer/#task-3-send-to-the-group-and-handle-its-events")
PROCESSES = Section("03_channel_layer/#two-processes")
MEMBERS = Section("03_channel_layer/#what-it-means")
TWO_TABS = Section("03_channel_layer/#two-tabs-and-silence")
LIMITS = Section("03_channel_layer/#left-out-on-purpose")
SILENCE = Section("03_channel_layer/#what-can-go-wrong")
