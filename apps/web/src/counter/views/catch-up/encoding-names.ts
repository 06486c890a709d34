import type { Encoding } from '../../catch-up/decode-file.ts'

/** As spreadsheets call them when they save, the same in every language. */
export const encodingNames: Readonly<Record<Encoding | 'utf-8-twice', string>> = {
  'utf-8': 'UTF-8',
  'utf-8-twice': 'UTF-8 × 2',
  'utf-16': 'UTF-16',
  'windows-1252': 'Windows-1252',
  macintosh: 'Mac Roman',
  ibm850: 'MS-DOS (850)',
}
