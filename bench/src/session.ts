/**
 * `sidep bench session`: what checking a session costs a request, in microseconds of one core: the first time a
 * process sees a token (a signature), afterwards (memory), with a long list of ended sessions, and a renewal.
 */

import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { makeDeviceProofs } from '@sidep/server/login/device-proof.ts'
import { makeEndedSessions } from '@sidep/server/login/ended-sessions.ts'
import { type SessionFacts, unbound } from '@sidep/server/login/session.ts'
import { makeSessionTokens } from '@sidep/server/login/session-token.ts'
import { fixedRing } from '@sidep/server/platform/signer.ts'
import { hourMilliseconds } from '@sidep/time'
import { generateSignerKeys } from '@sidep/trust/certificates'
import type { LoadResult } from './load-result.ts'
import { rounded } from './statistics.ts'

export interface SessionBenchOptions {
  readonly seconds: number
}

export interface SessionBenchResult extends LoadResult<'session'> {
  /** Checks of remembered tokens, with the list of ended sessions, a core. */
  readonly donePerSecond: number
  readonly firstCheckMicroseconds: number
  /** A cookie that none of our processes made. */
  readonly forgedCheckMicroseconds: number
  readonly rememberedCheckMicroseconds: number
  readonly revocationMicroseconds: number
  readonly renewalProofMicroseconds: number
  readonly issueMicroseconds: number
  readonly sessions: number
  readonly revokedEntries: number
}

const sessionsCount = 5_000
const revokedCount = 60_000
const life = { sessionHours: 12, sessionExtensionHours: 72, sessionRenewalMinutes: 20 }
const origin = 'https://portal.example'

const factsOf = (index: number, signedInAt: Date, device: string): SessionFacts => ({
  ...unbound,
  device,
  person: {
    id: `8${10_000_000_000 + index}`,
    familyName: 'MARTIN',
    firstNames: 'Camille',
    profession: '21',
  },
  door: 'ecps',
  site: { id: '750712184', name: 'Pharmacie du Parvis', postalCode: '75004' },
  sites: [{ id: '750712184', name: 'Pharmacie du Parvis', postalCode: '75004' }],
  sitesLeftOut: [],
  sessionId: `session-${index}`,
  delegation: null,
  extended: false,
  signedInAt,
  renewBy: new Date(signedInAt.getTime() + 20 * 60_000),
})

const base64url = (value: string | ArrayBuffer): string =>
  (typeof value === 'string' ? Buffer.from(value) : Buffer.from(value)).toString('base64url')

const ecdsa = { name: 'ECDSA', hash: 'SHA-256' } as const

const makeSigner = async () => {
  const { privateKey, publicKey } = await generateSignerKeys()
  return {
    scope: 'session' as const,
    keyId: new Uint8Array(8),
    certificate: new Uint8Array(),
    publicKey,
    sign: async (bytes: Uint8Array) =>
      new Uint8Array(await crypto.subtle.sign(ecdsa, privateKey, new Uint8Array(bytes))),
  }
}

const makeDevice = async () => {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign', 'verify'],
  )
  const { x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  const jwk = { crv: 'P-256', kty: 'EC', x, y }
  const digest = await crypto.subtle.digest(
    'SHA-256',
    new TextEncoder().encode(JSON.stringify(jwk)),
  )
  const header = base64url(JSON.stringify({ typ: 'sidep-renewal+jwt', alg: 'ES256', jwk }))
  return {
    thumbprint: base64url(digest),
    prove: async (sid: string, at: Date, jti: string): Promise<string> => {
      const claims = { aud: origin, sid, iat: Math.floor(at.getTime() / 1000), jti }
      const text = `${header}.${base64url(JSON.stringify(claims))}`
      const signature = await crypto.subtle.sign(ecdsa, privateKey, new TextEncoder().encode(text))
      return `${text}.${base64url(signature)}`
    },
  }
}

/** The same claims for somebody else, under the header and with the signature and tag of a genuine token. */
const forged = (token: string, index: number): string => {
  const [header = '', payload = '', ...rest] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  return [header, base64url(JSON.stringify({ ...claims, sub: `forged-${index}` })), ...rest].join(
    '.',
  )
}

/** Microseconds of each, one after the other. */
const timed = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<number> => {
  const start = performance.now()
  for (const item of items) await work(item)
  return rounded(((performance.now() - start) * 1_000) / items.length, 2)
}

/** Measures for about the time given. */
export const benchSession = async ({
  seconds,
}: SessionBenchOptions): Promise<SessionBenchResult> => {
  const now = new Date(1_800_000_000_000)
  const device = await makeDevice()
  const signer = await makeSigner()
  const key = createSecretKey(randomBytes(32))
  const mac = (text: string): Uint8Array => createHmac('sha256', key).update(text).digest()
  const tokens = makeSessionTokens({ signer: fixedRing(signer), mac, now: () => now, life })
  const sessions = Array.from({ length: sessionsCount }, (_, index) =>
    factsOf(index, now, device.thumbprint),
  )
  const issued: string[] = []
  const issueMicroseconds = await timed(sessions, async (facts) => {
    issued.push(await tokens.issue(facts))
  })
  const ended = makeEndedSessions()
  for (let index = 0; index < revokedCount; index += 1) {
    ended.add({
      kind: 'session',
      subject: `revoked-${index}`,
      before: now,
      exceptSessionId: null,
      expiresAt: new Date(now.getTime() + hourMilliseconds),
    })
  }
  let failed = 0
  const check = async (token: string): Promise<void> => {
    const verified = await tokens.verify(token)
    if (!verified.ok || ended.ends(verified.session) !== null) failed += 1
  }
  const firstCheckMicroseconds = await timed(issued, check)

  const forgedCheckMicroseconds = await timed(issued.map(forged), async (token) => {
    if ((await tokens.verify(token)).ok) failed += 1
  })

  const open = await tokens.verify(issued[0] ?? '')
  if (!open.ok) throw new Error('a fresh session does not hold')
  const { session } = open
  const lookUps = 200_000
  const start = performance.now()
  for (let count = 0; count < lookUps; count += 1) if (ended.ends(session)) failed += 1
  const revocationMicroseconds = rounded(((performance.now() - start) * 1_000) / lookUps, 3)

  const proofs = makeDeviceProofs(origin, () => now)
  const statements = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      device.prove('session-1', now, `jti-${String(index).padStart(16, '0')}`),
    ),
  )
  const renewalProofMicroseconds = await timed(statements, async (proof) => {
    const checked = await proofs.checkRenewal(proof, {
      sessionId: 'session-1',
      device: device.thumbprint,
    })
    if (!checked.ok) failed += 1
  })

  const endsAt = performance.now() + seconds * 1_000
  const rounds: number[] = []
  while (performance.now() < endsAt) rounds.push(await timed(issued, check))
  const sorted = rounds.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  const remembered = rounds.reduce((sum, each) => sum + each, 0) / Math.max(1, rounds.length)
  const perSecond = rounded(1_000_000 / remembered, 0)
  return {
    scenario: 'session',
    seconds,
    offeredPerSecond: perSecond,
    donePerSecond: perSecond,
    failed,
    lost: 0,
    duplicated: 0,
    p50Milliseconds: rounded(at(0.5) / 1_000, 5),
    p99Milliseconds: rounded(at(0.99) / 1_000, 5),
    cores: availableParallelism(),
    firstCheckMicroseconds,
    forgedCheckMicroseconds,
    rememberedCheckMicroseconds: rounded(remembered, 2),
    revocationMicroseconds,
    renewalProofMicroseconds,
    issueMicroseconds,
    sessions: sessionsCount,
    revokedEntries: revokedCount,
  }
}
