order-cancelled = Die Bestellung { $order } wurde storniert und ist nicht mehr zu beantworten.
order-too-long = Die Bestellung { $order } hat mehr als { $lines } Positionen und kann hier nicht beantwortet werden.
answered-elsewhere = Version { $version } der Bestellung { $order } wird schon in einer anderen Antwort beantwortet.
not-newest-version = Von der Bestellung { $order } liegt Version { $newest } vor, beantwortet wird Version { $version }: Positionen geändert { $changed }, hinzugefügt { $added }, entfallen { $removed }. Bitte aktualisieren Sie die Antwort.
new-item = Position { $line }: bestellt ist jetzt Artikel { $now } statt { $before }.
new-quantity = { $now ->
    [one] Position { $line }: bestellt ist jetzt { $now } statt { $before }.
   *[other] Position { $line }: bestellt sind jetzt { $now } statt { $before }.
}
new-date = Position { $line }: Wunschtermin ist jetzt { $now } statt { $before }.
new-price = Position { $line }: der Preis ist jetzt { $now } statt { $before }.
new-charges = Position { $line }: die Zuschläge sind jetzt { $now } statt { $before }.
line-added = Position { $line } ist neu: { $quantity } des Artikels { $item } zum { $date }.
line-removed = Position { $line } (Artikel { $item }) ist entfallen.
not-in-order = Version { $version } der Bestellung { $order } hat keine Position { $line }.
line-twice = Position { $line } wird schon in Zeile { $row } beantwortet.
not-answered = Position { $line } (Artikel { $item }) fehlt: Bitte aktualisieren Sie die Antwort, oder beantworten Sie alle Positionen auf einmal.
nothing-to-answer = Die Bestellung hat keine Positionen: Es gibt nichts zu beantworten.
item-changed = Bestellt ist Artikel { $item }. Um einen anderen anzubieten, ersetzen Sie die Position.
price-changed = Der Preis der Bestellung ist { $price } und kann hier nicht geändert werden.
charges-changed = Die Zuschläge der Bestellung sind { $charges } und können hier nicht geändert werden.
price-not-shown = Preise und Zuschläge gehören nicht zu dieser Antwort.
quantity-not-positive = Die bestätigte Menge muss über null liegen. Andernfalls lehnen Sie die Position ab.
more-than-ordered = { $excess ->
    [one] Das ist { $excess } mehr als die bestellten { $ordered }.
   *[other] Das sind { $excess } mehr als die bestellten { $ordered }.
}
accepted-but-changed = Unverändert angenommen heißt { $quantity } zum { $date }. Andernfalls nehmen Sie die Position mit Änderungen an.
nothing-changed = Menge und Termin entsprechen der Bestellung: Es ist nichts geändert.
schedule-short = { $missing ->
    [one] Die Teillieferungen zu Position { $line } ergeben { $scheduled } von { $ordered }: Es fehlt { $missing }.
   *[other] Die Teillieferungen zu Position { $line } ergeben { $scheduled } von { $ordered }: Es fehlen { $missing }.
}
schedule-over = { $excess ->
    [one] Die Teillieferungen zu Position { $line } ergeben { $scheduled } statt der bestellten { $ordered }: Es ist { $excess } zu viel.
   *[other] Die Teillieferungen zu Position { $line } ergeben { $scheduled } statt der bestellten { $ordered }: Es sind { $excess } zu viel.
}
part-misplaced = { $wanted ->
    [substituted] Position { $line } wird nicht ersetzt und hat daher keinen Ersatz.
   *[split-into-schedule] Position { $line } ist nicht in Teillieferungen aufgeteilt.
}
parent-without-part = Nur eine Teillieferung oder ein Ersatz gehört zu einer anderen Position wie { $line }.
no-substitute = Position { $line } wird ersetzt: Bitte geben Sie den Ersatz in einer eigenen Zeile an.
same-item = Artikel { $item } ist der bestellte: Ein Ersatz ist ein anderer Artikel.
not-vendors-item = Artikel { $item } gehört nicht zu den Artikeln, die Lieferant { $vendor } liefert.
other-unit = Der Ersatz wird in { $unit } gerechnet, Position { $line } ist in { $ordered-unit } bestellt: Offene Menge und Betrag sind nicht bekannt.
date-past = Der Termin darf nicht vor dem heutigen Tag, { $today }, liegen.
on-weekend = Am { $date } ist Wochenende: Es wird keine Ware angenommen.
on-holiday = Am { $date } ist Feiertag ({ $holiday }): Es wird keine Ware angenommen.
holidays-unknown = Ob am { $date } Feiertag ist, ist nicht bekannt.
requested-date-past = Position { $line } war für den { $date } bestellt, der vorüber ist: Bitte beantworten Sie sie einzeln.
not-buyer = Über eine Antwort entscheidet nur der Einkauf.
not-vendors-order = Die Bestellung { $order } richtet sich an Lieferant { $vendor }: { $user } antwortet nicht für diesen Lieferanten.
nothing-to-confirm = Der Lieferant lehnt die ganze Bestellung ab: Es gibt nichts zu bestätigen.

label-entity-purchase-order-response = Bestellantwort
    .order = Bestellung
    .version = Version der Bestellung
    .vendor-reference = Ihre Auftragsnummer
    .note = Hinweis an den Einkauf
    .status = Status
    .status-is-draft = Entwurf
    .status-is-in-external-review = In Prüfung
    .status-is-confirmed = Bestätigt
    .reject-reason = Ablehnungsgrund
    .submitted-on = Eingereicht am
    .buyer-comment = Kommentar des Einkaufs
    .vendor = Lieferant
    .currency = Währung
    .shows-prices = Preise sichtbar
    .whole-answer = Antwort
    .whole-answer-is-accepted = Angenommen
    .whole-answer-is-rejected = Abgelehnt
    .whole-answer-is-accepted-with-changes = Mit Änderungen angenommen
    .unanswered-lines = Offene Antworten
    .ordered-amount = Bestellter Betrag
    .confirmed-amount = Bestätigter Betrag
    .lines = Positionen
    .lines-line = Position
    .lines-parent-line = Gehört zu Position
    .lines-answer = Antwort
    .lines-answer-is-accepted = Angenommen
    .lines-answer-is-rejected = Abgelehnt
    .lines-answer-is-accepted-with-changes = Mit Änderungen angenommen
    .lines-answer-is-substituted = Ersetzt
    .lines-answer-is-substitute = Ersatz
    .lines-answer-is-split-into-schedule = In Teillieferungen aufgeteilt
    .lines-answer-is-schedule-line = Teillieferung
    .lines-item = Artikel
    .lines-confirmed-quantity = Bestätigte Menge
    .lines-confirmed-date = Bestätigter Termin
    .lines-price = Preis
    .lines-charges = Zuschläge
    .lines-note = Hinweis an den Einkauf
    .lines-order-line = Bestellposition
    .lines-name = Bezeichnung
    .lines-unit = Einheit
    .lines-ordered-quantity = Bestellte Menge
    .lines-requested-date = Wunschtermin
    .lines-delivering = Wird geliefert
    .lines-open-quantity = Offene Menge
    .lines-ordered-amount = Bestellter Betrag
    .lines-confirmed-amount = Bestätigter Betrag
    .action-create = Anlegen
    .action-update = Speichern
    .action-delete = Löschen
    .action-refresh = Aus Bestellung aktualisieren
    .action-accept-all = Alles annehmen
    .action-reject-all = Alles ablehnen
    .action-submit = Einreichen
    .action-recall = Zurückziehen
    .action-confirm = Bestätigen
    .action-send-back = An Lieferanten zurückgeben

label-table-purchase-order = Bestellung
label-table-purchase-order-line = Bestellposition
label-table-order-answer = Beantwortete Version
label-table-vendor-contact = Ansprechpartner des Lieferanten
label-table-vendor-item = Lieferantenartikel
label-table-currency = Währung
label-table-holiday = Feiertag
label-table-parameters = Parameter

workspace-title = Lieferantenportal
page-to-answer = Zu beantworten
page-in-review = In Prüfung
page-all = Alle Antworten
page-response = Bestellantwort
section-order = Bestellung
section-answer = Antwort
section-lines = Positionen
link-same-order = Alle Antworten zu dieser Bestellung
confirm-accept-all = Alle Positionen wie bestellt annehmen? Bisherige Antworten werden ersetzt.
confirm-reject-all = Alle Positionen ablehnen? Bisherige Antworten werden ersetzt.
confirm-refresh = Die neueste Version der Bestellung übernehmen? Geänderte Positionen sind neu zu beantworten.
confirm-submit = Die Antwort an den Einkauf senden?
confirm-recall = Die Antwort vom Einkauf zurückholen?
confirm-confirm = Die Bestellung so bestätigen, wie der Lieferant sie beantwortet?
confirm-delete = Diese Antwort löschen?
