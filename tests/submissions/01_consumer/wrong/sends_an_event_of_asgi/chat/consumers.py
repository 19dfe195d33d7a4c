import json

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        # Task 1: Accept the connection.
        self.accept()
        # End of task 1

    def disconnect(self, close_code):
        pass

    def receive(self, text_data=None, bytes_data=None):
        # Task 2: Read {"message": …} from the text and send it back.
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
        text = json.dumps({"message": message})
        self.send({"type": "websocket.send", "text": text})
        # End of task 2
