/**
 * Who works at this page, and how it stays so. Invariants:
 * 1. The session is bound to this device, which renews it and signs what is done.
 * 2. What is done is done in the name that the page shows, or not at all.
 */
import type { OperatorView } from '@sidep/contracts'
import { readOperator, renewSession, startRenewal } from '@sidep/contracts/endpoints'
import { type ApiClient, type ApiError, browserApi, isProblem } from '../shared/api/index.ts'
import { type ActSigner, createActSigner } from '../shared/device/act-signer.ts'
import { type DeviceKey, openDeviceKey } from '../shared/device/device-key.ts'
import { renewalProof } from '../shared/device/renewal-proof.ts'

export type OperatorStanding =
  | { readonly kind: 'in'; readonly operator: OperatorView }
  /** Nobody is signed in, or somebody whose account has no role here. */
  | { readonly kind: 'out'; readonly isWithoutRole: boolean }
  /** The portal does not say; what is shown stays. */
  | { readonly kind: 'unknown'; readonly error: ApiError }

export interface OperatorSession {
  readonly api: ApiClient
  /** Thumbprint of this device, to be bound at the sign-in; null: it keeps nothing. */
  readonly device: string | null
  /** Asks who it is, and has the device renew the session where that is due. */
  readonly read: () => Promise<OperatorStanding>
  /** Of the portal, as far as it was heard. */
  readonly now: () => Date
}

const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count))

const isOver = (error: ApiError): boolean =>
  error.kind === 'problem' && error.problem.code.startsWith('SESSION_')

export const openOperatorSession = async (): Promise<OperatorSession> => {
  const device = await openDeviceKey()
  let clockOffset = 0
  let operator: OperatorView | null = null
  const signer: ActSigner = createActSigner({
    device,
    origin: location.origin,
    now: () => new Date(),
    randomBytes,
    sessionId: () => operator?.sessionId,
    ask: async () => {
      const start = await api.ask(startRenewal)
      return start.ok ? start.value : null
    },
  })
  const api = browserApi(
    (contact) => {
      clockOffset = contact.serverNow - contact.localNow
      signer.heard(contact)
    },
    signer.headers,
    () => operator,
  )

  const renew = async (key: DeviceKey): Promise<boolean> => {
    const start = await api.ask(startRenewal)
    if (!start.ok) return false
    const { sessionId, serverTime } = start.value
    const proof = await renewalProof(key, {
      origin: location.origin,
      sessionId,
      at: new Date(serverTime),
      nonce: randomBytes(16),
    })
    return (await api.ask(renewSession, { body: { proof } })).ok
  }

  const read = async (mayRenew = true): Promise<OperatorStanding> => {
    const answer = await api.ask(readOperator)
    if (answer.ok) {
      operator = answer.value
      return { kind: 'in', operator }
    }
    const { error } = answer
    if (mayRenew && device !== null && isProblem(error, 'SESSION_RENEWAL_DUE'))
      return (await renew(device)) ? read(false) : { kind: 'out', isWithoutRole: false }
    if (isProblem(error, 'ROLE_REQUIRED')) return { kind: 'out', isWithoutRole: true }
    return isOver(error) ? { kind: 'out', isWithoutRole: false } : { kind: 'unknown', error }
  }

  return {
    api,
    device: device?.thumbprint ?? null,
    read: () => read(),
    now: () => new Date(Date.now() + clockOffset),
  }
}
