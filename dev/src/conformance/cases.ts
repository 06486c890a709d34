/** What software of every vendor must do, each with the fault that shows whether it does. */
import { nothingWithdrawn, readProvisional, verifyProvisional } from '@sidep/continuity'
import { minuteMilliseconds } from '@sidep/time'
import type { JournalLine } from '../sandbox/index.ts'
import type { Adapter, AdapterAnswer, ScreeningToEnter } from './adapter.ts'
import { idsIn, isRecording } from './seen.ts'
import type { World } from './world.ts'

export interface CaseContext {
  readonly world: World
  readonly adapter: () => Adapter
  /** As by a power cut, and begun again on what it kept. */
  readonly restart: () => Promise<void>
  /** Asks the adapter to send, again and again, until `isSo`. @throws Failed with `otherwise` when it does not come about */
  readonly sendUntil: (isSo: () => Promise<boolean>, otherwise: string) => Promise<void>
  /** The same for so long, whatever comes of it. */
  readonly keepSending: (milliseconds: number) => Promise<void>
  readonly now: () => number
}

export interface ConformanceCase {
  readonly name: string
  readonly title: string
  /** Why it cannot be tried where clock and printer are not the kit's; absent: it can. */
  readonly needsSandbox?: string
  /** @throws Failed with why it is not passed */
  readonly run: (context: CaseContext) => Promise<void>
}

/** Why a case is not passed, in words for whoever mends the software. */
export class Failed extends Error {}

const insist: (isSo: boolean, otherwise: string) => asserts isSo = (isSo, otherwise) => {
  if (!isSo) throw new Failed(otherwise)
}

const waitSeconds = 2
/** Less than it takes to be noticed, more than clocks and timers differ. */
const earlyMillisecondsMax = 50
const awayForAll = [{ kind: 'unreachable', on: 'everything' }] as const

const person = (context: CaseContext, familyName = 'TESTNOM'): ScreeningToEnter => ({
  person: { familyName, firstNames: 'CAMILLE', birthDate: '1980-04-03', sex: 'F' },
  kind: 'antigen',
  device: '1232',
  sampledAt: new Date(context.now() - 20 * minuteMilliseconds).toISOString(),
  result: 'negative',
})

const enter = (context: CaseContext, familyName?: string): Promise<AdapterAnswer> =>
  context.adapter().ask({ do: 'record', screening: person(context, familyName) })

const recordings = async ({ world }: CaseContext): Promise<JournalLine[]> =>
  (await world.journal()).filter(isRecording)

const countIs = async ({ world }: CaseContext, count: number): Promise<void> => {
  const { screenings } = await world.books()
  insist(screenings.length === count, `${screenings.length} screenings at the portal, not ${count}`)
}

const insistRecorded = (answer: AdapterAnswer): string => {
  insist(answer.outcome === 'recorded', `said "${answer.outcome}" of what the portal recorded`)
  insist(typeof answer.screening === 'string', 'did not say the id of the screening')
  return answer.screening
}

/** Told to come back later, it does: not sooner, with the same screening, by itself. */
const comesBack = async (
  context: CaseContext,
  code: 'SITE_SHARE_EXCEEDED' | 'UNAVAILABLE',
): Promise<void> => {
  await context.world.set({
    faults: [{ kind: 'refused', code, retryAfterSeconds: waitSeconds, times: 1 }],
  })
  await enter(context)
  await context.sendUntil(
    async () => (await context.world.books()).screenings.length > 0,
    'never sent it again',
  )
  const [first, second] = await recordings(context)
  insist(first !== undefined && second !== undefined, 'sent nothing')
  const early = waitSeconds * 1_000 - (second.at - first.at)
  insist(early <= earlyMillisecondsMax, `came back ${early} ms before Retry-After`)
  await countIs(context, 1)
}

/** The portal is away; what was entered is kept. @returns the provisional certificate that the person was given */
const enterAlone = async (context: CaseContext): Promise<string> => {
  await context.sendUntil(
    async () => (await context.world.journal()).some(({ endpoint }) => endpoint === 'giveBooklet'),
    'took no booklet while the portal answered',
  )
  await context.world.set({ faults: awayForAll })
  const answer = await enter(context)
  insist(answer.outcome === 'kept', `said "${answer.outcome}" while the portal was away`)
  insist(
    typeof answer.provisional === 'string',
    'gave the person no provisional certificate while the portal was away',
  )
  return answer.provisional
}

const provisionalOf = (text: string) => {
  const read = readProvisional(text)
  insist(read.ok, `the provisional certificate cannot be read: ${read.ok ? '' : read.code}`)
  return read
}

export const cases: readonly ConformanceCase[] = [
  {
    name: 'record',
    title: 'a screening is recorded at once, and its answer is shown',
    run: async (context) => {
      const id = insistRecorded(await enter(context))
      const { screenings } = await context.world.books()
      insist(screenings.length === 1 && screenings[0]?.id === id, 'recorded another screening')
    },
  },
  {
    name: 'lost-answer',
    title: 'an answer that is lost does not make a second screening: the same id is sent again',
    run: async (context) => {
      await context.world.set({ faults: [{ kind: 'answer-lost', times: 1 }] })
      await enter(context)
      await context.sendUntil(
        async () => (await recordings(context)).length > 1,
        'never asked again after the answer was lost',
      )
      const ids = new Set((await recordings(context)).flatMap(idsIn))
      insist(ids.size === 1, 'sent it again under another id')
      await countIs(context, 1)
    },
  },
  {
    name: 'duplicate',
    title:
      'the answer 200 to a screening that the portal had already (sent twice on the way) is success',
    run: async (context) => {
      await context.world.set({ faults: [{ kind: 'duplicated', times: 1 }] })
      insistRecorded(await enter(context))
      await countIs(context, 1)
    },
  },
  {
    name: 'too-many',
    title: 'after 429 nothing is sent before Retry-After, and then the same screening',
    run: (context) => comesBack(context, 'SITE_SHARE_EXCEEDED'),
  },
  {
    name: 'unavailable',
    title: 'after 503 nothing is sent before Retry-After, and then the same screening',
    run: (context) => comesBack(context, 'UNAVAILABLE'),
  },
  {
    name: 'refusal-shown',
    title: 'a definitive refusal reaches the user, with its code and in words',
    run: async (context) => {
      const faults = [{ pointer: '/person/birthDate', code: 'BIRTH_DATE_NOT_REAL' }] as const
      await context.world.set({ faults: [{ kind: 'refused', code: 'REQUEST_INVALID', faults }] })
      const answer = await enter(context)
      insist(answer.outcome === 'refused', `said "${answer.outcome}" of a refused screening`)
      insist(answer.code === 'REQUEST_INVALID', `showed the code ${answer.code ?? '(none)'}`)
      insist((answer.text ?? '').length > 10, 'showed the user no sentence')
    },
  },
  {
    name: 'refusal-final',
    title: 'what was definitively refused is not sent again as it is',
    run: async (context) => {
      const faults = [{ pointer: '/person/birthDate', code: 'BIRTH_DATE_NOT_REAL' }] as const
      await context.world.set({ faults: [{ kind: 'refused', code: 'REQUEST_INVALID', faults }] })
      await enter(context)
      await context.keepSending(waitSeconds * 1_000)
      const sent = (await recordings(context)).filter((line) => idsIn(line).length > 0)
      insist(sent.length === 1, `sent it ${sent.length} times`)
    },
  },
  {
    name: 'token-expired',
    title: 'a token that is over is replaced by the next, and the request sent again',
    run: async (context) => {
      insistRecorded(await enter(context))
      await context.world.set({ tokensExpired: true })
      await enter(context, 'TESTNOM BIS')
      await context.sendUntil(
        async () => (await context.world.books()).screenings.length > 1,
        'never sent it with a new token',
      )
      await countIs(context, 2)
    },
  },
  {
    name: 'correction',
    title: 'a correction is a version of the screening, and no second screening',
    run: async (context) => {
      const screening = insistRecorded(await enter(context))
      await context.adapter().ask({ do: 'correct', screening, result: 'positive' })
      await context.sendUntil(
        async () => (await context.world.books()).screenings.some(({ change }) => change !== null),
        'no correction came in',
      )
      const [entry] = (await context.world.books()).screenings
      insist(entry?.result === 'positive' && entry.change?.version === 2, 'corrected otherwise')
      await countIs(context, 1)
    },
  },
  {
    name: 'withdrawal',
    title: 'a screening that is taken back is withdrawn at the portal',
    run: async (context) => {
      const screening = insistRecorded(await enter(context))
      await context.adapter().ask({ do: 'withdraw', screening })
      await context.sendUntil(
        async () =>
          (await context.world.books()).screenings.some(
            ({ change }) => change?.kind === 'withdrawn',
          ),
        'no withdrawal came in',
      )
    },
  },
  {
    name: 'offline-booklet',
    title:
      'without the portal the person leaves with a provisional certificate that verifies, and it is brought in later',
    run: async (context) => {
      const given = provisionalOf(await enterAlone(context))
      const check = await verifyProvisional(
        given,
        await context.world.bookletKeys(),
        new Date(context.now()),
        nothingWithdrawn,
      )
      insist(check.ok, `its provisional certificate is refused: ${check.ok ? '' : check.code}`)
      await context.world.set({ faults: [] })
      const key = `${given.booklet.id}/${given.number}`
      await context.sendUntil(
        async () => (await context.world.books()).provisional.some(({ number }) => number === key),
        'never brought its provisional certificate in',
      )
      const { breaches } = await context.world.books()
      insist(breaches.length === 0, breaches.join('; '))
    },
  },
  {
    name: 'clock-skew',
    title: 'a computer whose clock is off dates its documents by the portal’s clock',
    needsSandbox: 'the clock of a real portal is not set: try it at a sandbox',
    run: async (context) => {
      const ahead = 20 * minuteMilliseconds
      await context.world.set({ clockAheadMilliseconds: ahead })
      const { issuedAt } = provisionalOf(await enterAlone(context))
      const off = issuedAt.getTime() - (context.now() + ahead)
      insist(Math.abs(off) < minuteMilliseconds, `dated ${Math.round(off / 1_000)} s off`)
    },
  },
  {
    name: 'assertion-clock',
    title:
      'a computer whose clock is minutes slow or fast signs its assertions by the portal’s clock',
    needsSandbox: 'the clock of a real portal is not set: try it at a sandbox',
    run: async (context) => {
      for (const [index, minutes] of [4, -4].entries()) {
        await context.world.set({ clockAheadMilliseconds: minutes * minuteMilliseconds })
        // Begun anew, it has no token, and has not heard the portal's time.
        await context.restart()
        await enter(context, `TESTNOM ${['SLOW', 'FAST'][index]}`)
        await context.sendUntil(
          async () => (await context.world.books()).screenings.length > index,
          `got no token with its clock four minutes ${minutes > 0 ? 'slow' : 'fast'}: after VENDOR_ASSERTION_STALE sign by the Date of that answer`,
        )
      }
      await countIs(context, 2)
    },
  },
  {
    name: 'slip',
    title: 'a slip that was filled in by hand is typed later as that slip, once',
    needsSandbox: 'slips come out of a counter’s printer: try it at a sandbox',
    run: async (context) => {
      const slip = (await context.world.printSlip?.()) ?? ''
      const answer = await context.adapter().ask({ do: 'record', screening: person(context), slip })
      insist(answer.outcome !== 'refused', `refused the slip with ${answer.code}`)
      await context.sendUntil(
        async () => (await context.world.books()).slipsOut?.length === 0,
        'never brought it in as the slip that the person holds',
      )
      await countIs(context, 1)
    },
  },
  {
    name: 'restart',
    title: 'what was kept survives the end of the program',
    run: async (context) => {
      await context.world.set({ faults: awayForAll })
      await enter(context)
      await context.restart()
      await context.world.set({ faults: [] })
      await context.sendUntil(
        async () => (await context.world.books()).screenings.length === 1,
        'lost what it had kept',
      )
    },
  },
  {
    name: 'partial-answer',
    title: 'of a batch that is answered in part, what is left out is sent again',
    run: async (context) => {
      await context.world.set({ faults: awayForAll })
      await enter(context)
      await enter(context, 'TESTNOM BIS')
      await context.world.set({ faults: [{ kind: 'half-answered', times: 1 }] })
      await context.sendUntil(
        async () => (await context.world.books()).screenings.length === 2,
        'did not send the other half again',
      )
    },
  },
]
