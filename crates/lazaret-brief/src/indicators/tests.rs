//! Whole articles of our own to the values that an analyst would take.

use lazaret_content::Content;
use lazaret_model::IndicatorKind as K;

use super::*;

fn indicators(article: &Article) -> Vec<(K, String)> {
    find(article, &Lists::load(&Content::shipped()).unwrap())
        .0
        .into_iter()
        .filter(|f| f.role == Role::Indicator)
        .map(|f| (f.indicator.kind, f.indicator.value))
        .collect()
}

const ARTICLE: &str = r#"<!doctype html><html><head><title>Campaign hits npm</title>
<link rel="canonical" href="https://blog.vendor.example.com/x"></head><body>
<nav><a href="/a">Products</a><a href="/b">bad[.]nav-site[.]ru</a></nav>
<article><h1>Campaign hits npm</h1>
<p>Researchers found the malicious npm package <code>colour-helper-js</code> (versions 1.0.1 and 1.0.2), which mimics the popular <code>color-helper</code> package. Its postinstall script runs setup.py and node.js code.</p>
<p>It sends secrets to hxxps://collector[.]evil-metrics[.]ru/v1 and falls back to 45[.]9[.]148[.]77:8443. See the advisory at https://nodejs.org/security for more.</p>
<p>Users should upgrade to <code>color-helper@2.0.1</code>.</p>
<h2>Indicators of Compromise</h2>
<ul><li>2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824</li><li>collector[.]evil-metrics[.]ru</li></ul>
<p>Malicious packages:</p>
<ul><li>colour-helper-js</li><li>@acme-tools/logger 3.1.0</li></ul>
</article>
<footer>contact us: press@vendor.com bad[.]footer-site[.]ru</footer></body></html>"#;

#[test]
fn takes_what_is_the_attackers_and_nothing_else() {
    assert_eq!(
        indicators(&Article::from_html(ARTICLE)),
        [
            (K::Package, "pkg:npm/colour-helper-js@1.0.1".into()),
            (K::Package, "pkg:npm/colour-helper-js@1.0.2".into()),
            (K::Url, "https://collector.evil-metrics.ru/v1".into()),
            (K::Ipv4, "45.9.148.77".into()),
            (
                K::Sha256,
                "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824".into()
            ),
            (K::Domain, "collector.evil-metrics.ru".into()),
            (K::Package, "pkg:npm/%40acme-tools/logger@3.1.0".into()),
        ]
    );
}

#[test]
fn spans_and_sentences_lead_back_to_the_text() {
    let article = Article::from_html(ARTICLE);
    for found in find(&article, &Lists::load(&Content::shipped()).unwrap()).0 {
        let part = &article.text[found.span.clone()];
        assert!(!part.is_empty(), "{found:?}");
        assert!(article.text.contains(&found.sentence), "{found:?}");
    }
}

fn packages(text: &str) -> Vec<String> {
    let page = format!("<article><p>{text}</p></article>");
    indicators(&Article::from_html(&page))
        .into_iter()
        .filter(|(kind, _)| *kind == K::Package)
        .map(|(_, value)| value)
        .collect()
}

#[test]
fn names_are_read_from_plain_sentences() {
    for (text, wanted) in [
        (
            "Two malicious npm packages, namely quick_log and fmt_tail, steal keys.",
            &["pkg:npm/quick_log", "pkg:npm/fmt_tail"][..],
        ),
        (
            "Attackers compromised popular npm packages including tinge, traceur, and wrap-lines.",
            &["pkg:npm/tinge", "pkg:npm/traceur", "pkg:npm/wrap-lines"],
        ),
        (
            "The compromised pgtool versions 1.1.11 and 1.1.12 on npm steal tokens.",
            &["pkg:npm/pgtool@1.1.11", "pkg:npm/pgtool@1.1.12"],
        ),
        (
            "A malicious Go package named github.com/bolt-go/bolt opens a backdoor.",
            &["pkg:golang/github.com/bolt-go/bolt"],
        ),
        (
            "Un pacchetto PyPI contraffatto denominato botdebug si installa da solo.",
            &["pkg:pypi/botdebug"],
        ),
        // What is imitated, used, advised or only English.
        (
            "The malicious npm packages mimic popular libraries like tinge and traceur.",
            &[],
        ),
        (
            "The malicious npm package uses the `color-table` library to print.",
            &[],
        ),
        ("Once npm install completed, the malware had run.", &[]),
        ("A malicious npm package called home within minutes.", &[]),
        (
            "Malicious npm packages including stealers, worms, and miners are common.",
            &[],
        ),
        (
            "Run npm install some-package and the malicious code runs.",
            &[],
        ),
    ] {
        assert_eq!(packages(text), wanted, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_survived(text in "(?s).{0,400}") {
        let lists = Lists::load(&Content::shipped()).unwrap();
        for article in [Article::from_html(&text), Article::from_markdown(&text), Article::from_text(&text)] {
            for found in find(&article, &lists).0 {
                proptest::prop_assert!(article.text.get(found.span.clone()).is_some());
            }
        }
    }

    #[test]
    fn any_mix_of_fragments_is_survived(parts in proptest::collection::vec(proptest::sample::select(vec![
        "<p>", "</p>", "<td>", "hxxp://", "[.]", "a@1.0", "npm package ", "`x-y`", "(", ")", "é", "\u{200b}", "192.0.2.1", "/", ":", "\n", "| a | b |\n|---|---|\n", "- ", "@s/p ", "versions 1.0, 2.0", " ", "https://", "evil.com",
    ]), 0..60)) {
        let lists = Lists::load(&Content::shipped()).unwrap();
        let text = parts.concat();
        for article in [Article::from_html(&text), Article::from_markdown(&text), Article::from_text(&text)] {
            for found in find(&article, &lists).0 {
                proptest::prop_assert!(article.text.get(found.span.clone()).is_some());
            }
        }
    }
}

#[test]
fn names_are_told_over_several_sentences() {
    for (text, wanted) in [
        (
            "The actor uploaded \u{201c}clock-pro\u{201d} to npm, a malicious package, and \u{201c}rainly\u{201d} a day later.",
            &["pkg:npm/clock-pro", "pkg:npm/rainly"][..],
        ),
        (
            "Drei bösartige npm-Pakete gefunden: \u{201e}wortwahl\u{201c} und \u{201e}zeit-helfer\u{201c}.",
            &["pkg:npm/wortwahl", "pkg:npm/zeit-helfer"],
        ),
        (
            "我们发现三个恶意 npm 包：red-a、blue-b 和 green-c。",
            &["pkg:npm/red-a", "pkg:npm/blue-b", "pkg:npm/green-c"],
        ),
        (
            "<code>lamp-kit</code> mimics the popular npm package <code>lamp</code>, while <code>desk-kit</code> steals tokens.",
            &["pkg:npm/lamp-kit", "pkg:npm/desk-kit"],
        ),
        (
            "The attacker took over the npm package oak-table and pushed 3.3.0 and, later, 3.3.1 to it.",
            &["pkg:npm/oak-table@3.3.0", "pkg:npm/oak-table@3.3.1"],
        ),
        (
            "Malicious npm packages: if you ran <code>npm i pine-ui@1.0.2 fir-ui@2.0.0</code>, rotate keys; <code>fir-ui</code> was never touched.",
            &["pkg:npm/pine-ui@1.0.2"],
        ),
    ] {
        let mut found = packages(text);
        let mut wanted: Vec<_> = wanted.iter().map(|name| (*name).to_owned()).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn a_manifest_is_no_list_of_what_is_malicious() {
    let page = "# Fake interviews\n\nThe malicious npm package `left-lamp` hides here:\n\n```json\n{\n  \"dependencies\": {\n    \"some-router-kit\": \"5.0.1\",\n    \"left-lamp\": \"1.0.3\"\n  }\n}\n```\n";
    let found: Vec<_> = indicators(&Article::read(page))
        .into_iter()
        .filter(|(kind, _)| *kind == K::Package)
        .map(|(_, value)| value)
        .collect();
    assert_eq!(found, ["pkg:npm/left-lamp@1.0.3"]);
}

#[test]
fn names_that_were_left_out_are_counted_in_a_note() {
    let mut page = String::from("Malicious npm packages:\n\n");
    for n in 0..100_010 {
        page.push_str(&format!("a-{n}@1.0.0 "));
    }
    let lists = Lists::load(&Content::shipped()).unwrap();
    let article = Article::from_text(&page);
    let note = package::find(&Structure::new(&article, &lists), &lists, true).note;
    assert!(note.is_some_and(|note| note.contains("100000")));
}

#[test]
fn accounts_are_those_of_attackers() {
    let publishers = |text: &str| -> Vec<String> {
        indicators(&Article::from_markdown(text))
            .into_iter()
            .filter(|(kind, _)| *kind == K::Publisher)
            .map(|(_, value)| value)
            .collect()
    };
    let malicious =
        "# Malicious npm packages\n\nThe malicious npm package `foo-grab` steals keys. ";
    for (said, accounts) in [
        (
            "The offending publishers are mok, tekki and dorran.",
            &["mok", "tekki", "dorran"][..],
        ),
        (
            "It was published by a user named [hukilau](https://www.nuget.org/profiles/hukilau) .",
            &["hukilau"],
        ),
        (
            "A threat actor named \"wemdy\" (\"w@mail.example\") pushed it.",
            &["wemdy"],
        ),
        ("Thanks to GitHub user bob-w99, who helped.", &[]),
        ("GitHub user bob-w99 reported it.", &[]),
        ("The campaign is tracked under the moniker StealBin.", &[]),
        ("One can alias npm-safe to npm.", &[]),
    ] {
        assert_eq!(
            publishers(&format!("{malicious}{said}")),
            accounts,
            "{said}"
        );
    }
}

#[test]
fn what_is_clean_is_only_mentioned() {
    let digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let table = |said: &str| {
        let text = format!(
            "# The malicious release of foo-grab\n\nIt was malware.\n\n{said}\n\n\
             | version | sha256 |\n| --- | --- |\n| 1.0.0 | {digest} |\n"
        );
        let found = indicators(&Article::from_markdown(&text));
        found.iter().any(|(_, value)| value == digest)
    };
    assert!(table("All files of the campaign are listed below."));
    assert!(!table(
        "All versions listed below were verified to be clean."
    ));
}
