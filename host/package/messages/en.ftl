# The messages of the codes that every plugin has. $field, $table and $action are labels.

required = { $field } is required.
unknown-key = { $field }: the table { $table } has no “{ $key }”.
not-checked = The table { $table } is not on this device; what depends on it was not checked.
action-not-allowed = { $action } is not allowed in status { $status }, only in { $allowed }.
