import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeFaults, parseConfiguration } from './configuration.ts'

const production = {
  SIDEP_MODE: 'production',
  PUBLIC_URL: 'https://portail.example/',
  KEYS_DIR: '/etc/sidep/keys',
  KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  ECPS_ISSUER: 'https://auth.example/realms/esante',
  ECPS_CLIENT_ID: 'sidep',
  ECPS_CLIENT_SECRET: 'secret',
  SMTP_URL: 'smtps://mail.example',
  MAIL_FROM: 'sidep@example.org',
  SMS_GATEWAY_URL: 'https://sms.example/send',
  SMS_GATEWAY_TOKEN: 'token',
  DATABASE_URL: 'postgres://sidep:secret@database.example/sidep',
}

const faultsOf = (environment: Record<string, string>): string[] => {
  const parsed = parseConfiguration(environment, '/srv')
  return parsed.ok ? [] : parsed.faults.map(({ key, fault }) => `${key} ${fault}`)
}

test('an empty environment gives the development default', () => {
  const parsed = parseConfiguration({}, '/srv')
  assert.ok(parsed.ok)
  assert.equal(parsed.value.mode, 'development')
  assert.equal(parsed.value.port, 8080)
  assert.equal(parsed.value.dataDirectory, '/srv/data')
  assert.equal(parsed.value.keysDirectory, '/srv/data/keys')
  assert.equal(parsed.value.databaseUrl, null)
})

test('production with nothing else names everything that is missing', () => {
  assert.deepEqual(faultsOf({ SIDEP_MODE: 'production' }).sort(), [
    'DATABASE_URL missing',
    'ECPS_CLIENT_ID missing',
    'ECPS_CLIENT_SECRET missing',
    'ECPS_ISSUER missing',
    'KEYS_DIR missing',
    'KEY_ENCRYPTION_KEY missing',
    'PUBLIC_URL missing',
    'SMS_GATEWAY_URL missing',
    'SMTP_URL missing',
  ])
})

test('a complete production environment is accepted, without the slash at the end of its address', () => {
  const parsed = parseConfiguration(production, '/srv')
  assert.ok(parsed.ok)
  assert.equal(parsed.value.publicUrl, 'https://portail.example')
})

test('production runs on the embedded database, whose package is a beta, only with a word of consent', () => {
  const { DATABASE_URL: _left, ...embedded } = production
  assert.deepEqual(faultsOf(embedded), ['DATABASE_URL missing'])
  assert.deepEqual(faultsOf({ ...embedded, EMBEDDED_DATABASE: 'accepted' }), [])
  assert.deepEqual(faultsOf({ ...embedded, EMBEDDED_DATABASE: 'yes' }), ['EMBEDDED_DATABASE wrong'])
  assert.deepEqual(faultsOf({}), [])
})

test('production refuses every single omission', () => {
  for (const key of Object.keys(production).filter((name) => name !== 'SIDEP_MODE')) {
    const { [key as keyof typeof production]: _left, ...rest } = production
    assert.deepEqual(faultsOf(rest), [`${key} missing`], key)
  }
})

const wrong: readonly (readonly [string, string])[] = [
  ['SIDEP_MODE', 'prod'],
  ['PORT', '-1'],
  ['PORT', '8080x'],
  ['PORT', '70000'],
  ['PUBLIC_URL', 'portail'],
  ['DATABASE_URL', 'mysql://x'],
  ['KEY_ENCRYPTION_KEY', 'c2hvcnQ='],
  ['PERMITTED_PROFESSIONS', '21;10'],
  ['LOG_LEVEL', 'loud'],
  ['SESSION_HOURS', '0'],
  ['RETENTION_IDENTIFYING_DAYS', 'ninety'],
  ['DCC_COUNTRY', 'France'],
]
for (const [key, value] of wrong) {
  test(`${key}=${value} is named as wrong`, () => {
    assert.ok(faultsOf({ [key]: value }).includes(`${key} wrong`))
  })
}

test('production refuses plain http for its own address and the provider', () => {
  assert.deepEqual(faultsOf({ ...production, PUBLIC_URL: 'http://portail.example' }), [
    'PUBLIC_URL wrong',
  ])
  assert.deepEqual(faultsOf({ ...production, ECPS_ISSUER: 'http://localhost:9000' }), [
    'ECPS_ISSUER wrong',
  ])
})

test('a half-configured provider is refused in development too', () => {
  assert.deepEqual(faultsOf({ ECPS_CLIENT_ID: 'sidep' }), [
    'ECPS_ISSUER missing',
    'ECPS_CLIENT_SECRET missing',
  ])
})

test('the description of faults has a line for each and no value of any', () => {
  const parsed = parseConfiguration({ KEY_ENCRYPTION_KEY: 'secret-by-mistake' }, '/srv')
  assert.ok(!parsed.ok)
  const text = describeFaults(parsed.faults)
  assert.match(text, /KEY_ENCRYPTION_KEY is wrong/)
  assert.doesNotMatch(text, /secret-by-mistake/)
})

test('the rules in force are the 72-hour ones unless a known profile is named', () => {
  const profileOf = (RULE_PROFILE?: string) => {
    const parsed = parseConfiguration(RULE_PROFILE === undefined ? {} : { RULE_PROFILE }, '/srv')
    return parsed.ok ? parsed.value.ruleProfile : parsed.faults.map(({ key }) => key)
  }
  assert.equal(profileOf(), 'august-2021')
  assert.equal(profileOf('dated'), 'dated')
  assert.deepEqual(profileOf('none'), ['RULE_PROFILE'])
})

test('a database of several hosts is taken as libpq writes it, for the one that writes alone', () => {
  const faultOf = (DATABASE_URL: string): string | undefined => {
    const parsed = parseConfiguration({ DATABASE_URL }, '/srv')
    if (parsed.ok) assert.equal(parsed.value.databaseUrl, DATABASE_URL)
    return parsed.ok ? undefined : parsed.faults.map(({ key, fault }) => `${key} ${fault}`).join()
  }
  for (const url of [
    'postgres://a.example,b.example:5433,10.0.0.3:5432/sidep?target_session_attrs=read-write',
    'postgresql://sidep:p%40ss@a:5432,b:5432/sidep?target_session_attrs=primary&sslmode=require',
    'postgres://sidep@a,b,c/sidep',
    'postgres://sidep@[::1]:5432/sidep',
  ])
    assert.equal(faultOf(url), undefined, url)
  for (const url of [
    'postgres://a,b/sidep?target_session_attrs=any',
    'postgres://a/sidep?target_session_attrs=prefer-standby',
    'postgres://a:5432,,b/sidep',
    'postgres://a:port,b:5432/sidep',
    'postgres://[::1]:5432,b:5432/sidep',
    'mysql://a,b/sidep',
  ])
    assert.equal(faultOf(url), 'DATABASE_URL wrong', url)
})
