# Die Meldungen der Codes, die jedes Plugin hat. $field, $table und $action sind Beschriftungen.

required = { $field } fehlt.
unknown-key = { $field }: die Tabelle { $table } kennt „{ $key }“ nicht.
not-checked = Die Tabelle { $table } ist nicht auf diesem Gerät; was davon abhängt, wurde nicht geprüft.
action-not-allowed = { $action } ist im Status { $status } nicht möglich, nur in { $allowed }.

# Warum ein Vorgang abgelehnt oder aufgehoben wird. $sentence, $fields und $issues sind schon zusammengesetzt.
refused-does-not-fit = Das passt nicht: { $sentence }.
refused-exists = Diesen Datensatz gibt es schon.
refused-not-found = Diesen Datensatz gibt es nicht oder nicht mehr.
refused-deleted = Der Datensatz wurde gelöscht.
refused-has-moved = Jemand anderes hat den Datensatz inzwischen geändert.
refused-conflicts = Jemand anderes hat dasselbe geändert: { $fields }.
refused-derived = { $fields }: den Wert geben Regeln und Aktionen.
refused-set-at-creation = { $fields } wird nur beim Anlegen gesetzt.
refused-read-only = { $fields } ist jetzt nicht änderbar.
refused-hidden = { $fields } kann jetzt nicht erfasst werden.
refused-action = Diese Aktion ändert keine Felder: { $fields }.
refused-issues = { $issues }
refused-other-record = Ein anderer Datensatz wäre nicht mehr richtig: { $issues }
refused-server-only = Der Server lehnt es ab: { $issues }
refused-not-authorised = Das dürfen Sie nicht: { $sentence }.
refused-discarded = Es baut auf einem Vorgang auf, der verworfen wurde.
parked-package = Diese Version der Anwendung ist nicht mehr in Gebrauch: ein Administrator entscheidet.
parked-fault = Die Anwendung ist gescheitert: ein Administrator entscheidet.
parked-determinism = Der Server kam zu einem anderen Ergebnis: ein Administrator entscheidet.
parked-dependency = Es wartet auf einen früheren Vorgang.
moved-identity = Wer der Benutzer ist oder sein darf, hat sich geändert.
moved-record = Jemand anderes hat { $what } geändert.
moved-rows = { $what } hat sich geändert.
