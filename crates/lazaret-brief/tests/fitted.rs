//! What is decided by fitted weights: that their file is read and holds only
//! features that there are, and that words and weights are added without Rust.

use std::{error::Error, fs};

use lazaret_brief::{Briefer, article::Article};
use lazaret_content::Content;

const PATH: &str = "brief/fitted.toml";

/// Long enough to be an article.
const PAGE: &str = "# A look at lorry-tooling\n\nSomebody published packages that steal tokens from those who install them, as researchers found last week. The malware reads the environment and the files of browsers, and sends what it finds to a server that was registered a day before. Whoever installed one of them should take their tokens to be stolen, make new ones, and look at what was published in their name since.\n\nThe registry removed them within a day, and by then some hundred people had downloaded them. The accounts that uploaded them were made in the same week, with addresses of the same provider of mail. The same server was seen in an attack on another registry half a year ago, and the code has not changed much since: it waits an hour, reads what it wants and goes.\n\nGrzibu numai:\n\n- `lorry-axle`\n- `lorry-wheel`\n- `lorry-brake`\n- `lorry-horn`\n\nNothing else was found, and none of those who maintain popular packages on npm was taken over in the course of it. We thank the registry for its quick answer, and those who told us of the first of them.\n";

/// The weights, with something else in their place.
fn with(change: impl Fn(&str) -> String) -> Result<Content, Box<dyn Error>> {
    let shipped = Content::shipped();
    let text = std::str::from_utf8(shipped.get(PATH).unwrap_or_default())?;
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("brief"))?;
    fs::write(folder.path().join(PATH), change(text))?;
    let mut content = Content::shipped();
    content.overlay(folder.path())?;
    Ok(content)
}

/// How many packages the brief says to block.
fn blocked(content: &Content) -> Result<usize, Box<dyn Error>> {
    let briefer = Briefer::load(content)?;
    let brief = briefer.brief(&Article::from_markdown(PAGE));
    let names = brief.indicators.iter();
    Ok(names
        .filter(|f| f.indicator.value.contains("lorry-"))
        .count())
}

#[test]
fn a_feature_that_there_is_not_is_an_error() -> Result<(), Box<dyn Error>> {
    for wrong in [
        "\"before nonsense\" = 1.0\n",
        "\"alone + nonsense\" = 1.0\n",
    ] {
        let content = with(|text| format!("{text}{wrong}"))?;
        let error = Briefer::load(&content).err().ok_or("it was taken")?;
        assert!(error.to_string().contains("nonsense"), "{error}");
    }
    Ok(())
}

#[test]
fn a_class_of_words_and_its_weight_need_no_rust() -> Result<(), Box<dyn Error>> {
    let weigh = |weight: f32| {
        with(|text| {
            text.replace(
                "[classes]\n",
                "[classes]\ncustomary = [\"grzibu\", \"numai\"]\n",
            ) + &format!("\"opening customary\" = {weight:.1}\n")
        })
    };
    assert_eq!(blocked(&weigh(30.0)?)?, 4);
    assert_eq!(blocked(&weigh(-30.0)?)?, 0);
    Ok(())
}

#[test]
fn a_list_that_no_rule_knows_is_taken_in_an_article() -> Result<(), Box<dyn Error>> {
    let row = "Three of the malicious npm packages remain live (lorry-axle, lorry-wheel, and lorry-horn), and were fetched often.";
    let (before, list) = PAGE.split_once("Grzibu").ok_or("no list")?;
    let rest = list.split_once("Nothing else").ok_or("no end")?.1;
    let page = format!("{before}{row}\n\nNothing else{rest}");
    let brief = Briefer::load(&Content::shipped())?.brief(&Article::from_markdown(&page));
    let names = ["lorry-axle", "lorry-wheel", "lorry-horn"];
    for name in names {
        let value = format!("pkg:npm/{name}");
        assert!(
            brief.indicators.iter().any(|f| f.indicator.value == value),
            "{name}"
        );
    }
    Ok(())
}
