import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FakePortal } from './portal.ts'

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text === '' ? undefined : JSON.parse(text)
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  )

/** Answers a request as the fake portal does; the connection breaks when no answer comes. */
export const answerOverHttp = async (
  portal: FakePortal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const reply = await portal.answer({
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: headersOf(request),
    body: await bodyOf(request),
  })
  if (reply === null) {
    response.destroy()
    return
  }
  response.writeHead(reply.status, { ...reply.headers })
  response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body))
}
