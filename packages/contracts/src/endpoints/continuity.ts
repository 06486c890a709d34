/** What a counter takes ahead for when the portal is away, and what it brings back. */
import {
  BookletAnswer,
  BookletInput,
  BookletsInForce,
  BookletWithdrawal,
  DuplicatesAnswer,
  DuplicatesInput,
  HeartbeatInput,
  ReconciliationAnswer,
  ReconciliationBatch,
  SiteNoticeList,
  SlipCancellation,
  SlipCancellationAnswer,
  SlipList,
  SlipsAnswer,
  SlipsInput,
} from '../continuity.ts'
import { endpoint, IdParameter, sessionOnly } from '../endpoint.ts'
import { routes } from '../routes.ts'

const changing = { signedIn: 'work', anonymous: 'public' } as const
const listing = { signedIn: 'list', anonymous: 'public' } as const

export const listBooklets = endpoint({
  method: 'GET',
  path: routes.booklets,
  access: 'site',
  vendorScope: 'continuity',
  isPublished: true,
  answers: { 200: { schema: BookletsInForce } },
  problems: ['DEVICE_KEY_REQUIRED'],
  traffic: listing,
})

export const giveBooklet = endpoint({
  method: 'POST',
  path: routes.booklets,
  access: 'site',
  vendorScope: 'continuity',
  isPublished: true,
  weight: 'signed',
  body: BookletInput,
  answers: { 201: { schema: BookletAnswer } },
  problems: ['BOOKLETS_TOO_MANY', 'PROFESSIONAL_UNKNOWN'],
  traffic: changing,
})

export const withdrawBooklets = endpoint({
  method: 'POST',
  path: routes.bookletWithdrawals,
  access: 'site',
  weight: 'fresh-if-possible',
  body: BookletWithdrawal,
  answers: { 204: {} },
  problems: ['BOOKLET_UNKNOWN', 'RESPONSIBLE_REQUIRED'],
  traffic: changing,
})

export const sendHeartbeat = endpoint({
  method: 'POST',
  path: routes.heartbeats,
  access: 'site',
  vendorScope: 'continuity',
  isPublished: true,
  body: HeartbeatInput,
  answers: { 204: {} },
  traffic: listing,
})

export const listSlips = endpoint({
  method: 'GET',
  path: routes.slips,
  access: 'site',
  answers: { 200: { schema: SlipList } },
  traffic: listing,
})

export const printSlips = endpoint({
  method: 'POST',
  path: routes.slips,
  access: 'site',
  weight: 'signed',
  body: SlipsInput,
  answers: { 201: { schema: SlipsAnswer } },
  problems: ['SLIPS_TOO_MANY', 'SITE_NOT_PERMITTED'],
  traffic: changing,
})

export const cancelSlips = endpoint({
  method: 'POST',
  path: routes.slipCancellations,
  access: 'site',
  weight: 'fresh-if-possible',
  body: SlipCancellation,
  answers: { 200: { schema: SlipCancellationAnswer } },
  problems: ['RESPONSIBLE_REQUIRED'],
  traffic: changing,
})

export const listSiteNotices = endpoint({
  method: 'GET',
  path: routes.siteNotices,
  access: 'site',
  answers: { 200: { schema: SiteNoticeList } },
  traffic: listing,
})

export const undoSiteAct = endpoint({
  method: 'POST',
  path: routes.siteNoticeUndoing,
  access: 'site',
  weight: 'fresh',
  responsibleOnly: true,
  params: IdParameter,
  answers: { 204: {} },
  problems: ['RESPONSIBLE_REQUIRED', 'NOTICE_UNKNOWN'],
  traffic: changing,
})

export const findDuplicates = endpoint({
  method: 'POST',
  path: routes.likelyDuplicates,
  access: 'site',
  vendorScope: 'continuity',
  isPublished: true,
  trace: 'duplicates.looked-up',
  body: DuplicatesInput,
  answers: { 200: { schema: DuplicatesAnswer } },
  traffic: sessionOnly('backlog'),
})

export const reconcile = endpoint({
  method: 'POST',
  path: routes.reconciliations,
  access: 'site',
  vendorScope: 'continuity',
  isPublished: true,
  body: ReconciliationBatch,
  answers: { 200: { schema: ReconciliationAnswer } },
  problems: ['BATCH_TOO_LARGE', 'SITE_NOT_PERMITTED', 'FRESH_SIGN_IN_REQUIRED'],
  traffic: sessionOnly('backlog'),
})
