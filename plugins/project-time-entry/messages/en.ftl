hours-not-positive = The hours must be above zero.
hours-above-day = A line has at most { $most } hours.
hours-not-in-steps = Hours are entered in steps of { $step }.
day-too-long = { $date } would have more than { $most } hours: { $hours } here and { $elsewhere } in other timesheets.
date-outside-period = The date must be within the timesheet's period, { $from } to { $to }.
period-closed = Period { $name } is closed: it takes no more hours.
project-not-open = { $stage ->
    [planned] Project { $project } ({ $name }) has not begun: it takes no hours yet.
    [on-hold] Project { $project } ({ $name }) is on hold: it takes no hours.
   *[finished] Project { $project } ({ $name }) is finished: it takes no more hours.
}
category-not-listed = Project { $project } does not take category { $category }.
activity-of-other-project = Activity { $activity } is part of project { $project }.
other-legal-entity = Project { $project } belongs to company { $legal-entity }: the hours will be charged to it.
same-line-twice = Line { $line } has the same project, category, activity and date already.
external-comment-missing = These hours on project { $project } are billed: write for the customer what was done.
line-unfinished = This line has no date, no project or no hours: complete it or delete it.
no-lines = A timesheet without lines cannot be submitted.
week-too-short = The week has { $hours } hours; at least { $least } are expected.
timesheet-of-other = This is the timesheet of { $worker }: only { $worker } can change, submit or delete it.
own-timesheet = You cannot approve or return your own hours.
nothing-to-copy = Last week has nothing to copy that is not here already.
lines-left-out = { $lines ->
    [one] One line of last week was left out: its project takes no more hours.
   *[other] { $lines } lines of last week were left out: their projects take no more hours.
}

label-entity-timesheet = Timesheet
    .total-hours = Total hours
    .submitted-on = Submitted on
    .decided-by = Decided by
    .decided-on = Decided on
    .period-end = Until

label-table-line-property = Line property
    .billable-percent = Billable %

workspace-title = Time
page-my-timesheets = My timesheets
page-to-approve = To approve
page-timesheets = All timesheets
page-timesheet = Timesheet
section-general = General
section-totals = Totals
section-lines = Hours
section-days = Days
section-approval = Approval
link-timesheets = Timesheets of this worker
confirm-submit = Submit this timesheet? It cannot be changed while it is being approved.
confirm-approve = Approve this timesheet? It can no longer be changed then.
confirm-delete = Delete this timesheet?
