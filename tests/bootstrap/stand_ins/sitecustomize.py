"""Makes `python -m venv` quick: the pip beside this file stands in for the real one."""

import venv

setattr(venv.EnvBuilder, "_setup_pip", lambda *_: None)  # noqa: B010
