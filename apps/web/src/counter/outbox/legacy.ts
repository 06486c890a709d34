/** What the page of before booklets left in the outbox: one request a place, `outbox/ID/screening` or `…/result`. */
import { Person, type Result, ResultInput, ScreeningInput } from '@sidep/contracts'
import { Type } from 'typebox'
import { Check } from 'typebox/schema'
import type { Vault } from '../../shared/storage/index.ts'
import type { Content, Owner } from './content.ts'
import { entryPrefix } from './stored-outbox.ts'

const LegacyEntry = Type.Object({
  id: Type.String(),
  owner: Type.Union([
    Type.Object({
      professionalId: Type.String(),
      professionalName: Type.String(),
      siteId: Type.String(),
      siteName: Type.String(),
    }),
    Type.Null(),
  ]),
  sitting: Type.Optional(Type.String()),
  request: Type.Union([
    Type.Object({ kind: Type.Literal('screening'), input: ScreeningInput }),
    Type.Object({ kind: Type.Literal('result'), input: ResultInput }),
  ]),
  shown: Type.Object({
    person: Person,
    kind: Type.String(),
    device: Type.String(),
    deviceName: Type.Union([Type.String(), Type.Null()]),
    sampledAt: Type.String(),
  }),
})

export interface Legacy {
  /** The places that it was read from. */
  readonly places: readonly string[]
  readonly content: Content
  readonly owner: Owner | null
}

const placePattern = /^outbox\/[^/]+\/(screening|result)$/

/** One for each screening, a result joined to what it is of. */
export const readLegacy = async (vault: Vault): Promise<Legacy[]> => {
  const found = new Map<string, Legacy>()
  for (const { key, value } of await vault.entries(entryPrefix)) {
    if (!placePattern.test(key) || !Check(LegacyEntry, value)) continue
    const { id, owner, sitting: anonymousDraft = null, request, shown } = value
    const { deviceName, ...rest } = shown
    const before = found.get(id)
    const input: ScreeningInput =
      request.kind === 'screening'
        ? { ...request.input, ...resultOf(before?.content.input) }
        : {
            ...(before?.content.input ?? {
              id,
              ...rest,
              ...(deviceName === null ? {} : { deviceName }),
            }),
            ...request.input,
          }
    const author =
      owner === null ? null : { professionalName: owner.professionalName, siteName: owner.siteName }
    found.set(id, {
      places: [...(before?.places ?? []), key],
      owner,
      content: {
        input,
        author,
        anonymousDraft,
        isRegistered: request.kind === 'result' && (before?.content.isRegistered ?? true),
      },
    })
  }
  return [...found.values()]
}

const resultOf = (input: ScreeningInput | undefined): { result?: Result; resultAt?: string } => ({
  ...(input?.result === undefined ? {} : { result: input.result }),
  ...(input?.resultAt === undefined ? {} : { resultAt: input.resultAt }),
})
