"""The page of the chat as text: what the course's own is, and what another one says."""
