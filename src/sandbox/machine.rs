//! A machine: a started container, on which sessions are opened and files written.

use crate::sandbox::ImageFacts;
use crate::sandbox::service::Service;
use crate::session::message::{self, Looked, Order, Report};
use crate::session::{Link, Loss, Session, SessionError, SessionOptions};
use crate::transcript::Output;

/// What a report says of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The machine's name in the guide.
    pub machine: String,
    /// The image that it starts from.
    pub image: ImageFacts,
    /// The images that its own engine has (kind `docker`).
    pub inner_images: Vec<ImageFacts>,
    /// What was added to that image to make the guide provable, one sentence each.
    pub deviations: Vec<String>,
}

/// A file to write on a machine.
#[derive(Debug, Clone, Default)]
pub struct FileToWrite {
    /// Path; `~/` is the user's home, a relative path starts at `cwd`.
    pub path: String,
    /// Directory that relative paths start at; `None` is the user's home.
    pub cwd: Option<String>,
    /// `user`, `user:group` or `:group`: written by root and given away. `None`: the machine's user writes it.
    pub owner: Option<String>,
    /// Permission bits; `None` leaves an existing file's bits and gives a new one 0644.
    pub mode: Option<u32>,
    /// Whether the file grows instead of being replaced.
    pub append: bool,
    /// Whether missing directories above it are made.
    pub make_parents: bool,
    /// The content.
    pub bytes: Vec<u8>,
}

/// A container that plays a host of the guide. It ends when it is dropped with all of its sessions.
pub struct Machine {
    pub(super) link: Link,
    pub(super) container: String,
    /// Name or id of the image that the container was made from.
    pub(super) image: String,
    pub(super) facts: Facts,
    pub(super) options: SessionOptions,
    pub(super) secrets: Vec<String>,
    /// The session that the inner engine runs in (kind `docker`).
    pub(super) inner_engine: Option<Session>,
    /// What a service machine runs.
    pub(super) service: Option<Service>,
}

impl Machine {
    /// Returns what a report says of it.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Returns how sessions of the guide are opened on it: user, directory and variables of its settings.
    pub fn options(&self) -> SessionOptions {
        self.options.clone()
    }

    /// Returns the values that must not be shown.
    pub fn secrets(&self) -> &[String] {
        &self.secrets
    }

    /// Returns the engine's id of the container.
    pub fn container(&self) -> &str {
        &self.container
    }

    /// Opens a session.
    pub async fn open(&self, options: &SessionOptions) -> Result<Session, SessionError> {
        Session::open(&self.link, options).await
    }

    /// Writes a file and returns its resolved path.
    pub async fn write_file(&self, file: FileToWrite) -> Result<String, SessionError> {
        let request = self.link.number();
        let order = Order::Write(message::Write {
            request,
            path: file.path,
            user: self.options.user.clone().unwrap_or_default(),
            cwd: file.cwd.unwrap_or_default(),
            owner: file.owner.unwrap_or_default(),
            mode: file.mode,
            append: file.append,
            make_parents: file.make_parents,
            bytes: file.bytes,
        });
        match self.link.ask(request, &order).await? {
            Report::Written(_, path) => Ok(path),
            other => Err(SessionError::Protocol(format!("the agent answered {other:?}"))),
        }
    }

    /// Returns the TCP ports on which something listens.
    pub async fn listening_ports(&self) -> Result<Vec<u16>, SessionError> {
        let request = self.link.number();
        match self.link.ask(request, &Order::Ports(request)).await? {
            Report::Ports(_, ports) => Ok(ports),
            other => Err(SessionError::Protocol(format!("the agent answered {other:?}"))),
        }
    }

    /// Returns what of it is not in its files.
    pub async fn look(&self) -> Result<Looked, SessionError> {
        let request = self.link.number();
        match self.link.ask(request, &Order::Look(request)).await? {
            Report::Looked(_, looked) => Ok(looked),
            other => Err(SessionError::Protocol(format!("the agent answered {other:?}"))),
        }
    }

    /// Returns what a block's background programs printed after the block ended.
    pub fn late_output(&self, block: u32) -> Output {
        self.link.late(block)
    }

    /// Returns what the service of a service machine printed so far.
    pub fn service_log(&self) -> Option<Output> {
        self.service.as_ref().map(Service::log)
    }

    /// Returns the status of the service of a service machine, once it ended; it should not.
    pub fn service_status(&self) -> Option<i32> {
        self.service.as_ref().and_then(Service::status)
    }

    /// Returns why the machine is gone, if it is.
    pub fn lost_now(&self) -> Option<Loss> {
        self.link.lost_now()
    }

    /// Waits until the machine is gone and returns why.
    pub async fn loss(&self) -> Loss {
        self.link.loss().await
    }
}
