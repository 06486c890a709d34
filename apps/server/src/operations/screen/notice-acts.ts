/**
 * Tolerance notices from the screen of operations: one person drafts, another one signs, and either kind is taken back.
 * What a notice says is decided by packages/trust, and that two people are needed by the store and the database.
 */
import type { ActDone, BodyOf, NoticeDrafted, NoticeView } from '@sidep/contracts'
import { routes } from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { schemaOf } from '../../platform/contract.ts'
import type { GuardOperator } from '../../platform/operating.ts'
import { Problem } from '../../platform/problems.ts'
import { operatingOf } from './operating-of.ts'
import type { By, ScreenActs } from './screen-acts.ts'

export interface NoticeActDependencies {
  readonly guardOperator: GuardOperator
  readonly acts: Pick<ScreenActs, 'draftNotice' | 'signNotice' | 'withdrawNotice'>
  readonly notices: () => Promise<readonly NoticeView[]>
  readonly sayAct: (request: FastifyRequest, what: string, reason: string) => Promise<By>
}

/** An instant with its offset, as the store has it. @throws Problem REQUEST_INVALID */
const instantOf = (text: string, pointer: string): string => {
  const instant = new Date(text)
  if (!/(Z|[+-]\d\d:\d\d)$/.test(text) || Number.isNaN(instant.getTime()))
    throw new Problem('REQUEST_INVALID', { faults: [{ pointer, code: 'MALFORMED' }] })
  return instant.toISOString()
}

export const registerNoticeActs = (
  app: FastifyInstance,
  { guardOperator, acts, notices, sayAct }: NoticeActDependencies,
): void => {
  const known = async (id: string): Promise<NoticeView> => {
    const found = (await notices()).find((notice) => notice.id === id)
    if (found === undefined) throw new Problem('NOTICE_UNKNOWN')
    return found
  }

  app.post<{ Body: BodyOf<typeof endpoints.draftNotice> }>(
    routes.operationsNotices,
    { schema: schemaOf(endpoints.draftNotice), ...guardOperator(endpoints.draftNotice) },
    async (request, reply): Promise<NoticeDrafted> => {
      const { reason, ...draft } = request.body
      const from = instantOf(draft.from, '/from')
      const until = instantOf(draft.until, '/until')
      const by = await sayAct(request, 'notice drafted', reason)
      const notice = await acts.draftNotice({ ...draft, from, until }, by)
      if (notice === null)
        throw new Problem('REQUEST_INVALID', {
          faults: [{ pointer: '/until', code: 'NOT_ALLOWED' }],
        })
      reply.code(201)
      return { notice }
    },
  )

  app.post<{ Body: BodyOf<typeof endpoints.signNotice> }>(
    routes.operationsNoticeSignatures,
    { schema: schemaOf(endpoints.signNotice), ...guardOperator(endpoints.signNotice) },
    async (request): Promise<ActDone> => {
      const { notice: id, reason } = request.body
      const notice = await known(id)
      if (notice.signedBy !== null) return { isChanged: false }
      if (notice.draftedBy === operatingOf(request).person.id)
        throw new Problem('SECOND_PERSON_REQUIRED')
      const by = await sayAct(request, `notice ${id} signed`, reason)
      return { isChanged: await acts.signNotice(id, by) }
    },
  )

  app.post<{ Body: BodyOf<typeof endpoints.withdrawNotice> }>(
    routes.operationsNoticeWithdrawals,
    { schema: schemaOf(endpoints.withdrawNotice), ...guardOperator(endpoints.withdrawNotice) },
    async (request): Promise<ActDone> => {
      const { notice: id, reason } = request.body
      await known(id)
      const by = await sayAct(request, `notice ${id} withdrawn`, reason)
      return { isChanged: await acts.withdrawNotice(id, by) }
    },
  )
}
