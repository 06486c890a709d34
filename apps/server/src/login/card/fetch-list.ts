/** Fetches a revocation list, bounded in time and bytes. */
import { listBytesMax } from './revocation-list.ts'

/** The authority's service answered with something that is no list, or too much of it. */
export class ListFetchError extends Error {
  override readonly name = 'ListFetchError'
  readonly code: 'LIST_STATUS' | 'LIST_TOO_LARGE'

  constructor(code: 'LIST_STATUS' | 'LIST_TOO_LARGE') {
    super(code)
    this.code = code
  }
}

/** From the first byte to the last; a national list over a slow line. */
const fetchMilliseconds = 60_000

/**
 * @param stopping aborts the fetch
 * @returns the body
 * @throws ListFetchError, or what `fetch` throws when nobody answers in time
 */
export const fetchList = async (url: string, stopping: AbortSignal): Promise<Uint8Array> => {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(fetchMilliseconds)])
  // Who answers for the authority is configured; a redirect would be somebody else's choice.
  const response = await fetch(url, { signal, redirect: 'error' })
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel()
    throw new ListFetchError('LIST_STATUS')
  }
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.length
    if (bytes > listBytesMax) throw new ListFetchError('LIST_TOO_LARGE')
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
