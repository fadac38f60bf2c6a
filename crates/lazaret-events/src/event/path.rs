//! Paths of any operating system as text.

/// The last part of a path; separators are `/` and `\`, the latter only where
/// the path is a Windows one (no `/` at its start).
pub fn file_name(path: &str) -> &str {
    let at = if path.starts_with('/') {
        memchr::memrchr(b'/', path.as_bytes())
    } else {
        memchr::memrchr2(b'/', b'\\', path.as_bytes())
    };
    at.and_then(|at| path.get(at + 1..)).unwrap_or(path)
}

/// Whether there is more than a name.
pub fn has_folder(path: &str) -> bool {
    path.contains(['/', '\\'])
}

/// `name` in `folder`; where `folder` already ends with it, `folder`.
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() || name.is_empty() || file_name(folder).eq_ignore_ascii_case(name) {
        return format!("{folder}{}", if folder.is_empty() { name } else { "" });
    }
    let separator = match folder.ends_with(['/', '\\']) {
        true => "",
        false if folder.contains('\\') && !folder.starts_with('/') => "\\",
        false => "/",
    };
    format!("{folder}{separator}{name}")
}

/// `path` as seen from the folder `cwd`: absolute, `.` and `..` resolved.
pub fn absolute(cwd: &str, path: &str) -> String {
    let whole = if path.starts_with('/') || cwd.is_empty() || path.is_empty() {
        path.to_owned()
    } else {
        format!("{cwd}/{path}")
    };
    if !whole.starts_with('/') || !(whole.contains("/.") || whole.contains("//")) {
        return whole;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let ending = if whole.len() > 1 && whole.ends_with('/') && !parts.is_empty() {
        "/"
    } else {
        ""
    };
    format!("/{}{ending}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_folders() {
        assert_eq!(file_name("C:\\Windows\\System32\\cmd.exe"), "cmd.exe");
        assert_eq!(file_name("/usr/bin/we\\ird"), "we\\ird");
        assert_eq!(file_name("node"), "node");
        assert_eq!(join("C:\\Windows", "cmd.exe"), "C:\\Windows\\cmd.exe");
        assert_eq!(join("/usr/bin/node", "node"), "/usr/bin/node");
        assert_eq!(join("/usr/bin", "node"), "/usr/bin/node");
        assert_eq!(absolute("/home/u", "a/../b"), "/home/u/b");
        assert_eq!(absolute("/home/u", "/etc/passwd"), "/etc/passwd");
        assert_eq!(absolute("", "x"), "x");
        assert_eq!(absolute("/", "../../x"), "/x");
    }
}
