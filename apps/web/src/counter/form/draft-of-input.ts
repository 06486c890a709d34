import type { ScreeningInput } from '@sidep/contracts'
import { writeContacts } from '@sidep/identifiers'
import { dayFirst } from '../../shared/typing/dates.ts'
import { typedTimeOf } from '../typing/times.ts'
import { type Draft, typedNames } from './draft.ts'

/** The form of an entry that the server refused, to be corrected under the same id. */
export const draftOfInput = (
  input: ScreeningInput,
  id: string,
  now: Date,
  timeZone: string,
): Draft => {
  const { person } = input
  return {
    id,
    past: [],
    fields: {
      familyName: person.familyName,
      firstNames: typedNames(person.firstNames),
      birthDate: dayFirst(person.birthDate),
      sex: person.sex,
      ins: person.ins ?? '',
      contact: writeContacts(person.contact ?? {}),
      postalCode: person.postalCode ?? '',
      language: person.contact?.language ?? 'fr',
      device: input.device,
      deviceName: input.deviceName ?? '',
      sampledAt: typedTimeOf(new Date(input.sampledAt), now, timeZone),
      catchUp: input.catchUp ?? false,
      lateReason: input.lateReason ?? '',
      symptoms: input.symptoms?.presence ?? '',
      onset: dayFirst(input.symptoms?.onset ?? ''),
      reason: input.reason ?? '',
    },
  }
}
