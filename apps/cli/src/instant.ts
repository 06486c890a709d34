import { parseInstant } from '@sidep/hcert'

/**
 * An instant as people and test clocks write it: RFC 3339, or a date alone (midnight UTC), without
 * seconds, or without offset (UTC).
 */
export const parseInstantLeniently = (text: string): Date | null => {
  const match = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?(\D.*)?)?$/.exec(
    text.trim(),
  )
  if (match === null) return null
  const [, day, minute = '00:00', seconds = ':00', offset = ''] = match
  const [whole = '', fraction] = seconds.split('.')
  const milliseconds = fraction === undefined ? '' : `.${fraction.slice(0, 9)}`
  return parseInstant(`${day}T${minute}${whole}${milliseconds}${offset.trim() || 'Z'}`)
}
