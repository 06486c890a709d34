import type { FakePortal } from './portal.ts'

/** The fake portal as `fetch` reaches it: rejected, as by a browser, when no answer comes. */
export const portalFetch =
  (portal: FakePortal) =>
  async (path: string, init: RequestInit): Promise<Response> => {
    const { method = 'GET', headers, body } = init
    const reply = await portal.answer({
      method,
      path,
      headers: Object.fromEntries(new Headers(headers)),
      // What crosses the wire is text.
      body: typeof body === 'string' ? JSON.parse(body) : undefined,
    })
    if (reply === null) throw new TypeError('failed to fetch')
    const text = reply.body === undefined ? null : JSON.stringify(reply.body)
    return new Response(text, { status: reply.status, headers: reply.headers })
  }
