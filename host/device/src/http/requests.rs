//! Requests as they leave, and what answers come to, against a server of a few lines.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread::{self, JoinHandle},
};

use super::{HttpSettings, HttpTransport};
use crate::{
    exchange::Exchange,
    pokes::Pokes,
    transport::{Token, TransportError},
};

/// A server that gives one answer; the request, when it was given.
fn answering(answer: impl Into<Vec<u8>>) -> (HttpTransport, JoinHandle<Vec<u8>>) {
    let answer = answer.into();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let server = thread::spawn(move || {
        let (mut client, _) = listener.accept().expect("a client");
        let mut request = Vec::new();
        let mut byte = [0];
        while !request.ends_with(b"\r\n\r\n") && client.read(&mut byte).expect("a request") == 1 {
            request.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&request).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        client.read_exact(&mut body).expect("its body");
        request.extend(body);
        client.write_all(&answer).expect("a client that reads");
        request
    });
    let settings = HttpSettings { address, authorities: None, user_agent: "test".into() };
    (HttpTransport::new(&settings).expect("an address"), server)
}

fn answer(status: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn token() -> Token {
    Token::new("secret").expect("a token")
}

#[test]
fn messages_and_cookies_go_as_they_are_and_answers_come_as_they_are() {
    let bytes: Vec<u8> = (0..=255).collect();
    let (transport, server) = answering(answer("200 OK", "application/vnd.lockstep", &bytes));
    assert_eq!(transport.push(&token(), &[0, 255, 13, 10]), Ok(bytes.clone()));
    let request = server.join().expect("a request");
    let head = String::from_utf8_lossy(&request).to_lowercase();
    assert!(head.starts_with("post /v1/push http/1.1\r\n"), "{head}");
    assert!(
        head.contains("authorization: bearer secret\r\n") && head.contains("content-type: application/vnd.lockstep")
    );
    assert!(request.ends_with(&[13, 10, 13, 10, 0, 255, 13, 10]));

    for (cookie, expected) in [(None, &[][..]), (Some(&[7, 0, 9][..]), &[7, 0, 9])] {
        let (transport, server) = answering(answer("200 OK", "application/vnd.lockstep", &bytes));
        assert_eq!(transport.pull(&token(), cookie), Ok(bytes.clone()));
        let request = server.join().expect("a request");
        assert!(request.starts_with(b"POST /v1/pull HTTP/1.1\r\n"));
        assert!(request.ends_with(&[&b"\r\n\r\n"[..], expected].concat()));
    }
}

#[test]
fn a_refusal_is_sorted_by_what_a_device_can_do_about_it() {
    let problem = br#"{"title": "Title", "detail": "Why it is so.", "code": "x"}"#;
    let refused = |status: &str| {
        let (transport, server) = answering(answer(status, "application/problem+json", problem));
        let refused = transport.push(&token(), b"x").expect_err("refused");
        server.join().expect("a request");
        refused
    };
    let why = || "Why it is so.".to_owned();
    assert_eq!(refused("401 Unauthorized"), TransportError::NotAllowed(why()));
    assert_eq!(refused("403 Forbidden"), TransportError::NotAllowed(why()));
    assert_eq!(refused("409 Conflict"), TransportError::OtherMessage(why()));
    for passing in ["429 Too Many Requests", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"] {
        assert_eq!(refused(passing), TransportError::Offline(why()));
    }
    for wrong in ["400 Bad Request", "413 Content Too Large", "500 Internal Server Error"] {
        assert_eq!(refused(wrong), TransportError::BadAnswer(why()));
    }
}

#[test]
fn an_answer_that_breaks_off_is_none() {
    let whole = answer("200 OK", "application/vnd.lockstep", &[7; 100]);
    let (transport, server) = answering(&whole[..whole.len() - 50]);
    let broken = transport.pull(&token(), None);
    server.join().expect("a request");
    assert!(matches!(broken, Err(TransportError::Offline(_))), "{broken:?}");
}

#[test]
fn a_poke_is_heard_and_the_end_too() {
    let events = b": ready\n\nevent: changed\ndata: pull\n\n: still here\n\nevent: changed\ndata: pull\n\n";
    let said = answer("200 OK", "text/event-stream", events);
    let listen = |stop_after: usize| {
        let (transport, server) = answering(said.clone());
        let (mut pokes, mut all) = (0, 0);
        let end = transport.listen(&token(), &mut |is_poke| {
            all += 1;
            pokes += usize::from(is_poke);
            all < stop_after
        });
        let request = server.join().expect("a request");
        assert!(request.starts_with(b"GET /v1/pokes HTTP/1.1\r\n"));
        (end, pokes, all)
    };
    assert_eq!(listen(usize::MAX), (Ok(()), 3, 11), "one to begin with, and one for each event");
    assert_eq!(listen(1), (Ok(()), 1, 1));
    let endless = answer("200 OK", "text/event-stream", &[b'x'; 10_000]);
    let (transport, server) = answering(endless);
    let refused = transport.listen(&token(), &mut |_| true);
    server.join().expect("a request");
    assert!(matches!(refused, Err(TransportError::BadAnswer(_))), "{refused:?}");
}
