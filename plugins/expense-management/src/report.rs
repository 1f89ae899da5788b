//! The expense report: its fields, and its rules as the business states them.

use lockstep_sdk::prelude::*;

pub use expense_report::{ExpenseLine, ExpenseReport, Itemisation, MealDay, Reject};

/// How far a report is.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// It can be changed.
    #[default]
    Draft,
    /// It waits for approval.
    Submitted,
    /// It is paid.
    Approved,
    /// It went back to the worker, who may change it and submit it again.
    Rejected,
}

/// The report, its lines, their parts, and their rules.
#[lockstep_sdk::entity]
pub mod expense_report {
    use lockstep_sdk::prelude::*;

    use super::Status;
    use crate::{
        claims::{self, Days, Expense},
        issues::ExpenseIssue,
        meals::{self, Provided},
        mileage::{self, Drive},
        policies::{self, Spending},
        rates::{self, DistanceUnit, PerDiemLocation, PerDiemRate, Vehicle},
        tables::{Category, Country, Currency, Kind, MealReduction, Parameters, PaymentMethod, Worker},
    };

    /// What a worker has spent, and wants back.
    #[derive(Clone, Debug, Default)]
    #[entity(
        status = status,
        frozen = [Submitted, Approved],
        create(states = [Draft]),
        update(states = [Draft, Rejected]),
        delete(states = [Draft, Rejected])
    )]
    pub struct ExpenseReport {
        /// The record's key.
        pub key: Text,
        /// From the number sequence.
        #[field(assigned, max_length = 20)]
        pub number: Option<Text>,
        /// What it is about.
        #[field(entered, required, max_length = 100)]
        pub purpose: Option<Text>,
        /// Who is paid.
        #[field(defaulted, required, read_only, table = Worker, max_length = 60)]
        pub worker: Option<Text>,
        /// Its first day.
        #[field(defaulted)]
        pub date_from: Option<Date>,
        /// Its last day.
        #[field(defaulted)]
        pub date_to: Option<Date>,
        /// What the worker is paid in.
        #[field(defaulted, required, table = Currency, max_length = 3)]
        pub reimbursement_currency: Option<Text>,
        /// How far it is.
        #[field(state)]
        pub status: Option<Status>,
        /// When it was handed in last.
        #[field(state)]
        pub submitted_on: Option<Date>,
        /// Who approved or rejected it.
        #[field(state, max_length = 60)]
        pub decided_by: Option<Text>,
        /// When it was approved or rejected.
        #[field(state)]
        pub decided_on: Option<Date>,
        /// Why it was rejected.
        #[field(state, max_length = 500)]
        pub comment: Option<Text>,
        /// All of its lines.
        #[field(calculated, scale = 4)]
        pub total: Option<Decimal>,
        /// What the worker has paid and gets back.
        #[field(calculated, scale = 4)]
        pub reimbursable: Option<Decimal>,
        /// What the company has paid itself.
        #[field(calculated, scale = 4)]
        pub company_paid: Option<Decimal>,
        /// What was spent.
        pub lines: Vec<ExpenseLine>,
        /// What lines are made up of.
        pub itemisations: Vec<Itemisation>,
        /// The meals that others provided, day by day.
        pub meal_days: Vec<MealDay>,
    }

    /// Something that was spent, driven, or stayed for.
    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct ExpenseLine {
        /// The row's id.
        pub id: Text,
        /// When; the first day of several.
        #[field(entered, required)]
        pub date: Option<Date>,
        /// What for.
        #[field(entered, required, table = Category, max_length = 20)]
        pub category: Option<Text>,
        /// Who was paid.
        #[field(entered, max_length = 100)]
        pub merchant: Option<Text>,
        /// In which country.
        #[field(defaulted, table = Country, max_length = 2)]
        pub country: Option<Text>,
        /// What was paid.
        #[field(entered, scale = 4)]
        pub amount: Option<Decimal>,
        /// What its amounts are in.
        #[field(defaulted, required, table = Currency, max_length = 3)]
        pub currency: Option<Text>,
        /// What one unit of it is worth in the reimbursement currency.
        #[field(defaulted, scale = 10)]
        pub exchange_rate: Option<Decimal>,
        /// How it was paid.
        #[field(defaulted)]
        pub payment_method: Option<PaymentMethod>,
        /// Whether there is a receipt.
        #[field(entered)]
        pub receipt_attached: Option<bool>,
        /// What whoever decides should know of it. The reasons that issues ask for travel with the action, not here.
        #[field(entered, max_length = 500)]
        pub justification: Option<Text>,
        /// How many nights in the hotel.
        #[field(entered)]
        pub nights: Option<i64>,
        /// How many ate, the worker among them.
        #[field(defaulted)]
        pub persons: Option<i64>,
        /// What was driven.
        #[field(defaulted, table = Vehicle, max_length = 20)]
        pub vehicle: Option<Text>,
        /// How far.
        #[field(entered, scale = 2)]
        pub distance: Option<Decimal>,
        /// What the distance is in.
        #[field(defaulted)]
        pub distance_unit: Option<DistanceUnit>,
        /// Where the days were spent.
        #[field(entered, table = PerDiemLocation, max_length = 20)]
        pub per_diem_location: Option<Text>,
        /// How many days.
        #[field(entered)]
        pub days: Option<i64>,
        /// How many breakfasts others provided; else as the days say.
        #[field(entered)]
        pub breakfasts: Option<i64>,
        /// How many lunches others provided; else as the days say.
        #[field(entered)]
        pub lunches: Option<i64>,
        /// How many dinners others provided; else as the days say.
        #[field(entered)]
        pub dinners: Option<i64>,
        /// The last day of a per diem.
        #[field(calculated)]
        pub last_day: Option<Date>,
        /// What one day is worth before provided meals.
        #[field(calculated, scale = 4)]
        pub daily_allowance: Option<Decimal>,
        /// How much less provided meals make it, in percent of one day's meals.
        #[field(calculated, scale = 4)]
        pub meal_reduction_percent: Option<Decimal>,
        /// How much less provided meals make it.
        #[field(calculated, scale = 4)]
        pub meal_reduction: Option<Decimal>,
        /// What the days are worth.
        #[field(calculated, scale = 4)]
        pub per_diem_amount: Option<Decimal>,
        /// What the distance is worth.
        #[field(calculated, scale = 4)]
        pub mileage_amount: Option<Decimal>,
        /// What is claimed: what was paid, or what distance or days are worth.
        #[field(calculated, scale = 4)]
        pub claimed_amount: Option<Decimal>,
        /// The same in the reimbursement currency.
        #[field(calculated, scale = 4)]
        pub report_amount: Option<Decimal>,
        /// What of it the worker has paid.
        #[field(calculated, scale = 4)]
        pub reimbursable_amount: Option<Decimal>,
    }

    /// A part of a line's amount.
    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Itemisation {
        /// The line's id.
        #[field(entered, required, max_length = 60)]
        pub line: Option<Text>,
        /// What this part is for.
        #[field(entered, required, table = Category, max_length = 20)]
        pub category: Option<Text>,
        /// For people.
        #[field(entered, max_length = 100)]
        pub description: Option<Text>,
        /// How much, in the line's currency.
        #[field(entered, required, scale = 4)]
        pub amount: Option<Decimal>,
    }

    /// The meals that others provided on a day of a per diem.
    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct MealDay {
        /// The day.
        #[field(entered, required)]
        pub date: Option<Date>,
        /// Breakfast was provided.
        #[field(entered)]
        pub breakfast: Option<bool>,
        /// Lunch was provided.
        #[field(entered)]
        pub lunch: Option<bool>,
        /// Dinner was provided.
        #[field(entered)]
        pub dinner: Option<bool>,
    }

    /// What rejecting asks for.
    #[derive(Clone, Debug, Default)]
    #[arguments(reject)]
    pub struct Reject {
        /// Why.
        #[field(required, max_length = 500)]
        pub comment: Option<Text>,
    }

    impl ExpenseReport {
        /// Who writes it.
        #[default]
        pub fn worker(cx: &Context) -> Text {
            cx.user.clone()
        }

        /// The first day of its lines.
        #[default]
        pub fn date_from(#[each(lines)] date: Column<'_, Date>) -> Option<Date> {
            date.min().copied()
        }

        /// The last day of its lines.
        #[default]
        pub fn date_to(
            #[each(lines)] date: Column<'_, Date>,
            #[each(lines)] last_day: Column<'_, Date>,
        ) -> Option<Date> {
            date.max().max(last_day.max()).copied()
        }

        /// The worker's, else the company's.
        #[default]
        pub fn reimbursement_currency(cx: &Context, worker: Option<&Worker>) -> Option<Text> {
            let own = worker.and_then(|worker| worker.currency.clone());
            own.or_else(|| Some(Parameters::of(cx).currency).filter(|currency| !currency.is_empty()))
        }

        /// All lines' amounts.
        #[calculation]
        pub fn total(#[each(lines)] report_amount: Column<'_, Decimal>) -> Decimal {
            report_amount.sum()
        }

        /// What the worker has paid.
        #[calculation]
        pub fn reimbursable(#[each(lines)] reimbursable_amount: Column<'_, Decimal>) -> Decimal {
            reimbursable_amount.sum()
        }

        /// The rest.
        #[calculation]
        pub fn company_paid(total: Decimal, reimbursable: Decimal) -> Decimal {
            total - reimbursable
        }

        /// Tier by tier, from what the vehicle was driven in the year before: as far as it has been paid, and by the
        /// report's earlier lines.
        #[calculation(lines)]
        pub fn mileage_amount(
            cx: &Context,
            #[each(lines)] category: Column<'_, Text>,
            #[each(lines)] date: Column<'_, Date>,
            #[each(lines)] vehicle: Column<'_, Text>,
            #[each(lines)] distance: Column<'_, Decimal>,
            #[each(lines)] distance_unit: Column<'_, DistanceUnit>,
            #[each(lines)] currency: Column<'_, Text>,
        ) -> Vec<Option<Decimal>> {
            let drive = |row: usize| {
                let (date, vehicle, distance) = (*date.get(row)?, vehicle.get(row)?, *distance.get(row)?);
                cx.lookup::<Category>(category.get(row)?).filter(|category| category.kind == Kind::Mileage)?;
                let distance = distance_unit.get(row)?.convert(distance, Parameters::of(cx).distance_unit);
                Some(Drive { date, vehicle, distance })
            };
            let drives: Vec<_> = (0..date.len()).map(drive).collect();
            let amount = |row: usize| {
                let decimals = cx.lookup::<Currency>(currency.get(row)?)?.amount_decimals();
                Some(mileage::worth_of(cx, &drives, row)?.round_commercial(decimals))
            };
            (0..date.len()).map(amount).collect()
        }

        /// By the parameters' method, from the days that a per diem covers; by type and trip, from the line's counts.
        #[calculation(lines)]
        pub fn meal_reduction_percent(
            cx: &Context,
            #[each(lines)] date: Column<'_, Date>,
            #[each(lines)] last_day: Column<'_, Date>,
            #[each(lines)] breakfasts: Column<'_, i64>,
            #[each(lines)] lunches: Column<'_, i64>,
            #[each(lines)] dinners: Column<'_, i64>,
            meal_days: &[MealDay],
        ) -> Vec<Option<Decimal>> {
            let percent = |row: usize| {
                let days = Days { first: *date.get(row)?, last: *last_day.get(row)? };
                let covered = meal_days.iter().filter(|day| day.date.is_some_and(|date| days.contains(date)));
                let provided = covered.map(|day| Provided::on_day(day.breakfast, day.lunch, day.dinner));
                let trip = |days: Provided| Provided {
                    breakfasts: breakfasts.get(row).copied().unwrap_or(days.breakfasts),
                    lunches: lunches.get(row).copied().unwrap_or(days.lunches),
                    dinners: dinners.get(row).copied().unwrap_or(days.dinners),
                };
                Some(meals::reduction_percent(&Parameters::of(cx), trip, provided))
            };
            (0..date.len()).map(percent).collect()
        }

        /// It ends on the day on which it begins, or later.
        #[validation(at = date_to, actions = [create, update, submit])]
        pub fn dates_in_order(date_from: Date, date_to: Date) -> Option<Issue> {
            (date_to < date_from).then(|| ExpenseIssue::DatesReversed { date_from }.offer(&date_from))
        }

        /// A report about nothing is not submitted.
        #[validation(actions = [submit])]
        pub fn has_lines(#[each(lines)] date: Column<'_, Date>) -> Result<(), ExpenseIssue> {
            if date.is_empty() { Err(ExpenseIssue::NoLines) } else { Ok(()) }
        }

        /// Nobody else writes a worker's report, hands it in, or takes it back.
        #[validation(at = worker, actions = [create, update, delete, submit, recall])]
        pub fn written_by_worker(cx: &Context, worker: &Text) -> Result<(), ExpenseIssue> {
            if cx.user == *worker { Ok(()) } else { Err(ExpenseIssue::NotOwnReport) }
        }

        /// Somebody else decides.
        #[validation(at = worker, actions = [approve, reject])]
        pub fn decided_by_another(cx: &Context, worker: &Text) -> Result<(), ExpenseIssue> {
            if cx.user == *worker { Err(ExpenseIssue::OwnReport) } else { Ok(()) }
        }

        /// No day has two per diems.
        #[validation(at = lines.date, actions = [create, update, submit])]
        pub fn per_diems_apart(
            #[each(lines)] date: Column<'_, Date>,
            #[each(lines)] last_day: Column<'_, Date>,
        ) -> Vec<Issue> {
            let days = |(row, last): (usize, &Date)| Some((row, Days { first: *date.get(row)?, last: *last }));
            let per_diems: Vec<_> = last_day.rows().filter_map(days).collect();
            let issue = |(earlier, row)| ExpenseIssue::OverlappingPerDiems { line: earlier as i64 + 1 }.at_row(row);
            claims::overlapping(&per_diems).map(issue).collect()
        }

        /// The same date, merchant and amount are flagged.
        #[validation(at = lines.amount, actions = [create, update, submit])]
        pub fn no_expense_twice(
            #[each(lines)] date: Column<'_, Date>,
            #[each(lines)] merchant: Column<'_, Text>,
            #[each(lines)] amount: Column<'_, Decimal>,
            #[each(lines)] currency: Column<'_, Text>,
        ) -> Vec<Issue> {
            let expense = |row: usize| {
                let (date, amount) = (*date.get(row)?, *amount.get(row)?);
                Some(Expense { date, amount, merchant: merchant.get(row)?, currency: currency.get(row)? })
            };
            let first = |row: usize| {
                let own = expense(row)?;
                (0..row).find(|earlier| expense(*earlier).is_some_and(|other| own.is_same(&other)))
            };
            let issue = |row: usize| Some(ExpenseIssue::SameExpenseTwice { line: first(row)? as i64 + 1 }.at_row(row));
            (0..date.len()).filter_map(issue).collect()
        }

        /// The parts of a line make up its amount, and a category that wants parts has them.
        #[validation(at = lines.amount, actions = [submit])]
        pub fn itemisations_sum(
            cx: &Context,
            #[each(lines)] id: Column<'_, Text>,
            #[each(lines)] category: Column<'_, Text>,
            #[each(lines)] amount: Column<'_, Decimal>,
            itemisations: &[Itemisation],
        ) -> Vec<Issue> {
            let check = |row: usize| {
                let category = cx.lookup::<Category>(category.get(row)?).filter(|category| category.kind.is_paid())?;
                let mut parts = itemisations.iter().filter(|part| part.line.as_ref() == id.get(row)).peekable();
                if parts.peek().is_none() {
                    let not_itemised = || ExpenseIssue::NotItemised { category: category.name }.at_row(row);
                    return category.itemised.then(not_itemised);
                }
                let itemised = parts.filter_map(|part| part.amount).sum();
                let amount = *amount.get(row)?;
                (amount != itemised).then(|| ExpenseIssue::ItemisationDiffers { amount, itemised }.at_row(row))
            };
            (0..id.len()).filter_map(check).collect()
        }

        /// A part belongs to a line of something that was paid for.
        #[validation(at = itemisations.line, actions = [create, update, submit])]
        pub fn parts_of_lines(
            cx: &Context,
            #[each(lines)] id: Column<'_, Text>,
            #[each(lines)] category: Column<'_, Text>,
            #[each(itemisations)] line: Column<'_, Text>,
        ) -> Vec<Issue> {
            let check = |(part, line): (usize, &Text)| {
                let Some((row, _)) = id.rows().find(|(_, id)| *id == line) else {
                    return Some(ExpenseIssue::UnknownLine.at_row(part));
                };
                let category = cx.lookup::<Category>(category.get(row)?).filter(|category| !category.kind.is_paid())?;
                Some(ExpenseIssue::NoParts { category: category.name }.at_row(part))
            };
            line.rows().filter_map(check).collect()
        }

        /// Meals are provided on days of a per diem, and each day has one row.
        #[validation(at = meal_days.date, actions = [create, update, submit])]
        pub fn meals_on_per_diem_days(
            #[each(lines)] date: Column<'_, Date>,
            #[each(lines)] last_day: Column<'_, Date>,
            meal_days: &[MealDay],
        ) -> Vec<Issue> {
            let is_covered = |day: Date| {
                last_day.rows().any(|(row, last)| date.get(row).is_some_and(|first| *first <= day && day <= *last))
            };
            let check = |(row, meal_day): (usize, &MealDay)| {
                let date = meal_day.date?;
                if meal_days[..row].iter().any(|earlier| earlier.date == Some(date)) {
                    return Some(ExpenseIssue::SameMealDay { date }.at_row(row));
                }
                (!is_covered(date)).then(|| ExpenseIssue::NoPerDiemOnDay { date }.at_row(row))
            };
            meal_days.iter().enumerate().filter_map(check).collect()
        }

        /// What no decision has said is not shown.
        #[condition(hidden = [decided_by, decided_on])]
        pub fn is_not_decided(decided_by: Option<&Text>) -> bool {
            decided_by.is_none()
        }

        /// What no rejection has said is not shown.
        #[condition(hidden = [comment])]
        pub fn is_not_commented(comment: Option<&Text>) -> bool {
            comment.is_none()
        }

        /// It is handed in, and what was decided before is past.
        #[action(states = [Draft, Rejected])]
        pub fn submit(cx: &Context) -> Patch<ExpenseReport> {
            let (status, submitted_on) = (Some(Status::Submitted), Some(cx.today));
            Patch::own(ExpenseReport { status, submitted_on, ..ExpenseReport::default() })
                .clear(ExpenseReportField::DecidedBy)
                .clear(ExpenseReportField::DecidedOn)
                .clear(ExpenseReportField::Comment)
        }

        /// It will be paid.
        #[action(states = [Submitted])]
        pub fn approve(cx: &Context) -> ExpenseReport {
            decided(cx, Status::Approved)
        }

        /// It goes back to the worker, who is told why.
        #[action(states = [Submitted])]
        pub fn reject(cx: &Context, arguments: &Reject) -> ExpenseReport {
            ExpenseReport { comment: arguments.comment.clone(), ..decided(cx, Status::Rejected) }
        }

        /// The worker takes it back before it is decided.
        #[action(states = [Submitted])]
        pub fn recall() -> Patch<ExpenseReport> {
            Patch::own(ExpenseReport { status: Some(Status::Draft), ..ExpenseReport::default() })
                .clear(ExpenseReportField::SubmittedOn)
        }
    }

    impl ExpenseLine {
        /// The location's, else where the worker is at home.
        #[default]
        pub fn country(
            category: Option<&Category>,
            per_diem_location: Option<&PerDiemLocation>,
            #[header] worker: Option<&Worker>,
        ) -> Option<Text> {
            let abroad = per_diem_location.filter(|_| is_of(category, Kind::PerDiem));
            let country = abroad.map(|location| location.country.clone());
            country.or_else(|| worker.and_then(|worker| worker.country.clone()))
        }

        /// The rates' for mileage and per diems, else the report's.
        #[default]
        pub fn currency(
            cx: &Context,
            category: Option<&Category>,
            per_diem_location: Option<&PerDiemLocation>,
            date: Option<Date>,
            #[header] reimbursement_currency: Option<Text>,
        ) -> Option<Text> {
            rate_currency(cx, category, per_diem_location, date).or(reimbursement_currency)
        }

        /// The latest that is not after the line's day.
        #[default]
        pub fn exchange_rate(
            cx: &Context,
            currency: &Text,
            date: Date,
            #[header] reimbursement_currency: &Text,
        ) -> Option<Decimal> {
            rates::exchange_rate(cx, currency, reimbursement_currency, date)
        }

        /// The category's.
        #[default]
        pub fn payment_method(category: &Category) -> Option<PaymentMethod> {
            category.default_payment_method
        }

        /// The worker, alone.
        #[default]
        pub fn persons(category: &Category) -> Option<i64> {
            (category.kind == Kind::Meal).then_some(1)
        }

        /// The worker's.
        #[default]
        pub fn vehicle(category: &Category, #[header] worker: &Worker) -> Option<Text> {
            worker.vehicle.clone().filter(|_| category.kind == Kind::Mileage)
        }

        /// That of the rates.
        #[default]
        pub fn distance_unit(cx: &Context, category: &Category) -> Option<DistanceUnit> {
            (category.kind == Kind::Mileage).then(|| Parameters::of(cx).distance_unit)
        }

        /// The first and all others.
        #[calculation]
        pub fn last_day(category: &Category, date: Date, days: i64) -> Option<Date> {
            let is_per_diem = category.kind == Kind::PerDiem && days > 0;
            is_per_diem.then(|| date.add_days(days.min(DAYS_MAX) as i32 - 1))
        }

        /// Lodging, meals and all else.
        #[calculation]
        pub fn daily_allowance(
            cx: &Context,
            category: &Category,
            per_diem_location: &Text,
            date: Date,
        ) -> Option<Decimal> {
            let is_per_diem = category.kind == Kind::PerDiem;
            let rate = is_per_diem.then(|| PerDiemRate::of(cx, per_diem_location, date)).flatten()?;
            Some(rate.per_day())
        }

        /// Days × (lodging + meals + other) − so many percent of a day's meals.
        #[calculation]
        pub fn per_diem_amount(
            cx: &Context,
            per_diem_location: &Text,
            date: Date,
            days: i64,
            daily_allowance: Decimal,
            meal_reduction_percent: Decimal,
            currency: &Currency,
        ) -> Option<Decimal> {
            let rate = PerDiemRate::of(cx, per_diem_location, date)?;
            let reduction = rate.meals * meal_reduction_percent * dec!(0.01);
            Some((Decimal::from(days) * daily_allowance - reduction).round_commercial(currency.amount_decimals()))
        }

        /// What the days would be worth else, less what they are worth.
        #[calculation]
        pub fn meal_reduction(days: i64, daily_allowance: Decimal, per_diem_amount: Decimal) -> Decimal {
            Decimal::from(days) * daily_allowance - per_diem_amount
        }

        /// What was paid, or what distance or days are worth.
        #[calculation]
        pub fn claimed_amount(
            category: &Category,
            amount: Option<Decimal>,
            mileage_amount: Option<Decimal>,
            per_diem_amount: Option<Decimal>,
        ) -> Option<Decimal> {
            match category.kind {
                Kind::General | Kind::Hotel | Kind::Meal => amount,
                Kind::Mileage => mileage_amount,
                Kind::PerDiem => per_diem_amount,
            }
        }

        /// In the report's currency.
        #[calculation]
        pub fn report_amount(
            claimed_amount: Decimal,
            exchange_rate: Decimal,
            #[header] reimbursement_currency: &Currency,
        ) -> Decimal {
            (claimed_amount * exchange_rate).round_commercial(reimbursement_currency.amount_decimals())
        }

        /// All of it, unless the company has paid.
        #[calculation]
        pub fn reimbursable_amount(
            category: &Category,
            report_amount: Decimal,
            payment_method: Option<PaymentMethod>,
        ) -> Decimal {
            let is_company = category.kind.is_paid() && payment_method.is_some_and(PaymentMethod::is_company);
            if is_company { Decimal::ZERO } else { report_amount }
        }

        /// Today or before.
        #[validation(at = date, actions = [create, update, submit])]
        pub fn date_not_in_future(cx: &Context, date: Date) -> Option<Issue> {
            let today = cx.today;
            (date > today).then(|| ExpenseIssue::DateInFuture { today }.offer(&today))
        }

        /// The days of a per diem are over.
        #[validation(at = days, actions = [create, update, submit])]
        pub fn days_not_in_future(cx: &Context, date: Date, last_day: Date) -> Option<Issue> {
            let today = cx.today;
            let days_so_far = i64::from(date.days_until(today)) + 1;
            let is_early = date <= today && today < last_day;
            is_early.then(|| ExpenseIssue::DaysInFuture { last_day, today }.offer(&days_so_far))
        }

        /// Within the parameters' days, or it is said why not.
        #[validation(at = date, actions = [create, update, submit])]
        pub fn date_not_too_old(cx: &Context, date: Date) -> Option<ExpenseIssue> {
            let days = Parameters::of(cx).age_days_max?;
            (i64::from(date.days_until(cx.today)) > days).then_some(ExpenseIssue::TooOld { days })
        }

        /// A line of another time than its report is flagged.
        #[validation(at = date, actions = [create, update, submit])]
        pub fn within_report(
            date: Date,
            last_day: Option<Date>,
            #[header] date_from: Date,
            #[header] date_to: Date,
        ) -> Result<(), ExpenseIssue> {
            let is_within = date_from <= date && last_day.unwrap_or(date) <= date_to;
            if is_within { Ok(()) } else { Err(ExpenseIssue::OutsideReport { date_from, date_to }) }
        }

        /// Above zero.
        #[validation(at = amount, actions = [create, update, submit])]
        pub fn amount_positive(category: &Category, amount: Decimal) -> Result<(), ExpenseIssue> {
            positive(amount, category.kind.is_paid())
        }

        /// No finer than its currency.
        #[validation(at = amount, actions = [create, update, submit])]
        pub fn amount_in_decimals(category: &Category, amount: Decimal, currency: &Currency) -> Option<Issue> {
            let decimals = currency.amount_decimals();
            let rounded = amount.round_commercial(decimals);
            let too_fine =
                || ExpenseIssue::TooFine { currency: currency.code.clone(), decimals: decimals.into() }.offer(&rounded);
            (category.kind.is_paid() && amount != rounded).then(too_fine)
        }

        /// Above zero.
        #[validation(at = exchange_rate, actions = [create, update, submit])]
        pub fn exchange_rate_positive(exchange_rate: Decimal) -> Result<(), ExpenseIssue> {
            positive(exchange_rate, true)
        }

        /// Above zero.
        #[validation(at = nights, actions = [create, update, submit])]
        pub fn nights_positive(category: &Category, nights: i64) -> Result<(), ExpenseIssue> {
            positive(nights.into(), category.kind == Kind::Hotel)
        }

        /// Above zero.
        #[validation(at = persons, actions = [create, update, submit])]
        pub fn persons_positive(category: &Category, persons: i64) -> Result<(), ExpenseIssue> {
            positive(persons.into(), category.kind == Kind::Meal)
        }

        /// Above zero.
        #[validation(at = distance, actions = [create, update, submit])]
        pub fn distance_positive(category: &Category, distance: Decimal) -> Result<(), ExpenseIssue> {
            positive(distance, category.kind == Kind::Mileage)
        }

        /// Above zero.
        #[validation(at = days, actions = [create, update, submit])]
        pub fn days_positive(category: &Category, days: i64) -> Result<(), ExpenseIssue> {
            positive(days.into(), category.kind == Kind::PerDiem)
        }

        /// None to one for each day.
        #[validation(at = breakfasts, actions = [create, update, submit])]
        pub fn breakfasts_on_days(breakfasts: i64, days: i64, last_day: Option<Date>) -> Result<(), ExpenseIssue> {
            on_days(last_day, breakfasts, days)
        }

        /// None to one for each day.
        #[validation(at = lunches, actions = [create, update, submit])]
        pub fn lunches_on_days(lunches: i64, days: i64, last_day: Option<Date>) -> Result<(), ExpenseIssue> {
            on_days(last_day, lunches, days)
        }

        /// None to one for each day.
        #[validation(at = dinners, actions = [create, update, submit])]
        pub fn dinners_on_days(dinners: i64, days: i64, last_day: Option<Date>) -> Result<(), ExpenseIssue> {
            on_days(last_day, dinners, days)
        }

        /// Entered or found.
        #[validation(at = exchange_rate, actions = [create, update, submit])]
        pub fn has_exchange_rate(
            currency: &Currency,
            date: Date,
            exchange_rate: Option<Decimal>,
            #[header] reimbursement_currency: &Currency,
        ) -> Option<ExpenseIssue> {
            let no_rate = || {
                let (currency, to) = (currency.code.clone(), reimbursement_currency.code.clone());
                ExpenseIssue::NoExchangeRate { currency, to, date }
            };
            exchange_rate.is_none().then(no_rate)
        }

        /// One unit of the report's currency is worth one; of another as much as the table says, or it is said why not.
        #[validation(at = exchange_rate, actions = [create, update, submit])]
        pub fn exchange_rate_as_known(
            cx: &Context,
            currency: &Text,
            date: Date,
            exchange_rate: Decimal,
            #[header] reimbursement_currency: &Text,
        ) -> Option<Issue> {
            let known = rates::exchange_rate(cx, currency, reimbursement_currency, date)?;
            let issue = || {
                let (currency, to) = (currency.clone(), reimbursement_currency.clone());
                if currency == to {
                    ExpenseIssue::SameCurrency { currency }.offer(&known)
                } else {
                    ExpenseIssue::ExchangeRateDiffers { currency, to, date, known }.offer(&known)
                }
            };
            (exchange_rate != known).then(issue)
        }

        /// Mileage and per diems are not changed into another currency.
        #[validation(at = currency, actions = [create, update, submit])]
        pub fn currency_of_rate(
            cx: &Context,
            category: &Category,
            per_diem_location: Option<&PerDiemLocation>,
            date: Date,
            currency: &Text,
        ) -> Option<Issue> {
            let wanted = rate_currency(cx, Some(category), per_diem_location, Some(date))?;
            let differs = || ExpenseIssue::CurrencyNotOfRate { currency: wanted.clone() }.offer(&wanted);
            (wanted != *currency).then(differs)
        }

        /// Nobody is paid for somebody else's.
        #[validation(at = vehicle, actions = [create, update, submit])]
        pub fn vehicle_of_worker(
            category: &Category,
            vehicle: &Vehicle,
            #[header] worker: &Text,
        ) -> Result<(), ExpenseIssue> {
            let is_own = category.kind != Kind::Mileage || vehicle.worker == *worker;
            if is_own { Ok(()) } else { Err(ExpenseIssue::VehicleOfAnother) }
        }

        /// The tiers go as far as it was driven.
        #[validation(at = distance, actions = [create, update, submit])]
        pub fn has_mileage_rate(
            category: &Category,
            _vehicle: &Vehicle,
            date: Date,
            distance: Decimal,
            _currency: &Currency,
            mileage_amount: Option<Decimal>,
        ) -> Option<ExpenseIssue> {
            let is_driven = category.kind == Kind::Mileage && distance > Decimal::ZERO;
            let has_none = is_driven && mileage_amount.is_none();
            has_none.then_some(ExpenseIssue::NoMileageRate { distance, date })
        }

        /// The location has a rate on the first day.
        #[validation(at = per_diem_location, actions = [create, update, submit])]
        pub fn has_per_diem_rate(
            category: &Category,
            per_diem_location: &PerDiemLocation,
            date: Date,
            daily_allowance: Option<Decimal>,
        ) -> Option<ExpenseIssue> {
            let has_none = category.kind == Kind::PerDiem && daily_allowance.is_none();
            has_none.then(|| ExpenseIssue::NoPerDiemRate { location: per_diem_location.name.clone(), date })
        }

        /// The rate of the first day holds on the last, too.
        #[validation(at = days, actions = [create, update, submit])]
        pub fn days_of_one_rate(
            cx: &Context,
            per_diem_location: &PerDiemLocation,
            date: Date,
            last_day: Date,
        ) -> Option<Issue> {
            let PerDiemLocation { code, name, .. } = per_diem_location;
            let covered = PerDiemRate::of(cx, code, date)?.valid_to.filter(|covered| *covered < last_day)?;
            let days = i64::from(date.days_until(covered)) + 1;
            Some(ExpenseIssue::PerDiemRateEnds { location: name.clone(), covered }.offer(&days))
        }

        /// Within the policies' limits.
        #[validation(at = claimed_amount, actions = [create, update, submit])]
        pub fn within_policies(
            cx: &Context,
            category: &Category,
            country: Option<&Text>,
            date: Date,
            claimed_amount: Decimal,
            currency: &Currency,
            nights: Option<i64>,
            persons: Option<i64>,
        ) -> Vec<Issue> {
            let (amount, currency) = (claimed_amount, &currency.code);
            let spending = Spending { category, country, date, amount, currency, nights, persons };
            policies::check(cx, &spending)
        }

        /// No day of it was claimed by another report.
        #[validation(at = date, actions = [create, update, submit])]
        pub fn per_diem_not_claimed(
            cx: &Context,
            #[record] key: &Text,
            #[header] worker: &Text,
            date: Date,
            last_day: Date,
        ) -> Option<ExpenseIssue> {
            claims::claimed_per_diem(cx, worker, key, Days { first: date, last: last_day })
        }

        /// What another report has already is flagged.
        #[validation(at = amount, actions = [create, update, submit])]
        pub fn expense_not_claimed(
            cx: &Context,
            #[record] key: &Text,
            #[header] worker: &Text,
            date: Date,
            merchant: &str,
            amount: Decimal,
            currency: &str,
        ) -> Option<ExpenseIssue> {
            claims::claimed_expense(cx, worker, key, &Expense { date, merchant, amount, currency })
        }

        /// What is above the threshold has a receipt.
        #[validation(at = receipt_attached, actions = [submit])]
        pub fn has_receipt(
            cx: &Context,
            category: &Category,
            date: Date,
            amount: Decimal,
            currency: &Currency,
            receipt_attached: Option<bool>,
        ) -> Option<ExpenseIssue> {
            if receipt_attached == Some(true) || !category.kind.is_paid() {
                return None;
            }
            let parameters = Parameters::of(cx);
            let threshold = parameters.receipt_threshold?;
            let Some(amount) = rates::converted(cx, amount, &currency.code, &parameters.currency, date) else {
                let (currency, limit_currency) = (currency.code.clone(), parameters.currency);
                return Some(ExpenseIssue::LimitNotComparable { currency, limit_currency });
            };
            let missing = ExpenseIssue::ReceiptMissing { threshold, currency: parameters.currency };
            (amount > threshold).then_some(missing)
        }

        /// What was paid for has an amount, and was paid somehow.
        #[condition(required = [amount, payment_method], actions = [create, update, submit])]
        pub fn is_paid(category: &Category) -> bool {
            category.kind.is_paid()
        }

        /// Distances and days are not paid for.
        #[condition(hidden = [merchant, amount, payment_method, receipt_attached])]
        pub fn is_not_paid(category: &Category) -> bool {
            !category.kind.is_paid()
        }

        /// A hotel has nights.
        #[condition(required = [nights], actions = [create, update, submit])]
        pub fn is_hotel(category: &Category) -> bool {
            category.kind == Kind::Hotel
        }

        /// Nothing else has.
        #[condition(hidden = [nights])]
        pub fn is_no_hotel(category: Option<&Category>) -> bool {
            !is_of(category, Kind::Hotel)
        }

        /// A meal has persons.
        #[condition(required = [persons], actions = [create, update, submit])]
        pub fn is_meal(category: &Category) -> bool {
            category.kind == Kind::Meal
        }

        /// Nothing else has.
        #[condition(hidden = [persons])]
        pub fn is_no_meal(category: Option<&Category>) -> bool {
            !is_of(category, Kind::Meal)
        }

        /// Mileage has a vehicle and a distance.
        #[condition(required = [vehicle, distance, distance_unit], actions = [create, update, submit])]
        pub fn is_mileage(category: &Category) -> bool {
            category.kind == Kind::Mileage
        }

        /// Nothing else has.
        #[condition(hidden = [vehicle, distance, distance_unit, mileage_amount])]
        pub fn is_no_mileage(category: Option<&Category>) -> bool {
            !is_of(category, Kind::Mileage)
        }

        /// A per diem has a location and days.
        #[condition(required = [per_diem_location, days], actions = [create, update, submit])]
        pub fn is_per_diem(category: &Category) -> bool {
            category.kind == Kind::PerDiem
        }

        /// Nothing else has.
        #[condition(hidden = [
            per_diem_location, days, last_day, daily_allowance, meal_reduction_percent, meal_reduction, per_diem_amount
        ])]
        pub fn is_no_per_diem(category: Option<&Category>) -> bool {
            !is_of(category, Kind::PerDiem)
        }

        /// The meals of a whole trip count by type and trip alone.
        #[condition(hidden = [breakfasts, lunches, dinners])]
        pub fn is_not_by_trip(cx: &Context, category: Option<&Category>) -> bool {
            !is_of(category, Kind::PerDiem) || Parameters::of(cx).meal_reduction != MealReduction::TypePerTrip
        }
    }

    impl Itemisation {
        /// Above zero.
        #[validation(at = amount, actions = [create, update, submit])]
        pub fn part_positive(amount: Decimal) -> Result<(), ExpenseIssue> {
            positive(amount, true)
        }
    }

    /// A per diem goes on for so many days at most.
    const DAYS_MAX: i64 = 36_500;

    fn decided(cx: &Context, status: Status) -> ExpenseReport {
        let (decided_by, decided_on) = (Some(cx.user.clone()), Some(cx.today));
        ExpenseReport { status: Some(status), decided_by, decided_on, ..ExpenseReport::default() }
    }

    fn is_of(category: Option<&Category>, kind: Kind) -> bool {
        category.is_some_and(|category| category.kind == kind)
    }

    /// What is asked for is above zero; what is left in a hidden field is nobody's concern.
    fn positive(number: Decimal, is_asked: bool) -> Result<(), ExpenseIssue> {
        if is_asked && number <= Decimal::ZERO { Err(ExpenseIssue::NotPositive) } else { Ok(()) }
    }

    fn on_days(last_day: Option<Date>, meals: i64, days: i64) -> Result<(), ExpenseIssue> {
        let is_wrong = last_day.is_some() && !(0..=days).contains(&meals);
        if is_wrong { Err(ExpenseIssue::MealsOutOfRange { days }) } else { Ok(()) }
    }

    /// What the rates of mileage or of a location are in.
    fn rate_currency(
        cx: &Context,
        category: Option<&Category>,
        location: Option<&PerDiemLocation>,
        date: Option<Date>,
    ) -> Option<Text> {
        match category?.kind {
            Kind::General | Kind::Hotel | Kind::Meal => None,
            Kind::Mileage => rates::mileage_tiers(cx, date?).first().map(|tier| tier.currency.clone()),
            Kind::PerDiem => location.map(|location| location.currency.clone()),
        }
    }
}
