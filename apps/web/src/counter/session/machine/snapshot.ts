/** What of the session is shown. */
import type { DoorsView, ProblemCode, SessionView } from '@sidep/contracts'
import {
  type Link,
  type Phone,
  type Room,
  roomOf,
  type SessionState,
  sessionOf,
  standingOf,
  type Way,
} from './state.ts'

export interface SessionSnapshot {
  readonly phase: 'starting' | 'signed-out' | 'choose-site' | 'working'
  readonly session: SessionView | null
  /** The server no longer takes our session; what is typed goes on, what is recorded waits. */
  readonly isSessionLost: boolean
  /** Why it is no longer taken, as the server said; null while it is, or when nobody said. */
  readonly sessionEnd: ProblemCode | null
  /** The session waits for this device to confirm it; nothing is sent until then. */
  readonly isRenewalDue: boolean
  /** Thumbprint of the key that a session opened here is bound to; null when this browser has none. */
  readonly device: string | null
  /** The place in the waiting room for new sign-ins; null when not there. */
  readonly room: Room | null
  /** The sign-in on the phone; null when there is none. */
  readonly phone: Phone | null
  readonly doors: DoorsView['doors'] | null
  readonly link: Link
}

const phaseOf = ({ kind }: Way): SessionSnapshot['phase'] => {
  switch (kind) {
    case 'choosing':
      return 'choose-site'
    case 'waiting':
      return 'signed-out'
    default:
      return kind
  }
}

export const snapshotOf = ({ way, device, phone, doors, link }: SessionState): SessionSnapshot => {
  const standing = standingOf(way)
  return {
    phase: phaseOf(way),
    session: sessionOf(way),
    isSessionLost: standing?.kind === 'lost',
    sessionEnd: standing?.kind === 'lost' ? standing.code : null,
    isRenewalDue: standing?.kind === 'due',
    device,
    room: roomOf(way),
    phone: phone.shown,
    doors: doors.known,
    link,
  }
}
