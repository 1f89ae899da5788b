# Die Meldungen des Plugins aus der Anleitung.
above-limit = { $amount } liegt über der Grenze von { $limit } für diese Kategorie.
no-lines = Ein Bericht ohne Zeilen kann nicht eingereicht werden.
comment-missing = Bitte begründen.
