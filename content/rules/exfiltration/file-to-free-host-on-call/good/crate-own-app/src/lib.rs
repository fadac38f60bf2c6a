pub fn status(word: &str) -> Option<String> {
    let client = reqwest::blocking::Client::new();
    let answer = client.post("https://inert-status.workers.dev/").body(word.to_string()).send();
    answer.ok()?.text().ok()
}
