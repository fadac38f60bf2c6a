//! CSV (RFC 4180), one alert a row.

use std::io::{self, Write};

use super::{Report, confidence, plain, severity};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "first,last,device,account,analytic,title,severity,confidence,techniques,count,\
         installation,packages,process,evidence,source,suppressed"
    )?;
    for alert in report.shown() {
        let techniques: Vec<String> = alert.techniques.iter().map(ToString::to_string).collect();
        let installation = alert.installation.as_ref();
        let process = alert.processes.last();
        let first = alert.evidence.first();
        let cells = [
            alert.first.to_string(),
            alert.last.to_string(),
            alert.device.to_string(),
            alert.account.to_string(),
            alert.analytic.clone(),
            alert.title.clone(),
            severity(alert.severity).to_owned(),
            confidence(alert.confidence).to_owned(),
            techniques.join(" "),
            alert.count.to_string(),
            installation.map_or_else(String::new, |i| i.command_line.to_string()),
            installation.map_or_else(String::new, |i| i.packages.join(" ")),
            process.map_or_else(String::new, |p| p.command_line.to_string()),
            first.map_or_else(String::new, |e| e.line.clone()),
            first.map_or_else(String::new, |e| e.source.clone()),
            alert
                .suppressed
                .as_ref()
                .map_or_else(String::new, |(class, _)| class.clone()),
        ];
        let row: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        writeln!(out, "{}", row.join(","))?;
    }
    Ok(())
}

/// Quoted where needed; a cell that a spreadsheet would run as a formula gets
/// an apostrophe before it.
fn quoted(cell: &str) -> String {
    let mut cell = plain(cell);
    if cell.starts_with(['=', '+', '-', '@']) {
        cell.insert(0, '\'');
    }
    if cell.contains(['"', ',']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}
