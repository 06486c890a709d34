import { createHash, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type VendorScope, vendorScopes } from '@sidep/contracts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import type { Sql } from '@sidep/server/platform/context.ts'
import { parseVendorKeys } from '@sidep/server/vendors/keys.ts'
import {
  addVendor,
  changeVendor,
  type Deciding,
  listVendors,
  reinstateVendor,
  suspendVendor,
  type Vendor,
  type VendorChange,
  withdrawCertificate,
} from '@sidep/server/vendors/register.ts'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure } from '../failure.ts'
import { nameOf, reasonOf } from '../operator-words.ts'

interface VendorsOptions {
  readonly add?: string
  readonly change?: string
  readonly suspend?: string
  readonly withdraw?: string
  readonly reinstate?: string
  readonly name?: string
  readonly keys?: string
  readonly certificate?: string[]
  readonly authority?: string
  readonly scope?: VendorScope[]
  readonly limit?: number
  readonly reason?: string
  readonly by?: string
  readonly json?: boolean
}

const perSecondDefault = 100

const idOf = (text: string): string => {
  if (/^[a-z0-9][a-z0-9-]{1,39}$/.test(text)) return text
  throw new InvalidArgumentError('2 to 40 small letters, digits and hyphens')
}

const limitOf = (text: string): number => {
  const limit = Number(text)
  if (/^\d{1,5}$/.test(text) && limit > 0) return limit
  throw new InvalidArgumentError('requests a second, 1 to 99999')
}

const gathered = (text: string, before: readonly string[] = []): string[] => [...before, text]

export const define = (command: Command): void => {
  command
    .option('--add <id>', 'let a vendor in', idOf)
    .option(
      '--change <id>',
      'replace what is given of its entry: keys, certificates, scopes, limit',
      idOf,
    )
    .option('--suspend <id>', 'refuse it, and every token of its, from now on', idOf)
    .option('--reinstate <id>', 'let it in again', idOf)
    .option(
      '--withdraw <id>',
      'take no more the --certificate of it that is named, whoever issued it: its key is in other hands',
      idOf,
    )
    .option('--name <words>', 'as professionals know it')
    .option(
      '--keys <file>',
      'JWK set of its public keys; it signs its assertions with the private ones',
    )
    .option(
      '--certificate <file>',
      'PEM, one of its certificates; may be given again. With --withdraw its SHA-256 will do',
      gathered,
    )
    .option('--authority <file>', 'PEM: what this authority issues is its too; - takes it away')
    .addOption(
      new Option('--scope <scope>', 'what it may do; may be given again')
        .choices(vendorScopes)
        .argParser<VendorScope[]>((text, before) => [...(before ?? []), scopeOf(text)]),
    )
    .option('--limit <n>', `requests a second in each process (${perSecondDefault})`, limitOf)
    .option('--reason <words>', 'why, for the colleagues and the audit chain', reasonOf)
    .option('--by <name>', 'who decides it: it stands in the audit chain', nameOf)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Without one of the first five it lists the register. Processes follow within five seconds. Keys are rotated by --change with a
set that has the old and the new key, and again with the new one alone when the vendor signs with it; certificates likewise.
The database is that of DATABASE_URL, or the embedded one in DATA_DIR, with its server running or not.

Examples:
  npx sidep vendors
  npx sidep vendors --add officine-essai --name 'Officine (essai)' --keys jwks.json --certificate client.pem \\
    --scope screenings.record --scope screenings.read --reason 'agreement 2021-114' --by c.martin
  npx sidep vendors --change officine-essai --keys jwks-2.json --reason 'yearly rotation' --by c.martin
  npx sidep vendors --change officine-essai --limit 400 --reason 'winter' --by c.martin
  npx sidep vendors --withdraw officine-essai --certificate client-2.pem --reason 'machine stolen' --by c.martin
  npx sidep vendors --suspend officine-essai --reason 'key stolen' --by c.martin`,
    )
    .action(vendors)
}

const scopeOf = (text: string): VendorScope => {
  const scope = vendorScopes.find((known) => known === text)
  if (scope === undefined) throw new InvalidArgumentError(`one of ${vendorScopes.join(', ')}`)
  return scope
}

const thumbprintOf = async (file: string): Promise<string> => {
  const given = file.replaceAll(':', '').toLowerCase()
  if (/^[0-9a-f]{64}$/.test(given)) return given
  try {
    const { raw } = new X509Certificate(await readFile(file))
    return createHash('sha256').update(raw).digest('hex')
  } catch {
    throw new CommandFailure(`${file} is neither a certificate nor the SHA-256 of one`)
  }
}

const authorityOf = async (file: string): Promise<string | null> => {
  if (file === '-') return null
  const pem = await readFile(file, 'utf8')
  try {
    if (!new X509Certificate(pem).ca) throw new CommandFailure(`${file} is of no authority`)
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    throw new CommandFailure(`${file} is no certificate`)
  }
  return pem
}

/** What the options say of an entry. */
const changeOf = async (options: VendorsOptions): Promise<VendorChange> => {
  const { name, keys, certificate, authority, scope, limit } = options
  const given = keys === undefined ? null : parseVendorKeys(await readFile(keys, 'utf8'))
  if (given !== null && !given.ok) throw new CommandFailure(`${keys}: ${given.fault}`)
  return {
    ...(name === undefined ? {} : { name: reasonOf(name) }),
    ...(given === null ? {} : { keys: given.value }),
    ...(certificate === undefined
      ? {}
      : { certificates: await Promise.all(certificate.map(thumbprintOf)) }),
    ...(authority === undefined ? {} : { authority: await authorityOf(authority) }),
    ...(scope === undefined ? {} : { scopes: [...new Set(scope)] }),
    ...(limit === undefined ? {} : { perSecond: limit }),
  }
}

type Act = (database: Sql, deciding: Deciding, at: Date) => Promise<boolean>

const addingOf = (
  id: string,
  {
    name,
    keys,
    scopes,
    certificates = [],
    authority = null,
    perSecond = perSecondDefault,
  }: VendorChange,
): Act => {
  if (name === undefined || keys === undefined || scopes === undefined)
    throw new CommandFailure('--add needs --name, --keys and --scope')
  if (certificates.length === 0 && authority === null)
    throw new CommandFailure('--add needs --certificate or --authority')
  const vendor = { id, name, keys, scopes, certificates, authority, perSecond }
  return (database, deciding, at) => addVendor(database, vendor, deciding, at)
}

const actOf = async (options: VendorsOptions): Promise<Act | null> => {
  const { add, change, suspend, reinstate, withdraw, certificate = [] } = options
  const named = [add, change, suspend, reinstate, withdraw].filter((id) => id !== undefined)
  if (named.length > 1)
    throw new CommandFailure('one of --add, --change, --suspend, --reinstate, --withdraw')
  if (add !== undefined) return addingOf(add, await changeOf(options))
  if (suspend !== undefined)
    return (database, deciding, at) => suspendVendor(database, suspend, deciding, at)
  if (reinstate !== undefined)
    return (database, deciding, at) => reinstateVendor(database, reinstate, deciding, at)
  if (withdraw !== undefined) {
    const [file, ...more] = certificate
    if (file === undefined || more.length > 0)
      throw new CommandFailure('--withdraw needs one --certificate')
    const thumbprint = await thumbprintOf(file)
    return (database, deciding, at) =>
      withdrawCertificate(database, withdraw, thumbprint, deciding, at)
  }
  if (change === undefined) return null
  const given = await changeOf(options)
  if (Object.keys(given).length === 0) throw new CommandFailure('--change: what?')
  return (database, deciding, at) => changeVendor(database, change, given, deciding, at)
}

const decidingOf = ({ reason, by }: VendorsOptions): Deciding => {
  if (reason === undefined || by === undefined)
    throw new CommandFailure('this needs --reason and --by')
  return { reason, by }
}

const viewOf = ({ keys, authority, ...vendor }: Vendor) => ({
  ...vendor,
  keys: keys.keys.map(({ kid = '?' }) => kid),
  hasAuthority: authority !== null,
})

const describe = (vendor: Vendor): string => {
  const { id, name, scopes, perSecond, keys, certificates, withdrawn, hasAuthority, suspended } =
    viewOf(vendor)
  const certified = `${certificates.length} certificates${hasAuthority ? ' and an authority' : ''}${withdrawn.length === 0 ? '' : `, ${withdrawn.length} withdrawn`}`
  return [
    `${id}  ${name}`,
    `  ${scopes.join(' ')}; ${perSecond} a second; keys ${keys.join(', ')}; ${certified}`,
    ...(suspended === null
      ? []
      : [
          `  suspended since ${suspended.at.toISOString()} by ${suspended.by}: ${suspended.reason}`,
        ]),
  ].join('\n')
}

const vendors = async (options: VendorsOptions): Promise<void> => {
  const act = await actOf(options)
  const deciding = act === null ? null : decidingOf(options)
  const [isChanged, listed] = await withDatabaseBesides(readConfiguration(), async ({ pools }) => {
    const done =
      act === null || deciding === null ? null : await act(pools.login, deciding, systemClock.now())
    return [done, await listVendors(pools.login)] as const
  })
  if (options.json === true) console.log(JSON.stringify({ isChanged, vendors: listed.map(viewOf) }))
  else {
    if (act !== null) console.log(isChanged === true ? 'done' : 'nothing was changed')
    console.log(listed.length === 0 ? 'no vendor is let in' : listed.map(describe).join('\n'))
  }
  if (isChanged === false) process.exitCode = 1
}
