//! The on-hand record: what there is of an item at one place, and its rules as the business states them.

pub use on_hand::{Count, OnHand, Release, Reserve, Transfer};

/// The record, its actions and their rules.
#[lockstep_sdk::entity]
pub mod on_hand {
    use lockstep_sdk::prelude::*;

    use crate::{
        availability, counting,
        dimensions::{Dimensions, StockStatus},
        issues::StockIssue,
        quantities,
        tables::{Item, Location, Parameters, Site, Unit, Warehouse},
        transfer,
    };

    /// What there is of an item at one place. Its quantities are moved by actions and fed by the ERP.
    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct OnHand {
        /// The record's key.
        pub key: Text,
        /// Of what it is.
        #[field(entered, required, read_only, table = Item, max_length = 20)]
        pub item: Option<Text>,
        /// Its name.
        #[field(calculated, max_length = 100)]
        pub item_name: Option<Text>,
        /// The warehouse's site.
        #[field(defaulted, read_only, table = Site, max_length = 20)]
        pub site: Option<Text>,
        /// The warehouse that it is in.
        #[field(entered, required, read_only, table = Warehouse, max_length = 20)]
        pub warehouse: Option<Text>,
        /// The place within the warehouse, where it has such.
        #[field(entered, read_only, max_length = 20)]
        pub location: Option<Text>,
        /// The batch, where the item has such.
        #[field(entered, read_only, max_length = 20)]
        pub batch: Option<Text>,
        /// Whether it may be used.
        #[field(defaulted, read_only)]
        pub status: Option<StockStatus>,
        /// What its quantities are in.
        #[field(calculated, table = Unit, max_length = 10)]
        pub unit: Option<Text>,
        /// What is there.
        #[field(state, scale = 4)]
        pub physical: Option<Decimal>,
        /// What is reserved of it.
        #[field(state, scale = 4)]
        pub reserved: Option<Decimal>,
        /// What is to come in.
        #[field(state, scale = 4)]
        pub ordered: Option<Decimal>,
        /// What is to go out.
        #[field(state, scale = 4)]
        pub on_order: Option<Decimal>,
        /// When it was counted last.
        #[field(state)]
        pub last_counted: Option<Date>,
        /// What is there and not reserved.
        #[field(calculated, scale = 4)]
        pub available_physical: Option<Decimal>,
        /// The same with what is to come in and to go out.
        #[field(calculated, scale = 4)]
        pub total_available: Option<Decimal>,
    }

    /// What reserving asks for.
    #[derive(Clone, Debug, Default)]
    #[arguments(reserve)]
    pub struct Reserve {
        /// How much.
        #[field(required, scale = 4)]
        pub quantity: Option<Decimal>,
    }

    /// What releasing asks for.
    #[derive(Clone, Debug, Default)]
    #[arguments(release)]
    pub struct Release {
        /// How much.
        #[field(required, scale = 4)]
        pub quantity: Option<Decimal>,
    }

    /// What counting asks for.
    #[derive(Clone, Debug, Default)]
    #[arguments(count)]
    pub struct Count {
        /// What was counted.
        #[field(required, scale = 4)]
        pub counted: Option<Decimal>,
    }

    /// What a transfer asks for: how much, and in what the other place differs.
    #[derive(Clone, Debug, Default)]
    #[arguments(transfer)]
    pub struct Transfer {
        /// How much.
        #[field(required, scale = 4)]
        pub quantity: Option<Decimal>,
        /// To which warehouse; else the same.
        #[field(table = Warehouse, max_length = 20)]
        pub warehouse: Option<Text>,
        /// To which location; else the same, and none in another warehouse.
        #[field(max_length = 20)]
        pub location: Option<Text>,
        /// To which status; else the same.
        #[field]
        pub status: Option<StockStatus>,
    }

    impl OnHand {
        /// The item's.
        #[calculation]
        pub fn item_name(item: &Item) -> Text {
            item.name.clone()
        }

        /// The warehouse's.
        #[default]
        pub fn site(warehouse: &Warehouse) -> Text {
            warehouse.site.clone()
        }

        /// It may be used.
        #[default]
        pub fn status() -> StockStatus {
            StockStatus::Available
        }

        /// The item's.
        #[calculation]
        pub fn unit(item: &Item) -> Text {
            item.unit.clone()
        }

        /// Physical − reserved.
        #[calculation]
        pub fn available_physical(physical: Option<Decimal>, reserved: Option<Decimal>) -> Decimal {
            physical.unwrap_or_default() - reserved.unwrap_or_default()
        }

        /// Available physical + ordered − on order.
        #[calculation]
        pub fn total_available(
            available_physical: Decimal,
            ordered: Option<Decimal>,
            on_order: Option<Decimal>,
        ) -> Decimal {
            available_physical + ordered.unwrap_or_default() - on_order.unwrap_or_default()
        }

        /// Stock of a batch-controlled item has a batch.
        #[condition(required = [batch])]
        pub fn has_batches(item: &Item) -> bool {
            item.batch_controlled
        }

        /// That of other items has none.
        #[condition(hidden = [batch])]
        pub fn has_no_batches(item: &Item) -> bool {
            !item.batch_controlled
        }

        /// Stock in a warehouse with locations has one.
        #[condition(required = [location])]
        pub fn has_locations(warehouse: &Warehouse) -> bool {
            warehouse.has_locations
        }

        /// That in other warehouses has none.
        #[condition(hidden = [location])]
        pub fn has_no_locations(warehouse: &Warehouse) -> bool {
            !warehouse.has_locations
        }

        /// No batch of an item that has none.
        #[validation(at = batch)]
        pub fn batch_controlled(item: &Item, _batch: &Text) -> Option<StockIssue> {
            let without = || StockIssue::ItemWithoutBatches { item: item.number.clone(), name: item.name.clone() };
            (!item.batch_controlled).then(without)
        }

        /// The site is the warehouse's.
        #[validation(at = site)]
        pub fn site_of_warehouse(site: &Text, warehouse: &Warehouse) -> Option<Issue> {
            let other =
                || StockIssue::WarehouseOfOtherSite { warehouse: warehouse.code.clone(), site: warehouse.site.clone() };
            (*site != warehouse.site).then(|| other().offer(&warehouse.site))
        }

        /// The location is one of the warehouse's.
        #[validation(at = location)]
        pub fn location_of_warehouse(cx: &Context, location: &Text, warehouse: &Text) -> Option<StockIssue> {
            let is_known = cx.lookup::<Location>((warehouse, location)).is_some();
            let unknown = || StockIssue::UnknownLocation { location: location.clone(), warehouse: warehouse.clone() };
            (!is_known).then(unknown)
        }

        /// There is one record for each place.
        #[validation(actions = [create])]
        pub fn only_record(
            cx: &Context,
            #[record] key: &Text,
            item: &Text,
            warehouse: &Text,
            location: Option<&Text>,
            batch: Option<&Text>,
            status: StockStatus,
        ) -> Result<(), Issue> {
            match Dimensions::of(item, warehouse, location, batch, status).find(cx)? {
                Some(other) if other.record != *key => {
                    Err(StockIssue::StockExists { item: other.item, warehouse: other.warehouse }.into())
                }
                _ => Ok(()),
            }
        }

        /// Nothing is there, reserved, to come in or to go out.
        #[validation(actions = [delete])]
        pub fn is_empty(
            physical: Option<Decimal>,
            reserved: Option<Decimal>,
            ordered: Option<Decimal>,
            on_order: Option<Decimal>,
        ) -> Result<(), StockIssue> {
            let is_empty = [physical, reserved, ordered, on_order].into_iter().flatten().all(Decimal::is_zero);
            if is_empty { Ok(()) } else { Err(StockIssue::StockNotEmpty) }
        }

        /// Above zero, in the unit's decimals.
        #[validation(at = arguments.quantity, actions = [reserve])]
        pub fn reserved_quantity(unit: Option<&Unit>, arguments: &Reserve) -> Option<Issue> {
            quantities::check_moved(arguments.quantity?, unit)
        }

        /// Only stock that may be used is reserved.
        #[validation(at = status, actions = [reserve])]
        pub fn can_be_reserved(status: StockStatus) -> Result<(), StockIssue> {
            if status == StockStatus::Available { Ok(()) } else { Err(StockIssue::StatusNotReservable { status }) }
        }

        /// No more than is available.
        #[validation(at = arguments.quantity, actions = [reserve])]
        pub fn enough_to_reserve(item: &Item, available_physical: Decimal, arguments: &Reserve) -> Option<Issue> {
            availability::check(item, arguments.quantity?, available_physical)
        }

        /// Nor than others have left of it by now.
        #[validation(server_only, at = arguments.quantity, actions = [reserve])]
        pub fn enough_to_reserve_now(
            cx: &Context,
            item: &Item,
            warehouse: &Text,
            location: Option<&Text>,
            batch: Option<&Text>,
            status: StockStatus,
            available_physical: Decimal,
            arguments: &Reserve,
        ) -> Option<Issue> {
            let place = Dimensions::of(&item.number, warehouse, location, batch, status);
            availability::check_now(cx, item, arguments.quantity?, available_physical, &place)
        }

        /// Above zero, in the unit's decimals.
        #[validation(at = arguments.quantity, actions = [release])]
        pub fn released_quantity(unit: Option<&Unit>, arguments: &Release) -> Option<Issue> {
            quantities::check_moved(arguments.quantity?, unit)
        }

        /// No more than is reserved.
        #[validation(at = arguments.quantity, actions = [release])]
        pub fn enough_to_release(unit: Option<Text>, reserved: Option<Decimal>, arguments: &Release) -> Option<Issue> {
            let (quantity, reserved) = (arguments.quantity?, reserved.unwrap_or_default());
            let unit = unit.unwrap_or_default();
            if quantity <= reserved {
                return None;
            }
            let issue = StockIssue::MoreThanReserved { quantity, reserved, unit };
            Some(if reserved > Decimal::ZERO { issue.offer(&reserved) } else { issue.into() })
        }

        /// Not below zero, in the unit's decimals.
        #[validation(at = arguments.counted, actions = [count])]
        pub fn counted_quantity(unit: Option<&Unit>, arguments: &Count) -> Option<Issue> {
            quantities::check_counted(arguments.counted?, unit)
        }

        /// A count far from the books is explained.
        #[validation(at = arguments.counted, actions = [count])]
        pub fn count_near_books(
            cx: &Context,
            unit: Option<Text>,
            physical: Option<Decimal>,
            arguments: &Count,
        ) -> Option<StockIssue> {
            let (counted, physical) = (arguments.counted?, physical.unwrap_or_default());
            let percent = Parameters::of(cx).count_tolerance_percent?;
            let differs = StockIssue::CountDiffers { counted, physical, unit: unit.unwrap_or_default(), percent };
            counting::differs(counted, physical, percent).then_some(differs)
        }

        /// A count of less than is reserved is flagged.
        #[validation(at = arguments.counted, actions = [count])]
        pub fn count_covers_reserved(item: &Item, reserved: Decimal, arguments: &Count) -> Option<StockIssue> {
            let counted = arguments.counted?;
            let fewer = || StockIssue::ReservedMoreThanCounted { counted, reserved, unit: item.unit.clone() };
            (counted < reserved && !item.negative_allowed).then(fewer)
        }

        /// Above zero, in the unit's decimals.
        #[validation(at = arguments.quantity, actions = [transfer])]
        pub fn moved_quantity(unit: Option<&Unit>, arguments: &Transfer) -> Option<Issue> {
            quantities::check_moved(arguments.quantity?, unit)
        }

        /// No more than is available.
        #[validation(at = arguments.quantity, actions = [transfer])]
        pub fn enough_to_move(item: &Item, available_physical: Decimal, arguments: &Transfer) -> Option<Issue> {
            availability::check(item, arguments.quantity?, available_physical)
        }

        /// Nor than others have left of it by now: what they have reserved stays for them.
        #[validation(server_only, at = arguments.quantity, actions = [transfer])]
        pub fn enough_to_move_now(
            cx: &Context,
            item: &Item,
            warehouse: &Text,
            location: Option<&Text>,
            batch: Option<&Text>,
            status: StockStatus,
            available_physical: Decimal,
            arguments: &Transfer,
        ) -> Option<Issue> {
            let place = Dimensions::of(&item.number, warehouse, location, batch, status);
            availability::check_now(cx, item, arguments.quantity?, available_physical, &place)
        }

        /// To another record, of the same item.
        #[validation(at = arguments.warehouse, actions = [transfer])]
        pub fn goes_elsewhere(
            cx: &Context,
            item: &Text,
            warehouse: &Text,
            location: Option<&Text>,
            batch: Option<&Text>,
            status: StockStatus,
            arguments: &Transfer,
        ) -> Result<(), Issue> {
            transfer::target(cx, &Dimensions::of(item, warehouse, location, batch, status), arguments).map(|_| ())
        }

        /// So much more is reserved.
        #[action]
        pub fn reserve(_item: &Item, reserved: Option<Decimal>, arguments: &Reserve) -> Self {
            let reserved = reserved.unwrap_or_default() + arguments.quantity.unwrap_or_default();
            Self { reserved: Some(reserved), ..Self::default() }
        }

        /// So much less is reserved.
        #[action]
        pub fn release(reserved: Option<Decimal>, arguments: &Release) -> Self {
            let reserved = reserved.unwrap_or_default() - arguments.quantity.unwrap_or_default();
            Self { reserved: Some(reserved), ..Self::default() }
        }

        /// There is what was counted.
        #[action]
        pub fn count(cx: &Context, arguments: &Count) -> Self {
            Self { physical: arguments.counted, last_counted: Some(cx.today), ..Self::default() }
        }

        /// What leaves here arrives there.
        #[action]
        pub fn transfer(
            cx: &Context,
            item: &Item,
            warehouse: &Text,
            location: Option<&Text>,
            batch: Option<&Text>,
            status: StockStatus,
            physical: Option<Decimal>,
            arguments: &Transfer,
        ) -> Result<Effects, Issue> {
            let quantity = arguments.quantity.unwrap_or_default();
            let target =
                transfer::target(cx, &Dimensions::of(&item.number, warehouse, location, batch, status), arguments)?;
            let holding = |physical| Self { physical: Some(physical), ..Self::default() };
            let here = Patch::own(holding(physical.unwrap_or_default() - quantity));
            let there = Patch::of(target.record, holding(target.physical.unwrap_or_default() + quantity));
            Ok(Effects::none().and(here).and(there))
        }
    }
}
