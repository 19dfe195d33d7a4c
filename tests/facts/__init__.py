"""What the course says of Channels, Daphne and Redis, measured on the real ones.

Each test is one fact: its first sentence is the claim, as the page of the reference
"What is true today" has it, and the test fails when it is no longer true. The consumers
that a fact is about are beside it, and run in a real Daphne (`site.py`).
"""
