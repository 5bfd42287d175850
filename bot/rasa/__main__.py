"""Rasa's own command line, with the parts of a turn replaced that cost most: `python -m bot.rasa run`, `… shell`."""

from bot.rasa.fast_turn import install

if __name__ == "__main__":
    install()
    from rasa.__main__ import main

    main()
