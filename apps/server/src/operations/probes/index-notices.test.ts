import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { emptyContent, sha256Of, signIndex, signNotice, writeParts } from '@sidep/trust'
import { makeTestSigner } from '../../login/testing.ts'
import { keepCarried, readNotices } from '../notices.ts'
import { ProbeFailure } from './browser.ts'
import { pollNotices } from './index-notices.ts'

const folder = await mkdtemp(join(tmpdir(), 'sidep-notices-'))
after(() => rm(folder, { recursive: true, force: true }))
const signer = await makeTestSigner('bundle')
const anchor = signer.certificate
const notice = {
  id: '2026-11-30/1',
  from: '2026-11-30T13:00:00.000Z',
  until: '2026-12-02T11:00:00.000Z',
  accepts: ['slip'],
  sites: [],
  fr: 'Les fiches papier sont acceptées jusqu’à mercredi midi.',
  en: 'Slips are accepted until Wednesday noon.',
} as const
const part = writeParts({ ...emptyContent, notices: [await signNotice(notice, signer)] }).get(
  'notices',
)
assert.ok(part !== undefined)
const sha256 = await sha256Of(part)
const index = await signIndex(
  {
    version: 1,
    number: 7,
    issuedAt: '2026-11-30T14:00:00.000Z',
    expiresAt: '2026-12-01T14:00:00.000Z',
    parts: [
      {
        name: 'notices',
        sha256,
        bytes: part.length,
        asOf: '2026-11-30T14:00:00.000Z',
        warnAfterSeconds: 3_600,
        refuseAfterSeconds: null,
      },
    ],
  },
  signer,
)
const asked: string[] = []
const browserWith = (bytes: Uint8Array) => ({
  ask: () => assert.fail(),
  follow: () => assert.fail(),
  bytes: async ({ pathname }: URL) => {
    asked.push(pathname)
    return pathname === '/trust/index' ? index : bytes
  },
})
const verifier = 'https://sidep.example'

test('a notice of the index is on the page, asked for once, and stays there when the portal is away', async () => {
  const held = await pollNotices(browserWith(part), verifier, anchor, null)
  assert.equal(await pollNotices(browserWith(part), verifier, anchor, held), held)
  assert.deepEqual(asked, ['/trust/index', `/trust/parts/${sha256}`, '/trust/index'])
  await keepCarried(folder, held.notices)
  assert.deepEqual(await readNotices(folder, anchor), [notice])
  const other = await makeTestSigner('bundle')
  assert.deepEqual(await readNotices(folder, other.certificate), [])
})

test('a part that is not what the index says, and an index of somebody else, are failures of what verifiers follow', async () => {
  const changed = Uint8Array.from(part, (byte, place) => (place === 9 ? byte ^ 1 : byte))
  const codeOf = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => null,
      (one: unknown) => one,
    )
    return error instanceof ProbeFailure ? error.code : String(error)
  }
  assert.equal(
    await codeOf(pollNotices(browserWith(changed), verifier, anchor, null)),
    'PART_DIFFERS',
  )
  const other = await makeTestSigner('bundle')
  assert.match(
    await codeOf(pollNotices(browserWith(part), verifier, other.certificate, null)),
    /^INDEX_(?:ANCHOR|SIGNATURE)$/,
  )
})
