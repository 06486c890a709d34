import type { ProblemDocument } from '@sidep/contracts'

/** The portal did not answer a step of the demonstration as it should. */
export class DemoFailure extends Error {
  override readonly name = 'DemoFailure'
}

const answerMilliseconds = 15_000

/** Talks to a portal as a page would. */
export interface PortalClient {
  /** @throws DemoFailure with the problem's code when the answer is not the expected status */
  postJson(path: string, body: unknown, expectedStatus: number): Promise<unknown>
  getJson(path: string): Promise<unknown>
  getBytes(path: string): Promise<Uint8Array>
}

const problemCodeOf = async (response: Response): Promise<string> => {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return ''
  const problem = (await response.json()) as ProblemDocument
  return ` ${problem.code} ${JSON.stringify(problem.faults ?? [])}`
}

/**
 * @param baseUrl the portal's address without a slash at the end
 * @param cookie the session, absent for who needs none
 */
export const portalClient = (baseUrl: string, cookie?: string): PortalClient => {
  const request = async (path: string, init: RequestInit, status: number): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('origin', new URL(baseUrl).origin)
    if (cookie !== undefined) headers.set('cookie', cookie)
    const signal = AbortSignal.timeout(answerMilliseconds)
    const response = await fetch(`${baseUrl}${path}`, { ...init, headers, signal })
    if (response.status === status) return response
    const code = await problemCodeOf(response)
    throw new DemoFailure(`${init.method ?? 'GET'} ${path} answered ${response.status}${code}`)
  }
  return {
    async postJson(path, body, expectedStatus) {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }
      return (await request(path, init, expectedStatus)).json()
    },
    getJson: async (path) => (await request(path, {}, 200)).json(),
    getBytes: async (path) => new Uint8Array(await (await request(path, {}, 200)).arrayBuffer()),
  }
}
