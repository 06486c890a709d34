/** Which browser on which system somebody came with, as far as it helps them to know their own: no version, no model. */
import type { BrowserFamily, SystemFamily } from '@sidep/contracts'

export interface SeenBrowser {
  readonly browser: BrowserFamily
  readonly system: SystemFamily
}

/** Longer ones are no browser's. */
const charactersMax = 512

// Order matters: Edge, Opera and Samsung Internet also say Chrome, and Chrome also says Safari.
const browsers: readonly (readonly [RegExp, BrowserFamily])[] = [
  [/\bEdg(?:A|iOS)?\//, 'edge'],
  [/\bOPR\//, 'opera'],
  [/\bSamsungBrowser\//, 'samsung'],
  [/\b(?:Firefox|FxiOS)\//, 'firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, 'chrome'],
  [/\bVersion\/[\d.]+ (?:Mobile\/\w+ )?Safari\//, 'safari'],
]

// Android also says Linux; iPhones also say Mac OS X.
const systems: readonly (readonly [RegExp, SystemFamily])[] = [
  [/\bAndroid\b/, 'android'],
  [/\b(?:iPhone|iPad|iPod)\b/, 'ios'],
  [/\bWindows\b/, 'windows'],
  [/\bMac OS X\b/, 'macos'],
  [/\b(?:Linux|X11|CrOS)\b/, 'linux'],
]

const familyIn = <T>(table: readonly (readonly [RegExp, T])[], text: string): T | undefined =>
  table.find(([pattern]) => pattern.test(text))?.[1]

/** @param userAgent the header as it came (RFC 9110 §10.1.5): anybody can claim anything, and only they are shown it */
export const seenBrowser = (userAgent: string | undefined): SeenBrowser => {
  const text = (userAgent ?? '').slice(0, charactersMax)
  return {
    browser: familyIn(browsers, text) ?? 'other',
    system: familyIn(systems, text) ?? 'other',
  }
}
