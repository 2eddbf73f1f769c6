//! The store's own care when it goes wrong: interrupted restores, odd paths, backups that fail.

use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use tidings::model::item::Item;
use tidings::store::sled::{SledStore, backup, check, is_there, restore};

use crate::cli::{command, err, failed, out, tidings};
use crate::store::{intake, item, now, open};

/// A store with this many items.
async fn fill(folder: &Path, count: usize) {
    let store = open(folder).await;
    let body = "It was said on Monday. ".repeat(100);
    for portion in (0..count).collect::<Vec<_>>().chunks(200) {
        let items = portion.iter().map(|n| Item { body: body.clone(), ..item(*n) }).collect();
        store.commit_intake(intake(items, now())).await.unwrap();
    }
}

/// The name beside the store that a restore works under.
const RESTORING: &str = "data.restoring";

async fn check_at(folder: &Path) -> Output {
    tidings(folder, &["store", "check"]).await
}

#[tokio::test]
async fn a_restore_that_is_killed_leaves_the_old_store_or_the_whole_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("config.toml"), "").unwrap();
    fill(at, 1500).await;
    let data = at.join("data");
    backup(&data, &at.join("copy")).unwrap();
    let new = check(&data).unwrap().records;
    fs::remove_dir_all(&data).unwrap();
    fill(at, 3).await;
    let old = check(&data).unwrap().records;
    let mut killed_under_way = 0;
    for patience in [0, 5, 10, 20, 40, 80, 160, 320, 640, 1280] {
        let mut child = command(at).args(["store", "restore", "copy"]).spawn().unwrap();
        let mut ticks = tokio::time::interval(Duration::from_millis(1));
        // From when the restore has begun to write.
        while !at.join(RESTORING).exists() && child.try_wait().unwrap().is_none() {
            ticks.tick().await;
        }
        let ended = tokio::time::timeout(Duration::from_millis(patience), child.wait()).await.is_ok();
        child.kill().await.unwrap();
        killed_under_way += usize::from(!ended);
        let records = check(&data).unwrap().records;
        assert!(records == new || (records == old && !ended), "{patience} ms: {records} is neither {old} nor {new}");
        let looked = check_at(at).await;
        assert!(looked.status.success(), "{}", err(&looked));
        assert_eq!(out(&looked).contains(RESTORING), at.join(RESTORING).exists(), "{}", out(&looked));
        if records == new {
            break;
        }
    }
    assert!(killed_under_way > 0);
    assert!(tidings(at, &["store", "restore", "copy"]).await.status.success());
    assert_eq!(check(&data).unwrap().records, new);
    assert!(!at.join(RESTORING).exists(), "what the killed ones left is gone");
}

#[tokio::test]
async fn a_store_that_a_killed_restore_had_moved_aside_is_no_new_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("config.toml"), "").unwrap();
    fill(at, 3).await;
    let (data, copy) = (at.join("data"), at.join("copy"));
    backup(&data, &copy).unwrap();
    // Died between moving the old store aside and putting the new one in its place.
    fs::rename(&data, at.join(RESTORING)).unwrap();
    let Err(error) = SledStore::open(&data, now()).await else { panic!("a new store was made") };
    assert!(error.is_fatal() && error.to_string().contains("was not finished"), "{error}");
    assert!(!data.exists());
    for args in [&["store", "check"][..], &["feeds"], &["run"], &["store", "backup", "other"]] {
        assert!(failed(&tidings(at, args).await).contains("tidings store restore DIR"), "{args:?}");
    }
    assert!(is_there(&data), "what is left of a store is not nothing");
    restore(&data, &copy, now()).unwrap();
    assert!(check(&data).unwrap().problems.is_empty());
}

#[tokio::test]
async fn a_half_restored_folder_is_not_taken_for_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("config.toml"), "").unwrap();
    fill(at, 1500).await;
    let data = at.join("data");
    backup(&data, &at.join("copy")).unwrap();
    fs::remove_dir_all(&data).unwrap();
    let mut child = command(at).args(["store", "restore", "copy"]).spawn().unwrap();
    let mut ticks = tokio::time::interval(Duration::from_millis(1));
    while fs::metadata(at.join(RESTORING).join("db")).map_or(0, |file| file.len()) < 1_000_000 {
        ticks.tick().await;
    }
    child.kill().await.unwrap();
    // Somebody takes it for the store.
    fs::rename(at.join(RESTORING), &data).unwrap();
    let error = check(&data).unwrap_err().to_string();
    assert!(error.contains("was not finished"), "{error}");
    assert!(SledStore::open(&data, now()).await.is_err());
    restore(&data, &at.join("copy"), now()).unwrap();
    assert!(check(&data).unwrap().problems.is_empty());
}

#[tokio::test]
async fn a_store_is_restored_under_any_name_that_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fill(at, 3).await;
    let (data, copy) = (at.join("data"), at.join("copy"));
    backup(&data, &copy).unwrap();
    let records = check(&data).unwrap().records;
    // With a slash at the end, and twice in the same second.
    for _ in 0..2 {
        let aside = restore(&at.join("data/"), &copy, now()).unwrap().unwrap();
        assert!(aside.parent() == Some(at) && aside.join("db").exists(), "{}", aside.display());
    }
    // Through a link: the link stays, the folder behind it is replaced.
    let link = at.join("link");
    std::os::unix::fs::symlink(&data, &link).unwrap();
    let aside = restore(&link, &copy, now()).unwrap().unwrap();
    assert!(link.is_symlink() && aside.to_string_lossy().contains("data.before-restore"), "{}", aside.display());
    assert_eq!((check(&link).unwrap().records, check(&data).unwrap().records), (records, records));
    // A folder that is made but empty, and one that holds something else.
    for name in ["empty", "full"] {
        fs::create_dir(at.join(name)).unwrap();
    }
    fs::write(at.join("full/keep"), "kept").unwrap();
    assert_eq!(restore(&at.join("empty"), &copy, now()).unwrap(), None);
    let aside = restore(&at.join("full"), &copy, now()).unwrap().unwrap();
    assert_eq!(fs::read(aside.join("keep")).unwrap(), b"kept");
    for name in ["empty", "full"] {
        assert_eq!(check(&at.join(name)).unwrap().records, records);
    }
    // The folder that we are in is not moved away under our feet, with all that is in it.
    fs::write(data.join("config.toml"), "[store]\npath = \".\"\n").unwrap();
    let error = failed(&tidings(&data, &["store", "restore", "../copy"]).await);
    assert!(error.contains("folder of its own"), "{error}");
    assert_eq!(check(&data).unwrap().records, records);
}

#[tokio::test]
async fn a_backup_that_fails_leaves_nothing_and_spoils_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fill(at, 3).await;
    let (data, copy) = (at.join("data"), at.join("copy"));
    fs::create_dir_all(copy.join("tidings.backup")).unwrap();
    backup(&data, &copy).unwrap_err();
    let left: Vec<_> = fs::read_dir(&copy).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["tidings.backup"]);
}
