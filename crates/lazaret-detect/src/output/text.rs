//! For people.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use lazaret_events::Time;
use lazaret_model::Severity;

use super::{Report, confidence, plain, severity, short, tree::Tree};
use crate::{Alert, lineage::NodeId};

/// Longest command line shown.
const LINE: usize = 160;

/// Lines of events below one process.
const EVENTS: usize = 12;

pub(super) fn write(report: &Report<'_>, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint(colour);
    let mut groups: BTreeMap<(Option<u32>, String), Vec<&Alert>> = BTreeMap::new();
    for alert in report.shown() {
        let id = alert.installation.as_ref().map(|i| i.id);
        let key = match id {
            Some(_) => (id, String::new()),
            None => (None, format!("{} {}", alert.device, alert.first)),
        };
        groups.entry(key).or_default().push(alert);
    }
    for alerts in groups.values() {
        group(alerts, paint, out)?;
        writeln!(out)?;
    }
    if report.all_installations {
        for installation in report.summaries() {
            writeln!(
                out,
                "{}  {}  {} processes, {} files, {} connections",
                clock(installation.started),
                short(&installation.command_line, LINE),
                installation.processes,
                installation.files,
                installation.connections
            )?;
        }
    }
    let counts = report.counts;
    let hidden = match (counts.suppressed, report.suppressed) {
        (0, _) | (_, true) => String::new(),
        (number, false) => format!("; {number} matches suppressed (--show-suppressed)"),
    };
    writeln!(
        out,
        "{} alerts in {} events, {} installations{hidden}",
        counts.alerts,
        counts.events,
        report.installations.len()
    )?;
    let lost = [
        (counts.dropped, "alerts"),
        (counts.processes_evicted, "processes"),
        (counts.installations_evicted, "installations"),
        (counts.files_evicted, "written files"),
        (counts.windows_evicted, "correlation windows"),
    ];
    for (number, what) in lost {
        if number > 0 {
            writeln!(out, "{number} {what} were forgotten for want of room")?;
        }
    }
    Ok(())
}

fn group(alerts: &[&Alert], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = alerts.first() else {
        return Ok(());
    };
    if let Some(installation) = &first.installation {
        let who = if installation.account.is_empty() {
            String::new()
        } else {
            format!(" by {}", plain(&installation.account))
        };
        let place = if first.device.is_empty() {
            String::new()
        } else {
            format!(" on {}", plain(&first.device))
        };
        writeln!(
            out,
            "{} {}{who}{place}, {}",
            paint.bold("installation"),
            short(&installation.command_line, LINE),
            date(installation.started)
        )?;
        if !installation.packages.is_empty() {
            writeln!(
                out,
                "  packages: {}",
                plain(&installation.packages.join(", "))
            )?;
        }
    }
    for alert in alerts {
        head(alert, paint, out)?;
    }
    if !first.missing.is_empty() {
        let missing = format!(
            "not in the telemetry of this device: {}",
            first.missing.join(", ")
        );
        writeln!(out, "    {}", paint.dim(&missing))?;
    }
    let tree = Tree::of(alerts);
    for root in &tree.roots {
        branch(&tree, *root, "  ", "  ", first.first, paint, out)?;
    }
    Ok(())
}

fn head(alert: &Alert, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let techniques: Vec<String> = alert.techniques.iter().map(ToString::to_string).collect();
    let count = match alert.count {
        0 | 1 => String::new(),
        more => format!(" ×{more}"),
    };
    writeln!(
        out,
        "{} {}{count} [{}] {}{}",
        paint.severity(alert.severity),
        plain(&alert.title),
        techniques.join(", "),
        paint.dim(&alert.analytic),
        paint.dim(&format!(", confidence {}", confidence(alert.confidence)))
    )?;
    if let Some((class, reason)) = &alert.suppressed {
        writeln!(out, "    suppressed as {class}: {}", plain(reason))?;
    }
    if alert.processes.is_empty() {
        for event in alert.evidence.iter().take(EVENTS) {
            writeln!(
                out,
                "    {} {}  {}",
                date(Some(event.observed.time)),
                short(&event.line, LINE),
                paint.dim(&plain(&event.source))
            )?;
        }
    }
    Ok(())
}

fn branch(
    tree: &Tree<'_>,
    id: NodeId,
    lead: &str,
    rest: &str,
    zero: Time,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(branch) = tree.branches.get(&id) else {
        return Ok(());
    };
    if let Some(process) = branch.process {
        let line = if process.command_line.is_empty() {
            &process.image
        } else {
            &process.command_line
        };
        let pid = process.pid.map(|p| format!(" ({p})")).unwrap_or_default();
        writeln!(
            out,
            "{lead}{}{}{}",
            short(line, LINE),
            paint.dim(&pid),
            paint.dim(&format!(" {}", clock(process.started)))
        )?;
    }
    let more = branch.findings.len().saturating_sub(EVENTS);
    for (alert, time, line) in branch.findings.iter().take(EVENTS) {
        let offset = (time.0 - zero.0) as f64 / 1e6;
        writeln!(
            out,
            "{rest}  {} {:>+8.1}s {}  {}",
            paint.mark(alert.severity),
            offset,
            short(line, LINE),
            paint.dim(&alert.analytic)
        )?;
    }
    if more > 0 {
        writeln!(out, "{rest}  … and {more} more")?;
    }
    let last = branch.children.len().saturating_sub(1);
    for (index, child) in branch.children.iter().enumerate() {
        // Deep chains would run off the screen.
        let deep = rest.chars().count() > 60;
        let (joint, cont) = match (index == last, deep) {
            (_, true) => ("", ""),
            (true, false) => ("└─ ", "   "),
            (false, false) => ("├─ ", "│  "),
        };
        self::branch(
            tree,
            *child,
            &format!("{rest}{joint}"),
            &format!("{rest}{cont}"),
            zero,
            paint,
            out,
        )?;
    }
    Ok(())
}

pub(super) fn alert(alert: &Alert, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    group(&[alert], Paint(colour), out)?;
    out.flush()
}

fn clock(time: Option<Time>) -> String {
    time.map_or_else(String::new, |time| {
        let text = time.to_string();
        text.get(11..19).unwrap_or(&text).to_owned()
    })
}

fn date(time: Option<Time>) -> String {
    time.map_or_else(String::new, |time| {
        let text = time.to_string();
        text.get(..19).map_or(text.clone(), |t| format!("{}Z", t))
    })
}

#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn code(level: Severity) -> &'static str {
        match level {
            Severity::Critical | Severity::High => "1;31",
            Severity::Medium => "33",
            Severity::Low | Severity::Info => "36",
        }
    }

    fn severity(self, level: Severity) -> String {
        self.with(Self::code(level), severity(level))
    }

    fn mark(self, level: Severity) -> String {
        self.with(Self::code(level), "!")
    }
}
