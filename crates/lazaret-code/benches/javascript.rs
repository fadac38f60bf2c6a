//! Throughput of JavaScript: lowering, and lowering with interpretation.
#![allow(clippy::unwrap_used, reason = "a benchmark may fail")]

use std::sync::LazyLock;

use divan::{Bencher, counter::BytesCount};
use lazaret_code::{Catalogue, Limits, NoModules, Source, analyse, ir::Language, lower};
use lazaret_content::Content;
use lazaret_model::Phase;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::load(&Content::shipped()).unwrap());

/// A bundle: modules as functions in a map, as webpack writes them.
fn bundle() -> String {
    let module = r#"
{n}: (e, t, n) => { "use strict"; Object.defineProperty(t, "__esModule", { value: !0 });
  const r = n(12), { a: o, b: i = 4 } = n(13); class s extends r.Base { constructor(e) { super(e), this.size = e.size || 0 }
  read(e) { const t = []; for (let n = 0; n < e.length; n++) { const r = e[n]; if (r && r.kind === "x") t.push(`${r.name}:${n}`); else if (!r) continue; }
  return t.filter(Boolean).map((e => e.trim())).join(",") } } t.default = s; t.open = async (e, ...t) => { try { return await o(e, ...t) } catch (e) { throw new Error("no " + e.message) } } },
"#;
    let modules: String = (0..400)
        .map(|n| module.replace("{n}", &n.to_string()))
        .collect();
    format!(
        "(() => {{ var e = {{{modules}}}, t = {{}}; function n(r) {{ var o = t[r]; if (void 0 !== o) return o.exports; \
         var i = t[r] = {{ exports: {{}} }}; return e[r](i, i.exports, n), i.exports }} var r = n(1); module.exports = r; require('fs').readFileSync('x') }})();"
    )
}

fn main() {
    divan::main();
}

#[divan::bench]
fn lowering(bencher: Bencher<'_, '_>) {
    let text = bundle();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| lower::lower(Language::JavaScript, &text, "bundle.js"));
}

#[divan::bench]
fn bundle_of_modules(bencher: Bencher<'_, '_>) {
    run(bencher, &bundle());
}

#[divan::bench(args = ["default", "rc4", "jsfuck"])]
fn obfuscated(bencher: Bencher<'_, '_>, name: &str) {
    let path = format!(
        "{}/tests/data/obfuscated/{name}.js",
        env!("CARGO_MANIFEST_DIR")
    );
    run(bencher, &std::fs::read_to_string(path).unwrap());
}

fn run(bencher: Bencher<'_, '_>, text: &str) {
    let source = Source {
        path: "bundle.js",
        text: text.as_bytes(),
        language: Language::JavaScript,
        phase: Phase::Import,
    };
    bencher
        .counter(BytesCount::of_str(text))
        .bench_local(|| analyse(&source, &NoModules, &CATALOGUE, &Limits::default()));
}
