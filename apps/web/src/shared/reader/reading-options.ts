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
 * Whether a code may hold a document of ours: certificate, provisional certificate, 2D-DOC, slip, identity. Others are
 * links and what else stands beside them on paper and screens.
 */
export const carriesDocument = ({ text }: FoundCode): boolean => documentStart.test(text)

const documentStart =
  /^[\s\ufeff]{0,8}(?:\][A-Za-z]\d)?(?:HC1:|FC1:|DC\d|IS\d|https?:\/\/[^\s/?#]{1,255}\/resultat\/?#F)/i

/** A picture with one code or two in it is what people hold up, a page of four slips has eight; more is a hostile one. */
const codesPerPictureMax = 8

const shared = {
  formats: ['QRCode', 'DataMatrix'],
  // The default mode writes "<GS>" for U+001D, which no signature covers.
  textMode: 'Plain',
  maxNumberOfSymbols: codesPerPictureMax,
} as const satisfies ReaderOptions

/**
 * For a camera's frames: no other sizes, the next frame comes anyway. `tryHarder` stays on: without it a DataMatrix is
 * found only in the middle of the picture (measured 11 ms without, 18 ms with, a 600 × 990 frame). Inverted codes are
 * what a phone with a dark theme shows.
 */
export const frameOptions: ReaderOptions = {
  ...shared,
  formats: [...shared.formats],
  tryHarder: true,
  tryInvert: true,
  tryDownscale: false,
}

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
