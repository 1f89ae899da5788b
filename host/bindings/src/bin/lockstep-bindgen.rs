//! Writes the languages' sides of the interface, from the library that holds it.

fn main() {
    uniffi::uniffi_bindgen_main();
}
