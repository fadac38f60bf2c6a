//! Charts of results.

use lazaret_hunt::{Language, chart::Chart};

use crate::staged::bare;

const ROWS: &str = "datatable(t: datetime, who: string, n: long)[\
    datetime(2026-03-01), 'a', 1, datetime(2026-03-02), 'a', 4, \
    datetime(2026-03-03), 'a', 2, datetime(2026-03-01), 'b<i>', 8]";

fn chart(text: &str) -> Option<Chart> {
    let result = bare().run(Language::Kql, text).unwrap();
    let kind = result.chart.clone().unwrap_or_else(|| "auto".to_owned());
    Chart::of(&result, &kind)
}

#[test]
fn bars_are_as_long_as_their_values() {
    let chart = chart(&format!(
        "{ROWS} | summarize n = sum(n) by who | sort by n desc | render barchart"
    ))
    .unwrap();
    insta::assert_snapshot!(chart.text(40));
}

#[test]
fn a_line_for_each_text_over_time() {
    let chart = chart(&format!("{ROWS} | project t, n, who | render timechart")).unwrap();
    assert_eq!(chart.axis.len(), 3);
    assert_eq!(chart.series[0].values, [Some(1.0), Some(4.0), Some(2.0)]);
    assert_eq!(chart.series[1].values, [Some(8.0), None, None]);
    insta::assert_snapshot!(chart.text(60));
}

#[test]
fn a_row_of_arrays_is_a_line() {
    let text = format!(
        "{ROWS} | make-series total = sum(n) default = 0 on t from datetime(2026-03-01) to datetime(2026-03-04) step 1d | render timechart"
    );
    let chart = chart(&text).unwrap();
    assert_eq!(chart.series[0].values, [Some(9.0), Some(4.0), Some(2.0)]);
}

#[test]
fn svg_is_whole_and_escapes_names() {
    for kind in ["barchart", "timechart", "piechart"] {
        let svg = chart(&format!("{ROWS} | project t, who, n | render {kind}"))
            .unwrap()
            .svg()
            .unwrap();
        let mut reader = quick_xml::Reader::from_str(&svg);
        let mut elements = 0;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                _ => elements += 1,
            }
        }
        assert!(elements > 20, "{kind}");
        assert!(
            !svg.contains("b<i>") && svg.contains("b&lt;i&gt;"),
            "{kind}: {svg}"
        );
    }
}

#[test]
fn without_numbers_there_is_no_chart() {
    assert_eq!(chart("print a = 'x', b = 'y'"), None);
    assert_eq!(chart("print a = 1 | where a == 2 | render barchart"), None);
}

/// Bars of the colour of their series, and letters: not a blank picture.
#[test]
fn png_shows_bars_and_names() {
    let chart = chart(&format!(
        "{ROWS} | summarize n = sum(n) by who | render barchart"
    ))
    .unwrap();
    let file = chart.png().unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(file))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    let (width, colours): (usize, Vec<&[u8]>) =
        (reader.info().width as usize, pixels.chunks(3).collect());
    let white = colours.iter().filter(|c| **c == [255; 3]).count();
    let dark = |row: &&[&[u8]]| row.iter().any(|c| c.iter().all(|part| *part < 96));
    // Under the axis are only the names.
    let names = colours.chunks(width).rev().take(56).filter(dark).count();
    let coloured = colours
        .iter()
        .filter(|c| c.iter().max().unwrap() - c.iter().min().unwrap() > 64)
        .count();
    assert!(white > colours.len() / 4 && coloured > colours.len() / 10 && names > 4);
}
