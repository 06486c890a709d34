import {
  liftSuspension,
  listSuspensions,
  type Suspension,
  type SuspensionOrder,
  suspendProfessional,
} from '@sidep/server/login/suspension.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import type { Command } from 'commander'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure } from '../failure.ts'
import { nameOf, professionalOf, reasonOf } from '../operator-words.ts'

interface SuspendOptions {
  readonly reason?: string
  readonly by?: string
  readonly lift?: boolean
  readonly json?: boolean
}

export const define = (command: Command): void => {
  command
    .argument(
      '[professional]',
      'national id: 8 and RPPS; none: show who is suspended',
      professionalOf,
    )
    .option('--reason <words>', 'why, for the colleagues and the audit chain', reasonOf)
    .option('--by <name>', 'who decides it: it stands in the audit chain', nameOf)
    .option('--lift', 'they may work again')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
In one act their sessions end, those of everybody who works for them, and the booklets of both, in every server within
three seconds; they sign in nowhere, and nobody takes up work for them. What was signed before stays good; nothing that
was recorded is touched. The database is that of DATABASE_URL, or the embedded one in DATA_DIR, with its server running
or not.

Examples:
  npx sidep suspend
  npx sidep suspend 899700075122 --reason 'negatives without a test' --by c.martin
  npx sidep suspend 899700075122 --lift --reason 'cleared on 3 December' --by c.martin`,
    )
    .action(suspend)
}

const describe = ({ professionalId, reason, by, at }: Suspension): string =>
  `${professionalId}  since ${at.toISOString()} by ${by}: ${reason}`

const show = async ({ json }: SuspendOptions): Promise<void> => {
  const suspended = await withDatabaseBesides(readConfiguration(), ({ pools }) =>
    listSuspensions(pools.login),
  )
  if (json === true) console.log(JSON.stringify({ suspended }))
  else console.log(suspended.length === 0 ? 'nobody' : suspended.map(describe).join('\n'))
}

const suspendOne = async (order: SuspensionOrder, json: boolean): Promise<void> => {
  const { isNew, booklets } = await withDatabaseBesides(readConfiguration(), ({ pools }) =>
    suspendProfessional(pools.login, order, systemClock.now()),
  )
  if (json) {
    console.log(JSON.stringify({ suspended: order.professionalId, isNew, booklets }))
    return
  }
  console.log(`${isNew ? 'suspended' : 'suspended already'}: ${order.professionalId}`)
  console.log(`${booklets.length} booklets ended; sessions end within three seconds`)
}

const liftOne = async (order: SuspensionOrder, json: boolean): Promise<void> => {
  const isLifted = await withDatabaseBesides(readConfiguration(), ({ pools }) =>
    liftSuspension(pools.login, order, systemClock.now()),
  )
  if (json) console.log(JSON.stringify({ lifted: isLifted ? order.professionalId : null }))
  else console.log(isLifted ? `lifted: ${order.professionalId}` : 'was not suspended')
  if (!isLifted) process.exitCode = 1
}

const suspend = async (
  professionalId: string | undefined,
  options: SuspendOptions,
): Promise<void> => {
  if (professionalId === undefined) return show(options)
  const { reason, by, lift, json = false } = options
  if (reason === undefined || by === undefined) {
    throw new CommandFailure('this needs --reason and --by')
  }
  const order = { professionalId, reason, by }
  await (lift === true ? liftOne(order, json) : suspendOne(order, json))
}
