item-without-batches = Item { $item } ({ $name }) has no batches: leave the batch empty.
warehouse-of-other-site = Warehouse { $warehouse } belongs to site { $site }.
unknown-location = Warehouse { $warehouse } has no location { $location }.
stock-exists = There is an on-hand record of item { $item } in warehouse { $warehouse } with the same location, batch and status already.
stock-not-empty = The record still has quantities: it can be deleted when all of them are zero.
quantity-not-positive = The quantity must be above zero.
too-many-decimals = A quantity in { $unit } has { $decimals ->
    [0] no decimals
    [one] one decimal at most
   *[other] { $decimals } decimals at most
}.
status-not-reservable = { $status ->
    [blocked] Blocked stock cannot be reserved.
    [quarantine] Stock in quarantine cannot be reserved.
   *[other] Stock of this status cannot be reserved.
}
more-than-available = { $available ->
    [one] { $available } { $unit } is available
   *[other] { $available } { $unit } are available
}, not { $quantity }.
more-than-reserved = { $reserved ->
    [one] { $reserved } { $unit } is reserved
   *[other] { $reserved } { $unit } are reserved
}: { $quantity } { $unit } cannot be released.
count-negative = A counted quantity cannot be below zero.
count-differs = { $counted } { $unit } counted, { $physical } { $unit } expected: this differs by more than { $percent } %. Say why.
reserved-more-than-counted = { $counted } { $unit } counted, but { $reserved ->
    [one] { $reserved } { $unit } is reserved
   *[other] { $reserved } { $unit } are reserved
}.
transfer-to-itself = The stock is there already: choose another warehouse, location or status.
no-stock-there = There is no on-hand record of item { $item } in warehouse { $warehouse }, location { $location }, batch { $batch }, status { $status ->
    [available] available
    [blocked] blocked
   *[quarantine] quarantine
}: create it first.
too-many-records = This item has more than { $limit } records in this warehouse, which is more than can be checked: ask your administrator.
cut-short = Only the first { $limit } records were read, and there are more: narrow the view by item and warehouse.
mixed-units = These quantities are in different units, so their sum says nothing: group by item.

label-entity-on-hand = On hand
    .action-transfer-warehouse = To warehouse
    .action-transfer-location = To location
    .action-transfer-status = To status
label-entity-on-hand-view = On-hand view
    .rows = On-hand records

label-table-reservation = Reservation of others

workspace-title = Inventory on hand
page-stock = On hand
page-stock-record = On-hand record
page-views = Grouped views
page-view = Grouped view
section-dimensions = Item and place
section-quantities = Quantities
section-available = Available
section-view = View
section-filter = Filter
section-grouping = Group by
section-groups = Groups
section-rows = On-hand records
link-same-item = Same item elsewhere
link-same-warehouse = All of this warehouse
confirm-delete-stock = Delete this on-hand record?
confirm-delete-view = Delete this view?
confirm-count = Set the physical quantity to what was counted?
