/**
 * What other countries publish, as it was last let through the gate: `imports/KIND-SCOPE.json` in a trust folder, and
 * `imports/alarms.ndjson` with every list that was not.
 */
import { appendFile, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type DccKey,
  emptyContent,
  foreignRevocationsFrom,
  type GatedList,
  gateFault,
  loadListedSigner,
  type TrustContent,
} from '@sidep/trust'
import { carriedRuleSet, ruleSetFromGateway } from '@sidep/verdict'
import { CommandFailure } from '../failure.ts'
import { parseObject } from '../verify/batch.ts'
import type { GatewayList, ListKind } from './gateway-lists.ts'
import { readIfThere, writeWhole } from './trust-folder.ts'

type StoredList = Pick<GatewayList, 'kind' | 'scope' | 'entries'> & {
  readonly asOf: string
  readonly importedAt: string
}

const importsOf = (folder: string): string => join(folder, 'imports')

const fileOf = (folder: string, { kind, scope }: Pick<GatewayList, 'kind' | 'scope'>): string =>
  join(importsOf(folder), `${kind}${scope === '' ? '' : `-${scope}`}.json`)

const readStored = async (file: string): Promise<StoredList | null> => {
  const bytes = await readIfThere(file)
  if (bytes === null) return null
  const stored = parseObject(new TextDecoder().decode(bytes))
  if (stored === null || !Array.isArray(stored.entries)) {
    throw new CommandFailure(`${file} was changed by hand, or by nobody we know`)
  }
  // Written by `storeList` below and by nothing else.
  return stored as StoredList
}

/** Writes down what was kept out, for whoever watches. */
export const raiseAlarm = async (
  folder: string,
  at: Date,
  list: string,
  code: string,
): Promise<void> => {
  await mkdir(importsOf(folder), { recursive: true })
  const alarm = { at: at.toISOString(), list, code }
  await appendFile(join(importsOf(folder), 'alarms.ndjson'), `${JSON.stringify(alarm)}\n`)
}

/**
 * Lets a list through, or keeps the one in force and writes down why.
 *
 * @param mayShrink an operator says that what is gone is gone for good
 * @returns null when it is in force now, or the code of the alarm
 */
export const storeList = async (
  folder: string,
  list: GatewayList,
  at: Date,
  mayShrink: boolean,
): Promise<string | null> => {
  const file = fileOf(folder, list)
  const held = await readStored(file)
  const fault =
    list.fault ??
    gateFault(held && gated(held), gated(list), at, mayShrink) ??
    (await contentFault(list))
  if (fault !== null) return fault
  await mkdir(importsOf(folder), { recursive: true })
  const { kind, scope, entries } = list
  const times = { asOf: list.asOf.toISOString(), importedAt: at.toISOString() }
  const stored: StoredList = { kind, scope, ...times, entries }
  await writeWhole(file, JSON.stringify(stored))
  return null
}

const gated = ({
  asOf,
  entries,
}: Pick<GatewayList, 'entries'> & { asOf: Date | string }): GatedList => ({
  asOf: new Date(asOf),
  entries: new Map(entries.map(({ name, country }) => [name, country])),
})

/** Why a list could not be used although the gate lets it pass; null when it can. */
const contentFault = async ({ kind, entries }: GatewayList): Promise<string | null> => {
  if (kind === 'keys') {
    const loaded = await Promise.all(entries.map(({ value }) => loadListedSigner(value as DccKey)))
    const usable = loaded.filter(({ ok }) => ok).length
    // A key of a form that nobody here reads is left out; a list of them is another list.
    return usable * 2 < entries.length ? 'LIST_KEYS_UNUSABLE' : null
  }
  if (kind === 'rules') {
    const set = ruleSetFromGateway(
      entries.map(({ value }) => value),
      {},
    )
    return set.ok ? null : set.code
  }
  return null
}

export interface Imports {
  readonly keys: ReadonlyMap<string, readonly DccKey[]>
  readonly ruleSets: readonly unknown[]
  readonly valueSets: Readonly<Record<string, readonly string[]>>
  readonly foreign: ReturnType<typeof foreignRevocationsFrom>
  /** When all of a kind was last known to be what its source says; null when there is none. */
  readonly asOf: (kind: ListKind) => Date | null
}

/** All that is in force. */
export const readImports = async (folder: string, at: Date): Promise<Imports> => {
  const lists = await storedLists(folder)
  const of = (kind: ListKind): StoredList[] => lists.filter((list) => list.kind === kind)
  const valuesOf = (kind: ListKind): unknown[] =>
    of(kind).flatMap(({ entries }) => entries.map(({ value }) => value))
  const keys = Map.groupBy(
    of('keys').flatMap(({ entries }) => entries),
    ({ country }) => country,
  )
  const valueSets = Object.fromEntries(
    of('value-sets').map(({ scope, entries }) => [scope, entries.map(({ name }) => name)]),
  )
  const sets = of('rules').map(({ entries }) => carriedRuleSet(entries.map(({ value }) => value)))
  return {
    keys: new Map(
      [...keys].map(([country, list]) => [country, list.map(({ value }) => value as DccKey)]),
    ),
    ruleSets: sets.flatMap((set) => (set.ok ? [set.value] : [])),
    valueSets,
    foreign: foreignRevocationsFrom(valuesOf('revocations'), at),
    asOf: (kind) => oldest(of(kind).map(({ asOf }) => new Date(asOf))),
  }
}

const storedLists = async (folder: string): Promise<StoredList[]> => {
  const names = await readdir(importsOf(folder)).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  const files = names.filter((name) => name.endsWith('.json')).sort()
  const lists = await Promise.all(files.map((name) => readStored(join(importsOf(folder), name))))
  return lists.filter((list) => list !== null)
}

const oldest = (dates: readonly Date[]): Date | null =>
  dates.reduce<Date | null>((first, date) => (first === null || date < first ? date : first), null)

/** Everything to trust: this installation's own signers, and what was imported. */
export const contentOfImports = (
  { keys, ruleSets, valueSets, foreign }: Imports,
  own: Pick<TrustContent, 'keys' | 'twoddoc' | 'continuity'>,
): TrustContent => ({
  ...emptyContent,
  ...own,
  keys: new Map(
    [...new Set([...own.keys.keys(), ...keys.keys()])].map((country) => [
      country,
      [...(own.keys.get(country) ?? []), ...(keys.get(country) ?? [])],
    ]),
  ),
  ruleSets,
  valueSets,
  foreign,
})
