/** The sign-in pages of the stand-in: choose who, then confirm as if on the phone. */
import { randomInt } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import type { SyntheticProfessional } from '../directory/synthetic-professional.ts'
import { subjectOf } from './claims.ts'
import { renderChoice, renderConfirmation, renderExpired } from './pages.ts'
import { texts } from './texts.ts'

/** Assurance level that Pro Santé Connect announces for e-CPS and CPS alike. */
export const assuranceLevel = 'eidas1'

/** Longest list on the page; everybody else types the national id. */
const listedMax = 12
const formBytesMax = 4096

export interface People {
  /** Shown on the page. */
  readonly listed: readonly SyntheticProfessional[]
  byNationalId(nationalId: string): SyntheticProfessional | undefined
  bySubject(subject: string): SyntheticProfessional | undefined
}

/** Indexes people by national id and by subject; the first few are listed on the page. */
export const indexPeople = (
  demo: readonly SyntheticProfessional[],
  others: readonly SyntheticProfessional[] = [],
): People => {
  const byId = new Map([...others, ...demo].map((person) => [person.nationalId, person]))
  const bySubject = new Map(
    [...byId.values()].map((person) => [subjectOf(person.nationalId), person]),
  )
  return {
    listed: demo.slice(0, listedMax),
    byNationalId: (nationalId) => byId.get(nationalId),
    bySubject: (subject) => bySubject.get(subject),
  }
}

/** A posted form, of bounded size. */
export const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => {
  let text = ''
  request.setEncoding('utf8')
  for await (const chunk of request) {
    text += chunk
    if (text.length > formBytesMax) throw new RangeError('form too large')
  }
  return new URLSearchParams(text)
}

/** Headers of every page of ours. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // form-action is left open: browsers apply it to the redirect that ends the sign-in elsewhere.
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const

/** Answers with one of our own pages. */
export const answerPage = (response: ServerResponse, status: number, html: string): void => {
  response.writeHead(status, pageHeaders)
  response.end(html)
}

/**
 * Handles `/interaction/:uid` (GET), `/interaction/:uid/identity` and `/interaction/:uid/confirmation` (POST).
 *
 * @returns whether the request was one of these
 */
export const makeInteractions = (provider: Provider, people: People) => {
  const finish = (
    request: IncomingMessage,
    response: ServerResponse,
    person: SyntheticProfessional,
    answer: string | null,
  ): Promise<void> =>
    provider.interactionFinished(
      request,
      response,
      answer === 'confirm'
        ? {
            login: {
              accountId: subjectOf(person.nationalId),
              acr: assuranceLevel,
              amr: ['mobile'],
            },
          }
        : { error: 'access_denied', error_description: texts.refused },
      { mergeWithLastSubmission: false },
    )

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    uid: string,
    step: string | undefined,
  ): Promise<void> => {
    // Throws when the cookie of this sign-in is missing, expired or of another one.
    const interaction = await provider.interactionDetails(request, response)
    if (interaction.uid !== uid) return answerPage(response, 400, renderExpired())
    const base = `/interaction/${uid}`
    if (step === undefined) {
      return answerPage(response, 200, renderChoice(`${base}/identity`, people.listed, null))
    }
    const form = await readForm(request)
    const typed = (form.get('nationalId') ?? '').replace(/\s/g, '')
    const nationalId = typed === '' ? (form.get('demoIdentity') ?? '') : typed
    const person = people.byNationalId(nationalId)
    if (person === undefined) {
      const fault = nationalId === '' ? texts.nobodyChosen : texts.unknownIdentity
      return answerPage(response, 422, renderChoice(`${base}/identity`, people.listed, fault))
    }
    if (step === 'confirmation') return finish(request, response, person, form.get('answer'))
    const number = randomInt(10, 100).toString()
    return answerPage(response, 200, renderConfirmation(`${base}/confirmation`, person, number))
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const { pathname } = new URL(request.url ?? '/', 'http://stand-in.invalid')
    const match = /^\/interaction\/([\w-]{1,64})(?:\/(identity|confirmation))?$/.exec(pathname)
    const [, uid, step] = match ?? []
    if (uid === undefined || request.method !== (step === undefined ? 'GET' : 'POST')) return false
    try {
      await answer(request, response, uid, step)
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'SessionNotFound') throw error
      answerPage(response, 400, renderExpired())
    }
    return true
  }
}
