//! Rebuilds when any content file changes: the macro alone does not see it.

fn main() {
    println!("cargo:rerun-if-changed=../../content");
}
