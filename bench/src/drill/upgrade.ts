/**
 * `sidep drill upgrade`: two portals behind a load balancer are replaced one after the other by the next version, which brings a
 * migration, and then by this one again, on the schema of the next. Nobody is to notice.
 */
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { found } from './check-history.ts'
import { ensurePrograms } from './debian-programs.ts'
import { type DrillResult, runDrill, type Stage } from './run-drill.ts'
import type { RoundsOptions } from './three-hosts-drills.ts'
import { type OneMachine, startOneMachine } from './world-one-machine.ts'

const serverSource = dirname(fileURLToPath(import.meta.resolve('@sidep/server/main.ts')))
const root = join(serverSource, '../../..')

/** What a version may bring while the one before runs: it adds, and takes nothing away. */
const nextMigration = `-- What the next version adds, in a drill.
alter table screening add column drilled_at timestamptz;
create function drilled(site text) returns integer language sql as 'select 1';
`

/** A copy of the server with one migration more. @returns its program */
const makeNextVersion = (folder: string): string => {
  const source = join(folder, 'next/apps/server/src')
  mkdirSync(dirname(source), { recursive: true })
  cpSync(serverSource, source, { recursive: true })
  writeFileSync(join(dirname(source), 'package.json'), '{ "type": "module" }')
  symlinkSync(join(root, 'node_modules'), join(folder, 'next/node_modules'))
  symlinkSync(join(root, 'apps/web'), join(folder, 'next/apps/web'))
  const migrations = join(source, 'platform/migrations')
  const number = readdirSync(migrations).filter((name) => name.endsWith('.sql')).length + 1
  const name = `${String(number).padStart(4, '0')}-drilled.sql`
  writeFileSync(join(migrations, name), nextMigration)
  return join(source, 'main.ts')
}

/** The load balancer asks every half second, and needs one good answer. */
const noticedMilliseconds = 1_500

const replaceAll = async (
  world: OneMachine,
  stage: Stage,
  what: string,
  program: string,
): Promise<void> => {
  for (const portal of world.portals)
    await stage.strike(`${portal.name} becomes ${what}`, async () => {
      await portal.end('SIGTERM')
      await portal.start({ command: [process.execPath, program] })
      await wait(noticedMilliseconds)
    })
}

export const drillUpgrade = async (
  { rounds, ...options }: RoundsOptions,
  say: (line: string) => void,
): Promise<DrillResult> => {
  ensurePrograms(['haproxy'])
  const world = await startOneMachine({
    isWhole: false,
    isBalanced: true,
    counters: 100,
    // Longer than the load balancer takes to notice.
    portalSettings: () => ({ STOP_PAUSE_SECONDS: '3' }),
  })
  try {
    const next = makeNextVersion(world.common.folder)
    const now = join(serverSource, 'main.ts')
    const result = await runDrill(
      'upgrade',
      world,
      options,
      async (stage) => {
        for (let round = 1; round <= rounds; round += 1) {
          await replaceAll(world, stage, 'the next version', next)
          await replaceAll(world, stage, 'this version again', now)
        }
      },
      say,
    )
    // Nobody is to notice, so one that had to come back is a violation here.
    return { ...result, violations: { ...result.violations, ...found({ FAILED: result.failed }) } }
  } finally {
    await world.close()
  }
}
