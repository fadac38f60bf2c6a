//! Functions that take text apart.

use quick_xml::{Reader, events::Event};
use serde_json::{Map, Value, json};

use super::{
    cell::Cell,
    pattern,
    registry::Function,
    string::{functions, text},
};

/// How deep XML may nest.
const DEPTH: usize = 100;

functions! {
    "parse_json" "*" 'd' dynamic;
    "parsejson" "*" 'd' dynamic;
    "todynamic" "*" 'd' dynamic;
    "toobject" "*" 'd' dynamic;
    "extract_json" "ss" 'd' |args| json_path(text(args, 1), text(args, 0));
    "extractjson" "ss" 'd' |args| json_path(text(args, 1), text(args, 0));
    "parse_url" "s" 'd' |args| Cell::dynamic(&url(text(args, 0)));
    "parse_urlquery" "s" 'd' |args| Cell::dynamic(&json!({"Query Parameters": query(text(args, 0))}));
    "parse_path" "s" 'd' |args| Cell::dynamic(&file_path(text(args, 0)));
    "parse_version" "s" 's' |args| version(text(args, 0)).map_or(Cell::Null, Cell::owned);
    "parse_csv" "s" 'd' |args| Cell::dynamic(&csv_row(text(args, 0)).into());
    "parse_xml" "s" 'd' |args| xml(text(args, 0)).map_or(Cell::Null, |value| Cell::dynamic(&value));
    "parse_user_agent" "s*" 'd' |_| Cell::Null;
}

/// A version of up to four parts as text that sorts as the version does: eight
/// digits a part, those of the service's decimal. A double could not tell
/// 1.2.3.4 from 1.2.3.5.
fn version(text: &str) -> Option<String> {
    let mut parts = [0_u64; 4];
    let mut given = text.trim().split('.');
    for part in &mut parts {
        match given.next() {
            Some(text) => {
                *part = text
                    .trim()
                    .parse()
                    .ok()
                    .filter(|part| *part < 100_000_000)?
            }
            None => break,
        }
    }
    if given.next().is_some() {
        return None;
    }
    Some(parts.iter().map(|part| format!("{part:08}")).collect())
}

/// A dynamic value as it is; text read as JSON, or kept as text where it is
/// none.
pub fn dynamic(args: &[Cell<'_>]) -> Cell<'static> {
    match args.first() {
        None | Some(Cell::Null) => Cell::Null,
        Some(Cell::Dynamic(text)) => {
            // A dynamic string that holds JSON stays a string for the service
            // as well, but hunts parse it twice and mean the inner value.
            match serde_json::from_str::<Value>(text) {
                Ok(Value::String(inner)) => read(&inner),
                _ => Cell::Dynamic(text.clone().into_owned().into()),
            }
        }
        Some(Cell::Text(text)) => read(text),
        Some(other) => Cell::dynamic(&other.json()),
    }
}

fn read(text: &str) -> Cell<'static> {
    if text.trim().is_empty() {
        return Cell::Null;
    }
    match serde_json::from_str::<Value>(text) {
        Ok(value) => Cell::dynamic(&value),
        Err(_) => Cell::dynamic(&Value::String(text.to_owned())),
    }
}

/// `$.a.b[0]['c']` in JSON text.
fn json_path(text: &str, path: &str) -> Cell<'static> {
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return Cell::Null;
    };
    at_path(value, path).map_or(Cell::Null, |value| Cell::dynamic(&value))
}

/// A key or an index of a path.
enum Step {
    Key(String),
    Index(usize),
}

fn steps(path: &str) -> Vec<Step> {
    pattern::with(
        r#"\.?([A-Za-z_@][\w@-]*)|\[(-?\d+)\]|\[['"]([^'"]*)['"]\]"#,
        |regex| {
            let found = regex.captures_iter(path.trim_start_matches('$'));
            let step = found.filter_map(|found| {
                let get = |group: usize| found.get(group).map(|text| text.as_str());
                match get(1).or_else(|| get(3)) {
                    Some(key) => Some(Step::Key(key.to_owned())),
                    None => Some(Step::Index(get(2)?.parse().unwrap_or(usize::MAX))),
                }
            });
            step.collect()
        },
    )
    .unwrap_or_default()
}

fn into<'a>(value: &'a mut Value, step: &Step) -> Option<&'a mut Value> {
    match step {
        Step::Key(key) => value.get_mut(key.as_str()),
        Step::Index(index) => value.get_mut(index),
    }
}

/// What is at `$.a.b[0]['c']`.
pub(super) fn at_path(mut value: Value, path: &str) -> Option<Value> {
    let mut found = &mut value;
    for step in steps(path) {
        found = into(found, &step)?;
    }
    Some(found.take())
}

/// Takes away what is at `$.a.b['c']`, if there is something.
pub(super) fn remove_path(value: &mut Value, path: &str) {
    let mut steps = steps(path);
    let Some(last) = steps.pop() else { return };
    let mut found = value;
    for step in &steps {
        match into(found, step) {
            Some(next) => found = next,
            None => return,
        }
    }
    match (found, last) {
        (Value::Object(bag), Step::Key(key)) => drop(bag.remove(&key)),
        (Value::Array(items), Step::Index(index)) if index < items.len() => {
            items.remove(index);
        }
        _ => {}
    }
}

fn url(text: &str) -> Value {
    let found = pattern::with(
        r"^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://)?(?:([^/?#@:]*)(?::([^/?#@]*))?@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d+))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$",
        |regex| {
            regex.captures(text).map(|found| {
                let get = |group: usize| found.get(group).map_or("", |text| text.as_str());
                json!({
                    "Scheme": get(1),
                    "Host": get(4),
                    "Port": get(5),
                    "Path": get(6),
                    "Username": get(2),
                    "Password": get(3),
                    "Query Parameters": query(get(7)),
                    "Fragment": get(8),
                })
            })
        },
    );
    found.flatten().unwrap_or(Value::Null)
}

fn query(text: &str) -> Map<String, Value> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect()
}

fn file_path(text: &str) -> Value {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None => ("", text),
    };
    let cut = rest.rfind(['/', '\\']);
    let (directory, name) = match cut {
        Some(at) => (
            rest.get(..at).unwrap_or(""),
            rest.get(at + 1..).unwrap_or(""),
        ),
        None => ("", rest),
    };
    let (name, stream) = name
        .split_once(':')
        .filter(|_| !directory.is_empty())
        .unwrap_or((name, ""));
    let root = rest.split(['/', '\\']).next().unwrap_or("");
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    json!({
        "Scheme": scheme,
        "RootPath": if root.ends_with(':') { root } else { "" },
        "DirectoryPath": directory,
        "DirectoryName": directory.rsplit(['/', '\\']).next().unwrap_or(""),
        "Filename": name,
        "Extension": ending,
        "AlternateDataStreamName": stream,
    })
}

fn csv_row(text: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            '\r' | '\n' if !quoted => break,
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

/// XML as nested bags: attributes as `@name`, text beside them as `#text`,
/// repeated elements as arrays.
fn xml(text: &str) -> Option<Value> {
    struct Node {
        name: String,
        bag: Map<String, Value>,
        text: String,
    }
    fn close(node: Node) -> Value {
        if node.bag.is_empty() {
            return if node.text.is_empty() {
                Value::Null
            } else {
                Value::String(node.text)
            };
        }
        let mut bag = node.bag;
        if !node.text.is_empty() {
            bag.insert("#text".to_owned(), Value::String(node.text));
        }
        Value::Object(bag)
    }
    fn add(bag: &mut Map<String, Value>, name: String, value: Value) {
        match bag.get_mut(&name) {
            Some(Value::Array(items)) => items.push(value),
            Some(first) => {
                let one = first.take();
                *first = Value::Array(vec![one, value]);
            }
            None => {
                bag.insert(name, value);
            }
        }
    }
    let mut reader = Reader::from_str(text);
    let mut stack: Vec<Node> = vec![Node {
        name: String::new(),
        bag: Map::new(),
        text: String::new(),
    }];
    loop {
        let event = reader.read_event().ok()?;
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                if stack.len() > DEPTH {
                    return None;
                }
                let name = start.name().as_ref().to_owned();
                let mut bag = Map::new();
                for attribute in start.attributes().flatten() {
                    let key = format!("@{}", attribute.key.as_ref());
                    let raw = attribute.value.to_string();
                    let value = quick_xml::escape::unescape(&raw)
                        .map_or(raw.clone(), |value| value.into_owned());
                    bag.insert(key, Value::String(value));
                }
                let node = Node {
                    name,
                    bag,
                    text: String::new(),
                };
                if matches!(event, Event::Empty(_)) {
                    let name = node.name.clone();
                    let value = close(node);
                    add(&mut stack.last_mut()?.bag, name, value);
                } else {
                    stack.push(node);
                }
            }
            Event::End(_) => {
                if stack.len() < 2 {
                    return None;
                }
                let node = stack.pop()?;
                let name = node.name.clone();
                let value = close(node);
                add(&mut stack.last_mut()?.bag, name, value);
            }
            Event::Text(piece) => {
                let raw: String = piece.to_string();
                stack.last_mut()?.text.push_str(raw.trim());
            }
            Event::CData(piece) => stack.last_mut()?.text.push_str(&piece),
            Event::GeneralRef(piece) => {
                let raw = format!("&{};", &*piece);
                let value = quick_xml::escape::unescape(&raw)
                    .map_or(raw.clone(), |value| value.into_owned());
                stack.last_mut()?.text.push_str(&value);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match stack.len() {
        1 => stack.pop().map(|root| Value::Object(root.bag)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_urls_paths_and_xml_apart() {
        let value = url("scheme://john:123@host:1234/this/is/a/path?k1=v1&k2=v2#fragment");
        assert_eq!(value["Host"], "host");
        assert_eq!(value["Port"], "1234");
        assert_eq!(value["Username"], "john");
        assert_eq!(value["Query Parameters"]["k2"], "v2");
        assert_eq!(value["Fragment"], "fragment");
        let value = file_path(r"C:\temp\file.txt:stream");
        assert_eq!(value["Filename"], "file.txt");
        assert_eq!(value["RootPath"], "C:");
        assert_eq!(value["AlternateDataStreamName"], "stream");
        let value = xml("<a x='1'><b>t&amp;u</b><b>v</b><c/></a>");
        assert_eq!(
            value,
            Some(json!({"a": {"@x": "1", "b": ["t&u", "v"], "c": null}}))
        );
        assert_eq!(xml("<a><b></a>"), None);
    }
}
