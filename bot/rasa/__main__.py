"""Rasa's own command line, with the parts of a turn replaced that cost most: `python -m bot.rasa run`, `… shell`.

RASA_TOKEN: what Rasa's own API wants to see; without it there is no API. It does not come by the command line, which all users can read.
"""

import os
import sys

from bot.rasa.fast_turn import install

if __name__ == "__main__":
    install()
    from rasa.__main__ import main

    if (token := os.environ.get("RASA_TOKEN")) and sys.argv[1:2] == ["run"]:
        sys.argv += ["--enable-api", "--auth-token", token]
    main()
