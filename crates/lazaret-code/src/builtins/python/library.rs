//! Pure functions of the standard library.

use std::rc::Rc;

use lazaret_model::Flow;

use super::{bytes_of, functions, passed};
use crate::{
    builtins::{decode, ops},
    interp::{Call, Facts, Flows, Handle, Interp, Key, Unknown, Value},
};

/// Decodes the first argument with `decoder`; where it is not known, a value
/// that went through the layer.
fn decoded(
    call: &Call,
    at: usize,
    layer: &'static str,
    decoder: impl Fn(&[u8]) -> Option<Vec<u8>>,
) -> Value {
    let Some(value) = call.arg(at) else {
        return Value::anything();
    };
    if let Some((bytes, facts)) = bytes_of(value)
        && let Some(out) = decoder(&bytes)
    {
        return Value::bytes(out, facts.decoded(layer));
    }
    if let Value::Unknown(unknown) = value {
        // One of several texts: each is decoded.
        let all: Vec<Value> = unknown
            .alternatives
            .iter()
            .filter_map(|alternative| {
                let (bytes, facts) = bytes_of(alternative)?;
                Some(Value::bytes(decoder(&bytes)?, facts.decoded(layer)))
            })
            .collect();
        if let Some(first) = all.first().filter(|_| all.len() == 1) {
            return first.clone();
        }
    }
    Value::unknown(value.facts().decoded(layer))
}

pub(super) fn call(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let limit = it.limits().text;
    if let Some((bytes, _)) = call.arg(0).and_then(bytes_of) {
        it.charge(bytes.len() * 4);
    }
    Some(match name {
        "base64.b64decode"
        | "base64.standard_b64decode"
        | "base64.urlsafe_b64decode"
        | "base64.decodebytes"
        | "base64.decodestring"
        | "binascii.a2b_base64"
        | "pybase64.b64decode" => decoded(call, 0, "base64", decode::base64),
        "base64.b32decode" => decoded(call, 0, "base32", decode::base32),
        "base64.b85decode" => decoded(call, 0, "base85", |b| decode::base85(b, false)),
        "base64.a85decode" => decoded(call, 0, "base85", |b| decode::base85(b, true)),
        "base64.b16decode" | "binascii.unhexlify" | "binascii.a2b_hex" | "bytes.fromhex"
        | "bytearray.fromhex" => decoded(call, 0, "hex", decode::hex),
        "base64.b64encode"
        | "base64.standard_b64encode"
        | "base64.urlsafe_b64encode"
        | "base64.encodebytes"
        | "binascii.b2a_base64" => match call.arg(0).and_then(bytes_of) {
            Some((bytes, facts)) => Value::bytes(decode::to_base64(&bytes).into_bytes(), facts),
            None => passed(call),
        },
        "binascii.hexlify" | "binascii.b2a_hex" => match call.arg(0).and_then(bytes_of) {
            Some((bytes, facts)) => Value::bytes(decode::to_hex(&bytes).into_bytes(), facts),
            None => passed(call),
        },
        "zlib.decompress" => {
            let raw = call
                .get(1, "wbits")
                .and_then(Value::as_int)
                .is_some_and(|w| w < 0);
            let either = call
                .get(1, "wbits")
                .and_then(Value::as_int)
                .is_some_and(|w| w > 15);
            decoded(call, 0, "zlib", |b| {
                if raw {
                    decode::inflate(b, limit)
                } else if either {
                    decode::gzip(b, limit).or_else(|| decode::zlib(b, limit))
                } else {
                    decode::zlib(b, limit)
                }
            })
        }
        "gzip.decompress" => decoded(call, 0, "gzip", |b| decode::gzip(b, limit)),
        "bz2.decompress" => decoded(call, 0, "bzip2", |b| decode::bzip2(b, limit)),
        "lzma.decompress" => decoded(call, 0, "lzma", |b| decode::lzma(b, limit)),
        "codecs.decode" | "codecs.encode" => {
            let value = call.arg(0)?;
            let name_of = call
                .get(1, "encoding")
                .and_then(Value::as_str)
                .unwrap_or("utf-8")
                .to_owned();
            let (bytes, facts) = match bytes_of(value) {
                Some(known) => known,
                None => return Some(Value::unknown(value.facts().decoded("deobfuscate"))),
            };
            match codec(it, &name_of, &bytes, &facts, name.ends_with("encode")) {
                Some(value) => value,
                None => value.clone(),
            }
        }
        "codecs.getdecoder" | "codecs.getencoder" => return None,
        "marshal.loads" | "marshal.load" => {
            let value = call.arg(0)?;
            match bytes_of(value) {
                // A code object of known bytes: its constants are readable.
                Some((bytes, facts)) => Value::str(printable(&bytes), facts.decoded("marshal")),
                None => Value::unknown(value.facts().decoded("marshal")),
            }
        }
        "importlib.import_module" | "pydoc.locate" => functions::import(it, call, false),
        "urllib.parse.unquote" | "urllib.unquote" | "urllib.parse.unquote_plus" => {
            match call.arg(0)? {
                Value::Str(s) => Value::str(
                    decode::percent(&s.text, name.ends_with("plus")),
                    s.facts.decoded("url"),
                ),
                _ => passed(call),
            }
        }
        "urllib.parse.quote"
        | "urllib.parse.quote_plus"
        | "urllib.quote"
        | "json.dumps"
        | "urllib.parse.urlencode"
        | "urllib.urlencode"
        | "html.escape"
        | "json.loads"
        | "ast.literal_eval" => match (name, call.arg(0)) {
            ("ast.literal_eval", Some(code @ Value::Str(s))) if s.text.len() < 1 << 20 => {
                let facts = code.facts();
                let text = s.text.clone();
                it.run_text(crate::ir::Language::Python, &text, None, &facts)
                    .unwrap_or_else(|| passed(call))
            }
            (_, Some(value))
                if name.starts_with("urllib")
                    && value
                        .as_str()
                        .is_some_and(|s| s.bytes().all(|b| b.is_ascii_alphanumeric())) =>
            {
                value.clone()
            }
            (_, Some(value)) if value.api_name().is_some_and(|api| &**api == "os.environ") => {
                it.emit_api("os.environ.copy", call);
                passed(call)
            }
            _ => passed(call),
        },
        "os.environ.items" | "os.environ.keys" | "os.environ.values" => return None,
        "os._exit" | "sys.exit" | "os.abort" => {
            it.throw(Value::api("SystemExit()"));
            Value::Null
        }
        "time.sleep"
        | "sys.stdout.write"
        | "sys.stdout.flush"
        | "sys.stderr.write"
        | "random.seed"
        | "warnings.filterwarnings"
        | "sys.path.append"
        | "sys.path.insert" => Value::Null,
        "random.choice" | "secrets.choice" => {
            let (known, rest) = functions::walk(it, call.arg(0)?);
            // One of many letters is no text of its own.
            if known.len() > 12 {
                Value::hole("random", Flows::NONE)
            } else {
                it.any_of(&known, rest)
            }
        }
        "random.randint" | "random.random" | "random.randrange" | "random.choices"
        | "random.sample" | "secrets.token_hex" | "uuid.uuid4" => {
            Value::hole("random", Flows::NONE)
        }
        "operator.xor" => ops::binary(crate::ir::BinaryOp::BitXor, call.arg(0)?, call.arg(1)?)
            .unwrap_or_else(|| passed(call)),
        "functools.reduce" => {
            let (known, rest) = functions::walk(it, call.arg(1)?);
            let mut items = call.arg(2).cloned().into_iter().chain(known).chain(rest);
            let mut total = items.next()?;
            for item in items {
                total = it.invoke(call.arg(0)?, vec![total, item]);
            }
            total
        }
        "functools.partial" => call.arg(0)?.clone(),
        "itertools.chain" => {
            let mut all = Vec::new();
            for arg in &call.args {
                all.extend(functions::walk(it, arg).0);
            }
            Value::list(all)
        }
        "itertools.cycle" => {
            let (known, rest) = functions::walk(it, call.arg(0)?);
            if known.is_empty() || rest.is_some() {
                return Some(passed(call));
            }
            // As long as anything that is zipped with it.
            let items = known.iter().cycle().take(1 << 16).cloned().collect();
            it.charge(1 << 20);
            Value::list(items)
        }
        "int.from_bytes" => {
            let bytes = call.arg(0)?.to_bytes()?;
            if bytes.len() > 7 {
                return Some(passed(call));
            }
            let little = call.get(1, "byteorder").and_then(Value::as_str) == Some("little");
            let fold = |all: i64, b: &u8| all << 8 | i64::from(*b);
            Value::Int(if little {
                bytes.iter().rev().fold(0, fold)
            } else {
                bytes.iter().fold(0, fold)
            })
        }
        "str.maketrans" | "string.maketrans" | "bytes.maketrans" => {
            match (call.arg(0)?, call.arg(1)) {
                (Value::Map(map), None) => {
                    let entries = map.entries.borrow().clone();
                    Value::map(entries.into_iter().map(|(key, value)| match key {
                        Key::Str(text) => (
                            Key::Int(text.chars().next().map_or(0, |c| i64::from(u32::from(c)))),
                            value,
                        ),
                        other => (other, value),
                    }))
                }
                (Value::Str(from), Some(Value::Str(to))) => {
                    let pairs = from.text.chars().zip(to.text.chars());
                    Value::map(pairs.map(|(a, b)| {
                        (
                            Key::Int(i64::from(u32::from(a))),
                            Value::from(b.to_string()),
                        )
                    }))
                }
                _ => passed(call),
            }
        }
        "str.join" => {
            let method = Call::of(call.args.get(1..)?.to_vec());
            return super::text::method(it, call.arg(0)?, "join", &method);
        }
        "bytes.decode" | "str.encode" | "str.replace" | "str.lower" | "str.format" => {
            let method = Call::of(call.args.get(1..)?.to_vec());
            let name = name.rsplit('.').next()?;
            return super::text::method(it, call.arg(0)?, name, &method);
        }
        "dict.fromkeys" | "collections.OrderedDict" | "collections.defaultdict" => Value::map([]),
        "io.BytesIO" | "io.StringIO" | "StringIO.StringIO" => {
            call.arg(0).cloned().unwrap_or_else(|| Value::from(""))
        }
        "textwrap.dedent" | "inspect.cleandoc" | "html.unescape" | "copy.copy"
        | "copy.deepcopy" | "shlex.quote" | "types.CodeType" => call.arg(0)?.clone(),
        "shlex.split" => match call.arg(0)? {
            Value::Str(s) if !s.text.contains(['"', '\'', '\\']) => {
                Value::list(s.text.split_whitespace().map(Value::from).collect())
            }
            _ => return Some(call.arg(0)?.clone()),
        },
        "types.FunctionType" => {
            let code = call.arg(0)?.clone();
            let scope = it.scope();
            it.evaluate(crate::ir::Language::Python, &code, scope, name)
        }
        "cryptography.fernet.Fernet" | "fernet.Fernet" => {
            let handle = Handle::default();
            if let Some(key) = call.get(0, "key") {
                handle.fields.borrow_mut().push(("key".into(), key.clone()));
            }
            Value::Unknown(Rc::new(Unknown {
                api: Some("cryptography.fernet.Fernet()".into()),
                handle: Some(Rc::new(handle)),
                ..Unknown::default()
            }))
        }
        "cryptography.fernet.Fernet().decrypt" => {
            let key = call.this.as_ref().map(|this| it.member(this, "key"));
            let key = key.as_ref().and_then(bytes_of).map(|(bytes, _)| bytes);
            decoded(call, 0, "fernet", |token| {
                decode::fernet(key.as_ref()?, token)
            })
        }
        "hashlib.md5" | "hashlib.sha256" | "hashlib.sha1" | "hmac.new" => passed(call),
        _ => return None,
    })
}

/// The readable runs of a byte code object, so that its names and texts can
/// be seen.
fn printable(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for byte in bytes.iter().chain(&[0]) {
        if (0x20..0x7f).contains(byte) {
            run.push(char::from(*byte));
            continue;
        }
        if run.len() >= 4 {
            out.push_str("# ");
            out.push_str(&run);
            out.push('\n');
        }
        run.clear();
    }
    out
}

/// Codecs that are no character sets.
pub(super) fn codec(
    it: &Interp<'_>,
    name: &str,
    bytes: &[u8],
    facts: &Facts,
    encode: bool,
) -> Option<Value> {
    let limit = it.limits().text;
    let name = name.to_ascii_lowercase().replace('-', "_");
    let out = |bytes: Option<Vec<u8>>, layer: &'static str| {
        Some(match bytes {
            Some(bytes) => Value::bytes(bytes, facts.decoded(layer)),
            None => Value::unknown(facts.decoded(layer)),
        })
    };
    match name.as_str() {
        "utf_16" | "utf16" | "utf_16_le" | "utf_16le" if encode => {
            // Without the mark of order that Python's `utf-16` puts first: what
            // takes the text apart again is PowerShell, which wants none.
            let units = String::from_utf8_lossy(bytes);
            let bytes: Vec<u8> = units.encode_utf16().flat_map(u16::to_le_bytes).collect();
            Some(Value::bytes(bytes, facts.clone()))
        }
        "utf_16" | "utf16" | "utf_16_le" | "utf_16le" => {
            let units: Vec<u16> = bytes
                .as_chunks::<2>()
                .0
                .iter()
                .map(|pair| u16::from_le_bytes(*pair))
                .collect();
            let text = String::from_utf16_lossy(&units);
            let text = text.trim_start_matches('\u{feff}').to_owned();
            Some(Value::str(text, facts.clone()))
        }
        "rot13" | "rot_13" => Some(Value::str(
            decode::rot13(&String::from_utf8_lossy(bytes)),
            facts.decoded("rot13"),
        )),
        "base64" | "base_64" | "base64_codec" if encode => Some(Value::bytes(
            decode::to_base64(bytes).into_bytes(),
            facts.clone(),
        )),
        "base64" | "base_64" | "base64_codec" => out(decode::base64(bytes), "base64"),
        "hex" | "hex_codec" if encode => Some(Value::str(decode::to_hex(bytes), facts.clone())),
        "hex" | "hex_codec" => out(decode::hex(bytes), "hex"),
        "zlib" | "zip" | "zlib_codec" if !encode => out(decode::zlib(bytes, limit), "zlib"),
        "bz2" | "bz2_codec" if !encode => out(decode::bzip2(bytes, limit), "bzip2"),
        "uu" | "uu_codec" if !encode => out(decode::uu(bytes), "uu"),
        "unicode_escape" | "string_escape" | "raw_unicode_escape" if !encode => Some(Value::str(
            unescape(&String::from_utf8_lossy(bytes)),
            facts.decoded("deobfuscate"),
        )),
        _ => None,
    }
}

/// Escapes in text: `\x41`, `\u0041`, `\101`, `\n`.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let Some(kind) = chars.next() else {
            rest = "";
            break;
        };
        let width = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let code = after
            .get(1..1 + width)
            .filter(|_| width > 0)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32);
        if let Some(c) = code {
            out.push(c);
            rest = after.get(1 + width..).unwrap_or_default();
            continue;
        }
        if kind.is_digit(8) {
            let digits = after
                .bytes()
                .take(3)
                .take_while(|b| (b'0'..b'8').contains(b))
                .count();
            let value = after
                .get(..digits)
                .and_then(|d| u32::from_str_radix(d, 8).ok());
            out.extend(value.and_then(char::from_u32));
            rest = after.get(digits..).unwrap_or_default();
            continue;
        }
        out.push(match kind {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            other => other,
        });
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

/// Constants of modules.
pub(super) fn constant(api: &str, name: &str) -> Option<Value> {
    Some(match (api, name) {
        ("string", "ascii_lowercase") => "abcdefghijklmnopqrstuvwxyz".into(),
        ("string", "ascii_uppercase") => "ABCDEFGHIJKLMNOPQRSTUVWXYZ".into(),
        ("string", "ascii_letters") => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".into(),
        ("string", "digits") => "0123456789".into(),
        ("string", "hexdigits") => "0123456789abcdefABCDEF".into(),
        ("string", "printable") => {
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\n\r\u{b}\u{c}".into()
        }
        ("string", "punctuation") => "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".into(),
        ("os", "sep") | ("os.path", "sep") => "/".into(),
        ("os", "linesep") => "\n".into(),
        ("sys", "executable") => "python".into(),
        ("sys", "argv") => {
            let list = Value::list(Vec::new());
            if let Value::List(list) = &list {
                *list.rest.borrow_mut() = Some(Value::hole("argv", Flows::of(Flow::Argument)));
            }
            list
        }
        ("subprocess", "CREATE_NO_WINDOW") => Value::Int(0x0800_0000),
        ("subprocess", "DETACHED_PROCESS") => Value::Int(0x8),
        ("subprocess", "CREATE_NEW_PROCESS_GROUP") => Value::Int(0x200),
        _ => return None,
    })
}
