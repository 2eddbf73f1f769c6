//! Files and pictures of ours: put where Slack wants them, then shared where they belong (Web API,
//! files.getUploadURLExternal, files.completeUploadExternal). A picture is a message of its own, just
//! behind the one that it belongs to: what a block shows of a file is for those alone who have that file.

use serde_json::{Value, json};

use super::answer::set;
use super::rest::{CallError, Rest};
use crate::model::doc::Picture;

/// What is put somewhere.
pub struct File<'a> {
    pub name: &'a str,
    pub title: &'a str,
    /// What a picture shows.
    pub alt: Option<&'a str>,
    pub bytes: Vec<u8>,
}

/// Shares a file. `at`: channel and thread.
pub async fn share(rest: &Rest, at: (&str, Option<&str>), file: File<'_>) -> Result<(), CallError> {
    let length = file.bytes.len().to_string();
    let mut arguments = vec![("filename", file.name), ("length", length.as_str())];
    arguments.extend(file.alt.map(|alt| ("alt_txt", alt)));
    let place = rest.read("files.getUploadURLExternal", &arguments).await?;
    let field = |name: &str| place.get(name).and_then(Value::as_str).unwrap_or_default();
    rest.upload(field("upload_url"), file.bytes).await?;
    let mut body = json!({ "files": [{ "id": field("file_id"), "title": file.title }], "channel_id": at.0 });
    if let Some(thread) = at.1 {
        set(&mut body, "thread_ts", thread.into());
    }
    rest.write("files.completeUploadExternal", &body).await.map(drop)
}

/// Shows a picture, if Slack takes it: what it belongs to stands without it as well.
pub async fn show(rest: &Rest, at: (&str, Option<&str>), picture: &Picture) {
    let alt = picture.alt.visible();
    let file = File { name: picture.name, title: &alt, alt: Some(&alt), bytes: picture.png.to_vec() };
    if let Err(error) = share(rest, at, file).await {
        tracing::warn!("A picture could not be shown on Slack: {error}");
    }
}
