from .base import ChatTestCase


class UserTests(ChatTestCase):
    async def test_only_users_connect(self):
        nobody = await self.tab("lobby")
        ada = await self.tab("lobby", "ada")
        await ada.send_json_to({"message": "hello"})
        await ada.receive_json_from(timeout=5)
        if nobody.is_accepted:
            frame = await nobody.receive_output(timeout=5)
            self.assertEqual(frame["type"], "websocket.close")
        self.assertTrue(await nobody.receive_nothing())
        await ada.disconnect()

    async def test_the_name_is_the_senders(self):
        ada = await self.tab("lobby", "ada")
        ben = await self.tab("lobby", "ben")
        await ada.send_json_to({"message": "hello", "name": "ben"})
        for tab in (ada, ben):
            frame = await tab.receive_json_from(timeout=5)
            self.assertEqual(frame["name"], "ada")
            await tab.disconnect()
