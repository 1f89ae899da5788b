//! A component that is no plugin.

wit_bindgen::generate!({
    inline: "
        package example:greeter@1.0.0;

        world greeter {
            export greet: func() -> string;
        }
    ",
});

struct Component;

impl Guest for Component {
    fn greet() -> String {
        "good morning".to_owned()
    }
}

export!(Component);
