//! A small chart as a picture: one bar a period, its topics on top of each other. It has a background of
//! its own, so that it is read in light and dark windows. Must not know: what is counted.

use tiny_skia::{Color, FillRule, Paint, PathBuilder, Pixmap, Rect, Transform};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// Inter, its Latin, Greek and Cyrillic letters (`assets/fonts/OFL.txt`).
const REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
const SEMI_BOLD: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.otf");

/// Pixels; twice what it is mostly shown at, for sharp screens.
const WIDTH: f32 = 1000.0;
const HEIGHT: f32 = 500.0;
const LEFT: f32 = 76.0;
const RIGHT: f32 = 644.0;
const TOP: f32 = 118.0;
const BOTTOM: f32 = 436.0;
const LEGEND: f32 = 680.0;
const LEGEND_ROW: f32 = 44.0;
const LEGEND_TEXT_MAX: f32 = 196.0;
/// Of numbers and names, and of the legend.
const SMALL: f32 = 18.0;
const TEXT: f32 = 20.0;
const BAR_MAX: f32 = 54.0;
/// Of the room of a period, what its bar takes.
const BAR_SHARE: f32 = 0.64;
const TICKS_MAX: u32 = 4;

type Rgb = (u8, u8, u8);

const PAPER: Rgb = (0xFB, 0xFC, 0xFD);
const INK: Rgb = (0x1F, 0x29, 0x33);
const QUIET: Rgb = (0x5B, 0x67, 0x74);
const GRID: Rgb = (0xDF, 0xE4, 0xEA);
/// Told apart by people who see colours differently, and on light paper (Okabe and Ito, darkened).
const COLORS: [Rgb; 5] =
    [(0x00, 0x72, 0xB2), (0xE6, 0x9F, 0x00), (0x00, 0x9E, 0x73), (0xCC, 0x66, 0x99), (0x56, 0xB4, 0xE9)];

/// What is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    pub title: String,
    /// The name of each period, the oldest first.
    pub periods: Vec<String>,
    /// Each topic with one number a period; the first five are drawn.
    pub series: Vec<(String, Vec<u32>)>,
}

/// Whether the font has every letter of a text.
pub fn can_write(text: &str) -> bool {
    Font::new(REGULAR).is_some_and(|font| text.chars().all(|c| font.0.glyph_index(c).is_some()))
}

/// The chart as a PNG file. Nothing where there is nothing to draw.
pub fn draw(chart: &Chart) -> Option<Vec<u8>> {
    let totals = totals(chart);
    let most = totals.iter().copied().max().filter(|most| *most > 0)?;
    let mut page = Page::new()?;
    page.text(&chart.title, (LEFT - 40.0, 64.0), 30.0, (Weight::SemiBold, INK), Side::Left);
    let step = step(most);
    let top = most.div_ceil(step) * step;
    let height_of = |count: u32| (BOTTOM - TOP) * count as f32 / top as f32;
    for tick in (0..=top / step).map(|number| number * step) {
        let y = BOTTOM - height_of(tick);
        page.rect((LEFT, y - 0.75), (RIGHT - LEFT, 1.5), GRID);
        page.text(&tick.to_string(), (LEFT - 12.0, y + 6.5), SMALL, (Weight::Regular, QUIET), Side::Right);
    }
    let room = (RIGHT - LEFT) / chart.periods.len().max(1) as f32;
    let width = (room * BAR_SHARE).min(BAR_MAX);
    let widest = chart.periods.iter().map(|name| page.width(name, SMALL)).fold(0.0, f32::max);
    // Where names would touch, the last one and every so many before it are written.
    let every = ((widest + 6.0) / room).ceil().max(1.0) as usize;
    for (number, name) in chart.periods.iter().enumerate() {
        let middle = LEFT + room * (number as f32 + 0.5);
        page.bar(chart, number, (middle - width / 2.0, width), &height_of);
        let total = totals.get(number).copied().unwrap_or(0);
        if total > 0 {
            let y = BOTTOM - height_of(total) - 9.0;
            page.text(&total.to_string(), (middle, y), TEXT, (Weight::SemiBold, INK), Side::Middle);
        }
        if (chart.periods.len() - 1 - number).is_multiple_of(every) {
            page.text(name, (middle, BOTTOM + 32.0), SMALL, (Weight::Regular, QUIET), Side::Middle);
        }
    }
    page.legend(chart);
    page.pixmap.encode_png().ok()
}

fn drawn(chart: &Chart) -> impl Iterator<Item = (&(String, Vec<u32>), Rgb)> {
    chart.series.iter().zip(COLORS)
}

fn totals(chart: &Chart) -> Vec<u32> {
    let total = |number: usize| drawn(chart).filter_map(|((_, counts), _)| counts.get(number)).sum();
    (0..chart.periods.len()).map(total).collect()
}

/// The distance of the lines: 1, 2 or 5 and their multiples by ten, so that there are few.
fn step(most: u32) -> u32 {
    let mut unit = 1;
    loop {
        for step in [unit, 2 * unit, 5 * unit] {
            if most.div_ceil(step) <= TICKS_MAX {
                return step;
            }
        }
        unit *= 10;
    }
}

#[derive(Clone, Copy)]
enum Weight {
    Regular,
    SemiBold,
}

/// Which side of a text stands at its place.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Middle,
    Right,
}

struct Font(Face<'static>);

impl Font {
    fn new(file: &'static [u8]) -> Option<Self> {
        Face::parse(file, 0).ok().map(Self)
    }

    fn scale(&self, size: f32) -> f32 {
        size / f32::from(self.0.units_per_em())
    }

    /// The glyphs of a text, each with where it begins, and the width of all.
    fn glyphs(&self, text: &str, size: f32) -> (Vec<(GlyphId, f32)>, f32) {
        let mut at = 0.0;
        let mut glyphs = Vec::new();
        for glyph in text.chars().filter_map(|c| self.0.glyph_index(c)) {
            glyphs.push((glyph, at));
            at += f32::from(self.0.glyph_hor_advance(glyph).unwrap_or(0)) * self.scale(size);
        }
        (glyphs, at)
    }
}

struct Page {
    pixmap: Pixmap,
    regular: Font,
    semi_bold: Font,
}

impl Page {
    fn new() -> Option<Self> {
        let mut pixmap = Pixmap::new(WIDTH as u32, HEIGHT as u32)?;
        let (red, green, blue) = PAPER;
        pixmap.fill(Color::from_rgba8(red, green, blue, 255));
        Some(Self { pixmap, regular: Font::new(REGULAR)?, semi_bold: Font::new(SEMI_BOLD)? })
    }

    fn font(&self, weight: Weight) -> &Font {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semi_bold,
        }
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        self.regular.glyphs(text, size).1
    }

    fn rect(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), color: Rgb) {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            self.pixmap.fill_rect(rect, &paint(color), Transform::identity(), None);
        }
    }

    fn text(&mut self, text: &str, (x, y): (f32, f32), size: f32, (weight, color): (Weight, Rgb), side: Side) {
        let font = self.font(weight);
        let scale = font.scale(size);
        let (glyphs, width) = font.glyphs(text, size);
        let begin = match side {
            Side::Left => x,
            Side::Middle => x - width / 2.0,
            Side::Right => x - width,
        };
        let mut outline = Outline { path: PathBuilder::new(), scale, x: begin, y };
        for (glyph, at) in glyphs {
            outline.x = begin + at;
            font.0.outline_glyph(glyph, &mut outline);
        }
        if let Some(path) = outline.path.finish() {
            self.pixmap.fill_path(&path, &paint(color), FillRule::Winding, Transform::identity(), None);
        }
    }

    /// The topics of a period, the most told one at the bottom.
    fn bar(&mut self, chart: &Chart, period: usize, (x, width): (f32, f32), height_of: &impl Fn(u32) -> f32) {
        let mut below = 0;
        for ((_, counts), color) in drawn(chart) {
            let count = counts.get(period).copied().filter(|count| *count > 0);
            let Some(count) = count else { continue };
            let gap = if below > 0 { 2.0 } else { 0.0 };
            let (bottom, height) = (BOTTOM - height_of(below) - gap, (height_of(count) - gap).max(1.0));
            self.rect((x, bottom - height), (width, height), color);
            below += count;
        }
    }

    fn legend(&mut self, chart: &Chart) {
        for (row, ((name, counts), color)) in drawn(chart).enumerate() {
            let y = TOP + 12.0 + LEGEND_ROW * row as f32;
            self.rect((LEGEND, y - 9.0), (18.0, 18.0), color);
            let name = self.shortened(name, TEXT);
            self.text(&name, (LEGEND + 28.0, y + 7.0), TEXT, (Weight::Regular, INK), Side::Left);
            let total: u32 = counts.iter().sum();
            self.text(&total.to_string(), (WIDTH - 36.0, y + 7.0), TEXT, (Weight::SemiBold, QUIET), Side::Right);
        }
    }

    fn shortened(&self, name: &str, size: f32) -> String {
        if self.width(name, size) <= LEGEND_TEXT_MAX {
            return name.to_owned();
        }
        let mut kept = name.to_owned();
        while kept.pop().is_some() && self.width(&format!("{}…", kept.trim_end()), size) > LEGEND_TEXT_MAX {}
        format!("{}…", kept.trim_end())
    }
}

fn paint((red, green, blue): Rgb) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(red, green, blue, 255);
    paint.anti_alias = true;
    paint
}

/// A glyph on its way into a path: fonts count upwards, pictures downwards.
struct Outline {
    path: PathBuilder,
    scale: f32,
    x: f32,
    y: f32,
}

impl Outline {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y - y * self.scale)
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
