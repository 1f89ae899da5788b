//! What users do: they make operations, see to what was rejected, and change their minds.

use std::collections::BTreeMap;

use lockstep_device::{At, Device, DeviceError, OperationState};
use lockstep_tests::random::Random;

use crate::{stock::Stock, world::World};

/// What came of it: the sequence of an operation that was made; none: something else was done.
type Did = Result<Option<u64>, DeviceError>;

/// What a user has at hand.
struct User<'a> {
    device: &'a mut Device,
    random: &'a mut Random,
    company: &'a str,
    stock: Stock,
    orders: &'a mut Vec<String>,
}

impl World {
    /// A user does one thing or a few.
    pub(crate) fn work(&mut self, number: usize) {
        for _ in 0..self.random.between(1, 4) {
            let terminal = &mut self.terminals[number];
            let is_up = terminal.device.is_some();
            let orders = self.orders.entry(terminal.company).or_default();
            let (random, company, stock) = (&mut self.random, terminal.company, self.stock);
            let mut made = None;
            let did = terminal.with(|device| {
                let did = User { device, random, company, stock, orders }.act()?;
                let seeds = device.operations()?.iter().map(|view| view.operation.context.seed).collect();
                made = Some(seeds);
                Ok::<_, DeviceError>(did)
            });
            if let Some(seeds) = made {
                terminal.made = seeds;
            }
            let deletions = terminal.views().into_iter().filter(|view| view.operation.action == "delete");
            self.deleted.extend(deletions.map(|view| view.operation.record.key));
            match did {
                None if is_up => return self.ended(number),
                None => return,
                Some(Ok(Some(sequence))) => {
                    self.count("operations made");
                    self.note(&format!("d{number} makes {sequence}"));
                }
                Some(Ok(None)) => self.note(&format!("d{number} changes its mind")),
                Some(Err(DeviceError::Store(error))) => panic!("d{number}: {error}"),
                Some(Err(error)) => {
                    self.count("refused at the device");
                    self.note(&format!("d{number}: {error}"));
                }
            }
        }
        if self.random.chance(50) {
            self.wake_soon(number, 600_000);
        }
    }
}

impl User<'_> {
    fn act(self) -> Did {
        match self.random.between(1, 100) {
            1..=25 => self.create(),
            26..=45 => self.update(),
            46..=52 => self.by_action("confirm"),
            53..=56 => self.by_action("delete"),
            57..=80 => {
                let Self { device, random, company, stock, .. } = self;
                Ok(Some(stock.submit(device, company, random)?.sequence))
            }
            81..=91 => self.see_to_inbox(),
            92..=94 => self.give_up_parked(),
            95..=97 => self.withdraw(),
            _ => self.amend(),
        }
    }

    fn reasons(&mut self) -> BTreeMap<String, String> {
        if self.random.chance(80) { [("large".into(), "agreed".into())].into() } else { BTreeMap::new() }
    }

    /// A new order, or one under a key that another device may have used.
    fn create(mut self) -> Did {
        let known = self.random.chance(10).then(|| self.random.pick(self.orders).cloned()).flatten();
        let mut draft = self.device.draft("orders", "order", known.as_deref())?;
        let customer = format!("C-{}", self.random.between(1, 3));
        if self.random.chance(95) {
            draft.set_text(&At::Field("customer".into()), &customer)?;
        }
        for _ in 0..self.random.between(1, 2) {
            let row = self.device.add_row(&mut draft, "lines")?;
            let cell = |field: &str| At::Cell { collection: "lines".into(), row: row.clone(), field: field.into() };
            draft.set_text(&cell("item"), &format!("I-{}", self.random.between(1, 4)))?;
            draft.set_text(&cell("quantity"), &self.random.between(1, 50).to_string())?;
        }
        let reasons = self.reasons();
        let action = draft.action().to_owned();
        let submitted = self.device.submit(&draft, &action, &BTreeMap::new(), &reasons)?;
        self.orders.push(draft.record().key.clone());
        Ok(Some(submitted.sequence))
    }

    fn order(&mut self) -> Result<lockstep_device::Draft, DeviceError> {
        let key = self.random.pick(self.orders).cloned();
        self.device.draft("orders", "order", key.as_deref())
    }

    fn update(mut self) -> Did {
        let mut draft = self.order()?;
        let text = format!("{}", self.random.between(1, 9));
        let field = *self.random.pick(&["note", "customer", "terms"]).unwrap_or(&"note");
        draft.set_text(&At::Field(field.into()), &text)?;
        if self.random.chance(40) {
            let view = self.device.show(&draft)?;
            let rows: Vec<_> = view.collections.iter().flat_map(|collection| &collection.rows).collect();
            if let Some(row) = self.random.pick(&rows) {
                let at =
                    |field: &str| At::Cell { collection: "lines".into(), row: row.id.clone(), field: field.into() };
                match self.random.between(1, 4) {
                    1 => draft.remove_row("lines", &row.id)?,
                    2 => draft.set_text(&at("price"), &text)?,
                    _ => draft.set_text(&at("quantity"), &text)?,
                }
            }
        }
        let reasons = self.reasons();
        let action = draft.action().to_owned();
        Ok(Some(self.device.submit(&draft, &action, &BTreeMap::new(), &reasons)?.sequence))
    }

    fn by_action(mut self, action: &str) -> Did {
        let draft = self.order()?;
        let reasons = self.reasons();
        Ok(Some(self.device.submit(&draft, action, &BTreeMap::new(), &reasons)?.sequence))
    }

    /// Rejected operations are made anew, or given up.
    fn see_to_inbox(mut self) -> Did {
        let inbox = self.device.inbox()?;
        let Some(item) = self.random.pick(&inbox) else { return self.update() };
        let sequence = item.operation.id.sequence;
        if self.random.chance(40) {
            self.device.discard(sequence)?;
            return Ok(None);
        }
        let draft = self.device.retry(sequence)?;
        let reasons = self.reasons();
        let (action, arguments) = (draft.action().to_owned(), draft.arguments().clone());
        Ok(Some(self.device.submit(&draft, &action, &arguments, &reasons)?.sequence))
    }

    fn give_up_parked(self) -> Did {
        let views = self.device.operations()?;
        let parked: Vec<_> = views.iter().filter(|view| view.state == OperationState::Parked).collect();
        if let Some(view) = self.random.pick(&parked) {
            self.device.discard(view.operation.id.sequence)?;
        }
        Ok(None)
    }

    fn unsent(&mut self) -> Result<Option<u64>, DeviceError> {
        let views = self.device.operations()?;
        let unsent: Vec<_> = views.iter().filter(|view| view.state == OperationState::Pending).collect();
        Ok(self.random.pick(&unsent).map(|view| view.operation.id.sequence))
    }

    fn withdraw(mut self) -> Did {
        if let Some(sequence) = self.unsent()? {
            self.device.withdraw(sequence)?;
        }
        Ok(None)
    }

    fn amend(mut self) -> Did {
        let Some(sequence) = self.unsent()? else { return Ok(None) };
        let mut draft = self.device.edit(sequence)?;
        let (action, arguments) = (draft.action().to_owned(), draft.arguments().clone());
        if ["create", "update"].contains(&&*action) {
            draft.set_text(&At::Field("note".into()), "amended")?;
        }
        let reasons = self.reasons();
        Ok(Some(self.device.submit(&draft, &action, &arguments, &reasons)?.sequence))
    }
}
