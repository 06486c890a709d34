/** Has this device confirm the session to the portal. Of several tabs one asks; the others take what it got. */
import type { SessionView } from '@sidep/contracts'
import { renewSession, startRenewal } from '@sidep/contracts/endpoints'
import { type Answer, type ApiClient, isProblem } from '../../shared/api/index.ts'
import type { DeviceKey } from '../../shared/device/device-key.ts'
import { renewalProof } from '../../shared/device/renewal-proof.ts'
import type { SessionQuestion } from './machine/events.ts'
import type { Memory } from './stored.ts'

export interface RenewalDependencies {
  readonly api: Pick<ApiClient, 'ask'>
  readonly device: DeviceKey
  readonly origin: string
  readonly memory: Pick<Memory, 'session' | 'keepSession'>
  /** One tab at a time. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>
  readonly now: () => Date
  readonly randomBytes: (count: number) => Uint8Array
}

export interface RenewalResult {
  readonly answer: Answer<SessionView>
  /** Of the server's clock before ours, milliseconds; null: not heard. */
  readonly clockOffset: number | null
}

type Renew = Extract<SessionQuestion, { readonly type: 'renew' }>

const endOf = ({ renewBy }: SessionView): number =>
  renewBy === undefined ? 0 : Date.parse(renewBy)

export const carryOn = (
  { followed, clockOffset: known }: Renew,
  dependencies: RenewalDependencies,
): Promise<RenewalResult> => {
  const { api, device, origin, memory, now } = dependencies
  let clockOffset = known

  const portalNow = (): number => now().getTime() + (clockOffset ?? 0)
  const hear = (serverTime: string | undefined): void => {
    if (serverTime !== undefined) clockOffset = Date.parse(serverTime) - now().getTime()
  }

  /** What another tab got while this one waited for its turn. */
  const fromOtherTab = async (): Promise<SessionView | null> => {
    const stored = await memory.session()
    const isFresher =
      stored !== null &&
      followed !== null &&
      stored.sessionId === followed.sessionId &&
      endOf(stored) > endOf(followed) &&
      endOf(stored) > portalNow()
    return isFresher ? stored : null
  }

  const ask = async (isAgain: boolean): Promise<Answer<SessionView>> => {
    let sessionId = followed?.sessionId
    if (sessionId === undefined || clockOffset === null) {
      const start = await api.ask(startRenewal)
      if (!start.ok) return start
      sessionId = start.value.sessionId
      hear(start.value.serverTime)
    }
    const at = new Date(portalNow())
    const nonce = dependencies.randomBytes(16)
    const proof = await renewalProof(device, { origin, sessionId, at, nonce })
    const answer = await api.ask(renewSession, { body: { proof } })
    if (isAgain || answer.ok || !isProblem(answer.error, 'SESSION_PROOF_STALE')) return answer
    // The clock of this device was set meanwhile: ask for the time, once.
    clockOffset = null
    return ask(true)
  }

  return dependencies.exclusive(async () => {
    const other = await fromOtherTab()
    if (other !== null) return { answer: { ok: true, value: other, status: 200 }, clockOffset }
    const answer = await ask(false)
    if (answer.ok) {
      hear(answer.value.serverTime)
      // Before the next tab has its turn.
      await memory.keepSession(answer.value)
    }
    return { answer, clockOffset }
  })
}
