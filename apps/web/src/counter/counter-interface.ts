/** The counter without its screen: what it needs, and what can be done with it. */
import type { OverrideReason } from '@sidep/continuity'
import type {
  Door,
  HeartbeatInput,
  Result,
  ScreeningEntry,
  ScreeningInput,
  ScreeningList,
} from '@sidep/contracts'
import type { Certified, OtherTabs, Outcome, SigningCode } from '@sidep/sdk/parts'
import type { Answer, ApiClient, ApiError, Contact, Portal } from '../shared/api/index.ts'
import type { DeviceKey } from '../shared/device/device-key.ts'
import type { Passkeys } from '../shared/device/passkey.ts'
import type { Vault } from '../shared/storage/index.ts'
import type { Store } from '../shared/store.ts'
import type { KeptActing } from './acting/acting-for.ts'
import type { ChosenLock } from './booklet/autonomy.ts'
import type { Row } from './lists/rows.ts'
import type { Stretch } from './lock/argon2.ts'
import type { Protecting, Unlocking } from './lock/signing-keys.ts'
import type { CodeCost } from './lock/stored-lock.ts'
import type { PaperLines } from './outbox/lines.ts'
import type { Amendments } from './record/amendments.ts'
import type { Arrival } from './session/machine/room.ts'
import type { PhoneSignIn } from './session/session.ts'
import type { SessionTabs } from './session/session-tabs.ts'
import type { SignInBegun } from './session/sign-in-begun.ts'
import type { TabDraft } from './session/tab-draft.ts'
import type { WaitingRequests } from './session/waiting-request.ts'
import type { CounterState } from './state.ts'

export interface CounterDependencies {
  readonly api: ApiClient
  readonly vault: Vault
  readonly now: () => Date
  /** Milliseconds of a clock that only goes forward, whatever this computer's time is set to. */
  readonly monotonic: () => number
  readonly random: () => number
  readonly randomBytes: (count: number) => Uint8Array
  /** What sessions opened here are bound to; null in a browser that keeps nothing. */
  readonly device: DeviceKey | null
  readonly signingCode: SigningCode
  /** Of the portal. */
  readonly origin: string
  readonly tabDraft: TabDraft
  readonly acting: KeptActing
  /** Sends a heartbeat from a page that is being closed, whatever becomes of it. */
  readonly sendLast: (heartbeat: HeartbeatInput) => void
  /** The other tabs of this browser, which has one session. */
  readonly sessionTabs: SessionTabs
  /** Likewise: the sign-in that waits on a phone. */
  readonly requests: WaitingRequests
  /** Likewise: the door that it left for. */
  readonly signInBegun: SignInBegun
  /** Lets one tab at a time do something of a name. */
  readonly exclusive: <T>(name: string, work: () => Promise<T>) => Promise<T>
  /** Random, of this tab, never used again. */
  readonly tab: string
  readonly otherTabs: OtherTabs
  readonly isTabOpen: (tab: string) => Promise<boolean>
  /** Of this browser; null when it knows none. */
  readonly passkeys: Passkeys | null
  readonly stretch: Stretch
  /** What a guess of a code costs; a test takes less. */
  readonly codeCost?: CodeCost
  readonly after: (milliseconds: number, callback: () => void) => () => void
  /** Whether somebody looks: nothing is polled for a hidden page. */
  readonly isVisible: () => boolean
}

export interface Counter extends Amendments {
  readonly store: Pick<Store<CounterState>, 'get' | 'subscribe'>
  /** For what other parts of the page hold of what the portal said. */
  readonly portal: Portal
  /** Reads what this device keeps; before `start`. */
  readonly open: () => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => void
  /** The page is being closed, or left for another. */
  readonly leave: () => void
  /** On the way to a door: whether to go there now, wait, or that it cannot be said. */
  readonly arrive: (door: Door) => Promise<Arrival>
  /** Gives up waiting: back to the doors. */
  readonly leaveRoom: () => void
  /** The door without leaving the page. */
  readonly phone: PhoneSignIn
  /** What was typed here before signing in, and is nobody's yet, is mine. */
  readonly claim: () => Promise<void>
  /** At a site of one's own, or there for the professional who delegated. */
  readonly chooseSite: (siteId: string, delegation?: string) => Promise<ApiError | null>
  /** Whoever works here was told in whose name, and where, this tab records now. */
  readonly acknowledgeActing: () => void
  /** Back to the choice of site and of whom to work for, in the same session. */
  readonly chooseAgain: () => void
  readonly signOut: () => Promise<ApiError | null>
  readonly record: (input: ScreeningInput) => Promise<Outcome>
  readonly setResult: (row: Row, result: Result) => Promise<Outcome>
  /** Gives a refused entry up, or takes it back to be corrected. */
  readonly takeBack: (id: string) => Promise<void>
  /** Sends a screening on without the provisional certificate that the portal refused. */
  readonly dropDocument: (id: string) => Promise<void>
  /** What the portal has of a screening. */
  readonly recorded: (id: string) => Promise<Answer<ScreeningEntry>>
  /** What the portal has of a day of the site, YYYY-MM-DD. */
  readonly readDay: (day: string) => Promise<Answer<ScreeningList>>
  /** Goes on with the result that another counter recorded. */
  readonly takeResult: (id: string, result: Result) => Promise<void>
  /** Puts the portal's time into an entry whose times lie in the future. */
  readonly correctClock: (id: string) => Promise<void>
  /** An answer said what time the portal has. */
  readonly contacted: (contact: Contact) => void
  /** Lets the recorded result stand in the place of the one read here, for a reason that the portal keeps. */
  readonly overrideResult: (id: string, reason: OverrideReason) => Promise<void>
  /** What is typed from papers, in and out of the outbox. */
  readonly lines: PaperLines
  /** Keeps room for a screening that is about to be typed, before its test is taken. */
  readonly reserve: (id: string) => Promise<void>
  /** The provisional certificate of an entry that the portal does not answer for. */
  readonly certify: (id: string) => Promise<Certified>
  /** Whether a passkey can be made here. */
  readonly canUsePasskey: () => Promise<boolean>
  /** Puts a lock before this counter's signature, in the place of any before. */
  readonly protect: (lock: ChosenLock) => Promise<Protecting>
  /** @param code null where a passkey opens */
  readonly unlock: (code: string | null) => Promise<Unlocking>
  /** Somebody is at the counter. */
  readonly touch: () => void
  /** Works on without a session, from the booklet of who was here last; they unlock it first. */
  readonly goOnAlone: (code: string | null) => Promise<Unlocking>
  /** What can be used to sign in, for somebody who is to do so again. */
  readonly readDoors: () => Promise<void>
  readonly sendAgain: (id: string) => Promise<ApiError | null>
  /** Stands for a positive of more than a day ago that a colleague entered: its certificate is issued by that. */
  readonly confirmPositive: (id: string) => Promise<ApiError | null>
  /** The network is back, the page is seen again, or a person asks: try now, if the server allows. */
  readonly refresh: () => void
}
