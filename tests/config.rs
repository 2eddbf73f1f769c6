//! `config.toml`: what is in the repository works, and what is wrong is named.

use std::path::Path;

use jiff::SignedDuration;
use tidings::config::{Config, Environment};

fn parse(text: &str) -> Result<Config, String> {
    with(text, &[])
}

fn with(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    Config::parse(text, Path::new("config.toml"), &Environment::new(variables)).map_err(|error| error.to_string())
}

#[test]
fn the_shipped_file_works_and_names_a_dozen_feeds_in_two_languages() {
    let config =
        Config::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml"), &Environment::default()).unwrap();
    assert!(config.feeds.len() >= 12);
    assert!(config.feeds.iter().any(|feed| feed.url.contains("ithome")));
}

#[test]
fn the_shipped_file_documents_every_key_of_the_contract() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml")).unwrap();
    for (section, keys) in [
        ("[store]", "engine path url"),
        ("[web]", "listen"),
        ("[watch]", "interval min_interval concurrency timeout max_bytes allow_private"),
        ("[[feeds]]", "url name topics"),
        ("[analyst]", "mode"),
        ("[llm]", "base_url model daily_tokens timeout"),
        ("[discord]", "api_url transport"),
        ("[slack]", "api_url transport command"),
        ("[telegram]", "api_url transport on_doubt words_per_minute"),
        ("[terminal]", "enabled"),
        ("[digest]", "timezone day time"),
        ("[[audiences]]", "name label description keywords"),
        ("[[topics]]", "name label description keywords"),
    ] {
        let (_, after) = text.split_once(section).unwrap_or_else(|| panic!("{section} is not in config.toml"));
        let body = after.split("\n[").next().unwrap();
        let body = if section.contains("ences") || section.contains("[[topics") { after } else { body };
        for key in keys.split(' ') {
            assert!(body.contains(&format!("{key} = ")), "{section} {key} is not in config.toml");
        }
    }
}

#[test]
fn durations_sizes_and_lists_are_text() {
    let config = parse("[watch]\ninterval = \"1h30m\"\nmin_interval = \"90s\"\nmax_bytes = \"2MB\"\nallow_private = [\"10.0.0.0/8:8080\", \"127.0.0.1\"]").unwrap();
    assert_eq!(config.watch.interval, SignedDuration::from_mins(90));
    assert_eq!(config.watch.min_interval(), SignedDuration::from_secs(90));
    assert_eq!(config.watch.max_bytes, 2 * 1024 * 1024);
    assert_eq!(config.watch.allow_private.len(), 2);
    let quick = parse("[watch]\ninterval = \"1s\"").unwrap();
    assert_eq!(quick.watch.min_interval(), SignedDuration::from_secs(1), "a short interval needs no min_interval");
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_a_way_out() {
    for (text, expected) in [
        (
            "[watch]\n\nintervall = \"5m\"",
            "config.toml line 3: there is no key \"intervall\" in [watch]; did you mean \"interval\"?",
        ),
        ("[wacht]\ninterval = \"5m\"", "config.toml line 1: there is no key \"wacht\"; did you mean \"watch\"?"),
        (
            "[watch]\ninterval = \"soon\"",
            "config.toml line 2: \"soon\" is not a duration; write a number with s, m, h or d, such as \"15m\"",
        ),
        ("[watch]\ninterval = 15", "config.toml line 2: a duration is text: write \"15m\""),
        (
            "[watch]\nallow_private = [\"home\"]",
            "config.toml line 2: \"home\" is not a network; write \"10.1.2.0/24\", \"192.168.1.7\" or, for one port, \"10.1.2.0/24:8080\"",
        ),
        ("[watch]\nconcurrency = 0", "config.toml: watch.concurrency: 0 is not between 1 and 1000"),
        (
            "[watch]\ninterval = \"1m\"\nmin_interval = \"5m\"",
            "config.toml: watch.min_interval: longer than watch.interval; make it the same or shorter",
        ),
        (
            "[[feeds]]\nurl = \"example.com/feed\"",
            "config.toml: feeds[0].url: \"example.com/feed\" is not a URL: relative URL without a base; write \"https://example.com/feed.xml\"",
        ),
        (
            "[[feeds]]\nurl = \"https://a.example/\"\n[[feeds]]\nurl = \"https://a.example/\"",
            "config.toml: feeds[1].url: \"https://a.example/\" is there twice",
        ),
        (
            "[[feeds]]\nurl = \"https://a.example/\"\ntopics = [\"securty\"]",
            "config.toml: feeds[0].topics: there is no topic \"securty\"; did you mean \"security\"?",
        ),
        (
            "[digest]\ntimezone = \"Europe/Berln\"",
            "config.toml: digest.timezone: there is no time zone \"Europe/Berln\"; write \"Europe/Berlin\"",
        ),
        (
            "[slack]\ntransport = \"sokcet\"",
            "config.toml line 2: \"sokcet\" cannot be chosen here; did you mean \"socket\"?",
        ),
        (
            "[analyst]\nmode = \"embeded\"",
            "config.toml line 2: \"embeded\" cannot be chosen here; did you mean \"embedded\"?",
        ),
        (
            "[digest]\nday = \"caturday\"",
            "config.toml line 2: \"caturday\" cannot be chosen here; did you mean \"saturday\"?",
        ),
        (
            "[store]\nengine = \"redis\"",
            "config.toml line 2: \"redis\" cannot be chosen here; there are: sled, postgres",
        ),
        (
            "[discord]\napi_url = \"notaurl\"",
            "config.toml: discord.api_url: \"notaurl\" is not a URL: relative URL without a base; write \"https://discord.com\"",
        ),
        (
            "[slack]\napi_url = \"ftp://slack.com\"",
            "config.toml: slack.api_url: \"ftp://slack.com\" is neither http nor https; write \"https://slack.com\"",
        ),
        (
            "[telegram]\napi_url = \"https://api.telegram.org/?a=b\"",
            "config.toml: telegram.api_url: \"https://api.telegram.org/?a=b\" has more than a host and a path; write \"https://api.telegram.org\"",
        ),
        (
            "[llm]\nbase_url = \"x\"",
            "config.toml: llm.base_url: \"x\" is not a URL: relative URL without a base; write \"http://localhost:11434/v1\"",
        ),
        ("[digest]\ntime = \"9\"", "config.toml line 2: \"9\" is not a time of day; write \"09:00\""),
    ] {
        assert_eq!(parse(text).unwrap_err(), expected);
    }
    assert!(parse("[web]\nlisten = \"here\"").unwrap_err().contains("line 2"));
    assert!(parse("not toml").unwrap_err().contains("line 1"));
    let missing = Config::load(Path::new("/nowhere/config.toml"), &Environment::default()).unwrap_err().to_string();
    assert!(missing.contains("/nowhere/config.toml") && missing.contains("--config"), "{missing}");
}

#[test]
fn the_environment_sets_any_key_and_its_mistakes_are_its_own() {
    let config = with(
        "[watch]\ninterval = \"1h\"",
        &[
            ("TIDINGS_WATCH__INTERVAL", "2m"),
            ("TIDINGS_STORE__PATH", "/data"),
            ("TIDINGS_WATCH__CONCURRENCY", "7"),
            ("TIDINGS_WATCH__ALLOW_PRIVATE", "127.0.0.1, 10.0.0.0/8"),
            ("DATABASE_URL", "postgres://x"),
        ],
    )
    .unwrap();
    assert_eq!((config.watch.interval, config.watch.concurrency), (SignedDuration::from_mins(2), 7));
    assert_eq!(config.store.path, Path::new("/data"));
    assert_eq!(config.watch.allow_private.len(), 2);
    assert_eq!(config.store.url.as_deref(), Some("postgres://x"));
    let error = with("", &[("TIDINGS_WATCH__INTERVALL", "2m")]).unwrap_err();
    assert!(error.contains("TIDINGS_WATCH__INTERVALL") && error.contains("did you mean \"interval\"?"), "{error}");
    let error = with("", &[("TIDINGS_WATCH__INTERVAL", "soon")]).unwrap_err();
    assert!(error.contains("TIDINGS_WATCH__INTERVAL") && error.contains("15m"), "{error}");
    let error = with("", &[("TIDINGS_TELEGRAM__ON_DOUBT", "dropp")]).unwrap_err();
    assert!(error.contains("TIDINGS_TELEGRAM__ON_DOUBT") && error.contains("did you mean \"drop\"?"), "{error}");
    let error = with("", &[("TIDINGS_SLACK__API_URL", "https://me:sesame@proxy.example/")]).unwrap_err();
    assert!(error.contains("slack.api_url: it has a user name or a password") && !error.contains("sesame"), "{error}");
    let error = with("", &[("TIDINGS_LLM__BASE_URL", "x")]).unwrap_err();
    assert!(error.contains("llm.base_url"), "{error}");
}

#[test]
fn a_variable_that_is_nearly_ours_is_a_mistake_and_others_are_left_alone() {
    for (name, meant) in [
        ("TIDINGS_WATCH_INTERVAL", "TIDINGS_WATCH__INTERVAL"),
        ("TIDINGS_WATCH_MAX_BYTES", "TIDINGS_WATCH__MAX_BYTES"),
        ("TIDINGS_STOREPATH", "TIDINGS_STORE__PATH"),
        ("TIDINGS_DISCORD_TRANSPORT", "TIDINGS_DISCORD__TRANSPORT"),
        ("TIDINGS_CONFG", "TIDINGS_CONFIG"),
    ] {
        let error = with("", &[(name, "5m")]).unwrap_err();
        let expected = format!("the environment variable {name}: it sets nothing; did you mean \"{meant}\"?");
        assert_eq!(error, expected);
    }
    let error = with("", &[("TIDINGS_WACTH__INTERVAL", "5m")]).unwrap_err();
    assert!(error.contains("TIDINGS_WACTH__INTERVAL") && error.contains("did you mean \"watch\"?"), "{error}");
    // The file that is read, and what Kubernetes sets for every service called tidings.
    let others = [
        ("TIDINGS_CONFIG", "/etc/tidings/config.toml"),
        ("TIDINGS_SERVICE_HOST", "10.0.0.1"),
        ("TIDINGS_SERVICE_PORT", "8765"),
        ("TIDINGS_SERVICE_PORT_WEB", "8765"),
        ("TIDINGS_PORT", "tcp://10.0.0.1:8765"),
        ("TIDINGS_PORT_8765_TCP_ADDR", "10.0.0.1"),
        ("TIDINGS_WEB_SERVICE_PORT", "8765"),
        ("TIDINGS_WEB_PORT", "tcp://10.0.0.1:8765"),
    ];
    assert!(with("", &others).is_ok());
}

#[test]
fn secrets_show_themselves_to_nobody() {
    let environment = Environment::new(&[("DISCORD_TOKEN", "sesame"), ("SLACK_BOT_TOKEN", "")]);
    let token = environment.secret("DISCORD_TOKEN").unwrap();
    assert_eq!(format!("{token:?}"), "***");
    assert_eq!(token.reveal(), "sesame");
    assert!(environment.secret("SLACK_BOT_TOKEN").is_none());
}

#[test]
fn configured_audiences_and_topics_join_the_built_in_ones() {
    let config = parse("[[audiences]]\nname = \"platform-team\"\nlabel = \"Platform Team\"\nkeywords = [\"etcd\"]\n[[topics]]\nname = \"security\"\nlabel = \"Safety\"").unwrap();
    let labels = config.labels();
    assert_eq!(labels.audience_title("platform-team"), "Platform Team");
    assert_eq!(labels.topic_title("security"), "Safety");
    assert_eq!(labels.topics.len(), 13);
    assert!(parse("[[audiences]]\nname = \"two words\"").unwrap_err().contains("platform-team"));
}
