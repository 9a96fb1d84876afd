// The server settings of the embedded PostgreSQL, each with its reason. They are given on the command line, where
// nothing in the cluster's own configuration files can override them.

export type Settings = Record<string, string>

/** What an acknowledged message relies on. */
const durability: Settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
}

const sizing: Settings = {
  // The server multiplexes everything over a small pool; the rest is for commands, backups and a person with psql.
  max_connections: '50',
  shared_buffers: '128MB',
  // Queries are short and indexed: compiling them costs more than it saves.
  jit: 'off',
  // Neither parallel queries nor separate processes for reads: on a small machine both cost more memory, /dev/shm
  // (64 MB in a container by default) and latency than they gain.
  max_parallel_workers_per_gather: '0',
  io_method: 'sync',
  // No replicas or logical subscriptions, so no process that waits for them; whoever needs those brings a PostgreSQL.
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  // Solid-state disks: an index read costs about as much as a sequential one.
  random_page_cost: '1.1',
}

const upkeep: Settings = {
  // A session must never hold a chat's row lock for longer than its server lives or thinks.
  idle_in_transaction_session_timeout: '60s',
  // Windows cannot tell that a client is gone while a query runs, and refuses the setting.
  ...(process.platform === 'win32' ? {} : { client_connection_check_interval: '5s' }),
  // The caller gets errors and logs them; written here too, they would put personal data (a duplicate e-mail address)
  // into the file and let anyone fill the disk.
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_timezone: 'UTC',
  timezone: 'UTC',
  cluster_name: 'parley',
}

/** Everything but the address to listen on. */
export const baseSettings: Settings = { ...durability, ...sizing, ...upkeep }
