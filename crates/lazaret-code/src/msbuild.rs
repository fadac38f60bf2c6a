//! Code inside MSBuild files (`.targets`, `.props`, project files), which a
//! NuGet package brings into the builds of its users.

use quick_xml::{Reader, events::Event};

use crate::ir::Language;

/// Longer files are not read.
const MAX_BYTES: usize = 4 << 20;
/// Parts kept of one file.
const MAX_PARTS: usize = 256;

/// A piece of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its language: [`Language::Batch`] for `<Exec Command="…">` (which
    /// runs under `cmd` on Windows and under `sh` elsewhere),
    /// [`Language::CSharp`] for inline tasks.
    pub language: Language,
    /// The text.
    pub text: String,
    /// Where the element starts in the file.
    pub start: u32,
}

/// The code in an MSBuild file, in order. Broken XML gives what stands before.
pub fn parts(xml: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    if xml.len() > MAX_BYTES {
        return parts;
    }
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut code: Option<(u32, String)> = None;
    while parts.len() < MAX_PARTS {
        let start = u32::try_from(reader.buffer_position()).unwrap_or(u32::MAX);
        let Ok(event) = reader.read_event() else {
            break;
        };
        match event {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.local_name();
                if name.as_ref().eq_ignore_ascii_case("Exec") {
                    for attribute in element.attributes().with_checks(false).flatten() {
                        if attribute
                            .key
                            .local_name()
                            .as_ref()
                            .eq_ignore_ascii_case("Command")
                        {
                            let raw = attribute.value.to_string();
                            parts.push(Part {
                                language: Language::Batch,
                                text: unescape(&raw),
                                start,
                            });
                        }
                    }
                } else if name.as_ref().eq_ignore_ascii_case("Code") {
                    code = Some((start, String::new()));
                }
            }
            Event::End(element) if element.local_name().as_ref().eq_ignore_ascii_case("Code") => {
                if let Some((start, text)) = code.take() {
                    parts.push(Part {
                        language: Language::CSharp,
                        text,
                        start,
                    });
                }
            }
            Event::CData(data) => {
                if let Some((_, text)) = &mut code {
                    text.push_str(&data);
                }
            }
            Event::Text(data) => {
                if let Some((_, text)) = &mut code {
                    text.push_str(&unescape(&data));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    parts
}

fn unescape(raw: &str) -> String {
    quick_xml::escape::unescape(raw).map_or_else(|_| raw.to_owned(), |text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn commands_and_inline_tasks_are_found() {
        let xml = r#"<Project>
  <Target Name="A" BeforeTargets="Build"><Exec Command="curl http://example.com/a &amp;&amp; echo &quot;x&quot;" /></Target>
  <UsingTask TaskFactory="RoslynCodeTaskFactory" TaskName="T"><Task>
    <Code Type="Fragment" Language="cs"><![CDATA[ Process.Start("calc"); ]]></Code>
  </Task></UsingTask>
</Project>"#;
        let found = parts(xml);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].language, Language::Batch);
        assert_eq!(found[0].text, "curl http://example.com/a && echo \"x\"");
        assert!(xml[found[0].start as usize..].starts_with("<Exec"));
        assert_eq!(
            (found[1].language, found[1].text.trim()),
            (Language::CSharp, "Process.Start(\"calc\");")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[<>/a-zA-Z=\"& ;!\\[\\]-]{0,300}") {
            parts(&text);
        }
    }
}
