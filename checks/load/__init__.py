"""`make load`: many tabs on the learner's project, and what they receive how late."""
