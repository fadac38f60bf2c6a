//! EVTX files, chunk by chunk.

use std::{
    io::{Read, Seek},
    sync::Arc,
};

use evtx::{EvtxParser, IntoIterChunks, ParserSettings};

use super::Sink;
use crate::format::{Json, windows};

/// What an EVTX file is read from.
pub(super) trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// Reads the records of an EVTX file, oldest chunk first.
pub(super) struct EvtxFile {
    chunks: IntoIterChunks<Box<dyn ReadSeek>>,
    settings: Arc<ParserSettings>,
    chunk: u64,
}

impl EvtxFile {
    pub(super) fn new(input: Box<dyn ReadSeek>) -> Result<Self, String> {
        let parser = EvtxParser::from_read_seek(input).map_err(|error| error.to_string())?;
        let settings = ParserSettings::default().num_threads(1).indent(false);
        let parser = parser.with_configuration(settings.clone());
        Ok(Self {
            chunks: parser.into_chunks(),
            settings: Arc::new(settings),
            chunk: 0,
        })
    }
}

impl super::Stream for EvtxFile {
    fn advance(&mut self, sink: &mut Sink) -> bool {
        let Some(chunk) = self.chunks.next() else {
            return false;
        };
        // The header takes 4 KiB, each chunk 64 KiB.
        let offset = 4096 + self.chunk * 65_536;
        self.chunk += 1;
        sink.report.bytes = offset + 65_536;
        let mut data = match chunk {
            Ok(data) => data,
            Err(error) => {
                sink.unreadable_at(0, 0, offset, error.to_string());
                return true;
            }
        };
        if !data.validate_checksum() {
            // The records that can be read are; what the sum says is told.
            sink.report.skip("chunk with a wrong checksum");
        }
        let mut chunk = match data.parse(Arc::clone(&self.settings)) {
            Ok(chunk) => chunk,
            Err(error) => {
                sink.unreadable_at(0, 0, offset, error.to_string());
                return true;
            }
        };
        for record in chunk.iter() {
            sink.begin(0, offset);
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    sink.place.record = 0;
                    sink.unreadable(error.to_string());
                    continue;
                }
            };
            sink.place.record = record.event_record_id;
            let time = record.timestamp;
            let rendered = match record.into_json_bytes() {
                Ok(rendered) => rendered,
                Err(error) => {
                    sink.unreadable(error.to_string());
                    continue;
                }
            };
            match Json::parse(&rendered.data) {
                Ok(json) => windows::json::decode_evtx(&json, time.into(), sink),
                Err(error) => sink.unreadable(format!("not rendered as JSON: {error}")),
            }
        }
        true
    }
}
