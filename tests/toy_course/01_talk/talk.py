from channels.generic.websocket import WebsocketConsumer


class Talk(WebsocketConsumer):
    def receive(self, text_data):
        # Task 1: Send back what came.
        self.send(text_data=text_data)
        # End of task 1
