//! Paths of every system in one writing, so that one pattern fits all.

use std::borrow::Cow;

/// `path` with `/` between folders and `~` for any user's home folder:
/// `/home/ann/.npmrc`, `/Users/ann/.npmrc`, `/root/.npmrc` and
/// `C:\Users\ann\.npmrc` are all `~/.npmrc`.
pub fn portable(path: &str) -> Cow<'_, str> {
    let slashed: Cow<'_, str> = if path.starts_with('/') || !path.contains('\\') {
        Cow::Borrowed(path)
    } else {
        Cow::Owned(path.replace('\\', "/"))
    };
    match home_rest(&slashed) {
        Some(rest) => {
            let mut out = String::with_capacity(rest.len() + 1);
            out.push('~');
            out.push_str(rest);
            Cow::Owned(out)
        }
        None => slashed,
    }
}

/// Whether a path is below a folder that is written as it is.
pub fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// What follows the home folder, with its `/`.
fn home_rest(path: &str) -> Option<&str> {
    if let Some(rest) = path.strip_prefix("/root")
        && (rest.is_empty() || rest.starts_with('/'))
    {
        return Some(rest);
    }
    let after = ["/home/", "/Users/", "/export/home/"]
        .iter()
        .find_map(|start| path.strip_prefix(start))
        .or_else(|| {
            // `C:/Users/`, `\\?\C:\Users\`, `\Device\HarddiskVolume3\Users\`.
            let lower = path.get(..path.len().min(64)).unwrap_or(path);
            let device = lower
                .get(..8)
                .is_some_and(|d| d.eq_ignore_ascii_case("/device/"));
            let drive = !path.starts_with('/') && lower.contains(':');
            if !device && !drive {
                return None;
            }
            let at = lower.to_ascii_lowercase().find("/users/")?;
            let drive = path.get(..at)?;
            let fits = drive.ends_with(':') || drive.to_ascii_lowercase().starts_with("/device/");
            fits.then(|| path.get(at + 7..)).flatten()
        })?;
    if after.starts_with("Shared/") || after.starts_with("Public/") || after.is_empty() {
        return None;
    }
    Some(after.find('/').and_then(|at| after.get(at..)).unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes_are_written_alike() {
        for (path, expected) in [
            ("/home/ann/.npmrc", "~/.npmrc"),
            ("/root/.ssh/id_rsa", "~/.ssh/id_rsa"),
            ("/rooted/x", "/rooted/x"),
            ("/Users/ann/Library/x", "~/Library/x"),
            (r"C:\Users\ann\AppData\x.exe", "~/AppData/x.exe"),
            (r"\Device\HarddiskVolume3\Users\ann\x", "~/x"),
            ("/etc/passwd", "/etc/passwd"),
            ("/home/ann", "~"),
            (
                r"C:\Windows\System32\cmd.exe",
                "C:/Windows/System32/cmd.exe",
            ),
        ] {
            assert_eq!(portable(path), expected, "{path}");
        }
    }
}
