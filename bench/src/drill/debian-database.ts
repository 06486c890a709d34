/**
 * Debian's PostgreSQL 15 and pgBackRest from the files of deploy/one-machine, as docs/operating/one-machine.md sets them up, in a
 * folder of a drill.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { appendFile, chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '@sidep/server/platform/free-port.ts'
import postgres from 'postgres'
import { debianUser, ensurePrograms, requireRoot } from './debian-programs.ts'
import { killFamily, type MachineDatabase } from './machine-database.ts'

export interface DebianDatabase extends MachineDatabase {
  backUp(): Promise<void>
  /** Sets the files back, while it is stopped. It goes on from there once it is started. */
  setBack(to: Date): Promise<void>
}

const bin = '/usr/lib/postgresql/15/bin'
const startMillisecondsMax = 120_000
const pollMilliseconds = 100

const deployed = (name: string): Promise<string> =>
  readFile(new URL(`../../../deploy/one-machine/${name}`, import.meta.url), 'utf8')

/** What the guide has an operator fill in, and what two databases on one machine cannot share. @throws when it is not there */
const filledIn = (text: string, changes: Readonly<Record<string, string>>): string =>
  Object.entries(changes).reduce((changed, [line, to]) => {
    const lines = changed.split('\n')
    if (!lines.some((given) => given.startsWith(line)))
      throw new Error(`the file as it is given has no line ${line}`)
    return lines.map((given) => (given.startsWith(line) ? to : given)).join('\n')
  }, text)

const secret = (): string => randomBytes(18).toString('base64url')

/** @throws when it cannot be made, with what was said */
export const openDebianDatabase = async (folder: string): Promise<DebianDatabase> => {
  requireRoot()
  ensurePrograms(['postgresql-15', 'pgbackrest'])
  const user = debianUser('postgres')
  const home = join(folder, 'debian')
  const data = join(home, 'data')
  const port = await freePort('127.0.0.1')
  const passwords = { administrator: secret(), portal: secret(), owner: secret() }
  // PostgreSQL runs as a user of its own and has to pass.
  await chmod(folder, 0o711)
  for (const name of ['', 'repository', 'log', 'lock']) {
    await mkdir(join(home, name), { mode: 0o700 })
    await chown(join(home, name), user.uid, user.gid)
  }
  const log = join(home, 'said.log')

  const spawnAs = (program: string, args: readonly string[]): ChildProcess => {
    const output = openSync(log, 'a', 0o600)
    try {
      return spawn(program, args, {
        ...user,
        cwd: home,
        env: {
          PATH: process.env.PATH,
          HOME: home,
          LANG: 'C.UTF-8',
          PGPASSWORD: passwords.administrator,
        },
        stdio: ['ignore', output, output],
      })
    } finally {
      closeSync(output)
    }
  }
  const run = async (program: string, ...args: string[]): Promise<void> => {
    const [status] = await once(spawnAs(program, args), 'exit')
    if (status !== 0)
      throw new Error(
        `${program} ${args.join(' ')}: ${(await readFile(log, 'utf8')).slice(-1_500)}`,
      )
  }

  const configuration = join(home, 'pgbackrest.conf')
  await writeFile(
    configuration,
    `${filledIn(await deployed('pgbackrest/pgbackrest.conf'), {
      'repo1-path=': `repo1-path=${join(home, 'repository')}`,
      'repo1-cipher-pass=': `repo1-cipher-pass=${secret()}`,
      'lock-path=': `lock-path=${join(home, 'lock')}\nlog-path=${join(home, 'log')}`,
      'pg1-path=': `pg1-path=${data}\npg1-port=${port}\npg1-socket-path=${home}`,
    })}`,
    { mode: 0o644 },
  )
  const backRest = (...words: string[]): Promise<void> =>
    run('/usr/bin/pgbackrest', `--config=${configuration}`, '--stanza=sidep', ...words)

  const passwordFile = join(home, 'password')
  await writeFile(passwordFile, passwords.administrator, { mode: 0o644 })
  await run(
    join(bin, 'initdb'),
    ...['-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale', 'C.UTF-8', '--data-checksums'],
    ...['--auth-local', 'trust', '--auth-host', 'scram-sha-256', '--pwfile', passwordFile],
  )
  // Not among the data, as Debian has it.
  const settingsFile = join(home, 'sidep.conf')
  await writeFile(
    settingsFile,
    filledIn(await deployed('postgresql/sidep.conf'), {
      'shared_buffers =': "shared_buffers = '128MB'",
      'archive_command =': `archive_command = 'pgbackrest --config=${configuration} --stanza=sidep archive-push %p'`,
    }),
    { mode: 0o644 },
  )
  await appendFile(
    join(data, 'postgresql.conf'),
    `include '${settingsFile}'\nport = ${port}\nunix_socket_directories = '${home}'\n`,
  )

  let server: ChildProcess | null = null
  const administrator = postgres(
    `postgres://postgres:${passwords.administrator}@127.0.0.1:${port}/sidep`,
    { max: 2, onnotice: () => {} },
  )
  /** Whether it takes writes: what was set back has come to that second by then. */
  const isOpen = async (): Promise<boolean> => {
    const asked = postgres(
      `postgres://postgres:${passwords.administrator}@127.0.0.1:${port}/postgres`,
      { max: 1, onnotice: () => {}, connect_timeout: 5 },
    )
    try {
      const [row] = await asked<{ is_open: boolean }[]>`select not pg_is_in_recovery() as is_open`
      return row?.is_open === true
    } catch {
      return false
    } finally {
      await asked.end({ timeout: 1 })
    }
  }
  const start = async (): Promise<void> => {
    const started = spawnAs(join(bin, 'postgres'), ['-D', data])
    server = started
    const end = performance.now() + startMillisecondsMax
    while (!(await isOpen())) {
      if (started.exitCode !== null || performance.now() > end)
        throw new Error(`PostgreSQL: ${(await readFile(log, 'utf8')).slice(-1_500)}`)
      await wait(pollMilliseconds)
    }
  }
  const stop = async (): Promise<void> => {
    const running = server
    server = null
    if (running === null || running.exitCode !== null || running.signalCode !== null) return
    const gone = once(running, 'exit')
    running.kill('SIGINT')
    await gone
  }

  try {
    await start()
    await run(
      '/usr/bin/psql',
      ...['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-d', 'postgres'],
      ...['--set', 'ON_ERROR_STOP=1', '--quiet'],
      ...[
        '--file',
        fileURLToPath(new URL('../../../deploy/one-machine/postgresql/roles.sql', import.meta.url)),
      ],
    )
    await administrator.unsafe(`alter role sidep_portal password '${passwords.portal}'`)
    await administrator.unsafe(`alter role sidep_owner password '${passwords.owner}'`)
    await backRest('stanza-create')
    await backRest('check')
  } catch (error) {
    await administrator.end({ timeout: 1 })
    await stop()
    throw error
  }
  return {
    settings: {
      DATABASE_URL: `postgres://sidep_portal:${passwords.portal}@127.0.0.1:${port}/sidep`,
      OWNER_DATABASE_URL: `postgres://sidep_owner:${passwords.owner}@127.0.0.1:${port}/sidep`,
    },
    read: (work) => work(administrator),
    stop,
    start,
    async kill() {
      if (server?.pid !== undefined) killFamily(server.pid)
    },
    async close() {
      await administrator.end({ timeout: 1 })
      await stop()
    },
    backUp: () => backRest('--type=full', 'backup'),
    setBack: (to) =>
      backRest(
        ...[
          '--delta',
          '--type=time',
          `--target=${to.toISOString().replace('T', ' ').replace('Z', '+00')}`,
        ],
        ...['--target-action=promote', 'restore'],
      ),
  }
}
