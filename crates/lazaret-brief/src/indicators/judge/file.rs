//! Digests, paths and what only words tell of.

use lazaret_model::{Confidence, IndicatorKind};

use super::{Judge, Judgement, indicator, mentioned};
use crate::{article::BlockKind, indicators::candidate::Candidate};

pattern!(
    /// "Source: who (digest)", as OSV writes it.
    RECORD,
    r"\bsource: [\w.-]+ \($"
);

pattern!(
    CLEAN,
    r"(?i)^[^.!?]*\b(?:below|following|listed|these)\b[^.!?]*\b(?:are|is|were|was|as|been)\b[^.!?]{0,40}\b(?:clean|genuine|known good|legitimate|not affected|safe|unaffected|untampered|verified)\b"
);

/// Blocks between such words and what they are said of.
const CLEAN_BLOCKS: usize = 40;

/// Bytes of the longest paragraph that says so.
const CLEAN_WORDS: usize = 400;

impl Judge<'_> {
    /// Whether a list or table stands below words that call it clean: "all versions
    /// below were verified".
    fn below_clean(&self, at: usize) -> bool {
        let Some(index) = self.structure.block_at(at) else {
            return false;
        };
        (index.saturating_sub(CLEAN_BLOCKS)..index)
            .rev()
            .filter_map(|above| self.structure.block(above))
            .take_while(|block| !matches!(block.kind, BlockKind::Heading(_)))
            .filter(|block| block.kind == BlockKind::Paragraph && block.range.len() < CLEAN_WORDS)
            .any(|block| CLEAN.is_match(&self.structure.article.text[block.range.clone()]))
    }

    pub(super) fn digest(&self, candidate: &Candidate, at: usize) -> Judgement {
        let text = &self.structure.article.text;
        let from = text.floor_char_boundary(at.saturating_sub(60));
        let near = text[from..text.floor_char_boundary(at)].to_lowercase();
        let sentence = self.sentence(at);
        // 40 hex digits are a SHA-1 or a git object.
        let pinned = near.ends_with('@')
            || near.ends_with("commit/")
            || near.ends_with("tree/")
            || near.ends_with("blob/");
        let git = [
            "commit",
            "gist",
            "revision",
            "git checkout",
            "uses:",
            "pinned",
            "pull/",
            "git sha",
        ]
        .iter()
        .any(|word| near.contains(word));
        if candidate.kind == IndicatorKind::Sha1 && (pinned || git && !self.listed(at))
            || candidate.kind == IndicatorKind::Md5
                && (near.contains("gist") || near.contains("uuid") || near.contains("token"))
        {
            return mentioned("the id of a commit, gist or token");
        }
        if sentence.contains("integrity") && sentence.contains("legitimate") {
            return mentioned("spoken of as harmless");
        }
        // What names a record of a database, not a file.
        let block = self
            .structure
            .block_at(at)
            .and_then(|index| self.structure.block(index));
        let recorded = block.is_some_and(|block| {
            let text = &text[block.range.clone()];
            text.contains("\"import_time\"") || text.contains("\"modified_time\"")
        });
        if recorded || RECORD.is_match(&near) {
            return mentioned("the digest of a record");
        }
        if self.below_clean(at) {
            return mentioned("listed as clean");
        }
        // In running text that says nothing of files, it is a git object.
        let words = sentence
            .split_whitespace()
            .filter(|word| word.chars().all(char::is_alphabetic))
            .count();
        let bare = candidate.kind == IndicatorKind::Sha1
            && !self.listed(at)
            && !self.habits.bare
            && words >= 6
            && ![
                "sha", "hash", "digest", "checksum", "file", "sample", "payload", "binary",
            ]
            .iter()
            .any(|word| sentence.contains(word));
        if bare {
            return mentioned("the id of a commit, gist or token");
        }
        indicator(Confidence::High, "a digest of a file")
    }

    pub(super) fn path(&self, candidate: &Candidate, at: usize) -> Judgement {
        let device =
            candidate.value.starts_with("/dev/") && !candidate.value.starts_with("/dev/shm/");
        if device || candidate.value.starts_with("/proc/") {
            return mentioned("a device or what the system shows");
        }
        let sentence = self.sentence(at);
        let acted_on = [
            "drop",
            "zips",
            "zipped",
            "packs",
            "stages",
            "writ",
            "creat",
            "saves",
            "saved",
            "download",
            "copies",
            "copied",
            "install",
            "persist",
            "stores",
            "execut",
            "runs ",
            "launch",
            "places",
            "extract",
            "payload",
            "malicious",
            "malware",
            "backdoor",
            // As German, French, Spanish and Russian tell it.
            "legt ",
            "schreibt",
            "speichert",
            "ajoute",
            "écrit",
            "dépose",
            "télécharge",
            "descarga",
            "escribe",
            "записыва",
            "загружа",
            "guarda",
            "crea ",
            "ejecuta",
            "copia",
            "写入",
            "释放",
            "下载",
            "创建",
            "执行",
            "保存",
            "作成",
            "実行",
            "書き込",
            "ダウンロード",
            "設置",
        ]
        .iter()
        .any(|word| sentence.contains(word));
        let stolen = [
            "steals",
            "stealing",
            "to steal",
            "harvest",
            "collect",
            "reads",
            "search",
            "exfil",
            "targets",
            "looks for",
            "scans",
        ]
        .iter()
        .any(|word| sentence.contains(word));
        let system = [
            "/bin/sh",
            "/bin/bash",
            "/dev/null",
            "/dev/tcp",
            "/etc/passwd",
            "/etc/hosts",
            "/usr/bin/env",
            "/usr/bin/python3",
            "/etc/shadow",
        ]
        .contains(&candidate.value.as_str())
            || candidate.value.starts_with("/dev/tcp");
        if system {
            return mentioned("a file of the system");
        }
        // `/opt/foo/bin/node`, and what a registry's client installed.
        let program = candidate
            .value
            .rsplit_once("/bin/")
            .is_some_and(|(_, name)| self.lists.is_program(name));
        if program || is_usual(&candidate.value) {
            return mentioned("a file or folder that every system has");
        }
        if self.listed(at) {
            return indicator(Confidence::High, "listed as an indicator");
        }
        let temporary = ["/tmp/", "/var/tmp/", "/dev/shm/"]
            .iter()
            .any(|folder| candidate.value.starts_with(folder));
        if is_dropped(&candidate.value)
            && (!stolen || temporary)
            && (!sentence.benign || sentence.malicious)
        {
            return indicator(Confidence::Medium, "a program in an unusual place");
        }
        if acted_on && !stolen {
            indicator(Confidence::Medium, "a file that the malware makes")
        } else {
            mentioned("a file that is spoken of")
        }
    }

    pub(super) fn worded(&self, candidate: &Candidate, at: usize) -> Judgement {
        let sentence = self.sentence(at);
        if self.listed(at) || candidate.defanged || self.habits.bare {
            return indicator(Confidence::High, "listed as an indicator");
        }
        // Whoever swaps wallets is told "for instance"; one's own are for gifts.
        let harmless = match candidate.kind {
            IndicatorKind::Wallet => ["donat", "spende", "tip jar", "support us"]
                .iter()
                .any(|word| sentence.contains(word)),
            _ => sentence.benign && !sentence.malicious,
        };
        if harmless {
            return mentioned("spoken of as harmless");
        }
        indicator(Confidence::Medium, "used by the malware as told")
    }
}

/// Whether a path is a program where no system keeps one: temporary and hidden
/// folders, or outside of the system's own.
fn is_dropped(path: &str) -> bool {
    let lower = path.to_lowercase();
    let name = lower.rsplit(['/', '\\']).next().unwrap_or_default();
    let runs = name.rsplit_once('.').is_some_and(|(stem, end)| {
        !stem.is_empty()
            && [
                "bat", "cmd", "desktop", "dll", "dylib", "elf", "exe", "hta", "js", "cjs", "mjs",
                "lnk", "msi", "php", "plist", "ps1", "py", "pyw", "scr", "service", "sh", "so",
                "timer", "vbs",
            ]
            .contains(&end)
    });
    let system = [
        "c:\\windows\\system32",
        "c:\\windows\\syswow64",
        "c:\\program files",
        "/usr/lib/python",
        "/usr/lib/node_modules",
        "/usr/share",
        "/system/",
    ]
    .iter()
    .any(|folder| lower.starts_with(folder));
    let temporary = ["/tmp/", "/var/tmp/", "/dev/shm/"]
        .iter()
        .any(|folder| lower.starts_with(folder));
    let hidden = lower.starts_with('/') && lower.contains("/.");
    (runs || temporary || hidden) && !system && !lower.ends_with(".env")
}

/// Files and folders of every system or user, which malware changes or reads.
fn is_usual(path: &str) -> bool {
    let lower = path
        .to_lowercase()
        .replace("$home", "~")
        .replace("${home}", "~");
    let lower = match lower
        .strip_prefix("/home/")
        .or_else(|| lower.strip_prefix("/users/"))
        .and_then(|rest| rest.split_once('/'))
    {
        Some((_, rest)) => format!("~/{rest}"),
        None => lower.replacen("/root/", "~/", 1),
    };
    let lower = lower.trim_end_matches(['/', '\\', '*']);
    let home = lower.strip_prefix("~/").is_some_and(|rest| {
        [
            ".bashrc",
            ".zshrc",
            ".profile",
            ".bash_profile",
            ".zprofile",
            ".zshenv",
            ".bash_history",
            ".zsh_history",
            ".npmrc",
            ".pypirc",
            ".netrc",
            ".gitconfig",
            ".git-credentials",
            ".vault-token",
            ".env",
            ".yarnrc",
            ".gemrc",
            ".cargo/credentials",
            ".cargo/credentials.toml",
            ".docker/config.json",
            ".kube/config",
            ".gem/credentials",
            ".config",
            ".local/bin",
            ".local/share",
            "library/launchagents",
            "library/keychains",
            ".config/systemd/user",
            ".config/autostart",
            "downloads",
            "documents",
            "desktop",
        ]
        .contains(&rest)
            || [".ssh", ".aws", ".azure", ".config/gcloud", ".gnupg"]
                .iter()
                .any(|folder| rest.starts_with(folder))
    });
    home || [
        "/tmp",
        "/var/tmp",
        "/dev/shm",
        "/etc/crontab",
        "/etc/cron.d",
        "/etc/profile",
        "/etc/rc.local",
        "/etc/systemd/system",
        "/usr/bin",
        "/usr/local/bin",
        "/opt",
        "/usr/lib",
        "/proc/self/environ",
        "/var/run/docker.sock",
        "/etc/ld.so.preload",
        "/library/launchdaemons",
        "/library/launchagents",
        "/bin/zsh",
        "/bin/dash",
        "/usr/bin/curl",
        "/usr/bin/node",
        "/usr/bin/bash",
        "/etc/resolv.conf",
        "/var/log",
        "/etc/sudoers",
        "c:\\windows\\temp",
        "c:\\windows\\system32",
        "c:\\programdata",
        "c:\\users\\public",
        "c:\\windows",
        "c:\\users",
        "c:\\temp",
        "%appdata%\\microsoft\\windows\\start menu\\programs\\startup",
    ]
    .contains(&lower)
        || lower.starts_with("/proc/")
}
