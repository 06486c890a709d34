import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { bytesToBase64 } from '@sidep/encoding'
import {
  followIndex,
  type Gathered,
  type GatheredCodes,
  gatherCode,
  initialTrustState,
  loadSigner,
  sha256Of,
} from '@sidep/trust'
import { makeKeySet } from '@sidep/trust/certificates'
import {
  makeIssuer,
  type TestIssuer,
  testPayload,
  vaccinationPayload,
} from '../../../../packages/verdict/test/issuer.ts'

import { importCodes } from '../trust/import-codes.ts'
import { publicKeyInfo, readAnchor } from '../verify/signers.ts'

const main = resolve(import.meta.dirname, '../main.ts')
const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

let folder: string
let trust: string
let issuer: TestIssuer
const inFolder = (name: string): string => join(folder, name)

const sidepIn = (environment: Readonly<Record<string, string>>, ...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...environment },
  })
  return { status, stdout, stderr }
}
const sidep = (...words: string[]) =>
  sidepIn({ DATA_DIR: inFolder('data'), KEYS_DIR: inFolder('keys') }, ...words)

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sidep-trust-'))
  trust = inFolder('trust')
  issuer = await makeIssuer()
  sidep('keys', '--folder', inFolder('keys'), '--development')
})
after(() => rmSync(folder, { recursive: true, force: true }))

const written = (name: string, value: unknown): string => {
  const file = inFolder(name)
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))
  return file
}

const noon = '2021-08-13T12:00:00Z'

const importing = (into: string, files: string[], ...more: string[]) => {
  const words = ['trust', 'import', ...files, '--into', into, '--at', noon, '--json', ...more]
  const { status, stdout, stderr } = sidep(...words)
  const { lists } = JSON.parse(stdout || '{"lists":[]}') as {
    lists: { list: string; code: string | null }[]
  }
  return { status, stderr, codes: lists.map(({ code }) => code) }
}

interface Entry {
  readonly kid: string
  readonly country: string
  readonly certificateType: 'DSC'
  readonly timestamp: string
  readonly rawData: string
}

const entryOf = async (certificate: Uint8Array, country: string): Promise<Entry> => {
  const loaded = await loadSigner(certificate)
  assert.ok(loaded.ok)
  return {
    kid: bytesToBase64(loaded.value.keyId),
    country,
    certificateType: 'DSC',
    timestamp: '2021-08-13T10:00:00Z',
    rawData: bytesToBase64(certificate),
  }
}

/** The issuer of the tests among others. */
const listOf = async (others: number): Promise<Entry[]> => {
  const list = [await entryOf(issuer.keys.signers.bundle.certificate, 'FR')]
  for (let index = 0; index < others; index += 1) {
    const keys = await makeKeySet({ at: new Date('2021-08-01'), randomBytes, development: true })
    list.push(await entryOf(keys.signers.dcc.certificate, 'DE'))
  }
  return list
}

const verdictOf = (code: string, at: string, ...more: string[]) => {
  const words = ['verify', code, '--trust', trust, '--at', at, '--json', ...more]
  const { stdout, stderr } = sidep(...words)
  assert.notEqual(stdout, '', stderr)
  return JSON.parse(stdout)
}

const rule = {
  Identifier: 'VR-AT-0001',
  Type: 'Acceptance',
  Country: 'AT',
  Version: '1.0.0',
  Engine: 'CERTLOGIC',
  CertificateType: 'Vaccination',
  Description: [{ lang: 'en', desc: 'Of the list.' }],
  ValidFrom: '2021-07-01T00:00:00Z',
  ValidTo: '2030-06-01T00:00:00Z',
  Logic: {
    in: [{ var: 'payload.v.0.mp' }, { var: 'external.valueSets.vaccines-covid-19-names' }],
  },
}
const valueSet = {
  valueSetId: 'vaccines-covid-19-names',
  valueSetDate: '2021-08-01',
  valueSetValues: { 'EU/1/20/1528': {}, 'EU/1/20/1507': {} },
}

suite('sidep trust', () => {
  test('a list that passes the gate is what certificates are verified by, unsigned and signed', async () => {
    const keys = written('keys.json', await listOf(9))
    const files = [keys, written('rule.json', rule), written('set.json', [valueSet])]
    assert.deepEqual(importing(trust, files).codes, [null, null, null])
    const accepted = await issuer.hcert(vaccinationPayload())
    const other = await issuer.hcert(vaccinationPayload({ product: 'Covaxin' }))
    const judge = () => {
      const at = '2021-08-13T15:30:00Z'
      assert.equal(verdictOf(accepted, at, '--for', 'AT').code, 'ACCEPTED')
      const refused = verdictOf(other, at, '--for', 'AT')
      assert.deepEqual([refused.code, refused.rule.id], ['RULE_NOT_MET', 'VR-AT-0001'])
    }
    judge()
    const exported = sidep('trust', 'export', trust, '--at', noon, '--json')
    assert.equal(exported.status, 0, exported.stderr)
    judge()
    const { number, parts } = JSON.parse(
      sidep('trust', 'show', trust, '--at', '2021-08-17T12:00:00Z', '--json').stdout,
    ) as { number: number; parts: { name: string; state: string; asOf: string }[] }
    assert.equal(number, 1)
    const german = parts.find(({ name }) => name === 'keys/DE')
    assert.deepEqual([german?.state, german?.asOf], ['old', '2021-08-13T10:00:00.000Z'])
    assert.equal(
      JSON.parse(sidep('trust', 'export', trust, '--at', noon, '--json').stdout).number,
      2,
    )
  })

  test('empty, halved, older, forged and huge lists raise an alarm and change no verdict', async () => {
    const into = inFolder('gate')
    const list = await listOf(9)
    assert.deepEqual(importing(into, [written('first.json', list)]).codes, [null])
    const before = readFileSync(join(into, 'imports/keys.json'), 'utf8')
    const older = list.map((entry) => ({ ...entry, timestamp: '2021-08-13T09:59:59Z' }))
    const unusable = list.map((entry) => ({ ...entry, rawData: 'AAAA' }))
    const [, ...germans] = list
    for (const [value, code] of [
      [[], 'LIST_EMPTY'],
      ['', 'LIST_UNKNOWN'],
      ['<html>502</html>', 'LIST_UNKNOWN'],
      [list.slice(0, 5), 'LIST_SHRUNK'],
      [germans, 'LIST_COUNTRY_LOST'],
      [older, 'LIST_OLDER'],
      [unusable, 'LIST_KEYS_UNUSABLE'],
      [list.map(({ country: _, ...entry }) => entry), 'LIST_MALFORMED'],
      [' '.repeat(65 * 1024 * 1024), 'LIST_TOO_LARGE'],
    ] as const) {
      const { status, codes, stderr } = importing(into, [written('next.json', value)])
      assert.deepEqual([status, codes], [1, [code]])
      assert.match(stderr, /ALARM/)
    }
    assert.equal(readFileSync(join(into, 'imports/keys.json'), 'utf8'), before)
    const alarms = readFileSync(join(into, 'imports/alarms.ndjson'), 'utf8').trim().split('\n')
    assert.equal(alarms.length, 9)
    assert.deepEqual(JSON.parse(alarms[0] ?? '').code, 'LIST_EMPTY')
    const shrunk = written('next.json', list.slice(0, 5))
    assert.deepEqual(importing(into, [shrunk], '--accept-shrunk').codes, [null])
  })

  test('once it is known who signs uploads, only what a country signed for itself comes in', () => {
    const into = inFolder('signed')
    const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'pipe' })
    const uploaderOf = (country: string) => {
      const files = [inFolder(`${country}.key`), inFolder(`${country}.pem`)] as const
      const subject = `/C=${country}/O=Health/CN=Upload`
      const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
      openssl('req', '-x509', ...curve, '-keyout', files[0], '-out', files[1], '-subj', subject)
      return files
    }
    const [austrian, german] = [uploaderOf('AT'), uploaderOf('DE')]
    const cms = ([key, certificate]: readonly [string, string], value: unknown, form: string[]) =>
      openssl(
        ...['cms', '-sign', '-binary', '-nodetach', '-outform', 'DER', ...form],
        ...['-in', written('upload.json', value), '-signer', certificate, '-inkey', key],
      ).toString('base64')
    const uploaders = written(
      'all.pem',
      [austrian, german].map(([, pem]) => readFileSync(pem, 'utf8')).join(''),
    )
    const asGateway = (upload: string) => written('rules.json', { 'VR-AT-0001': [{ cms: upload }] })

    for (const form of [[], ['-indef', '-stream']]) {
      const file = asGateway(cms(austrian, rule, form))
      assert.deepEqual(importing(into, [file], '--uploaders', uploaders).codes, [null])
    }
    const forged = asGateway(cms(german, rule, []))
    assert.deepEqual(importing(into, [forged]).codes, ['UPLOAD_SIGNATURE'])
    assert.deepEqual(importing(into, [written('rule.json', rule)]).codes, ['UPLOAD_UNSIGNED'])
    const broken = asGateway(Buffer.from('no message').toString('base64'))
    assert.deepEqual(importing(into, [broken]).codes, ['UPLOAD_MALFORMED'])
  })

  test('what another country revoked is refused, and a list of its that cannot be read accepts nothing of it', async () => {
    const into = inFolder('revocations')
    const code = await issuer.hcert(testPayload())
    const [entry] = await listOf(0)
    assert.ok(entry)
    const hash = await crypto.subtle.digest(
      'SHA-256',
      new TextEncoder().encode('URN:UVCI:01:FR:ABCDEFGHIJKL#4'),
    )
    const batch = (entries: unknown) => ({
      batchId: 'one',
      country: 'FR',
      expires: '2022-01-01T00:00:00Z',
      kid: entry.kid,
      hashType: 'UCI',
      entries,
    })
    const judge = (value: unknown): string => {
      const file = written('batch.json', value)
      importing(into, [written('keys.json', [entry]), file])
      const words = ['verify', code, '--trust', into, '--at', '2021-08-13T15:30:00Z', '--json']
      return JSON.parse(sidep(...words).stdout).code
    }
    assert.equal(judge(batch([{ hash: bytesToBase64(new Uint8Array(16)) }])), 'ACCEPTED')
    assert.equal(judge(batch([{ hash: bytesToBase64(new Uint8Array(hash, 0, 16)) }])), 'REVOKED')
    assert.equal(judge(batch([{ hash: 'AAAA' }])), 'REVOCATION_LIST_UNREADABLE')
  })

  test('a signed notice goes out with the index, and is read from the text of its code', () => {
    const words = ['--id', '2021-08-13/1', '--accepts', 'slip', '--sites', '75,92']
    const times = ['--from', noon, '--until', '2021-08-15T10:00:00Z']
    const texts = ['--fr', 'Fiches acceptées.', '--en', 'Slips accepted.']
    const signed = sidep(
      'notice',
      '--sign',
      ...words,
      ...times,
      ...texts,
      '--into',
      trust,
      '--json',
    )
    assert.equal(signed.status, 0, signed.stderr)
    const { text } = JSON.parse(signed.stdout) as { text: string }
    const read = JSON.parse(sidep('notice', '--read', text, '--json').stdout)
    assert.deepEqual(
      [read.accepts, read.sites, read.en],
      [['slip'], ['75', '92'], 'Slips accepted.'],
    )
    sidep('trust', 'export', trust, '--at', noon)
    const { parts } = JSON.parse(sidep('trust', 'show', trust, '--at', noon, '--json').stdout) as {
      parts: { name: string; bytes: number }[]
    }
    assert.ok((parts.find(({ name }) => name === 'notices')?.bytes ?? 0) > 200)
    const tooLong = ['--from', noon, '--until', '2021-09-15T10:00:00Z']
    assert.equal(sidep('notice', '--sign', ...words, ...tooLong, ...texts).status, 64)
  })

  test('a device without network takes the index and what changed from the codes of a page', async () => {
    const anchor = await readAnchor(join(inFolder('keys'), 'bundle.certificate.pem'))
    assert.ok(anchor !== null)
    const held = async (sha256: string) => {
      const file = join(trust, 'parts', sha256)
      return existsSync(file) ? new Uint8Array(readFileSync(file)) : null
    }
    sidep('trust', 'export', trust, '--at', noon)
    const before = new Uint8Array(readFileSync(join(trust, 'index.cose')))
    const yesterday = await followIndex(initialTrustState(anchor), before, held, new Date(noon))
    assert.equal(yesterday.problem, null)
    const yesterdayNumber = yesterday.adopted?.opened.index.number ?? 0

    const notice = ['--id', '2021-08-13/2', '--accepts', 'provisional', '--from', noon]
    const words = ['--until', '2021-08-15T10:00:00Z', '--fr', 'Aussi.', '--en', 'These too.']
    assert.equal(sidep('notice', '--sign', ...notice, ...words, '--into', trust).status, 0)
    const had = written('had.cose', '')
    writeFileSync(had, before)
    const page = inFolder('codes.html')
    const later = '2021-08-13T14:00:00Z'
    const exporting = ['trust', 'export', trust, '--at', later, '--codes', page, '--since', had]
    const exported = sidep(...exporting, '--json')
    assert.equal(exported.status, 0, exported.stderr)
    const { codes } = JSON.parse(exported.stdout) as { codes: string[] }
    assert.equal(readFileSync(page, 'utf8').match(/<svg/g)?.length, codes.length)

    let gathered: GatheredCodes | null = null
    let last: Gathered = { kind: 'other' }
    for (const code of codes.toReversed()) {
      last = await gatherCode(gathered, code)
      gathered = 'gathered' in last ? last.gathered : null
    }
    assert.ok(last.kind === 'whole')
    const parts = new Map<string, Uint8Array>()
    for (const part of last.extension.parts) parts.set(await sha256Of(part), part)
    assert.equal(parts.size, 1, 'the notices alone changed')
    const known = new Set(yesterday.adopted?.opened.index.parts.map(({ sha256 }) => sha256))
    const offline = async (sha256: string) =>
      parts.get(sha256) ?? (known.has(sha256) ? await held(sha256) : null)
    const extended = await followIndex(
      yesterday.state,
      last.extension.index,
      offline,
      new Date(later),
    )
    assert.equal(extended.problem, null)
    assert.equal(extended.adopted?.content.notices.length, 2)

    // A machine of its own, without keys and network: the folder of yesterday, and the codes typed into a file.
    const alone = inFolder('alone')
    cpSync(trust, alone, { recursive: true })
    rmSync(join(alone, 'notices'), { recursive: true })
    writeFileSync(join(alone, 'index.cose'), before)
    for (const sha256 of parts.keys()) rmSync(join(alone, 'parts', sha256))
    const pinned = written('pinned.json', { spki: bytesToBase64(anchor) })
    const carried = written('carried.txt', codes.join('\n'))
    const environment = { DATA_DIR: inFolder('no-data'), KEYS_DIR: inFolder('no-keys') }
    const carry = ['trust', 'import', carried, '--into', alone, '--at', later, '--anchor', pinned]
    const taken = sidepIn(environment, ...carry)
    assert.equal(taken.status, 0, taken.stderr)
    // The key is kept in the folder.
    const shown = sidepIn(environment, 'trust', 'show', alone, '--at', later, '--json')
    assert.equal(shown.status, 0, shown.stderr)
    assert.equal(JSON.parse(shown.stdout).number, yesterdayNumber + 1)

    const at = new Date(later)
    const codesOf = async (texts: readonly string[], when = at) =>
      (await importCodes(alone, texts, anchor, when)).map(({ code }) => code)
    assert.deepEqual(await codesOf(codes.slice(1)), ['EXTENSION_INCOMPLETE'])
    const paper = sidep('notice', '--sign', ...notice, ...words).stdout.trim()
    assert.deepEqual(await codesOf([paper]), [null])
    assert.deepEqual(await codesOf([paper], new Date('2021-08-16T10:00Z')), ['NOTICE_ENDED'])
    const stranger = await makeKeySet({ at, randomBytes, development: true })
    const other = publicKeyInfo(stranger.signers.bundle.certificate)
    assert.ok(other)
    const forged = await importCodes(inFolder('empty'), [...codes, paper], other, at)
    assert.deepEqual(
      forged.map(({ code }) => code),
      ['INDEX_SIGNATURE', 'NOTICE_SIGNATURE'],
    )
    // The other tests look at noon.
    assert.equal(sidep('trust', 'export', trust, '--at', noon).status, 0)
  })

  test('what was imported, and the notices, wait in the database for the portal’s next index', () => {
    const { status, stdout, stderr } = sidep('trust', 'publish', trust, '--json')
    assert.equal(status, 0, stderr)
    const { parts } = JSON.parse(stdout) as { parts: string[] }
    for (const name of ['keys/FR', 'notices', 'rules', 'value-sets'])
      assert.ok(parts.includes(name), name)
    assert.ok(!parts.includes('twoddoc'), 'the portal says its own')
  })

  test('a folder that was changed, or is signed by another, is not relied on', () => {
    const { parts } = JSON.parse(sidep('trust', 'show', trust, '--at', noon, '--json').stdout) as {
      parts: { sha256: string }[]
    }
    const file = join(trust, 'parts', parts[0]?.sha256 ?? '')
    const bytes = readFileSync(file)
    writeFileSync(file, Buffer.concat([bytes, Buffer.from([0])]))
    const changed = sidep('trust', 'show', trust, '--at', noon)
    assert.match(changed.stderr, /PART_MISMATCH/)
    writeFileSync(file, bytes)
    assert.equal(sidep('trust', 'show', trust, '--at', noon).status, 0)
    sidep('keys', '--folder', inFolder('others'), '--development')
    const anchor = join(inFolder('others'), 'bundle.certificate.pem')
    const stranger = sidep('trust', 'show', trust, '--at', noon, '--anchor', anchor)
    assert.match(stranger.stderr, /INDEX_SIGNATURE/)
    assert.match(sidep('trust', 'show', trust, '--at', '2021-12-01').stderr, /INDEX_EXPIRED/)
  })
})
