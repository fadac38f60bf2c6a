//! How deep a text nests, seen from its bytes, before the recursive parser
//! gets it. Strings, comments, templates and regular expressions are skipped
//! as well as can be without parsing; the two readings of `/` after `)` and
//! `}` are both taken.

/// The larger of both readings.
pub(super) fn estimate(text: &[u8]) -> u32 {
    let first = Scan::new(text, false).run();
    // Only a text with a slash there can differ.
    let slash = memchr::memchr_iter(b'/', text).any(|at| {
        let before = text.get(..at).unwrap_or_default();
        let before = before
            .iter()
            .rev()
            .take(8)
            .find(|b| !b.is_ascii_whitespace());
        matches!(before, Some(b')' | b'}'))
    });
    if slash {
        first.max(Scan::new(text, true).run())
    } else {
        first
    }
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether `/` after `)` or `}` starts a regular expression.
    regex_after_close: bool,
    /// For each open bracket: levels without brackets in it (`a = b = c`,
    /// `x ? y : z ? …`, `!!!x`, `else if`).
    open: Vec<(u8, u32)>,
    /// Levels in the present bracket.
    run: u32,
    /// Sum of the levels of all brackets around.
    around: u32,
    /// A statement has ended unless `else` follows.
    ended: bool,
    /// A line has ended after an operand.
    line_ended: bool,
    last: u8,
    max: u32,
}

impl<'a> Scan<'a> {
    fn new(text: &'a [u8], regex_after_close: bool) -> Self {
        Self {
            text,
            at: 0,
            regex_after_close,
            open: Vec::new(),
            run: 0,
            around: 0,
            ended: false,
            line_ended: false,
            last: b';',
            max: 0,
        }
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn deeper(&mut self) {
        self.run += 1;
        self.note();
    }

    fn note(&mut self) {
        let depth = self.around + self.run + self.open.len() as u32;
        self.max = self.max.max(depth);
    }

    fn run(mut self) -> u32 {
        while self.at < self.text.len() {
            let byte = self.byte(0);
            match byte {
                b' ' | b'\t' | b'\r' => {
                    self.at += 1;
                    continue;
                }
                b'\n' => {
                    self.at += 1;
                    // A statement without `;` may end here.
                    self.line_ended = matches!(self.last, b'a' | b']' | b'"');
                    continue;
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'0'..=b'9' | 0x80.. => {
                    self.word();
                    continue;
                }
                b'/' if self.byte(1) == b'/' => {
                    self.skip_to(b"\n");
                    continue;
                }
                b'/' if self.byte(1) == b'*' => {
                    self.at += 2;
                    self.skip_to(b"*/");
                    continue;
                }
                _ => {}
            }
            self.line_ended = false;
            if std::mem::take(&mut self.ended) {
                self.run = 0;
            }
            self.at += 1;
            match byte {
                b'"' | b'\'' => self.string(byte),
                b'`' => self.template(),
                b'/' => {
                    let regex = match self.last {
                        b'a' | b']' | b'"' => false,
                        b')' | b'}' => self.regex_after_close,
                        _ => true,
                    };
                    if regex {
                        self.regex();
                    }
                }
                b'(' | b'[' | b'{' => {
                    self.open.push((byte, self.run));
                    self.around += self.run;
                    self.run = 0;
                    self.note();
                }
                b')' | b']' | b'}' => {
                    match self.open.pop() {
                        Some((b'`', run)) => {
                            self.around -= run;
                            self.run = run;
                            self.template();
                        }
                        Some((_, run)) => {
                            self.around -= run;
                            self.run = run;
                        }
                        None => self.run = 0,
                    }
                    if byte == b'}' {
                        self.ended = true;
                    }
                }
                b';' => self.ended = true,
                b',' => self.run = 0,
                b'=' | b'?' | b'!' | b'~' | b'<' => self.deeper(),
                b'*' if self.last == b'*' => self.deeper(),
                b'+' | b'-' if !matches!(self.last, b'a' | b')' | b']' | b'}' | b'"') => {
                    self.deeper()
                }
                b':' => self.deeper(),
                _ => {}
            }
            self.last = match byte {
                b'"' | b'\'' | b'`' => b'"',
                other => other,
            };
        }
        self.max
    }

    fn word(&mut self) {
        let start = self.at;
        while matches!(self.byte(0), b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'0'..=b'9' | 0x80..)
        {
            self.at += 1;
        }
        let word = self.text.get(start..self.at).unwrap_or_default();
        let line = std::mem::take(&mut self.line_ended)
            && !matches!(word, b"in" | b"instanceof" | b"of" | b"as");
        let ended = std::mem::take(&mut self.ended) || line;
        if ended && word != b"else" {
            self.run = 0;
        }
        self.last = b'a';
        match word {
            b"if" | b"else" | b"new" | b"typeof" | b"void" | b"delete" | b"await" | b"yield"
            | b"for" | b"while" | b"do" | b"with" | b"async" | b"in" | b"of" | b"return"
            | b"case" | b"throw" | b"extends" | b"keyof" | b"infer" | b"readonly" => {
                self.deeper();
                self.last = b';';
            }
            _ => {}
        }
    }

    fn skip_to(&mut self, end: &[u8]) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at = match memchr::memmem::find(rest, end) {
            Some(found) => self.at + found + end.len(),
            None => self.text.len(),
        };
    }

    fn string(&mut self, quote: u8) {
        while self.at < self.text.len() {
            match self.byte(0) {
                b'\\' => self.at += 2,
                // A text cannot run over a line.
                b'\n' => return,
                byte => {
                    self.at += 1;
                    if byte == quote {
                        return;
                    }
                }
            }
        }
    }

    fn template(&mut self) {
        while self.at < self.text.len() {
            match self.byte(0) {
                b'\\' => self.at += 2,
                b'`' => {
                    self.at += 1;
                    self.last = b'"';
                    return;
                }
                b'$' if self.byte(1) == b'{' => {
                    self.at += 2;
                    self.open.push((b'`', self.run));
                    self.around += self.run;
                    self.run = 0;
                    self.note();
                    self.last = b';';
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    fn regex(&mut self) {
        let mut class = false;
        while self.at < self.text.len() {
            match self.byte(0) {
                b'\\' => self.at += 2,
                b'\n' => return,
                byte => {
                    self.at += 1;
                    match byte {
                        b'[' => class = true,
                        b']' => class = false,
                        b'/' if !class => {
                            self.last = b'"';
                            return;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}
