//! What is recorded of an operation is enough to run it again elsewhere.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use lockstep_model::{Message, OperationId, canonical::decode_message};
use lockstep_server::mirror::recording::Recording;
use lockstep_sync::{Authority, Executed, Executor};

use crate::{
    plugin::{LIMITS, Plugin, descriptor},
    server::{Device, Kind, Server},
    world::{create, number, update_line},
};

on_each_store!(an_operation_runs_again_on_what_it_read_and_comes_to_the_same,);

fn an_operation_runs_again_on_what_it_read_and_comes_to_the_same(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    device.make(create("o1", "I-1", "3"));
    device.make(update_line("o1", [("quantity", Some(number("3")), Some(number("4")))]));
    server.prices("item,price\nI-1,11\n");
    device.push_all(&server, 1);
    server.prices("item,price\nI-1,99\n");
    for sequence in [1, 2] {
        let id = OperationId { device: "d1".into(), sequence };
        let kept = server.mirror.operation(&id).expect("the operation");
        let message = BASE64.decode(kept["message"].as_str().expect("a message")).expect("Base64");
        let Ok(Message::Operation(operation)) = decode_message(&message) else { panic!("no operation") };
        assert_eq!(Some(&Message::Operation(operation.clone())), device.messages.get(sequence as usize - 1));
        let recording = Recording::from_json(kept["inputs"].as_str().expect("inputs")).expect("a recording");
        let (context, at_server) = recording.contexts().expect("contexts");
        let (plugin, descriptor) = (Plugin::default(), descriptor());
        let executor = Executor { evaluator: &plugin, descriptor: &descriptor, limits: &LIMITS };
        let snapshot = recording.snapshot(&descriptor).expect("a snapshot");
        let executed = executor.execute(&operation, &context, &snapshot, Authority::Server(&at_server));
        let Ok(Executed::Done(done)) = executed else { panic!("{executed:?}") };
        assert_eq!(kept["receipt"]["input"], done.input.to_string());
        let record = done.writes[&operation.record].as_ref().expect("the record");
        let total = ["33", "44"][sequence as usize - 1];
        assert_eq!(record.value("total"), Some(&number(total)));
    }
}
