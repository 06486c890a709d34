import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Check, Errors } from 'typebox/schema'
import { type Endpoint, isInSession, type ProblemsOf } from '../endpoint.ts'
import * as endpoints from '../endpoints/index.ts'
import { problemRegistry } from '../problems.ts'
import { routes } from '../routes.ts'
import { openApiDocument, openApiPath } from './document.ts'
import { apiPage } from './page.ts'
import { type EndpointName, endpointTexts } from './texts/index.ts'

const document = JSON.parse(JSON.stringify(openApiDocument('9.9.9', 'operator')))
const all = Object.entries(endpoints) as [EndpointName, Endpoint][]

describe('the description of the interface', () => {
  it('is OpenAPI 3.1 by its own schema, with every reference resolved', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone(document))
    assert.ok(valid, JSON.stringify(errors, null, 1))
    const text = JSON.stringify(document)
    const named = new Set(
      [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name),
    )
    assert.ok(named.size > 30, String(named.size))
    for (const name of named) assert.ok(document.components.schemas[name ?? ''], name)
  })

  it('has every path of the contract, and every endpoint once', () => {
    assert.deepEqual(
      Object.keys(document.paths).sort(),
      [...new Set(Object.values(routes))].map(openApiPath).sort(),
    )
    const ids = Object.values(
      document.paths as Record<string, Record<string, { operationId: string }>>,
    )
      .flatMap((operations) => Object.values(operations))
      .map(({ operationId }) => operationId)
    assert.deepEqual(ids.sort(), all.map(([name]) => name).sort())
  })

  it('tells everyone of what software of others may call, and of no shape besides', () => {
    const published = JSON.parse(JSON.stringify(openApiDocument('9.9.9', 'everyone')))
    const told = Object.entries(published.paths as Record<string, Record<string, object>>).flatMap(
      ([path, operations]) => Object.keys(operations).map((method) => `${method} ${path}`),
    )
    const wanted = all
      .filter(([, { isPublished }]) => isPublished === true)
      .map(([, { method, path }]) => `${method.toLowerCase()} ${openApiPath(path)}`)
    assert.deepEqual(told.sort(), wanted.sort())
    assert.ok(told.includes('post /api/screenings') && !told.includes('post /api/slips'))
    assert.ok('ScreeningInput' in published.components.schemas)
    assert.ok(!('SlipsInput' in published.components.schemas))
    assert.doesNotMatch(apiPage('9.9.9', 'everyone'), /booklets\/withdrawals|BookletWithdrawal/)
  })

  for (const [name, endpoint] of all) {
    it(`of ${name} says what it does, asks for, takes and refuses`, () => {
      const { method, path, body, answers, problems, access } = endpoint
      const operation = document.paths[openApiPath(path)][method.toLowerCase()]
      assert.ok(operation.summary.length > 10 && operation.description.length > 40)
      for (const { description } of operation.parameters ?? []) {
        assert.notEqual(description, '', 'a parameter without a word')
      }
      for (const code of problems) {
        const { description } = operation.responses[problemRegistry[code].status]
        if (endpoint.answers[problemRegistry[code].status] === undefined) {
          assert.match(description, new RegExp(`\`${code}\``))
        }
      }
      const dependencies = operation.security.flatMap((one: object) => Object.keys(one))
      assert.equal(dependencies.includes('session'), isInSession(access))
      assert.equal(dependencies.includes('device'), endpoint.weight !== undefined)
      const text = endpointTexts[name]
      if (body !== undefined) {
        assert.ok(Check(body, text.body), JSON.stringify(Errors(body, text.body)))
      }
      const [first] = Object.values(answers)
      if (first?.schema !== undefined) {
        assert.ok(
          Check(first.schema, text.answer),
          JSON.stringify(Errors(first.schema, text.answer)),
        )
      }
    })
  }

  it('as a page brings no script, nothing from elsewhere, and no text that could be markup', () => {
    const page = apiPage('<9.9.9>', 'operator')
    assert.doesNotMatch(
      page,
      /<script|<img|<link|<9\.9\.9>|https?:\/\/(?!portail\.example|editeur\.example|\{host\})/,
    )
    assert.match(page, /&#60;9\.9\.9&#62;/)
    for (const [name] of all) assert.match(page, new RegExp(`<h3 id="${name}">`))
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    for (const id of targets) assert.ok(page.includes(`id="${id}"`), id)
  })
})

type Schema = Readonly<Record<string, unknown>>

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null

/** Places in a schema where a text or a list may be of any length. */
const unboundedIn = (schema: unknown, place: string): string[] => {
  if (Array.isArray(schema)) return schema.flatMap((one, at) => unboundedIn(one, `${place}/${at}`))
  if (!isSchema(schema)) return []
  const isFixed = 'enum' in schema || 'const' in schema
  const own =
    (schema.type === 'string' && !isFixed && typeof schema.maxLength !== 'number') ||
    (schema.type === 'array' && typeof schema.maxItems !== 'number')
  const below = Object.entries(schema).flatMap(([key, value]) =>
    unboundedIn(value, `${place}/${key}`),
  )
  return own ? [place, ...below] : below
}

it('every text and list that an endpoint takes has a bound in its schema', () => {
  const unbounded = all.flatMap(([name, { body, query, params }]) =>
    unboundedIn([body, query, params], name),
  )
  assert.deepEqual(unbounded, [])
})

describe('the codes of an endpoint', () => {
  it('follow from what it is, for the compiler as for whoever asks at run time', () => {
    const signed: ProblemsOf<typeof endpoints.giveBooklet> = 'SESSION_PROOF_MISSING'
    const own: ProblemsOf<typeof endpoints.giveBooklet> = 'BOOKLETS_TOO_MANY'
    const site: ProblemsOf<typeof endpoints.listSlips> = 'SITE_NOT_CHOSEN'
    const fresh: ProblemsOf<typeof endpoints.undoSiteAct> = 'FRESH_SIGN_IN_REQUIRED'
    assert.ok(
      ([signed, own] as string[]).every((code) =>
        (endpoints.giveBooklet.problems as string[]).includes(code),
      ),
    )
    assert.ok((endpoints.listSlips.problems as readonly string[]).includes(site))
    assert.ok((endpoints.undoSiteAct.problems as readonly string[]).includes(fresh))
    // @ts-expect-error what only takes a signature asks for no fresh sign-in
    const notFresh: ProblemsOf<typeof endpoints.giveBooklet> = 'FRESH_SIGN_IN_REQUIRED'
    // @ts-expect-error a list has no body that could be malformed
    const notBody: ProblemsOf<typeof endpoints.listSlips> = 'BODY_MALFORMED'
    // @ts-expect-error nobody needs a session for the doors
    const notSession: ProblemsOf<typeof endpoints.listDoors> = 'SESSION_MISSING'
    assert.ok(!(endpoints.giveBooklet.problems as readonly string[]).includes(notFresh))
    assert.ok(!(endpoints.listSlips.problems as readonly string[]).includes(notBody))
    assert.ok(!(endpoints.listDoors.problems as readonly string[]).includes(notSession))
  })
})
