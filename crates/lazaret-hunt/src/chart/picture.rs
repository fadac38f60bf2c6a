//! Charts as SVG and PNG.

use std::{fmt::Display, sync::OnceLock};

use plotters::{
    chart::{ChartBuilder, SeriesLabelPosition},
    prelude::{
        BLACK, BitMapBackend, Color, DrawingBackend, EmptyElement, IntoDrawingArea, LineSeries,
        Palette, Palette99, PathElement, Rectangle, SVGBackend, Text, WHITE,
    },
    style::{FontStyle, IntoFont, register_font},
};

use super::{Axis, Chart};

const WIDTH: u32 = 1000;
const HEIGHT: u32 = 500;
/// Names under the axis, at most.
const LABELS: usize = 30;

pub(super) fn svg(chart: &Chart) -> Result<String, String> {
    let mut out = String::new();
    {
        let backend = SVGBackend::with_string(&mut out, (WIDTH, HEIGHT));
        draw(chart, backend)?;
    }
    Ok(out)
}

pub(super) fn png(chart: &Chart) -> Result<Vec<u8>, String> {
    // Three bytes a pixel: red, green, blue.
    let mut pixels = vec![0; 3 * WIDTH as usize * HEIGHT as usize];
    draw(
        chart,
        BitMapBackend::with_buffer(&mut pixels, (WIDTH, HEIGHT)),
    )?;
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(said)?;
    writer.write_image_data(&pixels).map_err(said)?;
    writer.finish().map_err(said)?;
    Ok(out)
}

fn said(error: impl Display) -> String {
    error.to_string()
}

fn draw(chart: &Chart, backend: impl DrawingBackend) -> Result<(), String> {
    // A server may have no fonts at all.
    static FONT: OnceLock<bool> = OnceLock::new();
    let known = FONT.get_or_init(|| {
        let font = dejavu::sans::regular();
        register_font("sans-serif", FontStyle::Normal, font).is_ok()
    });
    match known {
        true => onto(chart, backend).map_err(said),
        false => Err("the font of charts is damaged".to_owned()),
    }
}

fn onto<B: DrawingBackend>(
    chart: &Chart,
    backend: B,
) -> Result<(), plotters::drawing::DrawingAreaErrorKind<B::ErrorType>> {
    let area = backend.into_drawing_area();
    area.fill(&WHITE)?;
    let (low, high) = chart.bounds();
    let high = if high > low {
        high + (high - low) * 0.05
    } else {
        low + 1.0
    };
    let lines = matches!(chart.axis, Axis::Time(_))
        && !matches!(chart.kind.as_str(), "barchart" | "columnchart" | "piechart");
    let points = chart.axis.len();
    // Points stand at their time, or one beside the other.
    let (from, to) = match &chart.axis {
        Axis::Time(times) if lines => (
            times.first().copied().unwrap_or(0) as f64,
            times.last().copied().unwrap_or(1) as f64,
        ),
        _ => (-0.5, points as f64 - 0.5),
    };
    let to = if to > from { to } else { from + 1.0 };
    let mut builder = ChartBuilder::on(&area);
    let mut drawn = builder
        .margin(12)
        .x_label_area_size(46)
        .y_label_area_size(70)
        .build_cartesian_2d(from..to, low..high)?;
    let label = |place: &f64| match (&chart.axis, lines) {
        (Axis::Time(_), true) => Axis::Time(vec![*place as i64]).label(0),
        _ if (place - place.round()).abs() > 0.01 || *place < -0.25 => String::new(),
        _ => {
            let label = chart.axis.label(place.round() as usize);
            match label.chars().count() > 24 {
                true => format!("{}…", label.chars().take(23).collect::<String>()),
                false => label,
            }
        }
    };
    let labels = if lines { 8 } else { points.clamp(1, LABELS) };
    drawn
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(labels)
        .y_labels(8)
        .x_label_formatter(&label)
        .label_style(("sans-serif", 12).into_font())
        .light_line_style(WHITE)
        .draw()?;
    let count = chart.series.len().max(1) as f64;
    for (index, series) in chart.series.iter().enumerate() {
        let colour = Palette99::pick(index).mix(1.0);
        let place = |at: usize| match &chart.axis {
            Axis::Time(times) if lines => times.get(at).copied().unwrap_or(0) as f64,
            _ => at as f64,
        };
        let values = series
            .values
            .iter()
            .enumerate()
            .filter_map(|(at, value)| Some((at, (*value)?)))
            .filter(|(_, value)| value.is_finite());
        let name = series.name.clone();
        let mark = move |(x, y)| PathElement::new([(x, y), (x + 14, y)], colour.stroke_width(3));
        if lines {
            let points = values.map(|(at, value)| (place(at), value));
            drawn
                .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
                .label(name)
                .legend(mark);
        } else {
            // The bars of a point stand side by side in eight tenths of it.
            let wide = 0.8 / count;
            let bars = values.map(|(at, value)| {
                let left = at as f64 - 0.4 + wide * index as f64;
                Rectangle::new([(left, 0.0), (left + wide, value)], colour.filled())
            });
            drawn.draw_series(bars)?.label(name).legend(mark);
        }
    }
    if chart.series.len() > 1 {
        drawn
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK.mix(0.2))
            .label_font(("sans-serif", 12).into_font())
            .draw()?;
    }
    if chart.left_out > 0 {
        let note = format!("{} more are not drawn", chart.left_out);
        let place = (80, 14);
        let element =
            EmptyElement::at(place) + Text::new(note, (0, 0), ("sans-serif", 12).into_font());
        area.draw(&element)?;
    }
    area.present()
}
