import assert from 'node:assert/strict'
import { test } from 'node:test'
import { examine } from './examine.ts'
import type { Facts, SignerFacts } from './facts.ts'
import { exitCodeOf } from './findings.ts'
import { parseExposures } from './gather-machine.ts'

const now = new Date('2026-11-30T12:00:00Z')
const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000)
const inDays = (days: number): Date => hoursAgo(-24 * days)
const gigabyte = 1024 ** 3

const signer = (scope: string, changes: Partial<SignerFacts> = {}): SignerFacts => ({
  scope,
  name: scope,
  signsFrom: hoursAgo(24),
  endsAt: inDays(800),
  isDevelopment: false,
  signsRecovery: true,
  twoddocAuthority: scope === 'twoddoc' ? 'FR03' : null,
  ...changes,
})

const database: NonNullable<Facts['database']> = {
  isEmbedded: false,
  version: 150_014,
  isReadOnly: false,
  isSuperuser: false,
  mayChangeSchema: false,
  isEncrypted: false,
  isLocal: true,
  isDurable: true,
  connectionsMax: 200,
  clockAheadMilliseconds: 3,
  schema: 40,
  archiving: {
    isOn: true,
    lastArchivedAt: hoursAgo(0.01),
    lastFailedAt: hoursAgo(200),
    behindBytes: 16 * 1024 ** 2,
  },
}
const machine: Facts['machine'] = {
  clockSynchronised: true,
  openFiles: 65_536,
  memoryBytes: 8 * gigabyte,
  nodeVersion: 'v24.21.0',
  disks: [
    {
      what: 'data',
      path: '/srv/data',
      freeBytes: 80 * gigabyte,
      totalBytes: 100 * gigabyte,
      device: 1,
    },
    {
      what: 'backups',
      path: '/mnt/b',
      freeBytes: 80 * gigabyte,
      totalBytes: 100 * gigabyte,
      device: 2,
    },
  ],
  units: [{ name: 'sidep-portal@1.service', exposure: 1.2 }],
}
const sound: Facts = {
  now,
  isProduction: true,
  machine,
  database,
  hasDatabaseUrl: true,
  codeSchema: 40,
  backups: { newestAt: null, folder: null },
  certificates: [
    { where: 'https://portail.example', endsAt: inDays(60), fault: null, protocol: 'TLSv1.3' },
  ],
  silent: [],
  signers: ['dcc', 'twoddoc', 'bundle', 'session', 'continuity'].map((scope) => signer(scope)),
  secrets: [{ path: '/etc/sidep/pin', mode: 0o640 }],
  hasRootKey: false,
  hasKeyModule: true,
}

test('where all is well nothing is said, and it ends with 0', () => {
  assert.deepEqual(examine(sound), [])
  assert.equal(exitCodeOf([]), 0)
})

const ofMachine = (changes: Partial<Facts['machine']>): Partial<Facts> => ({
  machine: { ...machine, ...changes },
})
const ofDatabase = (changes: Partial<typeof database>): Partial<Facts> => ({
  database: { ...database, ...changes },
})
const ofArchive = (changes: Partial<typeof database.archiving>): Partial<Facts> =>
  ofDatabase({ archiving: { ...database.archiving, ...changes } })
const ofSigner = (scope: string, changes: Partial<SignerFacts>): Partial<Facts> => ({
  signers: [...sound.signers, signer(scope, { name: `${scope}-2`, ...changes })],
})
const ofCertificate = (changes: Partial<Facts['certificates'][number]>): Partial<Facts> => ({
  certificates: sound.certificates.map((certificate) => ({ ...certificate, ...changes })),
})
const disk = { what: 'data', path: '/srv', totalBytes: 50 * gigabyte, device: 1 } as const
const embedded = { hasDatabaseUrl: false, ...ofDatabase({ isEmbedded: true }) }

/** One thing wrong at a time: what is said of it, and how the command ends. */
const cases: readonly (readonly [string, 0 | 1 | 2, Partial<Facts>])[] = [
  ['CLOCK_UNSYNCHRONISED', 2, ofMachine({ clockSynchronised: false })],
  ['CLOCK_UNKNOWN', 0, ofMachine({ clockSynchronised: null })],
  ['FILES_FEW', 1, ofMachine({ openFiles: 1_024 })],
  ['MEMORY_SMALL', 1, ofMachine({ memoryBytes: gigabyte })],
  ['DISK_FULL', 2, ofMachine({ disks: [{ ...disk, freeBytes: gigabyte }] })],
  ['DISK_LOW', 1, ofMachine({ disks: [{ ...disk, freeBytes: 4 * gigabyte }] })],
  [
    'BACKUPS_ON_SAME_DISK',
    1,
    ofMachine({ disks: machine.disks.map((one) => ({ ...one, device: 1 })) }),
  ],
  ['UNIT_EXPOSED', 1, ofMachine({ units: [{ name: 'sidep-watch.service', exposure: 9.2 }] })],
  ['NODE_OLD', 1, ofMachine({ nodeVersion: 'v20.20.2' })],
  ['DATABASE_UNREACHABLE', 2, { database: null }],
  ['DATABASE_OLD', 2, ofDatabase({ version: 140_010 })],
  ['DATABASE_ROLE_SUPERUSER', 2, ofDatabase({ isSuperuser: true, mayChangeSchema: true })],
  ['DATABASE_ROLE_OWNS', 1, ofDatabase({ mayChangeSchema: true })],
  ['DATABASE_PLAINTEXT', 2, ofDatabase({ isLocal: false })],
  ['DATABASE_NOT_DURABLE', 2, ofDatabase({ isDurable: false })],
  ['DATABASE_READ_ONLY', 2, ofDatabase({ isReadOnly: true })],
  ['CONNECTIONS_FEW', 1, ofDatabase({ connectionsMax: 50 })],
  ['CLOCK_DIFFERS', 2, ofDatabase({ clockAheadMilliseconds: -600_000 })],
  ['SCHEMA_OLDER', 1, ofDatabase({ schema: 39 })],
  ['SCHEMA_NEWER', 1, ofDatabase({ schema: 41 })],
  ['ARCHIVE_OFF', 2, ofArchive({ isOn: false })],
  ['ARCHIVE_FAILING', 2, ofArchive({ lastFailedAt: now })],
  ['ARCHIVE_BEHIND', 1, ofArchive({ behindBytes: 900 * 1024 ** 2 })],
  ['PORTAL_UNREACHABLE', 1, { certificates: [], silent: ['https://portail.example'] }],
  ['TLS_ENDS', 1, ofCertificate({ endsAt: inDays(10) })],
  ['TLS_ENDS', 2, ofCertificate({ endsAt: hoursAgo(1) })],
  ['TLS_CHAIN', 2, ofCertificate({ fault: 'clients refuse it: CERT_UNTRUSTED' })],
  ['TLS_OLD', 1, ofCertificate({ protocol: 'TLSv1.2' })],
  ['SIGNER_ENDS', 1, ofSigner('dcc', { endsAt: inDays(370) })],
  ['SIGNER_ENDS', 1, ofSigner('session', { endsAt: inDays(20) })],
  ['SIGNER_ENDED', 2, ofSigner('bundle', { endsAt: hoursAgo(1) })],
  ['SIGNER_OLD', 1, ofSigner('continuity', { signsFrom: inDays(-500) })],
  ['SIGNER_DEVELOPMENT', 2, ofSigner('dcc', { isDevelopment: true })],
  ['SIGNER_NO_RECOVERY', 1, ofSigner('dcc', { signsRecovery: false })],
  ['SIGNER_UNNAMED', 1, ofSigner('twoddoc', { twoddocAuthority: 'FR99' })],
  ['SECRET_READABLE', 2, { secrets: [{ path: '/etc/sidep/pin', mode: 0o644 }] }],
  ['ROOT_KEY_HERE', 1, { hasRootKey: true }],
  ['KEYS_IN_FILES', 1, { hasKeyModule: false }],
]
for (const [code, exitCode, changes] of cases) {
  test(`${code} is said, and nothing else: ${exitCode}`, () => {
    const findings = examine({ ...sound, ...changes })
    assert.deepEqual(
      findings.map((found) => found.code),
      [code],
    )
    assert.equal(exitCodeOf(findings), exitCode)
  })
}

test('production on the embedded database is a warning, and without a backup unsafe', () => {
  const codes = examine({ ...sound, ...embedded }).map(({ code }) => code)
  assert.deepEqual(codes, ['BACKUP_NONE', 'DATABASE_EMBEDDED'])
  const old = { backups: { newestAt: hoursAgo(40), folder: '/mnt/b' } }
  assert.deepEqual(
    examine({ ...sound, ...embedded, ...old }).map(({ code }) => code),
    ['DATABASE_EMBEDDED', 'BACKUP_OLD'],
  )
})

test('a key that is retired says nothing: the newest of its scope counts', () => {
  const ended = signer('dcc', { endsAt: hoursAgo(1), isDevelopment: true })
  assert.deepEqual(examine({ ...sound, signers: [ended, ...sound.signers] }), [])
})

test('an archive that failed and works again says nothing', () => {
  const archive = ofArchive({ lastFailedAt: hoursAgo(2), lastArchivedAt: hoursAgo(1) })
  assert.deepEqual(examine({ ...sound, ...archive }), [])
})

test('what systemd says of our units is read, and of others not', () => {
  const text = `UNIT                      EXPOSURE PREDICATE HAPPY
sidep-portal@1.service         1.2 OK        :-)
ssh.service                    9.6 UNSAFE    :-(
`
  assert.deepEqual(parseExposures(text), [{ name: 'sidep-portal@1.service', exposure: 1.2 }])
})
