/** Signs one provisional certificate from a booklet that this counter holds. */
import {
  type HeldBooklet,
  provisionalRetrievalCode,
  readBooklet,
  type Sign,
  signProvisional,
} from '@sidep/continuity'
import { defaultDisease, type ScreeningInput } from '@sidep/contracts'
import { base64ToBytes } from '@sidep/encoding'
import { parseFiness } from '@sidep/identifiers'

export interface ToCertify {
  readonly booklet: HeldBooklet
  readonly number: number
  /** Milliseconds since 1970, by the portal's clock. */
  readonly issuedAt: number
  readonly testType: string
  readonly input: ScreeningInput
}

const bytesOf = (base64: string): Uint8Array => {
  const bytes = base64ToBytes(base64)
  if (!bytes.ok) throw new RangeError('BOOKLET_UNREADABLE')
  return bytes.value
}

/**
 * The text of the certificate's code.
 * @throws RangeError with the code of what a verifier would refuse it by
 */
export const certify = async (
  { booklet, number, issuedAt, testType, input }: ToCertify,
  sign: Sign,
): Promise<string> => {
  const read = readBooklet(bytesOf(booklet.signed))
  if (!read.ok) throw new RangeError(read.code)
  const { result } = input
  if (result !== 'negative' && result !== 'positive') throw new RangeError('NOT_CERTIFIABLE')
  const { familyName, firstNames, birthDate } = input.person
  return signProvisional(
    {
      booklet: read.value,
      number,
      issuedAt: new Date(issuedAt),
      person: { familyName, firstNames, birthDate },
      test: {
        disease: input.disease ?? defaultDisease,
        testType,
        device: input.device,
        sampledAt: new Date(input.sampledAt),
        result,
      },
    },
    sign,
  )
}

/** Where the definitive certificate will be: the code of the person's link. */
export const linkCodeOf = (
  { retrievalSeed, siteId }: Pick<HeldBooklet, 'retrievalSeed' | 'siteId'>,
  screeningId: string,
): Promise<string> => {
  const site = parseFiness(siteId)
  if (!site.ok) throw new RangeError('FINESS')
  return provisionalRetrievalCode(bytesOf(retrievalSeed), site.value, screeningId)
}
