import json
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        # Task 1: Accept the connection.
        self.accept()
        print("somebody is here")
        # End of task 1

    def disconnect(self, close_code):
        print("somebody left, code " + close_code)

    def receive(self, text_data=None, bytes_data=None):
        # Task 2: Read {"message": …} from the text and send it back.
        print("got " + text_data)
        text_data_json = json.loads(text_data)
        message = text_data_json["message"]
        self.send(text_data=json.dumps({"message": message}))
        # End of task 2
