import { type ReadSlip, type Slip, verifySlip, writeSlipSerial } from '@sidep/continuity'
import type { Trust } from '@sidep/trust'
import { withdrawnIn } from './continuity-trust.ts'
import { toleranceFor, underNotice } from './tolerance.ts'
import {
  accepted,
  type CertificateView,
  refused,
  type Step,
  unreadable,
  type Verdict,
} from './verdict.ts'

/**
 * A slip on its way through the steps. Accepted means: a good sheet of that site. Nothing that is
 * written on it by hand is known here, so that no country's rules can apply.
 */
export const verifyReadSlip = async (read: ReadSlip, trust: Trust, at: Date): Promise<Verdict> => {
  if (!read.ok) return unreadable(stepOf(read.code), read.code)
  const { slip } = read
  const judge = (moment: Date) =>
    verifySlip(slip, trust.continuity, moment, withdrawnIn(trust).slips)
  const own = await judge(at)
  const notice = toleranceFor(trust, 'slip', slip.serial.siteId, at)
  const isLate = !own.ok && own.code === 'SLIP_EXPIRED' && notice !== undefined
  // Only its time may be over: whether it was cancelled is asked after that.
  const verified = isLate ? await judge(new Date(slip.expiresAt.getTime() - 1)) : own
  const view = viewOfSlip(slip)
  if (verified.ok) {
    return isLate
      ? accepted(underNotice(view, notice), new Date(notice.until))
      : accepted(view, slip.expiresAt)
  }
  switch (verified.code) {
    case 'SLIP_KEY_UNKNOWN':
    case 'SLIP_KEY_NOT_VALID':
      return refused('key', verified.code)
    case 'SLIP_SIGNATURE':
      return refused('signature', verified.code)
    case 'SLIP_CANCELLED':
      return refused('revocation', verified.code, view)
    default:
      return refused('validity', verified.code, view)
  }
}

/** The text's own encoding is base32; it stands where others have base45. */
const stepOf = (code: string): Step => {
  if (code.startsWith('CBOR_')) return 'cbor'
  if (code.startsWith('COSE_') || code === 'SLIP_HEADER') return 'cose'
  if (code.startsWith('BASE32_') || code === 'SLIP_TOO_LARGE') return 'base45'
  return 'cwt'
}

const viewOfSlip = (slip: Slip): CertificateView => ({
  format: 'slip',
  kind: 'test',
  familyName: '',
  firstNames: '',
  birthDate: '',
  id: writeSlipSerial(slip.serial),
  issuer: slip.serial.siteId,
  site: slip.siteName,
  notices: ['HANDWRITTEN', 'CHECK_IDENTITY'],
  medical: {},
})
