//! Files: sent by the bot in three steps, or handed to it by somebody.

use serde_json::{Map, Value, json};

use super::api::{Accepted, Outcome, refuse};
use super::http::{Reply, Request};
use super::messages::File;
use super::state::{BOT, Id, State, Ts};
use super::{BOT_TOKEN, Slack};

impl State {
    pub fn wire_file(&self, file: &File) -> Value {
        let url = format!("http://{}/files/{}/{}", self.address, file.id, file.name);
        json!({
            "id": file.id, "name": file.name, "title": file.title, "size": file.bytes.len(), "user": file.owner,
            "mode": "hosted", "filetype": file.name.rsplit('.').next(), "mimetype": "application/octet-stream",
            "url_private": url, "url_private_download": url, "created": 1_700_000_000, "is_external": false,
        })
    }

    pub fn new_file(&mut self, owner: Id, name: &str, bytes: &[u8]) -> Id {
        let id = self.new_id('F');
        let (name, bytes) = (name.to_owned(), bytes.to_vec());
        let length = bytes.len();
        self.files.insert(id, File { id, title: name.clone(), name, bytes, length, is_uploaded: true, owner });
        id
    }

    pub fn begin_upload(&mut self, request: &Request) -> Outcome {
        let name = request.text("filename").ok_or_else(|| refuse("missing_filename"))?.to_owned();
        let length = request.number("length").filter(|length| *length > 0).ok_or_else(|| refuse("missing_length"))?;
        let id = self.new_file(BOT, &name, &[]);
        let file = self.files.get_mut(&id).unwrap();
        (file.length, file.is_uploaded) = (length as usize, false);
        Ok(Accepted::with(json!({"upload_url": format!("http://{}/upload/{id}", self.address), "file_id": id})))
    }

    pub fn take_upload(&mut self, id: Id, request: &Request) -> Outcome {
        let file = self.files.get_mut(&id).filter(|file| !file.is_uploaded).ok_or_else(|| refuse("file_not_found"))?;
        if request.bytes.len() != file.length {
            return Err(refuse("file_upload_size_mismatch"));
        }
        file.bytes.clone_from(&request.bytes);
        let words = format!("OK - {}", file.bytes.len());
        Ok(Accepted { instead: Some(Box::new(Reply::Bytes(words.into_bytes()))), ..Accepted::default() })
    }

    pub fn complete_upload(&mut self, request: &Request) -> Outcome {
        let listed = request.json("files").map_err(|()| refuse("invalid_arguments"))?;
        let listed = listed.as_array().filter(|files| !files.is_empty()).ok_or_else(|| refuse("no_files"))?.clone();
        let mut ids = Vec::new();
        for one in &listed {
            let id: Option<Id> = one["id"].as_str().and_then(|id| id.parse().ok());
            let file = id.and_then(|id| self.files.get_mut(&id)).filter(|file| !file.bytes.is_empty());
            let file = file.ok_or_else(|| refuse("file_not_found"))?;
            file.is_uploaded = true;
            if let Some(title) = one["title"].as_str() {
                title.clone_into(&mut file.title);
            }
            ids.push(file.id);
        }
        if request.text("channel_id").is_some() {
            self.share(&ids, request)?;
        }
        let files: Vec<Value> = ids.iter().map(|id| self.wire_file(&self.files[id])).collect();
        Ok(Accepted::with(json!({"files": files})))
    }

    fn share(&mut self, ids: &[Id], request: &Request) -> Result<(), super::api::Refused> {
        let channel = self.visible(request.id("channel_id"))?;
        if channel.is_archived {
            return Err(refuse("is_archived"));
        }
        if !channel.has_bot() {
            return Err(refuse("not_in_channel"));
        }
        let id = channel.id;
        let mut body = Map::new();
        body.insert("text".to_owned(), json!(request.text("initial_comment").unwrap_or_default()));
        let mut message = self.new_message(id, BOT, &body);
        message.thread = request.text("thread_ts").and_then(|ts| ts.parse::<Ts>().ok());
        message.files = ids.iter().map(|id| self.files[id].clone()).collect();
        self.messages.insert(message.ts, message);
        Ok(())
    }

    pub fn file_info(&self, request: &Request) -> Outcome {
        let file = request.id("file").and_then(|id| self.files.get(&id)).ok_or_else(|| refuse("file_not_found"))?;
        Ok(Accepted::with(json!({"file": self.wire_file(file)})))
    }

    /// The bytes; for whoever may not have them the page to log in.
    pub fn give_file(&self, id: Id, request: &Request) -> Outcome {
        let may = request.token.as_deref() == Some(BOT_TOKEN)
            && self.bot_token_error.is_none()
            && self.scopes.contains("files:read");
        let file = self.files.get(&id).filter(|file| file.is_uploaded);
        let reply = match file {
            Some(file) if may => Reply::Bytes(file.bytes.clone()),
            Some(_) => Reply::Html(200),
            None => Reply::Html(404),
        };
        Ok(Accepted { instead: Some(Box::new(reply)), ..Accepted::default() })
    }
}

impl Slack {
    /// A file that somebody has uploaded, to hand it to the bot in a modal.
    pub fn file(&self, person: Id, name: &str, bytes: &[u8]) -> Id {
        self.inner.with(|state| state.new_file(person, name, bytes))
    }

    /// Where a file can be loaded from, with the bot's token.
    pub fn file_url(&self, file: Id) -> String {
        self.inner.with(|state| {
            let wire = state.wire_file(&state.files[&file]);
            wire["url_private_download"].as_str().unwrap().to_owned()
        })
    }
}
