//! An event in words.

use lazaret_events::{Event, Process, Table};

/// One line about an event, for people.
pub fn summary(event: &Event) -> String {
    let who = |process: Option<&Process>| {
        process.map_or_else(
            || "?".to_owned(),
            |p| {
                let name = p.file_name();
                match p.pid {
                    Some(pid) => format!("{name} ({pid})"),
                    None => name.to_owned(),
                }
            },
        )
    };
    let actor = who(event.initiating.as_deref().or(event.process.as_deref()));
    let action = event.action_type.as_str();
    if let Some(process) = event
        .process
        .as_deref()
        .filter(|_| action != "ProcessExited")
    {
        let line = if process.command_line.is_empty() {
            &process.image
        } else {
            &process.command_line
        };
        return format!("{actor} started {line}");
    }
    if let Some(dns) = event.dns.as_deref() {
        return format!("{actor} looked up {}", dns.query);
    }
    if let Some(network) = event.network.as_deref() {
        let port = network
            .remote_port
            .map(|p| format!(":{p}"))
            .unwrap_or_default();
        let name = if network.remote_url.is_empty() {
            String::new()
        } else {
            format!(" ({})", network.remote_url)
        };
        return format!("{actor} {} {}{port}{name}", verb(action), network.remote_ip);
    }
    if let Some(registry) = event.registry.as_deref() {
        return format!(
            "{actor} {} {}\\{} = {}",
            verb(action),
            registry.key,
            registry.value_name,
            registry.value_data
        );
    }
    if let Some(file) = event.file.as_deref() {
        return format!("{actor} {} {}", verb(action), file.path);
    }
    if let Some(script) = event.additional("ScriptBlockText") {
        let text: String = script.value().text().chars().take(200).collect();
        return format!("PowerShell ran {text}");
    }
    if event.table == Table::UrlClickEvents {
        let url = event.column("Url").map(|v| v.text().into_owned());
        return format!("click on {}", url.unwrap_or_default());
    }
    format!("{actor} {action}")
}

fn verb(action: &str) -> &str {
    match action {
        "FileCreated" => "wrote",
        "FileModified" => "changed",
        "FileDeleted" => "deleted",
        "FileRenamed" => "renamed to",
        "FileRead" => "read",
        "ConnectionSuccess" | "ConnectionAttempt" | "ConnectionRequest" => "connected to",
        "ConnectionFailed" => "failed to connect to",
        "RegistryValueSet" => "set",
        other => other,
    }
}
