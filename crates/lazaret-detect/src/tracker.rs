//! Events in, lineage and installations out.

use lazaret_events::{Event, Table, Text, Time, event::path};
use rustc_hash::FxHashMap;

use crate::{
    installation::{
        Installation, InstallationId, Managers, Membership, Services, Written, is_interpreter,
        split_command_line,
    },
    lineage::{Limits, Lineage, NodeId},
};

/// What is known of an event beyond its record.
#[derive(Clone, Copy, Debug)]
pub struct Observed {
    /// Number of the device.
    pub device: u32,
    /// When: the record's time, else that of the record before.
    pub time: Time,
    /// The process that the event is about: created, else acting.
    pub node: Option<NodeId>,
    /// Whether that process is new.
    pub new: bool,
    /// Its installation.
    pub membership: Option<Membership>,
}

/// Installations that are remembered, about 1 KiB each.
const INSTALLATIONS: usize = 1 << 17;

/// Files of installations that are remembered.
const FILES: usize = 1 << 19;

/// Addresses whose names are remembered.
const NAMES: usize = 1 << 17;

/// An interpreter's arguments that may be its script.
const SCRIPT_ARGUMENTS: usize = 4;

/// A package manager's own processes: the wrapper script, the interpreter.
/// Starts closer than this to one another, in µs, with the same words, are
/// one installation.
const SAME_RUN: i64 = 60_000_000;

/// Keeps lineage and installations up to date.
#[derive(Debug)]
pub struct Tracker {
    managers: Managers,
    lineage: Lineage,
    installations: Vec<Installation>,
    /// Number of the first of them: earlier ones are forgotten.
    first: u32,
    written: Written,
    services: Services,
    names: FxHashMap<(u32, Text), Text>,
    clock: Time,
}

impl Tracker {
    /// An empty one.
    pub fn new(managers: Managers, limits: Limits) -> Self {
        Self {
            managers,
            lineage: Lineage::new(limits),
            installations: Vec::new(),
            first: 0,
            written: Written::new(FILES),
            services: Services::default(),
            names: FxHashMap::default(),
            clock: Time::default(),
        }
    }

    /// The package managers.
    pub fn managers(&self) -> &Managers {
        &self.managers
    }

    /// The processes.
    pub fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    /// An installation.
    pub fn installation(&self, id: InstallationId) -> Option<&Installation> {
        let index = id.0.checked_sub(self.first)?;
        self.installations.get(index as usize)
    }

    fn installation_mut(&mut self, id: InstallationId) -> Option<&mut Installation> {
        let index = id.0.checked_sub(self.first)?;
        self.installations.get_mut(index as usize)
    }

    /// Installations forgotten for want of room.
    pub fn installations_evicted(&self) -> u64 {
        u64::from(self.first)
    }

    /// All installations that are remembered, in the order of their starts.
    pub fn installations(&self) -> &[Installation] {
        &self.installations
    }

    /// What installations wrote.
    pub fn written(&self) -> &Written {
        &self.written
    }

    /// The name that an address was looked up by, where a lookup was seen on
    /// the device.
    pub fn name_of(&self, device: u32, address: &str) -> Option<&Text> {
        self.names.get(&(device, Text::new(address)))
    }

    /// Takes an event in.
    pub fn observe(&mut self, event: &Event) -> Observed {
        let time = event.time.unwrap_or(self.clock);
        self.clock = self.clock.max(time);
        let device = self.lineage.device(event);
        let found = self.lineage.observe(event, device, time);
        for id in self.lineage.take_fresh() {
            self.enrol(id, time);
        }
        let (node, new) = match found {
            Some((id, new)) => (Some(id), new),
            None => (None, false),
        };
        let mut membership = node
            .and_then(|id| self.lineage.get(id))
            .and_then(|node| node.membership);
        if let (None, Some(id)) = (membership, node) {
            membership = self.by_import(id, event);
            if membership.is_some() {
                self.join(id, membership);
            }
        }
        let observed = Observed {
            device,
            time,
            node,
            new,
            membership,
        };
        self.account(event, &observed);
        observed
    }

    /// Finds the installation of a process that is new.
    fn enrol(&mut self, id: NodeId, time: Time) {
        let Some(node) = self.lineage.get(id) else {
            return;
        };
        let parent = node.parent.and_then(|p| self.lineage.get(p));
        let inherited = parent.and_then(|p| p.membership);
        if node.forked {
            // The same program as its parent: no start of its own.
            self.join(id, inherited);
            return;
        }
        let asked = self.managers.invocation(node).filter(|a| a.installs);
        let Some(asked) = asked else {
            let membership = match inherited {
                Some(inherited) => Some(inherited.child()),
                None => self.by_file(id).or_else(|| self.by_service(id, time)),
            };
            self.join(id, membership);
            if let Some(membership) = membership
                && let Some(installation) = self.installation_mut(membership.installation)
            {
                installation.processes = installation.processes.saturating_add(1);
            }
            return;
        };
        let started = node.started.unwrap_or(time);
        let outer = inherited.and_then(|m| self.installation(m.installation));
        // `npm` is a script that runs node, pip runs itself again to build.
        let same = outer.is_some_and(|o| {
            o.manager == asked.manager.name.as_str()
                && o.verb == asked.verb.as_str()
                && (o.sources == asked.sources || o.packages == asked.packages)
                && started.0 - o.started.0 < SAME_RUN
        });
        if same && inherited.is_some_and(|m| m.depth <= 1) {
            self.join(id, inherited);
            return;
        }
        let served = !asked.manager.services.is_empty();
        let installation = Installation {
            id: InstallationId(0),
            device: node.device,
            manager: Text::new(&asked.manager.name),
            verb: Text::new(&asked.verb),
            command_line: node.command_line.clone(),
            packages: asked.packages,
            sources: asked.sources,
            registry: asked.registry,
            account: node.account.clone(),
            account_id: node.account_id.clone(),
            cwd: node.cwd.clone(),
            started,
            ended: None,
            seen: time,
            root: id,
            within: inherited.map(|m| m.installation),
            processes: 1,
            files: 0,
            connections: 0,
            manager_addresses: rustc_hash::FxHashSet::default(),
        };
        self.begin(installation, served);
    }

    /// A process belongs to an installation from now on.
    fn join(&mut self, id: NodeId, membership: Option<Membership>) {
        if let Some(node) = self.lineage.get_mut(id) {
            node.membership = membership;
        }
    }

    /// Keeps a new installation; gives it its number.
    fn begin(&mut self, mut installation: Installation, served: bool) {
        if self.installations.len() >= INSTALLATIONS {
            // A quarter at once: moving the others costs little then.
            self.installations.drain(..INSTALLATIONS / 4);
            self.first = self.first.saturating_add(INSTALLATIONS as u32 / 4);
        }
        let kept = u32::try_from(self.installations.len()).unwrap_or(u32::MAX);
        let id = InstallationId(self.first.saturating_add(kept));
        installation.id = id;
        let (root, device) = (installation.root, installation.device);
        self.installations.push(installation);
        let root_membership = Membership {
            installation: id,
            depth: 0,
            by_file: false,
            imported: false,
        };
        self.join(root, Some(root_membership));
        if served {
            for service in self.services.asked(device, id) {
                let ended = self.lineage.get(service).is_none_or(|s| s.ended.is_some());
                if !ended {
                    self.join(service, Some(root_membership.child()));
                }
            }
        }
    }

    /// The installation whose installer has a service do its work.
    fn by_service(&mut self, id: NodeId, time: Time) -> Option<Membership> {
        let node = self.lineage.get(id)?;
        if !self.managers.is_service(node) {
            return None;
        }
        let device = node.device;
        self.services.started(device, id);
        let installation = self.services.last(device)?;
        let served = self.installation(installation)?.is_served(time);
        served.then_some(Membership {
            installation,
            depth: 1,
            by_file: false,
            imported: false,
        })
    }

    /// The installation that wrote the program, or the script that it runs.
    fn by_file(&self, id: NodeId) -> Option<Membership> {
        let node = self.lineage.get(id)?;
        if !self.written.any_on(node.device) {
            return None;
        }
        let writer = |path: &str| self.written.writer(node.device, path);
        let name = node.name();
        let runs_scripts = is_interpreter(&name) || is_shell(&name);
        // What an interpreter of the whole machine runs is its installer's no more.
        let of_machine = |(id, _): &(InstallationId, Time)| {
            let installation = self.installation(*id);
            let manager = installation.and_then(|i| self.managers.named(&i.manager));
            manager.is_some_and(|manager| !manager.services.is_empty())
        };
        let mut found = writer(&node.image).filter(|by| !(runs_scripts && of_machine(by)));
        if found.is_none() && runs_scripts {
            let split;
            let arguments = if node.arguments.is_empty() {
                split = split_command_line(&node.command_line);
                split.as_slice()
            } else {
                &node.arguments
            };
            let mut scripts = arguments
                .iter()
                .skip(1)
                .filter(|a| !a.starts_with('-'))
                .take(SCRIPT_ARGUMENTS);
            found = scripts.find_map(|argument| {
                let whole = path::absolute(&node.cwd, argument);
                // A package's folder, or a script without its ending.
                let ways = ["", "/package.json", "/__main__.py", ".js"];
                ways.iter().find_map(|end| writer(&format!("{whole}{end}")))
            });
            if let (None, Some(module)) = (found, python_module(&name, arguments)) {
                let first = arguments.first().map_or("", Text::as_str);
                let programs = [node.image.as_str(), first];
                found = self.written.module_writer(node.device, module, &programs);
            }
        }
        found.map(|(installation, _)| Membership {
            installation,
            depth: 1,
            by_file: true,
            imported: false,
        })
    }

    /// The installation that wrote the module which an interpreter reads or
    /// loads by this event.
    fn by_import(&self, id: NodeId, event: &Event) -> Option<Membership> {
        let file = event.file.as_deref()?;
        let reads = event.action_type == "FileRead" || event.table == Table::DeviceImageLoadEvents;
        if !reads || !is_code(&file.path) {
            return None;
        }
        let node = self.lineage.get(id)?;
        let name = node.name();
        if !self.written.any_on(node.device) || is_shell(&name) || !is_interpreter(&name) {
            return None;
        }
        let (installation, _) = self.written.writer(node.device, &file.path)?;
        Some(Membership {
            installation,
            depth: 1,
            by_file: true,
            imported: true,
        })
    }

    /// Keeps the installation's accounts, and what it wrote.
    fn account(&mut self, event: &Event, observed: &Observed) {
        if let Some(dns) = event.dns.as_deref() {
            self.remember(observed.device, &dns.query, &dns.answers);
        }
        let Some(membership) = observed.membership else {
            return;
        };
        let Some(installation) = self.installation_mut(membership.installation) else {
            return;
        };
        if !membership.by_file {
            installation.seen = installation.seen.max(observed.time);
        }
        if event.action_type == "ProcessExited" && observed.node == Some(installation.root) {
            installation.ended = Some(observed.time);
        }
        if let (Some(network), Table::DeviceNetworkEvents) =
            (event.network.as_deref(), &event.table)
        {
            installation.connections = installation.connections.saturating_add(1);
            if membership.depth == 0 {
                installation.talked_to(&network.remote_ip);
            }
        }
        let Some(file) = event.file.as_deref() else {
            return;
        };
        match event.action_type.as_str() {
            "FileCreated" | "FileModified" | "FileExecutableDetected" => {
                installation.files = installation.files.saturating_add(1);
                let id = membership.installation;
                self.written
                    .write(observed.device, &file.path, id, observed.time);
            }
            "FileRenamed" => {
                self.written
                    .rename(observed.device, &file.previous_path, &file.path);
                let id = membership.installation;
                self.written
                    .write(observed.device, &file.path, id, observed.time);
            }
            _ => {}
        }
    }

    fn remember(&mut self, device: u32, query: &Text, answers: &str) {
        if self.names.len() >= NAMES {
            self.names.clear();
        }
        for answer in answers.split([';', ',', ' ']) {
            let answer = answer.trim().trim_start_matches("::ffff:");
            if answer.parse::<std::net::IpAddr>().is_ok() {
                self.names
                    .insert((device, Text::new(answer)), query.clone());
            }
        }
    }
}

/// Whether a file is what interpreters run of a package.
fn is_code(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    let known = [
        "py", "pyc", "pyd", "js", "cjs", "mjs", "node", "so", "dll", "rb", "php", "pth",
    ];
    known.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// What `python -m` is asked to run.
fn python_module<'a>(program: &str, arguments: &'a [Text]) -> Option<&'a str> {
    if !(program.starts_with("py") && is_interpreter(program)) {
        return None;
    }
    let mut rest = arguments.iter().skip(1).map(Text::as_str);
    while let Some(argument) = rest.next() {
        match argument {
            "-m" => return rest.next(),
            "-W" | "-X" => {
                rest.next();
            }
            other if other.starts_with('-') => {}
            _ => return None,
        }
    }
    None
}

/// Whether a program is a command shell.
pub(crate) fn is_shell(name: &str) -> bool {
    matches!(
        name,
        "sh" | "bash"
            | "dash"
            | "zsh"
            | "ksh"
            | "ash"
            | "fish"
            | "busybox"
            | "cmd"
            | "powershell"
            | "pwsh"
    )
}
