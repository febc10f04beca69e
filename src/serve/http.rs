//! The server itself: HTTP/1.1, files of the current edition, and a stream of editions.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::watch::Receiver;
use tokio::time::timeout;

use crate::serve::edition::{BUILDS, Edition};

/// How often a stream says that it is alive.
const ALIVE: Duration = Duration::from_secs(15);
/// How long to wait after a connection could not be taken, for example because all file handles are in use.
const PAUSE: Duration = Duration::from_millis(100);

type Body = UnsyncBoxBody<Bytes, Infallible>;
type Editions = Receiver<Arc<Edition>>;

/// Serves until the task is aborted. Returns only if the listener is of no use any more.
pub(super) async fn serve(listener: TcpListener, editions: Editions) -> io::Error {
    let mut failures = 0;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                failures = 0;
                let editions = editions.clone();
                tokio::spawn(async move {
                    let answer = service_fn(|request| {
                        let editions = editions.clone();
                        async move { Ok::<_, Infallible>(respond(&request, editions)) }
                    });
                    let served = hyper::server::conn::http1::Builder::new()
                        .timer(TokioTimer::new())
                        .serve_connection(TokioIo::new(stream), answer);
                    // A browser that hangs up is no failure of ours.
                    let _ = served.await;
                });
            }
            Err(error) if failures > 50 => return error,
            Err(_) => {
                failures += 1;
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn respond(request: &Request<Incoming>, editions: Editions) -> Response<Body> {
    if !is_local(request.headers()) {
        let text = "docgen serve answers only to localhost and 127.0.0.1\n";
        return response(StatusCode::FORBIDDEN, "text/plain; charset=utf-8", text.into());
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let text = "docgen serve only shows pages\n";
        return response(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", text.into());
    }
    let path = decoded(request.uri().path().trim_start_matches('/'));
    if path == BUILDS {
        return builds(editions);
    }
    let answer = editions.borrow().answer(&path);
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = response(status, answer.content_type, answer.body.into());
    if let Some(location) = answer
        .location
        .and_then(|location| HeaderValue::try_from(location).ok())
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// A page of somebody else must not read drafts by a name that leads to this computer.
fn is_local(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else {
        return true;
    };
    let host = host.to_str().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1")
}

fn response(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Body> {
    with_headers(status, content_type, Full::new(body).boxed_unsync())
}

fn with_headers(status: StatusCode, content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Names the current edition at once, and then each new one.
fn builds(mut editions: Editions) -> Response<Body> {
    editions.mark_changed();
    let events = stream::unfold(editions, |mut editions| async move {
        let text = match timeout(ALIVE, editions.changed()).await {
            Ok(Ok(())) => format!("event: build\ndata: {}\n\n", editions.borrow_and_update().version),
            Ok(Err(_)) => return None,
            Err(_) => ": alive\n\n".to_owned(),
        };
        Some((Ok(Frame::data(Bytes::from(text))), editions))
    });
    with_headers(
        StatusCode::OK,
        "text/event-stream",
        StreamBody::new(events).boxed_unsync(),
    )
}

/// Decodes `%20` and the like; what is no code stays as it is.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = (first == b'%')
            .then(|| tail.get(..2).filter(|code| code.iter().all(u8::is_ascii_hexdigit)))
            .flatten()
            .and_then(|code| std::str::from_utf8(code).ok())
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded_and_never_panic() {
        for (written, meant) in [
            ("a%20b", "a b"),
            ("%C3%A4/", "ä/"),
            ("%", "%"),
            ("%zz%4", "%zz%4"),
            ("%+1", "%+1"),
        ] {
            assert_eq!(decoded(written), meant);
        }
    }
}
