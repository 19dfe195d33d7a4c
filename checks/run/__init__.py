"""One run of one lesson's checks, cold or warm."""
