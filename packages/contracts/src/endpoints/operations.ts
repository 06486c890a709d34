/** What operations see and do, each by the roles that may. */
import { endpoint } from '../endpoint.ts'
import {
  ActDone,
  DoorOrder,
  FeedOrder,
  IncidentOrder,
  OperationsView,
  OperatorView,
  operatorRoles,
  PaperWithdrawal,
  Preview,
  PreviewInput,
  RevocationOrder,
  SuspensionOrder,
} from '../operations.ts'
import { NoticeDraft, NoticeDrafted, NoticeOrder } from '../operations-notices.ts'
import { FraudAlertsView, FraudClosure } from '../operations-outlook.ts'
import { routes } from '../routes.ts'

/** Whoever looks when everything is late must not wait behind it; streams have a bound of their own. */
const always = null

export const readOperator = endpoint({
  method: 'GET',
  path: routes.operationsMe,
  access: 'operator',
  roles: operatorRoles,
  answers: { 200: { schema: OperatorView } },
  traffic: always,
})

export const readOperations = endpoint({
  method: 'GET',
  path: routes.operationsOverview,
  access: 'operator',
  roles: operatorRoles,
  answers: { 200: { schema: OperationsView } },
  traffic: always,
})

export const followOperations = endpoint({
  method: 'GET',
  path: routes.operationsStream,
  access: 'operator',
  roles: operatorRoles,
  answers: { 200: { type: 'text/event-stream' } },
  traffic: always,
})

/** Who acts on what goes wrong, and who decides of people besides. */
const acting = ['duty', 'authority'] as const
const deciding = ['authority'] as const

export const previewAct = endpoint({
  method: 'POST',
  path: routes.operationsPreviews,
  access: 'operator',
  roles: acting,
  body: PreviewInput,
  answers: { 200: { schema: Preview } },
  traffic: always,
})

export const sayDoor = endpoint({
  method: 'POST',
  path: routes.operationsDoors,
  access: 'operator',
  roles: acting,
  weight: 'fresh-if-possible',
  body: DoorOrder,
  answers: { 200: { schema: ActDone } },
  traffic: always,
})

export const pauseFeed = endpoint({
  method: 'POST',
  path: routes.operationsFeeds,
  access: 'operator',
  roles: acting,
  weight: 'fresh-if-possible',
  body: FeedOrder,
  answers: { 200: { schema: ActDone } },
  traffic: always,
})

export const actOnIncident = endpoint({
  method: 'POST',
  path: routes.operationsIncidents,
  access: 'operator',
  roles: acting,
  weight: 'signed',
  body: IncidentOrder,
  answers: { 202: {} },
  problems: ['INCIDENT_UNKNOWN', 'WATCHER_AWAY'],
  traffic: always,
})

export const withdrawPapers = endpoint({
  method: 'POST',
  path: routes.operationsWithdrawals,
  access: 'operator',
  roles: acting,
  weight: 'fresh-if-possible',
  body: PaperWithdrawal,
  answers: { 200: { schema: ActDone } },
  traffic: always,
})

export const suspendProfessional = endpoint({
  method: 'POST',
  path: routes.operationsSuspensions,
  access: 'operator',
  roles: deciding,
  weight: 'fresh-if-possible',
  body: SuspensionOrder,
  answers: { 200: { schema: ActDone } },
  traffic: always,
})

export const revokeIssued = endpoint({
  method: 'POST',
  path: routes.operationsRevocations,
  access: 'operator',
  roles: deciding,
  weight: 'fresh-if-possible',
  body: RevocationOrder,
  answers: { 200: { schema: ActDone } },
  problems: ['PREVIEW_OUTDATED'],
  traffic: always,
})

export const draftNotice = endpoint({
  method: 'POST',
  path: routes.operationsNotices,
  access: 'operator',
  roles: acting,
  weight: 'signed',
  body: NoticeDraft,
  answers: { 201: { schema: NoticeDrafted } },
  traffic: always,
})

export const signNotice = endpoint({
  method: 'POST',
  path: routes.operationsNoticeSignatures,
  access: 'operator',
  roles: deciding,
  weight: 'fresh-if-possible',
  body: NoticeOrder,
  answers: { 200: { schema: ActDone } },
  problems: ['NOTICE_UNKNOWN', 'SECOND_PERSON_REQUIRED'],
  traffic: always,
})

export const withdrawNotice = endpoint({
  method: 'POST',
  path: routes.operationsNoticeWithdrawals,
  access: 'operator',
  roles: deciding,
  weight: 'fresh-if-possible',
  body: NoticeOrder,
  answers: { 200: { schema: ActDone } },
  problems: ['NOTICE_UNKNOWN'],
  traffic: always,
})

/** They name professionals: not for support. */
const judging = ['duty', 'authority', 'auditor'] as const

export const listFraudAlerts = endpoint({
  method: 'GET',
  path: routes.operationsFraud,
  access: 'operator',
  roles: judging,
  answers: { 200: { schema: FraudAlertsView } },
  traffic: always,
})

export const closeFraudAlert = endpoint({
  method: 'POST',
  path: routes.operationsFraudClosures,
  access: 'operator',
  roles: deciding,
  weight: 'signed',
  body: FraudClosure,
  answers: { 200: { schema: ActDone } },
  traffic: always,
})
