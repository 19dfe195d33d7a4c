from .base import ChatTestCase


class HistoryTests(ChatTestCase):
    async def test_the_history_of_the_room(self):
        ada = await self.tab("lobby", "ada")
        ben = await self.tab("kitchen", "ben")
        await ben.send_json_to({"message": "soup"})
        await ben.receive_json_from(timeout=5)
        sent = []
        for words in ("one", "two"):
            await ada.send_json_to({"message": words})
            sent.append(await ada.receive_json_from(timeout=5))
        late = await self.tab("lobby", "cleo")
        back = await self.tab("lobby", "dora", since=sent[0]["id"])
        for tab, words in ((late, "one"), (late, "two"), (back, "two")):
            frame = await tab.receive_json_from(timeout=5)
            self.assertEqual(frame["message"], words)
            self.assertEqual(frame["name"], "ada")
        for tab in (ada, ben, late, back):
            self.assertTrue(await tab.receive_nothing())
            await tab.disconnect()
