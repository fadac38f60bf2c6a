//! scratch
use lazaret_hunt::*;
fn main() {
    let o = Options { now: Some(1_772_452_800_000_000), ..Options::default() };
    let h = Hunt::new(o).unwrap();
    for n in [200, 390, 500, 5000, 20000] {
        let t = std::time::Instant::now();
        let text = format!("print a=1{}", " | where a == 1".repeat(n));
        let e = kql::parse(&text).is_err();
        println!("parse {n} {:?} {e:?}", t.elapsed());
        let e = h.check(Language::Kql, &text).err().map(|e| e.to_string());
        println!("pipes {n} {:?} {e:?}", t.elapsed());
    }
    let t = std::time::Instant::now();
    let text = format!("print a = {}1", "-".repeat(100_001));
    println!("{:?} {:?}", h.check(Language::Kql, &text).err().map(|e| e.to_string()), t.elapsed());
    let f = std::fs::read_to_string("/work/shared/seeds/000_09be472c36c4ab05.txt").unwrap();
    let q = f.split("```kql\n").nth(1).unwrap().split("\n```").next().unwrap();
    println!("{}", h.explain(Language::Kql, q).unwrap());
}
