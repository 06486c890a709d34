import { datamatrix } from 'bwip-js/generic'
import type { ModuleMatrix } from './module-matrix.ts'
import { ModuleRaster } from './module-raster.ts'

/** ISO/IEC 16022 §7.1 asks for one light module around; two forgive a careless cut. */
export const dataMatrixQuietZoneModules = 2

/**
 * The DataMatrix (ECC 200, square) of a 2D-DOC text. The separators GS (U+001D), RS (U+001E) and US
 * (U+001F) are encoded as they are.
 *
 * @param text ASCII, ≤ 1,556 characters.
 * @throws Error from the encoder when the text does not fit.
 */
export const dataMatrix = (text: string): ModuleMatrix =>
  datamatrix({ bcid: 'datamatrix', text, scale: 1, padding: 0 }, new ModuleRaster())
