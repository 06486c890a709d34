const visibleForms: ReadonlyMap<string, string> = new Map([
  ['<GS>', '\u001d'],
  ['<RS>', '\u001e'],
  ['<US>', '\u001f'],
  ['{GS}', '\u001d'],
  ['{RS}', '\u001e'],
  ['{US}', '\u001f'],
  ['^]', '\u001d'],
  ['^^', '\u001e'],
  ['^_', '\u001f'],
  ['\u241d', '\u001d'],
  ['\u241e', '\u001e'],
  ['\u241f', '\u001f'],
])
const visibleForm = /<[GRU]S>|\{[GRU]S\}|\^[\]^_]|[\u241d-\u241f]/g

/**
 * Undoes what a hand scanner does to the text of a DataMatrix: the AIM identifier before it (`]d1`),
 * line ends and spaces around it, and separators spelt out (`<GS>`, `{GS}`, `^]`, `␝`).
 *
 * Separators are put back only when the text has no true one at all, so that a text has one reading.
 *
 * @param text what the scanner typed or the reader returned
 * @returns the text that the code holds
 */
export function restoreScannedText(text: string): string {
  // `trim` knows nothing of GS, RS and US: they stay.
  const bare = text.trim().replace(/^\][dDQ][0-9]/, '')
  if (/[\u001d-\u001f]/.test(bare)) return bare
  return bare.replace(visibleForm, (form) => visibleForms.get(form) ?? form)
}
