pub fn report(path: &std::path::Path, server: &str) {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let client = reqwest::blocking::Client::new();
    let _ = client.post(server).body(text).send();
}
