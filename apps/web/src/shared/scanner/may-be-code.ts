import { looksLikeCode, scanReadings } from '@sidep/identifiers'

/** Whether a text begins like any code that is scanned here, through whichever keyboard it was typed. */
export const mayBeCode = (typed: string): boolean =>
  scanReadings(typed).some(({ text }) => looksLikeCode(text))
