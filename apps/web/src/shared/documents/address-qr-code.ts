import { qrcode } from 'bwip-js/generic'
import type { ModuleMatrix } from './module-matrix.ts'
import { ModuleRaster } from './module-raster.ts'

/**
 * The QR code of an address whose fragment is in base32. The encoder changes its mode on the way: letters
 * and figures of the fragment take 5.5 bits, only the lower-case beginning takes 8. A slip of 312 characters
 * has 61 modules a side so, and 69 in one mode for all: on paper that is the difference between read and not.
 *
 * @param text ASCII
 * @throws Error from the encoder when the text does not fit.
 */
export const addressQrCode = (text: string): ModuleMatrix => {
  // Its error correction is M, or better where the same size allows it, unless told otherwise.
  return qrcode({ bcid: 'qrcode', text, scale: 1, padding: 0 }, new ModuleRaster())
}
