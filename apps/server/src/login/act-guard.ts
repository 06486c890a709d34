/**
 * The guard of acts that ask for more than a session's cookie: those that grant, withdraw or end something.
 *
 * Invariants
 * - The device that the session is bound to has signed this very request: method, path and the bytes of its body. A
 *   copied cookie signs nothing (docs/adr/0026-acts-that-need-more-than-a-session.md).
 * - A signed request does its act once, in all processes together.
 * - A session that was ended elsewhere a moment ago does none.
 */
import { createHash, type Hash } from 'node:crypto'
import { pipeline, Transform } from 'node:stream'
import { type ActWeight, deviceProofHeader } from '@sidep/contracts'
import type { FastifyRequest, preParsingAsyncHookHandler } from 'fastify'
import type { GuardAct } from '../platform/act.ts'
import type { Platform } from '../platform/context.ts'
import { Problem } from '../platform/problems.ts'
import type { BoundSession, DeviceProofs, StatedAct } from './device-proof.ts'
import type { Guards } from './guards.ts'
import { takeProof } from './proof-store.ts'
import type { Session } from './session.ts'
import { freshListMilliseconds, type SessionWatch } from './session-watch.ts'

export interface ActGuardDependencies {
  readonly platform: Pick<Platform, 'database' | 'clock' | 'configuration' | 'metrics'>
  readonly guards: Pick<Guards, 'personOf'>
  readonly proofs: Pick<DeviceProofs, 'checkAct'>
  readonly watch: Pick<SessionWatch, 'refresh' | 'allDoorsDown'>
}

type ProofRefusal = 'SESSION_PROOF_MISSING' | 'SESSION_PROOF_INVALID' | 'SESSION_PROOF_STALE'

/** Digests of bodies on their way in. */
const bodies = new WeakMap<FastifyRequest, Hash>()

/** Hashes the body while it comes in: the signature covers its bytes, not what a parser makes of them. */
const hearBody: preParsingAsyncHookHandler = async (request, _reply, payload) => {
  const hash = createHash('sha256')
  bodies.set(request, hash)
  const through = new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  // A body that is cut off ends the copy with the same error, which the parser answers.
  return pipeline(payload, through, () => undefined)
}

const statedActOf = (request: FastifyRequest): StatedAct => ({
  method: request.method,
  path: request.url.split('?', 1)[0] ?? '',
  bodyDigest: (bodies.get(request) ?? createHash('sha256')).digest('base64url'),
})

const boundOf = ({ sessionId, device }: Session): BoundSession => {
  if (device === null) throw new Problem('DEVICE_KEY_REQUIRED')
  return { sessionId, device }
}

export interface ActGuard {
  readonly guardAct: GuardAct
  /**
   * For what a session may do without its device too, but then does less: whether the device signed the request.
   * @throws Problem SESSION_PROOF_INVALID, SESSION_PROOF_STALE for a signature that is there and not good
   */
  readonly isSigned: (request: FastifyRequest, session: Session) => Promise<boolean>
}

export const makeActGuard = ({
  platform,
  guards,
  proofs,
  watch,
}: ActGuardDependencies): ActGuard => {
  const { database, clock, configuration, metrics } = platform
  const outcomes = metrics.counter(
    'sidep_device_proofs_total',
    'Statements of devices about acts that need more than a session, by outcome.',
  )

  /** Whether the session's device signed a request, which is taken once. */
  const signatureOf = async (
    request: FastifyRequest,
    bound: BoundSession,
  ): Promise<'taken' | ProofRefusal> => {
    const proof = request.headers[deviceProofHeader]
    if (typeof proof !== 'string') return 'SESSION_PROOF_MISSING'
    const check = await proofs.checkAct(proof, bound, statedActOf(request))
    if (!check.ok) return check.code
    const isFirst = await takeProof(database, bound.sessionId, check.nonce, check.at)
    return isFirst ? 'taken' : 'SESSION_PROOF_INVALID'
  }

  const refuse = (code: ConstructorParameters<typeof Problem>[0]): never => {
    outcomes.increment({ outcome: code })
    throw new Problem(code)
  }

  const requireSignature = async (request: FastifyRequest, session: Session): Promise<void> => {
    const signature = await signatureOf(request, boundOf(session))
    if (signature !== 'taken') return refuse(signature)
    outcomes.increment({ outcome: signature })
  }

  const isFresh = ({ signedInAt }: Session): boolean =>
    clock.now().getTime() - signedInAt.getTime() <= configuration.freshSignInMinutes * 60_000

  const requireFreshness = (session: Session, weight: ActWeight): void => {
    if (weight === 'signed' || isFresh(session)) return
    if (weight === 'fresh-if-possible' && watch.allDoorsDown()) return
    refuse('FRESH_SIGN_IN_REQUIRED')
  }

  const guardAct: GuardAct = (weight) => ({
    config: { act: weight },
    preParsing: hearBody,
    preHandler: async (request) => {
      await requireSignature(request, await guards.personOf(request))
      // A session that another process ended a moment ago is over here too: the list and the doors are read again
      // first.
      await watch.refresh(freshListMilliseconds)
      requireFreshness(await guards.personOf(request), weight)
    },
  })

  return {
    guardAct,
    isSigned: async (request, session) => {
      if (request.headers[deviceProofHeader] === undefined) return false
      await requireSignature(request, session)
      return true
    },
  }
}
