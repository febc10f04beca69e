//! What plays the hosts of a guide: the settings of its machines.

use std::collections::BTreeMap;

/// How a machine is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MachineKind {
    /// A container with the agent as its first process.
    #[default]
    Plain,
    /// A container with a Docker engine of its own inside.
    Docker,
    /// A container whose first process is systemd.
    Systemd,
}

/// What a machine may reach over the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkPolicy {
    /// Nothing, not even the other machines.
    None,
    /// The other machines of the run only.
    Internal,
    /// The other machines and the outside.
    #[default]
    Full,
}

/// A value of a machine's environment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(
    untagged,
    expecting = "a variable is a text, or `{secret: NAME}` for one of docgen's own environment"
)]
pub enum EnvValue {
    /// The value itself.
    Plain(String),
    /// The name of a variable of docgen's own environment; its value is masked everywhere.
    Secret {
        /// The variable's name.
        secret: String,
    },
}

/// A file given to a machine before the guide runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineFile {
    /// Absolute path on the machine.
    pub path: String,
    /// The content, byte for byte.
    pub bytes: Vec<u8>,
    /// Permission bits, for example `0o644`.
    pub mode: u32,
    /// `user` or `user:group`; `None` is root.
    pub owner: Option<String>,
}

/// Everything the engine needs to know to make one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineSpec {
    /// Name in the guide; also a DNS alias on the run's network.
    pub name: String,
    /// Image that a reader starts from, for example `debian:12`.
    pub image: String,
    /// Images that take its place in the runs of alternatives, by the names of their tabs.
    pub tabs: BTreeMap<String, String>,
    /// How it is run.
    pub kind: MachineKind,
    /// Shell text run once as root to make what the guide takes for granted; kept as a local image by hash.
    pub prepare: Option<String>,
    /// Images for the machine's own engine (kind `docker`), handed over from the outer engine.
    pub images: Vec<String>,
    /// Further DNS names on the run's network.
    pub aliases: Vec<String>,
    /// User whom the guide's shells run as; `None` is root.
    pub user: Option<String>,
    /// Host name; `None` is the machine's name.
    pub hostname: Option<String>,
    /// Directory in which shells start; `None` is the user's home.
    pub workdir: Option<String>,
    /// Further variables of its shells.
    pub env: BTreeMap<String, EnvValue>,
    /// Memory limit in bytes; `None` is the run's default.
    pub memory: Option<u64>,
    /// Limit of what it may write to its own file system in bytes; `None` is no limit. Not every engine can set one.
    pub disk: Option<u64>,
    /// CPU limit in thousandths of a core; `None` is no limit.
    pub milli_cpus: Option<u64>,
    /// What it may reach.
    pub network: NetworkPolicy,
    /// Command of a machine that is just a service beside the guide; `None` is an ordinary machine.
    pub run: Option<String>,
    /// What must hold before the guide starts.
    pub ready: Vec<crate::model::block::Ready>,
    /// Files given to it before the guide.
    pub files: Vec<MachineFile>,
}

impl MachineSpec {
    /// Returns the machine as the run of an alternative uses it.
    pub fn of_run(&self, alternative: Option<&str>) -> Self {
        let mut machine = self.clone();
        if let Some(image) = alternative.and_then(|name| self.tabs.get(name)) {
            machine.image.clone_from(image);
        }
        machine
    }

    /// Returns a plain machine of `image` with nothing added.
    pub fn plain(name: impl Into<String>, image: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            image: image.into(),
            tabs: BTreeMap::new(),
            kind: MachineKind::Plain,
            prepare: None,
            images: Vec::new(),
            aliases: Vec::new(),
            user: None,
            hostname: None,
            workdir: None,
            env: BTreeMap::new(),
            memory: None,
            disk: None,
            milli_cpus: None,
            network: NetworkPolicy::Full,
            run: None,
            ready: Vec::new(),
            files: Vec::new(),
        }
    }
}
