import json

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    seats = 4

    def connect(self):
        # Task 1: Accept the connection.
        if self.seats == 0:
            self.close()
            return
        type(self).seats -= 1
        self.accept()
        # End of task 1

    def disconnect(self, close_code):
        self.seats += 1

    def receive(self, text_data=None, bytes_data=None):
        # Task 2: Read {"message": …} from the text and send it back.
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
        self.send(text_data=json.dumps({"message": message}))
        # End of task 2
