import { userInfo } from 'node:os'
import type { Door } from '@sidep/contracts'
import { type DoorSwitched, readSwitches } from '@sidep/server/login/door-history.ts'
import {
  byCharactersMax,
  readToldDoors,
  reasonCharactersMax,
  type SwitchOrder,
  switchDoor,
  switchHoursMax,
  type ToldDoor,
} from '@sidep/server/login/door-switch.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import { hourMilliseconds } from '@sidep/time'
import type { Command } from 'commander'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure } from '../failure.ts'

interface DoorsOptions {
  readonly down?: string
  readonly open?: string
  readonly up?: string | true
  readonly reason?: string
  readonly by?: string
  readonly hours: string
  readonly last: string
  readonly json?: boolean
}

const hoursDefault = '8'
const lastDefault = '10'
const lastMax = 200

export const define = (command: Command): void => {
  command
    .option(
      '--down <doors>',
      'say that these doors let nobody in, whatever the probes find: ecps, card or ecps,card',
    )
    .option('--open <doors>', 'hold these doors open, whatever the probes find')
    .option('--up [doors]', 'they are back: let the probes decide again (default: every door)')
    .option(
      '--reason <words>',
      `why, for the colleagues and the audit chain; at most ${reasonCharactersMax} characters`,
    )
    .option('--by <name>', 'who says so (default: the account that runs the command)')
    .option(
      '--hours <number>',
      `how long it counts, at most ${switchHoursMax}; it then ends by itself`,
      hoursDefault,
    )
    .option('--last <number>', `how many past switches to show, at most ${lastMax}`, lastDefault)
    .option('--json', 'print the doors and the past switches as one JSON object')
    .addHelpText(
      'after',
      `
Without --down, --open or --up it only shows: how the doors stand, and who switched which, when, how and why (from the audit
chain of the portal, as long as that is kept). The database is that of DATABASE_URL, or the embedded one in DATA_DIR, beside
a server that runs. Servers follow within three seconds. While every door is down, open sessions bound to their
device are carried on to 72 hours. Each change is in the audit chain of the portal with who, why and until when.

Examples:
  npx sidep doors
  npx sidep doors --last 50
  npx sidep doors --down ecps,card --reason 'no sign-in succeeds since 15:30' --by 'm.durand' --hours 10
  npx sidep doors --up --reason 'sign-ins succeed again'`,
    )
    .action(doors)
}

const known = ['ecps', 'card'] as const satisfies readonly Door[]

const doorsIn = (text: string): Door[] => {
  const names = text.split(',').map((name) => name.trim())
  const found = known.filter((door) => names.includes(door))
  if (names.some((name) => !known.some((door) => door === name))) {
    throw new CommandFailure(`doors are ${known.join(' and ')}, with a comma between them: ${text}`)
  }
  return found
}

/** The account that a person came with, also behind sudo. */
const accountName = (): string => {
  const { SUDO_USER: behindSudo = '' } = process.env
  return behindSudo === '' ? userInfo().username : behindSudo
}

const bounded = (what: string, text: string, max: number): string => {
  const tidy = text.replace(/\s+/g, ' ').trim()
  if (tidy === '') throw new CommandFailure(`say ${what}`)
  if (tidy.length > max) throw new CommandFailure(`${what}: at most ${max} characters`)
  return tidy
}

/** A name ends at the first colon when the audit chain is read back. */
const nameIn = (text: string): string => {
  const name = bounded('who, with --by', text, byCharactersMax)
  if (name.includes(':')) throw new CommandFailure('who, with --by: without a colon')
  return name
}

const lastIn = (text: string): number => {
  const last = Number(text)
  if (Number.isInteger(last) && last >= 0 && last <= lastMax) return last
  throw new CommandFailure(`--last: a number from 0 to ${lastMax}`)
}

interface Change {
  readonly doors: readonly Door[]
  readonly order: SwitchOrder
}

/** What the options ask for; null: to show. */
const changeOf = (options: DoorsOptions, now: Date): Change | null => {
  const { down, open, up } = options
  const asked = [down, open, up].filter((one) => one !== undefined)
  if (asked.length === 0) return null
  if (asked.length > 1) throw new CommandFailure('one of --down, --open and --up at a time')
  const hours = Number(options.hours)
  if (!(hours > 0 && hours <= switchHoursMax)) {
    throw new CommandFailure(`--hours: more than 0, at most ${switchHoursMax}`)
  }
  const order = {
    reason: bounded('why, with --reason', options.reason ?? '', reasonCharactersMax),
    by: nameIn(options.by ?? accountName()),
    endsAt: new Date(now.getTime() + hours * hourMilliseconds),
  }
  if (down !== undefined) return { doors: doorsIn(down), order: { to: 'down', ...order } }
  if (open !== undefined) return { doors: doorsIn(open), order: { to: 'up', ...order } }
  return {
    doors: up === true || up === undefined ? known : doorsIn(up),
    order: { to: 'probes', ...order },
  }
}

const stateWords = { up: 'open', down: 'down' } as const

const describe = ({ door, state, foundUp, foundDown, switched }: ToldDoor): string => {
  const probes =
    foundUp + foundDown === 0
      ? 'no server has reported it within a minute'
      : `probes: ${foundUp} of ${foundUp + foundDown} servers find it open`
  const line = `${door.padEnd(5)} ${state === null ? 'unknown' : stateWords[state]}   (${probes})`
  if (switched === null) return line
  const { by, reason, setAt, endsAt } = switched
  return `${line}
      said ${stateWords[switched.state]} by ${by} at ${setAt.toISOString()} until ${endsAt.toISOString()}: ${reason}`
}

const orderWords = { up: 'held open', down: 'said down', probes: 'left to the probes' } as const

const describePast = ({ at, order, told }: DoorSwitched): string => {
  const when = at.toISOString()
  if (order === null) return `${when}  ${told}`
  const { door, to, by, reason, endsAt } = order
  const until = endsAt === null ? '' : ` until ${endsAt.toISOString()}`
  return `${when}  ${door.padEnd(5)} ${orderWords[to]}${until} by ${by}: ${reason}`
}

const doors = async (options: DoorsOptions): Promise<void> => {
  const now = systemClock.now()
  const change = changeOf(options, now)
  const last = lastIn(options.last)
  const [doors, switches] = await withDatabaseBesides(readConfiguration(), async ({ pools }) => {
    if (change !== null) {
      for (const door of change.doors) await switchDoor(pools.login, door, change.order, now)
    }
    return Promise.all([readToldDoors(pools.login, now), readSwitches(pools.login, last)])
  })
  if (options.json === true) {
    console.log(JSON.stringify({ doors: doors, switches }))
    return
  }
  console.log(doors.map(describe).join('\n'))
  if (switches.length === 0) return
  console.log('\nLast switches, the newest first')
  console.log(switches.map(describePast).join('\n'))
}
