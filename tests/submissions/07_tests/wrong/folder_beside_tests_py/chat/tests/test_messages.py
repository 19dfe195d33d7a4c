from .base import ChatTestCase


class MessageTests(ChatTestCase):
    async def test_the_room_receives_it_once(self):
        ada = await self.tab("lobby", "ada")
        ben = await self.tab("lobby", "ben")
        cleo = await self.tab("kitchen", "cleo")
        await ada.send_json_to({"message": "hello"})
        for tab in (ada, ben):
            frame = await tab.receive_json_from(timeout=5)
            self.assertEqual(frame["message"], "hello")
        for tab in (ada, ben, cleo):
            self.assertTrue(await tab.receive_nothing())
            await tab.disconnect()
