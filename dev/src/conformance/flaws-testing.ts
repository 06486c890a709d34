/** Adapters that are wrong in one thing each, by the case that has to find it. */
import { readBooklet, signProvisional } from '@sidep/continuity'
import { problemRegistry, routes, type ScreeningInput } from '@sidep/contracts'
import { base64ToBytes } from '@sidep/encoding'
import {
  makeVendorAccess,
  memoryStore,
  type OutboxDependencies,
  surroundings,
} from '@sidep/sdk/node'
import { keyOfBooklet } from '@sidep/sdk/parts'
import type { Adapter, AdapterSurroundings } from './adapter.ts'
import { importClientKey } from './client-key.ts'
import { sdkAdapter } from './sdk-adapter.ts'

type Fetch = OutboxDependencies['fetch']
type Flaw = (surroundings: AdapterSurroundings) => Promise<Adapter>

const byFetch =
  (wrap: (fetch: Fetch) => Fetch): Flaw =>
  (given) =>
    sdkAdapter(given, (dependencies) => ({ ...dependencies, fetch: wrap(dependencies.fetch) }))

const textOf = ({ body }: RequestInit): string => (typeof body === 'string' ? body : '')
const isFor = (url: string, path: string): boolean => new URL(url).pathname === path

/** Sends the same once more, at once, after an answer of that status. */
const impatient = (status: number): Flaw =>
  byFetch((fetch) => async (url, init) => {
    const response = await fetch(url, init)
    return response.status === status ? fetch(url, init) : response
  })

/** After a lost answer what was sent goes on under an id of its own. */
const anotherId: Flaw = byFetch((fetch) => {
  const others = new Map<string, string>()
  return async (url, init) => {
    const sent = textOf(init)
    const renamed = [...others].reduce((text, [id, other]) => text.replaceAll(id, other), sent)
    try {
      return await fetch(url, renamed === sent ? init : { ...init, body: renamed })
    } catch (error) {
      if (isFor(url, routes.screenings)) {
        const { id } = JSON.parse(sent) as ScreeningInput
        others.set(id, id.replace(/.{4}$/, 'beef'))
      }
      throw error
    }
  }
})

const knownIsAnError: Flaw = byFetch((fetch) => async (url, init) => {
  const response = await fetch(url, init)
  if (!isFor(url, routes.screenings) || response.status !== 200) return response
  const { status, title } = problemRegistry.SCREENING_ID_REUSED
  const body = { code: 'SCREENING_ID_REUSED', title: title.fr, status, support: 'FLAW' }
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json' } })
})

/** What a batch's answer left out counts as done. */
const leftOutIsDone: Flaw = byFetch((fetch) => async (url, init) => {
  const response = await fetch(url, init)
  if (!isFor(url, routes.reconciliations) || !response.ok) return response
  const { items } = JSON.parse(textOf(init)) as { readonly items: readonly { id: string }[] }
  const answer = (await response.json()) as { readonly lines: readonly { id: string }[] }
  const told = new Set(answer.lines.map(({ id }) => id))
  const made = items
    .filter(({ id }) => !told.has(id))
    .map(({ id }) => ({ id, status: 'definitive' }))
  return Response.json({ ...answer, lines: [...answer.lines, ...made] })
})

const byAnswer =
  (change: (adapter: Adapter) => Adapter['ask']): Flaw =>
  async (given) => {
    const adapter = await sdkAdapter(given)
    return { ...adapter, ask: change(adapter) }
  }

const hidesRefusals = byAnswer(({ ask }) => async (command) => {
  const answer = await ask(command)
  return answer.outcome === 'refused' ? { outcome: 'kept', provisional: null } : answer
})

const correctsByAnother = byAnswer(({ ask }) => {
  const entered = new Map<string, Parameters<Adapter['ask']>[0]>()
  return async (command) => {
    const before = command.do === 'correct' ? entered.get(command.screening) : undefined
    if (command.do === 'correct' && before?.do === 'record') {
      await ask({ ...before, screening: { ...before.screening, result: command.result } })
      return { outcome: 'done' }
    }
    const answer = await ask(command)
    if (command.do === 'record' && answer.screening !== undefined)
      entered.set(answer.screening, command)
    return answer
  }
})

const withdrawsNothing = byAnswer(
  ({ ask }) =>
    async (command) =>
      command.do === 'withdraw' ? { outcome: 'done' } : ask(command),
)

/** Brings the screening in without the document that the person holds. */
const leavesDocumentOut: Flaw = byFetch((fetch) => async (url, init) => {
  if (!isFor(url, routes.reconciliations)) return fetch(url, init)
  const { items, ...batch } = JSON.parse(textOf(init)) as { readonly items: readonly object[] }
  const bare = items.map((item) => ({ ...item, ...('slip' in item ? { provisional: null } : {}) }))
  return fetch(url, { ...init, body: JSON.stringify({ ...batch, items: bare }) })
})

/** The document that its user prints is dated by the computer. */
const ownClock: Flaw = async (given) => {
  const seen: { dependencies: OutboxDependencies | null } = { dependencies: null }
  const adapter = await sdkAdapter(given, (dependencies) => {
    seen.dependencies = dependencies
    return dependencies
  })
  return {
    ...adapter,
    ask: async (command) => {
      const answer = await adapter.ask(command)
      const { store, keys } = seen.dependencies ?? {}
      const state = await store?.load()
      const entry = state?.entries.find(({ id }) => id === answer.screening)
      const held = state?.booklets.find(({ id }) => id === entry?.document?.bookletId)
      const input = entry?.screening?.input
      if (!entry?.document || !held || !input || input.result === undefined) return answer
      const bytes = base64ToBytes(held.signed)
      const booklet = bytes.ok ? readBooklet(bytes.value) : null
      const key = keyOfBooklet(held)
      const sign = key === null ? null : await keys?.signer(held.professionalId, key)
      if (!booklet?.ok || !sign || input.result === 'inconclusive') return answer
      const { familyName, firstNames, birthDate } = input.person
      const provisional = await signProvisional(
        {
          booklet: booklet.value,
          number: entry.document.number,
          issuedAt: surroundings.now(),
          person: { familyName, firstNames, birthDate },
          test: {
            disease: '840539006',
            testType: entry.testType ?? '',
            device: input.device,
            sampledAt: new Date(input.sampledAt),
            result: input.result,
          },
        },
        sign,
      )
      return { ...answer, provisional }
    },
  }
}

/** What was on paper is entered as if it had never been. */
const forgetsSlip = byAnswer(
  ({ ask }) =>
    (command) =>
      ask(command.do === 'record' ? { do: 'record', screening: command.screening } : command),
)

const neverRenews: Flaw = (given) =>
  sdkAdapter(given, ({ authorization, ...dependencies }) => ({
    ...dependencies,
    authorization: { ...authorization, renew: () => false },
  }))

const forgets: Flaw = (given) =>
  sdkAdapter(given, (dependencies) => ({ ...dependencies, store: memoryStore() }))

/** Puts its clock right where it is slow, and never where it is fast. */
const neverSignsEarlier: Flaw = async (given) => {
  const { portal, issuer, clientId } = given
  const access = makeVendorAccess({
    portal,
    issuer,
    clientId,
    key: await importClientKey(given.clientKey),
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      const date = response.headers.get('date')
      const isFast = date !== null && Date.parse(date) < Date.now() - 60_000
      if (isFast) response.headers.delete('date')
      return response
    },
    surroundings,
  })
  const authorization = access.authorization(given.refreshToken)
  return sdkAdapter(given, (dependencies) => ({ ...dependencies, authorization }))
}

export const flaws: Readonly<Record<string, Flaw>> = {
  'lost-answer': anotherId,
  duplicate: knownIsAnError,
  'too-many': impatient(problemRegistry.SITE_SHARE_EXCEEDED.status),
  unavailable: impatient(problemRegistry.UNAVAILABLE.status),
  'refusal-shown': hidesRefusals,
  'refusal-final': impatient(problemRegistry.REQUEST_INVALID.status),
  'token-expired': neverRenews,
  correction: correctsByAnother,
  withdrawal: withdrawsNothing,
  'offline-booklet': leavesDocumentOut,
  'clock-skew': ownClock,
  'assertion-clock': neverSignsEarlier,
  slip: forgetsSlip,
  restart: forgets,
  'partial-answer': leftOutIsDone,
}
