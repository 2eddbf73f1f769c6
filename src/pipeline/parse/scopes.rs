//! What the open elements declare for all that stands in them: namespaces and base addresses. Both
//! are looked up or copied for each element inside, so that both are bounded.

/// What one element declares.
#[derive(Clone, Copy, Default)]
pub struct Declared {
    pub namespaces: usize,
    pub base_bytes: usize,
}

struct Scope {
    /// Elements around the one that declares.
    depth: usize,
    declared: Declared,
}

/// The declarations in force.
#[derive(Default)]
pub struct Scopes {
    open: Vec<Scope>,
    namespaces: usize,
    base_bytes: usize,
}

impl Scopes {
    pub fn namespaces(&self) -> usize {
        self.namespaces
    }

    /// Bytes of base addresses, of which each relative one goes behind those around it.
    pub fn base_bytes(&self) -> usize {
        self.base_bytes
    }

    /// An element is opened inside `depth` others.
    pub fn enter(&mut self, depth: usize, declared: Declared) {
        if declared.namespaces + declared.base_bytes == 0 {
            return;
        }
        self.namespaces += declared.namespaces;
        self.base_bytes += declared.base_bytes;
        self.open.push(Scope { depth, declared });
    }

    /// Only `depth` elements are open any more.
    pub fn leave(&mut self, depth: usize) {
        while let Some(scope) = self.open.pop_if(|scope| scope.depth >= depth) {
            self.namespaces -= scope.declared.namespaces;
            self.base_bytes -= scope.declared.base_bytes;
        }
    }
}
