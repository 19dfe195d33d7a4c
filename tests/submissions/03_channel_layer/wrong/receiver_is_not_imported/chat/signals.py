from django.dispatch import Signal

message_received = Signal()
