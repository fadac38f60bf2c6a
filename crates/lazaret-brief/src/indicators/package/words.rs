//! Words that look like names of packages, and are none.

use super::name::is_file_name;

/// Hyphenated English that articles on packages are full of.
pub(super) fn is_prose(word: &str) -> bool {
    PROSE.contains(word)
        || word.starts_with("non-")
        || word.contains("-of-")
        || word.contains("-the-")
        || word
            .rfind('-')
            .is_some_and(|at| PROSE_ENDS.contains(&word[at..]))
}

words!(
    PROSE,
    "\
    ai-generated auto-generated back-end base64-encoded brand-jacking built-in \
    case-by-case clipboard-hijacking co-authored command-line copy-paste crates.io \
    credential-stealing cross-platform crypto-stealing data-stealing day-to-day \
    dependency-confusion e.g end-to-end first-stage follow-up front-end full-featured \
    fully-featured hard-coded hex-encoded high-impact high-profile high-risk \
    high-value i.e in-memory in-the-wild info-stealing information-stealing \
    install-time long-lived long-running look-alike low-level low-profile \
    man-in-the-middle memory-safe multi-stage name-squatting newly-published node.js \
    north-korean now-removed npmjs.com one-time open-code open-source \
    open-vsx out-of-date password-stealing peer-to-peer post-install pre-install \
    pre-installed previously-unknown proof-of-concept pypi.org re-published ready-made \
    real-time remote-access run-time second-stage self-hosted self-propagating \
    self-replicating self-spreading self-updating short-lived side-loading single-use \
    single-version so-called source-code state-sponsored step-by-step sub-dependencies \
    sub-dependency supply-chain tens-of-thousands third-party tried-and-true \
    two-factor two-stage typo-squatting up-to-date vibe-coded wallet-draining \
    well-known widely-used x86_64 zero-day \
    "
);
words!(
    PROSE_ENDS,
    "\
    -based -compromised -confirmed -controlled -driven -encoded -first -focused -hosted \
    -infected -level -like -looking -malicious -named -only -party -related -size \
    -sounding -specific -stealing -style -wide \
    "
);

/// Words that follow "npm install" in running text.
pub(in crate::indicators) fn is_plain_english(word: &str) -> bool {
    let word = word.to_lowercase();
    let word = word.trim_end_matches(['.', ',']);
    AFTER_INSTALL.contains(word)
}

words!(
    AFTER_INSTALL,
    "\
    a an and any are as at before by can command commands completes does during each \
    every execution fails finishes for from had happened happens has hook hooks if in \
    into is it its just lifecycle may no of on operations or phase process ran run \
    runs script scripts so step steps still that the their then they this time to \
    trigger triggers was were when where which while will with without would you your \
    "
);

words!(
    /// Words of manifests, programs and shells that are set as code in reports.
    CODE,
    "\
    abstract activate alpha apt async await base64 bash beta bin bool brew build bun \
    cargo cat chmod clean cmd compile config console const cron crontab curl default \
    dependencies deploy description dev devdependencies dist dist-tag docker echo env \
    eval exec export exports false fetch file files function gem get git global go \
    head home hostname http https id import include index init install integrity json \
    key latest lib localhost main master module name next node node_modules npm npx \
    null object open optionaldependencies package package-lock packages password path \
    peerdependencies php pip pipx pnpm post post-install postinstall powershell \
    pre-install preinstall prepare prepublish print process production put python \
    python3 read registry release repository require resolve return root ruby run rust \
    rustc scripts self setup setuptools sh shell site-packages spawn src start string \
    sudo system test time tmp token tokens true typeof uname undefined user username \
    uv var version versions wget whoami window workflow yarn zsh \
    "
);

words!(
    NOUN_ALONE,
    "\
    a affected all an and another any bad benign both certain confirmed-malicious core \
    critical dangerous different each eight every evil existing fake few first five \
    for four from good in its key large legit legitimate live many more most multiple \
    my new nine no novel of official old on one open-source or other our own \
    particular popular private public real recent rogue said same second seven several \
    similar single six small some standard such ten that the their these third \
    third-party this those three top trusted two unknown various via vulnerable \
    well-known which widely-used with your \
    "
);

/// Whether a word before "npm package" tells of the package rather than names it.
pub(super) fn is_noun_alone(word: &str) -> bool {
    word.len() < 2
        || NOUN_ALONE.contains(word)
        || [
            "ous",
            "ing",
            "ed",
            "able",
            "ible",
            "ful",
            "less",
            "-malicious",
            "ised",
            "ized",
            "ive",
            "ical",
        ]
        .iter()
        .any(|end| word.ends_with(end))
}

/// Whether a word is a field of a manifest, which "package" stands beside.
pub(super) fn is_field_word(word: &str) -> bool {
    matches!(
        word,
        "dependencies"
            | "exec"
            | "eval"
            | "exports"
            | "install"
            | "latest"
            | "main"
            | "name"
            | "manually"
            | "postinstall"
            | "preinstall"
            | "scripts"
            | "version"
            | "versions"
    )
}

/// Whether a word is one of programs rather than a package's name.
pub(super) fn is_code_word(word: &str) -> bool {
    CODE.contains(&*word.to_ascii_lowercase())
}

words!(
    /// Words that follow "called" and stand in enumerations, and are no names.
    PLAIN,
    "\
    a accounts additional all an and another any attackers back backdoors both browser \
    but by code cookies credential credentials crypto cryptocurrency data dependencies \
    developer developers each email environment every extensions few files for from \
    github had hardcoded has have her his home how in information into it its java \
    javascript keyloggers keys libraries linux local machines macos malicious malware \
    many modules more most new node npm obfuscated of on one other others our out \
    package packages password passwords payloads pip projects pypi python ransomware \
    releases remote repositories rootkits ruby rust secrets sensitive several some \
    source spyware stealers such system systems that the their them then these they \
    this those three to tokens trojans two typescript upon user users using versions \
    via wallets was we were what when where which who why windows with worms you your \
    "
);

/// A single lower-case word that reports are not full of.
pub(super) fn is_lower(name: &str) -> bool {
    name.len() >= 3
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
        && !PLAIN.contains(name)
}

/// A single lower-case word that is no plain English.
pub(super) fn is_bare(name: &str) -> bool {
    // "the crate contained", "the package installing"
    let verb = name.len() >= 6 && ["ed", "ing"].iter().any(|end| name.ends_with(end));
    is_lower(name) && !verb && !is_prose(name) && !is_file_name(name)
}
