/**
 * Software that signed up at the sandbox, each before a portal of its own, so that nobody's faults are another's. What it
 * asks for is what the real portal's port for vendors asks for, but for the certificate.
 */
import { randomBytes } from 'node:crypto'
import {
  assertionAlgorithms,
  assertionClockSecondsMax,
  assertionSecondsMax,
  isVendorScope,
  type ProblemCode,
  type VendorScope,
  vendorScopes,
} from '@sidep/contracts'
import { errors, importJWK, importSPKI, type JWK, jwtVerify } from 'jose'
import { FakePortal } from '../portal/index.ts'
import { testProfessional, testSite } from './identities.ts'
import { Journal } from './journal.ts'

/** What is refused, by its code. */
export class Refused extends Error {
  readonly code: ProblemCode
  constructor(code: ProblemCode) {
    super(code)
    this.code = code
  }
}

interface Pairing {
  readonly deviceCode: string
  readonly userCode: string
  readonly scopes: readonly VendorScope[]
  decision: 'accepted' | 'refused' | null
}

interface Delegation {
  readonly refreshToken: string
  readonly scopes: readonly VendorScope[]
}

interface Token {
  readonly until: number
  readonly scopes: readonly VendorScope[]
}

export interface GivenToken {
  readonly token: string
  readonly seconds: number
  readonly scopes: readonly VendorScope[]
  readonly refreshToken: string | null
}

const tokenSecondsDefault = 600
const secret = (bytes = 24): string => randomBytes(bytes).toString('base64url')
/** RFC 8628 §6.1: no vowels, and nothing that looks like another letter. */
const userCodeLetters = 'BCDFGHJKLMNPQRSTVWXZ'
const userCode = (): string => {
  const letters = [...randomBytes(8)].map((byte) => userCodeLetters[byte % userCodeLetters.length])
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}

export type PublicKey = string | JWK

const importKey = async (key: PublicKey): Promise<CryptoKey | Uint8Array> => {
  try {
    return typeof key === 'string' ? await importSPKI(key, 'ES256') : await importJWK(key, 'ES256')
  } catch {
    throw new Refused('REQUEST_INVALID')
  }
}

export class Client {
  readonly id: string
  readonly name: string
  readonly portal: FakePortal
  readonly journal = new Journal()
  /** How far this portal's clock is ahead of the machine's. */
  clockAheadMilliseconds = 0
  tokenSeconds = tokenSecondsDefault
  readonly #key: CryptoKey | Uint8Array
  readonly #now: () => number
  readonly #pairings: Pairing[] = []
  readonly #delegations: Delegation[] = []
  readonly #tokens = new Map<string, Token>()
  readonly #assertions = new Set<string>()

  private constructor(name: string, key: CryptoKey | Uint8Array, now: () => number) {
    this.id = `test-${secret(6)}`
    this.name = name
    this.#key = key
    this.#now = now
    this.portal = new FakePortal({
      now: () => new Date(this.now()),
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    })
    this.portal.sites = [testSite]
    this.portal.professional = testProfessional
    this.portal.isSignedIn = true
  }

  static async open(name: string, key: PublicKey, now: () => number): Promise<Client> {
    return new Client(name, await importKey(key), now)
  }

  now(): number {
    return this.#now() + this.clockAheadMilliseconds
  }

  /** @throws Refused with what is wrong with it (RFC 7523 §3) */
  async authenticate(assertion: string, audiences: readonly string[]): Promise<void> {
    try {
      const { payload } = await jwtVerify(assertion, this.#key, {
        algorithms: [...assertionAlgorithms],
        audience: [...audiences],
        issuer: this.id,
        subject: this.id,
        currentDate: new Date(this.now()),
        clockTolerance: assertionClockSecondsMax,
        requiredClaims: ['exp', 'iat', 'jti'],
      })
      const { exp = 0, iat = 0, jti = '' } = payload
      const latest = this.now() / 1_000 + assertionClockSecondsMax
      if (exp - iat > assertionSecondsMax || iat > latest || exp > latest + assertionSecondsMax)
        throw new Refused('VENDOR_ASSERTION_STALE')
      if (this.#assertions.has(jti)) throw new Refused('VENDOR_ASSERTION_REPLAYED')
      this.#assertions.add(jti)
    } catch (error) {
      if (error instanceof Refused) throw error
      if (error instanceof errors.JWTExpired) throw new Refused('VENDOR_ASSERTION_STALE')
      throw new Refused('VENDOR_ASSERTION_INVALID')
    }
  }

  pair(scope: string): Pairing {
    const asked = scope.split(' ').filter((one) => one !== '')
    const scopes = asked.filter(isVendorScope)
    if (scopes.length !== asked.length || scopes.length === 0)
      throw new Refused('VENDOR_SCOPE_REFUSED')
    const pairing = { deviceCode: secret(), userCode: userCode(), scopes, decision: null }
    this.#pairings.push(pairing)
    return pairing
  }

  /** @returns whether that code was waiting here */
  decide(code: string, decision: 'accepted' | 'refused'): boolean {
    const pairing = this.#pairings.find((one) => one.userCode === code && one.decision === null)
    if (pairing === undefined) return false
    pairing.decision = decision
    return true
  }

  tokenOfPairing(deviceCode: string): GivenToken {
    const pairing = this.#pairings.find((one) => one.deviceCode === deviceCode)
    if (pairing === undefined) throw new Refused('VENDOR_GRANT_INVALID')
    if (pairing.decision === null) throw new Refused('VENDOR_REQUEST_PENDING')
    if (pairing.decision === 'refused') throw new Refused('VENDOR_REQUEST_REFUSED')
    this.#pairings.splice(this.#pairings.indexOf(pairing), 1)
    const delegation = { refreshToken: secret(), scopes: pairing.scopes }
    this.#delegations.push(delegation)
    return this.#give(delegation.scopes, delegation.refreshToken)
  }

  tokenOfDelegation(refreshToken: string): GivenToken {
    const delegation = this.#delegations.find((one) => one.refreshToken === refreshToken)
    if (delegation === undefined) throw new Refused('VENDOR_GRANT_INVALID')
    return this.#give(delegation.scopes, refreshToken)
  }

  tokenOfItself(): GivenToken {
    return this.#give(
      vendorScopes.filter((scope) => scope === 'webhooks'),
      null,
    )
  }

  revoke(refreshToken: string): void {
    const at = this.#delegations.findIndex((one) => one.refreshToken === refreshToken)
    if (at >= 0) this.#delegations.splice(at, 1)
  }

  expireTokens(): void {
    for (const [token, held] of this.#tokens) this.#tokens.set(token, { ...held, until: 0 })
  }

  hasToken(token: string): boolean {
    return this.#tokens.has(token)
  }

  /** @throws Refused unless the token is good for that */
  permit(token: string, scope: VendorScope | undefined): void {
    const held = this.#tokens.get(token)
    if (held === undefined) throw new Refused('VENDOR_TOKEN_INVALID')
    if (held.until <= this.now()) throw new Refused('VENDOR_TOKEN_EXPIRED')
    if (scope !== undefined && !held.scopes.includes(scope))
      throw new Refused('VENDOR_SCOPE_MISSING')
  }

  #give(scopes: readonly VendorScope[], refreshToken: string | null): GivenToken {
    const token = secret()
    this.#tokens.set(token, { until: this.now() + this.tokenSeconds * 1_000, scopes })
    return { token, seconds: this.tokenSeconds, scopes, refreshToken }
  }
}
