/** The key of a probe's counter: its session is bound to it, and it signs what a counter's key signs. Kept in memory alone. */
import { createHash } from 'node:crypto'
import type { CounterKey, Sign } from '@sidep/continuity'
import { counterKeyOf } from '@sidep/continuity'
import { deviceActType, deviceProofHeader } from '@sidep/contracts'
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose'
import type { RandomBytes } from '../../platform/clock.ts'

export interface ProbeDevice {
  readonly thumbprint: string
  /** That booklets name. */
  readonly counterKey: CounterKey
  readonly sign: Sign
  /** Headers of a request of its session. */
  actHeaders(act: DeviceAct): Promise<Readonly<Record<string, string>>>
}

export interface DeviceAct {
  readonly url: URL
  readonly sessionId: string
  readonly at: Date
  /** As sent. */
  readonly body: string
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const hash = { name: 'ECDSA', hash: 'SHA-256' }
const nonceBytes = 16

export const makeProbeDevice = async (randomBytes: RandomBytes): Promise<ProbeDevice> => {
  const keys = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const jwk = await exportJWK(keys.publicKey)
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    counterKey: await counterKeyOf(keys.publicKey),
    sign: async (bytes) =>
      new Uint8Array(await crypto.subtle.sign(hash, keys.privateKey, new Uint8Array(bytes))),
    actHeaders: async ({ url, sessionId, at, body }) => ({
      [deviceProofHeader]: await new SignJWT({
        aud: url.origin,
        sid: sessionId,
        iat: Math.floor(at.getTime() / 1_000),
        jti: Buffer.from(randomBytes(nonceBytes)).toString('base64url'),
        htm: 'POST',
        htu: url.pathname,
        bod: createHash('sha256').update(body).digest('base64url'),
      })
        .setProtectedHeader({ alg: 'ES256', typ: deviceActType, jwk })
        .sign(keys.privateKey),
    }),
  }
}
