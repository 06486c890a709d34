/**
 * What the card port answers: GET sends a browser back to the portal with an assertion, POST opens a session for a
 * program. It is not the portal: it has one address, and every answer ends its connection, so that no card speaks
 * for the next one.
 */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import {
  type CardAnswer,
  type ProblemCode,
  problemRegistry,
  routes,
  safeReturnPath,
} from '@sidep/contracts'
import type { Platform } from '../../platform/context.ts'
import { errorName } from '../../platform/error-name.ts'
import type { AdmitSignIn } from '../../platform/new-sign-in.ts'
import { Problem, problemDocument, supportCode, toProblem } from '../../platform/problems.ts'
import { refusalPath } from '../../platform/refusal-path.ts'
import { logFailedSignIn } from '../failed-sign-in.ts'
import { isOwnOrigin } from '../origin.ts'
import { assertionSecondsMax, makeAssertion, type SeenCard } from './assertion.ts'
import { issuerNameOf } from './card-sessions.ts'
import type { CardCheck } from './check-card.ts'
import type { Presented, PresentedOf } from './presented-card.ts'
import type { CardHolder } from './subject.ts'

export interface CardPortDependencies {
  readonly platform: Platform
  readonly check: (certificate: Uint8Array) => CardCheck
  /** Opens a session for a program; the answer's body and cookie. */
  readonly signIn: (card: SeenCard) => Promise<{
    readonly view: unknown
    readonly cookie: string
  }>
  /** Does a program's sign-in in its turn. */
  readonly admitSignIn: AdmitSignIn
  /** Scheme, host and port at which people reach the card port. */
  readonly origin: () => string
  readonly count: (code: ProblemCode | 'CARD_SEEN' | 'SIGNED_IN') => void
}

const statePattern = /^[A-Za-z0-9_-]{43}$/

const always = {
  'cache-control': 'no-store',
  // The address that comes next carries an assertion.
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  connection: 'close',
} as const

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
}

const redirect = (location: string): Answer => ({ status: 303, headers: { location } })

const send = (response: ServerResponse, { status, headers = {}, body }: Answer): void => {
  const text = body === undefined ? '' : JSON.stringify(body)
  const type = body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }
  const length = { 'content-length': String(Buffer.byteLength(text)) }
  response.writeHead(status, { ...always, ...type, ...length, ...headers })
  response.end(text)
}

const holderId = (holder: CardHolder): string =>
  holder.kind === 'professional' ? holder.professionalId : holder.employeeId

/** A browser asks for pages; what asks for JSON alone is a program. */
const wantsJson = ({ method, headers }: IncomingMessage): boolean =>
  method === 'POST' ||
  (headers.accept?.includes('application/json') === true && !headers.accept.includes('text/html'))

/** The listener of a card port. @param presentedOf where this port's certificates come from */
export const cardPortListener = (
  dependencies: CardPortDependencies,
  presentedOf: PresentedOf,
): RequestListener => {
  const { platform, check, signIn, admitSignIn, origin, count } = dependencies
  const { publicUrl, randomBytes, log } = platform

  const seenOf = (presented: Presented): SeenCard & { readonly holder: CardHolder } => {
    if (!presented.ok) throw new Problem(presented.code)
    const checked = check(presented.certificate)
    if (!checked.ok) throw new Problem(checked.code)
    const { holder, issuer, serial, overdue } = checked
    return { holder, card: { issuer: issuerNameOf(issuer), serial }, overdue }
  }

  const answerBrowser = (request: IncomingMessage, url: URL): Answer => {
    const state = url.searchParams.get('state') ?? ''
    if (!statePattern.test(state)) {
      // Somebody typed the address of the card port: the sign-in begins at the portal.
      if (wantsJson(request)) throw new Problem('LOGIN_STATE_INVALID')
      return redirect(`${publicUrl}${routes.loginCard}`)
    }
    const card = seenOf(presentedOf(request))
    const query = new URLSearchParams({ state, assertion: makeAssertion(platform, state, card) })
    const callback = `${publicUrl}${routes.loginCardCallback}?${query}`
    count('CARD_SEEN')
    if (!wantsJson(request)) return redirect(callback)
    const body: CardAnswer = { callback, expiresInSeconds: assertionSecondsMax }
    return { status: 200, body }
  }

  const answerProgram = async (request: IncomingMessage): Promise<Answer> => {
    if (!isOwnOrigin('POST', request.headers, origin())) throw new Problem('ORIGIN_REFUSED')
    // The card first: who shows none that counts takes nobody's turn.
    const card = seenOf(presentedOf(request))
    const newcomer = { cookie: request.headers.cookie, key: `card/${holderId(card.holder)}` }
    const admitted = await admitSignIn(newcomer, () => signIn(card))
    const place = admitted.setCookie === null ? [] : [admitted.setCookie]
    if (!admitted.begins) {
      const { status, headers, body } = refuse(request, admitted.problem)
      return { status, headers: { ...headers, 'set-cookie': place }, body }
    }
    const { view, cookie } = admitted.value
    count('SIGNED_IN')
    return { status: 200, headers: { 'set-cookie': [cookie, ...place] }, body: view }
  }

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? '/', 'https://card.invalid')
    if (url.pathname !== routes.loginCard) throw new Problem('ROUTE_UNKNOWN')
    if (request.method === 'GET') return answerBrowser(request, url)
    if (request.method === 'POST') return answerProgram(request)
    throw new Problem('METHOD_NOT_ALLOWED')
  }

  const refuse = (request: IncomingMessage, error: unknown): Answer => {
    const problem = toProblem(error)
    const id = Buffer.from(randomBytes(8)).toString('hex')
    const { status } = problemRegistry[problem.code]
    count(problem.code)
    const address = request.socket.remoteAddress ?? ''
    logFailedSignIn(log, { door: 'card', problem, address, support: supportCode(id) })
    if (!wantsJson(request) && status !== 404 && status !== 405) {
      // A browser is on its way: it gets the page that can explain, not a document for machines.
      const { searchParams } = new URL(request.url ?? '/', 'https://card.invalid')
      const returnPath = safeReturnPath(searchParams.get('return'))
      return redirect(`${publicUrl}${refusalPath(problem, returnPath)}`)
    }
    const { headers } = request
    const { retryAfterSeconds } = problem
    return {
      status,
      headers: {
        'content-type': 'application/problem+json; charset=utf-8',
        ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      },
      body: problemDocument(problem, { id, headers }),
    }
  }

  return (request, response) => {
    // Nothing of a body is needed; what comes is read away within the limits of the server.
    request.resume()
    answer(request)
      .catch((error: unknown) => refuse(request, error))
      .then((said) => send(response, said))
      .catch((error: unknown) => {
        log.error({ name: errorName(error) }, 'card port failed')
        response.destroy()
      })
  }
}
