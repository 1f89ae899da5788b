# Die Meldungen der Codes, die jedes Plugin hat. $field, $table und $action sind Beschriftungen.

required = { $field } fehlt.
unknown-key = { $field }: die Tabelle { $table } kennt „{ $key }“ nicht.
not-checked = Die Tabelle { $table } ist nicht auf diesem Gerät; was davon abhängt, wurde nicht geprüft.
action-not-allowed = { $action } ist im Status { $status } nicht möglich, nur in { $allowed }.
