"""From evidence to words: what a failure means, and what to do about it.

`cause.cause_of` is the way in. `diagnosis` says what was seen, in a sentence;
`mistakes` is the catalogue of what people get wrong, and knows the cures.
"""
