//! Edge: a browser on a machine, driven over W3C WebDriver.
//!
//! 1. [`tunnel`] carries HTTP/1.1 ([`http`]) to port 4444 of the machine, through the machine's agent: that works with
//!    an engine on another computer, on networks without a way out, and publishes no port. It needs bash, `cat` and `head`.
//! 2. [`client`] speaks the part of WebDriver that guides need: <https://www.w3.org/TR/webdriver2/>.
//! 3. [`page`] finds things on a page as a reader would, by one script that runs in the page (`find.js`).

mod client;
mod error;
mod http;
mod page;
mod picture;
mod tunnel;

pub use self::client::Browser;
pub use self::error::DriverError;
pub use self::page::{Element, Found, Kind, View};
pub use self::picture::{Picture, size};
