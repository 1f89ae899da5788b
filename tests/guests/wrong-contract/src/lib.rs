//! Names the contract and has other types.

wit_bindgen::generate!({
    inline: "
        package lockstep:logic@1.0.0;

        interface logic {
            describe: func() -> string;
            evaluate: func(request: string) -> string;
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

    fn evaluate(request: String) -> String {
        request
    }
}

export!(Component);
