//! Imports a resource.

wit_bindgen::generate!({
    inline: "
        package example:host@1.0.0;

        interface files {
            resource file {
                constructor();
                size: func() -> s64;
            }
        }

        world guest {
            import files;
            include lockstep:logic/plugin@1.0.0;
        }
    ",
    path: "../../../wit/1.0.0",
    world: "example:host/guest",
    generate_all,
});

use exports::lockstep::logic::logic::{Answer, Conclusion, Guest, Request};
use lockstep::logic::schema::Descriptor;

struct Component;

impl Guest for Component {
    fn describe() -> Descriptor {
        assert!(example::host::files::File::new().size() > 0);
        Descriptor { entities: vec![], tables: vec![], issues: vec![] }
    }

    fn evaluate(_: Request) -> Answer {
        Answer { conclusion: Conclusion::Needs(vec![]), log: vec![], steps: vec![] }
    }
}

export!(Component);
