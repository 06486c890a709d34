import { parseFiness, parseUuidV7 } from '@sidep/identifiers'
import {
  type RevocationCount,
  type RevocationTarget,
  revokeByTarget,
} from '@sidep/server/intake/revoke-as-authority.ts'
import { systemClock, systemRandomBytes } from '@sidep/server/platform/clock.ts'
import { keyEncryptionKeyOf } from '@sidep/server/platform/key-encryption-key.ts'
import { openVault } from '@sidep/server/platform/vault.ts'
import { type Command, InvalidArgumentError } from 'commander'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure } from '../failure.ts'
import { instantOf, nameOf, professionalOf, wordsOf } from '../operator-words.ts'

interface RevokeOptions {
  readonly certificate?: RevocationTarget
  readonly screening?: RevocationTarget
  readonly booklet?: RevocationTarget
  readonly signer?: RevocationTarget
  readonly professional?: string
  readonly since?: Date
  readonly reason?: string
  readonly by?: string
  readonly yes?: boolean
  readonly json?: boolean
}

const certificateOf = (text: string): RevocationTarget => {
  const uvci = text.trim().toUpperCase()
  if (/^URN:UVCI:[A-Z0-9:/#]{1,72}$/.test(uvci)) return { kind: 'certificate', uvci }
  throw new InvalidArgumentError('the identifier of an EU certificate: URN:UVCI:01:FR:…')
}

/** A site, and what is of it. */
const ofSite = (text: string): [siteId: string, rest: string] => {
  const [site = '', rest = '', ...more] = text.split('/')
  const siteId = parseFiness(site)
  if (!siteId.ok || more.length > 0) throw new InvalidArgumentError(`${text} begins with no FINESS`)
  return [siteId.value, rest]
}

const screeningOf = (text: string): RevocationTarget => {
  const [siteId, rest] = ofSite(text)
  const id = parseUuidV7(rest)
  if (!id.ok) throw new InvalidArgumentError('site/id of a screening, as the record shows them')
  return { kind: 'screening', siteId, screeningId: id.value }
}

const bookletOf = (text: string): RevocationTarget => {
  const [siteId, bookletId] = ofSite(text)
  if (/^[0-9a-f]{16}$/.test(bookletId)) return { kind: 'booklet', siteId, bookletId }
  throw new InvalidArgumentError('a site and a booklet: 750712184/0123456789abcdef')
}

const signerOf = (text: string): RevocationTarget => {
  if (/^[0-9a-f]{16}$/.test(text) || /^[A-Z0-9]{4}\/[A-Z0-9]{4}$/.test(text)) {
    return { kind: 'signer', name: text }
  }
  throw new InvalidArgumentError('a key id, 16 hexadecimal digits, or a 2D-DOC signer: FR03/AHP1')
}

export const define = (command: Command): void => {
  command
    .option('--certificate <uvci>', 'one, by the identifier of its EU certificate', certificateOf)
    .option('--screening <site/id>', 'one, by its screening', screeningOf)
    .option(
      '--professional <id>',
      'all entered or corrected in their name since --since',
      professionalOf,
    )
    .option('--since <instant>', 'with --professional: from then on', instantOf)
    .option('--booklet <site/id>', 'all that became of its provisional certificates', bookletOf)
    .option('--signer <id>', 'all that it signed, of either code', signerOf)
    .option('--yes', 'do it; without it only what would be done is said')
    .option('--reason <words>', 'with --yes: why, for the audit chain', wordsOf)
    .option('--by <name>', 'with --yes: who decides it', nameOf)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Without --yes nothing is changed: it says how many certificates of which sites it would be. With it each is withdrawn by
itself: verifiers refuse both its codes after their next poll, the person is told and their link shows it, the chain of the
site says who and why. Broken off, it is run again; what is revoked already does not count again. The database and the keys
are those of the configuration, with its server running or not.
Provisional certificates that were not sent yet: npx sidep booklets --withdraw.

Examples:
  npx sidep revoke --professional 899700075122 --since 2021-08-13T15:30:00+02:00
  npx sidep revoke --booklet 750712184/0123456789abcdef --yes --reason 'counter stolen' --by c.martin`,
    )
    .action(revoke)
}

const targetOf = (options: RevokeOptions): RevocationTarget => {
  const { certificate, screening, booklet, signer, professional, since } = options
  if ((professional === undefined) !== (since === undefined)) {
    throw new CommandFailure('--professional and --since go together')
  }
  const byPerson: RevocationTarget[] =
    professional === undefined || since === undefined
      ? []
      : [{ kind: 'professional', id: professional, since }]
  const given = [certificate, screening, booklet, signer, ...byPerson].filter(
    (target) => target !== undefined,
  )
  const [target, ...others] = given
  if (target === undefined || others.length > 0) {
    throw new CommandFailure(
      'say one of --certificate, --screening, --professional, --booklet, --signer',
    )
  }
  return target
}

const revoke = async (options: RevokeOptions): Promise<void> => {
  const target = targetOf(options)
  const { yes = false, reason, by, json = false } = options
  if (yes && (reason === undefined || by === undefined)) {
    throw new CommandFailure('with --yes this needs --reason and --by')
  }
  const order = yes && reason !== undefined && by !== undefined ? { name: by, reason } : null
  const configuration = readConfiguration()
  const count = await withDatabaseBesides(configuration, async ({ pools }) => {
    const database = pools.worker
    const key = keyEncryptionKeyOf(configuration, systemRandomBytes)
    const vault = await openVault(database, key, systemClock, systemRandomBytes)
    const portal = {
      configuration,
      database,
      vault,
      clock: systemClock,
      randomBytes: systemRandomBytes,
    }
    return revokeByTarget(portal, target, order)
  })
  if (json) console.log(JSON.stringify({ ...count, isDone: yes }))
  else console.log(describe(count, yes))
  if (count.changed > 0) process.exitCode = 1
}

const sitesShown = 20

/** Said, not left to a nought: an identifier with one wrong letter finds nothing either. */
const nothingFound =
  'nothing to revoke: no certificate in force is of that; look at what was typed, or it is revoked or over already'

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const describe = ({ certificates, sites, changed }: RevocationCount, isDone: boolean): string => {
  const counts = Object.entries(sites).sort(([, one], [, other]) => other - one)
  const more = counts.length - sitesShown
  if (certificates === 0 && changed === 0) return nothingFound
  const what = `${counted(certificates, 'certificate')} of ${counted(counts.length, 'site')}`
  return [
    isDone
      ? `revoked: ${what}; verifiers refuse after their next poll`
      : `would revoke: ${what}; nothing was changed, --yes does it`,
    ...counts.slice(0, sitesShown).map(([site, count]) => `  ${site}  ${count}`),
    ...(more > 0 ? [`  and ${more} sites more`] : []),
    ...(changed > 0 ? [`${changed} were changed meanwhile and left alone: run it again`] : []),
  ].join('\n')
}
