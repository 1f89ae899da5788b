not-own-cost-object = { $manager } answers for cost object { $cost-object } ({ $name }), not you.
period-not-begun = Period { $period } begins on { $first-day }: nothing has been booked in it yet.
period-not-open = Period { $period } is closed for comments.
not-in-statement = The statement has no row for cost element { $cost-element }.
not-flagged = { $name } ({ $cost-element }) is not flagged red: there is nothing to acknowledge.
already-acknowledged = { $user } acknowledged the flag of { $name } ({ $cost-element }) on { $day }.
over-budget = { $reason ->
    [period-amount] { $name } misses its budget in the period by { $excess } { $currency }, more than the amount that is allowed.
    [year-amount] { $name } misses its budget in the year to date by { $excess } { $currency }, more than the amount that is allowed.
    [period-percent] { $name } misses its budget in the period by { $excess } { $currency }, more than the percentage that is allowed.
   *[year-percent] { $name } misses its budget in the year to date by { $excess } { $currency }, more than the percentage that is allowed.
}
no-elements = Configuration { $configuration } shows no cost elements.
element-not-set-up = Cost element { $cost-element } is not set up: it is not counted as expenditure.
cut-short = There are more than { $limit } { $table ->
    [period] periods
    [configuration-element] cost elements in this configuration
    [recorded-comment] comments on this cost object in this period
    [recorded-acknowledgement] acknowledged flags of this cost object in this period
   *[balance] balances of this cost object
}: no figures are shown.

workspace-title = Cost controlling
page-statements = Cost statements
page-statement = Cost statement
section-general = General
section-summary = Summary
section-rows = Budget and actual
section-comments = Comments
section-acknowledgements = Acknowledged flags
link-same-cost-object = Other statements of this cost object
link-same-period = Other statements of this period
confirm-acknowledge = Have you taken note of this flag? This cannot be undone.
confirm-delete = Delete this statement with its comments and acknowledged flags?

label-entity-cost-statement = Cost statement
    .variance-percent = Variance %
    .year-variance = Variance, year to date
    .year-average = Average per period, year to date
    .budget-version = Budget that counts
    .open-flags = Red flags not acknowledged
    .rows = Rows
    .rows-line-type = Row
    .rows-current-actual = Actual
    .rows-current-original-budget = Original budget
    .rows-current-revised-budget = Revised budget
    .rows-current-variance = Variance
    .rows-current-variance-percent = Variance %
    .rows-previous-actual = Actual, previous period
    .rows-previous-original-budget = Original budget, previous period
    .rows-previous-revised-budget = Revised budget, previous period
    .rows-previous-variance = Variance, previous period
    .rows-previous-variance-percent = Variance %, previous period
    .rows-year-actual = Actual, year to date
    .rows-year-original-budget = Original budget, year to date
    .rows-year-revised-budget = Revised budget, year to date
    .rows-year-variance = Variance, year to date
    .rows-year-variance-percent = Variance %, year to date
    .rows-year-average = Average per period, year to date
    .rows-flag-reason = Exceeded
    .rows-comment-count = Comments
    .comments-day = Written on
    .acknowledgements-reason = Exceeded
    .acknowledgements-budget-version = Against
    .acknowledgements-user = Acknowledged by
    .acknowledgements-day = Acknowledged on
