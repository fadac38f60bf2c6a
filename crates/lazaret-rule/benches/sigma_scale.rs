//! 3,000 rules against one process event: how many are tried, how long it takes.

use lazaret_rule::{Options, Predicate, Record, RuleIndex, RuleIndexBuilder};

fn main() {
    divan::main();
}

fn rules() -> (Vec<Predicate>, RuleIndex) {
    let mut builder = RuleIndexBuilder::default();
    let mut rules = Vec::new();
    for n in 0..3000 {
        let yaml = format!(
            "selection_image:\n  Image|endswith: ['\\tool{n}.exe', '\\other{n}.exe']\nselection_line:\n  CommandLine|contains|all: [' -option{n}', 'value{m}']\nfilter:\n  ParentImage|endswith: '\\installer.exe'\ncondition: 1 of selection_* and not filter",
            m = n % 50
        );
        if let Ok(rule) = Predicate::parse(&yaml, &Options::default()) {
            builder.add(&rule);
            rules.push(rule);
        }
    }
    (rules, builder.finish())
}

fn event() -> Record<'static> {
    Record::from_iter([
        ("Image", "C:\\Program Files\\nodejs\\node.exe"),
        ("ParentImage", "C:\\Windows\\System32\\cmd.exe"),
        (
            "CommandLine",
            "node.exe C:\\work\\build.js -option1234 value34 --mode production",
        ),
    ])
}

#[divan::bench]
fn indexed(bencher: divan::Bencher<'_, '_>) {
    let (rules, index) = rules();
    let event = event();
    bencher.bench_local(|| {
        index
            .candidates(&event)
            .into_iter()
            .filter(|id| rules[*id as usize].matches(&event))
            .count()
    });
}

#[divan::bench]
fn one_by_one(bencher: divan::Bencher<'_, '_>) {
    let (rules, _) = rules();
    let event = event();
    bencher.bench_local(|| rules.iter().filter(|rule| rule.matches(&event)).count());
}

#[divan::bench(sample_count = 10)]
fn compile() -> usize {
    rules().0.len()
}
