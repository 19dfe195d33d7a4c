import json
import threading
import time

from channels.generic.websocket import WebsocketConsumer

threading.Thread(target=time.sleep, args=[3600]).start()
print("chat is ready " * 1000)


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        # Task 1: Accept the connection.
        self.accept()
        # End of task 1

    def disconnect(self, close_code):
        pass

    def receive(self, text_data=None, bytes_data=None):
        # Task 2: Read {"message": …} from the text and send it back.
        print("heard", text_data)
        message = json.loads(text_data)["message"]
        self.send(text_data=json.dumps({"message": message}))
        print("sent", message)
        # End of task 2
