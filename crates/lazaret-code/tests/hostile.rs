//! Hostile Python: never a panic, always an end.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::sync::OnceLock;

use lazaret_code::{Analysis, Catalogue, Limits, NoModules, Source, analyse, ir::Language};
use lazaret_content::Content;
use lazaret_model::Phase;
use proptest::prelude::*;

fn run(text: &str) -> Analysis {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    let catalogue = CATALOGUE.get_or_init(|| Catalogue::load(&Content::shipped()).unwrap());
    let limits = Limits {
        steps: 50_000,
        ..Limits::default()
    };
    let source = Source {
        path: "setup.py",
        text: text.as_bytes(),
        language: Language::Python,
        phase: Phase::Install,
    };
    analyse(&source, &NoModules, catalogue, &limits)
}

#[test]
fn bombs_end() {
    let deep =
        |open: &str, close: &str| format!("x = {}1{}", open.repeat(20_000), close.repeat(20_000));
    for text in [
        "while True:\n    pass".to_owned(),
        "x = []\nwhile True:\n    x = [x]".to_owned(),
        "x = []\ny = x\nwhile True:\n    z = []\n    y.append(z)\n    y = z".to_owned(),
        "def f(n):\n    return f(n) + f(n)\nf(1)".to_owned(),
        "x = 'a'\nwhile True:\n    x += x".to_owned(),
        "x = 'a' * 10**9 * 10**9".to_owned(),
        "eval('eval(' * 100)".to_owned(),
        "c = 'exec(c)'\nexec(c)".to_owned(),
        "def f(): return lambda: f()()\nf()()".to_owned(),
        "f = lambda: 0\nwhile True:\n    g = f\n    f = lambda: g()\n".to_owned(),
        "class A: pass\nwhile True:\n    class A(A): pass".to_owned(),
        "x = [0]\nx[0] = x\nprint(str(x), x == x)\n__import__('os').system(x)".to_owned(),
        deep("(", ")"),
        deep("[", "]"),
        format!("x = {}1", "-".repeat(100_000)),
        format!("x = {}1", "not ".repeat(50_000)),
        format!("x = {}1", "lambda: ".repeat(20_000)),
        format!("x = {}1", "1 + ".repeat(50_000)),
        format!("x = {}1", "1 if x else ".repeat(20_000)),
        format!("x{}", ".y()".repeat(20_000)),
        (0..300)
            .map(|i| format!("{}if x:\n", " ".repeat(i)))
            .collect::<String>()
            + &" ".repeat(300)
            + "pass",
        "for i in range(10**18): pass".to_owned(),
        "list(range(10**18))".to_owned(),
        "x = {}\nx['x'] = x\nimport requests\nrequests.post('http://example.com', json=x)"
            .to_owned(),
        "'{0.__class__.__x}{:>99999999999}'.format(1, 2)".to_owned(),
    ] {
        run(&text);
    }
}

/// Pieces of programs, to be put together at random.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        Just("import os, base64, zlib\n".to_owned()),
        Just("x = base64.b64decode('".to_owned()),
        Just("exec(x)\n".to_owned()),
        Just("for i in range(9):\n    x = x + chr(i)\n".to_owned()),
        Just("try:\n    y = x[i]\nexcept E as e:\n    raise\n".to_owned()),
        Just(
            "class A(B):\n    def f(self, *a, **k):\n        return self.f(*a, **k)\nA().f()\n"
                .to_owned()
        ),
        Just("with open(x) as f, g:\n    (a, *b), c = f\n".to_owned()),
        Just("[a for b in x if b for a in b][::-1]\n".to_owned()),
        Just("match x:\n    case [1, *_] | {'a': b}:\n        pass\n".to_owned()),
        Just("'%s %d %(a)x' % (x, 1)\n".to_owned()),
        Just("f'{x!r:>{y}}{z:02x}'\n".to_owned()),
        Just("os.system(x)\n".to_owned()),
        Just("(".to_owned()),
        Just("    ".to_owned()),
        Just("\n".to_owned()),
        Just("'''".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_ends_without_panic(text in "\\PC{0,400}") {
        run(&text);
    }

    #[test]
    fn any_program_ends_and_places_are_inside(pieces in proptest::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        let analysis = run(&text);
        for behaviour in analysis.behaviours {
            prop_assert!(behaviour.location.end as usize <= text.len());
            prop_assert!(behaviour.location.start <= behaviour.location.end);
        }
    }

    #[test]
    fn decoders_take_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        use lazaret_code::builtins::decode;
        let limit = 1 << 16;
        for out in [
            decode::base64(&bytes), decode::base32(&bytes), decode::base85(&bytes, true),
            decode::base85(&bytes, false), decode::hex(&bytes), decode::zlib(&bytes, limit),
            decode::inflate(&bytes, limit), decode::gzip(&bytes, limit), decode::bzip2(&bytes, limit),
            decode::lzma(&bytes, limit), decode::uu(&bytes), decode::fernet(&bytes, &bytes),
        ].into_iter().flatten() {
            prop_assert!(out.len() <= limit + 16384);
        }
        let encoded = decode::to_base64(&bytes);
        prop_assert_eq!(decode::base64(encoded.as_bytes()).unwrap(), bytes.clone());
        prop_assert_eq!(decode::hex(decode::to_hex(&bytes).as_bytes()).unwrap(), bytes);
    }
}

#[test]
fn an_object_that_may_be_its_own_prototype_ends() {
    let source = "var a = {}, b = {};\nvar p = Math.random() > 0.5 ? a : b;\n\
                  Object.setPrototypeOf(a, p);\nObject.setPrototypeOf(b, p);\nconsole.log(a.missing);\n";
    let catalogue = Catalogue::load(&Content::shipped()).unwrap();
    let source = Source {
        path: "a.js",
        text: source.as_bytes(),
        language: Language::JavaScript,
        phase: Phase::Import,
    };
    analyse(&source, &NoModules, &catalogue, &Limits::default());
}
