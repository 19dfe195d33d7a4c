"""A learner's project in processes of its own."""
