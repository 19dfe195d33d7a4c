import json

from channels.generic.websocket import JsonWebsocketConsumer


class ChatConsumer(JsonWebsocketConsumer):
    def connect(self):
        # Task 1: Accept the connection.
        self.accept()
        # End of task 1

    def disconnect(self, close_code):
        pass

    def receive_json(self, text_data=None, **kwargs):
        # Task 2: Read {"message": …} from the text and send it back.
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # not for us
        self.send_json({"message": message})
        # End of task 2
