import { Catalogue, ScreeningEntry, SessionView } from '@sidep/contracts'
import { Type } from 'typebox'
import { Check } from 'typebox/schema'
import type { Vault } from '../../shared/storage/index.ts'

/** What a reload without the server starts from. All of it goes when one signs out. */
const CachedLists = Type.Object({
  site: Type.String(),
  day: Type.String(),
  entries: Type.Array(ScreeningEntry),
  isTruncated: Type.Boolean(),
})

const places = {
  session: 'cache/session',
  lists: 'cache/lists',
  catalogue: 'cache/catalogue',
  holder: 'continuity/holder',
  devices: 'preferences/devices',
} as const

const recentDevicesMax = 6

/** The counter's memory between two loads of the page, each part checked when read. */
export const createMemory = (vault: Vault) => ({
  session: async (): Promise<SessionView | null> => {
    const stored = await vault.get(places.session)
    return Check(SessionView, stored) ? stored : null
  },
  keepSession: ({ serverTime: _past, ...session }: SessionView): Promise<void> =>
    vault.put(places.session, session),
  /** Stays after a sign-out: whose booklet it is, and where; their code is needed to use it. */
  holder: async (): Promise<SessionView | null> => {
    const stored = await vault.get(places.holder)
    return Check(SessionView, stored) ? stored : null
  },
  keepHolder: ({ serverTime: _past, ...session }: SessionView): Promise<void> =>
    vault.put(places.holder, session),
  forgetHolder: (): Promise<void> => vault.delete(places.holder),
  catalogue: async (): Promise<Catalogue | null> => {
    const stored = await vault.get(places.catalogue)
    return Check(Catalogue, stored) ? stored : null
  },
  keepCatalogue: (catalogue: Catalogue): Promise<void> => vault.put(places.catalogue, catalogue),
  /** Lists of this site and day; null when there are none, or they are of another. */
  lists: async (site: string, day: string) => {
    const stored = await vault.get(places.lists)
    return Check(CachedLists, stored) && stored.site === site && stored.day === day ? stored : null
  },
  keepLists: (
    site: string,
    day: string,
    entries: readonly ScreeningEntry[],
    isTruncated: boolean,
  ): Promise<void> => vault.put(places.lists, { site, day, entries, isTruncated }),
  recentDevices: async (): Promise<string[]> => {
    const stored = await vault.get(places.devices)
    return Check(Type.Array(Type.String()), stored) ? stored.slice(0, recentDevicesMax) : []
  },
  keepRecentDevices: (devices: readonly string[]): Promise<void> =>
    vault.put(places.devices, devices),
  forgetPeople: async (): Promise<void> => {
    await vault.delete(places.session)
    await vault.delete(places.lists)
  },
})
export type Memory = ReturnType<typeof createMemory>

/** The device just used comes first; each once. */
export const withRecentDevice = (devices: readonly string[], used: string): string[] =>
  [used, ...devices.filter((device) => device !== used)].slice(0, recentDevicesMax)
