import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import type { ProblemCode, SessionView } from '@sidep/contracts'
import { problemRegistry } from '@sidep/contracts'
import type { ApiClient, ApiError } from '../api/index.ts'
import { type DeviceKey, makeDeviceKey } from './device-key.ts'
import { doorAddress } from './door-address.ts'
import { createSessionRenewal, type SessionRenewal } from './session-renewal.ts'

const makeKey = async (): Promise<{ key: DeviceKey; pair: CryptoKeyPair }> => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
  return { key: await makeDeviceKey(pair, false), pair }
}

const decode = (part = ''): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))

describe('the device key', () => {
  it('signs a statement that its public key verifies and its thumbprint names', async () => {
    const { key, pair } = await makeKey()
    const at = new Date('2026-11-23T08:00:00.900Z')
    const proof = await key.prove({ audience: 'https://portail.example', sessionId: 'sid', at })
    const [header, claims, signature] = proof.split('.')
    const { typ, alg, jwk } = decode(header)
    assert.deepEqual([typ, alg], ['sidep-renewal+jwt', 'ES256'])
    const { aud, sid, iat, jti } = decode(claims)
    assert.deepEqual([aud, sid, iat], ['https://portail.example', 'sid', 1_795_420_800])
    assert.equal(String(jti).length, 22)
    const isGood = await crypto.subtle.verify(
      { name: 'ECDSA', hash: 'SHA-256' },
      pair.publicKey,
      Buffer.from(signature ?? '', 'base64url'),
      Buffer.from(`${header}.${claims}`),
    )
    assert.equal(isGood, true)
    const { kty, crv, x, y } = jwk as Record<string, string>
    const digest = await crypto.subtle.digest(
      'SHA-256',
      Buffer.from(`{"crv":"${crv}","kty":"${kty}","x":"${x}","y":"${y}"}`),
    )
    assert.equal(key.thumbprint, Buffer.from(digest).toString('base64url'))
    assert.equal('d' in (jwk as object), false)
  })
  it('never says the same twice', async () => {
    const { key } = await makeKey()
    const statement = { audience: 'a', sessionId: 's', at: new Date(0) }
    assert.notEqual(await key.prove(statement), await key.prove(statement))
  })
})

describe('the address of a door', () => {
  it('asks for a session of this device, or of none', () => {
    assert.equal(
      doorAddress('/login/ecps', '/pro/', 'a'.repeat(43)),
      `/login/ecps?return=%2Fpro%2F&device=${'a'.repeat(43)}`,
    )
    assert.equal(doorAddress('/login/card', '/pro/', null), '/login/card?return=%2Fpro%2F')
  })
})

describe('the renewal of a session', () => {
  const problem = (code: ProblemCode): ApiError => ({
    kind: 'problem',
    problem: { type: '', title: '', status: problemRegistry[code].status, code, support: 'x' },
    retryAfterSeconds: null,
  })
  let key: DeviceKey
  let time: number
  let serverAhead: number
  let planned: { at: number; callback: () => void } | null
  let said: { iat: number; sid: string }[]
  let answers: (ApiError | 'renewed')[]
  let ended: ApiError[]
  let renewed: SessionView[]
  let starts: number
  let renewal: SessionRenewal

  const serverTime = (): string => new Date(time + serverAhead).toISOString()
  const view = (changes: Partial<SessionView> = {}): SessionView => ({
    professional: { id: '899790000014', familyName: 'A', firstNames: 'B', profession: '21' },
    door: 'ecps',
    site: null,
    sites: [],
    signedInAt: new Date(0).toISOString(),
    expiresAt: new Date(43_200_000).toISOString(),
    sessionId: 'sid',
    device: key.thumbprint,
    renewBy: new Date(time + serverAhead + 1_200_000).toISOString(),
    extended: false,
    serverTime: serverTime(),
    ...changes,
  })

  beforeEach(async () => {
    ;({ key } = await makeKey())
    time = 1_000_000
    serverAhead = 7_200_000
    planned = null
    said = []
    answers = []
    ended = []
    renewed = []
    starts = 0
    const reply = (value: unknown) => ({ ok: true, value, status: 200 }) as never
    const api: Pick<ApiClient, 'get' | 'post'> = {
      get: async () => {
        starts += 1
        return reply({ sessionId: 'sid', serverTime: serverTime() })
      },
      post: async (_path, body) => {
        const { proof } = body as { proof: string }
        const { iat, sid } = decode(proof.split('.')[1])
        said.push({ iat: Number(iat), sid: String(sid) })
        const answer = answers.shift() ?? 'renewed'
        return answer === 'renewed' ? reply(view()) : ({ ok: false, error: answer } as never)
      },
    }
    renewal = createSessionRenewal({
      api,
      key,
      origin: 'https://portail.example',
      now: () => new Date(time),
      random: () => 0.5,
      after: (milliseconds, callback) => {
        const entry = { at: time + milliseconds, callback }
        planned = entry
        return () => {
          if (planned === entry) planned = null
        }
      },
      onRenewed: (session) => renewed.push(session),
      onEnded: (error) => ended.push(error),
    })
  })

  it('is planned well before the session is due, and uses the server’s clock', async () => {
    renewal.follow(view())
    assert.equal(planned?.at, time + 1_200_000 * 0.55)
    assert.equal(await renewal.renewNow(), null)
    assert.equal(said[0]?.iat, Math.floor((time + serverAhead) / 1000))
    assert.equal(starts, 0)
    assert.equal(renewed.length, 1)
  })
  it('is not planned for a session of no device, or of another', () => {
    renewal.follow(view({ device: null }))
    assert.equal(planned, null)
    renewal.follow(view({ device: 'x'.repeat(43) }))
    assert.equal(planned, null)
  })
  it('asks what to sign when the page has forgotten', async () => {
    assert.equal(await renewal.renewNow(), null)
    assert.equal(starts, 1)
    assert.equal(said[0]?.sid, 'sid')
  })
  it('learns the time anew when its clock has been moved, once', async () => {
    renewal.follow(view())
    answers = [problem('SESSION_PROOF_STALE')]
    serverAhead = -3_600_000
    assert.equal(await renewal.renewNow(), null)
    assert.equal(said[1]?.iat, Math.floor((time + serverAhead) / 1000))
    answers = [problem('SESSION_PROOF_STALE'), problem('SESSION_PROOF_STALE')]
    assert.notEqual(await renewal.renewNow(), null)
    assert.deepEqual(ended, [])
  })
  it('goes on trying while the server is silent, and ends only when it says so', async () => {
    renewal.follow(view())
    answers = [{ kind: 'offline' }]
    assert.deepEqual(await renewal.renewNow(), { kind: 'offline' })
    assert.deepEqual(ended, [])
    assert.notEqual(planned, null)
    answers = [problem('SESSION_REVOKED')]
    await renewal.renewNow()
    assert.equal(ended.length, 1)
    assert.equal(planned, null)
  })
  it('happens once for all who ask at the same time', async () => {
    renewal.follow(view())
    await Promise.all([renewal.renewNow(), renewal.renewNow(), renewal.renewNow()])
    assert.equal(said.length, 1)
  })
})
