/**
 * Signing keys in a hardware module (PKCS#11 v2.40), behind the same port as key files.
 *
 * Invariants
 * - A private key never leaves the module: it is made there, not extractable.
 * - The module is initialised once in a process, for all its threads, with the system's locks. Nobody finalises it:
 *   another thread may be signing.
 * - A session has one operation at a time.
 * - A session that was lost is opened again once for the signature that found out; after that the signature fails.
 */

import { createHash, hash, type X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { keyModuleSessionsMax } from '@sidep/admission'
import type { Handle, PKCS11 } from 'pkcs11js'
import type { Pkcs11Configuration } from '../platform/key-configuration.ts'
import { ofSettingNow } from '../platform/setting-file.ts'
import { isFastModule } from './fast-module.ts'
import { type KeyModule, type Sign, SignersUnusable, signerUnusable } from './key-holder.ts'

type Library = typeof import('pkcs11js')

/** A module in which new keys can be made as well. */
export interface Pkcs11Module extends KeyModule {
  /** Makes a P-256 key pair that stays there. @returns its public key, uncompressed point of 65 bytes */
  generate(label: string): Uint8Array
}

const pointBytes = 65
const signatureBytes = 64
/** DER of the named curve P-256, 1.2.840.10045.3.1.7. */
const p256Parameters = Buffer.from('06082a8648ce3d030107', 'hex')
const octetStringTag = 4

/** PKCS #11 v2.40 §A (return values): what a new session may mend. */
const lostSessionCodes: ReadonlySet<number> = new Set([
  0x30, // CKR_DEVICE_ERROR
  0x32, // CKR_DEVICE_REMOVED
  0x60, // CKR_KEY_HANDLE_INVALID
  0x82, // CKR_OBJECT_HANDLE_INVALID
  0xb0, // CKR_SESSION_CLOSED
  0xb3, // CKR_SESSION_HANDLE_INVALID
  0xe0, // CKR_TOKEN_NOT_PRESENT
  0x101, // CKR_USER_NOT_LOGGED_IN
])
const alreadyLoggedIn = 0x100
const alreadyInitialised = 0x191

const codeOf = (error: unknown): number | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null

const unless = (code: number, work: () => void): void => {
  try {
    work()
  } catch (error) {
    if (codeOf(error) !== code) throw error
  }
}

const loadLibrary = (): Library => {
  try {
    // Not installed where no compiler was: then keys are files.
    return createRequire(import.meta.url)('pkcs11js')
  } catch (cause) {
    throw new SignersUnusable(
      'PKCS11_MODULE needs the package pkcs11js, which could not be built here (a C compiler is missing)',
      { cause },
    )
  }
}

/** A certificate's public key as a module names it. */
const pointOf = (certificate: X509Certificate): Buffer =>
  Buffer.from(certificate.publicKey.export({ type: 'spki', format: 'der' })).subarray(-pointBytes)

/** The name of a pair in the module: what X.509 calls the subject key identifier (RFC 5280 §4.2.1.2, method 1). */
const pairId = (point: Uint8Array): Buffer => createHash('sha1').update(point).digest()

const encodedPoint = (point: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([octetStringTag, point.length]), point])

/** A pair that is signed with: told apart by itself, so that a signature looks nothing up. */
interface Pair {
  readonly point: Buffer
  readonly id: Buffer
}

interface Session {
  readonly handle: Handle
  readonly keys: Map<Pair, Handle>
}

class Token implements Pkcs11Module {
  readonly #library: Library
  readonly #module: PKCS11
  readonly #configuration: Pkcs11Configuration
  readonly #free: Session[] = []
  readonly #waiting: ((session: Session) => void)[] = []
  #open = 0

  constructor(configuration: Pkcs11Configuration) {
    this.#library = loadLibrary()
    this.#configuration = configuration
    this.#module = new this.#library.PKCS11()
    this.#module.load(configuration.modulePath)
    const flags = this.#library.CKF_OS_LOCKING_OK
    unless(alreadyInitialised, () => this.#module.C_Initialize({ flags }))
  }

  #slot(): Handle {
    const { token } = this.#configuration
    for (const slot of this.#module.C_GetSlotList(true)) {
      if (this.#module.C_GetTokenInfo(slot).label.trim() === token) return slot
    }
    throw new SignersUnusable(`PKCS11_TOKEN names ${token}, which the module does not have`)
  }

  /** @param access CKF_RW_SESSION to make keys; who only signs reads, and a module need not look for what others write */
  #openSession(access = 0): Session {
    const { CKF_SERIAL_SESSION, CKU_USER } = this.#library
    const handle = this.#module.C_OpenSession(this.#slot(), access | CKF_SERIAL_SESSION)
    const pin = this.#configuration.pinFiles
      .map((file) => ofSettingNow('PKCS11_PIN_FILE', file, () => readFileSync(file, 'utf8').trim()))
      .join('')
    try {
      unless(alreadyLoggedIn, () => this.#module.C_Login(handle, CKU_USER, pin))
    } catch (cause) {
      throw signerUnusable('the module refuses the PIN of PKCS11_PIN_FILE', cause)
    }
    return { handle, keys: new Map() }
  }

  #findOne(session: Session, template: { type: number; value: Buffer | number }[]): Handle | null {
    this.#module.C_FindObjectsInit(session.handle, template)
    try {
      return this.#module.C_FindObjects(session.handle, 1)[0] ?? null
    } finally {
      this.#module.C_FindObjectsFinal(session.handle)
    }
  }

  /** By its own name, or by the public key beside it, for pairs that were made with other tools. */
  #findKey(session: Session, pair: Pair): Handle | null {
    const { point, id } = pair
    const known = session.keys.get(pair)
    if (known !== undefined) return known
    const { CKA_CLASS, CKA_EC_POINT, CKA_ID, CKO_PRIVATE_KEY, CKO_PUBLIC_KEY } = this.#library
    const privateKey = (name: Buffer): Handle | null =>
      this.#findOne(session, [
        { type: CKA_CLASS, value: CKO_PRIVATE_KEY },
        { type: CKA_ID, value: name },
      ])
    const besidePublic = (): Handle | null => {
      const publicKey = this.#findOne(session, [
        { type: CKA_CLASS, value: CKO_PUBLIC_KEY },
        { type: CKA_EC_POINT, value: encodedPoint(point) },
      ])
      if (publicKey === null) return null
      const [attribute] = this.#module.C_GetAttributeValue(session.handle, publicKey, [
        { type: CKA_ID },
      ])
      return Buffer.isBuffer(attribute?.value) ? privateKey(attribute.value) : null
    }
    const found = privateKey(id) ?? besidePublic()
    if (found !== null) session.keys.set(pair, found)
    return found
  }

  #begin(session: Session, pair: Pair): void {
    const key = this.#findKey(session, pair)
    if (key === null) throw new Error('the module no longer has the key')
    this.#module.C_SignInit(session.handle, { mechanism: this.#library.CKM_ECDSA }, key)
  }

  #take(): Promise<Session> {
    const free = this.#free.pop()
    if (free !== undefined) return Promise.resolve(free)
    if (this.#open < keyModuleSessionsMax) {
      this.#open += 1
      try {
        return Promise.resolve(this.#openSession())
      } catch (error) {
        this.#open -= 1
        return Promise.reject(error)
      }
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #giveBack(session: Session): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(session)
    else next(session)
  }

  async #attempt(pair: Pair, sign: (session: Session) => Buffer | Promise<Buffer>) {
    let session = await this.#take()
    try {
      this.#begin(session, pair)
      return await sign(session)
    } catch (error) {
      if (!lostSessionCodes.has(codeOf(error) ?? 0)) throw error
      session = this.#openSession()
      this.#begin(session, pair)
      return await sign(session)
    } finally {
      this.#giveBack(session)
    }
  }

  async find(certificate: X509Certificate): Promise<Sign | null> {
    const point = pointOf(certificate)
    const pair: Pair = { point, id: pairId(point) }
    const session = await this.#take()
    const found = this.#findKey(session, pair)
    this.#giveBack(session)
    if (found === null) return null
    // CKM_ECDSA takes the digest: modules differ in whether they hash.
    const digestOf = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer')
    const onTheSpot: Sign = (bytes) =>
      this.#attempt(pair, ({ handle }) =>
        this.#module.C_Sign(handle, digestOf(bytes), Buffer.alloc(signatureBytes)),
      )
    const elsewhere: Sign = (bytes) =>
      this.#attempt(pair, ({ handle }) =>
        this.#module.C_SignAsync(handle, digestOf(bytes), Buffer.alloc(signatureBytes)),
      )
    const isFast = await isFastModule(async () => {
      const startedAt = process.hrtime.bigint()
      await onTheSpot(point)
      return Number(process.hrtime.bigint() - startedAt) / 1_000
    })
    return isFast ? onTheSpot : elsewhere
  }

  generate(label: string): Uint8Array {
    const c = this.#library
    const session = this.#openSession(c.CKF_RW_SESSION)
    try {
      const pair = this.#module.C_GenerateKeyPair(
        session.handle,
        { mechanism: c.CKM_EC_KEY_PAIR_GEN },
        [
          { type: c.CKA_TOKEN, value: true },
          { type: c.CKA_VERIFY, value: true },
          { type: c.CKA_LABEL, value: label },
          { type: c.CKA_EC_PARAMS, value: p256Parameters },
        ],
        [
          { type: c.CKA_TOKEN, value: true },
          { type: c.CKA_PRIVATE, value: true },
          { type: c.CKA_SENSITIVE, value: true },
          { type: c.CKA_EXTRACTABLE, value: false },
          { type: c.CKA_SIGN, value: true },
          { type: c.CKA_LABEL, value: label },
        ],
      )
      const [attribute] = this.#module.C_GetAttributeValue(session.handle, pair.publicKey, [
        { type: c.CKA_EC_POINT },
      ])
      if (!Buffer.isBuffer(attribute?.value)) throw new Error('the module shows no public key')
      const point = attribute.value.subarray(-pointBytes)
      for (const object of [pair.publicKey, pair.privateKey]) {
        this.#module.C_SetAttributeValue(session.handle, object, [
          { type: c.CKA_ID, value: pairId(point) },
        ])
      }
      return new Uint8Array(point)
    } finally {
      this.#module.C_CloseSession(session.handle)
    }
  }
}

/** Opens the module of a configuration; null without one. @throws SignersUnusable in words for the person starting */
export const openKeyModule = (configuration: Pkcs11Configuration | null): Pkcs11Module | null => {
  if (configuration === null) return null
  try {
    return new Token(configuration)
  } catch (cause) {
    if (cause instanceof SignersUnusable) throw cause
    throw signerUnusable(`PKCS11_MODULE ${configuration.modulePath} does not open`, cause)
  }
}
