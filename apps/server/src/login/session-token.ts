/**
 * The session: a signed token that the browser keeps and any process checks alone.
 *
 * Invariants
 * - Checking reads neither the database nor the identity provider (invariant 4 of the house): the
 *   signature, the time and the shape decide.
 * - Only keys of scope `session` count, only ES256, only our own `typ`: a token made for something
 *   else, by any of our keys, is no session.
 * - Choosing a site makes a new token of the same session: neither its start nor its end moves.
 * - A cookie that none of our processes made costs one HMAC, never a signature check: it carries a tag of the vault's
 *   key over the token. The tag keeps strangers from spending our time; what a session is, the signature alone says.
 * - A session bound to a device (`cnf`, RFC 7800 and RFC 9449 §6.1) has short tokens: past `due` one is good for
 *   being renewed by that device's key and for nothing else (docs/adr/0015-open-sessions.md).
 */

import { timingSafeEqual } from 'node:crypto'
import type { Door, SiteView } from '@sidep/contracts'
import { decodeJwt, errors, jwtVerify } from 'jose'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Actor, Operator } from '../platform/actor.ts'
import { createBoundedCache } from '../platform/bounded-cache.ts'
import type { PublicSigner, RingKey, SignerRing } from '../platform/signer.ts'
import type { Vault } from '../platform/vault.ts'

/** An activity that cannot be used, and why, so that the person is not left to guess. */
export interface SiteLeftOut {
  readonly name: string
  readonly reason: 'FINESS_MISSING' | 'FINESS_INVALID'
}

/** Who signed in; for a delegated session not who answers for what is done. */
export interface Person extends Operator {
  /** Profession code, nomenclature G15; empty for a pharmacy employee's card. */
  readonly profession: string
}

/** Work under somebody's responsibility at one site, for a time. */
export interface TakenUpDelegation {
  readonly id: string
  readonly endsAt: Date
  readonly responsible: Person
  readonly site: SiteView
}

/** What a door knows of the sign-in besides the person. */
export interface Binding {
  /** Thumbprint (RFC 7638) of the device key that may renew the session; null: bound to none. */
  readonly device: string | null
  /** Which session at the identity provider it came from, and of which subject, as `providerKey` names them. */
  readonly providerSession: string | null
  readonly providerSubject: string | null
}

export const unbound: Binding = { device: null, providerSession: null, providerSubject: null }

export interface Session extends Actor, Binding {
  readonly sitesLeftOut: readonly SiteLeftOut[]
  readonly person: Person
  readonly operator: Operator | null
  readonly delegation: TakenUpDelegation | null
  readonly extended: boolean
  /** The token works until then; `expiresAt` is the end of the session itself. */
  readonly renewBy: Date
  /** When the token was made that it was read from; null for one that has none yet. */
  readonly tokenAt: Date | null
}

/** What a session is made from; the rest follows from it. */
export type SessionFacts = Omit<
  Session,
  | 'professionalId'
  | 'familyName'
  | 'firstNames'
  | 'profession'
  | 'operator'
  | 'delegationId'
  | 'counterId'
  | 'expiresAt'
  | 'tokenAt'
>

export type SessionCheck =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly code: 'SESSION_INVALID' | 'SESSION_EXPIRED' }
  /** The session is open, its token is not: the device may renew it. */
  | { readonly ok: false; readonly code: 'SESSION_RENEWAL_DUE'; readonly session: Session }

/** How long sessions live. */
export interface SessionLife {
  /** After the strong sign-in. */
  readonly sessionHours: number
  /** After the strong sign-in, while no door is open. */
  readonly sessionExtensionHours: number
  readonly sessionRenewalMinutes: number
}

export interface SessionTokens {
  /** The token of a session, at most `sessionTokenCharactersMax` long. */
  issue(session: SessionFacts): Promise<string>
  verify(token: string): Promise<SessionCheck>
}

type CheckingKey = Pick<PublicSigner, 'keyId' | 'publicKey'>

/** 32 bytes of HMAC-SHA-256 over a text, under a key that is used for sessions alone and that every process has. */
export type SessionMac = (text: string) => Uint8Array

/** The one of a portal: under the vault's root, which outlives the weeks. */
export const sessionMacOf =
  ({ searchHash }: Pick<Vault, 'searchHash'>): SessionMac =>
  (text) =>
    searchHash('session-token', text)

interface SessionTokenOptions {
  /** The next key is taken from its publication on, one that is retired until the last of its sessions is over. */
  readonly signer: SignerRing
  readonly mac: SessionMac
  readonly now: () => Date
  readonly life: SessionLife
}

// RFC 8725 §3.11: an explicit type keeps tokens of other kinds out.
const tokenType = 'sidep-session+jwt'
const audience = 'sidep:session'
const version = 2

/** Half an HMAC-SHA-256 (RFC 2104 §5). */
const tagBytes = 16
const tagCharacters = 22

/** Browsers keep 4,096 bytes a cookie with its name and attributes (RFC 6265 §6.1). */
export const sessionTokenCharactersMax = 3_900

/** Sessions remembered as checked; about 3 kB each. More counters than that are simply checked again. */
const rememberedMax = 10_000

/** Clocks of our own servers may differ by this much, seconds. */
const clockToleranceSeconds = 5

const NullableText = Type.Union([Type.String(), Type.Null()])
/** FINESS, name, postal code. */
const SiteTuple = Type.Tuple([Type.String(), Type.String(), NullableText])

const Claims = Type.Object({
  v: Type.Literal(version),
  sub: Type.String(),
  fam: Type.String(),
  giv: Type.String(),
  pro: Type.String(),
  door: Type.Union([Type.Literal('ecps'), Type.Literal('card')]),
  site: NullableText,
  sites: Type.Array(SiteTuple),
  out: Type.Array(
    Type.Tuple([
      Type.String(),
      Type.Union([Type.Literal('FINESS_MISSING'), Type.Literal('FINESS_INVALID')]),
    ]),
  ),
  sid: Type.String(),
  /** The device key: `jkt` as in RFC 9449 §6.1. */
  cnf: Type.Optional(Type.Object({ jkt: Type.String() })),
  /** The provider's session and subject. */
  prv: Type.Optional(Type.Tuple([NullableText, NullableText])),
  /** Delegation: id, end, site; then the responsible: id, family name, first names, profession. */
  dlg: Type.Optional(
    Type.Tuple([
      Type.String(),
      Type.Integer(),
      SiteTuple,
      Type.Tuple([Type.String(), Type.String(), Type.String(), Type.String()]),
    ]),
  ),
  /** Carried past its normal life. */
  xt: Type.Optional(Type.Literal(true)),
  /** The strong sign-in (OpenID Connect Core §2). */
  auth_time: Type.Integer(),
  iat: Type.Integer(),
  due: Type.Integer(),
  exp: Type.Integer(),
})
type Claims = Static<typeof Claims>

const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1000)
const dateOf = (seconds: number): Date => new Date(seconds * 1000)
const hourMilliseconds = 3_600_000

/** End of a session's normal life. */
export const normalEndOf = (signedInAt: Date, { sessionHours }: SessionLife): Date =>
  new Date(signedInAt.getTime() + sessionHours * hourMilliseconds)

/** After that nothing renews it. */
export const lastEndOf = (signedInAt: Date, { sessionExtensionHours }: SessionLife): Date =>
  new Date(signedInAt.getTime() + sessionExtensionHours * hourMilliseconds)

/** When no token of a session can be accepted or renewed any more. */
export const lastPossibleEnd = (
  { device, signedInAt }: Pick<Session, 'device' | 'signedInAt'>,
  life: SessionLife,
): Date => (device === null ? normalEndOf(signedInAt, life) : lastEndOf(signedInAt, life))

type Site = Static<typeof SiteTuple>
const siteTuple = ({ id, name, postalCode }: SiteView): Site => [id, name, postalCode]
const siteOf = ([id, name, postalCode]: Site): SiteView => ({ id, name, postalCode })

const delegationTuple = (delegation: TakenUpDelegation): NonNullable<Claims['dlg']> => {
  const { id, familyName, firstNames, profession } = delegation.responsible
  return [
    delegation.id,
    secondsOf(delegation.endsAt),
    siteTuple(delegation.site),
    [id, familyName, firstNames, profession],
  ]
}

const delegationOf = (claim: Claims['dlg']): TakenUpDelegation | null => {
  if (claim === undefined) return null
  const [id, endsAt, site, [responsibleId, familyName, firstNames, profession]] = claim
  return {
    id,
    endsAt: dateOf(endsAt),
    site: siteOf(site),
    responsible: { id: responsibleId, familyName, firstNames, profession },
  }
}

/**
 * A session of its facts: who answers for it (the responsible of a delegation, else the person signed in), who
 * is at the keyboard, and when it ends.
 */
export const makeSession = (
  facts: SessionFacts,
  life: SessionLife,
  tokenAt: Date | null = null,
): Session => {
  const { person, delegation, device, signedInAt, extended } = facts
  const { id, familyName, firstNames, profession } = delegation?.responsible ?? person
  return {
    ...facts,
    professionalId: id,
    familyName,
    firstNames,
    profession,
    operator:
      delegation === null
        ? null
        : { id: person.id, familyName: person.familyName, firstNames: person.firstNames },
    delegationId: delegation?.id ?? null,
    counterId: device,
    tokenAt,
    expiresAt: extended ? facts.renewBy : normalEndOf(signedInAt, life),
  }
}

const claimsOf = (
  session: SessionFacts,
  issuedAt: Date,
  endsAt: Date,
): Claims & { aud: string } => {
  const { person, device, providerSession, providerSubject, delegation, extended } = session
  const hasProvider = providerSession !== null || providerSubject !== null
  return {
    v: version,
    aud: audience,
    sub: person.id,
    fam: person.familyName,
    giv: person.firstNames,
    pro: person.profession,
    door: session.door,
    site: session.site?.id ?? null,
    sites: session.sites.map(siteTuple),
    out: session.sitesLeftOut.map(({ name, reason }) => [name, reason]),
    sid: session.sessionId,
    ...(device === null ? {} : { cnf: { jkt: device } }),
    ...(hasProvider
      ? { prv: [providerSession, providerSubject] as [string | null, string | null] }
      : {}),
    ...(delegation === null ? {} : { dlg: delegationTuple(delegation) }),
    ...(extended ? { xt: true as const } : {}),
    auth_time: secondsOf(session.signedInAt),
    iat: secondsOf(issuedAt),
    due: secondsOf(session.renewBy),
    exp: secondsOf(endsAt),
  }
}

const factsOf = (claims: Claims): SessionFacts => {
  const sites = claims.sites.map(siteOf)
  const door: Door = claims.door
  const delegation = delegationOf(claims.dlg)
  return {
    person: {
      id: claims.sub,
      familyName: claims.fam,
      firstNames: claims.giv,
      profession: claims.pro,
    },
    door,
    site: delegation?.site ?? sites.find(({ id }) => id === claims.site) ?? null,
    sites,
    sitesLeftOut: claims.out.map(([name, reason]) => ({ name, reason })),
    sessionId: claims.sid,
    device: claims.cnf?.jkt ?? null,
    providerSession: claims.prv?.[0] ?? null,
    providerSubject: claims.prv?.[1] ?? null,
    delegation,
    extended: claims.xt ?? false,
    signedInAt: dateOf(claims.auth_time),
    renewBy: dateOf(claims.due),
  }
}

const base64url = (value: string | Uint8Array): string => Buffer.from(value).toString('base64url')
const keyIdText = ({ keyId }: CheckingKey): string => base64url(keyId)

/** A session that was checked, and by which key: a key that is revoked takes what is remembered with it. */
interface RememberedSession {
  readonly session: Session
  readonly kid: string | undefined
}

/** @throws TypeError when the signer is not one for sessions */
export const createSessionTokens = ({
  signer,
  mac,
  now,
  life,
}: SessionTokenOptions): SessionTokens => {
  if (signer.scope !== 'session') throw new TypeError('sessions need a signer of scope session')
  const headerOf = (key: CheckingKey): string =>
    base64url(JSON.stringify({ alg: 'ES256', typ: tokenType, kid: keyIdText(key) }))
  const lifeMilliseconds = life.sessionExtensionHours * hourMilliseconds
  const remembered = createBoundedCache<RememberedSession>(rememberedMax)

  /** The key of that id, unless it was revoked or every session of its is over. */
  let named = { of: signer.keys(), byId: new Map<string | undefined, RingKey>() }
  const keyNamed = (kid: string | undefined): CheckingKey | undefined => {
    const of = signer.keys()
    if (of !== named.of || named.byId.size === 0) {
      named = { of, byId: new Map(of.map((key) => [keyIdText(key), key])) }
    }
    const key = named.byId.get(kid)
    const isOver =
      key?.retiredAt != null && now().getTime() >= key.retiredAt.getTime() + lifeMilliseconds
    return isOver ? undefined : key
  }

  const tagOf = (jws: string): Buffer => Buffer.from(mac(jws).subarray(0, tagBytes))

  /** The signed token in a cookie of ours; undefined for anything that none of our processes made. */
  const untagged = (token: string): string | undefined => {
    const at = token.length - tagCharacters - 1
    if (at < 1 || token[at] !== '.') return undefined
    const tag = Buffer.from(token.slice(at + 1), 'base64url')
    const jws = token.slice(0, at)
    return tag.length === tagBytes && timingSafeEqual(tag, tagOf(jws)) ? jws : undefined
  }

  /** Whether a token that one of us made says itself that it is over: an old cookie sent for ever costs no signature. */
  const isOver = (jws: string): boolean => {
    try {
      const { exp } = decodeJwt(jws)
      return exp !== undefined && exp + clockToleranceSeconds < now().getTime() / 1000
    } catch {
      // What cannot be read is refused as that, by the check itself.
      return false
    }
  }

  const check = async (token: string): Promise<SessionCheck> => {
    const jws = untagged(token)
    if (jws === undefined) return { ok: false, code: 'SESSION_INVALID' }
    if (isOver(jws)) return { ok: false, code: 'SESSION_EXPIRED' }
    try {
      const { payload, protectedHeader } = await jwtVerify(
        jws,
        ({ kid }) => {
          const key = keyNamed(kid)
          if (key === undefined) throw new errors.JWKSNoMatchingKey()
          return key.publicKey
        },
        {
          algorithms: ['ES256'],
          typ: tokenType,
          audience,
          currentDate: now(),
          clockTolerance: clockToleranceSeconds,
          maxTokenAge: `${life.sessionExtensionHours}h`,
        },
      )
      if (!Value.Check(Claims, payload)) return { ok: false, code: 'SESSION_INVALID' }
      if (payload.auth_time > payload.iat) return { ok: false, code: 'SESSION_INVALID' }
      const session = makeSession(factsOf(payload), life, dateOf(payload.iat))
      remembered.set(token, { session, kid: protectedHeader.kid })
      return { ok: true, session }
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { ok: false, code: 'SESSION_EXPIRED' }
      if (error instanceof errors.JOSEError) return { ok: false, code: 'SESSION_INVALID' }
      throw error
    }
  }

  /** Whether a genuine token works now. The configuration's word counts, whatever the token says of itself. */
  const inTime = (session: Session, at: Date): SessionCheck => {
    const { device, extended, signedInAt, renewBy } = session
    const lastEnd = lastEndOf(signedInAt, life)
    if (at >= lastEnd) return { ok: false, code: 'SESSION_EXPIRED' }
    const end = extended ? lastEnd : normalEndOf(signedInAt, life)
    if (at < renewBy && at < end) return { ok: true, session }
    return device === null
      ? { ok: false, code: 'SESSION_EXPIRED' }
      : { ok: false, code: 'SESSION_RENEWAL_DUE', session }
  }

  return {
    issue: async (session) => {
      // A device may bring back a token that is due, after a night or an outage, to have it renewed.
      const endsAt = session.device === null ? session.renewBy : lastEndOf(session.signedInAt, life)
      const claims = claimsOf(session, now(), endsAt)
      // The JWS is put together here and not by jose because the key may be in a hardware module:
      // the port signs bytes and shows no key. RFC 7515 §5.1; ES256 is r‖s, RFC 7518 §3.4.
      const key = signer.current()
      const toBeSigned = `${headerOf(key)}.${base64url(JSON.stringify(claims))}`
      const signature = await key.sign(Buffer.from(toBeSigned))
      const jws = `${toBeSigned}.${base64url(signature)}`
      const token = `${jws}.${base64url(tagOf(jws))}`
      if (token.length > sessionTokenCharactersMax) throw new RangeError('session token too long')
      return token
    },
    verify: async (token) => {
      if (token.length > sessionTokenCharactersMax) return { ok: false, code: 'SESSION_INVALID' }
      const known = remembered.get(token)
      const checked: SessionCheck =
        known === undefined || keyNamed(known.kid) === undefined
          ? await check(token)
          : { ok: true, session: known.session }
      if (!checked.ok) return checked
      const timely = inTime(checked.session, now())
      if (!timely.ok && timely.code === 'SESSION_EXPIRED') remembered.delete(token)
      return timely
    },
  }
}
