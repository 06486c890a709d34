import type { ReaderOptions } from 'zxing-wasm/reader'

/** Kinds of code this project reads: QR (EU DCC) and DataMatrix (2D-DOC, INS). */
export type CodeKind = 'qr' | 'datamatrix'

/** One code found in a picture. */
export interface FoundCode {
  readonly kind: CodeKind
  /** As encoded: separators GS, RS and US are themselves, not written out. */
  readonly text: string
}

/** The texts of the codes of one picture, at least one. */
export type Texts = readonly [string, ...string[]]

/** The texts of the codes of some kinds, each once. */
export const textsOf = (
  codes: readonly FoundCode[],
  accepts: readonly CodeKind[],
): readonly string[] => [
  ...new Set(codes.filter(({ kind }) => accepts.includes(kind)).map(({ text }) => text)),
]

/**
 * Whether a code may hold a document of ours: certificate, provisional certificate, 2D-DOC, slip, identity, notice, extension
 * of the trust. Others are links and what else stands beside them on paper and screens.
 */
export const carriesDocument = ({ text }: FoundCode): boolean => documentStart.test(text)

const documentStart =
  /^[\s\ufeff]{0,8}(?:\][A-Za-z]\d)?(?:HC1:|FC1:|TN1:|TX1:|DC\d|IS\d|https?:\/\/[^\s/?#]{1,255}\/resultat\/?#F)/i

/** A picture with one code or two in it is what people hold up, a page of four slips has eight; more is a hostile one. */
const codesPerPictureMax = 8

const shared = {
  formats: ['QRCode', 'DataMatrix'],
  // The default mode writes "<GS>" for U+001D, which no signature covers.
  textMode: 'Plain',
  maxNumberOfSymbols: codesPerPictureMax,
} as const satisfies ReaderOptions

/**
 * For a camera's frames. Inverted codes are what a phone with a dark theme shows. A picture made four times smaller costs next to
 * nothing, and is where a DataMatrix with a fold through it is found: the line of the fold is gone in it. Of a frame of 1280 × 720
 * this look takes less than half of what the thorough one does (6 and 13 ms in the middle, 13 and 47 ms for the slowest twentieth,
 * processor time over a hundred papers), and reads as many.
 */
const quickLook: ReaderOptions = {
  ...shared,
  formats: [...shared.formats],
  tryHarder: false,
  tryInvert: true,
  tryRotate: true,
  tryDownscale: true,
  downscaleFactor: 4,
}

/**
 * `tryHarder` finds a DataMatrix away from the middle, too, and a QR code that few lines of the picture cross; another smaller size
 * finds other folds.
 */
export const thoroughLook: ReaderOptions = { ...quickLook, tryHarder: true, downscaleFactor: 3 }

/**
 * The looks at one frame after the other, over and over. Each frame has a quick one first, so that no code that it can
 * read waits for a thorough one; every third frame in which it sees no document has a thorough one as well.
 */
const looksOfFrames: readonly (readonly ReaderOptions[])[] = [
  [quickLook],
  [quickLook],
  [quickLook, { ...thoroughLook, tryInvert: false }],
  [quickLook],
  [quickLook],
  [quickLook, thoroughLook],
]

/**
 * What to try on a frame until one of them finds a document.
 *
 * @param count frames looked at before
 */
export const frameLooks = (count: number): readonly ReaderOptions[] =>
  looksOfFrames[count % looksOfFrames.length] ?? [thoroughLook]

/** For a photo or a scan, which is one chance: every effort. */
export const fileOptions: ReaderOptions = {
  ...shared,
  formats: [...shared.formats],
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  tryDownscale: true,
}

/** What the reading library answers, reduced to what is used here. */
export const foundCodes = (
  results: readonly { readonly isValid: boolean; readonly format: string; readonly text: string }[],
): FoundCode[] =>
  results
    .filter(({ isValid, text }) => isValid && text !== '')
    .map(({ format, text }) => ({ kind: format === 'DataMatrix' ? 'datamatrix' : 'qr', text }))
