/** The way to the portal, with the credentials of whoever asks. */
import type { ApiDependencies } from './http/index.ts'

/** A request as its credentials may depend on it. */
export interface RequestToAuthorize {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** As sent; empty without one. */
  readonly body: string
}

/** Where credentials come from. */
export interface Authorization {
  /** Headers by which a request is let in. Rejected while there can be none: that counts as a portal out of reach. */
  readonly headers: (request: RequestToAuthorize) => Promise<Readonly<Record<string, string>>>
  /**
   * The portal did not take them (401).
   *
   * @returns whether the next headers will be others; then the request is sent again, once
   */
  readonly renew: () => boolean
}

export interface Transport {
  /** Address of the portal, or of its port for vendors, without a path. */
  readonly portal: string
  /** As the platform's; in Node one that shows a certificate, where the portal asks for it. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly authorization: Authorization
}

/** Every request that records is idempotent, so that one which was not let in may be sent again. */
export const makeAuthorizedFetch =
  ({ portal, fetch, authorization }: Transport): ApiDependencies['fetch'] =>
  async (path, init) => {
    const request = {
      method: init.method ?? 'GET',
      path,
      body: typeof init.body === 'string' ? init.body : '',
    }
    const ask = async (): Promise<Response> => {
      const own = await authorization.headers(request)
      const headers = { ...Object.fromEntries(new Headers(init.headers)), ...own }
      return fetch(new URL(path, portal).href, { ...init, headers })
    }
    const response = await ask()
    if (response.status !== 401 || !authorization.renew()) return response
    await response.body?.cancel()
    return ask()
  }
