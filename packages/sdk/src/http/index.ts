/** Requests to the portal by its endpoints: answers held against the contract, refusals as typed errors. */
export * from './answer.ts'
export * from './client.ts'
export * from './contact.ts'
export type {
  AnswerOf,
  AskedEndpoint,
  RequestArguments,
  RequestOptions,
} from './endpoint-request.ts'
export * from './errors.ts'
