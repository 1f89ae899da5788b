order-cancelled = Order { $order } has been cancelled: it is no longer to be answered.
order-too-long = Order { $order } has more than { $lines } lines: it cannot be answered here.
answered-elsewhere = Version { $version } of order { $order } is answered by another response already.
not-newest-version = Order { $order } is in version { $newest }, and this answers version { $version }: lines changed { $changed }, added { $added }, removed { $removed }. Refresh the answer.
new-item = Line { $line } asks for item { $now } instead of { $before }.
new-quantity = Line { $line } asks for { $now } instead of { $before }.
new-date = Line { $line } asks for { $now } instead of { $before }.
new-price = Line { $line } has the price { $now } instead of { $before }.
new-charges = Line { $line } has charges of { $now } instead of { $before }.
line-added = Line { $line } has been added: { $quantity } of item { $item } for { $date }.
line-removed = Line { $line } (item { $item }) has been removed.
not-in-order = Version { $version } of order { $order } has no line { $line }.
line-twice = Line { $line } is answered in row { $row } already.
not-answered = Line { $line } (item { $item }) is missing: refresh the answer, or answer all lines at once.
nothing-to-answer = The order has no lines: there is nothing to answer.
item-changed = The order asks for item { $item }. To offer another one, substitute the line.
price-changed = The order's price is { $price } and cannot be changed here.
charges-changed = The order's charges are { $charges } and cannot be changed here.
price-not-shown = Prices and charges are not part of this answer.
quantity-not-positive = What is confirmed must be above zero: otherwise reject the line.
more-than-ordered = This is { $excess } more than the ordered { $ordered }.
accepted-but-changed = To accept the line as it is, confirm { $quantity } for { $date }; otherwise accept it with changes.
nothing-changed = Quantity and date are those of the order: nothing is changed.
schedule-short = { $missing ->
    [one] The schedule of line { $line } comes to { $scheduled } of { $ordered }: { $missing } is missing.
   *[other] The schedule of line { $line } comes to { $scheduled } of { $ordered }: { $missing } are missing.
}
schedule-over = { $excess ->
    [one] The schedule of line { $line } comes to { $scheduled } instead of the ordered { $ordered }: { $excess } is too many.
   *[other] The schedule of line { $line } comes to { $scheduled } instead of the ordered { $ordered }: { $excess } are too many.
}
part-misplaced = { $wanted ->
    [substituted] Line { $line } is not substituted: it has no substitutes.
   *[split-into-schedule] Line { $line } is not split into a schedule: it has no schedule lines.
}
parent-without-part = Only a schedule line or a substitute belongs to another line, such as line { $line }.
no-substitute = Line { $line } is substituted: say by which item, in a row of its own.
same-item = Item { $item } is the one that is ordered: a substitute is another one.
not-vendors-item = Item { $item } is not among the items that vendor { $vendor } delivers.
other-unit = The substitute is counted in { $unit }, and line { $line } is ordered in { $ordered-unit }: open quantity and amount are not known.
date-past = The date cannot be before today, { $today }.
on-weekend = { $date } is on a weekend: no goods are received then.
on-holiday = { $date } is a holiday ({ $holiday }): no goods are received then.
holidays-unknown = It is not known whether { $date } is a holiday.
requested-date-past = Line { $line } was wanted for { $date }, which has gone by: answer it by itself.
not-buyer = Only a buyer decides on an answer.
not-vendors-order = Order { $order } is for vendor { $vendor }, whom { $user } does not answer for.
nothing-to-confirm = The vendor rejects the whole order: there is nothing to confirm.

label-entity-purchase-order-response = Order response
    .version = Order version
    .vendor-reference = Your order number
    .note = Note to the buyer
    .reject-reason = Reason for rejection
    .buyer-comment = Buyer's comment
    .shows-prices = Prices shown
    .whole-answer = Answer
    .unanswered-lines = Lines to answer
    .ordered-amount = Amount ordered
    .confirmed-amount = Amount confirmed
    .lines-order-line = Order line
    .lines-parent-line = Part of line
    .lines-confirmed-quantity = Confirmed quantity
    .lines-note = Note to the buyer
    .lines-ordered-amount = Amount ordered
    .lines-confirmed-amount = Amount confirmed
    .action-update = Save
    .action-refresh = Refresh from order
    .action-send-back = Send back to vendor

workspace-title = Vendor collaboration
page-to-answer = To answer
page-in-review = In review
page-all = All responses
page-response = Order response
section-order = Order
section-answer = Answer
section-lines = Lines
link-same-order = All responses to this order
confirm-accept-all = Accept all lines as ordered? The answers given so far are replaced.
confirm-reject-all = Reject all lines? The answers given so far are replaced.
confirm-refresh = Take over the order's newest version? Lines that it changes are to be answered again.
confirm-submit = Send the answer to the buyer?
confirm-recall = Take the answer back from the buyer?
confirm-confirm = Confirm the order as the vendor answers it?
confirm-delete = Delete this response?
