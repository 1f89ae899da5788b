no-lines = Eine Abrechnung ohne Zeilen kann nicht eingereicht werden.
dates-reversed = Die Abrechnung darf nicht vor ihrem Beginn am { $date-from } enden.
own-report = Über Ihre eigene Abrechnung entscheidet jemand anderes.
not-own-report = Nur der Mitarbeiter selbst kann seine Abrechnung bearbeiten, einreichen, zurückziehen oder löschen.
date-in-future = Das Datum darf nicht nach dem heutigen Tag, { $today }, liegen.
days-in-future = Der letzte Tag, { $last-day }, darf nicht nach dem heutigen Tag, { $today }, liegen.
too-old = { $days ->
    [one] Die Ausgabe ist älter als { $days } Tag und braucht deshalb eine Begründung.
   *[other] Die Ausgabe ist älter als { $days } Tage und braucht deshalb eine Begründung.
}
outside-report = Die Zeile liegt nicht im Zeitraum der Abrechnung, { $date-from } bis { $date-to }.
not-positive = Der Wert muss über null liegen.
too-fine = { $decimals ->
    [0] Beträge in { $currency } haben keine Nachkommastellen.
    [one] Beträge in { $currency } haben höchstens { $decimals } Nachkommastelle.
   *[other] Beträge in { $currency } haben höchstens { $decimals } Nachkommastellen.
}
no-exchange-rate = Für { $currency } in { $to } ist am { $date } kein Kurs bekannt: Bitte geben Sie einen ein.
same-currency = Auch die Abrechnung lautet auf { $currency }: Der Kurs ist 1.
exchange-rate-differs = Der Kurs von { $currency } in { $to } ist am { $date } { $known }; ein anderer braucht eine Begründung.
currency-not-of-rate = Die Sätze für diese Zeile sind in { $currency } festgelegt.
vehicle-of-another = Dieses Fahrzeug gehört einem anderen Mitarbeiter.
no-mileage-rate = Für { $distance } am { $date } sind keine Kilometersätze hinterlegt.
no-per-diem-rate = Für { $location } ist am { $date } kein Tagessatz hinterlegt.
per-diem-rate-ends = Der Tagessatz für { $location } gilt bis zum { $covered }: Bitte erfassen Sie die Tage danach in einer eigenen Zeile.
meals-out-of-range = { $days ->
    [one] An { $days } Tag gibt es höchstens eine solche Mahlzeit.
   *[other] In { $days } Tagen gibt es 0 bis { $days } solche Mahlzeiten.
}
no-per-diem-on-day = Keine Tagespauschale dieser Abrechnung umfasst den { $date }.
same-meal-day = Für den { $date } sind die gestellten Mahlzeiten schon erfasst.
over-limit = Ausgegeben wurden { $amount } { $currency }, erlaubt sind { $allowed } { $currency }: { $per ->
    [night] { $limit } { $currency } je Nacht.
    [person] { $limit } { $currency } je Person.
   *[line] der Höchstbetrag dieser Kategorie.
}
limit-not-comparable = Der Höchstbetrag lautet auf { $limit-currency } und wurde für eine Ausgabe in { $currency } nicht geprüft.
overlapping-per-diems = Die Tage überschneiden sich mit der Tagespauschale in Zeile { $line }.
per-diem-claimed = Die Abrechnung „{ $purpose }“ enthält schon eine Tagespauschale vom { $first } bis { $last }.
same-expense-twice = Datum, Händler und Betrag stimmen mit Zeile { $line } überein.
expense-claimed = Datum, Händler und Betrag stimmen mit einer Zeile der Abrechnung „{ $purpose }“ überein.
too-many-to-compare = { $table ->
    [policy] Diese Kategorie hat mehr Richtlinien, als verglichen werden können: Es wurden nicht alle geprüft.
    [claimed-per-diem] Es gibt mehr Tagespauschalen, als verglichen werden können: Es wurden nicht alle geprüft.
   *[other] An diesem Tag gibt es mehr Ausgaben, als verglichen werden können: Es wurden nicht alle geprüft.
}
unknown-line = Diese Zeile gibt es in der Abrechnung nicht.
no-parts = Zeilen der Kategorie { $category } haben keine Einzelposten: Sie werden nicht nach Betrag abgerechnet.
not-itemised = Ausgaben der Kategorie { $category } müssen aufgegliedert werden.
itemisation-differs = Die Einzelposten ergeben { $itemised }, der Betrag ist { $amount }.
receipt-missing = Über { $threshold } { $currency } ist ein Beleg erforderlich.

label-entity-expense-report = Spesenabrechnung
    .number = Nummer
    .purpose = Zweck
    .worker = Mitarbeiter
    .date-from = Von
    .date-to = Bis
    .reimbursement-currency = Erstattungswährung
    .status = Status
    .status-is-draft = Entwurf
    .status-is-submitted = Eingereicht
    .status-is-approved = Genehmigt
    .status-is-rejected = Abgelehnt
    .submitted-on = Eingereicht am
    .decided-by = Entschieden von
    .decided-on = Entschieden am
    .comment = Kommentar
    .total = Gesamtbetrag
    .reimbursable = Zu erstatten
    .company-paid = Von der Firma bezahlt
    .lines = Zeilen
    .lines-date = Datum
    .lines-category = Kategorie
    .lines-merchant = Händler
    .lines-country = Land
    .lines-amount = Betrag
    .lines-currency = Währung
    .lines-exchange-rate = Wechselkurs
    .lines-payment-method = Zahlungsart
    .lines-payment-method-is-cash = Bar
    .lines-payment-method-is-personal-card = Eigene Karte
    .lines-payment-method-is-company-card = Firmenkarte
    .lines-payment-method-is-company-invoice = Rechnung an die Firma
    .lines-receipt-attached = Beleg vorhanden
    .lines-justification = Anmerkung für die Genehmigung
    .lines-nights = Nächte
    .lines-persons = Personen
    .lines-vehicle = Fahrzeug
    .lines-distance = Strecke
    .lines-distance-unit = Streckeneinheit
    .lines-distance-unit-is-kilometre = Kilometer
    .lines-distance-unit-is-mile = Meile
    .lines-per-diem-location = Ort
    .lines-days = Tage
    .lines-breakfasts = Gestellte Frühstücke
    .lines-lunches = Gestellte Mittagessen
    .lines-dinners = Gestellte Abendessen
    .lines-last-day = Letzter Tag
    .lines-daily-allowance = Tagessatz
    .lines-meal-reduction-percent = Kürzung (% eines Tages)
    .lines-meal-reduction = Kürzung für Mahlzeiten
    .lines-per-diem-amount = Tagespauschale
    .lines-mileage-amount = Kilometergeld
    .lines-claimed-amount = Geltend gemachter Betrag
    .lines-report-amount = Betrag in Erstattungswährung
    .lines-reimbursable-amount = Zu erstatten
    .itemisations = Einzelposten
    .itemisations-line = Zeile
    .itemisations-category = Kategorie
    .itemisations-description = Beschreibung
    .itemisations-amount = Betrag
    .meal-days = Gestellte Mahlzeiten
    .meal-days-date = Tag
    .meal-days-breakfast = Frühstück
    .meal-days-lunch = Mittagessen
    .meal-days-dinner = Abendessen
    .action-create = Anlegen
    .action-update = Ändern
    .action-delete = Löschen
    .action-submit = Einreichen
    .action-approve = Genehmigen
    .action-reject = Ablehnen
    .action-recall = Zurückziehen

label-table-currency = Währung
label-table-country = Land
label-table-worker = Mitarbeiter
label-table-category = Kategorie
    .kind = Art
    .kind-is-general = Allgemein
    .kind-is-hotel = Hotel
    .kind-is-meal = Mahlzeit
    .kind-is-mileage = Kilometergeld
    .kind-is-per-diem = Tagespauschale
label-table-policy = Richtlinie
label-table-parameters = Parameter
label-table-exchange-rate = Wechselkurs
label-table-mileage-tier = Kilometerstaffel
label-table-vehicle = Fahrzeug
label-table-vehicle-distance = Jahresstrecke
label-table-per-diem-location = Reiseort
label-table-per-diem-rate = Tagessatz
label-table-claimed-per-diem = Abgerechnete Tagespauschale
label-table-claimed-expense = Abgerechnete Ausgabe

workspace-title = Spesen

page-my-reports = Meine Spesenabrechnungen
page-open-reports = Offene Spesenabrechnungen
page-approvals = Zur Genehmigung
page-all-reports = Alle Spesenabrechnungen
page-report = Spesenabrechnung

section-general = Abrechnung
section-lines = Zeilen
section-items = Einzelposten
section-meals = Gestellte Mahlzeiten
section-amounts = Beträge
section-decision = Entscheidung

link-reports-of-worker = Abrechnungen dieses Mitarbeiters

confirm-delete = Diese Abrechnung löschen?
confirm-approve = Diese Abrechnung zur Zahlung genehmigen?
