import { encode } from 'uqr'
import type { ModuleMatrix } from './module-matrix.ts'

/** ISO/IEC 18004 §6.3.8: a QR code is surrounded by four light modules. */
export const qrQuietZoneModules = 4

/**
 * Share of the code that may be lost: `M` 15 %, `Q` 25 %. On a screen the larger modules of M read
 * from further away; on paper, which is folded and stained, Q is worth its smaller modules
 * (recommended by the Electronic Health Certificate specification, "QR Code").
 */
export type QrCorrection = 'M' | 'Q'

/**
 * Version 25 (117 modules) at 35 mm still has 0.28 mm modules; denser ones are not read from paper.
 * It holds 1,451 alphanumeric characters at level M; a DCC of a test has 500 to 600.
 */
const qrVersionMax = 25

/**
 * The QR code of an `HC1:` text. Base45 stays within the alphanumeric set, so a character takes 5.5 bits.
 *
 * @param text Any text of the alphanumeric set (base45, prefix included), ≤ 1,451 characters (M).
 * @param correction At least this level; a better one where the same size allows it.
 * @throws RangeError when the text does not fit version 25.
 */
export const qrCode = (text: string, correction: QrCorrection = 'M'): ModuleMatrix => {
  const drawn = encode(text, {
    ecc: correction,
    boostEcc: true,
    border: 0,
    maxVersion: qrVersionMax,
  })
  return { size: drawn.size, rows: drawn.data }
}
