//! Versions in tables that name no package, and "all versions".

use super::place::Places;
use crate::{
    article::BlockKind,
    indicators::{
        context::Structure,
        lists::Lists,
        package::{Certainty, Named},
    },
};

pattern!(
    /// That all versions of a package are meant.
    ALL,
    r"(?i)\b(?:all|any|every|each)(?: (?:known|published|its|the|single|one of its))? (?:versions?|releases?)\b(?: (?:of|from) (?:the )?[`'\x22]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][\w.-]*[A-Za-z0-9]))?"
);
/// Packages of which all versions are told to be bad.
pub(super) fn whole(
    structure: &Structure<'_>,
    lists: &Lists,
    places: &Places,
    added: &mut Vec<Named>,
) {
    let text = structure.article.text.as_str();
    for captures in ALL.captures_iter(text) {
        let Some(said) = captures.get(0) else {
            continue;
        };
        let range = structure.sentence_at(said.start());
        let sentence = text[range.clone()].to_lowercase();
        let told = lists.versions.bad.last(&sentence).is_some()
            || lists.speaks_of_attack(&sentence)
            || ["unsafe", "carr"]
                .iter()
                .any(|word| sentence.contains(word));
        let paragraph = structure
            .block_at(said.start())
            .and_then(|index| structure.block(index))
            .is_some_and(|block| block.kind == BlockKind::Paragraph);
        if !told || !paragraph {
            continue;
        }
        let package = captures
            .name("name")
            .and_then(|name| places.known(name.as_str()))
            .or_else(|| {
                // The nearest name before it in its clause.
                let (at, package) = places.before(said.start())?;
                let between = text.get(at..said.start())?;
                (at >= range.start
                    && between.len() <= package.name().len() + 40
                    && !between.contains([';', '.']))
                .then_some(package)
            });
        if let Some(package) = package {
            added.push(Named {
                package: package.clone(),
                versions: Some("all versions".to_owned()),
                range: said.range(),
                certainty: Certainty::Worded,
            });
        }
    }
}
