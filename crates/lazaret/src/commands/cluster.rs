//! `lazaret cluster`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use lazaret_cluster::{Executor, Scheduler};

use crate::{context::Context, output as terminal};

/// Run the scheduler or an executor of a cluster for hunts
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lazaret cluster scheduler --listen 10.0.0.1:50050\n  \
    lazaret cluster executor --scheduler df://10.0.0.1:50050 --listen 10.0.0.2:50051\n  \
    lazaret hunt query.kql --lake /srv/lake --cluster df://10.0.0.1:50050\n\n\
    All machines need the lake at the same place, and the same version of lazaret with the \
    same --content. Nobody is asked who he is: keep a cluster on a network of its own.")]
pub(crate) struct Cluster {
    #[command(subcommand)]
    role: Role,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// Take hunts, and give parts of them to executors
    Scheduler {
        /// Address to listen at
        #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:50050")]
        listen: SocketAddr,
    },
    /// Run parts of hunts
    Executor {
        /// The scheduler
        #[arg(
            long,
            value_name = "df://HOST:PORT",
            default_value = "df://127.0.0.1:50050"
        )]
        scheduler: String,
        /// Address to give rows at
        #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:50051")]
        listen: SocketAddr,
        /// Name by which others reach this machine; the address's own by default
        #[arg(long, value_name = "NAME")]
        host: Option<String>,
        /// Parts of hunts that run at the same time; all processors by default
        #[arg(long, value_name = "COUNT")]
        threads: Option<usize>,
        /// Memory that hunts may hold before they spill to disk, in MiB
        #[arg(long, value_name = "MIB", default_value_t = 2048)]
        memory: u64,
        /// Folder of what is between two parts of a hunt; a temporary one by default
        #[arg(long, value_name = "FOLDER")]
        folder: Option<PathBuf>,
        /// Seconds to wait for the scheduler at the start
        #[arg(long, value_name = "SECONDS", default_value_t = 30)]
        wait: u16,
    },
}

impl Cluster {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let quiet = context.quiet;
        match self.role {
            Role::Scheduler { listen } => {
                let ready = |address| {
                    if !quiet {
                        terminal::remark(&format!("scheduler at df://{address}"));
                    }
                };
                lazaret_cluster::schedule(&Scheduler { listen }, &context.content, ready)?;
            }
            Role::Executor {
                scheduler,
                listen,
                host,
                threads,
                memory,
                folder,
                wait,
            } => {
                let (scheduler, port) = lazaret_cluster::place(&scheduler)?;
                let settings = Executor {
                    scheduler,
                    port,
                    listen,
                    host,
                    threads: threads.unwrap_or_else(|| {
                        std::thread::available_parallelism().map_or(2, usize::from)
                    }),
                    memory: memory << 20,
                    folder,
                    wait,
                };
                lazaret_cluster::execute(&settings, &context.content)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
