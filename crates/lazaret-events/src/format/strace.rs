//! strace
use crate::read::Sink;
#[derive(Default)]
pub(crate) struct Strace {}
impl Strace {
    pub(crate) fn line(&mut self, _line: &[u8], _sink: &mut Sink) -> bool {
        false
    }
    pub(crate) fn finish(&mut self, _sink: &mut Sink) {}
}
