"""What is observed of a run: events from inside, frames from outside, one timeline.

`recorder` and `instruments` run inside a process of the learner's project and write
events to a pipe. The rest runs in the checker: a `ProcessLog` holds the events of one
process, a `Conversation` what one tab sent and received, the `Timeline` all of it in
order. `Monitor` reads the pipes and sockets and waits. A `Failure` is raised when
something that was expected did not happen; it carries evidence, not explanations.
"""
