//! Lowering: shape, dialects, depth.

use proptest::prelude::*;

use super::{depth, lower};
use crate::ir::{Expr, Stmt};

fn errors(source: &str, path: &str) -> Vec<String> {
    lower(source, path)
        .errors
        .into_iter()
        .map(|e| e.message)
        .collect()
}

#[test]
fn dialects_are_read() {
    for (source, path) in [
        (
            "import a, {b as c} from 'x'; export default class extends a {}; export * as d from 'y'",
            "a.mjs",
        ),
        (
            "const {a, ...b} = require('x'); with (a) { b() } return 5",
            "a.cjs",
        ),
        (
            "#!/usr/bin/env node\nlet x = a?.b?.[c] ?? `t${d}`; l: for (;;) { continue l }",
            "a.js",
        ),
        (
            "enum E { A, B = 'x' } const y = <any>x as string; import z = require('fs'); abstract class Q<T> { private a = 1; abstract b(): void }",
            "a.ts",
        ),
        (
            "const e = <div a={f()}>{g()}</div>; function* gen() { yield 1 }",
            "a.jsx",
        ),
        (
            "let x: number = 1; const f = async <T,>(a: T): Promise<T> => await a",
            "a.tsx",
        ),
        ("type A = {b: c}; interface D {}", "no-ending"),
        ("delete x; var public = 010; await = 3", "sloppy.js"),
    ] {
        assert_eq!(
            errors(source, path),
            Vec::<String>::new(),
            "{path}: {source}"
        );
    }
}

#[test]
fn variables_are_declared_before_the_function_that_uses_them() {
    let unit = lower("f(); function f() { g = h; if (a) { var g } }", "a.js");
    assert!(matches!(unit.body.first(), Some(Stmt::Function(_))));
    let function = unit.functions.first().expect("one function");
    assert!(
        matches!(function.body.first(), Some(Stmt::Let { value: None, .. })),
        "{:?}",
        function.body
    );
}

#[test]
fn required_modules_are_seen_where_require_is_not_a_parameter() {
    let modules = |source: &str| {
        lower(source, "a.js")
            .exprs
            .iter()
            .filter(|expr| matches!(expr, Expr::Module(_)))
            .count()
    };
    assert_eq!(modules("require('a'); require(b); import('c')"), 2);
    assert_eq!(modules("(function (require) { require('a') })"), 0);
}

#[test]
fn broken_text_keeps_its_whole_statements() {
    let unit = lower(
        "const a = require('fs')\na.readFileSync('x')\nconst = = ;\nrequire('http')\n",
        "a.js",
    );
    assert!(!unit.errors.is_empty());
    let modules = unit
        .exprs
        .iter()
        .filter(|e| matches!(e, Expr::Module(_)))
        .count();
    assert_eq!(modules, 2);
}

#[test]
fn nothing_nests_too_deep() {
    let n = 100_000;
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("[", "", "]"),
        ("{", "", "}"),
        ("!", "1", ""),
        ("a=", "1", ""),
        ("a=>", "1", ""),
        ("a?b:", "1", ""),
        ("if(a)b;else ", "1", ""),
        ("if(a)", "1", ""),
        ("f(", "", ")"),
        ("({a:", "1", "})"),
        ("`${", "1", "}`"),
        ("new ", "a", ""),
        ("a**", "1", ""),
        ("typeof ", "1", ""),
        ("() => {", "", "}"),
        ("- ", "1", ""),
        ("l:", "1", ""),
        ("<a>", "", "</a>"),
        ("function f(){", "", "}"),
        ("class A extends ", "b{}", ""),
        ("for(;;)", "a", ""),
        ("var [", "a", "]=1"),
        ("await ", "a", ""),
    ] {
        let source = format!("{}{middle}{}", open.repeat(n), close.repeat(n));
        let unit = lower(&source, "a.js");
        assert!(!unit.errors.is_empty(), "{open} was read");
    }
}

#[test]
fn deep_but_read() {
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("f([", "", "])"),
        ("if(a)b;else ", "1", ""),
        ("()=>{", "", "}"),
    ] {
        let n = 5_000;
        let source = format!("{}{middle}{}", open.repeat(n), close.repeat(n));
        assert_eq!(errors(&source, "a.js"), Vec::<String>::new(), "{open}");
    }
}

#[test]
fn long_chains_are_walked_without_depth() {
    let n = 100_000;
    for source in [
        format!("x = 'a'{}", "+'b'".repeat(n)),
        format!("x = a{}", "||b".repeat(n)),
        format!("x = a{}", ".b()".repeat(10_000)),
        format!("x = [{}]", "'a',".repeat(n)),
        "x = 1\n".repeat(n),
    ] {
        assert_eq!(errors(&source, "a.js"), Vec::<String>::new());
    }
    assert!(depth::estimate("x = 1\n".repeat(n).as_bytes()) < 10);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_lowered(source in "\\PC{0,200}") {
        lower(&source, "a.js");
    }

    #[test]
    fn any_tokens_are_lowered(tokens in proptest::collection::vec(
        prop::sample::select(vec![
            "function", "class", "(", ")", "{", "}", "[", "]", "=>", "=", "a", "'b'", "`", "${", ",", ";", "\n",
            "if", "else", "for", "of", "in", "let", "var", "const", "async", "await", "yield", "*", "...", ".", "?.",
            "import", "export", "default", "from", "/", "<", ">", ":", "?", "new", "super", "static", "get", "#x", "1",
        ]), 0..60), path in prop::sample::select(vec!["a.js", "a.ts", "a.tsx", "a.mjs"]))
    {
        let unit = lower(&tokens.join(" "), path);
        prop_assert_eq!(unit.exprs.len(), unit.spans.len());
    }
}

#[test]
fn a_byte_order_mark_does_not_move_anything() {
    let unit = lower("\u{feff}abc", "a.js");
    assert_eq!(unit.errors, []);
    assert_eq!(unit.spans.first().map(|s| (s.start, s.end)), Some((3, 6)));
}
