/** What a database says of itself and of us, read on one connection that changes nothing: for `sidep doctor`. */
import postgres, { type Sql } from 'postgres'
import { runningEmbeddedDatabase } from './embedded/cluster.ts'

export interface DatabaseFacts {
  readonly isEmbedded: boolean
  /** As `server_version_num`: 150004. */
  readonly version: number
  readonly isReadOnly: boolean
  readonly isSuperuser: boolean
  /** May make tables, or owns some. */
  readonly mayChangeSchema: boolean
  readonly isEncrypted: boolean
  /** By socket, or on the machine itself. */
  readonly isLocal: boolean
  readonly isDurable: boolean
  readonly connectionsMax: number
  /** Its clock less ours. */
  readonly clockAheadMilliseconds: number
  /** Number of the newest migration; null where there is none, or it may not be read. */
  readonly schema: number | null
  readonly archiving: ArchivingFacts
}

export interface ArchivingFacts {
  readonly isOn: boolean
  readonly lastArchivedAt: Date | null
  readonly lastFailedAt: Date | null
  /** Bytes of log written since the last segment that was archived; null where none was, or it cannot be said. */
  readonly behindBytes: number | null
}

interface Row {
  readonly version: number
  readonly read_only: boolean
  readonly superuser: boolean
  readonly may_change: boolean
  readonly encrypted: boolean
  readonly local: boolean
  readonly durable: boolean
  readonly connections: number
  readonly at: Date
  readonly migrated: boolean
  readonly archiving: boolean
  readonly archived_at: Date | null
  readonly failed_at: Date | null
  readonly behind: string | null
}

const readRow = async (sql: Sql): Promise<Row> => {
  const [row] = await sql<Row[]>`
    select current_setting('server_version_num')::int as version,
      pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on' as read_only,
      (select rolsuper from pg_roles where rolname = session_user) as superuser,
      has_schema_privilege(session_user, 'public', 'create')
        or exists (select from pg_tables where schemaname = 'public' and tableowner = session_user) as may_change,
      coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as encrypted,
      inet_client_addr() is null or inet_client_addr() = inet_server_addr() as local,
      current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on'
        and current_setting('synchronous_commit') <> 'off' as durable,
      current_setting('max_connections')::int as connections,
      clock_timestamp() as at,
      to_regclass('public.migration') is not null as migrated,
      current_setting('archive_mode') <> 'off' as archiving,
      archiver.last_archived_time as archived_at, archiver.last_failed_time as failed_at,
      -- A segment's name is its timeline and its place, of 16 MB each unless initdb was told otherwise.
      case when pg_is_in_recovery() or archiver.last_archived_wal !~ '^[0-9A-F]{24}$' then null
        else pg_current_wal_lsn() - '0/0'
          - (('x' || substr(archiver.last_archived_wal, 9, 8))::bit(32)::bigint * 4294967296
            + (('x' || substr(archiver.last_archived_wal, 17, 8))::bit(32)::bigint + 1) * 16777216)
      end::text as behind
    from pg_stat_archiver archiver`
  if (row === undefined) throw new Error('the database said nothing of itself')
  return row
}

const readSchema = async (sql: Sql): Promise<number | null> => {
  const [row] = await sql<{ newest: number | null }[]>`select max(number) as newest from migration`
  return row?.newest ?? null
}

const read = async (sql: Sql, isEmbedded: boolean, now: () => Date): Promise<DatabaseFacts> => {
  // Opened before the clocks are compared.
  await sql`select 1`
  const asked = now().getTime()
  const row = await readRow(sql)
  const answered = now().getTime()
  return {
    isEmbedded,
    version: row.version,
    isReadOnly: row.read_only,
    isSuperuser: row.superuser,
    mayChangeSchema: row.may_change,
    isEncrypted: row.encrypted,
    isLocal: row.local,
    isDurable: row.durable,
    connectionsMax: row.connections,
    clockAheadMilliseconds: row.at.getTime() - (asked + answered) / 2,
    schema: row.migrated ? await readSchema(sql).catch(() => null) : null,
    archiving: {
      isOn: row.archiving,
      lastArchivedAt: row.archived_at,
      lastFailedAt: row.failed_at,
      behindBytes: row.behind === null ? null : Number(row.behind),
    },
  }
}

const options = {
  max: 1,
  connect_timeout: 5,
  onnotice: () => {},
  connection: { application_name: 'sidep doctor', statement_timeout: 5_000 },
} as const

/** @returns null where nothing answers: an embedded one that does not run, one of a URL that is away or refuses us */
export const readDatabaseFacts = async (
  databaseUrl: string | null,
  dataDirectory: string,
  now: () => Date,
): Promise<DatabaseFacts | null> => {
  const embedded = databaseUrl === null ? await runningEmbeddedDatabase(dataDirectory) : null
  if (databaseUrl === null && embedded === null) return null
  const sql =
    embedded === null
      ? postgres(databaseUrl ?? '', options)
      : postgres({ ...embedded.connection, database: 'sidep', ...options })
  try {
    return await read(sql, embedded !== null, now)
  } catch {
    return null
  } finally {
    await sql.end({ timeout: 1 })
  }
}
