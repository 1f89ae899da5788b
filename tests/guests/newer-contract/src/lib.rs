//! Made for a contract that is yet to come.

wit_bindgen::generate!({
    inline: "
        package lockstep:logic@1.1.0;

        interface logic {
            describe: func() -> string;
        }

        world plugin {
            export logic;
        }
    ",
});

struct Component;

impl exports::lockstep::logic::logic::Guest for Component {
    fn describe() -> String {
        String::new()
    }
}

export!(Component);
