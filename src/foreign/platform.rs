//! Systems that a block is for, by what stands around it and by the programs that it calls. Pure.

/// A family of systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Platform {
    /// Debian, Ubuntu, and Linux as such.
    Debian,
    /// Fedora, Red Hat and their kin.
    RedHat,
    /// Alpine.
    Alpine,
    /// Arch.
    Arch,
    /// SUSE.
    Suse,
    /// macOS.
    Mac,
    /// Windows.
    Windows,
    /// FreeBSD and its kin.
    Bsd,
}

/// Words that name systems. `Linux` alone fits all that run it.
const NAMES: &[(&str, Platform)] = &[
    ("debian", Platform::Debian),
    ("ubuntu", Platform::Debian),
    ("apt", Platform::Debian),
    ("apt-get", Platform::Debian),
    ("fedora", Platform::RedHat),
    ("rhel", Platform::RedHat),
    ("red hat", Platform::RedHat),
    ("centos", Platform::RedHat),
    ("rocky", Platform::RedHat),
    ("almalinux", Platform::RedHat),
    ("amazon linux", Platform::RedHat),
    ("yum", Platform::RedHat),
    ("dnf", Platform::RedHat),
    ("alpine", Platform::Alpine),
    ("apk", Platform::Alpine),
    ("arch", Platform::Arch),
    ("arch linux", Platform::Arch),
    ("manjaro", Platform::Arch),
    ("pacman", Platform::Arch),
    ("opensuse", Platform::Suse),
    ("suse", Platform::Suse),
    ("zypper", Platform::Suse),
    ("macos", Platform::Mac),
    ("mac os", Platform::Mac),
    ("mac", Platform::Mac),
    ("os x", Platform::Mac),
    ("osx", Platform::Mac),
    ("homebrew", Platform::Mac),
    ("brew", Platform::Mac),
    ("windows", Platform::Windows),
    ("powershell", Platform::Windows),
    ("chocolatey", Platform::Windows),
    ("choco", Platform::Windows),
    ("winget", Platform::Windows),
    ("scoop", Platform::Windows),
    ("freebsd", Platform::Bsd),
    ("openbsd", Platform::Bsd),
];

/// Returns the system that a short text names, if it names no other beside it.
pub(super) fn named(text: &str) -> Option<Platform> {
    let text: String = text
        .to_lowercase()
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '-' { c } else { ' ' })
        .collect();
    let text = format!(" {} ", text.split_whitespace().collect::<Vec<_>>().join(" "));
    // "Windows (WSL)" runs what Linux runs.
    if [" wsl ", " wsl2 ", " unix ", " git bash "]
        .iter()
        .any(|word| text.contains(word))
    {
        return None;
    }
    let mut found = NAMES
        .iter()
        .filter(|(name, _)| text.contains(&format!(" {name} ")))
        .map(|(_, platform)| *platform);
    let first = found.next();
    let linux = text
        .replace("amazon linux", "")
        .replace("arch linux", "")
        .contains(" linux ");
    match first {
        Some(Platform::Mac | Platform::Windows | Platform::Bsd) if linux => None,
        Some(first) if found.all(|other| other == first) => Some(first),
        _ => None,
    }
}

/// Returns the system whose package manager `program` is.
pub(super) fn of_program(program: &str) -> Option<Platform> {
    match program {
        "apt" | "apt-get" | "dpkg" | "add-apt-repository" | "apt-key" => Some(Platform::Debian),
        "yum" | "dnf" | "rpm" | "yum-config-manager" | "microdnf" => Some(Platform::RedHat),
        "apk" => Some(Platform::Alpine),
        "pacman" | "yay" | "paru" => Some(Platform::Arch),
        "zypper" => Some(Platform::Suse),
        "brew" | "port" | "launchctl" | "pbcopy" | "pbpaste" => Some(Platform::Mac),
        "choco" | "winget" | "scoop" | "wsl" => Some(Platform::Windows),
        "pkg" | "pkg_add" => Some(Platform::Bsd),
        _ => None,
    }
}

/// Returns the family of an image, by its name; most images that do not say are Debian.
pub(super) fn of_image(image: &str) -> Platform {
    let image = image.to_lowercase();
    let has = |names: &[&str]| names.iter().any(|name| image.contains(name));
    if has(&["alpine"]) {
        Platform::Alpine
    } else if has(&[
        "fedora",
        "centos",
        "rocky",
        "almalinux",
        "amazonlinux",
        "redhat",
        "/ubi",
        "oraclelinux",
    ]) {
        Platform::RedHat
    } else if has(&["archlinux", "manjaro"]) {
        Platform::Arch
    } else if has(&["suse"]) {
        Platform::Suse
    } else {
        Platform::Debian
    }
}

impl Platform {
    /// The name for messages.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Debian => "Debian or Ubuntu",
            Self::RedHat => "Fedora or Red Hat",
            Self::Alpine => "Alpine",
            Self::Arch => "Arch",
            Self::Suse => "SUSE",
            Self::Mac => "macOS",
            Self::Windows => "Windows",
            Self::Bsd => "BSD",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_name_systems() {
        for (text, wanted) in [
            ("On macOS", Some(Platform::Mac)),
            ("macOS / Linux", None),
            ("Linux", None),
            ("Debian/Ubuntu", Some(Platform::Debian)),
            ("Install on Arch Linux", Some(Platform::Arch)),
            ("Fedora, CentOS", Some(Platform::RedHat)),
            ("macOS and Windows", None),
            ("Windows (WSL)", None),
            ("Architecture", None),
            ("Machine setup", None),
        ] {
            assert_eq!(named(text), wanted, "{text}");
        }
        assert_eq!(of_image("ghcr.io/x/alpine:3"), Platform::Alpine);
        assert_eq!(of_image("python:3"), Platform::Debian);
    }
}
