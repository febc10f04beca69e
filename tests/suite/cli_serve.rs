//! `docgen serve`: pages in a browser while they are written, and what is wrong with them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::cli::Site;

const GOOD: &str = "# Good\n\n```sh id=hello\necho hello\n```\n";
/// A change is on the page in a fraction of this; a slow machine may take longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server, ended with the test.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn new(site: &Site) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_docgen"))
            .args(["serve", "--port", "0"])
            .current_dir(site.path(""))
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.strip_prefix("http://").and_then(|rest| rest.split('/').next());
        let address = address.expect(&line).to_owned();
        Self { child, address }
    }

    fn connect(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    fn request(&self, request: &str) -> String {
        let mut answer = Vec::new();
        self.connect(request).read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(&self, path: &str) -> String {
        let address = &self.address;
        self.request(&format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        ))
    }

    /// Asks again until the answer holds `text`.
    #[track_caller]
    fn shows(&self, path: &str, text: &str) -> String {
        let start = Instant::now();
        loop {
            let answer = self.get(path);
            if answer.contains(text) {
                return answer;
            }
            assert!(start.elapsed() < PATIENCE, "`{text}` is not in\n{answer}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn pages_come_with_the_script_that_loads_them_again_and_nothing_is_written() {
    let site = Site::new(GOOD);
    let serving = Serving::new(&site);
    let page = serving.shows("/g/", "HTTP/1.1 200");
    assert!(
        page.contains("content-type: text/html; charset=utf-8")
            && page.contains("<script src=\"/-docgen/reload.js?build="),
        "{page}"
    );
    assert!(!page.contains("docgen-problems\""), "{page}");
    assert!(serving.get("/g").contains("location: /g/"));
    assert!(serving.get("/g/index.md?x=1").contains("text/markdown"));
    assert!(serving.get("/-docgen/reload.js").contains("EventSource"));
    let missing = serving.get("/nowhere/");
    assert!(
        missing.starts_with("HTTP/1.1 404") && missing.contains("Nothing is here"),
        "{missing}"
    );
    assert!(serving.get("/../docgen.toml").starts_with("HTTP/1.1 404"));
    assert!(serving.get("/%2e%2e/docgen.toml").starts_with("HTTP/1.1 404"));
    assert!(!site.path("public").exists());
}

#[test]
fn a_change_is_built_and_open_pages_hear_of_it() {
    let site = Site::new(GOOD);
    let serving = Serving::new(&site);
    let events = serving.connect("GET /-docgen/builds HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let mut events = BufReader::new(events).lines().map(Result::unwrap);
    let mut next = || {
        events
            .find_map(|line| line.strip_prefix("data: ").map(str::to_owned))
            .unwrap()
    };
    let first = next();
    serving.shows("/g/", &format!("build={first}"));
    site.write("content/g/guide.md", &GOOD.replace("# Good", "# Better"));
    let second = next();
    assert_ne!(first, second);
    serving.shows("/g/", &format!("build={second}"));
    serving.shows("/g/", "<h1 id=\"better\">Better</h1>");
    site.write("content/new/folder/page.md", "# New\n");
    serving.shows("/new/folder/page/", "HTTP/1.1 200");
    site.write("docgen.toml", "title = \"Test\"\ntheme = \"mine\"\n");
    site.write("mine/404.html", "lost {{ site_title }}");
    serving.shows("/nowhere/", "lost Test");
    site.write("mine/404.html", "gone {{ site_title }}");
    serving.shows("/nowhere/", "gone Test");
}

#[test]
fn a_page_that_is_wrong_says_so_and_the_rest_lives() {
    let site = Site::new(GOOD);
    site.write("content/other.md", "# Other\n");
    let serving = Serving::new(&site);
    site.write("content/g/guide.md", &format!("{GOOD}\n```sh idd=x\nls\n```\n"));
    let page = serving.shows("/g/", "1 problem here");
    assert!(
        page.contains("unknown key `idd`") && page.contains("did you mean `id`?") && page.contains("echo"),
        "{page}"
    );
    let other = serving.get("/other/");
    assert!(
        other.starts_with("HTTP/1.1 200") && other.contains("Problems elsewhere: <a href=\"/g/\">"),
        "{other}"
    );
    assert!(!other.contains("unknown key"), "{other}");
    site.write("content/g/guide.md", GOOD);
    let mended = serving.shows("/g/", "</a>\n<header class=\"top\"");
    assert!(!mended.contains("unknown key"), "{mended}");
}

#[test]
fn a_site_that_cannot_be_built_keeps_its_last_good_pages() {
    let site = Site::new(GOOD);
    site.write("docgen.toml", "title = \"Test\"\ntheme = \"mine\"\n");
    let serving = Serving::new(&site);
    serving.shows("/g/", "HTTP/1.1 200");
    site.write("mine/page.html", "one\n{% if %}");
    let page = serving.shows("/g/", "mine/page.html:2");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("echo"), "{page}");
    assert!(serving.get("/nowhere/").starts_with("HTTP/1.1 500"));
    std::fs::remove_file(site.path("docgen.toml")).unwrap();
    serving.shows("/g/", "there is no `docgen.toml`");
    site.write("docgen.toml", "title = \"Test again\"\n");
    serving.shows("/g/", "Test again</title>");
}

#[test]
fn only_this_computer_is_answered_and_only_asked_for_pages() {
    let site = Site::new(GOOD);
    let serving = Serving::new(&site);
    assert!(serving.address.starts_with("127.0.0.1:"));
    let other = serving.request("GET /g/ HTTP/1.1\r\nHost: evil.example.test\r\nConnection: close\r\n\r\n");
    assert!(other.starts_with("HTTP/1.1 403") && !other.contains("echo"), "{other}");
    let post =
        serving.request("POST /g/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    assert!(post.starts_with("HTTP/1.1 405"), "{post}");
    let head = serving.request("HEAD /g/ HTTP/1.1\r\nHost: localhost:80\r\nConnection: close\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
    assert!(serving.request("nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
}

#[test]
fn what_keeps_it_from_serving_is_said_with_a_remedy() {
    let site = Site::new(GOOD);
    let serving = Serving::new(&site);
    let port = serving.address.rsplit(':').next().unwrap();
    site.run(&["serve", "--port", port])
        .ends(2)
        .says(&format!("could not listen on port {port}"))
        .says("--port 0");
    site.run(&["serve", "--port", "http"]).ends(2).says("invalid value");
    let nowhere = tempfile::tempdir().unwrap();
    crate::cli::run(nowhere.path(), &["serve"])
        .ends(2)
        .says("there is no `docgen.toml`");
}
