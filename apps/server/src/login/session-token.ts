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
import { hourMilliseconds } from '@sidep/time'
import { decodeJwt } from 'jose'
import { Value } from 'typebox/value'
import { makeBoundedCache } from '../platform/bounded-cache.ts'
import {
  base64url,
  checkJws,
  clockToleranceSeconds,
  makeKeysByName,
  signJws,
} from '../platform/jws.ts'
import type { RingKey, SignerRing } from '../platform/signer.ts'
import type { Vault } from '../platform/vault.ts'
import {
  lastEndOf,
  makeSession,
  normalEndOf,
  type Session,
  type SessionFacts,
  type SessionLife,
} from './session.ts'
import { audience, Claims, claimsOf, dateOf, factsOf } from './session-claims.ts'

export type SessionCheck =
  | { readonly ok: true; readonly session: Session }
  | {
      readonly ok: false
      readonly code: 'SESSION_INVALID' | 'SESSION_EXPIRED'
      readonly session?: undefined
    }
  /** The session is open, its token is not: the device may renew it. */
  | { readonly ok: false; readonly code: 'SESSION_RENEWAL_DUE'; readonly session: Session }

export interface SessionTokens {
  /** The token of a session, at most `sessionTokenCharactersMax` long. */
  issue(session: SessionFacts): Promise<string>
  verify(token: string): Promise<SessionCheck>
}

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

/** Half an HMAC-SHA-256 (RFC 2104 §5). */
const tagBytes = 16
const tagCharacters = 22

/** Browsers keep 4,096 bytes a cookie with its name and attributes (RFC 6265 §6.1). */
export const sessionTokenCharactersMax = 3_900

/** Sessions remembered as checked; about 3 kB each. More counters than that are simply checked again. */
const rememberedMax = 10_000

/**
 * A session that was checked, and the key that signed it: when that key is revoked, what it signed is not remembered
 * any more.
 */
interface RememberedSession {
  readonly session: Session
  readonly kid: string | undefined
}

/** @throws TypeError when the signer is not one for sessions */
export const makeSessionTokens = ({
  signer,
  mac,
  now,
  life,
}: SessionTokenOptions): SessionTokens => {
  if (signer.scope !== 'session') throw new TypeError('sessions need a signer of scope session')
  const lifeMilliseconds = life.sessionExtensionHours * hourMilliseconds
  const remembered = makeBoundedCache<RememberedSession>(rememberedMax)

  const anyKeyNamed = makeKeysByName(signer)
  /** The key of that id, unless it was revoked or every session of its is over. */
  const keyNamed = (kid: string | undefined): RingKey | undefined => {
    const key = anyKeyNamed(kid)
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

  /**
   * Whether a genuine token says itself that it is over: an old cookie that is sent for ever costs no signature check.
   */
  const isOver = (jws: string): boolean => {
    try {
      const { exp } = decodeJwt(jws)
      return exp !== undefined && exp + clockToleranceSeconds < now().getTime() / 1000
    } catch {
      // What cannot be read is refused below, by the check itself.
      return false
    }
  }

  const check = async (token: string): Promise<SessionCheck> => {
    const jws = untagged(token)
    if (jws === undefined) return { ok: false, code: 'SESSION_INVALID' }
    if (isOver(jws)) return { ok: false, code: 'SESSION_EXPIRED' }
    const checked = await checkJws(jws, keyNamed, {
      typ: tokenType,
      audience,
      currentDate: now(),
      maxTokenAge: `${life.sessionExtensionHours}h`,
    })
    if (!checked.ok)
      return {
        ok: false,
        code: checked.reason === 'expired' ? 'SESSION_EXPIRED' : 'SESSION_INVALID',
      }
    const { payload, kid } = checked
    if (!Value.Check(Claims, payload)) return { ok: false, code: 'SESSION_INVALID' }
    if (payload.auth_time > payload.iat) return { ok: false, code: 'SESSION_INVALID' }
    const session = makeSession(factsOf(payload), life, dateOf(payload.iat))
    remembered.set(token, { session, kid })
    return { ok: true, session }
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
      const jws = await signJws(signer.current(), tokenType, claims)
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
