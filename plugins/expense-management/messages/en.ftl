no-lines = A report without lines cannot be submitted.
dates-reversed = The report cannot end before it begins on { $date-from }.
own-report = Your own report is decided by somebody else.
not-own-report = Only its worker can write, submit, recall or delete a report.
date-in-future = The date cannot be after today, { $today }.
days-in-future = The last day, { $last-day }, cannot be after today, { $today }.
too-old = { $days ->
    [one] The expense is more than { $days } day old, which needs a reason.
   *[other] The expense is more than { $days } days old, which needs a reason.
}
outside-report = The line is not within the report's dates, { $date-from } to { $date-to }.
not-positive = The value must be above zero.
too-fine = { $decimals ->
    [0] Amounts in { $currency } have no decimals.
    [one] Amounts in { $currency } have at most { $decimals } decimal.
   *[other] Amounts in { $currency } have at most { $decimals } decimals.
}
no-exchange-rate = No rate from { $currency } to { $to } is known for { $date }: enter one.
same-currency = The report is in { $currency } too: the rate is 1.
exchange-rate-differs = From { $currency } to { $to } the rate for { $date } is { $known }; another one needs a reason.
currency-not-of-rate = The rates for this line are in { $currency }.
vehicle-of-another = This vehicle belongs to another worker.
no-mileage-rate = No rates are set up for { $distance } on { $date }.
no-per-diem-rate = No per diem is set up for { $location } on { $date }.
per-diem-rate-ends = The rate for { $location } ends on { $covered }: enter the days after it on a line of their own.
meals-out-of-range = { $days ->
    [one] There is at most one such meal in { $days } day.
   *[other] There are 0 to { $days } such meals in { $days } days.
}
no-per-diem-on-day = No per diem of this report covers { $date }.
same-meal-day = { $date } has a row of provided meals already.
over-limit = { $amount } { $currency } were spent, and { $allowed } { $currency } are allowed: { $per ->
    [night] { $limit } { $currency } a night.
    [person] { $limit } { $currency } a person.
   *[line] the limit of this category.
}
limit-not-comparable = The limit is in { $limit-currency } and was not checked for an expense in { $currency }.
overlapping-per-diems = The days overlap with the per diem on line { $line }.
per-diem-claimed = The report “{ $purpose }” has a per diem from { $first } to { $last } already.
same-expense-twice = Date, merchant and amount are those of line { $line }.
expense-claimed = Date, merchant and amount are those of a line of the report “{ $purpose }”.
too-many-to-compare = { $table ->
    [policy] This category has more policies than can be compared: not all of them were checked.
    [claimed-per-diem] You have more per diems than can be compared: not all of them were checked.
   *[other] This day has more expenses than can be compared: not all of them were checked.
}
unknown-line = The report has no such line.
no-parts = Lines of category { $category } have no items: they are not claimed by amount.
not-itemised = Expenses of category { $category } must be itemised.
itemisation-differs = The items come to { $itemised }, and the amount is { $amount }.
receipt-missing = A receipt is needed above { $threshold } { $currency }.

label-entity-expense-report = Expense report
    .date-from = From
    .date-to = To
    .lines-country = Country
    .lines-justification = Remark for the approver
    .lines-merchant = Merchant
    .lines-per-diem-location = Location
    .lines-meal-reduction-percent = Meal reduction (% of a day)
    .lines-report-amount = Amount in reimbursement currency
    .lines-reimbursable-amount = Reimbursable
    .itemisations = Items
    .meal-days = Provided meals

label-table-claimed-per-diem = Per diems claimed
label-table-claimed-expense = Expenses claimed

workspace-title = Expenses

page-my-reports = My expense reports
page-open-reports = Open expense reports
page-approvals = For approval
page-all-reports = All expense reports
page-report = Expense report

section-general = Report
section-lines = Lines
section-items = Items
section-meals = Provided meals
section-amounts = Amounts
section-decision = Decision

link-reports-of-worker = Reports of this worker

confirm-delete = Delete this report?
confirm-approve = Approve this report for payment?
