/** What the fake portal knows, and what a test may set of it. */
import type {
  HeartbeatInput,
  Restoration,
  ScreeningEntry,
  ScreeningSearch,
  SessionView,
  WaitingRoomView,
} from '@sidep/contracts'
import { hourMilliseconds } from '@sidep/time'
import { BookletBooks } from './booklets.ts'
import { Books } from './books.ts'
import type { EndpointName } from './endpoints.ts'
import { Faults } from './faults.ts'
import type { Batch, Judge } from './reconciling.ts'
import { professional as sampleProfessional } from './samples.ts'
import { SlipBooks } from './slips.ts'

export interface FakePortalDependencies {
  readonly now: () => Date
  /** Waits, for answers that are late. */
  readonly wait?: (milliseconds: number) => Promise<void>
  /** Its own address, for links. */
  readonly origin?: string
  /** Whether a write must say whom its page shows, as a browser's does. */
  readonly isShownAsked?: boolean
}

/** A write that came in, whether or not it was let in. */
export interface PortalWrite {
  readonly at: number
  readonly endpoint: EndpointName
  readonly path: string
  readonly body: unknown
}

export class PortalState {
  readonly books: Books
  readonly booklets: BookletBooks
  readonly slips: SlipBooks
  readonly faults = new Faults()
  readonly writes: PortalWrite[] = []
  /** Batches that were let in. */
  readonly batches: Batch[] = []
  readonly heartbeats: HeartbeatInput[] = []
  /** What was looked for, in order. */
  readonly searches: ScreeningSearch[] = []
  /** Ids whose history was read. */
  readonly histories: string[] = []
  /** So many of a day are listed at most. */
  listMax = 500
  /** What the site has already, by family name. */
  readonly alike = new Map<string, { readonly sampledAt: string; readonly recordedAt: string }>()
  judge: Judge = () => undefined
  /** Who signed in last. */
  professional: SessionView['professional'] = sampleProfessional
  sites: SessionView['sites'] = [
    { id: '750000001', name: 'Pharmacie du Parvis', postalCode: '75004' },
  ]
  /** The site that the session is at, as another tab may have chosen; null: the only one there is. */
  chosen: string | null = null
  /** To which seconds its books were set back, as every answer says. */
  restorations: readonly Restoration[] = []
  /** How far its clock is behind. */
  behindMilliseconds = 0
  room: WaitingRoomView = {
    state: 'open',
    hasTicket: false,
    position: 0,
    waitSeconds: 0,
    pollAfterSeconds: 5,
  }
  hasPlace = false
  #signedInAt: Date | null = null
  protected readonly dependencies: FakePortalDependencies

  constructor(dependencies: FakePortalDependencies) {
    this.dependencies = dependencies
    const { now, origin = 'https://sidep.example' } = dependencies
    this.books = new Books({ now })
    this.booklets = new BookletBooks({ now })
    this.slips = new SlipBooks({ now, origin })
  }

  get isSignedIn(): boolean {
    return this.#signedInAt !== null
  }

  /** A session opens, or it is over. */
  set isSignedIn(isSignedIn: boolean) {
    this.#signedInAt = isSignedIn ? this.dependencies.now() : null
  }

  add(entry: ScreeningEntry): void {
    this.books.screenings.set(entry.id, entry)
  }

  session(): SessionView {
    const { sites, chosen, professional } = this
    const signedInAt = this.#signedInAt ?? this.dependencies.now()
    const isChosen = sites.length === 1 || chosen !== null
    return {
      professional,
      door: 'ecps',
      site: isChosen ? (sites.find(({ id }) => id === chosen) ?? sites[0] ?? null) : null,
      sites,
      signedInAt: signedInAt.toISOString(),
      sessionId: 'of-the-stand-in',
      expiresAt: new Date(signedInAt.getTime() + 8 * hourMilliseconds).toISOString(),
    }
  }

  /** What a browser that takes or asks for its place in the waiting room is told. */
  place(): WaitingRoomView {
    return { ...this.room, hasTicket: this.hasPlace }
  }
}
