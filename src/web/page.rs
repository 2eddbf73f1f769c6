//! A message as HTML.

use crate::model::doc::{Accent, Block, Doc, Link, Plain, Sentence};

/// What a page of messages begins and ends with. No scripts, nothing from elsewhere.
pub const HEAD: &str = concat!(
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>tidings</title>\n<style>\n",
    include_str!("page.css"),
    "</style>\n</head>\n<body>\n<main>\n"
);
pub const FOOT: &str = "</main>\n</body>\n</html>\n";

/// One message.
pub fn article(doc: &Doc) -> String {
    let class = match doc.accent {
        Accent::Calm => "calm",
        Accent::Notable => "notable",
        Accent::Urgent => "urgent",
    };
    let mut out = format!("<article class=\"{class}\">\n");
    doc.blocks.iter().for_each(|block| self::block(block, 2, &mut out));
    out.push_str("</article>\n");
    out
}

fn block(block: &Block, level: usize, out: &mut String) {
    match block {
        Block::Context(parts) => out.push_str(&format!("<p class=\"context\">{}</p>\n", joined(parts, " · "))),
        Block::Headline { text, url } => {
            let text = escape(text.as_str());
            let text = match url.as_deref().filter(|url| is_web(url)) {
                Some(url) => format!("<a href=\"{}\" rel=\"noopener noreferrer\">{text}</a>", escape(url)),
                None => text,
            };
            out.push_str(&format!("<h{level}>{text}</h{level}>\n"));
        }
        Block::Heading(text) => out.push_str(&format!("<h{0}>{1}</h{0}>\n", level + 1, escape(text.as_str()))),
        Block::Quote(text) => out.push_str(&format!("<blockquote>{}</blockquote>\n", escape(text.as_str()))),
        Block::Code(text) => out.push_str(&format!("<pre>{}</pre>\n", escape(text.as_str()))),
        // A page is for reading; what can be pressed is where the card was posted.
        Block::Buttons(_) => {}
        Block::Lead(text) => out.push_str(&format!("<p class=\"lead\">{}</p>\n", escape(text.as_str()))),
        Block::Paragraph(text) => out.push_str(&format!("<p>{}</p>\n", escape(text.as_str()))),
        Block::Fields(fields) => {
            out.push_str("<dl>\n");
            for field in fields {
                out.push_str(&format!(
                    "<dt>{}</dt><dd>{}</dd>\n",
                    escape(field.label.as_str()),
                    sentence(&field.value)
                ));
            }
            out.push_str("</dl>\n");
        }
        Block::Tags { label, values } => {
            let values: Vec<String> =
                values.iter().map(|value| format!("<span>{}</span>", escape(value.as_str()))).collect();
            out.push_str(&format!("<p class=\"tags\">{}: {}</p>\n", escape(label.as_str()), values.join(" ")));
        }
        Block::Image { url, alt } => {
            if is_web(url) {
                out.push_str(&format!(
                    "<img src=\"{}\" alt=\"{}\" loading=\"lazy\" referrerpolicy=\"no-referrer\">\n",
                    escape(url),
                    escape(alt.as_str())
                ));
            }
        }
        Block::Section { title, blocks } => section(title, blocks, level, out),
        Block::List(sentences) => {
            out.push_str("<ul>\n");
            sentences.iter().for_each(|one| out.push_str(&format!("<li>{}</li>\n", sentence(one))));
            out.push_str("</ul>\n");
        }
        Block::Table { columns, rows } => table(columns, rows, out),
        Block::Timeline(dated) => {
            out.push_str("<dl class=\"timeline\">\n");
            for (date, one) in dated {
                out.push_str(&format!("<dt>{}</dt><dd>{}</dd>\n", escape(date.as_str()), sentence(one)));
            }
            out.push_str("</dl>\n");
        }
        Block::Links(links) => {
            out.push_str("<ul>\n");
            links.iter().for_each(|one| link(one, out));
            out.push_str("</ul>\n");
        }
        Block::Footer(lines) => out.push_str(&format!("<footer>{}</footer>\n", joined(lines, "<br>"))),
    }
}

fn link(link: &Link, out: &mut String) {
    let label = escape(link.label.as_str());
    let label = match link.url.as_deref().filter(|url| is_web(url)) {
        Some(url) => format!("<a href=\"{}\" rel=\"noopener noreferrer\">{label}</a>", escape(url)),
        None => label,
    };
    let note = link.note.as_ref().map(|note| format!(" <small>{}</small>", escape(note.as_str())));
    out.push_str(&format!("<li>{label}{}</li>\n", note.unwrap_or_default()));
}

/// The first level folds; what is inside stands open.
fn section(title: &Plain, blocks: &[Block], level: usize, out: &mut String) {
    let title = escape(title.as_str());
    if level == 2 {
        out.push_str(&format!("<details>\n<summary>{title}</summary>\n"));
    } else {
        out.push_str(&format!("<section>\n<h{level}>{title}</h{level}>\n"));
    }
    blocks.iter().for_each(|inner| block(inner, level + 1, out));
    out.push_str(if level == 2 { "</details>\n" } else { "</section>\n" });
}

fn table(columns: &[Plain], rows: &[Vec<Plain>], out: &mut String) {
    let row = |cells: &[Plain], tag: &str| {
        let cells: String = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escape(cell.as_str()))).collect();
        format!("<tr>{cells}</tr>\n")
    };
    out.push_str(&format!("<table>\n{}", row(columns, "th")));
    rows.iter().for_each(|cells| out.push_str(&row(cells, "td")));
    out.push_str("</table>\n");
}

fn sentence(sentence: &Sentence) -> String {
    let text = escape(sentence.text.as_str());
    match &sentence.mark {
        Some(mark) => format!("{text} <small>{}</small>", escape(mark.as_str())),
        None => text,
    }
}

fn joined(parts: &[Plain], between: &str) -> String {
    parts.iter().map(|part| escape(part.as_str())).collect::<Vec<_>>().join(between)
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
