/** The telephone of the stand-in: what waits to be confirmed on it, a page to do so, and the same for tests. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type BackchannelAuthenticationRequest, errors, type Provider } from 'oidc-provider'
import type { SyntheticProfessional } from '../directory/synthetic-professional.ts'
import { subjectOf } from './claims.ts'
import { answerPage, assuranceLevel, type People, readForm } from './interactions.ts'
import { renderTelephone } from './pages.ts'
import { texts } from './texts.ts'

/** What a telephone shows. */
export interface PhoneRequest {
  readonly id: string
  /** To compare with what the computer shows. */
  readonly bindingMessage: string
}

export type PhoneAnswer = 'confirm' | 'refuse'

export interface Telephone {
  /** Called by the provider when a client asks for somebody. */
  ring(request: BackchannelAuthenticationRequest): void
  /** What waits on somebody's telephone, the newest first. */
  waiting(nationalId: string): readonly PhoneRequest[]
  /** Answers one. @returns false when it does not wait (any more) */
  answer(nationalId: string, id: string, answer: PhoneAnswer): Promise<boolean>
  /** Serves `/telephone`. @returns whether the request was for it */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
}

interface Waiting {
  readonly request: BackchannelAuthenticationRequest
  readonly bindingMessage: string
}

/** Requests on one telephone; a real one shows one at a time. */
const waitingMax = 5
const phonesMax = 100_000

/** @param providerOf the provider, made after its telephone */
export const createTelephone = (providerOf: () => Provider, people: People): Telephone => {
  const phones = new Map<string, Waiting[]>()

  const waitingOf = (nationalId: string): Waiting[] =>
    (phones.get(subjectOf(nationalId)) ?? []).filter(({ request }) => !request.isExpired)

  const settle = async (
    { request }: Waiting,
    person: SyntheticProfessional,
    answer: PhoneAnswer,
  ): Promise<void> => {
    const provider = providerOf()
    if (answer === 'refuse') {
      await provider.backchannelResult(request, new errors.AccessDenied(texts.refused))
      return
    }
    const grant = new provider.Grant({
      accountId: subjectOf(person.nationalId),
      clientId: request.clientId,
    })
    grant.addOIDCScope('openid scope_all')
    await grant.save()
    await provider.backchannelResult(request, grant, {
      acr: assuranceLevel,
      amr: ['mobile'],
      authTime: Math.floor(Date.now() / 1000),
    })
  }

  const answer: Telephone['answer'] = async (nationalId, id, given) => {
    const person = people.byNationalId(nationalId)
    const found = waitingOf(nationalId).find(({ request }) => request.jti === id)
    if (person === undefined || found === undefined) return false
    const subject = subjectOf(nationalId)
    phones.set(
      subject,
      waitingOf(nationalId).filter((one) => one !== found),
    )
    await settle(found, person, given)
    return true
  }

  const waiting = (nationalId: string): PhoneRequest[] =>
    waitingOf(nationalId).map(({ request, bindingMessage }) => ({
      id: request.jti,
      bindingMessage,
    }))

  return {
    ring: (request) => {
      const { accountId } = request
      const oldest = phones.keys().next()
      if (phones.size >= phonesMax && !phones.has(accountId) && !oldest.done) {
        phones.delete(oldest.value)
      }
      const message = request.params.binding_message
      const entry = { request, bindingMessage: typeof message === 'string' ? message : '' }
      phones.set(accountId, [entry, ...(phones.get(accountId) ?? [])].slice(0, waitingMax))
    },
    waiting,
    answer,
    handle: async (request, response) => {
      const url = new URL(request.url ?? '/', 'http://stand-in.invalid')
      if (url.pathname !== '/telephone') return false
      if (request.method === 'GET') {
        const nationalId = (url.searchParams.get('nationalId') ?? '').replace(/\s/g, '')
        const person = people.byNationalId(nationalId)
        answerPage(response, 200, renderTelephone(nationalId, person, waiting(nationalId), null))
        return true
      }
      if (request.method !== 'POST') return false
      const form = await readForm(request)
      const nationalId = form.get('nationalId') ?? ''
      const given = form.get('answer') === 'confirm' ? 'confirm' : 'refuse'
      const isDone = await answer(nationalId, form.get('request') ?? '', given)
      const said = isDone ? texts.phoneDone[given] : texts.phoneGone
      const person = people.byNationalId(nationalId)
      answerPage(
        response,
        isDone ? 200 : 404,
        renderTelephone(nationalId, person, waiting(nationalId), said),
      )
      return true
    },
  }
}
