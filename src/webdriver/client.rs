//! One window of a browser: the part of WebDriver that guides need.

use std::time::Duration;

use serde_json::{Value, json};

use crate::sandbox::Machine;
use crate::session::SessionOptions;
use crate::webdriver::page::{Element, Found, Kind, SCRIPT, View};
use crate::webdriver::picture::{self, Picture};
use crate::webdriver::tunnel::Tunnel;
use crate::webdriver::{DriverError, http};

/// What the window shows of a page: width and height in pixels.
const PAGE: (u64, u64) = (1100, 800);
/// The least height of a picture in pixels.
const LEAST: u64 = 160;
/// Returns the height that a page uses, some air included; all of the window's if it is scrolled or longer than that.
const USED: &str = "const root = document.documentElement;
if (scrollY || root.scrollHeight > innerHeight || !document.body) return innerHeight;
const bottoms = [...document.body.querySelectorAll('*')].map((element) => element.getBoundingClientRect().bottom);
return Math.ceil(Math.max(0, ...bottoms)) + 24;";
/// Time for what needs no page to load.
const QUICK: Duration = Duration::from_secs(20);

/// One window of a browser on a machine. Its cookies and history last as long as it does.
pub struct Browser {
    tunnel: Tunnel,
    /// Path of the session's resources: `/session/ID`.
    session: String,
    /// Name and version: `chrome 150.0.1`.
    name: String,
    /// Width and height of the window beyond those of the page.
    bars: (u64, u64),
}

impl Browser {
    /// Opens a window in the browser that serves WebDriver on `port` of the machine. Certificates that the browser does
    /// not trust stay untrusted.
    ///
    /// # Errors
    /// If nothing answers there, or the browser does not start; the driver says why.
    pub async fn open(machine: &Machine, port: u16, timeout: Duration) -> Result<Self, DriverError> {
        let options = SessionOptions {
            login: false,
            ..machine.options()
        };
        let session = machine.open(&options).await?;
        let mut browser = Self {
            tunnel: Tunnel::new(session, port),
            session: String::new(),
            name: String::new(),
            bars: (0, 0),
        };
        let value = browser.send("POST", "/session", &capabilities(), timeout).await?;
        browser.session = format!("/session/{}", value["sessionId"].as_str().unwrap_or_default());
        let fact = |key: &str| value["capabilities"][key].as_str().unwrap_or_default();
        browser.name = format!("{} {}", fact("browserName"), fact("browserVersion"));
        browser.measure_bars().await?;
        Ok(browser)
    }

    /// Finds out what the browser's own bars take: WebDriver sets the size of the window, a guide is about the page.
    async fn measure_bars(&mut self) -> Result<(), DriverError> {
        self.set_size(PAGE).await?;
        let script = json!({ "script": "return [innerWidth, innerHeight]", "args": [] });
        let page = self.ask("POST", "/execute/sync", &script).await?;
        let missing = |index: usize, wanted: u64| wanted.saturating_sub(page[index].as_u64().unwrap_or(wanted));
        self.bars = (missing(0, PAGE.0), missing(1, PAGE.1));
        self.set_size(PAGE).await
    }

    async fn set_size(&mut self, page: (u64, u64)) -> Result<(), DriverError> {
        let size = json!({ "width": page.0 + self.bars.0, "height": page.1 + self.bars.1 });
        self.ask("POST", "/window/rect", &size).await.map(drop)
    }

    /// Returns the browser's name and version.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Goes to an address and waits until the page is loaded.
    ///
    /// # Errors
    /// If the page cannot be reached or does not load in time.
    pub async fn go(&mut self, url: &str, timeout: Duration) -> Result<(), DriverError> {
        let millis = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        let limits = json!({ "pageLoad": millis, "script": QUICK.as_millis() as u64, "implicit": 0 });
        self.ask("POST", "/timeouts", &limits).await?;
        let path = format!("{}/url", self.session);
        let patience = timeout + Duration::from_secs(5);
        self.send("POST", &path, &json!({ "url": url }), patience)
            .await
            .map(drop)
    }

    /// Looks for what a reader would call `name`.
    ///
    /// # Errors
    /// If the browser does not answer. That nothing is found is no error.
    pub async fn find(&mut self, kind: Kind, name: &str) -> Result<Found, DriverError> {
        let value = self.run(kind.word(), name).await?;
        serde_json::from_value(value).map_err(|error| self.garbled(&error))
    }

    /// Returns what the page shows.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn view(&mut self) -> Result<View, DriverError> {
        let value = self.run("text", "").await?;
        serde_json::from_value(value).map_err(|error| self.garbled(&error))
    }

    /// Returns what the first match of a CSS selector shows, or what the field with this label holds.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn value(&mut self, from: &str) -> Result<Option<String>, DriverError> {
        let value = self.run("value", from).await?;
        Ok(value["value"].as_str().map(str::to_owned))
    }

    /// Clicks an element; a page that this opens is waited for.
    ///
    /// # Errors
    /// If it is gone or covered.
    pub async fn click(&mut self, element: &Element) -> Result<(), DriverError> {
        self.ask("POST", &format!("/element/{}/click", element.id), &json!({}))
            .await
            .map(drop)
    }

    /// Puts a text into a field, instead of what it holds.
    ///
    /// # Errors
    /// If it takes no text.
    pub async fn fill(&mut self, element: &Element, text: &str) -> Result<(), DriverError> {
        match self
            .ask("POST", &format!("/element/{}/clear", element.id), &json!({}))
            .await
        {
            // Lists and date fields are chosen from, not cleared.
            Err(DriverError::Refused { code, .. }) if code == "invalid element state" => {}
            other => drop(other?),
        }
        let keys = json!({ "text": text });
        self.ask("POST", &format!("/element/{}/value", element.id), &keys)
            .await
            .map(drop)
    }

    /// Takes a picture of what the window shows, without the empty space below a short page.
    ///
    /// # Errors
    /// If the browser sends none.
    pub async fn picture(&mut self) -> Result<Picture, DriverError> {
        let script = json!({ "script": USED, "args": [] });
        let used = self.ask("POST", "/execute/sync", &script).await?.as_u64();
        let height = used.unwrap_or(PAGE.1).clamp(LEAST, PAGE.1);
        self.set_size((PAGE.0, height)).await?;
        let value = self.ask("GET", "/screenshot", &Value::Null).await;
        self.set_size(PAGE).await?;
        picture::decoded(value?.as_str().unwrap_or_default())
            .ok_or_else(|| self.garbled(&"the screenshot is no PNG file"))
    }

    /// Closes the window.
    pub async fn close(mut self) {
        // The machine ends with the guide; a window that does not close ends with it.
        let _ = self.ask("DELETE", "", &Value::Null).await;
    }

    async fn run(&mut self, kind: &str, name: &str) -> Result<Value, DriverError> {
        let script = json!({ "script": SCRIPT, "args": [kind, name] });
        self.ask("POST", "/execute/sync", &script).await
    }

    async fn ask(&mut self, method: &str, path: &str, body: &Value) -> Result<Value, DriverError> {
        let path = format!("{}{path}", self.session);
        let patience = if path.ends_with("/click") { QUICK * 3 } else { QUICK };
        self.send(method, &path, body, patience).await
    }

    async fn send(&mut self, method: &str, path: &str, body: &Value, timeout: Duration) -> Result<Value, DriverError> {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = self.tunnel.send(method, path, &body, timeout).await?;
        self.value_of(&answer)
    }

    /// Every answer is an object whose member `value` holds the result, or the error.
    fn value_of(&self, answer: &http::Answer) -> Result<Value, DriverError> {
        let body: Value = serde_json::from_slice(&answer.body).map_err(|error| self.garbled(&error))?;
        let value = &body["value"];
        if answer.status < 400 {
            return Ok(value.clone());
        }
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        Err(DriverError::Refused {
            code: text("error"),
            message: text("message"),
        })
    }

    fn garbled(&self, fault: &dyn std::fmt::Display) -> DriverError {
        DriverError::Unreachable {
            port: self.tunnel.port(),
            reason: fault.to_string(),
        }
    }
}

/// A window of its own and nothing on the screen; the first entry that the driver understands counts.
fn capabilities() -> Value {
    let (width, height) = PAGE;
    let chrome = ["--headless=new".to_owned(), format!("--window-size={width},{height}")];
    json!({ "capabilities": {
        "alwaysMatch": { "acceptInsecureCerts": false, "unhandledPromptBehavior": "accept and notify" },
        "firstMatch": [
            { "goog:chromeOptions": { "args": chrome } },
            { "moz:firefoxOptions": { "args": ["-headless"] } },
            {},
        ],
    } })
}
