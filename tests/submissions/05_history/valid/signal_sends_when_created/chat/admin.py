"""There is no admin in this project; kept for the day it has one."""
