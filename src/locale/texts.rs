//! The files of each language, which are part of the program.

use crate::model::language::Language;

macro_rules! files {
    ($tag:literal) => {
        &[
            include_str!(concat!("../../assets/locales/", $tag, "/alerts.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/card.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/health.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/labels.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/lists.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/menu.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/platform.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/query.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/quiet.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/recap.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/settings.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/story.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/time.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/why.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/words.ftl")),
        ]
    };
}

/// The texts of a language.
pub fn of(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => files!("en"),
        Language::Chinese => files!("zh"),
        Language::German => files!("de"),
        Language::French => files!("fr"),
        Language::Spanish => files!("es"),
        Language::Japanese => files!("ja"),
    }
}
