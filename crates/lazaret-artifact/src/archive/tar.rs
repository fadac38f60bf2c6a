//! tar. The headers are decoded by the `tar` crate; the loop is ours, because
//! what parsers disagree on has to be seen, and long names bounded.

use std::io::{self, Read};

use bytes::Bytes;
use tar::{EntryType, Header};

use crate::{
    NoteKind, format,
    meter::read_full,
    path,
    walk::{Content, FileMeta, Layer, Walk},
};

const BLOCK: u64 = 512;

/// Largest extension record (long name, pax) that is read.
const EXTENSION_BYTES: u64 = 1 << 20;

/// The bytes of a tar: in memory, where entries can be shared slices, or
/// from a decoder.
pub(super) enum Input {
    Memory(Bytes),
    Stream(Box<dyn Read>),
}

impl Input {
    pub(super) fn memory(bytes: Bytes) -> Self {
        Self::Memory(bytes)
    }

    pub(super) fn stream(stream: Box<dyn Read>) -> Self {
        Self::Stream(stream)
    }

    /// One block; `None` at the end of the input.
    fn block(&mut self) -> io::Result<Option<[u8; 512]>> {
        let mut block = [0; 512];
        let (filled, result) = read_full(self, &mut block);
        result?;
        match filled {
            0 => Ok(None),
            512 => Ok(Some(block)),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn skip(&mut self, mut count: u64) -> io::Result<()> {
        if let Self::Memory(bytes) = self {
            let there = bytes.len() as u64;
            drop(bytes.split_to(usize::try_from(count.min(there)).unwrap_or(0)));
            count = count.saturating_sub(there);
        } else {
            let skipped = io::copy(&mut self.take(count), &mut io::sink())?;
            count = count.saturating_sub(skipped);
        }
        if count > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => {
                let count = bytes.len().min(buffer.len());
                let taken = bytes.split_to(count);
                if let Some(to) = buffer.get_mut(..count) {
                    to.copy_from_slice(&taken);
                }
                Ok(count)
            }
            Self::Stream(stream) => stream.read(buffer),
        }
    }
}

/// What extension records say of the next entry.
#[derive(Default)]
struct Extensions {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
}

/// Reads all entries.
pub(super) fn read(walk: &mut Walk<'_>, layer: &Layer, mut input: Input) {
    let outer = layer.prefix.trim_end_matches("!/").to_owned();
    if let Err(error) = entries(walk, layer, &mut input) {
        walk.broken(&outer, &error);
        return;
    }
    if !walk.stopped() {
        trailing(walk, &outer, &mut input);
    }
}

fn entries(walk: &mut Walk<'_>, layer: &Layer, input: &mut Input) -> io::Result<()> {
    let mut extensions = Extensions::default();
    let mut zero_blocks = 0_u8;
    while !walk.stopped() {
        let Some(block) = input.block()? else {
            break;
        };
        if block.iter().all(|b| *b == 0) {
            zero_blocks = zero_blocks.saturating_add(1);
            if zero_blocks == 2 {
                break;
            }
            continue;
        }
        zero_blocks = 0;
        if !format::checksum_fits(&block) {
            return Err(io::Error::other("a tar header has a wrong checksum"));
        }
        if !walk.count_entry(layer) {
            break;
        }
        let header = Header::from_byte_slice(&block);
        let size = header.entry_size()?;
        match header.entry_type() {
            EntryType::GNULongName => extensions.path = Some(text(&record(input, size)?)),
            EntryType::GNULongLink => extensions.link = Some(text(&record(input, size)?)),
            EntryType::XHeader => pax(&record(input, size)?, &mut extensions),
            // Global records name the commit (git archive); nothing to use.
            EntryType::XGlobalHeader => drop(record(input, size)?),
            _ => entry(
                walk,
                layer,
                input,
                header,
                size,
                std::mem::take(&mut extensions),
            )?,
        }
    }
    Ok(())
}

fn entry(
    walk: &mut Walk<'_>,
    layer: &Layer,
    input: &mut Input,
    header: &Header,
    header_size: u64,
    extensions: Extensions,
) -> io::Result<()> {
    let raw_path = extensions
        .path
        .unwrap_or_else(|| header.path_bytes().into_owned());
    let kind = header.entry_type();
    let size = extensions.size.unwrap_or(header_size);
    if extensions.size.is_some() && header_size != 0 && header_size != size {
        let (path, _) = walk.paths(layer, &raw_path);
        walk.notes.add(
            NoteKind::HeaderMismatch,
            &path,
            format!("the header gives {header_size} bytes, its pax record {size}"),
        );
    }
    if kind.is_symlink() || kind.is_hard_link() {
        let target = extensions
            .link
            .or_else(|| header.link_name_bytes().map(std::borrow::Cow::into_owned))
            .unwrap_or_default();
        // Hard links name a path from the archive's top.
        if kind.is_hard_link() {
            let (path, _) = walk.paths(layer, &raw_path);
            let clean = path::clean(&target, walk.limits.path_bytes);
            let escapes = clean
                .notes
                .iter()
                .any(|(kind, _)| *kind == NoteKind::PathEscape);
            let kind = if escapes {
                NoteKind::LinkEscape
            } else {
                NoteKind::Link
            };
            walk.notes.add(
                kind,
                &path,
                format!("a hard link to `{}`", clean.path.escape_debug()),
            );
        } else {
            walk.link(layer, &raw_path, &target);
        }
        return input.skip(padded(size));
    }
    if kind.is_dir() {
        let clean = path::clean(&raw_path, walk.limits.path_bytes);
        for (kind, detail) in clean.notes {
            walk.notes.add(kind, &clean.path, detail);
        }
        return input.skip(padded(size));
    }
    if kind.is_character_special() || kind.is_block_special() || kind.is_fifo() {
        let (path, _) = walk.paths(layer, &raw_path);
        walk.notes
            .add(NoteKind::SpecialFile, &path, "a device or FIFO");
        return input.skip(padded(size));
    }
    // Anything else is taken as a file, as POSIX says of unknown types.
    if kind == EntryType::GNUSparse {
        sparse_map(input, header)?;
    }
    // Old tars mark folders by the slash alone.
    if raw_path.ends_with(b"/") && size == 0 {
        return Ok(());
    }
    let meta = FileMeta {
        raw_path: &raw_path,
        size: Some(size),
        mode: header.mode().ok(),
        crc32: None,
    };
    if let Input::Memory(bytes) = input {
        let there = bytes.len() as u64;
        let content = bytes.slice(..usize::try_from(size.min(there)).unwrap_or(0));
        if !walk.meter.spend(content.len() as u64) {
            return Err(io::Error::other("over the limit"));
        }
        walk.file(layer, &meta, Content::Memory(content))?;
        return input.skip(padded(size).min(there.max(size)));
    }
    let mut content = (&mut *input).take(size);
    walk.file(layer, &meta, Content::Stream(&mut content))?;
    let rest = content.limit();
    if walk.stopped() {
        return Ok(());
    }
    input.skip(rest.saturating_add(padded(size).saturating_sub(size)))
}

/// Skips the further map blocks of an old GNU sparse file. Its holes are not
/// filled in: the data is what counts here.
fn sparse_map(input: &mut Input, header: &Header) -> io::Result<()> {
    const IS_EXTENDED: usize = 482;
    const NEXT_IS_EXTENDED: usize = 504;
    let mut more = header.as_bytes().get(IS_EXTENDED).is_some_and(|b| *b != 0);
    while more {
        let block = input.block()?.ok_or(io::ErrorKind::UnexpectedEof)?;
        more = block.get(NEXT_IS_EXTENDED).is_some_and(|b| *b != 0);
    }
    Ok(())
}

fn record(input: &mut Input, size: u64) -> io::Result<Vec<u8>> {
    if size > EXTENSION_BYTES {
        return Err(io::Error::other(format!(
            "an extension record of {size} bytes, more than {EXTENSION_BYTES}"
        )));
    }
    let mut bytes = Vec::new();
    (&mut *input).take(size).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    input.skip(padded(size).saturating_sub(size))?;
    Ok(bytes)
}

fn text(record: &[u8]) -> Vec<u8> {
    let end = memchr::memchr(0, record).unwrap_or(record.len());
    record.get(..end).unwrap_or(record).to_vec()
}

fn pax(record: &[u8], extensions: &mut Extensions) {
    for extension in tar::PaxExtensions::new(record).flatten() {
        let value = extension.value_bytes();
        match extension.key_bytes() {
            b"path" => extensions.path = Some(value.to_vec()),
            b"linkpath" => extensions.link = Some(value.to_vec()),
            b"size" => {
                extensions.size = std::str::from_utf8(value).ok().and_then(|v| v.parse().ok());
            }
            _ => {}
        }
    }
}

fn padded(size: u64) -> u64 {
    size.checked_next_multiple_of(BLOCK).unwrap_or(u64::MAX)
}

/// Says what comes after the end mark; zeros are padding.
fn trailing(walk: &mut Walk<'_>, outer: &str, input: &mut Input) {
    let mut buffer = vec![0; 64 << 10];
    let mut bytes = 0_u64;
    let mut nonzero = false;
    loop {
        let (filled, result) = read_full(input, &mut buffer);
        nonzero |= buffer.iter().take(filled).any(|b| *b != 0);
        bytes = bytes.saturating_add(filled as u64);
        if let Err(error) = result {
            if walk.meter.tripped().is_some() || error.kind() == io::ErrorKind::UnexpectedEof {
                walk.broken(outer, &error);
            } else {
                // Decoders stop with an error at what is no further stream.
                walk.notes.add(
                    NoteKind::TrailingData,
                    outer,
                    "bytes that are no compressed stream follow the archive",
                );
            }
            return;
        }
        if filled == 0 {
            break;
        }
    }
    if nonzero {
        walk.notes.add(
            NoteKind::TrailingData,
            outer,
            format!("{bytes} bytes follow the end of the tar; some tools read on"),
        );
    }
}

/// The folder that all entries are in, as far as these first bytes show.
pub(super) fn common_root(head: &[u8]) -> Option<String> {
    let mut root: Option<String> = None;
    let mut at = 0_usize;
    while let Some(block) = head.get(at..at.checked_add(512)?) {
        if !format::checksum_fits(block) || block.first() == Some(&0) {
            break;
        }
        let header = Header::from_byte_slice(block);
        let size = header.entry_size().ok()?;
        let kind = header.entry_type();
        let named = kind.is_file() || kind.is_symlink() || kind.is_hard_link();
        if named {
            let clean = path::clean(&header.path_bytes(), usize::MAX).path;
            let first = path::first_folder(&clean)?;
            match &root {
                Some(root) if root != first => return None,
                Some(_) => {}
                None => root = Some(first.to_owned()),
            }
        }
        at = at
            .checked_add(512)?
            .checked_add(usize::try_from(padded(size)).ok()?)?;
    }
    root
}
