/** A card whose key never leaves its token: SoftHSM2 through PKCS#11, used by `curl` and `openssl s_client`. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { routes } from '@sidep/contracts'
import { demoCards, demoPeople } from '@sidep/dev'
import { ensureDebianPackages } from '../../../../../tools/src/debian.ts'
import { makeSofthsmToken, softhsmLibrary } from '../../platform/softhsm-testing.ts'
import { type CardPortal, startCardPortal } from './testing.ts'

const run = promisify(execFile)
const pin = '271828'
let door: CardPortal
let folder: string
let environment: NodeJS.ProcessEnv
let certificateFile: string

const objectUri = (type: 'private' | 'cert'): string =>
  `pkcs11:token=carte;object=authentification;type=${type};pin-value=${pin}`

const onToken = (...words: string[]) =>
  run(
    'pkcs11-tool',
    ['--module', softhsmLibrary(), '--token-label', 'carte', '--login', '--pin', pin, ...words],
    { env: environment },
  )

/** Makes the key inside the token, and puts the certificate that the authority gives it beside. */
const makeTokenCard = async (): Promise<void> => {
  const named = ['--id', '01', '--label', 'authentification']
  await onToken('--keypairgen', '--key-type', 'rsa:2048', ...named)
  const publicKeyFile = join(folder, 'public-key.der')
  await onToken('--read-object', '--type', 'pubkey', '--id', '01', '-o', publicKeyFile)
  const { certificate } = await door.cards.authority.certify(
    { subject: demoCards.pharmacist.subject, at: door.clock.now() },
    new Uint8Array(await readFile(publicKeyFile)),
  )
  certificateFile = join(folder, 'card.pem')
  await writeFile(certificateFile, certificate)
  const der = join(folder, 'card.der')
  await run('openssl', ['x509', '-in', certificateFile, '-outform', 'DER', '-out', der])
  await onToken('--write-object', der, '--type', 'cert', ...named)
}

before(async () => {
  ensureDebianPackages(['softhsm2', 'opensc', 'libengine-pkcs11-openssl', 'curl'])
  door = await startCardPortal()
  folder = await mkdtemp(join(tmpdir(), 'sidep-token-'))
  environment = {
    ...process.env,
    SOFTHSM2_CONF: await makeSofthsmToken(folder, 'carte', pin),
    // Where OpenSSL's engine looks for the token.
    PKCS11_MODULE_PATH: softhsmLibrary(),
  }
  await makeTokenCard()
})
after(async () => {
  await door.close()
  await rm(folder, { recursive: true, force: true })
})

test('the key was made in the token and never leaves it', async () => {
  const { stdout } = await onToken('--list-objects', '--type', 'privkey')
  assert.match(stdout, /always sensitive, never extractable, local/)
})

test('curl walks from the portal to the card port and back with the token, and is signed in', async () => {
  const jar = join(folder, 'cookies')
  const { stdout } = await run(
    'curl',
    [
      ...['--silent', '--show-error', '--location', '--insecure', '--output', '/dev/null'],
      ...['--cookie', jar, '--cookie-jar', jar, '--write-out', '%{url_effective}'],
      ...['--engine', 'pkcs11', '--cert-type', 'ENG', '--cert', objectUri('cert')],
      ...['--key-type', 'ENG', '--key', objectUri('private')],
      `${door.url}${routes.loginCard}?return=/pro/`,
    ],
    { env: environment },
  )
  assert.equal(stdout, `${door.url}/pro/`)
  const session = await run('curl', ['--silent', '--cookie', jar, `${door.url}${routes.session}`])
  const view = JSON.parse(session.stdout) as { door: string; professional: { id: string } }
  assert.equal(view.door, 'card')
  assert.equal(view.professional.id, demoPeople.pharmacist.nationalId)
})

/** Sends one request over `openssl s_client` with the token's key. */
const sClient = (request: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      'openssl',
      [
        ...['s_client', '-connect', new URL(door.cardUrl).host, '-quiet', '-ign_eof'],
        ...['-engine', 'pkcs11', '-keyform', 'engine', '-key', objectUri('private')],
        ...['-cert', certificateFile],
      ],
      { env: environment, stdio: ['pipe', 'pipe', 'ignore'] },
    )
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += String(chunk)
    })
    child.once('error', reject)
    child.once('close', () => resolve(text))
    child.stdin.end(request)
  })

test('openssl s_client signs in at the card port itself with the token', async () => {
  const text = await sClient(
    `POST ${routes.loginCard} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`,
  )
  assert.match(text, /HTTP\/1\.1 200 OK/)
  assert.match(text, /set-cookie: sidep-session=/i)
  assert.ok(text.includes(demoPeople.pharmacist.nationalId))
})
