import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trimEndpoints } from './page-endpoints.ts'

test('of an endpoint a page downloads where to ask and what the answer is held against', () => {
  const code = `const traffic = 'work'
export const give = endpoint({
  method: 'POST',
  path: routes.booklets,
  access: 'site',
  weight: 'signed',
  params: IdParameter,
  query: Type.Object({ day: Type.String() }),
  body: BookletInput,
  answers: { 201: { schema: BookletAnswer } },
  problems: ['BOOKLETS_TOO_MANY', ...others],
  traffic,
})
export const list = endpoint({ method: 'GET', path: '/x', answers: {}, ...more })
`
  assert.equal(
    trimEndpoints(code),
    `const traffic = 'work'
export const give = ({method: 'POST', path: routes.booklets, weight: 'signed', answers: { 201: { schema: BookletAnswer } }})
export const list = ({method: 'GET', path: '/x', answers: {}, ...more})
`,
  )
})
