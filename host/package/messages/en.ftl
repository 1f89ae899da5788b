# The messages of the codes that every plugin has. $field, $table and $action are labels.

required = { $field } is required.
unknown-key = { $field }: the table { $table } has no “{ $key }”.
not-checked = The table { $table } is not on this device; what depends on it was not checked.
action-not-allowed = { $action } is not allowed in status { $status }, only in { $allowed }.

# Why an operation is refused or kept. $sentence, $fields and $issues are put together before.
refused-does-not-fit = It does not fit: { $sentence }.
refused-exists = There is such a record already.
refused-not-found = There is no such record, or not any more.
refused-deleted = The record was deleted.
refused-has-moved = Somebody else has changed the record since.
refused-conflicts = Somebody else has changed the same: { $fields }.
refused-derived = { $fields }: rules and actions give it its value.
refused-set-at-creation = { $fields } is set at creation alone.
refused-read-only = { $fields } is read-only now.
refused-hidden = { $fields } cannot be entered now.
refused-action = This action changes no fields: { $fields }.
refused-issues = { $issues }
refused-other-record = Another record would no longer be right: { $issues }
refused-server-only = The server refuses it: { $issues }
refused-not-authorised = You may not do this: { $sentence }.
refused-discarded = It builds on an operation that was given up.
parked-package = Its version of the application is not in use any more: an administrator decides.
parked-fault = The application failed: an administrator decides.
parked-determinism = The server came to another result: an administrator decides.
parked-dependency = It waits for an earlier operation.
moved-identity = Who the user is, or may be, has changed.
moved-record = Somebody else has changed { $what }.
moved-rows = { $what } has changed.
