import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { demoIdentities, demoPeople } from '../directory/index.ts'
import { makeCookieJar } from './cookie-jar.ts'
import { type IdentityProvider, startIdentityProvider } from './start.ts'

const redirectUri = 'http://localhost:1/login/ecps/callback'
const client = { id: 'portal', secret: 'portal-secret', redirectUris: [redirectUri] }
const verifier = 'a'.repeat(43)
const challenge = createHash('sha256').update(verifier).digest('base64url')

let provider: IdentityProvider

before(async () => {
  provider = await startIdentityProvider({ port: 0, clients: [client], people: demoIdentities })
})
after(() => provider.close())

const open = (jar: ReturnType<typeof makeCookieJar>) => async (url: URL, init?: RequestInit) => {
  const response = await fetch(url, {
    ...init,
    headers: { cookie: jar.header(url) },
    redirect: 'manual',
  })
  jar.take(url, response)
  return response
}

const authorizationUrl = (): URL => {
  const url = new URL('/auth', provider.issuer)
  url.search = new URLSearchParams({
    client_id: client.id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid scope_all',
    acr_values: 'eidas1',
    prompt: 'login',
    state: 'state-of-the-test',
    nonce: 'nonce-of-the-test',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }).toString()
  return url
}

/** Answers the provider's pages; returns where it sends the browser in the end. */
const walk = async (nationalId: string, answer: 'confirm' | 'refuse'): Promise<URL> => {
  const request = open(makeCookieJar())
  const location = async (response: Response): Promise<URL> => {
    const value = response.headers.get('location')
    assert.ok(value, `no redirect but ${response.status}: ${await response.text()}`)
    return new URL(value, provider.issuer)
  }
  const page = await location(await request(authorizationUrl()))
  const choice = await (await request(page)).text()
  assert.match(choice, /Ceci n’est pas Pro Santé Connect/)
  const confirmation = await request(new URL(`${page.pathname}/identity`, page), {
    method: 'POST',
    body: new URLSearchParams({ nationalId }),
  })
  assert.equal(confirmation.status, 200)
  const resumed = await location(
    await request(new URL(`${page.pathname}/confirmation`, page), {
      method: 'POST',
      body: new URLSearchParams({ nationalId, answer }),
    }),
  )
  return location(await request(resumed))
}

const exchange = (code: string | null): Promise<Response> =>
  fetch(new URL('/token', provider.issuer), {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`,
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: code ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  })

test('a confirmed sign-in ends in userinfo shaped as Pro Santé Connect shapes it', async () => {
  const person = demoPeople.pharmacistWithTwoSites
  const back = await walk(person.nationalId, 'confirm')
  assert.equal(back.searchParams.get('state'), 'state-of-the-test')
  assert.equal(back.searchParams.get('iss'), provider.issuer)

  const tokens = (await (await exchange(back.searchParams.get('code'))).json()) as {
    access_token: string
    id_token: string
  }
  const claims = JSON.parse(
    Buffer.from(tokens.id_token.split('.')[1] ?? '', 'base64url').toString('utf8'),
  )
  assert.equal(claims.nonce, 'nonce-of-the-test')
  assert.equal(claims.acr, 'eidas1')

  const userinfo = await fetch(new URL('/me', provider.issuer), {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  const info = (await userinfo.json()) as {
    sub: string
    SubjectNameID: string
    SubjectRefPro: {
      exercices: { codeProfession: string; activities: { numeroFinessSite: string }[] }[]
    }
  }
  assert.equal(info.SubjectNameID, person.nationalId)
  assert.ok(!info.sub.includes(person.nationalId.slice(1)), 'sub must not carry the national id')
  const [practice] = info.SubjectRefPro.exercices
  assert.equal(practice?.codeProfession, '21')
  assert.deepEqual(
    practice?.activities.map(({ numeroFinessSite }) => numeroFinessSite),
    person.activities.map(({ finess }) => finess),
  )
})

test('a code used twice is refused with invalid_grant', async () => {
  const back = await walk(demoPeople.pharmacist.nationalId, 'confirm')
  const code = back.searchParams.get('code')
  assert.equal((await exchange(code)).status, 200)
  const replay = await exchange(code)
  assert.equal(replay.status, 400)
  assert.equal(((await replay.json()) as { error: string }).error, 'invalid_grant')
})

test('a refusal on the phone comes back as access_denied', async () => {
  const back = await walk(demoPeople.pharmacist.nationalId, 'refuse')
  assert.equal(back.searchParams.get('error'), 'access_denied')
})

test('an unknown national id is said next to the form, with 422', async () => {
  const request = open(makeCookieJar())
  const start = await request(authorizationUrl())
  const page = new URL(start.headers.get('location') ?? '', provider.issuer)
  const answer = await request(new URL(`${page.pathname}/identity`, page), {
    method: 'POST',
    body: new URLSearchParams({ nationalId: '899999999999' }),
  })
  assert.equal(answer.status, 422)
  assert.match(await answer.text(), /role="alert"/)
})

test('a sign-in page without its cookie answers 400, not a stack trace', async () => {
  const answer = await fetch(new URL('/interaction/abc', provider.issuer))
  assert.equal(answer.status, 400)
  assert.match(await answer.text(), /n’est plus en cours/)
})

test('told to be down it cuts connections, told to be well it answers again', async () => {
  provider.setFault({ kind: 'down' })
  await assert.rejects(fetch(new URL('/.well-known/openid-configuration', provider.issuer)))
  provider.setFault({ kind: 'none' })
  const answer = await fetch(new URL('/.well-known/openid-configuration', provider.issuer))
  assert.equal(answer.status, 200)
})
