//! From a path or stream to a reader: decompression and detection.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read, Seek, SeekFrom},
    path::Path,
};

use super::{
    Stream, buffer::Buffer, csv::CsvFile, evtx::EvtxFile, lines::LineFile, text::Utf16,
    values::ValueFile, xml::XmlFile,
};
use crate::format::{Json, defender};

type Input = Box<dyn Read + Send>;

/// Bytes that detection looks at, at most.
const HEAD: usize = 64 << 10;

/// Layers of compression that are undone.
const LAYERS: usize = 3;

/// Largest window that a stream may ask for.
const WINDOW: u64 = 128 << 20;

/// What a file turned out to be.
pub(super) enum Opened {
    /// Records to read.
    Stream(Box<dyn Stream>),
    /// No format knows it.
    Unknown(String),
    /// An archive: its entries.
    Entries(Vec<(String, Input)>),
}

/// Opens a file.
pub(super) fn file(path: &Path) -> io::Result<Opened> {
    let mut file = File::open(path)?;
    let mut magic = Vec::new();
    (&mut file).take(8).read_to_end(&mut magic)?;
    if file.seek(SeekFrom::Start(0)).is_err() {
        // A pipe: what was read comes first.
        return stream(Box::new(Cursor::new(magic).chain(file)), 0);
    }
    match magic.as_slice() {
        b"ElfFile\0" => Ok(evtx(Box::new(file))),
        [b'P', b'K', 3, 4, ..] => zip(file),
        _ => stream(Box::new(file), 0),
    }
}

fn evtx(input: Box<dyn super::evtx::ReadSeek>) -> Opened {
    match EvtxFile::new(input) {
        Ok(file) => Opened::Stream(Box::new(file)),
        Err(error) => Opened::Unknown(format!("an EVTX file that cannot be read: {error}")),
    }
}

/// The entries of a ZIP file; those that cannot be read are told by reading
/// them.
fn zip(file: File) -> io::Result<Opened> {
    let mut archive = match zip::ZipArchive::new(BufReader::new(file.try_clone()?)) {
        Ok(archive) => archive,
        Err(error) => return Ok(Opened::Unknown(format!("a broken ZIP file: {error}"))),
    };
    let mut entries = Vec::new();
    for index in 0..archive.len().min(10_000) {
        let Ok(entry) = archive.by_index_raw(index) else {
            continue;
        };
        if !entry.is_file() {
            continue;
        }
        let name = match entry.name() {
            Ok(name) => name.into_owned(),
            Err(_) => format!("entry {index}"),
        };
        let (start, size) = (entry.data_start(), entry.compressed_size());
        let Some(start) = start else { continue };
        let part = Part {
            file: file.try_clone()?,
            at: start,
            left: size,
        };
        let input: Input = match entry.compression() {
            zip::CompressionMethod::Stored => Box::new(part),
            zip::CompressionMethod::Deflated => Box::new(flate2::read::DeflateDecoder::new(part)),
            other => Box::new(Broken(format!(
                "compressed with {other}, which is not read"
            ))),
        };
        entries.push((name, input));
    }
    Ok(Opened::Entries(entries))
}

/// A part of a file; positions itself, as the parts share their handle.
struct Part {
    file: File,
    at: u64,
    left: u64,
}

impl Read for Part {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(out.len());
        self.file.seek(SeekFrom::Start(self.at))?;
        let count = self.file.read(out.get_mut(..most).unwrap_or_default())?;
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

struct Broken(String);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other(self.0.clone()))
    }
}

/// Zstandard frames one after another, as log shippers append them.
struct Zstd {
    input: Option<BufReader<Input>>,
    frame: Option<
        ruzstd::decoding::StreamingDecoder<BufReader<Input>, ruzstd::decoding::FrameDecoder>,
    >,
}

impl Read for Zstd {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        use io::BufRead as _;
        loop {
            if self.frame.is_none() {
                let Some(mut input) = self.input.take() else {
                    return Ok(0);
                };
                if input.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                let frame =
                    ruzstd::decoding::StreamingDecoder::new_with_max_window_size(input, WINDOW);
                self.frame = Some(frame.map_err(io::Error::other)?);
            }
            if let Some(frame) = &mut self.frame {
                let count = frame.read(out)?;
                if count > 0 || out.is_empty() {
                    return Ok(count);
                }
            }
            self.input = self.frame.take().map(|frame| frame.into_inner());
        }
    }
}

/// Opens a stream: undoes compression, finds the format by the first bytes.
pub(super) fn stream(mut input: Input, layers: usize) -> io::Result<Opened> {
    let mut head = vec![0; 8];
    let mut length = 0;
    while length < head.len() {
        match input.read(head.get_mut(length..).unwrap_or_default())? {
            0 => break,
            count => length += count,
        }
    }
    head.truncate(length);
    let whole: Input = Box::new(Cursor::new(head.clone()).chain(input));
    let next = |input: Input| {
        if layers < LAYERS {
            stream(input, layers + 1)
        } else {
            Ok(Opened::Unknown(format!(
                "compressed more than {LAYERS} times"
            )))
        }
    };
    match head.as_slice() {
        [0x1f, 0x8b, ..] => next(Box::new(flate2::read::MultiGzDecoder::new(whole))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => next(Box::new(Zstd {
            input: Some(BufReader::new(whole)),
            frame: None,
        })),
        [b'B', b'Z', b'h', ..] => next(Box::new(bzip2::read::MultiBzDecoder::new(whole))),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
            let limit = u32::try_from(WINDOW >> 10).unwrap_or(u32::MAX);
            next(Box::new(lzma_rust2::XzReader::new_mem_limit(
                whole, true, limit,
            )))
        }
        b"ElfFile\0" | [b'P', b'K', 3, 4, ..] => {
            let mut spool = tempfile::tempfile()?;
            let mut whole = whole;
            io::copy(&mut whole, &mut spool)?;
            spool.seek(SeekFrom::Start(0))?;
            if head.starts_with(b"PK") {
                zip(spool)
            } else {
                Ok(evtx(Box::new(spool)))
            }
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            let mut whole = whole;
            let mut mark = [0; 2];
            whole.read_exact(&mut mark)?;
            Ok(text(Box::new(Utf16::new(whole, mark == [0xfe, 0xff]))))
        }
        _ => Ok(text(whole)),
    }
}

/// Finds the format of text by its first lines.
fn text(input: Input) -> Opened {
    let mut buffer = Buffer::new(input);
    // One line tells; a live pipe must not be waited for longer.
    while !buffer.window().contains(&b'\n') && buffer.window().len() < HEAD && buffer.fill() {}
    if buffer.window().starts_with(b"\xef\xbb\xbf") {
        buffer.consume(3);
    }
    loop {
        let length = buffer.window().len();
        let blank = length - buffer.window().trim_ascii_start().len();
        // A blank line tells nothing.
        if blank == length && buffer.fill() {
            continue;
        }
        let text = buffer.window().trim_ascii_start();
        let Some(first) = text.first() else {
            return Opened::Stream(Box::new(LineFile::new(buffer)));
        };
        let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let whole_line = line.len() < text.len() || buffer.finished();
        return match first {
            b'[' if line.trim_ascii_end() == b"[" || json_array(text) => {
                Opened::Stream(Box::new(ValueFile::new(buffer)))
            }
            b'{' => {
                let one = whole_line.then(|| Json::parse(line));
                let envelope = |json: &Json<'_>| {
                    ["Results", "results", "value", "hits"].iter().any(|name| {
                        json.get(name).is_some_and(|v| {
                            !v.members().is_empty()
                                || matches!(v.list().first(), Some(Json::Object(_)))
                        })
                    })
                };
                match one {
                    Some(Ok(json)) if !envelope(&json) => {
                        Opened::Stream(Box::new(LineFile::new(buffer)))
                    }
                    // Not whole on its line, or broken: JSON Lines with a bad
                    // first line have another that is good.
                    Some(Err(error)) if !error.is_eof() || good_line(text) => {
                        Opened::Stream(Box::new(LineFile::new(buffer)))
                    }
                    _ => Opened::Stream(Box::new(ValueFile::new(buffer))),
                }
            }
            b'<' if xml(text) => Opened::Stream(Box::new(XmlFile::new(buffer))),
            _ => match defender::delimiter(line) {
                Some(delimiter) => {
                    buffer.consume(blank);
                    Opened::Stream(Box::new(CsvFile::new(buffer, delimiter)))
                }
                None if binary(text) => Opened::Unknown("no log that we know".to_owned()),
                None => Opened::Stream(Box::new(LineFile::new(buffer))),
            },
        };
    }
}

/// `[` before a JSON value, not `[pid 12]` of strace.
fn json_array(text: &[u8]) -> bool {
    let rest = text.get(1..).unwrap_or_default().trim_ascii_start();
    matches!(rest.first(), Some(b'{' | b'[' | b']' | b'"') | None)
}

/// Whether a later line is JSON by itself.
fn good_line(text: &[u8]) -> bool {
    let lines = text.split(|byte| *byte == b'\n').skip(1).take(3);
    lines.into_iter().any(|line| {
        line.starts_with(b"{") && Json::parse(line).is_ok_and(|json| json.members().len() > 1)
    })
}

/// XML of events; syslog starts with `<` as well (`<14>Nov 21`).
fn xml(text: &[u8]) -> bool {
    text.starts_with(b"<?xml")
        || text.starts_with(b"<Event")
        || text.starts_with(b"<!--")
        || super::xml::event_start(text, 0).is_some_and(|at| {
            let before = text.get(..at).unwrap_or_default();
            !text.get(1).is_some_and(u8::is_ascii_digit) && !before.contains(&b'\n')
        })
}

/// Whether text has bytes that no text has.
fn binary(text: &[u8]) -> bool {
    let head = text.get(..text.len().min(4096)).unwrap_or_default();
    let odd = head
        .iter()
        .filter(|byte| matches!(byte, 0..=8 | 14..=28))
        .count();
    odd * 20 > head.len()
}
