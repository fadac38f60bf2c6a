//! Sentences of our own to techniques.

use super::*;

fn read(text: &str) -> Vec<String> {
    let techniques = Techniques::load(&Content::shipped()).unwrap();
    techniques
        .read(&Article::from_text(text))
        .iter()
        .map(|told| told.id.to_string())
        .collect()
}

#[test]
fn a_sentence_tells_of_what_it_says() {
    for (sentence, expected) in [
        (
            "The package reads the victim's .npmrc and SSH keys and steals AWS credentials.",
            "T1552.001",
        ),
        (
            "Stolen data is sent to a Discord webhook controlled by the actor.",
            "T1567.004",
        ),
        (
            "Persistence is achieved through a LaunchAgent in the user's library.",
            "T1543.001",
        ),
        (
            "It adds a cron job that runs every five minutes.",
            "T1053.003",
        ),
        (
            "The script downloads a second-stage payload from the server.",
            "T1105",
        ),
        (
            "It queries 169.254.169.254 for role credentials.",
            "T1552.005",
        ),
        (
            "The worm republishes infected versions and is self-replicating.",
            "T1080",
        ),
        (
            "The attacker mapped this to T1574.006 in the report.",
            "T1574.006",
        ),
    ] {
        assert!(
            read(sentence).contains(&expected.to_owned()),
            "{sentence}: {:?}",
            read(sentence)
        );
    }
}

#[test]
fn advice_and_possibilities_tell_of_nothing() {
    for sentence in [
        "An attacker could install ransomware or steal browser passwords and cookies.",
        "Organizations should rotate SSH keys that malware could steal.",
        "Our platform detects malicious packages before you install them. Learn more.",
        "Figure 3: screenshot of the advisory page.",
    ] {
        assert_eq!(read(sentence), Vec::<String>::new(), "{sentence}");
    }
}

#[test]
fn an_article_on_packages_is_not_on_mail() {
    let found = read(
        "Malicious npm packages steal credentials\nThe malicious npm package runs a postinstall script that executes a payload.\nIt harvests npm tokens and sends them to a remote server controlled by the C2 operator.",
    );
    assert!(found.contains(&"T1195.001".to_owned()));
    assert!(
        !found
            .iter()
            .any(|id| id.starts_with("T1566") || id == "T1204.002")
    );
}

#[test]
fn names_of_techniques_tell_of_them() {
    assert_eq!(
        read("Mapped: Exfiltration Over C2 Channel\n\nApplication Layer Protocol: Web Protocols"),
        ["T1041", "T1071.001"]
    );
    assert_eq!(
        read("Discovery | Process Discovery | lists processes"),
        ["T1057"]
    );
    assert!(read("Our talk on process discovery in large firms starts soon.").is_empty());
    assert!(read("Code signing of releases is new.").is_empty());
}
