//! What a command is: the shape of the command table, from which every platform's own form is made.

/// One word that people can say, such as `filter set`.
#[derive(Debug)]
pub struct Word {
    pub name: &'static str,
    pub arguments: &'static [Argument],
    pub who: Who,
    /// Asks "really?" first.
    pub asks: bool,
    /// Typed as it stands, it works.
    pub example: &'static str,
}

/// Who may say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Everyone,
    /// Those who may change what is posted in the channel.
    Managers,
}

#[derive(Debug)]
pub struct Argument {
    pub name: &'static str,
    pub kind: Kind,
    pub is_required: bool,
}

/// What an argument is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A whole number between two others.
    Number(i64, i64),
    /// Another channel.
    Place,
    /// A file, or the address of one.
    File,
    /// Free text. As the last argument of a line it takes the rest.
    Text,
    /// Free text that can be completed from what there is.
    Completed,
}

impl Word {
    pub fn argument(&self, name: &str) -> Option<&'static Argument> {
        self.arguments.iter().find(|argument| argument.name == name)
    }

    /// How it is typed: `subscribe <what> [filter] [mode] ...`.
    pub fn usage(&self) -> String {
        let arguments = self.arguments.iter().map(|argument| {
            if argument.is_required { format!(" <{}>", argument.name) } else { format!(" [{}]", argument.name) }
        });
        format!("{}{}", self.name, arguments.collect::<String>())
    }
}

/// Other names for words, from other bots.
pub const ALIASES: &[(&str, &str)] = &[("add", "subscribe"), ("remove", "unsubscribe"), ("list", "subscriptions")];
