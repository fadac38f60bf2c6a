//! Texts made to break a front end, for both languages.

/// A place to cut, as a share of the text; how many characters go; what comes
/// instead.
pub type Cut = (f64, usize, &'static str);

/// `whole` with parts of it cut out and replaced.
pub fn cut(whole: &str, cuts: Vec<Cut>) -> String {
    let mut text = whole.to_owned();
    for (at, many, with) in cuts {
        let chars: Vec<char> = text.chars().collect();
        let start = (at * chars.len() as f64) as usize;
        let end = (start + many).min(chars.len());
        let (before, after) = (&chars[..start], &chars[end..]);
        text = before.iter().collect::<String>() + with + &after.iter().collect::<String>();
    }
    text
}

/// A megabyte of one part between a beginning and an end.
pub fn megabyte(head: &str, part: &str, tail: &str) -> String {
    let count = ((1 << 20) / part.len()).max(1);
    format!("{head}{}{tail}", part.repeat(count))
}
