quantity-not-positive = The quantity must be above zero.
below-minimum = The least that can be ordered is { $minimum } { $unit }.
not-a-multiple = The quantity must be a multiple of { $multiple } { $unit }.
percent-out-of-range = A percentage is between 0 and 100.
negative-price = The price cannot be below zero.
price-unit-not-positive = The number of units that the price is for must be above zero.
no-price = No price could be found for { $quantity } of item { $item } for customer { $customer }: enter one.
negative-discount = The discount cannot be below zero.
discount-above-price = The discount cannot be above the price of { $price }.
no-tax-rate = No tax rate is set up for item { $item } and customer { $customer }: no tax is charged.
ship-date-past = The ship date cannot be before today, { $today }.
item-stopped = Item { $item } ({ $name }) is no longer sold.
customer-blocked = Customer { $customer } ({ $name }) is blocked and cannot order.
customer-blocked-for-invoice = Customer { $customer } ({ $name }) is blocked for invoices: an order can be taken, but not invoiced.
same-item-twice = Item { $item } is on line { $line } already.
no-lines = An order without lines cannot be confirmed.
nothing-to-promise = No day is known on which { $quantity } of item { $item } can be shipped.
promised-late = Asked for by { $requested }, it can be shipped on { $promised }.
over-credit-limit = With this order { $exposure } { $currency } count against the customer's credit limit of { $limit } { $currency }.
credit-not-comparable = The credit limit is in { $limit-currency } and was not checked for an order in { $currency }.
already-shipped = { $lines ->
    [one] One line has been shipped: the order can no longer be cancelled.
   *[other] { $lines } lines have been shipped: the order can no longer be cancelled.
}

label-entity-sales-order = Sales order
    .discount-percent = Discount %
    .weight = Weight (kg)
    .lines-discount = Discount per unit
    .lines-discount-percent = Discount %
    .lines-tax-percent = Tax %
    .lines-weight = Weight (kg)

workspace-title = Sales orders
page-orders = Orders
page-order = Order
section-general = General
section-delivery = Dates and delivery
section-lines = Lines
section-totals = Totals
link-orders-of-customer = All orders of this customer
confirm-confirm = Confirm the order? It is binding then, and its prices stay.
confirm-cancel = Cancel the order?
