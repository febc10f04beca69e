//! As much of HTTP/1.1 (RFC 9112) as one request to a driver needs: bytes out, bytes in. Pure.

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// For example 200.
    pub status: u16,
    /// The body, without its transfer coding.
    pub body: Vec<u8>,
}

/// Returns a request as it is sent. The connection is closed after it.
pub(super) fn request(method: &str, path: &str, port: u16, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nAccept: application/json\r\n\
         Content-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Reads a whole answer; the fault is said in words.
pub(super) fn answer(bytes: &[u8]) -> Result<Answer, String> {
    let end = find(bytes, b"\r\n\r\n").ok_or("the answer has no end of its head")?;
    let head = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let status = first
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.split(' ').nth(1))
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| format!("`{first}` is no answer of HTTP"))?;
    let header = |name: &str| {
        lines.clone().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name)
                .then(|| value.trim().to_ascii_lowercase())
        })
    };
    let body = &bytes[end + 4..];
    let body = if header("transfer-encoding").is_some_and(|coding| coding.ends_with("chunked")) {
        chunks(body)?
    } else if let Some(length) = header("content-length") {
        let length: usize = length.parse().map_err(|_| format!("`{length}` is no length"))?;
        let whole = body.get(..length);
        whole
            .ok_or_else(|| format!("{} of {length} bytes arrived", body.len()))?
            .to_vec()
    } else {
        body.to_vec()
    };
    Ok(Answer { status, body })
}

fn chunks(mut rest: &[u8]) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        let end = find(rest, b"\r\n").ok_or("a chunk has no size")?;
        let size = String::from_utf8_lossy(&rest[..end]);
        let digits = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(digits, 16).map_err(|_| format!("`{digits}` is no size of a chunk"))?;
        rest = &rest[end + 2..];
        if size == 0 {
            return Ok(body);
        }
        let chunk = rest.get(..size).ok_or("a chunk is not complete")?;
        body.extend_from_slice(chunk);
        rest = rest.get(size + 2..).ok_or("a chunk has no end")?;
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn body(text: &str) -> Result<(u16, String), String> {
        answer(text.as_bytes()).map(|answer| (answer.status, String::from_utf8(answer.body).unwrap()))
    }

    #[test]
    fn bodies_of_all_kinds() {
        let all = [
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\ncontent-length:3\r\n\r\nabc and more",
            "HTTP/1.0 200 OK\r\n\r\nabc",
            "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
        ];
        for text in all {
            assert_eq!(body(text), Ok((200, "abc".to_owned())), "{text}");
        }
        assert!(body("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").is_err());
        assert!(body("SSH-2.0-x\r\n\r\n").unwrap_err().contains("SSH"));
    }

    #[test]
    fn a_request_tells_its_length_in_bytes() {
        let text = request("POST", "/session", 4444, "{\"a\":\"\u{e4}\"}");
        assert!(text.starts_with("POST /session HTTP/1.1\r\nHost: 127.0.0.1:4444\r\n"));
        assert!(text.contains("Content-Length: 10\r\n") && text.ends_with("\r\n\r\n{\"a\":\"\u{e4}\"}"));
    }

    proptest! {
        #[test]
        fn no_answer_breaks_the_reader(head in "(HTTP/1.1 200\r\n)?(Transfer-Encoding: chunked\r\n)?\r\n", tail in "[0-9a-f\r\n;]{0,20}") {
            let _ = answer(format!("{head}{tail}").as_bytes());
        }
    }
}
