import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { takeCredentials } from './credentials.ts'
import { CommandFailure } from './failure.ts'

const folder = mkdtempSync(join(tmpdir(), 'sidep-credentials-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('a file of a credential is the setting of its name, and what is set by itself stays', () => {
  writeFileSync(join(folder, 'sidep_DATABASE_URL'), 'postgres://a:b@127.0.0.1/sidep\n')
  writeFileSync(join(folder, 'SMTP_URL'), 'smtps://c\n')
  writeFileSync(join(folder, 'KEYS_DIR'), '/from/file\n')
  writeFileSync(join(folder, 'readme.txt'), 'nothing of ours')
  const environment = { CREDENTIALS_DIRECTORY: folder, KEYS_DIR: '/set', SMTP_URL: '' }
  takeCredentials(environment)
  assert.deepEqual(environment, {
    CREDENTIALS_DIRECTORY: folder,
    KEYS_DIR: '/set',
    SMTP_URL: 'smtps://c',
    DATABASE_URL: 'postgres://a:b@127.0.0.1/sidep',
  })
})

test('without such a folder nothing changes; one that cannot be read is said, 78', () => {
  const environment: Record<string, string> = {}
  takeCredentials(environment)
  assert.deepEqual(environment, {})
  const away = { CREDENTIALS_DIRECTORY: join(folder, 'away') }
  assert.throws(
    () => takeCredentials(away),
    (error) => error instanceof CommandFailure && error.exitCode === 78,
  )
})
