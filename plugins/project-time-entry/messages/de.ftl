hours-not-positive = Die Stunden müssen über null liegen.
hours-above-day = Eine Zeile hat höchstens { $most } Stunden.
hours-not-in-steps = Stunden werden in Schritten von { $step } erfasst.
day-too-long = Am { $date } wären es mehr als { $most } Stunden: { $hours } hier und { $elsewhere } in anderen Stundenzetteln.
date-outside-period = Das Datum muss in der Periode des Stundenzettels liegen, { $from } bis { $to }.
period-closed = Die Periode { $name } ist abgeschlossen und nimmt keine Stunden mehr auf.
project-not-open = { $stage ->
    [planned] Projekt { $project } ({ $name }) hat noch nicht begonnen und nimmt noch keine Stunden auf.
    [on-hold] Projekt { $project } ({ $name }) ruht und nimmt keine Stunden auf.
   *[finished] Projekt { $project } ({ $name }) ist beendet und nimmt keine Stunden mehr auf.
}
category-not-listed = Die Kategorie { $category } ist für Projekt { $project } nicht zugelassen.
activity-of-other-project = Die Aktivität { $activity } gehört zu Projekt { $project }.
other-legal-entity = Projekt { $project } gehört zur Firma { $legal-entity }: Die Stunden werden mit ihr verrechnet.
same-line-twice = Zeile { $line } hat schon dasselbe Projekt mit derselben Kategorie, Aktivität und demselben Datum.
external-comment-missing = Diese Stunden auf Projekt { $project } werden berechnet: Bitte beschreiben Sie dem Kunden, was getan wurde.
no-lines = Ein Stundenzettel ohne Zeilen kann nicht eingereicht werden.
week-too-short = Die Woche hat { $hours } Stunden; erwartet werden mindestens { $least }.
own-timesheet = Die eigenen Stunden können Sie nicht genehmigen.
no-comment = Bitte geben Sie an, was zu ändern ist.
nothing-to-copy = Aus der Vorwoche gibt es nichts zu übernehmen, was nicht schon hier steht.
lines-left-out = { $lines ->
    [one] Eine Zeile der Vorwoche wurde ausgelassen: Ihr Projekt nimmt keine Stunden mehr auf.
   *[other] { $lines } Zeilen der Vorwoche wurden ausgelassen: Ihre Projekte nehmen keine Stunden mehr auf.
}

label-entity-timesheet = Stundenzettel
    .number = Nummer
    .worker = Mitarbeiter
    .company = Firma
    .period = Periode
    .period-end = Bis
    .status = Status
    .submitted-on = Eingereicht am
    .decided-by = Entschieden von
    .decided-on = Entschieden am
    .return-comment = Rückgabegrund
    .total-hours = Gesamtstunden
    .billable-hours = Fakturierbare Stunden
    .utilisation = Auslastung
    .lines = Zeilen
    .lines-date = Datum
    .lines-project = Projekt
    .lines-activity = Aktivität
    .lines-category = Kategorie
    .lines-line-property = Abrechnungsart
    .lines-hours = Stunden
    .lines-internal-comment = Interner Kommentar
    .lines-external-comment = Externer Kommentar
    .lines-customer = Kunde
    .lines-billable-hours = Fakturierbare Stunden
    .days = Tage
    .days-date = Datum
    .days-hours = Stunden
    .days-billable-hours = Fakturierbare Stunden
    .action-create = Anlegen
    .action-update = Ändern
    .action-delete = Löschen
    .action-copy-from-last-week = Aus Vorwoche übernehmen
    .action-submit = Einreichen
    .action-approve = Genehmigen
    .action-return = Zurückgeben

label-table-project = Projekt
label-table-category = Kategorie
label-table-project-category = Kategorie des Projekts
label-table-activity = Aktivität
label-table-line-property = Abrechnungsart
label-table-resource = Mitarbeiter
label-table-period = Periode
label-table-entry = Erfasste Stunden
label-table-parameters = Parameter

workspace-title = Zeiterfassung
page-my-timesheets = Meine Stundenzettel
page-to-approve = Zu genehmigen
page-timesheets = Alle Stundenzettel
page-timesheet = Stundenzettel
section-general = Allgemein
section-totals = Summen
section-lines = Stunden
section-days = Tage
section-approval = Genehmigung
link-timesheets = Stundenzettel dieses Mitarbeiters
confirm-submit = Diesen Stundenzettel einreichen? Während der Genehmigung kann er nicht geändert werden.
confirm-approve = Diesen Stundenzettel genehmigen? Danach kann er nicht mehr geändert werden.
confirm-delete = Diesen Stundenzettel löschen?
