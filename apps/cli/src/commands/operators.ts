import { type OperatorRole, operatorRoles } from '@sidep/contracts'
import {
  addRole,
  type GivenRole,
  listRoles,
  type RoleOrder,
  removeRole,
} from '@sidep/server/login/operators.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import type { Pools } from '@sidep/server/platform/database.ts'
import { type Command, Option } from 'commander'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure } from '../failure.ts'
import { nameOf, professionalOf, reasonOf } from '../operator-words.ts'

interface OperatorsOptions {
  readonly add?: string
  readonly remove?: string
  readonly role?: OperatorRole
  readonly reason?: string
  readonly by?: string
  readonly json?: boolean
}

export const define = (command: Command): void => {
  command
    .option('--add <id>', 'give a role to somebody, by national id: 8 and RPPS', professionalOf)
    .option('--remove <id>', 'take a role from somebody', professionalOf)
    .addOption(new Option('--role <role>', 'which').choices(operatorRoles))
    .option('--reason <words>', 'why, for the colleagues and the audit chain', reasonOf)
    .option('--by <name>', 'who decides it: it stands in the audit chain', nameOf)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Without --add or --remove it shows who has which role. Roles of /pilotage/: duty acts on incidents, doors and papers;
authority also decides what is tolerated and who may work; support and auditor look, and change nothing. They sign in by
either door, and need no site. Servers follow within five seconds; an open page of somebody without a role ends by itself.
The database is that of DATABASE_URL, or the embedded one in DATA_DIR, with its server running or not.

Examples:
  npx sidep operators
  npx sidep operators --add 899700075122 --role duty --reason 'on duty from August' --by c.martin
  npx sidep operators --remove 899700075122 --role duty --reason 'left the team' --by c.martin`,
    )
    .action(operators)
}

const describe = ({ personId, role, reason, by, at }: GivenRole): string =>
  `${personId}  ${role.padEnd(9)}  since ${at.toISOString()} by ${by}: ${reason}`

interface Change {
  readonly order: RoleOrder
  readonly isAdded: boolean
}

const changeOf = ({ add, remove, role, reason, by }: OperatorsOptions): Change | null => {
  const personId = add ?? remove
  if (personId === undefined) return null
  if (add !== undefined && remove !== undefined) throw new CommandFailure('--add or --remove')
  if (role === undefined || reason === undefined || by === undefined)
    throw new CommandFailure('this needs --role, --reason and --by')
  return { order: { personId, role, reason, by }, isAdded: add !== undefined }
}

const apply = ({ login }: Pools, { order, isAdded }: Change): Promise<boolean> =>
  (isAdded ? addRole : removeRole)(login, order, systemClock.now())

const operators = async (options: OperatorsOptions): Promise<void> => {
  const change = changeOf(options)
  const [isChanged, roles] = await withDatabaseBesides(readConfiguration(), async ({ pools }) => {
    const done = change === null ? null : await apply(pools, change)
    return [done, await listRoles(pools.login)] as const
  })
  if (options.json === true) console.log(JSON.stringify({ isChanged, operators: roles }))
  else {
    if (change !== null) console.log(isChanged === true ? 'done' : 'it was so before')
    console.log(roles.length === 0 ? 'nobody has a role' : roles.map(describe).join('\n'))
  }
  if (isChanged === false) process.exitCode = 1
}
