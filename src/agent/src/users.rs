//! Who may log in: /etc/passwd and /etc/group of the machine, read anew each time.
//!
//! A static program cannot ask the C library, whose lookups load shared objects.

use std::fs;
use std::path::PathBuf;

/// A user of the machine with all groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Login name.
    pub name: String,
    /// User number.
    pub uid: u32,
    /// Number of the first group.
    pub gid: u32,
    /// Numbers of all groups.
    pub groups: Vec<u32>,
    /// Home directory.
    pub home: PathBuf,
    /// Login shell; empty if none is set.
    pub shell: String,
    /// Group that terminals belong to.
    pub terminal_group: u32,
}

/// Looks a user up by name or number; empty is root.
pub fn find(name: &str) -> Result<User, String> {
    let passwd = read("/etc/passwd");
    let groups = read("/etc/group");
    parse(name, &passwd, &groups)
        .or_else(|| (name.is_empty() || name == "root").then(root))
        .ok_or_else(|| format!("the machine has no user `{name}`"))
}

/// Resolves `user`, `user:group` or `:group`; what is left out comes from `default`.
pub fn owner(text: &str, default: &User) -> Result<(u32, u32), String> {
    let (user, group) = text.split_once(':').unwrap_or((text, ""));
    let user = if user.is_empty() { default.clone() } else { find(user)? };
    let gid = match group {
        "" => user.gid,
        name => group_number(name, &read("/etc/group")).ok_or_else(|| format!("the machine has no group `{name}`"))?,
    };
    Ok((user.uid, gid))
}

fn read(path: &str) -> String {
    fs::read(path)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}

fn root() -> User {
    User {
        name: "root".to_owned(),
        uid: 0,
        gid: 0,
        groups: vec![0],
        home: PathBuf::from("/root"),
        shell: String::new(),
        terminal_group: 0,
    }
}

fn parse(name: &str, passwd: &str, groups: &str) -> Option<User> {
    let wanted = if name.is_empty() { "root" } else { name };
    let entries = || {
        passwd
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .filter(|fields| fields.len() >= 7)
    };
    let fields = entries()
        .find(|fields| fields[0] == wanted)
        .or_else(|| entries().find(|fields| fields[2] == wanted))?;
    let gid = fields[3].parse().ok()?;
    let mut numbers = vec![gid];
    for line in groups.lines() {
        let group: Vec<&str> = line.split(':').collect();
        let [_, _, number, members] = group[..] else { continue };
        let Ok(number) = number.parse() else { continue };
        if members.split(',').any(|member| member == fields[0]) && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    Some(User {
        name: fields[0].to_owned(),
        uid: fields[2].parse().ok()?,
        gid,
        groups: numbers,
        home: PathBuf::from(fields[5]),
        shell: fields[6].to_owned(),
        terminal_group: group_number("tty", groups).unwrap_or(gid),
    })
}

fn group_number(name: &str, groups: &str) -> Option<u32> {
    groups.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let [group, _, number, _] = fields[..] else { return None };
        (group == name || number == name).then(|| number.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::{group_number, parse};

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nreader:x:1000:1000::/home/reader:/bin/bash\n";
    const GROUPS: &str = "root:x:0:\ntty:x:5:\nsudo:x:27:amy,reader\ndocker:x:101:reader\nreader:x:1000:\n";

    #[test]
    fn a_user_has_all_groups() {
        let user = parse("reader", PASSWD, GROUPS).unwrap();
        assert_eq!(user.groups, [1000, 27, 101]);
        assert_eq!(user.terminal_group, 5);
    }

    #[test]
    fn numbers_and_nobody() {
        assert_eq!(parse("1000", PASSWD, GROUPS).unwrap().name, "reader");
        assert_eq!(parse("", PASSWD, GROUPS).unwrap().uid, 0);
        assert!(parse("amy", PASSWD, GROUPS).is_none());
        assert_eq!(group_number("docker", GROUPS), Some(101));
    }
}
