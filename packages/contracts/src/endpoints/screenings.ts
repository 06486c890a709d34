/** The screenings of the site that a session works at. */
import { Type } from 'typebox'
import {
  CorrectionInput,
  ScreeningWithdrawalAnswer,
  ScreeningWithdrawalInput,
} from '../correction.ts'
import { endpoint, IdParameter, sessionOnly } from '../endpoint.ts'
import { ScreeningHistory, ScreeningSearch } from '../record.ts'
import { routes } from '../routes.ts'
import {
  BatchAnswer,
  ResultInput,
  ScreeningAnswer,
  ScreeningBatch,
  ScreeningEntry,
  ScreeningInput,
  ScreeningList,
  SentAgain,
} from '../screening.ts'

export const listScreenings = endpoint({
  method: 'GET',
  path: routes.screenings,
  access: 'site',
  vendorScope: 'screenings.read',
  trace: 'screenings.listed',
  isPublished: true,
  query: Type.Object(
    {
      day: Type.Optional(Type.String({ maxLength: 10 })),
      state: Type.Optional(Type.Literal('waiting')),
    },
    { additionalProperties: false },
  ),
  answers: { 200: { schema: ScreeningList } },
  traffic: sessionOnly('list'),
})

export const recordScreening = endpoint({
  method: 'POST',
  path: routes.screenings,
  access: 'site',
  vendorScope: 'screenings.record',
  isPublished: true,
  body: ScreeningInput,
  answers: { 200: { schema: ScreeningAnswer }, 201: { schema: ScreeningAnswer } },
  problems: [
    'SCREENING_ID_REUSED',
    // Recorded before, and past its time since.
    'SCREENING_UNKNOWN',
    'ISSUANCE_FAILED',
    // More came in under this name than one person enters.
    'FRESH_SIGN_IN_REQUIRED',
  ],
  traffic: sessionOnly('work'),
})

export const recordScreenings = endpoint({
  method: 'POST',
  path: routes.screeningsBatch,
  access: 'site',
  vendorScope: 'screenings.record',
  isPublished: true,
  body: ScreeningBatch,
  answers: { 200: { schema: BatchAnswer } },
  problems: ['BATCH_TOO_LARGE', 'FRESH_SIGN_IN_REQUIRED'],
  traffic: sessionOnly('backlog'),
})

export const readScreening = endpoint({
  method: 'GET',
  path: routes.screening,
  access: 'site',
  vendorScope: 'screenings.read',
  trace: 'screening.opened',
  isPublished: true,
  params: IdParameter,
  answers: { 200: { schema: ScreeningEntry } },
  problems: ['SCREENING_UNKNOWN'],
  traffic: sessionOnly('work'),
})

export const setScreeningResult = endpoint({
  method: 'POST',
  path: routes.screeningResult,
  access: 'site',
  vendorScope: 'screenings.record',
  trace: 'screening.opened',
  isPublished: true,
  params: IdParameter,
  body: ResultInput,
  answers: { 200: { schema: ScreeningAnswer } },
  problems: ['SCREENING_UNKNOWN', 'SCREENING_WITHDRAWN', 'RESULT_ALREADY_SET', 'ISSUANCE_FAILED'],
  traffic: sessionOnly('work'),
})

export const confirmScreening = endpoint({
  method: 'POST',
  path: routes.screeningConfirmation,
  access: 'site',
  trace: 'screening.opened',
  isPublished: true,
  weight: 'signed',
  params: IdParameter,
  answers: { 200: { schema: ScreeningAnswer } },
  problems: [
    'SCREENING_UNKNOWN',
    'SCREENING_CHANGED',
    'SCREENING_WITHDRAWN',
    'CONFIRMATION_BY_ANOTHER',
    'ISSUANCE_FAILED',
  ],
  traffic: sessionOnly('work'),
})

/** Codes of a change of a screening that is there already. */
const changeProblems = [
  'SCREENING_UNKNOWN',
  'SCREENING_CHANGED',
  'SCREENING_WITHDRAWN',
  'CORRECTION_ID_REUSED',
] as const

export const correctScreening = endpoint({
  method: 'POST',
  path: routes.screeningCorrections,
  access: 'site',
  vendorScope: 'screenings.correct',
  trace: 'screening.opened',
  isPublished: true,
  weight: 'signed',
  params: IdParameter,
  body: CorrectionInput,
  answers: { 200: { schema: ScreeningAnswer }, 201: { schema: ScreeningAnswer } },
  problems: [...changeProblems, 'ISSUANCE_FAILED', 'FRESH_SIGN_IN_REQUIRED'],
  traffic: sessionOnly('work'),
})

export const withdrawScreening = endpoint({
  method: 'POST',
  path: routes.screeningWithdrawal,
  access: 'site',
  vendorScope: 'screenings.correct',
  isPublished: true,
  weight: 'signed',
  params: IdParameter,
  body: ScreeningWithdrawalInput,
  answers: { 200: { schema: ScreeningWithdrawalAnswer } },
  problems: changeProblems,
  traffic: sessionOnly('work'),
})

export const searchScreenings = endpoint({
  method: 'POST',
  path: routes.screeningSearch,
  access: 'site',
  trace: 'screenings.searched',
  body: ScreeningSearch,
  answers: { 200: { schema: ScreeningList } },
  traffic: sessionOnly('list'),
})

export const readScreeningHistory = endpoint({
  method: 'GET',
  path: routes.screeningHistory,
  access: 'site',
  trace: 'screening.opened',
  params: IdParameter,
  answers: { 200: { schema: ScreeningHistory } },
  problems: ['SCREENING_UNKNOWN'],
  traffic: sessionOnly('list'),
})

export const sendLinkAgain = endpoint({
  method: 'POST',
  path: routes.screeningSend,
  access: 'site',
  vendorScope: 'screenings.record',
  isPublished: true,
  params: IdParameter,
  answers: { 202: { schema: SentAgain } },
  problems: ['SCREENING_UNKNOWN', 'SCREENING_WITHDRAWN', 'REQUEST_INVALID', 'TOO_MANY_REQUESTS'],
  traffic: sessionOnly('work'),
})
