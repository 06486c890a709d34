/** The client of a page: the browser's fetch and clock, and the session's cookie. */
import type { ShownSession } from '@sidep/contracts'
import { type ApiClient, type ApiDependencies, type Contact, makeApiClient } from '@sidep/sdk/http'

export const browserApi = (
  contacted?: (contact: Contact) => void,
  sign?: NonNullable<ApiDependencies['sign']>,
  shown?: () => ShownSession | null,
): ApiClient =>
  makeApiClient({
    fetch: (path, init) => fetch(path, init),
    now: () => new Date(),
    ...(contacted === undefined ? {} : { contacted }),
    ...(sign === undefined ? {} : { sign }),
    ...(shown === undefined ? {} : { shown }),
  })
