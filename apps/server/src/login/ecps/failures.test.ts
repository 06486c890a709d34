import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthorizationResponseError, ResponseBodyError } from 'openid-client'
import { toLoginProblem } from './failures.ts'

const inRedirect = (error: string): string =>
  toLoginProblem(
    new AuthorizationResponseError('refused', { cause: new URLSearchParams({ error }) }),
  ).code
const atTokens = (error: string): string =>
  toLoginProblem(
    new ResponseBodyError('refused', {
      cause: { error },
      response: new Response(null, { status: 400 }),
    }),
  ).code

test('who said no is told so; what the provider has against the portal is no fault of the person', () => {
  for (const error of ['access_denied', 'login_required', 'interaction_required'])
    assert.equal(inRedirect(error), 'LOGIN_REFUSED', error)
  for (const error of ['server_error', 'temporarily_unavailable'])
    assert.equal(inRedirect(error), 'PROVIDER_UNAVAILABLE', error)
  for (const error of [
    'unauthorized_client',
    'invalid_scope',
    'invalid_request',
    'request_not_supported',
  ])
    assert.equal(inRedirect(error), 'PROVIDER_REFUSES_PORTAL', error)
  assert.equal(atTokens('invalid_grant'), 'LOGIN_STATE_INVALID')
  for (const error of ['invalid_client', 'unauthorized_client', 'unsupported_grant_type'])
    assert.equal(atTokens(error), 'PROVIDER_REFUSES_PORTAL', error)
  assert.equal(atTokens('access_denied'), 'LOGIN_REFUSED')
})
