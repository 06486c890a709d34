import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, suite, test } from 'node:test'
import {
  counterKeyOf,
  issueBooklet,
  issueSlip,
  makeSlipSerial,
  readBooklet,
  type Sign,
} from '@sidep/continuity'
import { bytesToBase64 } from '@sidep/encoding'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import { loadContinuitySigner } from '@sidep/trust'
import { makeKeySet } from '@sidep/trust/certificates'
import {
  type BadProvisional,
  makeBadProvisionals,
} from '../../../../packages/verdict/test/bad-provisionals.ts'
import { craftProvisional } from '../../../../packages/verdict/test/crafted-provisional.ts'

const main = resolve(import.meta.dirname, '../main.ts')
const outage = new Date('2021-08-13T13:30:00Z')
const hours = (count: number): Date => new Date(outage.getTime() + count * 3_600_000)
const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }

const signWith =
  (key: CryptoKey): Sign =>
  async (bytes) =>
    new Uint8Array(
      await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, new Uint8Array(bytes)),
    )

let folder: string
let continuity: string
let text: string
let bad: BadProvisional[]
let slip: string
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sidep-cli-'))
  const keys = await makeKeySet({ at: hours(-1_000), randomBytes, development: true })
  const { certificate, privateKey } = keys.signers.continuity
  const signer = await loadContinuitySigner(certificate)
  assert.ok(signer.ok)
  const sign = signWith(
    await crypto.subtle.importKey('pkcs8', new Uint8Array(privateKey), algorithm, false, ['sign']),
  )
  const counter = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const site = parseFiness('750712184')
  const professional = parseProfessionalId('899700075122')
  assert.ok(site.ok && professional.ok)
  const booklet = readBooklet(
    await issueBooklet(
      {
        id: '0123456789abcdef',
        country: 'FR',
        authority: 'Ministère chargé de la santé',
        siteId: site.value,
        siteName: 'Pharmacie du Parvis',
        professionalId: professional.value,
        maximum: 5,
        testTypes: ['LP217198-3'],
        issuedAt: hours(-2),
        notBefore: hours(-2),
        expiresAt: hours(22),
        counterKey: await counterKeyOf(counter.publicKey),
      },
      signer.value.keyId,
      sign,
    ),
  )
  assert.ok(booklet.ok)
  const crafted = {
    booklet: booklet.value,
    sign: signWith(counter.privateKey),
    issuedAt: hours(0.5),
    sampledAt: hours(0.2),
  }
  text = await craftProvisional({ ...crafted, number: 5 })
  bad = await makeBadProvisionals(booklet.value, crafted.sign, hours(1))
  const serial = makeSlipSerial(site.value, 1, randomBytes)
  const grant = { serial, siteName: 'Pharmacie du Parvis', issuedAt: hours(-2) }
  slip = await issueSlip(
    { ...grant, expiresAt: hours(24) },
    signer.value.keyId,
    sign,
    'https://sidep.example',
  )
  continuity = bytesToBase64(certificate)
  const issuedUntil = hours(0.5).toISOString()
  const trusts = {
    signers: {},
    withdrawn: { withdrawn: { booklets: ['0123456789abcdef'] } },
    'site-withdrawn': { withdrawn: { sites: [{ site: '750712184', issuedUntil }] } },
    'all-withdrawn': { withdrawn: { allIssuedUntil: issuedUntil } },
  }
  for (const [name, changes] of Object.entries(trusts)) {
    const file = join(folder, `${name}.json`)
    writeFileSync(file, JSON.stringify({ continuity: [continuity], ...changes }))
  }
})
after(() => rmSync(folder, { recursive: true, force: true }))

const sidep = (words: readonly string[], input = '') =>
  spawnSync(process.execPath, [main, 'verify', ...words], {
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, DATA_DIR: join(folder, 'data') },
  })

const verify = (code: string, file = 'signers.json', at = hours(1)) => {
  const options = ['--at', at.toISOString(), '--signers', join(folder, file)]
  const { status, stdout } = sidep([code, ...options, '--json'])
  return { status, verdict: JSON.parse(stdout) }
}

suite('sidep verify of what counters made by themselves', () => {
  test('accepts a provisional certificate and says that it is one', () => {
    const { status, verdict } = verify(text)
    assert.equal(status, 0)
    assert.equal(verdict.certificate.format, 'provisional')
    assert.deepEqual(verdict.certificate.notices, ['PROVISIONAL', 'CHECK_IDENTITY'])
    assert.doesNotMatch(JSON.stringify(verdict), /260415000|medical/)
    const { stdout } = sidep([
      text,
      '--at',
      hours(1).toISOString(),
      '--signers',
      join(folder, 'signers.json'),
    ])
    assert.match(stdout, /provisional: the definitive certificate is still to come/)
  })

  test('refuses what a counter could not make, each with its own step and code, and exits 1', () => {
    for (const { what, text: code, step, code: expected } of bad) {
      const { status, verdict } = verify(code)
      assert.deepEqual([status, verdict.step, verdict.code], [1, step, expected], what)
    }
  })

  test('refuses expired ones and those of withdrawn booklets, sites and of all, each with its code', () => {
    const cases = [
      ['signers.json', 80, 'validity', 'PROVISIONAL_EXPIRED'],
      ['signers.json', 0, 'validity', 'PROVISIONAL_IN_FUTURE'],
      ['withdrawn.json', 1, 'revocation', 'BOOKLET_WITHDRAWN'],
      ['site-withdrawn.json', 1, 'revocation', 'SITE_WITHDRAWN'],
      ['all-withdrawn.json', 1, 'revocation', 'ALL_WITHDRAWN'],
    ] as const
    for (const [file, at, step, code] of cases) {
      const { status, verdict } = verify(text, file, hours(at))
      assert.deepEqual([status, verdict.step, verdict.code], [1, step, code])
    }
  })

  test('accepts a slip’s address as a good sheet, and names its site', () => {
    const { status, verdict } = verify(slip)
    assert.deepEqual([status, verdict.certificate.format], [0, 'slip'])
    assert.equal(verdict.certificate.site, 'Pharmacie du Parvis')
  })

  test('--batch takes the signers of booklets in a field of their own', () => {
    const line = { id: 1, text, at: hours(1).toISOString(), signers: [] }
    const lines = [{ ...line, continuity: [continuity] }, line, { ...line, continuity: 'x' }]
    const { stdout } = sidep(['--batch'], lines.map((entry) => JSON.stringify(entry)).join('\n'))
    const answers = stdout
      .trim()
      .split('\n')
      .map((entry) => JSON.parse(entry))
    assert.deepEqual(
      answers.map(({ code, error }) => code ?? error),
      ['ACCEPTED', 'BOOKLET_KEY_UNKNOWN', 'SIGNERS_MALFORMED'],
    )
  })
})
