//! The grouped view: which stock a user wants to see, grouped how and measured by what.

pub use on_hand_view::{Group, OnHandView, StockRow};

/// The view, its rows and its groups, and their rules.
#[lockstep_sdk::entity]
pub mod on_hand_view {
    use lockstep_sdk::prelude::*;

    use crate::{
        dimensions::StockStatus,
        grouping::{self, By, Filter},
        issues::StockIssue,
        tables::{Item, Measure, Parameters, Site, Warehouse},
    };

    /// A view that a user keeps: filter, grouping and measure.
    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct OnHandView {
        /// What the user calls it.
        #[field(entered, required, max_length = 60)]
        pub name: Option<Text>,
        /// What is summed.
        #[field(defaulted, required, table = Measure, max_length = 20)]
        pub measure: Option<Text>,
        /// Of this item alone.
        #[field(entered, table = Item, max_length = 20)]
        pub item: Option<Text>,
        /// At this site alone.
        #[field(entered, table = Site, max_length = 20)]
        pub site: Option<Text>,
        /// In this warehouse alone.
        #[field(entered, table = Warehouse, max_length = 20)]
        pub warehouse: Option<Text>,
        /// At this location alone.
        #[field(entered, max_length = 20)]
        pub location: Option<Text>,
        /// Of this batch alone.
        #[field(entered, max_length = 20)]
        pub batch: Option<Text>,
        /// Of this status alone.
        #[field(entered)]
        pub status: Option<StockStatus>,
        /// Items apart.
        #[field(entered)]
        pub by_item: Option<bool>,
        /// Sites apart.
        #[field(entered)]
        pub by_site: Option<bool>,
        /// Warehouses apart.
        #[field(entered)]
        pub by_warehouse: Option<bool>,
        /// Locations apart.
        #[field(entered)]
        pub by_location: Option<bool>,
        /// Batches apart.
        #[field(entered)]
        pub by_batch: Option<bool>,
        /// Statuses apart.
        #[field(entered)]
        pub by_status: Option<bool>,
        /// Whether all records could be read that the filter could be about.
        #[field(calculated)]
        pub complete: Option<bool>,
        /// The moment that it shows.
        #[field(calculated)]
        pub as_of: Option<Timestamp>,
        /// What all groups add up to, where they are in one unit.
        #[field(calculated, scale = 4)]
        pub total: Option<Decimal>,
        /// The stock that passes the filter.
        #[field(calculated)]
        pub rows: Vec<StockRow>,
        /// What it adds up to.
        #[field(calculated)]
        pub groups: Vec<Group>,
    }

    /// Stock of one on-hand record.
    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct StockRow {
        /// The record's key.
        pub id: Text,
        /// Its item.
        #[field(calculated, max_length = 20)]
        pub item: Option<Text>,
        /// Its site.
        #[field(calculated, max_length = 20)]
        pub site: Option<Text>,
        /// Its warehouse.
        #[field(calculated, max_length = 20)]
        pub warehouse: Option<Text>,
        /// Its location.
        #[field(calculated, max_length = 20)]
        pub location: Option<Text>,
        /// Its batch.
        #[field(calculated, max_length = 20)]
        pub batch: Option<Text>,
        /// Its status.
        #[field(calculated)]
        pub status: Option<StockStatus>,
        /// What the measure makes of its quantities.
        #[field(calculated, scale = 4)]
        pub quantity: Option<Decimal>,
        /// What that is in.
        #[field(calculated, max_length = 10)]
        pub unit: Option<Text>,
    }

    /// Stock that has the same values of the dimensions that it is grouped by; other dimensions have no value.
    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Group {
        /// All its values.
        pub id: Text,
        /// Its item.
        #[field(calculated, max_length = 20)]
        pub item: Option<Text>,
        /// Its site.
        #[field(calculated, max_length = 20)]
        pub site: Option<Text>,
        /// Its warehouse.
        #[field(calculated, max_length = 20)]
        pub warehouse: Option<Text>,
        /// Its location.
        #[field(calculated, max_length = 20)]
        pub location: Option<Text>,
        /// Its batch.
        #[field(calculated, max_length = 20)]
        pub batch: Option<Text>,
        /// Its status.
        #[field(calculated)]
        pub status: Option<StockStatus>,
        /// The sum of its rows' quantities.
        #[field(calculated, scale = 4)]
        pub quantity: Option<Decimal>,
        /// What that is in; none where units are mixed.
        #[field(calculated, max_length = 10)]
        pub unit: Option<Text>,
        /// How many records it is of.
        #[field(calculated)]
        pub records: Option<i64>,
    }

    impl OnHandView {
        /// The parameters'.
        #[default]
        pub fn measure(cx: &Context) -> Option<Text> {
            Parameters::of(cx).measure
        }

        /// All that there is was read.
        #[calculation]
        pub fn complete(cx: &Context, item: Option<&Text>, warehouse: Option<&Text>) -> bool {
            !grouping::read(cx, item, warehouse).cut_short
        }

        /// Now.
        #[calculation]
        pub fn as_of(cx: &Context) -> Timestamp {
            cx.now
        }

        /// The stock that passes the filter, measured.
        #[calculation]
        pub fn rows(
            cx: &Context,
            measure: &Measure,
            item: Option<&Text>,
            site: Option<&Text>,
            warehouse: Option<&Text>,
            location: Option<&Text>,
            batch: Option<&Text>,
            status: Option<StockStatus>,
        ) -> Vec<StockRow> {
            let filter = Filter { item, site, warehouse, location, batch, status };
            let stock = grouping::read(cx, item, warehouse).rows.into_iter();
            stock.filter(|stock| filter.admits(stock)).map(|stock| grouping::row(stock, measure)).collect()
        }

        /// The rows, summed by the dimensions that are kept apart.
        #[calculation]
        pub fn groups(
            rows: &[StockRow],
            by_item: Option<bool>,
            by_site: Option<bool>,
            by_warehouse: Option<bool>,
            by_location: Option<bool>,
            by_batch: Option<bool>,
            by_status: Option<bool>,
        ) -> Vec<Group> {
            let by = By {
                item: by_item,
                site: by_site,
                warehouse: by_warehouse,
                location: by_location,
                batch: by_batch,
                status: by_status,
            };
            grouping::group(rows, by)
        }

        /// The groups' sum, if all is in one unit.
        #[calculation]
        pub fn total(_measure: &Measure, groups: &[Group]) -> Option<Decimal> {
            grouping::total(groups)
        }

        /// What could not be read is said.
        #[validation(actions = [create, update, refresh])]
        pub fn nothing_left_out(cx: &Context, complete: bool) -> Option<StockIssue> {
            let limit = || Parameters::of(cx).view_records_max().into();
            (!complete).then(|| StockIssue::CutShort { limit: limit() })
        }

        /// It shows what there is now.
        #[action]
        pub fn refresh() {}
    }

    impl Group {
        /// What is added up is in one unit.
        #[validation(at = unit, actions = [create, update, refresh])]
        pub fn one_unit(unit: Option<&Text>) -> Result<(), StockIssue> {
            if unit.is_some() { Ok(()) } else { Err(StockIssue::MixedUnits) }
        }
    }
}
