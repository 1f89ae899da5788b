# Die Meldungen der Codes, die jedes Plugin hat. $field, $table und $action sind Beschriftungen.

required = { $field } fehlt
unknown-key = { $field }: „{ $key }“ gibt es nicht in { $table }
not-checked = { $table } ist nicht auf diesem Gerät; was davon abhängt, wurde nicht geprüft
action-not-allowed = { $action } ist im Status { $status } nicht möglich, nur in { $allowed }
