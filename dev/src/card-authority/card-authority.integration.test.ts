/** The stand-in's certificates as OpenSSL's program sees them: an opinion that is not ours. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { demoPeople } from '../directory/demo-identities.ts'
import { cardFiles, cardPassword } from './card-folder.ts'
import type { DemoCardName } from './demo-cards.ts'
import { type RunningCardAuthority, startCardAuthority } from './start.ts'

const run = promisify(execFile)

let folder: string
let cards: RunningCardAuthority
let lists: string

before(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'sidep-authority-')), 'cards')
  cards = await startCardAuthority({ port: 0, folder })
  lists = join(folder, 'lists.pem')
  const pems = await Promise.all(
    cards.revocationLists.map(async (url, index) => {
      const der = join(folder, `${index}.crl`)
      await writeFile(der, Buffer.from(await (await fetch(url)).arrayBuffer()))
      return (await run('openssl', ['crl', '-inform', 'DER', '-in', der])).stdout
    }),
  )
  await writeFile(lists, pems.join(''))
})
after(async () => {
  await cards.close()
  await rm(join(folder, '..'), { recursive: true, force: true })
})

/** What `openssl verify` says, lists of the whole chain included. */
const verified = async (name: DemoCardName): Promise<string> => {
  const words = ['verify', '-purpose', 'sslclient', '-crl_check_all', '-CRLfile', lists]
  const file = cardFiles(folder, name).certificate
  try {
    const { stdout } = await run('openssl', [
      ...words,
      '-CAfile',
      join(folder, 'authority.pem'),
      file,
    ])
    return stdout.trim().endsWith(': OK') ? 'OK' : stdout
  } catch (error) {
    return error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
  }
}

test('OpenSSL accepts the good cards with their lists, and names what is wrong with the others', async () => {
  for (const name of ['pharmacist', 'nurse', 'employee'] as const) {
    assert.equal(await verified(name), 'OK', name)
  }
  assert.match(await verified('expired'), /certificate has expired/)
  assert.match(await verified('revoked'), /certificate revoked/)
  assert.match(await verified('other-authority'), /unable to get local issuer certificate/)
  assert.match(
    await verified('no-client-authentication'),
    /unsupported certificate purpose|unsuitable/,
  )
})

test('a professional’s subject has name, number and first name in one relative name', async () => {
  const { certificate } = cardFiles(folder, 'pharmacist')
  const { stdout } = await run('openssl', ['x509', '-in', certificate, '-noout', '-subject'])
  const { familyName, nationalId, givenName } = demoPeople.pharmacist
  assert.equal(
    stdout.trim(),
    `subject=C = FR, title = Pharmacien, SN = ${familyName} + CN = ${nationalId} + GN = ${givenName}`,
  )
})

test('a PKCS#12 file opens with the password that newcomers are told', async () => {
  const { stdout } = await run('openssl', [
    ...['pkcs12', '-in', join(folder, 'nurse.p12'), '-nodes'],
    ...['-passin', `pass:${cardPassword}`],
  ])
  assert.ok(stdout.includes('BEGIN PRIVATE KEY') && stdout.includes('BEGIN CERTIFICATE'))
})

test('a second start on the folder is the same hierarchy with the same cards', async () => {
  const { certificate } = cardFiles(folder, 'pharmacist')
  const before = await readFile(certificate, 'utf8')
  const again = await startCardAuthority({ port: 0, folder })
  assert.equal(await readFile(certificate, 'utf8'), before)
  assert.equal(again.authority.bundle, cards.authority.bundle)
  await again.close()
})
