//! The cost statement: its fields, and its rules as the business states them.

pub use cost_statement::{
    AcknowledgeFlag, Acknowledgement, AddComment, Comment, CostStatement, SelectConfiguration, SelectCostObject,
    StatementRow,
};

/// The statement, its rows and their rules.
#[lockstep_sdk::entity]
pub mod cost_statement {
    use lockstep_sdk::prelude::*;

    use crate::{
        calendar::{Calendar, PERIODS_MAX},
        flags::{Flag, FlagReason},
        issues::StatementIssue,
        lines::{self, LineType, Subject},
        remarks::Own,
        responsibility,
        tables::{BudgetVersion, Configuration, CostElement, CostObject, ElementKind, Period},
    };

    /// What a cost object has cost in a period, against its budget. Its rows come from balances: nobody enters them.
    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct CostStatement {
        /// The record's key.
        pub key: Text,
        /// Whose costs.
        #[field(entered, required, read_only, table = CostObject, max_length = 20)]
        pub cost_object: Option<Text>,
        /// Which cost elements it shows, in which order, and which budget counts.
        #[field(defaulted, required, table = Configuration, max_length = 20)]
        pub configuration: Option<Text>,
        /// The period that it is about.
        #[field(defaulted, required, table = Period, max_length = 10)]
        pub period: Option<Text>,
        /// The cost object's name.
        #[field(calculated, max_length = 100)]
        pub name: Option<Text>,
        /// What its amounts are in.
        #[field(calculated, max_length = 3)]
        pub currency: Option<Text>,
        /// Which budget counts.
        #[field(calculated)]
        pub budget_version: Option<BudgetVersion>,
        /// What all rows have cost in the period.
        #[field(calculated, scale = 4)]
        pub actual: Option<Decimal>,
        /// What they might have cost.
        #[field(calculated, scale = 4)]
        pub budget: Option<Decimal>,
        /// The budget less the actual costs.
        #[field(calculated, scale = 4)]
        pub variance: Option<Decimal>,
        /// In percent of the budget.
        #[field(calculated, scale = 2)]
        pub variance_percent: Option<Decimal>,
        /// The same for the year to date.
        #[field(calculated, scale = 4)]
        pub year_variance: Option<Decimal>,
        /// What all rows have cost in a period of the year to date, on average.
        #[field(calculated, scale = 2)]
        pub year_average: Option<Decimal>,
        /// How many rows are red.
        #[field(calculated)]
        pub red_flags: Option<i64>,
        /// How many of these nobody has acknowledged.
        #[field(calculated)]
        pub open_flags: Option<i64>,
        /// One for each cost element that the configuration shows, and totals.
        #[field(calculated)]
        pub rows: Vec<StatementRow>,
        /// What managers have said.
        pub comments: Vec<Comment>,
        /// Which red flags managers have taken note of.
        pub acknowledgements: Vec<Acknowledgement>,
    }

    /// What stands on a cost element, or on several.
    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct StatementRow {
        /// The row's id: the cost element.
        pub id: Text,
        /// What the row stands for.
        #[field(calculated)]
        pub line_type: Option<LineType>,
        /// The cost element.
        #[field(calculated, max_length = 20)]
        pub cost_element: Option<Text>,
        /// Its name.
        #[field(calculated, max_length = 100)]
        pub name: Option<Text>,
        /// What it stands for.
        #[field(calculated)]
        pub kind: Option<ElementKind>,
        /// Booked in the period.
        #[field(calculated, scale = 4)]
        pub current_actual: Option<Decimal>,
        /// Planned for the period at the start of the year.
        #[field(calculated, scale = 4)]
        pub current_original_budget: Option<Decimal>,
        /// Planned for the period with all changes since.
        #[field(calculated, scale = 4)]
        pub current_revised_budget: Option<Decimal>,
        /// The budget that counts less the actual costs.
        #[field(calculated, scale = 4)]
        pub current_variance: Option<Decimal>,
        /// In percent of that budget; absent where it is 0.
        #[field(calculated, scale = 2)]
        pub current_variance_percent: Option<Decimal>,
        /// Booked in the period before.
        #[field(calculated, scale = 4)]
        pub previous_actual: Option<Decimal>,
        /// Planned for the period before at the start of its year.
        #[field(calculated, scale = 4)]
        pub previous_original_budget: Option<Decimal>,
        /// Planned for the period before with all changes since.
        #[field(calculated, scale = 4)]
        pub previous_revised_budget: Option<Decimal>,
        /// The budget that counts less the actual costs.
        #[field(calculated, scale = 4)]
        pub previous_variance: Option<Decimal>,
        /// In percent of that budget; absent where it is 0.
        #[field(calculated, scale = 2)]
        pub previous_variance_percent: Option<Decimal>,
        /// Booked in the fiscal year up to the period.
        #[field(calculated, scale = 4)]
        pub year_actual: Option<Decimal>,
        /// Planned for the year to date at its start.
        #[field(calculated, scale = 4)]
        pub year_original_budget: Option<Decimal>,
        /// Planned for the year to date with all changes since.
        #[field(calculated, scale = 4)]
        pub year_revised_budget: Option<Decimal>,
        /// The budget that counts less the actual costs.
        #[field(calculated, scale = 4)]
        pub year_variance: Option<Decimal>,
        /// In percent of that budget; absent where it is 0.
        #[field(calculated, scale = 2)]
        pub year_variance_percent: Option<Decimal>,
        /// Booked in a period of the year to date, on average.
        #[field(calculated, scale = 2)]
        pub year_average: Option<Decimal>,
        /// Whether it is over budget by more than is allowed.
        #[field(calculated)]
        pub flag: Option<Flag>,
        /// Which threshold is exceeded.
        #[field(calculated)]
        pub flag_reason: Option<FlagReason>,
        /// Who has taken note of the flag.
        #[field(calculated, max_length = 60)]
        pub acknowledged_by: Option<Text>,
        /// When.
        #[field(calculated)]
        pub acknowledged_on: Option<Date>,
        /// How many comments there are on the row.
        #[field(calculated)]
        pub comment_count: Option<i64>,
    }

    /// What a manager has said of a cost element in a period.
    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Comment {
        /// The row's id.
        pub id: Text,
        /// Of this cost object.
        #[field(state, max_length = 20)]
        pub cost_object: Option<Text>,
        /// In this period.
        #[field(state, max_length = 10)]
        pub period: Option<Text>,
        /// Of this cost element.
        #[field(state, max_length = 20)]
        pub cost_element: Option<Text>,
        /// In his words.
        #[field(state, max_length = 1000)]
        pub text: Option<Text>,
        /// Who.
        #[field(state, max_length = 60)]
        pub author: Option<Text>,
        /// When.
        #[field(state)]
        pub day: Option<Date>,
    }

    /// A red flag that a manager has taken note of: as long as its reason is the same and its excess no larger.
    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Acknowledgement {
        /// The row's id.
        pub id: Text,
        /// Of this cost object.
        #[field(state, max_length = 20)]
        pub cost_object: Option<Text>,
        /// In this period.
        #[field(state, max_length = 10)]
        pub period: Option<Text>,
        /// Of this cost element.
        #[field(state, max_length = 20)]
        pub cost_element: Option<Text>,
        /// Against this budget.
        #[field(state)]
        pub budget_version: Option<BudgetVersion>,
        /// Which threshold was exceeded.
        #[field(state)]
        pub reason: Option<FlagReason>,
        /// The variance at the time, in the threshold's time frame.
        #[field(state, scale = 4)]
        pub variance: Option<Decimal>,
        /// Who.
        #[field(state, max_length = 60)]
        pub user: Option<Text>,
        /// When.
        #[field(state)]
        pub day: Option<Date>,
    }

    /// What selecting a configuration asks for.
    #[derive(Clone, Debug, Default)]
    #[arguments(select_configuration)]
    pub struct SelectConfiguration {
        /// Which.
        #[field(required, table = Configuration, max_length = 20)]
        pub configuration: Option<Text>,
    }

    /// What selecting a cost object asks for.
    #[derive(Clone, Debug, Default)]
    #[arguments(select_cost_object)]
    pub struct SelectCostObject {
        /// Which.
        #[field(required, table = CostObject, max_length = 20)]
        pub cost_object: Option<Text>,
    }

    /// What a comment says.
    #[derive(Clone, Debug, Default)]
    #[arguments(comment)]
    pub struct AddComment {
        /// Of which period; the statement's unless it says so.
        #[field(table = Period, max_length = 10)]
        pub period: Option<Text>,
        /// Of which cost element.
        #[field(required, table = CostElement, max_length = 20)]
        pub cost_element: Option<Text>,
        /// What.
        #[field(required, max_length = 1000)]
        pub text: Option<Text>,
    }

    /// Which flag is acknowledged.
    #[derive(Clone, Debug, Default)]
    #[arguments(acknowledge_flag)]
    pub struct AcknowledgeFlag {
        /// That of this cost element.
        #[field(required, table = CostElement, max_length = 20)]
        pub cost_element: Option<Text>,
    }

    impl CostStatement {
        /// The cost object's.
        #[default]
        pub fn configuration(cost_object: &CostObject) -> Option<Text> {
            cost_object.configuration.clone()
        }

        /// The one that holds today.
        #[default]
        pub fn period(cx: &Context) -> Option<Text> {
            Calendar::of(cx).holding(cx.today).map(|period| period.code.clone())
        }

        /// The cost object's.
        #[calculation]
        pub fn name(cost_object: &CostObject) -> Text {
            cost_object.name.clone()
        }

        /// The cost object's.
        #[calculation]
        pub fn currency(cost_object: &CostObject) -> Text {
            cost_object.currency.clone()
        }

        /// The configuration's.
        #[calculation]
        pub fn budget_version(configuration: &Configuration) -> BudgetVersion {
            configuration.budget
        }

        /// What stands on the configuration's elements, for who answers for them; nothing where not all can be read.
        #[calculation]
        pub fn rows(
            cx: &Context,
            #[record] key: &Text,
            cost_object: &CostObject,
            configuration: &Configuration,
            period: &Period,
            comments: &[Comment],
            acknowledgements: &[Acknowledgement],
        ) -> Vec<StatementRow> {
            let subject = Subject { cost_object, configuration, period };
            let sources = subject.read(cx).ok().filter(|_| responsibility::is_own(cx, cost_object));
            let own = Own { key, comments, acknowledgements };
            sources.map(|sources| subject.rows(cx, &sources, own)).unwrap_or_default()
        }

        /// Of all rows, in the period.
        #[calculation]
        pub fn actual(rows: &[StatementRow]) -> Option<Decimal> {
            lines::total(rows)?.current_actual
        }

        /// Of all rows, in the period: the budget that counts.
        #[calculation]
        pub fn budget(rows: &[StatementRow], budget_version: BudgetVersion) -> Option<Decimal> {
            let total = lines::total(rows)?;
            match budget_version {
                BudgetVersion::Original => total.current_original_budget,
                BudgetVersion::Revised => total.current_revised_budget,
            }
        }

        /// Of all rows, in the period.
        #[calculation]
        pub fn variance(rows: &[StatementRow]) -> Option<Decimal> {
            lines::total(rows)?.current_variance
        }

        /// Of all rows, in the period.
        #[calculation]
        pub fn variance_percent(rows: &[StatementRow]) -> Option<Decimal> {
            lines::total(rows)?.current_variance_percent
        }

        /// Of all rows, in the year to date.
        #[calculation]
        pub fn year_variance(rows: &[StatementRow]) -> Option<Decimal> {
            lines::total(rows)?.year_variance
        }

        /// Of all rows, in the year to date.
        #[calculation]
        pub fn year_average(rows: &[StatementRow]) -> Option<Decimal> {
            lines::total(rows)?.year_average
        }

        /// The red rows.
        #[calculation]
        pub fn red_flags(#[each(rows)] flag: Column<'_, Flag>) -> i64 {
            flag.values().filter(|flag| **flag == Flag::Red).count() as i64
        }

        /// The red rows less the acknowledged ones.
        #[calculation]
        pub fn open_flags(red_flags: i64, #[each(rows)] acknowledged_by: Column<'_, Text>) -> i64 {
            red_flags - acknowledged_by.values().count() as i64
        }

        /// Only who answers for a cost object sees its costs, says something of them, or deletes what was said.
        #[validation(at = cost_object, actions = [create, update, delete, select_configuration, select_cost_object, comment, acknowledge_flag])]
        pub fn cost_object_is_own(cx: &Context, cost_object: &CostObject) -> Result<(), StatementIssue> {
            responsibility::check(cx, cost_object)
        }

        /// The same by who answers for it at this moment.
        #[validation(
            server_only,
            at = cost_object,
            actions = [create, update, delete, select_configuration, select_cost_object, comment, acknowledge_flag]
        )]
        pub fn cost_object_is_own_now(cx: &Context, cost_object: &CostObject) -> Result<(), StatementIssue> {
            responsibility::check_now(cx, cost_object)
        }

        /// Nobody selects a cost object that somebody else answers for.
        #[validation(at = arguments.cost_object, actions = [select_cost_object])]
        pub fn selected_is_own(cx: &Context, arguments: &SelectCostObject) -> Option<StatementIssue> {
            let selected = cx.lookup::<CostObject>(arguments.cost_object.as_ref()?)?;
            responsibility::check(cx, &selected).err()
        }

        /// The same by who answers for it at this moment.
        #[validation(server_only, at = arguments.cost_object, actions = [select_cost_object])]
        pub fn selected_is_own_now(cx: &Context, arguments: &SelectCostObject) -> Option<StatementIssue> {
            let selected = cx.lookup::<CostObject>(arguments.cost_object.as_ref()?)?;
            responsibility::check_now(cx, &selected).err()
        }

        /// Where no period was found because the calendar is too long to be read, that is told.
        #[validation(at = period)]
        pub fn calendar_is_read_whole(cx: &Context, period: Option<&Text>) -> Option<StatementIssue> {
            (period.is_none() && Calendar::of(cx).cut_short).then(|| lines::cut_short::<Period>(PERIODS_MAX))
        }

        /// A period that lies ahead has no costs yet; the one that holds today is offered.
        #[validation(at = period, actions = [create, update, acknowledge_flag])]
        pub fn period_has_begun(cx: &Context, period: &Period) -> Option<Issue> {
            let Period { code, first_day, .. } = period;
            (*first_day > cx.today).then(|| {
                let issue = StatementIssue::PeriodNotBegun { period: code.clone(), first_day: *first_day };
                let calendar = Calendar::of(cx);
                let today = calendar.holding(cx.today);
                today.map_or_else(|| issue.clone().into(), |today| issue.clone().offer(&today.code))
            })
        }

        /// Where a calendar, a configuration, balances or remarks are too long, there are no figures, and that is told.
        #[validation]
        pub fn figures_are_read_whole(
            cx: &Context,
            cost_object: &CostObject,
            configuration: &Configuration,
            period: &Period,
        ) -> Option<StatementIssue> {
            Subject { cost_object, configuration, period }.read(cx).err()
        }

        /// A configuration that shows nothing is told.
        #[validation(at = configuration)]
        pub fn configuration_shows_something(cx: &Context, configuration: &Configuration) -> Option<StatementIssue> {
            lines::shows_nothing(cx, configuration)
                .then(|| StatementIssue::NoElements { configuration: configuration.code.clone() })
        }

        /// A comment is made while its period is open.
        #[validation(at = arguments.period, actions = [comment])]
        pub fn commented_period_is_open(cx: &Context, arguments: &AddComment, period: &Text) -> Option<Issue> {
            let commented = cx.lookup::<Period>(arguments.period.as_ref().unwrap_or(period))?;
            let open_today =
                Calendar::of(cx).holding(cx.today).filter(|today| today.open).map(|today| today.code.clone());
            let issue = || Issue::from(StatementIssue::PeriodNotOpen { period: commented.code.clone() });
            let with_offer = |open: &Text| issue().offer(open);
            (!commented.open).then(|| open_today.as_ref().map_or_else(issue, with_offer))
        }

        /// Of a cost element that the statement shows.
        #[validation(at = arguments.cost_element, actions = [comment])]
        pub fn commented_element_is_shown(arguments: &AddComment, rows: &[StatementRow]) -> Option<StatementIssue> {
            lines::of_element(rows, arguments.cost_element.as_ref()?).err()
        }

        /// A flag is acknowledged while it is red, and once.
        #[validation(at = arguments.cost_element, actions = [acknowledge_flag])]
        pub fn flag_can_be_acknowledged(arguments: &AcknowledgeFlag, rows: &[StatementRow]) -> Option<StatementIssue> {
            lines::to_acknowledge(rows, arguments.cost_element.as_ref()?).err()
        }

        /// From now on it is laid out so.
        #[action]
        pub fn select_configuration(arguments: &SelectConfiguration) -> CostStatement {
            CostStatement { configuration: arguments.configuration.clone(), ..CostStatement::default() }
        }

        /// From now on it is about this one.
        #[action]
        pub fn select_cost_object(arguments: &SelectCostObject) -> CostStatement {
            CostStatement { cost_object: arguments.cost_object.clone(), ..CostStatement::default() }
        }

        /// Somebody says something, today.
        #[action]
        pub fn comment(cx: &Context, cost_object: &Text, period: &Text, arguments: &AddComment) -> CostStatement {
            let comment = Comment {
                cost_object: Some(cost_object.clone()),
                period: arguments.period.clone().or_else(|| Some(period.clone())),
                cost_element: arguments.cost_element.clone(),
                text: arguments.text.clone(),
                author: Some(cx.user.clone()),
                day: Some(cx.today),
                ..Comment::default()
            };
            CostStatement { comments: vec![comment], ..CostStatement::default() }
        }

        /// Somebody has taken note, today.
        #[action]
        pub fn acknowledge_flag(
            cx: &Context,
            cost_object: &Text,
            period: &Text,
            budget_version: BudgetVersion,
            rows: &[StatementRow],
            arguments: &AcknowledgeFlag,
        ) -> Result<CostStatement, StatementIssue> {
            let row = lines::to_acknowledge(rows, arguments.cost_element.as_ref().unwrap_or(&Text::default()))?;
            let acknowledgement = Acknowledgement {
                cost_object: Some(cost_object.clone()),
                period: Some(period.clone()),
                cost_element: row.cost_element.clone(),
                budget_version: Some(budget_version),
                reason: row.flag_reason,
                variance: row.flagged_variance(),
                user: Some(cx.user.clone()),
                day: Some(cx.today),
                ..Acknowledgement::default()
            };
            Ok(CostStatement { acknowledgements: vec![acknowledgement], ..CostStatement::default() })
        }
    }

    impl StatementRow {
        /// A red row that nobody has acknowledged is told.
        #[validation(at = flag)]
        pub fn within_thresholds(
            cost_element: &Text,
            name: Option<&Text>,
            flag_reason: FlagReason,
            current_variance: Decimal,
            year_variance: Decimal,
            acknowledged_by: Option<&Text>,
            #[header] currency: &Text,
        ) -> Option<StatementIssue> {
            let variance = if flag_reason.is_of_year() { year_variance } else { current_variance };
            acknowledged_by.is_none().then(|| StatementIssue::OverBudget {
                cost_element: cost_element.clone(),
                name: name.unwrap_or(cost_element).clone(),
                reason: flag_reason,
                excess: -variance,
                currency: currency.clone(),
            })
        }

        /// A cost element that nobody has set up is told.
        #[validation(at = cost_element)]
        pub fn element_is_set_up(cost_element: &Text, kind: Option<ElementKind>) -> Option<StatementIssue> {
            kind.is_none().then(|| StatementIssue::ElementNotSetUp { cost_element: cost_element.clone() })
        }
    }
}
