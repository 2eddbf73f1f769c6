//! Modals and home tabs: opened by a trigger, filled in and submitted by somebody.

use serde_json::{Value, json};

use super::api::{Accepted, Outcome, Refused, refuse};
use super::http::Request;
use super::interactions::InteractionId;
use super::limits::{self, Surface};
use super::messages::controls_of;
use super::oracle::Reading;
use super::state::{APP, BOT_ID, Id, State, TEAM};

const STACK_MAX: usize = 3;
const TYPED_MAX: usize = 3000;

#[derive(Clone, Debug)]
pub struct View {
    pub id: Id,
    /// Who sees it.
    pub person: Id,
    /// As Slack keeps it: title, blocks, callback_id, private_metadata and the like.
    pub body: Value,
    /// The view that shows again when this one is gone.
    pub previous: Option<Id>,
    pub is_home: bool,
    pub is_open: bool,
    /// Where it was asked for.
    pub channel: Option<Id>,
    hash: u32,
}

impl View {
    /// All that is to be read in it, without Slack's marks.
    pub fn words(&self) -> String {
        let shown = json!({"blocks": self.body["blocks"]});
        let title = self.body["title"]["text"].as_str().filter(|_| !self.is_home).unwrap_or_default();
        let words = Reading::of(shown.as_object().unwrap()).words();
        format!("{title} {words}").trim().to_owned()
    }

    /// Everything that can be pressed, chosen from or filled in.
    pub fn controls(&self) -> Vec<Value> {
        self.body["blocks"].as_array().into_iter().flatten().flat_map(controls_of).collect()
    }
}

/// What somebody fills in: a text, or what they choose, by its value or by what is to be read.
#[derive(Clone, Debug)]
pub enum Fill {
    One(String),
    Many(Vec<String>),
}

impl From<&str> for Fill {
    fn from(text: &str) -> Self {
        Self::One(text.to_owned())
    }
}

impl From<Id> for Fill {
    fn from(id: Id) -> Self {
        Self::One(id.to_string())
    }
}

impl From<&[&str]> for Fill {
    fn from(all: &[&str]) -> Self {
        Self::Many(all.iter().map(|one| (*one).to_owned()).collect())
    }
}

impl Fill {
    fn all(&self) -> Vec<&str> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(all) => all.iter().map(String::as_str).collect(),
        }
    }
}

/// Where the state of an element is written.
fn slot(kind: &str) -> &'static str {
    match kind {
        "static_select" | "external_select" | "radio_buttons" | "overflow" => "selected_option",
        "multi_static_select" | "multi_external_select" | "checkboxes" => "selected_options",
        "users_select" => "selected_user",
        "conversations_select" => "selected_conversation",
        "channels_select" => "selected_channel",
        "multi_users_select" => "selected_users",
        "multi_conversations_select" => "selected_conversations",
        "multi_channels_select" => "selected_channels",
        "datepicker" => "selected_date",
        "timepicker" => "selected_time",
        "datetimepicker" => "selected_date_time",
        "file_input" => "files",
        _ => "value",
    }
}

/// What stands in an element before anybody touches it.
fn initial(element: &Value, current: Option<Id>) -> Value {
    let slot = slot(element["type"].as_str().unwrap_or_default());
    let name = if slot == "value" { "initial_value".to_owned() } else { slot.replace("selected", "initial") };
    if element["default_to_current_conversation"] == true && element[&name].is_null() {
        return json!(current);
    }
    let is_many = ["options", "users", "conversations", "channels"].iter().any(|end| slot.ends_with(end));
    if element[&name].is_null() && (is_many || slot == "files") { json!([]) } else { element[&name].clone() }
}

impl State {
    fn check_view(&self, request: &Request, surface: Surface) -> Result<Value, Refused> {
        let view = request.json("view").map_err(|()| refuse("invalid_arguments"))?;
        if !view.is_object() {
            return Err(refuse("invalid_arguments"));
        }
        limits::view(&view, surface, &self.broken_pictures)?;
        Ok(view)
    }

    /// A view as Slack keeps it.
    fn kept_view(&mut self, id: Id, view: &Value) -> Value {
        let mut kept = json!({
            "callback_id": "", "private_metadata": "", "external_id": "", "close": null, "submit": null,
            "clear_on_close": false, "notify_on_close": false, "title": {"type": "plain_text", "text": "View Title"},
        });
        kept.as_object_mut().unwrap().extend(view.as_object().unwrap().clone());
        kept["blocks"] = json!(self.kept_blocks(&view["blocks"]));
        kept["id"] = json!(id);
        kept["team_id"] = json!(TEAM);
        kept["app_id"] = json!(APP);
        kept["bot_id"] = json!(BOT_ID);
        kept["root_view_id"] = json!(id);
        kept["state"] = json!({"values": {}});
        kept
    }

    fn add_view(&mut self, person: Id, view: &Value, previous: Option<Id>, channel: Option<Id>) -> Id {
        let id = self.new_id('V');
        let body = self.kept_view(id, view);
        let is_home = body["type"] == "home";
        self.views.insert(id, View { id, person, body, previous, is_home, is_open: true, channel, hash: 1 });
        id
    }

    fn change_view(&mut self, id: Id, view: &Value) {
        let body = self.kept_view(id, view);
        let kept = self.views.get_mut(&id).unwrap();
        kept.body = body;
        kept.hash += 1;
    }

    pub fn wire_view(&self, id: Id) -> Value {
        let view = &self.views[&id];
        let mut wire = view.body.clone();
        wire["hash"] = json!(format!("{}.hash", view.hash));
        wire["previous_view_id"] = json!(view.previous);
        let root = std::iter::successors(Some(id), |id| self.views[id].previous).last();
        wire["root_view_id"] = json!(root);
        wire["state"] = json!({"values": self.values(id, &[])});
        wire
    }

    fn shown(&self, id: Id) -> Outcome {
        Ok(Accepted::with(json!({"view": self.wire_view(id)})))
    }

    pub fn open_view(&mut self, request: &Request) -> Outcome {
        let view = self.check_view(request, Surface::Modal)?;
        let trigger = self.pull_trigger(request)?;
        self.show(trigger, &view, None)
    }

    pub fn push_view(&mut self, request: &Request) -> Outcome {
        let view = self.check_view(request, Surface::Modal)?;
        let trigger = self.pull_trigger(request)?;
        let previous = self.interactions[&trigger].view.ok_or_else(|| refuse("not_found"))?;
        if std::iter::successors(Some(previous), |id| self.views[id].previous).count() >= STACK_MAX {
            return Err(refuse("push_limit_reached"));
        }
        self.show(trigger, &view, Some(previous))
    }

    fn show(&mut self, trigger: InteractionId, view: &Value, previous: Option<Id>) -> Outcome {
        let interaction = self.interactions.get_mut(&trigger).unwrap();
        interaction.is_trigger_used = true;
        let (person, channel) = (interaction.person.expect("somebody pulled it"), interaction.channel);
        let id = self.add_view(person, view, previous, channel);
        self.said_mut(trigger).modal = Some(id);
        self.shown(id)
    }

    pub fn update_view(&mut self, request: &Request) -> Outcome {
        let external = request.text("external_id");
        let of_external = self.views.values().find(|view| external.is_some_and(|id| view.body["external_id"] == id));
        let id = request.id("view_id").or(of_external.map(|view| view.id)).filter(|id| self.views.contains_key(id));
        let id = id.filter(|id| self.views[id].is_open).ok_or_else(|| refuse("not_found"))?;
        let surface = if self.views[&id].is_home { Surface::Home } else { Surface::Modal };
        let view = self.check_view(request, surface)?;
        self.check_hash(id, request)?;
        self.change_view(id, &view);
        self.shown(id)
    }

    fn check_hash(&self, id: Id, request: &Request) -> Result<(), Refused> {
        let own = format!("{}.hash", self.views[&id].hash);
        if request.text("hash").is_some_and(|hash| hash != own) { Err(refuse("hash_conflict")) } else { Ok(()) }
    }

    pub fn publish_view(&mut self, request: &Request) -> Outcome {
        let person = request.id("user_id").filter(|person| self.people.contains_key(person));
        let person = person.ok_or_else(|| refuse("user_not_found"))?;
        let view = self.check_view(request, Surface::Home)?;
        if let Some(id) = self.homes.get(&person).copied() {
            self.check_hash(id, request)?;
            self.change_view(id, &view);
            return self.shown(id);
        }
        let id = self.add_view(person, &view, None, None);
        self.homes.insert(person, id);
        self.shown(id)
    }

    /// What a submission is answered with.
    pub fn take_submission(&mut self, id: InteractionId, payload: &Value) -> Result<(), Refused> {
        let view = self.interactions[&id].view.expect("a view was submitted");
        match payload["response_action"].as_str() {
            None => self.views.get_mut(&view).unwrap().is_open = false,
            Some("clear") => {
                let stack: Vec<_> = std::iter::successors(Some(view), |id| self.views[id].previous).collect();
                stack.into_iter().for_each(|id| self.views.get_mut(&id).unwrap().is_open = false);
            }
            Some("errors") => {
                let errors = payload["errors"].as_object().filter(|errors| !errors.is_empty());
                let errors = errors.ok_or_else(|| refuse("invalid_errors"))?;
                let blocks = self.views[&view].body["blocks"].as_array().cloned().unwrap_or_default();
                let is_input = |id: &String| blocks.iter().any(|one| one["block_id"] == *id && one["type"] == "input");
                if !errors.keys().all(is_input) || !errors.values().all(Value::is_string) {
                    return Err(refuse("invalid_errors"));
                }
                self.said_mut(id).errors = Some(payload["errors"].clone());
            }
            Some(action @ ("update" | "push")) => {
                limits::view(&payload["view"], Surface::Modal, &self.broken_pictures)?;
                if action == "update" {
                    self.change_view(view, &payload["view"]);
                    self.said_mut(id).modal = Some(view);
                } else {
                    let (person, channel) = (self.views[&view].person, self.views[&view].channel);
                    let pushed = self.add_view(person, &payload["view"], Some(view), channel);
                    self.said_mut(id).modal = Some(pushed);
                }
            }
            Some(_) => return Err(refuse("invalid_response_action")),
        }
        Ok(())
    }

    /// What is filled in, by block and action. What nobody touched is as it was.
    pub fn values(&self, view: Id, fills: &[(&str, Fill)]) -> Value {
        let view = &self.views[&view];
        let mut values = json!({});
        for block in view.body["blocks"].as_array().into_iter().flatten() {
            for element in controls_of(block) {
                let kind = element["type"].as_str().unwrap_or_default();
                if kind == "button" {
                    continue;
                }
                let names = [&block["label"]["text"], &element["action_id"], &block["block_id"]];
                let fill = fills.iter().find(|(name, _)| names.iter().any(|own| **own == *name)).map(|(_, fill)| fill);
                let value = fill.map_or_else(|| initial(&element, view.channel), |fill| self.filled(&element, fill));
                let ids = (block["block_id"].as_str().unwrap(), element["action_id"].as_str().unwrap());
                values[ids.0][ids.1] = json!({"type": kind, slot(kind): value});
            }
        }
        values
    }

    /// What is chosen in a menu outside of any form, and where that is written.
    pub fn chosen(&self, element: &Value, fill: &Fill) -> (&'static str, Value) {
        (slot(element["type"].as_str().unwrap_or_default()), self.filled(element, fill))
    }

    fn filled(&self, element: &Value, fill: &Fill) -> Value {
        let kind = element["type"].as_str().unwrap_or_default();
        let all = fill.all();
        match slot(kind) {
            "selected_option" => self.option(element, all[0]),
            "selected_options" => all.iter().map(|one| self.option(element, one)).collect(),
            "selected_users" | "selected_conversations" | "selected_channels" => json!(all),
            "files" => all.iter().map(|id| self.wire_file(&self.files[&id.parse().unwrap()])).collect(),
            "selected_date_time" => json!(all[0].parse::<i64>().expect("seconds since 1970")),
            _ => {
                check_typed(element, all[0]);
                json!(all[0])
            }
        }
    }

    /// The option of that value, or that is to be read so.
    fn option(&self, element: &Value, wanted: &str) -> Value {
        let action = element["action_id"].as_str().unwrap_or_default();
        let groups = element["option_groups"].as_array().into_iter().flatten();
        let grouped = groups.filter_map(|group| group["options"].as_array()).flatten();
        let fixed = element["options"].as_array().into_iter().flatten().chain(grouped);
        let all: Vec<&Value> = fixed.chain(self.suggested.get(action).into_iter().flatten()).collect();
        let found = all.iter().find(|option| option["value"] == wanted || option["text"]["text"] == wanted);
        (*found.unwrap_or_else(|| panic!("Slack offers no \"{wanted}\" in {action}: {all:?}"))).clone()
    }

    /// Slack's own client sends nothing as long as something is missing.
    pub fn check_filled(&self, view: Id, values: &Value, fills: &[(&str, Fill)]) {
        let body = &self.views[&view].body;
        let inputs = body["blocks"].as_array().into_iter().flatten().filter(|block| block["type"] == "input");
        let mut names: Vec<String> = Vec::new();
        for block in inputs {
            let element = &block["element"];
            let (block_id, action) = (block["block_id"].as_str().unwrap(), element["action_id"].as_str().unwrap());
            let label = block["label"]["text"].as_str().unwrap_or_default();
            let value = &values[block_id][action][slot(element["type"].as_str().unwrap_or_default())];
            let is_empty = value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty);
            assert!(!is_empty || block["optional"] == true, "Slack wants \"{label}\" to be filled in");
            names.extend([block_id, action, label].map(str::to_owned));
        }
        for (name, _) in fills {
            assert!(names.iter().any(|own| own == name), "there is no \"{name}\" to fill in: {names:?}");
        }
    }
}

fn check_typed(element: &Value, text: &str) {
    let count = text.chars().count();
    let max = element["max_length"].as_u64().map_or(TYPED_MAX, |max| max as usize);
    assert!(count <= max, "Slack takes {max} characters at most here");
    assert!(count as u64 >= element["min_length"].as_u64().unwrap_or(0), "Slack wants more characters here");
    if element["type"] == "number_input" {
        let number: f64 = text.parse().expect("Slack takes a number here");
        assert!(element["is_decimal_allowed"] == true || number.fract() == 0.0, "Slack takes a whole number here");
    }
}
