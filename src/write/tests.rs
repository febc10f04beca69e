//! Writing over what is there, and what must never be lost.

use std::fs;

use super::*;
use crate::render::File;

/// Writes a site as a build does: with what the build before it knew, and a spare of its own.
fn write(site: &Site, out: &Path, stamps: &mut Stamps) -> Result<Changes, WriteError> {
    let spare = out.parent().unwrap_or(out).join(".spare");
    let (changes, left) = Output::look(out, Some(spare), stamps)?.write(site)?;
    *stamps = left;
    Ok(changes)
}

/// Writes a site without knowing anything, and without a spare that lasts.
fn site(site: &Site, out: &Path) -> Result<Changes, WriteError> {
    Output::look(out, None, &Stamps::new())?
        .write(site)
        .map(|(changes, _)| changes)
}

fn differences(site: &Site, out: &Path) -> Result<Vec<Difference>, WriteError> {
    Ok(Output::look(out, None, &Stamps::new())?.differences(site))
}

fn site_of(files: &[(&str, &str)]) -> Site {
    files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), File::new(text.as_bytes().to_vec())))
        .collect()
}

#[test]
fn unchanged_files_keep_their_times_and_stale_ones_go() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("a/public");
    let first = site_of(&[("index.html", "1"), ("x/index.html", "x"), ("gone.html", "g")]);
    assert_eq!(
        site(&first, &out).unwrap(),
        Changes {
            written: 3,
            unchanged: 0,
            removed: 0
        }
    );
    let time = |name: &str| fs::metadata(out.join(name)).unwrap().modified().unwrap();
    let before = time("x/index.html");
    fs::write(out.join("CNAME"), "mine").unwrap();
    assert_eq!(
        site(&first, &out).unwrap(),
        Changes {
            written: 0,
            unchanged: 3,
            removed: 0
        }
    );
    let second = site_of(&[("index.html", "2"), ("x/index.html", "x")]);
    assert_eq!(differences(&second, &out).unwrap().len(), 2);
    assert_eq!(
        site(&second, &out).unwrap(),
        Changes {
            written: 1,
            unchanged: 1,
            removed: 1
        }
    );
    assert_eq!(time("x/index.html"), before);
    assert!(!out.join("gone.html").exists());
    assert_eq!(fs::read_to_string(out.join("CNAME")).unwrap(), "mine");
    assert_eq!(
        fs::read_dir(folder.path().join("a")).unwrap().count(),
        1,
        "no stage is left"
    );
}

#[test]
fn where_a_file_system_is_mounted_nothing_can_be_exchanged() {
    let refused = Output::look(Path::new("/proc"), None, &Stamps::new());
    assert!(matches!(refused, Err(WriteError::MountPoint(_))), "{refused:?}");
}

#[test]
fn a_folder_of_somebody_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "x").unwrap();
    let refused = site(&site_of(&[("index.html", "1")]), folder.path());
    assert!(matches!(refused, Err(WriteError::NotOurs(_))));
    let refused = site(&site_of(&[("index.html", "1")]), &folder.path().join("thesis.txt"));
    assert!(matches!(refused, Err(WriteError::NotAFolder(_))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn paths_out_of_the_folder_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("public");
    assert!(matches!(
        site(&site_of(&[("../x", "1")]), &out),
        Err(WriteError::Outside(_))
    ));
    assert!(!out.exists() && !folder.path().join("x").exists());
}

#[test]
fn a_run_cut_off_between_the_renames_is_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("public");
    let first = site_of(&[("index.html", "1")]);
    site(&first, &out).unwrap();
    fs::rename(&out, folder.path().join(".public.docgen-old")).unwrap();
    fs::create_dir(folder.path().join(".public.docgen-new")).unwrap();
    assert_eq!(
        site(&first, &out).unwrap(),
        Changes {
            written: 0,
            unchanged: 1,
            removed: 0
        }
    );
}

#[test]
fn the_spare_gives_the_same_files_and_hand_made_ones_stay() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("public");
    let mut stamps = Stamps::new();
    let read = |name: &str| fs::read_to_string(out.join(name)).unwrap();
    let inode = |name: &str| std::os::unix::fs::MetadataExt::ino(&fs::metadata(out.join(name)).unwrap());
    let mut write_all = |files: &[(&str, &str)]| {
        let site = site_of(files);
        let changes = write(&site, &out, &mut stamps).unwrap();
        for (path, text) in files {
            assert_eq!(read(path), *text, "{path}");
        }
        assert_eq!(stamps.len(), files.len());
        changes
    };
    write_all(&[("a.html", "1"), ("b/c.html", "same"), ("old/x.html", "x")]);
    let same = inode("b/c.html");
    fs::write(out.join("CNAME"), "mine").unwrap();
    write_all(&[("a.html", "2"), ("b/c.html", "same")]);
    assert!(!out.join("old").exists());
    // Back to what is still in the spare, twice.
    write_all(&[("a.html", "1"), ("b/c.html", "same"), ("old/x.html", "x")]);
    write_all(&[("a.html", "3"), ("b/c.html", "same"), ("old", "now a file")]);
    assert_eq!((inode("b/c.html"), read("CNAME")), (same, "mine".to_owned()));
    // Edited in place, which edits the spare's file too; removed; and removed by its author.
    fs::write(out.join("b/c.html"), "hand").unwrap();
    fs::remove_file(out.join("a.html")).unwrap();
    fs::remove_file(out.join("CNAME")).unwrap();
    let changes = write_all(&[("a.html", "3"), ("b/c.html", "same"), ("old/x.html", "x")]);
    assert_eq!((changes.written, changes.removed), (3, 1));
    write_all(&[("a.html", "4"), ("b/c.html", "same"), ("old/x.html", "x")]);
    assert!(!out.join("CNAME").exists());
}

#[test]
fn whatever_is_wrong_with_the_spare_the_site_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let (out, spare) = (folder.path().join("public"), folder.path().join(".spare"));
    let mut stamps = Stamps::new();
    for turn in 0..8 {
        let text = turn.to_string();
        let site = site_of(&[("a.html", &text), ("b/c.html", "same"), ("d/e.html", "same")]);
        write(&site, &out, &mut stamps).unwrap();
        assert_eq!(differences(&site, &out).unwrap(), []);
        match turn {
            1 => fs::write(spare.join("b/c.html"), "ruined").unwrap(),
            2 => fs::remove_dir_all(spare.join("d")).unwrap(),
            3 => fs::write(spare.join("more.html"), "more").unwrap(),
            4 => fs::remove_dir_all(&spare).unwrap(),
            5 => stamps.clear(),
            6 => fs::remove_dir_all(&out).unwrap(),
            _ => {}
        }
        if turn == 1 {
            // It was the output's file as well.
            assert_ne!(differences(&site, &out).unwrap(), []);
        }
    }
    assert!(!out.join("more.html").exists());
}

#[test]
fn folders_of_others_stay_as_they_are_and_none_comes_back() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("public");
    let mut stamps = Stamps::new();
    let mut build = |text: &str| {
        let site = site_of(&[("index.html", text), ("a/index.html", "a")]);
        write(&site, &out, &mut stamps).unwrap()
    };
    let mode = |path: &str| fs::metadata(out.join(path)).unwrap().permissions().mode() & 0o777;
    build("1");
    fs::create_dir_all(out.join(".git/refs/heads")).unwrap();
    fs::create_dir_all(out.join("a/empty")).unwrap();
    fs::write(out.join(".git/HEAD"), "x").unwrap();
    for path in [".git", ""] {
        fs::set_permissions(out.join(path), fs::Permissions::from_mode(0o700)).unwrap();
    }
    for text in ["2", "3"] {
        build(text);
        assert!(
            out.join(".git/refs/heads").is_dir() && out.join("a/empty").is_dir(),
            "{text}"
        );
        assert_eq!((mode(".git"), mode("")), (0o700, 0o700), "{text}");
    }
    fs::remove_dir_all(out.join(".git")).unwrap();
    fs::remove_dir(out.join("a/empty")).unwrap();
    for text in ["4", "5"] {
        build(text);
        assert!(!out.join(".git").exists() && !out.join("a/empty").exists(), "{text}");
    }
}

#[test]
fn files_of_others_are_kept_whatever_their_names_are() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("public");
    let mut stamps = Stamps::new();
    let mut build = |text: &str| {
        let site = site_of(&[("index.html", text), ("a/index.html", "a")]);
        write(&site, &out, &mut stamps)
    };
    build("1").unwrap();
    let odd = OsStr::from_bytes(b"caf\xe9");
    let (file, deep) = (out.join("a").join(odd), out.join(odd).join("x").join(odd));
    fs::create_dir_all(deep.parent().unwrap()).unwrap();
    for (path, text) in [(&file, "mine"), (&deep, "deep")] {
        fs::write(path, text).unwrap();
    }
    for text in ["2", "3", "4"] {
        assert_eq!(build(text).unwrap().written, 1);
        assert_eq!(
            (fs::read(&file).unwrap(), fs::read(&deep).unwrap()),
            (b"mine".to_vec(), b"deep".to_vec())
        );
    }
    fs::remove_dir_all(out.join(odd)).unwrap();
    fs::remove_file(&file).unwrap();
    for text in ["5", "6"] {
        build(text).unwrap();
        assert!(!file.exists() && !out.join(odd).exists(), "{text}");
    }
    let alone = folder.path().join("alone");
    fs::create_dir_all(&alone).unwrap();
    fs::write(alone.join(odd), "x").unwrap();
    assert!(matches!(site(&Site::new(), &alone), Err(WriteError::NotOurs(_))));
}

#[test]
fn a_name_with_a_line_break_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = site(&site_of(&[("x\nCNAME", "1")]), &folder.path().join("public"));
    assert!(matches!(refused, Err(WriteError::Outside(_))));
}
