"""One package a subject: `routes.py` says what there is and who may use it, `views.py` answers."""
