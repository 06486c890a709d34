/** What operations see and do, each by the roles that may. */
import { endpoint } from '../endpoint.ts'
import { OperationsView, OperatorView, operatorRoles } from '../operations.ts'
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
