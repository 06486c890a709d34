/** What may be entered, with look-ups: the same for the gate, which has it from its database, and the counter. */
import type { Catalogue } from '@sidep/contracts'

export type TestKind = Catalogue['kinds'][number]
export type Device = Catalogue['devices'][number]

/** The catalogue as `GET /api/catalogue` gives it, with look-ups. */
export interface CatalogueTables {
  readonly view: Catalogue
  kind(code: string): TestKind | undefined
  device(id: string): Device | undefined
  hasDisease(code: string): boolean
}

export const catalogueTables = (view: Catalogue): CatalogueTables => {
  const kinds = new Map(view.kinds.map((kind) => [kind.code, kind]))
  const devices = new Map(view.devices.map((device) => [device.id, device]))
  const diseases = new Set(view.diseases.map(({ code }) => code))
  return {
    view,
    kind: (code) => kinds.get(code),
    device: (id) => devices.get(id),
    hasDisease: (code) => diseases.has(code),
  }
}

/** Whether a device was on the list on a day, `YYYY-MM-DD`. */
export const isDeviceValidOn = (
  { validFrom, validUntil }: Pick<Device, 'validFrom' | 'validUntil'>,
  day: string,
): boolean => (validFrom === null || day >= validFrom) && (validUntil === null || day <= validUntil)
