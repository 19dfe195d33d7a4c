import json

from channels.consumer import SyncConsumer
from channels.exceptions import StopConsumer


class ChatConsumer(SyncConsumer):
    def websocket_connect(self, event):
        # Task 1: Accept the connection.
        print("Somebody connects.")
        # End of task 1

    def websocket_disconnect(self, event):
        raise StopConsumer()

    def websocket_receive(self, event):
        # Task 2: Read {"message": …} from the text and send it back.
        message = json.loads(event["text"])["message"]
        self.send(
            {"type": "websocket.send", "text": json.dumps({"message": message})}
        )
        # End of task 2
