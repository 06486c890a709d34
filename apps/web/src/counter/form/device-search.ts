import { type Device, isDeviceValidOn } from '@sidep/screening'

export const devicesShownMax = 40

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/**
 * Devices for what was typed: every word must occur in name, maker or id. Without words, those used last
 * come first. At most {@link devicesShownMax}.
 *
 * @param day YYYY-MM-DD of the sampling; devices not on the list that day are left out
 */
export const searchDevices = (
  devices: readonly Device[],
  text: string,
  recent: readonly string[],
  day: string,
): Device[] => {
  const words = plain(text).split(/\s+/).filter(Boolean)
  const rank = new Map(recent.map((id, index) => [id, index]))
  const rankOf = ({ id }: Device): number => rank.get(id) ?? recent.length
  return devices
    .filter((device) => {
      const searched = plain(`${device.name} ${device.maker} ${device.id}`)
      return isDeviceValidOn(device, day) && words.every((word) => searched.includes(word))
    })
    .toSorted(
      (a, b) =>
        rankOf(a) - rankOf(b) || plain(a.maker + a.name).localeCompare(plain(b.maker + b.name)),
    )
    .slice(0, devicesShownMax)
}
