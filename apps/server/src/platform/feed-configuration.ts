/** The part of the configuration that says who is told what. */
import { resolve } from 'node:path'
import type { Reader } from './configuration-reader.ts'

export interface ReceiverConfiguration {
  readonly url: string
  /** Bearer token that the receiver knows us by. */
  readonly token: string
}

export interface FeedConfiguration {
  /** Null: what there is to tell waits. */
  readonly receivers: Readonly<
    Record<'tracing' | 'surveillance' | 'open-data', ReceiverConfiguration | null>
  >
  /** CSV file `dep;cl_age90;pop` for the column `pop` of the open series; null: it stays empty. */
  readonly populationFile: string | null
}

export const readFeedConfiguration = (
  { text, url, missing }: Reader,
  workingDirectory: string,
  production: boolean,
): FeedConfiguration => {
  const receiver = (name: string): ReceiverConfiguration | null => {
    const address = url(`${name}_URL`, production ? ['https:'] : ['https:', 'http:'])
    const token = text(`${name}_TOKEN`)
    if (address === null) return null
    if (token === null) missing(`${name}_TOKEN`, 'what the receiver knows this portal by')
    return { url: address, token: token ?? '' }
  }
  const population = text('OPEN_DATA_POPULATION')
  return {
    receivers: {
      tracing: receiver('TRACING'),
      surveillance: receiver('SURVEILLANCE'),
      'open-data': receiver('OPEN_DATA'),
    },
    populationFile: population === null ? null : resolve(workingDirectory, population),
  }
}
