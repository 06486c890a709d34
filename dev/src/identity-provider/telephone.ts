/** The telephone of the stand-in: what waits to be confirmed on it, a page to do so, and the same for tests. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type BackchannelAuthenticationRequest, errors, type Provider } from 'oidc-provider'
import type { SyntheticProfessional } from '../directory/synthetic-professional.ts'
import { subjectOf } from './claims.ts'
import { answerPage, assuranceLevel, type People, readForm } from './interactions.ts'
import { renderTelephone } from './pages.ts'
import { texts } from './texts.ts'

/** What a telephone shows: never the digits, which whoever sits at the computer must bring. */
export interface PhoneRequest {
  readonly id: string
}

/** The digits that were typed on it, as the computer shows them; null refuses. */
export type PhoneAnswer = string | null

/** What became of an answer; wrong digits refuse the request, so that nobody tries them one by one. */
type PhoneOutcome = 'confirmed' | 'refused' | 'wrong' | 'gone'

export interface Telephone {
  /** Called by the provider when a client asks for somebody. */
  ring(request: BackchannelAuthenticationRequest): void
  /** What waits on somebody's telephone, the newest first. */
  waiting(nationalId: string): readonly PhoneRequest[]
  /** Answers one. */
  answer(nationalId: string, id: string, answer: PhoneAnswer): Promise<PhoneOutcome>
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
export const makeTelephone = (providerOf: () => Provider, people: People): Telephone => {
  const phones = new Map<string, Waiting[]>()

  const waitingOf = (nationalId: string): Waiting[] =>
    (phones.get(subjectOf(nationalId)) ?? []).filter(({ request }) => !request.isExpired)

  const settle = async (
    { request, bindingMessage }: Waiting,
    person: SyntheticProfessional,
    answer: PhoneAnswer,
  ): Promise<PhoneOutcome> => {
    const provider = providerOf()
    if (answer === null || answer.trim() !== bindingMessage) {
      await provider.backchannelResult(request, new errors.AccessDenied(texts.refused))
      return answer === null ? 'refused' : 'wrong'
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
    return 'confirmed'
  }

  const answer: Telephone['answer'] = async (nationalId, id, given) => {
    const person = people.byNationalId(nationalId)
    const found = waitingOf(nationalId).find(({ request }) => request.jti === id)
    if (person === undefined || found === undefined) return 'gone'
    const subject = subjectOf(nationalId)
    phones.set(
      subject,
      waitingOf(nationalId).filter((one) => one !== found),
    )
    return settle(found, person, given)
  }

  const waiting = (nationalId: string): PhoneRequest[] =>
    waitingOf(nationalId).map(({ request }) => ({ id: request.jti }))

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
      const typed = form.get('answer') === 'confirm' ? (form.get('digits') ?? '') : null
      const outcome = await answer(nationalId, form.get('request') ?? '', typed)
      const said = texts.phoneOutcome[outcome]
      const person = people.byNationalId(nationalId)
      answerPage(
        response,
        outcome === 'gone' ? 404 : 200,
        renderTelephone(nationalId, person, waiting(nationalId), said),
      )
      return true
    },
  }
}
