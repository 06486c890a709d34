/** The mock server's part for papers: slips given and cancelled, and batches typed from them. */
import {
  issueSlip,
  makeSlipCode,
  makeSlipSerial,
  writeSlipCode,
  writeSlipSerial,
} from '@sidep/continuity'
import {
  DuplicatesInput,
  type ProblemCode,
  ReconciliationBatch,
  type ReconciliationLine,
  routes,
  type ScreeningEntry,
  type ScreeningInput,
  SlipCancellation,
  SlipsInput,
} from '@sidep/contracts'
import { parseFiness } from '@sidep/identifiers'
import type { Static } from 'typebox'
import { Check } from 'typebox/schema'
import type { PrintedSlip } from '../src/counter/slips/printed-slip.ts'

type Batch = Static<typeof ReconciliationBatch>

interface MockSlip extends PrintedSlip {
  readonly serial: string
}

type PaperAnswer =
  | { readonly status: number; readonly body: unknown; readonly problem?: undefined }
  | { readonly problem: ProblemCode; readonly retryAfterSeconds?: number }

export interface MockPapers {
  /** Out: given, not cancelled, not typed. */
  readonly slips: Map<string, MockSlip>
  readonly cancellations: { readonly serials: readonly string[] | null; readonly reason: string }[]
  /** Every batch of typed papers that came in. */
  readonly batches: Batch[]
  /** What the site has already, by family name. */
  readonly alike: Map<string, { readonly sampledAt: string; readonly recordedAt: string }>
  /** What to say of a line instead of recording it; undefined records it. */
  judge: (
    screening: ScreeningInput,
    slip: string | null,
  ) =>
    | { readonly status: 'refused'; code: string; faults: { pointer: string; code: string }[] }
    | { readonly status: 'later'; retryAfterSeconds: number }
    | undefined
  /** `problem`: every POST answers it; `lose`: works, and the answer is lost. */
  fault: { readonly problem: ProblemCode; readonly retryAfterSeconds?: number } | 'lose' | null
  answer(method: string, path: string, body: unknown): Promise<PaperAnswer | 'break' | undefined>
}

const siteId = '750712184'
const validDays = 92

export const createMockPapers = (
  origin: string,
  record: (input: ScreeningInput) => ScreeningEntry,
): MockPapers => {
  let lastNumber = 0
  const keys = crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
  const sign = async (bytes: Uint8Array): Promise<Uint8Array> =>
    new Uint8Array(
      await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        (await keys).privateKey,
        new Uint8Array(bytes),
      ),
    )

  const give = async (count: number): Promise<MockSlip[]> => {
    const site = parseFiness(siteId)
    if (!site.ok) throw new Error('the site of the mock is one')
    const issuedAt = new Date(Math.floor(Date.now() / 1000) * 1000)
    const expiresAt = new Date(issuedAt.getTime() + validDays * 86_400_000)
    const given: MockSlip[] = []
    for (let index = 0; index < count; index += 1) {
      lastNumber += 1
      const serial = makeSlipSerial(site.value, lastNumber, (bytes) =>
        crypto.getRandomValues(new Uint8Array(bytes)),
      )
      const code = makeSlipCode(site.value, (bytes) =>
        crypto.getRandomValues(new Uint8Array(bytes)),
      )
      const grant = { serial, siteName: 'Pharmacie du Parvis', issuedAt, expiresAt }
      given.push({
        serial: serial.text,
        printed: writeSlipSerial(serial),
        number: serial.number,
        issuedAt: issuedAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        check: await issueSlip(grant, new Uint8Array(8), sign, origin),
        code: writeSlipCode(code),
        address: `${origin}/resultat/#${code.text}`,
      })
    }
    for (const slip of given) papers.slips.set(slip.serial, slip)
    return given
  }

  const reconcile = (batch: Batch): ReconciliationLine[] =>
    batch.items.map((item): ReconciliationLine => {
      if (item.kind === 'ask') return { id: item.id, status: 'acknowledged' }
      const judged = papers.judge(item.screening, item.slip)
      if (judged !== undefined) return { id: item.id, ...judged }
      const entry = record(item.screening)
      if (item.slip !== null) papers.slips.delete(item.slip)
      return { id: item.id, status: entry.state === 'final' ? 'definitive' : 'acknowledged' }
    })

  const work = async (
    method: string,
    path: string,
    body: unknown,
  ): Promise<PaperAnswer | undefined> => {
    if (path === routes.siteNotices) return { status: 200, body: { notices: [] } }
    if (path === routes.slips && method === 'GET') {
      const slips = [...papers.slips.values()].map(({ check, code, address, ...slip }) => slip)
      return { status: 200, body: { slips, truncated: false } }
    }
    if (path === routes.slips && Check(SlipsInput, body)) {
      return {
        status: 201,
        body: { siteName: 'Pharmacie du Parvis', slips: await give(body.count) },
      }
    }
    if (path === routes.slipCancellations && Check(SlipCancellation, body)) {
      const serials = body.serials ?? [...papers.slips.keys()]
      papers.cancellations.push({ serials: body.serials ?? null, reason: body.reason })
      const cancelled = serials.filter((serial) => papers.slips.delete(serial)).length
      return { status: 200, body: { cancelled } }
    }
    if (path === routes.likelyDuplicates && Check(DuplicatesInput, body)) {
      const found = body.screenings.flatMap(({ id, familyName }) => {
        const known = papers.alike.get(familyName)
        return known === undefined ? [] : [{ id, ...known }]
      })
      return { status: 200, body: { found } }
    }
    if (path === routes.reconciliations && Check(ReconciliationBatch, body)) {
      papers.batches.push(body)
      return { status: 200, body: { lines: reconcile(body), retryAfterSeconds: null } }
    }
    return undefined
  }

  const papers: MockPapers = {
    slips: new Map(),
    cancellations: [],
    batches: [],
    alike: new Map(),
    judge: () => undefined,
    fault: null,
    answer: async (method, path, body) => {
      const ours: readonly string[] = [
        routes.siteNotices,
        routes.slips,
        routes.slipCancellations,
        routes.likelyDuplicates,
        routes.reconciliations,
      ]
      const isOurs = ours.includes(path)
      const { fault } = papers
      if (!isOurs) return undefined
      if (fault !== null && fault !== 'lose' && method === 'POST') return fault
      const answer = await work(method, path, body)
      return fault === 'lose' && method === 'POST' ? 'break' : answer
    },
  }
  return papers
}
