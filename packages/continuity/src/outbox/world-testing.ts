/**
 * A pharmacy in a hostile world: tabs that are killed at any step, one disk, a network that loses,
 * doubles and reorders, and a small portal that keeps the books.
 */
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { Disk } from './disk-testing.ts'
import type { OutboxCommand, OutboxEvent } from './events.ts'
import type { ReconcileBatch, WastedNumber } from './messages.ts'
import { keyOf, Portal, signedText } from './portal-testing.ts'
import { booklet, type Content, ownerAt } from './samples-testing.ts'
import type { OutboxState, Owner, Restoration } from './state.ts'
import { stepOutbox } from './step.ts'

const isSame = (a: Content | undefined, b: Content): boolean =>
  a?.name === b.name && Boolean(a.isRead) === Boolean(b.isRead)

export interface Tab {
  readonly id: string
  isAlive: boolean
  state: OutboxState<Content>
}

type Trying = Extract<OutboxCommand<Content>, { readonly type: 'try' }>
type Amending = Extract<OutboxCommand<Content>, { readonly type: 'amend' }>
type Finding = Extract<OutboxCommand<Content>, { readonly type: 'find-duplicates' }>

/** A batch, the one request at once, or the question whether papers are there already. */
interface Request {
  readonly tab: Tab
  readonly batch: string
  readonly body: ReconcileBatch<Content>
  readonly trying: Trying | null
  readonly finding: Finding | null
  readonly amending?: Amending
}

const nothing: ReconcileBatch<Content> = { items: [], wasted: [] }

type Signing = Extract<OutboxCommand<Content>, { readonly type: 'sign' }> & { readonly tab: Tab }

/** Where in a transition the tab is killed: before the write, after it, or after so many effects. */
export type Kill = 'never' | 'before-write' | number

export class World {
  readonly disk = new Disk()
  portal = new Portal()
  /** What a backup could bring back: the portal after each request, and when that was. */
  readonly #past: { readonly at: number; readonly portal: Portal }[] = []
  readonly restorations: Restoration[] = []
  readonly tabs: Tab[] = []
  readonly requests: Request[] = []
  readonly answers: { readonly tab: Tab; readonly event: OutboxEvent<Content> }[] = []
  readonly signings: Signing[] = []
  /** What was said to be on this computer, by id, as last typed or corrected. */
  readonly typed = new Map<string, Content>()
  /** Ids that were discarded. */
  readonly discarded = new Set<string>()
  /** What was said to put a screening right, by the amendment's id. */
  readonly amendments = new Map<string, Content>()
  /** Amendments that another took the place of, or that were given up: none of them may ever be carried out. */
  readonly withdrawn = new Set<string>()
  /** Lines of papers that are back where they are typed. */
  readonly recalled = new Set<string>()
  readonly shown = new Set<string>()
  readonly ordered = new Set<string>()
  readonly notices: string[] = []
  /** What made room on a full disk: a portal that is set back does not get it again. */
  readonly yielded = new Set<string>()
  readonly #granted = new Map<
    string,
    { readonly booklet: ReturnType<typeof booklet>; readonly portalNow: number }
  >()
  now = 1_628_861_400_000
  portalNow = 1_628_861_400_000
  #tabCount = 0
  readonly #hasBackups: boolean

  /** @param hasBackups whether the portal may be set back */
  constructor(hasBackups = false) {
    this.#hasBackups = hasBackups
  }

  open(): Tab {
    const tab = { id: `tab${++this.#tabCount}`, isAlive: true, state: this.disk.load() }
    this.tabs.push(tab)
    this.apply(tab, { type: 'opened', tab: tab.id, now: this.now })
    return tab
  }

  aliveTab(index: number): Tab {
    const alive = this.tabs.filter(({ isAlive }) => isAlive)
    return alive[index % Math.max(alive.length, 1)] ?? this.open()
  }

  kill(tab: Tab): void {
    tab.isAlive = false
  }

  pass(milliseconds: number): void {
    this.now += milliseconds
    this.portalNow += milliseconds
  }

  /** The portal gives a booklet; under the same id its first answer comes once more. */
  give(tab: Tab, id: string, owner: Owner, maximum: number): void {
    const { portalNow, now } = this
    const answer = this.#granted.get(id) ?? {
      booklet: booklet(id, owner, maximum, portalNow),
      portalNow,
    }
    this.#granted.set(id, answer)
    this.apply(tab, { type: 'booklet-taken', ...answer, now })
  }

  /** The portal loses its last so many requests: it is restored to the second before them, and says so from then on. */
  setBack(requests: number): void {
    const past = this.#past.slice(0, Math.max(0, this.#past.length - requests))
    const [next] = this.#past.slice(past.length)
    if (next === undefined) return
    this.#past.length = past.length
    this.portal = past.at(-1)?.portal.copy() ?? new Portal()
    // What was under way when its machines were stopped is not answered any more.
    this.requests.length = 0
    this.answers.length = 0
    this.pass(600_000)
    this.restorations.push({ to: next.at - 1, at: this.portalNow })
  }

  /** Every answer of the portal says what time it is there, and to when it was set back. */
  contact(tab: Tab): void {
    const { portalNow, now, restorations } = this
    this.apply(tab, { type: 'contact', portalNow, now })
    if (restorations.length > 0)
      this.apply(tab, { type: 'restored', restorations: [...restorations], now })
  }

  /** The counter does not know yet what the portal lost. */
  get #isUnheeded(): boolean {
    return this.restorations.some(({ at }) => at > this.disk.stored.restoredAt)
  }

  get #isSetBack(): boolean {
    return this.restorations.length > 0
  }

  /** Somebody sets the computer's clock. */
  jump(milliseconds: number): void {
    this.now += milliseconds
  }

  /** One event, as a browser runs it; true when what it did is stored. */
  apply(tab: Tab, event: OutboxEvent<Content>, kill: Kill = 'never'): boolean {
    for (let conflicts = 0; conflicts < 5; conflicts++) {
      const { state, change, commands } = stepOutbox(tab.state, event)
      if (kill === 'before-write') {
        this.kill(tab)
        return false
      }
      const isRefused = event.type === 'tried' && event.line.status === 'refused'
      const isGivenUp =
        (event.type === 'discarded' || isRefused) && change?.remove.includes(event.id)
      const outcome = change === null ? 'written' : this.disk.write(change)
      if (outcome === 'full') {
        const { kept } = tab.state
        if (kept.length === 0 || event.type === 'restored') return this.#say('STORAGE_FULL')
        tab.state = this.disk.load()
        const room = stepOutbox(tab.state, { type: 'room-wanted', now: this.now })
        if (room.change !== null) this.disk.write(room.change)
        for (const { id } of kept) this.yielded.add(id)
        tab.state = this.disk.load()
        continue
      }
      if (outcome === 'written') {
        tab.state = state
        this.#remember(event)
        if (isGivenUp) this.discarded.add(event.id)
        this.#rememberAmendments(event, change?.remove ?? [])
        if (event.type === 'lines-recalled') for (const id of change?.remove ?? []) this.#recall(id)
        this.#run(tab, commands, kill)
        return true
      }
      tab.state = this.disk.load()
    }
    return assert.fail('tabs take turns in this world')
  }

  /** A line is the typist's again: of this version nothing may ever be recorded. */
  #recall(id: string): void {
    this.recalled.add(id)
    this.typed.delete(id)
  }

  #rememberAmendments(event: OutboxEvent<Content>, removed: readonly string[]): void {
    const isByPerson =
      event.type === 'amendment-queued' ||
      event.type === 'amendment-recalled' ||
      event.type === 'discarded'
    if (isByPerson) for (const id of removed) if (this.amendments.delete(id)) this.withdrawn.add(id)
    if (event.type !== 'amendment-queued') return
    const { id, amends, screening, instead } = event
    const { entries } = this.disk.stored
    if (entries.some((entry) => entry.id === id)) this.amendments.set(id, screening)
    // Where nobody else knew of it, it was put right in its place, or given up.
    else if (removed.includes(amends)) this.discarded.add(amends)
    else if (instead !== null) {
      const now = entries.find((entry) => entry.id === amends)?.screening
      if (now?.name === instead.screening.name) this.typed.set(amends, now)
    }
  }

  /** Somebody puts a screening right, or another version of it than the portal has. */
  amend(
    tab: Tab,
    id: string,
    amends: string,
    { isStale = false, isTried = false, isWithdrawal = false, kill = 'never' as Kill } = {},
  ): void {
    const replaces = this.portal.versionOf(amends) + (isStale ? 1 : 0)
    const screening = { name: id, isWrong: false, replaces }
    const isRead = this.typed.get(amends)?.isRead
    const put = { name: `${amends} ${id}`, isWrong: false, ...(isRead ? { isRead } : {}) }
    const instead = isWithdrawal ? null : { screening: put, testType: null }
    const { now } = this
    this.apply(
      tab,
      {
        type: 'amendment-queued',
        id,
        amends,
        screening,
        instead,
        owner: ownerAt(0),
        ...(isTried ? { tryMilliseconds: 8_000 } : {}),
        now,
      },
      kill,
    )
  }

  /** Types a line from a paper, or one that came back once more, and queues it. */
  queue(tab: Tab, id: string, screening: Content, owner: Owner, kill: Kill): void {
    const line = { id, screening, slip: null, isNoDouble: false }
    const { now } = this
    this.apply(tab, { type: 'lines-queued', lines: [line], owner, now }, kill)
  }

  #say(code: string): false {
    this.notices.push(code)
    return false
  }

  #remember(event: OutboxEvent<Content>): void {
    const stage = 'id' in event && this.disk.stored.entries.find(({ id }) => id === event.id)
    if (event.type === 'typed' && !this.typed.has(event.id))
      this.typed.set(event.id, event.screening)
    if (event.type === 'lines-queued') {
      for (const { id, screening } of event.lines) {
        const entry = this.disk.stored.entries.find((one) => one.id === id)
        // One that is here already is not another.
        if (entry?.screening?.name !== screening.name) continue
        this.typed.set(id, screening)
        this.recalled.delete(id)
      }
    }
    if (event.type === 'result-read' && stage && stage.screening !== null) {
      this.typed.set(event.id, stage.screening)
    }
    if (event.type === 'edited' && stage && stage.stage === 'waiting') {
      if (stage.screening !== null) this.typed.set(event.id, stage.screening)
    }
  }

  #run(tab: Tab, commands: readonly OutboxCommand<Content>[], kill: Kill): void {
    for (const [index, command] of commands.entries()) {
      if (kill === index) this.kill(tab)
      if (!tab.isAlive) return
      switch (command.type) {
        case 'sign': {
          const key = `${command.bookletId}/${command.number}`
          assert.ok(!this.ordered.has(key), `number ${key} is signed twice`)
          this.ordered.add(key)
          this.signings.push({ ...command, tab })
          break
        }
        case 'show-document':
          this.shown.add(command.text)
          break
        case 'send': {
          const { batch, items, wasted } = command
          const body = structuredClone({ items, wasted })
          for (const { id } of items) this.#isFrozen(id)
          this.requests.push({ tab, batch, body, trying: null, finding: null })
          break
        }
        case 'try':
          this.requests.push({ tab, batch: '', body: nothing, trying: command, finding: null })
          break
        case 'amend': {
          const batch = 'batch' in command.way ? command.way.batch : ''
          // It follows its screening, unless that was given up, or is a line that somebody types again.
          const { amends } = command
          const isGone = this.discarded.has(amends) || this.recalled.has(amends)
          const isWithPortal = this.portal.recorded.has(amends) || this.#isUnheeded
          assert.ok(isGone || isWithPortal, `${command.id} goes ahead`)
          const isMarked = this.disk.stored.entries.find(({ id }) => id === command.id)?.mayBeKnown
          assert.ok(isMarked, `${command.id} leaves unmarked`)
          const request = { tab, batch, body: nothing, trying: null, finding: null }
          this.requests.push({ ...request, amending: structuredClone(command) })
          break
        }
        case 'find-duplicates': {
          const { batch } = command
          this.requests.push({ tab, batch, body: nothing, trying: null, finding: command })
          break
        }
        case 'notice':
          this.notices.push(command.code)
      }
    }
    if (kill !== 'never') this.kill(tab)
  }

  /** What is about to leave was asked for, and is marked on the disk as what may have left. */
  #isFrozen(id: string): void {
    const entry = this.disk.stored.entries.find((one) => one.id === id)
    assert.ok(entry?.mayBeKnown && entry.paper?.isChecked !== false, `${id} leaves unmarked`)
  }

  /** The signature that a tab was asked for comes, or fails. */
  sign(index: number, isGood: boolean, kill: Kill): void {
    const [signing] = this.signings.splice(index % Math.max(this.signings.length, 1), 1)
    if (signing === undefined || !signing.tab.isAlive) return
    const { id, bookletId, number, tab } = signing
    const { now } = this
    const done = { id, bookletId, number, now }
    const text = signedText(id, bookletId, number)
    this.apply(
      tab,
      isGood ? { type: 'signed', ...done, text } : { type: 'signing-failed', ...done },
      kill,
    )
  }

  /** A request reaches the portal; `keep` leaves a copy of it on the way. */
  reach(index: number, share: number, isSlow: boolean, keep: boolean, random: number): void {
    this.#reach(index, share, isSlow, keep, random)
    if (this.#hasBackups) this.#past.push({ at: this.portalNow, portal: this.portal.copy() })
  }

  #reach(index: number, share: number, isSlow: boolean, keep: boolean, random: number): void {
    const position = index % Math.max(this.requests.length, 1)
    const request = this.requests[position]
    if (request === undefined) return
    if (!keep) this.requests.splice(position, 1)
    const { body, batch, tab, trying, finding, amending } = request
    if (amending !== undefined) {
      const { id, version, amends, screening, way } = amending
      const line = this.portal.amend(id, amends, screening)
      const answer = { lines: [line], retryAfterSeconds: null }
      const items = [{ id, version }]
      const event: OutboxEvent<Content> =
        'batch' in way
          ? { type: 'answered', batch, items, wasted: [], answer, portalNow: null, random, now: 0 }
          : { type: 'tried', id, version, line, now: 0 }
      this.answers.push({ tab, event })
      return
    }
    if (finding !== null) {
      const ids = finding.items.map(({ id }) => id)
      const alike = { sampledAt: '', recordedAt: '' }
      const found = finding.items.flatMap(({ id, screening }) =>
        screening.isDouble ? [{ id, ...alike }] : [],
      )
      this.answers.push({ tab, event: { type: 'duplicates-found', batch, ids, found, now: 0 } })
      return
    }
    if (trying !== null) {
      const { id, version, screening } = trying
      const item = {
        kind: 'screening',
        id,
        version,
        screening,
        provisional: null,
        slip: null,
      } as const
      const [line] = this.portal.take({ items: [item], wasted: [] }, 1, isSlow)
      if (line !== undefined)
        this.answers.push({ tab, event: { type: 'tried', id, version, line, now: 0 } })
      return
    }
    // Something in it cannot be read: the portal takes none of it.
    if (body.items.some((item) => item.kind === 'screening' && item.screening.isUnreadable)) {
      const items = body.items.map(({ id, version }) => ({ id, version }))
      const refusal = { code: 'REQUEST_INVALID', faults: [] }
      this.answers.push({
        tab,
        event: { type: 'batch-refused', batch, items, refusal, random, now: 0 },
      })
      return
    }
    const count = Math.ceil(body.items.length * share)
    const lines = this.portal.take(body, count, isSlow)
    const items = body.items.map(({ id, version }) => ({ id, version }))
    const wasted: readonly WastedNumber[] = body.wasted
    const answer = { lines, retryAfterSeconds: random < 0.2 ? 30 : null }
    const portalNow = random < 0.5 ? this.portalNow : null
    this.answers.push({
      tab,
      event: { type: 'answered', batch, items, wasted, answer, portalNow, random, now: 0 },
    })
  }

  /** A request is lost, and the tab may notice. */
  lose(index: number, reason: 'unreachable' | 'busy' | 'signed-out', random: number): void {
    const [request] = this.requests.splice(index % Math.max(this.requests.length, 1), 1)
    if (request === undefined) return
    const { tab, batch, trying, amending } = request
    const alone = amending === undefined || 'batch' in amending.way ? trying : amending
    if (alone !== null) {
      const { id, version } = alone
      const line = { id, status: 'later', retryAfterSeconds: 0 } as const
      this.answers.push({ tab, event: { type: 'tried', id, version, line, now: 0 } })
      return
    }
    const retryAfterSeconds = reason === 'busy' ? 20 : null
    this.answers.push({
      tab,
      event: { type: 'failed', batch, reason, retryAfterSeconds, random, now: 0 },
    })
  }

  /** An answer reaches its tab, if that still lives. */
  hear(index: number, keep: boolean, kill: Kill): void {
    const position = index % Math.max(this.answers.length, 1)
    const answer = this.answers[position]
    if (answer === undefined) return
    if (!keep) this.answers.splice(position, 1)
    // Each answer says what time it is, before what it is about; in a world where it matters it is heard.
    if (answer.tab.isAlive && this.#hasBackups) this.contact(answer.tab)
    if (answer.tab.isAlive) this.apply(answer.tab, { ...answer.event, now: this.now }, kill)
  }

  /** What must hold at every moment. */
  check(): void {
    const stored = new Map(this.disk.stored.entries.map((entry) => [entry.id, entry]))
    const isUnheeded = this.#isUnheeded
    const kept = new Map(
      isUnheeded ? this.disk.stored.kept.map(({ id, screening }) => [id, screening]) : [],
    )
    const isHere = (id: string, content: Content): boolean =>
      this.yielded.has(id) ||
      [stored.get(id)?.screening, kept.get(id)].some((here) => isDeepStrictEqual(here, content))
    for (const [id, content] of this.typed) {
      if (this.discarded.has(id) || isSame(this.portal.recorded.get(id), content)) continue
      assert.ok(isHere(id, content), `${id} is lost`)
    }
    for (const [id, content] of this.amendments) {
      if (this.portal.amended.has(id)) continue
      assert.ok(isHere(id, content), `the amendment ${id} is lost`)
    }
    for (const id of this.withdrawn)
      assert.ok(!this.portal.amended.has(id), `${id} was given up and carried out`)
    for (const { id, stage, screening, document } of stored.values()) {
      if (stage !== 'acknowledged' && stage !== 'definitive') continue
      const isLost = isUnheeded || this.yielded.has(id)
      assert.ok(
        isLost || this.portal.recorded.has(id),
        `${id} is said to be acknowledged and is not`,
      )
      assert.deepEqual({ screening, document }, { screening: null, document: null })
    }
    for (const text of this.shown) {
      const { entries, kept } = this.disk.stored
      const isStored = [...entries, ...kept].some(({ document }) => document?.text === text)
      assert.ok(isStored || this.portal.numbers.has(keyOf(text)), `${text} is known to nobody`)
    }
  }

  /** All is well again: what is here drains within a bounded number of exchanges. */
  recover(): void {
    this.disk.recordsMax = Number.POSITIVE_INFINITY
    this.now = this.portalNow
    for (const tab of this.tabs) this.kill(tab)
    const tab = this.open()
    if (this.#hasBackups) this.contact(tab)
    for (let round = 0; round < 40 && !this.isDrained(); round++) {
      this.requests.length = 0
      this.answers.length = 0
      this.apply(tab, { type: 'signed-in', owner: ownerAt(round), now: this.now })
      const nobodys = tab.state.entries.filter(({ owner }) => owner === null).map(({ id }) => id)
      this.apply(tab, { type: 'claimed', ids: nobodys, owner: ownerAt(round), now: this.now })
      for (const entry of tab.state.entries.filter(({ stage }) => stage === 'refused')) {
        const name = entry.screening?.name ?? ''
        const isRead = entry.screening?.isRead ?? false
        const screening = { name, isWrong: false, isRead }
        const { id, testType, owner, paper, amends } = entry
        if (amends !== null) {
          this.apply(tab, { type: 'amendment-recalled', id, now: this.now })
          if (this.portal.recorded.has(amends)) this.amend(tab, `${id} again`, amends)
          continue
        }
        if (paper !== null) {
          this.apply(tab, { type: 'lines-recalled', ids: [id], now: this.now })
          this.queue(tab, id, screening, owner ?? ownerAt(0), 'never')
          continue
        }
        this.apply(tab, { type: 'edited', id, screening, testType, now: this.now })
      }
      this.pass(4_000_000)
      // A batch that is refused is halved, one after the other.
      for (let exchange = 0; exchange < 8; exchange++) {
        this.apply(tab, { type: 'tick', tab: tab.id, now: this.now })
        this.reach(0, 1, false, false, 0.9)
        this.hear(0, false, 'never')
        this.check()
      }
    }
  }

  isDrained(): boolean {
    const { entries, booklets } = this.disk.stored
    return (
      entries.every(({ stage }) => stage === 'definitive' || stage === 'reserved') &&
      booklets.every(({ wasted }) => wasted.length === 0)
    )
  }

  /** The books at the end: everything once, every number explained. */
  audit(): void {
    assert.ok(this.isDrained(), 'the outbox does not drain')
    // What was taken back before it left, or came back refused, is in nobody's books.
    for (const id of this.recalled) assert.ok(!this.portal.recorded.has(id), `${id} was recalled`)
    const kept = [...this.typed].filter(([id]) => !this.discarded.has(id))
    assert.deepEqual(
      new Map([...this.portal.recorded].toSorted()),
      new Map(kept.toSorted(([a], [b]) => (a < b ? -1 : 1))),
      'what is in the portal is not what was typed',
    )
    for (const text of this.shown) assert.equal(this.portal.numbers.get(keyOf(text)), text)
    // What a portal was told of numbers that no document carries, it has lost when it is set back: a false alarm, said so.
    if (this.#isSetBack) return
    for (const key of this.ordered) {
      const isExplained = this.portal.numbers.has(key) || this.portal.wasted.has(key)
      assert.ok(isExplained, `number ${key} is a gap`)
    }
    for (const key of this.portal.numbers.keys()) {
      assert.ok(!this.portal.wasted.has(key), `number ${key} is used and said to be wasted`)
    }
  }
}
