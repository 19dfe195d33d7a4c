import json

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        # Task 1: Accept the connection.
        self.accept()
        self.said = 0
        self.send(text_data=json.dumps({"message": "Welcome!"}))
        # End of task 1

    def disconnect(self, close_code):
        pass

    def receive(self, text_data=None, bytes_data=None):
        # Task 2: Read {"message": …} from the text and send it back.
        message = json.loads(text_data)["message"]
        self.said += 1
        answer = {"message": message, "number": self.said, "from": "you"}
        self.send(text_data=json.dumps(answer, indent=2))
        # End of task 2
