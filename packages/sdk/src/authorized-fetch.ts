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

/** There will be no credentials until a professional lets the software in again. */
export class AuthorizationEnded extends Error {
  override readonly name = 'AuthorizationEnded'
}

/** Where credentials come from. */
export interface Authorization {
  /**
   * Headers by which a request is let in. Rejected while there can be none: that counts as a portal out of reach, and with
   * {@link AuthorizationEnded} as one that answered `DELEGATION_ENDED`.
   */
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

/** As the portal answers whose delegation is over. */
const ended = (): Response => Response.json({ code: 'DELEGATION_ENDED' }, { status: 401 })

/** Every request that records is idempotent, so that one which was not let in may be sent again. */
export const makeAuthorizedFetch =
  ({ portal, fetch, authorization }: Transport, hearEnd: () => void): ApiDependencies['fetch'] =>
  async (path, init) => {
    const request = {
      method: init.method ?? 'GET',
      path,
      body: typeof init.body === 'string' ? init.body : '',
    }
    const ask = async (): Promise<Response | null> => {
      const own = await authorization.headers(request).catch((error: unknown) => {
        if (!(error instanceof AuthorizationEnded)) throw error
        hearEnd()
        return null
      })
      if (own === null) return null
      const headers = { ...Object.fromEntries(new Headers(init.headers)), ...own }
      return fetch(new URL(path, portal).href, { ...init, headers })
    }
    const response = await ask()
    if (response === null) return ended()
    if (response.status !== 401 || !authorization.renew()) return response
    await response.body?.cancel()
    return (await ask()) ?? ended()
  }
