//! Whether the disk below a folder is encrypted, as far as Linux tells.

use std::fs;
use std::path::Path;

use super::check::Check;

const ID: &str = "data.encryption";
/// How deep devices may be stacked: a volume on a volume group on a crypt on a partition, and more.
const DEEPEST: usize = 8;

/// Looks at the device that a folder lies on.
pub(super) fn look(folder: &Path) -> Check {
    let is_encrypted = device(folder)
        .is_some_and(|name| is_encrypted(&Path::new("/sys/dev/block").join(name), DEEPEST));
    if is_encrypted {
        return Check::ok(ID, "the disk is encrypted (dm-crypt)");
    }
    // Hardware, the hypervisor or the file system may encrypt without dm-crypt: nobody can tell.
    Check::skip(ID, "unknown whether the disk is encrypted; not by dm-crypt").why(
        "words are sealed, but ids, times, vectors and hashed words are not: an encrypted disk \
         covers them",
    )
}

/// The device as the kernel names it, `major:minor`.
#[cfg(target_os = "linux")]
fn device(folder: &Path) -> Option<String> {
    use std::os::linux::fs::MetadataExt as _;
    let device = fs::metadata(folder).ok()?.st_dev();
    let major = ((device >> 8) & 0xfff) | ((device >> 32) & !0xfff);
    let minor = (device & 0xff) | ((device >> 12) & !0xff);
    Some(format!("{major}:{minor}"))
}

#[cfg(not(target_os = "linux"))]
fn device(_folder: &Path) -> Option<String> {
    None
}

/// Whether a block device, or every one below it, is a mapping of dm-crypt.
fn is_encrypted(device: &Path, deepest: usize) -> bool {
    let uuid = fs::read_to_string(device.join("dm/uuid")).unwrap_or_default();
    if uuid.starts_with("CRYPT-") {
        return true;
    }
    let Some(deeper) = deepest.checked_sub(1) else {
        return false;
    };
    let below: Vec<_> = fs::read_dir(device.join("slaves"))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    !below.is_empty() && below.iter().all(|device| is_encrypted(device, deeper))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(root: &Path, name: &str, uuid: &str) {
        let folder = root.join(name).join("dm");
        fs::create_dir_all(&folder).expect("made");
        fs::write(folder.join("uuid"), uuid).expect("written");
    }

    #[test]
    fn a_crypt_or_a_volume_that_lies_wholly_on_crypts_is_encrypted() {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path();
        device(root, "253:0", "CRYPT-LUKS2-0123-home\n");
        device(root, "253:1", "LVM-0123\n");
        device(root, "253:1/slaves/dm-0", "CRYPT-LUKS2-0123-home\n");
        device(root, "253:2", "LVM-0123\n");
        device(root, "253:2/slaves/dm-0", "CRYPT-LUKS2-0123-home\n");
        fs::create_dir_all(root.join("253:2/slaves/sda1")).expect("made");
        fs::create_dir_all(root.join("8:1")).expect("made");
        let is = |name: &str| is_encrypted(&root.join(name), DEEPEST);

        assert!(is("253:0") && is("253:1"));
        assert!(!is("253:2"), "half of it lies in the open");
        assert!(!is("8:1") && !is("0:42"));
        assert!(!is_encrypted(&root.join("253:1"), 0));
    }

    #[test]
    fn what_is_not_known_is_said_to_be_unknown() {
        let check = look(Path::new("/nowhere/at/all")).into_view();
        assert!(check.what.starts_with("unknown"), "{}", check.what);
    }
}
