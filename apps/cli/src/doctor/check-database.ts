/** The database: who we are there, what it promises, whether it is copied. */
import type { Facts } from './facts.ts'
import { type Check, unsafe, warning } from './findings.ts'

type DatabaseCheck = Check<
  Pick<Facts, 'database' | 'hasDatabaseUrl' | 'codeSchema' | 'isProduction'>
>

export const checkReachable: DatabaseCheck = ({ database, hasDatabaseUrl }) =>
  database === null && hasDatabaseUrl
    ? [
        unsafe(
          'DATABASE_UNREACHABLE',
          null,
          'the database of DATABASE_URL does not answer, or refuses us',
          'see that it runs, and that DATABASE_URL is right',
        ),
      ]
    : []

export const checkEmbedded: DatabaseCheck = ({ hasDatabaseUrl, isProduction }) =>
  isProduction && !hasDatabaseUrl
    ? [
        warning(
          'DATABASE_EMBEDDED',
          null,
          'production runs on the embedded PostgreSQL, whose package is a beta',
          'a PostgreSQL of your own: docs/operating/one-machine.md',
        ),
      ]
    : []

/** As the portal asks for; SQL is kept to this (docs/architecture.md). */
const versionMin = 150_000

export const checkVersion: DatabaseCheck = ({ database }) =>
  database === null || database.version >= versionMin
    ? []
    : [unsafe('DATABASE_OLD', null, `PostgreSQL ${database.version}`, 'PostgreSQL 15 or newer')]

/** The embedded one is ours alone, and the portal takes the application's role there by itself. */
export const checkRole: DatabaseCheck = ({ database }) => {
  if (database === null || database.isEmbedded) return []
  const todo =
    'DATABASE_URL of a login that is a member of sidep_application, OWNER_DATABASE_URL of the owner'
  if (database.isSuperuser) {
    return [unsafe('DATABASE_ROLE_SUPERUSER', null, 'DATABASE_URL is a superuser’s', todo)]
  }
  return database.mayChangeSchema
    ? [warning('DATABASE_ROLE_OWNS', null, 'DATABASE_URL may change tables and audit chains', todo)]
    : []
}

export const checkWire: DatabaseCheck = ({ database }) =>
  database === null || database.isLocal || database.isEncrypted
    ? []
    : [
        unsafe(
          'DATABASE_PLAINTEXT',
          null,
          'the connection leaves the machine without TLS',
          'sslmode=verify-full in DATABASE_URL',
        ),
      ]

export const checkDurable: DatabaseCheck = ({ database }) =>
  database === null || database.isDurable
    ? []
    : [
        unsafe(
          'DATABASE_NOT_DURABLE',
          null,
          'fsync, full_page_writes or synchronous_commit is off: what is acknowledged can be lost',
          'turn all three on',
        ),
      ]

export const checkWritable: DatabaseCheck = ({ database }) =>
  database?.isReadOnly === true
    ? [
        unsafe(
          'DATABASE_READ_ONLY',
          null,
          'it can only be read: a standby, or a primary that may not write',
          'DATABASE_URL must lead to the primary',
        ),
      ]
    : []

/** A process takes eighteen (docs/architecture.md, Data), a machine runs four of them, PostgreSQL keeps some for itself. */
const connectionsMin = 90

export const checkConnections: DatabaseCheck = ({ database }) =>
  database === null || database.connectionsMax >= connectionsMin
    ? []
    : [
        warning(
          'CONNECTIONS_FEW',
          null,
          `max_connections is ${database.connectionsMax}`,
          `at least ${connectionsMin} for two portals, worker and watch`,
        ),
      ]

/** Beyond this a session or a booklet made by one looks wrong to the other. */
const clockMillisecondsMax = 1_000

export const checkDatabaseClock: DatabaseCheck = ({ database }) => {
  const ahead = database?.clockAheadMilliseconds ?? 0
  return Math.abs(ahead) <= clockMillisecondsMax
    ? []
    : [
        unsafe(
          'CLOCK_DIFFERS',
          null,
          `the database’s clock is ${Math.round(ahead)} ms ahead of this machine’s`,
          'let NTP keep both',
        ),
      ]
}

export const checkSchema: DatabaseCheck = ({ database, codeSchema }) => {
  if (database === null || database.schema === codeSchema) return []
  const seen = `the database has ${database.schema ?? 0} migrations, this code ${codeSchema}`
  return (database.schema ?? 0) < codeSchema
    ? [warning('SCHEMA_OLDER', null, seen, 'start the portal, or run its migrations')]
    : [
        warning(
          'SCHEMA_NEWER',
          null,
          seen,
          'deploy the version that made it; CHANGELOG.md says which',
        ),
      ]
}
