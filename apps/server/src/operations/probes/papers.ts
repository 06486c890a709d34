/**
 * What a counter does for when the portal is away, and the catch-up after: a provisional certificate from a booklet, and a slip,
 * each read as a venue reads it, brought back, and definitive then. In a session that is bound to a device.
 */
import { type Booklet, readBooklet, signProvisional } from '@sidep/continuity'
import {
  type BookletAnswer,
  type Catalogue,
  defaultDisease,
  type ReconciliationAnswer,
  routes,
  type ScreeningInput,
  type SessionView,
  type SlipsAnswer,
} from '@sidep/contracts'
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { minuteMilliseconds } from '@sidep/time'
import type { Trust } from '@sidep/trust'
import { purposeFor, verify } from '@sidep/verdict'
import type { RandomBytes } from '../../platform/clock.ts'
import { failureOf, type ProbeBrowser, ProbeFailure } from './browser.ts'
import type { ProbeDevice } from './device.ts'
import { readCatalogue, screeningOf } from './entry.ts'

export interface Counter {
  readonly browser: ProbeBrowser
  readonly origin: string
  readonly device: ProbeDevice
  readonly trust: Trust
  readonly now: Date
  readonly randomBytes: RandomBytes
}

/** A booklet that is used number by number, as a counter does. */
export interface HeldBooklet {
  readonly booklet: Booklet
  readonly renewAt: number
  next: number
}

const sessionIdOf = async (browser: ProbeBrowser, origin: string): Promise<string> => {
  const page = await browser.ask(new URL(routes.session, origin))
  // Asked who it is, the portal answers without a word of why: there is no session any more.
  if (page.status === 401) throw new ProbeFailure('SESSION_ENDED')
  if (page.status !== 200) throw new ProbeFailure(failureOf(page))
  const { sessionId } = JSON.parse(page.text) as SessionView
  if (sessionId === undefined) throw new ProbeFailure('SESSION_UNBOUND')
  return sessionId
}

/** Asks for something that the device signs. @throws ProbeFailure unless it answers so */
const act = async <Answer>(
  { browser, origin, device, now }: Counter,
  path: string,
  json: unknown,
  status: number,
): Promise<Answer> => {
  const url = new URL(path, origin)
  const sessionId = await sessionIdOf(browser, origin)
  const headers = await device.actHeaders({ url, sessionId, at: now, body: JSON.stringify(json) })
  const page = await browser.ask(url, { method: 'POST', json, headers })
  if (page.status !== status) throw new ProbeFailure(failureOf(page))
  return JSON.parse(page.text) as Answer
}

const takeBooklet = async (counter: Counter): Promise<HeldBooklet> => {
  const { x, y } = counter.device.counterKey
  const counterKey = { x: bytesToBase64(x), y: bytesToBase64(y) }
  const answer = await act<BookletAnswer>(counter, routes.booklets, { counterKey }, 201)
  const signed = base64ToBytes(answer.signed)
  const booklet = signed.ok ? readBooklet(signed.value) : signed
  if (!booklet.ok) throw new ProbeFailure('BOOKLET_UNREADABLE')
  return { booklet: booklet.value, renewAt: Date.parse(answer.renewAt), next: 1 }
}

/** Brings it back, and it is definitive. @throws ProbeFailure */
const bringBack = async (
  counter: Counter,
  screening: ScreeningInput,
  papers: { readonly provisional: string | null; readonly slip: string | null },
): Promise<void> => {
  const items = [{ kind: 'screening', id: screening.id, screening, ...papers }]
  const batch = { items, wasted: [] }
  const { lines } = await act<ReconciliationAnswer>(counter, routes.reconciliations, batch, 200)
  const [line] = lines
  if (line?.status === 'definitive') return
  throw new ProbeFailure(line?.status === 'refused' ? line.code : 'NOT_DEFINITIVE')
}

/** As a venue in France reads it. @throws ProbeFailure */
const read = async (text: string, { trust, now }: Counter): Promise<void> => {
  const { verdict, code } = await verify(text, trust, now, purposeFor('FR'))
  if (verdict !== 'accepted') throw new ProbeFailure(code)
}

const certified = async (
  { booklet }: HeldBooklet,
  number: number,
  screening: ScreeningInput,
  { kinds }: Catalogue,
  { device, now }: Counter,
): Promise<string> => {
  const testType = kinds.find(({ code }) => code === screening.kind)?.dccTestType ?? null
  if (testType === null || screening.result !== 'negative')
    throw new ProbeFailure('NOT_CERTIFIABLE')
  const { familyName, firstNames, birthDate } = screening.person
  return signProvisional(
    {
      booklet,
      number,
      issuedAt: now,
      person: { familyName, firstNames, birthDate },
      test: {
        disease: screening.disease ?? defaultDisease,
        testType,
        device: screening.device,
        sampledAt: new Date(screening.sampledAt),
        result: screening.result,
      },
    },
    device.sign,
  )
}

/** @param held null: none yet @returns the booklet that the next look goes on with @throws ProbeFailure */
export const useBooklet = async (
  counter: Counter,
  held: HeldBooklet | null,
): Promise<HeldBooklet> => {
  const isUsed =
    held === null ||
    held.next > held.booklet.maximum ||
    counter.now.getTime() + minuteMilliseconds > held.renewAt
  const booklet = isUsed ? await takeBooklet(counter) : held
  const catalogue = await readCatalogue(counter.browser, counter.origin)
  const screening = screeningOf(catalogue, counter.now, counter.randomBytes)
  const number = booklet.next
  // Whatever becomes of it: a number is used once.
  booklet.next += 1
  const provisional = await certified(booklet, number, screening, catalogue, counter)
  await read(provisional, counter)
  await bringBack(counter, screening, { provisional, slip: null })
  return booklet
}

/** Prints a slip, reads it as whoever checks does, and types it in. @throws ProbeFailure */
export const useSlip = async (counter: Counter): Promise<void> => {
  const { slips } = await act<SlipsAnswer>(counter, routes.slips, { count: 1 }, 201)
  const [slip] = slips
  if (slip === undefined) throw new ProbeFailure('SLIP_MISSING')
  await read(slip.check, counter)
  const catalogue = await readCatalogue(counter.browser, counter.origin)
  const screening = screeningOf(catalogue, counter.now, counter.randomBytes)
  await bringBack(counter, screening, { provisional: null, slip: slip.serial })
}
