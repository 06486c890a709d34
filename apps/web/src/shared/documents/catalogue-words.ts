import type { Catalogue } from '@sidep/contracts'
import type { Bilingual, DocumentWords } from './certificate-document.ts'

/** The codes of a screening that a document spells out. */
export interface ScreeningCodes {
  readonly kind: string
  readonly disease: string
  readonly device: string
  /** As typed, when `device` is `other`. */
  readonly deviceName: string | null
}

/**
 * Labels for a screening's codes. A code the catalogue does not (any longer) know is shown as it is: an old
 * certificate stays printable after a device leaves the list. Without a catalogue (offline), all are.
 */
export const documentWords = (
  codes: ScreeningCodes,
  catalogue: Catalogue | null,
  verifierAddress: string,
): DocumentWords => ({
  test: labelOf(catalogue?.kinds, codes.kind),
  disease: labelOf(catalogue?.diseases, codes.disease),
  device: deviceLabel(codes, catalogue),
  verifierAddress,
})

const labelOf = (
  entries: readonly { code: string; label: Bilingual }[] | undefined,
  code: string,
): Bilingual => entries?.find((entry) => entry.code === code)?.label ?? { fr: code, en: code }

/** "Maker, Name", as the EU list writes it in two columns. */
export const deviceLabel = (
  codes: Pick<ScreeningCodes, 'device' | 'deviceName'>,
  catalogue: Catalogue | null,
): string => {
  const device = catalogue?.devices.find(({ id }) => id === codes.device)
  if (device === undefined) return codes.deviceName ?? codes.device
  return device.name.startsWith(device.maker) ? device.name : `${device.maker}, ${device.name}`
}

/** A device where there is little room: what tells one from another first. */
export const shownDevice = ({
  name,
  maker,
}: {
  readonly name: string
  readonly maker: string
}): string => (name.startsWith(maker) ? name : `${name}, ${maker}`)

/** The same of a screening's code. */
export const shownDeviceOf = (
  codes: Pick<ScreeningCodes, 'device' | 'deviceName'>,
  catalogue: Catalogue | null,
): string => {
  const device = catalogue?.devices.find(({ id }) => id === codes.device)
  return device === undefined ? deviceLabel(codes, catalogue) : shownDevice(device)
}
