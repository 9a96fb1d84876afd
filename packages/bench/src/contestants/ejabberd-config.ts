// The configuration that ejabberd gets: one WebSocket listener, rooms with an archive in PostgreSQL, and no brakes.
import type { PostgresConnection } from '../../../server/src/embedded/postgres.ts'
import { xmppHost } from '../load/xmpp-codec.ts'

export interface EjabberdPorts {
  readonly web: number
  /** Of the Erlang node, so that no name server has to run. */
  readonly distribution: number
}

const plenty = 100_000

/** YAML holds JSON. */
export const ejabberdConfig = (ports: EjabberdPorts, database: PostgresConnection): string =>
  JSON.stringify(
    {
      hosts: [xmppHost],
      loglevel: 'warning',
      listen: [
        {
          port: ports.web,
          ip: '127.0.0.1',
          module: 'ejabberd_http',
          request_handlers: { '/ws': 'ejabberd_http_ws' },
        },
      ],
      auth_method: 'anonymous',
      anonymous_protocol: 'sasl_anon',
      websocket_ping_interval: 60,
      websocket_timeout: 300,
      sql_type: 'pgsql',
      sql_server: database.host,
      sql_port: database.port,
      sql_database: database.database,
      sql_username: database.user,
      sql_password: database.password,
      shaper_rules: { c2s_shaper: 'none' },
      modules: {
        mod_mam: { db_type: 'sql', default: 'never' },
        mod_muc: {
          access: 'all',
          max_users: plenty,
          max_user_conferences: plenty,
          history_size: 0,
          min_message_interval: 0,
          min_presence_interval: 0,
          default_room_options: { mam: true, max_users: plenty, presence_broadcast: [] },
        },
      },
    },
    null,
    2,
  )
